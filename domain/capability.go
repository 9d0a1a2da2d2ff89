package domain

import (
	"slices"
	"strings"
)

// Capability is one thing that somebody may do at a customer. What gives it is
// data: the table below.
type Capability uint8

const (
	CustomersSee Capability = iota + 1
	CustomersEdit
	CustomersCreate // nested under the customer asked about
	CustomersMove   // nested ones: from and to the customer asked about
	CustomersDelete // nested under the customer asked about
	UsersList
	UsersCreate
	UsersEdit // and deactivate, delete, reset, see and revoke their tokens
	DevicesSee
	DevicesRegister
	DevicesEdit
	DevicesAssign
	LocationsManage
	AccessSee
	AuditRead

	capabilities = iota + 1 // one more than the last, to size tables
)

// requirement is what gives a capability: any one of these sets of groups.
type requirement []Groups

const (
	aa  = AccountAdministrator
	fda = FullDeviceAccess
	dm  = DeviceManagement
	nca = NestedCustomerAdministrator
	fm  = FleetManagement
	acm = AccessControlManagement
)

// capabilityTable is the table of who may do what: for each capability, what
// gives it in the user's own customer and in the customers nested under it.
var capabilityTable = [capabilities]struct {
	name, words string
	own, nested requirement
	addOn       bool // and the account must have the access control add-on
}{
	CustomersSee: {
		name: "customers.see", words: "see customers",
		own: requirement{aa, nca, fda | dm}, nested: requirement{aa, nca, fda | dm},
	},
	CustomersEdit: {
		name: "customers.edit", words: "edit the customer",
		own: requirement{aa}, nested: requirement{nca},
	},
	CustomersCreate: {
		name: "customers.create", words: "create nested customers",
		own: requirement{nca | fm}, nested: requirement{nca | fm},
	},
	CustomersMove: {
		name: "customers.move", words: "move nested customers",
		own: requirement{nca | fm}, nested: requirement{nca | fm},
	},
	CustomersDelete: {
		name: "customers.delete", words: "delete nested customers",
		own: requirement{nca | fm}, nested: requirement{nca | fm},
	},
	UsersList: {
		name: "users.list", words: "list users",
		own: requirement{aa, fm}, nested: requirement{nca | aa, nca | fm},
	},
	UsersCreate: {
		name: "users.create", words: "create users",
		own: requirement{aa}, nested: requirement{nca | aa, nca | fm},
	},
	UsersEdit: {
		name: "users.edit", words: "edit users",
		own: requirement{aa}, nested: requirement{nca | aa},
	},
	DevicesSee: {
		name: "devices.see", words: "see devices",
		own: requirement{aa, fda | dm, fda | fm}, nested: requirement{aa, fda | dm, fda | fm},
	},
	DevicesRegister: {
		name: "devices.register", words: "register devices",
		own: requirement{aa, fda | dm}, nested: requirement{aa, fda | dm},
	},
	DevicesEdit: {
		name: "devices.edit", words: "edit devices",
		own: requirement{aa, fda | dm}, nested: requirement{aa, fda | dm},
	},
	DevicesAssign: {
		name: "devices.assign", words: "assign devices",
		own: requirement{aa, fda | dm}, nested: requirement{aa, fda | dm},
	},
	LocationsManage: {
		name: "locations.manage", words: "manage locations",
		own: requirement{fm, aa}, nested: requirement{nca | fm, nca | aa},
	},
	AccessSee: {
		name: "access.see", words: "see the access history",
		own: requirement{acm}, nested: requirement{acm}, addOn: true,
	},
	AuditRead: {
		name: "audit.read", words: "read the audit trail",
		own: requirement{aa}, nested: requirement{nca | aa},
	},
}

// String is the capability's name in commands and JSON: "devices.assign".
func (c Capability) String() string {
	if !c.known() {
		return ""
	}
	return capabilityTable[c].name
}

// Words say it to people: "assign devices".
func (c Capability) Words() string {
	if !c.known() {
		return ""
	}
	return capabilityTable[c].words
}

// Alternatives are the sets of groups of which any one gives the capability, in
// the user's own customer or in those nested under it.
func (c Capability) Alternatives(nested bool) []Groups {
	return slices.Clone(c.requirement(nested))
}

// NeedsAddOn says whether the account must have the access control add-on.
func (c Capability) NeedsAddOn() bool { return c.known() && capabilityTable[c].addOn }

// Capabilities are all there are, in the order of the table.
func Capabilities() []Capability {
	all := make([]Capability, 0, capabilities-1)
	for c := CustomersSee; c < capabilities; c++ {
		all = append(all, c)
	}
	return all
}

// ParseCapability reads a name as String writes it, in either case. Anything
// else is an Invalid error on field "capability".
func ParseCapability(text string) (Capability, error) {
	text = strings.TrimSpace(text)
	names := make([]string, 0, capabilities)
	for _, c := range Capabilities() {
		if strings.EqualFold(text, c.String()) {
			return c, nil
		}
		names = append(names, c.String())
	}
	return 0, Errorf(Invalid, "capability", "There is no capability called %q. They are %s.",
		CleanCut(text, 60), strings.Join(names, ", "))
}

func (c Capability) known() bool { return c > 0 && c < capabilities }

// aboutDevices says whether locations narrow the capability.
func (c Capability) aboutDevices() bool { return c >= DevicesSee && c <= DevicesAssign }

func (c Capability) requirement(nested bool) requirement {
	switch {
	case !c.known():
		return nil
	case nested:
		return capabilityTable[c].nested
	}
	return capabilityTable[c].own
}

// given is the first set of the requirement that held contains, and whether
// there is one.
func (q requirement) given(held Groups) (Groups, bool) {
	for _, set := range q {
		if held.Has(set) {
			return set, true
		}
	}
	return 0, false
}

// missing is the smallest set of groups that would complete the requirement.
// Of equal ones it prefers one that builds on what is held, because that is
// the pairing which was forgotten.
func (q requirement) missing(held Groups) Groups {
	best, bestLack, bestHeld := Groups(0), 7, false
	for _, set := range q {
		lack := set &^ held
		count, builds := len(lack.Names()), set&held != 0
		if count < bestLack || count == bestLack && builds && !bestHeld {
			best, bestLack, bestHeld = lack, count, builds
		}
	}
	return best
}

// words name the alternatives: "Account Administrator, or Full Device Access
// with Device Management".
func (q requirement) words() string {
	said := make([]string, len(q))
	compound := false
	for i, set := range q {
		names := set.Names()
		compound = compound || len(names) > 1
		said[i] = strings.Join(names, " with ")
	}
	if len(said) == 1 {
		return said[0]
	}
	or := " or "
	if compound {
		or = ", or "
	}
	last := len(said) - 1
	return strings.Join(said[:last], ", ") + or + said[last]
}
