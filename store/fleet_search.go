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
	Filter   string    // as domain.ParseFilter reads it
	// Within is an answer from before, nil for none. It changes nothing but the
	// time: where the filter only went on from that of the answer, and nothing
	// changed since, only what it found is looked at.
	Within *Found
}

// Search finds the devices that pass the filter and that the actor may see at
// this moment, in the order of their names. NotFound when the customer isn't in
// reach, Invalid when the filter isn't one.
func (db *DB) Search(ctx context.Context, actor domain.Actor, fleet *Fleet, q FleetQuery) (*Found, error) {
	var s *fleetSearch
	var reason string
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		filter, err := parseFilter(q.Filter, may, tx.now)
		if err != nil {
			return err
		}
		scope, err := deviceScope(may, q.Customer, q.Below, q.Location)
		if err != nil {
			return err
		}
		if fleet.account != actor.Account {
			return domain.NoSuch("customer")
		}
		s = &fleetSearch{picture: fleet.picture.Load(), filter: filter}
		reason = whyNoDevices(may)
		return s.look(scope, tx.placeTerms(may, filter, fleet.pathsOf(may.Tree())))
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
	filter  domain.DeviceFilter
	paths   *treePaths
	// seen says of each place, by number, whether it is visible (the highest
	// bit) and which terms it fulfils (bit k for term k).
	seen    []uint64
	seesAll bool
	// askPlaces says that the places of rows matter at all.
	askPlaces bool
	byPlace   uint64   // the terms that some visible place fulfils
	kinds     []uint64 // which terms each kind fulfils, by number; nil where none is about kinds
	terms     []termSearch
	within    []uint64 // the lines to look at; nil for all
}

const visible = 1 << 63

// look finds out what is visible, and what places say.
func (s *fleetSearch) look(sc scope, terms *placeTerms) error {
	s.paths = terms.paths
	s.seen = make([]uint64, len(s.picture.places))
	s.seesAll = true
	for number, at := range s.picture.places[1:] {
		if !sc.sees(at) {
			s.seesAll = false
			continue
		}
		mask := terms.mask(at)
		s.seen[number+1] = mask | visible
		s.byPlace |= mask
	}
	return terms.err
}

// lookKinds finds out what kinds say.
func (s *fleetSearch) lookKinds() {
	about := false
	for k := range s.filter.Terms {
		about = about || aboutKind(s.filter.Terms[k].Field)
	}
	if !about {
		return
	}
	s.kinds = make([]uint64, len(s.picture.kinds))
	inParallel(len(s.kinds), func(from, to int) {
		for n := from; n < to; n++ {
			s.kinds[n] = s.picture.kinds[n].mask(s.filter)
		}
	})
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

// termSets are, of a block, the lines that fulfil each term by their place.
type termSets [domain.MaxFilterTerms]uint64

// block is the answer for one block of lines. What costs least comes first: what
// the index knows, then the numbers beside the lines, then the lines themselves.
func (s *fleetSearch) block(block int, sum *byte) uint64 {
	set := s.picture.base.linesOf(block)
	if s.within != nil {
		set &= s.within[block]
	}
	for k := range s.terms {
		if t := &s.terms[k]; !t.byPlace && !t.known {
			set = t.narrowByIndex(set, block)
		}
	}
	if set == 0 {
		return 0
	}
	var byPlace termSets
	if s.askPlaces {
		set &= s.places(block, &byPlace)
		for k := range s.terms {
			if t := &s.terms[k]; t.byPlace && !t.known {
				set = t.narrowByPlace(set, byPlace[k], block)
			}
		}
	}
	if s.kinds != nil && set != 0 {
		set = s.byKind(block, set)
	}
	for k := range s.terms {
		if t := &s.terms[k]; t.numbers && set != 0 {
			set = t.kept(set, t.byNumbers(s.picture, block, set))
		}
	}
	if set != 0 {
		set = s.lookInto(block, set, &byPlace, sum)
	}
	return set
}

// places are the lines of a block that are visible, and of each term those whose
// place fulfils it. There is no branch in its loops: which place comes next
// can't be guessed.
func (s *fleetSearch) places(block int, byPlace *termSets) (seen uint64) {
	at := s.picture.at.from(block * linesInBlock)
	var masks [linesInBlock]uint64
	for i, number := range at[:min(linesInBlock, len(at))] {
		masks[i] = s.seen[number]
	}
	for i, mask := range masks {
		seen |= mask >> 63 << i
	}
	for k := range s.terms {
		if t := &s.terms[k]; t.byPlace && !t.known {
			byPlace[k] = bitOf(&masks, k)
		}
	}
	return seen
}

// bitOf is bit k of each mask.
func bitOf(masks *[linesInBlock]uint64, k int) (set uint64) {
	for i, mask := range masks {
		set |= mask >> k & 1 << i
	}
	return set
}

// byKind leaves the lines whose kind fulfils what is asked of it.
func (s *fleetSearch) byKind(block int, set uint64) uint64 {
	kinds := s.picture.kind.from(block * linesInBlock)
	var masks [linesInBlock]uint64
	for i, number := range kinds[:min(linesInBlock, len(kinds))] {
		masks[i] = s.kinds[number]
	}
	for k := range s.terms {
		if t := &s.terms[k]; t.kind && !t.known {
			set = t.kept(set, bitOf(&masks, k))
		}
	}
	return set
}

// lookInto looks for the terms in the lines of set, where only the text can
// tell.
func (s *fleetSearch) lookInto(block int, set uint64, byPlace *termSets, sum *byte) uint64 {
	base := s.picture.base
	var open termSets // the lines in which each term must be looked for
	all := uint64(0)
	for k := range s.terms {
		if t := &s.terms[k]; t.look && !t.known {
			open[k] = set &^ byPlace[k]
			if t.Not {
				open[k] &= t.candidates(block) // the others pass without a look
			}
			all |= open[k]
		}
	}
	if all == 0 {
		return set
	}
	if bits.OnesCount64(all) < linesInBlock/2 {
		*sum += base.touch(block, all)
	}
	first := block * linesInBlock
	for rest := all; rest != 0; rest &= rest - 1 {
		line := rest & -rest
		i := first + bits.TrailingZeros64(rest)
		from, to := int(base.start[i]), int(base.start[i+1])
		for k := range s.terms {
			if t := &s.terms[k]; open[k]&line != 0 && t.in(base.text, from, to) == t.Not {
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
		mask := s.seen[line.place]
		if mask == 0 {
			continue
		}
		if s.kinds != nil {
			mask |= s.kinds[line.kind]
		}
		d := filtered{id: line.id, line: line.line, deviceFacts: line.facts}
		if d.matches(s.filter, mask) {
			found = append(found, line)
		}
	}
	return found
}
