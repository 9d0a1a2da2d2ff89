package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"sync"

	"tenantry/domain"
)

// fleetBase is the sorted, packed part of a fleet. Its rows never change: what
// does lies beside it, in the picture.
type fleetBase struct {
	fleetText
	fleetIDs
	registered []uint32
	sims       []simNumbers // nil where no device has any
}

// fleetIDs say which device each row of a base is. They are apart from the
// text, which an answer that is kept on a screen shall not hold on to.
type fleetIDs struct {
	ids   []domain.ID // in order
	rowOf []uint32    // the row of each, by its place in ids
	idOf  []uint32    // the place in ids of each row
}

// id is the device of a row.
func (f *fleetIDs) id(row int) domain.ID { return f.ids[f.idOf[row]] }

// find is the row of a device. Devices found in the order of their IDs are
// found faster with the place that the one before was near, which it returns.
func (f *fleetIDs) find(id domain.ID, near int) (row, place int, found bool) {
	from, to := 0, len(f.ids)
	if near < to && bytes.Compare(f.ids[near][:], id[:]) <= 0 {
		from = near
		for step := 1; from+step < to; step *= 2 {
			if bytes.Compare(f.ids[from+step][:], id[:]) > 0 {
				to = from + step
				break
			}
			from += step
		}
	}
	place, found = slices.BinarySearchFunc(f.ids[from:to], id, compareIDs)
	place += from
	if found {
		row = int(f.rowOf[place])
	}
	return row, place, found
}

func compareIDs(a, b domain.ID) int { return bytes.Compare(a[:], b[:]) }

// fleetLines are lines that are about to be packed.
type fleetLines struct {
	text  []byte
	start []uint32 // where each begins, and where the last one ends
	ids   []domain.ID
	place []uint32 // the number of the place where each device is

	pulse, kind, registered []uint32
	sims                    []simNumbers
}

func (l *fleetLines) len() int          { return len(l.ids) }
func (l *fleetLines) line(i int) []byte { return l.text[l.start[i]:l.start[i+1]] }
func (l *fleetLines) name(i int) []byte { return lineName(l.line(i)) }

// add appends the line that text ends with.
func (l *fleetLines) add(id domain.ID, place, kind uint32, facts *deviceFacts) {
	l.ids = append(l.ids, id)
	l.place = append(l.place, place)
	l.start = append(l.start, uint32(len(l.text)))
	l.pulse = append(l.pulse, facts.pulse)
	l.kind = append(l.kind, kind)
	l.registered = append(l.registered, facts.registered)
	l.sims = append(l.sims, facts.sim)
}

// compareLines orders lines by name and device.
func compareLines(name []byte, id domain.ID, otherName []byte, other domain.ID) int {
	if c := compareNatural(name, otherName); c != 0 {
		return c
	}
	return compareIDs(id, other)
}

// lineRef names a line of one of two sources. The devices of the second all come
// after those of the first by their IDs, or else the lines are sorted already.
type lineRef uint32

const secondSource lineRef = 1 << 31

func (r lineRef) of(sources [2]*fleetLines) (*fleetLines, int) {
	return sources[r>>31], int(r &^ secondSource)
}

// sortByName sorts the lines of both sources, which are in the order of their
// IDs, by name and device. It compares eight bytes of all names, then the next
// eight of those that are the same, so that few comparisons go out to the text.
func sortByName(sources [2]*fleetLines) []lineRef {
	keys := make([]nameKey, 0, sources[0].len()+sources[1].len())
	for i, source := range sources {
		for line := range source.len() {
			keys = append(keys, nameKey{ref: lineRef(i)<<31 | lineRef(line)})
		}
	}
	inParallel(len(keys), func(from, to int) { fillKeys(sources, keys[from:to], 0) })
	middle := splitKeys(keys)
	var group sync.WaitGroup
	group.Go(func() { sortKeys(sources, keys[:middle], 0) })
	sortKeys(sources, keys[middle:], 0)
	group.Wait()
	order := make([]lineRef, len(keys))
	for i, k := range keys {
		order[i] = k.ref
	}
	return order
}

type nameKey struct {
	bytes uint64 // of the name, from some depth on; 0 beyond its end
	ref   lineRef
}

func compareKeys(a, b nameKey) int {
	if a.bytes != b.bytes {
		if a.bytes < b.bytes {
			return -1
		}
		return 1
	}
	return int(a.ref) - int(b.ref)
}

// splitKeys parts keys into smaller and larger ones, about half of each, for two
// cores to sort.
func splitKeys(keys []nameKey) int {
	const samples = 1001
	if len(keys) < 100*samples {
		return 0
	}
	sample := make([]uint64, samples)
	for i := range sample {
		sample[i] = keys[i*(len(keys)/samples)].bytes
	}
	slices.Sort(sample)
	low, high := 0, len(keys)
	for low < high {
		if keys[low].bytes < sample[samples/2] {
			low++
		} else {
			high--
			keys[low], keys[high] = keys[high], keys[low]
		}
	}
	return low
}

func fillKeys(sources [2]*fleetLines, keys []nameKey, depth int) {
	for i := range keys {
		source, line := keys[i].ref.of(sources)
		keys[i].bytes = eightBytes(source.line(line), depth)
	}
}

