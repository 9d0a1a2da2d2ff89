package domain

import (
	"fmt"
	"strings"
)

// Decision is the answer to "may they?" with its reason. It is a small value
// that holds no pointer; Text puts it into words with the rights it came from.
type Decision struct {
	Allowed    bool
	Reason     Reason
	Capability Capability // what was asked; 0 when it was about a section or a rule
	Section    Section    // the section that was asked about; 0 otherwise
	Groups     Groups     // when allowed, those that gave it; else those missing or in question

	thing  thing
	nested bool
	place  int32 // position in the tree plus one; 0 when there is none
}

// Reason is why something is allowed or isn't.
type Reason uint8

const (
	// Why nothing is: the user may do nothing anywhere.
	ReasonForeign   Reason = iota + 1 // no user of this account
	ReasonSuspended                   // the account is suspended
	ReasonInactive                    // the user is inactive
	ReasonNoSignIn                    // the user has no sign-in

	// Why something isn't there.
	ReasonOutOfReach // no such thing, or not in reach: one answer
	ReasonNarrowed   // a device at none of the user's locations

	// Why something is there and isn't allowed.
	ReasonLacksGroups    // Groups are missing
	ReasonAddOn          // the account lacks the add-on
	ReasonNowhere        // the user's own customer is gone
	ReasonNothingNested  // allowed in nested customers, and there are none
	ReasonRegisterUnseen // a device registered where its maker wouldn't see it
	ReasonSelf           // nobody changes what they may themselves
	ReasonSelfReset      // nobody resets themselves; the profile does that
	ReasonSelfRFID       // nobody gives themselves an RFID token
	ReasonOwnerOnly      // only the owner may
	ReasonOwnerStays     // the owner can't go before handing over
	ReasonHoldsNCA       // the other holds Nested Customer Administrator, the actor doesn't
	ReasonGrantNCA       // only holders grant it
	ReasonGrantOwn       // who may only create users grants only what they hold
	ReasonOwnCustomer    // the own customer is moved or deleted from above
	ReasonOperatorOnly   // only the machine's operator may

	// Why it is allowed.
	ReasonOwner
	ReasonOperator
	ReasonGroups
	ReasonEveryone // every active user may
)

var reasonNames = [...]string{
	ReasonForeign: "foreign", ReasonSuspended: "suspended", ReasonInactive: "inactive",
	ReasonNoSignIn:   "no_sign_in",
	ReasonOutOfReach: "out_of_reach", ReasonNarrowed: "not_at_their_locations",
	ReasonLacksGroups: "lacks_groups", ReasonAddOn: "lacks_add_on", ReasonNowhere: "customer_gone",
	ReasonNothingNested: "nothing_nested", ReasonRegisterUnseen: "not_at_their_locations",
	ReasonSelf: "own_rights", ReasonSelfReset: "own_sign_in", ReasonSelfRFID: "own_rfid_tokens", ReasonOwnerOnly: "owner_only",
	ReasonOwnerStays: "owner_stays", ReasonHoldsNCA: "holds_nca", ReasonGrantNCA: "grant_nca",
	ReasonGrantOwn: "grant_own", ReasonOwnCustomer: "own_customer", ReasonOperatorOnly: "operator_only",
	ReasonOwner: "owner", ReasonOperator: "operator", ReasonGroups: "groups", ReasonEveryone: "everyone",
}

// String is the reason's name in JSON.
func (reason Reason) String() string {
	if int(reason) < len(reasonNames) {
		return reasonNames[reason]
	}
	return ""
}

const (
	lastVoid    = ReasonNoSignIn
	lastMissing = ReasonNarrowed
)

// thing is what a decision is about, for the words of "no such".
type thing uint8

const (
	thingCustomer thing = iota
	thingDevice
	thingUser
	thingLocation
	thingAccess
	thingEntry
)

var thingWords = [...]string{"customer", "device", "user", "location", "event", "audit entry"}

// NoSuch is the one answer to an ID that doesn't exist and to one that is out of
// reach (rule 5, no oracle). The thing is a glossary word and becomes the
// error's field.
func NoSuch(thing string) *Error {
	return Errorf(NotFound, thing, "There is no such %s, or it is outside what you may see.", thing)
}

