package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
)

// Backup writes the whole database to w as it is at one moment, while others go
// on with their work, and answers how many bytes that were. The key file isn't
// in it. Refused to anyone but the operator. It holds one transaction while it
// writes, so w must be quick. Progress is told in MiB.
func (db *DB) Backup(ctx context.Context, actor domain.Actor, w io.Writer, progress Progress) (int64, error) {
	if !actor.Operator {
		return 0, errOperatorOnly("back up the database")
	}
	var written int64
	err := db.viewFree(ctx, actor, func(tx *tx) (err error) {
		told := &toldWriter{w: w, ctx: ctx, total: tx.bytes(), progress: progress}
		written, err = tx.copyTo(told)
		if err != nil && domain.KindOf(err) == 0 && ctx.Err() == nil {
			err = domain.Errorf(domain.Unavailable, "file", "The backup can't be written: %w.", err)
		}
		return firstOf(ctx.Err(), err)
	})
	return written, err
}

// toldWriter tells how far a copy is, and ends it when ctx does.
type toldWriter struct {
	w        io.Writer
	ctx      context.Context
	total    int64
	written  int64
	progress Progress
}

func (t *toldWriter) Write(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := t.w.Write(p)
	t.written += int64(n)
	if t.progress != nil {
		t.progress(int(t.written>>20), int(t.total>>20))
	}
	return n, err
}

// Restoring is what Restore needs besides where from and where to.
type Restoring struct {
	// Replace allows a database to be there already. It is kept under another
	// name.
	Replace bool
	// Check looks at the structure of a file in a process of its own, which a
	// damaged one could end.
	Check    func(ctx context.Context, path string) error
	Progress Progress
}

// Restored is what Restore did. Where the backup has problems it did nothing.
type Restored struct {
	Report CheckReport
	Kept   string // where the database that was there is now
	Key    string // the key file that was put beside it, empty where the right one was there
}

// Restore puts the backup at from in place as the database at path, once it has
// checked all of it. It needs the backup's key file, beside the database's place
// or beside the backup. Conflict where there is a database and it may not be
// replaced, Unavailable where that is in use or the key is missing. Cut short
// anywhere, it leaves at path what was there before, or the whole backup.
func Restore(ctx context.Context, from, path string, o Options, r Restoring) (restored Restored, err error) {
	if path, err = realPath(path); err != nil {
		return restored, err
	}
	there := Exists(path)
	if there && !r.Replace {
		return restored, domain.Errorf(domain.Conflict, "", "There is a database at %s already. Add --replace to put the backup in its place; it is then kept under another name.", path)
	}
	if there {
		held, err := lockPath(ctx, path, lockWait(o))
		if err != nil {
			return restored, openError(path, err)
		}
		defer held.Close()
	} else if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return restored, createError(path, err)
	}
	copied, err := copyBeside(ctx, from, path, r.Progress)
	if err != nil {
		return restored, err
	}
	defer os.Remove(copied) // where it hasn't got its name
	if r.Check != nil {
		if err := r.Check(ctx, copied); err != nil {
			return restored, spokenOf(err, copied, from)
		}
	}
	key, report, err := checkBackup(ctx, copied, from, path, o, r.Progress)
	restored.Report = report
	if err != nil || len(report.Problems) > 0 {
		return restored, spokenOf(err, copied, from)
	}
	if key != nil {
		if err := layKey(path, *key); err != nil {
			return restored, createError(KeyPath(path), err)
		}
		restored.Key = KeyPath(path)
	}
	if there {
		if restored.Kept, err = keepOld(path); err != nil {
			return restored, createError(path, err)
		}
	}
	if err := os.Rename(copied, path); err != nil {
		return restored, createError(path, err)
	}
	return restored, syncFolder(filepath.Dir(path))
}

// realPath is the file that a path leads to, whether it is there or not.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return path, openError(path, err)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path, nil
}

// lockPath takes the lock of the file at path, whatever is in it.
func lockPath(ctx context.Context, path string, wait time.Duration) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := firstOf(lockFile(ctx, file, wait), sameFile(path, file)); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// beside makes an empty file beside a database, which is hidden and nobody
// else's. What others of its kind left when they were cut short goes: whoever
// makes one holds the database.
func beside(path, kind string) (*os.File, error) {
	folder, name := filepath.Dir(path), "."+filepath.Base(path)+"."+kind+"-"
	left, _ := os.ReadDir(folder)
	for _, l := range left {
		if strings.HasPrefix(l.Name(), name) && l.Type().IsRegular() {
			os.Remove(filepath.Join(folder, l.Name()))
		}
	}
	return os.CreateTemp(folder, name+"*") // mode 0600
}

