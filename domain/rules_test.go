package domain

import (
	"slices"
	"strings"
	"testing"
)

const (
	technician = DeviceManagement | FullDeviceAccess
	everything = AllGroups &^ AccessControlManagement
)

var (
	depot = &Location{ID: id(300), Account: acme.ID, Customer: nordics, Name: "Depot"}
	quay  = &Location{ID: id(301), Account: acme.ID, Customer: aarhus, Name: "Quay"}
	yard  = &Location{ID: id(302), Account: acme.ID, Customer: iberia, Name: "Yard"}
)

func acmePlaces(key ID) (*Location, bool) {
	for _, l := range []*Location{depot, quay, yard} {
		if l.ID == key {
			return l, true
		}
	}
	return nil, false
}

// wants checks an error by its kind ("" for none), and by words in its text.
func wants(t *testing.T, what string, err error, kind Kind, words ...string) {
	t.Helper()
	if KindOf(err) != kind || (err == nil) != (kind == 0) {
		t.Errorf("%s: %v, want kind %q", what, err, kind)
		return
	}
	for _, word := range words {
		if err != nil && !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %q says nothing of %q", what, err, word)
		}
	}
}

func field(err error) string {
	if e, ok := err.(*Error); ok {
		return e.Field
	}
	return ""
}

// TestRule1Edit is the ceiling on granting: who may edit whom.
func TestRule1Edit(t *testing.T) {
	for _, tt := range []struct {
		actor  Groups
		target *User
		want   Reason
	}{
		{AccountAdministrator, person(202, "a", nordics, technician), ReasonGroups},
		{AccountAdministrator, person(202, "a", aarhus, technician), ReasonLacksGroups},
		{AccountAdministrator | NestedCustomerAdministrator, person(202, "a", aarhus, technician), ReasonGroups},
		{AccountAdministrator, person(202, "a", nordics, NestedCustomerAdministrator), ReasonHoldsNCA},
		{AccountAdministrator | NestedCustomerAdministrator, person(202, "a", nordics, NestedCustomerAdministrator), ReasonGroups},
		{AccountAdministrator | NestedCustomerAdministrator, person(200, "ann", nordics, 0), ReasonOwnerOnly},
		{AllGroups, person(202, "a", hq, 0), ReasonOutOfReach},
		{AllGroups, person(202, "a", iberia, 0), ReasonOutOfReach},
		{FleetManagement | NestedCustomerAdministrator, person(202, "a", aarhus, 0), ReasonLacksGroups},
		{0, person(202, "a", nordics, 0), ReasonLacksGroups},
	} {
		r := rightsOf(t, person(201, "tom", nordics, tt.actor))
		if d := r.MayEditUser(tt.target); d.Reason != tt.want {
			t.Errorf("%q edits %q at %s: %s, want %s", tt.actor.Short(), tt.target.Groups.Short(), tt.target.Customer, d.Reason, tt.want)
		}
		if edit, reset := r.MayEditUser(tt.target), r.MayResetUser(tt.target); edit != reset {
			t.Errorf("editing and resetting another differ: %v, %v", edit, reset)
		}
	}
	foreign := person(202, "eve", nordics, 0)
	foreign.Account = id(101)
	wants(t, "another account's", rightsOf(t, person(201, "tom", nordics, everything)).MayEditUser(foreign).Err(nil), NotFound)

	self := person(201, "tom", nordics, everything)
	r := rightsOf(t, self)
	wants(t, "own reset", r.MayResetUser(self).Err(r), Refused, "profile")
	owner := person(200, "ann", hq, 0)
	r = rightsOf(t, owner)
	if !r.MayEditUser(person(201, "tom", nordics, everything)).Allowed || !r.MayEditUser(owner).Allowed {
		t.Error("the owner may not edit")
	}
}

