package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/cli"
	"tenantry/domain"
	"tenantry/store"
)

func TestTheUsualConfigurationMayBeMissing(t *testing.T) {
	t.Setenv("TENANTRY_CONFIG", "")
	missing := filepath.Join(t.TempDir(), "config.toml")
	if s := readSetup(missing); domain.KindOf(s.err) != domain.Invalid || !strings.Contains(s.err.Error(), missing) {
		t.Errorf("one that was named: %v", s.err)
	}
	t.Setenv("TENANTRY_CONFIG", missing)
	if s := readSetup(""); domain.KindOf(s.err) != domain.Invalid {
		t.Errorf("one that the environment names: %v", s.err)
	}
}

func TestCertificatesToTrust(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + ".not"} {
		if _, err := readRoots(name); domain.KindOf(err) != domain.Invalid || !strings.Contains(err.Error(), "mail.ca_file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if roots, err := readRoots(""); roots != nil || err != nil {
		t.Errorf("none: %v %v", roots, err)
	}
}

// TestThePostboxEndsBeforeTheDatabase: leaving the console ends sending, though
// the server says nothing, and what opens afterwards isn't begun.
func TestThePostboxEndsBeforeTheDatabase(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	met := make(chan net.Conn, 1)
	go func() {
		c, _ := socket.Accept()
		met <- c
	}()
	config := filepath.Join(t.TempDir(), "config.toml")
	port := strconv.Itoa(socket.Addr().(*net.TCPAddr).Port)
	if err := os.WriteFile(config, []byte("[mail]\nhost = \"localhost\"\nsecurity = \"none\"\nfrom = \"fleet@localhost\"\nport = "+port+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := readSetup(config)
	if s.err != nil {
		t.Fatal(s.err)
	}
	db := withAWaitingMail(t)
	box := &postbox{options: s.mail()}
	box.options.After = func(time.Duration) <-chan time.Time {
		over := make(chan time.Time)
		close(over)
		return over
	}
	open := box.opening(func(context.Context) (*store.DB, error) { return db, nil })
	if _, err := open(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := <-met // it is on its way
	defer c.Close()
	box.end()
	if m, _, err := db.NextMail(t.Context(), s.mail().Actor); err != nil || m == nil || m.Tries != 0 {
		t.Errorf("the mail is %+v, %v", m, err)
	}
	open(t.Context())
	box.end()
	if m, _, err := db.NextMail(t.Context(), s.mail().Actor); err != nil || m == nil {
		t.Errorf("the mail is %+v, %v", m, err)
	}
	nothing := &postbox{}
	failing := nothing.opening(func(context.Context) (*store.DB, error) { return nil, errors.New("held") })
	if _, err := failing(t.Context()); err == nil {
		t.Error("no error")
	}
	nothing.end()
}

// TestAMistakeInTheConfigurationStopsNoCommand that doesn't need it.
func TestAMistakeInTheConfigurationStopsNoCommand(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(config, []byte("[mail]\nhots = \"x\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	var s setup
	e := cli.Environment{Stderr: &told}
	s.configure(config, &e)
	if err := e.Drain(t.Context(), nil); err != nil || !strings.Contains(told.String(), "A mail waits") || !strings.Contains(told.String(), "mail.hots") {
		t.Errorf("%v, told %q", err, told.String())
	}
	if _, err := e.TestMail(t.Context(), "ops@acme.example"); domain.KindOf(err) != domain.Invalid {
		t.Errorf("a test mail: %v", err)
	}
}

// withAWaitingMail is a database with somebody who was invited.
func withAWaitingMail(t *testing.T) *store.DB {
	t.Helper()
	db, err := createDatabase(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	account, customer, _, err := db.Init(t.Context(), domain.Actor{Operator: true, Door: domain.DoorMachine}, store.NewAccount{
		Account:  domain.Account{Name: "Acme", Email: "ops@acme.example", Country: "DK", Settings: domain.DefaultSettings("DK")},
		Owner:    domain.User{Username: "olga"},
		Password: "correct horse battery staple",
	})
	if err != nil {
		t.Fatal(err)
	}
	owner := domain.Actor{Account: account.ID, User: account.Owner, Door: domain.DoorMachine}
	if _, err := db.CreateUser(t.Context(), owner, domain.User{Customer: customer.ID, Username: "tina", Email: "tina@acme.example"}, store.Start{Mail: true}); err != nil {
		t.Fatal(err)
	}
	return db
}
