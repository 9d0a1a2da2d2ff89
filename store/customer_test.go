package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

// paths are the paths of the customers that an actor reads, with their counts.
func (f *fixture) paths(actor domain.Actor) []string {
	f.t.Helper()
	c, err := f.Customers(f.ctx, actor)
	f.must(err)
	var paths []string
	for _, row := range c.Rows {
		paths = append(paths, fmt.Sprintf("%s u%d/%d d%d/%d", c.Tree.Path(row.ID), row.Users, row.UsersBelow, row.Devices, row.DevicesBelow))
	}
	return paths
}

// place puts a new device at a place.
func (f *fixture) device(actor domain.Actor, at place) domain.ID {
	f.t.Helper()
	var unit domain.UnitID
	f.options.Random.Read(unit[:])
	d, err := f.RegisterDevice(f.ctx, actor, domain.Device{Customer: at.customer, UnitID: unit, Name: "Van"})
	f.must(err)
	if !at.location.IsZero() {
		f.inTx(func(tx *tx) error { return tx.setOwner(actor.Account, d.ID, place{customer: at.customer}, at) })
	}
	return d.ID
}

// ownerOf is where a device is.
func (f *fixture) ownerOf(account, device domain.ID) (at place) {
	f.t.Helper()
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) (err error) {
		at, err = tx.owner(account, device)
		return err
	}))
	return at
}

func TestCustomersInReachWithCounts(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	aarhus := f.customer(a.owner, nordics.ID, "Aarhus")
	f.customer(a.owner, a.main.ID, "Iberia")
	nora := f.user(a.owner, nordics.ID, "nora", domain.AccountAdministrator|domain.NestedCustomerAdministrator|domain.FleetManagement)
	f.device(a.owner, place{customer: aarhus.ID})
	f.device(a.owner, place{customer: a.main.ID})
	f.customer(nora, aarhus.ID, "North")
	if got, want := f.paths(a.owner), []string{
		"Acme HQ u1/2 d1/2", "Acme HQ/Iberia u0/0 d0/0", "Acme HQ/Nordics u1/1 d0/1",
		"Acme HQ/Nordics/Aarhus u0/0 d1/1", "Acme HQ/Nordics/Aarhus/North u0/0 d0/0",
	}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got, want := f.paths(nora), []string{
		"Acme HQ/Nordics u1/1 d0/1", "Acme HQ/Nordics/Aarhus u0/0 d1/1", "Acme HQ/Nordics/Aarhus/North u0/0 d0/0",
	}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	c, err := f.Customers(f.ctx, nora)
	f.must(err)
	if c.Rows[0].CreatedByName != "" || c.Rows[2].CreatedByName != "nora" {
		t.Errorf("made by %q and %q", c.Rows[0].CreatedByName, c.Rows[2].CreatedByName)
	}
	_, err = f.Customers(f.ctx, f.user(a.owner, nordics.ID, "nobody", 0))
	kind(t, err, domain.Refused)
	depot := f.location(a, nordics.ID, "Depot")
	limited := f.user(a.owner, nordics.ID, "limited", domain.FullDeviceAccess|domain.DeviceManagement)
	f.limit(limited, depot.ID)
	if got := f.paths(limited)[0]; !strings.HasSuffix(got, "d-1/-1") {
		t.Errorf("somebody limited to a location reads %s", got)
	}
}

