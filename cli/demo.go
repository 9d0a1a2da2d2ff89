package cli

import (
	"github.com/spf13/cobra"
)

func (p *program) demoCommand() *cobra.Command {
	var fill string
	c := &cobra.Command{
		Use: "demo", Short: "Look round a sample account on a throw-away database",
		Long: "Open the console on a sample account, in a database that is thrown away afterwards; who may sign in stands on the sign-in screen. With --fill, write the sample to a new database file instead, for trying the commands on.",
		Args: words(), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, _ []string) error {
			if fill == "" {
				return p.Demo(c.Context())
			}
			tell, done := p.progress("filling")
			users, err := p.FillSample(c.Context(), fill, tell)
			done()
			if err != nil {
				return err
			}
			return p.answer(map[string]any{"db": fill, "users": users}, func() error { return p.describeSample(fill, users) })
		},
	}
	c.Flags().StringVar(&fill, "fill", "", "write the sample to this new file")
	return c
}

func (p *program) describeSample(path string, users []SampleUser) error {
	if err := p.say("Wrote the sample to %s. These may sign in:\n", path); err != nil {
		return err
	}
	t := &table{w: p.Stdout}
	if err := t.add("User", "Password", "Who that is"); err != nil {
		return err
	}
	for _, u := range users {
		if err := t.add(u.Username, u.Password, u.What); err != nil {
			return err
		}
	}
	return t.flush()
}
