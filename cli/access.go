package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) accessCommands() *cobra.Command {
	return p.parent("access", "Access control: read the RFID history, and bring events in",
		p.accessList(), p.accessExport(), p.accessImport())
}

// accessQuery are the flags that choose access events.
type accessQuery struct {
	customer, person, rfid, device, location, status, from, to, filter string
	below                                                              bool
}

func (q *accessQuery) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&q.customer, "customer", "", "only at devices of the customer with this path")
	flags.BoolVar(&q.below, "below", false, "with --customer: and of the customers nested under it")
	flags.StringVar(&q.person, "person", "", "only of this holder: a username, an email, an ID, or words of the name")
	flags.StringVar(&q.rfid, "rfid", "", "only with the RFID token of these digits")
	flags.StringVar(&q.device, "device", "", "only at this device: its unit ID or device ID")
	flags.StringVar(&q.location, "location", "", "only at this location: an ID, or words of its name")
	flags.StringVar(&q.status, "status", "", "only approved, rejected or logged_out")
	flags.StringVar(&q.from, "from", "", "only from this day or time on: 2026-11-27, or 2026-11-27 08:15")
	flags.StringVar(&q.to, "to", "", "only until the end of this day, or before this time")
	flags.StringVar(&q.filter, "filter", "", "only those with all these words in holder, token, device, plate, unit ID, customer, location, status or id")
}

// read is the query for the store, but for its times, and the seats to ask it
// from.
func (q *accessQuery) read(s *session) ([]*seat, store.AccessQuery, error) {
	asked := store.AccessQuery{Below: q.below, Person: q.person, RFID: q.rfid, Place: q.location, Filter: q.filter}
	var err error
	if q.status != "" {
		if asked.Status, err = domain.ParseAccessStatus(q.status); err != nil {
			return nil, asked, err
		}
	}
	if q.device != "" {
		if asked.Device, err = domain.ParseID(q.device); err != nil {
			return nil, asked, domain.Errorf(domain.Invalid, "device", "%q is no unit ID and no device ID: these take 32 hex digits.", domain.CleanCut(q.device, 60))
		}
	}
	seats, customer, err := s.narrowed(q.customer)
	asked.Customer = customer
	return seats, asked, err
}

// at adds the times, which are those of whoever asks.
func (q *accessQuery) at(seat *seat, asked store.AccessQuery) (store.AccessQuery, error) {
	var err error
	if asked.From, err = domain.ParseMoment("from", q.from, seat.settings.Zone(), false); err != nil {
		return asked, err
	}
	asked.To, err = domain.ParseMoment("to", q.to, seat.settings.Zone(), true)
	return asked, err
}

func (p *program) accessList() *cobra.Command {
	var f pageFlags
	var q accessQuery
	c := &cobra.Command{
		Use: "list", Short: "List access events, the newest first",
		Long: "List access events, the newest first. The total of a list that is cut short is exact up to some thousands; beyond, there are at least as many, and JSON says \"at_least\".",
		Args: words(), Annotations: needs(domain.AccessSee.String()),
		Example: "  tenantry --as carla access list --status rejected --from 2026-11-01 --limit 50",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.listAccess(ctx, f, q) })
		},
	}
	f.add(c)
	q.add(c)
	return c
}

func (s *session) listAccess(ctx context.Context, f pageFlags, q accessQuery) error {
	seats, asked, err := q.read(s)
	if err != nil {
		return err
	}
	return list(ctx, s, seats, f, accessListing(), func(ctx context.Context, seat *seat, wanted store.Page) (page[store.AccessEvent], error) {
		asked, err := q.at(seat, asked)
		if err != nil {
			return page[store.AccessEvent]{}, err
		}
		asked.Page = wanted
		found, err := s.db.AccessEvents(ctx, seat.actor, asked)
		return page[store.AccessEvent]{rows: found.Rows, next: found.Next, total: found.Total, atLeast: !found.Exact}, err
	})
}

func accessListing() listing[store.AccessEvent] {
	return listing[store.AccessEvent]{
		noun: "access event",
		head: []string{"Time", "Holder", "RFID token", "Device", "Plate", "Location", "Customer", "Status"},
		cells: func(seat *seat, e store.AccessEvent) []string {
			device := e.DeviceName
			if device == "" {
				device = e.UnitID.String()
			}
			return []string{seat.moment(e.At), e.HolderName, e.RFID, device, e.Plate, e.LocationName, e.CustomerPath, e.Status.Words()}
		},
		item: func(seat *seat, e store.AccessEvent) any {
			told := shape.NewAccessEvent(e)
			told.Account = seat.accountName()
			return told
		},
	}
}

