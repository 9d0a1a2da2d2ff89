package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"time"

	"tenantry/domain"
)

// AccessEvent is an entry of the access history: somebody held an RFID token to
// a device. Everything in it is as it was when it came in, names too, so that it
// stays readable when the people and things are gone.
type AccessEvent struct {
	ID           domain.ID
	Event        string // the sender's identity of it, unique to the device
	At           time.Time
	RFID         string
	Holder       domain.ID // zero for digits that nobody held, and for somebody out of the reader's reach
	HolderName   string
	Device       domain.ID
	UnitID       domain.UnitID
	DeviceName   string
	Plate        string
	Customer     domain.ID // whose the device was; a deleted one's heir where it is gone
	CustomerPath string    // as it is called today, or was when it was deleted
	Location     domain.ID // where the device was
	LocationName string
	Status       domain.AccessStatus
	ReceivedAt   time.Time
	From         string // who sent it and through what, where the reader may know of them
}

// accessRecord is an access event in the file; its time and identity are in the
// key.
type accessRecord struct {
	Event          string `cbor:"1,keyasint,omitempty"`
	RFID           string `cbor:"2,keyasint,omitempty"`
	Holder         []byte `cbor:"3,keyasint,omitempty"`
	HolderName     string `cbor:"4,keyasint,omitempty"`
	HolderCustomer []byte `cbor:"5,keyasint,omitempty"`
	Device         []byte `cbor:"6,keyasint,omitempty"`
	Unit           []byte `cbor:"7,keyasint,omitempty"`
	DeviceName     string `cbor:"8,keyasint,omitempty"`
	Plate          string `cbor:"9,keyasint,omitempty"`
	Customer       []byte `cbor:"10,keyasint,omitempty"`
	Location       []byte `cbor:"11,keyasint,omitempty"`
	LocationName   string `cbor:"12,keyasint,omitempty"`
	Status         uint8  `cbor:"13,keyasint,omitempty"`
	ReceivedAt     int64  `cbor:"14,keyasint,omitempty"`
	Sender         []byte `cbor:"15,keyasint,omitempty"`
	From           string `cbor:"16,keyasint,omitempty"`
}

// accessPosition is where an event stands in the history: its time and its
// identity, with which every key of it ends.
type accessPosition [8 + 16]byte

func accessAt(at uint64, event domain.ID) (p accessPosition) {
	binary.BigEndian.PutUint64(p[:], at)
	copy(p[8:], event[:])
	return p
}

// accessEnd comes after every event.
var accessEnd = accessAt(math.MaxUint64, domain.ID{})

func (p accessPosition) at() uint64 { return binary.BigEndian.Uint64(p[:]) }

func (p accessPosition) event() domain.ID { return domain.ID(p[8:]) }

// accessNanoseconds is a time as keys have it, within what they can hold.
func accessNanoseconds(t time.Time) uint64 {
	switch {
	case t.Year() < 1970:
		return 0
	case t.Year() > 2261:
		return math.MaxInt64
	}
	return uint64(t.UnixNano())
}

// accessID is our identity of an event, made of the device's and the sender's.
// An identity belongs to the device, so that nobody can take one that another's
// device is about to use, nor learn by trying which are taken. It begins as the
// device's own does, for which those of one device lie together in the file.
func accessID(device domain.ID, event string) domain.ID {
	sum := sha256.Sum256(append(append([]byte("access event\n"), device[:]...), event...))
	var id domain.ID
	copy(id[:4], device[:])
	copy(id[4:], sum[:])
	return id
}

// accessDigits stands for the digits of an RFID token in a key of fixed length.
func accessDigits(digits string) domain.ID {
	sum := sha256.Sum256([]byte("rfid\n" + digits))
	return domain.ID(sum[:16])
}

func keyAccess(account domain.ID, p accessPosition) []byte {
	return append(append(make([]byte, 0, 40), account[:]...), p[:]...)
}

func keyAccessBy(account, by domain.ID, p accessPosition) []byte {
	return append(append(append(make([]byte, 0, 56), account[:]...), by[:]...), p[:]...)
}

// accessIndexes tells each index that an event is in, and under whom.
func (r *accessRecord) accessIndexes(tell func(t table, by domain.ID)) {
	tell(tableAccessRFID, accessDigits(r.RFID))
	for _, index := range []struct {
		table table
		by    []byte
	}{
		{tableAccessHolder, r.Holder}, {tableAccessDevice, r.Device}, {tableAccessCustomer, r.Customer}, {tableAccessLocation, r.Location},
	} {
		if len(index.by) > 0 {
			tell(index.table, idFromRecord(index.by))
		}
	}
}

// putAccess writes an event that isn't there yet, with its indexes.
func (tx *tx) putAccess(account domain.ID, p accessPosition, r *accessRecord) error {
	err := tx.put(tableAccess, keyAccess(account, p), encode(*r))
	if err == nil {
		err = tx.put(tableAccessID, key2(account, p.event()), p[:8])
	}
	r.accessIndexes(func(t table, by domain.ID) {
		if err == nil {
			err = tx.put(t, keyAccessBy(account, by, p), nil)
		}
	})
	return err
}

// accessFound is where the event of an identity stands; false when the account
// has none such.
func (tx *tx) accessFound(account, event domain.ID) (accessPosition, bool, error) {
	key := key2(account, event)
	value, err := tx.get(tableAccessID, key)
	if value == nil || err != nil {
		return accessPosition{}, false, err
	}
	if len(value) != 8 {
		return accessPosition{}, false, damaged(tableAccessID, key, "has the wrong length")
	}
	return accessAt(binary.BigEndian.Uint64(value), event), true, nil
}

// accessRecord reads an event that must be there.
func (tx *tx) accessRecord(account domain.ID, p accessPosition) (accessRecord, error) {
	var r accessRecord
	key := keyAccess(account, p)
	found, err := readRecord(tx.kv, tableAccess, key, &r)
	if err == nil && !found {
		err = damaged(tableAccess, key, "is missing")
	}
	return r, err
}

// AccessEvent reads one event of the access history. Refused to those who may
// not read it, NotFound for one out of their reach.
func (db *DB) AccessEvent(ctx context.Context, actor domain.Actor, event domain.ID) (AccessEvent, error) {
	var row AccessEvent
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		if err := may.MayAnywhere(domain.AccessSee).Err(may); err != nil {
			return err
		}
		sight, err := tx.accessSight(may)
		if err != nil {
			return err
		}
		p, found, err := tx.accessFound(may.Account().ID, event)
		if err != nil {
			return err
		}
		if !found {
			return domain.NoSuch("event")
		}
		r, err := tx.accessRecord(may.Account().ID, p)
		if err != nil {
			return err
		}
		if !sight.sees(&r) {
			return domain.NoSuch("event")
		}
		row, err = sight.row(p, &r)
		return err
	})
	return row, err
}
