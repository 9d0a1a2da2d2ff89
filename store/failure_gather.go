package store

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
)

// Failed sign-ins are in the audit trail, gathered: of one user, or of one
// address for names that nobody has, those of a while are one entry. What was
// typed as a name is in none, for people type passwords there.
//
// Each try is gathered where it is counted, and written when its while is over,
// by whichever failure comes next and by NoteFailures. An account gets so many
// entries an hour and no more; further ones go into one for the rest of that
// hour. So neither many names nor many addresses fill the disk.
const (
	gatheredFor   = 15 * time.Minute // tries of one entry, from the first on
	gatheredFroms = 4                // addresses that an entry names
	gatheredMost  = 100              // entries of an account
	gatheredHour  = time.Hour        // in this time
)

// gatheredRecord are tries that no entry tells of yet.
type gatheredRecord struct {
	Tries  uint32      `cbor:"1,keyasint,omitempty"`
	First  int64       `cbor:"2,keyasint,omitempty"`
	Last   int64       `cbor:"3,keyasint,omitempty"`
	Doors  uint8       `cbor:"4,keyasint,omitempty"` // a bit for each
	From   []triesFrom `cbor:"5,keyasint,omitempty"` // the first few addresses
	Others bool        `cbor:"6,keyasint,omitempty"` // there were more of them
	Gone   uint32      `cbor:"7,keyasint,omitempty"` // users or addresses whose tries went in here, beyond the most
}

// triesFrom are those from one address.
type triesFrom struct {
	_       struct{} `cbor:",toarray"`
	Address string
	Tries   uint32
}

// gather adds a try to those gathered.
func (tx *tx) gather(g *gatheredRecord) *gatheredRecord {
	if g == nil {
		g = &gatheredRecord{First: timeToRecord(tx.now)}
	}
	g.Tries++
	g.Last = timeToRecord(tx.now)
	g.Doors |= 1 << tx.actor.Door
	g.from(string(addressKey(tx.actor)), 1)
	return g
}

func (g *gatheredRecord) from(address string, tries uint32) {
	at := slices.IndexFunc(g.From, func(f triesFrom) bool { return f.Address == address })
	switch {
	case address == "":
	case at >= 0:
		g.From[at].Tries += tries
	case len(g.From) < gatheredFroms:
		g.From = append(g.From, triesFrom{Address: address, Tries: tries})
	default:
		g.Others = true
	}
}

// ungather takes back the actor's try, which was right; nil where it was the only
// one.
func (tx *tx) ungather(g *gatheredRecord) *gatheredRecord {
	if g == nil || g.Tries <= 1 {
		return nil
	}
	g.Tries--
	address := string(addressKey(tx.actor))
	g.From = slices.DeleteFunc(g.From, func(f triesFrom) bool { return f.Address == address && f.Tries <= 1 })
	for i := range g.From {
		if g.From[i].Address == address {
			g.From[i].Tries--
		}
	}
	return g
}

// with adds those of another, whose entry would be one too many.
func (g *gatheredRecord) with(other *gatheredRecord) *gatheredRecord {
	if g == nil {
		g = &gatheredRecord{First: other.First}
	}
	g.Tries += other.Tries
	g.First, g.Last = min(g.First, other.First), max(g.Last, other.Last)
	g.Doors |= other.Doors
	for _, f := range other.From {
		g.from(f.Address, f.Tries)
	}
	g.Others = g.Others || other.Others
	g.Gone++
	return g
}

// due says whether the while of those gathered is over.
func (g *gatheredRecord) due(now time.Time) bool {
	return g != nil && !now.Before(timeFromRecord(g.First).Add(gatheredFor))
}

// onlyFrom says whether all came from an address, so that a sign-in from there
// that tells how many failed before it tells all.
func (g *gatheredRecord) onlyFrom(address []byte) bool {
	return !g.Others && strings.Join(g.addresses(), ", ") == string(address)
}

func (g *gatheredRecord) addresses() (list []string) {
	for _, f := range g.From {
		list = append(list, f.Address)
	}
	return list
}

