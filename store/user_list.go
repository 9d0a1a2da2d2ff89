package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tenantry/domain"
)

// UserRow is a user with what a list shows. CreatedBy is zero where the actor
// doesn't reach that user.
type UserRow struct {
	domain.User
	CustomerPath  string
	LocationNames []string // of Locations, one by one; "one elsewhere" for one that the actor may not know
	Owner         bool
	Status        UserStatus
	Enrolled      bool      // has a second factor
	Forced        bool      // must have one
	InvitedUntil  time.Time // until when a code that waits is good; zero for none
	Failed        int       // tries to sign in since the last that was right, whether they lock or not
}

// UserSort names a column to sort users by.
type UserSort string

// The columns. By customer is the order of the tree, and is what a list begins
// with; where a column is the same, the tree and then the username decide.
const (
	SortUserCustomer   UserSort = "customer"
	SortUserUsername   UserSort = "username"
	SortUserEmail      UserSort = "email"
	SortUserLastSignIn UserSort = "last_sign_in" // never is before all
	SortUserStatus     UserSort = "status"
)

// UserSorts are all columns that users can be sorted by.
func UserSorts() []UserSort {
	return []UserSort{SortUserCustomer, SortUserUsername, SortUserEmail, SortUserLastSignIn, SortUserStatus}
}

// UserQuery selects users in reach.
type UserQuery struct {
	Customer domain.ID // zero: the actor's whole reach
	Below    bool      // with those of nested customers
	Filter   string    // words over username, email, full name, customer, groups, status
	Names    bool      // the words are looked for in what names a user alone: the first three
	Sort     UserSort  // empty: by customer
	Reverse  bool
	Page
}

// UserList is a page of users.
type UserList struct {
	Rows  []UserRow
	Next  string // cursor of the next page, empty at the end
	Total int
}

// Users lists the users that the actor may list. Refused to those who may list
// none, NotFound when q.Customer isn't in reach, Invalid for a column that there
// isn't.
func (db *DB) Users(ctx context.Context, actor domain.Actor, q UserQuery) (UserList, error) {
	var list UserList
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		from, to, err := usersSpan(may, q)
		if err != nil {
			return err
		}
		if q.Sort != "" && !slices.Contains(UserSorts(), q.Sort) {
			return domain.Errorf(domain.Invalid, "sort", "Users can't be sorted by %q.", domain.CleanCut(string(q.Sort), 40))
		}
		after, err := readCursor(q.Cursor)
		if err != nil {
			return err
		}
		found, err := tx.matchingUsers(may, q, from, to)
		if err != nil {
			return err
		}
		list, err = tx.userPage(may, found, after, q.limit())
		return err
	})
	return list, err
}

// usersSpan is the run of customers to look for users in.
func usersSpan(may *domain.Rights, q UserQuery) (from, to int, err error) {
	if q.Customer.IsZero() {
		from, to = may.Span()
		return from, to, may.MayAnywhere(domain.UsersList).Err(may)
	}
	if !may.Reaches(q.Customer) {
		return 0, 0, domain.NoSuch("customer")
	}
	from, to = may.Tree().Span(q.Customer)
	if !q.Below {
		to = from + 1
		return from, to, may.May(domain.UsersList, q.Customer).Err(may)
	}
	return from, to, may.MayAnywhere(domain.UsersList).Err(may)
}

// matchingUser is a user on the way into a list, with what it is sorted by.
type matchingUser struct {
	domain.User
	at     int // the position of its customer
	name   string
	key    string
	status UserStatus
}

