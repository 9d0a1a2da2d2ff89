package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"

	"golang.org/x/term"

	"tenantry/cli"
	"tenantry/domain"
	"tenantry/door"
	"tenantry/store"
)

// served says whether a server holds a database.
func served(path string) bool { return door.Exists(path) && store.Held(path) }

// away runs a command, or the console, behind the SSH door of the server that
// holds the database.
func (s *setup) away(ctx context.Context, e cli.Errand) (int, error) {
	sign, err := door.Read(e.Path)
	if err != nil {
		return 0, err
	}
	if sign.SSH == "" {
		return 0, domain.Errorf(domain.Unavailable, "", "The server that holds the database %s (process %d) has no SSH door. Start it with --ssh, or stop it first.", e.Path, sign.Process)
	}
	if len(e.Words) == 0 {
		if !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stdout.Fd())) {
			return 0, errNoTerminal()
		}
		e.Stdin = os.Stdin
	}
	call := door.Call{Sign: sign, User: s.whoIs(e.As, sign), Words: e.Words, Stdin: e.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	if call.User == "" {
		return 0, domain.Errorf(domain.Refused, "as", "A server holds the database %s. Say who you are there with --as, or type: (%s)", e.Path, call.Line())
	}
	if call.Program, err = exec.LookPath("ssh"); err != nil {
		return 0, domain.Errorf(domain.Unavailable, "", "A server holds the database %s, and the program ssh isn't here to reach it. Where it is, check that the host key is %s, and type: (%s)", e.Path, sign.Fingerprint, call.Line())
	}
	if len(e.Words) == 0 {
		fmt.Fprintf(os.Stderr, "A server holds the database. Opening its console as %s.\n", domain.CleanCut(call.User, 60))
	}
	return call.Run(ctx)
}

// whoIs is who somebody is at the door: whom they name, or whom their
// configuration names, or the machine's user where there is one of that name.
// Empty where it is nobody.
func (s *setup) whoIs(named string, sign door.Sign) string {
	switch {
	case named != "":
		return named
	case s.err == nil && s.config.SSHUser != "":
		return s.config.SSHUser
	case slices.Contains(sign.Users, whoRuns()):
		return whoRuns()
	}
	return ""
}

// localUsers are those of the machine's users who can read the sign, and are
// users of Tenantry too: whoever runs the server, and root.
func localUsers(ctx context.Context, db *store.DB) ([]string, error) {
	var known []string
	for _, name := range []string{whoRuns(), "root"} {
		_, err := db.ActAs(ctx, "serve", name)
		switch {
		case err == nil && !slices.Contains(known, name):
			known = append(known, name)
		case err != nil && domain.KindOf(err) != domain.NotFound:
			return nil, err
		}
	}
	return known, nil
}

// hangSign keeps the sign beside a database true until ctx ends, and takes it
// down then. It hangs when this returns.
func hangSign(ctx context.Context, db *store.DB, sign door.Sign) (gone <-chan struct{}, err error) {
	hang := func() error {
		users, err := localUsers(ctx, db)
		if err != nil {
			return err
		}
		if changed := !slices.Equal(users, sign.Users); !changed && sign.Process != 0 {
			return nil
		}
		sign.Users, sign.Process = users, os.Getpid()
		return door.Hang(db.Path(), sign)
	}
	events, stop := db.Watch(domain.ID{})
	if err := hang(); err != nil {
		stop()
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer door.Take(db.Path())
		defer stop()
		for {
			select {
			case <-ctx.Done():
				return
			case e, open := <-events:
				if !open {
					return
				}
				if e.Subject == store.SubjectUser || e.Subject == 0 {
					_ = hang() // what hangs is true enough until the next change
				}
			}
		}
	}()
	return done, nil
}

func errNoTerminal() error {
	return domain.Errorf(domain.Refused, "", "The console needs a terminal. The plain commands don't: \"tenantry --help\" lists them.")
}
