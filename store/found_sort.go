package store

import (
	"cmp"
	"context"
	"encoding/binary"
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
	if by == SortName || by == "" {
		return &sorted, nil
	}
	keys := foundKeys{by: by, keys: make([]foundKey, found.Len()), makes: map[string]uint64{}}
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
	keys.rankMakes()
	slices.SortFunc(keys.keys, func(a, b foundKey) int {
		return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low), cmp.Compare(a.at, b.at))
	})
	sorted.order = make([]uint32, len(keys.keys))
	for i, k := range keys.keys {
		sorted.order[i] = k.at
	}
	return &sorted, ctx.Err()
}

// foundKey is what a found device is sorted by.
type foundKey struct {
	id        domain.ID
	at        uint32 // its place in the order of names
	high, low uint64
}

// foundKeys are the keys of everything found.
type foundKeys struct {
	by    DeviceSort
	keys  []foundKey
	makes map[string]uint64 // the number of each folded make, first as they come
}

// read fills in some keys, which are in the order of their IDs.
func (f *foundKeys) read(tx *tx, may *domain.Rights, keys []foundKey) error {
	account := may.Account().ID
	t := tableDevice
	if f.by == SortCustomer {
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
		if err := f.fill(&keys[i], key, c.value(), may.Tree()); err != nil {
			return err
		}
	}
	return tx.ctx.Err()
}

func (f *foundKeys) fill(k *foundKey, key, value []byte, tree *domain.Tree) error {
	if f.by == SortCustomer {
		at, err := placeFromValue(key, value)
		position, _ := tree.Position(at.customer)
		k.high = uint64(position)
		return err
	}
	keys, err := deviceKeysFromValue(key, value)
	switch f.by {
	case SortUnitID:
		k.high, k.low = binary.BigEndian.Uint64(keys.unit[:8]), binary.BigEndian.Uint64(keys.unit[8:])
	case SortMake:
		k.high = f.make(string(appendFolded(nil, keys.make)))
	case SortStatus:
		k.high = uint64(keys.status)
	case SortLastCommunication:
		k.high = uint64(keys.last) ^ 1<<63
	case SortRegistered:
		k.high = uint64(keys.registered) ^ 1<<63
	}
	return err
}

func (f *foundKeys) make(name string) uint64 {
	number, known := f.makes[name]
	if !known {
		number = uint64(len(f.makes))
		f.makes[name] = number
	}
	return number
}

// rankMakes turns the numbers of makes into their order.
func (f *foundKeys) rankMakes() {
	if f.by != SortMake {
		return
	}
	names := make([]string, len(f.makes))
	for name, number := range f.makes {
		names[number] = name
	}
	sorted := slices.Sorted(slices.Values(names))
	rank := make([]uint64, len(names))
	for place, name := range sorted {
		rank[f.makes[name]] = uint64(place)
	}
	for i := range f.keys {
		f.keys[i].high = rank[f.keys[i].high]
	}
}
