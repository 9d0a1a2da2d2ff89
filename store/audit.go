package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"tenantry/domain"
)

// The audit trail. Each account has one, a chain: the hash of an entry covers
// the hash of the one before it, so that no entry can be changed, left out or
// taken away unnoticed. What happens outside every account is in the trail of
// account zero.

// outcome says how what an entry tells ended.
type outcome uint8

// The numbers are in the file: append only.
const (
	done    outcome = iota // the change is in the same transaction
	refused                // nothing changed: out of reach, not there, or not allowed
	failed                 // sign-ins whose secret was wrong, several in one entry
)

// change is a field of the object before and after. Secrets are never in it.
type change struct {
	field, old, new string
}

// place is where a device was: a customer, and a location of it or none.
type place struct {
	customer, location domain.ID
}

// moved is a device of a bulk entry and where it was before. Where fields of it
// were changed, it is where it was then, and which. Devices of which the same
// changed share one list.
type moved struct {
	device  domain.ID
	from    place
	changes []change
}

// entry is one thing that somebody did. Whoever writes one fills in from action
// down to devices; tx.audit adds the rest.
type entry struct {
	id      domain.ID
	account domain.ID
	number  uint64 // its place in the chain, from 1
	at      time.Time
	user    domain.ID // zero for the operator
	who     string    // username at that time
	door    domain.Door
	from    string
	outcome outcome

	action  string // glossary noun, dot, verb: "customer.move"
	subject Subject
	object  domain.ID
	name    string // the object's name at that time; a path for a customer
	// where are the customers that this concerns. Whoever may read the audit
	// trail of one of them may read the entry.
	where   []domain.ID
	changes []change
	undoes  domain.ID // the entry that this one takes back

	// A bulk entry lists devices, in order of their IDs, each with where it was.
	// Read back, the list isn't here: listed is how many, tx.eachMoved reads them.
	devices []moved
	places  []place
	listed  int
	digest  []byte // of the list; nil for an entry that is being written
}

// maxFrom bounds the caller's own words in an entry.
const maxFrom = 200

// audit writes an entry of this transaction into the trail of account, and
// queues the change event of its object, unless nothing was done. It returns
// the entry's identity.
func (tx *tx) audit(account domain.ID, e entry) (domain.ID, error) {
	var err error
	if e.id, err = tx.newID(); err != nil {
		return e.id, err
	}
	e.account, e.at, e.user, e.who = account, tx.now, tx.actor.User, tx.name
	e.door, e.from = tx.actor.Door, domain.CleanCut(tx.actor.From, maxFrom)
	if e.outcome == done && !account.IsZero() { // outside every account there is nobody to tell
		tx.changed(account, e.subject, e.object)
		if len(e.devices) > 0 {
			tx.changed(account, SubjectDevice, domain.ID{})
		}
	}
	tx.noted++
	return e.id, tx.kv.appendEntry(&e)
}

// appendEntry puts an entry at the end of its chain, with its indexes.
func (k *kv) appendEntry(e *entry) error {
	last, hash, err := k.auditHead(e.account)
	if err != nil {
		return err
	}
	e.number = last + 1
	digest, err := k.putMoved(e)
	if err != nil {
		return err
	}
	record := encode(entryToRecord(e, digest))
	hash = chain(hash, record)
	if err := k.put(tableAudit, keyNumber(e.account, e.number), append(hash[:], record...)); err != nil {
		return err
	}
	head := append(binary.BigEndian.AppendUint64(nil, e.number), hash[:]...)
	if err := k.put(tableAuditHead, key1(e.account), head); err != nil {
		return err
	}
	return k.putEntryIndexes(e)
}

func (k *kv) putEntryIndexes(e *entry) error {
	number := binary.BigEndian.AppendUint64(nil, e.number)
	if err := k.put(tableAuditID, key2(e.account, e.id), number); err != nil {
		return err
	}
	if e.indexed() {
		if err := k.put(tableAuditObject, append(key2(e.account, e.object), number...), nil); err != nil {
			return err
		}
	}
	if e.listed > 0 {
		if err := k.put(tableAuditBulk, keyNumber(e.account, e.number), nil); err != nil {
			return err
		}
	}
	return k.putConcerns(e)
}

