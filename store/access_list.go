package store

import (
	"context"
	"strings"
	"time"

	"tenantry/domain"
)

// AccessQuery selects events of the access history. What is zero selects nothing.
type AccessQuery struct {
	Customer domain.ID // whose the devices were; zero: the actor's whole reach
	Below    bool      // with those of nested customers
	Holder   domain.ID // somebody outside the actor's reach has no events
	RFID     string    // digits, as domain.CheckRFID takes them
	Device   domain.ID // its own identity, or its unit ID
	Location domain.ID
	Status   domain.AccessStatus
	From, To time.Time // From on and before To
	Person   string    // in place of Holder: an ID, a username or an email of somebody seen, or else words of the holder's name
	Place    string    // in place of Location: an ID, or words of the location's name
	Filter   string    // words over holder, digits, device, plate, unit ID, customer, location, status, id
	Page
}

// AccessList is a page of the access history, the newest first.
type AccessList struct {
	Rows []AccessEvent
	// Next is the cursor of the next page, empty at the end. A page may hold fewer
	// rows than were asked for, none even, and not be the last: where a filter
	// finds little, it ends after a while of looking. LookedTo then says how far
	// back it looked, and is zero otherwise.
	Next     string
	LookedTo time.Time
	// Total is how many there are in all where Exact says so. Otherwise it is at
	// least as many: counting millions would take longer than reading a page.
	Total int
	Exact bool
}

// accessLimits are how much a page of the access history may look at.
type accessLimits struct {
	looks  int // events that don't match, until a page ends short
	strays int // events out of reach, until an index is given up for the customers in reach
	counts int // events counted by their places alone
	reads  int // events counted by looking at each
	merges int // customers whose events are merged; of more, all the account's are looked through
}

// usualAccessLimits are those that hold outside of tests. Reading and deciding on
// an event takes some two microseconds, passing over its place in an index a
// tenth of that.
func usualAccessLimits() accessLimits {
	return accessLimits{looks: 12_000, strays: 12_000, counts: 10_000, reads: 3_000, merges: 2_000}
}

// AccessEvents lists the access history. Refused to those who may not read it
// (the account lacks the add-on, or they the group), NotFound when q.Customer
// isn't in reach, Invalid on "rfid", "from" or "cursor".
func (db *DB) AccessEvents(ctx context.Context, actor domain.Actor, q AccessQuery) (AccessList, error) {
	return db.accessEvents(ctx, actor, q, true)
}

func (db *DB) accessEvents(ctx context.Context, actor domain.Actor, q AccessQuery, count bool) (AccessList, error) {
	var list AccessList
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		f, err := tx.accessFinder(may, q)
		if err != nil {
			return err
		}
		after := f.end
		if q.Cursor != "" {
			if after, err = readAccessCursor(q.Cursor); err != nil {
				return err
			}
		}
		if err := f.page(&list, after, q.limit()); err != nil {
			return err
		}
		if q.Cursor == "" && list.Next == "" {
			list.Total, list.Exact = len(list.Rows), true
		} else if count {
			list.Total, list.Exact, err = f.count()
		}
		return err
	})
	return list, err
}

func readAccessCursor(cursor string) (p accessPosition, err error) {
	last, err := readCursor(cursor)
	if err == nil && len(last) != len(p) {
		_, err = readCursor("?") // not one of this list
	}
	copy(p[:], last)
	return p, err
}

// accessFinder finds the events that a query asks for.
type accessFinder struct {
	*accessSight
	q       AccessQuery
	account domain.ID
	words   []string
	named   []string       // words of the holder's name
	placed  []string       // words of the location's name
	begin   uint64         // from this time on
	end     accessPosition // and before this
	limits  accessLimits
}

func (tx *tx) accessFinder(may *domain.Rights, q AccessQuery) (*accessFinder, error) {
	if err := may.MayAnywhere(domain.AccessSee).Err(may); err != nil {
		return nil, err
	}
	if !q.Customer.IsZero() {
		if err := may.May(domain.AccessSee, q.Customer).Err(may); err != nil {
			return nil, err
		}
	}
	if q.RFID != "" {
		digits, err := domain.CheckRFID(q.RFID)
		if err != nil {
			return nil, err
		}
		q.RFID = digits
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		return nil, domain.Errorf(domain.Invalid, "from", "The time from which on is after the time until which. Turn the two round.")
	}
	device, err := tx.accessDevice(may.Account().ID, q.Device)
	if err != nil {
		return nil, err
	}
	q.Device = device
	sight, err := tx.accessSight(may)
	if err != nil {
		return nil, err
	}
	f := &accessFinder{accessSight: sight, q: q, account: may.Account().ID, limits: tx.db.accessLimits, words: strings.Fields(domain.Fold(q.Filter)), end: accessEnd}
	if err := f.mean(); err != nil {
		return nil, err
	}
	if !q.From.IsZero() {
		f.begin = accessNanoseconds(q.From)
	}
	if !q.To.IsZero() {
		f.end = accessAt(accessNanoseconds(q.To), domain.ID{})
	}
	return f, nil
}

