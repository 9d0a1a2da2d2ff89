package store

import (
	"context"
	"slices"

	"tenantry/domain"
)

// CustomerContents is what a customer holds, for the dialog before deleting.
type CustomerContents struct {
	Customer  domain.Customer
	Parent    Name // where its devices go; zero for a main customer
	Nested    int  // deleting is refused while there are any
	Devices   int
	Users     []Name // those that the actor may see
	Tokens    int    // API tokens of these users, which end
	Locations int
}

// CustomerContents reads what deleting the customer would touch. NotFound when
// it isn't in reach, Refused to those who may not delete it.
func (db *DB) CustomerContents(ctx context.Context, actor domain.Actor, id domain.ID) (CustomerContents, error) {
	var answer CustomerContents
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		if err := may.MayDeleteCustomer(id).Err(may); err != nil {
			return err
		}
		c, err := customerIn(may, id)
		if err != nil {
			return err
		}
		holds, err := tx.contents(&c)
		if err != nil {
			return err
		}
		if maker, err := tx.maker(may, c.CreatedBy, map[domain.ID]string{}); maker == "" {
			c.CreatedBy = domain.ID{}
			if err != nil {
				return err
			}
		}
		at, _ := may.Tree().Position(id)
		answer = CustomerContents{
			Customer: c, Nested: may.Tree().End(at) - at - 1, Devices: holds.Devices, Locations: len(holds.Locations),
		}
		if parent, there := may.Tree().Customer(c.Parent); there {
			answer.Parent = Name{ID: parent.ID, Name: parent.Name}
		}
		for _, u := range holds.Users {
			if may.SeesUser(u).Allowed {
				answer.Users = append(answer.Users, Name{ID: u.ID, Name: u.Username})
				tokens, err := tx.workingTokens(u.Account, u.ID)
				if err != nil {
					return err
				}
				answer.Tokens += tokens
			}
		}
		return nil
	})
	return answer, err
}

// contents is what hangs on a customer, for domain to decide on.
func (tx *tx) contents(c *domain.Customer) (domain.CustomerContents, error) {
	var holds domain.CustomerContents
	h, err := tx.heldBy(c.Account, c.ID)
	if err != nil {
		return holds, err
	}
	holds.Devices = h.devices
	locations, err := tx.locationsOf(c.Account, c.ID)
	if err != nil {
		return holds, err
	}
	for _, l := range locations {
		holds.Locations = append(holds.Locations, l.ID)
	}
	err = tx.eachUserOf(c.Account, c.ID, func(u *domain.User) error {
		holds.Users = append(holds.Users, u)
		return nil
	})
	if err != nil || len(locations) == 0 {
		return holds, err
	}
	err = tx.eachUser(c.Account, func(u *domain.User) error {
		if slices.ContainsFunc(u.Locations, func(l domain.ID) bool { return slices.Contains(holds.Locations, l) }) {
			holds.Limited = append(holds.Limited, u)
		}
		return tx.ctx.Err()
	})
	return holds, err
}

const actionDeleteCustomer = "customer.delete"

// DeleteCustomer says what to do with what the customer holds. Its devices go
// to its parent.
type DeleteCustomer struct {
	ID          domain.ID
	UsersTo     domain.ID // move its users to this customer
	DeleteUsers bool      // or delete them; neither is refused while there are users
}

// DeleteCustomer deletes a customer without nested customers (rule 8), and its
// locations with it. The API tokens of its users end, also of those who move. NotFound when it or UsersTo isn't in reach, Refused
// without the right over it and each of its users, Conflict while something is
// in the way, Invalid when it isn't said what becomes of its users.
func (db *DB) DeleteCustomer(ctx context.Context, actor domain.Actor, d DeleteCustomer) error {
	remove := attempt{action: actionDeleteCustomer, subject: SubjectCustomer, objects: ids(d.ID)}
	if !d.UsersTo.IsZero() {
		remove.objects = append(remove.objects, d.UsersTo)
	}
	return db.update(ctx, actor, remove, func(tx *tx, may *domain.Rights) error {
		if err := may.MayDeleteCustomer(d.ID).Err(may); err != nil {
			return err
		}
		c, err := customerIn(may, d.ID)
		if err != nil {
			return err
		}
		holds, err := tx.contents(&c)
		if err != nil {
			return err
		}
		if err := d.check(may, holds); err != nil {
			return err
		}
		return tx.removeCustomer(remove.action, may.Tree(), c, holds, d)
	})
}

