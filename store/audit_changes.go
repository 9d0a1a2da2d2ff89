package store

import (
	"encoding/binary"

	"tenantry/domain"
)

// What a bulk entry changed of each of its devices lies beside its list of them,
// chunk for chunk, so that what was there before is found for one device by one
// search, and can be put back. Most devices of a chunk changed in the same few
// ways: each way is written once, and of each device which it was.

// changesRecord is what changed of the devices of a chunk.
type changesRecord struct {
	Which []byte           `cbor:"1,keyasint,omitempty"` // the number of each device's way, 2 bytes
	Ways  [][]changeRecord `cbor:"2,keyasint,omitempty"`
}

// tellsChanges says whether the entry tells of each of its devices which fields
// changed.
func (e *entry) tellsChanges() bool {
	return e.listed > 0 && (e.action == actionEdit || e.action == actionUndoEdit)
}

func changesToRecord(devices []moved) changesRecord {
	r := changesRecord{Which: make([]byte, 0, 2*len(devices))}
	numbers := map[*change]uint16{}
	for _, m := range devices {
		way := &m.changes[0] // of those that share it
		number, known := numbers[way]
		if !known {
			number = uint16(len(r.Ways))
			numbers[way] = number
			r.Ways = append(r.Ways, changesToRecords(m.changes))
		}
		r.Which = binary.BigEndian.AppendUint16(r.Which, number)
	}
	return r
}

// chunkChanges is what changed of the devices of a chunk, read back.
type chunkChanges struct {
	which []byte
	ways  [][]change
}

func changesFromValue(key, value []byte) (*chunkChanges, error) {
	var r changesRecord
	if err := decodeAt(tableAuditChanges, key, value, &r); err != nil {
		return nil, err
	}
	c := &chunkChanges{which: r.Which, ways: make([][]change, len(r.Ways))}
	for i, way := range r.Ways {
		c.ways[i] = changesFromRecords(way)
	}
	return c, nil
}

// at is what changed of the i-th device of the chunk at key.
func (c *chunkChanges) at(key []byte, i int) ([]change, error) {
	if len(c.which) < 2*(i+1) {
		return nil, damaged(tableAuditChanges, key, "is shorter than its list of devices")
	}
	way := int(binary.BigEndian.Uint16(c.which[2*i:]))
	if way >= len(c.ways) {
		return nil, damaged(tableAuditChanges, key, "names a change that it doesn't hold")
	}
	return c.ways[way], nil
}

// changesOf reads what changed of the devices of a chunk, nil where the entry
// doesn't tell.
func (tx *tx) changesOf(e *entry, key []byte) (*chunkChanges, error) {
	if !e.tellsChanges() {
		return nil, nil
	}
	value, err := tx.get(tableAuditChanges, key)
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, damaged(tableAuditChanges, key, "is missing")
	}
	return changesFromValue(key, value)
}

// changesBy is what a bulk entry changed of one device; nil where it doesn't list
// it.
func (tx *tx) changesBy(e *entry, device domain.ID) ([]change, error) {
	key, value, err := tx.chunkOf(tx.scan(tableAuditDevices, keyNumber(e.account, e.number)), e.account, e.number, device)
	if value == nil || err != nil {
		return nil, err
	}
	at, found := findMoved(value, device)
	if !found {
		return nil, nil
	}
	changes, err := tx.changesOf(e, key)
	if changes == nil || err != nil {
		return nil, err
	}
	return changes.at(key, at)
}
