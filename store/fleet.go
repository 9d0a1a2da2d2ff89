package store

import (
	"context"
	"sync"
	"sync/atomic"

	"tenantry/domain"
)

// Fleet is the picker's text of an account's devices: one packed, case-folded
// byte slice in the order of their names, shared by every session and kept up
// to date by commits. Searches read one picture of it that never changes;
// commits put a new picture in its place, of which they copy only what changed.
type Fleet struct {
	account domain.ID
	picture atomic.Pointer[fleetPicture] // nil until it is built
	turn    chan struct{}                // held by who builds it
	paths   atomic.Pointer[treePaths]    // of the tree last asked for

	mu      sync.Mutex // held by who changes it
	keeping bool       // a new base is being made: changes are kept for it
	kept    []fleetChange
	numbers map[place]uint32         // of every place in the picture
	kinds   map[string]uint32        // of every kind in the picture, raw
	tail    map[domain.ID]*fleetLine // the picture's tail by device
}

// fleetPicture is a fleet at one moment. A row of the base whose place is 0 is
// a device that changed its line, which is in the tail, or is gone.
type fleetPicture struct {
	serial uint64 // of no two pictures the same
	base   *fleetBase
	at     column       // the number of each row's place
	pulse  column       // the pulse of each row
	kind   column       // the number of each row's kind
	places []place      // by number; 0 is no place
	kinds  []deviceKind // by number
	tail   []*fleetLine // by name: what isn't in the base yet
	dead   int          // rows of the base without a place
}

// column is a number for each row, in pages: a page is what one changed device
// makes a commit copy.
type column [][]uint32

const rowsInPage = 4096

func (c column) of(row int) uint32 { return c[row/rowsInPage][row%rowsInPage] }

// from are the numbers from a row on, which begins a block, to the end of its
// page.
func (c column) from(row int) []uint32 { return c[row/rowsInPage][row%rowsInPage:] }

// fleetLine is a device that was added, or whose line changed, since the base
// was packed. It doesn't change.
type fleetLine struct {
	id     domain.ID
	place  uint32
	line   []byte
	facts  *deviceFacts
	kind   uint32
	before int // the row of the base before which its name belongs
}

var fleetSerial atomic.Uint64

// len is how many devices there are.
func (p *fleetPicture) len() int { return p.base.len() - p.dead + len(p.tail) }

// placeOf is the number of the place of a row.
func (p *fleetPicture) placeOf(row int) uint32 { return p.at.of(row) }

// pagesOf cuts the numbers of all rows into pages.
func pagesOf(at []uint32) column {
	pages := make(column, 0, len(at)/rowsInPage+1)
	for ; len(at) > rowsInPage; at = at[rowsInPage:] {
		pages = append(pages, at[:rowsInPage:rowsInPage])
	}
	return append(pages, at)
}

// Len is how many devices the account has, in reach or not: a number for
// benchmarks and logs, not for a screen.
func (f *Fleet) Len() int { return f.picture.Load().len() }

// Fleet returns the account's fleet, building it on first use (about a second
// for a million devices); progress is told while it is built. Who asks
// meanwhile waits. Unauthenticated when the actor may not sign in any more.
func (db *DB) Fleet(ctx context.Context, actor domain.Actor, progress Progress) (*Fleet, error) {
	if err := db.view(ctx, actor, func(*tx, *domain.Rights) error { return nil }); err != nil {
		return nil, err
	}
	known, _ := db.fleets.LoadOrStore(actor.Account, newFleet(actor.Account))
	f := known.(*Fleet)
	if f.picture.Load() != nil {
		return f, nil
	}
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-f.turn }()
	if f.picture.Load() != nil {
		return f, nil
	}
	if err := db.buildFleet(ctx, f, progress); err != nil {
		return nil, err
	}
	return f, nil
}

// fleetAtHand is the account's fleet as it is now, nil where it isn't built.
func (db *DB) fleetAtHand(account domain.ID) *fleetPicture {
	if known, there := db.fleets.Load(account); there {
		return known.(*Fleet).picture.Load()
	}
	return nil
}

func newFleet(account domain.ID) *Fleet {
	return &Fleet{account: account, turn: make(chan struct{}, 1)}
}

// number is the number of a place, a new one where it hasn't been seen. The
// caller holds f.mu.
func (f *Fleet) number(places []place, at place) (uint32, []place) {
	if at == (place{}) {
		return 0, places
	}
	n, known := f.numbers[at]
	if !known {
		n = uint32(len(places))
		f.numbers[at] = n
		places = append(places, at)
	}
	return n, places
}

// kindNumber is the number of a kind, a new one where it hasn't been seen. The
// caller holds f.mu.
func (f *Fleet) kindNumber(kinds []deviceKind, raw []byte) (uint32, []deviceKind) {
	n, known := f.kinds[string(raw)]
	if !known {
		n = uint32(len(kinds))
		f.kinds[string(raw)] = n
		kinds = append(kinds, kindFrom(raw))
	}
	return n, kinds
}