// TestRule1Grant is the ceiling on granting: which groups.
func TestRule1Grant(t *testing.T) {
	plain := AccountAdministrator | technician | FleetManagement
	for _, tt := range []struct {
		name     string
		actor    Groups
		customer ID
		create   bool
		addOn    bool
		want     Groups
	}{
		{"administrator, own", AccountAdministrator, nordics, false, false, plain},
		{"administrator, own, add-on", AccountAdministrator, nordics, false, true, plain | AccessControlManagement},
		{"administrator, new", AccountAdministrator, nordics, true, false, plain},
		{"administrator, nested", AccountAdministrator, aarhus, false, true, 0},
		{"nested administrator, own", AccountAdministrator | NestedCustomerAdministrator, nordics, false, false, plain | NestedCustomerAdministrator},
		{"nested administrator, nested", AccountAdministrator | NestedCustomerAdministrator, aarhus, true, true, AllGroups},
		{"creator, nested", FleetManagement | NestedCustomerAdministrator, aarhus, true, true, FleetManagement | NestedCustomerAdministrator},
		{"creator with more, nested", FleetManagement | NestedCustomerAdministrator | technician | AccessControlManagement, aarhus, true, false, FleetManagement | NestedCustomerAdministrator | technician},
		{"creator, own", FleetManagement | NestedCustomerAdministrator, nordics, true, true, 0},
		{"creator, edit", FleetManagement | NestedCustomerAdministrator, aarhus, false, true, 0},
		{"above", AllGroups, hq, false, true, 0},
		{"nobody", 0, nordics, true, true, 0},
	} {
		account := acme
		account.AddOns.AccessControl = tt.addOn
		r := NewRights(&account, acmeTree(t), person(201, "tom", nordics, tt.actor))
		target := person(202, "new", tt.customer, 0)
		if tt.create {
			target.ID = ID{}
		}
		var granted Groups
		for one := range AllGroups.Each() {
			d := r.MayGrant(one, target)
			if d.Allowed {
				granted |= one
			} else if d.Text(r) == "" || d.Err(r) == nil {
				t.Errorf("%s: no reason against %s", tt.name, one)
			}
		}
		if granted != tt.want {
			t.Errorf("%s: may grant %q, want %q", tt.name, granted.Short(), tt.want.Short())
		}
	}
	// A set of several is granted only when each of it is.
	r := rightsOf(t, person(201, "tom", nordics, AccountAdministrator))
	if r.MayGrant(DeviceManagement|NestedCustomerAdministrator, person(202, "a", nordics, 0)).Allowed {
		t.Error("Nested Customer Administrator passes in company")
	}
	self := person(201, "tom", nordics, AccountAdministrator)
	if d := r.MayGrant(DeviceManagement, self); d.Reason != ReasonSelf {
		t.Error("granting to oneself:", d.Reason)
	}
}

func TestRule1NewUser(t *testing.T) {
	admin := rightsOf(t, person(201, "tom", nordics, AccountAdministrator))
	creator := rightsOf(t, person(201, "tom", nordics, FleetManagement|NestedCustomerAdministrator|technician))
	narrowed := rightsOf(t, person(201, "tom", nordics, FleetManagement|NestedCustomerAdministrator|technician, quay.ID))
	owner := rightsOf(t, person(200, "ann", hq, 0))
	fresh := func(customer ID, groups Groups, locations ...ID) *User {
		u := person(0, "new", customer, groups, locations...)
		u.ID = ID{}
		return u
	}
	for _, tt := range []struct {
		name  string
		r     *Rights
		user  *User
		kind  Kind
		field string
		word  string
	}{
		{"technician", admin, fresh(nordics, technician), 0, "", ""},
		{"with a location", admin, fresh(nordics, technician, quay.ID), 0, "", ""},
		{"nested administrator", admin, fresh(nordics, NestedCustomerAdministrator), Refused, "groups", "hold it"},
		{"no add-on", admin, fresh(nordics, AccessControlManagement), Refused, "groups", "add-on"},
		{"nested customer", admin, fresh(aarhus, technician), Refused, "customer", "Nested Customer Administrator"},
		{"customer above", admin, fresh(hq, technician), NotFound, "customer", "no such customer"},
		{"no customer", admin, fresh(ID{}, technician), NotFound, "customer", ""},
		{"no customer, owner", owner, fresh(ID{}, technician), NotFound, "customer", ""},
		{"location elsewhere", owner, fresh(nordics, technician, yard.ID), NotFound, "locations", "location"},
		{"location above", owner, fresh(aarhus, technician, depot.ID), NotFound, "locations", "location"},
		{"no such location", admin, fresh(nordics, technician, id(999)), NotFound, "locations", "location"},
		{"creator gives own", creator, fresh(aarhus, FleetManagement|technician), 0, "", ""},
		{"creator gives more", creator, fresh(aarhus, AccountAdministrator), Refused, "groups", "Account Administrator"},
		{"narrowed gives a wider view", narrowed, fresh(aarhus, technician), Refused, "locations", "limited"},
		{"narrowed gives their own", narrowed, fresh(aarhus, technician, quay.ID), 0, "", ""},
		{"narrowed gives no view", narrowed, fresh(aarhus, FleetManagement), 0, "", ""},
		{"seventh group", owner, fresh(aarhus, 1<<6), Invalid, "groups", ""},
	} {
		err := tt.r.CheckNewUser(tt.user, acmePlaces)
		wants(t, tt.name, err, tt.kind, tt.word)
		if field(err) != tt.field {
			t.Errorf("%s: field %q, want %q", tt.name, field(err), tt.field)
		}
	}
}

