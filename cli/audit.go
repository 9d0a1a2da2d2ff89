package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) auditCommands() *cobra.Command {
	return p.parent("audit", "The audit trail: who did what, to what, from where", p.auditList(), p.auditShow(), p.auditExport(), p.auditVerify())
}

// auditQuery are the flags that choose entries.
type auditQuery struct {
	customer, user, who, action, object, device, outcome, door, from, to, filter string
	below, outside                                                               bool
}

func (q *auditQuery) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&q.customer, "customer", "", "only what concerns the customer with this path")
	flags.BoolVar(&q.below, "below", false, "with --customer: and the customers nested under it")
	flags.StringVar(&q.user, "user", "", "only what this user did")
	flags.StringVar(&q.who, "who", "", "only what somebody with this username at that time did; \"the operator\" too")
	flags.StringVar(&q.action, "action", "", "only this action, such as device.assign, or all of a kind, such as device.")
	flags.StringVar(&q.object, "object", "", "only what is about the thing with this ID")
	flags.StringVar(&q.device, "device", "", "only what is about this device")
	flags.StringVar(&q.outcome, "outcome", "", "only what was done, refused or failed")
	flags.StringVar(&q.door, "door", "", "only what came in by the console, machine, ssh or api")
	flags.StringVar(&q.from, "from", "", "only from this day or moment on, such as 2027-03-01 or 2027-03-01T08:00:00Z")
	flags.StringVar(&q.to, "to", "", "only to the end of this day, or before this moment")
	flags.StringVar(&q.filter, "filter", "", "only those with all these words in who, what and from")
	oneOf(c, "object", "device")
}

// addOutside adds the flag of those that read what is of no account.
func (p *program) addOutside(c *cobra.Command, q *auditQuery) {
	if p.Fixed == nil {
		c.Flags().BoolVar(&q.outside, "outside", false, "what happens outside every account: sign-ins that fail with names that nobody has")
	}
}

// nowhere is the seat from which the operator reads what is of no account.
func (s *session) nowhere() (*seat, error) {
	if !s.seats[0].actor.Operator {
		return nil, domain.Errorf(domain.Refused, "", "What happens outside every account is for the operator of the machine. Leave --as out.")
	}
	return &seat{actor: s.operator(), rights: s.seats[0].rights, settings: s.seats[0].settings}, nil
}

// read is the query for the store, and the seats to ask it from.
func (q *auditQuery) read(ctx context.Context, s *session) (seats []*seat, asked store.AuditQuery, err error) {
	asked = store.AuditQuery{Below: q.below, Who: q.who, Action: q.action, Outcome: store.Outcome(q.outcome), Filter: q.filter}
	if seats, asked.Customer, err = s.narrowed(q.customer); err != nil {
		return nil, asked, err
	}
	if asked.Door, err = domain.ParseDoor(q.door); err != nil {
		return nil, asked, err
	}
	if q.outside {
		at, err := s.nowhere()
		if err != nil {
			return nil, asked, err
		}
		seats = []*seat{at}
	}
	zone := seats[0].settings.Zone()
	if asked.From, err = domain.ParseMoment("from", q.from, zone, false); err != nil {
		return nil, asked, err
	}
	if asked.To, err = domain.ParseMoment("to", q.to, zone, true); err != nil {
		return nil, asked, err
	}
	var at *seat
	switch {
	case q.object != "":
		if asked.Object, err = domain.ParseID(q.object); err != nil {
			return nil, asked, err
		}
	case q.device != "":
		var d store.DeviceRow
		if at, d, err = s.device(ctx, q.device); err != nil {
			return nil, asked, err
		}
		seats, asked.Object = []*seat{at}, d.ID
	}
	if q.user == "" {
		return seats, asked, nil
	}
	if id, failed := domain.ParseID(q.user); failed == nil {
		asked.User = id // one who is gone, too
		return seats, asked, nil
	}
	at, row, err := s.person(ctx, q.user)
	asked.User = row.ID
	return []*seat{at}, asked, err
}

func (p *program) auditList() *cobra.Command {
	var f pageFlags
	var q auditQuery
	c := &cobra.Command{
		Use: "list", Short: "List what was done, refused and failed, the newest first",
		Args: words(), Annotations: needs(domain.AuditRead.String()),
		Example: `  tenantry --as ann audit list --action device. --from 2027-03-01 --limit 20`,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.listAudit(ctx, f, q) })
		},
	}
	f.add(c)
	q.add(c)
	p.addOutside(c, &q)
	return c
}

func (s *session) listAudit(ctx context.Context, f pageFlags, q auditQuery) error {
	seats, asked, err := q.read(ctx, s)
	if err != nil {
		return err
	}
	return list(ctx, s, seats, f, auditListing(), func(ctx context.Context, seat *seat, wanted store.Page) (page[store.AuditRow], error) {
		asked.Page = wanted
		found, err := s.db.Audit(ctx, seat.actor, asked)
		return page[store.AuditRow]{rows: found.Rows, next: found.Next, total: found.Total, atLeast: found.AtLeast, why: found.Reason}, err
	})
}

