// Tenantry is a terminal console for running a multi-tenant fleet account.
//
// This package only wires: it takes the clock, the randomness, the terminal and
// the signals from the system and hands them to the commands and the console.
// It must hold no rule and no command of its own.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"charm.land/fang/v2"
	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tenantry/cli"
	"tenantry/domain"
	"tenantry/sample"
	"tenantry/store"
)

// version is set when a release is built.
var version string

func main() {
	sparing()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status := run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// sparing lets the memory be collected three times as often as Go would by itself:
// the text of a million devices and its index are 280 MiB and live long, at Go's
// own setting as much again would lie unused beside them, and at half of that the
// whole would be above 400 MiB. They hold few pointers, so that to collect is
// cheap. GOGC in the environment wins.
func sparing() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(35)
	}
}

// run runs one command line and answers the exit status.
func run(ctx context.Context, args []string) int {
	root := cli.New(environment())
	root.SetArgs(args)
	return cli.Finish(args, execute(ctx, root, args), os.Stderr)
}

// execute runs the command. Help is drawn by fang, which also makes the man
// page. Everything else goes past it: before fang prints an error it asks the
// terminal for its colours and waits for an answer, which a slow link takes
// long to give and which eats what was typed ahead.
func execute(ctx context.Context, root *cobra.Command, args []string) error {
	if !asksForHelp(args) {
		return root.ExecuteContext(ctx)
	}
	silent := func(io.Writer, fang.Styles, error) {}
	return fang.Execute(ctx, root,
		fang.WithVersion(root.Version), fang.WithErrorHandler(silent), fang.WithColorSchemeFunc(fang.AnsiColorScheme))
}

func asksForHelp(args []string) bool {
	return slices.Contains(args, "--help") || slices.Contains(args, "-h") ||
		len(args) > 0 && (args[0] == "help" || args[0] == "man")
}

// environment is the system as the commands see it.
func environment() cli.Environment {
	s := &setup{}
	e := cli.Environment{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: term.IsTerminal(int(os.Stdin.Fd())), Watched: term.IsTerminal(int(os.Stderr.Fd())),
		Path: defaultPath(), From: whoRuns(), Version: versionText(),
		Open: openDatabase, Create: createDatabase, CheckStructure: checkStructure, ReplaceKey: replaceKey, Restore: restoreDatabase, Compact: compactDatabase,
		Configure:  s.configure,
		Console:    func(ctx context.Context, path string) error { return console(ctx, path, false, s) },
		Demo:       func(ctx context.Context) error { return console(ctx, "", true, &setup{}) },
		FillSample: fillSample,
		Serve:      serve, Served: served, Away: s.away, Order: order, Words: os.Args[1:],
	}
	if e.Terminal {
		e.AskSecret = askSecret
	}
	return e
}

// console opens the console where there is a terminal to draw it on.
func console(ctx context.Context, path string, demo bool, s *setup) error {
	if !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stdout.Fd())) {
		return errNoTerminal()
	}
	return openConsole(ctx, path, demo, s)
}

// options are what the store needs of the system.
func options() store.Options {
	return store.Options{Now: time.Now, Random: rand.Reader}
}

// defaultPath is the database file where none is named.
func defaultPath() string {
	if path := os.Getenv("TENANTRY_DB"); path != "" {
		return path
	}
	return filepath.Join(xdg.DataHome, "tenantry", "tenantry.db")
}

// whoRuns is the machine's user, for the audit trail.
func whoRuns() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// versionText is the release, or for other builds what Go knows about them.
func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unreleased"
}

// fillSample makes a database full of sample data at path.
func fillSample(ctx context.Context, path string, progress store.Progress) ([]cli.SampleUser, error) {
	db, credentials, err := sample.Create(ctx, path, sampleOutside(), progress)
	if err != nil {
		return nil, err
	}
	var users []cli.SampleUser
	for _, c := range credentials {
		users = append(users, cli.SampleUser(c))
	}
	return users, db.Close()
}

func sampleOutside() sample.Outside {
	return sample.Outside{Now: time.Now, Random: rand.Reader}
}

// askSecret asks for a line at the terminal that isn't shown. Leaving it by
// ctx must leave the terminal as it was.
func askSecret(ctx context.Context, prompt string) (string, error) {
	at := int(os.Stdin.Fd())
	before, err := term.GetState(at)
	if err != nil {
		return "", domain.Errorf(domain.Unavailable, "password", "The password can't be read: %w.", err)
	}
	fmt.Fprint(os.Stderr, prompt)
	defer fmt.Fprintln(os.Stderr)
	var secret []byte
	read := make(chan error, 1)
	go func() {
		var err error
		secret, err = term.ReadPassword(at)
		read <- err
	}()
	select {
	case <-ctx.Done():
		term.Restore(at, before)
		return "", ctx.Err()
	case err := <-read:
		if err != nil {
			return "", domain.Errorf(domain.Unavailable, "password", "The password can't be read: %w.", err)
		}
		return string(secret), nil
	}
}
