package ui

import "slices"

// columnName is a column where columns are chosen: how it is kept, what it is
// called, and whether it is shown until somebody chooses.
type columnName struct {
	id, title string
	first     bool
}

// columnSet is which columns of a list are shown, and in which order. The zero
// set is as the list has them at first. The first column always stands first: a
// row without it couldn't be told from others.
type columnSet struct {
	order []int  // all columns, by number
	on    []bool // whether each is shown
}

// arranged are all columns in their order.
func (s *columnSet) arranged(names []columnName) []int {
	if s.order == nil {
		order := make([]int, len(names))
		for i := range order {
			order[i] = i
		}
		return order
	}
	return s.order
}

func (s *columnSet) shows(names []columnName, i int) bool {
	return i == 0 || s.on == nil && names[i].first || s.on != nil && s.on[i]
}

// shown are the columns that are shown, in their order.
func (s *columnSet) shown(names []columnName) []int {
	return slices.DeleteFunc(slices.Clone(s.arranged(names)), func(i int) bool { return !s.shows(names, i) })
}

// own makes the set one that can be changed.
func (s *columnSet) own(names []columnName) {
	s.order = slices.Clone(s.arranged(names))
	on := make([]bool, len(names))
	for i := range on {
		on[i] = s.shows(names, i)
	}
	s.on = on
}

// turn shows a column, or hides it.
func (s *columnSet) turn(names []columnName, i int) {
	s.own(names)
	s.on[i] = !s.on[i]
}

// move takes the column at a place of the order to another, which it returns.
func (s *columnSet) move(names []columnName, at, to int) int {
	s.own(names)
	to = max(1, min(to, len(s.order)-1))
	i := s.order[at]
	s.order = slices.Insert(slices.Delete(s.order, at, at+1), to, i)
	return to
}

func (s *columnSet) reset() { *s = columnSet{} }

// kept are the names of the columns shown, none for a set as it is at first.
func (s *columnSet) kept(names []columnName) []string {
	if s.order == nil {
		return nil
	}
	var kept []string
	for _, i := range s.shown(names) {
		kept = append(kept, names[i].id)
	}
	return kept
}

// takeUp makes a set of what was kept. Columns that there aren't any more are
// left out; those that weren't shown follow in the order that they have at first.
func (s *columnSet) takeUp(names []columnName, kept []string) {
	if s.reset(); len(kept) == 0 {
		return
	}
	s.on = make([]bool, len(names))
	s.order = []int{0}
	for _, id := range kept {
		i := slices.IndexFunc(names, func(n columnName) bool { return n.id == id })
		if i > 0 && !s.on[i] {
			s.order, s.on[i] = append(s.order, i), true
		}
	}
	for i := range names {
		if i > 0 && !s.on[i] {
			s.order = append(s.order, i)
		}
	}
	s.on[0] = true
}
