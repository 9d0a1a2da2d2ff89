package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

var eventFlag = flag.Int("tenantry.events", 20_000, "access events in the database of the benchmarks")

// accessBound is how long a page of the access history may take, in
// milliseconds: for 10,000,000 events, -tenantry.events=10000000.
const accessBound = 50

// accessBulk is an account with a long access history: 200 customers, 2,000
// devices at 100 locations, 5,000 people with a token each, events over three
// years that come in as they happen.
type accessBulk struct {
	*fixture
	tenant
	customers, devices, locations, people []domain.ID
	digits                                []domain.ID  // what stands for nobody's token in keys, then everybody's
	clerk, gatekeeper                     domain.Actor // of a region of 20 customers; of one customer
	begin                                 time.Time
	step                                  time.Duration
}

func newAccessBulk(b *testing.B) *accessBulk {
	options, c := newOptions(1)
	options.Scratch = true
	f := &fixture{t: b, ctx: b.Context(), options: options, clock: c}
	db, err := Create(f.ctx, filepath.Join(b.TempDir(), "t.db"), options)
	f.must(err)
	f.DB = db
	b.Cleanup(func() { f.must(f.Close()) })
	a := &accessBulk{fixture: f, tenant: f.tenant("Acme"), digits: ids(accessDigits(nobodysDigits))}
	f.addOn(a.tenant)
	var regions []domain.ID
	for i := range 10 {
		regions = append(regions, f.customer(a.owner, a.main.ID, fmt.Sprint("Region ", i)).ID)
	}
	f.inTx(func(tx *tx) error { return a.furnish(tx, regions) })
	a.clerk = f.user(a.owner, regions[3], "clerk", domain.AccessControlManagement)
	a.gatekeeper = f.user(a.owner, a.customers[7], "gatekeeper", domain.AccessControlManagement)
	a.begin = c.now.Add(-3 * 365 * 24 * time.Hour)
	a.step = 3 * 365 * 24 * time.Hour / time.Duration(*eventFlag)
	return a
}

func (a *accessBulk) furnish(tx *tx, regions []domain.ID) error {
	account := a.account.ID
	for i := range 190 {
		c := domain.Customer{Account: account, Parent: regions[i%10], Name: fmt.Sprint("Depot ", i), CreatedAt: tx.now}
		c.ID, _ = tx.newID()
		a.customers = append(a.customers, c.ID)
		if err := tx.putCustomer(c); err != nil {
			return err
		}
	}
	for i := range 100 {
		l := domain.Location{Account: account, Customer: a.customers[i], Name: fmt.Sprint("Gate ", i), Email: "gate@acme.example", Version: 1}
		l.ID, _ = tx.newID()
		a.locations = append(a.locations, l.ID)
		if err := tx.putLocation(l); err != nil {
			return err
		}
	}
	for i := range 2000 {
		d := domain.Device{Account: account, Customer: a.customers[i%190], Name: fmt.Sprint("Van ", i), Plate: fmt.Sprint("CE ", 10_000+i), RegisteredAt: tx.now}
		if i%190 < 100 {
			d.Location = a.locations[i%190]
		}
		d.ID, _ = tx.newID()
		d.UnitID = domain.UnitID(d.ID)
		a.devices = append(a.devices, d.ID)
		if err := tx.putDevice(d); err != nil {
			return err
		}
	}
	for i := range 5000 {
		u := domain.User{Account: account, Customer: a.customers[i%190], Username: fmt.Sprint("person.", i), FullName: fmt.Sprint("Person ", i), CreatedAt: tx.now}
		u.ID, _ = tx.newID()
		a.people = append(a.people, u.ID)
		a.digits = append(a.digits, accessDigits(accessBulkDigits(i)))
		if err := tx.putUser(u); err != nil {
			return err
		}
		if err := tx.putRFID(&domain.RFID{Account: account, User: u.ID, Digits: accessBulkDigits(i), AddedAt: tx.now}); err != nil {
			return err
		}
	}
	return nil
}

func accessBulkDigits(i int) string { return fmt.Sprintf("%010d", 4_000_000+i) }

// accessSent is how many events of the benchmarks are sent, which says how quick
// that is. The rest is laid into the tables as it would lie there, table by
// table in the order of its keys, in a tenth of the time.
const accessSent = 100_000

// bulkEvent is an event of the history.
type bulkEvent struct {
	at             accessPosition
	person, device int32 // person is -1 for a token that nobody holds
}

// event makes up the n-th event: people use what is theirs.
func (a *accessBulk) event(random *rand.Rand, n int) (bulkEvent, AccessInput) {
	person := random.IntN(len(a.people))
	e := bulkEvent{person: int32(person), device: int32(random.IntN(10)*190 + person%190)}
	in := AccessInput{Device: a.devices[e.device], AccessReport: domain.AccessReport{
		Event: fmt.Sprint("e", n), At: a.begin.Add(time.Duration(n) * a.step), RFID: accessBulkDigits(person), Status: domain.AccessApproved,
	}}
	switch random.IntN(100) {
	case 0:
		in.Status = domain.AccessRejected
	case 1:
		in.RFID, e.person = nobodysDigits, -1
	}
	e.at = accessAt(accessNanoseconds(in.At), accessID(in.Device, in.Event))
	return e, in
}

