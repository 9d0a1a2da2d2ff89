package store

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tenantry/domain"
)

// TestKillWhileAccountsMove kills a process that imports and deletes an account,
// restores and compacts, again and again. Whenever it is, the account is whole
// or gone, another is as it was, and nothing is left over.
func TestKillWhileAccountsMove(t *testing.T) {
	rounds := 10
	if testing.Short() {
		rounds = 2
	}
	f := create(t)
	b := newBulk(f, 3000)
	bolt := f.tenant("Bolt")
	others := f.exported(bolt.operator(), "")
	folder := t.TempDir()
	f.suspend(b.tenant.operator(), true)
	whole := f.exported(b.tenant.operator(), "")
	f.must(os.WriteFile(filepath.Join(folder, "export"), whole, 0o600))
	out, err := os.Create(filepath.Join(folder, "backup"))
	f.must(err)
	_, err = f.Backup(f.ctx, operator, out, nil)
	f.must(errors.Join(err, out.Close()))
	r := rand.New(rand.NewPCG(3, 4))
	there, gone := 0, 0
	look := func(what string) {
		t.Helper()
		if problems := f.problems(); len(problems) > 0 {
			t.Fatalf("%s: %v", what, problems)
		}
		if !bytes.Equal(others, f.exported(bolt.operator(), "")) {
			t.Errorf("%s: another account changed", what)
		}
		_, err := f.Account(f.ctx, b.tenant.operator())
		switch domain.KindOf(err) {
		case domain.NotFound:
			gone++
			f.nothingOf(b.account.ID)
		default:
			f.must(err)
			there++
			if !bytes.Equal(whole, f.exported(b.tenant.operator(), "")) {
				t.Errorf("%s: half an account", what)
			}
		}
	}
	for range rounds {
		for _, what := range []string{"move", "restore", "compact"} {
			f.reopenAfter(func() {
				f.killMover(what, folder, b.account.ID, time.Duration(r.IntN(120))*time.Millisecond)
			})
			look(what)
		}
	}
	t.Logf("%d times there, %d times gone", there, gone)

	// The control: what an operation in several transactions would leave that
	// nobody had noted to be cleared.
	f.inTx(func(tx *tx) error {
		_, _, err := tx.clearSome(tableDevice, bolt.account.ID, nil)
		return firstOf(err, tx.delete(tableAccount, key1(bolt.account.ID)))
	})
	f.damaged = true
	f.reopen()
	if len(f.problems()) == 0 {
		t.Error("half an account went unnoticed: the test would see nothing")
	}
}

