package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// productTable is the table of PRODUCT.md, section 2, as it stands there. The
// test reads its words, so that the code under test and what it is tested
// against have nothing in common but the page.
const productTable = `
| see the customer tree in reach | AA, NCA, or anyone who may assign devices | the same |
| edit customer details, cloud and security settings | AA | NCA |
| create, move, delete nested customers | NCA + FM | NCA + FM |
| list users | AA or FM | NCA + (AA or FM) |
| create users | AA | NCA + (AA or FM) |
| edit, deactivate, delete users; reset password or second factor; see and revoke their tokens | AA | NCA + AA |
| see devices | AA, or FDA + (DM or FM) | the same |
| register, edit, import devices | AA, or FDA + DM | the same |
| assign devices (from and to, both ends in reach) | AA, or FDA + DM | the same |
| manage locations | FM, or AA | NCA + (FM or AA) |
| see RFID access history | ACM, with the add-on | the same |
| read the audit trail | AA | NCA + AA |
`

// productRows says in which row of the table each capability stands.
var productRows = map[string]string{
	"customers.see":    "see the customer tree",
	"customers.edit":   "edit customer details",
	"customers.create": "create, move, delete nested customers",
	"customers.move":   "create, move, delete nested customers",
	"customers.delete": "create, move, delete nested customers",
	"users.list":       "list users",
	"users.create":     "create users",
	"users.edit":       "edit, deactivate, delete users",
	"devices.see":      "see devices",
	"devices.register": "register, edit, import devices",
	"devices.edit":     "register, edit, import devices",
	"devices.assign":   "assign devices",
	"locations.manage": "manage locations",
	"access.see":       "see RFID access history",
	"audit.read":       "read the audit trail",
}

// said is what the page says about one capability in one column.
func said(t *testing.T, capability string, nested bool) string {
	t.Helper()
	for line := range strings.Lines(productTable) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || !strings.HasPrefix(strings.TrimSpace(cells[1]), productRows[capability]) {
			continue
		}
		own, below := strings.TrimSpace(cells[2]), strings.TrimSpace(cells[3])
		if nested && below != "the same" {
			return below
		}
		return own
	}
	t.Fatalf("%s isn't in the table", capability)
	return ""
}

// holds works out words such as "AA, or FDA + (DM or FM)" for somebody.
func holds(words string, groups map[string]bool, addOn bool) bool {
	words = strings.ReplaceAll(words, "anyone who may assign devices", "(AA, or FDA + DM)")
	if rest, ok := strings.CutSuffix(words, ", with the add-on"); ok {
		return addOn && holds(rest, groups, addOn)
	}
	words = strings.ReplaceAll(words, ", or ", " or ")
	words = strings.ReplaceAll(words, ", ", " or ")
	for { // innermost brackets first
		open := strings.LastIndex(words, "(")
		if open < 0 {
			break
		}
		length := strings.Index(words[open:], ")")
		inner := holds(words[open+1:open+length], groups, addOn)
		words = words[:open] + fmt.Sprint(inner) + words[open+length+1:]
	}
	return slices.ContainsFunc(strings.Split(words, " or "), func(all string) bool {
		return !slices.ContainsFunc(strings.Split(all, " + "), func(one string) bool {
			one = strings.TrimSpace(one)
			return one != "true" && !groups[one]
		})
	})
}

// somebody is one case of the exhaustive test, in words.
type somebody struct {
	groups               map[string]bool
	owner, inactive, off bool // off: the account is suspended
	addOn                bool
	limited              bool // to one location
}

// expects is the second, naive implementation of every decision: "allowed",
// "refused" or "not_found".
func (s somebody) expects(t *testing.T, capability, where, deviceAt string) string {
	switch {
	case s.inactive || s.off:
		return "refused"
	case where == "other account":
		return "not_found"
	case !s.owner && (where == "parent" || where == "sibling"):
		return "not_found"
	}
	limits := s.limited && !s.owner && !s.groups["AA"]
	if deviceAt != "" && limits && deviceAt != "their location" && capability != "devices.register" {
		return "not_found"
	}
	allowed := holds(said(t, capability, where == "nested"), s.groups, s.addOn)
	if s.owner {
		allowed = capability != "access.see" || s.addOn
	}
	if capability == "devices.register" && deviceAt != "" && limits && deviceAt != "their location" {
		allowed = false // it would be out of their sight
	}
	if allowed {
		return "allowed"
	}
	return "refused"
}

