package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tenantry/domain"
)

// model is a naive twin of the devices of an account: a map, and loops.
type model struct {
	*fixture
	tenant
	rt        *rapid.T
	customers []domain.Customer
	locations []domain.Location
	actors    []domain.Actor
	devices   map[domain.ID]domain.Device
	fleet     *Fleet
	found     map[domain.ID]*Found // by user, the last answer
	entries   []modelEntry
}

// modelEntry is an assignment that may be undone: where each device was and came.
type modelEntry struct {
	id       domain.ID
	from, to map[domain.ID]domain.ID
	at       map[domain.ID]place     // where each was, with its location
	put      map[domain.ID]domain.ID // the location that it came to, where that is known

	places bool                           // it put devices at locations
	edited map[domain.ID][2]domain.Device // each before and after, where it edited them
}

func newModel(t testing.TB, rt *rapid.T) *model {
	f := create(t)
	m := &model{fixture: f, tenant: f.tenant("Acme"), rt: rt, devices: map[domain.ID]domain.Device{}, found: map[domain.ID]*Found{}}
	north := f.customer(m.owner, m.main.ID, "Nordics")
	aarhus := f.customer(m.owner, north.ID, "Århus Depot")
	south := f.customer(m.owner, m.main.ID, "Iberia")
	second := f.customer(m.owner, domain.ID{}, "Van Hire")
	m.customers = []domain.Customer{m.main, north, aarhus, south, second}
	f.inTx(func(tx *tx) error {
		for i, c := range []domain.Customer{m.main, north, aarhus} {
			l := domain.Location{ID: domain.ID{9, byte(i)}, Account: m.account.ID, Customer: c.ID, Name: fmt.Sprintf("Yard %d", i), Email: "y@y.example"}
			m.locations = append(m.locations, l)
			if err := tx.putLocation(l); err != nil {
				return err
			}
		}
		return nil
	})
	const technician = domain.DeviceManagement | domain.FullDeviceAccess
	m.actors = []domain.Actor{
		m.owner, m.operator(),
		f.user(m.owner, north.ID, "tom", technician),
		f.user(m.owner, aarhus.ID, "ada", domain.AccountAdministrator),
		f.user(m.owner, north.ID, "dora", domain.DeviceManagement),
		f.user(m.owner, m.main.ID, "fred", domain.FleetManagement|domain.FullDeviceAccess),
	}
	narrowed, err := f.CreateUser(f.ctx, m.owner, domain.User{
		Customer: north.ID, Username: "nina", FullName: "Nina", Groups: technician, Locations: []domain.ID{m.locations[1].ID, m.locations[2].ID},
	}, Start{Password: goodPassword})
	f.must(err)
	m.actors = append(m.actors, domain.Actor{Account: m.account.ID, User: narrowed.User.ID, Door: domain.DoorMachine})
	if m.fleet, err = f.Fleet(f.ctx, m.owner, nil); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *model) rights(actor domain.Actor) *domain.Rights {
	standing, err := m.Standing(m.ctx, actor)
	m.must(err)
	return standing.Rights
}

func (m *model) drawActor() domain.Actor { return rapid.SampledFrom(m.actors).Draw(m.rt, "actor") }

func (m *model) drawCustomer() domain.ID {
	return rapid.SampledFrom(m.customers).Draw(m.rt, "customer").ID
}

// drawDevice is any device, or none there is.
func (m *model) drawDevice() domain.ID {
	return rapid.SampledFrom(append(m.all(), domain.ID{1, 2, 3})).Draw(m.rt, "device")
}

func (m *model) all() []domain.ID {
	var ids []domain.ID
	for id := range m.devices {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, compareIDs)
	return ids
}

func (m *model) drawLocation() domain.ID {
	i := rapid.IntRange(-1, len(m.locations)-1).Draw(m.rt, "location")
	if i < 0 {
		return domain.ID{}
	}
	return m.locations[i].ID
}

func (m *model) drawText() domain.Device {
	return domain.Device{
		Name:  rapid.SampledFrom([]string{"", "Van 1", "van 2", "VAN 10", "Österbus", "Łódź 7", "🚚", "Crane"}).Draw(m.rt, "name"),
		Plate: rapid.SampledFrom([]string{"", "AB-12", "XY 99"}).Draw(m.rt, "plate"),
		Make:  rapid.SampledFrom([]string{"", "Ford", "ford", "Škoda"}).Draw(m.rt, "make"),
		Model: rapid.SampledFrom([]string{"", "Transit Custom", "Kodiaq"}).Draw(m.rt, "model"),
		Year:  rapid.SampledFrom([]int{0, 2018, 2021}).Draw(m.rt, "year"),
		Type:  rapid.SampledFrom([]string{"", "tracker"}).Draw(m.rt, "type"),
		VIN:   rapid.SampledFrom([]string{"", "WDB7", "WDB17"}).Draw(m.rt, "vin"),
		IMEI:  rapid.SampledFrom([]string{"", "350000000000001", "861234567890123"}).Draw(m.rt, "imei"),
		ICCID: rapid.SampledFrom([]string{"", "8945000000000000001", "894500000000000000F"}).Draw(m.rt, "iccid"),
		Phone: rapid.SampledFrom([]string{"", "+45 12 34 56 78", "112"}).Draw(m.rt, "phone"),
		Tags:  rapid.SampledFrom([][]string{nil, {"cold"}, {"cold", "Tail lift"}}).Draw(m.rt, "tags"),
	}
}

