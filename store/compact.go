package store

import (
	"context"
	"os"
	"path/filepath"

	"tenantry/domain"
)

// Compacted is what Compact did, in bytes.
type Compacted struct{ Before, After int64 }

// Compact writes the database at path anew without the room that deleted things
// left, and so without what they said: deleted secrets leave the file with it.
// Nobody else may have it open (Unavailable). What it wrote is compared with
// what was there, entry by entry, before it takes its place. Cut short anywhere,
// it leaves the one or the other.
func Compact(ctx context.Context, path string, o Options, progress Progress) (done Compacted, err error) {
	if path, err = realPath(path); err != nil {
		return done, err
	}
	from, err := openEngine(ctx, path, lockWait(o), checkFile)
	if err != nil {
		return done, err
	}
	defer func() { err = firstOf(err, from.close()) }()
	if done.Before, err = from.size(); err != nil {
		return done, err
	}
	file, err := beside(path, "compact")
	if err != nil {
		return done, createError(path, err)
	}
	temporary := file.Name()
	defer os.Remove(temporary) // where it hasn't got its name
	if err := file.Close(); err != nil {
		return done, createError(path, err)
	}
	to, err := openEngine(ctx, temporary, lockWait(o), func(*os.File) error { return nil })
	if err != nil {
		return done, err
	}
	err = from.compactInto(ctx, to, progress)
	if err == nil {
		done.After, err = to.size()
	}
	if err = firstOf(err, to.close()); err != nil {
		return done, compactError(ctx, path, err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return done, createError(path, err)
	}
	return done, syncFolder(filepath.Dir(path))
}

// compactError says that nothing has become of it.
func compactError(ctx context.Context, path string, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case domain.KindOf(err) != 0:
		return err
	case diskFull(err):
		return domain.Errorf(domain.Unavailable, "", "The disk that holds %s is full: compacting needs as much room as the data takes. The database is as it was. (%w)", path, cause(err))
	}
	return domain.Errorf(domain.Unavailable, "", "The database %s couldn't be compacted, and is as it was: %w.", path, cause(err))
}
