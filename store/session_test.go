package store

import (
	"testing"
	"time"

	"tenantry/domain"
)

func TestASessionEnds(t *testing.T) {
	limits := domain.DefaultLimits()
	for name, c := range map[string]struct {
		do   func(f *fixture, who domain.Actor)
		ends bool
	}{
		"at once":                {func(*fixture, domain.Actor) {}, false},
		"just before":            {func(f *fixture, _ domain.Actor) { f.clock.add(limits.Idle) }, false},
		"after 15 idle minutes":  {func(f *fixture, _ domain.Actor) { f.clock.add(limits.Idle + idleSlack) }, true},
		"after 12 hours of keys": {func(f *fixture, who domain.Actor) { f.pressing(who, limits.Session) }, true},
		"after 11 hours of keys": {func(f *fixture, who domain.Actor) { f.pressing(who, limits.Session-time.Hour) }, false},
		"on sign-out":            {func(f *fixture, who domain.Actor) { f.must(f.SignOut(f.ctx, who)) }, true},
		"ended by name": {func(f *fixture, who domain.Actor) {
			n, err := f.EndSessions(f.ctx, who, domain.ID{}, who.Session)
			f.must(err)
			if n != 1 {
				f.t.Errorf("%d ended", n)
			}
		}, true},
		"all the others": {func(f *fixture, who domain.Actor) {
			_, err := f.EndSessions(f.ctx, who, domain.ID{})
			f.must(err)
		}, false},
		"ended elsewhere": {func(f *fixture, who domain.Actor) {
			_, err := f.EndSessions(f.ctx, f.seat(who), domain.ID{})
			f.must(err)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := create(t)
			a := f.tenant("Acme")
			who := f.seat(a.owner)
			c.do(f, who)
			_, err := f.Standing(f.ctx, who)
			if ended := domain.KindOf(err) == domain.Unauthenticated; ended != c.ends {
				t.Errorf("%v", err)
			}
		})
	}
}

// pressing is a key every ten minutes.
func (f *fixture) pressing(who domain.Actor, long time.Duration) {
	f.t.Helper()
	for step := 10 * time.Minute; long > step; long -= step {
		f.clock.add(step)
		f.must(f.Touch(f.ctx, who))
	}
	f.clock.add(long)
}

func TestTouchIsSeldomWritten(t *testing.T) {
	f := create(t)
	who := f.seat(f.tenant("Acme").owner)
	before := f.commits()
	f.must(f.Touch(f.ctx, who))
	if f.commits() != before {
		t.Error("a commit for a key just after the last one")
	}
	f.clock.add(touchStep)
	f.must(f.Touch(f.ctx, who))
	if f.commits() != before+1 {
		t.Error("the key isn't noted")
	}
}

func TestLimitsOfTheAccountAreLive(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	who := f.seat(a.owner)
	f.clock.add(5 * time.Minute)
	_, err := f.Standing(f.ctx, who)
	f.must(err)
	account, err := f.Account(f.ctx, a.operator())
	f.must(err)
	account.Limits.Idle = time.Minute
	_, err = f.EditAccount(f.ctx, a.operator(), account.Account)
	f.must(err)
	_, err = f.Standing(f.ctx, who)
	kind(t, err, domain.Unauthenticated)
}

func TestSessionsOfOthers(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	ada := f.seat(f.user(a.owner, nordics.ID, "ada", domain.AccountAdministrator))
	tom := f.seat(f.user(a.owner, nordics.ID, "tom", 0))
	other := f.seat(tom)
	f.seat(a.owner)
	f.seat(b.owner)
	list, err := f.Sessions(f.ctx, ada, tom.User)
	f.must(err)
	if len(list) != 2 || list[0].ID != other.Session || list[1].ID != tom.Session || list[0].Current || list[0].From != tom.From || list[0].Door != domain.DoorSSH {
		t.Errorf("%+v", list)
	}
	list, err = f.Sessions(f.ctx, ada, domain.ID{})
	f.must(err)
	if len(list) != 1 || !list[0].Current || list[0].EndsAt.Sub(list[0].StartedAt) != domain.DefaultLimits().Session {
		t.Errorf("%+v", list)
	}
	for _, out := range []domain.Actor{a.owner, b.owner, {User: domain.ID{9}}} {
		_, err = f.Sessions(f.ctx, ada, out.User)
		kind(t, err, domain.NotFound)
		_, err = f.EndSessions(f.ctx, ada, out.User)
		kind(t, err, domain.NotFound)
	}
	_, err = f.EndSessions(f.ctx, tom, ada.User) // who lists nobody isn't told who there is
	kind(t, err, domain.NotFound)
	if n, err := f.EndSessions(f.ctx, ada, tom.User, domain.ID{7}, ada.Session); n != 0 || err != nil {
		t.Errorf("%d ended: %v", n, err)
	}
	events, stop := f.Watch(a.account.ID)
	defer stop()
	n, err := f.EndSessions(f.ctx, ada, tom.User)
	f.must(err)
	if n != 2 {
		t.Errorf("%d ended", n)
	}
	if e := <-events; e.Subject != SubjectUser || e.ID != tom.User {
		t.Errorf("%+v", e)
	}
	if e := f.lastEntry(a.account.ID); e.action != "user.end_sessions" || e.object != tom.User || e.changes[0] != (change{"sessions", "2", ""}) {
		t.Errorf("%+v", e)
	}
	_, err = f.Standing(f.ctx, tom)
	kind(t, err, domain.Unauthenticated)
	_, err = f.Standing(f.ctx, ada)
	f.must(err)
	_, err = f.Sessions(f.ctx, a.operator(), domain.ID{})
	kind(t, err, domain.Invalid)
	_, err = f.Sessions(f.ctx, a.operator(), ada.User)
	f.must(err)
}

// TestSessionsThatAreOverGo: a user's own at their next sign-in, and those of
// others little by little.
func TestSessionsThatAreOverGo(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tom := f.user(a.owner, a.main.ID, "tom", 0)
	for range 10 {
		f.seat(a.owner)
		f.seat(tom)
	}
	f.clock.add(time.Hour)
	f.seat(tom)
	left := func(who domain.Actor) (n int) {
		f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
			c := tx.scan(tableSession, key2(who.Account, who.User))
			for c.next() {
				n++
			}
			return c.err()
		}))
		return n
	}
	if n := left(tom); n != 1 {
		t.Errorf("%d of tom's are left", n)
	}
	if n := left(a.owner); n != 10-swept {
		t.Errorf("%d of the owner's are left", n)
	}
	for range 3 {
		f.seat(tom)
	}
	if n := left(a.owner); n != 0 {
		t.Errorf("%d of the owner's are left", n)
	}
	if n := left(tom); n != 4 {
		t.Errorf("%d of tom's are left: open ones went", n)
	}
}
