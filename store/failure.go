package store

import (
	"bytes"
	"net/netip"
	"slices"
	"time"

	"tenantry/domain"
)

// Failed tries back off. The first freeFailures in a row cost nothing; after
// them a try counts only after a wait that doubles each time, up to longestWait,
// and after lockedFailures none does until an administrator unlocks the user.
// That is ten tries in the first minute, however many come at once.
const (
	freeFailures   = 5
	longestWait    = 15 * time.Minute
	lockedFailures = 100
)

// tries are failed ones in a row.
type tries struct {
	count uint32
	last  time.Time
}

// until is the moment from which on the next try counts, zero where it does at
// once; forever says that it waits for an administrator.
func (t tries) until() (at time.Time, forever bool) {
	if t.count < freeFailures {
		return time.Time{}, false
	}
	return t.last.Add(t.wait()), t.count >= lockedFailures
}

func (t tries) wait() time.Duration {
	if n := t.count - freeFailures; n < 10 {
		return min(longestWait, time.Second<<n)
	}
	return longestWait
}

// open says whether a try counts at this time.
func (t tries) open(now time.Time) bool {
	at, forever := t.until()
	return !forever && (!now.Before(at) || now.Before(t.last)) // a clock set back must not lock for longer
}

// failureRecord counts a user's failed tries since the last whole sign-in, all
// ways in together. What nobody gets to by guessing alone is counted apart, so
// that a lock holds up those only who have come as far as whoever brought it
// about: whoever guesses passwords outside must not be able to keep anybody from
// typing their code, nor a thief of the password those who hold a key, or are
// signed in and would change it.
type failureRecord struct {
	Count       uint32 `cbor:"1,keyasint,omitempty"`
	Last        int64  `cbor:"2,keyasint,omitempty"`
	Inside      uint32 `cbor:"3,keyasint,omitempty"` // of whom the code is due, after the password
	InsideLast  int64  `cbor:"4,keyasint,omitempty"`
	Further     uint32 `cbor:"5,keyasint,omitempty"` // with a key, or past the code
	FurtherLast int64  `cbor:"6,keyasint,omitempty"`

	Gathered *gatheredRecord `cbor:"7,keyasint,omitempty"` // for the audit trail

	// Of nobody in an account: how many entries it got about failed sign-ins, since
	// when, and the tries beyond those.
	Noted      uint32          `cbor:"8,keyasint,omitempty"`
	NotedSince int64           `cbor:"9,keyasint,omitempty"`
	Rest       *gatheredRecord `cbor:"10,keyasint,omitempty"`
}

// none says that nothing is counted.
func (r failureRecord) none() bool { return r.Count == 0 && r.Inside == 0 && r.Further == 0 }

func (r failureRecord) outside() tries { return tries{r.Count, timeFromRecord(r.Last)} }

// of is what counts the tries of somebody who stands inside, or further.
func (r *failureRecord) of(further bool) (count *uint32, last *int64) {
	if further {
		return &r.Further, &r.FurtherLast
	}
	return &r.Inside, &r.InsideLast
}

// inside are those tries.
func (r failureRecord) inside(further bool) tries {
	count, last := r.of(further)
	return tries{*count, timeFromRecord(*last)}
}

// all are the tries of every kind.
func (r failureRecord) all() []tries {
	return []tries{r.outside(), r.inside(false), r.inside(true)}
}

// locked says whether too many tries failed for the next one to count.
func (r failureRecord) locked(now time.Time) bool {
	return slices.ContainsFunc(r.all(), func(t tries) bool { return !t.open(now) })
}

// until is the moment at which the user is locked no more, zero where they
// aren't; forever says that it takes an administrator.
func (r failureRecord) until(now time.Time) (at time.Time, forever bool) {
	for _, t := range r.all() {
		if t.open(now) {
			continue
		}
		end, never := t.until()
		if end.After(at) {
			at = end
		}
		forever = forever || never
	}
	return at, forever
}

// takeBack forgets one try, which began at a time and was right: that one only,
// or whoever knows a password could wipe the others away with it, again and
// again. before is what was counted until then.
func takeBack(count *uint32, last *int64, began, before int64) {
	if *count > 0 {
		*count--
	}
	if *last == began {
		*last = before
	}
}

// failures reads what is counted of a user; an empty record where nothing is.
func (tx *tx) failures(account, user domain.ID) (failureRecord, error) {
	var r failureRecord
	_, err := readRecord(tx.kv, tableFailure, key2(account, user), &r)
	return r, err
}

// putFailures writes what is counted of a user. Nobody's record is written though
// it counts nothing: that takes the time of somebody's.
func (tx *tx) putFailures(account, user domain.ID, r failureRecord) error {
	if r.none() && r.Gathered == nil && !user.IsZero() {
		return tx.delete(tableFailure, key2(account, user))
	}
	return tx.put(tableFailure, key2(account, user), encode(r))
}

// deleteFailures forgets all of a user: after a whole sign-in, and for an
// administrator who lifts the lock. The audit trail gets what was gathered.
func (tx *tx) deleteFailures(account, user domain.ID) error {
	failures, err := tx.failures(account, user)
	if err != nil {
		return err
	}
	return firstOf(tx.noteGathered(account, user, failures.Gathered), tx.delete(tableFailure, key2(account, user)))
}

