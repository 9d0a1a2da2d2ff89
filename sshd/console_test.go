package sshd

import (
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tenantry/domain"
)

func TestTheConsoleFollowsItsTerminal(t *testing.T) {
	h := open(t)
	client := h.connects("olga", gossh.PublicKeys(h.key(h.owner)))
	s := h.console(client, 80, 24)
	s.sees("olga")
	// Two in a row, of which the last one counts.
	h.must(s.session.WindowChange(30, 100))
	h.must(s.session.WindowChange(8, 30))
	s.sees("30×8")
	h.must(s.session.WindowChange(24, 80))
	s.answered()
}

func TestSigningOutEndsTheConnection(t *testing.T) {
	h := open(t)
	client := h.connects("olga", gossh.PublicKeys(h.key(h.owner)))
	s := h.console(client, 80, 24)
	s.sees("Customers")
	s.types("q")
	s.sees("Sign out?")
	s.types("y")
	s.leaves()
	h.eventually("the connection has ended", func() bool { _, err := client.NewSession(); return err != nil })
	h.idle()
}

// TestWhoeverIsPutOutLeavesAtOnce: deactivated, or their session ended by
// somebody else.
func TestWhoeverIsPutOutLeavesAtOnce(t *testing.T) {
	h := open(t)
	ann := h.user("ann", domain.AccountAdministrator)
	key := h.key(ann)
	for _, put := range []func(){
		func() { _, err := h.db.EndSessions(h.ctx, h.owner, ann.User); h.must(err) },
		func() { h.suspend(true) },
		func() { h.must(h.db.SetUserActive(h.ctx, h.owner, ann.User, false)) },
	} {
		h.suspend(false)
		client := h.connects("ann", gossh.PublicKeys(key))
		s := h.console(client, 80, 24)
		s.sees("Overview")
		began := time.Now()
		put()
		s.leaves()
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("it took %v", took)
		}
		s.sees("Your session has ended")
		h.idle()
	}
	if client, err := h.dials("ann", gossh.PublicKeys(key)); err == nil {
		client.Close()
		t.Error("somebody inactive is let in")
	}
}

// suspend suspends the account, or opens it again.
func (h *house) suspend(on bool) {
	h.t.Helper()
	operator := domain.Actor{Operator: true, Door: domain.DoorMachine, Account: h.owner.Account}
	a, err := h.db.Account(h.ctx, operator)
	h.must(err)
	a.Suspended = on
	_, err = h.db.EditAccount(h.ctx, operator, a.Account)
	h.must(err)
}

func TestTwoConsolesOfOneConnection(t *testing.T) {
	h := open(t)
	client := h.connects("olga", gossh.PublicKeys(h.key(h.owner)))
	one, two := h.console(client, 80, 24), h.console(client, 60, 15)
	one.sees("Acme")
	two.sees("Acme")
	if _, err := client.NewSession(); err == nil || !strings.Contains(err.Error(), "as many channels") {
		t.Errorf("a third channel: %v", err)
	}
	one.types("\x03")
	h.must(one.leaves())
	two.answered()
	three := h.console(client, 80, 24)
	three.sees("Acme")
}

// TestOthersWatchAChangeArrive: what one does at one console, another sees.
func TestOthersWatchAChangeArrive(t *testing.T) {
	h := open(t)
	client := h.connects("olga", gossh.PublicKeys(h.key(h.owner)))
	s := h.console(client, 80, 24)
	s.sees("Customers")
	s.types("3")
	s.sees("Acme HQ")
	other := h.connects("olga", gossh.PublicKeys(h.key(h.owner)))
	if _, errs, status := h.runs(other, "customers create --parent 'Acme HQ' --name 'Brand New'", ""); status != 0 {
		t.Fatal(errs)
	}
	s.sees("2 customers")
}

// TestEverybodyIsToldThatTheServerStops, has a while to finish, and is put out.
func TestEverybodyIsToldThatTheServerStops(t *testing.T) {
	h := open(t, func(o *Options) { o.Limits.Grace = 300 * time.Millisecond })
	client := h.connects("olga", gossh.PublicKeys(h.key(h.owner)))
	s := h.console(client, 80, 24)
	s.sees("Customers")
	idle, err := client.NewSession()
	h.must(err)
	pipe, err := idle.StdinPipe()
	h.must(err)
	h.must(idle.Start("devices import -"))
	defer pipe.Close()
	h.eventually("both are there", func() bool { return h.server.Counts().Sessions == 2 })
	h.stop()
	s.sees("The server stops in a few seconds", "The server has stopped")
	if open, err := h.db.Sessions(h.ctx, h.owner, domain.ID{}); err == nil && len(open) != 0 {
		t.Errorf("sessions stay: %+v", open)
	}
}

func TestTheHostKeyIsMadeOnce(t *testing.T) {
	h := open(t)
	path := h.server.options.HostKey
	again, err := New(Options{DB: h.db, HostKey: path, Random: h.server.options.Random})
	h.must(err)
	if again.Fingerprint() != h.server.Fingerprint() || !strings.HasPrefix(again.Fingerprint(), "SHA256:") {
		t.Errorf("%s, %s", again.Fingerprint(), h.server.Fingerprint())
	}
	if line := again.HostKey(); !strings.HasPrefix(line, "ssh-ed25519 AAAA") || strings.ContainsAny(line, "\r\n") {
		t.Errorf("%q", line)
	}
	other, err := New(Options{DB: h.db, HostKey: path + "2", Random: h.server.options.Random})
	h.must(err)
	if other.Fingerprint() == again.Fingerprint() {
		t.Error("two doors have one key")
	}
}
