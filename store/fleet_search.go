package store

import (
	"context"
	"math/bits"
	"sync/atomic"

	"tenantry/domain"
)

// FleetQuery narrows a fleet. What is outside the actor's reach is never in
// the answer, whatever is asked.
type FleetQuery struct {
	Customer domain.ID // zero: the actor's whole reach
	Below    bool      // with those of nested customers
	Location domain.ID // zero: wherever they are
	Filter   string
	// Within is an answer from before, nil for none. It changes nothing but the
	// time: where the filter only went on from that of the answer, and nothing
	// changed since, only what it found is looked at.
	Within *Found
}

// Search finds the devices that match every word of the filter and that the
// actor may see at this moment, in the order of their names. NotFound when the
// customer isn't in reach, Invalid when the filter is too long.
func (db *DB) Search(ctx context.Context, actor domain.Actor, fleet *Fleet, q FleetQuery) (*Found, error) {
	filter, err := parseDeviceFilter(q.Filter)
	if err != nil {
		return nil, err
	}
	var s *fleetSearch
	var reason string
	err = db.view(ctx, actor, func(_ *tx, may *domain.Rights) error {
		scope, err := deviceScope(may, q.Customer, q.Below, q.Location)
		if err != nil {
			return err
		}
		if fleet.account != actor.Account {
			return domain.NoSuch("customer")
		}
		s = &fleetSearch{picture: fleet.picture.Load(), filter: filter}
		s.look(scope, fleet.pathsOf(may.Tree()))
		reason = whyNoDevices(may)
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.prepare(q.Within)
	found, err := s.run(ctx)
	if err == nil && found.Len() == 0 {
		found.Reason = reason
	}
	return found, err
}

// scope is the part of the tree that a list is of, seen by somebody.
type scope struct {
	may      *domain.Rights
	from, to int       // positions in the tree
	location domain.ID // only what is there; zero for no matter where
}

// deviceScope is what a list of devices covers: a customer, with those below,
// or the whole reach, and of that what is at a location. NotFound when the
// customer isn't in reach. Where there is no such location, nothing is there.
func deviceScope(may *domain.Rights, customer domain.ID, below bool, location domain.ID) (scope, error) {
	s := scope{may: may, location: location}
	if customer.IsZero() {
		s.from, s.to = may.Span()
		return s, nil
	}
	at, there := may.Tree().Position(customer)
	if !there || !may.Reaches(customer) {
		return s, domain.NoSuch("customer")
	}
	s.from, s.to = at, at+1
	if below {
		s.to = may.Tree().End(at)
	}
	return s, nil
}

// sees says whether devices at a place belong to the list.
func (s scope) sees(p place) bool {
	if !s.location.IsZero() && p.location != s.location {
		return false
	}
	at, there := s.may.Tree().Position(p.customer)
	return there && s.from <= at && at < s.to && s.may.SeesDevice(p.customer, p.location).Allowed
}

// treePaths are the folded paths of a tree's customers, by position.
type treePaths struct {
	tree   *domain.Tree
	folded []string
}

func pathsOf(tree *domain.Tree) *treePaths {
	p := &treePaths{tree: tree, folded: make([]string, tree.Len())}
	for i := range p.folded {
		p.folded[i] = domain.Fold(tree.Path(tree.At(i).ID))
	}
	return p
}

// of is the folded path of a customer, empty when there is no such.
func (p *treePaths) of(customer domain.ID) string {
	if at, there := p.tree.Position(customer); there {
		return p.folded[at]
	}
	return ""
}

// pathsOf keeps the paths of the last tree that was asked for: a search comes
// with every key, a new tree seldom.
func (f *Fleet) pathsOf(tree *domain.Tree) *treePaths {
	if p := f.paths.Load(); p != nil && p.tree == tree {
		return p
	}
	p := pathsOf(tree)
	f.paths.Store(p)
	return p
}

// fleetSearch is one search under way.
type fleetSearch struct {
	picture *fleetPicture
	filter  deviceFilter
	paths   *treePaths
	// seen says of each place, by number, whether it is visible (the highest
	// bit) and which words its customer's path matches (bit k for word k).
	seen    []uint64
	seesAll bool
	byPlace uint64 // the words that some visible customer's path matches
	words   []wordSearch
	within  []uint64 // the lines to look at; nil for all
}

const visible = 1 << 63

// wordSearch is a word of the filter, made ready for the picture's base.
type wordSearch struct {
	needles []needle // one, or two where it also matches without its dashes
	byPlace bool     // some customer's path matches too
	known   bool     // all lines within match it
	exact   bool     // no candidate needs to be looked into
}

// look finds out what is visible.
func (s *fleetSearch) look(sc scope, paths *treePaths) {
	s.paths = paths
	s.seen = make([]uint64, len(s.picture.places))
	s.seesAll = true
	for number, at := range s.picture.places[1:] {
		if !sc.sees(at) {
			s.seesAll = false
			continue
		}
		mask := uint64(visible)
		path := paths.of(at.customer)
		for k, word := range s.filter.words {
			if word.inPath(path) {
				mask |= 1 << k
			}
		}
		s.seen[number+1] = mask
		s.byPlace |= mask &^ visible
	}
}

// prepare makes the words ready, and takes from an earlier answer what it can.
func (s *fleetSearch) prepare(before *Found) {
	narrow := before != nil && before.narrows(s)
	if narrow {
		s.within = before.bits
	}
	for k, word := range s.filter.words {
		w := wordSearch{byPlace: s.byPlace&(1<<k) != 0, known: narrow && before.filter.has(word)}
		if !w.known {
			w.needles = append(w.needles, s.picture.base.needle(word.text))
			if word.dashless != "" {
				w.needles = append(w.needles, s.picture.base.needle(word.dashless))
			}
			w.exact = len(w.needles) == 1 && w.needles[0].exact
		}
		s.words = append(s.words, w)
	}
}

// candidates are the lines of a block that can match the word by their text.
func (w *wordSearch) candidates(block int) uint64 {
	set := w.needles[0].candidates(block)
	if len(w.needles) > 1 {
		set |= w.needles[1].candidates(block)
	}
	return set
}

// in says whether a line matches the word by its text.
func (w *wordSearch) in(text []byte, from, to int) bool {
	return w.needles[0].in(text, from, to) || len(w.needles) > 1 && w.needles[1].in(text, from, to)
}

// blocksAtOnce is how many blocks are searched before looking whether it was
// called off: about a tenth of a millisecond.
const blocksAtOnce = 256

// touched keeps the compiler from leaving touch out.
var touched atomic.Uint32

func (s *fleetSearch) run(ctx context.Context) (*Found, error) {
	base := s.picture.base
	found := make([]uint64, base.blocks())
	inParallel(len(found), func(from, to int) {
		var sum byte
		for ; from < to; from++ {
			if from%blocksAtOnce == 0 && ctx.Err() != nil {
				return
			}
			found[from] = s.block(from, &sum)
		}
		touched.Store(uint32(sum))
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return newFound(s, found, s.inTail()), nil
}

// block is the answer for one block of lines.
func (s *fleetSearch) block(block int, sum *byte) uint64 {
	set := s.picture.base.linesOf(block)
	if s.within != nil {
		set &= s.within[block]
	}
	look := false
	for k := range s.words {
		if w := &s.words[k]; !w.known {
			look = look || !w.exact
			if !w.byPlace {
				set &= w.candidates(block)
			}
		}
	}
	if set == 0 {
		return 0
	}
	var byPlace [maxFilterWords]uint64
	if !s.seesAll || s.picture.dead > 0 || s.byPlace != 0 {
		set &= s.places(block, &byPlace)
		for k := range s.words {
			if w := &s.words[k]; w.byPlace && !w.known {
				set &= w.candidates(block) | byPlace[k]
			}
		}
	}
	if look && set != 0 {
		set = s.lookInto(block, set, &byPlace, sum)
	}
	return set
}

// places are the lines of a block that are visible, and of each word those whose
// customer matches it. There is no branch in its loops: which customer comes
// next can't be guessed.
func (s *fleetSearch) places(block int, byPlace *[maxFilterWords]uint64) (seen uint64) {
	first := block * linesInBlock
	at := s.picture.at[first/rowsInPage][first%rowsInPage:]
	var masks [linesInBlock]uint64
	for i, number := range at[:min(linesInBlock, len(at))] {
		masks[i] = s.seen[number]
	}
	for i, mask := range masks {
		seen |= mask >> 63 << i
	}
	for k := range s.words {
		if w := &s.words[k]; w.byPlace && !w.known {
			var set uint64
			for i, mask := range masks {
				set |= mask >> k & 1 << i
			}
			byPlace[k] = set
		}
	}
	return seen
}

// lookInto looks for the words in the lines of set, where only the text can
// tell.
func (s *fleetSearch) lookInto(block int, set uint64, byPlace *[maxFilterWords]uint64, sum *byte) uint64 {
	open := uint64(0) // the lines of which some word must be looked for
	for k := range s.words {
		if w := &s.words[k]; !w.known && !w.exact {
			open |= set &^ byPlace[k]
		}
	}
	base := s.picture.base
	if bits.OnesCount64(open) < linesInBlock/2 {
		*sum += base.touch(block, open)
	}
	first := block * linesInBlock
	for rest := open; rest != 0; rest &= rest - 1 {
		line := rest & -rest
		i := first + bits.TrailingZeros64(rest)
		from, to := int(base.start[i]), int(base.start[i+1])
		for k := range s.words {
			w := &s.words[k]
			if !w.known && !w.exact && byPlace[k]&line == 0 && !w.in(base.text, from, to) {
				set &^= line
				break
			}
		}
	}
	return set
}

// linesOf has a bit for each line of a block.
func (t *fleetText) linesOf(block int) uint64 {
	if left := t.len() - block*linesInBlock; left < linesInBlock {
		return 1<<left - 1
	}
	return ^uint64(0)
}

// inTail are the lines of the picture's tail that match.
func (s *fleetSearch) inTail() []*fleetLine {
	var found []*fleetLine
	for _, line := range s.picture.tail {
		if mask := s.seen[line.place]; mask != 0 && s.filter.matchesBut(line.line, mask) {
			found = append(found, line)
		}
	}
	return found
}
