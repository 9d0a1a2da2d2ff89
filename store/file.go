package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"

	"tenantry/domain"
)

// This file looks at the database's file from outside, before bbolt maps it and
// believes it: reading a mapped page that the file doesn't have kills the
// process.

const (
	fileMode   = 0o600 // the data is nobody else's
	folderMode = 0o700

	pageHeader   = 16 // of bbolt: page number 8, flags 2, count 2, overflow 4
	metaLength   = 64
	metaMagic    = 0xED0CDAED
	metaVersion  = 2
	smallestPage = 1 << 10
	largestPage  = 1 << 24
)

var errLocked = errors.New("held by another process")

// fileMeta is what a meta page of bbolt says.
type fileMeta struct {
	pageSize    int64
	pages       uint64 // the file holds pages below this number
	transaction uint64 // the last one that was committed
}

var (
	errNoMeta      = errors.New("no database")
	errMetaDamaged = errors.New("both of its first pages fail their checksums")
	errMetaVersion = errors.New("unknown page format")
)

// readMeta reads the newer of the two meta pages, of which one may be torn: that
// is how a commit that never happened looks.
func readMeta(file io.ReaderAt) (fileMeta, error) {
	best, err := readMetaAt(file, 0)
	if err == nil {
		if other, err := readMetaAt(file, best.pageSize); err == nil && other.transaction > best.transaction {
			best = other
		}
		return best, nil
	}
	for size := int64(smallestPage); size <= largestPage; size *= 2 {
		other, otherErr := readMetaAt(file, size)
		if otherErr == nil && other.pageSize == size {
			return other, nil
		}
		if errors.Is(err, errNoMeta) && !errors.Is(otherErr, errNoMeta) {
			err = otherErr
		}
	}
	return fileMeta{}, err
}

func readMetaAt(file io.ReaderAt, offset int64) (fileMeta, error) {
	var page [pageHeader + metaLength]byte
	if _, err := file.ReadAt(page[:], offset); err != nil {
		return fileMeta{}, errNoMeta
	}
	// magic 4, version 4, page size 4, flags 4, root 8, sequence 8, freelist 8,
	// pages 8, transaction 8, checksum 8; in the byte order of the machine.
	meta, order := page[pageHeader:], binary.NativeEndian
	if order.Uint32(meta) != metaMagic {
		return fileMeta{}, errNoMeta
	}
	sum := fnv.New64a()
	sum.Write(meta[:metaLength-8])
	if order.Uint64(meta[metaLength-8:]) != sum.Sum64() {
		return fileMeta{}, errMetaDamaged
	}
	if order.Uint32(meta[4:]) != metaVersion {
		return fileMeta{}, errMetaVersion
	}
	m := fileMeta{
		pageSize:    int64(order.Uint32(meta[8:])),
		pages:       order.Uint64(meta[40:]),
		transaction: order.Uint64(meta[48:]),
	}
	if m.pageSize < smallestPage || m.pageSize > largestPage || m.pageSize&(m.pageSize-1) != 0 || m.pages > 1<<48/uint64(m.pageSize) {
		return fileMeta{}, errMetaDamaged
	}
	return m, nil
}

// checkFile refuses a file that isn't a database, that is cut short, or whose
// first pages are damaged.
func checkFile(file *os.File) error {
	status, err := file.Stat()
	if err != nil {
		return err
	}
	path := file.Name()
	if !status.Mode().IsRegular() {
		return notADatabase(path)
	}
	meta, err := readMeta(file)
	if errors.Is(err, errNoMeta) {
		return notADatabase(path)
	}
	if err != nil {
		return damagedFile(path, err)
	}
	if need := int64(meta.pages) * meta.pageSize; status.Size() < need {
		return damagedFile(path, fmt.Errorf("it is cut short: %d of %d bytes are there", status.Size(), need))
	}
	return nil
}

