package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"tenantry/domain"
)

// SortFound is the answer in the order of a column, and of names where that is
// the same; reverse turns it round. By name it is at once. By any other it reads
// every device found, about a second for a million, in short transactions: do
// it in the background. Invalid when devices can't be sorted so.
func (db *DB) SortFound(ctx context.Context, actor domain.Actor, found *Found, by DeviceSort, reverse bool) (*Found, error) {
	if err := by.check(); err != nil {
		return nil, err
	}
	sorted := *found
	sorted.order, sorted.reverse = nil, reverse
	if by.byName() {
		return &sorted, nil
	}
	keys := foundKeys{by: by, keys: make([]foundKey, found.Len())}
	for i := range keys.keys {
		keys.keys[i] = foundKey{id: found.byName(i), at: uint32(i)}
	}
	slices.SortFunc(keys.keys, func(a, b foundKey) int { return compareIDs(a.id, b.id) })
	for rest := keys.keys; len(rest) > 0; {
		some := rest[:min(readAtOnce, len(rest))]
		rest = rest[len(some):]
		err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error { return keys.read(tx, may, some) })
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(keys.keys, keys.compare)
	sorted.order = make([]uint32, len(keys.keys))
	for i, k := range keys.keys {
		sorted.order[i] = k.at
	}
	return &sorted, ctx.Err()
}

// foundKey is what a found device is sorted by.
type foundKey struct {
	id       domain.ID
	at       uint32 // its place in the order of names
	length   uint32 // of the key
	from     uint64 // where in the text it begins
	beginsBy uint64 // its first eight bytes, which tell most apart
}

// foundKeys are the keys of everything found.
type foundKeys struct {
	by   DeviceSort
	keys []foundKey
	text []byte
}

func (f *foundKeys) compare(a, b foundKey) int {
	if a.beginsBy != b.beginsBy {
		return cmp.Compare(a.beginsBy, b.beginsBy)
	}
	return cmp.Or(bytes.Compare(f.of(a), f.of(b)), cmp.Compare(a.at, b.at))
}

func (f *foundKeys) of(k foundKey) []byte { return f.text[k.from : k.from+uint64(k.length)] }

// read fills in some keys, which are in the order of their IDs.
func (f *foundKeys) read(tx *tx, may *domain.Rights, keys []foundKey) error {
	account := may.Account().ID
	sorting := tx.sorting(may, f.by)
	t := tableDevice
	if f.by.byPlace() {
		t = tableOwner
	}
	c := tx.scan(t, key1(account))
	for i := range keys {
		key := key2(account, keys[i].id)
		if !c.stepTo(key, 1) {
			if c.err() != nil {
				return c.err()
			}
			continue
		}
		if err := f.fill(&keys[i], key, c.value(), sorting); err != nil {
			return err
		}
	}
	return tx.ctx.Err()
}

func (f *foundKeys) fill(k *foundKey, key, value []byte, sorting *deviceSorting) error {
	var at place
	var err error
	begin := len(f.text)
	if f.by.byPlace() {
		if at, err = placeFromValue(key, value); err == nil {
			f.text, err = sorting.appendPlace(f.text, at)
		}
	} else {
		f.text, err = sorting.appendRecord(f.text, key, value)
	}
	k.from, k.length = uint64(begin), uint32(len(f.text)-begin)
	for i := range 8 {
		k.beginsBy <<= 8
		if begin+i < len(f.text) {
			k.beginsBy |= uint64(f.text[begin+i])
		}
	}
	return err
}