func answer(d Decision, r *Rights) string {
	err := d.Err(r)
	if (err == nil) != d.Allowed {
		return "Allowed and Err disagree"
	}
	if err == nil {
		return "allowed"
	}
	return KindOf(err).String()
}

// TestPermissionTable goes through every capability, every set of groups, every
// place and every condition.
func TestPermissionTable(t *testing.T) {
	tree := acmeTree(t)
	places := map[string]ID{
		"own": nordics, "nested": aarhus, "parent": hq, "sibling": iberia, "other account": elsewhere,
	}
	theirs, another := id(300), id(301)
	locations := map[string]ID{"": {}, "no location": {}, "their location": theirs, "another location": another}

	cases := 0
	for groups := range AllGroups + 1 {
		words := map[string]bool{}
		for one := range groups.Each() {
			words[one.Short()] = true
		}
		for condition := range 32 {
			s := somebody{
				groups: words, owner: condition&1 != 0, inactive: condition&2 != 0, off: condition&4 != 0,
				addOn: condition&8 != 0, limited: condition&16 != 0,
			}
			account := acme
			account.AddOns.AccessControl, account.Suspended = s.addOn, s.off
			user := person(201, "tom", nordics, groups)
			user.Inactive = s.inactive
			if s.owner {
				account.Owner = user.ID
			}
			if s.limited {
				user.Locations = []ID{theirs}
			}
			r := NewRights(&account, tree, user)
			for _, c := range Capabilities() {
				for where, place := range places {
					for deviceAt, location := range locations {
						d := r.May(c, place)
						if deviceAt != "" {
							d = r.MayDevice(c, place, location)
						}
						cases++
						if got, want := answer(d, r), s.expects(t, c.String(), where, deviceAt); got != want {
							t.Fatalf("%s, %s customer, device at %q, holding %q, %+v: %s, want %s (%s)",
								c, where, deviceAt, groups.Short(), s, got, want, d.Text(r))
						}
					}
				}
			}
			for where, place := range places {
				for deviceAt, location := range locations {
					if deviceAt == "" {
						continue
					}
					cases += 2
					sees, edits := s.expects(t, "access.see", where, deviceAt), s.expects(t, "devices.edit", where, deviceAt)
					if got := answer(r.SeesAccess(place, location), r); got != sees {
						t.Fatalf("an event of the %s customer at %q, holding %q, %+v: %s, want %s", where, deviceAt, groups.Short(), s, got, sees)
					}
					if sees == "allowed" {
						sees = edits // whoever sends both reads the history and edits the device
					}
					if got := answer(r.MaySendAccess(place, location), r); got != sees {
						t.Fatalf("sending for the %s customer at %q, holding %q, %+v: %s, want %s", where, deviceAt, groups.Short(), s, got, sees)
					}
				}
			}
		}
	}
	t.Logf("%d cases", cases)
}

// TestMayAnywhere compares it with asking everywhere.
func TestMayAnywhere(t *testing.T) {
	tree := acmeTree(t)
	for _, home := range []ID{hq, nordics, harbour} {
		for groups := range AllGroups + 1 {
			r := NewRights(&acme, tree, person(201, "tom", home, groups))
			for _, c := range Capabilities() {
				want := false
				for i := range tree.Len() {
					want = want || r.May(c, tree.At(i).ID).Allowed
					if r.May(c, tree.At(i).ID) != r.MayAt(c, i) {
						t.Fatal("May and MayAt differ")
					}
				}
				d := r.MayAnywhere(c)
				if d.Allowed != want {
					t.Errorf("%s anywhere from %s holding %q: %v, want %v", c, tree.Path(home), groups.Short(), d.Allowed, want)
				}
				if d.Text(r) == "" {
					t.Errorf("%s holding %q: no words", c, groups.Short())
				}
			}
		}
	}
}

