package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

func (p *program) initCommand() *cobra.Command {
	var f newAccountFlags
	c := &cobra.Command{
		Use: "init --account NAME --owner USER", Short: "Make an account, its main customer and its owner",
		Long: "Make an account with its main customer and its owner, in a new database or in one that is there.",
		Args: words(), Annotations: needs(needsOperator),
		Example: `  tenantry init --account "Acme Fleet" --email ops@acme.example --country DK --owner ann --password-stdin < password.txt`,
		RunE: func(c *cobra.Command, _ []string) error {
			if p.as != "" {
				return usage(c, "Only the operator of the machine makes accounts: leave --as out.")
			}
			n, err := f.read(c, p, p.account, "account", "email", "country", "owner")
			if err != nil {
				return err
			}
			return p.initialise(c.Context(), n)
		},
	}
	c.Flags().StringVar(&p.account, "account", "", "the new account's name")
	f.add(c)
	return c
}

// newAccountFlags are what a new account needs besides its name.
type newAccountFlags struct {
	store.NewAccount
	settings customerFlags
	password passwordFlag
}

func (f *newAccountFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.Account.Email, "email", "", "the account's email address")
	flags.StringVar(&f.Account.Country, "country", "", "the account's country: a code or a name")
	flags.StringVar(&f.Customer, "customer", "", "the main customer's name; the account's with HQ where none is given")
	flags.StringVar(&f.Owner.Username, "owner", "", "the owner's username")
	flags.StringVar(&f.Owner.Email, "owner-email", "", "the owner's email address")
	flags.StringVar(&f.Owner.FullName, "owner-name", "", "the owner's full name")
	f.settings.addSettings(c)
	f.password.add(c)
}

// read takes the flags, of which some must be given, and the password.
func (f *newAccountFlags) read(c *cobra.Command, p *program, name string, must ...string) (store.NewAccount, error) {
	n := f.NewAccount
	n.Account.Name = name
	if err := required(c, must...); err != nil {
		return n, err
	}
	country, err := domain.CheckCountry(n.Account.Country, true)
	if err != nil {
		return n, err
	}
	n.Account.Settings = domain.DefaultSettings(country)
	if err := f.settings.settings(c, &n.Account.Settings, &n.Account.Security); err != nil {
		return n, err
	}
	n.Password, err = f.password.read(c, p)
	return n, err
}

// initialise opens or makes the database and makes the account in it.
func (p *program) initialise(ctx context.Context, n store.NewAccount) error {
	return p.openedOrMade(ctx, func(ctx context.Context, db *store.DB) error { return p.makeAccount(ctx, db, n) })
}

// openedOrMade is openedIn that makes the database where there is none. One that
// was made for an account which then couldn't come is taken away again, so that a
// typing mistake leaves nothing behind.
func (p *program) openedOrMade(ctx context.Context, fn func(context.Context, *store.DB) error) error {
	if p.Held != nil || store.Exists(p.path) {
		return p.openedIn(ctx, fn)
	}
	key := store.KeyPath(p.path)
	_, missing := os.Lstat(key)
	db, err := p.Create(ctx, p.path)
	if err == nil {
		err = closing(db, fn(ctx, db))
		if err != nil && domain.KindOf(err) != domain.Uncertain {
			os.Remove(p.path)
		}
	}
	if err != nil && missing != nil && !store.Exists(p.path) {
		os.Remove(key) // nothing was ever sealed with it
	}
	return err
}

// makeAccount makes an account in a database and tells of it.
func (p *program) makeAccount(ctx context.Context, db *store.DB, n store.NewAccount) error {
	account, customer, owner, err := db.Init(ctx, p.operator(), n)
	if err != nil {
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