func TestEditCustomer(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	f.customer(a.owner, a.main.ID, "Iberia")
	edit := nordics
	edit.Name, edit.Parent, edit.CreatedBy = "Norden", domain.ID{9}, domain.ID{9}
	got, err := f.EditCustomer(f.ctx, a.owner, edit)
	f.must(err)
	if got.Name != "Norden" || got.Parent != a.main.ID || got.CreatedBy != a.owner.User || got.Version != 2 {
		t.Errorf("%+v", got)
	}
	_, err = f.EditCustomer(f.ctx, a.owner, nordics)
	kind(t, err, domain.Conflict)
	got.Name = "iberia"
	_, err = f.EditCustomer(f.ctx, a.owner, got)
	kind(t, err, domain.Conflict)
	if errorField(err) != "name" {
		t.Error(err)
	}
	got.Version, got.Name = 0, "nordics" // any version; and the old name is free
	_, err = f.EditCustomer(f.ctx, a.owner, got)
	f.must(err)
	f.customer(a.owner, a.main.ID, "Norden")
	_, err = f.EditCustomer(f.ctx, a.owner, domain.Customer{Name: "The account itself"})
	kind(t, err, domain.NotFound)
	_, err = f.EditCustomer(f.ctx, f.user(a.owner, nordics.ID, "tech", domain.FullDeviceAccess|domain.DeviceManagement), got)
	kind(t, err, domain.Refused)
}

func TestMoveCustomer(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	iberia := f.customer(a.owner, a.main.ID, "Iberia")
	aarhus := f.customer(a.owner, nordics.ID, "Aarhus")
	north := f.customer(a.owner, aarhus.ID, "North")
	ofMain, ofNordics, ofAarhus := f.location(a, a.main.ID, "Main"), f.location(a, nordics.ID, "Depot"), f.location(a, aarhus.ID, "Yard")
	stays := f.device(a.owner, place{north.ID, ofMain.ID})
	loses := f.device(a.owner, place{north.ID, ofNordics.ID})
	keeps := f.device(a.owner, place{north.ID, ofAarhus.ID})
	other := f.device(a.owner, place{nordics.ID, ofNordics.ID})

	moved, err := f.MoveCustomer(f.ctx, a.owner, aarhus.ID, iberia.ID)
	f.must(err)
	if moved.Parent != iberia.ID || moved.Version != 2 {
		t.Errorf("%+v", moved)
	}
	for device, want := range map[domain.ID]place{
		stays: {north.ID, ofMain.ID}, loses: {north.ID, domain.ID{}}, keeps: {north.ID, ofAarhus.ID}, other: {nordics.ID, ofNordics.ID},
	} {
		if got := f.ownerOf(a.account.ID, device); got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
	e := f.lastEntry(a.account.ID)
	if e.action != "customer.move" || e.listed != 1 || !slices.Equal(e.changes, []change{{"path", "Acme HQ/Nordics/Aarhus", "Acme HQ/Iberia/Aarhus"}}) {
		t.Errorf("%+v", e)
	}
	for _, c := range []struct {
		id, to domain.ID
		want   domain.Kind
	}{
		{aarhus.ID, aarhus.ID, domain.Conflict},
		{aarhus.ID, north.ID, domain.Conflict},
		{aarhus.ID, domain.ID{7}, domain.NotFound},
		{domain.ID{7}, iberia.ID, domain.NotFound},
		{domain.ID{}, iberia.ID, domain.NotFound},
	} {
		_, err := f.MoveCustomer(f.ctx, a.owner, c.id, c.to)
		kind(t, err, c.want)
	}
	main, err := f.MoveCustomer(f.ctx, a.owner, north.ID, domain.ID{})
	f.must(err)
	if !main.Parent.IsZero() {
		t.Error("not a main customer")
	}
	f.customer(a.owner, aarhus.ID, "North")
	_, err = f.MoveCustomer(f.ctx, a.owner, north.ID, aarhus.ID)
	kind(t, err, domain.Conflict)
	before := f.lastEntry(a.account.ID).number
	_, err = f.MoveCustomer(f.ctx, a.owner, north.ID, domain.ID{})
	f.must(err)
	if f.lastEntry(a.account.ID).number != before {
		t.Error("a move to where it is was noted")
	}
}

func TestDeleteCustomerGivesDevicesToItsParent(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	iberia := f.customer(a.owner, a.main.ID, "Iberia")
	f.customer(a.owner, iberia.ID, "Lisbon")
	ofMain, own := f.location(a, a.main.ID, "Main"), f.location(a, nordics.ID, "Depot")
	stays := f.device(a.owner, place{nordics.ID, ofMain.ID})
	loses := f.device(a.owner, place{nordics.ID, own.ID})
	tech := f.user(a.owner, nordics.ID, "tech", domain.FullDeviceAccess|domain.DeviceManagement)

	holds, err := f.CustomerContents(f.ctx, a.owner, nordics.ID)
	f.must(err)
	if holds.Devices != 2 || len(holds.Users) != 1 || holds.Users[0].Name != "tech" || holds.Locations != 1 || holds.Nested != 0 || holds.Parent.Name != "Acme HQ" {
		t.Errorf("%+v", holds)
	}
	for _, c := range []struct {
		d    DeleteCustomer
		want domain.Kind
	}{
		{DeleteCustomer{ID: nordics.ID}, domain.Conflict}, // its users?
		{DeleteCustomer{ID: nordics.ID, UsersTo: iberia.ID, DeleteUsers: true}, domain.Invalid},
		{DeleteCustomer{ID: nordics.ID, UsersTo: domain.ID{7}}, domain.NotFound},
		{DeleteCustomer{ID: nordics.ID, UsersTo: nordics.ID}, domain.Conflict},
		{DeleteCustomer{ID: iberia.ID}, domain.Conflict}, // something is nested
		{DeleteCustomer{ID: domain.ID{7}}, domain.NotFound},
		{DeleteCustomer{}, domain.NotFound},
	} {
		kind(t, f.DeleteCustomer(f.ctx, a.owner, c.d), c.want)
	}
	f.must(f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: nordics.ID, UsersTo: iberia.ID}))
	if got := f.ownerOf(a.account.ID, stays); got != (place{a.main.ID, ofMain.ID}) {
		t.Errorf("the device at a location of the parent is at %v", got)
	}
	if got := f.ownerOf(a.account.ID, loses); got != (place{customer: a.main.ID}) {
		t.Errorf("the device at a location that went is at %v", got)
	}
	standing, err := f.Standing(f.ctx, tech)
	f.must(err)
	if standing.User.Customer != iberia.ID {
		t.Error("the user didn't move")
	}
	if e := f.lastEntry(a.account.ID); e.action != "customer.delete" || e.listed != 2 || e.name != "Acme HQ/Nordics" {
		t.Errorf("%+v", e)
	}
	if got := f.paths(a.owner)[0]; got != "Acme HQ u1/2 d2/2" {
		t.Error(got)
	}
	f.customer(a.owner, a.main.ID, "Nordics") // its name is free
}