// sortKeys sorts keys that are filled for a depth, and the same up to it.
func sortKeys(sources [2]*fleetLines, keys []nameKey, depth int) {
	slices.SortFunc(keys, compareKeys)
	for len(keys) > 0 {
		same := 1
		for same < len(keys) && keys[same].bytes == keys[0].bytes {
			same++
		}
		if same > 1 && keys[0].bytes&0xff != 0 {
			fillKeys(sources, keys[:same], depth+8)
			sortKeys(sources, keys[:same], depth+8)
		}
		keys = keys[same:]
	}
}

// eightBytes are the bytes of a line's name from a depth on, as appendNatural
// writes it, so that they compare as a number; 0 behind the end.
func eightBytes(line []byte, depth int) uint64 {
	var room [256]byte
	name := appendNatural(room[:0], lineName(line))
	if depth+8 <= len(name) {
		return binary.BigEndian.Uint64(name[depth:])
	}
	var padded [8]byte
	copy(padded[:], name[min(depth, len(name)):])
	return binary.BigEndian.Uint64(padded[:])
}

// mergeByName merges two sorted lists of lines.
func mergeByName(sources [2]*fleetLines, first, second []uint32) []lineRef {
	order := make([]lineRef, 0, len(first)+len(second))
	for len(first) > 0 && len(second) > 0 {
		a, b := int(first[0]), int(second[0])
		if compareLines(sources[0].name(a), sources[0].ids[a], sources[1].name(b), sources[1].ids[b]) < 0 {
			order = append(order, lineRef(a))
			first = first[1:]
		} else {
			order = append(order, lineRef(b)|secondSource)
			second = second[1:]
		}
	}
	for _, a := range first {
		order = append(order, lineRef(a))
	}
	for _, b := range second {
		order = append(order, lineRef(b)|secondSource)
	}
	return order
}

// packLines copies lines into one text, in order, and indexes it. Unavailable
// when there is more text than the offsets can count (about 40 million devices).
func packLines(ctx context.Context, sources [2]*fleetLines, order []lineRef) (fleetText, error) {
	t := fleetText{start: make([]uint32, len(order)+1)}
	size := uint64(0)
	for i, ref := range order {
		source, line := ref.of(sources)
		size += uint64(source.start[line+1] - source.start[line])
		t.start[i+1] = uint32(size)
	}
	if size+textPad > math.MaxUint32 {
		return t, fleetTooLarge()
	}
	t.text = make([]byte, size+textPad)
	counts := new(pairCounts)
	for _, source := range sources {
		counts.count(source.text, source.start)
	}
	t.makeRows(counts.rows())
	inParallel(t.blocks(), func(from, to int) {
		const batch = 64
		for ; from < to && ctx.Err() == nil; from += batch {
			end := min(from+batch, to)
			t.fill(sources, order, from*linesInBlock, min(end*linesInBlock, len(order)))
			t.index(from, end)
		}
	})
	t.countLetters()
	return t, ctx.Err()
}

func fleetTooLarge() *domain.Error {
	return domain.Errorf(domain.Unavailable, "", "The account has more devices than the picker can hold. Use devices list with --customer, or paste their IDs.")
}

// packFacts puts what lines have beside their text in the order of the rows.
func (p *fleetPicture) packFacts(sources [2]*fleetLines, order []lineRef) {
	place, pulse, kind := make([]uint32, len(order)), make([]uint32, len(order)), make([]uint32, len(order))
	registered, sims := make([]uint32, len(order)), make([]simNumbers, len(order))
	for row, ref := range order {
		source, line := ref.of(sources)
		place[row], pulse[row], kind[row] = source.place[line], source.pulse[line], source.kind[line]
		registered[row], sims[row] = source.registered[line], source.sims[line]
	}
	p.at, p.pulse, p.kind = pagesOf(place), pagesOf(pulse), pagesOf(kind)
	p.base.registered, p.base.sims = registered, sims
	if !slices.ContainsFunc(sims, func(s simNumbers) bool { return s != noSIM }) {
		p.base.sims = nil
	}
}

// sim are the numbers of a row.
func (b *fleetBase) sim(row int) *simNumbers {
	if b.sims == nil {
		return &noSIM
	}
	return &b.sims[row]
}

var noSIM = packSIM(nil, nil)

// fill copies some of the lines into the text.
func (t *fleetText) fill(sources [2]*fleetLines, order []lineRef, from, to int) {
	for i := from; i < to; i++ {
		source, line := order[i].of(sources)
		copy(t.text[t.start[i]:], source.line(line))
	}
}

// inParallel does work from 0 to n in one part for each core, and at once when
// it is small.
func inParallel(n int, work func(from, to int)) {
	parts := min(runtime.GOMAXPROCS(0), n/256+1)
	if parts == 1 {
		work(0, n)
		return
	}
	var group sync.WaitGroup
	for i := range parts {
		group.Go(func() { work(n*i/parts, n*(i+1)/parts) })
	}
	group.Wait()
}

// setIDs fills in which device each row is. ids are in order; rowOf is the row
// of each.
func (f *fleetIDs) setIDs(ids []domain.ID, rowOf []uint32) {
	f.ids, f.rowOf, f.idOf = ids, rowOf, make([]uint32, len(ids))
	for place, row := range rowOf {
		f.idOf[row] = uint32(place)
	}
}
