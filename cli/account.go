package cli

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) accountCommands() *cobra.Command {
	c := p.parent("account", "The account itself", p.accountList(), p.accountShow(), p.accountEdit(), p.accountHandOver())
	if p.Fixed == nil {
		c.AddCommand(p.accountCreate(), p.accountSuspend(), p.accountResume(), p.accountDelete(), p.accountExport(), p.accountImport())
	}
	return c
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
		head:    []string{"Account", "Owner", "Customers", "Users", "Devices", "Country", "State"},
		numbers: numberColumns(2, 3, 4),
		cells: func(_ *seat, a store.AccountDetail) []string {
			return []string{a.Name, a.OwnerName, thousands(a.Customers), thousands(a.Users), thousands(a.Devices), a.Country, accountState(a)}
		},
		item: func(_ *seat, a store.AccountDetail) any { return shape.NewAccount(a) },
	}
	return list(ctx, s, s.seats, f, one, func(ctx context.Context, seat *seat, _ store.Page) (page[store.AccountDetail], error) {
		a, err := s.db.Account(ctx, seat.actor)
		return page[store.AccountDetail]{rows: []store.AccountDetail{a}, total: 1}, err
	})
}

// accountState is whether an account is open.
func accountState(a store.AccountDetail) string {
	if a.Suspended {
		return "suspended"
	}
	return "active"
}

// stateWords are accountState, and what it means.
func stateWords(a store.AccountDetail) string {
	if !a.Suspended {
		return accountState(a)
	}
	return "suspended: nobody signs in, tokens are refused, mail waits. \"tenantry account resume\" opens it"
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
	return s.answer(shape.NewAccount(a), func() error {
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
		{"Sessions end", "after " + count(int(a.Limits.Idle.Minutes()), "minute") + " without a key, and after " + count(int(a.Limits.Session.Hours()), "hour")},
		{"Codes are good", "for " + count(int(a.Limits.Invitation.Hours())/24, "day")},
		{"API tokens last", tokenLife(a.Limits)},
		{"Customers", thousands(a.Customers)}, {"Users", thousands(a.Users)}, {"Devices", thousands(a.Devices)},
		{"Created", seat.moment(a.CreatedAt)}, {"State", stateWords(a)},
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

func tokenLife(l domain.Limits) string {
	if l.TokenDays == domain.TokensNeverEnd {
		return "as long as is chosen"
	}
	return "at most " + count(l.TokenDays, "day")
}

// limitFlags are how long things last in an account.
type limitFlags struct {
	idle, session, invitation int
	token                     string
}

func (f *limitFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.idle, "idle-minutes", 0, "how long a session waits for a key: 1 to 1440 minutes")
	c.Flags().IntVar(&f.session, "session-hours", 0, "how long a session lasts in all: 1 to 168 hours")
	c.Flags().IntVar(&f.invitation, "invitation-days", 0, "how long a welcome or reset code is good: 1 to 14 days")
	c.Flags().StringVar(&f.token, "token-days", "", "how long an API token may last: 1 to 3650 days, or never to allow ones without an end")
}

func (f *limitFlags) change(c *cobra.Command, l *domain.Limits) error {
	given := c.Flags().Changed
	for name, n := range map[string]int{"idle-minutes": f.idle, "session-hours": f.session, "invitation-days": f.invitation} {
		if given(name) && n < 1 {
			return domain.Errorf(domain.Invalid, strings.ReplaceAll(name, "-", "_"), "--%s takes a number from 1 on.", name)
		}
	}
	if given("idle-minutes") {
		l.Idle = time.Duration(f.idle) * time.Minute
	}
	if given("session-hours") {
		l.Session = time.Duration(f.session) * time.Hour
	}
	if given("invitation-days") {
		l.Invitation = time.Duration(f.invitation) * 24 * time.Hour
	}
	if !given("token-days") {
		return nil
	}
	if f.token == "never" {
		l.TokenDays = domain.TokensNeverEnd
		return nil
	}
	days, err := strconv.Atoi(f.token)
	if err != nil || days < 1 {
		return domain.Errorf(domain.Invalid, "token_days", "API tokens may last 1 to 3650 days, or never end.")
	}
	l.TokenDays = days
	return nil
}

func (p *program) accountHandOver() *cobra.Command {
	return &cobra.Command{
		Use: "hand-over USER", Short: "Make another user the account's owner",
		Args: words("USER"), Annotations: needs(needsOwner),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, row, err := s.person(ctx, args[0])
				if err != nil {
					return err
				}
				name := seat.rights.Account().Name
				if !row.Owner {
					if err := s.confirmName(ctx, row.Username+" will own "+name+", and may then do everything in it. The owner until now stays an administrator.", name); err != nil {
						return err
					}
				}
				if err := s.db.HandOver(ctx, seat.actor, row.ID); err != nil {
					return err
				}
				return s.tellAccount(ctx, seat, row.Username+" owns %s.")
			})
		},
	}
}

func (p *program) accountEdit() *cobra.Command {
	var f customerFlags
	var limits limitFlags
	var addOns addOnFlag
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
				if err := limits.change(c, &changed.Limits); err != nil {
					return err
				}
				if err := addOns.change(ctx, s, seat, &changed.AddOns); err != nil {
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
	limits.add(c)
	addOns.add(c)
	return c
}
