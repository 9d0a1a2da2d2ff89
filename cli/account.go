package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

func (p *program) accountCommands() *cobra.Command {
	return p.parent("account", "The account itself", p.accountList(), p.accountShow(), p.accountEdit())
}

// account is an account as JSON shows it.
type account struct {
	ID                domain.ID `json:"id"`
	Name              string    `json:"name"`
	Email             string    `json:"email"`
	Country           string    `json:"country"`
	TimeZone          string    `json:"time_zone"`
	Clock             string    `json:"time_format"`
	Units             string    `json:"units"`
	ForceSecondFactor bool      `json:"force_second_factor"`
	AccessControl     bool      `json:"access_control"`
	Owner             string    `json:"owner"`
	CreatedAt         *string   `json:"created_at"`
	Suspended         bool      `json:"suspended"`
	Customers         *int      `json:"customers"`
	Users             *int      `json:"users"`
	Devices           *int      `json:"devices"`
}

func accountJSON(a store.AccountDetail) account {
	return account{
		ID: a.ID, Name: a.Name, Email: a.Email, Country: a.Country,
		TimeZone: a.Settings.TimeZone, Clock: a.Settings.Clock.String(), Units: a.Settings.Units.String(),
		ForceSecondFactor: a.Security.ForceSecondFactor, AccessControl: a.AddOns.AccessControl,
		Owner: a.OwnerName, CreatedAt: instant(a.CreatedAt), Suspended: a.Suspended,
		Customers: known(a.Customers), Users: known(a.Users), Devices: known(a.Devices),
	}
}

func (p *program) accountList() *cobra.Command {
	var f pageFlags
	c := &cobra.Command{
		Use: "list", Short: "List the accounts: all of them to the operator, to a user their own",
		Args: words(), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.opened(c, func(ctx context.Context, db *store.DB) error {
				s := &session{program: p, db: db}
				if err := s.sit(ctx); err != nil && domain.KindOf(err) != domain.NotFound {
					return err
				}
				return s.listAccounts(ctx, f)
			})
		},
	}
	f.add(c)
	return c
}

// listAccounts lists one account a seat.
func (s *session) listAccounts(ctx context.Context, f pageFlags) error {
	one := listing[store.AccountDetail]{
		noun:    "account",
		named:   true,
		head:    []string{"Account", "Owner", "Customers", "Users", "Devices", "Country"},
		numbers: numberColumns(2, 3, 4),
		cells: func(_ *seat, a store.AccountDetail) []string {
			return []string{a.Name, a.OwnerName, thousands(a.Customers), thousands(a.Users), thousands(a.Devices), a.Country}
		},
		item: func(_ *seat, a store.AccountDetail) any { return accountJSON(a) },
	}
	return list(ctx, s, s.seats, f, one, func(ctx context.Context, seat *seat, _ store.Page) (page[store.AccountDetail], error) {
		a, err := s.db.Account(ctx, seat.actor)
		return page[store.AccountDetail]{rows: []store.AccountDetail{a}, total: 1}, err
	})
}

func (p *program) accountShow() *cobra.Command {
	return &cobra.Command{
		Use: "show [NAME]", Short: "Show an account",
		Args: words("[NAME]"), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, args []string) error {
			return p.inAccount(c, args, func(ctx context.Context, s *session, seat *seat) error { return s.tellAccount(ctx, seat, "") })
		},
	}
}

// inAccount runs fn in the account that the only argument names, or in the one
// that there is.
func (p *program) inAccount(c *cobra.Command, args []string, fn func(context.Context, *session, *seat) error) error {
	if len(args) > 0 {
		p.account = args[0]
	}
	return p.in(c, func(ctx context.Context, s *session) error {
		seat, err := s.one()
		if err != nil {
			return err
		}
		return fn(ctx, s, seat)
	})
}

// tellAccount answers with the account as it is now, after what was done to it.
func (s *session) tellAccount(ctx context.Context, seat *seat, done string) error {
	a, err := s.db.Account(ctx, seat.actor)
	if err != nil {
		return err
	}
	return s.answer(accountJSON(a), func() error {
		if done != "" {
			return s.say(done, a.Name)
		}
		return s.describeAccount(seat, a)
	})
}

func (s *session) describeAccount(seat *seat, a store.AccountDetail) error {
	second := "optional"
	if a.Security.ForceSecondFactor {
		second = "forced"
	}
	access := "no"
	if a.AddOns.AccessControl {
		access = "yes"
	}
	t := &table{w: s.Stdout}
	for _, line := range [][2]string{
		{"Account", a.Name}, {"Email", a.Email}, {"Country", domain.CountryName(a.Country)}, {"Owner", a.OwnerName},
		{"Time zone", a.Settings.TimeZone}, {"Time format", a.Settings.Clock.String() + " h"}, {"Units", a.Settings.Units.String()},
		{"Second factor", second}, {"Access control", access},
		{"Customers", thousands(a.Customers)}, {"Users", thousands(a.Users)}, {"Devices", thousands(a.Devices)},
		{"Created", seat.moment(a.CreatedAt)},
	} {
		if line[1] == "" || line[1] == thousands(-1) {
			continue // not for whoever asks to know
		}
		if err := t.add(line[0], line[1]); err != nil {
			return err
		}
	}
	return t.flush()
}

func (p *program) accountEdit() *cobra.Command {
	var f customerFlags
	c := &cobra.Command{
		Use: "edit [NAME]", Short: "Edit an account's details and settings",
		Args: words("[NAME]"), Annotations: needs(needsOwner),
		RunE: func(c *cobra.Command, args []string) error {
			if !saysChange(c) {
				return usage(c, "Say what to change.")
			}
			return p.inAccount(c, args, func(ctx context.Context, s *session, seat *seat) error {
				now, err := s.db.Account(ctx, seat.actor)
				if err != nil {
					return err
				}
				changed := now.Account
				f.details(c, &changed.Name, &changed.Email, &changed.Country)
				if err := f.settings(c, &changed.Settings, &changed.Security); err != nil {
					return err
				}
				if _, err := s.db.EditAccount(ctx, seat.actor, changed); err != nil {
					return err
				}
				return s.tellAccount(ctx, seat, "Saved %s.")
			})
		},
	}
	f.add(c)
	return c
}