// matchingUsers are the users of a run of customers that the actor may list and
// that match every word, in their order.
func (tx *tx) matchingUsers(may *domain.Rights, q UserQuery, from, to int) ([]matchingUser, error) {
	var found []matchingUser
	words := strings.Fields(domain.Fold(q.Filter))
	tree := may.Tree()
	for i := from; i < to; i++ {
		if !may.MayAt(domain.UsersList, i).Allowed {
			continue
		}
		customer := tree.At(i).ID
		path := tree.Path(customer)
		err := tx.eachUserOf(tree.Account().ID, customer, func(u *domain.User) error {
			m := matchingUser{User: *u, at: i, name: domain.Fold(u.Username)}
			if q.Names {
				if !m.named(words) {
					return nil
				}
			} else if matches, err := tx.matchesUser(may, &m, path, words); err != nil || !matches {
				return err
			}
			if err := tx.sortKey(&m, q.Sort); err != nil {
				return err
			}
			found = append(found, m)
			return nil
		})
		if err := firstOf(err, tx.ctx.Err()); err != nil {
			return nil, err
		}
	}
	sortUsers(found, q)
	return found, nil
}

// named says whether every word is in what names the user.
func (m *matchingUser) named(words []string) bool {
	text := m.name + "\n" + domain.Fold(m.Email) + "\n" + domain.Fold(m.FullName)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// matchesUser says whether a user holds every word. The status is looked up only
// where the rest doesn't hold a word that could be of one.
func (tx *tx) matchesUser(may *domain.Rights, m *matchingUser, path string, words []string) (bool, error) {
	if len(words) == 0 {
		return true, nil
	}
	groups := m.Groups.String() + "\n" + m.Groups.Short()
	if m.ID == may.Account().Owner {
		groups += "\nowner"
	}
	text := domain.Fold(strings.Join([]string{m.Username, m.Email, m.FullName, path, groups}, "\n"))
	status := ""
	for _, word := range words {
		if strings.Contains(text, word) {
			continue
		}
		if !slices.ContainsFunc(userStatusNames[:], func(name string) bool { return strings.HasPrefix(name, word) }) {
			return false, nil
		}
		if status == "" {
			now, err := tx.userStatus(&m.User)
			if err != nil {
				return false, err
			}
			status = now.String()
		}
		if !strings.HasPrefix(status, word) { // "active" isn't meant to find the inactive
			return false, nil
		}
	}
	return true, nil
}

func (tx *tx) sortKey(m *matchingUser, by UserSort) (err error) {
	switch by {
	case SortUserEmail:
		m.key = domain.Fold(m.Email)
	case SortUserStatus:
		m.status, err = tx.userStatus(&m.User)
	}
	return err
}

// sortUsers puts users in order: a whole one, so that pages have no gaps.
func sortUsers(found []matchingUser, q UserQuery) {
	slices.SortFunc(found, func(a, b matchingUser) int {
		order := 0
		switch q.Sort {
		case SortUserUsername:
			order = strings.Compare(a.name, b.name)
		case SortUserEmail:
			order = strings.Compare(a.key, b.key)
		case SortUserLastSignIn:
			order = a.LastSignIn.Compare(b.LastSignIn)
		case SortUserStatus:
			order = cmp.Compare(a.status, b.status)
		}
		order = cmp.Or(order, cmp.Compare(a.at, b.at), strings.Compare(a.name, b.name), compareIDs(a.ID, b.ID))
		if q.Reverse {
			return -order
		}
		return order
	})
}

// userPage is the part of a list that comes after a user, from the beginning
// where there is none.
func (tx *tx) userPage(may *domain.Rights, found []matchingUser, after string, limit int) (UserList, error) {
	list := UserList{Total: len(found)}
	var err error
	found, list.Next, err = pageOf(found, func(m *matchingUser) domain.ID { return m.ID }, after, limit)
	if err != nil {
		return list, err
	}
	makers := map[domain.ID]string{}
	for i := range found {
		row, err := tx.userRow(may, &found[i].User, makers)
		if err != nil {
			return list, err
		}
		list.Rows = append(list.Rows, row)
	}
	return list, tx.ctx.Err()
}

// userRow is what somebody who sees a user is shown of them. makers remembers
// names, see tx.maker.
func (tx *tx) userRow(may *domain.Rights, u *domain.User, makers map[domain.ID]string) (UserRow, error) {
	tree := may.Tree()
	row := UserRow{User: *u, CustomerPath: tree.Path(u.Customer), Owner: u.ID == tree.Account().Owner, Forced: !u.NoSignIn && factorForced(tree, u)}
	maker, err := tx.maker(may, u.CreatedBy, makers)
	if err != nil {
		return row, err
	}
	if maker == "" {
		row.CreatedBy = domain.ID{}
	}
	if row.LocationNames, err = tx.locationNames(may, u.Locations); err != nil {
		return row, err
	}
	if row.Status, err = tx.userStatus(u); err != nil {
		return row, err
	}
	if row.Failed, err = tx.failed(u); err != nil {
		return row, err
	}
	if row.Enrolled, err = tx.enrolled(u.Account, u.ID); err != nil {
		return row, err
	}
	invitation, err := tx.invitation(u.Account, u.ID)
	if err != nil || invitation == nil {
		return row, err
	}
	if until := timeFromRecord(invitation.Until); tx.now.Before(until) {
		row.InvitedUntil = until
	}
	return row, nil
}

// locationNames are the names of locations, with others' left out.
func (tx *tx) locationNames(may *domain.Rights, locations []domain.ID) ([]string, error) {
	var names []string
	for _, id := range locations {
		l, err := tx.location(may.Account().ID, id)
		if err != nil {
			return nil, err
		}
		name := "one elsewhere"
		if l != nil && may.Reaches(l.Customer) {
			name = l.Name
		}
		names = append(names, name)
	}
	return names, nil
}

// namePlaces gives the rights of somebody the names of the locations that they
// are limited to, as far as the actor may know them.
func (tx *tx) namePlaces(may, theirs *domain.Rights) error {
	if !theirs.Narrowed() {
		return nil
	}
	names, err := tx.locationNames(may, theirs.User().Locations)
	theirs.NamePlaces(names)
	return err
}

// userStatus is what a list says of a user in one word.
func (tx *tx) userStatus(u *domain.User) (UserStatus, error) {
	if u.Inactive {
		return UserInactive, nil
	}
	failures, err := tx.failures(u.Account, u.ID)
	switch {
	case err != nil:
		return 0, err
	case failures.locked(tx.now):
		return UserLocked, nil
	case u.NoSignIn:
		return UserNoSignIn, nil
	case !u.Activated:
		return UserInvited, nil
	}
	return UserActive, nil
}

// failed counts a user's tries that failed, of every kind.
func (tx *tx) failed(u *domain.User) (int, error) {
	failures, err := tx.failures(u.Account, u.ID)
	n := 0
	for _, t := range failures.all() {
		n += int(t.count)
	}
	return n, err
}

// FindUser is a user in reach by username, email or ID. NotFound otherwise.
func (db *DB) FindUser(ctx context.Context, actor domain.Actor, name string) (UserRow, error) {
	var row UserRow
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		u, err := tx.userMeant(may, name)
		if err != nil {
			return err
		}
		row, err = tx.userRow(may, u, map[domain.ID]string{})
		return err
	})
	return row, err
}

// userMeant finds a user that the actor sees. An ID comes first: nobody may
// shadow a user by naming another so.
func (tx *tx) userMeant(may *domain.Rights, name string) (*domain.User, error) {
	if id, err := domain.ParseID(strings.TrimSpace(name)); err == nil {
		if u, err := tx.userIn(may, id); domain.KindOf(err) != domain.NotFound {
			return u, err
		}
	}
	u, err := tx.userNamed(name)
	if err != nil {
		return nil, err
	}
	if u == nil || !may.SeesUser(u).Allowed {
		return nil, domain.NoSuch("user")
	}
	return u, nil
}

// userIn is a user whom the actor sees; NotFound for any other ID.
func (tx *tx) userIn(may *domain.Rights, id domain.ID) (*domain.User, error) {
	u, err := tx.user(may.Account().ID, id)
	if err != nil {
		return nil, err
	}
	if u == nil || !may.SeesUser(u).Allowed {
		return nil, domain.NoSuch("user")
	}
	return u, nil
}
