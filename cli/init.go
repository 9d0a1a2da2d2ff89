package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

func (p *program) initCommand() *cobra.Command {
	var f customerFlags
	n := store.NewAccount{}
	var password passwordFlag
	c := &cobra.Command{
		Use: "init --account NAME --owner USER", Short: "Make an account, its main customer and its owner",
		Long: "Make an account with its main customer and its owner, in a new database or in one that is there.",
		Args: words(), Annotations: needs(needsOperator),
		Example: `  tenantry init --account "Acme Fleet" --email ops@acme.example --country DK --owner ann --password-stdin < password.txt`,
		RunE: func(c *cobra.Command, _ []string) error {
			if p.as != "" {
				return usage(c, "Only the operator of the machine makes accounts: leave --as out.")
			}
			n.Account.Name = p.account
			if err := required(c, "account", "email", "country", "owner"); err != nil {
				return err
			}
			country, err := domain.CheckCountry(n.Account.Country, true)
			if err != nil {
				return err
			}
			n.Account.Settings = domain.DefaultSettings(country)
			if err := f.settings(c, &n.Account.Settings, &n.Account.Security); err != nil {
				return err
			}
			if n.Password, err = password.read(c, p); err != nil {
				return err
			}
			return p.initialise(c.Context(), n)
		},
	}
	flags := c.Flags()
	flags.StringVar(&p.account, "account", "", "the new account's name")
	flags.StringVar(&n.Account.Email, "email", "", "the account's email address")
	flags.StringVar(&n.Account.Country, "country", "", "the account's country: a code or a name")
	flags.StringVar(&n.Customer, "customer", "", "the main customer's name; the account's with HQ where none is given")
	flags.StringVar(&n.Owner.Username, "owner", "", "the owner's username")
	flags.StringVar(&n.Owner.Email, "owner-email", "", "the owner's email address")
	flags.StringVar(&n.Owner.FullName, "owner-name", "", "the owner's full name")
	f.addSettings(c)
	password.add(c)
	return c
}

// initialise opens or makes the database and makes the account in it. A
// database that was made for an account which then couldn't be made is taken
// away again, so that a typing mistake leaves nothing behind.
func (p *program) initialise(ctx context.Context, n store.NewAccount) error {
	fresh := !store.Exists(p.path)
	open := p.Open
	if fresh {
		open = p.Create
	}
	db, err := open(ctx, p.path)
	if err != nil {
		return err
	}
	account, customer, owner, err := db.Init(ctx, p.operator(), n)
	err = closing(db, err)
	if err != nil {
		if fresh && domain.KindOf(err) != domain.Uncertain {
			os.Remove(p.path)
		}
		return err
	}
	answer := map[string]any{
		"account":  map[string]any{"id": account.ID, "name": account.Name},
		"customer": map[string]any{"id": customer.ID, "name": customer.Name, "path": domain.JoinPath(customer.Name)},
		"owner":    map[string]any{"id": owner.ID, "username": owner.Username},
	}
	return p.answer(answer, func() error {
		return p.say("Made the account %s with its main customer %s and its owner %s, in %s.", account.Name, customer.Name, owner.Username, p.path)
	})
}
