package store

import (
	"encoding/binary"

	"tenantry/domain"
)

// located is how many devices are at a location.
type located struct {
	devices int
	changed bool
}

// devicesAt counts the devices at a location, with the changes of this
// transaction.
func (tx *tx) devicesAt(account, location domain.ID) (*located, error) {
	key := [32]byte(key2(account, location))
	if l := tx.located[key]; l != nil {
		return l, nil
	}
	l := &located{}
	value, err := tx.get(tableLocationCount, key[:])
	if err != nil {
		return nil, err
	}
	if value != nil {
		if len(value) != 4 {
			return nil, damaged(tableLocationCount, key[:], "has the wrong length")
		}
		l.devices = int(binary.BigEndian.Uint32(value))
	}
	if tx.writes() {
		if tx.located == nil {
			tx.located = map[[32]byte]*located{}
		}
		tx.located[key] = l
	}
	return l, nil
}

// addLocated counts a device that comes to a location, or goes where n is
// negative. It is written once, when the transaction ends. The zero location
// counts nothing.
func (tx *tx) addLocated(account, location domain.ID, n int) error {
	if location.IsZero() {
		return nil
	}
	l, err := tx.devicesAt(account, location)
	if err != nil {
		return err
	}
	l.devices += n
	l.changed = true
	if l.devices < 0 {
		return damaged(tableLocationCount, key2(account, location), "is less than what is there")
	}
	return nil
}

// putLocated writes the counts that changed.
func (tx *tx) putLocated() error {
	for key, l := range tx.located {
		if !l.changed {
			continue
		}
		var err error
		if l.devices == 0 {
			err = tx.delete(tableLocationCount, key[:])
		} else {
			err = tx.put(tableLocationCount, key[:], binary.BigEndian.AppendUint32(nil, uint32(l.devices)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// countLocated counts the devices at every location for a file of a format that
// didn't.
func countLocated(k *kv) error {
	counts := map[[32]byte]uint32{}
	c := k.scan(tableOwner, nil)
	for c.next() {
		at, err := placeFromValue(c.key(), c.value())
		if err != nil {
			return err
		}
		if !at.location.IsZero() {
			counts[[32]byte(key2(idAt(c.key(), 0), at.location))]++
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	for key, n := range counts {
		if err := k.put(tableLocationCount, key[:], binary.BigEndian.AppendUint32(nil, n)); err != nil {
			return err
		}
	}
	return nil
}
