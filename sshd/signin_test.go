package sshd

import (
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"tenantry/domain"
	"tenantry/store"
)

func TestAKeyLetsItsUserIn(t *testing.T) {
	h := open(t)
	key := h.key(h.owner)
	client := h.connects("olga", gossh.PublicKeys(key))
	out, errs, status := h.runs(client, "customers list --json", "")
	if status != 0 || errs != "" || !strings.Contains(out, `"Acme HQ"`) {
		t.Fatalf("%d\n%s\n%s", status, out, errs)
	}
	s := h.console(client, 80, 24)
	s.sees("Acme", "olga")
	s.types("\x03") // ctrl+c
	if err := s.leaves(); err != nil {
		t.Error(err)
	}
	open, err := h.db.Sessions(h.ctx, h.owner, domain.ID{})
	h.must(err)
	if len(open) != 1 || open[0].Key != "laptop" || open[0].Door != domain.DoorSSH {
		t.Errorf("a connection is one session: %+v", open)
	}
	client.Close()
	h.idle()
	if open, err = h.db.Sessions(h.ctx, h.owner, domain.ID{}); err != nil || len(open) != 0 {
		t.Errorf("it isn't signed out: %+v, %v", open, err)
	}
}

func TestAKeyIsItsUsersOnly(t *testing.T) {
	h := open(t)
	ann, tom := h.user("ann", domain.AccountAdministrator), h.user("tom", 0)
	anns, toms := h.key(ann), h.key(tom)
	for _, c := range []struct {
		user string
		key  gossh.Signer
	}{{"tom", anns}, {"ann", toms}, {"nobody", anns}, {"olga", anns}, {"", anns}, {"root", newKey(t)}} {
		if client, err := h.dials(c.user, gossh.PublicKeys(c.key)); err == nil {
			client.Close()
			t.Errorf("%q is let in with the key of somebody else", c.user)
		}
	}
	h.idle()
}

// signedBy offers a public key and signs with another one.
type signedBy struct {
	public gossh.PublicKey
	gossh.Signer
}

func (s signedBy) PublicKey() gossh.PublicKey { return s.public }

// TestAnOfferedKeyProvesNothing: who somebody is, is decided by the key that
// signed, however many were offered before.
func TestAnOfferedKeyProvesNothing(t *testing.T) {
	h := open(t)
	ann := h.user("ann", domain.AccountAdministrator)
	first, second := h.key(h.owner), newKey(t)
	_, err := h.db.AddSSHKeys(h.ctx, ann, string(gossh.MarshalAuthorizedKey(second.PublicKey())), "second")
	h.must(err)
	// The owner's key offered with a signature of one's own.
	if client, err := h.dials("olga", gossh.PublicKeys(signedBy{first.PublicKey(), second})); err == nil {
		client.Close()
		t.Fatal("a public key is enough")
	}
	// Her own key offered before it proves nothing either.
	other := h.key(ann)
	if client, err := h.dials("ann", gossh.PublicKeys(signedBy{other.PublicKey(), newKey(t)})); err == nil {
		client.Close()
		t.Fatal("a public key is enough")
	}
	client := h.connects("ann", gossh.PublicKeys(newKey(t), second))
	if _, _, status := h.runs(client, "version", ""); status != 0 {
		t.Fatal(status)
	}
	open, err := h.db.Sessions(h.ctx, ann, domain.ID{})
	h.must(err)
	if len(open) != 1 || open[0].Key != "second" {
		t.Errorf("%+v", open)
	}
}

func TestPasswordAndCode(t *testing.T) {
	h := open(t)
	ann := h.user("ann", domain.AccountAdministrator)
	var asked []string
	client := h.connects("ann", answers(&asked, ownPassword))
	if !slices.Equal(asked, []string{askSecret}) {
		t.Errorf("%q", asked)
	}
	s := h.console(client, 80, 24)
	s.sees("ann")
	client.Close()
	h.idle()
	code := h.enrols(ann)
	asked = nil
	client = h.connects("ann", answers(&asked, ownPassword, code(0)))
	if !slices.Equal(asked, []string{askSecret, askCode}) {
		t.Errorf("%q", asked)
	}
	h.console(client, 80, 24).sees("Customers")
	client.Close()
	h.idle()
	// The same code once more, and a wrong password.
	for _, given := range [][]string{{ownPassword, code(0)}, {ownPassword, "000000"}, {"wrong"}, {""}, {ownPassword}} {
		if client, err := h.dials("ann", answers(nil, given...)); err == nil {
			client.Close()
			t.Errorf("%q lets in", given)
		}
	}
	h.idle()
	if open, err := h.db.Sessions(h.ctx, ann, domain.ID{}); err != nil || len(open) != 0 {
		t.Errorf("sessions of failed sign-ins stay: %+v, %v", open, err)
	}
}

