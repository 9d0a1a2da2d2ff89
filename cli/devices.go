package cli

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) devicesCommands() *cobra.Command {
	return p.parent("devices", "Devices: list, register, edit, move them to customers",
		p.devicesList(), p.devicesShow(), p.devicesRegister(), p.devicesEdit(),
		p.devicesImport(), p.devicesExport(), p.devicesAssign(), p.devicesPlace(), p.devicesUndo(), p.devicesFilters())
}

func deviceJSON(seat *seat, d store.DeviceRow) *shape.Device {
	told := shape.NewDevice(d)
	told.Account = seat.accountName()
	return told
}

// deviceQuery are the flags that choose devices.
type deviceQuery struct {
	customer, filter, sort string
	saved, location        string
	below, reverse         bool
}

func (q *deviceQuery) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&q.customer, "customer", "", "only those of the customer with this path")
	flags.BoolVar(&q.below, "below", false, "with --customer: and those of the customers nested under it")
	flags.StringVar(&q.location, "location", "", "only those at the location with this ID")
	flags.StringVar(&q.filter, "filter", "", "only those that match, like: "+domain.FilterHelp)
	flags.StringVar(&q.saved, "saved", "", "only those that match the filter which you keep under this name")
	flags.StringVar(&q.sort, "sort", "", "sort by column: "+strings.Join(deviceSorts(), ", "))
	flags.BoolVar(&q.reverse, "reverse", false, "turn the order round")
	oneOf(c, "filter", "saved")
}

func deviceSorts() []string {
	var names []string
	for _, by := range store.DeviceSorts() {
		names = append(names, string(by))
	}
	return names
}

// read is the query for the store, and the seats to ask it from.
func (q *deviceQuery) read(ctx context.Context, s *session) ([]*seat, store.DeviceQuery, error) {
	asked := store.DeviceQuery{Below: q.below || q.customer == "", Filter: q.filter, Sort: store.DeviceSort(q.sort), Reverse: q.reverse}
	seats, customer, err := s.narrowed(q.customer)
	asked.Customer = customer
	if q.location != "" && err == nil {
		if asked.Location, err = domain.ParseID(q.location); err != nil {
			err = domain.Errorf(domain.Invalid, "location", "%q isn't the ID of a location. \"tenantry locations list --json\" shows them; --filter location:NAME goes by the name.", domain.CleanCut(q.location, 40))
		}
	}
	if q.saved != "" && err == nil {
		var own *seat
		if own, err = s.one(); err == nil {
			var kept store.SavedFilter
			kept, err = s.savedFilter(ctx, own, q.saved)
			asked.Filter = kept.Filter
		}
	}
	return seats, asked, err
}

func (p *program) devicesList() *cobra.Command {
	var f pageFlags
	var q deviceQuery
	c := &cobra.Command{
		Use: "list", Short: "List devices",
		Args: words(), Annotations: needs(domain.DevicesSee.String()),
		Example: `  tenantry --as ann devices list --customer "Acme HQ/Nordics" --below --filter "van 12"`,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.listDevices(ctx, f, q) })
		},
	}
	f.add(c)
	q.add(c)
	return c
}

func (s *session) listDevices(ctx context.Context, f pageFlags, q deviceQuery) error {
	seats, asked, err := q.read(ctx, s)
	if err != nil {
		return err
	}
	read := func(ctx context.Context, seat *seat, wanted store.Page) (page[store.DeviceRow], error) {
		asked.Page = wanted
		found, err := s.db.Devices(ctx, seat.actor, asked)
		return page[store.DeviceRow]{rows: found.Rows, next: found.Next, total: found.Total, why: found.Reason}, err
	}
	if f == (pageFlags{}) {
		read = s.allDevices(asked)
	}
	return list(ctx, s, seats, f, deviceListing(), read)
}

// allDevices reads page after page without finding the place of each anew,
// which for a million devices takes longer than all the rest.
func (s *session) allDevices(asked store.DeviceQuery) func(context.Context, *seat, store.Page) (page[store.DeviceRow], error) {
	begun := map[*seat]*store.DeviceBatches{}
	return func(ctx context.Context, seat *seat, _ store.Page) (page[store.DeviceRow], error) {
		all := begun[seat]
		if all == nil {
			var err error
			if all, err = s.db.DeviceBatches(ctx, seat.actor, asked); err != nil {
				return page[store.DeviceRow]{}, err
			}
			begun[seat] = all
		}
		rows, err := all.Next(ctx)
		answer := page[store.DeviceRow]{rows: rows, total: all.Total, why: all.Reason}
		if all.More() {
			answer.next = "more"
		}
		return answer, err
	}
}

