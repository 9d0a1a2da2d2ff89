package store

import "bytes"

// accessWalk goes over places of the access history, from the newest to the
// oldest: over one table's part, or several that it merges. It is a heap of
// cursors, of which the first stands on the newest event.
type accessWalk struct {
	heads  []*cursor
	failed error
	placed bool
}

// add brings in a part of a table, from the event before end on. Every place
// must be added before next.
func (w *accessWalk) add(c *cursor, end accessPosition) {
	if c.before(append(bytes.Clone(c.prefix), end[:]...)) {
		w.heads = append(w.heads, c)
		w.up(len(w.heads) - 1)
	} else if w.failed == nil {
		w.failed = c.err()
	}
}

// next moves on to the next older event; false at the end, or at an error.
func (w *accessWalk) next() bool {
	if w.failed != nil || len(w.heads) == 0 {
		return false
	}
	if !w.placed {
		w.placed = true
		return true
	}
	if c := w.heads[0]; !c.prev() {
		w.failed = c.err()
		last := len(w.heads) - 1
		w.heads[0] = w.heads[last]
		w.heads = w.heads[:last]
	}
	w.down()
	return w.failed == nil && len(w.heads) > 0
}

// head is the cursor at the event.
func (w *accessWalk) head() *cursor { return w.heads[0] }

// position is where the event stands.
func (w *accessWalk) position() accessPosition { return accessPosition(tail(w.heads[0])) }

func (w *accessWalk) err() error { return w.failed }

func tail(c *cursor) []byte { return c.k[len(c.k)-len(accessPosition{}):] }

func (w *accessWalk) newer(i, j int) bool {
	return bytes.Compare(tail(w.heads[i]), tail(w.heads[j])) > 0
}

func (w *accessWalk) up(i int) {
	for parent := (i - 1) / 2; i > 0 && w.newer(i, parent); parent = (i - 1) / 2 {
		w.heads[i], w.heads[parent] = w.heads[parent], w.heads[i]
		i = parent
	}
}

func (w *accessWalk) down() {
	for i := 0; ; {
		best := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(w.heads); child++ {
			if w.newer(child, best) {
				best = child
			}
		}
		if best == i {
			return
		}
		w.heads[i], w.heads[best] = w.heads[best], w.heads[i]
		i = best
	}
}
