package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"

	"tenantry/api"
	"tenantry/cli"
	"tenantry/config"
	"tenantry/domain"
	"tenantry/door"
	"tenantry/keys"
	"tenantry/mail"
	"tenantry/sshd"
	"tenantry/store"
	"tenantry/ui"
	"tenantry/web"
)

// server is one database with its doors open to others.
type server struct {
	*setup
	db    *store.DB
	log   *slog.Logger
	watch *web.Watch
	ssh   *sshd.Server // nil where there is no SSH door

	mu    sync.Mutex
	ended error          // the first door that ended by itself
	stop  func()         // stops all of them
	doors sync.WaitGroup // that are open
}

// serve opens a database to others until ctx ends. What the command line sets
// wins over the configuration.
func serve(ctx context.Context, path, configName string, settings map[string]string) error {
	set := readSetupWith(configName, settings)
	if set.err != nil {
		return set.err
	}
	context.AfterFunc(ctx, nextEndsAtOnce)
	s := &server{
		setup: &set, watch: web.NewWatch(versionText()),
		log: newLog(os.Stderr, term.IsTerminal(int(os.Stderr.Fd())), set.config.Log),
	}
	db, err := s.open(ctx, path)
	if err != nil {
		return err
	}
	s.db = db
	err = s.run(ctx)
	if closing := db.Close(); err == nil {
		err = closing
	}
	if err == nil {
		s.log.Info("stopped")
	}
	return err
}

// nextEndsAtOnce lets the next signal end the program: whoever asks a second
// time doesn't want to wait for anybody.
func nextEndsAtOnce() { signal.Reset(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) }

func (s *server) open(ctx context.Context, path string) (*store.DB, error) {
	if store.Exists(path) {
		if err := checkInChild(ctx, path); err != nil {
			return nil, err
		}
	}
	o := options()
	o.Observe = s.watch.Observe
	return store.Open(ctx, path, o)
}

// run opens the doors and waits until ctx ends, or one of them does.
func (s *server) run(ctx context.Context) error {
	open, stop := context.WithCancel(ctx)
	defer stop()
	s.stop = stop
	s.watch.Database(context.WithoutCancel(ctx), func(ctx context.Context) (store.Statistics, error) {
		return s.db.Statistics(ctx, byServer)
	})
	sockets, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer sockets.close()
	if err := s.prepare(&sockets); err != nil {
		return err
	}
	taken, err := hangSign(open, s.db, s.sign(sockets.ssh))
	if err != nil {
		return err
	}
	defer func() { <-taken }()
	defer stop()

	// What watches over the server ends last: that it stops can be seen.
	watched, unwatch := context.WithCancel(context.WithoutCancel(ctx))
	var watching sync.WaitGroup
	if sockets.metrics != nil {
		watching.Go(func() {
			s.opened(sockets.metrics, watched, s.watch.Handler(), web.Options{Log: s.log, Grace: time.Second})
		})
	}
	defer watching.Wait()
	defer unwatch()

	var posting sync.WaitGroup
	if s.config.Mail.On() {
		posting.Go(func() { mail.Drain(open, s.db, s.mailing()) })
	}
	defer posting.Wait()

	s.openDoors(open, sockets)
	var noting sync.WaitGroup
	noting.Go(func() { s.keepTrails(open) })
	defer noting.Wait()
	s.openOperatorsDoor(open)
	notify("READY=1")
	s.log.Info("ready", "database", s.db.Path(), "process", os.Getpid())
	<-open.Done()
	s.watch.Stopping()
	notify("STOPPING=1")
	if ctx.Err() != nil {
		nextEndsAtOnce() // before it is said that it is so
		s.log.Info("stopping: everybody has five seconds")
	}
	s.doors.Wait()
	return s.ended
}

