// Package cli is Tenantry's plain commands: what the console does, as words on
// a command line, with text for people and JSON for scripts.
//
// Everything from outside is handed in by Environment, so that the same tree of
// commands runs on the machine itself and behind another door, where the
// database and the actor are given. It decides nothing: a command reads its
// words, calls one store operation, and tells the answer. It must not know how
// data lies in the file, and nothing of screens, keys or terminals beyond
// whether there is one.
package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

// Environment is what the commands need from outside.
type Environment struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	// Terminal says whether a person sits at Stdin, who can be asked; Watched
	// whether one sees Stderr, who can be shown how far long work is.
	Terminal, Watched bool
	// AskSecret asks a person for a line that isn't shown. Nil without one.
	AskSecret func(ctx context.Context, prompt string) (string, error)

	// Path is the database file where --db doesn't name one.
	Path string
	// From says where the actor comes from, for the audit trail.
	From string
	// Open opens a database file; Create makes one that must not exist.
	Open, Create func(ctx context.Context, path string) (*store.DB, error)
	// ReplaceKey makes a new key file for a database whose own is lost.
	ReplaceKey func(ctx context.Context, path string) (int, error)
	// Restore puts a backup in place as a database, and Compact writes a database
	// anew without the room of what was deleted.
	Restore func(ctx context.Context, from, path string, replace bool, progress store.Progress) (store.Restored, error)
	Compact func(ctx context.Context, path string, progress store.Progress) (store.Compacted, error)
	// Files are those of whoever types the command. Nil for this machine's.
	Files Files
	// Drain sends the mail that waits, as far as it can be sent now. Nil where
	// no mail server is set up.
	Drain func(ctx context.Context, db *store.DB) error
	// TestMail sends a test mail and answers what the server said. Nil as Drain.
	TestMail func(ctx context.Context, to string) (string, error)
	// Configure reads the configuration file of that name (empty: the usual
	// one) and sets Drain and TestMail. It runs before each command.
	Configure func(file string, e *Environment)
	// CheckStructure checks a file before it is opened.
	CheckStructure func(ctx context.Context, path string) error
	// Fixed is the database and actor where the door has settled them. Flags
	// and commands that would choose others aren't there then.
	Fixed *Fixed

	// Serve opens a database to others, with settings of the configuration that
	// the command line gives. Nil where that can't be.
	Serve func(ctx context.Context, path, config string, settings map[string]string) error
	// Served says whether a server holds a database, and Away runs a command
	// behind its door and answers the exit status. Both nil, or neither.
	Served func(path string) bool
	Away   func(ctx context.Context, e Errand) (status int, err error)
	// Words is the command line as it was typed, for Away and Order.
	Words []string
	// Order gives a command line to the server that holds a database, which runs
	// it for the machine's operator. done is false where the server has no door
	// for that. Nil where it can't be.
	Order func(ctx context.Context, path string, words []string) (status int, done bool, err error)
	// Held is the database that this process holds, for which it carries out what
	// the machine's operator orders. Nil where a command opens its own.
	Held *store.DB

	// Console opens the console on a database file, and Demo on sample data.
	// Nil where there is none to open.
	Console func(ctx context.Context, path string) error
	Demo    func(ctx context.Context) error
	// FillSample makes a sample database at path and says who may sign in.
	FillSample func(ctx context.Context, path string, progress store.Progress) ([]SampleUser, error)

	Version string
}

// Fixed is a database and an actor that can't be chosen by flags.
type Fixed struct {
	DB    *store.DB
	Actor domain.Actor
}

// SampleUser is somebody who may sign in to the sample account.
type SampleUser struct {
	Username string `json:"username"`
	Password string `json:"password"`
	What     string `json:"what"`
}

// program is one tree of commands: its environment and the flags that all of
// them take.
type program struct {
	Environment
	path    string
	as      string
	account string
	config  string
	sshUser string
	json    bool
	yes     bool
}

// capability is the annotation by which a command declares what it needs: a
// domain.Capability's name, or one of the words below. It is for help, tests
// and doors that sort commands out: the store decides.
const capability = "capability"

const (
	needsNothing  = "none"     // anybody's own things, or nothing at all
	needsOwner    = "owner"    // the account's owner
	needsOperator = "operator" // whoever can open the database file
)

func needs(what string) map[string]string { return map[string]string{capability: what} }

// New builds the command tree. Run it with Execute, or let main dress it up
// first; either way Finish turns what it returns into words and a status.
func New(environment Environment) *cobra.Command {
	p := &program{Environment: environment}
	root := p.root()
	root.AddGroup(
		&cobra.Group{ID: "fleet", Title: "The fleet"},
		&cobra.Group{ID: "machine", Title: "The machine"},
	)
	p.add(root, "fleet", p.overviewCommand(), p.accountCommands(), p.customersCommands(), p.devicesCommands(), p.locationsCommands(), p.usersCommands(), p.tokensCommands(), p.accessCommands(), p.auditCommands(), p.whyCommand())
	p.add(root, "machine", p.versionCommand())
	if p.Fixed == nil {
		p.add(root, "machine", p.initCommand(), p.rescueCommands(), p.databaseCommands(), p.mailCommands())
		if p.Serve != nil {
			p.add(root, "machine", p.serveCommand())
		}
		if p.Demo != nil {
			p.add(root, "machine", p.demoCommand())
		}
	}
	return root
}

func (p *program) add(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, c := range commands {
		c.GroupID = group
		root.AddCommand(c)
	}
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tenantry",
		Short: "Run a multi-tenant fleet account from the terminal",
		Long:  "Tenantry runs a fleet account from the terminal: customers, their devices, and the people who may see and manage them. Without a command it opens the console.",
		Args:  noCommand,

		SuggestionsMinimumDistance: 2,
		Annotations:                needs(needsNothing),
		Version:                    p.Version,
		SilenceErrors:              true,
		SilenceUsage:               true,
		PersistentPreRunE: func(c *cobra.Command, args []string) error {
			if p.Configure != nil {
				p.Configure(p.config, &p.Environment)
			}
			if err := p.ordered(c, args); err != nil {
				return err
			}
			return p.away(c, args)
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if p.Console == nil {
				return usage(c, "Say what to do.")
			}
			return p.Console(c.Context(), p.path)
		},
	}
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	root.SetVersionTemplate("tenantry {{.Version}}\n")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, "%s", sentence(err.Error())) })
	p.rootFlags(root)
	return root
}

func (p *program) rootFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.BoolVar(&p.json, "json", false, "answer in JSON")
	flags.BoolVarP(&p.yes, "yes", "y", false, "don't ask, do it")
	if p.Fixed != nil {
		return
	}
	flags.StringVar(&p.path, "db", p.Path, "the database file (also TENANTRY_DB)")
	flags.StringVar(&p.as, "as", "", "act as this user, with their rights and no more")
	flags.StringVar(&p.account, "account", "", "the account's name, where there are several")
	flags.StringVar(&p.config, "config", "", "the configuration file (also TENANTRY_CONFIG)")
	if p.Away != nil {
		flags.StringVar(&p.sshUser, "ssh-user", "", "who you are at the server that holds the database (also TENANTRY_SSH_USER)")
	}
}

// parent is a command that only holds others.
func (p *program) parent(use, short string, children ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Args: noCommand, Annotations: needs(needsNothing), SuggestionsMinimumDistance: 2,
		RunE: func(c *cobra.Command, _ []string) error {
			return usage(c, "Say what to do: %s.", childNames(c))
		},
	}
	c.AddCommand(children...)
	return c
}
