package store

import (
	"bytes"
	"context"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"tenantry/domain"
)

// buildFleet reads every device of the fleet's account and shows the first
// picture. Two cores read a half each, in short transactions; what commits
// change meanwhile is kept and applied at the end.
func (db *DB) buildFleet(ctx context.Context, f *Fleet, progress Progress) (err error) {
	f.mu.Lock()
	f.keep()
	f.mu.Unlock()
	defer func() {
		if err != nil {
			f.show(nil)
		}
	}()
	total, err := db.deviceTotal(ctx, f.account)
	if err != nil {
		return err
	}
	tell := progressOf(total, progress)
	halves := [2]fleetHalf{{until: 0x80}, {from: 0x80}}
	var group sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for i := range halves {
		group.Go(func() {
			if halves[i].read(ctx, db, f.account, total/2, tell); halves[i].err != nil {
				cancel()
			}
		})
	}
	group.Wait()
	if err := firstReal(halves[0].err, halves[1].err); err != nil {
		return err
	}
	p, err := joinHalves(ctx, &halves)
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.numbers, f.kinds = halves[0].numbers, halves[0].kindNumbers
	f.mu.Unlock()
	halves = [2]fleetHalf{}
	f.show(p)
	if total > manyDevices {
		// What the build threw away is as large as the fleet: give it back.
		debug.FreeOSMemory()
	}
	return nil
}

// manyDevices are enough that a fleet weighs in the memory of the process.
const manyDevices = 100_000

// firstReal is the error that made the other half stop, not the stopping.
func firstReal(a, b error) error {
	if a == nil || (b != nil && domain.KindOf(a) == 0) {
		return b
	}
	return a
}

// progressOf tells progress from many goroutines, of which each says how much
// more it has done.
func progressOf(total int, progress Progress) func(more int) {
	if progress == nil {
		return func(int) {}
	}
	var mu sync.Mutex
	var done atomic.Int64
	return func(more int) {
		sum := int(done.Add(int64(more)))
		mu.Lock()
		defer mu.Unlock()
		progress(sum, max(total, sum))
	}
}

// deviceTotal is how many devices the account has, by its customers' counts.
func (db *DB) deviceTotal(ctx context.Context, account domain.ID) (int, error) {
	total := 0
	err := db.viewFree(ctx, domain.Actor{}, func(tx *tx) error {
		tree, err := tx.tree(account)
		if err != nil || tree == nil {
			return err
		}
		for i := range tree.Len() {
			h, err := tx.heldBy(account, tree.At(i).ID)
			if err != nil {
				return err
			}
			total += h.devices
		}
		return nil
	})
	return total, err
}

// fleetHalf reads the devices whose ID begins with a byte not below from, and
// below until (0: to the end).
type fleetHalf struct {
	from, until byte
	lines       fleetLines
	places      []place
	numbers     map[place]uint32
	kinds       []deviceKind
	kindNumbers map[string]uint32
	fold        folder
	err         error
}

// readAtOnce is how many devices are read in one transaction: about 20 ms, by
// which a writer who needs a larger map waits longer at most.
const readAtOnce = 10_000

func (h *fleetHalf) read(ctx context.Context, db *DB, account domain.ID, expected int, tell func(int)) {
	h.lines.start = append(make([]uint32, 0, expected+expected/50+2), 0)
	h.lines.ids = make([]domain.ID, 0, expected+expected/50+1)
	for _, numbers := range []*[]uint32{&h.lines.place, &h.lines.pulse, &h.lines.kind, &h.lines.registered} {
		*numbers = make([]uint32, 0, expected+expected/50+1)
	}
	h.lines.sims = make([]simNumbers, 0, expected+expected/50+1)
	h.numbers, h.kindNumbers = map[place]uint32{{}: 0}, map[string]uint32{}
	h.places = []place{{}}
	next := domain.ID{h.from}
	for more := true; more && h.err == nil; {
		before := h.lines.len()
		h.err = db.viewFree(ctx, domain.Actor{}, func(tx *tx) (err error) {
			next, more, err = h.readSome(tx, account, next)
			return err
		})
		tell(h.lines.len() - before)
		if before == 0 && more && h.err == nil {
			// The first lines say how much room the rest will take.
			h.lines.text = slices.Grow(h.lines.text, len(h.lines.text)/h.lines.len()*(expected+expected/30-h.lines.len()))
		}
	}
}

