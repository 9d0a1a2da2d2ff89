package store

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

func TestEntryKeepsWhatWasDone(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	actor := f.seat(a.owner)
	actor.From = "192.0.2.1"
	c := f.customer(actor, a.main.ID, "Nordics")
	c.Name, c.Country = "Norden", "SE"
	_, err := f.EditCustomer(f.ctx, actor, c)
	f.must(err)
	e := f.lastEntry(a.account.ID)
	if e.action != "customer.edit" || e.subject != SubjectCustomer || e.object != c.ID || e.name != "Acme HQ/Norden" ||
		e.user != a.owner.User || e.who != "owner-acme" || e.door != domain.DoorSSH || e.from != "192.0.2.1" || e.outcome != done ||
		!slices.Equal(e.where, ids(c.ID)) || e.at.IsZero() || e.number != 3 {
		t.Errorf("%+v", e)
	}
	if !slices.Equal(e.changes, []change{{"name", "Nordics", "Norden"}, {"country", "", "SE"}}) {
		t.Errorf("%+v", e.changes)
	}
	f.must(f.view(f.ctx, a.owner, func(tx *tx, _ *domain.Rights) error {
		same, err := tx.entry(a.account.ID, e.id)
		if err != nil || same == nil || same.number != e.number {
			t.Errorf("by its identity: %+v %v", same, err)
		}
		none, err := tx.entry(a.account.ID, domain.ID{1})
		if err != nil || none != nil {
			t.Errorf("of no identity: %+v %v", none, err)
		}
		return nil
	}))
}

func TestRefusedAttemptTellsNothingOfWhatIsThere(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	hidden := f.customer(a.owner, a.main.ID, "Secret")
	admin := f.user(a.owner, nordics.ID, "nora", domain.AccountAdministrator|domain.NestedCustomerAdministrator|domain.FleetManagement)
	var entries []*entry
	for _, id := range ids(hidden.ID, domain.ID{7}) {
		_, err := f.MoveCustomer(f.ctx, admin, id, nordics.ID)
		kind(t, err, domain.NotFound)
		e := f.lastEntry(a.account.ID)
		if e.outcome != refused || e.object != id || e.action != "customer.move" || e.name != "" || !slices.Equal(e.where, ids(nordics.ID)) {
			t.Errorf("%+v", e)
		}
		e.id, e.number, e.at, e.object = domain.ID{}, 0, e.at.Truncate(1<<40), domain.ID{}
		entries = append(entries, e)
	}
	if x, y := entryToRecord(entries[0], nil), entryToRecord(entries[1], nil); string(encode(x)) != string(encode(y)) {
		t.Errorf("they differ: %+v %+v", x, y)
	}
	// Nor does the thing's own history hold it.
	f.must(f.view(f.ctx, a.owner, func(tx *tx, _ *domain.Rights) error {
		return tx.history(a.account.ID, hidden.ID, 0, func(e *entry) (bool, error) {
			if e.outcome == refused {
				t.Errorf("in its history: %+v", e)
			}
			return true, nil
		})
	}))
}

func TestMistakesAndTheOperatorAreNotNoted(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	before := f.lastEntry(a.account.ID).number
	_, err := f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: ""})
	kind(t, err, domain.Invalid)
	_, err = f.MoveCustomer(f.ctx, a.operator(), domain.ID{7}, a.main.ID)
	kind(t, err, domain.NotFound)
	if after := f.lastEntry(a.account.ID).number; after != before {
		t.Errorf("%d entries more", after-before)
	}
}

