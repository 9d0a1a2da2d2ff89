package store

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"sort"
	"strings"

	"tenantry/domain"
)

// termSearch is a term of the filter, made ready for the picture's base.
type termSearch struct {
	*domain.FilterTerm
	known   bool // all lines within fulfil it
	byPlace bool // some visible place fulfils it
	kind    bool // the kind alone tells
	numbers bool // what lies beside the lines alone tells
	look    bool // candidates must be looked into
	plain   bool // any line that has a needle fulfils it
	needles []needle
	edges   []needle   // of a word with stars: some field begins with the first, or ends with one of these
	first   []byte     // what the line begins with where its first field does so
	edged   bool       // a field with such an edge fulfils it
	rows    []uint64   // the rows that fulfil it, where they are known at once
	turned  bool       // the others do
	ids     []uint64   // the devices that fulfil it, by the place of their ID
	also    [][]uint64 // rows that a line must have beside those of the needles
	indexed bool       // and whichever has these fulfils it
}

// prepare makes the terms ready, and takes from an earlier answer what it can.
func (s *fleetSearch) prepare(before *Found) {
	s.lookKinds()
	narrow := before != nil && before.narrows(s)
	if narrow {
		s.within = before.bits
	}
	s.askPlaces = !s.seesAll || s.picture.dead > 0
	s.terms = make([]termSearch, len(s.filter.Terms))
	for k := range s.filter.Terms {
		t := &s.terms[k]
		t.FilterTerm = &s.filter.Terms[k]
		t.known = narrow && t.Field != domain.FilterLocation && before.filter.Has(*t.FilterTerm)
		t.byPlace = s.byPlace&(1<<k) != 0 || aboutPlace(t.Field)
		if !t.known {
			t.prepare(s.picture.base)
			s.askPlaces = s.askPlaces || t.byPlace
		}
	}
}

func (t *termSearch) prepare(base *fleetBase) {
	switch t.Field {
	case domain.FilterCustomer, domain.FilterLocation:
	case domain.FilterMake, domain.FilterModel, domain.FilterType, domain.FilterBoard, domain.FilterYear:
		t.kind = true
	case domain.FilterStatus, domain.FilterSeen, domain.FilterRegistered, domain.FilterICCID, domain.FilterPhone:
		t.numbers = true
	case domain.FilterID:
		t.numbers = true
		t.ids = base.idsLike(t.FilterTerm)
	default:
		t.prepareText(base)
	}
}

// prepareText finds the needles: a line without any of them can't fulfil the
// term. For a word it is the other way round too.
func (t *termSearch) prepareText(base *fleetBase) {
	if pieces := t.Pattern.Pieces(); t.Field == domain.FilterTag && (len(pieces) == 0 || len(pieces) == 1 && pieces[0] == "") {
		t.numbers, t.rows, t.turned = true, base.rows[taggedRow], len(pieces) == 1
		return
	}
	_, t.plain = t.Pattern.Plain()
	t.plain = t.plain && t.Field == domain.FilterAny
	for _, p := range [...]domain.Pattern{t.Pattern, t.Dashless} {
		if piece := p.Longest(); piece != "" {
			t.needles = append(t.needles, base.needle(piece))
		} else if !p.IsZero() || len(t.needles) == 0 {
			t.needles = nil // any line may fulfil it
			break
		}
	}
	if t.Dashless.IsZero() {
		t.prepareRows(base)
	}
	if t.Field == domain.FilterAny && !t.plain && t.Dashless.IsZero() {
		t.prepareEdges(base)
	}
	t.look = !t.indexed && (!t.plain || len(t.needles) != 1 || !t.needles[0].exact)
}

// prepareRows finds the rows that a line must have beside those of the longest
// piece: of the other pieces, and of the letters at the edges.
func (t *termSearch) prepareRows(base *fleetBase) {
	longest := t.Pattern.Longest()
	for _, piece := range t.Pattern.Pieces() {
		if piece == "" || piece == longest {
			continue
		}
		if n := base.needle(piece); n.rows[1] == nil { // one that begins at any byte
			t.also = append(t.also, n.rows[0]...)
		}
	}
	begin, end, alone := t.Pattern.Edges()
	exact := t.Field == domain.FilterAny && alone && len(longest) == 1
	if begin != "" && edge(begin[0]) < edgeRows {
		t.also = append(t.also, base.rows[beginRow+edge(begin[0])])
		t.indexed = exact
	}
	if end != "" && edge(end[len(end)-1]) < edgeRows {
		t.also = append(t.also, base.rows[endRow+edge(end[len(end)-1])])
		t.indexed = exact
	}
}

// prepareEdges finds out how to see quickly that no field of a line begins, or
// ends, as it must.
func (t *termSearch) prepareEdges(base *fleetBase) {
	begin, end, alone := t.Pattern.Edges()
	t.edged = alone
	switch {
	case begin != "":
		t.first = []byte(begin)
		t.edges = []needle{base.needle(string(fieldEnd) + begin)}
	case end != "":
		t.edges = []needle{base.needle(end + string(fieldEnd)), base.needle(end + string(lineEnd))}
	}
}

