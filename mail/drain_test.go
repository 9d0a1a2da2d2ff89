package mail

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// outside is a clock that stands still until it is moved, with its timers.
type outside struct {
	mu     sync.Mutex
	now    time.Time
	timers []timer
	asked  chan time.Duration // each timer that was asked for
}

type timer struct {
	at   time.Time
	ring chan time.Time
}

func newOutside() *outside {
	return &outside{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), asked: make(chan time.Duration, 1000)}
}

func (o *outside) Now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *outside) After(d time.Duration) <-chan time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	ring := make(chan time.Time, 1)
	o.timers = append(o.timers, timer{o.now.Add(d), ring})
	o.asked <- d
	return ring
}

// add moves the clock, and rings what is due by then.
func (o *outside) add(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
	var left []timer
	for _, t := range o.timers {
		if t.at.After(o.now) {
			left = append(left, t)
		} else {
			t.ring <- o.now
		}
	}
	o.timers = left
}

// office is a database with somebody to invite, a mail server, and what is
// between them.
type office struct {
	*store.DB
	*outside
	t        *testing.T
	server   *listener
	options  Options
	account  domain.Account
	customer domain.Customer
}

var operator = domain.Actor{Operator: true, Door: domain.DoorMachine, From: "test"}

func open(t *testing.T, security Security) *office {
	t.Helper()
	o := &office{t: t, outside: newOutside(), server: listen(t, security)}
	db, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "t.db"), store.Options{
		Now: o.Now, Random: rand.NewChaCha8([32]byte{7}), Cost: store.PasswordCost{Memory: 64, Passes: 1, Threads: 1},
	})
	o.must(err)
	o.DB = db
	t.Cleanup(func() { db.Close() })
	o.account, o.customer, _, err = db.Init(t.Context(), operator, store.NewAccount{
		Account:  domain.Account{Name: "Acme Fleet", Email: "ops@acme.example", Country: "DK", Settings: domain.DefaultSettings("DK")},
		Owner:    domain.User{Username: "olga", Email: "olga@acme.example", FullName: "Olga Owner"},
		Password: "correct horse battery staple",
	})
	o.must(err)
	o.options = Options{
		Server: o.server.server(), From: "fleet@acme.example", FromName: "Acme Fleet", Actor: operator,
		Connect: "ssh -p 2222 {username}@fleet.acme.example", Now: o.Now, After: o.After,
	}
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// owner acts for the account.
func (o *office) owner() domain.Actor {
	return domain.Actor{Account: o.account.ID, User: o.account.Owner, Door: domain.DoorMachine}
}

// invite makes a user who is sent a code by mail.
func (o *office) invite(name string) store.Started {
	o.t.Helper()
	started, err := o.CreateUser(o.t.Context(), o.owner(), domain.User{
		Customer: o.customer.ID, Username: name, Email: name + "@acme.example", FullName: "Tina Technician",
	}, store.Start{Mail: true})
	o.must(err)
	if started.Code != "" || started.Mail.IsZero() {
		o.t.Fatalf("invited with %+v", started)
	}
	return started
}

// waiting asks how many mails are due now: none, or at least one.
func (o *office) waiting() (*store.Mail, time.Time) {
	o.t.Helper()
	m, next, err := o.NextMail(o.t.Context(), operator)
	o.must(err)
	return m, next
}

// drain begins to send in the background until the test ends, or end is called.
func (o *office) drain() (end func()) {
	ctx, stop := context.WithCancel(o.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Drain(ctx, o.DB, o.options)
	}()
	end = func() {
		stop()
		<-done
	}
	o.t.Cleanup(end)
	return end
}

// parts are the readable parts of a mail, by type.
func (r received) parts(t *testing.T) (header mail.Header, text, html string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(r.data))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return m.Header, text, html
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			html = string(body)
		} else {
			text = string(body)
		}
	}
}

