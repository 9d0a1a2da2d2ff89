package domain

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// summarised is somebody with all that bears on what is said of them.
type summarised struct {
	groups           Groups
	leaf, addOn      bool // nothing is nested; the account has the add-on
	narrowed, absent bool // limited to two locations; inactive
	owner            bool
}

func (s summarised) rights(t testing.TB) *Rights {
	account := acme
	account.AddOns.AccessControl = s.addOn
	tree := mustTree(t, account, acmeCustomers())
	u := person(300, "tom", nordics, s.groups)
	if s.leaf {
		u.Customer = harbour
	}
	if s.narrowed {
		u.Locations = ids(id(31), id(32))
	}
	if s.owner {
		account.Owner = u.ID
	}
	u.Inactive = s.absent
	return NewRights(&account, tree, u)
}

func ids(list ...ID) []ID { return list }

// TestAccessSummaryIsTrue reads the sentence back and holds it against the
// decisions, for every set of groups.
func TestAccessSummaryIsTrue(t *testing.T) {
	for n := range 1 << 11 {
		s := summarised{
			groups: Groups(n) & AllGroups, leaf: n>>6&1 == 1, addOn: n>>7&1 == 1,
			narrowed: n>>8&1 == 1, absent: n>>9&1 == 1, owner: n>>10&1 == 1,
		}
		r := s.rights(t)
		text := AccessSummary(r, 214, 1234)
		says := func(words string) bool { return strings.Contains(text, words) }
		claim := func(words string, is bool) {
			if says(words) != is {
				t.Errorf("%+v: %q: %q is %v", s, text, words, is)
			}
		}
		if !strings.HasSuffix(text, ".") || strings.Contains(text, "  ") || len(text) > 330 {
			t.Errorf("%+v: %q", s, text)
		}
		if s.absent {
			claim("inactive", true)
			claim("ees", false)
			continue
		}
		if s.owner {
			claim("may do everything in it: 214 devices, 1,234 users.", true)
			continue
		}
		home, below := "Nordics", "Nordics and below"
		at := nordics
		if s.leaf {
			home, below, at = "Harbour", "Harbour", harbour
		}
		may := func(c Capability) bool { return r.May(c, at).Allowed }
		mayBelow := func(c Capability) bool { return !s.leaf && r.May(c, aarhus).Allowed }
		claim("ees no devices", !may(DevicesSee))
		claim("ees 214 devices", may(DevicesSee))
		claim("at 2 locations in "+below, may(DevicesSee) && r.Narrowed())
		claim("may register, edit and assign them", may(DevicesAssign) && may(DevicesEdit) && may(DevicesRegister))
		claim("may not change them", may(DevicesSee) && !may(DevicesAssign))
		claim("may not manage users", !may(UsersList))
		users := home
		if mayBelow(UsersList) {
			users = below
		}
		claim("users of "+users+" (1,234)", may(UsersList))
		claim("manages the users", may(UsersEdit))
		claim("edits none", may(UsersList) && !may(UsersEdit))
		claim("creates some below", !may(UsersCreate) && r.nested[UsersCreate].Allowed)
		claim("edits "+home, may(CustomersEdit))
		claim("edits "+below, may(CustomersEdit) && (s.leaf || mayBelow(CustomersEdit)))
		claim("edits customers below", !may(CustomersEdit) && r.nested[CustomersEdit].Allowed && !may(CustomersCreate))
		claim("edits, creates", !may(CustomersEdit) && may(CustomersCreate))
		claim("creates, moves and deletes customers below", may(CustomersCreate))
		for _, section := range Sections() {
			everyones := slices.Contains([]Section{SectionOverview, SectionTokens, SectionProfile}, section)
			if opens := r.Opens(section).Allowed && section.HasTab() && !everyones; opens != slices.Contains(OpenSections(r), section) {
				t.Errorf("%+v: %s", s, section)
			}
			tab := regexp.MustCompile(`(tab|tabs|,|and) ` + section.String() + `( \(empty\))?(,|\.| and)`)
			if got := tab.MatchString(text[strings.Index(text, "Opens"):]); got != slices.Contains(OpenSections(r), section) {
				t.Errorf("%+v: %q tells of %s: %v", s, text, section, got)
			}
		}
		claim("Devices (empty)", r.Opens(SectionDevices).Allowed && !may(DevicesSee))
	}
}