func deviceListing() listing[store.DeviceRow] {
	return listing[store.DeviceRow]{
		noun: "device",
		head: []string{"Name", "Unit ID", "Customer", "Vehicle", "Plate", "Status", "Last communication"},
		cells: func(seat *seat, d store.DeviceRow) []string {
			return []string{d.Name, d.UnitID.String(), d.CustomerPath, vehicle(d.Device), d.Plate, d.Status.String(), seat.moment(d.LastCommunication)}
		},
		item: func(seat *seat, d store.DeviceRow) any { return deviceJSON(seat, d) },
	}
}

// vehicle is what a device is built into, in a few words.
func vehicle(d domain.Device) string {
	return strings.Join(strings.Fields(d.Make+" "+d.Model), " ")
}

func (p *program) devicesShow() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show all about one device, with its history",
		Long: "Show all about one device. ID is its unit ID, its device ID, or the first eight or more digits of either where that is unique in reach.",
		Args: words("ID"), Annotations: needs(domain.DevicesSee.String()),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, d, err := s.device(ctx, args[0])
				if err != nil {
					return err
				}
				history, _, err := s.db.DeviceHistory(ctx, seat.actor, d.ID, store.Page{})
				if err != nil {
					return err
				}
				if p.json {
					shown := deviceJSON(seat, d)
					shown.History = shape.NewHappenings(history)
					return writeJSON(p.Stdout, shown)
				}
				return s.describeDevice(seat, d, history)
			})
		},
	}
}

// device finds one by what a person has of its identity.
func (s *session) device(ctx context.Context, text string) (*seat, store.DeviceRow, error) {
	missing := error(domain.NoSuch("device"))
	for _, seat := range s.seats {
		d, err := s.db.FindDevice(ctx, seat.actor, text)
		if err == nil {
			return seat, d, nil
		}
		missing = err
		if domain.KindOf(err) != domain.NotFound {
			break
		}
	}
	return nil, store.DeviceRow{}, missing
}

func (s *session) describeDevice(seat *seat, d store.DeviceRow, history []store.HistoryRow) error {
	t := &table{w: s.Stdout}
	shown := deviceJSON(seat, d)
	for _, line := range [][2]string{
		{"Name", d.Name}, {"Unit ID", d.UnitID.String()}, {"Device ID", d.ID.String()},
		{"Customer", d.CustomerPath}, {"Location", d.LocationName},
		{"Vehicle", vehicle(d.Device)}, {"Year", number(d.Year)}, {"Type", d.Type}, {"Plate", d.Plate}, {"VIN", d.VIN},
		{"Board version", d.BoardVersion}, {"IMEI", d.IMEI}, {"ICCID", d.ICCID}, {"Phone", d.Phone},
		{"Tags", strings.Join(d.Tags, ", ")}, {"Status", shown.Status},
		{"Last communication", seat.moment(d.LastCommunication)}, {"Registered", seat.moment(d.RegisteredAt)},
	} {
		if line[1] == "" {
			continue
		}
		if err := t.add(line[0], line[1]); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if len(history) == 0 {
		return nil
	}
	if err := s.say("\nHistory"); err != nil {
		return err
	}
	past := &table{w: s.Stdout}
	for _, h := range history {
		if err := past.add(seat.moment(h.At), h.Who, h.Text); err != nil {
			return err
		}
	}
	return past.flush()
}

func (p *program) devicesRegister() *cobra.Command {
	var f deviceFlags
	var unit, customer string
	c := &cobra.Command{
		Use: "register --unit-id ID --customer PATH", Short: "Register a new device",
		Args: words(), Annotations: needs(domain.DevicesRegister.String()),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "unit-id", "customer"); err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				var d domain.Device
				var err error
				if d.UnitID, err = domain.ParseUnitID(unit); err != nil {
					return err
				}
				if err := f.change(c, &d); err != nil {
					return err
				}
				seat, id, err := s.at(customer)
				if err != nil {
					return err
				}
				d.Customer = id
				made, err := s.db.RegisterDevice(ctx, seat.actor, d)
				if err != nil {
					return err
				}
				return s.tellDevice(ctx, seat, made.ID, "Registered %s at %s.")
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&unit, "unit-id", "", "the ID printed on it: 32 hex digits")
	c.Flags().StringVar(&customer, "customer", "", "the path of the customer that gets it")
	return c
}

// tellDevice answers with a device as it is now; text has places for its name
// and its customer's path.
func (s *session) tellDevice(ctx context.Context, seat *seat, id domain.ID, text string) error {
	d, err := s.db.Device(ctx, seat.actor, id)
	if err != nil {
		return err
	}
	return s.answer(deviceJSON(seat, d), func() error {
		name := d.Name
		if name == "" {
			name = d.UnitID.String()
		}
		return s.say(text, name, d.CustomerPath)
	})
}