func TestRule1Change(t *testing.T) {
	admin := person(201, "tom", nordics, AccountAdministrator)
	nested := person(201, "tom", nordics, AccountAdministrator|NestedCustomerAdministrator)
	plain := person(201, "tom", nordics, 0)
	owner := person(200, "ann", hq, 0)
	other := person(202, "eve", nordics, technician, depot.ID)
	high := person(202, "eve", nordics, technician|NestedCustomerAdministrator)
	with := func(change func(*User)) func(*User) { return change }
	groups := func(g Groups) func(*User) { return with(func(u *User) { u.Groups = g }) }
	moves := func(to ID) func(*User) { return with(func(u *User) { u.Customer = to; u.Locations = nil }) }
	for _, tt := range []struct {
		name   string
		actor  *User
		before *User
		change func(*User)
		kind   Kind
		field  string
	}{
		{"own name", plain, plain, func(u *User) { u.FullName, u.Email = "Tom", "tom@acme.example" }, 0, ""},
		{"own groups", nested, nested, groups(AccountAdministrator), Refused, "groups"},
		{"own groups, no rights", plain, plain, groups(AllGroups), Refused, "groups"},
		{"own status", nested, nested, func(u *User) { u.Inactive = true }, Refused, "status"},
		{"own customer", nested, nested, moves(aarhus), Refused, "customer"},
		{"own locations", nested, nested, func(u *User) { u.Locations = []ID{depot.ID} }, Refused, "locations"},
		{"owner's own groups", owner, owner, groups(AllGroups), Refused, "groups"},
		{"owner's own status", owner, owner, func(u *User) { u.Inactive = true }, Refused, "status"},
		{"owner's own customer", owner, owner, moves(nordics), Refused, "customer"},
		{"another's groups", admin, other, groups(technician | FleetManagement), 0, ""},
		{"take a group away", admin, other, groups(0), 0, ""},
		{"deactivate", admin, other, func(u *User) { u.Inactive = true }, 0, ""},
		{"lift the limit", admin, other, func(u *User) { u.Locations = nil }, 0, ""},
		{"location elsewhere", admin, other, func(u *User) { u.Locations = []ID{depot.ID, yard.ID} }, NotFound, "locations"},
		{"grant the higher group", admin, other, groups(technician | NestedCustomerAdministrator), Refused, "groups"},
		{"touch a holder", admin, high, func(u *User) { u.Email = "mine@acme.example" }, Refused, ""},
		{"take the higher group away", admin, high, groups(technician), Refused, ""},
		{"a holder takes it away", nested, high, groups(technician), 0, ""},
		{"move down without the right", admin, other, moves(aarhus), Refused, "customer"},
		{"move down", nested, other, moves(aarhus), 0, ""},
		{"move out", nested, other, moves(iberia), NotFound, "customer"},
		{"move nowhere", nested, other, moves(ID{}), NotFound, "customer"},
		{"move and keep a location", nested, other, func(u *User) { u.Customer = aarhus }, NotFound, "locations"},
		{"another account", nested, other, func(u *User) { u.Account = id(101) }, NotFound, "user"},
		{"without rights", plain, other, func(u *User) { u.FullName = "x" }, Refused, ""},
		{"above", admin, person(203, "abe", hq, 0), func(u *User) { u.FullName = "x" }, NotFound, "user"},
		{"the owner", nested, person(200, "ann", nordics, 0), func(u *User) { u.FullName = "x" }, Refused, ""},
	} {
		after := *tt.before
		after.Locations = slices.Clone(tt.before.Locations)
		tt.change(&after)
		err := rightsOf(t, tt.actor).CheckUserChange(tt.before, &after, acmePlaces)
		wants(t, tt.name, err, tt.kind)
		if field(err) != tt.field {
			t.Errorf("%s: field %q, want %q", tt.name, field(err), tt.field)
		}
	}
	// Moving somebody who holds the higher group gives it anew at the new place.
	r := rightsOf(t, nested)
	after := *high
	after.Customer = aarhus
	wants(t, "a holder moves a holder", r.CheckUserChange(high, &after, acmePlaces), 0)
}

