package store

import (
	"slices"
	"testing"
	"time"

	"tenantry/domain"
)

func TestNewcomersAreInvited(t *testing.T) {
	s := newStaff(t)
	create := func(name, email string, start Start) (Started, error) {
		return s.CreateUser(s.ctx, s.ada, domain.User{Customer: s.nordics.ID, Username: name, Email: email, MustChange: true}, start)
	}
	handed, err := create("handed", "", Start{})
	s.must(err)
	if handed.Code == "" || !handed.Mail.IsZero() || handed.User.Activated || handed.User.MustChange || handed.Until.Sub(s.clock.read()) < 71*time.Hour {
		t.Errorf("%+v", handed)
	}
	mailed, err := create("mailed", "mailed@acme.example", Start{Mail: true})
	s.must(err)
	if mailed.Code != "" || mailed.Mail.IsZero() || mailed.User.Activated {
		t.Errorf("%+v", mailed)
	}
	if e := s.lastEntry(s.account.ID); !slices.Contains(e.changes, change{"start", "", "code by mail"}) || !slices.Contains(e.changes, change{"email", "", "mailed@acme.example"}) {
		t.Errorf("%+v", e)
	}
	_, err = create("nomail", "", Start{Mail: true})
	kind(t, err, domain.Invalid)
	if errorField(err) != "email" || s.named("nomail") != nil {
		t.Errorf("%v, and half a user is there: %v", err, s.named("nomail"))
	}
	if row, err := s.FindUser(s.ctx, s.ada, "handed"); err != nil || row.Status != UserInvited || !row.InvitedUntil.Equal(handed.Until.Truncate(time.Second)) && !row.InvitedUntil.Equal(handed.Until) {
		t.Errorf("%+v %v", row, err)
	}
	// Another code ends the one before; a mail can be taken back.
	again, err := s.Invite(s.ctx, s.ada, handed.User.ID, false)
	s.must(err)
	if s.codeMatches(handed.User, handed.Code) || !s.codeMatches(handed.User, again.Code) {
		t.Error("the code before is good still, or the new one isn't")
	}
	_, err = s.TakeCode(s.ctx, s.ada, handed.User.ID)
	kind(t, err, domain.Conflict)
	taken, err := s.TakeCode(s.ctx, s.ada, mailed.User.ID)
	s.must(err)
	if !s.codeMatches(mailed.User, taken.Code) || s.lastEntry(s.account.ID).action != "user.take_code" {
		t.Errorf("%+v", taken)
	}
	_, err = s.Invite(s.ctx, s.ada, s.tina.User, false) // has a password
	kind(t, err, domain.Conflict)
	s.must(s.SetUserActive(s.ctx, s.ada, handed.User.ID, false))
	_, err = s.Invite(s.ctx, s.ada, handed.User.ID, false)
	kind(t, err, domain.Conflict)
}

// named is a user of any account; nil where there is none.
func (f *fixture) named(name string) (u *domain.User) {
	f.t.Helper()
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) (err error) {
		u, err = tx.userNamed(name)
		return err
	}))
	return u
}

func TestResetPassword(t *testing.T) {
	s := newStaff(t)
	tina := s.seat(s.tina)
	for range 7 {
		_, err := s.SignIn(s.ctx, domain.DoorConsole, "", "tina", "wrong")
		kind(t, err, domain.Unauthenticated)
	}
	started, err := s.ResetPassword(s.ctx, s.ada, s.tina.User, Start{})
	s.must(err)
	if started.Code == "" || !s.codeMatches(started.User, started.Code) || !started.User.Activated {
		t.Errorf("%+v", started)
	}
	_, err = s.Standing(s.ctx, tina)
	kind(t, err, domain.Unauthenticated)
	detail, err := s.User(s.ctx, s.ada, s.tina.User)
	s.must(err)
	if detail.Status != UserActive || detail.Sessions != 0 || detail.Invitation == nil || !detail.Invitation.Reset {
		t.Errorf("%+v", detail)
	}
	if _, err := s.SignIn(s.ctx, domain.DoorConsole, "", "tina", goodPassword); err == nil {
		t.Error("the password before is good still")
	}
	e := s.lastEntry(s.account.ID)
	if e.action != "user.reset_password" || !slices.Contains(e.changes, change{"sessions_ended", "", "1"}) {
		t.Errorf("%+v", e)
	}
	// By hand: another code is void, and the password must be changed.
	const other = "another horse, another battery"
	byHand, err := s.ResetPassword(s.ctx, s.ada, s.tina.User, Start{Password: other})
	s.must(err)
	if byHand.Code != "" || !byHand.User.MustChange || s.codeMatches(started.User, started.Code) {
		t.Errorf("%+v", byHand)
	}
	s.clock.add(longestWait)
	actor, err := s.SignIn(s.ctx, domain.DoorConsole, "", "tina", other)
	s.must(err)
	standing, err := s.Standing(s.ctx, actor)
	s.must(err)
	if standing.Gate != domain.GatePassword {
		t.Errorf("gate %v", standing.Gate)
	}
	_, err = s.ResetPassword(s.ctx, s.ada, s.tina.User, Start{Password: "short"})
	kind(t, err, domain.Invalid)
	_, err = s.ResetPassword(s.ctx, s.ada, s.tina.User, Start{Mail: true})
	kind(t, err, domain.Invalid)
	if _, err := s.Standing(s.ctx, actor); err != nil {
		t.Errorf("a reset that failed ended a session: %v", err)
	}
}

