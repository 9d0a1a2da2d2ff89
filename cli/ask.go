package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
)

// confirm asks a yes-or-no. --yes answers it; without a terminal there is
// nobody to ask, and nothing happens.
func (p *program) confirm(ctx context.Context, question string) error {
	return p.ask(ctx, question, " (y/N) ", func(answer string) error {
		if a := domain.Fold(answer); a == "y" || a == "yes" {
			return nil
		}
		return domain.Errorf(domain.Refused, "", "Left as it was.")
	})
}

// confirmName asks for the name of what is about to go.
func (p *program) confirmName(ctx context.Context, about, name string) error {
	return p.ask(ctx, about, fmt.Sprintf(" Type %q to go on: ", name), func(answer string) error {
		return domain.CheckTyped(name, answer)
	})
}

func (p *program) ask(ctx context.Context, about, prompt string, check func(answer string) error) error {
	if p.yes {
		return nil
	}
	if !p.Terminal {
		return domain.Errorf(domain.Refused, "", "%s That needs a yes, and there is no terminal to ask at: add --yes.", about)
	}
	fmt.Fprint(p.Stderr, domain.Clean(about)+domain.Clean(prompt))
	answer, err := readLine(ctx, p.Stdin)
	if err != nil {
		return err
	}
	return check(answer)
}

// maxLine is how long a line from standard input may be; a password has at
// most 256 characters.
const maxLine = 4096

// readLine reads one line, without its end. It is left when ctx ends: a person
// at the terminal must not have to answer first.
func readLine(ctx context.Context, r io.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(r, maxLine)).ReadString('\n')
		answers <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-answers:
		if a.err != nil && !errors.Is(a.err, io.EOF) {
			return "", domain.Errorf(domain.Unavailable, "", "Standard input can't be read: %w.", a.err)
		}
		return strings.TrimRight(a.line, "\r\n"), nil
	}
}

// passwordFlag is how a password comes in: never on the command line, where
// everybody on the machine can read it.
type passwordFlag struct{ stdin bool }

func (f *passwordFlag) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.stdin, "password-stdin", false, "read the password from standard input, one line")
}

// read takes the password from standard input or asks for it twice.
func (f *passwordFlag) read(c *cobra.Command, p *program) (string, error) {
	if f.stdin {
		password, err := readLine(c.Context(), p.Stdin)
		if err == nil && password == "" {
			err = domain.Errorf(domain.Invalid, "password", "There is no password on standard input.")
		}
		return password, err
	}
	if p.AskSecret == nil {
		return "", usage(c, "Give the password on standard input, with --password-stdin.")
	}
	password, err := p.AskSecret(c.Context(), "Password: ")
	if err != nil {
		return "", err
	}
	again, err := p.AskSecret(c.Context(), "Once more: ")
	if err == nil && again != password {
		err = domain.Errorf(domain.Invalid, "password", "The two are not the same.")
	}
	return password, err
}