// readSome reads on from a device. The owners lie in the same order, so both
// tables are walked side by side.
func (h *fleetHalf) readSome(tx *tx, account, next domain.ID) (after domain.ID, more bool, err error) {
	devices, owners := tx.scan(tableDevice, key1(account)), tx.scan(tableOwner, key1(account))
	owned := owners.seek(key2(account, next))
	read := 0
	for there := devices.seek(key2(account, next)); there; there = devices.next() {
		id := idAt(devices.key(), 1)
		if h.until != 0 && id[0] >= h.until {
			return id, false, nil
		}
		if read == readAtOnce {
			return id, true, tx.ctx.Err()
		}
		for owned && bytes.Compare(owners.key(), devices.key()) < 0 {
			owned = owners.next()
		}
		var at place
		if owned && bytes.Equal(owners.key(), devices.key()) {
			if at, err = placeFromValue(owners.key(), owners.value()); err != nil {
				return id, false, err
			}
		}
		var facts deviceFacts
		if h.lines.text, err = h.fold.lineOfRecord(h.lines.text, devices.key(), devices.value(), &facts); err != nil {
			return id, false, err
		}
		h.lines.add(id, h.number(at), h.kindNumber(facts.kind), &facts)
		read++
	}
	return next, false, firstOf(devices.err(), owners.err())
}

func (h *fleetHalf) number(at place) uint32 {
	n, known := h.numbers[at]
	if !known {
		n = uint32(len(h.places))
		h.numbers[at] = n
		h.places = append(h.places, at)
	}
	return n
}

func (h *fleetHalf) kindNumber(raw []byte) uint32 {
	n, known := h.kindNumbers[string(raw)]
	if !known {
		n = uint32(len(h.kinds))
		h.kindNumbers[string(raw)] = n
		h.kinds = append(h.kinds, kindFrom(raw))
	}
	return n
}

// renumber gives the half's places and kinds the numbers that the other half
// gave them, and new ones to those that it doesn't know.
func (h *fleetHalf) renumber(other *fleetHalf) {
	numbers := make([]uint32, len(h.places))
	for i, at := range h.places {
		numbers[i] = other.number(at)
	}
	for i, n := range h.lines.place {
		h.lines.place[i] = numbers[n]
	}
	kinds := make([]uint32, len(h.kinds))
	for raw, n := range h.kindNumbers {
		kinds[n] = other.kindNumber([]byte(raw))
	}
	for i, n := range h.lines.kind {
		h.lines.kind[i] = kinds[n]
	}
}

// joinHalves packs both halves into a picture, whose places and kinds have the
// numbers that the first half gives them.
func joinHalves(ctx context.Context, halves *[2]fleetHalf) (*fleetPicture, error) {
	halves[1].renumber(&halves[0])
	sources := [2]*fleetLines{&halves[0].lines, &halves[1].lines}
	order := sortByName(sources)
	text, err := packLines(ctx, sources, order)
	if err != nil {
		return nil, err
	}
	rowOf := make([]uint32, len(order))
	dead := 0
	for row, ref := range order {
		source, line := ref.of(sources)
		if source.place[line] == 0 {
			dead++
		}
		if ref&secondSource != 0 {
			line += sources[0].len()
		}
		rowOf[line] = uint32(row)
	}
	base := &fleetBase{fleetText: text}
	base.setIDs(slices.Concat(sources[0].ids, sources[1].ids), rowOf)
	p := &fleetPicture{base: base, places: halves[0].places, kinds: halves[0].kinds, dead: dead}
	p.packFacts(sources, order)
	return p, nil
}
