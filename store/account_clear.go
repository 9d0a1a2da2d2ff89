package store

import (
	"bytes"
	"context"
	"slices"

	"tenantry/domain"
)

// An account with a million devices is too much for one transaction, to come as
// to go. What can be seen of it comes last and goes first, in one step (isSeen);
// the rest is written and removed in many. Meanwhile the account is on the list
// of those to clear, and whoever opens the file next after a crash removes what
// lies there of it: half an account is never more than leftovers.

// keyClearing is where meta keeps the accounts to clear, end to end.
var keyClearing = []byte("clearing")

// clearStep is how many entries are looked at in one transaction, so that others
// who write wait for tens of milliseconds.
const clearStep = 20_000

// clearing lists the accounts of which leftovers may lie in the file.
func (k *kv) clearing() ([]domain.ID, error) {
	value, err := k.get(tableMeta, keyClearing)
	if err != nil {
		return nil, err
	}
	if len(value)%16 != 0 {
		return nil, damaged(tableMeta, keyClearing, "has the wrong length")
	}
	var list []domain.ID
	for n := range len(value) / 16 {
		list = append(list, idAt(value, n))
	}
	return list, nil
}

// putClearing puts an account on the list, or takes it off.
func (tx *tx) putClearing(account domain.ID, on bool) error {
	list, err := tx.clearing()
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(id domain.ID) bool { return id == account })
	if on {
		list = append(list, account)
	}
	if len(list) == 0 {
		return tx.delete(tableMeta, keyClearing)
	}
	var value []byte
	for _, id := range list {
		value = append(value, id[:]...)
	}
	return tx.put(tableMeta, keyClearing, value)
}

// clearLeftovers removes what was left of accounts that came or went when
// somebody was cut short.
func (db *DB) clearLeftovers(ctx context.Context) error {
	var list []domain.ID
	err := db.viewFree(ctx, domain.Actor{}, func(tx *tx) (err error) {
		list, err = tx.clearing()
		return err
	})
	for _, account := range list {
		if err == nil {
			err = db.clear(ctx, account, nil)
		}
	}
	return err
}

// clear removes every entry of an account that is on the list, and then takes it
// off. Cut short anywhere, it can be called again.
func (db *DB) clear(ctx context.Context, account domain.ID, progress Progress) error {
	removed := 0
	for t := range table(len(tables)) {
		if travels[t] == travelStays {
			continue
		}
		var from []byte
		for more := true; more; {
			err := db.updateFree(ctx, domain.Actor{}, func(tx *tx) error {
				gone, next, err := tx.clearSome(t, account, from)
				removed += gone
				from, more = next, next != nil
				return err
			})
			if err != nil {
				return err
			}
			if progress != nil {
				progress(removed, 0)
			}
		}
	}
	return db.updateFree(ctx, domain.Actor{}, func(tx *tx) error {
		// A try to sign in may have been counted in between.
		if err := tx.clearAll(account, func(t table) bool { return travels[t] != travelShared }); err != nil {
			return err
		}
		return tx.putClearing(account, false)
	})
}

// clearSome removes entries of an account from a table, beginning at a key (nil:
// at the first). next is where to go on; nil at the end. What is damaged stays
// for the check to find: it must not keep the file from being opened.
func (tx *tx) clearSome(t table, account domain.ID, from []byte) (gone int, next []byte, err error) {
	tx.quiet = true // a deletion was audited, and what never came isn't worth telling
	prefix := key1(account)
	if travels[t] == travelShared {
		prefix = nil
	}
	if from == nil {
		from = prefix
	}
	c := tx.scan(t, prefix)
	c.spoiled = func(error) {}
	var keys [][]byte
	looked := 0
	for there := c.seek(from); there; there = c.next() {
		if looked++; looked > clearStep {
			next = bytes.Clone(c.key())
			break
		}
		if prefix != nil || bytes.HasPrefix(c.value(), account[:]) {
			keys = append(keys, bytes.Clone(c.key()))
		}
	}
	if err := c.err(); err != nil {
		return 0, nil, err
	}
	for _, key := range keys {
		if err := tx.delete(t, key); err != nil {
			return 0, nil, err
		}
	}
	return len(keys), next, nil
}

// clearAll removes an account's entries from some tables, in this transaction.
func (tx *tx) clearAll(account domain.ID, from func(table) bool) error {
	for t := range table(len(tables)) {
		if travels[t] == travelStays || !from(t) {
			continue
		}
		var at []byte
		for more := true; more; {
			var err error
			if _, at, err = tx.clearSome(t, account, at); err != nil {
				return err
			}
			more = at != nil
		}
	}
	return nil
}
