package store

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/domain"
)

// scratched is a fixture for thousands of commits.
func scratched(t testing.TB) *fixture {
	t.Helper()
	options, c := newOptions(1)
	options.Scratch = true
	f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	db, err := Create(f.ctx, filepath.Join(t.TempDir(), "t.db"), options)
	f.must(err)
	f.DB = db
	t.Cleanup(f.finish)
	return f
}

func (f *fixture) failuresOf(who domain.Actor) (r failureRecord) {
	f.t.Helper()
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) (err error) {
		r, err = tx.failures(who.Account, who.User)
		return err
	}))
	return r
}

func TestWaitDoublesToAQuarterOfAnHour(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for count, want := range map[uint32]time.Duration{
		freeFailures - 1: 0, freeFailures: time.Second, freeFailures + 1: 2 * time.Second, freeFailures + 9: 512 * time.Second,
		freeFailures + 10: longestWait, lockedFailures - 1: longestWait,
	} {
		r := tries{count, start}
		if want > 0 && r.open(start.Add(want-1)) || !r.open(start.Add(want)) {
			t.Errorf("after %d failures it isn't %v", count, want)
		}
		if !r.open(start.Add(-time.Hour)) {
			t.Errorf("after %d failures a clock set back locks", count)
		}
	}
	for _, count := range []uint32{lockedFailures, 1<<32 - 1} {
		if (tries{count, start}).open(start.Add(1000*time.Hour)) || (tries{count, start}).open(start.Add(-time.Hour)) {
			t.Errorf("after %d failures time unlocks", count)
		}
	}
}

// inTheFirstMinute lets so many at once try again and again for a minute, across
// a restart.
func (f *fixture) inTheFirstMinute(atOnce int, try func(n int)) {
	f.t.Helper()
	f.clock.mu.Lock()
	end := f.clock.now.Add(time.Minute)
	f.clock.mu.Unlock()
	reopened := false
	for f.clock.read().Before(end) {
		var wait sync.WaitGroup
		for n := range atOnce {
			wait.Go(func() { try(n) })
		}
		wait.Wait()
		f.clock.add(2 * time.Second)
		if !reopened && f.clock.read().After(end.Add(-30*time.Second)) {
			reopened = true
			f.reopen()
		}
	}
}

func TestTenPasswordsInTheFirstMinuteHoweverMany(t *testing.T) {
	for _, atOnce := range []int{1, 200} {
		t.Run(fmt.Sprint(atOnce), func(t *testing.T) {
			f := scratched(t)
			a := f.tenant("Acme")
			f.inTheFirstMinute(atOnce, func(int) {
				_, err := f.SignIn(context.Background(), domain.DoorConsole, "", "owner-acme", "wrong")
				if domain.KindOf(err) != domain.Unauthenticated {
					t.Error(err)
				}
			})
			if n := f.failuresOf(a.owner).Count; n > 10 || n < 8 {
				t.Errorf("%d passwords were looked at", n)
			}
		})
	}
}

