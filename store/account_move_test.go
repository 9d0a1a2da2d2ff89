package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

const exportPassphrase = "gravel pear lantern"

func passphrase(context.Context) (string, error) { return exportPassphrase, nil }

// TestEveryTableSaysHowItTravels: an account that left a table behind, or took
// along what is another's, would be found out long after.
func TestEveryTableSaysHowItTravels(t *testing.T) {
	for n := range tables {
		byKey := tables[n].key[0] == partAccount
		switch travels[n] {
		case travelCopied, travelSealed, travelEnds:
			if !byKey {
				t.Errorf("%s isn't keyed by the account", tables[n].name)
			}
		case travelShared:
			if byKey || takenWords[table(n)] == "" {
				t.Errorf("%s is an index of the whole installation, or has no word for what is taken", tables[n].name)
			}
		case travelStays:
			if byKey {
				t.Errorf("%s is keyed by the account and stays where that leaves", tables[n].name)
			}
		default:
			t.Errorf("%s doesn't say how it travels: add it to travels", tables[n].name)
		}
	}
}

// exported writes an export.
func (f *fixture) exported(actor domain.Actor, passphrase string) []byte {
	f.t.Helper()
	var out bytes.Buffer
	_, err := f.ExportAccount(f.ctx, actor, passphrase, &out, nil)
	f.must(err)
	return out.Bytes()
}

// imported brings an export in that is good.
func (f *fixture) imported(export []byte) Imported {
	f.t.Helper()
	got, err := f.ImportAccount(f.ctx, operator, bytes.NewReader(export), passphrase, nil)
	f.must(err)
	if len(got.Taken) > 0 {
		f.t.Fatalf("taken: %v", got.Taken)
	}
	return got
}

func (f *fixture) suspend(actor domain.Actor, on bool) {
	f.t.Helper()
	a, err := f.Account(f.ctx, actor)
	f.must(err)
	a.Suspended = on
	_, err = f.EditAccount(f.ctx, actor, a.Account)
	f.must(err)
}

// elsewhere is another installation, with another key.
func elsewhere(t *testing.T) *fixture {
	t.Helper()
	options, c := newOptions(77)
	f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	db, err := Create(f.ctx, filepath.Join(t.TempDir(), "other.db"), options)
	f.must(err)
	f.DB = db
	t.Cleanup(f.finish)
	return f
}

// TestAnAccountMovesWhole: out, in and out again are the same bytes, and
// everybody can sign in there with what they had.
func TestAnAccountMovesWhole(t *testing.T) {
	f, a := furnished(t)
	first := f.exported(a.operator(), "")
	if !bytes.Equal(first, f.exported(a.operator(), "")) {
		t.Fatal("two exports of the same differ")
	}
	sealed := f.exported(a.operator(), exportPassphrase)
	if bytes.Contains(sealed, []byte("Acme")) || bytes.Contains(sealed, []byte("tech")) {
		t.Error("a sealed export shows what is in it")
	}
	there := elsewhere(t)
	there.tenant("Bolt")
	got := there.imported(sealed)
	if got.Account.ID != a.account.ID || got.Users != 3 || got.Devices != 4 {
		t.Errorf("%+v", got)
	}
	if again := there.exported(a.operator(), ""); !bytes.Equal(first, again) {
		t.Error("what was imported isn't what was exported")
	}
	if problems := there.problems(); len(problems) > 0 {
		t.Error(problems)
	}
	_, err := there.SignIn(there.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	there.must(err)
	standing, err := there.Standing(there.ctx, a.owner)
	there.must(err)
	if standing.User.Username != "owner-acme" {
		t.Errorf("%+v", standing.User)
	}
	// The second factor was sealed with another key.
	there.must(there.viewFree(there.ctx, operator, func(tx *tx) error {
		c := tx.scan(tableFactor, nil)
		for c.next() {
			var r factorRecord
			if err := decodeAt(tableFactor, c.key(), c.value(), &r); err != nil {
				return err
			}
			if _, err := tx.db.unseal(sealFactor, idAt(c.key(), 0), idAt(c.key(), 1), r.Secret); err != nil {
				return err
			}
		}
		return c.err()
	}))
	// The trail of account zero says it, the account's own doesn't.
	there.must(there.viewFree(there.ctx, operator, func(tx *tx) error {
		e, err := tx.entryNumbered(domain.ID{}, 1)
		if err == nil && (e.action != "account.import" || e.object != a.account.ID) {
			t.Errorf("%+v", e)
		}
		return err
	}))
}

// TestWhatIsTakenIsListed, and nothing is written.
func TestWhatIsTakenIsListed(t *testing.T) {
	f, a := furnished(t)
	export := f.exported(a.operator(), "")
	before := f.dumped(domain.ID{})
	got, err := f.ImportAccount(f.ctx, operator, bytes.NewReader(export), passphrase, nil)
	f.must(err)
	what := map[string]int{}
	for _, taken := range got.Taken {
		what[taken.What]++
	}
	if what["account"] != 1 || what["account_name"] != 1 || what["username"] != 3 || what["unit_id"] != 4 || what["token"] != 1 || what["email"] != 2 {
		t.Errorf("%v", what)
	}
	if after := f.dumped(domain.ID{}); len(after) != len(before) {
		t.Error("something was written")
	}
}

// TestADeletedAccountIsGone from every table, and can come back.
func TestADeletedAccountIsGone(t *testing.T) {
	f, a := furnished(t)
	bolt := f.tenant("Bolt")
	f.device(bolt.owner, place{customer: bolt.main.ID})
	kind(t, f.DeleteAccount(f.ctx, a.operator(), "Acme", nil), domain.Conflict)
	f.suspend(a.operator(), true)
	kind(t, f.DeleteAccount(f.ctx, a.operator(), "Bolt", nil), domain.Invalid)
	kind(t, f.DeleteAccount(f.ctx, a.owner, "Acme", nil), domain.Refused)
	export := f.exported(a.operator(), "")
	others := f.exported(bolt.operator(), "")
	f.must(f.DeleteAccount(f.ctx, a.operator(), "Acme", nil))
	f.nothingOf(a.account.ID)
	if !bytes.Equal(others, f.exported(bolt.operator(), "")) {
		t.Error("another account changed")
	}
	_, err := f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1:4022", "owner-acme", goodPassword)
	kind(t, err, domain.Unauthenticated)
	_, err = f.Standing(f.ctx, a.owner)
	kind(t, err, domain.Unauthenticated)
	f.imported(export)
	if !bytes.Equal(export, f.exported(a.operator(), "")) {
		t.Error("what came back isn't what went")
	}
	f.suspend(a.operator(), false)
	_, err = f.Customers(f.ctx, a.owner)
	f.must(err)
}

// nothingOf asks that no key and no value of any table names an account, but the
// note that it was deleted.
func (f *fixture) nothingOf(account domain.ID) {
	f.t.Helper()
	f.raw(func(b *bolt.Tx) error {
		return b.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			return bucket.ForEach(func(k, v []byte) error {
				zero := bytes.HasPrefix(k, make([]byte, 16)) && strings.HasPrefix(string(name), "audit")
				if (bytes.Contains(k, account[:]) || bytes.Contains(v, account[:])) && !zero {
					f.t.Errorf("%s: %x still names it", name, k)
				}
				return nil
			})
		})
	})
}

