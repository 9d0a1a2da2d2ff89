package store

import (
	"context"
	"slices"

	"tenantry/domain"
)

// SavedFilter is a filter over devices that somebody keeps under a name. It is
// theirs alone: nobody else is told that it is there.
type SavedFilter struct {
	ID     domain.ID
	Name   string
	Filter string
}

// MaxSavedFilters is how many somebody may keep.
const MaxSavedFilters = 50

// maxFilterName is how long the name of one may be, in characters.
const maxFilterName = 60

// SavedFilters lists the actor's own by name. The operator has none.
func (db *DB) SavedFilters(ctx context.Context, actor domain.Actor) ([]SavedFilter, error) {
	var list []SavedFilter
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) (err error) {
		if u := may.User(); u != nil {
			list, err = tx.savedFilters(u)
		}
		return err
	})
	return list, err
}

// SaveFilter keeps a filter of the actor's own: a new one where f.ID is zero,
// else another name and filter for that one. Invalid where the name is empty or
// the filter isn't one, Conflict where another has the name or there are too
// many, NotFound where that one isn't theirs. Nobody else is concerned, so the
// audit trail tells nothing of it.
func (db *DB) SaveFilter(ctx context.Context, actor domain.Actor, f SavedFilter) (SavedFilter, error) {
	save := attempt{action: "filter.save", subject: SubjectUser, objects: ids(actor.User)}
	err := db.update(ctx, actor, save, func(tx *tx, may *domain.Rights) error {
		tx.quiet = true
		u, err := ownUser(may)
		if err != nil {
			return err
		}
		if f, err = tx.checkSavedFilter(may, u, f); err != nil {
			return err
		}
		return tx.put(tableSavedFilter, key3(u.Account, u.ID, f.ID), encode(savedFilterRecord{Name: f.Name, Filter: f.Filter}))
	})
	if err != nil {
		return SavedFilter{}, err
	}
	return f, nil
}

func (tx *tx) checkSavedFilter(may *domain.Rights, u *domain.User, f SavedFilter) (SavedFilter, error) {
	name, err := domain.CheckText("name", f.Name, maxFilterName)
	if err != nil {
		return f, err
	}
	if name == "" {
		return f, domain.Errorf(domain.Invalid, "name", "Give the filter a name.")
	}
	if f.Name = name; f.Filter == "" {
		return f, domain.Errorf(domain.Invalid, "filter", "There is no filter to save. Write one first.")
	}
	if f.Filter, err = domain.CheckText("filter", f.Filter, domain.MaxFilterBytes); err != nil {
		return f, err
	}
	if _, err := parseFilter(f.Filter, may, tx.now); err != nil {
		return f, err
	}
	there, err := tx.savedFilters(u)
	if err != nil {
		return f, err
	}
	known := f.ID.IsZero()
	for _, other := range there {
		if other.ID == f.ID {
			known = true
		} else if domain.Fold(other.Name) == domain.Fold(name) {
			return f, domain.Errorf(domain.Conflict, "name", "You have a filter called %q already. Take another name.", other.Name)
		}
	}
	if !known {
		return f, domain.NoSuch("filter")
	}
	if f.ID.IsZero() {
		if len(there) >= MaxSavedFilters {
			return f, domain.Errorf(domain.Conflict, "name", "You keep %d filters, which is all that there is room for. Delete one that you don't use.", len(there))
		}
		f.ID, err = tx.newID()
	}
	return f, err
}

// DeleteFilter forgets a filter of the actor's own. NotFound where it isn't.
func (db *DB) DeleteFilter(ctx context.Context, actor domain.Actor, id domain.ID) error {
	remove := attempt{action: "filter.delete", subject: SubjectUser, objects: ids(actor.User)}
	return db.update(ctx, actor, remove, func(tx *tx, may *domain.Rights) error {
		tx.quiet = true
		u, err := ownUser(may)
		if err != nil {
			return err
		}
		key := key3(u.Account, u.ID, id)
		if value, err := tx.get(tableSavedFilter, key); value == nil || err != nil {
			return firstOf(err, domain.NoSuch("filter"))
		}
		return tx.delete(tableSavedFilter, key)
	})
}

// savedFilterRecord is a saved filter in the file; whose it is, is in the key.
type savedFilterRecord struct {
	Name   string `cbor:"1,keyasint,omitempty"`
	Filter string `cbor:"2,keyasint,omitempty"`
}

func (tx *tx) savedFilters(u *domain.User) ([]SavedFilter, error) {
	var list []SavedFilter
	c := tx.scan(tableSavedFilter, key2(u.Account, u.ID))
	for c.next() {
		var r savedFilterRecord
		if err := decodeAt(tableSavedFilter, c.key(), c.value(), &r); err != nil {
			return nil, err
		}
		list = append(list, SavedFilter{ID: idAt(c.key(), 2), Name: r.Name, Filter: r.Filter})
	}
	slices.SortFunc(list, func(a, b SavedFilter) int {
		if c := compareNatural([]byte(domain.Fold(a.Name)), []byte(domain.Fold(b.Name))); c != 0 {
			return c
		}
		return compareIDs(a.ID, b.ID)
	})
	return list, c.err()
}