// killMover starts a process that moves accounts, and kills it some time after
// it says that it is at work.
func (f *fixture) killMover(what, folder string, account domain.ID, after time.Duration) {
	f.t.Helper()
	child := exec.CommandContext(f.ctx, os.Args[0], "-test.run=^TestMovingChild$")
	child.Env = append(os.Environ(), "TENANTRY_MOVE="+what, "TENANTRY_FILE="+f.Path(), "TENANTRY_FOLDER="+folder, "TENANTRY_ACCOUNT="+account.String())
	out, err := child.StdoutPipe()
	f.must(err)
	f.must(child.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "at work\n" {
		f.t.Errorf("the child says %q, %v", line, err)
	}
	timer := time.NewTimer(after)
	<-timer.C
	f.must(child.Process.Kill())
	child.Wait()
}

// TestMovingChild is the process that is killed.
func TestMovingChild(t *testing.T) {
	what := os.Getenv("TENANTRY_MOVE")
	if what == "" {
		t.Skip("part of TestKillWhileAccountsMove")
	}
	options, _ := newOptions(uint64(time.Now().UnixNano()))
	path, folder := os.Getenv("TENANTRY_FILE"), os.Getenv("TENANTRY_FOLDER")
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	fmt.Println("at work")
	for what != "move" {
		if what == "restore" {
			restored, err := Restore(t.Context(), filepath.Join(folder, "backup"), path, options, Restoring{Replace: true})
			must(err)
			must(os.Remove(restored.Kept))
			continue
		}
		_, err := Compact(t.Context(), path, options, nil)
		must(err)
	}
	db, err := Open(t.Context(), path, options)
	must(err)
	actor := operator
	actor.Account, err = domain.ParseID(os.Getenv("TENANTRY_ACCOUNT"))
	must(err)
	for {
		if err := db.DeleteAccount(t.Context(), actor, "Acme", nil); domain.KindOf(err) != domain.NotFound {
			must(err)
		}
		export, err := os.Open(filepath.Join(folder, "export"))
		must(err)
		_, err = db.ImportAccount(t.Context(), operator, export, nil, nil)
		must(err)
		export.Close()
	}
}

// TestADamagedExportIsRefused, wherever one byte of it is another or missing,
// and nothing is written.
func TestADamagedExportIsRefused(t *testing.T) {
	f, a := furnished(t)
	there := elsewhere(t)
	r := rand.New(rand.NewPCG(5, 6))
	tries := 400
	if testing.Short() {
		tries = 60
	}
	for name, good := range map[string][]byte{"plain": f.exported(a.operator(), ""), "sealed": f.exported(a.operator(), exportPassphrase)} {
		for n := range tries {
			bad := bytes.Clone(good)
			at := r.IntN(len(bad))
			switch n % 4 {
			case 0:
				bad[at] ^= 1 << r.IntN(8)
			case 1:
				bad = bad[:at]
			case 2:
				bad = append(bad[:at:at], bad[min(len(bad), at+1+r.IntN(40)):]...)
			case 3:
				bad = append(bad[:at:at], append([]byte{byte(r.IntN(256))}, bad[at:]...)...)
			}
			if bytes.Equal(bad, good) {
				continue
			}
			_, err := there.ImportAccount(there.ctx, operator, bytes.NewReader(bad), passphrase, nil)
			if domain.KindOf(err) == 0 {
				t.Fatalf("%s, %d at %d: %v", name, n%4, at, err)
			}
		}
	}
	there.nothingOf(a.account.ID)
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(there.Path()), ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	_, err := there.ImportAccount(there.ctx, operator, bytes.NewReader(f.exported(a.operator(), exportPassphrase)),
		func(context.Context) (string, error) { return "gravel pear lanterne", nil }, nil)
	kind(t, err, domain.Invalid)
	_, err = there.ImportAccount(there.ctx, operator, bytes.NewReader([]byte("tenantry account 2 plain\nxyz")), passphrase, nil)
	kind(t, err, domain.Unavailable)
}

// rewritten is an export whose entries were changed by whoever wrote it, with a
// checksum that holds.
func (f *fixture) rewritten(export []byte, change func(t table, value []byte) (_ []byte, kept bool)) []byte {
	f.t.Helper()
	plain, err := f.openExport(f.ctx, bytes.NewReader(export), passphrase)
	f.must(err)
	in, err := readContents(plain)
	f.must(err)
	var out bytes.Buffer
	out.WriteString(headingPlain)
	w := newContentsWriter(&out)
	w.text(encode(exportedRecord{Format: in.format, Account: idOrNil(in.account), Name: in.name}))
	var last table
	for first := true; ; {
		more, err := in.next()
		f.must(err)
		if !more {
			break
		}
		t := in.table
		value, kept := change(t, bytes.Clone(in.value))
		if !kept {
			continue
		}
		if first || t != last {
			w.mark(markTable)
			w.text([]byte(tables[t].name))
		}
		first, last = false, t
		w.mark(markEntry)
		w.text(in.key)
		w.text(value)
		w.entries++
	}
	w.end()
	return out.Bytes()
}

// TestAnExportThatContradictsItselfIsRefused: whoever knows the format may write
// anything.
func TestAnExportThatContradictsItselfIsRefused(t *testing.T) {
	f, a := furnished(t)
	export := f.exported(a.operator(), "")
	there := elsewhere(t)
	same := f.rewritten(export, func(_ table, value []byte) ([]byte, bool) { return value, true })
	if !bytes.Equal(same, export) {
		t.Fatal("the test writes another format")
	}
	// Without any one kind of entry, and with one entry less of it.
	for n := range table(len(tables)) {
		if !n.leaves() || map[table]bool{
			tablePassword: true, tableFailure: true, tableFactor: true, tableSSHKey: true, // nobody misses them
			tableSavedFilter: true, tableUserView: true, tableAccessHeir: true,
		}[n] {
			continue
		}
		found := false
		less := f.rewritten(export, func(t table, value []byte) ([]byte, bool) {
			if t == n && !found {
				found = true
				return nil, false
			}
			return value, true
		})
		if !found {
			continue
		}
		_, err := there.ImportAccount(there.ctx, operator, bytes.NewReader(less), nil, nil)
		if domain.KindOf(err) != domain.Damaged {
			t.Errorf("without an entry of %s: %v", tables[n].name, err)
		}
	}
	// An index of the installation that points at another account can't be said,
	// and one with a value of any length is found.
	for n := range table(len(tables)) {
		if travels[n] != travelShared {
			continue
		}
		longer := f.rewritten(export, func(t table, value []byte) ([]byte, bool) {
			if t == n {
				value = append(value, 1)
			}
			return value, true
		})
		if _, err := there.ImportAccount(there.ctx, operator, bytes.NewReader(longer), nil, nil); domain.KindOf(err) != domain.Damaged {
			t.Errorf("%s with a longer value: %v", tables[n].name, err)
		}
	}
	there.nothingOf(a.account.ID)
}

// FuzzAccountExport reads anything as the contents of an export.
func FuzzAccountExport(f *testing.F) {
	options, _ := newOptions(1)
	db, err := Create(f.Context(), filepath.Join(f.TempDir(), "t.db"), options)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	_, _, _, err = db.Init(f.Context(), operator, newAccount("Acme"))
	if err != nil {
		f.Fatal(err)
	}
	accounts, err := db.Accounts(f.Context(), operator)
	if err != nil {
		f.Fatal(err)
	}
	actor := operator
	actor.Account = accounts[0].ID
	var export bytes.Buffer
	if _, err := db.ExportAccount(f.Context(), actor, "", &export, nil); err != nil {
		f.Fatal(err)
	}
	f.Add(export.Bytes()[len(headingPlain):])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, contents []byte) {
		c, err := readContents(bytes.NewReader(contents))
		for more := err == nil; more && err == nil; {
			more, err = c.next()
		}
		if err != nil && domain.KindOf(err) == 0 {
			t.Errorf("%v is no sentence", err)
		}
	})
}