// forgetRefusals forgets the tries at the first secret of everybody in an account
// that was suspended: with the right one, too, they failed, and nobody shall wait
// for that. What was gathered for the audit trail stays.
func (tx *tx) forgetRefusals(account domain.ID) error {
	users, err := tx.identities(tableFailure, account)
	for _, user := range users {
		if err != nil {
			return err
		}
		if user.IsZero() {
			continue // tries that meant nobody
		}
		var r failureRecord
		if r, err = tx.failures(account, user); err == nil {
			r.Count, r.Last = 0, 0
			err = tx.putFailures(account, user, r)
		}
	}
	return err
}

// addressRecord counts the failed tries from an address, whoever they meant.
type addressRecord struct {
	Count uint32 `cbor:"1,keyasint,omitempty"`
	Last  int64  `cbor:"2,keyasint,omitempty"`
	// Gathered are the tries that meant nobody, for the audit trail.
	Gathered *gatheredRecord `cbor:"3,keyasint,omitempty"`
}

// faded says that an address was quiet for so long that it starts afresh.
// Nobody could unlock one, so it is never locked for good.
func (r addressRecord) faded(now time.Time) bool {
	last := timeFromRecord(r.Last)
	return now.Sub(last) >= longestWait || now.Before(last)
}

func (r addressRecord) tries() tries {
	return tries{min(r.Count, lockedFailures-1), timeFromRecord(r.Last)}
}

// addressKey is what tries from where an actor comes are counted under, nil at
// the machine's own console, which has no address. Whoever has one address of
// IPv6 has all of a /64.
func addressKey(actor domain.Actor) []byte {
	if actor.Door != domain.DoorSSH && actor.Door != domain.DoorAPI {
		return nil
	}
	text := actor.From
	if with, err := netip.ParseAddrPort(text); err == nil {
		text = with.Addr().String()
	}
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap().WithZone("")
		if a.Is6() {
			return []byte(netip.PrefixFrom(a, 64).Masked().String())
		}
		return []byte(a.String())
	}
	return []byte("from " + domain.CleanCut(text, 60))
}

// addressTry counts a try from an address, gathers one that means nobody, and
// says whether it counts at all. began and before are for taking it back.
func (tx *tx) addressTry(key []byte, nobody bool) (open bool, began, before int64, err error) {
	if key == nil {
		return true, 0, 0, nil
	}
	var r addressRecord
	if _, err := readRecord(tx.kv, tableFailureAddress, key, &r); err != nil {
		return false, 0, 0, err
	}
	if r.faded(tx.now) {
		r = addressRecord{Gathered: r.Gathered}
	}
	if nobody {
		r.Gathered = tx.gather(r.Gathered)
	}
	began, before = timeToRecord(tx.now), r.Last
	if open = r.tries().open(tx.now); open {
		r.Count++
		r.Last = began
	}
	if err := tx.sweepAddresses(key); err != nil {
		return false, 0, 0, err
	}
	return open, began, before, tx.put(tableFailureAddress, key, encode(r))
}

// addressRight takes a try from an address back that was right, and no other.
func (tx *tx) addressRight(key []byte, began, before int64) error {
	var r addressRecord
	if key == nil {
		return nil
	}
	there, err := readRecord(tx.kv, tableFailureAddress, key, &r)
	if !there || err != nil {
		return err
	}
	takeBack(&r.Count, &r.Last, began, before)
	if r.Count == 0 && r.Gathered == nil {
		return tx.delete(tableFailureAddress, key)
	}
	return tx.put(tableFailureAddress, key, encode(r))
}

// swept is how many records each new one has looked at behind it, so that a
// flood of new ones takes the old ones along instead of filling the disk.
const swept = 4

// sweepAddresses removes faded addresses from among those that follow one.
func (tx *tx) sweepAddresses(key []byte) error {
	return tx.sweep(tableFailureAddress, key, func(_, value []byte) (bool, error) {
		var r addressRecord
		err := decode(value, &r)
		return err == nil && r.faded(tx.now) && r.Gathered == nil, nil // what is damaged is for the check to find
	})
}

// sweep looks at the few records that follow a key, going on from the start of
// the table, and removes those that are over.
func (tx *tx) sweep(t table, key []byte, over func(key, value []byte) (bool, error)) error {
	var gone [][]byte
	c := tx.scan(t, nil)
	c.spoiled = func(error) {}
	there := c.seek(key)
	for range swept {
		if there && bytes.Equal(c.key(), key) {
			there = c.next()
		}
		if !there {
			if there = c.seek(nil); !there {
				break
			}
		}
		if bytes.Equal(c.key(), key) {
			break // all the way round
		}
		is, err := over(c.key(), c.value())
		if err != nil {
			return err
		}
		if is {
			gone = append(gone, bytes.Clone(c.key()))
		}
		there = c.next()
	}
	for _, k := range gone {
		if err := tx.delete(t, k); err != nil {
			return err
		}
	}
	return c.err()
}