// openDoors lets people in.
func (s *server) openDoors(ctx context.Context, sockets sockets) {
	if s.ssh != nil {
		s.log.Info("the SSH door is open", "address", sockets.ssh.Addr().String(), "host_key", s.ssh.Fingerprint())
		s.doors.Go(func() { s.closed("ssh", s.ssh.Serve(ctx, sockets.ssh)) })
	}
	if sockets.http != nil {
		s.log.Info("the REST door is open", "address", sockets.http.Addr().String(), "tls", sockets.certificate != nil)
		s.doors.Go(func() {
			s.opened(sockets.http, ctx, s.watch.Counted(sockets.api), web.Options{
				Certificate: sockets.certificate, Connections: s.config.Limits.HTTPConnections, Log: s.log,
			})
		})
	}
	if sockets.metrics != nil {
		s.log.Info("health and metrics are told", "address", sockets.metrics.Addr().String())
	}
}

// opened serves HTTP at a listener until ctx ends.
func (s *server) opened(listener net.Listener, ctx context.Context, handler http.Handler, o web.Options) {
	s.closed("http", web.Serve(ctx, listener, handler, o))
}

// closed notes that a door has ended. One that wasn't told to takes the others
// with it: a server with half its doors would be found out late.
func (s *server) closed(name string, err error) {
	if err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		s.ended = domain.Errorf(domain.Unavailable, "", "The %s door failed and the server stops: %w.", name, err)
	}
	s.stop()
}

// sockets are what the server listens at, nil where it doesn't, and what
// answers there.
type sockets struct {
	ssh, http, metrics net.Listener
	certificate        *web.Certificate
	api                http.Handler
}

func (l *sockets) close() {
	for _, listener := range []net.Listener{l.ssh, l.http, l.metrics} {
		if listener != nil {
			listener.Close()
		}
	}
}

// listen begins to listen, before anything is said to be open.
func (s *server) listen(ctx context.Context) (sockets, error) {
	var l sockets
	set := s.config.Serve
	if set.SSH == "" {
		set.SSH = config.DefaultSSH
	}
	if isOff(set.SSH) && isOff(set.HTTP) {
		return l, domain.Errorf(domain.Invalid, "serve.ssh", "Every door is off. Open one with --ssh or --http.")
	}
	for _, at := range []struct {
		listener      *net.Listener
		flag, address string
	}{{&l.ssh, "ssh", set.SSH}, {&l.http, "http", set.HTTP}, {&l.metrics, "metrics", set.Metrics}} {
		if isOff(at.address) {
			continue
		}
		listener, err := listenAt(ctx, at.address)
		if err != nil {
			l.close()
			return sockets{}, domain.Errorf(domain.Unavailable, "serve."+at.flag, "The server can't listen at %s: %w. Choose another address with --%s.", at.address, cause(err), at.flag)
		}
		*at.listener = listener
	}
	if l.http != nil && set.TLSCert == "" && !set.PlainHTTP && !isNear(l.http.Addr()) {
		l.close()
		return sockets{}, domain.Errorf(domain.Invalid, "serve.http", "Without TLS, tokens could be read on the way to %s. Give --tls-cert and --tls-key, listen at 127.0.0.1 behind a proxy that has TLS, or allow it on purpose with --plain-http.", set.HTTP)
	}
	return l, nil
}

func isOff(address string) bool { return address == "" || address == config.Off }

func listenAt(ctx context.Context, address string) (net.Listener, error) {
	if name, passed := strings.CutPrefix(address, config.Passed); passed {
		return passedListener(name)
	}
	var c net.ListenConfig
	return c.Listen(ctx, "tcp", address)
}

// cause is what the system said about an address, without the address.
func cause(err error) error {
	var call *os.SyscallError
	if errors.As(err, &call) {
		return call.Err
	}
	return err
}

// isNear says whether only this machine reaches an address.
func isNear(address net.Addr) bool {
	switch at := address.(type) {
	case *net.TCPAddr:
		return at.IP.IsLoopback()
	case *net.UnixAddr:
		return true
	}
	return false
}

