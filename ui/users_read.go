package ui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// An account has thousands of users at most, so the list is read whole; filter
// and order are a matter of the screen then, and a key is answered at once.

// listedUser is a user with what the list looks for and sorts by, case-folded.
type listedUser struct {
	store.UserRow
	username, fullName, email string
	text                      string // all that the filter looks in
	place                     int    // of their customer in the tree
}

// newListedUser makes one out of what was read.
func newListedUser(tree *domain.Tree, row store.UserRow) listedUser {
	u := listedUser{
		UserRow: row, username: domain.Fold(row.Username), fullName: domain.Fold(row.FullName), email: domain.Fold(row.Email),
	}
	u.place, _ = tree.Position(row.Customer)
	parts := []string{
		u.username, u.fullName, u.email, row.Phone, row.CustomerPath, groupInitials(&row),
		strings.Join(row.LocationNames, "\n"), row.Status.String(), factorWord(&row),
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

// usersPage is how many users are read at once.
const usersPage = 10_000

// readUsers reads all users that there are. Where one goes while it turns a
// page, it begins again.
func readUsers(ctx context.Context, db *store.DB, actor domain.Actor, tree *domain.Tree, q store.UserQuery) ([]listedUser, error) {
	var all []listedUser
	q.Limit = usersPage
	for {
		page, err := db.Users(ctx, actor, q)
		if q.Cursor != "" && domain.KindOf(err) == domain.Invalid {
			all, q.Cursor = nil, ""
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, row := range page.Rows {
			all = append(all, newListedUser(tree, row))
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return all, nil
		}
	}
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
	s.toGoal()
	if s.again {
		return s.read()
	}
	return nil
}

// toGoal puts the cursor on who was just made or changed, once they are read; a
// filter that would hide them is lifted.
func (s *users) toGoal() {
	if s.goal.IsZero() || !slices.ContainsFunc(s.all, func(u listedUser) bool { return u.ID == s.goal }) {
		return
	}
	if !s.table.SetCursorKey(s.goal) {
		s.filter.field.SetValue("")
		s.arrange()
		s.table.SetCursorKey(s.goal)
	}
	s.goal = domain.ID{}
}

// arrange filters and sorts what was read.
func (s *users) arrange() {
	words := s.filter.words()
	s.found = make([]*listedUser, 0, len(s.all))
	for i := range s.all {
		if containsAll(s.all[i].text, words) {
			s.found = append(s.found, &s.all[i])
		}
	}
	order := userColumns[s.userView.sort].order
	slices.SortFunc(s.found, func(a, b *listedUser) int {
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

// narrowed follows the filter: where the user under the cursor isn't found any
// more, the cursor goes to the top.
func (s *users) narrowed() tea.Cmd {
	key, _ := s.table.CursorKey()
	s.arrange()
	if !s.table.SetCursorKey(key) {
		s.table.Home()
	}
	return nil
}
