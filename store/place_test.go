package store

import (
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

// yards is an account with locations at each level, and devices to put there.
type yards struct {
	*fixture
	tenant
	north, aarhus, south           domain.Customer
	main, yard, dock, other        domain.Location // of the main customer, Nordics, Aarhus, Iberia
	tom, nina                      domain.Actor    // technicians of Nordics; nina sees yard and dock alone
	inNorth, inAarhus, inSouth, up domain.ID
}

func newYards(t *testing.T) *yards {
	f := create(t)
	y := &yards{fixture: f, tenant: f.tenant("Acme")}
	top := y.tenant.main
	y.north = f.customer(y.owner, top.ID, "Nordics")
	y.aarhus = f.customer(y.owner, y.north.ID, "Aarhus")
	y.south = f.customer(y.owner, top.ID, "Iberia")
	y.main = f.location(y.tenant, top.ID, "Head office")
	y.yard = f.location(y.tenant, y.north.ID, "Yard")
	y.dock = f.location(y.tenant, y.aarhus.ID, "Dock")
	y.other = f.location(y.tenant, y.south.ID, "Yard")
	const technician = domain.DeviceManagement | domain.FullDeviceAccess
	y.tom = f.user(y.owner, y.north.ID, "tom", technician)
	y.nina = f.user(y.owner, y.north.ID, "nina", technician)
	f.limit(y.nina, y.yard.ID, y.dock.ID)
	y.inNorth = f.registered(y.owner, y.north.ID, "North", 1).ID
	y.inAarhus = f.registered(y.owner, y.aarhus.ID, "Aarhus", 2).ID
	y.inSouth = f.registered(y.owner, y.south.ID, "South", 3).ID
	y.up = f.registered(y.owner, top.ID, "Up", 4).ID
	return y
}

func (y *yards) all() []domain.ID { return ids(y.inNorth, y.inAarhus, y.inSouth, y.up) }

func (y *yards) at(device domain.ID) domain.ID {
	return y.ownerOf(y.account.ID, device).location
}

func (y *yards) run(actor domain.Actor, b Bulk) BulkResult {
	y.t.Helper()
	preview, err := y.PreviewBulk(y.ctx, actor, b)
	y.must(err)
	result, err := y.RunBulk(y.ctx, actor, b, nil)
	y.must(err)
	if classes(preview.Rows) != classes(result.Rows) {
		y.t.Errorf("previewed:\n%s\ndone:\n%s", classes(preview.Rows), classes(result.Rows))
	}
	return result
}

func results(rows []BulkRow) string {
	var all []string
	for _, row := range rows {
		all = append(all, row.Result.String())
	}
	return strings.Join(all, " ")
}

func TestDevicesArePutAtLocations(t *testing.T) {
	y := newYards(t)
	got := y.run(y.owner, Placement{At: y.yard.ID, Devices: y.all()})
	if results(got.Rows) != "moved moved refused refused" || got.Rows[2].Why != "Yard is no location of its customer, or of one above that" {
		t.Errorf("%+v", got.Rows)
	}
	for _, id := range ids(y.inNorth, y.inAarhus) {
		if y.at(id) != y.yard.ID {
			t.Errorf("%s is at %s", id, y.at(id))
		}
	}
	if y.at(y.inSouth) != (domain.ID{}) || len(got.From) != 1 || got.From[0].Devices != 2 || !got.From[0].Location.IsZero() {
		t.Errorf("from %+v", got.From)
	}
	// tom doesn't see the other two, and the same again is no change.
	got = y.run(y.tom, Placement{At: y.yard.ID, Devices: y.all()})
	if results(got.Rows) != "already_there already_there not_found not_found" || !got.Entry.IsZero() {
		t.Errorf("%+v", got.Rows)
	}
	got = y.run(y.tom, Placement{At: y.dock.ID, Devices: y.all()})
	if results(got.Rows) != "refused moved not_found not_found" || got.From[0].Path != "Yard" {
		t.Errorf("%+v, from %+v", got.Rows, got.From)
	}
	got = y.run(y.tom, Placement{Devices: y.all()})
	if results(got.Rows) != "moved moved not_found not_found" || y.at(y.inAarhus) != (domain.ID{}) {
		t.Errorf("taken away: %+v", got.Rows)
	}
	for _, at := range ids(y.main.ID, y.other.ID, domain.ID{77}) {
		_, err := y.RunBulk(y.ctx, y.tom, Placement{At: at, Devices: y.all()}, nil)
		kind(t, err, domain.NotFound)
	}
	fred := y.user(y.owner, y.north.ID, "fred", domain.FleetManagement|domain.FullDeviceAccess)
	for _, at := range ids(y.yard.ID, domain.ID{}, domain.ID{77}) {
		_, err := y.PreviewBulk(y.ctx, fred, Placement{At: at, Devices: y.all()})
		kind(t, err, domain.Refused)
	}
}

// TestNobodyLosesSightOfWhatTheyPlace: somebody limited to locations puts devices
// at these alone, and is told before an assignment takes one out of their sight.
func TestNobodyLosesSightOfWhatTheyPlace(t *testing.T) {
	y := newYards(t)
	y.run(y.owner, Placement{At: y.yard.ID, Devices: ids(y.inNorth, y.inAarhus)})
	got := y.run(y.nina, Placement{At: y.dock.ID, Devices: y.all()})
	if results(got.Rows) != "refused moved not_found not_found" {
		t.Errorf("%+v", got.Rows)
	}
	quay := y.location(y.tenant, y.north.ID, "Quay")
	for _, at := range ids(quay.ID, domain.ID{}) {
		_, err := y.RunBulk(y.ctx, y.nina, Placement{At: at, Devices: ids(y.inNorth)}, nil)
		kind(t, err, domain.Refused)
	}
	for _, at := range ids(y.main.ID, y.other.ID) {
		_, err := y.RunBulk(y.ctx, y.nina, Placement{At: at, Devices: ids(y.inNorth)}, nil)
		kind(t, err, domain.NotFound)
	}
	preview, err := y.PreviewBulk(y.ctx, y.nina, Assignment{To: y.north.ID, Devices: ids(y.inAarhus)})
	y.must(err)
	if preview.Does() != 1 || preview.Unseen != 1 || preview.Cleared != 1 {
		t.Errorf("%+v", preview)
	}
	preview, err = y.PreviewBulk(y.ctx, y.nina, Assignment{To: y.aarhus.ID, Devices: ids(y.inNorth)})
	y.must(err)
	if preview.Does() != 1 || preview.Unseen != 0 || preview.Cleared != 0 {
		t.Errorf("%+v", preview)
	}
	// What others put out of her sight she doesn't undo into it, nor the other way.
	moved := y.run(y.owner, Placement{At: quay.ID, Devices: ids(y.inNorth)})
	undone, err := y.UndoBulk(y.ctx, y.nina, moved.Entry, nil)
	y.must(err)
	if undone.Moved != 0 || y.at(y.inNorth) != quay.ID {
		t.Errorf("%+v", undone)
	}
	back := y.run(y.owner, Placement{At: y.yard.ID, Devices: ids(y.inNorth)})
	undone, err = y.UndoBulk(y.ctx, y.nina, back.Entry, nil)
	y.must(err)
	if undone.Moved != 0 || undone.Stayed != 1 || y.at(y.inNorth) != y.yard.ID {
		t.Errorf("%+v", undone)
	}
}

func TestAPlacementIsUndone(t *testing.T) {
	y := newYards(t)
	y.run(y.owner, Placement{At: y.main.ID, Devices: y.all()})
	two := ids(y.inNorth, y.inAarhus)
	moved := y.run(y.owner, Placement{At: y.yard.ID, Devices: two})

	// tom reaches the devices, but not where they were.
	undone, err := y.UndoBulk(y.ctx, y.tom, moved.Entry, nil)
	y.must(err)
	if undone.Moved != 0 || undone.Stayed != 2 {
		t.Errorf("tom: %+v", undone)
	}
	y.run(y.owner, Placement{At: y.dock.ID, Devices: ids(y.inAarhus)}) // moved on
	undone, err = y.UndoBulk(y.ctx, y.owner, moved.Entry, nil)
	y.must(err)
	if undone.Moved != 1 || undone.Stayed != 1 || y.at(y.inNorth) != y.main.ID || y.at(y.inAarhus) != y.dock.ID {
		t.Errorf("%+v", undone)
	}
	redone, err := y.UndoBulk(y.ctx, y.owner, undone.Entry, nil)
	y.must(err)
	if redone.Moved != 1 || y.at(y.inNorth) != y.yard.ID {
		t.Errorf("redone: %+v", redone)
	}
	// A location that is gone takes nothing back.
	y.run(y.owner, Placement{At: y.main.ID, Devices: ids(y.inNorth)})
	gone := y.run(y.owner, Placement{At: y.yard.ID, Devices: ids(y.inNorth)})
	_, err = y.DeleteLocation(y.ctx, y.owner, y.main.ID, 0)
	y.must(err)
	undone, err = y.UndoBulk(y.ctx, y.owner, gone.Entry, nil)
	y.must(err)
	if undone.Moved != 0 || undone.Stayed != 1 || y.at(y.inNorth) != y.yard.ID {
		t.Errorf("gone: %+v", undone)
	}
	// Neither is one undone of which the device has another customer now.
	free := y.run(y.owner, Placement{Devices: ids(y.inNorth)})
	y.run(y.owner, Assignment{To: y.aarhus.ID, Devices: ids(y.inNorth)})
	undone, err = y.UndoBulk(y.ctx, y.owner, free.Entry, nil)
	y.must(err)
	if undone.Moved != 0 || undone.Stayed != 1 {
		t.Errorf("assigned since: %+v", undone)
	}
}

// TestAPlacementIsTold: in the device's history and in the audit trail, and to
// nobody what a location out of their reach is called.
func TestAPlacementIsTold(t *testing.T) {
	y := newYards(t)
	y.run(y.owner, Placement{At: y.main.ID, Devices: y.all()})
	moved := y.run(y.owner, Placement{At: y.yard.ID, Devices: ids(y.inAarhus)})
	_, err := y.UndoBulk(y.ctx, y.owner, moved.Entry, nil)
	y.must(err)
	for who, want := range map[domain.Actor][]string{
		y.owner: {"taken back: location: Yard → Head office", "location: Head office → Yard", "location: none → Head office", "registered"},
		y.tom:   {"taken back: location: Yard → one elsewhere", "location: one elsewhere → Yard", "location: none → one elsewhere", "registered"},
	} {
		history, _, err := y.DeviceHistory(y.ctx, who, y.inAarhus, Page{})
		y.must(err)
		var texts []string
		for _, row := range history {
			texts = append(texts, row.Text)
		}
		if !slices.Equal(texts, want) {
			t.Errorf("%q", texts)
		}
	}
	trail, err := y.Audit(y.ctx, y.owner, AuditQuery{})
	y.must(err)
	var texts []string
	for _, row := range trail.Rows[:3] {
		texts = append(texts, row.Text)
	}
	if want := []string{"put 1 device back that had been put at Yard", "put 1 device at Yard", "put 4 devices at Head office"}; !slices.Equal(texts, want) {
		t.Errorf("%q", texts)
	}
	list, err := y.AuditDevices(y.ctx, y.owner, moved.Entry, Page{})
	y.must(err)
	if len(list.Rows) != 1 || list.Rows[0].Changes[0] != (AuditChange{"location", "Head office", "Yard"}) {
		t.Errorf("%+v", list.Rows)
	}
}

func TestLocationsToPutAtAreThoseThatMayBe(t *testing.T) {
	y := newYards(t)
	for _, c := range []struct {
		actor domain.Actor
		want  string
	}{
		{y.owner, "Acme HQ/Head office, Acme HQ/Iberia/Yard, Acme HQ/Nordics/Yard, Acme HQ/Nordics/Aarhus/Dock"},
		{y.tom, "Acme HQ/Nordics/Yard, Acme HQ/Nordics/Aarhus/Dock"},
		{y.nina, "Acme HQ/Nordics/Yard, Acme HQ/Nordics/Aarhus/Dock"},
	} {
		rows, err := y.LocationsToPutAt(y.ctx, c.actor)
		y.must(err)
		var paths []string
		for i := range rows {
			paths = append(paths, rows[i].path())
			found, err := y.FindLocationToPutAt(y.ctx, c.actor, strings.ToUpper(rows[i].path()))
			if err != nil || found.ID != rows[i].ID {
				t.Errorf("%s: %v, %v", rows[i].path(), found, err)
			}
		}
		if got := strings.Join(paths, ", "); got != c.want {
			t.Errorf("%s", got)
		}
	}
	found, err := y.FindLocationToPutAt(y.ctx, y.tom, " yard ")
	if err != nil || found.ID != y.yard.ID {
		t.Errorf("%+v, %v", found, err)
	}
	_, err = y.FindLocationToPutAt(y.ctx, y.owner, "Yard")
	kind(t, err, domain.Conflict)
	_, err = y.FindLocationToPutAt(y.ctx, y.tom, "Head office")
	kind(t, err, domain.NotFound)
}