const nobodysDigits = "99999999"

// fill sends events in batches as an import does, and lays the rest.
func (a *accessBulk) fill(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	sent := min(*eventFlag, accessSent)
	var events []AccessInput
	start := time.Now()
	for n := range sent {
		_, in := a.event(random, n)
		if events = append(events, in); len(events) == MaxAccessBatch || n == sent-1 {
			a.send(a.operator(), domain.AccessAdded, events...)
			events = events[:0]
		}
	}
	b.ReportMetric(float64(sent)/time.Since(start).Seconds(), "events/s")
	a.lay(random, sent)
	size, err := a.engine.size()
	a.must(err)
	b.ReportMetric(float64(size)/float64(*eventFlag), "bytes/event")
	b.ReportMetric(0, "ns/op")
}

// lay writes the events from the n-th on, records first.
func (a *accessBulk) lay(random *rand.Rand, from int) {
	var all []bulkEvent
	account := a.account.ID
	for from < *eventFlag {
		to := min(from+100_000, *eventFlag)
		a.inTx(func(tx *tx) error {
			may, err := tx.rights(a.operator())
			if err != nil {
				return err
			}
			adder := tx.accessAdder(may)
			for n := from; n < to; n++ {
				e, in := a.event(random, n)
				device, err := adder.device(&in)
				if err != nil {
					return err
				}
				r, err := adder.record(device, &in.AccessReport)
				if err != nil {
					return err
				}
				if err := tx.put(tableAccess, keyAccess(account, e.at), encode(r)); err != nil {
					return err
				}
				all = append(all, e)
			}
			return nil
		})
		from = to
	}
	slices.SortFunc(all, func(x, y bulkEvent) int { return compareIDs(x.at.event(), y.at.event()) })
	a.layTable(all, func(e bulkEvent) (table, []byte, []byte) {
		return tableAccessID, key2(account, e.at.event()), e.at[:8]
	})
	for _, index := range []struct {
		table table
		by    func(e bulkEvent) domain.ID
	}{
		{tableAccessHolder, func(e bulkEvent) domain.ID { return a.holder(e) }},
		{tableAccessDevice, func(e bulkEvent) domain.ID { return a.devices[e.device] }},
		{tableAccessCustomer, func(e bulkEvent) domain.ID { return a.customers[e.device%190] }},
		{tableAccessRFID, func(e bulkEvent) domain.ID { return a.digits[e.person+1] }},
		{tableAccessLocation, func(e bulkEvent) domain.ID { return a.location(e) }},
	} {
		slices.SortFunc(all, func(x, y bulkEvent) int {
			return cmp.Or(compareIDs(index.by(x), index.by(y)), bytes.Compare(x.at[:], y.at[:]))
		})
		a.layTable(all, func(e bulkEvent) (table, []byte, []byte) {
			by := index.by(e)
			if by.IsZero() {
				return 0, nil, nil
			}
			return index.table, keyAccessBy(account, by, e.at), nil
		})
	}
}

func (a *accessBulk) holder(e bulkEvent) domain.ID {
	if e.person < 0 {
		return domain.ID{}
	}
	return a.people[e.person]
}

func (a *accessBulk) location(e bulkEvent) domain.ID {
	if e.device%190 >= 100 {
		return domain.ID{}
	}
	return a.locations[e.device%190]
}