func auditListing() listing[store.AuditRow] {
	return listing[store.AuditRow]{
		noun: "audit entry",
		head: []string{"When", "Who", "From", "Outcome", "What", "Entry"},
		cells: func(seat *seat, r store.AuditRow) []string {
			return []string{seat.moment(r.At), r.Who, doorWords(r), string(r.Outcome), r.Text, r.Entry.String()}
		},
		item: func(seat *seat, r store.AuditRow) any {
			told := shape.NewAuditEntry(r)
			told.Account = seat.accountName()
			return told
		},
	}
}

// doorWords are the door that somebody came in by and where they came from.
func doorWords(r store.AuditRow) string {
	return strings.TrimSpace(r.Door.String() + " " + r.From)
}

func (p *program) auditShow() *cobra.Command {
	var f pageFlags
	c := &cobra.Command{
		Use: "show ENTRY", Short: "Show all about one audit entry, with the devices that it lists",
		Long: "Show all about one audit entry, named by its ID, with the devices that it lists; in JSON \"devices\" is how many, and \"listed\" are they.",
		Args: words("ENTRY"), Annotations: needs(domain.AuditRead.String()),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.showAudit(ctx, args[0], f) })
		},
	}
	c.Flags().IntVar(&f.limit, "limit", 100, "list at most n devices")
	c.Flags().StringVar(&f.cursor, "cursor", "", "go on where an answer's \"next\" says")
	return c
}

// shownEntry is an entry with a page of the devices that it lists.
type shownEntry struct {
	shape.AuditEntry
	Listed []shape.AuditDevice `json:"listed"`
	Next   string              `json:"next"`
}

func (s *session) showAudit(ctx context.Context, text string, f pageFlags) error {
	seat, row, err := s.auditEntry(ctx, text)
	if err != nil {
		return err
	}
	listed, err := s.db.AuditDevices(ctx, seat.actor, row.Entry, store.Page{Limit: f.limit, Cursor: f.cursor})
	if err != nil {
		return err
	}
	told := shownEntry{AuditEntry: shape.NewAuditEntry(row), Listed: []shape.AuditDevice{}, Next: listed.Next}
	told.Account = seat.accountName()
	for _, d := range listed.Rows {
		told.Listed = append(told.Listed, shape.NewAuditDevice(d))
	}
	return s.answer(told, func() error { return s.describeAudit(seat, row, listed) })
}

// auditEntry finds the entry with that ID.
func (s *session) auditEntry(ctx context.Context, text string) (*seat, store.AuditRow, error) {
	id, err := domain.ParseID(strings.TrimSpace(text))
	if err != nil {
		return nil, store.AuditRow{}, domain.NoSuch("audit entry")
	}
	for _, seat := range s.seats {
		row, err := s.db.AuditEntry(ctx, seat.actor, id)
		if domain.KindOf(err) != domain.NotFound {
			return seat, row, err
		}
	}
	return nil, store.AuditRow{}, domain.NoSuch("audit entry")
}

func (s *session) describeAudit(seat *seat, r store.AuditRow, listed store.AuditDevices) error {
	var where []string
	for _, w := range r.Where {
		where = append(where, w.Name)
	}
	lines := [][2]string{
		{"When", seat.moment(r.At)}, {"Who", r.Who}, {"From", doorWords(r)}, {"Outcome", string(r.Outcome)}, {"Action", r.Action},
		{"What", r.Text}, {"Customers", strings.Join(where, ", ")}, {"Devices", number(r.Devices)},
	}
	if !r.Object.IsZero() {
		lines = append(lines, [2]string{"About", r.Subject.String() + " " + r.Object.String()})
	}
	if !r.Undoes.IsZero() {
		lines = append(lines, [2]string{"Took back", r.Undoes.String()})
	}
	t := &table{w: s.Stdout}
	for _, line := range lines {
		if line[1] == "" {
			continue
		}
		if err := t.add(line[0], line[1]); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil || len(listed.Rows) == 0 {
		return err
	}
	return s.describeListed(listed)
}

func (s *session) describeListed(listed store.AuditDevices) error {
	if err := s.say(""); err != nil {
		return err
	}
	t := &table{w: s.Stdout}
	if err := t.add("Device", "Unit ID", "From", "To"); err != nil {
		return err
	}
	for _, d := range listed.Rows {
		name, unit := d.Name, d.UnitID.String()
		if !d.Seen {
			name, unit = d.ID.String(), ""
		}
		if err := t.add(name, unit, d.From, d.To); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil || listed.Next == "" {
		return err
	}
	return s.say("\n%s of %s; --cursor %s goes on.", strconv.Itoa(len(listed.Rows)), count(listed.Total, "device"), listed.Next)
}
