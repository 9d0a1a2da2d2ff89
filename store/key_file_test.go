package store

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tenantry/domain"
)

// reopenClosed opens a database that the test has closed.
func (f *fixture) reopenClosed() {
	f.t.Helper()
	db, err := Open(f.ctx, f.Path(), f.options)
	f.must(err)
	f.DB = db
}

func TestOpenSaysWhatIsWrongWithTheKeyFile(t *testing.T) {
	other := create(t)
	foreign, err := os.ReadFile(KeyPath(other.Path()))
	if err != nil {
		t.Fatal(err)
	}
	f := create(t)
	key := KeyPath(f.Path())
	own, err := os.ReadFile(key)
	f.must(err)
	foreign[len(keyFileHeading)] ^= 1 // the two fixtures draw the same numbers
	put := func(text []byte, mode os.FileMode) func() {
		return func() {
			f.must(os.WriteFile(key, text, 0o600))
			f.must(os.Chmod(key, mode))
		}
	}
	f.must(f.Close())
	for _, c := range []struct {
		name string
		do   func()
		says []string
	}{
		{"missing", func() {}, []string{"missing", "new-key", f.Path()}},
		{"foreign", put(foreign, 0o600), []string{"not the key of this database", "new-key"}},
		{"empty", put(nil, 0o600), []string{"damaged", "new-key"}},
		{"cut", put(own[:len(own)-5], 0o600), []string{"damaged", "new-key"}},
		{"long", put(append(bytes.Clone(own), bytes.Repeat([]byte{'0'}, 1<<20)...), 0o600), []string{"damaged", "new-key"}},
		{"of a later form", put(bytes.Replace(own, []byte("-1 "), []byte("-2 "), 1), 0o600), []string{"damaged"}},
		{"a folder", func() { f.must(os.Mkdir(key, 0o700)) }, []string{"damaged"}},
		{"readable by the group", put(own, 0o640), []string{"chmod 600 " + key, "640"}},
		{"readable by all", put(own, 0o644), []string{"chmod 600 " + key}},
	} {
		if strings.Contains(c.name, "readable") && runtime.GOOS == "windows" {
			continue
		}
		f.must(os.RemoveAll(key))
		c.do()
		_, err := Open(f.ctx, f.Path(), f.options)
		kind(t, err, domain.Unavailable)
		for _, says := range append(c.says, key) {
			if !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if strings.Contains(c.name, "readable") == strings.Contains(err.Error(), "new-key") {
			t.Errorf("%s: %v", c.name, err)
		}
		f.must(CheckStructure(f.ctx, f.Path(), f.options)) // which needs no key
	}
	f.must(os.RemoveAll(key))
	for _, mode := range []os.FileMode{0o600, 0o400} {
		put(own, mode)()
		db, err := Open(f.ctx, f.Path(), f.options)
		f.must(err)
		f.must(db.Close())
	}
	f.must(os.Chmod(key, 0o600))
	f.reopenClosed()
	if text, _ := os.ReadFile(key); !bytes.Equal(text, own) {
		t.Error("opening wrote the key file")
	}
}

// TestAKeyFileIsNeverWrittenOver: one that lies there from a start that was cut
// short, or from a database that has gone, is taken; anything else is in the way.
func TestAKeyFileIsNeverWrittenOver(t *testing.T) {
	options, _ := newOptions(7)
	path := filepath.Join(t.TempDir(), "t.db")
	lies := append([]byte(keyFileHeading), bytes.Repeat([]byte("ab"), 32)...)
	for _, c := range []struct {
		text []byte
		want domain.Kind
	}{{[]byte("precious"), domain.Conflict}, {lies, 0}} {
		if err := os.WriteFile(KeyPath(path), c.text, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := Create(t.Context(), path, options)
		kind(t, err, c.want)
		if err == nil {
			db.Close()
		}
		if text, _ := os.ReadFile(KeyPath(path)); !bytes.Equal(text, c.text) {
			t.Errorf("it now holds %q", text)
		}
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q %v", left, err)
	}
	// Another process is faster: its key counts.
	key, err := makeKey(KeyPath(path), options.Random)
	if err != nil || !bytes.Equal(key[:], bytes.Repeat([]byte{0xab}, 32)) {
		t.Errorf("%x %v", key, err)
	}
}

// TestADatabaseWithoutAFingerprintTakesItsKey: a first start cut short between
// the key file and the database's note of it.
func TestADatabaseWithoutAFingerprintTakesItsKey(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	forget := func(tx *tx) error { return tx.delete(tableMeta, keyFingerprint) }
	before, err := readKey(KeyPath(f.Path()))
	f.must(err)
	f.inTx(forget)
	f.reopen()
	if after, err := readKey(KeyPath(f.Path())); err != nil || after != before {
		t.Error("it has another key", err)
	}
	f.reopen()
	// With something sealed there must have been one.
	f.enrols(a.owner)
	f.inTx(forget)
	f.damaged = true
	f.must(f.Close())
	_, err = Open(f.ctx, f.Path(), f.options)
	kind(t, err, domain.Damaged)
}

func TestALostKeyIsReplaced(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	tech := f.atConsole(f.user(a.owner, a.main.ID, "tech", 0))
	f.enrols(tech)
	f.enrols(b.owner)
	mailed, err := f.CreateUser(f.ctx, a.owner, domain.User{Customer: a.main.ID, Username: "new", Email: "new@acme.example"}, Start{Mail: true})
	f.must(err)
	key := KeyPath(f.Path())
	own, err := os.ReadFile(key)
	f.must(err)
	f.must(f.Close())
	_, err = ReplaceKey(f.ctx, f.Path(), f.options)
	kind(t, err, domain.Conflict) // it isn't lost
	f.must(os.Chmod(key, 0o644))
	_, err = ReplaceKey(f.ctx, f.Path(), f.options)
	kind(t, err, domain.Unavailable) // nor is it now
	f.must(os.Chmod(key, 0o600))
	foreign := bytes.Clone(own)
	foreign[len(keyFileHeading)] ^= 1
	f.must(os.WriteFile(key, foreign, 0o600))

	ended, err := ReplaceKey(f.ctx, f.Path(), f.options)
	f.must(err)
	if ended != 2 {
		t.Errorf("%d ended", ended)
	}
	if aside, err := os.ReadFile(key + ".replaced-1"); err != nil || !bytes.Equal(aside, foreign) {
		t.Errorf("the file that lay there is %q %v", aside, err)
	}
	f.reopenClosed()
	standing, err := f.Standing(f.ctx, tech)
	f.must(err)
	if standing.Enrolled || standing.Gate != domain.GateOpen {
		t.Errorf("%+v", standing)
	}
	for _, n := range []tenant{a, b} {
		e := f.lastEntry(n.account.ID)
		if e.action != "key.replace" || e.changes[0] != (change{"second_factors_ended", "", "1"}) {
			t.Errorf("%s: %+v", n.account.Name, e)
		}
	}
	waits, _, err := f.NextMail(f.ctx, operator)
	f.must(err)
	if waits != nil {
		t.Errorf("a mail that nothing opens waits: %+v", waits)
	}
	_, err = f.TakeCode(f.ctx, a.owner, mailed.User.ID)
	kind(t, err, domain.Conflict)
	f.enrols(tech)
	f.must(f.Close())
	f.must(os.Remove(key))
	ended, err = ReplaceKey(f.ctx, f.Path(), f.options)
	f.must(err)
	if ended != 1 {
		t.Errorf("%d ended", ended)
	}
	f.reopenClosed()
}

// TestARestoreCutShortFindsItsKeyAgain: a restore changes two files, the key and
// the database. Whichever of them a crash leaves as it was, the database opens,
// with its own key.
func TestARestoreCutShortFindsItsKeyAgain(t *testing.T) {
	f := create(t)
	at := KeyPath(f.Path())
	own, err := readKey(at)
	f.must(err)
	foreign := own
	foreign[0] ^= 1
	f.must(f.Close())
	for _, c := range []struct {
		name string
		cut  func() error
	}{
		{"the old key was put aside", func() error { return putAside(at) }},
		{"the new key lies there, beside the old database", func() error { return layKey(f.Path(), foreign) }},
		{"twice", func() error { return firstOf(layKey(f.Path(), foreign), layKey(f.Path(), fileKey{})) }},
	} {
		f.must(c.cut())
		f.reopenClosed()
		f.must(f.Close())
		if key, err := readKey(at); err != nil || key != own {
			t.Errorf("%s: another key lies there: %v", c.name, err)
		}
		if _, _, found := keyAside(f.Path(), foreign.fingerprint()); found == (c.name == "the old key was put aside") {
			t.Errorf("%s: the other key is kept: %v", c.name, found)
		}
	}
	_, err = ReplaceKey(f.ctx, f.Path(), f.options)
	kind(t, err, domain.Conflict)
	f.reopenClosed()
}

// TestWhatARestoreReplacedIsPutBack with the key that it had, though that of the
// backup has its place.
func TestWhatARestoreReplacedIsPutBack(t *testing.T) {
	f := create(t)
	other := create(t)
	saved := other.Path()
	other.must(other.Close())
	key, err := readKey(KeyPath(saved))
	f.must(err)
	key[0] ^= 1 // the two fixtures draw the same numbers
	other.must(os.WriteFile(KeyPath(saved), key.text(), 0o600))
	e, err := openEngine(f.ctx, saved, lockWait(f.options), checkFile)
	f.must(err)
	f.must(e.write(f.ctx, func(k *kv) error { return k.put(tableMeta, keyFingerprint, key.fingerprint()) }, func(error) {}))
	f.must(e.close())

	path := f.Path()
	f.must(f.Close())
	there, err := Restore(f.ctx, saved, path, f.options, Restoring{Replace: true})
	f.must(err)
	if there.Key == "" || there.Kept == "" {
		t.Fatalf("%+v", there)
	}
	back, err := Restore(f.ctx, there.Kept, path, f.options, Restoring{Replace: true})
	f.must(err)
	if back.Key == "" {
		t.Errorf("%+v", back)
	}
	f.reopenClosed()
	other.reopenClosed()
}
