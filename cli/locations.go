package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) locationsCommands() *cobra.Command {
	return p.parent("locations", "Locations: places where devices are, and to which users may be limited",
		p.locationsList(), p.locationsShow(), p.locationsCreate(), p.locationsEdit(), p.locationsDelete(), p.locationsLimit(), p.locationsUnlimit())
}

// locationWords say how a location is named.
const locationWords = "LOCATION is a name, a customer's path with a slash and the name behind it, or an ID."

func (p *program) locationsList() *cobra.Command {
	var f pageFlags
	var customer, filter, sort string
	var below, reverse bool
	c := &cobra.Command{
		Use: "list", Short: "List the locations that you may manage",
		Args: words(), Annotations: needs(domain.LocationsManage.String()),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seats, id, err := s.narrowed(customer)
				if err != nil {
					return err
				}
				asked := store.LocationQuery{Customer: id, Below: below, Filter: filter, Sort: store.LocationSort(sort), Reverse: reverse}
				return list(ctx, s, seats, f, locationListing(), func(ctx context.Context, seat *seat, wanted store.Page) (page[store.LocationRow], error) {
					asked.Page = wanted
					found, err := s.db.Locations(ctx, seat.actor, asked)
					return page[store.LocationRow]{rows: found.Rows, next: found.Next, total: found.Total}, err
				})
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&customer, "customer", "", "only those of the customer with this path")
	c.Flags().BoolVar(&below, "below", false, "with --customer: and those of the customers nested under it")
	c.Flags().StringVar(&filter, "filter", "", "only those with all these words in name, customer, email, phone, address or notes")
	c.Flags().StringVar(&sort, "sort", "", "sort by column: customer, name, devices, users")
	c.Flags().BoolVar(&reverse, "reverse", false, "turn the order round")
	return c
}

// thereWords are a count that may not be for whoever asks.
func thereWords(n int) string {
	if n < 0 {
		return "?"
	}
	return thousands(n)
}

func locationListing() listing[store.LocationRow] {
	return listing[store.LocationRow]{
		noun:    "location",
		head:    []string{"Location", "Customer", "Devices", "Limited", "Email", "Phone"},
		numbers: map[int]bool{2: true, 3: true},
		cells: func(_ *seat, l store.LocationRow) []string {
			return []string{l.Name, l.CustomerPath, thereWords(l.Devices), thousands(l.Users), l.Email, l.Phone}
		},
		item: func(seat *seat, l store.LocationRow) any {
			told := shape.NewLocation(l)
			told.Account = seat.accountName()
			return told
		},
	}
}

// locationNamed finds the location that is meant, and the seat to act from.
func (s *session) locationNamed(ctx context.Context, text string) (*seat, store.LocationDetail, error) {
	var at *seat
	var found store.LocationDetail
	missing := error(domain.NoSuch("location"))
	for _, seat := range s.seats {
		l, err := s.db.FindLocation(ctx, seat.actor, text)
		switch {
		case domain.KindOf(err) == domain.NotFound:
			missing = err
		case err != nil:
			return nil, found, err
		case at != nil:
			return nil, found, s.choose()
		default:
			at, found = seat, l
		}
	}
	if at == nil {
		return nil, found, missing
	}
	return at, found, nil
}

// onLocation is a command about the one location that its first argument names.
func (p *program) onLocation(use, short string, capability domain.Capability, args cobra.PositionalArgs, run func(context.Context, *session, *seat, store.LocationDetail, []string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: short + ". " + locationWords, Args: args, Annotations: needs(capability.String()),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, l, err := s.locationNamed(ctx, args[0])
				if err != nil {
					return err
				}
				return run(ctx, s, seat, l, args[1:])
			})
		},
	}
}

func (p *program) locationsShow() *cobra.Command {
	return p.onLocation("show LOCATION", "Show a location, with who is limited to it", domain.LocationsManage, words("LOCATION"),
		func(ctx context.Context, s *session, seat *seat, l store.LocationDetail, _ []string) error {
			return s.answer(locationJSON(seat, l), func() error { return s.describeLocation(l) })
		})
}

