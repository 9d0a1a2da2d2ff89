package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

// passphraseFlags are how the passphrase of an export comes in: never on the
// command line, where everybody on the machine can read it.
type passphraseFlags struct {
	file  string
	stdin bool
}

func (f *passphraseFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.file, "passphrase-file", "", "read the passphrase from this file, its first line")
	c.Flags().BoolVar(&f.stdin, "passphrase-stdin", false, "read the passphrase from standard input, one line")
}

// read takes the passphrase: from where the flags say, or from a person, whom it
// asks twice for a new one.
func (f *passphraseFlags) read(ctx context.Context, p *program, fresh bool) (string, error) {
	var line string
	var err error
	switch {
	case f.stdin:
		line, err = readLine(ctx, p.Stdin)
	case f.file != "":
		file, failed := p.files().Open(f.file)
		if failed != nil {
			return "", failed
		}
		defer file.Close()
		line, err = readLine(ctx, file)
	case p.AskSecret == nil:
		return "", domain.Errorf(domain.Invalid, "passphrase", "Give the passphrase with --passphrase-file or --passphrase-stdin.")
	default:
		return f.ask(ctx, p, fresh)
	}
	if err == nil && line == "" {
		err = domain.Errorf(domain.Invalid, "passphrase", "There is no passphrase in the first line.")
	}
	if err == nil && fresh {
		err = store.CheckPassphrase(line)
	}
	return line, err
}

func (f *passphraseFlags) ask(ctx context.Context, p *program, fresh bool) (string, error) {
	line, err := p.AskSecret(ctx, "Passphrase of the export: ")
	if err != nil || !fresh {
		return line, err
	}
	if err := store.CheckPassphrase(line); err != nil {
		return "", err
	}
	again, err := p.AskSecret(ctx, "Once more: ")
	if err == nil && again != line {
		err = domain.Errorf(domain.Invalid, "passphrase", "The two are not the same.")
	}
	return line, err
}