// layTable writes one table, in the order of its keys.
func (a *accessBulk) layTable(all []bulkEvent, entry func(bulkEvent) (table, []byte, []byte)) {
	for part := range slices.Chunk(all, 200_000) {
		a.inTx(func(tx *tx) error {
			for _, e := range part {
				if t, key, value := entry(e); key != nil {
					if err := tx.put(t, key, value); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
}

// bare reads the last 100 keys of a part of a table that come before a place,
// and the events that they stand for, with nothing but bbolt.
func (a *accessBulk) bare(t table, by domain.ID, before accessPosition) time.Duration {
	start := time.Now()
	a.must(a.engine.bolt.View(func(b *bolt.Tx) error {
		events := b.Bucket([]byte(tables[tableAccess].name))
		prefix := key1(a.account.ID)
		if t != tableAccess {
			prefix = key2(a.account.ID, by)
		}
		c := b.Bucket([]byte(tables[t].name)).Cursor()
		c.Seek(append(slices.Clone(prefix), before[:]...))
		for range defaultLimit {
			key, value := c.Prev()
			if t != tableAccess && len(key) > 32 {
				value = events.Get(append(key1(a.account.ID), key[32:]...))
			}
			_ = binary.PutUvarint(make([]byte, 10), uint64(len(value)))
		}
		return nil
	}))
	return time.Since(start)
}

// BenchmarkAccess reads pages of a long access history as people ask for them,
// each beside a bare cursor over the same keys.
func BenchmarkAccess(b *testing.B) {
	a := newAccessBulk(b)
	full := false
	b.Run("add", func(b *testing.B) {
		if !full {
			a.fill(b)
		}
		full = true
	})
	middle := a.begin.Add(time.Duration(*eventFlag/2) * a.step)
	deep := writeCursor(string(accessAtTime(middle)))
	person, device, customer := a.people[7], a.devices[7], a.customers[7]
	for _, q := range []struct {
		name  string
		actor domain.Actor
		query AccessQuery
		table table
		by    domain.ID
	}{
		{"list", a.owner, AccessQuery{}, tableAccess, domain.ID{}},
		{"deep", a.owner, AccessQuery{Page: Page{Cursor: deep}}, tableAccess, domain.ID{}},
		{"time", a.owner, AccessQuery{From: middle.Add(-30 * 24 * time.Hour), To: middle}, tableAccess, domain.ID{}},
		{"person", a.owner, AccessQuery{Holder: person}, tableAccessHolder, person},
		{"person and time", a.owner, AccessQuery{Holder: person, To: middle}, tableAccessHolder, person},
		{"person, deep", a.owner, AccessQuery{Holder: person, Page: Page{Cursor: deep}}, tableAccessHolder, person},
		{"person by a clerk", a.gatekeeper, AccessQuery{Holder: person}, tableAccessHolder, person},
		{"token", a.owner, AccessQuery{RFID: accessBulkDigits(7)}, tableAccessRFID, accessDigits(accessBulkDigits(7))},
		{"device", a.owner, AccessQuery{Device: device}, tableAccessDevice, device},
		{"location", a.owner, AccessQuery{Location: a.locations[7]}, tableAccessLocation, a.locations[7]},
		{"customer", a.owner, AccessQuery{Customer: customer}, tableAccessCustomer, customer},
		{"clerk of one", a.gatekeeper, AccessQuery{}, tableAccessCustomer, customer},
		{"clerk of 20", a.clerk, AccessQuery{}, tableAccess, domain.ID{}},
		{"clerk of 20, deep", a.clerk, AccessQuery{Page: Page{Cursor: deep}}, tableAccess, domain.ID{}},
		{"clerk of 20, time", a.clerk, AccessQuery{From: middle.Add(-30 * 24 * time.Hour), To: middle}, tableAccess, domain.ID{}},
		{"rejected", a.owner, AccessQuery{Status: domain.AccessRejected}, tableAccess, domain.ID{}},
		{"rejected of a person", a.owner, AccessQuery{Holder: person, Status: domain.AccessRejected}, tableAccessHolder, person},
		{"words", a.owner, AccessQuery{Filter: "person 7"}, tableAccess, domain.ID{}},
		{"words that are nowhere", a.owner, AccessQuery{Filter: "zebra"}, tableAccess, domain.ID{}},
		{"out of reach", a.gatekeeper, AccessQuery{RFID: accessBulkDigits(8)}, tableAccessRFID, accessDigits(accessBulkDigits(8))},
	} {
		b.Run(q.name, func(b *testing.B) {
			before := accessEnd
			if q.query.Cursor != "" {
				before = accessPosition(accessAtTime(middle))
			} else if !q.query.To.IsZero() {
				before = accessAt(accessNanoseconds(q.query.To), domain.ID{})
			}
			for range b.N {
				var ours, bare []time.Duration
				var list AccessList
				for range 11 {
					start := time.Now()
					var err error
					list, err = a.AccessEvents(a.ctx, q.actor, q.query)
					ours = append(ours, time.Since(start))
					a.must(err)
					bare = append(bare, a.bare(q.table, q.by, before))
				}
				slices.Sort(ours)
				slices.Sort(bare)
				b.ReportMetric(milliseconds(bare[5]), "bare-ms")
				b.ReportMetric(float64(ours[5])/float64(bare[5]), "of-bare")
				b.ReportMetric(float64(len(list.Rows)), "rows")
				report(b, "page-ms", milliseconds(ours[5]), accessBound)
			}
		})
	}
}

func accessAtTime(at time.Time) []byte {
	p := accessAt(accessNanoseconds(at), domain.ID{})
	return p[:]
}

// BenchmarkAccessSingle is a gateway that sends its events one by one, each of
// which waits for the disk.
func BenchmarkAccessSingle(b *testing.B) {
	f := create(b)
	a := f.tenant("Acme")
	f.addOn(a)
	gate := f.device(a.owner, place{customer: a.main.ID})
	b.ResetTimer()
	n := 0
	for b.Loop() {
		n++
		f.send(a.operator(), domain.AccessAdded, f.passed(gate, fmt.Sprint(n), "42", time.Minute))
	}
}
