package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"tenantry/domain"
)

// DeviceQuery selects devices in reach.
type DeviceQuery struct {
	Customer domain.ID // zero: the actor's whole reach
	Below    bool      // with those of nested customers
	Location domain.ID // zero: wherever they are
	Filter   string    // as domain.ParseFilter reads it
	Sort     DeviceSort
	Reverse  bool
	Page
}

// DeviceList is a page of devices. Reason says why it is empty where that is a
// matter of rights.
type DeviceList struct {
	Rows   []DeviceRow
	Next   string // cursor of the next page, empty at the end
	Total  int
	Reason string
}

// Devices lists the devices that the actor may see. It reads them from the
// file, about a second for a million; a console uses the fleet. NotFound when
// q.Customer isn't in reach, Invalid for a filter, sort or cursor that isn't one.
func (db *DB) Devices(ctx context.Context, actor domain.Actor, q DeviceQuery) (DeviceList, error) {
	var list DeviceList
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		found, err := tx.listDevices(may, q, q.limit())
		if err != nil {
			return err
		}
		list.Total = found.total
		if found.total == 0 {
			list.Reason = whyNoDevices(may)
		}
		if len(found.rows) > q.limit() {
			found.rows = found.rows[:q.limit()]
			list.Next = found.cursor()
		}
		show := tx.shower(may)
		for _, listed := range found.rows {
			d, err := tx.deviceSeen(may, listed.id)
			if err != nil {
				return err
			}
			row, err := show.row(*d)
			if err != nil {
				return err
			}
			list.Rows = append(list.Rows, row)
		}
		return nil
	})
	return list, err
}

// whyNoDevices is why somebody sees no device, where that is not because there
// are none.
func whyNoDevices(may *domain.Rights) string {
	if decision := may.MayAnywhere(domain.DevicesSee); !decision.Allowed {
		return decision.Text(may)
	}
	if may.Narrowed() {
		return "You are limited to " + may.LimitWords() + ", and see only the devices there."
	}
	return ""
}

// listDevices finds the devices of a query, in its order: the limit and one
// more from the cursor on, or all of them where limit is 0.
func (tx *tx) listDevices(may *domain.Rights, q DeviceQuery, limit int) (*deviceListing, error) {
	l := &deviceListing{limit: limit, sort: q.Sort, reverse: q.Reverse}
	err := l.sort.check()
	if err == nil {
		l.scope, err = deviceScope(may, q.Customer, q.Below, q.Location)
	}
	if err == nil {
		l.filter, err = parseFilter(q.Filter, may, tx.now)
	}
	if err == nil {
		err = l.readCursor(q.Cursor)
	}
	if err != nil {
		return nil, err
	}
	l.paths = pathsOf(may.Tree())
	l.places, l.sorting = tx.placeTerms(may, l.filter, l.paths), tx.sorting(may, l.sort)
	if may.MayAnywhere(domain.DevicesSee).Allowed {
		err = l.read(tx)
	}
	l.sorted()
	return l, err
}

// deviceListing collects the devices of a list.
type deviceListing struct {
	scope   scope
	filter  domain.DeviceFilter
	paths   *treePaths
	places  *placeTerms
	sort    DeviceSort
	sorting *deviceSorting
	reverse bool
	limit   int // 0: all
	after   *listedDevice
	rows    []listedDevice
	total   int
	fold    folder
	line    []byte
	facts   deviceFacts
	kinds   map[string]uint64 // the terms that each kind fulfils
	key     []byte
}

// listedDevice is a device with the key by which it is sorted.
type listedDevice struct {
	key string
	id  domain.ID
}

func (l *deviceListing) compare(a, b listedDevice) int {
	c := cmp.Or(cmp.Compare(a.key, b.key), compareIDs(a.id, b.id))
	if l.reverse {
		return -c
	}
	return c
}