// TestOpens says which tabs each group opens, as the group table of PRODUCT.md
// does.
func TestOpens(t *testing.T) {
	always := "Overview, API tokens, Profile"
	for _, tt := range []struct{ groups, tabs string }{
		{"", ""},
		{"AA", "Account, Customers, Users, Devices, Locations, Audit"},
		{"FDA", ""},
		{"DM", "Devices"},
		{"FDA, DM", "Customers, Devices"},
		{"FM", "Users, Devices, Locations"},
		{"NCA", "Account, Customers"},
		{"ACM", "Access control"},
	} {
		groups, err := ParseGroups(tt.groups)
		if err != nil {
			t.Fatal(err)
		}
		account := acme
		account.AddOns.AccessControl = true
		r := NewRights(&account, acmeTree(t), person(201, "tom", nordics, groups))
		for _, s := range Sections() {
			d := r.Opens(s)
			want := strings.Contains(always, s.String()) || strings.Contains(", "+tt.tabs+",", ", "+s.String()+",")
			if d.Allowed != want {
				t.Errorf("%q opens %s: %v, want %v", tt.groups, s, d.Allowed, want)
			}
			if text := d.Text(r); text == "" || !d.Allowed && !strings.Contains(text, s.String()) {
				t.Errorf("%q, %s: words %q", tt.groups, s, text)
			}
		}
	}
	if r := rightsOf(t, person(201, "tom", nordics, AccessControlManagement)); r.Opens(SectionAccess).Allowed {
		t.Error("Access control opens without the add-on")
	}
}

// TestOperator may do everything in the account and nothing outside it.
func TestOperator(t *testing.T) {
	account := acme
	account.Suspended, account.AddOns.AccessControl = true, true
	r := OperatorRights(&account, acmeTree(t))
	for _, c := range Capabilities() {
		if d := r.May(c, harbour); !d.Allowed {
			t.Errorf("%s: %s", c, d.Text(r))
		}
		if d := r.May(c, elsewhere); KindOf(d.Err(r)) != NotFound {
			t.Errorf("%s in another account: %s", c, d.Text(r))
		}
	}
	if !r.May(CustomersCreate, ID{}).Allowed || !r.MayEditAccount().Allowed || !r.Home().IsZero() || r.User() != nil {
		t.Error("the operator doesn't hold the account")
	}
}

// TestStrangers may nothing: no user, another account's, one without a customer
// or with one that is gone.
func TestStrangers(t *testing.T) {
	tree := acmeTree(t)
	foreign := person(201, "eve", nordics, AllGroups)
	foreign.Account = id(101)
	homeless := person(202, "ned", ID{}, AllGroups)
	stale := person(203, "sal", id(99), AllGroups)
	for name, u := range map[string]*User{"nobody": nil, "foreign": foreign, "homeless": homeless, "stale": stale} {
		r := NewRights(&acme, tree, u)
		for _, c := range Capabilities() {
			for _, place := range []ID{hq, nordics, {}, id(99), elsewhere} {
				if r.May(c, place).Allowed || r.MayDevice(c, place, ID{}).Allowed {
					t.Errorf("%s: %s at %s", name, c, place)
				}
			}
			if d := r.MayAnywhere(c); d.Allowed || d.Text(r) == "" || d.Err(r) == nil {
				t.Errorf("%s: %s anywhere", name, c)
			}
		}
		if from, to := r.Span(); from != to || r.Owner() || r.MayEditAccount().Allowed {
			t.Errorf("%s reaches something", name)
		}
		if _, err := r.Resolve("Acme HQ/Nordics"); KindOf(err) != NotFound {
			t.Errorf("%s resolves: %v", name, err)
		}
	}
}

func TestUnknownCapability(t *testing.T) {
	r := rightsOf(t, person(200, "ann", hq, AllGroups)) // the owner
	for _, c := range []Capability{0, capabilities, 255} {
		if r.May(c, hq).Allowed || r.MayAnywhere(c).Allowed || c.String() != "" || c.Words() != "" || c.Alternatives(true) != nil {
			t.Errorf("capability %d is something", c)
		}
	}
	if r.Opens(0).Allowed || r.Opens(200).Allowed {
		t.Error("an unknown section opens")
	}
}

