package domain

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// The rules that go with the capability table, in their order:
//
//  1. Ceiling on granting: MayEditUser, MayResetUser, MayGrant, CheckNewUser,
//     CheckUserChange
//  2. Nobody above: SeesUser, which all of these pass through
//  3. Never locked out: MayDeleteUser, CheckHandOver, WarnLastAdministrator
//  4. One owner per device: MayAssign, Tree.KeepsLocation, CheckDeviceLocation
//  5. No oracle: NoSuch, Rights.Resolve
//  6. Locations narrow: MayDevice, CheckDeleteLocation
//  7. Tree: CheckNewCustomer, CheckCustomerChange, CheckMoveCustomer
//  8. Deleting a customer: CheckDeleteCustomer, CheckTyped
//  9. Rights are live: LiveRights

// Places finds a location by its ID; false when there is none in the account.
type Places = func(ID) (*Location, bool)

// SeesUser decides whether a user is there for the actor: listed, named in an
// error. Rule 2, nobody above: users of customers outside reach don't exist.
// Everybody sees themselves.
func (r *Rights) SeesUser(target *User) Decision {
	d := r.aboutUser(UsersList, target)
	if !d.Allowed && r.void == 0 && r.isSelf(target) {
		return Decision{Allowed: true, Reason: ReasonEveryone, Capability: UsersList, thing: thingUser}
	}
	return d
}

// MayEditUser decides whether the actor may edit, deactivate, reset or grant to
// a user. Rule 1, ceiling on granting: a holder of Nested Customer Administrator
// is edited by holders only, because a reset is a take-over. Rule 2: the owner
// is edited by the owner only.
//
// It says nothing of what may be changed: CheckUserChange does.
func (r *Rights) MayEditUser(target *User) Decision {
	d := r.aboutUser(UsersEdit, target)
	if !d.Allowed || r.whole() {
		return d
	}
	switch {
	case target.ID == r.account.Owner:
		return d.refused(ReasonOwnerOnly, 0)
	case target.Groups.Has(NestedCustomerAdministrator) && !r.user.Groups.Has(NestedCustomerAdministrator):
		return d.refused(ReasonHoldsNCA, NestedCustomerAdministrator)
	}
	return d
}

// MayResetUser decides whether the actor may reset a user's password or second
// factor, lift a lock, and see and revoke their tokens. Nobody does it to
// themselves here: the profile asks for the password first.
func (r *Rights) MayResetUser(target *User) Decision {
	d := r.MayEditUser(target)
	if d.Reason > lastMissing && r.isSelf(target) {
		return d.refused(ReasonSelfReset, 0)
	}
	return d
}

// MayDeleteUser decides whether the actor may delete a user. Rule 3, never
// locked out: not the owner. Rule 1: not themselves.
func (r *Rights) MayDeleteUser(target *User) Decision {
	d := r.MayEditUser(target)
	switch {
	case d.Reason <= lastMissing:
		return d
	case target.ID == r.account.Owner && (d.Allowed || r.isSelf(target)):
		return d.refused(ReasonOwnerStays, 0)
	case r.isSelf(target):
		return d.refused(ReasonSelf, 0)
	}
	return d
}

// MayGrant decides whether the actor may give one group to a user: one that is
// there, or a new one, without an ID, at its customer. Rule 1, ceiling on
// granting:
//
//   - nobody changes their own groups;
//   - Nested Customer Administrator is granted by its holders;
//   - Access Control Management only where the account has the add-on;
//   - the rest by whoever may edit the user. Who may create users and not edit
//     them grants only what they hold, or their own creature could do what they
//     can't.
func (r *Rights) MayGrant(group Groups, target *User) Decision {
	var d Decision
	if target.ID.IsZero() {
		d = r.aboutUser(UsersCreate, target)
	} else {
		d = r.MayEditUser(target)
	}
	switch {
	case d.Reason <= lastMissing:
		return d
	case r.isSelf(target):
		return d.refused(ReasonSelf, 0)
	case !d.Allowed:
		return d
	}
	return r.grant(group, target.Customer, d)
}