// Err is nil when it is allowed. Otherwise it is NoSuch for what isn't in reach,
// and a Refused error with the reason for what is.
func (d Decision) Err(r *Rights) error {
	switch {
	case d.Allowed:
		return nil
	case d.Reason > lastVoid && d.Reason <= lastMissing:
		return NoSuch(thingWords[d.thing])
	}
	return Errorf(Refused, "", "%s", d.Text(r))
}

// refuse is Err with a field to show it under.
func (d Decision) refuse(r *Rights, field string) error {
	err := d.Err(r)
	if e, ok := err.(*Error); ok {
		e.Field = field
	}
	return err
}

// Text is Reasons in one line.
func (d Decision) Text(r *Rights) string { return strings.Join(d.Reasons(r), " ") }

// Reasons say in sentences which groups and which reach allowed it, or what is
// missing. They tell nothing of what is out of reach.
func (d Decision) Reasons(r *Rights) []string {
	if d.Allowed {
		return d.allowedReasons(r)
	}
	if d.Reason == ReasonLacksGroups {
		return d.lackingReasons(r)
	}
	return []string{d.refusal(r)}
}

func (d Decision) allowedReasons(r *Rights) []string {
	who := r.name()
	switch d.Reason {
	case ReasonOwner:
		return []string{who + " owns the account, and may do everything in it."}
	case ReasonOperator:
		return []string{"The operator of the machine may do everything in the account."}
	case ReasonEveryone:
		return []string{"Every active user may."}
	}
	groups := strings.Join(d.Groups.Names(), " with ")
	if d.Section != 0 {
		return []string{fmt.Sprintf("%s opens %s for %s.", groups, d.Section, who)}
	}
	if d.Capability == 0 {
		return []string{fmt.Sprintf("%s holds %s.", who, groups)}
	}
	reasons := []string{fmt.Sprintf("%s lets %s %s.", groups, who, d.Capability.Words())}
	if d.place > 0 {
		reasons = append(reasons, d.whereabouts(r))
	}
	switch {
	case !r.narrowed || !d.Capability.aboutDevices() && d.Capability != AccessSee:
	case d.thing == thingDevice || d.thing == thingAccess:
		reasons = append(reasons, "It is at one of the locations that "+who+" is limited to"+r.whichPlaces()+".")
	default:
		reasons = append(reasons, "That holds for devices at the locations that "+who+" is limited to"+r.whichPlaces()+".")
	}
	return reasons
}

// whereabouts says how the place lies in reach, and for what hangs under it
// that the place itself isn't meant.
func (d Decision) whereabouts(r *Rights) string {
	place := r.customerName(d.place - 1)
	home := r.customerName(r.from)
	switch {
	case d.nested:
		return fmt.Sprintf("%s is nested under %s, their own customer.", place, home)
	case d.Capability == CustomersMove || d.Capability == CustomersDelete:
		return fmt.Sprintf("That holds for what is nested under %s, their own customer, and not for %s itself.", home, home)
	}
	return fmt.Sprintf("%s is their own customer.", home)
}

func (d Decision) lackingReasons(r *Rights) []string {
	if d.Section != 0 {
		return []string{
			fmt.Sprintf("The %s section takes %s.", d.Section, sectionTable[d.Section].opens.words()),
			r.holds(),
		}
	}
	var reasons []string
	if forgotten := d.forgottenPair(r.user.Groups); forgotten != "" {
		reasons = append(reasons, forgotten)
	}
	where := ""
	if _, inOwn := d.Capability.requirement(false).given(r.user.Groups); d.nested && inOwn {
		where = " in the customers nested under " + r.customerName(r.from)
	}
	need := d.Capability.requirement(d.nested).words()
	if strings.Contains(need, ",") {
		need += ","
	}
	return append(reasons, fmt.Sprintf("It takes %s to %s%s.", need, d.Capability.Words(), where), r.holds())
}

