package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

func TestACodeIsReadHoweverItWasTyped(t *testing.T) {
	code := writeCode([codeBytes]byte{0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0xff, 0xff})
	if code != "0123-4567-89AB-DZZZ" {
		t.Fatalf("wrote %s", code)
	}
	for _, typed := range []string{
		code, strings.ToLower(code), "0123456789abdzzz", " o123 4567 89ab dzzz\n", "OI23–4567–89AB–DZZZ", "oL23\u00a04567\u00a089AB\u00a0DZZZ",
	} {
		if got, ok := foldCode(typed); !ok || got != "0123456789ABDZZZ" {
			t.Errorf("%q: %q %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "123456", "0123-4567-89AB-DZZ", "0123-4567-89AB-DZZZZ", "0123-4567-89AB-DZZU", "0123-4567-89AB-DZZé", "０123-4567-89AB-DZZZ"} {
		if got, ok := foldCode(typed); ok {
			t.Errorf("%q is a code: %q", typed, got)
		}
	}
}

// invited is somebody with an email who has been invited, in a transaction.
func (f *fixture) invited(n tenant, name string, mail bool) (domain.User, Started) {
	f.t.Helper()
	actor := f.user(n.owner, n.main.ID, name, 0)
	var user domain.User
	var started Started
	f.inTx(func(tx *tx) error {
		u, err := tx.user(actor.Account, actor.User)
		if err != nil {
			return err
		}
		u.Email, u.FullName, u.Activated = name+"@acme.example", "Tina <b>Bold</b>", false
		if err := tx.putUser(*u); err != nil {
			return err
		}
		user = *u
		started, err = tx.invite(user, false, mail)
		return err
	})
	return user, started
}

// matches says whether a code is good for a user.
func (f *fixture) codeMatches(u domain.User, code string) bool {
	f.t.Helper()
	var good bool
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) (err error) {
		good, err = tx.matchInvitation(u.Account, u.ID, code)
		return err
	}))
	return good
}

func TestACodeIsGoodForOneUserAndForItsTime(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	tina, first := f.invited(n, "tina", false)
	uwe, _ := f.invited(n, "uwe", false)
	if !f.codeMatches(tina, strings.ToLower(first.Code)) || f.codeMatches(uwe, first.Code) || f.codeMatches(tina, "") {
		t.Fatal("the code is good for somebody else, or not for its user")
	}
	// Sending again makes the one before void.
	var second Started
	f.inTx(func(tx *tx) (err error) {
		second, err = tx.invite(tina, true, false)
		return err
	})
	if f.codeMatches(tina, first.Code) || !f.codeMatches(tina, second.Code) {
		t.Error("the first code is still good, or the second isn't")
	}
	f.clock.add(second.Until.Sub(f.clock.read()) - time.Second)
	if !f.codeMatches(tina, second.Code) {
		t.Error("the code ran out too early")
	}
	f.clock.add(time.Second)
	if f.codeMatches(tina, second.Code) {
		t.Error("the code is good beyond its time")
	}
}

func TestAWaitingMailHoldsNoReadableCode(t *testing.T) {
	f := create(t)
	tina, started := f.invited(f.tenant("Acme"), "tina", true)
	if started.Code != "" || started.Mail.IsZero() {
		t.Fatalf("a code by mail was answered too: %+v", started)
	}
	m, _, err := f.NextMail(f.ctx, operator)
	f.must(err)
	if m == nil || m.ID != started.Mail || !f.codeMatches(tina, m.Code) {
		t.Fatalf("the mail is %+v", m)
	}
	folded, _ := foldCode(m.Code)
	data, err := os.ReadFile(f.Path())
	f.must(err)
	for _, secret := range []string{m.Code, folded, strings.ToLower(folded)} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%s stands readable in the file", secret)
		}
	}
	if m.To != "tina@acme.example" || m.Username != "tina" || m.Tenant != "Acme" || m.Inviter != "" {
		t.Errorf("the mail says %+v", m)
	}
}