func TestTenCodesInTheFirstMinuteHoweverMany(t *testing.T) {
	for _, sessions := range []int{1, 200} {
		t.Run(fmt.Sprint(sessions), func(t *testing.T) {
			f := scratched(t)
			a := f.tenant("Acme")
			f.enrolled(a.owner)
			var all []domain.Actor
			for range sessions {
				all = append(all, f.session(a.owner, sessionRecord{}))
			}
			f.inTheFirstMinute(sessions, func(n int) {
				err := f.GiveCode(context.Background(), all[n], "000000")
				if domain.KindOf(err) != domain.Unauthenticated {
					t.Error(err)
				}
			})
			r := f.failuresOf(a.owner)
			if r.Inside > 10 || r.Inside < 8 || r.Count != 0 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestTheSameCodeOpensOneSession: of 200 that are given the same one at once.
func TestTheSameCodeOpensOneSession(t *testing.T) {
	f := scratched(t)
	a := f.tenant("Acme")
	secret := f.enrolled(a.owner)
	var all []domain.Actor
	for range 200 {
		all = append(all, f.session(a.owner, sessionRecord{}))
	}
	code := f.codeNow(secret)
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	for n, actor := range all {
		wait.Go(func() { errs[n] = f.GiveCode(context.Background(), actor, code) })
	}
	wait.Wait()
	opened := 0
	for n, actor := range all {
		standing, err := f.Standing(f.ctx, actor)
		f.must(err)
		if (errs[n] == nil) != (standing.Gate == domain.GateOpen) {
			t.Errorf("%v, and the gate is %v", errs[n], standing.Gate)
		}
		if errs[n] == nil {
			opened++
		}
	}
	if opened != 1 {
		t.Errorf("%d sessions opened", opened)
	}
}

// TestThePasswordDoesNotWipeFailuresAway while the code is due still: whoever has
// it could guess on for ever.
func TestThePasswordDoesNotWipeFailuresAway(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	secret := f.enrolled(a.owner)
	wrong := func() {
		_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", "wrong")
		kind(t, err, domain.Unauthenticated)
	}
	wrong()
	wrong()
	session, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	kind(t, f.GiveCode(f.ctx, session, "000000"), domain.Unauthenticated)
	session, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	if r := f.failuresOf(a.owner); r.Count != 2 || r.Inside != 1 {
		t.Errorf("%+v", r)
	}
	standing, err := f.Standing(f.ctx, session)
	f.must(err)
	if standing.Gate != domain.GateCode || !standing.User.LastSignIn.IsZero() {
		t.Errorf("half a sign-in is taken for a whole one: %v", standing.Gate)
	}
	f.must(f.GiveCode(f.ctx, session, f.codeNow(secret)))
	if r := f.failuresOf(a.owner); r != (failureRecord{}) {
		t.Errorf("%+v", r)
	}
	e := f.lastEntry(a.account.ID)
	if e.action != "user.sign_in" || len(e.changes) != 1 || e.changes[0] != (change{"failed_before", "", "3"}) {
		t.Errorf("%+v", e)
	}
	if standing, err = f.Standing(f.ctx, session); err != nil || standing.Gate != domain.GateOpen || standing.User.LastSignIn.IsZero() {
		t.Errorf("%+v, %v", standing, err)
	}
}

// TestALockIsNoWeapon: whoever guesses from outside until nothing counts any more
// holds up nobody who is inside.
func TestALockIsNoWeapon(t *testing.T) {
	f := scratched(t)
	a := f.tenant("Acme")
	secret := f.enrolled(a.owner)
	open := f.seat(a.owner)
	half := f.session(a.owner, sessionRecord{})
	for range lockedFailures {
		_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", "wrong")
		kind(t, err, domain.Unauthenticated)
		f.clock.add(longestWait)
		for _, who := range []domain.Actor{open, half} { // they are at work meanwhile
			if r := f.sessionOf(who); r == nil {
				t.Fatal("the session is gone")
			}
			f.inTx(func(tx *tx) error {
				r := sessionRecord{Started: timeToRecord(tx.now), Seen: timeToRecord(tx.now), Code: who == open}
				return tx.put(tableSession, sessionKey(who), encode(r))
			})
		}
	}
	r := f.failuresOf(a.owner)
	if at, forever := r.until(f.clock.read()); !r.locked(f.clock.read()) || !forever {
		t.Fatalf("%+v, until %v", r, at)
	}
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	kind(t, err, domain.Unauthenticated)
	_, err = f.Users(f.ctx, open, UserQuery{})
	f.must(err)
	f.must(f.Confirm(f.ctx, open, goodPassword))
	if r := f.failuresOf(a.owner); !r.locked(f.clock.read()) {
		t.Error("confirming unlocked")
	}
	f.inTx(func(tx *tx) error { return tx.deleteFailures(a.account.ID, a.owner.User) }) // an administrator
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	f.must(f.GiveCode(f.ctx, half, f.codeNow(secret)))
}

func (f *fixture) sessionOf(who domain.Actor) *sessionRecord {
	f.t.Helper()
	var r sessionRecord
	there := false
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) (err error) {
		there, err = readRecord(tx.kv, tableSession, sessionKey(who), &r)
		return err
	}))
	if !there {
		return nil
	}
	return &r
}

func TestAddressesBackOff(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	try := func(door domain.Door, from, username, password string, good bool) {
		t.Helper()
		_, err := f.SignIn(f.ctx, door, from, username, password)
		if (err == nil) != good {
			t.Errorf("%v, %s: %v", door, from, err)
		}
	}
	for n := range freeFailures {
		try(domain.DoorSSH, fmt.Sprintf("192.0.2.1:%d", 1000+n), fmt.Sprint("nobody", n), "wrong", false)
	}
	try(domain.DoorSSH, "192.0.2.1:7", "owner-acme", goodPassword, false)
	try(domain.DoorAPI, "192.0.2.1", "owner-acme", goodPassword, false)
	try(domain.DoorAPI, "::ffff:192.0.2.1", "owner-acme", goodPassword, false)
	if r := f.failuresOf(a.owner); r.Count != 0 {
		t.Errorf("an address that waits counts against the user: %+v", r)
	}
	try(domain.DoorConsole, "192.0.2.1", "owner-acme", goodPassword, true)
	try(domain.DoorSSH, "192.0.2.2:7", "owner-acme", goodPassword, true)
	f.clock.add(time.Second)
	try(domain.DoorSSH, "192.0.2.1:7", "owner-acme", goodPassword, true)
	if r := f.addresses()["192.0.2.1"]; r.Count != freeFailures {
		t.Errorf("a good sign-in wiped the others away: %+v", r)
	}
	f.clock.add(longestWait)
	try(domain.DoorSSH, "192.0.2.1:7", "nobody", "wrong", false)
	if r := f.addresses()["192.0.2.1"]; r.Count != 1 {
		t.Errorf("it didn't fade: %+v", r)
	}
}

func (f *fixture) addresses() map[string]addressRecord {
	all := map[string]addressRecord{}
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		c := tx.scan(tableFailureAddress, nil)
		for c.next() {
			var r addressRecord
			if err := decodeAt(tableFailureAddress, c.key(), c.value(), &r); err != nil {
				return err
			}
			all[string(c.key())] = r
		}
		return c.err()
	}))
	return all
}