// entry tells of those gathered.
func (g *gatheredRecord) entry() entry {
	e := entry{action: "user.sign_in", subject: SubjectUser, outcome: failed, from: strings.Join(g.addresses(), ", ")}
	if g.Others {
		e.from += " and others"
	}
	var doors []string
	for door := domain.DoorConsole; door.String() != ""; door++ {
		if g.Doors&(1<<door) != 0 {
			e.door = door
			doors = append(doors, door.String())
		}
	}
	e.changes = changes(
		change{"tries", "", strconv.FormatUint(uint64(g.Tries), 10)},
		change{"first", "", timeFromRecord(g.First).Format(time.RFC3339)},
		change{"last", "", timeFromRecord(g.Last).Format(time.RFC3339)},
	)
	if len(doors) > 1 {
		e.door = 0
		e.changes = append(e.changes, change{"doors", "", strings.Join(doors, ", ")})
	}
	if g.Gone > 0 {
		e.changes = append(e.changes, change{"gathered_of", "", strconv.FormatUint(uint64(g.Gone), 10)})
	}
	return e
}

// noteGathered writes the entry about tries to sign in as a user, or as nobody
// that there is, or adds them to the rest of the hour.
func (tx *tx) noteGathered(account, user domain.ID, g *gatheredRecord) error {
	if g == nil || g.Tries == 0 {
		return nil
	}
	room, err := tx.roomForFailures(account, g)
	if !room || err != nil {
		return err
	}
	e := g.entry()
	if !user.IsZero() {
		u, err := tx.user(account, user)
		if err != nil {
			return err
		}
		if u != nil {
			e.object, e.name, e.where = u.ID, u.Username, ids(u.Customer)
		}
	}
	return tx.auditFailed(account, e)
}

// auditFailed is audit for what nobody who is known did.
func (tx *tx) auditFailed(account domain.ID, e entry) (err error) {
	if e.id, err = tx.newID(); err != nil {
		return err
	}
	e.account, e.at, e.from = account, tx.now, domain.CleanCut(e.from, maxFrom)
	if !account.IsZero() {
		tx.changed(account, SubjectUser, e.object)
	}
	tx.noted++
	return tx.kv.appendEntry(&e)
}

// roomForFailures says whether an account may have one more entry in this hour,
// and takes the tries up into the rest of the hour where not. With a new hour,
// the rest of the last one is written.
func (tx *tx) roomForFailures(account domain.ID, g *gatheredRecord) (bool, error) {
	rest, err := tx.failures(account, domain.ID{})
	if err != nil {
		return false, err
	}
	since := tx.now.Sub(timeFromRecord(rest.NotedSince))
	if since >= gatheredHour || since < 0 {
		if err := tx.noteRest(account, &rest); err != nil {
			return false, err
		}
		rest.Noted, rest.NotedSince = 0, timeToRecord(tx.now)
	}
	room := rest.Noted < gatheredMost
	if room {
		rest.Noted++
	} else {
		rest.Rest = rest.Rest.with(g)
	}
	return room, tx.putFailures(account, domain.ID{}, rest)
}

// noteRest writes the one entry about those who were beyond the most.
func (tx *tx) noteRest(account domain.ID, rest *failureRecord) error {
	if rest.Rest == nil {
		return nil
	}
	e := rest.Rest.entry()
	rest.Rest = nil
	return tx.auditFailed(account, e)
}

// NoteFailures writes entries about the failed sign-ins whose while is over, and
// says how many. A server calls it every now and then. Refused to all but the
// operator.
func (db *DB) NoteFailures(ctx context.Context, actor domain.Actor) (noted int, err error) {
	if !actor.Operator {
		return 0, domain.Errorf(domain.Refused, "", "Only the operator of the machine writes down failed sign-ins.")
	}
	err = db.updateFree(ctx, actor, func(tx *tx) error {
		tx.quiet = true
		for _, t := range []table{tableFailure, tableFailureAddress} {
			keys, err := tx.dueFailures(t)
			if err != nil {
				return err
			}
			for _, key := range keys {
				if err := tx.noteFailure(t, key); err != nil {
					return err
				}
			}
		}
		noted = tx.noted
		return nil
	})
	return noted, err
}

