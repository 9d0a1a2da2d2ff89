package domain

import "slices"

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

// checkMoveUser asks for the right to edit at the new customer too. Whoever has
// it there may grant all that they may edit here, so that the ceiling holds.
func (r *Rights) checkMoveUser(before, after *User) error {
	if before.Customer == after.Customer {
		return nil
	}
	if after.Customer.IsZero() {
		return NoSuch("customer")
	}
	return r.May(UsersEdit, after.Customer).refuse(r, "customer")
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