// mean settles who and where are meant by words. A name that isn't somebody's
// whom the actor may list is looked for in what the history kept of holders:
// those who only read it know people from there, and the deleted are there too.
func (f *accessFinder) mean() error {
	if person := strings.TrimSpace(f.q.Person); f.q.Holder.IsZero() && person != "" {
		id, err := domain.ParseID(person)
		if err != nil {
			u, err := f.tx.userNamed(person)
			if err != nil {
				return err
			}
			if u != nil && u.Account == f.account && f.may.SeesUser(u).Allowed {
				id = u.ID
			}
		}
		if f.q.Holder = id; id.IsZero() {
			f.named = strings.Fields(domain.Fold(person))
		}
	}
	if location := strings.TrimSpace(f.q.Place); f.q.Location.IsZero() && location != "" {
		id, err := domain.ParseID(location)
		if f.q.Location = id; err != nil {
			f.placed = strings.Fields(domain.Fold(location))
		}
	}
	return nil
}

// accessDevice is a device by its own identity, or by its unit ID where that is
// one of the account's. Whether it is seen is for its events to say.
func (tx *tx) accessDevice(account, id domain.ID) (domain.ID, error) {
	value, err := tx.get(tableUnitAccount, key2(account, id))
	if value == nil || err != nil {
		return id, err
	}
	return idAt(value, 0), nil
}

// page reads up to limit events that stand before a place.
func (f *accessFinder) page(list *AccessList, before accessPosition, limit int) error {
	if string(before[:]) > string(f.end[:]) {
		before = f.end
	}
	last := before // the place of the last row, and in the end where to go on
	looks := 0
	return f.each(f.walk(before), func(p accessPosition, r *accessRecord) (bool, error) {
		row, ok, err := f.match(p, r)
		full := len(list.Rows) == limit
		switch {
		case err != nil:
			return false, err
		case ok && full, !ok && looks == f.limits.looks:
			list.Next = writeCursor(string(last[:]))
			if !full {
				list.LookedTo = timeFromRecord(int64(last.at()))
			}
			return false, nil
		case ok:
			list.Rows = append(list.Rows, row)
		default:
			looks++
		}
		if ok || !full {
			last = p
		}
		return true, nil
	})
}

// count counts the query's events, as far as it doesn't take long.
func (f *accessFinder) count() (total int, exact bool, err error) {
	exact = true
	if f.plain() {
		w := f.walk(f.end)
		for w.next() && w.position().at() >= f.begin {
			if total++; total == f.limits.counts {
				return total, false, nil
			}
		}
		return total, true, w.err()
	}
	looks := 0
	err = f.each(f.walk(f.end), func(p accessPosition, r *accessRecord) (bool, error) {
		if looks++; looks > f.limits.reads {
			exact = false
			return false, nil
		}
		_, ok, err := f.match(p, r)
		if ok {
			total++
		}
		return true, err
	})
	return total, exact, err
}

// each tells the events of a walk that the actor sees, until tell answers false.
// An index that leads through too much that they don't is given up for the
// customers in their reach: what others do must not be told by how a list ends.
func (f *accessFinder) each(w *accessWalk, tell func(accessPosition, *accessRecord) (bool, error)) error {
	byIndex := f.index() != 0
	strays := 0
	for n := 1; w.next(); n++ {
		p := w.position()
		if p.at() < f.begin {
			return nil
		}
		if n%1000 == 0 && f.tx.ctx.Err() != nil {
			return f.tx.ctx.Err()
		}
		r, err := f.read(w, p)
		if err != nil {
			return err
		}
		there, err := f.there(&r)
		if err != nil {
			return err
		}
		if !there && byIndex {
			if strays++; strays == f.limits.strays {
				w, byIndex = f.reach(p), false
			}
			continue
		}
		if more, err := tell(p, &r); err != nil || !more {
			return err
		}
	}
	return w.err()
}

// read is the event on which a walk stands.
func (f *accessFinder) read(w *accessWalk, p accessPosition) (accessRecord, error) {
	c := w.head()
	if c.table != tableAccess {
		return f.tx.accessRecord(f.account, p)
	}
	var r accessRecord
	return r, decodeAt(tableAccess, c.key(), c.value(), &r)
}

// there says whether an event is one for the actor: seen, and where a person is
// asked for, one of whom they may know.
func (f *accessFinder) there(r *accessRecord) (bool, error) {
	if !f.sees(r) {
		return false, nil
	}
	if f.q.Holder.IsZero() {
		return true, nil
	}
	return f.knows(idFromRecord(r.Holder), idFromRecord(r.HolderCustomer))
}

