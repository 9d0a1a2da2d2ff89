// Package sshd is the SSH door: it finds out who is there, and gives them the
// console or runs a plain command for them.
//
// It knows the protocol, what it may cost and how it is attacked; who somebody
// is and what they may, the store says. It must hold no rule about customers,
// devices or rights, and draw nothing itself.
package sshd

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"tenantry/cli"
	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui"
)

// Caller is somebody whom the door has let in, and what is known of where they
// sit.
type Caller struct {
	Number   uint64 // of the session, in the log
	Actor    domain.Actor
	Username string
	From     string   // address and port
	Environ  []string // the few harmless variables that are taken, TERM where there is a terminal
	Terminal bool
}

// Options are what the door is made of.
type Options struct {
	DB *store.DB
	// Console is how a caller's console is. The door itself sets who it is for,
	// where from, and the database.
	Console func(Caller) ui.Options
	// Commands is what a caller's plain commands find. The door itself sets their
	// streams, the database and the actor.
	Commands func(Caller) cli.Environment
	HostKey  string // the path of the host key's file, made where there is none
	Limits   Limits // what is zero takes its default
	Log      *slog.Logger
	Now      func() time.Time
	Random   io.Reader
}

// Server is an SSH door. It serves once.
type Server struct {
	options Options
	limits  Limits
	log     *slog.Logger
	key     gossh.Signer
	ssh     *ssh.Server

	strangers   *strangers // connections of nobody yet
	connections *crowd     // of those who have signed in
	sessions    *crowd
	number      atomic.Uint64
	brushes     ui.Brushes
	base        context.Context // of what must be done though nobody waits for it any more

	mu      sync.Mutex
	closing bool
	working sync.WaitGroup // everything that was begun
	conns   map[*conn]struct{}
	calls   map[*call]struct{}
}

// New makes a door. An error is a sentence about the host key.
func New(o Options) (*Server, error) {
	limits := o.Limits.withDefaults()
	key, err := hostKey(o.HostKey, o.Random)
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: o, limits: limits, log: o.Log, key: key, conns: map[*conn]struct{}{}, calls: map[*call]struct{}{},
		strangers:   newStrangers(limits.Unauthenticated, limits.UnauthenticatedPerSource),
		connections: newCrowd(limits.Sessions, limits.SessionsPerUser),
		sessions:    newCrowd(limits.Sessions, limits.SessionsPerUser),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.ssh, err = wish.NewServer(
		s.own,
		wish.WithVersion("Tenantry"),
		wish.WithPublicKeyAuth(s.offered),
		wish.WithKeyboardInteractiveAuth(s.asked),
		wish.WithMiddleware(s.serve, s.contain),
		ssh.EmulatePty(),
		ssh.WrapConn(s.welcome),
	)
	return s, err
}

// own sets what wish has no words for.
func (s *Server) own(server *ssh.Server) error {
	server.AddHostKey(s.key)
	server.ServerConfigCallback = s.config
	server.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.channel}
	server.RequestHandlers = map[string]ssh.RequestHandler{} // no forwarding
	server.SubsystemHandlers = map[string]ssh.SubsystemHandler{}
	return nil
}

// Fingerprint is the host key's, as ssh shows it: "SHA256:…".
func (s *Server) Fingerprint() string { return gossh.FingerprintSHA256(s.key.PublicKey()) }

// HostKey is the public host key as a line of a known_hosts file has it, after
// the host's name: "ssh-ed25519 AAAA…".
func (s *Server) HostKey() string {
	line := gossh.MarshalAuthorizedKey(s.key.PublicKey())
	return string(line[:len(line)-1])
}

// Counts is how many are at the door.
type Counts struct {
	Unauthenticated int // connections of nobody yet
	Connections     int // of those who have signed in, until they are signed out
	Sessions        int // consoles and commands
}

// Counts says how many are at the door now.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	all := len(s.conns)
	s.mu.Unlock()
	strangers := s.strangers.count()
	return Counts{strangers, max(0, all-strangers), s.sessions.count()}
}

// Serve lets people in by a listener until ctx ends. Then everybody is told, has
// Limits.Grace to finish, and is put out. It returns when all of them are gone;
// an error is that of the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	s.base = context.WithoutCancel(ctx)
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	defer listener.Close()
	err := s.accept(ctx, listener)
	if ctx.Err() != nil {
		err = nil // told to stop: not a failure
		s.tell(ui.Notice{Text: "The server stops in a few seconds. Sign in again in a while."})
		s.sessions.empty(s.limits.Grace)
	}
	s.putOut()
	return err
}

// accept takes connections until the listener or ctx ends.
func (s *Server) accept(ctx context.Context, listener net.Listener) error {
	wait := time.Duration(0)
	for {
		raw, err := listener.Accept()
		if err == nil {
			wait = 0
			s.take(raw)
			continue
		}
		if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return err
		}
		// As when there are no file descriptors left: it gets better by waiting.
		wait = min(time.Second, max(5*time.Millisecond, 2*wait))
		s.log.Warn("a connection can't be taken", "error", err.Error())
		pause(ctx, wait)
	}
}

// take begins to serve a connection, unless there are too many of nobody yet.
func (s *Server) take(raw net.Conn) {
	c := &conn{Conn: raw, server: s, from: raw.RemoteAddr().String(), source: source(raw.RemoteAddr())}
	room, evicted := s.strangers.take(c)
	if evicted != nil {
		evicted.Close()
	}
	if !room || !s.begin(c) {
		c.Close()
		return
	}
	c.expires(s.limits.Handshake)
	go func() {
		defer s.working.Done()
		s.ssh.HandleConn(c) // which contains its panics
		c.Close()
		s.left(c)
	}()
}

// pause waits, unless ctx ends before.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// begin counts a connection among what must have ended before Serve returns. It
// says false where nothing may begin any more.
func (s *Server) begin(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.conns[c] = struct{}{}
	s.working.Add(1)
	return true
}

// beginCall is begin for a console or command.
func (s *Server) beginCall(c *call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.calls[c] = struct{}{}
	s.working.Add(1)
	return true
}

func (s *Server) endCall(c *call) {
	s.mu.Lock()
	delete(s.calls, c)
	s.mu.Unlock()
	s.working.Done()
}

// tell says something to everybody.
func (s *Server) tell(n ui.Notice) {
	s.mu.Lock()
	calls := slices.Collect(maps.Keys(s.calls))
	s.mu.Unlock()
	for _, c := range calls {
		c.tell(n)
	}
}

// putOut ends every session and connection, and waits until they are gone.
func (s *Server) putOut() {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.tell(ui.Notice{Text: "The server has stopped. Sign in again in a while.", Leave: true})
	s.sessions.empty(s.limits.Leaving)
	s.mu.Lock()
	open := slices.Collect(maps.Keys(s.conns))
	s.mu.Unlock()
	for _, c := range open {
		c.Close()
	}
	s.working.Wait()
}