// copyBeside copies a file beside a database, and has the disk keep it.
func copyBeside(ctx context.Context, from, path string, progress Progress) (string, error) {
	in, err := os.Open(from)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return "", domain.Errorf(domain.NotFound, "file", "There is no backup at %s.", from)
		}
		return "", domain.Errorf(domain.Unavailable, "file", "The backup %s can't be read: %w.", from, cause(err))
	}
	defer in.Close()
	status, err := in.Stat()
	if err == nil && !status.Mode().IsRegular() {
		return "", notADatabase(from)
	}
	out, err := beside(path, "restore")
	if err != nil {
		return "", createError(path, err)
	}
	_, err = io.Copy(&toldWriter{w: out, ctx: ctx, total: status.Size(), progress: progress}, in)
	err = firstOf(firstOf(err, out.Sync()), out.Close())
	if err != nil {
		os.Remove(out.Name())
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", createError(path, err)
	}
	return out.Name(), nil
}

// spokenOf lets an error about a copy speak of what it is a copy of.
func spokenOf(err error, copied, from string) error {
	var e *domain.Error
	if !errors.As(err, &e) {
		return err
	}
	about := *e
	about.Text = strings.ReplaceAll(about.Text, copied, from)
	return &about
}

// checkBackup brings a copy of a backup to the newest format and checks all of
// it. key is the one to put beside the database where the right one isn't there.
func checkBackup(ctx context.Context, copied, from, path string, o Options, progress Progress) (key *fileKey, report CheckReport, err error) {
	e, err := openEngine(ctx, copied, lockWait(o), checkFile)
	if err != nil {
		return nil, report, err
	}
	db := newDB(e, o)
	defer func() { err = firstOf(err, e.close()) }()
	if err := e.migrate(ctx); err != nil {
		return nil, report, err
	}
	var print []byte
	err = db.viewFree(ctx, domain.Actor{}, func(tx *tx) error {
		value, err := tx.get(tableMeta, keyFingerprint)
		print = append(print, value...)
		return err
	})
	if err != nil {
		return nil, report, err
	}
	if print == nil { // of the first format: it gets one when it is opened
		return nil, report, nil
	}
	right, there, err := keyFor(print, path, from)
	if err != nil {
		return nil, report, err
	}
	db.box = newBox(right)
	report, err = db.Check(ctx, progress)
	if !there {
		key = &right
	}
	return key, report, err
}

// keyFor finds the key with that fingerprint: where the database's belongs
// (there), beside the backup, or among those that were put aside.
func keyFor(print []byte, path, from string) (key fileKey, there bool, err error) {
	for _, at := range []string{path, from} {
		key, err := readKey(KeyPath(at))
		if err == nil && key.has(print) {
			return key, at == path, nil
		}
	}
	if key, _, found := keyAside(path, print); found {
		return key, false, nil
	}
	return key, false, domain.Errorf(domain.Unavailable, "", "The key file of the backup isn't here: neither %s nor %s is it, or can be read. Put it there from a copy. If there is none, copy the backup to %s yourself and make a new key with: tenantry --db %s rescue new-key",
		KeyPath(path), KeyPath(from), path, path)
}

// layKey puts a key file beside a database. Another one that lies there is kept
// under another name.
func layKey(path string, key fileKey) error {
	at := KeyPath(path)
	file, err := beside(at, "new")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(key.text())
	err = firstOf(err, file.Sync())
	if err = firstOf(err, file.Close()); err != nil {
		return err
	}
	if err := putAside(at); err != nil {
		return err
	}
	if err := rename(file.Name(), at); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(at))
}

// keepOld gives a database a second name, so that it is there under its own
// until another takes that. Where the disk knows no hard links it is renamed.
func keepOld(path string) (string, error) {
	for n := 1; ; n++ {
		kept := path + ".before-restore-" + strconv.Itoa(n)
		if _, err := os.Lstat(kept); err == nil {
			continue
		}
		err := os.Link(path, kept)
		if err == nil || errors.Is(err, os.ErrExist) && n < 1000 {
			if err == nil {
				return kept, nil
			}
			continue
		}
		return kept, os.Rename(path, kept)
	}
}