func (m *model) Register(*rapid.T) {
	actor, d := m.drawActor(), m.drawText()
	d.Customer, d.Location = m.drawCustomer(), m.drawLocation()
	d.UnitID = domain.UnitID{0xab, 0xcd, 0xef, 0x12, 15: byte(rapid.IntRange(0, 60).Draw(m.rt, "unit"))}
	may := m.rights(actor)
	want := may.MayDevice(domain.DevicesRegister, d.Customer, d.Location).Allowed && m.fits(may, d)
	for _, other := range m.devices {
		want = want && other.UnitID != d.UnitID
	}
	got, err := m.RegisterDevice(m.ctx, actor, d)
	if (err == nil) != want {
		m.rt.Fatalf("register: %v, want %v", err, want)
	}
	if err == nil {
		m.devices[got.ID] = got
	}
}

// fits says whether the device may be at its location.
func (m *model) fits(may *domain.Rights, d domain.Device) bool {
	for _, l := range m.locations {
		if l.ID == d.Location {
			return may.Reaches(l.Customer) && may.Tree().KeepsLocation(l.Customer, d.Customer)
		}
	}
	return true
}

func (m *model) Edit(*rapid.T) {
	actor, id := m.drawActor(), m.drawDevice()
	d := m.drawText()
	d.ID, d.Location = id, m.drawLocation()
	before, there := m.devices[id]
	may := m.rights(actor)
	d.Customer = before.Customer
	want := there && may.MayDevice(domain.DevicesEdit, before.Customer, before.Location).Allowed &&
		(d.Location == before.Location || may.AtLocation(d.Location) && m.fits(may, d))
	got, err := m.EditDevice(m.ctx, actor, d)
	if (err == nil) != want {
		m.rt.Fatalf("edit: %v, want %v", err, want)
	}
	if err == nil {
		m.devices[id] = got
	}
}

func (m *model) Assign(*rapid.T) {
	actor, to := m.drawActor(), m.drawCustomer()
	var picked []domain.ID
	text := ""
	for range rapid.IntRange(1, 5).Draw(m.rt, "count") {
		id := m.drawDevice()
		if d := m.devices[id]; rapid.Bool().Draw(m.rt, "pasted") && !d.ID.IsZero() {
			text += d.UnitID.String() + "\n"
		} else {
			picked = append(picked, id)
		}
	}
	m.assign(actor, to, Assignment{To: to, Text: text, Devices: picked})
}

func (m *model) assign(actor domain.Actor, to domain.ID, a Assignment) {
	may := m.rights(actor)
	result, err := m.RunBulk(m.ctx, actor, a, nil)
	if allowed := may.May(domain.DevicesAssign, to).Allowed; (err == nil) != allowed {
		m.rt.Fatalf("assign: %v, want %v", err, allowed)
	}
	if err != nil {
		return
	}
	e := modelEntry{id: result.Entry, from: map[domain.ID]domain.ID{}, to: map[domain.ID]domain.ID{}, at: map[domain.ID]place{}}
	for _, row := range result.Rows {
		d := m.devices[row.Device]
		switch row.Result {
		case domain.ResultMoved:
			if !may.MayAssign(&d, to).Allowed || d.Customer == to || d.Customer != row.From {
				m.rt.Fatalf("moved %+v of %+v", row, d)
			}
			e.from[d.ID], e.to[d.ID], e.at[d.ID] = d.Customer, to, place{d.Customer, d.Location}
			m.move(may.Tree(), d.ID, to, d.Location)
		case domain.ResultAlreadyThere:
			if d.Customer != to {
				m.rt.Fatalf("already there: %+v of %+v", row, d)
			}
		}
	}
	if len(e.from) > 0 {
		m.entries = append(m.entries, e)
	}
	for _, id := range a.Devices {
		if d, there := m.devices[id]; there && may.MayAssign(&d, to).Allowed && d.Customer != to {
			m.rt.Fatalf("%s stayed", id)
		}
	}
}

