package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tenantry/domain"
)

// trail is an audit trail that somebody tampers with who knows the format and
// can write every checksum anew.
type trail struct {
	*fixture
	*kv
	account domain.ID
	random  *rand.Rand
	last    uint64
	lists   [][]byte // the keys of the lists of devices
}

func (f *fixture) trail(t *testing.T, entries int) (*fixture, domain.ID) {
	a := f.tenant("Acme")
	for n := range entries {
		if n%7 == 3 {
			f.bulkEntry(a.account.ID, []moved{{device: numbered(1 + n)}, {device: numbered(1000 + n), from: place{customer: domain.ID{1}}}})
			continue
		}
		f.customer(a.owner, a.main.ID, fmt.Sprint("Customer ", n))
	}
	return f, a.account.ID
}

// tampered runs a change in a transaction that is thrown away, and follows the
// trail in it.
func (f *fixture) tampered(account domain.ID, random *rand.Rand, change func(*trail), heads ...AuditHead) (found AuditVerified) {
	f.t.Helper()
	b, err := f.engine.bolt.Begin(true)
	f.must(err)
	defer b.Rollback()
	tr := &trail{fixture: f, kv: newKV(b), account: account, random: random}
	tr.last, _, err = tr.auditHead(account)
	f.must(err)
	for c := tr.scan(tableAuditDevices, key1(account)); c.next(); {
		tr.lists = append(tr.lists, bytes.Clone(c.key()))
	}
	change(tr)
	v := verifier{heads: map[uint64][]AuditHead{}, verified: AuditVerified{Account: account}}
	for _, head := range heads {
		v.heads[head.Number] = append(v.heads[head.Number], head)
	}
	for !v.over {
		f.must(v.step(&tx{kv: tr.kv, db: f.DB, ctx: f.ctx}))
	}
	return v.verified
}

func (t *trail) any() uint64 { return 1 + t.random.Uint64N(t.last) }

func (t *trail) value(table table, key []byte) []byte {
	value, err := t.get(table, key)
	t.must(err)
	return bytes.Clone(value)
}

func (t *trail) entryAt(number uint64) []byte {
	return t.value(tableAudit, keyNumber(t.account, number))
}

func (t *trail) putEntry(number uint64, value []byte) {
	t.must(t.put(tableAudit, keyNumber(t.account, number), value))
}

func (t *trail) flip(table table, key []byte) {
	value := t.value(table, key)
	value[t.random.IntN(len(value))] ^= byte(1 + t.random.IntN(255))
	t.must(t.put(table, key, value))
}

// cut takes the last entries away.
func (t *trail) cut() (left uint64) {
	left = t.random.Uint64N(t.last)
	for number := left + 1; number <= t.last; number++ {
		t.must(t.delete(tableAudit, keyNumber(t.account, number)))
		for _, key := range t.lists {
			if binary.BigEndian.Uint64(key[16:]) == number {
				t.must(t.delete(tableAuditDevices, key))
			}
		}
	}
	return left
}

// endAt writes the end of the trail anew.
func (t *trail) endAt(number uint64) {
	if number == 0 {
		t.must(t.delete(tableAuditHead, key1(t.account)))
		return
	}
	t.must(t.put(tableAuditHead, key1(t.account), append(binary.BigEndian.AppendUint64(nil, number), t.entryAt(number)[:sha256.Size]...)))
}

// rewrite changes an entry and makes every hash after it fit again.
func (t *trail) rewrite() {
	from := t.any()
	for number := from; number <= t.last; number++ {
		var before [sha256.Size]byte
		if number > 1 {
			copy(before[:], t.entryAt(number-1))
		}
		record := t.entryAt(number)[sha256.Size:]
		if number == from {
			var r entryRecord
			t.must(decode(record, &r))
			r.Who += "x"
			record = encode(r)
		}
		hash := chain(before, record)
		t.putEntry(number, append(hash[:], record...))
	}
	t.endAt(t.last)
}