func TestAWelcomeCodeLeadsToANewPassword(t *testing.T) {
	h := open(t)
	made, err := h.db.CreateUser(h.ctx, h.owner, domain.User{Customer: h.main.ID, Username: "new", FullName: "New One"}, store.Start{})
	h.must(err)
	client := h.connects("new", answers(nil, made.Code))
	_, errs, status := h.runs(client, "devices list", "")
	if status != 1 || !strings.Contains(errs, "A new password is due first. Open the console") {
		t.Errorf("%d %s", status, errs)
	}
	s := h.console(client, 80, 24)
	s.sees("new password")
	s.types(ownPassword)
	s.types("\r")
	s.types(ownPassword)
	s.types("\x13") // ctrl+s
	s.sees("Overview")
	client.Close()
	h.idle()
	h.connects("new", answers(nil, ownPassword))
}

// TestWordsAreTheSameForEverybody: who exists can't be told from the questions,
// nor from the answer.
func TestWordsAreTheSameForEverybody(t *testing.T) {
	h := open(t)
	h.user("ann", 0)
	gone := h.user("gone", 0)
	h.must(h.db.SetUserActive(h.ctx, h.owner, gone.User, false))
	said := ""
	for _, name := range []string{"ann", "nobody", "gone", "ann@acme.example", "", strings.Repeat("x", 4000), "\x1b]0;owned\a"} {
		var asked []string
		_, err := h.dials(name, answers(&asked, "wrong", "wrong", "wrong", "wrong"))
		if err == nil {
			t.Fatalf("%q is let in", name)
		}
		if !slices.Equal(asked, []string{askSecret}) {
			t.Errorf("%.20q: %q", name, asked)
		}
		if said == "" {
			said = err.Error()
		}
		if err.Error() != said {
			t.Errorf("%.20q: %v", name, err)
		}
	}
	// An email address signs in at the console, but names no user here.
	h.idle()
}

func TestThreeTries(t *testing.T) {
	h := open(t)
	h.user("ann", 0)
	tries := 0
	ask := gossh.RetryableAuthMethod(gossh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
		tries += len(questions)
		return make([]string, len(questions)), nil
	}), 10)
	if _, err := h.dials("ann", ask); err == nil {
		t.Fatal("let in")
	}
	if tries != 3 {
		t.Errorf("%d tries", tries)
	}
	// And no other way in: neither nothing nor a plain password.
	if _, err := h.dials("ann"); err == nil {
		t.Error("nothing lets in")
	}
	if _, err := h.dials("ann", gossh.Password(ownPassword)); err == nil {
		t.Error("the plain way of passwords is open")
	}
	h.idle()
}

func TestAnAgentMayOfferManyKeys(t *testing.T) {
	h := open(t)
	ann := h.user("ann", 0)
	var keys []gossh.Signer
	for range 12 {
		keys = append(keys, newKey(t))
	}
	h.connects("ann", gossh.PublicKeys(append(keys, h.key(ann))...))
	for range 20 {
		keys = append(keys, newKey(t))
	}
	if _, err := h.dials("ann", gossh.PublicKeys(append(keys, h.key(ann))...)); err == nil {
		t.Error("there is no end of offering keys")
	}
}

// TestAKeyAndThenTheCodeInside: whoever has a second factor meets its gate.
func TestAKeyAndThenTheCodeInside(t *testing.T) {
	h := open(t)
	ann := h.user("ann", domain.AccountAdministrator)
	key, code := h.key(ann), h.enrols(ann)
	client := h.connects("ann", gossh.PublicKeys(key))
	_, errs, status := h.runs(client, "customers list", "")
	if status != 1 || !strings.Contains(errs, "--code 123456") {
		t.Errorf("%d %s", status, errs)
	}
	out, errs, status := h.runs(client, "--code "+code(0)+" customers list", "")
	if status != 0 || !strings.Contains(out, "Acme HQ") {
		t.Fatalf("%d %s %s", status, out, errs)
	}
	client.Close()
	h.idle()
	client = h.connects("ann", gossh.PublicKeys(key))
	s := h.console(client, 80, 24)
	s.sees("second factor")
	s.types(code(1) + "\r")
	s.sees("Customers")
}
