package domain

import (
	"fmt"
	"iter"
	"strings"
)

// CheckHandOver decides whether the actor may make a user the account's owner.
// Rule 3, never locked out: the new one must be active and have signed in. A
// password that was set by hand is known to whoever set it, so they must have
// changed it by then; the operator may do both at once.
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
	case to.MustChange && !r.operator:
		return Errorf(Invalid, "owner", "%s can't own the account yet: their password was set by hand, and whoever did that could sign in for them. They must sign in and change it first.", CleanCut(to.Username, 40))
	}
	return nil
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

// CheckAccountDeletion decides whether the actor may delete the account, whose
// name they typed. Only the operator may, and only while it is suspended, so that
// nobody is at work in it and what was backed up before is all that there is.
func (r *Rights) CheckAccountDeletion(typed string) error {
	if !r.operator {
		return Decision{Reason: ReasonOperatorOnly}.refuse(r, "")
	}
	if err := CheckTyped(r.account.Name, typed); err != nil {
		return err
	}
	if !r.account.Suspended {
		return Errorf(Conflict, "suspended", "The account %s isn't suspended, so somebody may be at work in it. Suspend it first.", CleanCut(r.account.Name, 60))
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
