package store

import (
	"strings"
	"testing"

	"tenantry/domain"
)

// What people try who hold one thing of somebody's: a key, a password, a screen
// left open, a code that was made before.

// TestAKeyAloneMakesNoPassword: whose laptop was stolen has their password set by
// hand, and the thief holds the key still.
func TestAKeyAloneMakesNoPassword(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	ann := f.user(a.owner, a.main.ID, "ann", 0)
	key := f.withKey(ann)
	const byHand, chosen = "jumping over lazy dogs", "quick brown foxes jump"
	_, err := f.ResetPassword(f.ctx, a.owner, ann.User, Start{Password: byHand})
	f.must(err)
	in, err := f.SignInWithKey(f.ctx, "", "ann", key)
	f.must(err)
	if f.gate(in) != domain.GatePassword {
		t.Fatalf("the gate is %v", f.gate(in))
	}
	for _, before := range []string{"", goodPassword, chosen} {
		err := f.SetPassword(f.ctx, in, before, chosen)
		kind(t, err, domain.Unauthenticated)
		if errorField(err) != "before" {
			t.Errorf("with %q: %v", before, err)
		}
	}
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "ann", byHand)
	f.must(err) // it is as it was
	f.must(f.SetPassword(f.ctx, in, byHand, chosen))
	if f.gate(in) != domain.GateOpen {
		t.Errorf("the gate is %v", f.gate(in))
	}
}

// TestNobodyEnrolsAtAScreenLeftOpen: the codes of a second factor prove who one
// is, so a first one takes a proof too, at its gate and elsewhere.
func TestNobodyEnrolsAtAScreenLeftOpen(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	for name, forced := range map[string]bool{"free": false, "forced": true} {
		f.user(a.owner, a.main.ID, name, 0)
		who := f.atConsole(f.actAs(name))
		account, err := f.Account(f.ctx, a.owner)
		f.must(err)
		account.Security.ForceSecondFactor = forced
		_, err = f.EditAccount(f.ctx, a.operator(), account.Account)
		f.must(err)
		offered, err := f.BeginEnrolment(f.ctx, who)
		f.must(err)
		f.clock.add(confirmed)
		_, err = f.BeginEnrolment(f.ctx, who)
		kind(t, err, domain.Unproven)
		_, err = f.Enrol(f.ctx, who, offered.Secret, f.codeIn(offered.Secret, 0))
		kind(t, err, domain.Unproven)
		f.must(f.Confirm(f.ctx, who, goodPassword))
		_, err = f.Enrol(f.ctx, who, offered.Secret, f.codeIn(offered.Secret, 0))
		f.must(err)
	}
}

// TestALockHoldsUpThoseOnlyWhoCameAsFar: a thief of the password guesses codes
// until nothing counts any more. The owner gets in with their key meanwhile, and
// at an open console changes the password that was stolen.
func TestALockHoldsUpThoseOnlyWhoCameAsFar(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	key := f.withKey(a.owner)
	secret := f.enrolled(a.owner)
	open := f.seat(a.owner)
	f.inTx(func(tx *tx) error {
		return tx.putFailures(a.owner.Account, a.owner.User, failureRecord{Inside: lockedFailures - 1, InsideLast: timeToRecord(tx.now.Add(-longestWait))})
	})
	thief := f.session(a.owner, sessionRecord{})
	for _, code := range []string{"000000", f.codeNow(secret)} { // the second counts no more
		kind(t, f.GiveCode(f.ctx, thief, code), domain.Unauthenticated)
	}
	if r := f.failuresOf(a.owner); !r.locked(f.clock.read()) || r.Inside != lockedFailures {
		t.Fatalf("%+v", r)
	}
	f.must(f.Confirm(f.ctx, open, goodPassword))
	f.must(f.SetPassword(f.ctx, open, goodPassword, "quick brown foxes jump"))
	_, err := f.Standing(f.ctx, thief)
	kind(t, err, domain.Unauthenticated)
	in, err := f.SignInWithKey(f.ctx, "", "owner-acme", key)
	f.must(err)
	kind(t, f.GiveCode(f.ctx, in, "000000"), domain.Unauthenticated)
	f.must(f.GiveCode(f.ctx, in, f.codeNow(secret)))
	if r := f.failuresOf(a.owner); r != (failureRecord{}) {
		t.Errorf("%+v", r)
	}
}