// move puts a device at a customer, at the location if it keeps that.
func (m *model) move(tree *domain.Tree, id, to, location domain.ID) {
	d := m.devices[id]
	d.Customer, d.Location = to, domain.ID{}
	for _, l := range m.locations {
		if l.ID == location && tree.KeepsLocation(l.Customer, to) {
			d.Location = location
		}
	}
	m.devices[id] = d
}

func (m *model) Undo(*rapid.T) {
	if len(m.entries) == 0 {
		m.rt.Skip("nothing to undo")
	}
	actor := m.drawActor()
	e := m.entries[rapid.IntRange(0, len(m.entries)-1).Draw(m.rt, "entry")]
	if e.edited != nil {
		m.undoEdits(actor, e)
		return
	}
	if e.places {
		m.undoPlacement(actor, e)
		return
	}
	may := m.rights(actor)
	undone := modelEntry{from: map[domain.ID]domain.ID{}, to: map[domain.ID]domain.ID{}, at: map[domain.ID]place{}, put: map[domain.ID]domain.ID{}}
	stayed := 0
	for id, to := range e.to {
		switch d := m.devices[id]; {
		case d.Customer == to && may.MayAssign(&d, e.from[id]).Allowed:
			undone.from[id], undone.to[id], undone.at[id] = to, e.from[id], place{d.Customer, d.Location}
			undone.put[id] = e.at[id].location
		case may.SeesDevice(d.Customer, d.Location).Allowed, may.SeesDevice(e.at[id].customer, e.at[id].location).Allowed,
			may.SeesDevice(to, e.put[id]).Allowed:
			stayed++
		}
	}
	result, err := m.UndoBulk(m.ctx, actor, e.id, nil)
	if err != nil {
		if len(undone.to) > 0 || may.Reaches(domain.ID{}) {
			m.rt.Fatalf("undo: %v, want %d", err, len(undone.to))
		}
		return
	}
	if result.Moved != len(undone.to) || result.Stayed != stayed {
		m.rt.Fatalf("undo: %+v, want %d of %d", result, len(undone.to), len(e.to))
	}
	for id := range undone.to {
		d, err := m.Device(m.ctx, m.owner, id)
		m.must(err)
		if d.Customer != undone.to[id] {
			m.rt.Fatalf("undone to %s, want %s", d.Customer, undone.to[id])
		}
		m.devices[id] = d.Device
	}
	if result.Entry.IsZero() != (len(undone.to) == 0) {
		m.rt.Fatalf("undo: entry %s of %d", result.Entry, len(undone.to))
	}
	if len(undone.to) > 0 {
		undone.id = result.Entry
		m.entries = append(m.entries, undone)
	}
}

func (m *model) Repack(*rapid.T) {
	m.fleet.repackNow(m.ctx, func() {
		m.assign(m.owner, m.main.ID, Assignment{To: m.main.ID, Devices: m.all()[:min(1, len(m.devices))]})
	})
}

