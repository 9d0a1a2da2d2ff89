package store

import (
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
	CustomerPath string
	Owner        bool
}

// UserQuery selects users in reach.
type UserQuery struct {
	Customer domain.ID // zero: the actor's whole reach
	Below    bool      // with those of nested customers
	Filter   string    // words over username, email, full name, customer
	Page
}

// UserList is a page of users.
type UserList struct {
	Rows  []UserRow
	Next  string // cursor of the next page, empty at the end
	Total int
}

// Users lists the users that the actor may list, by customer and user name.
// Refused to those who may list none, NotFound when q.Customer isn't in reach.
func (db *DB) Users(ctx context.Context, actor domain.Actor, q UserQuery) (UserList, error) {
	var list UserList
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		from, to, err := usersSpan(may, q)
		if err != nil {
			return err
		}
		after, err := readCursor(q.Cursor)
		if err != nil {
			return err
		}
		list, err = tx.users(may, q, from, to, after)
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

func (tx *tx) users(may *domain.Rights, q UserQuery, from, to int, after string) (UserList, error) {
	var list UserList
	words := strings.Fields(domain.Fold(q.Filter))
	for i := from; i < to; i++ {
		if !may.MayAt(domain.UsersList, i).Allowed {
			continue
		}
		rows, err := tx.userRows(may, i, words)
		if err != nil {
			return list, err
		}
		list.Total += len(rows)
		for _, row := range rows {
			if after == "" && len(list.Rows) < q.limit() {
				list.Rows = append(list.Rows, row)
			} else if after == "" && list.Next == "" {
				list.Next = writeCursor(list.Rows[len(list.Rows)-1].ID.String())
			}
			if after == row.ID.String() {
				after = ""
			}
		}
	}
	if after != "" {
		return list, errCursorGone()
	}
	return list, tx.ctx.Err()
}

// userRows are the users of the customer at a position that match every word,
// by username.
func (tx *tx) userRows(may *domain.Rights, at int, words []string) ([]UserRow, error) {
	tree := may.Tree()
	customer := tree.At(at).ID
	makers := map[domain.ID]string{}
	var rows []UserRow
	err := tx.eachUserOf(tree.Account().ID, customer, func(u *domain.User) error {
		row := UserRow{User: *u, CustomerPath: tree.Path(customer), Owner: u.ID == tree.Account().Owner}
		if maker, err := tx.maker(may, u.CreatedBy, makers); maker == "" {
			row.CreatedBy = domain.ID{}
			if err != nil {
				return err
			}
		}
		text := domain.Fold(strings.Join([]string{u.Username, u.Email, u.FullName, row.CustomerPath}, "\n"))
		for _, word := range words {
			if !strings.Contains(text, word) {
				return nil
			}
		}
		rows = append(rows, row)
		return nil
	})
	slices.SortFunc(rows, func(a, b UserRow) int {
		return strings.Compare(domain.Fold(a.Username), domain.Fold(b.Username))
	})
	return rows, err
}

// CreateUser makes an active user with a password set by hand, to be changed at
// the first sign-in unless the operator says otherwise (u.MustChange). NotFound
// when the customer isn't in reach, Refused without the right or above the
// ceiling on granting, Invalid where a field is wrong, Conflict when the user
// name or email is taken.
func (db *DB) CreateUser(ctx context.Context, actor domain.Actor, u domain.User, password string) (domain.User, error) {
	create := attempt{action: "user.create", subject: SubjectUser, objects: ids(u.Customer)}
	u.ID, u.Inactive, u.Activated, u.Version = domain.ID{}, false, true, 1
	u.LastSignIn, u.CreatedBy = time.Time{}, actor.User
	u.MustChange = u.MustChange || !actor.Operator
	u.Locations = slices.Clone(u.Locations)
	check := func(tx *tx, may *domain.Rights) error {
		u.Account, u.CreatedAt = may.Account().ID, tx.now
		return tx.checkNewUser(may, &u)
	}
	// Hashing takes long, so it comes before the transaction that writes; and
	// the question whether it is allowed comes before the hashing.
	var account domain.Account
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		account = *may.Account()
		return check(tx, may)
	})
	if err != nil {
		db.noteIfRefused(ctx, actor, create, err)
		return domain.User{}, err
	}
	hash, err := db.newPassword(ctx, password, &u, &account)
	if err != nil {
		return domain.User{}, err
	}
	err = db.update(ctx, actor, create, func(tx *tx, may *domain.Rights) (err error) {
		if err := check(tx, may); err != nil {
			return err
		}
		if u.ID, err = tx.newID(); err != nil {
			return err
		}
		return tx.createUser(create.action, u, hash)
	})
	if err != nil {
		return domain.User{}, err
	}
	return u, nil
}

