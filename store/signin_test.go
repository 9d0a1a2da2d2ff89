package store

import (
	"bytes"
	"context"
	"errors"
	"strings"
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
	if actor.Session.IsZero() {
		t.Error("no session")
	}
	actor.Session = domain.ID{}
	if actor != (domain.Actor{Account: a.account.ID, User: tech.User, Door: domain.DoorSSH, From: "192.0.2.1"}) {
		t.Errorf("%+v", actor)
	}
	_, err = f.Standing(f.ctx, actor)
	kind(t, err, domain.Unauthenticated) // nobody without a session
	actor, err = f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1", "Tech", goodPassword)
	f.must(err)
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
	if after.cost() != f.options.Cost || bytes.Equal(before.Hash, after.Hash) {
		t.Errorf("%+v", after.cost())
	}
	hashes := f.hashed.Load()
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	if n := f.hashed.Load() - hashes; n != 1 {
		t.Errorf("%d hashes for one sign-in", n)
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
	machine := tech
	tech = f.seat(tech)
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
	_, err = f.CreateCustomer(f.ctx, machine, domain.Customer{Parent: a.main.ID, Name: "Two"})
	kind(t, err, domain.Refused) // at the machine it is said why
	for _, stranger := range []domain.Actor{{}, {Account: a.account.ID}, {User: a.owner.User}, {Account: domain.ID{7}, User: a.owner.User}} {
		_, err := f.Standing(f.ctx, stranger)
		kind(t, err, domain.Unauthenticated)
	}
}

// newcomer makes somebody with a code to sign in by.
func (f *fixture) newcomer(by domain.Actor, customer domain.ID, name string) (domain.Actor, string) {
	f.t.Helper()
	started, err := f.CreateUser(f.ctx, by, domain.User{Customer: customer, Username: name}, Start{})
	f.must(err)
	return domain.Actor{Account: by.Account, User: started.User.ID, Door: domain.DoorMachine}, started.Code
}

func TestACodeSignsInOnce(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	_, code := f.newcomer(a.owner, a.main.ID, "ann")
	_, other := f.newcomer(a.owner, a.main.ID, "ben")
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", other)
	kind(t, err, domain.Unauthenticated)
	ann, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	f.must(err)
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "ann", code)
	kind(t, err, domain.Unauthenticated)
	if err.Error() != errSignIn().Error() {
		t.Error(err)
	}
	standing, err := f.Standing(f.ctx, ann)
	f.must(err)
	if standing.Gate != domain.GatePassword || !standing.User.Activated || standing.User.LastSignIn.IsZero() {
		t.Errorf("%+v", standing)
	}
	_, err = f.Account(f.ctx, ann)
	kind(t, err, domain.Gated)
	kind(t, f.SetPassword(f.ctx, ann, "", "short"), domain.Invalid)
	f.must(f.SetPassword(f.ctx, ann, "", goodPassword))
	_, err = f.Account(f.ctx, ann)
	f.must(err)
	again, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", goodPassword)
	f.must(err)
	_, err = f.Account(f.ctx, again)
	f.must(err)
}

// TestTheCodeIsNoPassword: whoever handed it over knows it still.
func TestTheCodeIsNoPassword(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	_, code := f.newcomer(a.owner, a.main.ID, "ann")
	ann, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", code)
	f.must(err)
	for _, spelled := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", "")} {
		kind(t, f.SetPassword(f.ctx, ann, "", spelled), domain.Invalid)
	}
	f.must(f.SetPassword(f.ctx, ann, "", goodPassword))
}

func TestACodeThatRanOutSignsNobodyIn(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	_, code := f.newcomer(a.owner, a.main.ID, "ann")
	f.clock.add(a.account.Limits.Invitation)
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", code)
	kind(t, err, domain.Unauthenticated)
}

func TestOneCodeTwiceAtOnceSignsInOnce(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	_, code := f.newcomer(a.owner, a.main.ID, "ann")
	done := make(chan error)
	for range freeFailures {
		go func() {
			_, err := f.SignIn(context.Background(), domain.DoorConsole, "", "ann", code)
			done <- err
		}()
	}
	in := 0
	for range freeFailures {
		if err := <-done; err == nil {
			in++
		} else if domain.KindOf(err) != domain.Unauthenticated {
			t.Error(err)
		}
	}
	if in != 1 {
		t.Errorf("%d sign-ins", in)
	}
}

// TestAResetCodeDoesNotOpenTheSecondFactor: it stands for the password only.
func TestAResetCodeDoesNotOpenTheSecondFactor(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	ann := f.user(a.owner, a.main.ID, "ann", 0)
	secret := f.enrolled(ann)
	started, err := f.ResetPassword(f.ctx, a.owner, ann.User, Start{})
	f.must(err)
	session, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", started.Code)
	f.must(err)
	if e := f.lastEntry(a.account.ID); e.action != "user.use_code" {
		t.Errorf("%+v", e)
	}
	kind(t, f.SetPassword(f.ctx, session, "", "a password for the one who has only the code"), domain.Gated)
	_, err = f.BeginEnrolment(f.ctx, session)
	kind(t, err, domain.Gated)
	f.must(f.GiveCode(f.ctx, session, f.codeNow(secret)))
	standing, err := f.Standing(f.ctx, session)
	f.must(err)
	if standing.Gate != domain.GatePassword {
		t.Errorf("%v", standing.Gate)
	}
	f.must(f.SetPassword(f.ctx, session, "", "quick brown foxes jump"))
	_, err = f.Account(f.ctx, session)
	f.must(err)
}

// TestAPasswordResetWhileItIsLookedAtSignsNobodyIn: hashing takes a while.
func TestAPasswordResetWhileItIsLookedAtSignsNobodyIn(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	ann := f.user(a.owner, a.main.ID, "ann", 0)
	f.duringNextHash(func() {
		_, err := f.ResetPassword(f.ctx, a.owner, ann.User, Start{})
		if err != nil {
			t.Error(err)
		}
	})
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", goodPassword)
	kind(t, err, domain.Unauthenticated)
	if err.Error() != errSignIn().Error() {
		t.Error(err)
	}
}

// duringNextHash does something while the next password is hashed.
func (f *fixture) duringNextHash(do func()) {
	turn := make(chan struct{})
	f.hashing = turn
	go func() {
		for ; ; do = func() {} {
			select {
			case <-turn: // a hash begins
				do()
				turn <- struct{}{} // and may end
			case <-f.ctx.Done():
				return
			}
		}
	}()
}
