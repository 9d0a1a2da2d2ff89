package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

func text(s string) *string { return &s }

func (y *yards) device(id domain.ID) domain.Device {
	y.t.Helper()
	d, err := y.Device(y.ctx, y.owner, id)
	y.must(err)
	return d.Device
}

func TestManyDevicesAreEdited(t *testing.T) {
	y := newYards(t)
	full := y.registered(y.owner, y.north.ID, "Full", 9)
	for i := range domain.MaxTags {
		full.Tags = append(full.Tags, fmt.Sprint("tag ", i))
	}
	full.Version = 0
	_, err := y.EditDevice(y.ctx, y.owner, full)
	y.must(err)
	year := 2024
	change := domain.DeviceChange{AddTags: []string{"winter", " Cold ", "WINTER"}, RemoveTags: []string{"Summer"}, Make: text("  Škoda "), Year: &year}
	got := y.run(y.tom, DeviceEdits{Change: change, Devices: append(y.all(), full.ID)})
	if results(got.Rows) != "changed changed not_found not_found refused" || got.Rows[4].Why != "34 tags, and a device takes at most 32" {
		t.Errorf("%+v", got.Rows)
	}
	d := y.device(y.inNorth)
	if d.Make != "Škoda" || d.Year != 2024 || !slices.Equal(d.Tags, []string{"winter", "Cold"}) || d.Name != "North" || d.Version != 2 {
		t.Errorf("%+v", d)
	}
	got = y.run(y.tom, DeviceEdits{Change: change, Devices: y.all()})
	if results(got.Rows) != "already_so already_so not_found not_found" || !got.Entry.IsZero() {
		t.Errorf("%+v", got.Rows)
	}
	list, err := y.Devices(y.ctx, y.tom, DeviceQuery{Filter: "winter"})
	y.must(err)
	if list.Total != 2 {
		t.Errorf("%d have the tag in the list", list.Total)
	}
	for _, wrong := range []domain.DeviceChange{
		{}, {AddTags: []string{"", " "}}, {AddTags: []string{"a,b"}}, {RemoveTags: []string{strings.Repeat("x", 99)}},
		{AddTags: []string{"a"}, RemoveTags: []string{"A"}}, {Make: text("a\x1b[2J")}, {Year: new(int), Type: text(strings.Repeat("x", 200))},
	} {
		_, err := y.RunBulk(y.ctx, y.tom, DeviceEdits{Change: wrong, Devices: y.all()}, nil)
		kind(t, err, domain.Invalid)
	}
	fred := y.user(y.owner, y.north.ID, "fred", domain.FleetManagement|domain.FullDeviceAccess)
	_, err = y.PreviewBulk(y.ctx, fred, DeviceEdits{Change: change, Devices: y.all()})
	kind(t, err, domain.Refused)
}