func TestFloodOfRefusalsIsCutShortAndSaysSo(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	nora := f.user(a.owner, nordics.ID, "nora", domain.AccountAdministrator|domain.NestedCustomerAdministrator|domain.FleetManagement)
	before := f.lastEntry(a.account.ID).number
	try := func() {
		_, err := f.MoveCustomer(f.ctx, nora, domain.ID{7}, nordics.ID)
		kind(t, err, domain.NotFound)
	}
	for range refusalsNoted + 10 {
		try()
	}
	last := f.lastEntry(a.account.ID)
	if last.number != before+refusalsNoted || last.changes[len(last.changes)-1].field != "more" {
		t.Errorf("%d noted, the last %+v", last.number-before, last)
	}
	f.clock.add(refusalsWindow)
	try()
	if f.lastEntry(a.account.ID).number != last.number+1 {
		t.Error("after a while it isn't noted again")
	}
}

// bulkEntry writes an entry that lists devices, made from a rule, of which there
// are none: the history of a device doesn't ask for the device.
func (f *fixture) bulkEntry(account domain.ID, list []moved) domain.ID {
	f.t.Helper()
	var id domain.ID
	f.inTx(func(tx *tx) (err error) {
		id, err = tx.audit(account, entry{action: "device.assign", subject: SubjectDevice, devices: list})
		return err
	})
	return id
}

func numbered(i int) (id domain.ID) {
	binary.BigEndian.PutUint32(id[:], uint32(i))
	id[15] = 1
	return id
}

func TestBulkEntryListsEveryDevice(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	froms := []place{{customer: domain.ID{1}}, {customer: domain.ID{2}}, {customer: domain.ID{1}, location: domain.ID{3}}}
	const n = 10_000
	var list []moved
	for i := range n {
		list = append(list, moved{device: numbered((i * 7919) % n), from: froms[i%len(froms)]})
	}
	want := map[domain.ID]place{}
	for _, m := range list {
		want[m.device] = m.from
	}
	id := f.bulkEntry(a.account.ID, list)
	f.must(f.view(f.ctx, a.owner, func(tx *tx, _ *domain.Rights) error {
		e, err := tx.entry(a.account.ID, id)
		if err != nil {
			return err
		}
		if e.listed != n || len(e.places) != len(froms) {
			t.Errorf("lists %d devices from %d places", e.listed, len(e.places))
		}
		got := map[domain.ID]place{}
		last := domain.ID{}
		err = tx.eachMoved(e, func(m moved) error {
			if string(m.device[:]) <= string(last[:]) {
				t.Fatal("not in order")
			}
			last = m.device
			got[m.device] = m.from
			return nil
		})
		if err != nil {
			return err
		}
		for id, from := range want {
			if got[id] != from {
				t.Fatalf("%s came from %v, want %v", id, got[id], from)
			}
		}
		for _, i := range []int{0, 1, movedInChunk - 1, movedInChunk, movedInChunk + 1, n - 1} {
			from, listed, err := tx.movedBy(e, numbered(i))
			if err != nil || !listed || from != want[numbered(i)] {
				t.Errorf("device %d: %v %v %v", i, from, listed, err)
			}
		}
		for _, id := range ids(domain.ID{}, domain.ID{0, 0, 0, 1, 9}, numbered(n), domain.ID{0xff}) {
			if from, listed, err := tx.movedBy(e, id); err != nil || listed {
				t.Errorf("a device that isn't listed: %v %v", from, err)
			}
		}
		return nil
	}))
}

func TestHistoryMergesOwnAndBulkEntries(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	device, other := numbered(1), numbered(2)
	var want []domain.ID
	own := func(object domain.ID) (id domain.ID) {
		f.inTx(func(tx *tx) (err error) {
			id, err = tx.audit(a.account.ID, entry{action: "device.edit", subject: SubjectDevice, object: object})
			return err
		})
		return id
	}
	for range 3 {
		want = append(want, own(device))
		own(other)
		want = append(want, f.bulkEntry(a.account.ID, []moved{{device: device}, {device: other}}))
		f.bulkEntry(a.account.ID, []moved{{device: other}})
		f.customer(a.owner, a.main.ID, own(other).String())
	}
	slices.Reverse(want)
	read := func(before uint64, limit int) (got []domain.ID, last uint64) {
		f.must(f.view(f.ctx, a.owner, func(tx *tx, _ *domain.Rights) error {
			return tx.history(a.account.ID, device, before, func(e *entry) (bool, error) {
				got, last = append(got, e.id), e.number
				return len(got) < limit, nil
			})
		}))
		return got, last
	}
	if got, _ := read(0, 100); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var paged []domain.ID
	for before := uint64(0); ; {
		page, last := read(before, 2)
		if len(page) == 0 {
			break
		}
		paged, before = append(paged, page...), last
	}
	if !slices.Equal(paged, want) {
		t.Errorf("in pages: got %v, want %v", paged, want)
	}
}

