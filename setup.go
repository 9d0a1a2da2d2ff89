package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"tenantry/cli"
	"tenantry/config"
	"tenantry/domain"
	"tenantry/mail"
	"tenantry/store"
)

// setup is how this machine is set up: the configuration, or why it can't be
// used. What doesn't need it goes on without.
type setup struct {
	config config.Config
	roots  *x509.CertPool
	err    error
}

// configure reads the configuration for the commands. A mistake in it is told
// by those that need it.
func (s *setup) configure(file string, e *cli.Environment) {
	*s = readSetup(file)
	if s.err == nil && !s.config.Mail.On() {
		return
	}
	e.TestMail = func(ctx context.Context, to string) (string, error) {
		if s.err != nil {
			return "", s.err
		}
		return mail.Test(ctx, s.mail(), to)
	}
	e.Drain = func(ctx context.Context, db *store.DB) error {
		err := s.err
		if err == nil {
			err = mail.Empty(ctx, db, s.mail())
		}
		if err != nil && ctx.Err() == nil {
			// What the command did is done and stays, with the mail in the outbox.
			fmt.Fprintln(e.Stderr, domain.Clean("A mail waits and will be tried again. "+err.Error()))
		}
		return ctx.Err()
	}
}

// readSetup reads the configuration file of that name, or where none is named
// the usual one, which may be missing.
func readSetup(name string) setup { return readSetupWith(name, nil) }

// readSetupWith is readSetup with settings of the command line, by key.
func readSetupWith(name string, flags map[string]string) setup {
	named := name != ""
	if !named {
		name = configFile()
	}
	system := config.System{Name: name, Environ: os.Environ(), ReadFile: readSecretFile, Flags: flags}
	file, err := os.Open(name)
	switch {
	case err == nil:
		defer file.Close()
		system.File, system.Readable = file, readableByOthers(file)
	case named || os.Getenv("TENANTRY_CONFIG") != "" || !errors.Is(err, fs.ErrNotExist):
		return setup{err: domain.Errorf(domain.Invalid, "config", "The configuration file %s can't be read: %w. Check the name.", name, errors.Unwrap(err))}
	}
	s := setup{}
	if s.config, s.err = config.Read(system); s.err == nil {
		s.roots, s.err = readRoots(s.config.Mail.CAFile)
	}
	return s
}

// configFile is where the configuration lies unless it is named.
func configFile() string {
	if name := os.Getenv("TENANTRY_CONFIG"); name != "" {
		return name
	}
	return filepath.Join(xdg.ConfigHome, "tenantry", "config.toml")
}

// readableByOthers says whether other users of the machine may read a file.
// Windows keeps that elsewhere.
func readableByOthers(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0
}

func readSecretFile(name string) ([]byte, bool, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, false, errors.Unwrap(err)
	}
	defer file.Close()
	data := make([]byte, 4096) // no password is longer
	n, err := file.Read(data)
	if err != nil && n == 0 {
		err = errors.New("it is empty or no file")
	} else {
		err = nil
	}
	return data[:n], readableByOthers(file), err
}

// readRoots reads the certificates to trust instead of the system's; nil where
// no file is named.
func readRoots(name string) (*x509.CertPool, error) {
	if name == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(name)
	if err != nil {
		return nil, domain.Errorf(domain.Invalid, "mail.ca_file", "The certificate file %s can't be read: %w. Check mail.ca_file.", name, errors.Unwrap(err))
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, domain.Errorf(domain.Invalid, "mail.ca_file", "The file %s holds no certificate in PEM form. Check mail.ca_file.", name)
	}
	return roots, nil
}

// mail is what sending mail needs.
func (s *setup) mail() mail.Options {
	m := s.config.Mail
	return mail.Options{
		Server: mail.Server{
			Host: m.Host, Port: m.Port, Security: mail.Security(m.Security), Auth: mail.Auth(m.Auth),
			Username: m.Username, Password: m.Password, Roots: s.roots, Timeout: m.Timeout,
		},
		From: m.From, FromName: m.FromName, Connect: s.config.Connect,
		Actor: domain.Actor{Operator: true, Door: domain.DoorMachine, From: "mail"},
		Now:   time.Now, After: time.After,
	}
}

// postbox sends the mail of a database in the background while it is open.
type postbox struct {
	options mail.Options
	mu      sync.Mutex
	ended   bool
	stop    context.CancelFunc // nil before it has begun
	done    chan struct{}
}

// opening makes an open function that also begins to send mail.
func (p *postbox) opening(open func(context.Context) (*store.DB, error)) func(context.Context) (*store.DB, error) {
	return func(ctx context.Context) (*store.DB, error) {
		db, err := open(ctx)
		if err == nil {
			p.begin(ctx, db)
		}
		return db, err
	}
}

func (p *postbox) begin(ctx context.Context, db *store.DB) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	if p.stop != nil { // of a database that was closed since
		p.stop()
		<-p.done
	}
	// The screen that asked for the database is left long before the database.
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	p.stop, p.done = stop, make(chan struct{})
	go func() {
		defer close(p.done)
		mail.Drain(sending, db, p.options)
	}()
}

// end stops sending, before the database is closed. It takes two seconds at
// most, for a mail on its way.
func (p *postbox) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	if p.stop != nil {
		p.stop()
		<-p.done
	}
}