// prepare makes what answers at the sockets.
func (s *server) prepare(l *sockets) (err error) {
	if l.ssh != nil {
		if s.ssh, err = s.sshDoor(l.ssh.Addr()); err != nil {
			return err
		}
	}
	if l.http == nil {
		return nil
	}
	if set := s.config.Serve; set.TLSCert != "" {
		if l.certificate, err = web.ReadCertificate(set.TLSCert, set.TLSKey, s.log); err != nil {
			return err
		}
	}
	proxies, err := config.ParseProxies(s.config.Serve.Proxies)
	if err != nil {
		return err
	}
	limits := s.config.Limits
	l.api, err = api.New(api.Options{
		DB: s.db, Now: time.Now, Log: s.log, Version: versionText(), Mail: s.config.Mail.On(), From: web.From(proxies),
		Limits: api.Limits{Requests: limits.Requests, Burst: limits.RequestsAtOnce, Parallel: limits.RequestsParallel},
	})
	return err
}

// sshDoor makes the SSH door that listens at an address.
func (s *server) sshDoor(listens net.Addr) (*sshd.Server, error) {
	if s.config.Connect == "" {
		s.config.Connect = connectTo(listens)
	}
	hostKey := s.config.Serve.HostKey
	if hostKey == "" {
		hostKey = sshd.HostKeyPath(s.db.Path())
	}
	made, err := sshd.New(sshd.Options{
		DB: s.db, HostKey: hostKey, Log: s.log, Now: time.Now, Random: rand.Reader,
		Console: s.console, Commands: func(sshd.Caller) cli.Environment { return s.commands() },
		Limits: s.sshLimits(),
	})
	if err != nil {
		return nil, err
	}
	for state, read := range map[string]func(sshd.Counts) int{
		"unauthenticated": func(c sshd.Counts) int { return c.Unauthenticated },
		"signed_in":       func(c sshd.Counts) int { return c.Connections },
	} {
		s.watch.Gauge("tenantry_ssh_connections", "Connections to the SSH door.", "state", state, func() float64 { return float64(read(made.Counts())) })
	}
	return made, nil
}

func (s *server) sshLimits() sshd.Limits {
	l := s.config.Limits
	return sshd.Limits{
		Sessions: l.Sessions, SessionsPerUser: l.SessionsPerUser, Channels: l.Channels, Unauthenticated: l.Unauthenticated,
		UnauthenticatedPerSource: l.UnauthenticatedPerSource, Tries: l.Tries, Handshake: l.Handshake, BeforeShell: l.BeforeShell,
		Width: l.Width, Height: l.Height, Resizes: l.Resizes, Keys: l.Keys,
	}
}

// connectTo is what people type to connect, where the configuration says nothing.
func connectTo(listens net.Addr) string {
	host, err := os.Hostname()
	at, ok := listens.(*net.TCPAddr)
	if err != nil || !ok {
		return ""
	}
	if at.Port == 22 {
		return "ssh {username}@" + host
	}
	return "ssh -p " + strconv.Itoa(at.Port) + " {username}@" + host
}

// console is how the console of somebody behind the SSH door is.
func (s *server) console(c sshd.Caller) ui.Options {
	variables := map[string]string{}
	for _, line := range c.Environ {
		name, value, _ := strings.Cut(line, "=")
		variables[name] = value
	}
	return ui.Options{
		Path: s.db.Path(), Mail: s.config.Mail.On(), Connect: s.config.Connect, Now: time.Now, Keymap: keys.Default(),
		HostKey: s.ssh.Fingerprint(),
		Look:    lookOf(func(name string) string { return variables[name] }),
	}
}

// commands is what the plain commands behind a door find.
func (s *server) commands() cli.Environment {
	e := cli.Environment{Version: versionText()}
	if s.config.Mail.On() {
		// What drains the outbox is at work already, and hears of every mail.
		e.Drain = func(context.Context, *store.DB) error { return nil }
	}
	return e
}

// sign is what hangs beside the database.
func (s *server) sign(listener net.Listener) door.Sign {
	if s.ssh == nil {
		return door.Sign{}
	}
	return door.Sign{SSH: door.Near(listener.Addr()), HostKey: s.ssh.HostKey(), Fingerprint: s.ssh.Fingerprint()}
}

// mailing is what the server needs to send mail.
func (s *server) mailing() mail.Options {
	o := s.mail()
	if s.ssh != nil {
		o.HostKey = s.ssh.Fingerprint()
	}
	return o
}
