package store

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"tenantry/domain"
)

// withKey gives somebody a new key, and answers it as SSH sends it.
func (f *fixture) withKey(who domain.Actor) []byte {
	f.t.Helper()
	text := newLine(f.t)
	_, err := f.AddSSHKeys(f.ctx, f.atConsole(who), text+" laptop", "")
	f.must(err)
	public, _, _, _, err := ssh.ParseAuthorizedKey([]byte(text))
	f.must(err)
	return public.Marshal()
}

func TestAKeySignsItsOwnUserInAndNobodyElse(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	ann, tom := f.user(a.owner, a.main.ID, "ann", 0), f.user(a.owner, a.main.ID, "tom", 0)
	f.change(ann, func(u *domain.User) { u.Email = "ann@acme.example" })
	anns, toms := f.withKey(ann), f.withKey(tom)
	gone := f.user(a.owner, a.main.ID, "gone", 0)
	lost := f.withKey(gone)
	f.change(gone, func(u *domain.User) { u.Inactive = true })
	entries := f.lastEntry(a.account.ID).number
	says := ""
	for _, c := range []struct {
		username string
		key      []byte
	}{
		{"ann", toms}, {"tom", anns}, {"nobody", anns}, {"", anns}, {"ann", nil}, {"ann", anns[:len(anns)-1]}, {"gone", lost},
		{"ann@acme.example", anns}, {strings.Repeat("x", 1<<16), anns}, {"\xff\x00", []byte("\xff")},
	} {
		known, err := f.KeyKnown(f.ctx, c.username, c.key)
		f.must(err)
		actor, err := f.SignInWithKey(f.ctx, "192.0.2.1:9", c.username, c.key)
		kind(t, err, domain.Unauthenticated)
		if says == "" {
			says = err.Error()
		}
		if known || actor != (domain.Actor{}) || err.Error() != says {
			t.Errorf("%.20q: %v, %+v, %v", c.username, known, actor, err)
		}
	}
	if got := f.lastEntry(a.account.ID).number; got != entries {
		t.Errorf("%d entries for what was nobody's", got-entries)
	}
	if known, err := f.KeyKnown(f.ctx, "Ann", anns); !known || err != nil {
		t.Fatalf("her own key: %v, %v", known, err)
	}
	in, err := f.SignInWithKey(f.ctx, "192.0.2.1:9", "Ann", anns)
	f.must(err)
	if in.User != ann.User || in.Account != ann.Account || in.Session.IsZero() || in.Door != domain.DoorSSH {
		t.Fatalf("%+v", in)
	}
	standing, err := f.Standing(f.ctx, in)
	f.must(err)
	if standing.Session.Key != "laptop" || standing.Session.From != "192.0.2.1:9" {
		t.Errorf("%+v", standing.Session)
	}
	keys, err := f.SSHKeys(f.ctx, f.atConsole(ann), domain.ID{})
	f.must(err)
	if keys[0].UsedAt.IsZero() {
		t.Error("the key doesn't know that it was used")
	}
	if e := f.lastEntry(a.account.ID); e.action != "user.sign_in" || len(e.changes) != 1 || e.changes[0].new != keys[0].Fingerprint ||
		e.who != "ann" || e.user != ann.User || e.from != "192.0.2.1:9" {
		t.Errorf("%+v", e)
	}
}

// TestALockKeepsNoKeyOut, and a key doesn't wipe away what is counted.
func TestALockKeepsNoKeyOut(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	ann := f.user(a.owner, a.main.ID, "ann", 0)
	key := f.withKey(ann)
	for range freeFailures + 2 {
		_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", "wrong")
		kind(t, err, domain.Unauthenticated)
	}
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", goodPassword)
	kind(t, err, domain.Unauthenticated)
	_, err = f.SignInWithKey(f.ctx, "", "ann", key)
	f.must(err)
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "ann", goodPassword)
	kind(t, err, domain.Unauthenticated)
}

// TestAKeyOpensNoGate: of whoever has a second factor the code is due inside,
// and nothing counts as a password typed.
func TestAKeyOpensNoGate(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	ann := f.user(a.owner, a.main.ID, "ann", domain.AccountAdministrator)
	key := f.withKey(ann)
	in, err := f.SignInWithKey(f.ctx, "", "ann", key)
	f.must(err)
	_, err = f.AddSSHKeys(f.ctx, in, newLine(t), "another")
	kind(t, err, domain.Unproven)
	f.enrolled(ann)
	entries := f.lastEntry(a.account.ID).number
	in, err = f.SignInWithKey(f.ctx, "", "ann", key)
	f.must(err)
	if f.gate(in) != domain.GateCode {
		t.Errorf("the gate is %v", f.gate(in))
	}
	if got := f.lastEntry(a.account.ID).number; got != entries {
		t.Error("half a sign-in is told as a whole one")
	}
	f.change(ann, func(u *domain.User) { u.MustChange = true })
	f.must(f.updateFree(f.ctx, operator, func(tx *tx) error { tx.quiet = true; return tx.delete(tableFactor, key2(ann.Account, ann.User)) }))
	in, err = f.SignInWithKey(f.ctx, "", "ann", key)
	f.must(err)
	if f.gate(in) != domain.GatePassword {
		t.Errorf("the gate is %v", f.gate(in))
	}
}
