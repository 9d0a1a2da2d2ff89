package ui

import (
	"context"
	"strings"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// listedUser is a user with what the list looks for and sorts by, case-folded.
type listedUser struct {
	store.UserRow
	username, fullName, email string
	text                      string // all that the filter looks in
	place                     int    // of their customer in the tree
}

func (u listedUser) identity() domain.ID { return u.ID }

func (u listedUser) lookedIn() string { return u.text }

// newListedUser makes one out of what was read.
func newListedUser(tree *domain.Tree, row store.UserRow) listedUser {
	u := listedUser{
		UserRow: row, username: domain.Fold(row.Username), fullName: domain.Fold(row.FullName), email: domain.Fold(row.Email),
	}
	u.place, _ = tree.Position(row.Customer)
	parts := []string{
		u.username, u.fullName, u.email, row.Phone, row.CustomerPath, groupInitials(&row),
		strings.Join(row.LocationNames, "\n"), row.Status.String(), factorWord(&row), "status:" + row.Status.String(), factorFilter(&row),
	}
	if row.Owner {
		parts = append(parts, "owner")
	}
	u.text = domain.Fold(strings.Join(parts, "\n"))
	return u
}

func (s *users) reading() func(context.Context) ([]listedUser, error) {
	db, actor, tree := s.db, s.actor, s.tree()
	q := store.UserQuery{Customer: s.scope, Below: s.below()}
	return func(ctx context.Context) ([]listedUser, error) { return readUsers(ctx, db, actor, tree, q) }
}

// readUsers reads all users that there are.
func readUsers(ctx context.Context, db *store.DB, actor domain.Actor, tree *domain.Tree, q store.UserQuery) ([]listedUser, error) {
	return readWhole(func(page store.Page) ([]store.UserRow, string, error) {
		q.Page = page
		found, err := db.Users(ctx, actor, q)
		return found.Rows, found.Next, err
	}, func(row store.UserRow) listedUser { return newListedUser(tree, row) })
}

func (s *users) compare(a, b *listedUser) int {
	by := userColumns[s.userView.sort].order(a, b)
	if s.userView.reverse {
		by = -by
	}
	if by == 0 {
		by = byUsername(a, b)
	}
	return by
}

func (s *users) source() widget.Source[domain.ID] { return userRows{s} }
