package store

import (
	"container/heap"
	"encoding/binary"

	"tenantry/domain"
)

// auditWalk goes through numbers of entries, from the greatest on down, each
// once.
type auditWalk interface {
	next() (number uint64, ok bool)
	err() error
}

// indexWalk goes along one index, of which the number is the end of each key.
type indexWalk struct {
	c     *cursor
	first []byte // a key beyond the first one; nil once it has begun
}

// walkIndex goes along the keys with a prefix whose numbers are below high.
func (tx *tx) walkIndex(t table, prefix []byte, high uint64) auditWalk {
	return &indexWalk{c: tx.scan(t, prefix), first: binary.BigEndian.AppendUint64(append([]byte(nil), prefix...), high)}
}

func (w *indexWalk) next() (uint64, bool) {
	var there bool
	if w.first != nil {
		there = w.c.before(w.first)
		w.first = nil
	} else {
		there = w.c.prev()
	}
	if !there {
		return 0, false
	}
	return lastNumber(w.c), true
}

func (w *indexWalk) err() error { return w.c.err() }

// mergedWalk goes along several walks at once.
type mergedWalk struct {
	heads  []walkHead // a heap, the greatest number first
	last   uint64     // told last; 0 before the first
	failed error
}

type walkHead struct {
	number uint64
	walk   auditWalk
}

// walkCustomers goes along the entries that concern any of several customers.
func (tx *tx) walkCustomers(account domain.ID, customers []domain.ID, high uint64) auditWalk {
	walks := make([]auditWalk, len(customers))
	for i, customer := range customers {
		walks[i] = tx.walkIndex(tableAuditWhere, key2(account, customer), high)
	}
	return merge(walks)
}

func merge(walks []auditWalk) auditWalk {
	if len(walks) == 1 {
		return walks[0]
	}
	m := &mergedWalk{}
	for _, w := range walks {
		if number, ok := w.next(); ok {
			m.heads = append(m.heads, walkHead{number, w})
		} else if m.failed = firstOf(m.failed, w.err()); m.failed != nil {
			return m
		}
	}
	heap.Init(m)
	return m
}

func (m *mergedWalk) next() (uint64, bool) {
	for len(m.heads) > 0 && m.failed == nil {
		head := &m.heads[0]
		number := head.number
		if next, ok := head.walk.next(); ok {
			head.number = next
			heap.Fix(m, 0)
		} else {
			m.failed = head.walk.err()
			heap.Pop(m)
		}
		if number != m.last && m.failed == nil {
			m.last = number
			return number, true
		}
	}
	return 0, false
}

func (m *mergedWalk) err() error { return m.failed }

func (m *mergedWalk) Len() int           { return len(m.heads) }
func (m *mergedWalk) Less(i, j int) bool { return m.heads[i].number > m.heads[j].number }
func (m *mergedWalk) Swap(i, j int)      { m.heads[i], m.heads[j] = m.heads[j], m.heads[i] }
func (m *mergedWalk) Push(head any)      { m.heads = append(m.heads, head.(walkHead)) }
func (m *mergedWalk) Pop() any {
	last := len(m.heads) - 1
	head := m.heads[last]
	m.heads = m.heads[:last]
	return head
}

// walkObject goes along the entries about a thing, and those that list it.
func (tx *tx) walkObject(account, object domain.ID, high uint64) auditWalk {
	return merge([]auditWalk{
		tx.walkIndex(tableAuditObject, key2(account, object), high),
		&listedWalk{tx: tx, account: account, device: object, bulk: tx.walkIndex(tableAuditBulk, key1(account), high)},
	})
}

// listedWalk goes along the bulk entries that list a device.
type listedWalk struct {
	tx              *tx
	account, device domain.ID
	bulk            auditWalk
	failed          error
}

func (w *listedWalk) next() (uint64, bool) {
	for looked := 1; ; looked++ {
		number, ok := w.bulk.next()
		if !ok {
			return 0, false
		}
		if looked%256 == 0 {
			if w.failed = w.tx.ctx.Err(); w.failed != nil {
				return 0, false
			}
		}
		_, value, err := w.tx.chunkOf(w.tx.scan(tableAuditDevices, keyNumber(w.account, number)), w.account, number, w.device)
		if err != nil {
			w.failed = err
			return 0, false
		}
		if _, listed := findMoved(value, w.device); listed {
			return number, true
		}
	}
}

func (w *listedWalk) err() error { return firstOf(w.failed, w.bulk.err()) }
