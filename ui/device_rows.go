package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// deviceSet is devices in an order: what a search found, or the first page
// until there can be one.
type deviceSet interface {
	Len() int
	ID(i int) domain.ID
	Find(id domain.ID) (int, bool)
}

// devicePage is the first page of a list.
type devicePage []domain.ID

func (p devicePage) Len() int           { return len(p) }
func (p devicePage) ID(i int) domain.ID { return p[i] }
func (p devicePage) Find(id domain.ID) (int, bool) {
	for i := range p {
		if p[i] == id {
			return i, true
		}
	}
	return 0, false
}

// pageOf is the page and its rows as they were asked for.
func pageOf(rows []store.DeviceRow) devicePage {
	page := make(devicePage, len(rows))
	for i := range rows {
		page[i] = rows[i].ID
	}
	return page
}

// How many rows are read above and below the cursor, and how near to the edge
// of what was read one may come before more is: enough that a page key on the
// highest screen lands on rows that are there.
const (
	rowsAhead = 250
	rowsNear  = 100
	rowsKept  = 20 * rowsAhead
)

// around are the devices of a set within so many rows of row at.
func around(set deviceSet, at, within int) []domain.ID {
	from, to := max(0, at-within), min(at+within, set.Len())
	ids := make([]domain.ID, 0, max(0, to-from))
	for i := from; i < to; i++ {
		ids = append(ids, set.ID(i))
	}
	return ids
}

// deviceRows are the rows that a list has read, by identity. What is old is
// still drawn until it was read again, so that nothing flickers.
type deviceRows struct {
	age  int
	rows map[domain.ID]deviceRow
}

type deviceRow struct {
	row  store.DeviceRow
	seen bool // false for one that was asked for and that there isn't
	age  int
}

// row is what is known of a device, nil when nothing is.
func (r *deviceRows) row(id domain.ID) *store.DeviceRow {
	if known, ok := r.rows[id]; ok && known.seen {
		return &known.row
	}
	return nil
}

// gone says that a device was asked for and isn't there, or not to be seen.
func (r *deviceRows) gone(id domain.ID) bool {
	known, ok := r.rows[id]
	return ok && !known.seen
}

// outdate makes everything old: something changed.
func (r *deviceRows) outdate() { r.age++ }

// lacks says whether any of the devices hasn't been read since the last change.
func (r *deviceRows) lacks(ids []domain.ID) bool {
	for _, id := range ids {
		if known, ok := r.rows[id]; !ok || known.age != r.age {
			return true
		}
	}
	return false
}

// put keeps the rows that were read for the devices asked for.
func (r *deviceRows) put(age int, asked []domain.ID, rows []store.DeviceRow) {
	if r.rows == nil || len(r.rows) > rowsKept {
		r.rows = make(map[domain.ID]deviceRow, len(asked))
	}
	for _, id := range asked {
		r.rows[id] = deviceRow{age: age}
	}
	for _, row := range rows {
		r.rows[row.ID] = deviceRow{row, true, age}
	}
}

// read reads the rows of these devices for a screen.
func (r *deviceRows) read(b *base, ids []domain.ID) tea.Cmd {
	db, actor, age := b.db, b.actor, r.age
	return ask(b, "rows", func(ctx context.Context) ([]store.DeviceRow, error) {
		return db.DeviceRows(ctx, actor, ids)
	}, func(rows []store.DeviceRow, err error) tea.Cmd {
		if err != nil {
			b.fail(err)
			return nil
		}
		r.put(age, ids, rows)
		return nil
	})
}