// TestRule2NobodyAbove: whoever is not in reach is not there.
func TestRule2NobodyAbove(t *testing.T) {
	r := rightsOf(t, person(201, "tom", nordics, AccountAdministrator|NestedCustomerAdministrator))
	for customer, want := range map[ID]Kind{nordics: 0, harbour: 0, hq: NotFound, iberia: NotFound, bermuda: NotFound, {}: NotFound} {
		if got := KindOf(r.SeesUser(person(202, "a", customer, 0)).Err(r)); got != want {
			t.Errorf("a user of %s: %q, want %q", customer, got, want)
		}
	}
	self := person(201, "tom", nordics, 0)
	if r = rightsOf(t, self); !r.SeesUser(self).Allowed {
		t.Error("tom doesn't see himself")
	}
	self.Inactive = true
	if r = rightsOf(t, self); r.SeesUser(self).Allowed {
		t.Error("tom sees himself though inactive")
	}
}

// TestRule3NeverLockedOut: the owner stays, and the last administrator goes with
// a warning.
func TestRule3NeverLockedOut(t *testing.T) {
	ann := person(200, "ann", hq, 0)
	account := acme
	tree := acmeTree(t)
	operator := OperatorRights(&account, tree)
	for name, r := range map[string]*Rights{"owner": rightsOf(t, ann), "operator": operator} {
		wants(t, name+" deletes", r.MayDeleteUser(ann).Err(r), Refused, "Hand over")
	}
	for field, change := range map[string]func(*User){
		"status": func(u *User) { u.Inactive = true }, "customer": func(u *User) { u.Customer = nordics },
	} {
		after := *ann
		change(&after)
		wants(t, "operator changes "+field, operator.CheckUserChange(ann, &after, acmePlaces), Refused, "Hand over")
	}
	after := *ann
	after.Email = "ann@acme.example"
	wants(t, "operator edits the owner", operator.CheckUserChange(ann, &after, acmePlaces), 0)

	bob := person(202, "bob", nordics, 0)
	nobodys := rightsOf(t, person(201, "tom", nordics, everything))
	wants(t, "hand over", rightsOf(t, ann).CheckHandOver(bob), 0)
	wants(t, "hand over by the operator", operator.CheckHandOver(bob), 0)
	wants(t, "hand over by another", nobodys.CheckHandOver(bob), Refused, "owner")
	wants(t, "hand over to oneself", operator.CheckHandOver(ann), Conflict)
	wants(t, "hand over to nobody", operator.CheckHandOver(nil), NotFound)
	bob.Inactive = true
	wants(t, "hand over to the inactive", operator.CheckHandOver(bob), Invalid)
	bob.Inactive, bob.Activated = false, false
	wants(t, "hand over to the invited", operator.CheckHandOver(bob), Invalid)
}

