package store

import (
	"context"
	"sync/atomic"
	"time"

	"tenantry/domain"
)

// Statistics is how a database does, for whoever watches over a server. It names
// nobody and nothing.
type Statistics struct {
	Sessions    map[domain.Door]int // sign-ins that are open
	MailWaiting int
	Bytes       int64  // the file's size
	Commits     uint64 // since it was opened
	SignIns     map[domain.Door]SignIns
	Stopped     string // why nothing is written any more, empty while all is well
}

// SignIns are how many tries to sign in there were since the database was
// opened.
type SignIns struct{ Right, Failed uint64 }

// Operation is one that has ended, for measuring.
type Operation struct {
	Wrote bool // it could write: it waited for its turn, and for the disk
	Door  domain.Door
	Took  time.Duration
}

// tally counts what happens while a database is open. Doors are its index.
type tally struct {
	commits atomic.Uint64
	right   [domain.DoorAPI + 1]atomic.Uint64
	failed  [domain.DoorAPI + 1]atomic.Uint64
}

// signIn counts a try to sign in. One that was called off or met a broken disk
// says nothing about who tried.
func (t *tally) signIn(door domain.Door, err error) {
	if int(door) >= len(t.right) {
		return
	}
	switch {
	case err == nil:
		t.right[door].Add(1)
	case domain.KindOf(err) == domain.Unauthenticated:
		t.failed[door].Add(1)
	}
}

// Statistics counts. Operator only, of all accounts together.
func (db *DB) Statistics(ctx context.Context, actor domain.Actor) (Statistics, error) {
	s := Statistics{Sessions: map[domain.Door]int{}, SignIns: map[domain.Door]SignIns{}, Commits: db.tally.commits.Load()}
	for door := range db.tally.right {
		s.SignIns[domain.Door(door)] = SignIns{db.tally.right[door].Load(), db.tally.failed[door].Load()}
	}
	if why := db.engine.stopped.Load(); why != nil {
		s.Stopped = why.Text
	}
	err := db.viewFree(ctx, actor, func(tx *tx) error {
		if !tx.actor.Operator {
			return domain.Errorf(domain.Refused, "", "Only the machine itself is told how the database does.")
		}
		return tx.countOpen(&s)
	})
	if err != nil {
		return Statistics{}, err
	}
	s.Bytes, err = db.engine.size()
	return s, err
}

// countOpen counts the sessions that aren't over, and the mail that waits.
func (tx *tx) countOpen(s *Statistics) error {
	var of domain.ID
	var limits domain.Limits
	c := tx.scan(tableSession, nil)
	for c.next() {
		var r sessionRecord
		if err := decodeAt(tableSession, c.key(), c.value(), &r); err != nil {
			return err
		}
		if account := idAt(c.key(), 0); account != of {
			a, err := tx.account(account)
			if err != nil {
				return err
			}
			if of, limits = account, (domain.Limits{}); a != nil {
				limits = a.Limits
			}
		}
		if tx.now.Before(r.ends(limits)) {
			s.Sessions[domain.Door(r.Door)]++
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	waiting := tx.scan(tableOutbox, nil)
	for waiting.next() {
		s.MailWaiting++
	}
	return waiting.err()
}

// measure begins to measure an operation; what it answers is called at its end.
func (db *DB) measure(actor domain.Actor, wrote bool) (ended func()) {
	if db.observe == nil {
		return func() {}
	}
	began := db.now()
	return func() { db.observe(Operation{Wrote: wrote, Door: actor.Door, Took: db.now().Sub(began)}) }
}
