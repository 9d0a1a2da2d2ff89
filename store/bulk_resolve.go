package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"tenantry/domain"
)

// resolving finds the device of every row of a bulk change. Rows are looked up
// in the order of their IDs, which is the order of the tables.
type resolving struct {
	tx      *tx
	may     *domain.Rights
	account domain.ID
	deed    deed
	rows    []BulkRow
	pasted  []domain.PasteRow // the rows from first on
	first   int
	at      []place   // of each row's device
	order   []idOfRow // the rows whose device is seen, by device
	seen    map[place]domain.Decision
}

// resolve classes every row, the picked devices first. The deed has taken up
// what there is to do.
func (tx *tx) resolve(may *domain.Rights, b Bulk, c choice) (BulkPreview, deed, error) {
	var preview BulkPreview
	n := len(c.picked) + len(c.pasted)
	deed, err := b.begin(tx, may, n)
	if err != nil {
		return preview, nil, err
	}
	r := &resolving{
		tx: tx, may: may, account: may.Account().ID, deed: deed, pasted: c.pasted, first: len(c.picked),
		rows: make([]BulkRow, n), at: make([]place, n), seen: map[place]domain.Decision{},
	}
	if err := r.resolve(c.picked); err != nil {
		return preview, nil, err
	}
	preview.Rows = r.rows
	preview.Counts = map[domain.Result]int{}
	for i := range r.rows {
		preview.Counts[r.rows[i].Result]++
	}
	deed.tell(&preview)
	return preview, deed, nil
}

func (r *resolving) resolve(picked []domain.ID) error {
	for i, id := range picked {
		r.rows[i] = BulkRow{Input: id.String(), Device: id}
	}
	for i, p := range r.pasted {
		row := BulkRow{Line: p.Line, Input: p.Input, Why: p.Why, Ignored: p.Ignored, RepeatOf: p.RepeatOf}
		switch {
		case p.RepeatOf > 0:
			row.Result = domain.ResultRepeated
		case p.Form == domain.PasteMalformed:
			row.Result = domain.ResultMalformed
		}
		r.rows[r.first+i] = row
	}
	for _, step := range []func() error{r.units, r.prefixes, r.owners, r.class} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// units finds the devices of whole pasted IDs: by the unit ID, or else the ID
// is taken for the device's own.
func (r *resolving) units() error {
	order := make([]idOfRow, 0, len(r.pasted))
	for i, p := range r.pasted {
		if p.Form == domain.PasteFull && r.rows[r.first+i].Result == 0 {
			order = append(order, rowOfID(p.ID, r.first+i))
		}
	}
	sortRows(order)
	c := r.tx.scan(tableUnitAccount, key1(r.account))
	key := key2(r.account, domain.ID{})
	for n, o := range order {
		if n%atOnce == 0 && r.tx.ctx.Err() != nil {
			return r.tx.ctx.Err()
		}
		id := o.id()
		copy(key[16:], id[:])
		if c.seek(key) && bytes.Equal(c.key(), key) {
			id = idAt(c.value(), 0)
		}
		if c.err() != nil {
			return c.err()
		}
		r.rows[o.row].Device = id
	}
	return nil
}

// idOfRow is what a row is sorted by. The ID lies in it as two numbers, because
// sorting 100,000 rows compares them two million times.
type idOfRow struct {
	high, low uint64
	row       uint32
}

func rowOfID(id domain.ID, row int) idOfRow {
	return idOfRow{binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:]), uint32(row)}
}

func (o idOfRow) id() (id domain.ID) {
	binary.BigEndian.PutUint64(id[:8], o.high)
	binary.BigEndian.PutUint64(id[8:], o.low)
	return id
}

func (o idOfRow) same(other idOfRow) bool { return o.high == other.high && o.low == other.low }

// sortRows sorts by ID, and rows of one ID in their own order.
func sortRows(order []idOfRow) {
	slices.SortFunc(order, func(a, b idOfRow) int {
		switch {
		case a.high != b.high:
			return cmp.Compare(a.high, b.high)
		case a.low != b.low:
			return cmp.Compare(a.low, b.low)
		}
		return cmp.Compare(a.row, b.row)
	})
}

// owners finds out where the device of each row is, and forgets those that the
// actor doesn't see, or that aren't there: from here on they are the same.
func (r *resolving) owners() error {
	r.order = r.byDevice()
	seen := r.order[:0]
	c := r.tx.scan(tableOwner, key1(r.account))
	key := key2(r.account, domain.ID{})
	for n, o := range r.order {
		if n%atOnce == 0 && r.tx.ctx.Err() != nil {
			return r.tx.ctx.Err()
		}
		id := o.id()
		copy(key[16:], id[:])
		var at place
		if c.seek(key) && bytes.Equal(c.key(), key) {
			var err error
			if at, err = placeFromValue(c.key(), c.value()); err != nil {
				return err
			}
		}
		if c.err() != nil {
			return c.err()
		}
		decision := r.decide(at)
		if there := at != (place{}); !there || !decision.Allowed {
			if err := decision.Err(r.may); there && domain.KindOf(err) != domain.NotFound {
				return err
			}
			r.rows[o.row].Device, r.rows[o.row].Result = domain.ID{}, domain.ResultNotFound
			continue
		}
		r.at[o.row] = at
		seen = append(seen, o)
	}
	r.order = seen
	return nil
}

// decide is whether the actor may do it to devices at a place.
func (r *resolving) decide(at place) domain.Decision {
	decision, known := r.seen[at]
	if !known {
		decision = r.deed.may(at)
		r.seen[at] = decision
	}
	return decision
}

// byDevice are the rows that have a device and no class, in the order of their
// devices, and for one device in their own.
func (r *resolving) byDevice() []idOfRow {
	order := make([]idOfRow, 0, len(r.rows))
	for i := range r.rows {
		if r.rows[i].Result == 0 {
			order = append(order, rowOfID(r.rows[i].Device, i))
		}
	}
	sortRows(order)
	return order
}

// class classes what was found: the first row of a device is the one that counts
// and the others repeat it.
func (r *resolving) class() error {
	for n, o := range r.order {
		if n%atOnce == 0 && r.tx.ctx.Err() != nil {
			return r.tx.ctx.Err()
		}
		row := &r.rows[o.row]
		at := r.at[o.row]
		row.From, row.At = at.customer, at.location
		if n > 0 && r.order[n-1].same(o) {
			first := &r.rows[r.order[n-1].row]
			row.Result, row.RepeatOf = domain.ResultRepeated, first.Line
			if first.Result == domain.ResultRepeated {
				row.RepeatOf = first.RepeatOf
			}
			continue
		}
		if err := r.deed.take(row, at); err != nil {
			return err
		}
	}
	return nil
}