func TestRule3LastAdministrator(t *testing.T) {
	ann := person(200, "ann", hq, 0)
	head := person(201, "hal", hq, AccountAdministrator|NestedCustomerAdministrator)
	mid := person(202, "mia", nordics, AccountAdministrator|NestedCustomerAdministrator)
	last := person(203, "lea", aarhus, AccountAdministrator)
	second := person(204, "sam", aarhus, AccountAdministrator)
	demoted := *last
	demoted.Groups = 0
	moved := *last
	moved.Customer = oslo
	renamed := *last
	renamed.FullName = "Lea"
	everyone := []*User{ann, head, mid, last}

	byMia, byAnn := rightsOf(t, mid), rightsOf(t, ann)
	for name, after := range map[string]*User{"deleted": nil, "demoted": &demoted, "moved": &moved} {
		warning := byMia.WarnLastAdministrator(last, after, slices.Values(everyone))
		if !strings.Contains(warning, "lea is the last") || !strings.Contains(warning, "Aarhus") || !strings.Contains(warning, "mia can still") {
			t.Errorf("%s: %q", name, warning)
		}
		if strings.Contains(warning, "hal") || strings.Contains(warning, "ann") {
			t.Errorf("%s names people above: %q", name, warning)
		}
		warning = byAnn.WarnLastAdministrator(last, after, slices.Values(everyone))
		if !strings.Contains(warning, "ann, hal and mia can still") {
			t.Errorf("%s, by the owner: %q", name, warning)
		}
		if warning := byMia.WarnLastAdministrator(last, after, slices.Values(append(everyone, second))); warning != "" {
			t.Errorf("%s, with a second one: %q", name, warning)
		}
	}
	if warning := byMia.WarnLastAdministrator(last, &renamed, slices.Values(everyone)); warning != "" {
		t.Error(warning)
	}
	mid.Inactive = true
	if warning := byAnn.WarnLastAdministrator(last, nil, slices.Values(everyone)); !strings.Contains(warning, "ann and hal can") {
		t.Error(warning)
	}
	hidden := rightsOf(t, person(205, "ned", aarhus, AccountAdministrator|NestedCustomerAdministrator))
	if warning := hidden.WarnLastAdministrator(last, nil, slices.Values(everyone)); !strings.Contains(warning, "The account's owner can") {
		t.Error(warning)
	}
}

// TestRule4OneOwner: both ends of an assignment, and the location on leaving.
func TestRule4OneOwner(t *testing.T) {
	tom := rightsOf(t, person(201, "tom", nordics, technician))
	van := &Device{ID: id(400), Account: acme.ID, Customer: aarhus}
	above := &Device{ID: id(401), Account: acme.ID, Customer: hq}
	for _, tt := range []struct {
		name   string
		device *Device
		to     ID
		kind   Kind
		field  string
	}{
		{"within reach", van, oslo, 0, ""},
		{"to the own customer", van, nordics, 0, ""},
		{"from above", above, oslo, NotFound, "device"},
		{"to above", van, hq, NotFound, "customer"},
		{"to the account", van, ID{}, NotFound, "customer"},
		{"to nowhere", van, id(999), NotFound, "customer"},
	} {
		err := tom.MayAssign(tt.device, tt.to).Err(tom)
		wants(t, tt.name, err, tt.kind)
		if field(err) != tt.field {
			t.Errorf("%s: field %q, want %q", tt.name, field(err), tt.field)
		}
	}
	alone := rightsOf(t, person(201, "tom", nordics, DeviceManagement))
	wants(t, "unpaired", alone.MayAssign(van, oslo).Err(alone), Refused, "until it is paired with Full Device Access")

	tree := acmeTree(t)
	for _, tt := range []struct {
		location, to ID
		stays        bool
	}{
		{nordics, nordics, true}, {nordics, harbour, true}, {nordics, hq, false}, {aarhus, oslo, false}, {aarhus, nordics, false},
		{ID{}, nordics, false}, {nordics, elsewhere, false},
	} {
		if got := tree.KeepsLocation(tt.location, tt.to); got != tt.stays {
			t.Errorf("a location of %s at %s: %v", tt.location, tt.to, got)
		}
	}
	wants(t, "no location", tom.CheckDeviceLocation(van, nil), 0)
	wants(t, "own location", tom.CheckDeviceLocation(van, quay), 0)
	wants(t, "location of the parent", tom.CheckDeviceLocation(van, depot), 0)
	wants(t, "location beside", tom.CheckDeviceLocation(van, yard), NotFound)
	wants(t, "location below", tom.CheckDeviceLocation(&Device{Customer: nordics}, quay), Invalid)
}

