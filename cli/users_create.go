package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

// startFlags say how somebody gets in: by a code, or by a password set by hand;
// or, where that may be asked for, not at all.
type startFlags struct {
	password passwordFlag
	mail     bool
	code     bool
	noSignIn bool
}

func (f *startFlags) add(c *cobra.Command) {
	f.password.add(c)
	c.Flags().BoolVar(&f.mail, "mail", false, "send a code to their email address")
	c.Flags().BoolVar(&f.code, "code", false, "answer a code, to hand over yourself")
	oneOf(c, "mail", "code", "password-stdin")
}

// read is the start that was asked for; a password is asked for where nothing was.
func (f *startFlags) read(c *cobra.Command, p *program) (store.Start, error) {
	switch {
	case f.mail && p.Drain == nil:
		return store.Start{}, domain.Errorf(domain.Refused, "mail", "No mail server is set up. Take --code and hand the code over, or set one up: \"tenantry mail --help\" says how.")
	case f.mail || f.code || f.noSignIn:
		return store.Start{Mail: f.mail, NoSignIn: f.noSignIn}, nil
	}
	if p.AskSecret == nil && !f.password.stdin {
		return store.Start{}, usage(c, "Say how they get in: --mail, --code, or --password-stdin.")
	}
	password, err := f.password.read(c, p)
	return store.Start{Password: password}, err
}

func (p *program) usersCreate() *cobra.Command {
	var f userFlags
	var start startFlags
	c := &cobra.Command{
		Use: "create --username NAME --customer PATH", Short: "Create a user",
		Long: "Create a user. They get in by a code, sent by mail (--mail) or answered here to hand over (--code), or by a password set by hand, which they must change at their first sign-in. Who only holds an RFID token needs none of it (--no-sign-in); \"users invite\" gives them a sign-in later.",
		Args: words(), Annotations: needs(domain.UsersCreate.String()),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.username == "" || f.customer == "" {
				return usage(c, "Give --username and --customer.")
			}
			how, err := start.read(c, p)
			if err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, id, err := s.at(f.customer)
				if err != nil {
					return err
				}
				made := domain.User{Customer: id}
				if err := f.change(c, s, seat, &made); err != nil {
					return err
				}
				return s.createUser(ctx, seat, made, how)
			})
		},
	}
	f.add(c)
	start.add(c)
	c.Flags().BoolVar(&start.noSignIn, "no-sign-in", false, "they only hold an RFID token: no password and no code")
	oneOf(c, "mail", "code", "password-stdin", "no-sign-in")
	return c
}

func (s *session) createUser(ctx context.Context, seat *seat, made domain.User, how store.Start) error {
	started, err := s.db.CreateUser(ctx, seat.actor, made, how)
	if err != nil {
		return err
	}
	return s.tellStarted(ctx, seat, started, "Created", started.User.Groups.Advice()...)
}

// tellStarted sends what waits to be sent and says how somebody gets in now.
func (s *session) tellStarted(ctx context.Context, seat *seat, started store.Started, did string, more ...string) error {
	sent := "waiting"
	if !started.Mail.IsZero() && s.Drain != nil {
		if err := s.Drain(ctx, s.db); err != nil {
			return err
		}
	}
	row, err := s.db.FindUser(ctx, seat.actor, started.User.ID.String())
	if domain.KindOf(err) == domain.Refused || domain.KindOf(err) == domain.NotFound {
		row, err = store.UserRow{User: started.User, CustomerPath: seat.customerPath(started.User.Customer)}, nil
	}
	if err != nil {
		return err
	}
	if detail, err := s.db.User(ctx, seat.actor, row.ID); err == nil && detail.Invitation != nil && detail.Invitation.Mail.Sent {
		sent = "sent"
	}
	answer := shape.NewStartedUser(row, started, sent)
	answer.Account = seat.accountName()
	return s.answer(answer, func() error {
		if err := s.say("%s %s at %s.", did, row.Username, row.CustomerPath); err != nil {
			return err
		}
		if err := s.describeStart(seat, row, started, sent); err != nil {
			return err
		}
		for _, line := range more {
			if err := s.say("%s", line); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *session) describeStart(seat *seat, row store.UserRow, started store.Started, mail string) error {
	switch {
	case started.Code != "":
		return s.say("Their code, shown once: %s\nIt is good once, until %s; they sign in as %s and type it for the password.",
			started.Code, seat.moment(started.Until), row.Username)
	case started.User.NoSignIn:
		return s.say("They have no sign-in. \"tenantry users invite %s\" gives them one.", row.Username)
	case started.Mail.IsZero():
		return nil
	case mail == "sent":
		return s.say("The code was sent to %s and is good until %s.", row.Email, seat.moment(started.Until))
	}
	return s.say("The mail to %s waits and will be tried again while a console or server runs. \"tenantry users code %s\" takes the code out of it.", row.Email, row.Username)
}

// userFlags are what can be said about a user.
type userFlags struct {
	username, email, fullName, phone, customer, groups, locations string
	zone, clock, units                                            string
}

func (f *userFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.username, "username", "", "the name to sign in with")
	flags.StringVar(&f.email, "email", "", "the email address")
	flags.StringVar(&f.fullName, "full-name", "", "the person's name")
	flags.StringVar(&f.phone, "phone", "", "the telephone number")
	flags.StringVar(&f.customer, "customer", "", "the path of the customer that they belong to")
	flags.StringVar(&f.groups, "groups", "", "their groups, by name or initials, separated by commas: "+strings.Join(domain.AllGroups.Names(), ", "))
	flags.StringVar(&f.locations, "locations", "", "the IDs of the locations that they are limited to, separated by commas; empty for no limit")
	flags.StringVar(&f.zone, "time-zone", "", "their time zone, such as Europe/Copenhagen; empty takes their customer's")
	flags.StringVar(&f.clock, "time-format", "", "12 or 24 hours; empty takes their customer's")
	flags.StringVar(&f.units, "units", "", "metric or imperial; empty takes their customer's")
}

// change writes what was given into u; the customer is the caller's to find.
func (f *userFlags) change(c *cobra.Command, s *session, seat *seat, u *domain.User) error {
	given := c.Flags().Changed
	for name, field := range map[string]struct{ from, to *string }{
		"username": {&f.username, &u.Username}, "email": {&f.email, &u.Email}, "full-name": {&f.fullName, &u.FullName}, "phone": {&f.phone, &u.Phone},
	} {
		if given(name) {
			*field.to = *field.from
		}
	}
	var err error
	if given("groups") {
		if u.Groups, err = domain.ParseGroups(f.groups); err != nil {
			return err
		}
	}
	if given("locations") {
		u.Locations = nil
		for _, text := range strings.FieldsFunc(f.locations, func(r rune) bool { return r == ',' || r == ' ' }) {
			id, err := domain.ParseID(text)
			if err != nil {
				return domain.Errorf(domain.Invalid, "locations", "%q isn't the ID of a location.", domain.CleanCut(text, 40))
			}
			u.Locations = append(u.Locations, id)
		}
	}
	settings := customerFlags{zone: f.zone, clock: f.clock, units: f.units}
	return settings.cloud(c, &u.Settings)
}
