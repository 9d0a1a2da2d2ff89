package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

func (p *program) usersCommands() *cobra.Command {
	return p.parent("users", "People who may sign in", p.usersList(), p.usersCreate())
}

// user is a user as JSON shows it.
type user struct {
	ID           domain.ID   `json:"id"`
	Account      string      `json:"account,omitempty"`
	Username     string      `json:"username"`
	Email        string      `json:"email"`
	FullName     string      `json:"full_name"`
	Phone        string      `json:"phone"`
	CustomerID   domain.ID   `json:"customer_id"`
	CustomerPath string      `json:"customer_path"`
	Groups       []string    `json:"groups"`
	Owner        bool        `json:"owner"`
	LocationIDs  []domain.ID `json:"location_ids"`
	Status       string      `json:"status"`
	LastSignIn   *string     `json:"last_sign_in"`
	CreatedAt    *string     `json:"created_at"`
}

func userJSON(seat *seat, u store.UserRow) user {
	locations := u.Locations
	if locations == nil {
		locations = []domain.ID{}
	}
	return user{
		ID: u.ID, Account: seat.accountName(), Username: u.Username, Email: u.Email, FullName: u.FullName, Phone: u.Phone,
		CustomerID: u.Customer, CustomerPath: u.CustomerPath, Groups: u.Groups.Names(), Owner: u.Owner, LocationIDs: locations,
		Status: userStatus(u.User), LastSignIn: instant(u.LastSignIn), CreatedAt: instant(u.CreatedAt),
	}
}

func userStatus(u domain.User) string {
	switch {
	case u.Inactive:
		return "inactive"
	case !u.Activated:
		return "invited"
	}
	return "active"
}

func (p *program) usersList() *cobra.Command {
	var f pageFlags
	var customer, filter string
	var below bool
	c := &cobra.Command{
		Use: "list", Short: "List users",
		Args: words(), Annotations: needs(domain.UsersList.String()),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seats, id, err := s.narrowed(customer)
				if err != nil {
					return err
				}
				asked := store.UserQuery{Customer: id, Below: below || customer == "", Filter: filter}
				return list(ctx, s, seats, f, userListing(), func(ctx context.Context, seat *seat, wanted store.Page) (page[store.UserRow], error) {
					asked.Page = wanted
					found, err := s.db.Users(ctx, seat.actor, asked)
					return page[store.UserRow]{rows: found.Rows, next: found.Next, total: found.Total}, err
				})
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&customer, "customer", "", "only those of the customer with this path")
	c.Flags().BoolVar(&below, "below", false, "with --customer: and those of the customers nested under it")
	c.Flags().StringVar(&filter, "filter", "", "only those with all these words in username, email, name or customer")
	return c
}

func userListing() listing[store.UserRow] {
	return listing[store.UserRow]{
		noun: "user",
		head: []string{"Username", "Name", "Email", "Customer", "Groups", "Status", "Last sign-in"},
		cells: func(seat *seat, u store.UserRow) []string {
			return []string{u.Username, u.FullName, u.Email, u.CustomerPath, userGroups(u), userStatus(u.User), seat.moment(u.LastSignIn)}
		},
		item: func(seat *seat, u store.UserRow) any { return userJSON(seat, u) },
	}
}

// userGroups are a user's groups in short; the owner needs none.
func userGroups(u store.UserRow) string {
	if u.Owner {
		return "owner"
	}
	return u.Groups.Short()
}

func (p *program) usersCreate() *cobra.Command {
	var made domain.User
	var customer, groups string
	var password passwordFlag
	c := &cobra.Command{
		Use: "create --username NAME --customer PATH", Short: "Create a user with a password",
		Args: words(), Annotations: needs(domain.UsersCreate.String()),
		Example: `  tenantry --as ann users create --username tom --customer "Acme HQ/Nordics" --groups DM,FDA --password-stdin < password.txt`,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "username", "customer"); err != nil {
				return err
			}
			var err error
			if made.Groups, err = domain.ParseGroups(groups); err != nil {
				return err
			}
			secret, err := password.read(c, p)
			if err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, id, err := s.at(customer)
				if err != nil {
					return err
				}
				made.Customer = id
				return s.createUser(ctx, seat, made, secret)
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&made.Username, "username", "", "the name to sign in with")
	flags.StringVar(&made.Email, "email", "", "the email address")
	flags.StringVar(&made.FullName, "full-name", "", "the person's name")
	flags.StringVar(&made.Phone, "phone", "", "the telephone number")
	flags.StringVar(&customer, "customer", "", "the path of the customer that they belong to")
	flags.StringVar(&groups, "groups", "", "their groups, by name or initials, separated by commas: "+strings.Join(domain.AllGroups.Names(), ", "))
	password.add(c)
	return c
}

func (s *session) createUser(ctx context.Context, seat *seat, made domain.User, password string) error {
	made, err := s.db.CreateUser(ctx, seat.actor, made, password)
	if err != nil {
		return err
	}
	row := store.UserRow{User: made, CustomerPath: seat.customerPath(made.Customer)}
	return s.answer(userJSON(seat, row), func() error {
		if err := s.say("Created %s at %s.", made.Username, row.CustomerPath); err != nil {
			return err
		}
		for _, advice := range made.Groups.Advice() {
			if err := s.say("%s", advice); err != nil {
				return err
			}
		}
		return nil
	})
}