// hasEdge says whether some field of a line begins, or ends, as it must.
func (t *termSearch) hasEdge(text []byte, from, to int) bool {
	for k := range t.edges {
		if t.edges[k].in(text, from, to) {
			return true
		}
	}
	return t.first != nil && bytes.HasPrefix(text[from:to], t.first)
}

// candidates are the lines of a block that can fulfil the term by their text.
func (t *termSearch) candidates(block int) uint64 {
	set := ^uint64(0)
	if len(t.needles) > 0 {
		set = t.needles[0].candidates(block)
	}
	if len(t.needles) > 1 {
		set |= t.needles[1].candidates(block)
	}
	for _, row := range t.also {
		set &= row[block]
	}
	return set
}

// text says whether the term is about what is in lines.
func (t *termSearch) text() bool { return t.look || t.plain || t.indexed }

// kept are the lines of a set that are left where those of fulfils fulfil the term.
func (t *termSearch) kept(set, fulfils uint64) uint64 {
	if t.Not {
		return set &^ fulfils
	}
	return set & fulfils
}

// narrowByIndex leaves the lines that the index doesn't rule out.
func (t *termSearch) narrowByIndex(set uint64, block int) uint64 {
	if !t.text() || t.Not && t.look {
		return set
	}
	return t.kept(set, t.candidates(block))
}

// narrowByPlace is narrowByIndex of a term that some places fulfil.
func (t *termSearch) narrowByPlace(set, byPlace uint64, block int) uint64 {
	switch {
	case aboutPlace(t.Field):
		return t.kept(set, byPlace)
	case t.Not && t.look:
		return set &^ byPlace
	}
	return t.kept(set, t.candidates(block)|byPlace)
}

// in says whether a line fulfils the term by its text.
func (t *termSearch) in(text []byte, from, to int) bool {
	if t.edges != nil {
		if edge := t.hasEdge(text, from, to); t.edged || !edge {
			return edge
		}
	}
	if !t.plain {
		return lineFulfils(t.FilterTerm, text[from:to])
	}
	return t.needles[0].in(text, from, to) || len(t.needles) > 1 && t.needles[1].in(text, from, to)
}

// byNumbers are the lines of set that fulfil the term by what lies beside them.
func (t *termSearch) byNumbers(p *fleetPicture, block int, set uint64) (fulfil uint64) {
	first := block * linesInBlock
	switch {
	case t.rows != nil:
		if t.turned {
			return ^t.rows[block]
		}
		return t.rows[block]
	case t.ids != nil:
		for i, place := range p.base.idOf[first:min(first+linesInBlock, p.base.len())] {
			fulfil |= t.ids[place/64] >> (place % 64) & 1 << i
		}
		return fulfil
	case t.Field == domain.FilterStatus || t.Field == domain.FilterSeen:
		pulses := p.pulse.from(first)
		for i, pulse := range pulses[:min(linesInBlock, len(pulses))] {
			if pulseFits(t.FilterTerm, pulse) {
				fulfil |= 1 << i
			}
		}
		return fulfil
	case t.Field == domain.FilterRegistered:
		for i, minute := range p.base.registered[first:min(first+linesInBlock, p.base.len())] {
			if t.From <= int64(minute) && int64(minute) <= t.To {
				fulfil |= 1 << i
			}
		}
		return fulfil
	}
	for rest := set; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		if p.base.sim(first + i).fits(t.FilterTerm) {
			fulfil |= 1 << i
		}
	}
	return fulfil
}

// idsLike has a bit for each device whose ID fulfils a term, by its place. Those
// that begin alike lie side by side; else all are gone through, as they lie.
func (b *fleetBase) idsLike(t *domain.FilterTerm) []uint64 {
	set := make([]uint64, len(b.ids)/64+1)
	from, to := 0, len(b.ids)
	if head, only := t.Pattern.Head(); only {
		digits := func(i int) string {
			var room [32]byte
			return string(appendHex(room[:0], domain.UnitID(b.ids[i])))
		}
		from = sort.Search(to, func(i int) bool { return digits(i) >= head })
		to = from + sort.Search(to-from, func(i int) bool { return !strings.HasPrefix(digits(from+i), head) })
		for i := from; i < to; i++ {
			set[i/64] |= 1 << (i % 64)
		}
		return set
	}
	digit := 16
	if text, plain := t.Pattern.Plain(); plain && len(text) == 1 {
		digit = hexValue(text[0])
	}
	inParallel(len(set), func(from, to int) {
		d := filtered{}
		for i := from * 64; i < min(to*64, len(b.ids)); i++ {
			d.id = b.ids[i]
			if digit < 16 && hasDigit(&d.id, uint64(digit)) || digit == 16 && d.fulfils(t) {
				set[i/64] |= 1 << (i % 64)
			}
		}
	})
	return set
}

// hasDigit says whether a hex digit is in an ID: half a byte of z has its highest
// bit where x has nothing.
func hasDigit(id *domain.ID, digit uint64) bool {
	const ones, highs = 0x1111111111111111, 0x8888888888888888
	x := binary.LittleEndian.Uint64(id[:8]) ^ ones*digit
	y := binary.LittleEndian.Uint64(id[8:]) ^ ones*digit
	return ((x-ones)&^x|(y-ones)&^y)&highs != 0
}
