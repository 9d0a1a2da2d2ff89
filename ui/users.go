package ui

import (
	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// users is the tab of the users in the scope.
type users struct {
	wholeList[listedUser]
	shown []int // of userColumns
}

func newUsers(c *Console) *users {
	s := &users{}
	s.wholeList = newWholeList[listedUser](c, s)
	s.lookAnew()
	return s
}

// lookAnew takes up which columns are shown and which has the arrow.
func (s *users) lookAnew() {
	var columns []widget.Column
	sorted := -1
	s.shown = s.userView.shown()
	for _, i := range s.shown {
		c := userColumns[i]
		c.draw.Title = c.name
		if i == s.userView.sort {
			sorted = len(columns)
		}
		columns = append(columns, c.draw)
	}
	s.table.SetColumns(columns...)
	s.table.SetSort(sorted, s.userView.reverse)
}

func (s *users) places() []keys.Place { return s.filter.places(keys.Users, keys.List) }

func (s *users) offers() []offer {
	offers := s.filter.offers(s.table, s.narrowed)
	if s.filter.open {
		return offers
	}
	offers = append(offers, motions(s.table, nil)...)
	row := s.current()
	offers = append(offers, unless(s.whyNoUser(), keys.UserOpen, func() tea.Cmd { return s.push(newUser(s.Console, *row)) }))
	offers = append(offers, inHand{base: &s.base, row: row, why: s.whyNoUser(), left: s.Console.reread}.offers()...)
	return append(offers,
		unless(s.whyNotCreate(), keys.UserCreate, s.create),
		unless(s.whyNotCreate(), keys.UserImport, s.importUsers),
		can(keys.UserSort, s.keeping(func() tea.Cmd {
			s.userView.nextSort()
			return s.sortedNow()
		})),
		can(keys.UserReverse, s.keeping(func() tea.Cmd {
			s.userView.reverse = !s.userView.reverse
			return s.sortedNow()
		})),
		can(keys.UserColumns, func() tea.Cmd {
			return s.over(newColumnChooser(s.Console, &s.userView, s.keeping(step(s.lookAnew)), s.keeping(s.sortedNow)))
		}),
		unless(s.whyNotNested(), keys.UserNested, s.keeping(func() tea.Cmd {
			s.userView.own = !s.userView.own
			return s.read()
		})),
	)
}

// current is the user under the cursor, nil when there is none.
func (s *users) current() *store.UserRow {
	if i := s.table.Cursor(); i >= 0 && i < len(s.found) {
		return &s.found[i].UserRow
	}
	return nil
}

func (s *users) whyNoUser() string {
	if s.current() == nil {
		return s.whyEmpty()
	}
	return ""
}

// newUserAt is the customer that a new user is of at first, and why there can't
// be one: the scope, or else the customer under the cursor, or else the first in
// the scope where one may be made.
func (s *users) newUserAt() (at domain.ID, why string) {
	rights := s.standing.Rights
	mayAt := func(id domain.ID) bool { return !id.IsZero() && rights.May(domain.UsersCreate, id).Allowed }
	if mayAt(s.scope) {
		return s.scope, ""
	}
	if row := s.current(); row != nil && mayAt(row.Customer) {
		return row.Customer, ""
	}
	tree := s.tree()
	for i, to := tree.Span(s.scope); i < to; i++ {
		if mayAt(tree.At(i).ID) {
			return tree.At(i).ID, ""
		}
	}
	if s.scope.IsZero() {
		return s.scope, "There is no customer yet that users could be of. Create one in the Customers tab."
	}
	return s.scope, s.whyNot(domain.UsersCreate, s.scope)
}

func (s *users) whyNotCreate() string {
	_, why := s.newUserAt()
	return why
}

func (s *users) create() tea.Cmd {
	at, _ := s.newUserAt()
	return s.push(newUserForm(s.Console, at, nil, func(made domain.User) tea.Cmd {
		s.goal = made.ID
		return s.reread()
	}))
}

// below says whether the users of nested customers are listed too.
func (s *users) below() bool { return !s.userView.own || s.scope.IsZero() }

func (s *users) whyNotNested() string {
	at, ok := s.tree().Position(s.scope)
	switch {
	case !ok:
		return "The account itself has no users: this list is of all its customers."
	case !s.tree().HasChildren(at):
		return "No customer is nested under this one."
	}
	return s.whyNot(domain.UsersList, s.tree().At(at+1).ID)
}

func (s *users) sortedNow() tea.Cmd { return s.sorted(userColumns[s.userView.sort].name) }

func (s *users) pastes() string { return "a single name or address" }
