package store

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/domain"
)

func TestSignIn(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.user(a.owner, a.main.ID, "tech", 0)
	actor, err := f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1", "Tech", goodPassword)
	f.must(err)
	if actor != (domain.Actor{Account: a.account.ID, User: tech.User, Door: domain.DoorSSH, From: "192.0.2.1"}) {
		t.Errorf("%+v", actor)
	}
	standing, err := f.Standing(f.ctx, actor)
	f.must(err)
	if standing.User.LastSignIn.IsZero() {
		t.Error("the time isn't kept")
	}
	e := f.lastEntry(a.account.ID)
	if e.action != "user.sign_in" || e.door != domain.DoorSSH || e.from != "192.0.2.1" || e.object != tech.User || e.who != "tech" {
		t.Errorf("%+v", e)
	}
}

func TestEveryFailedSignInIsTheSame(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.user(a.owner, a.main.ID, "tech", 0)
	gone := f.user(a.owner, a.main.ID, "gone", 0)
	f.inTx(func(tx *tx) error {
		u, err := tx.user(gone.Account, gone.User)
		if err != nil {
			return err
		}
		u.Inactive = true
		if err := tx.putUser(*u); err != nil {
			return err
		}
		return tx.putUser(domain.User{ID: domain.ID{8}, Account: a.account.ID, Customer: a.main.ID, Username: "invited"})
	})
	entries := f.lastEntry(a.account.ID).number
	var says string
	for _, c := range []struct{ username, password string }{
		{"tech", "wrong"}, {"tech", ""}, {"nobody", goodPassword}, {"", ""}, {"gone", goodPassword}, {"gone", "wrong"},
		{"invited", goodPassword}, {"invited", ""}, {"tech", strings.Repeat("x", 1<<20)}, {strings.Repeat("x", 1<<16), "x"}, {"\xff", "\xff"},
	} {
		actor, err := f.SignIn(f.ctx, domain.DoorConsole, "", c.username, c.password)
		kind(t, err, domain.Unauthenticated)
		if actor != (domain.Actor{}) {
			t.Errorf("%.20q: %+v", c.username, actor)
		}
		if says == "" {
			says = err.Error()
		}
		if err.Error() != says {
			t.Errorf("%.20q says %q", c.username, err)
		}
	}
	if got := f.lastEntry(a.account.ID).number; got != entries {
		t.Errorf("%d entries for failures", got-entries)
	}
}

func TestFailuresBackOffAndTheGoodOneTellsOfThem(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.user(a.owner, a.main.ID, "tech", 0)
	fail := func() {
		_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "tech", "wrong")
		kind(t, err, domain.Unauthenticated)
	}
	for range freeFailures {
		fail()
	}
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "tech", goodPassword)
	kind(t, err, domain.Unauthenticated)
	f.reopen()
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "tech", goodPassword)
	kind(t, err, domain.Unauthenticated)
	f.clock.add(time.Second)
	fail() // the sixth
	f.clock.add(time.Second)
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "tech", goodPassword)
	kind(t, err, domain.Unauthenticated)
	f.clock.add(time.Second)
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "tech", goodPassword)
	f.must(err)
	if e := f.lastEntry(a.account.ID); len(e.changes) != 1 || e.changes[0] != (change{"failed_before", "", "6"}) {
		t.Errorf("%+v", e.changes)
	}
	for range freeFailures {
		fail()
	}
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err) // others aren't held up
}

func TestWaitDoublesToAQuarterOfAnHour(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for count, want := range map[uint32]time.Duration{
		freeFailures - 1: 0, freeFailures: time.Second, freeFailures + 1: 2 * time.Second, freeFailures + 9: 512 * time.Second,
		freeFailures + 10: longestWait, freeFailures + 1000: longestWait, 1<<32 - 1: longestWait,
	} {
		r := failureRecord{Count: count, Last: timeToRecord(start)}
		if want > 0 && r.open(start.Add(want-1)) || !r.open(start.Add(want)) {
			t.Errorf("after %d failures it isn't %v", count, want)
		}
		if !r.open(start.Add(-time.Hour)) {
			t.Errorf("after %d failures a clock set back locks", count)
		}
	}
}

func TestManyTriesAtOnceAreNoMoreTries(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.user(a.owner, a.main.ID, "tech", 0)
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() { _, _ = f.SignIn(context.Background(), domain.DoorConsole, "", "tech", "wrong") })
	}
	wait.Wait()
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		var r failureRecord
		_, err := readRecord(tx.kv, tableFailure, key2(tech.Account, tech.User), &r)
		if r.Count != freeFailures {
			t.Errorf("%d tries counted", r.Count)
		}
		return err
	}))
}

func TestRaisedCostIsTakenAtTheNextSignIn(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	read := func() (r passwordRecord) {
		f.must(f.viewFree(f.ctx, operator, func(tx *tx) (err error) {
			r, err = tx.password(a.account.ID, a.owner.User)
			return err
		}))
		return r
	}
	before := read()
	f.options.Cost.Passes = 2
	f.reopen()
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	after := read()
	if after.cost() != f.options.Cost || bytes.Equal(before.Salt, after.Salt) {
		t.Errorf("%+v", after.cost())
	}
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	if again := read(); !bytes.Equal(again.Salt, after.Salt) {
		t.Error("hashed anew for nothing")
	}
}

func TestWaitingForAHashCanBeCancelled(t *testing.T) {
	f := create(t)
	f.tenant("Acme")
	for range hashesAtOnce {
		f.hashing <- struct{}{}
	}
	ctx, cancel := context.WithCancel(f.ctx)
	events, stop := f.Watch(domain.ID{})
	defer stop()
	_ = events
	done := make(chan error)
	go func() {
		_, err := f.SignIn(ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestActAs(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	actor, err := f.ActAs(f.ctx, "ann@laptop", "OWNER-ACME")
	f.must(err)
	if actor.User != a.owner.User || actor.Operator || actor.Door != domain.DoorMachine || actor.From != "ann@laptop" {
		t.Errorf("%+v", actor)
	}
	_, err = f.ActAs(f.ctx, "", "nobody")
	kind(t, err, domain.NotFound)
	_, err = f.ActAs(f.ctx, "", "")
	kind(t, err, domain.NotFound)
}

func TestRightsAreLive(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.user(a.owner, a.main.ID, "tech", domain.NestedCustomerAdministrator|domain.FleetManagement)
	f.customer(tech, a.main.ID, "One")
	set := func(change func(*domain.User)) {
		f.inTx(func(tx *tx) error {
			u, err := tx.user(tech.Account, tech.User)
			if err != nil {
				return err
			}
			change(u)
			return tx.putUser(*u)
		})
	}
	set(func(u *domain.User) { u.Groups = domain.FleetManagement })
	_, err := f.CreateCustomer(f.ctx, tech, domain.Customer{Parent: a.main.ID, Name: "Two"})
	kind(t, err, domain.Refused)
	set(func(u *domain.User) { u.Inactive = true })
	_, err = f.CreateCustomer(f.ctx, tech, domain.Customer{Parent: a.main.ID, Name: "Two"})
	kind(t, err, domain.Unauthenticated)
	for _, stranger := range []domain.Actor{{}, {Account: a.account.ID}, {User: a.owner.User}, {Account: domain.ID{7}, User: a.owner.User}} {
		_, err := f.Standing(f.ctx, stranger)
		kind(t, err, domain.Unauthenticated)
	}
}