// TestRule6LocationsNarrow: what a user with locations sees, and that deleting
// one widens nobody's view.
func TestRule6LocationsNarrow(t *testing.T) {
	many := make([]ID, 20)
	for i := range many {
		many[i] = id(310 + i)
	}
	for _, locations := range [][]ID{{quay.ID}, append(many, quay.ID)} {
		r := rightsOf(t, person(201, "tom", nordics, technician, locations...))
		if !r.Narrowed() || !r.SeesDevice(aarhus, quay.ID).Allowed || r.SeesDevice(aarhus, depot.ID).Allowed || r.SeesDevice(aarhus, ID{}).Allowed {
			t.Errorf("with %d locations the view is wrong", len(locations))
		}
		wants(t, "register unseen", r.MayDevice(DevicesRegister, aarhus, ID{}).Err(r), Refused, "limited")
		wants(t, "register", r.MayDevice(DevicesRegister, aarhus, quay.ID).Err(r), 0)
	}
	r := rightsOf(t, person(201, "tom", nordics, AccountAdministrator, quay.ID))
	if r.Narrowed() || !r.SeesDevice(aarhus, ID{}).Allowed {
		t.Error("an administrator is narrowed")
	}

	fleet := rightsOf(t, person(201, "tom", nordics, FleetManagement))
	only := person(202, "lea", nordics, technician, depot.ID)
	both := person(203, "mia", nordics, technician, depot.ID, quay.ID)
	above := person(204, "hal", hq, technician, depot.ID)
	wants(t, "nobody limited", fleet.CheckDeleteLocation(depot, slices.Values([]*User{both, person(205, "x", nordics, 0)}), nil), 0)
	wants(t, "somebody limited", fleet.CheckDeleteLocation(depot, slices.Values([]*User{both, only}), nil), Conflict, "lea is limited", "An administrator above can")
	ada := person(206, "ada", nordics, AccountAdministrator)
	ada.Activated = true
	people := slices.Values([]*User{ada, above, both})
	wants(t, "who can lift it", fleet.CheckDeleteLocation(depot, slices.Values([]*User{only}), people), Conflict, "lea is limited", "ada can give them another location")
	wants(t, "who can lift it of one unseen", fleet.CheckDeleteLocation(depot, slices.Values([]*User{only, above}), people), Conflict, "lea, and somebody whom you don't see, are limited", "An administrator above can")
	wants(t, "one's own to lift", rightsOf(t, ada).CheckDeleteLocation(depot, slices.Values([]*User{only}), people), Conflict, "lea is limited", "Give them another location")
	err := fleet.CheckDeleteLocation(depot, slices.Values([]*User{above}), nil)
	wants(t, "somebody above limited", err, Conflict, "Somebody whom you don't see is limited", "An administrator above can")
	if strings.Contains(err.Error(), "hal") {
		t.Error("names somebody above:", err)
	}
	wants(t, "nested location", fleet.CheckDeleteLocation(quay, slices.Values([]*User{}), nil), Refused)
	wants(t, "location elsewhere", fleet.CheckDeleteLocation(yard, slices.Values([]*User{}), nil), NotFound, "location")
}