func TestDeleteCustomerWithItsUsers(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	tech := f.user(a.owner, nordics.ID, "tech", domain.FullDeviceAccess|domain.DeviceManagement)
	depot := f.location(a, nordics.ID, "Depot")
	f.limit(tech, depot.ID)
	other := f.user(a.owner, a.main.ID, "other", domain.FullDeviceAccess|domain.DeviceManagement)
	f.limit(other, depot.ID)
	kind(t, f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: nordics.ID, DeleteUsers: true}), domain.Conflict) // other would see all
	f.limit(other, depot.ID, f.location(a, a.main.ID, "Main").ID)
	f.must(f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: nordics.ID, DeleteUsers: true}))
	_, err := f.Standing(f.ctx, tech)
	kind(t, err, domain.Unauthenticated)
	standing, err := f.Standing(f.ctx, other)
	f.must(err)
	if len(standing.User.Locations) != 1 {
		t.Error("the limit of another user still names the location that went")
	}
	f.user(a.owner, a.main.ID, "tech", 0) // the name is free
}

func TestMainCustomerWithDevicesOrTheOwnerStays(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	second := f.customer(a.owner, domain.ID{}, "Second")
	device := f.device(a.owner, place{customer: second.ID})
	kind(t, f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: second.ID}), domain.Conflict)
	kind(t, f.DeleteCustomer(f.ctx, a.operator(), DeleteCustomer{ID: a.main.ID, DeleteUsers: true}), domain.Refused)
	_, err := f.RunBulk(f.ctx, a.owner, Assignment{To: a.main.ID, Devices: ids(device)}, nil)
	f.must(err)
	f.must(f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: second.ID}))
}
