package store

import (
	"bytes"
	"context"
	"slices"

	"tenantry/domain"
)

// fleetChange is what a transaction did to a device: where it is now, and its
// new line unless that stayed.
type fleetChange struct {
	device domain.ID
	to     place // zero when it is gone
	line   []byte
	facts  *deviceFacts // nil where these stayed too; always there with a line
}

// fleetChanged has the account's fleet, if there is one, told of a change when
// the transaction is saved.
func (tx *tx) fleetChanged(account domain.ID, c fleetChange) {
	if tx.fleetChanges == nil {
		tx.fleetChanges = map[domain.ID][]fleetChange{}
	}
	before := tx.fleetChanges[account]
	if before == nil {
		tx.afterCommit(func() { tx.db.tellFleet(context.WithoutCancel(tx.ctx), account, tx.fleetChanges[account]) })
	}
	tx.fleetChanges[account] = append(before, c)
}

func (db *DB) tellFleet(ctx context.Context, account domain.ID, changes []fleetChange) {
	known, there := db.fleets.Load(account)
	if !there {
		return
	}
	f := known.(*Fleet)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.keeping {
		f.kept = append(f.kept, changes...)
	}
	p := f.picture.Load()
	if p == nil {
		return // being built, or not at all
	}
	p = f.apply(p, changes)
	f.picture.Store(p)
	if p.crowded() && f.keep() {
		go f.repack(ctx, p)
	}
}

// keep begins to keep changes for a new base, false when one is being made. The
// caller holds f.mu.
func (f *Fleet) keep() bool {
	if f.keeping {
		return false
	}
	f.keeping, f.kept = true, nil
	return true
}

// crowded says whether so much changed that the base should be packed anew. The
// tail is searched without an index, so it must stay short; packing a million
// lines takes a quarter of a second, so it must not come often.
func (p *fleetPicture) crowded() bool {
	return len(p.tail)+p.dead > 4096+p.base.len()/16
}

// apply makes a new picture of p with changes. The caller holds f.mu.
func (f *Fleet) apply(p *fleetPicture, changes []fleetChange) *fleetPicture {
	next := *p
	next.serial = fleetSerial.Add(1)
	next.at, next.pulse, next.kind = slices.Clone(p.at), slices.Clone(p.pulse), slices.Clone(p.kind)
	a := applying{fleet: f, next: &next, copied: map[copiedPage]bool{}}
	for _, c := range changes {
		a.change(c)
	}
	next.tail = a.mergedTail()
	return &next
}

// applying is a picture while changes are applied to it.
type applying struct {
	fleet   *Fleet
	next    *fleetPicture
	copied  map[copiedPage]bool
	near    int          // where in the base the last device was found
	touched bool         // the tail isn't what it was
	added   []*fleetLine // lines that the tail hadn't, or under another name
}

// copiedPage is a page of a column that is ours to change.
type copiedPage struct {
	of   *column
	page int
}

func (a *applying) change(c fleetChange) {
	var number, kind uint32
	number, a.next.places = a.fleet.number(a.next.places, c.to)
	if c.facts != nil {
		kind, a.next.kinds = a.fleet.kindNumber(a.next.kinds, c.facts.kind)
	}
	if old := a.fleet.tail[c.device]; old != nil {
		a.changeTail(old, number, kind, c)
		return
	}
	base := a.next.base
	row, near, found := base.find(c.device, a.near)
	a.near = near
	if found && base.same(row, c) {
		a.setPlace(row, number)
		if c.facts != nil {
			a.set(&a.next.pulse, row, c.facts.pulse)
			a.set(&a.next.kind, row, kind)
		}
		return
	}
	if found {
		a.setPlace(row, 0)
		if c.line == nil {
			c.line = bytes.Clone(base.line(row))
		}
	}
	if number != 0 && c.line != nil {
		a.add(&fleetLine{id: c.device, place: number, line: c.line, facts: c.facts, kind: kind})
	}
}

// same says whether a device stays in its row: all that isn't in a column is as
// it was.
func (b *fleetBase) same(row int, c fleetChange) bool {
	return (c.line == nil || bytes.Equal(c.line, b.line(row))) &&
		(c.facts == nil || c.facts.registered == b.registered[row] && c.facts.sim == *b.sim(row))
}

// set changes the number of a row, in a page of our own.
func (a *applying) set(c *column, row int, number uint32) {
	page, at := row/rowsInPage, row%rowsInPage
	if (*c)[page][at] == number {
		return
	}
	if p := (copiedPage{c, page}); !a.copied[p] {
		a.copied[p] = true
		(*c)[page] = slices.Clone((*c)[page])
	}
	(*c)[page][at] = number
}

// setPlace changes where the device of a row is.
func (a *applying) setPlace(row int, number uint32) {
	before := a.next.at.of(row)
	a.set(&a.next.at, row, number)
	if before == 0 {
		a.next.dead--
	}
	if number == 0 {
		a.next.dead++
	}
}

func (a *applying) changeTail(old *fleetLine, number, kind uint32, c fleetChange) {
	a.touched = true
	changed := *old
	changed.place = number
	if c.facts != nil {
		changed.facts, changed.kind = c.facts, kind
	}
	switch {
	case number == 0:
		delete(a.fleet.tail, c.device)
	case c.line == nil || bytes.Equal(c.line, old.line):
		a.fleet.tail[c.device] = &changed
		for i, line := range a.added {
			if line == old {
				a.added[i] = &changed
			}
		}
	default:
		changed.line = c.line
		a.add(&changed)
	}
}

