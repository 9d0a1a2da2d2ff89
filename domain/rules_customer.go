package domain

import "slices"

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
		return Errorf(Conflict, "parent_id", "A customer can't be moved under itself or under one that is nested in it.")
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
		return Errorf(Conflict, "parent_id", "Customers nest at most %d levels deep. Choose a place higher up.", MaxDepth)
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
		return Errorf(Conflict, "users_to", "Choose another customer for the users than the one that is deleted.")
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
	}, nil)
}

// CheckTyped asks that a name was typed to confirm (rule 8): to the letter, but
// for the space around it.
func CheckTyped(name, typed string) error {
	if tidyName(Clean(typed)) == tidyName(Clean(name)) { // as it was shown
		return nil
	}
	return Errorf(Invalid, "name", "That isn't the name. Type %s to confirm.", CleanCut(name, 60))
}
