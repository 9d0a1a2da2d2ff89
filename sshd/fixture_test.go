package sshd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/pquerna/otp/totp"
	gossh "golang.org/x/crypto/ssh"

	"tenantry/cli"
	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui"
)

const (
	goodPassword = "correct horse battery staple"
	ownPassword  = "wide river stone bridge"
	patience     = 20 * time.Second
)

// house is a database with an SSH door to it.
type house struct {
	t       testing.TB
	ctx     context.Context
	db      *store.DB
	server  *Server
	address string
	owner   domain.Actor // at the machine
	main    domain.Customer
	log     *lines
	before  int // goroutines
	stop    func()
}

// lines is a log that is read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// open makes a house, with a door of those limits. When the test ends, nobody is
// in and nothing is left behind.
func open(t testing.TB, change ...func(*Options)) *house {
	t.Helper()
	runtime.GC()
	h := &house{t: t, before: runtime.NumGoroutine(), log: &lines{}}
	ctx, cancel := context.WithCancel(context.Background())
	h.ctx = ctx
	path := filepath.Join(t.TempDir(), "t.db")
	db, err := store.Create(ctx, path, store.Options{Now: time.Now, Random: rand.Reader, Cost: store.PasswordCost{Memory: 64, Passes: 1, Threads: 1}})
	h.must(err)
	h.db = db
	operator := domain.Actor{Operator: true, Door: domain.DoorMachine, From: "test"}
	account, main, owner, err := db.Init(ctx, operator, store.NewAccount{
		Account:  domain.Account{Name: "Acme", Email: "ops@acme.example", Country: "DK", Settings: domain.DefaultSettings("DK")},
		Customer: "Acme HQ",
		Owner:    domain.User{Username: "olga", Email: "olga@acme.example", FullName: "Olga Owner"}, Password: goodPassword,
	})
	h.must(err)
	h.main = main
	h.owner = domain.Actor{Account: account.ID, User: owner.ID, Door: domain.DoorMachine}
	o := Options{
		DB: db, HostKey: HostKeyPath(path), Now: time.Now, Random: rand.Reader,
		Log:      slog.New(slog.NewTextHandler(h.log, nil)),
		Console:  func(Caller) ui.Options { return ui.Options{Path: "t.db"} },
		Commands: func(Caller) cli.Environment { return cli.Environment{Version: "test"} },
	}
	for _, c := range change {
		c(&o)
	}
	h.server, err = New(o)
	h.must(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	h.must(err)
	h.address = listener.Addr().String()
	served := make(chan error, 1)
	go func() { served <- h.server.Serve(ctx, narrow{listener}) }()
	h.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-served:
			if err != nil {
				t.Errorf("serving: %v", err)
			}
		case <-time.After(patience):
			buf := make([]byte, 1<<20)
			t.Fatalf("the server doesn't end:\n%s", buf[:runtime.Stack(buf, true)])
		}
		if got := h.server.Counts(); got != (Counts{}) {
			t.Errorf("somebody is still there: %+v", got)
		}
	})
	t.Cleanup(h.finish)
	return h
}

// narrow is a listener whose connections hold little that wasn't read.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		err = errors.Join(err, tcp.SetWriteBuffer(64<<10))
	}
	return c, err
}