// TestRule7Tree: where customers may be put.
func TestRule7Tree(t *testing.T) {
	manager := rightsOf(t, person(201, "tom", nordics, NestedCustomerAdministrator|FleetManagement))
	admin := rightsOf(t, person(201, "tom", nordics, AccountAdministrator|NestedCustomerAdministrator))
	owner := rightsOf(t, person(200, "ann", hq, 0))
	fresh := func(parent ID, name string) *Customer {
		return &Customer{ID: id(60), Account: acme.ID, Parent: parent, Name: name}
	}
	for _, tt := range []struct {
		name     string
		r        *Rights
		customer *Customer
		kind     Kind
	}{
		{"nested", manager, fresh(nordics, "New"), 0},
		{"deeper", manager, fresh(harbour, "New"), 0},
		{"same name elsewhere", manager, fresh(nordics, "Harbour"), 0},
		{"same name here", manager, fresh(nordics, "AARHUS"), Conflict},
		{"above", manager, fresh(hq, "New"), NotFound},
		{"main", manager, fresh(ID{}, "New"), Refused},
		{"main, by the owner", owner, fresh(ID{}, "New"), 0},
		{"main, same name", owner, fresh(ID{}, "acme hq"), Conflict},
		{"without the right", admin, fresh(nordics, "New"), Refused},
		{"another account", owner, &Customer{Account: id(101), Parent: hq, Name: "New"}, NotFound},
	} {
		wants(t, "create "+tt.name, tt.r.CheckNewCustomer(tt.customer), tt.kind)
	}
	for _, tt := range []struct {
		name   string
		r      *Rights
		id, to ID
		kind   Kind
	}{
		{"beside", manager, aarhus, oslo, 0},
		{"up to the own customer", manager, harbour, nordics, 0},
		{"where it is", manager, aarhus, nordics, 0},
		{"under itself", manager, aarhus, aarhus, Conflict},
		{"below itself", manager, aarhus, harbour, Conflict},
		{"the own customer", manager, nordics, aarhus, Refused},
		{"out of reach", manager, aarhus, hq, NotFound},
		{"from out of reach", manager, iberia, nordics, NotFound},
		{"to the top", manager, aarhus, ID{}, Refused},
		{"without the right", admin, aarhus, oslo, Refused},
		{"owner, main under another", owner, bermuda, hq, 0},
		{"owner, to the top", owner, nordics, ID{}, 0},
		{"owner, under itself", owner, hq, harbour, Conflict},
		{"owner, the account", owner, ID{}, hq, NotFound},
	} {
		wants(t, "move "+tt.name, tt.r.CheckMoveCustomer(tt.id, tt.to), tt.kind)
	}
	before, _ := owner.Tree().Customer(aarhus)
	after := *before
	after.Name = "aarhus"
	wants(t, "rename in case only", admin.CheckCustomerChange(before, &after), 0)
	after.Name = "Oslo"
	wants(t, "rename to a sibling's", admin.CheckCustomerChange(before, &after), Conflict)
	after.Name, after.Parent = "Aarhus", oslo
	wants(t, "move by editing", admin.CheckCustomerChange(before, &after), Invalid)
	plain := rightsOf(t, person(201, "tom", nordics, AccountAdministrator))
	wants(t, "edit nested without the right", plain.CheckCustomerChange(before, before), Refused, "Nested Customer Administrator")
}

func TestRule7Depth(t *testing.T) {
	var customers []Customer
	for i := range MaxDepth {
		customers = append(customers, Customer{ID: id(i + 1), Account: acme.ID, Parent: id(i), Name: "x"})
	}
	customers = append(customers, Customer{ID: id(60), Account: acme.ID, Name: "tall"}, Customer{ID: id(61), Account: acme.ID, Parent: id(60), Name: "tall"})
	account := acme
	r := OperatorRights(&account, mustTree(t, acme, customers))
	wants(t, "create too deep", r.CheckNewCustomer(&Customer{Account: acme.ID, Parent: id(MaxDepth), Name: "y"}), Conflict, "32")
	wants(t, "create as deep as may be", r.CheckNewCustomer(&Customer{Account: acme.ID, Parent: id(MaxDepth - 1), Name: "y"}), 0)
	wants(t, "move two levels too deep", r.CheckMoveCustomer(id(60), id(MaxDepth-1)), Conflict, "32")
	wants(t, "move two levels", r.CheckMoveCustomer(id(60), id(MaxDepth-2)), 0)
}

