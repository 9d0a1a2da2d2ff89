package ui

import (
	"bytes"
	"context"
	"slices"

	"tenantry/domain"
)

// deviceMarks is the devices that somebody has marked, by identity: a sorted
// list that never changes, so that work off the loop can be handed it as it is.
// Marking one of a million copies 16 MB, which takes a few milliseconds; asking
// is a matter of twenty comparisons.
type deviceMarks struct{ ids []domain.ID }

func (m deviceMarks) len() int { return len(m.ids) }

func (m deviceMarks) place(id domain.ID) (int, bool) {
	return slices.BinarySearchFunc(m.ids, id, compareIDs)
}

func (m deviceMarks) has(id domain.ID) bool {
	_, marked := m.place(id)
	return marked
}

// turned is the marks with that of one device put or taken away.
func (m deviceMarks) turned(id domain.ID) deviceMarks {
	at, marked := m.place(id)
	if marked {
		return deviceMarks{slices.Concat(m.ids[:at], m.ids[at+1:])}
	}
	return deviceMarks{slices.Concat(m.ids[:at], []domain.ID{id}, m.ids[at:])}
}

// with is the marks of both.
func (m deviceMarks) with(other deviceMarks) deviceMarks {
	if m.len() == 0 {
		return other
	}
	both := make([]domain.ID, 0, len(m.ids)+len(other.ids))
	a, b := m.ids, other.ids
	for len(a) > 0 && len(b) > 0 {
		switch c := compareIDs(a[0], b[0]); {
		case c < 0:
			both, a = append(both, a[0]), a[1:]
		case c > 0:
			both, b = append(both, b[0]), b[1:]
		default:
			both, a, b = append(both, a[0]), a[1:], b[1:]
		}
	}
	return deviceMarks{append(append(both, a...), b...)}
}

// marksOf marks the rows of a set from one place to before another. For many
// it belongs off the loop.
func marksOf(set deviceSet, from, to int) deviceMarks {
	ids := make([]domain.ID, 0, max(0, to-from))
	for i := from; i < to; i++ {
		ids = append(ids, set.ID(i))
	}
	return newMarks(ids)
}

// newMarks marks devices that are listed in any order, even twice.
func newMarks(ids []domain.ID) deviceMarks {
	slices.SortFunc(ids, compareIDs)
	return deviceMarks{slices.Compact(ids)}
}

// among is how many of them are in a set. For many it belongs off the loop, and
// ends with ctx.
func (m deviceMarks) among(ctx context.Context, set deviceSet) (int, error) {
	const between = 4096 // looks at ctx
	n := 0
	if set.Len() < m.len() {
		for i := range set.Len() {
			if m.has(set.ID(i)) {
				n++
			}
			if i%between == 0 && ctx.Err() != nil {
				return 0, ctx.Err()
			}
		}
		return n, nil
	}
	for i, id := range m.ids {
		if _, found := set.Find(id); found {
			n++
		}
		if i%between == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
	return n, nil
}

func compareIDs(a, b domain.ID) int { return bytes.Compare(a[:], b[:]) }
