package ui

import (
	"strings"

	"tenantry/domain"
)

// branch is a customer with everything nested under it, or all main customers,
// as the rows of a widget.Tree. What a row says is for whoever embeds it.
type branch struct {
	of       *domain.Tree
	from, to int // positions in of
}

// branchOf is the branch under root, the whole tree for the zero ID.
func branchOf(tree *domain.Tree, root domain.ID) branch {
	from, to := tree.Span(root)
	return branch{tree, from, to}
}

func (b branch) Len() int { return b.to - b.from }

func (b branch) Key(i int) domain.ID { return b.at(i).ID }

func (b branch) Depth(i int) int { return b.of.Depth(b.from+i) - b.of.Depth(b.from) }

func (b branch) End(i int) int { return b.of.End(b.from+i) - b.from }

func (b branch) Find(id domain.ID) (int, bool) {
	at, ok := b.of.Position(id)
	return at - b.from, ok && b.from <= at && at < b.to
}

func (b branch) at(i int) *domain.Customer { return b.of.At(b.from + i) }

func (b branch) nested(i int) bool { return b.of.HasChildren(b.from + i) }

// matcher says which rows hold every word: in their own name or in that of a
// customer above, at least one of them in their own. "nor dep" finds the Depot
// under Nordics, and not all that is nested there. It is nil for no words.
func (b branch) matcher(words []string) func(i int) bool {
	if len(words) == 0 {
		return nil
	}
	return func(i int) bool {
		own := false
		for _, word := range words {
			switch at := b.from + i; {
			case strings.Contains(b.of.Folded(at), word):
				own = true
			case !b.above(at, word):
				return false
			}
		}
		return own
	}
}

// above says whether the name of a customer above the one at a position holds
// the word.
func (b branch) above(at int, word string) bool {
	for at = b.of.Parent(at); at >= 0; at = b.of.Parent(at) {
		if strings.Contains(b.of.Folded(at), word) {
			return true
		}
	}
	return false
}

// depthFor is how many levels may be open for at most so many rows to be
// shown; one level always may.
func (b branch) depthFor(rows int) int {
	var levels [domain.MaxDepth + 1]int
	for i := range b.Len() {
		levels[b.Depth(i)]++
	}
	depth, shown := 1, levels[0]+levels[1]
	for depth < domain.MaxDepth && shown+levels[depth+1] <= rows {
		depth++
		shown += levels[depth]
	}
	return depth
}
