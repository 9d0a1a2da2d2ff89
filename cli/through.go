package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenantry/domain"
)

// Errand is a command line for the server that holds the database, to be run
// behind its SSH door.
type Errand struct {
	Path  string    // of the database
	As    string    // whom --as or --ssh-user names; empty for nobody
	Words []string  // the command with its flags, without those that the door has settled; empty for the console
	Stdin io.Reader // what the command reads; nil for nothing
}

// passed is the end of a command that ran elsewhere, where all was told.
type passed struct{ status int }

func (p passed) Error() string { return fmt.Sprintf("ended elsewhere with status %d", p.status) }

// away runs the command behind the door of the server that holds the database,
// where there is one and it has such a command. The error is passed where that
// was done, and the command needn't run here.
func (p *program) away(c *cobra.Command, args []string) error {
	if p.Away == nil || !isOffered(c) || !p.Served(p.path) {
		return nil
	}
	e := Errand{Path: p.path, As: p.as}
	switch {
	case p.account != "":
		return domain.Errorf(domain.Invalid, "account", "A server holds the database %s, where everybody has one account. Leave --account out, and say who you are with --as.", p.path)
	case p.as == "":
		e.As = p.sshUser
	}
	if c.HasParent() {
		file, err := p.errand(c, args, &e)
		if err != nil {
			return err
		}
		defer file.Close()
	}
	status, err := p.Away(c.Context(), e)
	if err != nil {
		return err
	}
	return passed{status}
}

// isOffered says whether the door of a server has this command too. What only
// holds other commands is for here.
func isOffered(c *cobra.Command) bool {
	if !c.HasParent() {
		return true
	}
	words := strings.Fields(c.CommandPath())[1:]
	found, rest, err := New(Environment{Fixed: &Fixed{}}).Find(words)
	return err == nil && len(rest) == 0 && found.HasParent() && !c.HasSubCommands() && c.Name() != "version"
}

// errand puts the words of a command into an errand. A file that it reads is
// read here, and goes there by standard input. The file is for closing, also
// where there is none.
func (p *program) errand(c *cobra.Command, args []string, e *Errand) (*os.File, error) {
	var file *os.File
	var failed error
	piped := func(name string) string {
		e.Stdin = p.Stdin
		if name != "-" {
			if file, failed = os.Open(name); failed != nil {
				failed = unreadable(name, failed)
			}
			e.Stdin = file
		}
		return "-"
	}
	e.Words = strings.Fields(c.CommandPath())[1:]
	eachFlag(c, p.Words, func(f *pflag.Flag, value string) {
		if c.Root().PersistentFlags().Lookup(f.Name) == f && f.Name != "json" && f.Name != "yes" {
			return
		}
		if strings.HasSuffix(f.Name, "-stdin") {
			e.Stdin = p.Stdin
		}
		if c.Annotations[readsFile] == "--"+f.Name && failed == nil {
			value = piped(value)
		}
		if f.NoOptDefVal == value && value != "" {
			e.Words = append(e.Words, "--"+f.Name)
		} else {
			e.Words = append(e.Words, "--"+f.Name+"="+value)
		}
	})
	if len(args) > 0 {
		e.Words = append(append(e.Words, "--"), args...)
		if c.Annotations[readsFile] == "FILE" {
			e.Words[len(e.Words)-len(args)] = piped(args[0])
		}
	}
	return file, failed
}

// eachFlag tells every flag of a command line in its order, with its value as
// it was written.
func eachFlag(c *cobra.Command, line []string, tell func(f *pflag.Flag, value string)) {
	_, rest, err := c.Root().Find(line)
	if err != nil {
		return
	}
	again := pflag.NewFlagSet("", pflag.ContinueOnError) // what was read already stays as it is
	again.AddFlagSet(c.Flags())
	again.ParseAll(rest, func(f *pflag.Flag, value string) error {
		tell(f, value)
		return nil
	})
}

// readsFile is the annotation of a command that reads a file of this machine:
// its first argument ("FILE"), or what a flag names ("--ids-file").
const readsFile = "reads"

// reads adds to a command's annotations what file it reads.
func reads(what string, annotations map[string]string) map[string]string {
	annotations[readsFile] = what
	return annotations
}

// held says of a database that can't be opened because a server holds it what
// to do about a command that the server doesn't offer.
func (p *program) held(err error) error {
	if p.Away == nil || domain.KindOf(err) != domain.Unavailable || !p.Served(p.path) {
		return err
	}
	return errFileInUse(p.path)
}