// grant decides on one group at a customer where d allows to create or edit.
func (r *Rights) grant(group Groups, customer ID, d Decision) Decision {
	switch {
	case group&AccessControlManagement != 0 && !r.account.AddOns.AccessControl:
		return d.refused(ReasonAddOn, AccessControlManagement)
	case r.whole() || r.user.Groups.Has(group):
		return d
	case group&NestedCustomerAdministrator != 0:
		return d.refused(ReasonGrantNCA, NestedCustomerAdministrator)
	case !r.May(UsersEdit, customer).Allowed:
		return d.refused(ReasonGrantOwn, group)
	}
	return d
}

// CheckNewUser decides whether the actor may create this user: at that customer,
// with these groups and locations. The text of its fields is for CheckUser.
func (r *Rights) CheckNewUser(u *User, places Places) error {
	if d := r.May(UsersCreate, u.Customer); !d.Allowed {
		return d.refuse(r, "customer")
	}
	if u.Customer.IsZero() || u.Account != r.account.ID {
		return NoSuch("customer")
	}
	fresh := User{Account: u.Account, Customer: u.Customer}
	if err := r.checkGranted(u.Groups, &fresh); err != nil {
		return err
	}
	if err := r.checkPlaces(u, u.Locations, places); err != nil {
		return err
	}
	return r.checkCreature(u)
}

// checkCreature keeps somebody limited to locations from making themselves a
// second account that sees more.
func (r *Rights) checkCreature(u *User) error {
	if !r.narrowed || !u.Groups.Has(FullDeviceAccess) {
		return nil
	}
	outside := func(id ID) bool { return !r.AtLocation(id) }
	if len(u.Locations) == 0 || slices.ContainsFunc(u.Locations, outside) {
		return Errorf(Refused, "locations", "You are limited to some locations, so whoever you let see devices must be limited to some of these.")
	}
	return nil
}

// CheckUserChange decides whether the actor may turn a user from before into
// after. Rule 1: nobody changes their own groups, status, customer or locations,
// and what is granted stays under the ceiling, at the new customer too when the
// user moves. Rule 3: the owner is neither deactivated nor moved.
func (r *Rights) CheckUserChange(before, after *User, places Places) error {
	if before.ID != after.ID || before.Account != after.Account {
		return NoSuch("user")
	}
	changed := changedRights(before, after)
	if r.isSelf(before) && r.void == 0 && changed == "" {
		return nil // the profile's fields are everybody's own
	}
	d := r.MayEditUser(before)
	switch {
	case d.Reason <= lastMissing:
		return d.Err(r)
	case before.ID == r.account.Owner && r.whole() && (changed == "customer" || changed == "status"):
		return d.refused(ReasonOwnerStays, 0).refuse(r, changed)
	case r.isSelf(before):
		return d.refused(ReasonSelf, 0).refuse(r, changed)
	case !d.Allowed:
		return d.Err(r)
	}
	if err := r.checkMoveUser(before, after); err != nil {
		return err
	}
	if err := r.checkGranted(after.Groups&^before.Groups, before); err != nil {
		return err
	}
	return r.checkPlaces(after, newPlaces(before, after), places)
}

// changedRights names the first field by which after may do or see something
// else than before, "" when none differs.
func changedRights(before, after *User) string {
	switch {
	case before.Customer != after.Customer:
		return "customer"
	case before.Inactive != after.Inactive:
		return "status"
	case before.Groups != after.Groups:
		return "groups"
	case !slices.Equal(before.Locations, after.Locations):
		return "locations"
	}
	return ""
}

// checkMoveUser asks for the right to edit at the new customer too. What the
// user holds they then hold there, so it counts as granted there.
func (r *Rights) checkMoveUser(before, after *User) error {
	if before.Customer == after.Customer {
		return nil
	}
	if after.Customer.IsZero() {
		return NoSuch("customer")
	}
	d := r.May(UsersEdit, after.Customer)
	if !d.Allowed {
		return d.refuse(r, "customer")
	}
	if after.Groups.Has(NestedCustomerAdministrator) && !r.whole() && !r.user.Groups.Has(NestedCustomerAdministrator) {
		return d.refused(ReasonGrantNCA, NestedCustomerAdministrator).refuse(r, "groups")
	}
	return nil
}

