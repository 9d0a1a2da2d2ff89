package store

import (
	"encoding/binary"

	"tenantry/domain"
)

// Who owns a device lies apart from the device: see layout.go.

// value is a place as the owner table holds it.
func (p place) value() []byte {
	if p.location.IsZero() {
		return p.customer[:]
	}
	return key2(p.customer, p.location)
}

// placeFromValue reads a value of the owner table.
func placeFromValue(key, value []byte) (place, error) {
	if len(value) != 16 && len(value) != 32 {
		return place{}, damaged(tableOwner, key, "has the wrong length")
	}
	return place{customer: idAt(value, 0), location: idAt(value, 1)}, nil
}

// owner is where a device is; the zero place when there is no such device in
// the account.
func (tx *tx) owner(account, device domain.ID) (place, error) {
	key := key2(account, device)
	value, err := tx.get(tableOwner, key)
	if value == nil || err != nil {
		return place{}, err
	}
	return placeFromValue(key, value)
}

// setOwner moves a device from where it was read to be (the zero place for a
// new one) to another place (the zero place for one that is deleted), and keeps
// the counts of customers and locations.
func (tx *tx) setOwner(account, device domain.ID, from, to place) error {
	tx.fleetChanged(account, fleetChange{device: device, to: to})
	if from.customer != to.customer {
		if err := tx.addHeld(account, from.customer, 0, -1); err != nil {
			return err
		}
		if err := tx.addHeld(account, to.customer, 0, +1); err != nil {
			return err
		}
	}
	if from.location != to.location {
		if err := tx.addLocated(account, from.location, -1); err != nil {
			return err
		}
		if err := tx.addLocated(account, to.location, +1); err != nil {
			return err
		}
	}
	if to == (place{}) {
		return tx.delete(tableOwner, key2(account, device))
	}
	return tx.put(tableOwner, key2(account, device), to.value())
}

// eachOwner tells of every device of the account, in the order of their IDs,
// where it is.
func (tx *tx) eachOwner(account domain.ID, tell func(device domain.ID, at place) error) error {
	c := tx.scan(tableOwner, key1(account))
	for c.next() {
		at, err := placeFromValue(c.key(), c.value())
		if err != nil {
			return err
		}
		if err := tell(idAt(c.key(), 1), at); err != nil {
			return err
		}
	}
	return c.err()
}

// devicesOf lists the devices of one customer and where they are, in the order
// of their IDs. It reads every owner of the account.
func (tx *tx) devicesOf(account, customer domain.ID) ([]moved, error) {
	var found []moved
	err := tx.eachOwner(account, func(device domain.ID, at place) error {
		if at.customer == customer {
			found = append(found, moved{device: device, from: at})
		}
		return tx.ctx.Err()
	})
	return found, err
}

// held is how many users and devices a customer has itself.
type held struct {
	account, customer domain.ID
	users, devices    int
	changed           bool
}

// heldBy is what a customer has, with the changes of this transaction.
func (tx *tx) heldBy(account, customer domain.ID) (*held, error) {
	key := [32]byte(key2(account, customer))
	if h := tx.held[key]; h != nil {
		return h, nil
	}
	h := &held{account: account, customer: customer}
	value, err := tx.get(tableCustomerCount, key[:])
	if err != nil {
		return nil, err
	}
	if value != nil {
		if len(value) != 8 {
			return nil, damaged(tableCustomerCount, key[:], "has the wrong length")
		}
		h.users = int(binary.BigEndian.Uint32(value))
		h.devices = int(binary.BigEndian.Uint32(value[4:]))
	}
	if tx.writes() {
		if tx.held == nil {
			tx.held = map[[32]byte]*held{}
		}
		tx.held[key] = h
	}
	return h, nil
}

// addHeld counts users and devices that come (or go, where negative). They are
// written once, when the transaction ends. The zero customer counts nothing.
func (tx *tx) addHeld(account, customer domain.ID, users, devices int) error {
	if customer.IsZero() {
		return nil
	}
	h, err := tx.heldBy(account, customer)
	if err != nil {
		return err
	}
	h.users += users
	h.devices += devices
	h.changed = true
	if h.users < 0 || h.devices < 0 {
		return damaged(tableCustomerCount, key2(account, customer), "are less than what is there")
	}
	return nil
}

// putHeld writes the counts that changed.
func (tx *tx) putHeld() error {
	for key, h := range tx.held {
		if !h.changed {
			continue
		}
		var err error
		if h.users == 0 && h.devices == 0 {
			err = tx.delete(tableCustomerCount, key[:])
		} else {
			value := binary.BigEndian.AppendUint32(nil, uint32(h.users))
			err = tx.put(tableCustomerCount, key[:], binary.BigEndian.AppendUint32(value, uint32(h.devices)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
