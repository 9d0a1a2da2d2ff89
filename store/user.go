package store

import (
	"bytes"
	"strings"

	"tenantry/domain"
)

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
	NoSignIn   bool            `cbor:"16,keyasint,omitempty"`
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
		NoSignIn: r.NoSignIn,
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
		CreatedBy: idOrNil(u.CreatedBy), Version: u.Version, NoSignIn: u.NoSignIn,
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
	if err := tx.putUnique(tableUserName, fold(before.Username), fold(u.Username), value, errUsernameTaken()); err != nil {
		return err
	}
	return tx.putUnique(tableUserEmail, fold(before.Email), fold(u.Email), value, errEmailTaken())
}

// checkUserNames asks what putUserNames would of a new user, and writes nothing.
func (tx *tx) checkUserNames(u *domain.User) error {
	for _, name := range []struct {
		t     table
		text  string
		taken error
	}{{tableUserName, u.Username, errUsernameTaken()}, {tableUserEmail, u.Email, errEmailTaken()}} {
		if name.text == "" {
			continue
		}
		held, err := tx.get(name.t, domain.AppendFold(nil, name.text))
		if err != nil {
			return err
		}
		if held != nil {
			return name.taken
		}
	}
	return nil
}

func errUsernameTaken() *domain.Error {
	return domain.Errorf(domain.Conflict, "username", "This username is taken already. Choose another.")
}

func errEmailTaken() *domain.Error {
	return domain.Errorf(domain.Conflict, "email", "Another user has this email already. Choose another.")
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

// deleteUser removes a user with all that is theirs, in every table.
func (tx *tx) deleteUser(u domain.User) error {
	gone := domain.User{ID: u.ID, Account: u.Account}
	if err := tx.putUserNames(&u, &gone); err != nil {
		return err
	}
	if err := tx.moveUser(&gone, u.Customer); err != nil {
		return err
	}
	if _, err := tx.endSessions(u.Account, u.ID, domain.ID{}); err != nil {
		return err
	}
	for _, remove := range []func(account, user domain.ID) error{
		tx.dropInvitation, tx.deleteFactor, tx.deletePassword, tx.deleteFailures, tx.deleteTokens, tx.deleteRFIDs, tx.deleteViews,
	} {
		if err := remove(u.Account, u.ID); err != nil {
			return err
		}
	}
	if err := tx.deleteAll(tableSSHKey, key2(u.Account, u.ID)); err != nil {
		return err
	}
	return tx.delete(tableUser, key2(u.Account, u.ID))
}

// deleteAll removes every value of a table whose key begins so.
func (tx *tx) deleteAll(t table, prefix []byte) error {
	var keys [][]byte
	c := tx.scan(t, prefix)
	for c.next() {
		keys = append(keys, bytes.Clone(c.key()))
	}
	for _, key := range keys {
		if err := tx.delete(t, key); err != nil {
			return err
		}
	}
	return c.err()
}

// deletePassword removes a user's password, if there is one.
func (tx *tx) deletePassword(account, user domain.ID) error {
	return tx.delete(tablePassword, key2(account, user))
}