// checkGranted asks MayGrant for each group of a set.
func (r *Rights) checkGranted(groups Groups, target *User) error {
	if groups&^AllGroups != 0 {
		return Errorf(Invalid, "groups", "There are six groups: %s.", AllGroups)
	}
	for one := range groups.Each() {
		if d := r.MayGrant(one, target); !d.Allowed {
			return d.refuse(r, "groups")
		}
	}
	return nil
}

// newPlaces are the locations to check: all when the user moves, since those of
// the customer left behind must go; else only those added.
func newPlaces(before, after *User) []ID {
	if before.Customer != after.Customer {
		return after.Locations
	}
	var added []ID
	for _, id := range after.Locations {
		if !slices.Contains(before.Locations, id) {
			added = append(added, id)
		}
	}
	return added
}

// checkPlaces refuses locations that aren't in the user's own reach.
func (r *Rights) checkPlaces(u *User, locations []ID, places Places) error {
	for _, id := range locations {
		l, ok := places(id)
		if !ok || l.Account != r.account.ID || !r.tree.Within(l.Customer, u.Customer) {
			return Errorf(NotFound, "locations", "There is no such location in the customer of this user. Choose among its own.")
		}
	}
	return nil
}

// CheckHandOver decides whether the actor may make a user the account's owner.
// Rule 3, never locked out: the new one must be active and have signed in.
func (r *Rights) CheckHandOver(to *User) error {
	switch {
	case r.void != 0 || !r.whole():
		return Decision{Reason: max(r.void, ReasonOwnerOnly)}.Err(r)
	case to == nil || to.Account != r.account.ID || !r.Reaches(to.Customer):
		return NoSuch("user")
	case to.ID == r.account.Owner:
		return Errorf(Conflict, "owner", "%s owns the account already.", CleanCut(to.Username, 40))
	case to.Inactive || !to.Activated:
		return Errorf(Invalid, "owner", "%s can't own the account yet: they must be active and have signed in once.", CleanCut(to.Username, 40))
	}
	return nil
}

// WarnLastAdministrator is the warning due before a change, or a deletion (after
// is nil), that takes a customer its last active Account Administrator; "" when
// it doesn't. Rule 3: it names who can still repair it, of those whom the actor
// may know of. The users are all of the account's, or at least those of the
// customer and the ones above it.
func (r *Rights) WarnLastAdministrator(before, after *User, users iter.Seq[*User]) string {
	if !administers(before, before.Customer) || after != nil && administers(after, before.Customer) {
		return ""
	}
	var repairers []string
	for u := range users {
		if u.ID == before.ID {
			continue
		}
		if administers(u, before.Customer) {
			return ""
		}
		if r.repairs(u, before.Customer) && r.SeesUser(u).Allowed {
			repairers = append(repairers, CleanCut(u.Username, 40))
		}
	}
	place, _ := r.tree.Customer(before.Customer)
	if place == nil {
		return ""
	}
	return fmt.Sprintf("%s is the last active Account Administrator of %s. %s can still manage its users.",
		CleanCut(before.Username, 40), CleanCut(place.Name, 60), repairersWords(repairers))
}

// administers says whether a user is an active Account Administrator of exactly
// that customer.
func administers(u *User, customer ID) bool {
	return u.Customer == customer && u.Groups.Has(AccountAdministrator) && !u.Inactive && u.Activated
}

// repairs says whether a user from above may edit the users of a customer.
func (r *Rights) repairs(u *User, customer ID) bool {
	const needed = AccountAdministrator | NestedCustomerAdministrator
	if u.Inactive || !u.Activated || u.ID != r.account.Owner && !u.Groups.Has(needed) {
		return false
	}
	return NewRights(r.account, r.tree, u).May(UsersEdit, customer).Allowed
}

func repairersWords(names []string) string {
	const shown = 3
	switch n := len(names); {
	case n == 0:
		return "The account's owner"
	case n == 1:
		return names[0]
	case n <= shown:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		return fmt.Sprintf("%s and %d others", strings.Join(names[:shown], ", "), n-shown)
	}
}