func locationJSON(seat *seat, l store.LocationDetail) shape.LocationDetail {
	told := shape.NewLocationDetail(l)
	told.Account = seat.accountName()
	return told
}

func (s *session) describeLocation(l store.LocationDetail) error {
	t := &table{w: s.Stdout}
	var limited []string
	for _, u := range l.Limited {
		limited = append(limited, u.Username)
	}
	for _, line := range [][2]string{
		{"Name", l.Name}, {"Customer", l.CustomerPath}, {"Email", l.Email}, {"Phone", l.Phone}, {"Address", l.Address}, {"Notes", l.Notes},
		{"Devices there", thereWords(l.Devices)}, {"Limited to it", strings.Join(limited, ", ")}, {"Location ID", l.ID.String()},
	} {
		if line[1] == "" {
			continue
		}
		if err := t.add(line[0], line[1]); err != nil {
			return err
		}
	}
	return t.flush()
}

// locationFlags are what can be said about a location.
type locationFlags struct{ name, email, phone, address, notes string }

func (f *locationFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.name, "name", "", "its name")
	flags.StringVar(&f.email, "email", "", "whom to write to about what is there")
	flags.StringVar(&f.phone, "phone", "", "a phone number there; empty for none")
	flags.StringVar(&f.address, "address", "", "where it is; empty for unknown")
	flags.StringVar(&f.notes, "notes", "", "what whoever goes there must know; empty for nothing")
}

// change changes what was given.
func (f *locationFlags) change(c *cobra.Command, l *domain.Location) {
	for flag, change := range map[string]struct{ to, from *string }{
		"name": {&l.Name, &f.name}, "email": {&l.Email, &f.email}, "phone": {&l.Phone, &f.phone},
		"address": {&l.Address, &f.address}, "notes": {&l.Notes, &f.notes},
	} {
		if c.Flags().Changed(flag) {
			*change.to = *change.from
		}
	}
}

func (p *program) locationsCreate() *cobra.Command {
	var f locationFlags
	var customer string
	c := &cobra.Command{
		Use: "create --name NAME --email EMAIL [--customer PATH]", Short: "Make a location of a customer; of your own where none is named",
		Args: words(), Annotations: needs(domain.LocationsManage.String()),
		Example: `  tenantry --as ann locations create --customer "Acme HQ/Nordics" --name Depot --email depot@acme.example`,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "name", "email"); err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, of, err := s.parent(customer)
				if err != nil {
					return err
				}
				made := domain.Location{Customer: of}
				f.change(c, &made)
				if made, err = s.db.CreateLocation(ctx, seat.actor, made); err != nil {
					return err
				}
				return s.tellLocation(ctx, seat, made.ID, "Made %s of %s.")
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&customer, "customer", "", "the path of the customer whose place it is")
	return c
}

// tellLocation answers with a location as it is now; text has places for its name
// and its customer.
func (s *session) tellLocation(ctx context.Context, seat *seat, id domain.ID, text string) error {
	l, err := s.db.Location(ctx, seat.actor, id)
	if err != nil {
		return err
	}
	return s.answer(locationJSON(seat, l), func() error { return s.say(text, domain.Clean(l.Name), domain.Clean(l.CustomerPath)) })
}

func (p *program) locationsEdit() *cobra.Command {
	var f locationFlags
	c := p.onLocation("edit LOCATION", "Edit a location; it stays with its customer", domain.LocationsManage, words("LOCATION"), nil)
	c.RunE = func(c *cobra.Command, args []string) error {
		if !saysChange(c) {
			return usage(c, "Say what to change.")
		}
		return p.in(c, func(ctx context.Context, s *session) error {
			seat, l, err := s.locationNamed(ctx, args[0])
			if err != nil {
				return err
			}
			f.change(c, &l.Location)
			if _, err := s.db.EditLocation(ctx, seat.actor, l.Location); err != nil {
				return err
			}
			return s.tellLocation(ctx, seat, l.ID, "Saved %s of %s.")
		})
	}
	f.add(c)
	return c
}