// match is an event as the actor is shown it, where they see it and ask for it.
func (f *accessFinder) match(p accessPosition, r *accessRecord) (AccessEvent, bool, error) {
	q := &f.q
	switch {
	case q.Status != 0 && r.Status != uint8(q.Status),
		q.RFID != "" && r.RFID != q.RFID,
		!q.Device.IsZero() && idFromRecord(r.Device) != q.Device,
		!q.Location.IsZero() && idFromRecord(r.Location) != q.Location,
		!q.Holder.IsZero() && idFromRecord(r.Holder) != q.Holder,
		!f.inScope(idFromRecord(r.Customer)), !f.sees(r):
		return AccessEvent{}, false, nil
	}
	row, err := f.row(p, r)
	return row, row.matches(f.words) && hasWords(row.HolderName, f.named) && hasWords(row.LocationName, f.placed) &&
		(q.Holder.IsZero() || row.Holder == q.Holder), err
}

func (f *accessFinder) inScope(customer domain.ID) bool {
	switch customer = f.living(customer); {
	case f.q.Customer.IsZero():
		return true
	case f.q.Below:
		return f.may.Tree().Within(customer, f.q.Customer)
	}
	return customer == f.q.Customer
}

// walk goes over events that stand before a place: by the index that leaves
// fewest, or else over the customers in reach.
func (f *accessFinder) walk(before accessPosition) *accessWalk {
	w := &accessWalk{}
	switch t := f.index(); t {
	case 0:
		return f.reach(before)
	case tableAccessDevice:
		f.add(w, t, f.q.Device, before)
	case tableAccessRFID:
		f.add(w, t, accessDigits(f.q.RFID), before)
	case tableAccessHolder:
		f.add(w, t, f.q.Holder, before)
	case tableAccessLocation:
		if !f.q.Location.IsZero() {
			f.add(w, t, f.q.Location, before)
			break
		}
		for _, location := range f.may.User().Locations {
			f.add(w, t, location, before)
		}
	}
	return w
}

// index is the index by which a query is answered; 0 for none.
func (f *accessFinder) index() table {
	switch q := &f.q; {
	case !q.Device.IsZero():
		return tableAccessDevice
	case q.RFID != "":
		return tableAccessRFID
	case !q.Holder.IsZero():
		return tableAccessHolder
	case !q.Location.IsZero() || f.may.Narrowed():
		return tableAccessLocation
	}
	return 0
}

func (f *accessFinder) add(w *accessWalk, t table, by domain.ID, before accessPosition) {
	w.add(f.tx.scan(t, key2(f.account, by)), before)
}

// reach goes over the events of the customers in scope that the actor reaches:
// merging what each has, or where they are all or very many over the account's.
func (f *accessFinder) reach(before accessPosition) *accessWalk {
	w := &accessWalk{}
	customers, merged := f.customers()
	if !merged {
		w.add(f.tx.scan(tableAccess, key1(f.account)), before)
	}
	for _, customer := range customers {
		f.add(w, tableAccessCustomer, customer, before)
	}
	return w
}

// customers are those in scope whose events the actor sees, deleted ones too;
// false where it is better to look through all the account's.
func (f *accessFinder) customers() ([]domain.ID, bool) {
	if f.everywhere() {
		return nil, false
	}
	tree := f.may.Tree()
	from, to := f.may.Span()
	if !f.q.Customer.IsZero() {
		from, to = tree.Span(f.q.Customer)
		if !f.q.Below {
			to = from + 1
		}
	}
	if to-from+len(f.heirs) > f.limits.merges {
		return nil, false
	}
	var customers []domain.ID
	for i := from; i < to; i++ {
		if f.may.MayAt(domain.AccessSee, i).Allowed {
			customers = append(customers, tree.At(i).ID)
		}
	}
	for customer := range f.heirs {
		if f.inScope(customer) && f.may.May(domain.AccessSee, f.living(customer)).Allowed {
			customers = append(customers, customer)
		}
	}
	return customers, true
}

// everywhere says whether the query is about the whole account and the actor
// sees all of it.
func (f *accessFinder) everywhere() bool { return f.whole() && f.q.Customer.IsZero() }

// plain says whether every place of the walk is an event that matches, so that
// none need be looked at.
func (f *accessFinder) plain() bool {
	q := &f.q
	if q.Status != 0 || len(f.words)+len(f.named)+len(f.placed) > 0 {
		return false
	}
	indexes := 0
	for _, given := range []bool{!q.Device.IsZero(), q.RFID != "", !q.Holder.IsZero(), !q.Location.IsZero(), f.may.Narrowed()} {
		if given {
			indexes++
		}
	}
	if f.everywhere() {
		return indexes <= 1
	}
	_, merged := f.customers()
	return indexes == 0 && merged
}