// MayAssign decides whether the actor may move a device to a customer. Rule 4,
// one owner per device: assigning takes it from one and gives it to the other,
// so the right is needed at both ends.
func (r *Rights) MayAssign(device *Device, to ID) Decision {
	if d := r.MayDevice(DevicesAssign, device.Customer, device.Location); !d.Allowed {
		return d
	}
	return r.May(DevicesAssign, to)
}

// KeepsLocation says whether a device that comes to customer stays at a location
// of locationCustomer. Rule 4: it does as long as its customer is that one or
// nested under it; else its location is cleared. It must be asked for every
// device below a customer that moves, in the tree after the move.
func (t *Tree) KeepsLocation(locationCustomer, customer ID) bool {
	return !locationCustomer.IsZero() && t.Within(customer, locationCustomer)
}

// CheckDeviceLocation decides whether a device may be put at a location, nil
// for none: one of its customer, or of a customer above that the actor reaches.
func (r *Rights) CheckDeviceLocation(device *Device, location *Location) error {
	switch {
	case location == nil:
		return nil
	case location.Account != r.account.ID || location.Customer.IsZero() || !r.Reaches(location.Customer):
		return NoSuch("location")
	case !r.tree.KeepsLocation(location.Customer, device.Customer):
		return Errorf(Invalid, "location", "%s is no location of the device's customer or of one above it.", CleanCut(location.Name, 60))
	}
	return nil
}

// CheckDeleteLocation decides whether the actor may delete a location, given
// the users who are limited to it. Rule 6, locations narrow: the only location
// of a user stays until they are given another or the limit is lifted on
// purpose, so that a deletion never widens a view.
func (r *Rights) CheckDeleteLocation(location *Location, limited iter.Seq[*User]) error {
	d := r.May(LocationsManage, location.Customer)
	d.thing = thingLocation
	if !d.Allowed {
		return d.Err(r)
	}
	return r.checkOnlyPlaces([]ID{location.ID}, limited)
}

// checkOnlyPlaces refuses when any of the users is limited to locations that
// are all among those to go. It names only whom the actor may know of.
func (r *Rights) checkOnlyPlaces(going []ID, limited iter.Seq[*User]) error {
	var stranded bool
	var names []string
	for u := range limited {
		stays := func(id ID) bool { return !slices.Contains(going, id) }
		if len(u.Locations) == 0 || slices.ContainsFunc(u.Locations, stays) {
			continue
		}
		stranded = true
		if r.SeesUser(u).Allowed {
			names = append(names, CleanCut(u.Username, 40))
		}
	}
	if !stranded {
		return nil
	}
	who := "Somebody is"
	if len(names) == 1 {
		who = names[0] + " is"
	} else if len(names) > 1 {
		who = repairersWords(names) + " are"
	}
	return Errorf(Conflict, "location", "%s limited to this location alone and would see everything without it. Give them another location, or lift the limit, first.", who)
}

// MayEditAccount decides whether the actor may change the account itself.
func (r *Rights) MayEditAccount() Decision {
	switch {
	case r.void != 0:
		return Decision{Reason: r.void}
	case r.operator:
		return Decision{Allowed: true, Reason: ReasonOperator}
	case r.owner:
		return Decision{Allowed: true, Reason: ReasonOwner}
	}
	return Decision{Reason: ReasonOwnerOnly}
}

// CheckAccountChange decides whether the actor may turn the account from before
// into after. Add-ons and suspension are the operator's; the owner changes by
// CheckHandOver alone.
func (r *Rights) CheckAccountChange(before, after *Account) error {
	if d := r.MayEditAccount(); !d.Allowed {
		return d.Err(r)
	}
	switch {
	case before.ID != after.ID || before.ID != r.account.ID:
		return NoSuch("account")
	case before.Owner != after.Owner:
		return Errorf(Refused, "owner", "Ownership is handed over, not edited.")
	case before.AddOns != after.AddOns && !r.operator:
		return Decision{Reason: ReasonOperatorOnly}.refuse(r, "add_ons")
	case before.Suspended != after.Suspended && !r.operator:
		return Decision{Reason: ReasonOperatorOnly}.refuse(r, "suspended")
	}
	return nil
}