func TestOnlyTheMachineTakesMail(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	_, started := f.invited(n, "tina", true)
	m, _, err := f.NextMail(f.ctx, operator)
	f.must(err)
	for name, got := range map[string]error{
		"NextMail":   func() error { _, _, err := f.NextMail(f.ctx, n.owner); return err }(),
		"MailSent":   f.MailSent(f.ctx, n.owner, *m),
		"MailFailed": f.MailFailed(f.ctx, n.owner, *m, "no", true),
	} {
		if domain.KindOf(got) != domain.Refused {
			t.Errorf("%s for the owner: %v", name, got)
		}
	}
	if again, _, err := f.NextMail(f.ctx, operator); err != nil || again == nil || again.ID != started.Mail {
		t.Errorf("the mail is gone: %v %v", again, err)
	}
}

func TestAFailedMailIsTriedAgainAndGivenUp(t *testing.T) {
	f := create(t)
	tina, _ := f.invited(f.tenant("Acme"), "tina", true)
	var tries int
	for {
		m, next, err := f.NextMail(f.ctx, operator)
		f.must(err)
		if m == nil {
			if next.IsZero() {
				break // given up
			}
			f.clock.add(next.Sub(f.clock.read()))
			continue
		}
		if m.Tries != tries {
			t.Fatalf("try %d says %d", tries, m.Tries)
		}
		tries++
		f.must(f.MailFailed(f.ctx, operator, *m, "The server is\r\ndown.", false))
		wait := f.waits().Round(time.Second)
		if tries == 1 && wait != time.Minute || tries == 3 && wait != 4*time.Minute || wait > 4*time.Hour {
			t.Errorf("after try %d the mail waits %v", tries, wait)
		}
	}
	if tries < 20 || tries > 40 {
		t.Errorf("%d tries in three days", tries)
	}
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		i, err := tx.invitationOf(&tina)
		if err == nil && (i.Mail.Waiting || i.Mail.Sent || i.Mail.Error != "The server is down." || i.Mail.Tries != tries) {
			t.Errorf("the page says %+v", i.Mail)
		}
		return err
	}))
	f.audited(tina, "mail.give_up")
}

// waits is how long the outbox has nothing to do, 0 for good.
func (f *fixture) waits() time.Duration {
	f.t.Helper()
	_, next, err := f.NextMail(f.ctx, operator)
	f.must(err)
	if next.IsZero() {
		return 0
	}
	return next.Sub(f.clock.read())
}

// audited asks that the last entry about a user is of that action.
func (f *fixture) audited(u domain.User, action string) {
	f.t.Helper()
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		return tx.history(u.Account, u.ID, 0, func(e *entry) (bool, error) {
			if e.action != action {
				f.t.Errorf("the trail ends in %s, want %s", e.action, action)
			}
			return false, nil
		})
	}))
}

func TestARefusedMailIsGivenUpAtOnce(t *testing.T) {
	f := create(t)
	tina, _ := f.invited(f.tenant("Acme"), "tina", true)
	m, _, err := f.NextMail(f.ctx, operator)
	f.must(err)
	f.must(f.MailFailed(f.ctx, operator, *m, "550 no such mailbox", true))
	if left, next, err := f.NextMail(f.ctx, operator); left != nil || !next.IsZero() || err != nil {
		t.Errorf("it still waits: %v %v %v", left, next, err)
	}
	f.audited(tina, "mail.give_up")
	if !f.codeMatches(tina, m.Code) {
		t.Error("giving up a mail took the code back")
	}
}