// sameFile makes sure that an open file is still the one of that name: another
// may have taken its place while this one waited for the lock, and what is
// written into this one then would be lost.
func sameFile(path string, file *os.File) error {
	opened, err := file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(path)
	if err == nil && !os.SameFile(opened, named) {
		err = domain.Errorf(domain.Unavailable, "", "The database %s was replaced at this moment. Try again.", path)
	}
	return err
}

func notADatabase(path string) error {
	return domain.Errorf(domain.Invalid, "", "%s is not a Tenantry database. Check the path; to start a new database, name a file that isn't there yet.", path)
}

func damagedFile(path string, err error) error {
	return domain.Errorf(domain.Damaged, "", "The database %s is damaged: %w. %s", path, err, restoreHint)
}

// openError puts in words why a file couldn't be opened.
func openError(path string, err error) error {
	var already *domain.Error
	switch {
	case errors.As(err, &already):
		return already
	case errors.Is(err, errLocked), errors.Is(err, berrors.ErrTimeout):
		held := domain.Errorf(domain.Unavailable, "", "The database %s is in use by another Tenantry%s. Close it there, or name another file with --db.", path, holder(path))
		held.Err = err
		return held
	case errors.Is(err, os.ErrNotExist):
		return domain.Errorf(domain.NotFound, "", "There is no database at %s. Make one with: tenantry --db %s init (%w)", path, path, err)
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return domain.Errorf(domain.Unavailable, "", "The database %s can't be opened for writing (%w). Allow yourself to write it, or name another file with --db.", path, cause(err))
	case errors.Is(err, syscall.EISDIR):
		return domain.Errorf(domain.Invalid, "", "%s is a folder. Name a file in it with --db. (%w)", path, cause(err))
	case errors.Is(err, syscall.ENOTDIR):
		return domain.Errorf(domain.Invalid, "", "%s lies below something that isn't a folder. Name another file with --db. (%w)", path, cause(err))
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return damagedFile(path, err)
	}
	return domain.Errorf(domain.Unavailable, "", "The database %s can't be opened: %w.", path, cause(err))
}

// createError puts in words why a file couldn't be made.
func createError(path string, err error) error {
	var already *domain.Error
	switch {
	case errors.As(err, &already):
		return already
	case errors.Is(err, os.ErrExist):
		return domain.Errorf(domain.Conflict, "", "There is already a file at %s. Open it, or name another with --db.", path)
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return domain.Errorf(domain.Unavailable, "", "The folder %s can't be written (%w). Name a file elsewhere with --db.", filepath.Dir(path), cause(err))
	case diskFull(err):
		return domain.Errorf(domain.Unavailable, "", "The disk that holds %s is full (%w). Free some space on it, or name a file elsewhere with --db.", filepath.Dir(path), cause(err))
	}
	return domain.Errorf(domain.Unavailable, "", "The database %s can't be made: %w.", path, cause(err))
}

// cause is what the system said, without the path that the sentence has already.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// holder says which process holds the file's lock, " (process 123)", or nothing
// where the system doesn't tell.
func holder(path string) string {
	status, err := os.Stat(path)
	if err != nil {
		return ""
	}
	inode := inodeOf(status)
	locks, err := os.ReadFile("/proc/locks")
	if err != nil || inode == "" {
		return ""
	}
	// 1: FLOCK  ADVISORY  WRITE 1234 fd:01:5678 0 EOF
	for line := range bytes.Lines(locks) {
		field := strings.Fields(string(line))
		if len(field) < 6 || field[1] != "FLOCK" || !strings.HasSuffix(field[5], ":"+inode) {
			continue
		}
		if process, err := strconv.Atoi(field[4]); err == nil && process > 0 {
			return fmt.Sprintf(" (process %d)", process)
		}
	}
	return ""
}

// syncFolder makes a new name in a folder last.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil // it has no such thing
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil // a file system that can't sync a folder
	}
	return err
}