// CheckNewCustomer decides whether the actor may create a customer where its
// Parent says. Rule 7, tree: at most MaxDepth levels, names unique among
// siblings.
func (r *Rights) CheckNewCustomer(c *Customer) error {
	if c.Account != r.account.ID {
		return NoSuch("customer")
	}
	if err := r.checkUnder(CustomersCreate, c.Parent); err != nil {
		return err
	}
	if err := r.checkDepth(c.Parent, 1); err != nil {
		return err
	}
	return r.tree.CheckSiblings(c.Parent, c.Name, c.ID)
}

// CheckCustomerChange decides whether the actor may turn a customer's details
// from before into after. It doesn't move: that is CheckMoveCustomer.
func (r *Rights) CheckCustomerChange(before, after *Customer) error {
	if d := r.May(CustomersEdit, before.ID); !d.Allowed {
		return d.Err(r)
	}
	if before.ID != after.ID || before.ID.IsZero() || before.Account != after.Account || before.Parent != after.Parent {
		return Errorf(Invalid, "parent_id", "A customer is moved, not edited, to another place.")
	}
	return r.tree.CheckSiblings(after.Parent, after.Name, after.ID)
}

// CheckSiblings refuses a name that another child of parent has, without regard
// to case (rule 7), with a Conflict error on field "name". The child except,
// which may be zero, doesn't count.
func (t *Tree) CheckSiblings(parent ID, name string, except ID) error {
	folded := Fold(name)
	for _, at := range t.childPositions(parent) {
		if t.folded[at] == folded && t.nodes[at].ID != except {
			return Errorf(Conflict, "name", "There is a customer with this name here already. Choose another.")
		}
	}
	return nil
}

// MayMoveCustomer decides whether the actor may take a customer from its place.
// Their own isn't theirs to move: that needs the right above it.
func (r *Rights) MayMoveCustomer(id ID) Decision { return r.mayTake(CustomersMove, id) }

// MayDeleteCustomer decides whether the actor may delete a customer, as far as
// rights go. Their own isn't theirs to delete.
func (r *Rights) MayDeleteCustomer(id ID) Decision { return r.mayTake(CustomersDelete, id) }

func (r *Rights) mayTake(c Capability, id ID) Decision {
	d := r.May(c, id)
	at, ok := r.place(id)
	switch {
	case d.Reason <= lastMissing:
		return d
	case !ok || at < 0:
		return Decision{Reason: ReasonOutOfReach, Capability: c}
	case !r.whole() && at == r.from:
		return d.refused(ReasonOwnCustomer, 0)
	}
	return d
}

// CheckMoveCustomer decides whether the actor may hang a customer, with all that
// is nested under it, under another (zero: as a main customer). Rule 7, tree:
// the right at both ends, never under itself or below, at most MaxDepth levels,
// names unique among siblings.
//
// A move grows the reach of users at the new place. That is what moving is for,
// and it gives the actor nothing: both ends are in their reach already, and so
// is whatever an account of their making could come to reach.
func (r *Rights) CheckMoveCustomer(id, to ID) error {
	if d := r.MayMoveCustomer(id); !d.Allowed {
		return d.Err(r)
	}
	moved, _ := r.tree.Customer(id)
	if err := r.checkUnder(CustomersMove, moved.Parent); err != nil {
		return err
	}
	if err := r.checkUnder(CustomersMove, to); err != nil {
		return err
	}
	if r.tree.Within(to, id) {
		return Errorf(Invalid, "parent_id", "A customer can't be moved under itself or under one that is nested in it.")
	}
	at, _ := r.tree.Position(id)
	if err := r.checkDepth(to, r.tree.height(at)); err != nil {
		return err
	}
	return r.tree.CheckSiblings(to, moved.Name, id)
}

// checkUnder asks for a capability at the customer under which something hangs,
// zero for the account.
func (r *Rights) checkUnder(c Capability, parent ID) error {
	if parent.IsZero() && r.void == 0 && !r.whole() {
		return Errorf(Refused, "parent_id", "Only the account's owner can add or move main customers. Choose a customer to nest it under.")
	}
	return r.May(c, parent).refuse(r, "parent_id")
}