var codePattern = regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`)

func TestAWelcomeMailsCodeSignsInOnce(t *testing.T) {
	for name, security := range map[string]Security{"STARTTLS": STARTTLS, "TLS": TLS, "none": Plaintext} {
		t.Run(name, func(t *testing.T) {
			o := open(t, security)
			o.drain()
			o.invite("tina")
			got := <-o.server.heard
			if got.to != "tina@acme.example" || got.from != "fleet@acme.example" || !got.known || got.secure != (security != Plaintext) {
				t.Errorf("it came to %s from %s, signed in %v, secure %v", got.to, got.from, got.known, got.secure)
			}
			header, text, html := got.parts(t)
			code := codePattern.FindString(text)
			for _, part := range []string{text, html} {
				for _, want := range []string{
					"Tina Technician", "Olga Owner", "Acme Fleet", "ssh -p 2222 tina@fleet.acme.example", code,
					"Thursday 26 November 2026, 10:00 (Europe/Copenhagen, UTC",
				} {
					if !strings.Contains(part, want) {
						t.Errorf("the mail doesn't say %q:\n%s", want, part)
					}
				}
			}
			if header.Get("Subject") != "Your way in to Acme Fleet" || header.Get("Auto-Submitted") != "auto-generated" {
				t.Errorf("headers: %v", header)
			}
			actor, err := o.SignIn(t.Context(), domain.DoorConsole, "here", "tina", strings.ToLower(code))
			o.must(err)
			if standing, err := o.Standing(t.Context(), actor); err != nil || standing.Gate != domain.GatePassword {
				t.Errorf("behind the code: %v, %v", standing.Gate, err)
			}
			if _, err := o.SignIn(t.Context(), domain.DoorConsole, "here", "tina", code); domain.KindOf(err) != domain.Unauthenticated {
				t.Errorf("the code works twice: %v", err)
			}
		})
	}
}

func TestAMailWaitsForAServerThatIsDown(t *testing.T) {
	o := open(t, STARTTLS)
	o.server.answer("", "421 4.3.2 closing for the night")
	o.drain()
	o.invite("tina")
	<-o.server.refused
	if d := <-o.asked; d != pause {
		t.Errorf("it pauses for %v", d)
	}
	if m, next := o.waiting(); m != nil || !next.Equal(o.Now().Add(time.Minute)) {
		t.Errorf("the mail is due %v: %v", next, m)
	}
	o.server.answer("", "")
	o.add(time.Minute)
	got := <-o.server.heard
	if got.to != "tina@acme.example" {
		t.Errorf("it came to %s", got.to)
	}
}

func TestWhatTheServerRefusesForGoodIsGivenUp(t *testing.T) {
	o := open(t, STARTTLS)
	o.server.answer("RCPT", "550 5.1.1 no such mailbox")
	started := o.invite("tina")
	err := Empty(t.Context(), o.DB, o.options)
	if domain.KindOf(err) != domain.Unavailable || !strings.Contains(err.Error(), "no such mailbox") {
		t.Errorf("told %v", err)
	}
	if m, next := o.waiting(); m != nil || !next.IsZero() {
		t.Errorf("it still waits: %v %v", m, next)
	}
	d, err := o.User(t.Context(), o.owner(), started.User.ID)
	o.must(err)
	if d.Invitation == nil || d.Invitation.Mail.Waiting || d.Invitation.Mail.Sent || !strings.Contains(d.Invitation.Mail.Error, "no such mailbox") {
		t.Errorf("the page says %+v", d.Invitation)
	}
}

func TestOneBadAddressHoldsUpNobody(t *testing.T) {
	o := open(t, STARTTLS)
	o.server.answer("RCPT", "450 4.2.1 come back later")
	o.invite("tina")
	if err := Empty(t.Context(), o.DB, o.options); err == nil {
		t.Fatal("nothing went wrong")
	}
	o.server.answer("RCPT", "")
	o.invite("uwe")
	o.must(Empty(t.Context(), o.DB, o.options))
	if got := <-o.server.heard; got.to != "uwe@acme.example" {
		t.Errorf("it came to %s", got.to)
	}
	o.add(time.Minute)
	o.must(Empty(t.Context(), o.DB, o.options))
	if got := <-o.server.heard; got.to != "tina@acme.example" {
		t.Errorf("it came to %s", got.to)
	}
}

// TestASilentServerHoldsNobodyUp: leaving waits for the grace and no longer,
// and the mail stays as it was.
func TestASilentServerHoldsNobodyUp(t *testing.T) {
	o := open(t, Plaintext)
	o.server.hush()
	o.options.Server.Timeout = time.Hour
	o.invite("tina")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Drain(ctx, o.DB, o.options)
	}()
	<-o.server.met
	stop()
	if d := <-o.asked; d != grace {
		t.Errorf("a mail on its way may take %v", d)
	}
	o.add(grace)
	<-done
	if m, _ := o.waiting(); m == nil || m.Tries != 0 {
		t.Errorf("the mail is %+v", m)
	}
}

func TestACodeThatRanOutIsNotSent(t *testing.T) {
	o := open(t, STARTTLS)
	o.invite("tina")
	o.add(14 * 24 * time.Hour)
	o.must(Empty(t.Context(), o.DB, o.options))
	if m, next := o.waiting(); m != nil || !next.IsZero() || len(o.server.heard) != 0 {
		t.Errorf("it waits (%v %v), or went out", m, next)
	}
}

func TestTheServerSaysWhatIsWrongWithIt(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(*listener, *Server)
		says    string
		harmful string
	}{
		{"nobody there", func(l *listener, s *Server) { s.Port = 1 }, "refuses the connection. Check mail.host", ""},
		{"TLS to STARTTLS", func(l *listener, s *Server) { s.Security = TLS }, "doesn't begin with TLS", ""},
		{"no STARTTLS", func(l *listener, s *Server) { s.Port = listen(l.t, Plaintext).port }, "offers no STARTTLS", ""},
		{"wrong password", func(l *listener, s *Server) { s.Password = "hunter2hunter2" }, "refuses the sign-in. Check mail.username and mail.password. It said: 535", "hunter2"},
		{"no password", func(l *listener, s *Server) { s.Username, s.Password = "", "" }, "wants a sign-in first", ""},
		{"unknown certificate", func(l *listener, s *Server) { s.Roots = nil }, "a certificate that nobody known has signed", ""},
		{"certificate for another", func(l *listener, s *Server) { s.Host = "127.0.0.1" }, "certificate for another name: localhost", ""},
		{"sender refused", func(l *listener, s *Server) { l.answer("MAIL", "553 not yours") }, "doesn't accept the sender. Check mail.from. It said: 553 not yours.", ""},
		{"password echoed", func(l *listener, s *Server) { l.answer("MAIL", "553 "+l.password+"\x1b[31m") }, "It said: 553 …", "post office"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := listen(t, STARTTLS)
			server := l.server()
			c.spoil(l, &server)
			o := newOutside()
			_, err := Test(t.Context(), Options{Server: server, From: "fleet@acme.example", Now: o.Now, After: o.After}, "ops@acme.example")
			if domain.KindOf(err) != domain.Unavailable || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("it says %v, want %q", err, c.says)
			}
			if c.harmful != "" && strings.Contains(err.Error(), c.harmful) || strings.ContainsRune(err.Error(), '\x1b') {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func TestATestMail(t *testing.T) {
	l := listen(t, STARTTLS)
	o := newOutside()
	options := Options{Server: l.server(), From: "fleet@acme.example", Now: o.Now, After: o.After}
	said, err := Test(t.Context(), options, "ops@acme.example")
	if err != nil || !strings.Contains(said, "queued as 17") {
		t.Errorf("%q, %v", said, err)
	}
	if got := <-l.heard; got.to != "ops@acme.example" || !strings.Contains(got.data, "test mail") {
		t.Errorf("it came to %s: %s", got.to, got.data)
	}
	if _, err := Test(t.Context(), options, "ops@acme.example\r\nBcc: all@acme.example"); domain.KindOf(err) != domain.Invalid {
		t.Errorf("an address with a line break: %v", err)
	}
}

func TestNoCodeStaysInTheFileWhileItWaits(t *testing.T) {
	o := open(t, STARTTLS)
	o.invite("tina")
	m, _ := o.waiting()
	data, err := os.ReadFile(o.Path())
	o.must(err)
	for _, secret := range []string{m.Code, strings.ReplaceAll(m.Code, "-", "")} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%s stands in the file", secret)
		}
	}
}