// TestResetsKeepTheRules: whatever lets somebody in anew is a take-over.
func TestResetsKeepTheRules(t *testing.T) {
	s := newStaff(t)
	for what, reset := range map[string]func(by, who domain.Actor) error{
		"a code": func(by, who domain.Actor) error {
			_, err := s.ResetPassword(s.ctx, by, who.User, Start{})
			return err
		},
		"a password": func(by, who domain.Actor) error {
			_, err := s.ResetPassword(s.ctx, by, who.User, Start{Password: goodPassword})
			return err
		},
		"inviting":    func(by, who domain.Actor) error { _, err := s.Invite(s.ctx, by, who.User, false); return err },
		"taking back": func(by, who domain.Actor) error { _, err := s.TakeCode(s.ctx, by, who.User); return err },
		"unlocking":   func(by, who domain.Actor) error { return s.UnlockUser(s.ctx, by, who.User) },
	} {
		for _, c := range []struct {
			by, who domain.Actor
			want    domain.Kind
		}{
			{s.ada, s.nora, domain.Refused}, // she holds NCA
			{s.ada, s.ada, domain.Refused},
			{s.nora, s.nora, domain.Refused},
			{s.fred, s.tina, domain.Refused},
			{s.ada, s.abe, domain.NotFound},
			{s.abe, s.tina, domain.NotFound},
			{s.nora, s.owner, domain.NotFound},
			{s.owner, s.owner, domain.Refused},
			{s.tina, domain.Actor{User: domain.ID{7}}, domain.NotFound},
		} {
			s.clock.add(refusalsWindow)
			number := s.lastEntry(s.account.ID).number
			if err := reset(c.by, c.who); domain.KindOf(err) != c.want {
				t.Errorf("%s: %v", what, err)
			}
			if e := s.lastEntry(s.account.ID); e.number != number+1 || e.outcome != refused {
				t.Errorf("%s: the attempt wasn't noted", what)
			}
		}
	}
}

func TestUnlockUser(t *testing.T) {
	s := newStaff(t)
	for range 6 {
		s.SignIn(s.ctx, domain.DoorConsole, "", "tina", "wrong")
	}
	detail, err := s.User(s.ctx, s.ada, s.tina.User)
	s.must(err)
	if detail.Status != UserLocked || detail.LockedUntil.IsZero() || detail.Failed != freeFailures {
		t.Errorf("%v until %v, %d failed", detail.Status, detail.LockedUntil, detail.Failed)
	}
	s.clock.add(longestWait) // the wait is over, and the next wrong one makes it longer
	if row, err := s.FindUser(s.ctx, s.ada, "tina"); err != nil || row.Status != UserActive || row.Failed != freeFailures {
		t.Errorf("%v, %d failed: %v", row.Status, row.Failed, err)
	}
	s.must(s.UnlockUser(s.ctx, s.ada, s.tina.User))
	if e := s.lastEntry(s.account.ID); e.action != "user.unlock" || e.object != s.tina.User {
		t.Errorf("%+v", e)
	}
	if row, err := s.FindUser(s.ctx, s.ada, "tina"); err != nil || row.Status != UserActive || row.Failed != 0 {
		t.Errorf("%v, %d failed: %v", row.Status, row.Failed, err)
	}
	number := s.lastEntry(s.account.ID).number
	s.must(s.UnlockUser(s.ctx, s.ada, s.tina.User))
	if s.lastEntry(s.account.ID).number != number {
		t.Error("nothing was unlocked, and it was noted")
	}
}