func TestTakingACodeBack(t *testing.T) {
	f := create(t)
	tina, started := f.invited(f.tenant("Acme"), "tina", true)
	m, _, err := f.NextMail(f.ctx, operator)
	f.must(err)
	var taken Started
	take := func() (err error) {
		return f.updateFree(f.ctx, operator, func(tx *tx) error {
			tx.quiet = true
			taken, err = tx.takeCode(tina.Account, tina.ID)
			return err
		})
	}
	f.must(take())
	if taken.Code != m.Code || !taken.Until.Equal(started.Until) || !f.codeMatches(tina, taken.Code) {
		t.Errorf("took %+v", taken)
	}
	if err := take(); domain.KindOf(err) != domain.Conflict {
		t.Errorf("taken twice: %v", err)
	}
	// The mail was on its way all the while: what came of it changes nothing.
	f.must(f.MailFailed(f.ctx, operator, *m, "late", false))
	f.must(f.MailSent(f.ctx, operator, *m))
	if left, next, err := f.NextMail(f.ctx, operator); left != nil || !next.IsZero() || err != nil {
		t.Errorf("a mail that was taken back waits again: %v %v %v", left, next, err)
	}
}

func TestACorrectedAddressIsTheOneUsed(t *testing.T) {
	f := create(t)
	tina, _ := f.invited(f.tenant("Acme"), "tina", true)
	for _, address := range []string{"right@acme.example", ""} {
		f.inTx(func(tx *tx) error {
			u, err := tx.user(tina.Account, tina.ID)
			if err != nil {
				return err
			}
			u.Email = address
			return tx.putUser(*u)
		})
		if m, _, err := f.NextMail(f.ctx, operator); err != nil || m == nil || m.To != address {
			t.Errorf("the mail is %+v, %v", m, err)
		}
	}
}

func TestMailToTheInactiveWaits(t *testing.T) {
	f := create(t)
	tina, started := f.invited(f.tenant("Acme"), "tina", true)
	switched := func(inactive bool) {
		f.inTx(func(tx *tx) error {
			u, err := tx.user(tina.Account, tina.ID)
			if err != nil {
				return err
			}
			u.Inactive = inactive
			return tx.putUser(*u)
		})
	}
	switched(true)
	if m, next, err := f.NextMail(f.ctx, operator); m != nil || !next.Equal(started.Until) || err != nil {
		t.Errorf("mail for somebody who is switched off: %v, next %v, %v", m, next, err)
	}
	switched(false)
	if m, _, err := f.NextMail(f.ctx, operator); m == nil || err != nil {
		t.Errorf("no mail for somebody who is back: %v", err)
	}
}

func TestCheckFindsStrayInvitationsAndMail(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	tina, started := f.invited(n, "tina", true)
	uwe, lost := f.invited(n, "uwe", true)
	f.inTx(func(tx *tx) error {
		return errors.Join(
			tx.delete(tableInvitation, key2(tina.Account, tina.ID)),
			tx.delete(tableOutbox, key2(uwe.Account, lost.Mail)),
		)
	})
	report, err := f.Check(f.ctx, nil)
	f.must(err)
	var told strings.Builder
	for _, p := range report.Problems {
		told.WriteString(p.Where + " " + p.What + "\n")
	}
	for _, want := range []string{
		"the waiting mail of mail " + started.Mail.String(), "belongs to no invitation", "waits for mail " + lost.Mail.String(),
	} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("the check doesn't say %q:\n%s", want, told.String())
		}
	}
	f.inTx(func(tx *tx) error { // for the check at the end of the test
		return errors.Join(tx.delete(tableOutbox, key2(tina.Account, started.Mail)), tx.dropOrphan(uwe))
	})
}

// dropOrphan removes an invitation whose mail is lost.
func (tx *tx) dropOrphan(u domain.User) error {
	return tx.delete(tableInvitation, key2(u.Account, u.ID))
}

func TestDeletingAUserTakesTheirMailAlong(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	tina, _ := f.invited(n, "tina", true)
	f.inTx(func(tx *tx) error {
		u, err := tx.user(tina.Account, tina.ID)
		if err != nil {
			return err
		}
		return tx.deleteUser(*u)
	})
	if m, next, err := f.NextMail(context.WithoutCancel(f.ctx), operator); m != nil || !next.IsZero() || err != nil {
		t.Errorf("mail of a user who is gone: %v %v %v", m, next, err)
	}
}