// putConcerns writes by whom and by which customers an entry is found.
func (k *kv) putConcerns(e *entry) error {
	number := binary.BigEndian.AppendUint64(nil, e.number)
	for _, customer := range e.where {
		if err := k.put(tableAuditWhere, append(key2(e.account, customer), number...), nil); err != nil {
			return err
		}
	}
	if e.user.IsZero() {
		return nil // the operator did it, or nobody who is known
	}
	return k.put(tableAuditUser, append(key2(e.account, e.user), number...), nil)
}

// addConcerns is putConcerns for the entries of a file whose format didn't know
// these indexes.
func addConcerns(k *kv) error {
	var entries []*entry
	write := func() error {
		for _, e := range entries {
			if err := k.putConcerns(e); err != nil {
				return err
			}
		}
		entries = entries[:0]
		return nil
	}
	c := k.scan(tableAudit, nil)
	for c.next() {
		e, err := entryFromValue(c.key(), c.value())
		if err != nil {
			return err
		}
		if entries = append(entries, &entry{account: e.account, number: e.number, user: e.user, where: e.where}); len(entries) == 10_000 {
			if err := write(); err != nil {
				return err
			}
		}
	}
	return firstOf(c.err(), write())
}

// indexed says whether the entry is found by its object. A refused attempt is
// not: whether the given ID is a thing out of reach or nothing at all must look
// the same, also in the history of the thing.
func (e *entry) indexed() bool { return e.outcome == done && !e.object.IsZero() }

// chain is the hash of an entry's record after the one before it.
func chain(before [sha256.Size]byte, record []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write(before[:])
	h.Write(record)
	return [sha256.Size]byte(h.Sum(nil))
}

// auditHead is the number and hash of the last entry; 0 before the first.
func (k *kv) auditHead(account domain.ID) (number uint64, hash [sha256.Size]byte, err error) {
	value, err := k.get(tableAuditHead, key1(account))
	if err != nil || value == nil {
		return 0, hash, err
	}
	if len(value) != 8+sha256.Size {
		return 0, hash, damaged(tableAuditHead, key1(account), "has the wrong length")
	}
	return binary.BigEndian.Uint64(value), [sha256.Size]byte(value[8:]), nil
}

// A bulk entry's devices lie in chunks, each under the first device in it, so
// that one device is found by one search and nothing is written twice.
const (
	movedLength  = 16 + 4 // device, number of its place
	movedInChunk = 1500
)

// putMoved writes the devices of a bulk entry and returns a hash of them.
func (k *kv) putMoved(e *entry) ([]byte, error) {
	if len(e.devices) == 0 {
		return nil, nil
	}
	slices.SortFunc(e.devices, func(a, b moved) int { return bytes.Compare(a.device[:], b.device[:]) })
	e.listed = len(e.devices)
	numbers := map[place]uint32{}
	digest := sha256.New()
	for devices := range slices.Chunk(e.devices, movedInChunk) {
		value := make([]byte, 0, len(devices)*movedLength)
		for _, m := range devices {
			number, known := numbers[m.from]
			if !known {
				number = uint32(len(e.places))
				numbers[m.from] = number
				e.places = append(e.places, m.from)
			}
			value = binary.BigEndian.AppendUint32(append(value, m.device[:]...), number)
		}
		digest.Write(value)
		key := keyMoved(e.account, e.number, devices[0].device)
		if err := k.put(tableAuditDevices, key, value); err != nil {
			return nil, err
		}
		if !e.tellsChanges() {
			continue
		}
		value = encode(changesToRecord(devices))
		digest.Write(value)
		if err := k.put(tableAuditChanges, key, value); err != nil {
			return nil, err
		}
	}
	return digest.Sum(nil), nil
}

func keyMoved(account domain.ID, number uint64, device domain.ID) []byte {
	return append(keyNumber(account, number), device[:]...)
}

// entry reads one entry by its identity; nil when the account has none such.
func (tx *tx) entry(account, id domain.ID) (*entry, error) {
	key := key2(account, id)
	value, err := tx.get(tableAuditID, key)
	if value == nil || err != nil {
		return nil, err
	}
	if len(value) != 8 {
		return nil, damaged(tableAuditID, key, "has the wrong length")
	}
	return tx.entryNumbered(account, binary.BigEndian.Uint64(value))
}

