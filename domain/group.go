package domain

import (
	"iter"
	"math/bits"
	"strings"
)

// Groups is a set of permission groups, one bit each. A single group is a set
// of one. The bits are stored, so their order never changes.
type Groups uint8

const (
	AccountAdministrator Groups = 1 << iota
	FullDeviceAccess
	DeviceManagement
	NestedCustomerAdministrator
	FleetManagement
	AccessControlManagement

	// AllGroups holds every group there is.
	AllGroups Groups = 1<<iota - 1
)

// groupWords says of each group, by the number of its bit, what people read.
var groupWords = [...]struct{ name, short, gives, needs string }{
	{
		"Account Administrator", "AA",
		"manage the users and details of their own customer", "",
	}, {
		"Full Device Access", "FDA",
		"see every device in reach",
		"Device Management or Fleet Management: alone it opens no section",
	}, {
		"Device Management", "DM",
		"register, edit and assign devices",
		"Full Device Access: without it no device is listed",
	}, {
		"Nested Customer Administrator", "NCA",
		"extend management to nested customers",
		"Account Administrator or Fleet Management: alone it only edits nested customers",
	}, {
		"Fleet Management", "FM",
		"locations, vehicle data, the list of users",
		"Full Device Access: without it no device is listed",
	}, {
		"Access Control Management", "ACM",
		"see the RFID access history",
		"the account's access control add-on: without it, it gives nothing",
	},
}

// Has says whether every group of other is in g.
func (g Groups) Has(other Groups) bool { return g&other == other }

// Each yields the groups of g one by one, in the order of the glossary.
func (g Groups) Each() iter.Seq[Groups] {
	return func(yield func(Groups) bool) {
		for rest := g & AllGroups; rest != 0; rest &= rest - 1 {
			if !yield(rest & -rest) {
				return
			}
		}
	}
}

// Names are the full names of the groups in g.
func (g Groups) Names() []string {
	names := make([]string, 0, bits.OnesCount8(uint8(g)))
	for one := range g.Each() {
		names = append(names, groupWords[one.number()].name)
	}
	return names
}

// String is the full names joined by ", ", as ParseGroups reads them.
func (g Groups) String() string { return strings.Join(g.Names(), ", ") }

// Short is the initials: "DM" for one group, "FDA + DM" for several.
func (g Groups) Short() string {
	var initials []string
	for one := range g.Each() {
		initials = append(initials, groupWords[one.number()].short)
	}
	return strings.Join(initials, " + ")
}

// Gives is what a single group gives, in at most 60 characters; "" for a set
// of several or none.
func (g Groups) Gives() string {
	if !g.single() {
		return ""
	}
	return groupWords[g.number()].gives
}

// Needs is what a single group must be paired with to be of use, and why; ""
// when it is of use alone.
func (g Groups) Needs() string {
	if !g.single() {
		return ""
	}
	return groupWords[g.number()].needs
}

// The pairings that are forgotten, as sentences.
const (
	adviceDeviceManagement = "Device Management lists no devices until it is paired with Full Device Access."
	adviceFleetManagement  = "Fleet Management lists no devices until it is paired with Full Device Access."
	adviceFullDeviceAccess = "Full Device Access opens no section until it is paired with Device Management or Fleet Management."
	adviceNestedCustomers  = "Nested Customer Administrator only edits nested customers until it is paired with Account Administrator or Fleet Management."
)

// Advice says, a sentence each, which groups of the set are of little use until
// others join them. A form shows it while groups are being chosen.
func (g Groups) Advice() []string {
	if g.Has(AccountAdministrator) {
		return nil // sees the devices and manages the users already
	}
	var advice []string
	if g.Has(DeviceManagement) && !g.Has(FullDeviceAccess) {
		advice = append(advice, adviceDeviceManagement)
	}
	if g.Has(FleetManagement) && !g.Has(FullDeviceAccess) {
		advice = append(advice, adviceFleetManagement)
	}
	if g.Has(FullDeviceAccess) && g&(DeviceManagement|FleetManagement) == 0 {
		advice = append(advice, adviceFullDeviceAccess)
	}
	if g.Has(NestedCustomerAdministrator) && !g.Has(FleetManagement) {
		advice = append(advice, adviceNestedCustomers)
	}
	return advice
}

// ParseGroups reads groups by full name or initials, in either case, separated
// by commas, semicolons or plus signs; initials also by spaces. Empty text is no
// groups. An unknown one is an Invalid error on field "groups".
func ParseGroups(text string) (Groups, error) {
	var set Groups
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || r == '+' }) {
		words := strings.Fields(part)
		if one, ok := groupNamed(strings.Join(words, " ")); ok {
			set |= one
			continue
		}
		for _, word := range words {
			one, ok := groupNamed(word)
			if !ok {
				return 0, Errorf(Invalid, "groups", "There is no group called %q. The groups are %s.",
					CleanCut(strings.Join(words, " "), 60), AllGroups)
			}
			set |= one
		}
	}
	return set, nil
}

func groupNamed(text string) (Groups, bool) {
	for number, words := range groupWords {
		if strings.EqualFold(text, words.name) || strings.EqualFold(text, words.short) {
			return 1 << number, true
		}
	}
	return 0, false
}

func (g Groups) single() bool { return g&AllGroups != 0 && g&(g-1) == 0 }

func (g Groups) number() int { return bits.TrailingZeros8(uint8(g)) }
