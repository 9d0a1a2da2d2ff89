package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tenantry/domain"
)

// TestAnExportOfAnOlderFormatIsAccepted: what wrote it knew nothing of the
// tables that came since.
func TestAnExportOfAnOlderFormatIsAccepted(t *testing.T) {
	options, c := newOptions(9)
	old := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	path := filepath.Join(t.TempDir(), "old.db")
	old.must(unzip(formatFile(2), path))
	text, err := os.ReadFile(formatKey(2))
	old.must(err)
	key, ok := keyFromText(text)
	if !ok {
		t.Fatal("the key of format 2 can't be read")
	}
	e, err := openEngine(old.ctx, path, lockWait(options), checkFile)
	old.must(err)
	old.DB = newDB(e, options)
	old.box = newBox(key)
	defer old.Close()
	var export bytes.Buffer
	var account domain.Account
	old.inTx(func(tx *tx) error {
		for t := range table(len(tables)) { // empty ones aren't exported
			if err := tx.makeTable(t); err != nil {
				return err
			}
		}
		return tx.put(tableMeta, []byte("nothing"), nil)
	})
	export.WriteString(headingPlain)
	old.must(old.viewFree(old.ctx, operator, func(tx *tx) error {
		err := tx.eachAccount(func(a domain.Account) error {
			account = a
			return nil
		})
		if err != nil {
			return err
		}
		_, err = tx.export(account, &export, nil)
		return err
	}))
	there := elsewhere(t)
	there.imported(export.Bytes())
	furnishedFleet(there)
	tech, err := there.ActAs(there.ctx, "", "tech")
	there.must(err)
	there.clock.add(time.Minute)
	if !there.usesCode(tech, there.codeNow([]byte(fixtureSecret))) {
		t.Error("the second factor isn't what it was")
	}
	again := there.exported(domain.Actor{Operator: true, Door: domain.DoorMachine, Account: account.ID}, "")
	further := elsewhere(t)
	further.imported(again)
}

// TestBackupsOfEveryFormatRestore to a database of the newest.
func TestBackupsOfEveryFormatRestore(t *testing.T) {
	for format := uint32(1); format <= newestFormat(); format++ {
		options, c := newOptions(200 + uint64(format))
		f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
		saved := filepath.Join(t.TempDir(), "saved.db")
		f.must(unzip(formatFile(format), saved))
		before, err := os.ReadFile(saved)
		f.must(err)
		if format >= 2 {
			key, err := os.ReadFile(formatKey(format))
			f.must(err)
			f.must(os.WriteFile(KeyPath(saved), key, 0o600))
		}
		path := filepath.Join(t.TempDir(), "folder", "t.db")
		restored, err := Restore(f.ctx, saved, path, options, Restoring{})
		f.must(err)
		if (restored.Key != "") != (format >= 2) || restored.Kept != "" {
			t.Errorf("%d: %+v", format, restored)
		}
		if after, err := os.ReadFile(saved); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%d: the backup itself was changed (%v)", format, err)
		}
		f.DB, err = Open(f.ctx, path, options)
		f.must(err)
		furnishedFleet(f)
		f.finish()
	}
}

// TestABackupThatIsDamagedIsntRestored, and what was there stays.
func TestABackupThatIsDamagedIsntRestored(t *testing.T) {
	f, a := furnished(t)
	saved := filepath.Join(t.TempDir(), "saved.db")
	var copied bytes.Buffer
	_, err := f.Backup(f.ctx, operator, &copied, nil)
	f.must(err)
	export := f.exported(a.operator(), "")
	damage := map[string]func([]byte) []byte{
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
		"changed": func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("Van 1"), []byte("Van 9")) },
		"nothing": func([]byte) []byte { return nil },
	}
	f.reopenAfter(func() {
		for name, change := range damage {
			f.must(os.WriteFile(saved, change(bytes.Clone(copied.Bytes())), 0o600))
			restored, err := Restore(f.ctx, saved, f.Path(), f.options, Restoring{Replace: true})
			if err == nil && len(restored.Report.Problems) == 0 {
				t.Errorf("%s: %+v", name, restored)
			}
		}
		f.must(os.WriteFile(saved, copied.Bytes(), 0o600))
		key := KeyPath(f.Path())
		f.must(os.Rename(key, key+".away"))
		_, err := Restore(f.ctx, saved, f.Path(), f.options, Restoring{Replace: true})
		kind(t, err, domain.Unavailable)
		f.must(os.Rename(key+".away", key))
	})
	if !bytes.Equal(export, f.exported(a.operator(), "")) {
		t.Error("what was there isn't")
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(f.Path()), "*before-restore*")); err != nil || len(left) > 0 {
		t.Errorf("kept though nothing was restored: %v %v", left, err)
	}
}

// TestNobodyElseHearsOfAnAccountThatMoves, nor is held up or told anything.
func TestNobodyElseHearsOfAnAccountThatMoves(t *testing.T) {
	f, a := furnished(t)
	bolt := f.tenant("Bolt")
	f.suspend(a.operator(), true)
	export := f.exported(a.operator(), "")
	heard, stop := f.Watch(bolt.account.ID)
	defer stop()
	mine, stopMine := f.Watch(a.account.ID)
	defer stopMine()
	f.must(f.DeleteAccount(f.ctx, a.operator(), "Acme", nil))
	f.imported(export)
	select {
	case e := <-heard:
		t.Errorf("Bolt hears %+v", e)
	default:
	}
	select {
	case <-mine:
	default:
		t.Error("those of the account hear nothing")
	}
	if told := len(f.problems()); told > 0 {
		t.Errorf("%d problems", told)
	}
}