// TestASessionIsOfOneUserOnly: whoever learns the identity of a session, which
// administrators see, has nothing by it; nor has who was deleted and made again
// under the same name.
func TestASessionIsOfOneUserOnly(t *testing.T) {
	s := newStaff(t)
	tina := s.seat(s.tina)
	listed, err := s.Sessions(s.ctx, s.seat(s.ada), s.tina.User)
	s.must(err)
	for what, forged := range map[string]func(*domain.Actor){
		"another user":    func(a *domain.Actor) { a.User = s.nora.User },
		"the owner":       func(a *domain.Actor) { a.User = s.owner.User },
		"another account": func(a *domain.Actor) { a.Account = s.tenant.account.Owner },
		"no session":      func(a *domain.Actor) { a.Session = domain.ID{} },
		"a token's door":  func(a *domain.Actor) { a.Door = domain.DoorAPI },
		"no door":         func(a *domain.Actor) { a.Door, a.User = 0, s.nora.User },
	} {
		actor := tina
		actor.Session = listed[0].ID
		forged(&actor)
		if _, err := s.Standing(s.ctx, actor); domain.KindOf(err) != domain.Unauthenticated {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := s.Users(s.ctx, actor, UserQuery{}); domain.KindOf(err) != domain.Unauthenticated {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.must(s.DeleteUser(s.ctx, s.nora, s.tina.User))
	again := s.user(s.nora, s.nordics.ID, "tina", 0)
	for _, user := range []domain.ID{s.tina.User, again.User} {
		actor := tina
		actor.User = user
		_, err := s.Standing(s.ctx, actor)
		kind(t, err, domain.Unauthenticated)
	}
}

// TestACodeIsVoidOnceItsReasonIsGone: it was made again, or taken back, or its
// user was switched off, deleted, or has set a password; and none is another's.
func TestACodeIsVoidOnceItsReasonIsGone(t *testing.T) {
	for what, after := range map[string]func(s *staff, u domain.User){
		"made again": func(s *staff, u domain.User) { _, err := s.Invite(s.ctx, s.nora, u.ID, false); s.must(err) },
		"reset":      func(s *staff, u domain.User) { _, err := s.ResetPassword(s.ctx, s.nora, u.ID, Start{}); s.must(err) },
		"by hand": func(s *staff, u domain.User) {
			_, err := s.ResetPassword(s.ctx, s.nora, u.ID, Start{Password: goodPassword})
			s.must(err)
		},
		"switched off": func(s *staff, u domain.User) { s.must(s.SetUserActive(s.ctx, s.nora, u.ID, false)) },
		"deleted":      func(s *staff, u domain.User) { s.must(s.DeleteUser(s.ctx, s.nora, u.ID)) },
		"run out":      func(s *staff, _ domain.User) { s.clock.add(domain.DefaultLimits().Invitation) },
		"recreated": func(s *staff, u domain.User) {
			s.must(s.DeleteUser(s.ctx, s.nora, u.ID))
			_, err := s.CreateUser(s.ctx, s.nora, domain.User{Username: u.Username, Customer: u.Customer}, Start{})
			s.must(err)
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := newStaff(t)
			started, err := s.CreateUser(s.ctx, s.nora, domain.User{Username: "newcomer", Customer: s.nordics.ID}, Start{})
			s.must(err)
			_, err = s.SignIn(s.ctx, domain.DoorSSH, "192.0.2.1:1", "tina", started.Code)
			kind(t, err, domain.Unauthenticated)
			after(s, started.User)
			_, err = s.SignIn(s.ctx, domain.DoorSSH, "192.0.2.2:1", "newcomer", started.Code)
			kind(t, err, domain.Unauthenticated)
		})
	}
}

// TestAnImportGrantsNoMoreThanAForm does: what a line asks for is the rules' to
// decide, one by one.
func TestAnImportGrantsNoMoreThanAForm(t *testing.T) {
	s := newStaff(t)
	maker := s.user(s.owner, s.nordics.ID, "maker", domain.NestedCustomerAdministrator|domain.FleetManagement)
	const file = "username,groups,customer\nrow1,NCA,\nrow2,AA,\nrow3,,Acme HQ\nrow4,,Acme HQ / Iberia\nrow5,AA FDA,Acme HQ / Nordics / Aarhus\nrow6,ACM,\nrow7,63,\n" +
		"tina,,\nowner-acme,,\n\x1b[31mx8,,\n=cmd|x,,\n"
	for what, c := range map[string]struct {
		by   domain.Actor
		made int
	}{"without NCA": {s.ada, 1}, "who only creates": {maker, 0}} { // ada: row2
		got, err := s.ImportUsers(s.ctx, c.by, domain.ID{}, strings.NewReader(file), false, false, nil)
		s.must(err)
		if got.Made != c.made {
			t.Errorf("%s: %+v", what, got.Rows)
		}
		for _, row := range got.Rows {
			if strings.ContainsRune(row.Error+row.Username, 0x1b) || (row.Error == "") != (row.Code != "") {
				t.Errorf("%s: %+v", what, row)
			}
		}
	}
	_, err := s.ImportUsers(s.ctx, s.tina, domain.ID{}, strings.NewReader(file), false, false, nil)
	kind(t, err, domain.Refused)
}

// TestHugeInputIsRefused, soon and in few words: nothing of it comes back.
func TestHugeInputIsRefused(t *testing.T) {
	s := newStaff(t)
	s.enrolled(s.owner)
	owner := s.seat(s.owner)
	gated := s.session(s.owner, sessionRecord{})
	fresh := s.atConsole(s.tina)
	huge := strings.Repeat("7K3M ", 1<<20)
	for what, do := range map[string]func() error{
		"username":      func() error { _, err := s.SignIn(s.ctx, domain.DoorSSH, huge, huge, huge); return err },
		"code":          func() error { return s.GiveCode(s.ctx, gated, huge) },
		"confirmation":  func() error { return s.Confirm(s.ctx, owner, huge) },
		"password":      func() error { return s.SetPassword(s.ctx, owner, goodPassword, huge) },
		"before":        func() error { return s.SetPassword(s.ctx, owner, huge, "quick brown foxes jump") },
		"secret":        func() error { _, err := s.Enrol(s.ctx, fresh, huge, huge); return err },
		"key":           func() error { _, err := s.AddSSHKeys(s.ctx, owner, "ssh-ed25519 "+huge, ""); return err },
		"key's name":    func() error { _, err := s.AddSSHKeys(s.ctx, owner, newLine(t), huge); return err },
		"known key":     func() error { _, err := s.SignInWithKey(s.ctx, huge, huge, []byte(huge)); return err },
		"filter's name": func() error { _, err := s.SaveFilter(s.ctx, owner, SavedFilter{Name: huge, Filter: "van"}); return err },
		"filter":        func() error { _, err := s.SaveFilter(s.ctx, owner, SavedFilter{Name: "x", Filter: huge}); return err },
		"columns":       func() error { return s.SaveViews(s.ctx, owner, Views{Users: ListView{Sort: huge}}) },
		"profile":       func() error { _, err := s.EditProfile(s.ctx, owner, Profile{FullName: huge}); return err },
		"email": func() error {
			_, err := s.EditProfile(s.ctx, owner, Profile{Email: huge + "@acme.example"})
			return err
		},
		"zone": func() error {
			_, err := s.EditProfile(s.ctx, owner, Profile{Settings: domain.Settings{TimeZone: huge}})
			return err
		},
		"new user": func() error {
			_, err := s.CreateUser(s.ctx, owner, domain.User{Username: huge, Customer: s.main.ID}, Start{})
			return err
		},
		"by hand": func() error { _, err := s.ResetPassword(s.ctx, owner, s.tina.User, Start{Password: huge}); return err },
		"import": func() error {
			_, err := s.ImportUsers(s.ctx, owner, s.main.ID, strings.NewReader("username\n"+huge), false, false, nil)
			return err
		},
		"as": func() error { _, err := s.ActAs(s.ctx, huge, huge); return err },
	} {
		err := do()
		if err == nil || len(err.Error()) > 400 {
			t.Errorf("%s: %.500v", what, err)
		}
	}
	for address := range s.addresses() {
		if len(address) > 300 {
			t.Errorf("an address of %d bytes is kept", len(address))
		}
	}
}