// TestABackupRestores what was there, and Compact loses nothing of it.
func TestABackupRestores(t *testing.T) {
	f, a := furnished(t)
	export := f.exported(a.operator(), "")
	folder := t.TempDir()
	saved := filepath.Join(folder, "saved.db")
	out, err := os.Create(saved)
	f.must(err)
	_, err = f.Backup(f.ctx, operator, out, nil)
	f.must(err)
	f.must(out.Close())
	_, err = f.Backup(f.ctx, a.owner, io.Discard, nil)
	kind(t, err, domain.Refused)
	f.customer(a.owner, a.main.ID, "After the backup")
	_, err = Restore(f.ctx, saved, f.Path(), f.options, Restoring{})
	kind(t, err, domain.Conflict)
	_, err = Restore(f.ctx, saved, f.Path(), f.options, Restoring{Replace: true})
	kind(t, err, domain.Unavailable) // it is open
	f.reopenAfter(func() {
		restored, err := Restore(f.ctx, saved, f.Path(), f.options, Restoring{Replace: true})
		f.must(err)
		if !Exists(restored.Kept) || restored.Key != "" {
			t.Errorf("%+v", restored)
		}
	})
	if !bytes.Equal(export, f.exported(a.operator(), "")) {
		t.Error("what was restored isn't what was backed up")
	}
	f.reopenAfter(func() {
		done, err := Compact(f.ctx, f.Path(), f.options, nil)
		f.must(err)
		if done.After > done.Before {
			t.Errorf("%+v", done)
		}
	})
	if !bytes.Equal(export, f.exported(a.operator(), "")) {
		t.Error("compacting lost something")
	}
}

// endless is a file without an end and without a line, such as /dev/zero.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read += len(p); e.read > 1<<20 {
		panic("it is read on and on")
	}
	clear(p)
	return len(p), nil
}

// TestNoFileTakesAllMemory: whoever brings in a foreign file does so in a server
// that others work with.
func TestNoFileTakesAllMemory(t *testing.T) {
	f := create(t)
	_, err := f.ImportAccount(f.ctx, operator, &endless{}, passphrase, nil)
	kind(t, err, domain.Invalid)
	costly := append([]byte(headingSealed), make([]byte, saltLength)...)
	costly = binary.BigEndian.AppendUint32(costly, 1)
	costly = binary.BigEndian.AppendUint32(costly, 1<<20) // KiB
	costly = append(costly, make([]byte, 100)...)
	costly[len(costly)-100] = 1
	_, err = f.ImportAccount(f.ctx, operator, bytes.NewReader(costly), passphrase, nil)
	kind(t, err, domain.Damaged)
}