// TestLiveRights is rule 9: what an actor may is what the user's record says now.
func TestLiveRights(t *testing.T) {
	tree := acmeTree(t)
	user := person(201, "tom", nordics, DeviceManagement|FullDeviceAccess)
	actor := Actor{Account: acme.ID, User: user.ID, Door: DoorConsole}
	account := acme
	r, err := LiveRights(actor, &account, tree, user)
	if err != nil || !r.May(DevicesAssign, nordics).Allowed {
		t.Fatal("the technician may not assign:", err)
	}
	user.Groups = DeviceManagement
	if r, err = LiveRights(actor, &account, tree, user); err != nil || r.May(DevicesAssign, nordics).Allowed {
		t.Error("a group that was taken away still works:", err)
	}
	user.Inactive = true
	_, inactive := LiveRights(actor, &account, tree, user)
	user.Inactive, account.Suspended = false, true
	_, suspended := LiveRights(actor, &account, tree, user)
	account.Suspended = false
	_, gone := LiveRights(actor, &account, tree, nil)
	_, other := LiveRights(actor, &account, tree, person(202, "eve", nordics, 0))
	moved := actor
	moved.Account = id(101)
	_, away := LiveRights(moved, &account, tree, user)
	for _, err := range []error{inactive, suspended, gone, other, away} {
		if KindOf(err) != Unauthenticated || err.Error() != gone.Error() {
			t.Errorf("%v, want the same Unauthenticated for all", err)
		}
	}
	user.Inactive, actor.Door = true, DoorMachine
	if _, err := LiveRights(actor, &account, tree, user); KindOf(err) != Refused || !strings.Contains(err.Error(), "tom is inactive") {
		t.Errorf("on the machine: %v", err)
	}
	if r, err := LiveRights(Actor{Account: acme.ID, Operator: true}, &account, tree, nil); err != nil || !r.Operator() {
		t.Error("the operator has no rights:", err)
	}
}

// TestNoOracle compares, to the letter, the answers to what is hidden and to
// what doesn't exist.
func TestNoOracle(t *testing.T) {
	unknown := id(999)
	for groups := range AllGroups + 1 {
		r := rightsOf(t, person(201, "tom", nordics, groups, id(300)))
		same := func(what string, a, b error) {
			t.Helper()
			if a == nil || b == nil || a.Error() != b.Error() || KindOf(a) != KindOf(b) || *a.(*Error) != *b.(*Error) {
				t.Errorf("%s holding %q: %v / %v", what, groups.Short(), a, b)
			}
		}
		for _, hidden := range []ID{hq, iberia, bermuda, elsewhere} {
			for _, c := range Capabilities() {
				same(c.String(), r.May(c, hidden).Err(r), r.May(c, unknown).Err(r))
				same(c.String(), r.MayDevice(c, hidden, ID{}).Err(r), r.MayDevice(c, unknown, ID{}).Err(r))
				if r.May(c, hidden).Text(r) != r.May(c, unknown).Text(r) {
					t.Errorf("%s: words tell the two apart", c)
				}
			}
			same("move", r.CheckMoveCustomer(hidden, nordics), r.CheckMoveCustomer(unknown, nordics))
			same("move to", r.CheckMoveCustomer(aarhus, hidden), r.CheckMoveCustomer(aarhus, unknown))
			same("delete", r.CheckDeleteCustomer(hidden, CustomerContents{}, ID{}), r.CheckDeleteCustomer(unknown, CustomerContents{}, ID{}))
			same("edit", r.CheckCustomerChange(&Customer{ID: hidden}, &Customer{ID: hidden}), r.CheckCustomerChange(&Customer{ID: unknown}, &Customer{ID: unknown}))
			a, b := person(400, "above", hidden, AllGroups), person(400, "above", unknown, 0)
			same("user", r.MayEditUser(a).Err(r), NoSuch("user"))
			same("user", r.MayResetUser(a).Err(r), r.MayResetUser(b).Err(r))
			same("user", r.MayDeleteUser(a).Err(r), r.MayDeleteUser(b).Err(r))
			same("grant", r.MayGrant(DeviceManagement, a).Err(r), r.MayGrant(DeviceManagement, b).Err(r))
			same("change", r.CheckUserChange(a, a, nil), r.CheckUserChange(b, b, nil))
			same("new user", r.CheckNewUser(a, nil), r.CheckNewUser(b, nil))
		}
		// A device at another location, one above, and none at all.
		if !groups.Has(AccountAdministrator) {
			for _, c := range []Capability{DevicesSee, DevicesEdit, DevicesAssign} {
				same("narrowed", r.MayDevice(c, aarhus, id(301)).Err(r), NoSuch("device"))
				same("narrowed", r.MayDevice(c, hq, id(301)).Err(r), NoSuch("device"))
			}
		}
		for _, path := range []string{"Acme HQ", "Acme HQ/Iberia", iberia.String(), "Bermuda", elsewhere.String()} {
			_, a := r.Resolve(path)
			_, b := r.Resolve("Atlantis")
			same("resolve "+path, a, b)
		}
		for _, path := range []string{"Acme HQ/Nordics/Aarhus", "nordics/AARHUS", aarhus.String(), " acme hq / nordics / aarhus "} {
			if got, err := r.Resolve(path); err != nil || got != aarhus {
				t.Errorf("resolve %q: %v, %v", path, got, err)
			}
		}
	}
}