// TestTamperingIsFound: ten thousand tries of every kind.
func TestTamperingIsFound(t *testing.T) {
	f, account := scratched(t).trail(t, 40)
	random := rand.New(rand.NewPCG(1, 2))
	head := AuditHead{Account: account}
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) (err error) {
		head.Number, head.Hash, err = tx.auditHead(account)
		return err
	}))
	if found := f.tampered(account, random, func(*trail) {}, head); len(found.Problems) > 0 || found.Noted != 1 || found.Head != head {
		t.Fatalf("untouched: %+v", found)
	}
	kinds := []struct {
		name     string
		onlyHead bool // shows only against a head noted earlier
		do       func(*trail)
	}{
		{"a byte of an entry", false, func(t *trail) { t.flip(tableAudit, keyNumber(t.account, t.any())) }},
		{"a byte of a list", false, func(t *trail) { t.flip(tableAuditDevices, t.lists[t.random.IntN(len(t.lists))]) }},
		{"a byte of the end", false, func(t *trail) { t.flip(tableAuditHead, key1(t.account)) }},
		{"an entry removed", false, func(t *trail) { t.must(t.delete(tableAudit, keyNumber(t.account, t.any()))) }},
		{"a list removed", false, func(t *trail) { t.must(t.delete(tableAuditDevices, t.lists[t.random.IntN(len(t.lists))])) }},
		{"two entries swapped", false, func(t *trail) {
			x, y := t.any(), t.any()
			for x == y {
				y = t.any()
			}
			one, other := t.entryAt(x), t.entryAt(y)
			t.putEntry(x, other)
			t.putEntry(y, one)
		}},
		{"an entry put in", false, func(t *trail) {
			at := t.any()
			for number := t.last; number >= at; number-- {
				t.putEntry(number+1, t.entryAt(number))
			}
			t.endAt(t.last + 1)
		}},
		{"an entry put behind the end", false, func(t *trail) {
			record := t.entryAt(t.any())[sha256.Size:]
			hash := chain(head.Hash, record)
			t.putEntry(t.last+1+t.random.Uint64N(3), append(hash[:], record...))
		}},
		{"a list put in", false, func(t *trail) {
			number := t.any()
			t.must(t.put(tableAuditDevices, keyMoved(t.account, number, domain.ID{9}), append(key1(domain.ID{9}), 0, 0, 0, 0)))
		}},
		{"an entry under another number", false, func(t *trail) {
			number := t.any()
			t.putEntry(t.last+1+t.random.Uint64N(1000), t.entryAt(number))
			t.must(t.delete(tableAudit, keyNumber(t.account, number)))
		}},
		{"the end cut off", false, func(t *trail) { t.cut() }},
		{"the end cut off and written anew", true, func(t *trail) { t.endAt(t.cut()) }},
		{"all written anew from some entry on", true, (*trail).rewrite},
	}
	for try := range 10_000 {
		k := kinds[try%len(kinds)]
		seed := random.Uint64()
		again := func() *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }
		found := f.tampered(account, again(), k.do)
		if (len(found.Problems) == 0) != k.onlyHead {
			t.Fatalf("%s, try %d: %+v", k.name, try, found.Problems)
		}
		if k.onlyHead {
			if found = f.tampered(account, again(), k.do, head); len(found.Problems) == 0 {
				t.Fatalf("%s, try %d: not found against the head of before", k.name, try)
			}
		}
	}
}

func TestVerifyFollowsATrailOfManySteps(t *testing.T) {
	f := scratched(t)
	a := f.tenant("Acme")
	for range 3 {
		f.inTx(func(tx *tx) error {
			for range verifiedStep / 2 {
				if _, err := tx.audit(a.account.ID, entry{action: "device.edit", subject: SubjectDevice, object: domain.ID{1}}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	early, err := f.VerifyAudit(f.ctx, a.owner, nil, nil)
	f.must(err)
	f.customer(a.owner, a.main.ID, "Nordics")
	told := 0
	late, err := f.VerifyAudit(f.ctx, a.operator(), []AuditHead{early.Head}, func(done, total int) { told++ })
	f.must(err)
	if len(late.Problems) > 0 || late.Noted != 1 || late.Entries != early.Entries+1 || told != 2 || late.Head.Number != uint64(late.Entries) {
		t.Errorf("%+v, told %d times", late, told)
	}
	wrong := early.Head
	wrong.Hash[3]++
	beyond := AuditHead{Number: late.Head.Number + 5}
	found, err := f.VerifyAudit(f.ctx, a.owner, []AuditHead{wrong, beyond}, nil)
	f.must(err)
	if len(found.Problems) != 2 || found.Noted != 0 {
		t.Errorf("%+v", found)
	}
}

func TestOnlyWhoReachesAllOfATrailVerifiesIt(t *testing.T) {
	i := newIsolated(t)
	for _, who := range i.actors {
		if who.anything {
			continue
		}
		_, err := i.VerifyAudit(i.ctx, who.actor, nil, nil)
		all := who.actor == i.owner || who.actor.Operator
		if (err == nil) != all || !all && domain.KindOf(err) != domain.Refused {
			t.Errorf("%s: %v", who.name, err)
		}
		_, err = i.AuditHeads(i.ctx, who.actor)
		if (err == nil) != who.actor.Operator {
			t.Errorf("heads for %s: %v", who.name, err)
		}
	}
}

func TestHeadsAreReadAsTheyAreWritten(t *testing.T) {
	head := AuditHead{Account: domain.ID{1, 2}, Number: 17}
	head.Hash[0], head.Hash[31] = 0xab, 0xcd
	got, named, err := ParseAuditHead(" " + head.String() + "\n")
	if err != nil || !named || got != head {
		t.Errorf("%+v %v %v", got, named, err)
	}
	_, short, _ := strings.Cut(head.String(), ":")
	got, named, err = ParseAuditHead(short)
	head.Account = domain.ID{}
	if err != nil || named || got != head {
		t.Errorf("%+v %v %v", got, named, err)
	}
	for _, text := range []string{"", "17", "17:ab", short + "0", "x" + short, "99999999999999999999:" + strings.Repeat("a", 64)} {
		_, _, err := ParseAuditHead(text)
		kind(t, err, domain.Invalid)
	}
	log := `{"msg":"the audit trail","head":"` + short + `"} 1:` + strings.Repeat("0", 64) + "\nelse"
	if found := FindAuditHeads(log); len(found) != 2 || found[0].AuditHead != head || found[0].Named {
		t.Errorf("%+v", found)
	}
	// That of the trail outside all accounts, as it writes itself.
	if got, named, err := ParseAuditHead(head.String()); err != nil || !named || got != head {
		t.Errorf("%+v %v %v", got, named, err)
	}
	for _, log := range []string{`{"head":"` + head.String() + `"}`, "head=" + head.String(), head.String() + "\n", "Its end is\n  " + head.String()} {
		if found := FindAuditHeads(log); len(found) != 1 || found[0].AuditHead != head || !found[0].Named {
			t.Errorf("%s: %+v", log, found)
		}
	}
}
