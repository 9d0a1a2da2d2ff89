package store

import (
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

func (f *fixture) proven(who domain.Actor) error {
	f.t.Helper()
	return f.view(f.ctx, who, func(tx *tx, _ *domain.Rights) error { return tx.recentlyProven() })
}

func TestConfirmedForFiveMinutes(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	owner := f.seat(a.owner)
	f.must(f.proven(owner))
	f.clock.add(confirmed)
	kind(t, f.proven(owner), domain.Unproven)
	kind(t, f.Confirm(f.ctx, owner, "wrong"), domain.Unauthenticated)
	kind(t, f.proven(owner), domain.Unproven)
	f.must(f.Confirm(f.ctx, owner, goodPassword))
	f.must(f.proven(owner))
	if e := f.lastEntry(a.account.ID); e.action != "user.confirm" {
		t.Errorf("%+v", e)
	}
	f.clock.add(-time.Hour) // a time to come is no time ago
	kind(t, f.proven(owner), domain.Unproven)
	f.clock.add(time.Hour + confirmed)
	secret := f.enrolled(a.owner)
	kind(t, f.Confirm(f.ctx, owner, "000000"), domain.Unauthenticated)
	code := f.codeNow(secret)
	f.must(f.Confirm(f.ctx, owner, code))
	f.must(f.proven(owner))
	kind(t, f.Confirm(f.ctx, owner, code), domain.Unauthenticated) // it was used
	f.must(f.proven(a.owner))                                      // the machine's own door is trusted
}

// TestWrongOnesInsideWaitAndEndTheSession and don't touch the sign-in's count.
func TestWrongOnesInsideWaitAndEndTheSession(t *testing.T) {
	for name, try := range map[string]func(f *fixture, who domain.Actor) error{
		"code":     func(f *fixture, who domain.Actor) error { return f.GiveCode(f.ctx, who, "000000") },
		"confirm":  func(f *fixture, who domain.Actor) error { return f.Confirm(f.ctx, who, "wrong") },
		"password": func(f *fixture, who domain.Actor) error { return f.SetPassword(f.ctx, who, "wrong", goodPassword+"!") },
	} {
		t.Run(name, func(t *testing.T) {
			f := create(t)
			a := f.tenant("Acme")
			secret := f.enrolled(a.owner)
			who := f.session(a.owner, sessionRecord{Code: name != "code"})
			for n := range wrongMost {
				f.must(f.Touch(f.ctx, who))
				err := try(f, who)
				kind(t, err, domain.Unauthenticated)
				if errorField(err) == "" {
					t.Fatalf("the session ended after %d: %v", n, err)
				}
				switch n {
				case freeFailures - 1: // none counts, not the right one either
					if name == "code" {
						kind(t, f.GiveCode(f.ctx, who, f.codeNow(secret)), domain.Unauthenticated)
					} else {
						kind(t, f.Confirm(f.ctx, who, goodPassword), domain.Unauthenticated)
					}
				}
				f.clock.add(time.Second << max(0, n-freeFailures+1))
			}
			_, err := f.Standing(f.ctx, who)
			kind(t, err, domain.Unauthenticated)
			if r := f.failuresOf(a.owner); r.Inside+r.Further != wrongMost || r.Inside > 0 && name != "code" || r.Count != 0 {
				t.Errorf("%+v", r)
			}
			if e := f.lastEntry(a.account.ID); e.action != "user.end_sessions" || e.object != a.owner.User {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestARightOneInsideTakesBackOnlyItself(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	owner := f.seat(a.owner)
	for range 3 {
		kind(t, f.Confirm(f.ctx, owner, "wrong"), domain.Unauthenticated)
	}
	f.must(f.Confirm(f.ctx, owner, goodPassword))
	if r := f.failuresOf(a.owner); r.Further != 3 {
		t.Errorf("%+v", r)
	}
	if r := f.sessionOf(owner); r.Wrong != 0 {
		t.Errorf("%+v", r)
	}
}

func TestSetPassword(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	const fresh = "quick brown foxes jump"
	here, there := f.seat(a.owner), f.seat(a.owner)
	for _, c := range []struct {
		before, password string
		want             domain.Kind
		field            string
	}{
		{"wrong", fresh, domain.Unauthenticated, "before"},
		{"", fresh, domain.Unauthenticated, "before"},
		{strings.Repeat("x", 1<<20), fresh, domain.Unauthenticated, "before"},
		{goodPassword, "short", domain.Invalid, "password"},
		{goodPassword, "owner-acme owner-acme", domain.Invalid, "password"},
		{goodPassword, goodPassword, domain.Invalid, "password"},
		{goodPassword, fresh, 0, ""},
	} {
		err := f.SetPassword(f.ctx, here, c.before, c.password)
		kind(t, err, c.want)
		if errorField(err) != c.field {
			t.Errorf("%.20q: field %q (%v)", c.password, errorField(err), err)
		}
	}
	f.must(f.proven(here))
	_, err := f.Standing(f.ctx, there)
	kind(t, err, domain.Unauthenticated)
	if e := f.lastEntry(a.account.ID); e.action != "user.set_password" || len(e.changes) != 1 || e.changes[0] != (change{"sessions", "1", ""}) {
		t.Errorf("%+v", e)
	}
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	kind(t, err, domain.Unauthenticated)
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", fresh)
	f.must(err)
	f.must(f.SetPassword(f.ctx, a.owner, "", goodPassword)) // at the machine
	_, err = f.Standing(f.ctx, here)
	kind(t, err, domain.Unauthenticated)
}

// TestAPasswordByHandMustBeChanged to another one.
func TestAPasswordByHandMustBeChanged(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.user(a.owner, a.main.ID, "ann", 0)
	ann, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", goodPassword)
	f.must(err)
	_, err = f.Account(f.ctx, ann)
	kind(t, err, domain.Gated)
	kind(t, f.SetPassword(f.ctx, ann, "", goodPassword), domain.Invalid)
	f.must(f.SetPassword(f.ctx, ann, "", "quick brown foxes jump"))
	_, err = f.Account(f.ctx, ann)
	f.must(err)
	kind(t, f.SetPassword(f.ctx, ann, "", "jump over lazy dogs"), domain.Unauthenticated) // now it is asked for
}

// TestOneOfTwoPasswordChangesWins: both had nothing asked of them, since one was
// due; the later one would undo the other's.
func TestOneOfTwoPasswordChangesWins(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	ann := f.user(a.owner, a.main.ID, "ann", 0)
	one, two := f.session(ann, sessionRecord{}), f.session(ann, sessionRecord{})
	_ = one
	f.duringNextHash(func() {
		f.inTx(func(tx *tx) error {
			u, err := tx.user(ann.Account, ann.User)
			if err != nil {
				return err
			}
			return tx.setPassword(*u, passwordRecord{Hash: make([]byte, hashLength), Salt: []byte("another"), Passes: 1, Threads: 1, Memory: 64})
		})
	})
	err := f.SetPassword(f.ctx, two, "", "quick brown foxes jump")
	if k := domain.KindOf(err); k != domain.Conflict && k != domain.Unauthenticated {
		t.Error(err)
	}
}

func TestAWaitingCodeIsVoidOnceThereIsAPassword(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	owner := f.seat(a.owner)
	var code string
	f.inTx(func(tx *tx) error {
		u, err := tx.user(a.owner.Account, a.owner.User)
		if err != nil {
			return err
		}
		started, err := tx.invite(*u, true, false)
		code = started.Code
		return err
	})
	f.must(f.SetPassword(f.ctx, owner, goodPassword, "quick brown foxes jump"))
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", code)
	kind(t, err, domain.Unauthenticated)
}

// TestAShorterPasswordWhereASecondFactorIsForced and nowhere else.
func TestAShorterPasswordWhereASecondFactorIsForced(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	const short = "kelp-moss"
	kind(t, f.SetPassword(f.ctx, a.owner, "", short), domain.Invalid)
	account, err := f.Account(f.ctx, a.operator())
	f.must(err)
	account.Security.ForceSecondFactor = true
	_, err = f.EditAccount(f.ctx, a.operator(), account.Account)
	f.must(err)
	f.must(f.SetPassword(f.ctx, a.owner, "", short))
	kind(t, f.SetPassword(f.ctx, a.owner, "", "kelp-mo"), domain.Invalid)
	kind(t, f.SetPassword(f.ctx, a.owner, "", "princess1"), domain.Invalid)
}
