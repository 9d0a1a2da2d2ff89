package domain

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestWhy holds the words that people read, for the cases they meet most.
func TestWhy(t *testing.T) {
	owner := person(200, "ann", hq, 0)
	for _, tt := range []struct {
		groups     Groups
		capability Capability
		place      ID
		want       string
	}{
		{DeviceManagement, DevicesSee, nordics, "Device Management lists no devices until it is paired with Full Device Access. " +
			"It takes Account Administrator, Full Device Access with Device Management, or Full Device Access with Fleet Management, to see devices. tom holds Device Management."},
		{FleetManagement, DevicesSee, aarhus, "Fleet Management lists no devices until it is paired with Full Device Access."},
		{FullDeviceAccess, DevicesSee, nordics, "Full Device Access opens no section until it is paired with Device Management or Fleet Management."},
		{FullDeviceAccess, DevicesAssign, nordics, "It takes Account Administrator, or Full Device Access with Device Management, to assign devices. tom holds Full Device Access."},
		{0, DevicesAssign, nordics, "tom holds no group."},
		{AccountAdministrator, UsersEdit, aarhus, "It takes Account Administrator with Nested Customer Administrator to edit users in the customers nested under Nordics. tom holds Account Administrator."},
		{NestedCustomerAdministrator, CustomersEdit, nordics, "It takes Account Administrator to edit the customer. tom holds Nested Customer Administrator."},
		{technician, DevicesAssign, nordics, "Full Device Access with Device Management lets tom assign devices. Nordics is their own customer."},
		{technician, DevicesAssign, aarhus, "Full Device Access with Device Management lets tom assign devices. Aarhus is nested under Nordics, their own customer."},
		{NestedCustomerAdministrator | FleetManagement, CustomersDelete, nordics, "Nested Customer Administrator with Fleet Management lets tom delete nested customers. " +
			"That holds for what is nested under Nordics, their own customer, and not for Nordics itself."},
		{technician, DevicesAssign, hq, "It is not in the reach of tom, which is Nordics and the customers nested under it."},
		{AccessControlManagement, AccessSee, nordics, "Acme doesn't have the access control add-on."},
		{FleetManagement | DeviceManagement, AuditRead, nordics, "It takes Account Administrator to read the audit trail. tom holds Device Management and Fleet Management."},
	} {
		r := rightsOf(t, person(201, "tom", nordics, tt.groups))
		if got := r.May(tt.capability, tt.place).Text(r); !strings.Contains(got, tt.want) {
			t.Errorf("%s holding %q:\n got %s\nwant %s", tt.capability, tt.groups.Short(), got, tt.want)
		}
	}
	r := rightsOf(t, person(201, "tom", nordics, technician, quay.ID))
	if got := r.MayDevice(DevicesAssign, aarhus, quay.ID).Text(r); !strings.HasSuffix(got, "It is at one of the locations that tom is limited to.") {
		t.Error(got)
	}
	if got := r.May(DevicesSee, aarhus).Text(r); !strings.HasSuffix(got, "That holds for devices at the locations that tom is limited to.") {
		t.Error(got)
	}
	r = rightsOf(t, owner)
	if got := r.May(UsersEdit, oslo).Text(r); got != "ann owns the account, and may do everything in it." {
		t.Error(got)
	}
	idle := person(201, "tom", nordics, technician)
	idle.Inactive = true
	r = rightsOf(t, idle)
	if got := r.May(DevicesSee, nordics).Text(r); !strings.HasPrefix(got, "tom is inactive and may do nothing.") {
		t.Error(got)
	}
	if d, void := r.Void(); !void || d.Reason.String() != "inactive" {
		t.Error("void:", d.Reason)
	}
	leaf := rightsOf(t, person(201, "tom", harbour, NestedCustomerAdministrator))
	if got := leaf.MayAnywhere(CustomersEdit).Text(leaf); got != "Nested Customer Administrator would let tom edit the customer in nested customers, and none is nested under Harbour yet." {
		t.Error(got)
	}
}

// TestWhyAlways goes through all decisions and looks at their words as words:
// every one has some, they are sentences, and a refusal's error says the same.
func TestWhyAlways(t *testing.T) {
	tree := acmeTree(t)
	check := func(d Decision, r *Rights) {
		t.Helper()
		text := d.Text(r)
		first, _ := utf8.DecodeRuneInString(text)
		if text == "" || !strings.HasSuffix(text, ".") || strings.Contains(text, "  ") || strings.Contains(text, "%!") ||
			strings.Contains(text, "!") || unicode.IsSpace(first) || text == "This isn't allowed." {
			t.Errorf("words of %+v: %q", d, text)
		}
		if len(text) > 400 {
			t.Errorf("too many words: %q", text)
		}
		if d.Reason.String() == "" {
			t.Errorf("reason %d has no name", d.Reason)
		}
		if err := d.Err(r); !d.Allowed && KindOf(err) == Refused && err.Error() != text {
			t.Errorf("the error says %q, the words %q", err, text)
		}
	}
	for groups := range AllGroups + 1 {
		user := person(201, "tom", nordics, groups, id(300))
		r := NewRights(&acme, tree, user)
		for _, c := range Capabilities() {
			check(r.MayAnywhere(c), r)
			for _, place := range []ID{hq, nordics, aarhus, {}} {
				check(r.May(c, place), r)
				check(r.MayDevice(c, place, ID{}), r)
			}
		}
		for _, s := range Sections() {
			check(r.Opens(s), r)
		}
		for _, target := range []*User{user, person(202, "a", nordics, AllGroups), person(200, "ann", nordics, 0), person(203, "b", hq, 0)} {
			check(r.SeesUser(target), r)
			check(r.MayEditUser(target), r)
			check(r.MayResetUser(target), r)
			check(r.MayDeleteUser(target), r)
			for one := range AllGroups.Each() {
				check(r.MayGrant(one, target), r)
			}
		}
		check(r.MayMoveCustomer(nordics), r)
		check(r.MayDeleteCustomer(aarhus), r)
		check(r.MayEditAccount(), r)
	}
	if (Decision{}).Err(rightsOf(t, person(201, "tom", nordics, 0))) == nil {
		t.Error("the zero decision allows")
	}
}