func (tx *tx) entryNumbered(account domain.ID, number uint64) (*entry, error) {
	key := keyNumber(account, number)
	value, err := tx.get(tableAudit, key)
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, damaged(tableAudit, key, "is missing")
	}
	return entryFromValue(key, value)
}

// eachMoved tells every device of a bulk entry, in order, where it was, and what
// of it was changed.
func (tx *tx) eachMoved(e *entry, tell func(moved) error) error {
	c := tx.scan(tableAuditDevices, keyNumber(e.account, e.number))
	for c.next() {
		changes, err := tx.changesOf(e, c.key())
		if err != nil {
			return err
		}
		value := c.value()
		for i := 0; len(value) > 0; i, value = i+1, value[movedLength:] {
			m, err := e.movedAt(c.key(), value)
			if err == nil && changes != nil {
				m.changes, err = changes.at(c.key(), i)
			}
			if err == nil {
				err = tell(m)
			}
			if err != nil {
				return err
			}
		}
	}
	return c.err()
}

// movedAt reads the first device of a chunk's rest.
func (e *entry) movedAt(key, value []byte) (moved, error) {
	if len(value) < movedLength {
		return moved{}, damaged(tableAuditDevices, key, "has the wrong length")
	}
	number := binary.BigEndian.Uint32(value[16:])
	if int(number) >= len(e.places) {
		return moved{}, damaged(tableAuditDevices, key, "names a place that its entry doesn't know")
	}
	return moved{device: domain.ID(value[:16]), from: e.places[number]}, nil
}

// movedBy says whether a bulk entry lists the device, and where it was before.
func (tx *tx) movedBy(e *entry, device domain.ID) (place, bool, error) {
	c := tx.scan(tableAuditDevices, keyNumber(e.account, e.number))
	key, value, err := tx.chunkOf(c, e.account, e.number, device)
	if value == nil || err != nil {
		return place{}, false, err
	}
	at, found := findMoved(value, device)
	if !found {
		return place{}, false, nil
	}
	m, err := e.movedAt(key, value[at*movedLength:])
	return m.from, err == nil, err
}

// chunkOf finds the chunk of a bulk entry in which the device would be.
func (tx *tx) chunkOf(c *cursor, account domain.ID, number uint64, device domain.ID) (key, value []byte, err error) {
	wanted := keyMoved(account, number, device)
	switch {
	case c.seek(wanted) && bytes.Equal(c.key(), wanted):
	case c.err() != nil || !c.before(wanted):
		return nil, nil, c.err()
	}
	return c.key(), c.value(), nil
}

// findMoved searches a chunk for a device.
func findMoved(value []byte, device domain.ID) (int, bool) {
	low, high := 0, len(value)/movedLength
	for low < high {
		middle := (low + high) / 2
		switch bytes.Compare(value[middle*movedLength:][:16], device[:]) {
		case 0:
			return middle, true
		case -1:
			low = middle + 1
		default:
			high = middle
		}
	}
	return 0, false
}

// history reads the entries about an object, the newest first: its own, and for
// a device the bulk entries that list it. It begins below the entry numbered
// before (0: at the end) and stops when tell answers false.
func (tx *tx) history(account, object domain.ID, before uint64, tell func(*entry) (bool, error)) error {
	own := tx.scan(tableAuditObject, key2(account, object))
	bulk := tx.scan(tableAuditBulk, key1(account))
	if before == 0 {
		before = ^uint64(0)
	}
	upper := binary.BigEndian.AppendUint64(nil, before)
	isOwn := own.before(append(key2(account, object), upper...))
	isBulk := bulk.before(append(key1(account), upper...))
	for isOwn || isBulk {
		var number uint64
		if isOwn {
			number = lastNumber(own)
		}
		listed := isBulk && lastNumber(bulk) >= number
		if listed {
			number = lastNumber(bulk)
			_, value, err := tx.chunkOf(tx.scan(tableAuditDevices, keyNumber(account, number)), account, number, object)
			if err != nil {
				return err
			}
			_, listed = findMoved(value, object)
		}
		if mine := isOwn && lastNumber(own) == number; mine || listed {
			e, err := tx.entryNumbered(account, number)
			if err != nil {
				return err
			}
			if more, err := tell(e); err != nil || !more {
				return err
			}
			if mine {
				isOwn = own.prev()
			}
		}
		if isBulk && lastNumber(bulk) == number {
			isBulk = bulk.prev()
		}
	}
	return firstOf(own.err(), bulk.err())
}

