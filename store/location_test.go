package store

import (
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

// placed is an account with locations, devices at them and users limited to them:
//
//	Acme HQ
//	├─ Iberia              Puerto
//	└─ Nordics             Depot (2 devices), yard
//	   └─ Oslo             Dock (1 device); one device of Oslo is at Depot, too
type placed struct {
	*fixture
	tenant
	nordics, oslo, iberia     domain.Customer
	depot, yard, dock, puerto domain.Location
	tom                       domain.Actor // of Nordics, sees devices, limited to Depot
	vans                      []domain.ID  // two at Depot, one at Dock
}

const managesDevices = domain.FullDeviceAccess | domain.DeviceManagement

func newPlaced(t *testing.T) *placed {
	t.Helper()
	f := create(t)
	p := &placed{fixture: f, tenant: f.tenant("Acme")}
	p.nordics = f.customer(p.owner, p.main.ID, "Nordics")
	p.oslo = f.customer(p.owner, p.nordics.ID, "Oslo")
	p.iberia = f.customer(p.owner, p.main.ID, "Iberia")
	made := func(c domain.Customer, name string) domain.Location {
		l, err := f.CreateLocation(f.ctx, p.owner, domain.Location{Customer: c.ID, Name: name, Email: "hello@acme.example"})
		f.must(err)
		return l
	}
	p.depot, p.yard, p.dock, p.puerto = made(p.nordics, "Depot"), made(p.nordics, "yard"), made(p.oslo, "Dock"), made(p.iberia, "Puerto")
	p.tom = f.user(p.owner, p.nordics.ID, "tom", managesDevices)
	p.limit(p.tom, p.depot.ID)
	p.vans = ids(
		f.device(p.owner, place{p.nordics.ID, p.depot.ID}), f.device(p.owner, place{p.oslo.ID, p.depot.ID}),
		f.device(p.owner, place{p.oslo.ID, p.dock.ID}),
	)
	return p
}

// seen counts the devices that somebody sees.
func (p *placed) seen(who domain.Actor) int {
	p.t.Helper()
	list, err := p.Devices(p.ctx, who, DeviceQuery{})
	p.must(err)
	return list.Total
}

// listed are locations in words: "Depot d2 u1".
func (p *placed) listed(who domain.Actor, q LocationQuery) string {
	p.t.Helper()
	list, err := p.Locations(p.ctx, who, q)
	p.must(err)
	var words []string
	for _, l := range list.Rows {
		words = append(words, l.Name+" d"+number(l.Devices)+" u"+number(l.Users))
	}
	return strings.Join(words, ", ")
}

func number(n int) string {
	if n < 0 {
		return "?"
	}
	return string(rune('0' + n))
}

func TestLocationsAreListedWithWhatIsThere(t *testing.T) {
	p := newPlaced(t)
	ada := p.user(p.owner, p.nordics.ID, "ada", domain.AccountAdministrator|domain.NestedCustomerAdministrator)
	fred := p.user(p.owner, p.nordics.ID, "fred", domain.FleetManagement)
	fiona := p.user(p.owner, p.nordics.ID, "fiona", domain.FleetManagement|domain.FullDeviceAccess)
	p.limit(fiona, p.yard.ID)
	for _, c := range []struct {
		name string
		who  domain.Actor
		q    LocationQuery
		want string
	}{
		{"the owner", p.owner, LocationQuery{}, "Puerto d0 u0, Depot d2 u1, yard d0 u1, Dock d1 u0"},
		{"an administrator", ada, LocationQuery{}, "Depot d2 u1, yard d0 u1, Dock d1 u0"},
		{"of one customer", ada, LocationQuery{Customer: p.oslo.ID}, "Dock d1 u0"},
		{"and below", p.owner, LocationQuery{Customer: p.nordics.ID, Below: true}, "Depot d2 u1, yard d0 u1, Dock d1 u0"},
		{"who sees no devices", fred, LocationQuery{}, "Depot d? u1, yard d? u1"},
		{"who is limited", fiona, LocationQuery{}, "Depot d? u1, yard d0 u1"},
		{"by devices", ada, LocationQuery{Sort: SortLocationDevices, Reverse: true}, "Depot d2 u1, Dock d1 u0, yard d0 u1"},
		{"by name", p.owner, LocationQuery{Sort: SortLocationName}, "Depot d2 u1, Dock d1 u0, Puerto d0 u0, yard d0 u1"},
		{"by users", ada, LocationQuery{Sort: SortLocationUsers}, "Dock d1 u0, Depot d2 u1, yard d0 u1"},
		{"filtered", p.owner, LocationQuery{Filter: "OSLO do"}, "Dock d1 u0"},
	} {
		if got := p.listed(c.who, c.q); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
	_, err := p.Locations(p.ctx, p.tom, LocationQuery{})
	kind(t, err, domain.Refused)
	_, err = p.Locations(p.ctx, p.owner, LocationQuery{Sort: "size"})
	kind(t, err, domain.Invalid)
	var paged []string
	q := LocationQuery{Page: Page{Limit: 1}}
	for {
		list, err := p.Locations(p.ctx, p.owner, q)
		p.must(err)
		if list.Total != 4 {
			t.Fatalf("%d in all", list.Total)
		}
		paged = append(paged, list.Rows[0].Name)
		if q.Cursor = list.Next; q.Cursor == "" {
			break
		}
	}
	if strings.Join(paged, " ") != "Puerto Depot yard Dock" {
		t.Error(paged)
	}
}

func TestLocationsAreMadeAndChanged(t *testing.T) {
	p := newPlaced(t)
	fred := p.user(p.owner, p.nordics.ID, "fred", domain.FleetManagement)
	made, err := p.CreateLocation(p.ctx, fred, domain.Location{Name: " North  gate ", Email: "gate@acme.example", Notes: "code 12"})
	p.must(err)
	if made.Customer != p.nordics.ID || made.Name != "North gate" || made.Version != 1 {
		t.Errorf("%+v", made)
	}
	for want, l := range map[domain.Kind]domain.Location{
		domain.Invalid:  {Customer: p.nordics.ID, Name: "No contact"},
		domain.Conflict: {Customer: p.nordics.ID, Name: "DEPOT", Email: "a@acme.example"},
		domain.Refused:  {Customer: p.oslo.ID, Name: "Below", Email: "a@acme.example"},
		domain.NotFound: {Customer: p.iberia.ID, Name: "Beside", Email: "a@acme.example"},
	} {
		_, err := p.CreateLocation(p.ctx, fred, l)
		kind(t, err, want)
	}
	_, err = p.CreateLocation(p.ctx, p.owner, domain.Location{Customer: p.oslo.ID, Name: "Depot", Email: "a@acme.example"})
	p.must(err) // of another customer
	_, err = p.CreateLocation(p.ctx, p.tom, domain.Location{Name: "Mine", Email: "a@acme.example"})
	kind(t, err, domain.Refused)

	changed := made
	changed.Phone = "+45 12 34 56 78"
	changed, err = p.EditLocation(p.ctx, p.owner, changed)
	p.must(err)
	if changed.Version != 2 {
		t.Errorf("%+v", changed)
	}
	_, err = p.EditLocation(p.ctx, fred, made)
	kind(t, err, domain.Conflict)
	if !strings.Contains(err.Error(), "changed by someone") { // fred doesn't reach the owner
		t.Error(err)
	}
	changed.Name = "yard"
	_, err = p.EditLocation(p.ctx, fred, changed)
	kind(t, err, domain.Conflict)
	changed.Name, changed.Customer = "North gate", p.oslo.ID
	_, err = p.EditLocation(p.ctx, p.owner, changed)
	kind(t, err, domain.Invalid)
	number := p.lastEntry(p.account.ID).number
	_, err = p.EditLocation(p.ctx, p.owner, domain.Location{ID: made.ID, Name: "North gate", Email: made.Email, Notes: made.Notes, Phone: "+45 12345678"})
	p.must(err)
	if e := p.lastEntry(p.account.ID); e.number != number && len(e.changes) == 0 {
		t.Errorf("nothing changed, and is told as %+v", e)
	}
}

// TestDeletingALocationNeverWidensAView is rule 6.
func TestDeletingALocationNeverWidensAView(t *testing.T) {
	p := newPlaced(t)
	if n := p.seen(p.tom); n != 2 {
		t.Fatalf("tom sees %d", n)
	}
	_, err := p.DeleteLocation(p.ctx, p.owner, p.depot.ID, 0)
	kind(t, err, domain.Conflict)
	if !strings.Contains(err.Error(), "tom is limited to this location alone") {
		t.Error(err)
	}
	ines := p.user(p.owner, p.main.ID, "ines", managesDevices) // above whoever deletes
	p.limit(ines, p.depot.ID)
	nils := p.user(p.owner, p.nordics.ID, "nils", domain.FleetManagement)
	p.limit(p.tom, p.depot.ID, p.dock.ID)
	_, err = p.DeleteLocation(p.ctx, nils, p.depot.ID, 0)
	kind(t, err, domain.Conflict)
	if strings.Contains(err.Error(), "ines") || !strings.HasPrefix(err.Error(), "Somebody whom you don't see is") || !strings.Contains(err.Error(), "An administrator above") {
		t.Error(err)
	}
	p.limit(ines, p.depot.ID, p.puerto.ID)
	_, err = p.DeleteLocation(p.ctx, nils, p.depot.ID, 9)
	kind(t, err, domain.Conflict)
	deleted, err := p.DeleteLocation(p.ctx, nils, p.depot.ID, 1)
	p.must(err)
	if deleted.Devices != -1 || !slices.Equal(deleted.Users, []string{"tom"}) {
		t.Errorf("%+v", deleted)
	}
	if p.seen(p.tom) != 1 || p.seen(ines) != 0 {
		t.Errorf("tom sees %d, ines %d", p.seen(p.tom), p.seen(ines))
	}
	if at := p.ownerOf(p.account.ID, p.vans[1]); at != (place{customer: p.oslo.ID}) {
		t.Errorf("%+v", at)
	}
	// One entry lists the devices, and names nobody; what ines lost stands in one of
	// her customer's.
	e := p.lastEntry(p.account.ID)
	if e.action != actionDeleteLocation || e.listed != 2 || len(e.changes) != 0 || !slices.Contains(e.where, p.oslo.ID) || slices.Contains(e.where, p.main.ID) {
		t.Errorf("%+v", e)
	}
	for name, want := range map[string]string{"owner": "location cleared, because the location Depot was deleted", "olga": "location cleared, because its location was deleted"} {
		who := p.owner
		if name == "olga" {
			who = p.user(p.owner, p.oslo.ID, "olga", domain.AccountAdministrator)
		}
		rows, _, err := p.DeviceHistory(p.ctx, who, p.vans[1], Page{})
		p.must(err)
		if len(rows) == 0 || rows[0].Text != want {
			t.Errorf("%s reads %+v", name, rows)
		}
	}
}

func TestUsersAreLimitedFromTheLocation(t *testing.T) {
	p := newPlaced(t)
	ada := p.user(p.owner, p.nordics.ID, "ada", domain.AccountAdministrator|domain.NestedCustomerAdministrator)
	una := p.user(p.owner, p.nordics.ID, "una", managesDevices)
	olga := p.user(p.owner, p.oslo.ID, "olga", managesDevices)
	ines := p.user(p.owner, p.main.ID, "ines", managesDevices)
	fred := p.user(p.owner, p.nordics.ID, "fred", domain.FleetManagement)
	if n := p.seen(una); n != 3 {
		t.Fatalf("una sees %d", n)
	}
	changed, err := p.LimitUsers(p.ctx, ada, Limits{Location: p.yard.ID, Limit: ids(una.User, p.tom.User)})
	p.must(err)
	if n := len(changed.Limited); n != 2 || p.seen(una) != 0 || p.seen(p.tom) != 2 {
		t.Errorf("%d; una sees %d, tom %d", n, p.seen(una), p.seen(p.tom))
	}
	for name, try := range map[string]struct {
		who   domain.Actor
		users []domain.ID
		want  domain.Kind
	}{
		"a user of a nested customer":   {ada, ids(olga.User), domain.NotFound},
		"one above":                     {ada, ids(ines.User), domain.NotFound},
		"oneself":                       {ada, ids(ada.User), domain.Refused},
		"without the right":             {fred, ids(una.User), domain.Refused},
		"who may manage none":           {p.tom, ids(una.User), domain.Refused},
		"one of whom one isn't allowed": {ada, ids(una.User, ines.User), domain.NotFound},
	} {
		before := p.read(una)
		_, err := p.LimitUsers(p.ctx, try.who, Limits{Location: p.yard.ID, Limit: try.users})
		if domain.KindOf(err) != try.want {
			t.Errorf("%s: %v", name, err)
		}
		if p.read(una).Version != before.Version {
			t.Errorf("%s changed somebody", name)
		}
	}
	// Lifting the only limit of somebody takes saying so.
	_, err = p.LimitUsers(p.ctx, ada, Limits{Location: p.yard.ID, Unlimit: ids(p.tom.User, una.User)})
	kind(t, err, domain.Refused)
	if !strings.Contains(err.Error(), "una is limited to this location alone") || len(p.read(p.tom).Locations) != 2 {
		t.Error(err)
	}
	changed, err = p.LimitUsers(p.ctx, ada, Limits{Location: p.yard.ID, Unlimit: ids(p.tom.User)})
	p.must(err)
	if n := len(changed.Unlimited); n != 1 || len(changed.Lifted) > 0 || p.seen(p.tom) != 2 {
		t.Errorf("%d; tom sees %d", n, p.seen(p.tom))
	}
	changed, err = p.LimitUsers(p.ctx, ada, Limits{Location: p.yard.ID, Unlimit: ids(una.User, p.tom.User), Lift: true})
	p.must(err)
	if n := len(changed.Lifted); n != 1 || p.seen(una) != 3 || len(p.read(p.tom).Locations) != 1 {
		t.Errorf("%d; una sees %d, tom is limited to %v", n, p.seen(una), p.read(p.tom).Locations)
	}
	rows, err := p.LimitableUsers(p.ctx, ada, p.depot.ID)
	p.must(err)
	var words []string
	for _, r := range rows {
		words = append(words, r.Username)
		if r.Here != (r.Username == "tom") || (r.Fixed != "") != (r.Username == "ada") || r.Unnarrowed != (r.Username == "ada") {
			t.Errorf("%+v", r)
		}
	}
	if got := strings.Join(words, " "); got != "ada fred tom una" {
		t.Error(got)
	}
}

// TestADeviceIsPutWhereItMayBe asks that the list of locations and the rule agree.
func TestADeviceIsPutWhereItMayBe(t *testing.T) {
	p := newPlaced(t)
	una := p.user(p.owner, p.nordics.ID, "una", managesDevices)
	olga := p.user(p.owner, p.oslo.ID, "olga", managesDevices)
	for _, c := range []struct {
		who  domain.Actor
		at   domain.ID
		want string
	}{
		{una, p.nordics.ID, "Depot yard"},
		{una, p.oslo.ID, "Depot yard Dock"},
		{olga, p.oslo.ID, "Dock"},
		{p.tom, p.oslo.ID, "Depot"}, // limited to it
	} {
		rows, err := p.LocationsForDevice(p.ctx, c.who, c.at)
		p.must(err)
		var names []string
		may := map[domain.ID]bool{}
		for _, l := range rows {
			names = append(names, l.Name)
			may[l.ID] = true
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s, not %s", got, c.want)
		}
		device := p.device(p.owner, place{c.at, p.depot.ID})
		for _, l := range []domain.Location{p.depot, p.yard, p.dock, p.puerto} {
			if c.who == olga && l.ID == p.depot.ID {
				continue // it is there already, which is no change
			}
			_, err := p.EditDevice(p.ctx, c.who, domain.Device{ID: device, Name: "Van", Location: l.ID})
			if (err == nil) != may[l.ID] {
				t.Errorf("at %s: %v", l.Name, err)
			}
		}
	}
	// To somebody limited, another's location is like none at all.
	_, other := p.EditDevice(p.ctx, p.tom, domain.Device{ID: p.vans[0], Name: "Van", Location: p.yard.ID})
	_, none := p.EditDevice(p.ctx, p.tom, domain.Device{ID: p.vans[0], Name: "Van", Location: domain.ID{1}})
	if other == nil || none == nil || other.Error() != none.Error() {
		t.Errorf("%v / %v", other, none)
	}
}

func TestALimitIsToldByName(t *testing.T) {
	p := newPlaced(t)
	p.limit(p.tom, p.yard.ID)
	list, err := p.Devices(p.ctx, p.tom, DeviceQuery{})
	p.must(err)
	if list.Reason != "You are limited to yard, and see only the devices there." {
		t.Error(list.Reason)
	}
	access, err := p.Access(p.ctx, p.owner, p.tom.User)
	p.must(err)
	if !strings.Contains(access.Summary, "at yard") {
		t.Error(access.Summary)
	}
	why, err := p.Why(p.ctx, p.owner, "tom", domain.DevicesSee, p.vans[0].String())
	p.must(err)
	if why.Allowed || !strings.Contains(strings.Join(why.Reasons, " "), "limited to some locations: yard") {
		t.Errorf("%+v", why)
	}
}

// TestNoCustomerGoesAndLeavesAViewWider: deleting and moving customers is no way
// round rule 6.
func TestNoCustomerGoesAndLeavesAViewWider(t *testing.T) {
	p := newPlaced(t)
	p.limit(p.tom, p.dock.ID)
	err := p.DeleteCustomer(p.ctx, p.owner, DeleteCustomer{ID: p.oslo.ID})
	kind(t, err, domain.Conflict)
	_, err = p.MoveCustomer(p.ctx, p.owner, p.oslo.ID, p.iberia.ID)
	p.must(err)
	if p.seen(p.tom) != 0 {
		t.Errorf("tom sees %d", p.seen(p.tom))
	}
	err = p.DeleteCustomer(p.ctx, p.owner, DeleteCustomer{ID: p.oslo.ID})
	kind(t, err, domain.Conflict) // tom is limited to it still
	p.limit(p.tom, p.dock.ID, p.yard.ID)
	p.must(p.DeleteCustomer(p.ctx, p.owner, DeleteCustomer{ID: p.oslo.ID}))
	if p.seen(p.tom) != 0 || !slices.Equal(p.read(p.tom).Locations, ids(p.yard.ID)) {
		t.Errorf("tom sees %d, at %v", p.seen(p.tom), p.read(p.tom).Locations)
	}
}

func TestDevicesAreListedByLocation(t *testing.T) {
	p := newPlaced(t)
	list, err := p.Devices(p.ctx, p.owner, DeviceQuery{Location: p.depot.ID})
	p.must(err)
	if list.Total != 2 {
		t.Errorf("%d", list.Total)
	}
	if n, err := countFound(p.ctx, p.DB, p.owner, FleetQuery{Location: p.dock.ID}); err != nil || n != 1 {
		t.Errorf("%v, %v", n, err)
	}
	if n, err := countFound(p.ctx, p.DB, p.tom, FleetQuery{Location: p.dock.ID}); err != nil || n != 0 {
		t.Errorf("tom finds %v, %v", n, err)
	}
}

// TestLiftingALimitIsSaidBefore it is done, from the user's side too.
func TestLiftingALimitIsSaidBefore(t *testing.T) {
	p := newPlaced(t)
	after := *p.read(p.tom)
	for want, locations := range map[string][]domain.ID{"": ids(p.dock.ID), "tom is limited to Depot, and will see every device": nil} {
		after.Locations = locations
		said, err := p.WarnUser(p.ctx, p.owner, p.tom.User, &after)
		p.must(err)
		if !strings.HasPrefix(said, want) || want == "" && said != "" {
			t.Errorf("%q", said)
		}
	}
}