func (r *Rights) checkDepth(parent ID, levels int) error {
	depth := 0
	if at, ok := r.tree.Position(parent); ok {
		depth = r.tree.Depth(at)
	}
	if depth+levels > MaxDepth {
		return Errorf(Invalid, "parent_id", "Customers nest at most %d levels deep. Choose a place higher up.", MaxDepth)
	}
	return nil
}

// CustomerContents is what hangs on a customer that is to be deleted.
type CustomerContents struct {
	Users     []*User // of this customer
	Devices   int     // of this customer
	Locations []ID    // of this customer; they are deleted with it
	Limited   []*User // of any customer, who are limited to one of these
}

// CheckDeleteCustomer decides whether the actor may delete a customer with what
// it holds. Rule 8: nothing may be nested under it; its devices go to its
// parent; its users move to usersTo or are deleted when that is zero, which
// needs the right over each of them, or deleting would be a way to lift somebody
// up; its locations go, which must not widen anybody's view.
func (r *Rights) CheckDeleteCustomer(id ID, holds CustomerContents, usersTo ID) error {
	if d := r.MayDeleteCustomer(id); !d.Allowed {
		return d.Err(r)
	}
	at, _ := r.tree.Position(id)
	c := r.tree.At(at)
	if err := r.checkUnder(CustomersDelete, c.Parent); err != nil {
		return err
	}
	if nested := r.tree.End(at) - at - 1; nested > 0 {
		return Errorf(Conflict, "customer", "%s has %s nested under it. Move or delete %s first.",
			CleanCut(c.Name, 60), count(nested, "customer"), themOrIt(nested))
	}
	if c.Parent.IsZero() && holds.Devices > 0 {
		return Errorf(Conflict, "customer", "%s is a main customer and holds %s, which would be nowhere. Assign %s elsewhere first.",
			CleanCut(c.Name, 60), count(holds.Devices, "device"), themOrIt(holds.Devices))
	}
	for _, u := range holds.Users {
		if err := r.checkRemoved(u, usersTo); err != nil {
			return err
		}
	}
	return r.checkStranded(holds, usersTo)
}

// checkRemoved asks for the right over a user whose customer is deleted.
func (r *Rights) checkRemoved(u *User, to ID) error {
	if to.IsZero() {
		return r.MayDeleteUser(u).Err(r)
	}
	if to == u.Customer {
		return Errorf(Invalid, "users_to", "Choose another customer for the users than the one that is deleted.")
	}
	after := *u
	after.Customer, after.Locations = to, nil // checkStranded looks after these
	return r.CheckUserChange(u, &after, nil)
}

// checkStranded looks for users who stay and lose their only locations: those
// who move, and those of other customers.
func (r *Rights) checkStranded(holds CustomerContents, usersTo ID) error {
	own := func(u *User) bool {
		return slices.ContainsFunc(holds.Users, func(v *User) bool { return v.ID == u.ID })
	}
	return r.checkOnlyPlaces(holds.Locations, func(yield func(*User) bool) {
		for _, u := range holds.Limited {
			if !own(u) && !yield(u) {
				return
			}
		}
		for _, u := range holds.Users {
			if !usersTo.IsZero() && !yield(u) {
				return
			}
		}
	})
}

// CheckTyped asks that a name was typed to confirm (rule 8): to the letter, but
// for the space around it.
func CheckTyped(name, typed string) error {
	if tidyName(typed) == tidyName(name) {
		return nil
	}
	return Errorf(Invalid, "name", "That isn't the name. Type %s to confirm.", CleanCut(name, 60))
}

// aboutUser decides on a capability at the customer of a user. A user of no
// customer is seen by those who reach the whole account.
func (r *Rights) aboutUser(c Capability, target *User) Decision {
	d := r.May(c, target.Customer)
	d.thing = thingUser
	if r.void == 0 && target.Account != r.account.ID {
		return Decision{Reason: ReasonOutOfReach, Capability: c, thing: thingUser}
	}
	return d
}

func (r *Rights) isSelf(target *User) bool {
	return r.user != nil && !target.ID.IsZero() && r.user.ID == target.ID
}

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