func TestAddressKeys(t *testing.T) {
	for from, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "192.0.2.1:22": "192.0.2.1", "[::ffff:192.0.2.1]:22": "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:22": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
		"": "from ", "here\x1b[2J": "from here\ufffd[2J",
	} {
		if got := string(addressKey(domain.Actor{Door: domain.DoorSSH, From: from})); got != want {
			t.Errorf("%q is %q, want %q", from, got, want)
		}
	}
	if addressKey(domain.Actor{Door: domain.DoorConsole, From: "192.0.2.1"}) != nil {
		t.Error("the machine's own console has an address")
	}
}

// TestAFloodOfAddressesGoes: what is over is taken along by what comes after.
func TestAFloodOfAddressesGoes(t *testing.T) {
	f := scratched(t)
	f.tenant("Acme")
	from := func(n int) {
		_, _ = f.SignIn(f.ctx, domain.DoorSSH, fmt.Sprintf("2001:db8:0:%x::1", n), "nobody", "wrong")
	}
	for n := range 100 {
		from(n)
	}
	if n := len(f.addresses()); n != 100 {
		t.Fatalf("%d addresses", n)
	}
	f.clock.add(longestWait)
	for range 100/swept + 2 {
		from(40)
	}
	if n := len(f.addresses()); n != 1 {
		t.Errorf("%d addresses are left", n)
	}
}