func TestAccessSummaryReadsWell(t *testing.T) {
	for _, c := range []struct {
		who            summarised
		devices, users int
		want           string
	}{
		{summarised{groups: fda | dm}, 214, 0, "Sees 214 devices in Nordics and below; may register, edit and assign them; may not manage users. Opens the tabs Customers and Devices."},
		{summarised{groups: dm}, 0, 0, "Sees no devices; may not manage users. Opens the tab Devices (empty)."},
		{summarised{}, 0, 0, "Sees no devices; may not manage users. Opens no tab but those that everybody has."},
		{summarised{groups: fda | fm, narrowed: true}, 1, 3, "Sees 1 device at 2 locations in Nordics and below; may not change them; lists the users of Nordics (3) and edits none. Opens the tabs Users, Devices and Locations."},
		{summarised{groups: aa, leaf: true}, 0, -1, "Sees the devices in Harbour (none yet); may register, edit and assign them; manages the users of Harbour; edits Harbour. Opens the tabs Account, Customers, Users, Devices, Locations and Audit."},
		{summarised{groups: nca | fm}, -1, 12, "Sees no devices; lists the users of Nordics and below (12), creates some below Nordics and edits none; edits, creates, moves and deletes customers below Nordics. Opens the tabs Account, Customers, Users, Devices (empty) and Locations."},
		{summarised{groups: acm, addOn: true}, 0, 0, "Sees no devices; may not manage users. Opens the tab Access control."},
		{summarised{owner: true}, -1, 4, "Owns the account, and may do everything in it."},
	} {
		if got := AccessSummary(c.who.rights(t), c.devices, c.users); got != c.want {
			t.Errorf("%+v:\n%s\nnot\n%s", c.who, got, c.want)
		}
	}
}

// TestAccessLinesAreTheDecisions: line by line what May answers in the user's own
// customer and in one nested under it.
func TestAccessLinesAreTheDecisions(t *testing.T) {
	for groups := range AllGroups + 1 {
		for _, owner := range []bool{false, true} {
			s := summarised{groups: groups, owner: owner}
			r := s.rights(t)
			lines := AccessOf(r)
			if len(lines) != len(Capabilities()) {
				t.Fatal(len(lines))
			}
			for i, line := range lines {
				c := Capabilities()[i]
				own, nested := r.May(c, nordics), r.May(c, aarhus)
				if line.Capability != c || line.Own.Allowed != own.Allowed || line.Nested.Allowed != nested.Allowed {
					t.Errorf("%+v: %s: %+v", s, c, line)
				}
				for _, d := range []Decision{line.Own, line.Nested} {
					if text := d.Text(r); text == "" || strings.Contains(text, "the account itself") {
						t.Errorf("%+v: %s: %q", s, c, text)
					}
				}
			}
		}
	}
	for _, line := range AccessOf(summarised{groups: AllGroups, absent: true}.rights(t)) {
		if line.Own.Allowed || line.Nested.Allowed || !strings.Contains(line.Own.Text(summarised{absent: true}.rights(t)), "inactive") {
			t.Errorf("%+v", line)
		}
	}
}

func TestGroupedNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 21034: "21,034", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	if got := fmt.Sprint(counted(1, "device"), counted(1000, "device")); got != "1 device1,000 devices" {
		t.Error(got)
	}
}

func TestParseGroupsOfASpreadsheet(t *testing.T) {
	for text, want := range map[string]Groups{
		"DM FDA": technician, "dm;fda": technician, "FDA + DM": technician, "Device Management; fda": technician, "; ,": 0,
	} {
		if got, err := ParseGroups(text); err != nil || got != want {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
	_, err := ParseGroups("DM XX")
	wants(t, "unknown group", err, Invalid, "DM XX")
}