func (p *program) accessExport() *cobra.Command {
	var q accessQuery
	c := &cobra.Command{
		Use: "export", Short: "Write access events as CSV, or with --json as a JSON object a line",
		Long: "Write access events to standard output, the newest first: as CSV with a header, in which a spreadsheet takes no text for a formula, or with --json as NDJSON, a JSON object on each line.",
		Args: words(), Annotations: needs(domain.AccessSee.String()),
		Example: "  tenantry --as carla access export --from 2026-11-01 --to 2026-11-30 > november.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.exportAccess(ctx, q) })
		},
	}
	q.add(c)
	return c
}

func (s *session) exportAccess(ctx context.Context, q accessQuery) error {
	seats, asked, err := q.read(s)
	if err != nil {
		return err
	}
	if len(seats) != 1 {
		return s.choose() // a file holds one account's
	}
	if asked, err = q.at(seats[0], asked); err != nil {
		return err
	}
	out := bufio.NewWriterSize(s.Stdout, 64<<10)
	if s.json {
		lines := json.NewEncoder(out)
		err = s.db.ExportAccess(ctx, seats[0].actor, asked, func(e store.AccessEvent) error { return lines.Encode(shape.NewAccessEvent(e)) })
		return firstOf(err, out.Flush())
	}
	lines := csv.NewWriter(out)
	begun := false
	err = s.db.ExportAccess(ctx, seats[0].actor, asked, func(e store.AccessEvent) error {
		if !begun {
			begun = true
			if err := lines.Write(shape.AccessColumns()); err != nil {
				return err
			}
		}
		return lines.Write(shape.AccessRecord(e))
	})
	if err == nil && !begun {
		err = lines.Write(shape.AccessColumns())
	}
	lines.Flush()
	return firstOf(firstOf(err, lines.Error()), out.Flush())
}

func (p *program) accessImport() *cobra.Command {
	var dryRun bool
	c := &cobra.Command{
		Use: "import FILE", Short: "Bring access events in out of a file",
		Long: `Bring access events in out of a file; - is standard input. It holds a JSON object on each line, or CSV whose first line names the columns, in any order: id, at, rfid, unit_id or device_id, status.

  {"id": "gate-7/1042", "at": "2026-11-27T08:15:00Z", "rfid": "0004815162", "unit_id": "…", "status": "approved"}

The id is the sender's own and the same each time the event is sent: one that came before changes nothing, and with other content it is refused. Status is approved, rejected or logged_out. Who holds the token, whose the device is and where are looked up as it comes in, and kept. Good lines are added, 10,000 at a time, bad ones told; neither stops the other, and a file can be sent again.`,
		Args: words("FILE"), Annotations: reads("FILE", needs(domain.AccessSee.String())),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, err := s.one()
				if err != nil {
					return err
				}
				return p.reading(args[0], func(r io.Reader) error {
					tell, done := p.progress("importing")
					result, err := s.db.ImportAccess(ctx, seat.actor, r, store.AccessImporting{DryRun: dryRun, Progress: tell})
					done()
					if err != nil {
						return stoppedAt(err, result, dryRun)
					}
					return s.tellAccessImport(result, dryRun)
				})
			})
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only say what it would do")
	return c
}

// stoppedAt adds to the error of an import how far it got.
func stoppedAt(err error, result store.AccessImport, dryRun bool) error {
	kind := domain.KindOf(err)
	if kind == 0 || result.Added == 0 || dryRun {
		return err
	}
	return domain.Errorf(kind, "", "%w The lines up to %s were dealt with, and %s added; the file can be sent again.",
		err, thousands(result.Lines), count(result.Added, "access event"))
}

func (s *session) tellAccessImport(result store.AccessImport, dryRun bool) error {
	result.Rows = shape.List(result.Rows)
	return s.answerRows(result, result.Failed, func() error { return s.describeAccessImport(result, dryRun) })
}

func (s *session) describeAccessImport(result store.AccessImport, dryRun bool) error {
	verb := "Added"
	if dryRun {
		verb = "Would add"
	}
	if err := s.say(verb+" %s; %s there already, %s failed.", count(result.Added, "access event"), thousands(result.Already), thousands(result.Failed)); err != nil {
		return err
	}
	if len(result.Rows) == 0 {
		return nil
	}
	t := &table{w: s.Stdout, right: numberColumns(0)}
	if err := firstOf(s.say(""), t.add("Line", "ID", "Why")); err != nil {
		return err
	}
	for _, row := range result.Rows {
		if err := t.add(strconv.Itoa(row.Line), row.Event, sentence(row.Error)); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if left := result.Failed - len(result.Rows); left > 0 {
		return s.say("… and %s more.", thousands(left))
	}
	return nil
}