func TestAnEditOfManyIsUndone(t *testing.T) {
	y := newYards(t)
	two := ids(y.inNorth, y.inAarhus)
	y.run(y.owner, DeviceEdits{Change: domain.DeviceChange{AddTags: []string{"Summer", "van"}, Make: text("VW")}, Devices: ids(y.inNorth)})
	before := y.device(y.inNorth)
	edited := y.run(y.tom, DeviceEdits{Change: domain.DeviceChange{RemoveTags: []string{"summer"}, AddTags: []string{"winter"}, Make: text("Ford")}, Devices: two})
	undone, err := y.UndoBulk(y.ctx, y.tom, edited.Entry, nil)
	y.must(err)
	after := y.device(y.inNorth)
	if undone.Changed != 2 || undone.Moved != 0 || after.Make != before.Make || !slices.Equal(after.Tags, before.Tags) {
		t.Errorf("%+v, %+v", undone, after)
	}
	redone, err := y.UndoBulk(y.ctx, y.tom, undone.Entry, nil)
	y.must(err)
	if d := y.device(y.inNorth); redone.Changed != 2 || d.Make != "Ford" || !slices.Equal(d.Tags, []string{"van", "winter"}) {
		t.Errorf("%+v, %+v", redone, d)
	}
	// One that was changed since stays; so does one that went out of reach.
	d := y.device(y.inNorth)
	d.Make = "Opel"
	_, err = y.EditDevice(y.ctx, y.owner, d)
	y.must(err)
	y.run(y.owner, Assignment{To: y.south.ID, Devices: ids(y.inAarhus)})
	undone, err = y.UndoBulk(y.ctx, y.tom, redone.Entry, nil)
	y.must(err)
	if undone.Changed != 0 || undone.Stayed != 1 {
		t.Errorf("%+v", undone)
	}
	undone, err = y.UndoBulk(y.ctx, y.owner, redone.Entry, nil)
	y.must(err)
	if undone.Changed != 1 || undone.Stayed != 1 || y.device(y.inAarhus).Make != "" {
		t.Errorf("%+v", undone)
	}
	fred := y.user(y.owner, y.tenant.main.ID, "fred", domain.FleetManagement|domain.FullDeviceAccess)
	_, err = y.UndoBulk(y.ctx, fred, edited.Entry, nil)
	kind(t, err, domain.Refused)
}

// TestAnEditOfManyIsTold: of each device what it was before, to those who reach
// it.
func TestAnEditOfManyIsTold(t *testing.T) {
	y := newYards(t)
	y.run(y.owner, DeviceEdits{Change: domain.DeviceChange{Make: text("VW")}, Devices: ids(y.inNorth)})
	edited := y.run(y.owner, DeviceEdits{Change: domain.DeviceChange{Make: text("Ford"), AddTags: []string{"winter"}}, Devices: y.all()})
	history, _, err := y.DeviceHistory(y.ctx, y.tom, y.inNorth, Page{})
	y.must(err)
	if history[0].Text != "make: VW → Ford; tags: none → winter" || history[0].Entry != edited.Entry {
		t.Errorf("%+v", history[0])
	}
	trail, err := y.Audit(y.ctx, y.owner, AuditQuery{})
	y.must(err)
	if got := trail.Rows[0].Text; got != "edited 4 devices: make: Ford; add tags: winter" {
		t.Errorf("%q", got)
	}
	list, err := y.AuditDevices(y.ctx, y.owner, edited.Entry, Page{})
	y.must(err)
	if len(list.Rows) != 4 {
		t.Fatalf("%+v", list)
	}
	for _, row := range list.Rows {
		old := ""
		if row.ID == y.inNorth {
			old = "VW"
		}
		if row.Changes[0] != (AuditChange{"make", old, "Ford"}) || row.Changes[1] != (AuditChange{"tags", "", "winter"}) {
			t.Errorf("%+v", row)
		}
	}
	ada := y.user(y.owner, y.north.ID, "ada", domain.AccountAdministrator)
	list, err = y.AuditDevices(y.ctx, ada, edited.Entry, Page{})
	y.must(err)
	if list.Total != 2 { // Nordics and, nested, Aarhus
		t.Errorf("ada sees %+v", list)
	}
	if history, _, err = y.DeviceHistory(y.ctx, y.tom, y.inAarhus, Page{}); err != nil || len(history) != 2 {
		t.Errorf("%+v, %v", history, err)
	}
	// A change of the list is found.
	var key, sealed []byte
	key, sealed = y.first(tableAuditChanges)
	value, err := unseal(tableAuditChanges, key, sealed)
	y.must(err)
	forged := []byte(strings.Replace(string(value), "Ford", "Opel", 1))
	forged = []byte(strings.Replace(string(forged), "VW", "BM", 1))
	y.inTx(func(tx *tx) error { return tx.put(tableAuditChanges, key, forged) })
	y.wantProblem("the list of")
	y.inTx(func(tx *tx) error { return tx.put(tableAuditChanges, key, value) })
}