func (tx *tx) checkNewUser(may *domain.Rights, u *domain.User) error {
	find, failed := tx.locationFinder(u.Account)
	if err := may.CheckNewUser(u, find); err != nil {
		return firstOf(failed(), err)
	}
	return domain.CheckUser(u)
}

func (tx *tx) createUser(action string, u domain.User, hash passwordRecord) error {
	if err := tx.putUser(u); err != nil {
		return err
	}
	if err := tx.putPassword(u.Account, u.ID, hash); err != nil {
		return err
	}
	tree, err := tx.tree(u.Account)
	if err != nil {
		return err
	}
	_, err = tx.audit(u.Account, entry{
		action: action, subject: SubjectUser, object: u.ID, name: u.Username, where: ids(u.Customer),
		changes: changes(
			change{"customer", "", tree.Path(u.Customer)},
			change{"email", "", u.Email},
			change{"full_name", "", u.FullName},
			change{"groups", "", u.Groups.String()},
		),
	})
	return err
}

// userRecord is a user in the file; its account is in the key.
type userRecord struct {
	Customer   []byte          `cbor:"1,keyasint,omitempty"`
	Username   string          `cbor:"2,keyasint,omitempty"`
	Email      string          `cbor:"3,keyasint,omitempty"`
	FullName   string          `cbor:"4,keyasint,omitempty"`
	Phone      string          `cbor:"5,keyasint,omitempty"`
	Groups     uint8           `cbor:"6,keyasint,omitempty"`
	Locations  []byte          `cbor:"7,keyasint,omitempty"` // IDs end to end
	Inactive   bool            `cbor:"8,keyasint,omitempty"`
	Activated  bool            `cbor:"9,keyasint,omitempty"`
	Settings   *settingsRecord `cbor:"10,keyasint,omitempty"`
	MustChange bool            `cbor:"11,keyasint,omitempty"`
	LastSignIn int64           `cbor:"12,keyasint,omitempty"`
	CreatedAt  int64           `cbor:"13,keyasint,omitempty"`
	CreatedBy  []byte          `cbor:"14,keyasint,omitempty"`
	Version    uint64          `cbor:"15,keyasint,omitempty"`
}

func userFromValue(key, value []byte) (domain.User, error) {
	var r userRecord
	if err := decodeAt(tableUser, key, value, &r); err != nil {
		return domain.User{}, err
	}
	u := domain.User{
		ID: idAt(key, 1), Account: idAt(key, 0), Customer: idFromRecord(r.Customer),
		Username: r.Username, Email: r.Email, FullName: r.FullName, Phone: r.Phone, Groups: domain.Groups(r.Groups),
		Inactive: r.Inactive, Activated: r.Activated, Settings: r.Settings.settings(), MustChange: r.MustChange,
		LastSignIn: timeFromRecord(r.LastSignIn), CreatedAt: timeFromRecord(r.CreatedAt), CreatedBy: idFromRecord(r.CreatedBy), Version: r.Version,
	}
	for i := range len(r.Locations) / 16 {
		u.Locations = append(u.Locations, idAt(r.Locations, i))
	}
	return u, nil
}

// user reads a user; nil when the account has none such.
func (tx *tx) user(account, id domain.ID) (*domain.User, error) {
	key := key2(account, id)
	value, err := tx.get(tableUser, key)
	if value == nil || err != nil {
		return nil, err
	}
	u, err := userFromValue(key, value)
	if err != nil {
		return nil, err
	}
	return &u, nil
}

// userNamed finds a user of any account by username, or else by email, without
// regard to case; nil when there is none.
func (tx *tx) userNamed(name string) (*domain.User, error) {
	folded := domain.AppendFold(nil, strings.TrimSpace(name))
	if len(folded) == 0 {
		return nil, nil
	}
	for _, t := range []table{tableUserName, tableUserEmail} {
		value, err := tx.get(t, folded)
		if err != nil {
			return nil, err
		}
		if value == nil {
			continue
		}
		u, err := tx.user(idAt(value, 0), idAt(value, 1))
		if u == nil && err == nil {
			err = damaged(t, folded, "points to nothing")
		}
		return u, err
	}
	return nil, nil
}