// finish asks that nothing is left, whatever has happened.
func (h *house) finish() {
	h.stop()
	report, err := h.db.Check(context.Background(), nil)
	if err != nil || len(report.Problems) > 0 {
		h.t.Errorf("check: %v %v", err, report.Problems)
	}
	if err := h.db.Close(); err != nil {
		h.t.Error(err)
	}
	h.eventually("goroutines return to where they were", func() bool {
		runtime.GC()
		return runtime.NumGoroutine() <= h.before+1
	})
	if text := h.log.String(); strings.Contains(text, goodPassword) || strings.Contains(text, "\x1b") {
		h.t.Errorf("the log holds what it mustn't:\n%s", text)
	}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// eventually waits until something is so.
func (h *house) eventually(what string, is func() bool) {
	h.t.Helper()
	late := time.After(patience)
	for !is() {
		select {
		case <-late:
			buf := make([]byte, 1<<20)
			h.t.Fatalf("not so: %s\n%s", what, buf[:runtime.Stack(buf, true)])
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// idle waits until nobody is at the door.
func (h *house) idle() {
	h.t.Helper()
	h.eventually("nobody is at the door", func() bool { return h.server.Counts() == Counts{} })
}

// user makes somebody who has chosen their password.
func (h *house) user(name string, groups domain.Groups) domain.Actor {
	h.t.Helper()
	made, err := h.db.CreateUser(h.ctx, h.owner, domain.User{Customer: h.main.ID, Username: name, Groups: groups, FullName: "User " + name}, store.Start{Password: goodPassword})
	h.must(err)
	who := domain.Actor{Account: made.User.Account, User: made.User.ID, Door: domain.DoorMachine}
	h.must(h.db.SetPassword(h.ctx, who, "", ownPassword))
	return who
}

// key makes a key and gives it to somebody.
func (h *house) key(who domain.Actor) gossh.Signer {
	h.t.Helper()
	signer := newKey(h.t)
	_, err := h.db.AddSSHKeys(h.ctx, who, string(gossh.MarshalAuthorizedKey(signer.PublicKey())), "laptop")
	h.must(err)
	return signer
}

func newPrivate(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func newKey(t testing.TB) gossh.Signer {
	t.Helper()
	signer, err := gossh.NewSignerFromKey(newPrivate(t))
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// plain is what a terminal was sent, without what isn't text.
func plain(text string) string { return ansi.Strip(text) }

// enrols gives somebody a second factor, and answers a code of it that is good
// now, or in so many steps.
func (h *house) enrols(who domain.Actor) func(steps int) string {
	h.t.Helper()
	begun, err := h.db.BeginEnrolment(h.ctx, who)
	h.must(err)
	code := func(steps int) string {
		c, err := totp.GenerateCode(begun.Secret, time.Now().Add(time.Duration(steps)*30*time.Second))
		h.must(err)
		return c
	}
	_, err = h.db.Enrol(h.ctx, who, begun.Secret, code(-1))
	h.must(err)
	return code
}

// answers answers what is asked, in order, and notes the questions.
func answers(asked *[]string, given ...string) gossh.AuthMethod {
	return gossh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
		var out []string
		for _, q := range questions {
			if asked != nil {
				*asked = append(*asked, q)
			}
			if len(given) == 0 {
				return nil, errors.New("nothing to answer")
			}
			out, given = append(out, given[0]), given[1:]
		}
		return out, nil
	})
}

// dials connects as somebody.
func (h *house) dials(username string, ways ...gossh.AuthMethod) (*gossh.Client, error) {
	return gossh.Dial("tcp", h.address, &gossh.ClientConfig{
		User: username, Auth: ways, HostKeyCallback: gossh.FixedHostKey(h.server.key.PublicKey()), Timeout: patience,
	})
}

// connects is dials that works.
func (h *house) connects(username string, ways ...gossh.AuthMethod) *gossh.Client {
	h.t.Helper()
	client, err := h.dials(username, ways...)
	h.must(err)
	h.t.Cleanup(func() { client.Close() })
	return client
}

// runs runs a command and answers what it says and its exit status.
func (h *house) runs(client *gossh.Client, line, stdin string) (stdout, stderr string, status int) {
	h.t.Helper()
	session, err := client.NewSession()
	h.must(err)
	defer session.Close()
	var out, errs bytes.Buffer
	session.Stdin, session.Stdout, session.Stderr = strings.NewReader(stdin), &out, &errs
	err = session.Run(line)
	var ended *gossh.ExitError
	if errors.As(err, &ended) {
		status = ended.ExitStatus()
	} else if err != nil {
		h.t.Fatalf("%s: %v\n%s", line, err, errs.String())
	}
	return out.String(), errs.String(), status
}

// seat is somebody at a console over SSH.
type seat struct {
	h       *house
	client  *gossh.Client
	session *gossh.Session
	in      io.WriteCloser
	out     *lines
	over    chan error
}

// console opens a console of that size.
func (h *house) console(client *gossh.Client, w, height int) *seat {
	h.t.Helper()
	s, err := h.tryConsole(client, w, height)
	h.must(err)
	return s
}

func (h *house) tryConsole(client *gossh.Client, w, height int) (*seat, error) {
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	s := &seat{h: h, client: client, session: session, out: &lines{}, over: make(chan error, 1)}
	session.Stdout = s.out
	session.Stderr = s.out
	if s.in, err = session.StdinPipe(); err != nil {
		return nil, err
	}
	if err := session.RequestPty("xterm-256color", height, w, nil); err != nil {
		return nil, err
	}
	if err := session.Shell(); err != nil {
		return nil, err
	}
	go func() { s.over <- session.Wait() }()
	return s, nil
}

func (s *seat) types(text string) {
	s.h.t.Helper()
	_, err := io.WriteString(s.in, text)
	s.h.must(err)
}

// sees waits until all texts were drawn.
func (s *seat) sees(texts ...string) {
	s.h.t.Helper()
	for _, text := range texts {
		late := time.After(patience)
		for !strings.Contains(ansi.Strip(s.out.String()), text) {
			select {
			case <-late:
				s.h.t.Fatalf("%q wasn't drawn:\n%q", text, ansi.Strip(s.out.String()))
			case <-time.After(2 * time.Millisecond):
			}
		}
	}
}

// leaves waits until the session has ended.
func (s *seat) leaves() error {
	s.h.t.Helper()
	select {
	case err := <-s.over:
		return err
	case <-time.After(patience):
		s.h.t.Fatalf("the console doesn't end:\n%q", ansi.Strip(s.out.String()))
		return nil
	}
}

// answered asks that somebody's console still answers: help comes and goes.
func (s *seat) answered() {
	s.h.t.Helper()
	for _, key := range []string{"?", "\x1b"} {
		before := len(s.out.String())
		s.types(key)
		late := time.After(patience)
		for len(s.out.String()) == before {
			select {
			case <-late:
				s.h.t.Fatalf("the console doesn't answer:\n%q", ansi.Strip(s.out.String()))
			case <-time.After(time.Millisecond):
			}
		}
	}
}
