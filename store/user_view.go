package store

import (
	"context"

	"tenantry/domain"
)

// ListView is how somebody looks at a list. The zero view is the one that a list
// has at first.
type ListView struct {
	Columns []string // those shown, by their names, in their order; none: as at first
	Sort    string   // the column sorted by, empty for the first
	Reverse bool
	Own     bool // without what belongs to nested customers
}

// Views are how somebody looks at each list.
type Views struct{ Devices, Users, Tokens ListView }

// Bounds of what is kept of a view: nobody has more columns.
const (
	maxViewColumns = 64
	maxColumnName  = 40
)

// SaveViews keeps how the actor looks at lists, for their next session; Standing
// brings it back. It concerns nobody else and comes with many keys, so the audit
// trail tells nothing of it. Refused to the operator, who is no user.
func (db *DB) SaveViews(ctx context.Context, actor domain.Actor, v Views) error {
	save := attempt{action: "view.save", subject: SubjectUser, objects: ids(actor.User)}
	return db.update(ctx, actor, save, func(tx *tx, may *domain.Rights) error {
		tx.quiet = true
		u, err := ownUser(may)
		if err != nil {
			return err
		}
		for _, view := range []ListView{v.Devices, v.Users, v.Tokens} {
			if err := view.check(); err != nil {
				return err
			}
		}
		r := userViewRecord{Devices: viewToRecord(v.Devices), Users: viewToRecord(v.Users), Tokens: viewToRecord(v.Tokens)}
		return tx.put(tableUserView, key2(u.Account, u.ID), encode(r))
	})
}

func (v ListView) check() error {
	bad := len(v.Columns) > maxViewColumns
	for _, name := range append(v.Columns[:len(v.Columns):len(v.Columns)], v.Sort) {
		bad = bad || len(name) > maxColumnName || domain.Clean(name) != name
	}
	if bad {
		return domain.Errorf(domain.Invalid, "columns", "No list has such columns. Choose among those that it offers.")
	}
	return nil
}

// userViewRecord is a user's views in the file.
type userViewRecord struct {
	Devices *listViewRecord `cbor:"1,keyasint,omitempty"`
	Users   *listViewRecord `cbor:"2,keyasint,omitempty"`
	Tokens  *listViewRecord `cbor:"3,keyasint,omitempty"`
}

type listViewRecord struct {
	Columns []string `cbor:"1,keyasint,omitempty"`
	Sort    string   `cbor:"2,keyasint,omitempty"`
	Reverse bool     `cbor:"3,keyasint,omitempty"`
	Own     bool     `cbor:"4,keyasint,omitempty"`
}

func viewToRecord(v ListView) *listViewRecord {
	return &listViewRecord{Columns: v.Columns, Sort: v.Sort, Reverse: v.Reverse, Own: v.Own}
}

func (r *listViewRecord) view() ListView {
	if r == nil {
		return ListView{}
	}
	return ListView{Columns: r.Columns, Sort: r.Sort, Reverse: r.Reverse, Own: r.Own}
}

// views are those that a user has kept.
func (tx *tx) views(u *domain.User) (Views, error) {
	var r userViewRecord
	key := key2(u.Account, u.ID)
	value, err := tx.get(tableUserView, key)
	if value == nil || err != nil {
		return Views{}, err
	}
	err = decodeAt(tableUserView, key, value, &r)
	return Views{Devices: r.Devices.view(), Users: r.Users.view(), Tokens: r.Tokens.view()}, err
}

// deleteViews forgets how a user looked at lists, and the filters they kept.
func (tx *tx) deleteViews(account, user domain.ID) error {
	key := key2(account, user)
	return firstOf(tx.delete(tableUserView, key), tx.deleteAll(tableSavedFilter, key))
}