// deviceFlags are what can be said about a device.
type deviceFlags struct {
	name, make, model, year, kind, plate, imei, iccid, phone, vin, tags string
}

// words are the flags by name, with where each is kept and what it is called.
func (f *deviceFlags) words() map[string]struct {
	kept *string
	help string
} {
	type flag = struct {
		kept *string
		help string
	}
	return map[string]flag{
		"name": {&f.name, "what people call it"}, "make": {&f.make, "the vehicle's make"}, "model": {&f.model, "the vehicle's model"},
		"year": {&f.year, "the model year"}, "type": {&f.kind, "the kind of vehicle"},
		"plate": {&f.plate, "the licence plate"}, "imei": {&f.imei, "the modem's IMEI"}, "iccid": {&f.iccid, "the SIM card's number"},
		"phone": {&f.phone, "the SIM card's telephone number"}, "vin": {&f.vin, "the vehicle identification number"},
		"tags": {&f.tags, "its tags, separated by commas"},
	}
}

func (f *deviceFlags) add(c *cobra.Command) {
	for name, flag := range f.words() {
		c.Flags().StringVar(flag.kept, name, "", flag.help)
	}
}

// change writes what was given into d.
func (f *deviceFlags) change(c *cobra.Command, d *domain.Device) error {
	fields := map[string]*string{
		"name": &d.Name, "make": &d.Make, "model": &d.Model, "type": &d.Type, "plate": &d.Plate,
		"imei": &d.IMEI, "iccid": &d.ICCID, "phone": &d.Phone, "vin": &d.VIN,
	}
	for name, flag := range f.words() {
		if field := fields[name]; field != nil && c.Flags().Changed(name) {
			*field = *flag.kept
		}
	}
	var err error
	if c.Flags().Changed("year") {
		if d.Year, err = domain.ParseYear(f.year); err != nil {
			return err
		}
	}
	if c.Flags().Changed("tags") {
		d.Tags, err = domain.ParseTags(f.tags)
	}
	return err
}

func (p *program) devicesImport() *cobra.Command {
	var dryRun bool
	c := &cobra.Command{
		Use: "import FILE", Short: "Register devices out of a CSV file",
		Long: "Register devices out of a CSV file; - is standard input. Its first line names the columns, in any order: unit_id, name, customer, make, model, year, type, plate, imei, iccid, phone, vin, tags. Customer is a path. Good lines are registered, bad ones told.",
		Args: words("FILE"), Annotations: reads("FILE", needs(domain.DevicesRegister.String())),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, err := s.one()
				if err != nil {
					return err
				}
				return p.reading(args[0], func(r io.Reader) error {
					tell, done := p.progress("importing")
					result, err := s.db.ImportDevices(ctx, seat.actor, r, dryRun, tell)
					done()
					if err != nil {
						return err
					}
					return s.tellImport(result, dryRun)
				})
			})
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only say what it would do")
	return c
}

func (s *session) tellImport(result store.ImportResult, dryRun bool) error {
	if result.Rows == nil {
		result.Rows = []store.ImportRow{}
	}
	return s.answerRows(result, result.Failed, func() error { return s.describeImport(result, dryRun) })
}

func (s *session) describeImport(result store.ImportResult, dryRun bool) error {
	verb := "Registered"
	if dryRun {
		verb = "Would register"
	}
	if err := s.say(verb+" %s; %s failed.", count(result.Added, "device"), thousands(result.Failed)); err != nil {
		return err
	}
	if len(result.Rows) == 0 {
		return nil
	}
	t := &table{w: s.Stdout, right: numberColumns(0)}
	if err := firstOf(s.say(""), t.add("Line", "Why")); err != nil {
		return err
	}
	for _, row := range result.Rows {
		if err := t.add(strconv.Itoa(row.Line), sentence(row.Error)); err != nil {
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

func (p *program) devicesExport() *cobra.Command {
	var q deviceQuery
	c := &cobra.Command{
		Use: "export", Short: "Write devices as CSV, in the form that import reads",
		Args: words(), Annotations: needs(domain.DevicesSee.String()),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				if p.json {
					return s.listDevices(ctx, pageFlags{}, q)
				}
				seats, asked, err := q.read(ctx, s)
				if err != nil {
					return err
				}
				if len(seats) != 1 {
					return s.choose() // a file holds one account's paths
				}
				tell, done := p.progress("exporting")
				defer done()
				_, err = s.db.ExportDevices(ctx, seats[0].actor, asked, p.Stdout, tell)
				return err
			})
		},
	}
	q.add(c)
	return c
}