func (a *applying) add(line *fleetLine) {
	a.touched = true
	line.before = a.next.base.rowBefore(line)
	a.fleet.tail[line.id] = line
	a.added = append(a.added, line)
}

// rowBefore is the first row whose line belongs after the given one.
func (b *fleetBase) rowBefore(line *fleetLine) int {
	name := lineName(line.line)
	low, high := 0, b.len()
	for low < high {
		middle := int(uint(low+high) / 2)
		if compareLines(b.name(middle), b.id(middle), name, line.id) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// mergedTail is the tail with what changed in it, sorted.
func (a *applying) mergedTail() []*fleetLine {
	if !a.touched {
		return a.next.tail
	}
	added := map[*fleetLine]bool{}
	for _, line := range a.added {
		added[line] = true
	}
	tail := make([]*fleetLine, 0, len(a.fleet.tail))
	for _, line := range a.next.tail {
		if now := a.fleet.tail[line.id]; now != nil && !added[now] {
			tail = append(tail, now)
		}
	}
	sorted := len(tail)
	for line := range added {
		if a.fleet.tail[line.id] == line {
			tail = append(tail, line)
		}
	}
	fresh := tail[sorted:]
	slices.SortFunc(fresh, compareFleetLines)
	return mergeTails(tail[:sorted], fresh)
}

func compareFleetLines(a, b *fleetLine) int {
	return compareLines(lineName(a.line), a.id, lineName(b.line), b.id)
}

func mergeTails(a, b []*fleetLine) []*fleetLine {
	if len(a) == 0 {
		return b
	}
	merged := make([]*fleetLine, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compareFleetLines(a[0], b[0]) < 0 {
			merged, a = append(merged, a[0]), a[1:]
		} else {
			merged, b = append(merged, b[0]), b[1:]
		}
	}
	return append(append(merged, a...), b...)
}

// repack packs what p shows into a new base, while commits go on. What they
// change meanwhile is kept, and applied to the new picture before it is shown.
func (f *Fleet) repack(ctx context.Context, p *fleetPicture) {
	tail := tailLines(p)
	rows := p.base.len()
	base := &fleetLines{
		text: p.base.text, start: p.base.start, registered: p.base.registered,
		ids: make([]domain.ID, rows), place: make([]uint32, rows), pulse: make([]uint32, rows), kind: make([]uint32, rows),
		sims: make([]simNumbers, rows),
	}
	live := make([]uint32, 0, rows)
	for row := range rows {
		base.ids[row], base.sims[row] = p.base.id(row), *p.base.sim(row)
		base.place[row], base.pulse[row], base.kind[row] = p.placeOf(row), p.pulse.of(row), p.kind.of(row)
		if p.placeOf(row) != 0 {
			live = append(live, uint32(row))
		}
	}
	sources := [2]*fleetLines{base, tail}
	order := mergeByName(sources, live, allOf(tail.len()))
	text, err := packLines(ctx, sources, order)
	if err != nil {
		f.show(nil)
		return
	}
	newRow := make([]uint32, rows)
	tailRow := make([]uint32, tail.len())
	for i, ref := range order {
		if _, line := ref.of(sources); ref&secondSource != 0 {
			tailRow[line] = uint32(i)
		} else {
			newRow[line] = uint32(i)
		}
	}
	next := &fleetBase{fleetText: text}
	next.setIDs(p.mergedIDs(tail, newRow, tailRow))
	packed := &fleetPicture{base: next, places: p.places, kinds: p.kinds}
	packed.packFacts(sources, order)
	f.show(packed)
}

// show replaces the picture by one with a new base, brought up to date; nil
// keeps the old one.
func (f *Fleet) show(p *fleetPicture) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := f.kept
	f.keeping, f.kept = false, nil
	if p == nil {
		return
	}
	if now := f.picture.Load(); now != nil {
		p.places, p.kinds = now.places, now.kinds // numbers given meanwhile; the old ones stay
	}
	f.tail = map[domain.ID]*fleetLine{}
	f.picture.Store(f.apply(p, kept))
}

func allOf(n int) []uint32 {
	all := make([]uint32, n)
	for i := range all {
		all[i] = uint32(i)
	}
	return all
}

// tailLines are the lines of a picture's tail, sorted as they are.
func tailLines(p *fleetPicture) *fleetLines {
	l := &fleetLines{start: []uint32{0}}
	for _, line := range p.tail {
		l.text = append(l.text, line.line...)
		l.add(line.id, line.place, line.kind, line.facts)
	}
	return l
}

// mergedIDs are the devices of the base that are still there and those of the
// tail, in order, and the new row of each.
func (p *fleetPicture) mergedIDs(tail *fleetLines, newRow, tailRow []uint32) (ids []domain.ID, rowOf []uint32) {
	byID := allOf(tail.len())
	slices.SortFunc(byID, func(a, b uint32) int { return compareIDs(tail.ids[a], tail.ids[b]) })
	ids = make([]domain.ID, 0, p.len())
	rowOf = make([]uint32, 0, p.len())
	for place, id := range p.base.ids {
		row := int(p.base.rowOf[place])
		if p.placeOf(row) == 0 {
			continue
		}
		for len(byID) > 0 && compareIDs(tail.ids[byID[0]], id) < 0 {
			ids, rowOf = append(ids, tail.ids[byID[0]]), append(rowOf, tailRow[byID[0]])
			byID = byID[1:]
		}
		ids, rowOf = append(ids, id), append(rowOf, newRow[row])
	}
	for _, t := range byID {
		ids, rowOf = append(ids, tail.ids[t]), append(rowOf, tailRow[t])
	}
	return ids, rowOf
}
