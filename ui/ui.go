// Package ui is the console: one Bubble Tea model that draws the frame, the
// tabs' screens and the overlays, and turns keys into store operations.
//
// It holds no rules of its own: what may be done it asks of domain's decisions,
// what is true it reads from the store. It must not know how it is reached: the
// same model runs on a local terminal and behind SSH, and everything that
// differs between two sessions (clock, size, colours, keys) comes in by Options.
// Nothing at package level changes.
package ui

import (
	"context"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// Credential is a sample sign-in, shown on the sign-in screen of a demo.
type Credential struct {
	Username string
	Password string
	What     string // who that is: "technician of Nordics"
}

// Look is how a session wants to be drawn.
type Look struct {
	Mono         bool // no colour at all: NO_COLOR, or a terminal that has none
	ASCII        bool // no character beyond ASCII for lines and signs
	HighContrast bool
}

// Options are everything that one session of the console is made of.
type Options struct {
	// Open opens the database. It runs in the background behind the sign-in
	// screen, which is drawn at once. Nil when there is no database yet.
	Open func(ctx context.Context) (*store.DB, error)
	// Create makes a new database for the first account, where Open is nil.
	Create func(ctx context.Context) (*store.DB, error)
	// Sample makes a throw-away database full of sample data.
	Sample func(ctx context.Context, progress store.Progress) (*store.DB, []Credential, error)

	Path        string // of the database file, for showing
	Mail        bool   // a mail server is set up: codes can go out by mail
	Connect     string // how people connect, as "ssh -p 2222 {username}@fleet.example.com"; "" where nobody said
	HostKey     string // the fingerprint of the SSH door's host key: "SHA256:…"; "" where there is no such door
	Credentials []Credential
	Door        domain.Door
	From        string // where the session comes from, for the audit trail
	Now         func() time.Time
	Keymap      *keys.Keymap // nil for the shipped one
	Look        Look
	Save        func(name string, write func(io.Writer) error) (path string, err error) // exports; nil where there is no place for files
	Load        func(name string) (io.ReadCloser, int64, error)                         // imports; nil where there is no place for files
	Leaving     func()                                                                  // called before the database is closed; may be nil

	// Actor is whoever a door has let in already. There is no sign-in screen
	// then, and where the session ends, the console does. The database is others'
	// too and stays open; signing out is for the door, which may have more of the
	// same session.
	Actor *domain.Actor
}

// New makes the model of one session. ctx ends it and everything it started.
func New(ctx context.Context, o Options) *Console {
	if o.Keymap == nil {
		o.Keymap = keys.Default()
	}
	c := &Console{
		ctx: ctx, options: o, keymap: o.Keymap,
		theme:  widget.ThemeFor(!o.Look.Mono, o.Look.HighContrast, o.Look.ASCII),
		width:  80,
		height: 24,
	}
	c.pastes = &pastes{}
	switch {
	case o.Actor != nil:
		c.front = newArrival(c)
	case o.Open == nil:
		c.front = newStart(c)
	default:
		c.front = newSignIn(c)
	}
	return c
}

// Run shows the console on a terminal until its user leaves or ctx ends. The
// database that the session opened is closed when it returns.
func Run(ctx context.Context, o Options, in io.Reader, out io.Writer, environ []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := New(ctx, o)
	options := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithInput(newInput(in, c.pastes, o.Now, nil)), tea.WithOutput(out), tea.WithEnvironment(environ),
	}
	if o.Look.Mono {
		options = append(options, tea.WithColorProfile(colorprofile.Ascii))
	}
	_, err := tea.NewProgram(c, options...).Run()
	if closing := c.close(); err == nil {
		err = closing
	}
	if ctx.Err() != nil {
		return nil // told to stop: not a failure
	}
	return err
}
