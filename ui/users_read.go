package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
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

// refresh reads the list again: something changed, or it comes to the front.
// While it is being read, that is let end first.
func (s *users) refresh() tea.Cmd {
	s.lookAnew()
	if s.busy("list") {
		s.again = true
		return nil
	}
	return s.read()
}

func (s *users) read() tea.Cmd {
	s.again = false
	db, actor, tree := s.db, s.actor, s.tree()
	q := store.UserQuery{Customer: s.scope, Below: s.below()}
	return ask(&s.base, "list", func(ctx context.Context) ([]listedUser, error) {
		return readUsers(ctx, db, actor, tree, q)
	}, s.arrived)
}

// readUsers reads all users that there are.
func readUsers(ctx context.Context, db *store.DB, actor domain.Actor, tree *domain.Tree, q store.UserQuery) ([]listedUser, error) {
	return readWhole(func(page store.Page) ([]store.UserRow, string, error) {
		q.Page = page
		found, err := db.Users(ctx, actor, q)
		return found.Rows, found.Next, err
	}, func(row store.UserRow) listedUser { return newListedUser(tree, row) })
}

func (s *users) arrived(all []listedUser, err error) tea.Cmd {
	if err != nil {
		s.all, s.failed = nil, sentence(err)
		s.arrange()
		if domain.KindOf(err) != domain.Refused { // else the list says why it is empty
			s.fail(err)
		}
		return nil
	}
	s.all, s.failed, s.loaded = all, "", true
	s.arrange()
	s.toGoal(s.arrange)
	if s.again {
		return s.read()
	}
	return nil
}

// arrange filters and sorts what was read.
func (s *users) arrange() {
	order := userColumns[s.userView.sort].order
	s.match(func(a, b *listedUser) int {
		by := order(a, b)
		if s.userView.reverse {
			by = -by
		}
		if by == 0 {
			by = byUsername(a, b)
		}
		return by
	})
	s.table.SetSource(userRows{s})
}

func (s *users) narrowed() tea.Cmd {
	s.follow(s.arrange)
	return nil
}
