package store

import (
	"context"

	"tenantry/domain"
)

// MoveCustomer hangs a customer with all below it under another parent (zero:
// directly under the account). Devices below it lose locations of customers
// that they are no longer under. NotFound when either end isn't in reach,
// Refused without the right at both, Invalid for a place too deep, Conflict
// for one under itself, and when a new sibling has the name.
func (db *DB) MoveCustomer(ctx context.Context, actor domain.Actor, id, parent domain.ID) (domain.Customer, error) {
	var c domain.Customer
	move := attempt{action: "customer.move", subject: SubjectCustomer, objects: ids(id, parent)}
	err := db.update(ctx, actor, move, func(tx *tx, may *domain.Rights) error {
		if err := may.CheckMoveCustomer(id, parent); err != nil {
			return err
		}
		before, err := customerIn(may, id)
		if err != nil {
			return err
		}
		if c = before; c.Parent == parent {
			return nil
		}
		c.Parent = parent
		c.Version++
		if err := tx.putCustomer(c); err != nil {
			return err
		}
		return tx.movedCustomer(move.action, may.Tree(), c)
	})
	if err != nil {
		return domain.Customer{}, err
	}
	return c, nil
}

// movedCustomer clears the locations that a moved customer's devices no longer
// keep, and writes the entry, which lists these devices.
func (tx *tx) movedCustomer(action string, old *domain.Tree, c domain.Customer) error {
	tree, err := tx.tree(c.Account)
	if err != nil {
		return err
	}
	lost, err := tx.lostLocations(tree, c.ID)
	if err != nil {
		return err
	}
	for _, m := range lost {
		if err := tx.setOwner(c.Account, m.device, m.from, place{customer: m.from.customer}); err != nil {
			return err
		}
	}
	_, err = tx.audit(c.Account, entry{
		action: action, subject: SubjectCustomer, object: c.ID, name: tree.Path(c.ID), where: ids(c.ID),
		changes: changes(change{"path", old.Path(c.ID), tree.Path(c.ID)}), devices: lost,
	})
	return err
}

// lostLocations are the devices under root that are at a location which doesn't
// belong to their customer or to one above it.
func (tx *tx) lostLocations(tree *domain.Tree, root domain.ID) ([]moved, error) {
	account := tree.Account().ID
	homes := map[domain.ID]domain.ID{} // of the locations
	var lost []moved
	err := tx.eachOwner(account, func(device domain.ID, at place) error {
		if at.location.IsZero() || !tree.Within(at.customer, root) {
			return tx.ctx.Err()
		}
		home, known := homes[at.location]
		if !known {
			l, err := tx.location(account, at.location)
			if err != nil {
				return err
			}
			if l != nil {
				home = l.Customer
			}
			homes[at.location] = home
		}
		if !tree.KeepsLocation(home, at.customer) {
			lost = append(lost, moved{device: device, from: at})
		}
		return nil
	})
	return lost, err
}
