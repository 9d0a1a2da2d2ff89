package domain

import "strings"

// Section is a part of the console that groups open: a tab. Opening one is not
// the same as finding something in it: Device Management alone opens the
// devices and lists none.
type Section uint8

const (
	SectionOverview Section = iota + 1
	SectionAccount
	SectionCustomers
	SectionUsers
	SectionDevices
	SectionLocations
	SectionTokens
	SectionAccess
	SectionAudit
	SectionProfile

	sections = iota + 1 // one more than the last, to size tables
)

// sectionTable says which groups open a section; one with none is open to
// every active user. One that is coming has rules already, but no tab yet.
var sectionTable = [sections]struct {
	name   string
	short  string // where there is little room; empty where the name is short
	opens  requirement
	addOn  bool
	coming bool
}{
	SectionOverview:  {name: "Overview"},
	SectionAccount:   {name: "Account", opens: requirement{aa, nca}},
	SectionCustomers: {name: "Customers", opens: requirement{aa, nca, fda | dm}},
	SectionUsers:     {name: "Users", opens: requirement{aa, fm}},
	SectionDevices:   {name: "Devices", opens: requirement{aa, dm, fm}},
	SectionLocations: {name: "Locations", opens: requirement{aa, fm}},
	SectionTokens:    {name: "API tokens", short: "Tokens"},
	SectionAccess:    {name: "Access control", short: "Access", opens: requirement{acm}, addOn: true},
	SectionAudit:     {name: "Audit", opens: requirement{aa}},
	SectionProfile:   {name: "Profile"},
}

// String is the section's name on its tab.
func (s Section) String() string {
	if !s.known() {
		return ""
	}
	return sectionTable[s].name
}

// Short is the section's name where there is little room.
func (s Section) Short() string {
	if s.known() && sectionTable[s].short != "" {
		return sectionTable[s].short
	}
	return s.String()
}

// Sections are all there are, in the order of the tabs.
func Sections() []Section {
	all := make([]Section, 0, sections-1)
	for s := SectionOverview; s < sections; s++ {
		all = append(all, s)
	}
	return all
}

// HasTab says whether the console has a tab for the section. Nobody is told of
// one that it hasn't.
func (s Section) HasTab() bool { return s.known() && !sectionTable[s].coming }

// ParseSection reads a section's name in either case; false for any other text.
func ParseSection(text string) (Section, bool) {
	for _, s := range Sections() {
		if strings.EqualFold(strings.TrimSpace(text), s.String()) {
			return s, true
		}
	}
	return 0, false
}

func (s Section) known() bool { return s > 0 && s < sections }
