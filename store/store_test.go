package store

import (
	"bytes"
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

// cheap is a password cost for tests.
var cheap = PasswordCost{Memory: 64, Passes: 1, Threads: 1}

const goodPassword = "correct horse battery staple"

var operator = domain.Actor{Operator: true, Door: domain.DoorMachine, From: "test"}

// clock is a clock that moves a millisecond each time it is read.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a database on a real file, checked whole when the test ends.
type fixture struct {
	*DB
	t       testing.TB
	ctx     context.Context
	options Options
	clock   *clock
	// damaged says that the test broke the file on purpose.
	damaged bool
}

func newOptions(seed uint64) (Options, *clock) {
	c := &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	var random [32]byte
	random[0], random[1] = byte(seed), byte(seed>>8)
	return Options{Now: c.read, Random: rand.NewChaCha8(random), LockWait: 50 * time.Millisecond, Cost: cheap}, c
}

func create(t testing.TB) *fixture {
	t.Helper()
	options, c := newOptions(1)
	f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	db, err := Create(f.ctx, filepath.Join(t.TempDir(), "t.db"), options)
	if err != nil {
		t.Fatal(err)
	}
	f.DB = db
	t.Cleanup(f.finish)
	return f
}

// finish checks that every index, counter and chain agrees, and the pages too.
func (f *fixture) finish() {
	ctx := context.Background() // the test's own is over
	if !f.damaged {
		report, err := f.Check(ctx, nil)
		if err != nil {
			f.t.Errorf("check on close: %v", err)
		}
		for _, p := range report.Problems {
			f.t.Errorf("check on close: %s: %s", p.Where, p.What)
		}
	}
	if err := f.Close(); err != nil {
		f.t.Error(err)
	}
	if !f.damaged {
		if err := CheckStructure(ctx, f.Path(), f.options); err != nil {
			f.t.Error(err)
		}
	}
}

// reopen closes the file and opens it again.
func (f *fixture) reopen() { f.reopenAfter(func() {}) }

// reopenAfter is reopen with something to do while it is closed.
func (f *fixture) reopenAfter(do func()) {
	f.t.Helper()
	if err := f.Close(); err != nil {
		f.t.Fatal(err)
	}
	do()
	db, err := Open(f.ctx, f.Path(), f.options)
	if err != nil {
		f.t.Fatal(err)
	}
	f.DB = db
}

// tenant is an account with its owner at work in it.
type tenant struct {
	account domain.Account
	main    domain.Customer
	owner   domain.Actor
}

// operator is the machine's operator in this account.
func (n tenant) operator() domain.Actor {
	a := operator
	a.Account = n.account.ID
	return a
}

func newAccount(name string) NewAccount {
	return NewAccount{
		Account:  domain.Account{Name: name, Email: "ops@" + domain.Fold(name) + ".example", Country: "DK", Settings: domain.DefaultSettings("DK")},
		Owner:    domain.User{Username: "owner-" + domain.Fold(name), Email: "owner@" + domain.Fold(name) + ".example", FullName: "Olga Owner"},
		Password: goodPassword,
	}
}

func (f *fixture) tenant(name string) tenant {
	f.t.Helper()
	account, customer, owner, err := f.Init(f.ctx, operator, newAccount(name))
	if err != nil {
		f.t.Fatal(err)
	}
	return tenant{account, customer, domain.Actor{Account: account.ID, User: owner.ID, Door: domain.DoorMachine}}
}

func (f *fixture) customer(actor domain.Actor, parent domain.ID, name string) domain.Customer {
	f.t.Helper()
	c, err := f.CreateCustomer(f.ctx, actor, domain.Customer{Parent: parent, Name: name})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// user makes a user and is that user.
func (f *fixture) user(actor domain.Actor, customer domain.ID, name string, groups domain.Groups) domain.Actor {
	f.t.Helper()
	u, err := f.CreateUser(f.ctx, actor, domain.User{Customer: customer, Username: name, Groups: groups, FullName: "User " + name}, Start{Password: goodPassword})
	if err != nil {
		f.t.Fatal(err)
	}
	return domain.Actor{Account: u.User.Account, User: u.User.ID, Door: domain.DoorMachine}
}

// seat is somebody at a console far away: with a session of theirs of which
// nothing is due.
func (f *fixture) seat(actor domain.Actor) domain.Actor {
	f.t.Helper()
	f.change(actor, func(u *domain.User) { u.MustChange = false })
	return f.session(actor, sessionRecord{Code: true})
}

// actAs is somebody at the machine itself.
func (f *fixture) actAs(username string) domain.Actor {
	f.t.Helper()
	actor, err := f.ActAs(f.ctx, "", username)
	f.must(err)
	return actor
}

// session begins a session of somebody, whose password was right just now.
func (f *fixture) session(actor domain.Actor, r sessionRecord) domain.Actor {
	f.t.Helper()
	actor.Door, actor.From = domain.DoorSSH, "192.0.2.9:4022"
	f.inTx(func(tx *tx) (err error) {
		r.Door, r.From, r.Proven = uint8(actor.Door), actor.From, timeToRecord(tx.now)
		actor.Session, err = tx.openSession(actor.Account, actor.User, r)
		return err
	})
	return actor
}

// kind asks that err is a domain.Error of that kind, with a sentence.
func kind(t testing.TB, err error, want domain.Kind) {
	t.Helper()
	if got := domain.KindOf(err); got != want {
		t.Fatalf("got %v (%v), want %v", got, err, want)
	}
	if err == nil {
		return
	}
	if text := err.Error(); len(text) < 10 {
		t.Errorf("%q is no sentence", text)
	}
}

// inTx runs fn in a write transaction that needs no audit entry.
func (f *fixture) inTx(fn func(*tx) error) {
	f.t.Helper()
	err := f.updateFree(f.ctx, operator, func(tx *tx) error {
		tx.quiet = true
		return fn(tx)
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// lastEntry is the last entry of an account's audit trail.
func (f *fixture) lastEntry(account domain.ID) *entry {
	f.t.Helper()
	var last *entry
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		number, _, err := tx.auditHead(account)
		if err != nil {
			return err
		}
		last, err = tx.entryNumbered(account, number)
		return err
	}))
	return last
}

// raw changes the file behind the store's back.
func (f *fixture) raw(fn func(*bolt.Tx) error) {
	f.t.Helper()
	f.damaged = true
	f.must(f.engine.bolt.Update(fn))
}

// first is the first key of a table, and its sealed value.
func (f *fixture) first(t table) (key, sealed []byte) {
	f.t.Helper()
	f.must(f.engine.bolt.View(func(b *bolt.Tx) error {
		k, v := b.Bucket([]byte(tables[t].name)).Cursor().First()
		key, sealed = bytes.Clone(k), bytes.Clone(v)
		return nil
	}))
	if key == nil {
		f.t.Fatalf("the table %s is empty", tables[t].name)
	}
	return key, sealed
}