func lastNumber(c *cursor) uint64 {
	key := c.key()
	return binary.BigEndian.Uint64(key[len(key)-8:])
}

// entryRecord is an entry in the file. What is zero is left out.
type entryRecord struct {
	ID      []byte         `cbor:"1,keyasint,omitempty"`
	Number  uint64         `cbor:"2,keyasint,omitempty"`
	At      int64          `cbor:"3,keyasint,omitempty"`
	User    []byte         `cbor:"4,keyasint,omitempty"`
	Who     string         `cbor:"5,keyasint,omitempty"`
	Door    uint8          `cbor:"6,keyasint,omitempty"`
	From    string         `cbor:"7,keyasint,omitempty"`
	Outcome uint8          `cbor:"8,keyasint,omitempty"`
	Action  string         `cbor:"9,keyasint,omitempty"`
	Subject uint8          `cbor:"10,keyasint,omitempty"`
	Object  []byte         `cbor:"11,keyasint,omitempty"`
	Name    string         `cbor:"12,keyasint,omitempty"`
	Where   []byte         `cbor:"13,keyasint,omitempty"` // IDs end to end
	Changes []changeRecord `cbor:"14,keyasint,omitempty"`
	Undoes  []byte         `cbor:"15,keyasint,omitempty"`
	Places  []byte         `cbor:"16,keyasint,omitempty"` // customer, location, end to end
	Listed  int            `cbor:"17,keyasint,omitempty"`
	Digest  []byte         `cbor:"18,keyasint,omitempty"` // SHA-256 of the chunks
}

type changeRecord struct {
	_     struct{} `cbor:",toarray"`
	Field string
	Old   string
	New   string
}

func entryToRecord(e *entry, digest []byte) entryRecord {
	r := entryRecord{
		ID: idOrNil(e.id), Number: e.number, At: timeToRecord(e.at), User: idOrNil(e.user), Who: e.who,
		Door: uint8(e.door), From: e.from, Outcome: uint8(e.outcome), Action: e.action, Subject: uint8(e.subject),
		Object: idOrNil(e.object), Name: e.name, Undoes: idOrNil(e.undoes), Listed: e.listed, Digest: digest,
	}
	for _, id := range e.where {
		r.Where = append(r.Where, id[:]...)
	}
	for _, p := range e.places {
		r.Places = append(append(r.Places, p.customer[:]...), p.location[:]...)
	}
	r.Changes = changesToRecords(e.changes)
	return r
}

func changesToRecords(changes []change) []changeRecord {
	var records []changeRecord
	for _, c := range changes {
		records = append(records, changeRecord{Field: c.field, Old: strings.ToValidUTF8(c.old, "?"), New: strings.ToValidUTF8(c.new, "?")})
	}
	return records
}

func changesFromRecords(records []changeRecord) []change {
	var changes []change
	for _, c := range records {
		changes = append(changes, change{field: c.Field, old: c.Old, new: c.New})
	}
	return changes
}

// entryFromValue reads an entry from its key and value.
func entryFromValue(key, value []byte) (*entry, error) {
	if len(key) != 24 || len(value) < sha256.Size {
		return nil, damaged(tableAudit, key, "has the wrong length")
	}
	var r entryRecord
	if err := decodeAt(tableAudit, key, value[sha256.Size:], &r); err != nil {
		return nil, err
	}
	e := &entry{
		id: idFromRecord(r.ID), account: idAt(key, 0), number: r.Number, at: timeFromRecord(r.At), user: idFromRecord(r.User), who: r.Who,
		door: domain.Door(r.Door), from: r.From, outcome: outcome(r.Outcome), action: r.Action, subject: Subject(r.Subject),
		object: idFromRecord(r.Object), name: r.Name, undoes: idFromRecord(r.Undoes), listed: r.Listed, digest: r.Digest,
	}
	for i := range len(r.Where) / 16 {
		e.where = append(e.where, idAt(r.Where, i))
	}
	for i := range len(r.Places) / 32 {
		e.places = append(e.places, place{customer: idAt(r.Places, 2*i), location: idAt(r.Places, 2*i+1)})
	}
	e.changes = changesFromRecords(r.Changes)
	return e, nil
}
