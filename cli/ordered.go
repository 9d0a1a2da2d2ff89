package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// ordered gives a command that is the operator's of the machine to the server
// that holds the database, where there is one. The error is passed where that
// was done, and the command needn't run here.
func (p *program) ordered(c *cobra.Command, args []string) error {
	if p.Order == nil || p.Served == nil || !p.isOrder(c) || !p.Served(p.path) {
		return nil
	}
	status, done, err := p.Order(c.Context(), p.path, p.orderWords(c, args))
	if err != nil || !done {
		return err
	}
	return passed{status}
}

// isOrder says whether a command is one for the server, asked by the operator:
// what is nobody else's, unless it needs the file or the configuration for
// itself, and what names an account, as only the operator can.
func (p *program) isOrder(c *cobra.Command) bool {
	words := strings.Fields(c.CommandPath())[1:]
	if len(words) == 0 || p.as != "" {
		return false
	}
	switch strings.Join(words, " ") {
	case "serve", "demo", "db restore", "db compact", "rescue new-key", "mail test", "version":
		return false
	case "db check":
		return !c.Flags().Changed("structure")
	case "account list", "account show", "account edit", "audit verify":
		return p.sshUser == ""
	}
	return c.Annotations[capability] == needsOperator || p.account != "" && !c.HasSubCommands()
}

// orderWords is the command line as the server is to read it: without what says
// where the database is.
func (p *program) orderWords(c *cobra.Command, args []string) []string {
	words := strings.Fields(c.CommandPath())[1:]
	eachFlag(c, p.Words, func(f *pflag.Flag, value string) {
		switch {
		case f.Name == "db" || f.Name == "config" || f.Name == "ssh-user":
		case f.NoOptDefVal == value && value != "":
			words = append(words, "--"+f.Name)
		default:
			words = append(words, "--"+f.Name+"="+value)
		}
	})
	if len(args) > 0 {
		words = append(append(words, "--"), args...)
	}
	return words
}