// eachUserOf tells every user of one customer.
func (tx *tx) eachUserOf(account, customer domain.ID, tell func(*domain.User) error) error {
	c := tx.scan(tableUserCustomer, key2(account, customer))
	for c.next() {
		u, err := tx.user(account, idAt(c.key(), 2))
		if u == nil && err == nil {
			err = damaged(tableUserCustomer, c.key(), "points to nothing")
		}
		if err == nil {
			err = tell(u)
		}
		if err != nil {
			return err
		}
	}
	return c.err()
}

// eachUser tells every user of the account.
func (tx *tx) eachUser(account domain.ID, tell func(*domain.User) error) error {
	c := tx.scan(tableUser, key1(account))
	for c.next() {
		u, err := userFromValue(c.key(), c.value())
		if err == nil {
			err = tell(&u)
		}
		if err != nil {
			return err
		}
	}
	return c.err()
}

// putUser writes a user, its indexes and its customer's count. Conflict when
// another has its username or email, in any account.
func (tx *tx) putUser(u domain.User) error {
	before, err := tx.user(u.Account, u.ID)
	if err != nil {
		return err
	}
	if before == nil {
		before = &domain.User{}
	}
	if err := tx.putUserNames(before, &u); err != nil {
		return err
	}
	if before.Customer != u.Customer {
		if err := tx.moveUser(&u, before.Customer); err != nil {
			return err
		}
	}
	record := userRecord{
		Customer: idOrNil(u.Customer), Username: u.Username, Email: u.Email, FullName: u.FullName, Phone: u.Phone,
		Groups: uint8(u.Groups), Inactive: u.Inactive, Activated: u.Activated, Settings: settingsToRecord(u.Settings),
		MustChange: u.MustChange, LastSignIn: timeToRecord(u.LastSignIn), CreatedAt: timeToRecord(u.CreatedAt),
		CreatedBy: idOrNil(u.CreatedBy), Version: u.Version,
	}
	for _, l := range u.Locations {
		record.Locations = append(record.Locations, l[:]...)
	}
	return tx.put(tableUser, key2(u.Account, u.ID), encode(record))
}

// putUserNames keeps the two indexes by which people sign in. A username holds
// no @, so that none is another's email.
func (tx *tx) putUserNames(before, u *domain.User) error {
	value := key2(u.Account, u.ID)
	fold := func(text string) []byte { return domain.AppendFold(nil, text) }
	taken := domain.Errorf(domain.Conflict, "username", "This username is taken already. Choose another.")
	if err := tx.putUnique(tableUserName, fold(before.Username), fold(u.Username), value, taken); err != nil {
		return err
	}
	taken = domain.Errorf(domain.Conflict, "email", "Another user has this email already. Choose another.")
	return tx.putUnique(tableUserEmail, fold(before.Email), fold(u.Email), value, taken)
}

// moveUser keeps the index by customer and the counts of both.
func (tx *tx) moveUser(u *domain.User, from domain.ID) error {
	if !from.IsZero() {
		if err := tx.delete(tableUserCustomer, key3(u.Account, from, u.ID)); err != nil {
			return err
		}
		if err := tx.addHeld(u.Account, from, -1, 0); err != nil {
			return err
		}
	}
	if u.Customer.IsZero() {
		return nil
	}
	if err := tx.addHeld(u.Account, u.Customer, +1, 0); err != nil {
		return err
	}
	return tx.put(tableUserCustomer, key3(u.Account, u.Customer, u.ID), nil)
}

// deleteUser removes a user, its indexes, its password and its count.
func (tx *tx) deleteUser(u domain.User) error {
	gone := domain.User{ID: u.ID, Account: u.Account}
	if err := tx.putUserNames(&u, &gone); err != nil {
		return err
	}
	if err := tx.moveUser(&gone, u.Customer); err != nil {
		return err
	}
	key := key2(u.Account, u.ID)
	for _, t := range []table{tablePassword, tableFailure, tableUser} {
		if err := tx.delete(t, key); err != nil {
			return err
		}
	}
	return nil
}
