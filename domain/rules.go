package domain

import "fmt"

// The rules that go with the capability table, in their order:
//
//  1. Ceiling on granting: MayEditUser, MayResetUser, MayGrant, CheckNewUser,
//     CheckUserChange
//  2. Nobody above: SeesUser, and aboutUser under all of rule 1
//  3. Never locked out: MayDeleteUser, CheckHandOver, WarnLastAdministrator
//  4. One owner per device: MayAssign, Tree.KeepsLocation, CheckDeviceLocation
//  5. No oracle: NoSuch, Rights.Resolve
//  6. Locations narrow: MayDevice, SeesAccess, CheckDeleteLocation
//  7. Tree: CheckNewCustomer, CheckCustomerChange, CheckMoveCustomer
//  8. Deleting a customer: CheckDeleteCustomer, CheckTyped
//  9. Rights are live: LiveRights
//
// They lie in rules_user.go, rules_rfid.go, rules_access.go, rules_owner.go,
// rules_device.go and rules_customer.go, by what they protect.

// refused turns a decision into a refusal for a reason of the rules.
func (d Decision) refused(reason Reason, groups Groups) Decision {
	return Decision{Reason: reason, Capability: d.Capability, Groups: groups, thing: d.thing, place: d.place}
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func themOrIt(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