// dueFailures are the keys of records that have something to write.
func (tx *tx) dueFailures(t table) (keys [][]byte, err error) {
	c := tx.scan(t, nil)
	c.spoiled = func(error) {} // for the check to find
	for looked := 1; c.next(); looked++ {
		if looked%1000 == 0 && tx.ctx.Err() != nil {
			return nil, tx.ctx.Err()
		}
		if tx.failureDue(t, c.value()) {
			keys = append(keys, bytes.Clone(c.key()))
		}
	}
	return keys, c.err()
}

func (tx *tx) failureDue(t table, value []byte) bool {
	if t == tableFailureAddress {
		var r addressRecord
		return decode(value, &r) == nil && r.Gathered.due(tx.now)
	}
	var r failureRecord
	return decode(value, &r) == nil && (r.Gathered.due(tx.now) || r.restDue(tx.now))
}

func (r *failureRecord) restDue(now time.Time) bool {
	return r.Rest != nil && now.Sub(timeFromRecord(r.NotedSince)) >= gatheredHour
}

// noteFailure writes what is due of one record.
func (tx *tx) noteFailure(t table, key []byte) error {
	if t == tableFailureAddress {
		return tx.noteAddress(key)
	}
	account, user := idAt(key, 0), idAt(key, 1)
	if !account.IsZero() {
		if a, err := tx.account(account); a == nil || err != nil {
			return err // it isn't whole: on its way in, or out
		}
	}
	r, err := tx.failures(account, user)
	if err != nil {
		return err
	}
	if r.Gathered.due(tx.now) {
		g := r.Gathered
		r.Gathered = nil
		if err := tx.putFailures(account, user, r); err != nil {
			return err
		}
		if err := tx.noteGathered(account, user, g); err != nil {
			return err
		}
	}
	if !user.IsZero() {
		return nil
	}
	if r, err = tx.failures(account, user); err != nil || !r.restDue(tx.now) {
		return err
	}
	if err := tx.noteRest(account, &r); err != nil {
		return err
	}
	return tx.putFailures(account, user, r)
}

func (tx *tx) noteAddress(key []byte) error {
	var r addressRecord
	there, err := readRecord(tx.kv, tableFailureAddress, key, &r)
	if !there || err != nil || !r.Gathered.due(tx.now) {
		return err
	}
	g := r.Gathered
	r.Gathered = nil
	if r.Count == 0 || r.faded(tx.now) {
		err = tx.delete(tableFailureAddress, key)
	} else {
		err = tx.put(tableFailureAddress, key, encode(r))
	}
	return firstOf(err, tx.noteGathered(domain.ID{}, domain.ID{}, g))
}

// noteFailures writes what is due of whoever just failed, and of a few others,
// so that a flood of new ones takes the old ones along. The sign-in has failed
// whether or not that can be written.
func (db *DB) noteFailures(ctx context.Context, actor domain.Actor, who candidate) {
	_ = db.updateFree(context.WithoutCancel(ctx), actor, func(tx *tx) error {
		tx.quiet = true
		return tx.noteAround(who)
	})
}

func (tx *tx) noteAround(who candidate) error {
	for _, key := range tx.around(tableFailure, key2(who.user.Account, who.user.ID)) {
		if err := tx.noteFailure(tableFailure, key); err != nil {
			return err
		}
	}
	for _, key := range tx.around(tableFailureAddress, who.address) {
		if err := tx.noteFailure(tableFailureAddress, key); err != nil {
			return err
		}
	}
	return nil
}

// around are the keys of due records among one and the few that follow it, going
// on from the start of the table.
func (tx *tx) around(t table, key []byte) (keys [][]byte) {
	c := tx.scan(t, nil)
	c.spoiled = func(error) {}
	there := c.seek(key)
	for range swept + 1 {
		if !there {
			if there = c.seek(nil); !there {
				break
			}
		}
		if tx.failureDue(t, c.value()) {
			keys = append(keys, bytes.Clone(c.key()))
		}
		there = c.next()
	}
	return keys
}
