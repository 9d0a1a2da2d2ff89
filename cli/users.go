package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) usersCommands() *cobra.Command {
	return p.parent("users", "People who may sign in, or who hold RFID tokens",
		p.usersList(), p.usersShow(), p.usersCreate(), p.usersEdit(), p.usersDelete(), p.usersImport(),
		p.usersInvite(), p.usersResetPassword(), p.usersResetFactor(), p.usersUnlock(), p.usersCode(), p.usersSessions(), p.usersEndSessions(), p.usersRFID())
}

func userJSON(seat *seat, u store.UserRow) shape.User {
	told := shape.NewUser(u)
	told.Account = seat.accountName()
	return told
}

func (p *program) usersList() *cobra.Command {
	var f pageFlags
	var customer, filter string
	var below, unenrolled bool
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
					if unenrolled {
						found, err := s.db.Unenrolled(ctx, seat.actor, id, wanted)
						return page[store.UserRow]{rows: found.Rows, next: found.Next, total: found.Total}, err
					}
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
	c.Flags().StringVar(&filter, "filter", "", "only those with all these words in username, email, name, customer, groups or status")
	c.Flags().BoolVar(&unenrolled, "without-second-factor", false, "only those who have no second factor, with those of nested customers")
	oneOf(c, "without-second-factor", "filter")
	return c
}

func userListing() listing[store.UserRow] {
	return listing[store.UserRow]{
		noun: "user",
		head: []string{"Username", "Name", "Email", "Customer", "Groups", "Status", "2nd factor", "Last sign-in"},
		cells: func(seat *seat, u store.UserRow) []string {
			return []string{u.Username, u.FullName, u.Email, u.CustomerPath, userGroups(u), u.Status.Words(), shape.UserFactor(u), seat.moment(u.LastSignIn)}
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