// TestEveryFailedSignInTakesTheSameWork: the same hashes, and the same commits.
func TestEveryFailedSignInTakesTheSameWork(t *testing.T) {
	f := create(t)
	for name, username := range f.whoFail() {
		hashes, commits := f.hashed.Load(), f.commits()
		for range 3 {
			_, err := f.SignIn(f.ctx, domain.DoorSSH, "192.0.2."+fmt.Sprint(len(name)), username, "wrong")
			kind(t, err, domain.Unauthenticated)
			if err.Error() != errSignIn().Error() {
				t.Errorf("%s: %v", name, err)
			}
		}
		if h, c := f.hashed.Load()-hashes, f.commits()-commits; h != 3 || c != 3 {
			t.Errorf("%s: %d hashes and %d commits for 3 tries", name, h, c)
		}
	}
}

// whoFail are people who can't sign in with a wrong password, each in a way of
// their own.
func (f *fixture) whoFail() map[string]string {
	a := f.tenant("Acme")
	f.user(a.owner, a.main.ID, "there", 0)
	f.enrolled(f.user(a.owner, a.main.ID, "enrolled", 0))
	f.change(f.user(a.owner, a.main.ID, "inactive", 0), func(u *domain.User) { u.Inactive = true })
	locked := f.user(a.owner, a.main.ID, "locked", 0)
	f.inTx(func(tx *tx) error {
		return tx.putFailures(locked.Account, locked.User, failureRecord{Count: lockedFailures, Last: timeToRecord(tx.now)})
	})
	invited, err := f.CreateUser(f.ctx, a.owner, domain.User{Customer: a.main.ID, Username: "invited"}, Start{})
	f.must(err)
	return map[string]string{
		"existing": "there", "with a factor": "enrolled", "unknown": "nobody", "inactive": "inactive", "locked": "locked", "invited": invited.User.Username,
	}
}

func (f *fixture) commits() uint64 {
	f.t.Helper()
	last, err := readMeta(f.engine.file)
	f.must(err)
	return last.transaction
}

// mostApart is how far the medians may lie apart, in percent.
const mostApart = 5

// BenchmarkFailedSignIn has each kind of wrong sign-in in turn, at the real cost,
// and tells how far the medians lie apart from that of an existing user. Run it
// with -benchtime 500x. Each is given beside its bound too: 1 is all that is allowed.
func BenchmarkFailedSignIn(b *testing.B) {
	f := create(b)
	f.DB.cost = defaultCost
	kinds := f.whoFail()
	names := slices.Sorted(maps.Keys(kinds))
	took := map[string][]time.Duration{}
	for b.Loop() {
		f.inTx(func(tx *tx) error { // or all would soon be locked
			for _, name := range names {
				u, err := tx.userNamed(kinds[name])
				if err != nil {
					return err
				}
				if u != nil && name != "locked" {
					err = tx.deleteFailures(u.Account, u.ID)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		// Whatever else the machine does hits all kinds alike, and none always
		// comes after the same one.
		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			begin := time.Now()
			if _, err := f.SignIn(f.ctx, domain.DoorConsole, "", kinds[name], "a wrong password of some length"); err == nil {
				b.Fatal("it is right")
			}
			took[name] = append(took[name], time.Since(begin))
		}
	}
	median := func(name string) float64 {
		slices.Sort(took[name])
		return float64(took[name][len(took[name])/2])
	}
	slices.Sort(names)
	for _, name := range names {
		apart := 100 * (median(name)/median("existing") - 1)
		b.ReportMetric(median(name)/1e6, "ms/"+strings.ReplaceAll(name, " ", "-"))
		if name != "existing" {
			b.ReportMetric(apart, "%apart/"+strings.ReplaceAll(name, " ", "-"))
			b.ReportMetric(math.Abs(apart)/mostApart, "of-bound/"+strings.ReplaceAll(name, " ", "-"))
		}
	}
}
