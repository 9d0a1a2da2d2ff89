package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/store"
)

// rescueCommands are for whoever holds the machine when nobody can sign in any
// more: they act as the operator, whose word the audit trail keeps.
func (p *program) rescueCommands() *cobra.Command {
	c := p.parent("rescue", "Let somebody in again who is locked out, the owner too",
		p.rescueList(), p.rescueUnlock(), p.rescuePassword(), p.rescueFactor(), p.rescueKey())
	c.Long = "Let somebody in again who is locked out, the owner too. It works on the machine itself, for whoever can open the database file, and needs no sign-in. Everything it does is in the audit trail."
	return c
}

// rescued is a rescue command about one user.
func (p *program) rescued(c *cobra.Command) *cobra.Command {
	c.Annotations = needs(needsOperator)
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if p.as != "" {
			return usage(c, "A rescue is the operator's: leave --as away.")
		}
		return run(c, args)
	}
	return c
}

func (p *program) rescueList() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "list", Short: "List the owners and whoever can't sign in", Args: words(),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.listStuck(ctx, all) })
		},
	}
	c.Flags().BoolVar(&all, "all", false, "everybody")
	return p.rescued(c)
}

// listStuck lists owners and those who are locked, inactive or not in yet.
func (s *session) listStuck(ctx context.Context, all bool) error {
	return list(ctx, s, s.seats, pageFlags{}, userListing(), func(ctx context.Context, seat *seat, wanted store.Page) (page[store.UserRow], error) {
		found, err := s.db.Users(ctx, seat.actor, store.UserQuery{Below: true, Page: wanted})
		answer := page[store.UserRow]{next: found.Next}
		for _, row := range found.Rows {
			if all || row.Owner || row.Status != store.UserActive {
				answer.rows = append(answer.rows, row)
			}
		}
		answer.total = len(answer.rows)
		return answer, err
	})
}

func (p *program) rescueUnlock() *cobra.Command { return p.rescued(p.usersUnlock()) }

func (p *program) rescuePassword() *cobra.Command { return p.rescued(p.usersResetPassword()) }

func (p *program) rescueFactor() *cobra.Command { return p.rescued(p.usersResetFactor()) }

func (p *program) rescueKey() *cobra.Command {
	c := &cobra.Command{
		Use: "new-key", Short: "Make a new key file where the old one is lost", Args: words(),
		Long: "Make a new key file where the old one is lost. What it sealed can't be opened any more: every second factor ends, and everybody who had one enrols again; waiting mail is given up. Put the old key file back instead, if there is a copy.",
		RunE: func(c *cobra.Command, _ []string) error {
			if p.ReplaceKey == nil {
				return errFileInUse(p.path)
			}
			question := "Make a new key for " + p.path + "? Every second factor ends and waiting mail is given up."
			if err := p.confirm(c.Context(), question); err != nil {
				return err
			}
			n, err := p.ReplaceKey(c.Context(), p.path)
			if err != nil {
				return p.held(err)
			}
			return p.answer(map[string]any{"key": store.KeyPath(p.path), "second_factors_ended": n}, func() error {
				return p.say("There is a new key: %s. %s ended.", store.KeyPath(p.path), count(n, "second factor"))
			})
		},
	}
	return p.rescued(c)
}
