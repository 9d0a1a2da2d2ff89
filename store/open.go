package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"tenantry/domain"
)

// Exists says whether there is a file at path, or may be one that can't be
// looked at: Open says why. It opens nothing.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

// Create makes an empty database at path, which must not exist (Conflict), in a
// way that leaves either a whole file or none, and opens it. It makes the
// folders above it too, and the key file beside it (KeyPath), which is there
// before the database is. Unavailable where the disk doesn't allow it.
func Create(ctx context.Context, path string, o Options) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, createError(path, err)
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, createError(path, os.ErrExist)
	}
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return nil, createError(path, err)
	}
	if err := createFile(ctx, path, o); err != nil {
		return nil, createError(path, err)
	}
	return Open(ctx, path, o)
}

// createFile makes the file under another name in the same folder, has the disk
// keep it, and only then gives it its name: bbolt's own first write can be cut
// in half.
func createFile(ctx context.Context, path string, o Options) error {
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, "."+filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	temporary := file.Name()
	defer os.Remove(temporary)
	if err := file.Close(); err != nil {
		return err
	}
	key, err := keyForNew(path, o.Random)
	if err != nil {
		return err
	}
	if err := layFile(ctx, temporary, o, key); err != nil {
		return err
	}
	if err := rename(temporary, path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// layFile turns an empty file into an empty database. bbolt syncs it.
func layFile(ctx context.Context, path string, o Options, key fileKey) error {
	var installation domain.ID
	if _, err := o.Random.Read(installation[:]); err != nil {
		return noRandomness(err)
	}
	e, err := openEngine(ctx, path, lockWait(o), func(*os.File) error { return nil })
	if err != nil {
		return err
	}
	err = e.write(ctx, func(k *kv) error { return k.lay(installation, key) }, func(error) {})
	return firstOf(err, e.close())
}

// rename gives a file a name that nobody else may have taken meanwhile. Where
// the disk knows no hard links it can only look first.
func rename(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, os.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return os.ErrExist
	}
	return os.Rename(from, to)
}

// Open opens the database at path. NotFound when there is none, Unavailable
// when another process holds it, it can't be written, it is of a newer format,
// or its key file isn't there or can't be trusted; Damaged when its structure
// fails the checks before use, Invalid when it is something else. Each says what
// to do.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, openError(path, err)
	}
	e, err := openEngine(ctx, path, lockWait(o), checkFile)
	if err != nil {
		return nil, err
	}
	e.bolt.NoSync = o.Scratch
	db := newDB(e, o)
	err = e.migrate(ctx)
	if err == nil {
		err = db.openKey(ctx)
	}
	if err == nil {
		err = db.clearLeftovers(ctx)
	}
	if err != nil {
		return nil, firstOf(err, e.close())
	}
	return db, nil
}

// newDB is a database on an open file, still without its key.
func newDB(e *engine, o Options) *DB {
	cost := o.Cost
	if cost == (PasswordCost{}) {
		cost = defaultCost
	}
	return &DB{
		accessLimits: usualAccessLimits(),
		engine:       e,
		now:          o.Now,
		random:       lockedReader{r: o.Random},
		cost:         cost,
		hashing:      make(chan struct{}, hashesAtOnce),
		observe:      o.Observe,
	}
}

func firstOf(err, other error) error {
	if err == nil {
		return other
	}
	return err
}

func lockWait(o Options) time.Duration {
	if o.LockWait == 0 {
		return time.Second
	}
	return o.LockWait
}

// CheckStructure checks every page of the file at path: that each is used once,
// that keys are in order, and that the list of free pages is true. Damaged with
// what is wrong when it isn't; the errors of Open when it can't be opened.
//
// A page damaged enough can end the process that reads it, in a goroutine of
// bbolt's where nothing can be recovered. So call it in a child process, before
// opening the file, and take any other end of the child for damage too.
func CheckStructure(ctx context.Context, path string, o Options) error {
	e, err := openEngine(ctx, path, lockWait(o), checkFile)
	if err != nil {
		return err
	}
	problems, all, err := e.problems(problemsTold)
	if err == nil && len(problems) > 0 {
		err = damagedFile(path, errors.Join(problems...))
	}
	if !all {
		e.abandon()
		return err
	}
	return firstOf(err, e.close())
}

// problemsTold is how many problems a check of the structure tells of.
const problemsTold = 10