// forgottenPair is the advice on the held groups that explains this refusal:
// the pairing most often forgotten when groups are given out.
func (d Decision) forgottenPair(held Groups) string {
	switch {
	case !d.Capability.aboutDevices():
	case held.Has(FullDeviceAccess):
		if d.Capability == DevicesSee {
			return adviceFullDeviceAccess
		}
	case held.Has(DeviceManagement):
		return adviceDeviceManagement
	case held.Has(FleetManagement) && d.Capability == DevicesSee:
		return adviceFleetManagement
	}
	return ""
}

func (d Decision) refusal(r *Rights) string {
	who := r.name()
	switch d.Reason {
	case ReasonForeign:
		return "They are no user of this account."
	case ReasonSuspended:
		return "The account is suspended. Nobody may do anything in it until the machine's operator lifts that."
	case ReasonInactive:
		return who + " is inactive and may do nothing. An administrator can activate them again."
	case ReasonNoSignIn:
		return who + " has no sign-in and may do nothing. An administrator can send them a code."
	case ReasonOutOfReach:
		return r.reachWords()
	case ReasonNarrowed:
		return who + " is limited to some locations" + r.whichPlaces() + "; it is at none of these."
	case ReasonAddOn:
		return Clean(r.account.Name) + " doesn't have the access control add-on."
	case ReasonNowhere:
		return "The customer of " + who + " is gone. An administrator can move them to another."
	case ReasonNothingNested:
		return fmt.Sprintf("%s would let %s %s in nested customers, and none is nested under %s yet.",
			strings.Join(d.Groups.Names(), " with "), who, d.Capability.Words(), r.customerName(r.from))
	case ReasonRegisterUnseen:
		return who + " is limited to some locations" + r.whichPlaces() + ". Choose one of these for the device, or it would be out of their sight."
	}
	return d.ruleRefusal(r)
}

func (d Decision) ruleRefusal(r *Rights) string {
	switch d.Reason {
	case ReasonSelf:
		return "Nobody changes their own groups, status, customer or locations. Ask another administrator."
	case ReasonSelfReset:
		return "Your own password, second factor and tokens are looked after in your profile."
	case ReasonSelfRFID:
		return "Nobody gives, switches or takes away their own RFID tokens. Ask an administrator."
	case ReasonOwnerOnly:
		return "Only the account's owner may do this."
	case ReasonOwnerStays:
		return "The owner can't be deleted, deactivated or moved. Hand over ownership first."
	case ReasonHoldsNCA:
		return "They hold Nested Customer Administrator, so only somebody who holds it too may change or reset them."
	case ReasonGrantNCA:
		return "Nested Customer Administrator can be granted only by those who hold it."
	case ReasonGrantOwn:
		return fmt.Sprintf("Without Account Administrator one grants only the groups that one holds, and %s isn't among them.", d.Groups)
	case ReasonOwnCustomer:
		return fmt.Sprintf("%s is your own customer. Only somebody above it can move or delete it.", r.customerName(r.from))
	case ReasonOperatorOnly:
		return "Only the operator of the machine may do this."
	}
	return "This isn't allowed."
}

// reachWords say how far the reach goes and nothing of what lies outside, so
// that they are the same for what is hidden and what doesn't exist.
func (r *Rights) reachWords() string {
	if r.whole() || r.from == r.to {
		return "It is not in the reach of " + r.name() + "."
	}
	return fmt.Sprintf("It is not in the reach of %s, which is %s and the customers nested under it.",
		r.name(), r.customerName(r.from))
}

func (r *Rights) holds() string {
	if r.user.Groups&AllGroups == 0 {
		return r.name() + " holds no group."
	}
	names := r.user.Groups.Names()
	said := names[0]
	if last := len(names) - 1; last > 0 {
		said = strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return fmt.Sprintf("%s holds %s.", r.name(), said)
}

// name is how sentences call the user.
func (r *Rights) name() string {
	switch {
	case r.operator:
		return "the operator"
	case r.user == nil:
		return "nobody"
	}
	return CleanCut(r.user.Username, 40)
}

func (r *Rights) customerName(at int32) string {
	if at < 0 || int(at) >= r.tree.Len() {
		return "the account"
	}
	return CleanCut(r.tree.nodes[at].Name, 60)
}
