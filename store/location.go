package store

import "tenantry/domain"

// locationRecord is a location in the file; its account is in the key.
type locationRecord struct {
	Customer []byte `cbor:"1,keyasint,omitempty"`
	Name     string `cbor:"2,keyasint,omitempty"`
	Email    string `cbor:"3,keyasint,omitempty"`
	Phone    string `cbor:"4,keyasint,omitempty"`
	Address  string `cbor:"5,keyasint,omitempty"`
	Notes    string `cbor:"6,keyasint,omitempty"`
	Version  uint64 `cbor:"7,keyasint,omitempty"`
}

func locationFromValue(key, value []byte) (domain.Location, error) {
	var r locationRecord
	if err := decodeAt(tableLocation, key, value, &r); err != nil {
		return domain.Location{}, err
	}
	return domain.Location{
		ID: idAt(key, 1), Account: idAt(key, 0), Customer: idFromRecord(r.Customer),
		Name: r.Name, Email: r.Email, Phone: r.Phone, Address: r.Address, Notes: r.Notes, Version: r.Version,
	}, nil
}

// location reads a location; nil when the account has none such.
func (tx *tx) location(account, id domain.ID) (*domain.Location, error) {
	key := key2(account, id)
	value, err := tx.get(tableLocation, key)
	if value == nil || err != nil {
		return nil, err
	}
	l, err := locationFromValue(key, value)
	return &l, err
}

// putLocation writes a location and its index.
func (tx *tx) putLocation(l domain.Location) error {
	before, err := tx.location(l.Account, l.ID)
	if err != nil {
		return err
	}
	if before != nil && before.Customer != l.Customer {
		if err := tx.delete(tableLocationCustomer, key3(l.Account, before.Customer, l.ID)); err != nil {
			return err
		}
	}
	record := locationRecord{
		Customer: idOrNil(l.Customer), Name: l.Name, Email: l.Email, Phone: l.Phone, Address: l.Address, Notes: l.Notes, Version: l.Version,
	}
	if err := tx.put(tableLocation, key2(l.Account, l.ID), encode(record)); err != nil {
		return err
	}
	return tx.put(tableLocationCustomer, key3(l.Account, l.Customer, l.ID), nil)
}

// deleteLocation removes a location and its index, and nothing that names it.
func (tx *tx) deleteLocation(l domain.Location) error {
	if err := tx.delete(tableLocation, key2(l.Account, l.ID)); err != nil {
		return err
	}
	return tx.delete(tableLocationCustomer, key3(l.Account, l.Customer, l.ID))
}

// locationsOf lists the locations of one customer.
func (tx *tx) locationsOf(account, customer domain.ID) ([]domain.Location, error) {
	var found []domain.Location
	c := tx.scan(tableLocationCustomer, key2(account, customer))
	for c.next() {
		l, err := tx.location(account, idAt(c.key(), 2))
		if err != nil {
			return nil, err
		}
		if l == nil {
			return nil, damaged(tableLocationCustomer, c.key(), "points to nothing")
		}
		found = append(found, *l)
	}
	return found, c.err()
}

// locationFinder is how domain asks for a location: false when the account has
// none such, or it can't be read. failed tells which after the asking.
func (tx *tx) locationFinder(account domain.ID) (find func(domain.ID) (*domain.Location, bool), failed func() error) {
	var first error
	find = func(id domain.ID) (*domain.Location, bool) {
		l, err := tx.location(account, id)
		first = firstOf(first, err)
		return l, l != nil && err == nil
	}
	return find, func() error { return first }
}