// TestWordsAreClean: names from the data can't draw outside their place.
func TestWordsAreClean(t *testing.T) {
	customers := acmeCustomers()
	for i := range customers {
		customers[i].Name += "\x1b[2J\u202e\n" + strings.Repeat("x", 500)
	}
	account := acme
	account.Name = "Acme\x1b]0;owned\a"
	user := person(201, "tom\r\n\x9b31m", nordics, NestedCustomerAdministrator|DeviceManagement)
	r := NewRights(&account, mustTree(t, acme, customers), user)
	for _, c := range Capabilities() {
		for _, place := range []ID{hq, nordics, aarhus} {
			if text := r.May(c, place).Text(r); Clean(text) != text || len(text) > 600 {
				t.Errorf("%s: %q", c, text)
			}
		}
	}
}

func TestGroups(t *testing.T) {
	for text, want := range map[string]Groups{
		"": 0, " , ": 0, "AA": AccountAdministrator, "dm,fda": technician,
		"Device Management,Full Device Access":                technician,
		" device  management , Nested Customer Administrator": DeviceManagement | NestedCustomerAdministrator,
		AllGroups.String():                                    AllGroups,
	} {
		if got, err := ParseGroups(text); err != nil || got != want {
			t.Errorf("ParseGroups(%q) = %v, %v", text, got, err)
		}
	}
	_, err := ParseGroups("DM, Fleet Manager")
	wants(t, "unknown group", err, Invalid, "Fleet Manager", "Account Administrator", "Access Control Management")
	if field(err) != "groups" {
		t.Error("on field", field(err))
	}
	for groups := range AllGroups + 1 {
		if again, err := ParseGroups(groups.String()); err != nil || again != groups {
			t.Errorf("%q doesn't come back", groups)
		}
		var sum Groups
		for one := range groups.Each() {
			sum |= one
			if n := utf8.RuneCountInString(one.Gives()); n == 0 || n > 60 {
				t.Errorf("%s gives %d characters", one, n)
			}
		}
		if sum != groups || !groups.Has(sum) || len(groups.Names()) != strings.Count(groups.Short(), "+")+min(1, int(groups)) {
			t.Errorf("%q isn't the sum of its parts", groups.Short())
		}
	}
	if technician.Short() != "FDA + DM" || technician.Gives() != "" || Groups(0).Gives() != "" || Groups(0).Needs() != "" {
		t.Error("words of sets")
	}
	if DeviceManagement.Needs() == "" || AccountAdministrator.Needs() != "" {
		t.Error("words of needs")
	}
	for groups, want := range map[Groups]int{
		0: 0, technician: 0, DeviceManagement: 1, FullDeviceAccess: 1, NestedCustomerAdministrator: 1,
		AccountAdministrator | FullDeviceAccess: 0, DeviceManagement | FleetManagement: 2,
		NestedCustomerAdministrator | FleetManagement | FullDeviceAccess: 0,
	} {
		if got := groups.Advice(); len(got) != want {
			t.Errorf("%q: advice %q", groups.Short(), got)
		}
	}
}

func TestCapabilities(t *testing.T) {
	if len(Capabilities()) != 15 || len(Sections()) != 10 {
		t.Error("capabilities or sections are missing")
	}
	for _, c := range Capabilities() {
		if again, err := ParseCapability(" " + strings.ToUpper(c.String())); err != nil || again != c || c.Words() == "" {
			t.Errorf("%s doesn't come back: %v", c, err)
		}
		if len(c.Alternatives(false)) == 0 || len(c.Alternatives(true)) == 0 || c.NeedsAddOn() != (c == AccessSee) {
			t.Errorf("%s is given by nothing", c)
		}
		c.Alternatives(false)[0] = 0 // a copy
	}
	if DevicesAssign.Alternatives(false)[0] != AccountAdministrator {
		t.Error("the table can be written to")
	}
	_, err := ParseCapability("devices.fly")
	wants(t, "unknown capability", err, Invalid, "devices.fly", "devices.assign")
	for _, s := range Sections() {
		if again, ok := ParseSection(strings.ToLower(s.String())); !ok || again != s {
			t.Errorf("%s doesn't come back", s)
		}
	}
}
