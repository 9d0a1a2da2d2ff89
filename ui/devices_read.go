package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// The list is read in two ways. Its first page comes from the store at once.
// Behind it the fleet is made ready, the text of all devices that every session
// shares; from then on the list is what a search of it finds, and a key in the
// filter is answered within a frame.

// query is what the list is asked for, whole, for an export.
func (s *deviceList) query() store.DeviceQuery {
	return store.DeviceQuery{
		Customer: s.scope, Below: s.below(), Location: s.at, Filter: s.filter.text(),
		Sort: s.deviceView.sortedBy(), Reverse: s.deviceView.reverse,
	}
}

// refresh reads again what is shown: something changed, or it comes to the
// front.
func (s *deviceList) refresh() tea.Cmd {
	s.backFromManage()
	s.lookAnew()
	s.rows.outdate()
	return tea.Batch(s.readAgain(), s.makeFleet())
}

// minutePassed reads the list again where the time decides what is in it.
func (s *deviceList) minutePassed() tea.Cmd {
	if !s.filter.ages(s.Console) {
		return nil
	}
	return s.readAgain()
}

// readAgain reads the list because the data changed. Where it is being read it
// lets that end first: changes may come faster than a long list is sorted.
func (s *deviceList) readAgain() tea.Cmd {
	if s.busy("list") {
		s.again = true
		return nil
	}
	return s.read(false)
}

// narrowed reads the list for another filter.
func (s *deviceList) narrowed() tea.Cmd { return s.read(true) }

// listing is an answer: which devices there are, and the rows around the cursor.
type listing struct {
	set    deviceSet
	found  *store.Found // the same by name, where it was searched for
	total  int          // in the scope whatever the filter; -1 where that wasn't asked
	reason string
	asked  []domain.ID
	rows   []store.DeviceRow
}

// read reads the list. Where what is looked for has changed and the device
// under the cursor isn't there any more, the cursor goes to the top; where only
// the data has, it stays about where it was.
func (s *deviceList) read(anew bool) tea.Cmd {
	key, _ := s.table.CursorKey()
	return s.readFor(key, anew)
}

// readAt reads the list and puts the cursor on a device.
func (s *deviceList) readAt(id domain.ID) tea.Cmd {
	return s.readFor(id, true)
}

func (s *deviceList) readFor(key domain.ID, anew bool) tea.Cmd {
	work := s.firstPage
	if s.searchable {
		work = s.search
	}
	s.again = false
	age, at := s.rows.age, max(s.table.Cursor(), 0)
	if anew {
		at = 0
	}
	look := work(key, at, s.filter.asked(s.Console))
	return ask(&s.base, "list", look, func(l listing, err error) tea.Cmd {
		if err != nil {
			return s.notRead(err)
		}
		s.failed = ""
		if l.set == nil {
			return nil // the fleet brings it
		}
		s.show(l, age)
		if !s.table.SetCursorKey(key) && anew {
			s.table.Home()
		}
		if s.again {
			return s.read(false)
		}
		return s.readRows()
	})
}

func (s *deviceList) notRead(err error) tea.Cmd {
	if s.set == nil {
		s.failed = sentence(err)
	}
	s.fail(err)
	return nil
}

// show takes an answer up.
func (s *deviceList) show(l listing, age int) {
	s.set, s.found, s.reason = l.set, l.found, l.reason
	if l.total >= 0 {
		s.total = l.total
	}
	s.rows.put(age, l.asked, l.rows)
	s.table.SetSource(deviceListRows{s})
}

// fewEnough is how many devices a first page is sorted out of: a tenth of a
// second. Of more it would only hold up the fleet, which is all but as quick.
const fewEnough = 100_000

// firstPage is the work that reads the beginning of the list, where that is
// quicker than to wait for the fleet. Its set is nil where it isn't.
func (s *deviceList) firstPage(_ domain.ID, _ int, a asked) func(context.Context) (listing, error) {
	db, actor, q := s.db, s.actor, s.query()
	q.Limit, q.Filter = rowsAhead, a.filter
	return func(ctx context.Context) (listing, error) {
		if devicesIn(ctx, db, actor, q) > fewEnough {
			return listing{}, nil
		}
		list, err := db.Devices(ctx, actor, q)
		if err == nil && list.Total == 0 && a.instead != a.filter {
			q.Filter = a.instead
			list, err = db.Devices(ctx, actor, q)
		}
		l := listing{set: pageOf(list.Rows), total: -1, reason: list.Reason, rows: list.Rows}
		if q.Filter == "" {
			l.total = list.Total
		}
		return l, err
	}
}

// devicesIn is how many devices a query is about, whatever its filter; 0 where
// that isn't to be known without reading them.
func devicesIn(ctx context.Context, db *store.DB, actor domain.Actor, q store.DeviceQuery) int {
	customers, err := db.Customers(ctx, actor)
	if err != nil {
		return 0
	}
	n := 0
	for _, c := range customers.Rows {
		if c.ID == q.Customer && q.Below {
			return c.DevicesBelow
		}
		if c.ID == q.Customer || q.Customer.IsZero() {
			n += c.Devices
		}
	}
	return n
}

// search is the work that searches the fleet, and reads the rows around the
// device with the cursor, or around the row at.
func (s *deviceList) search(key domain.ID, at int, a asked) func(context.Context) (listing, error) {
	db, actor, q, before := s.db, s.actor, s.query(), s.found
	fq := store.FleetQuery{Customer: q.Customer, Below: q.Below, Location: q.Location, Filter: a.filter, Within: before}
	return func(ctx context.Context) (listing, error) {
		fleet, err := db.Fleet(ctx, actor, nil)
		if err != nil {
			return listing{}, err
		}
		found, err := a.search(ctx, db, actor, fleet, fq)
		if err != nil {
			return listing{}, err
		}
		sorted, err := db.SortFound(ctx, actor, found, q.Sort, q.Reverse)
		if err != nil {
			return listing{}, err
		}
		l := listing{set: sorted, found: found, total: found.Len()}
		if a.filter != "" {
			fq.Filter, fq.Within = "", nil
			all, err := db.Search(ctx, actor, fleet, fq)
			if err != nil {
				return listing{}, err
			}
			l.total = all.Len()
		}
		if i, ok := sorted.Find(key); ok {
			at = i
		}
		l.asked = around(sorted, at, rowsAhead)
		if l.rows, err = db.DeviceRows(ctx, actor, l.asked); err != nil || l.total > 0 {
			return l, err
		}
		q.Filter, q.Limit = "", 1
		list, err := db.Devices(ctx, actor, q) // it knows why there are none
		l.reason = list.Reason
		return l, err
	}
}

// readRows reads the rows around the cursor, where they aren't there.
func (s *deviceList) readRows() tea.Cmd {
	if s.set == nil || s.busy("list") || !s.rows.lacks(around(s.set, s.table.Cursor(), rowsNear)) {
		return nil
	}
	return s.rows.read(&s.base, around(s.set, s.table.Cursor(), rowsAhead))
}