func (p *program) locationsDelete() *cobra.Command {
	c := p.onLocation("delete LOCATION", "Delete a location; the devices there stay with their customers", domain.LocationsManage, words("LOCATION"),
		func(ctx context.Context, s *session, seat *seat, l store.LocationDetail, _ []string) error {
			there := "The devices there"
			if l.Devices >= 0 {
				there = "The " + count(l.Devices, "device") + " there"
			}
			if err := s.confirm(ctx, "Delete "+l.Name+" of "+l.CustomerPath+"? "+there+" will be at no location."); err != nil {
				return err
			}
			deleted, err := s.db.DeleteLocation(ctx, seat.actor, l.ID, l.Version)
			if err != nil {
				return err
			}
			return s.answer(shape.NewDeletedLocation(deleted), func() error { return s.say("Deleted %s.", domain.Clean(l.Name)) })
		})
	c.Long += " It is refused while it is the only location of a user, who would see everything without it: give them another, or lift the limit with \"locations unlimit\"."
	return c
}

func (p *program) locationsLimit() *cobra.Command {
	c := p.onLocation("limit LOCATION USER...", "Limit users to a location, beside those that they are limited to already", domain.UsersEdit, cobra.MinimumNArgs(2),
		func(ctx context.Context, s *session, seat *seat, l store.LocationDetail, names []string) error {
			users, err := s.usersNamed(ctx, seat, names)
			if err != nil {
				return err
			}
			return s.changeLimits(ctx, seat, l, store.Limits{Location: l.ID, Limit: users})
		})
	c.Long += " Limited to some locations, somebody sees only the devices there; Account Administrators and the owner see all the same. All of the users are limited, or none."
	return c
}

func (p *program) locationsUnlimit() *cobra.Command {
	var lift bool
	c := p.onLocation("unlimit LOCATION USER...", "Take a location from those that users are limited to", domain.UsersEdit, cobra.MinimumNArgs(2),
		func(ctx context.Context, s *session, seat *seat, l store.LocationDetail, names []string) error {
			users, err := s.usersNamed(ctx, seat, names)
			if err != nil {
				return err
			}
			return s.changeLimits(ctx, seat, l, store.Limits{Location: l.ID, Unlimit: users, Lift: lift})
		})
	c.Long += " Where it is the only one of somebody, they would see every device that their groups give: that is refused unless --no-limit says so."
	c.Flags().BoolVar(&lift, "no-limit", false, "also where it is the only one, so that they see everything from then on")
	return c
}

// usersNamed are the identities of users of a seat's account.
func (s *session) usersNamed(ctx context.Context, seat *seat, names []string) ([]domain.ID, error) {
	var users []domain.ID
	for _, name := range names {
		row, err := s.db.FindUser(ctx, seat.actor, name)
		if err != nil {
			return nil, err
		}
		users = append(users, row.ID)
	}
	return users, nil
}

func (s *session) changeLimits(ctx context.Context, seat *seat, l store.LocationDetail, change store.Limits) error {
	changed, err := s.db.LimitUsers(ctx, seat.actor, change)
	if err != nil {
		return err
	}
	return s.answer(shape.NewChangedLimits(l.ID, changed), func() error {
		name := domain.Clean(l.Name)
		switch {
		case len(changed.Limited) > 0:
			return s.say("Limited to %s now: %s.", name, strings.Join(changed.Limited, ", "))
		case len(changed.Lifted) > 0:
			return s.say("No longer limited to %s: %s. Limited to no location any more: %s.", name, strings.Join(changed.Unlimited, ", "), strings.Join(changed.Lifted, ", "))
		case len(changed.Unlimited) > 0:
			return s.say("No longer limited to %s: %s.", name, strings.Join(changed.Unlimited, ", "))
		}
		return s.say("It was so already.")
	})
}