// Check compares every way to list devices with the model.
func (m *model) Check(*rapid.T) {
	actor := m.drawActor()
	asked := rapid.SliceOfN(rapid.SampledFrom(modelTerms), 0, 3).Draw(m.rt, "filter")
	filter := ""
	for _, term := range asked {
		filter += term.text + " "
	}
	q := DeviceQuery{Filter: filter, Sort: rapid.SampledFrom(DeviceSorts()).Draw(m.rt, "sort"), Reverse: rapid.Bool().Draw(m.rt, "reverse")}
	if rapid.Bool().Draw(m.rt, "scoped") {
		q.Customer, q.Below = m.drawCustomer(), rapid.Bool().Draw(m.rt, "below")
	}
	q.Limit = rapid.IntRange(1, 7).Draw(m.rt, "limit")
	may := m.rights(actor)
	if !q.Customer.IsZero() && !may.Reaches(q.Customer) {
		_, err := m.Devices(m.ctx, actor, q)
		kind(m.t, err, domain.NotFound)
		return
	}
	want := m.naive(may, q, asked)
	var got []domain.ID
	for {
		list, err := m.Devices(m.ctx, actor, q)
		m.must(err)
		if list.Total != len(want) || len(list.Rows) > q.Limit {
			m.rt.Fatalf("listed %d, want %d", list.Total, len(want))
		}
		for _, row := range list.Rows {
			got = append(got, row.ID)
			if mine := m.devices[row.ID]; mine.Customer != row.Customer || mine.Location != row.Location || mine.Name != row.Name {
				m.rt.Fatalf("listed %+v, want %+v", row, mine)
			}
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		m.rt.Fatalf("%q by %s: listed %v, want %v", filter, q.Sort, got, want)
	}
	m.checkFound(actor, q, want)
}

func (m *model) checkFound(actor domain.Actor, q DeviceQuery, want []domain.ID) {
	found, err := m.Search(m.ctx, actor, m.fleet, FleetQuery{Customer: q.Customer, Below: q.Below, Filter: q.Filter, Within: m.found[actor.User]})
	m.must(err)
	m.found[actor.User] = found
	found, err = m.SortFound(m.ctx, actor, found, q.Sort, q.Reverse)
	m.must(err)
	var got []domain.ID
	for i := range found.Len() {
		got = append(got, found.ID(i))
		if at, there := found.Find(got[i]); !there || at != i {
			m.rt.Fatalf("device %d found at %d, %v", i, at, there)
		}
	}
	if !slices.Equal(got, want) {
		m.rt.Fatalf("%q by %s: found %v, want %v", q.Filter, q.Sort, got, want)
	}
	for id := range m.devices {
		if _, there := found.Find(id); there != slices.Contains(want, id) {
			m.rt.Fatalf("%s found: %v", id, there)
		}
	}
	sameFleet(m.t, m.fleet, m.rebuilt(m.owner))
}

// naive lists by asking of every device whether it is seen and matches.
func (m *model) naive(may *domain.Rights, q DeviceQuery, asked []modelTerm) []domain.ID {
	var listed []domain.Device
	for _, d := range m.devices {
		inScope := q.Customer.IsZero() || d.Customer == q.Customer || q.Below && may.Tree().Within(d.Customer, q.Customer)
		if inScope && may.SeesDevice(d.Customer, d.Location).Allowed && m.naiveMatch(may, d, asked) {
			listed = append(listed, d)
		}
	}
	slices.SortFunc(listed, func(a, b domain.Device) int {
		c := m.naiveCompare(a, b, may, q.Sort)
		if c == 0 {
			c = naiveNatural(a.Name, b.Name)
		}
		if c == 0 {
			c = compareIDs(a.ID, b.ID)
		}
		if q.Reverse {
			return -c
		}
		return c
	})
	var ids []domain.ID
	for _, d := range listed {
		ids = append(ids, d.ID)
	}
	return ids
}

func (m *model) naiveCompare(a, b domain.Device, may *domain.Rights, by DeviceSort) int {
	at := func(id domain.ID) int {
		i, _ := may.Tree().Position(id)
		return i
	}
	location := func(id domain.ID) string {
		for _, l := range m.locations {
			if l.ID == id && may.Reaches(l.Customer) {
				return l.Name
			}
		}
		return ""
	}
	digits := func(a, b string) int { return strings.Compare(domain.Fold(a), domain.Fold(b)) }
	switch by {
	case SortUnitID:
		return strings.Compare(a.UnitID.String(), b.UnitID.String())
	case SortCustomer:
		return at(a.Customer) - at(b.Customer)
	case SortLocation:
		return naiveNatural(location(a.Location), location(b.Location))
	case SortMake:
		return naiveNatural(a.Make, b.Make)
	case SortModel:
		return naiveNatural(a.Model, b.Model)
	case SortType:
		return naiveNatural(a.Type, b.Type)
	case SortPlate:
		return naiveNatural(a.Plate, b.Plate)
	case SortTags:
		return naiveNatural(strings.Join(a.Tags, ","), strings.Join(b.Tags, ","))
	case SortYear:
		return a.Year - b.Year
	case SortVIN:
		return digits(a.VIN, b.VIN)
	case SortIMEI:
		return digits(a.IMEI, b.IMEI)
	case SortICCID:
		return digits(a.ICCID, b.ICCID)
	case SortPhone:
		return digits(a.Phone, b.Phone)
	case SortStatus:
		return int(a.Status) - int(b.Status)
	case SortLastCommunication:
		return a.LastCommunication.Compare(b.LastCommunication)
	case SortRegistered:
		return a.RegisteredAt.Compare(b.RegisteredAt)
	}
	return 0
}

var digitRuns = regexp.MustCompile("[0-9]+")

// naiveNatural writes every number with so many zeros in front that letters do.
func naiveNatural(a, b string) int {
	pad := func(text string) string {
		return digitRuns.ReplaceAllStringFunc(domain.Fold(text), func(run string) string {
			return strings.Repeat("0", 40-len(run)) + run
		})
	}
	return strings.Compare(pad(a), pad(b))
}

func TestDevicesAgreeWithTheModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(t, rt)
		rt.Repeat(rapid.StateMachineActions(m))
		m.finishNow()
	})
}

// finishNow checks and closes the database in the middle of a test.
func (m *model) finishNow() {
	report, err := m.DB.Check(m.ctx, nil)
	m.must(err)
	for _, problem := range report.Problems {
		m.rt.Errorf("%s: %s", problem.Where, problem.What)
	}
}
