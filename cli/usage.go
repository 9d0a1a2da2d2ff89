package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenantry/domain"
)

// usageError is a command line that can't be understood.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// usage makes a usageError that ends by saying where to read more.
func usage(c *cobra.Command, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...) + fmt.Sprintf(" %q tells more.", c.CommandPath()+" --help")}
}

// oneOf refuses a command line with more than one of some flags. It comes last:
// it stands before what the command does.
func oneOf(c *cobra.Command, names ...string) {
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		given := 0
		for _, name := range names {
			if c.Flags().Changed(name) {
				given++
			}
		}
		if given > 1 {
			last := len(names) - 1
			return usage(c, "Give only one of --%s and --%s.", strings.Join(names[:last], ", --"), names[last])
		}
		return run(c, args)
	}
}

// words takes exactly the arguments named; a name in brackets may be left out,
// and one that ends in dots takes any number.
func words(names ...string) cobra.PositionalArgs {
	least, most := 0, len(names)
	for _, name := range names {
		switch {
		case strings.HasSuffix(name, "...]"):
			most = -1
		case !strings.HasPrefix(name, "["):
			least++
		}
	}
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(names) == 0 && len(args) > 0:
			return usage(c, "This takes no argument, but there is %q.", domain.CleanCut(args[0], 60))
		case len(args) < least:
			return usage(c, "What is missing: %s.", strings.Join(names[len(args):least], " "))
		case most >= 0 && len(args) > most:
			return usage(c, "This takes %s; %q is one too many. Quote what holds spaces.", strings.Join(names, " "), domain.CleanCut(args[most], 60))
		}
		return nil
	}
}

// noCommand refuses the word that a command with children doesn't know.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	word := domain.CleanCut(args[0], 60)
	if similar := c.SuggestionsFor(args[0]); len(similar) > 0 {
		return usage(c, "There is no command %q; did you mean %q?", word, similar[0])
	}
	return usage(c, "There is no command %q. There are %s.", word, childNames(c))
}

func childNames(c *cobra.Command) string {
	var names []string
	for _, child := range c.Commands() {
		if child.IsAvailableCommand() && child.Name() != "completion" {
			names = append(names, child.Name())
		}
	}
	return strings.Join(names, ", ")
}

// required refuses a command line without one of the flags.
func required(c *cobra.Command, flags ...string) error {
	for _, name := range flags {
		if f := c.Flag(name); f == nil || f.Value.String() == "" {
			return usage(c, "What is missing: --%s.", name)
		}
	}
	return nil
}

// saysChange says whether any of the command's own flags was given.
func saysChange(c *cobra.Command) bool {
	said := false
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { said = said || f.Changed })
	return said
}