// TestRule8Delete: deleting a customer and what it holds.
func TestRule8Delete(t *testing.T) {
	full := rightsOf(t, person(201, "tom", nordics, everything))
	manager := rightsOf(t, person(201, "tom", nordics, NestedCustomerAdministrator|FleetManagement))
	owner := rightsOf(t, person(200, "ann", hq, 0))
	worker := person(202, "lea", oslo, technician)
	limited := person(203, "mia", oslo, technician, id(303))
	boss := person(204, "hal", hq, technician, id(303))
	for _, tt := range []struct {
		name  string
		r     *Rights
		id    ID
		holds CustomerContents
		to    ID
		kind  Kind
		word  string
	}{
		{"empty", manager, oslo, CustomerContents{}, ID{}, 0, ""},
		{"with devices", manager, oslo, CustomerContents{Devices: 3}, ID{}, 0, ""},
		{"with customers", manager, aarhus, CustomerContents{}, ID{}, Conflict, "1 customer"},
		{"the own customer", manager, nordics, CustomerContents{}, ID{}, Refused, "above"},
		{"above", manager, hq, CustomerContents{}, ID{}, NotFound, ""},
		{"users deleted", full, oslo, CustomerContents{Users: []*User{worker}}, ID{}, 0, ""},
		{"users moved", full, oslo, CustomerContents{Users: []*User{worker}}, nordics, 0, ""},
		{"users moved out of reach", full, oslo, CustomerContents{Users: []*User{worker}}, hq, NotFound, "customer"},
		{"users moved nowhere", full, oslo, CustomerContents{Users: []*User{worker}}, oslo, Conflict, "another"},
		{"users deleted without the right", manager, oslo, CustomerContents{Users: []*User{worker}}, ID{}, Refused, ""},
		{"users lifted up without the right", manager, oslo, CustomerContents{Users: []*User{worker}}, nordics, Refused, ""},
		{"only location of one who moves", full, oslo, CustomerContents{Users: []*User{limited}, Locations: []ID{id(303)}}, nordics, Conflict, "mia is"},
		{"only location of one who goes", full, oslo, CustomerContents{Users: []*User{limited}, Limited: []*User{limited}, Locations: []ID{id(303)}}, ID{}, 0, ""},
		{"only location of one above", full, oslo, CustomerContents{Limited: []*User{boss}, Locations: []ID{id(303)}}, ID{}, Conflict, "Somebody"},
		{"main, empty", owner, bermuda, CustomerContents{}, ID{}, 0, ""},
		{"main, with devices", owner, bermuda, CustomerContents{Devices: 1}, ID{}, Conflict, "1 device"},
		{"with the owner", owner, bermuda, CustomerContents{Users: []*User{person(200, "ann", bermuda, 0)}}, hq, Refused, "Hand over"},
		{"the account", owner, ID{}, CustomerContents{}, ID{}, NotFound, ""},
	} {
		wants(t, tt.name, tt.r.CheckDeleteCustomer(tt.id, tt.holds, tt.to), tt.kind, tt.word)
	}
	wants(t, "typed", CheckTyped("Aarhus Depot", " Aarhus Depot "), 0)
	wants(t, "typed wrongly", CheckTyped("Aarhus Depot", "aarhus depot"), Invalid, "Aarhus Depot")
}

func TestAccountChange(t *testing.T) {
	account := acme
	tree := acmeTree(t)
	operator, owner := OperatorRights(&account, tree), rightsOf(t, person(200, "ann", hq, 0))
	admin := rightsOf(t, person(201, "tom", hq, everything))
	change := func(f func(*Account)) *Account {
		after := account
		f(&after)
		return &after
	}
	renamed := change(func(a *Account) { a.Name = "Acme Fleet" })
	wants(t, "owner renames", owner.CheckAccountChange(&account, renamed), 0)
	wants(t, "administrator renames", admin.CheckAccountChange(&account, renamed), Refused, "owner")
	addOn := change(func(a *Account) { a.AddOns.AccessControl = true })
	wants(t, "owner adds an add-on", owner.CheckAccountChange(&account, addOn), Refused, "operator")
	wants(t, "operator adds an add-on", operator.CheckAccountChange(&account, addOn), 0)
	suspended := change(func(a *Account) { a.Suspended = true })
	wants(t, "owner suspends", owner.CheckAccountChange(&account, suspended), Refused, "operator")
	wants(t, "operator suspends", operator.CheckAccountChange(&account, suspended), 0)
	handed := change(func(a *Account) { a.Owner = id(201) })
	wants(t, "operator edits the owner", operator.CheckAccountChange(&account, handed), Refused, "handed over")
	wants(t, "another account", owner.CheckAccountChange(&account, change(func(a *Account) { a.ID = id(101) })), NotFound)
}
