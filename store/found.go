package store

import (
	"math/bits"
	"sort"

	"tenantry/domain"
)

// Found is the answer of a search: devices in the order of their names, or in
// the order of SortFound. It doesn't change. What a device shows, and whether
// it may still be seen, is for DeviceRows to say.
//
// It is small, 125 KB for a million devices, so that every session can keep one,
// and it holds on to no text of the fleet.
type Found struct {
	// Reason is why nothing was found, where that is a matter of rights.
	Reason string

	ids  *fleetIDs
	bits []uint64 // the rows of the base that were found
	rank []uint32 // how many bits are set before each group of rankWords words
	tail []foundLine
	base int // bits set in all
	// order is the answer in another order than that of the names, by the place
	// in it; nil otherwise.
	order   []uint32
	reverse bool // all of it turned round

	serial  uint64 // of the picture that was searched
	filter  domain.DeviceFilter
	paths   *treePaths
	visible []uint64 // a bit for each place
}

// foundLine is a found device that isn't in the base.
type foundLine struct {
	id domain.ID
	at int // its place in the answer
}

const rankWords = 8

func newFound(s *fleetSearch, set []uint64, tail []*fleetLine) *Found {
	f := &Found{ids: &fleetIDs{}, bits: set, serial: s.picture.serial, filter: s.filter, paths: s.paths}
	*f.ids = s.picture.base.fleetIDs // without the text
	f.rank = make([]uint32, 0, len(set)/rankWords+1)
	for i, word := range set {
		if i%rankWords == 0 {
			f.rank = append(f.rank, uint32(f.base))
		}
		f.base += bits.OnesCount64(word)
	}
	f.tail = make([]foundLine, len(tail))
	for i, line := range tail {
		f.tail[i] = foundLine{line.id, f.before(line.before) + i}
	}
	f.visible = make([]uint64, (len(s.seen)+63)/64)
	for number, mask := range s.seen {
		f.visible[number/64] |= mask >> 63 << (number % 64)
	}
	return f
}

// before is how many rows of the base were found before a row.
func (f *Found) before(row int) int {
	word := row / 64
	if word >= len(f.bits) {
		return f.base
	}
	count := int(f.rank[word/rankWords])
	for i := word / rankWords * rankWords; i < word; i++ {
		count += bits.OnesCount64(f.bits[i])
	}
	return count + bits.OnesCount64(f.bits[word]&(1<<(row%64)-1))
}

// row is the row of the base that is the n-th found.
func (f *Found) row(n int) int {
	group := sort.Search(len(f.rank), func(g int) bool { return int(f.rank[g]) > n }) - 1
	left := n - int(f.rank[group])
	word := group * rankWords
	for ; ; word++ {
		if count := bits.OnesCount64(f.bits[word]); count <= left {
			left -= count
		} else {
			break
		}
	}
	set := f.bits[word]
	for ; left > 0; left-- {
		set &= set - 1
	}
	return word*64 + bits.TrailingZeros64(set)
}

// Len is how many devices were found.
func (f *Found) Len() int { return f.base + len(f.tail) }

// ID is the i-th device found, from 0 to below Len.
func (f *Found) ID(i int) domain.ID {
	i = f.turned(i)
	if f.order != nil {
		i = int(f.order[i])
	}
	return f.byName(i)
}

// turned is a place counted from the other end, where the answer is reversed.
func (f *Found) turned(i int) int {
	if f.reverse {
		return f.Len() - 1 - i
	}
	return i
}

// byName is the i-th device in the order of names.
func (f *Found) byName(i int) domain.ID {
	earlier := sort.Search(len(f.tail), func(t int) bool { return f.tail[t].at >= i })
	if earlier < len(f.tail) && f.tail[earlier].at == i {
		return f.tail[earlier].id
	}
	return f.ids.id(f.row(i - earlier))
}

// Find is the place of a device among the found, false when it isn't there.
func (f *Found) Find(id domain.ID) (int, bool) {
	i, found := f.findByName(id)
	if !found || f.order == nil {
		return f.turned(i), found
	}
	for place, n := range f.order {
		if int(n) == i {
			return f.turned(place), true
		}
	}
	return 0, false
}

func (f *Found) findByName(id domain.ID) (int, bool) {
	for _, line := range f.tail {
		if line.id == id {
			return line.at, true
		}
	}
	row, _, there := f.ids.find(id, 0)
	if !there || f.bits[row/64]&(1<<(row%64)) == 0 {
		return 0, false
	}
	at := f.before(row)
	// Every device of the tail that stands before it moves it on by one.
	return at + sort.Search(len(f.tail), func(t int) bool { return f.tail[t].at-t > at }), true
}

// narrows says whether everything that a search finds is among what was found
// before.
func (f *Found) narrows(s *fleetSearch) bool {
	if f.serial != s.picture.serial || f.paths != s.paths || !s.filter.ImpliesAll(f.filter) || f.filter.Uses(domain.FilterLocation) {
		return false // a location may have another name by now
	}
	for number, mask := range s.seen {
		if mask != 0 && f.visible[number/64]&(1<<(number%64)) == 0 {
			return false
		}
	}
	return true
}