// check asks domain, and for a choice where there are users.
func (d DeleteCustomer) check(may *domain.Rights, holds domain.CustomerContents) error {
	if d.DeleteUsers && !d.UsersTo.IsZero() {
		return domain.Errorf(domain.Invalid, "users_to", "Either move the users or delete them, not both.")
	}
	if !d.UsersTo.IsZero() && !may.Reaches(d.UsersTo) {
		return domain.NoSuch("customer")
	}
	if err := may.CheckDeleteCustomer(d.ID, holds, d.UsersTo); err != nil {
		return err
	}
	if len(holds.Users) > 0 && d.UsersTo.IsZero() && !d.DeleteUsers {
		return domain.Errorf(domain.Conflict, "users_to", "This customer has users. Say where they go, or that they are deleted.")
	}
	return nil
}

// removeCustomer takes apart what a customer holds, in the order that leaves
// nothing pointing at something gone, and then the customer.
func (tx *tx) removeCustomer(action string, tree *domain.Tree, c domain.Customer, holds domain.CustomerContents, d DeleteCustomer) error {
	e := entry{action: action, subject: SubjectCustomer, object: c.ID, name: tree.Path(c.ID), where: ids(c.ID)}
	if !c.Parent.IsZero() {
		e.where = append(e.where, c.Parent)
	}
	var err error
	if holds.Devices > 0 {
		if e.devices, err = tx.devicesToParent(c); err != nil {
			return err
		}
		e.changes = append(e.changes, change{"devices_to", "", tree.Path(c.Parent)})
	}
	if err := tx.leaveLocations(holds, d); err != nil {
		return err
	}
	for _, u := range holds.Users {
		what, err := tx.removeOrMoveUser(c.Account, u.ID, d.UsersTo, tree)
		if err != nil {
			return err
		}
		e.changes = append(e.changes, what)
	}
	if err := tx.deleteLocations(c, holds.Locations, &e); err != nil {
		return err
	}
	if err := tx.bequeathAccess(c, tree.Path(c.ID)); err != nil {
		return err
	}
	if err := tx.deleteCustomer(c); err != nil {
		return err
	}
	_, err = tx.audit(c.Account, e)
	return err
}

// devicesToParent gives a customer's devices to its parent. They stay at a
// location of the parent, and of any customer above.
func (tx *tx) devicesToParent(c domain.Customer) ([]moved, error) {
	devices, err := tx.devicesOf(c.Account, c.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range devices {
		to := place{customer: c.Parent, location: m.from.location}
		if !to.location.IsZero() {
			l, err := tx.location(c.Account, to.location)
			if err != nil {
				return nil, err
			}
			if l == nil || l.Customer == c.ID {
				to.location = domain.ID{}
			}
		}
		if err := tx.setOwner(c.Account, m.device, m.from, to); err != nil {
			return nil, err
		}
	}
	return devices, nil
}

// leaveLocations takes the customer's locations from the users limited to them,
// but for those who are deleted. domain made sure that each keeps another.
func (tx *tx) leaveLocations(holds domain.CustomerContents, d DeleteCustomer) error {
	stay := slices.DeleteFunc(slices.Clone(holds.Limited), func(u *domain.User) bool { return d.DeleteUsers && u.Customer == d.ID })
	return tx.dropLocations(stay, holds.Locations)
}

// removeOrMoveUser deletes a user where to is zero, and says what it did. Their
// tokens end in any case: they were made for what the user had there.
func (tx *tx) removeOrMoveUser(account, id, to domain.ID, tree *domain.Tree) (change, error) {
	u, err := tx.user(account, id) // read again: its locations may have changed
	if err != nil {
		return change{}, err
	}
	if u == nil {
		return change{}, damaged(tableUser, key2(account, id), "is missing")
	}
	if to.IsZero() {
		return change{"user", u.Username, ""}, tx.deleteUser(*u)
	}
	if _, err := tx.revokeTokens(u); err != nil {
		return change{}, err
	}
	before := tree.Path(u.Customer)
	u.Customer = to
	u.Version++
	return change{"user " + u.Username, before, tree.Path(to)}, tx.putUser(*u)
}

func (tx *tx) deleteLocations(c domain.Customer, locations []domain.ID, e *entry) error {
	for _, id := range locations {
		l, err := tx.location(c.Account, id)
		if err != nil {
			return err
		}
		if l == nil {
			return damaged(tableLocation, key2(c.Account, id), "is missing")
		}
		e.changes = append(e.changes, change{"location", l.Name, ""})
		if err := tx.deleteLocation(*l); err != nil {
			return err
		}
	}
	return nil
}