// forge writes an entry's value anew, checksum and all, as somebody would who
// knows the format.
func (f *fixture) forge(t table, key []byte, change func(value []byte) []byte) {
	f.t.Helper()
	f.raw(func(b *bolt.Tx) error {
		k := newKV(b)
		value, err := k.get(t, key)
		if err != nil {
			return err
		}
		if value = change(slices.Clone(value)); value == nil {
			return k.delete(t, key)
		}
		return k.put(t, key, value)
	})
}

func TestForgedTrailIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		forge func(f *fixture, account domain.ID)
		says  string
	}{
		"an entry changed": {func(f *fixture, account domain.ID) {
			f.forge(tableAudit, keyNumber(account, 3), func(value []byte) []byte {
				var r entryRecord
				f.must(decode(value[sha256.Size:], &r))
				r.Who = "somebody else"
				return append(value[:sha256.Size:sha256.Size], encode(r)...)
			})
		}, "hash"},
		"an entry and its hash changed": {func(f *fixture, account domain.ID) {
			before := f.hashOf(account, 2)
			f.forge(tableAudit, keyNumber(account, 3), func(value []byte) []byte {
				var r entryRecord
				f.must(decode(value[sha256.Size:], &r))
				r.Who = "somebody else"
				hash := chain(before, encode(r))
				return append(hash[:], encode(r)...)
			})
		}, "hash"},
		"an entry left out": {func(f *fixture, account domain.ID) {
			f.forge(tableAudit, keyNumber(account, 3), func([]byte) []byte { return nil })
		}, "missing"},
		"the last entry cut": {func(f *fixture, account domain.ID) {
			f.forge(tableAudit, keyNumber(account, 6), func([]byte) []byte { return nil })
		}, "cut"},
		"all cut": {func(f *fixture, account domain.ID) {
			for i := range uint64(6) {
				f.forge(tableAudit, keyNumber(account, i+1), func([]byte) []byte { return nil })
			}
		}, "cut"},
		"a device taken from a list": {func(f *fixture, account domain.ID) {
			key, _ := f.first(tableAuditDevices)
			f.forge(tableAuditDevices, key, func(value []byte) []byte { return value[:len(value)-movedLength] })
		}, "list"},
		"a device list taken": {func(f *fixture, account domain.ID) {
			key, _ := f.first(tableAuditDevices)
			f.forge(tableAuditDevices, key, func([]byte) []byte { return nil })
		}, "list"},
	} {
		t.Run(name, func(t *testing.T) {
			f := create(t)
			a := f.tenant("Acme")
			for _, name := range []string{"A", "B", "C", "D"} {
				f.customer(a.owner, a.main.ID, name)
			}
			f.bulkEntry(a.account.ID, []moved{{device: numbered(1)}, {device: numbered(2)}})
			c.forge(f, a.account.ID)
			report, err := f.Check(f.ctx, nil)
			f.must(err)
			if !slices.ContainsFunc(report.Problems, func(p Problem) bool { return strings.Contains(p.What, c.says) }) {
				t.Errorf("%q isn't in %v", c.says, report.Problems)
			}
		})
	}
}

func (f *fixture) hashOf(account domain.ID, number uint64) (hash [sha256.Size]byte) {
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		value, err := tx.get(tableAudit, keyNumber(account, number))
		copy(hash[:], value)
		return err
	}))
	return hash
}