// read goes through the owners, which are short, and reads only the records of
// devices that the list is of.
func (l *deviceListing) read(tx *tx) error {
	account := l.scope.may.Account().ID
	inScope := map[place]uint64{} // with the terms that each place fulfils
	l.kinds = map[string]uint64{}
	devices := tx.scan(tableDevice, key1(account))
	gap := 0
	return tx.eachOwner(account, func(id domain.ID, at place) error {
		wanted, known := inScope[at]
		if !known {
			if l.scope.sees(at) {
				wanted = l.places.mask(at) | visible
			}
			inScope[at] = wanted
		}
		gap++
		if wanted == 0 {
			return nil
		}
		key := key2(account, id)
		if !devices.stepTo(key, gap) {
			return firstOf(devices.err(), damaged(tableDevice, key, "is missing"))
		}
		gap = 0
		if l.total&0xfff == 0 && tx.ctx.Err() != nil {
			return tx.ctx.Err()
		}
		return firstOf(l.places.err, l.add(key, devices.value(), id, at, wanted))
	})
}

// stepTo moves on to a key, of which the caller thinks that it is so many keys
// away; false when it isn't there.
func (c *cursor) stepTo(key []byte, away int) bool {
	const near = 4
	if c.placed && away <= near {
		for range away {
			if !c.next() {
				return false
			}
		}
		if bytes.Equal(c.key(), key) {
			return true
		}
	}
	return c.seek(key) && bytes.Equal(c.key(), key)
}

// add takes a device into the list if it passes the filter, of which its place
// fulfils the terms of a mask.
func (l *deviceListing) add(key, value []byte, id domain.ID, at place, byPlace uint64) (err error) {
	if l.line, err = l.fold.lineOfRecord(l.line[:0], key, value, &l.facts); err != nil {
		return err
	}
	byKind, known := l.kinds[string(l.facts.kind)]
	if !known {
		kind := kindFrom(l.facts.kind)
		byKind = kind.mask(l.filter)
		l.kinds[string(l.facts.kind)] = byKind
	}
	d := filtered{id: id, line: l.line, deviceFacts: &l.facts}
	if !d.matches(l.filter, byPlace|byKind) {
		return nil
	}
	l.total++
	if l.key, err = l.sortKey(l.key[:0], key, value, at); err != nil {
		return err
	}
	if l.beyond(id) {
		return nil
	}
	l.rows = append(l.rows, listedDevice{string(l.key), id})
	if l.limit > 0 && len(l.rows) >= 4*(l.limit+1) {
		l.sorted()
	}
	return nil
}

// beyond says whether the device of l.key is known not to be on this page.
func (l *deviceListing) beyond(id domain.ID) bool {
	if l.after == nil {
		return false
	}
	c := cmp.Or(bytes.Compare(l.key, []byte(l.after.key)), compareIDs(id, l.after.id))
	if l.reverse {
		c = -c
	}
	return c <= 0
}

// sorted sorts what there is, and lets go of what is behind the page.
func (l *deviceListing) sorted() {
	slices.SortFunc(l.rows, l.compare)
	if l.limit > 0 && len(l.rows) > l.limit+1 {
		l.rows = l.rows[:l.limit+1]
	}
}

// A cursor is the key and the ID of the last row of a page, so that it stays
// where it is when devices before it come and go, and it itself.

func (l *deviceListing) cursor() string {
	last := l.rows[len(l.rows)-1]
	return writeCursor(string(last.id[:]) + last.key)
}

func (l *deviceListing) readCursor(cursor string) error {
	text, err := readCursor(cursor)
	if err != nil || text == "" {
		return err
	}
	if len(text) < 16 {
		return errCursorGone()
	}
	l.after = &listedDevice{key: text[16:], id: domain.ID([]byte(text[:16]))}
	return nil
}

// sortKey appends to dst what a device is sorted by: the column, and then the
// name. The bytes of keys are in the order of the list.
func (l *deviceListing) sortKey(dst, key, value []byte, at place) (_ []byte, err error) {
	switch {
	case l.sort.byName():
	case l.sort.byPlace():
		dst, err = l.sorting.appendPlace(dst, at)
	default:
		dst, err = l.sorting.appendRecord(dst, key, value)
	}
	return appendNatural(dst, lineName(l.line)), err
}
