package store

import "tenantry/domain"

// The events of a customer stay where they are when it is deleted: there may be
// millions. Its heir, the customer above it, has them from then on, as it has
// the devices.

// accessHeir is who has the access events of a deleted customer.
type accessHeir struct {
	parent domain.ID // zero for the account itself
	path   string    // what the customer was called
}

type accessHeirRecord struct {
	Parent []byte `cbor:"1,keyasint,omitempty"`
	Path   string `cbor:"2,keyasint,omitempty"`
}

// accessHeirs are all heirs in an account, by the deleted customer.
func (tx *tx) accessHeirs(account domain.ID) (map[domain.ID]accessHeir, error) {
	var heirs map[domain.ID]accessHeir
	c := tx.scan(tableAccessHeir, key1(account))
	for c.next() {
		var r accessHeirRecord
		if err := decodeAt(tableAccessHeir, c.key(), c.value(), &r); err != nil {
			return nil, err
		}
		if heirs == nil {
			heirs = map[domain.ID]accessHeir{}
		}
		heirs[idAt(c.key(), 1)] = accessHeir{idFromRecord(r.Parent), r.Path}
	}
	return heirs, c.err()
}

// bequeathAccess leaves the access events of a customer that is deleted to the
// one above it. Nothing is written where there are none.
func (tx *tx) bequeathAccess(c domain.Customer, path string) error {
	events := tx.scan(tableAccessCustomer, key2(c.Account, c.ID))
	some := events.next()
	if err := events.err(); err != nil {
		return err
	}
	if !some {
		heirs, err := tx.accessHeirs(c.Account)
		if err != nil {
			return err
		}
		for _, heir := range heirs {
			some = some || heir.parent == c.ID // what it has inherited goes on
		}
		if !some {
			return nil
		}
	}
	return tx.put(tableAccessHeir, key2(c.Account, c.ID), encode(accessHeirRecord{idOrNil(c.Parent), path}))
}
