package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"tenantry/domain"
)

// This file is all that the store knows of bbolt: open, a transaction, get,
// put, delete and an ordered scan. A replicated engine of the same shape could
// stand behind these names.
//
// Every value carries a CRC-32C over its table, its key and itself, because
// bbolt checks nothing but its two meta pages. A flipped bit, and two values
// that changed places, are found at the first read and never shown as data.

// mapSize is the address space set aside for the file. A file that outgrows it
// makes bbolt map it again, for which the writer waits until every reader is
// done; address space is free where pointers have 64 bits.
const mapSize = 8 << (30 * (strconv.IntSize / 64))

// maxSize bounds the file, so that a runaway import ends in a sentence instead
// of a full disk. A million devices take about 0.6 GB.
const maxSize = 1 << (30 + 8*(strconv.IntSize/64) - 1)

// growSize is by how much the file grows at least.
const growSize = 1 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// engine is an open database file. Any number may read at a time, one may
// write; who writes holds the turn.
type engine struct {
	bolt    *bolt.DB
	file    *os.File // the one that bbolt holds; read only where bbolt can't say
	path    string
	turn    chan struct{}
	stopped atomic.Pointer[domain.Error] // why nothing is written any more
	// commitBolt is bbolt's commit; tests put one that fails in its place.
	commitBolt func(*bolt.Tx) error
}

// openEngine opens the file at path, which must exist. The caller has it
// checked before bbolt maps it, by before, which runs once the lock is held.
func openEngine(ctx context.Context, path string, wait time.Duration, before func(*os.File) error) (*engine, error) {
	e := &engine{path: path, turn: make(chan struct{}, 1), commitBolt: (*bolt.Tx).Commit}
	var refused error
	options := bolt.Options{
		Timeout:         wait,
		FreelistType:    bolt.FreelistMapType,
		InitialMmapSize: mapSize,
		MaxSize:         maxSize,
		NoStatistics:    true,
		OpenFile: func(path string, flag int, mode os.FileMode) (*os.File, error) {
			file, err := os.OpenFile(path, flag&^os.O_CREATE, mode)
			if err == nil {
				err = lockFile(ctx, file, wait)
			}
			if err == nil {
				err = sameFile(path, file)
			}
			if err == nil {
				err = before(file)
			}
			if err != nil {
				refused = err
				if file != nil {
					file.Close()
				}
				return nil, err
			}
			e.file = file
			return file, nil
		},
	}
	if runtime.GOOS == "windows" {
		options.InitialMmapSize = 0 // there the file takes the size of its map
	}
	err := e.open(&options)
	if errors.Is(err, syscall.ENOMEM) { // a limit on address space
		options.InitialMmapSize = 0
		err = e.open(&options)
	}
	if err != nil {
		if refused != nil {
			err = refused
		}
		return nil, openError(path, err)
	}
	e.bolt.AllocSize = growSize
	return e, nil
}

func (e *engine) open(options *bolt.Options) error {
	err := guard(e.path, func() (err error) {
		e.bolt, err = bolt.Open(e.path, fileMode, options)
		return err
	})
	if err != nil && e.file != nil {
		e.file.Close() // a panic left it open, and locked
	}
	return err
}

// size is how large the file is, in bytes.
func (e *engine) size() (int64, error) {
	status, err := e.file.Stat()
	if err != nil {
		return 0, domain.Errorf(domain.Unavailable, "", "The database %s can't be looked at: %w.", e.path, cause(err))
	}
	return status.Size(), nil
}

// close waits for the transactions that are open.
func (e *engine) close() error { return e.bolt.Close() }

// abandon lets go of the file where close would wait for a transaction that
// doesn't end, or unmap what something still reads. The engine is of no use then.
func (e *engine) abandon() { e.file.Close() }

// problems are the first few things that bbolt finds wrong with its pages; all
// is false when there may be more. Pages that lead round in a circle have no end
// of problems, each longer than the last, and bbolt can't be told to stop: so it
// is left standing where it waits to tell the next, with its transaction open.
func (e *engine) problems(most int) (found []error, all bool, err error) {
	err = guard(e.path, func() error {
		b, err := e.bolt.Begin(false)
		if err != nil {
			return beginError(e.path, err)
		}
		for problem := range b.Check(bolt.WithKVStringer(bolt.HexKVStringer())) {
			if found = append(found, inWords(problem)); len(found) == most {
				return nil
			}
		}
		all = true
		return b.Rollback()
	})
	return found, all, err
}

// inWords takes from an error of bbolt's how it came about.
func inWords(err error) error {
	text := err.Error()
	for _, prefix := range []string{"panic: ", "assertion failed: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return errors.New(text)
}

// compactInto copies everything that is in the file into an empty one, and makes
// sure that it is there.
func (e *engine) compactInto(ctx context.Context, to *engine, progress Progress) error {
	to.bolt.NoSync, to.bolt.AllocSize = true, 0 // it is synced once, at the end, and has no room to spare
	err := guard(e.path, func() error {
		if err := bolt.Compact(to.bolt, e.bolt, compactStep); err != nil {
			return err
		}
		return e.sameContents(ctx, to, progress)
	})
	if err != nil {
		return err
	}
	return to.bolt.Sync()
}

// compactStep is how many bytes a transaction of compacting writes.
const compactStep = 8 << 20

// sameContents compares every entry of two files.
func (e *engine) sameContents(ctx context.Context, other *engine, progress Progress) error {
	a, err := e.bolt.Begin(false)
	if err != nil {
		return err
	}
	defer a.Rollback()
	b, err := other.bolt.Begin(false)
	if err != nil {
		return err
	}
	defer b.Rollback()
	compared := 0
	for t := range tables {
		name := []byte(tables[t].name)
		in, copied := a.Bucket(name), b.Bucket(name)
		if in == nil && copied == nil {
			continue // of an older format
		}
		if in == nil || copied == nil {
			return errNotTheSame
		}
		x, y := in.Cursor(), copied.Cursor()
		key, value := x.First()
		otherKey, otherValue := y.First()
		for key != nil || otherKey != nil {
			if !bytes.Equal(key, otherKey) || !bytes.Equal(value, otherValue) {
				return errNotTheSame
			}
			if compared++; compared%100_000 == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				if progress != nil {
					progress(compared, 0)
				}
			}
			key, value = x.Next()
			otherKey, otherValue = y.Next()
		}
	}
	return nil
}

var errNotTheSame = errors.New("the copy isn't the same as what was copied")

// stop ends all writing; reading goes on.
func (e *engine) stop(why *domain.Error) { e.stopped.CompareAndSwap(nil, why) }

// read runs fn over one unchanging picture of the data. It must be short: while
// it runs, nothing that a writer frees can be used again.
func (e *engine) read(ctx context.Context, fn func(*kv) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return guard(e.path, func() error {
		b, err := e.bolt.Begin(false)
		if err != nil {
			return beginError(e.path, err)
		}
		defer b.Rollback()
		return fn(newKV(b))
	})
}

// write runs fn and commits what it changed, or nothing if it fails. Then,
// still before anyone else may write, it calls done, so that what done tells is
// told in the order of the commits. done hears of an Uncertain commit too.
func (e *engine) write(ctx context.Context, fn func(*kv) error, done func(error)) error {
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-e.turn }()
	if why := e.stopped.Load(); why != nil {
		return why
	}
	err := e.writeInTurn(fn)
	if err == nil || domain.KindOf(err) == domain.Uncertain {
		done(err)
	}
	return err
}

func (e *engine) writeInTurn(fn func(*kv) error) error {
	var b *bolt.Tx
	defer func() {
		if b != nil {
			// After a commit this does nothing. After a failure, or a panic in a
			// damaged page, it undoes all without reading another page.
			b.Rollback()
		}
	}()
	err := guard(e.path, func() (err error) {
		if b, err = e.bolt.Begin(true); err != nil {
			return beginError(e.path, err)
		}
		if err = fn(newKV(b)); err != nil {
			return err
		}
		return e.commit(b)
	})
	var fault *pageFault
	if errors.As(err, &fault) {
		e.stop(stoppedError(e.path, err))
	}
	return err
}

// commit sorts a failure into "not saved" and "may or may not have been
// saved": when the very last step fails, the data is there on reopening. The
// meta pages say which, for they name the last transaction.
func (e *engine) commit(b *bolt.Tx) error {
	number := uint64(b.ID())
	err := e.commitBolt(b)
	if err == nil {
		return nil
	}
	last, readErr := readMeta(e.file)
	if readErr != nil || last.transaction >= number {
		e.stop(stoppedError(e.path, err))
		return domain.Errorf(domain.Uncertain, "",
			"This may or may not have been saved: the disk that holds %s failed at the last step (%w). Close Tenantry, open it again and look before you repeat it.", e.path, err)
	}
	if diskFull(err) {
		return domain.Errorf(domain.Unavailable, "",
			"Nothing was saved: the disk that holds %s is full. Free some space on it and try again. (%w)", e.path, err)
	}
	e.stop(stoppedError(e.path, err))
	return domain.Errorf(domain.Unavailable, "",
		"Nothing was saved: writing to %s failed (%w). Check the disk, then close Tenantry and open it again.", e.path, err)
}

func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) ||
		errors.Is(err, berrors.ErrMaxSizeReached)
}

func beginError(path string, err error) error {
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return domain.Errorf(domain.Unavailable, "", "The database %s is closing. Start Tenantry again. (%w)", path, err)
	}
	return domain.Errorf(domain.Unavailable, "", "The database %s can't be used now: %w.", path, err)
}

func stoppedError(path string, err error) *domain.Error {
	return domain.Errorf(domain.Unavailable, "",
		"Tenantry stopped writing to %s after a failure (%w). Close it everywhere and open it again; what was saved before is safe.", path, err)
}

// pageFault is a panic that came out of a damaged page.
type pageFault struct{ cause any }

func (f *pageFault) Error() string {
	if err, ok := f.cause.(error); ok {
		return err.Error()
	}
	if text, ok := f.cause.(string); ok {
		return inWords(errors.New(text)).Error()
	}
	return "unreadable page"
}

// guard turns what a damaged page does to a reader into a Damaged error: the
// memory fault of a page that isn't there, and bbolt's own panics. All other
// panics are ours and go on.
func guard(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if !fromDamage(p) {
			panic(p)
		}
		err = domain.Errorf(domain.Damaged, "", "The database %s is damaged (%w). %s", path, &pageFault{p}, restoreHint)
	}()
	return fn()
}

// fromDamage says whether a panic is a memory fault at an address, or began in
// bbolt. It must be called by the deferred function that recovered.
func fromDamage(p any) bool {
	if _, fault := p.(interface{ Addr() uintptr }); fault {
		return true
	}
	pc := make([]uintptr, 32)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			return strings.HasPrefix(frame.Function, "go.etcd.io/bbolt")
		}
		if !more {
			return false
		}
	}
}

// kv is one transaction. Slices that it returns are the file's own memory: they
// may not be changed, and hold only until the transaction ends.
type kv struct {
	bolt    *bolt.Tx
	buckets [len(tables)]*bolt.Bucket
	slab    []byte
}

func newKV(b *bolt.Tx) *kv { return &kv{bolt: b} }

// writes says whether this is the transaction of the writer.
func (k *kv) writes() bool { return k.bolt.Writable() }

// bucket panics where a table is missing: opening made sure of all of them.
func (k *kv) bucket(t table) *bolt.Bucket {
	b := k.buckets[t]
	if b == nil {
		b = k.bolt.Bucket([]byte(tables[t].name))
		if b == nil {
			panic(&missingTable{t})
		}
		if growing[t] {
			b.FillPercent = growingFill
		}
		k.buckets[t] = b
	}
	return b
}

// growing are the large tables whose keys come in rising order, all of them or
// those of each device, person and place. bbolt splits a full page in halves, of
// which the first would stay half empty for ever; these are split near their end.
var growing = [len(tables)]bool{
	tableAccess: true, tableAccessHolder: true, tableAccessDevice: true, tableAccessCustomer: true, tableAccessRFID: true, tableAccessLocation: true,
}

const growingFill = 0.9

// missingTable has an address-less Addr, by which guard knows it for damage.
type missingTable struct{ table table }

func (m *missingTable) Error() string { return "the table " + tables[m.table].name + " is missing" }

func (m *missingTable) Addr() uintptr { return 0 }

// bytes is how much copyTo writes.
func (k *kv) bytes() int64 { return k.bolt.Size() }

// copyTo writes the whole file as this transaction sees it.
func (k *kv) copyTo(w io.Writer) (int64, error) { return k.bolt.WriteTo(w) }

// makeTable makes a table if it isn't there.
func (k *kv) makeTable(t table) error {
	_, err := k.bolt.CreateBucketIfNotExists([]byte(tables[t].name))
	return err
}

// get reads a value; nil without an error when the key isn't there. Damaged
// when its checksum fails.
func (k *kv) get(t table, key []byte) ([]byte, error) {
	sealed := k.bucket(t).Get(key)
	if sealed == nil {
		return nil, nil
	}
	return unseal(t, key, sealed)
}

// has says whether a key is there.
func (k *kv) has(t table, key []byte) bool { return k.bucket(t).Get(key) != nil }

// put writes a value, which may be empty; it copies both slices.
func (k *kv) put(t table, key, value []byte) error {
	return k.bucket(t).Put(key, k.seal(t, key, value))
}

// delete removes a key; one that isn't there is no error.
func (k *kv) delete(t table, key []byte) error { return k.bucket(t).Delete(key) }

// seal copies value into the transaction's slab, which bbolt needs to stay as
// it is until the commit, and appends the checksum.
func (k *kv) seal(t table, key, value []byte) []byte {
	need := len(value) + crc32.Size
	if cap(k.slab)-len(k.slab) < need {
		k.slab = make([]byte, 0, max(need, 1<<16))
	}
	start := len(k.slab)
	k.slab = append(k.slab, value...)
	k.slab = binary.LittleEndian.AppendUint32(k.slab, checksum(t, key, value))
	return k.slab[start:len(k.slab):len(k.slab)]
}

func unseal(t table, key, sealed []byte) ([]byte, error) {
	end := len(sealed) - crc32.Size
	if end < 0 || binary.LittleEndian.Uint32(sealed[end:]) != checksum(t, key, sealed[:end]) {
		return nil, damaged(t, key, "fails its checksum")
	}
	return sealed[:end:end], nil
}

func checksum(t table, key, value []byte) uint32 {
	sum := crc32.Update(uint32(t)+1, castagnoli, key)
	return crc32.Update(sum, castagnoli, value)
}

// scan returns a cursor over the keys that begin with prefix (nil: all), in the
// order of their bytes. It stands before the first key.
//
//	for c := tx.scan(tableDevice, account[:]); c.next(); {
//		use(c.key(), c.value())
//	}
//	if err := c.err(); err != nil { … }
//
// The table may not be changed while it is scanned: collect first, then change.
func (k *kv) scan(t table, prefix []byte) *cursor {
	return &cursor{table: t, bolt: k.bucket(t).Cursor(), prefix: prefix}
}

// cursor walks over a part of a table.
type cursor struct {
	table  table
	bolt   *bolt.Cursor
	prefix []byte
	k, v   []byte
	placed bool
	failed error
	// spoiled, where set, is told of every value that fails its checksum, and
	// the walk goes on. Otherwise the first one ends it with a Damaged error.
	spoiled func(error)
}

// next moves on to the next key, at first to the first; false at the end.
func (c *cursor) next() bool {
	if !c.placed {
		return c.seek(c.prefix)
	}
	return c.take(c.bolt.Next, c.bolt.Next)
}

// prev moves back to the key before, at first to the last; false at the start.
func (c *cursor) prev() bool {
	if c.placed {
		return c.take(c.bolt.Prev, c.bolt.Prev)
	}
	return c.before(successor(c.prefix))
}

// before moves to the last key that is less than key (nil: the last of all);
// false when there is none.
func (c *cursor) before(key []byte) bool {
	c.placed = true
	return c.take(func() ([]byte, []byte) {
		if key != nil {
			if k, _ := c.bolt.Seek(key); k != nil {
				return c.bolt.Prev()
			}
		}
		return c.bolt.Last()
	}, c.bolt.Prev)
}

// seek moves to the first key that isn't less than key, which begins with the
// cursor's prefix; false when there is none.
func (c *cursor) seek(key []byte) bool {
	c.placed = true
	return c.take(func() ([]byte, []byte) { return c.bolt.Seek(key) }, c.bolt.Next)
}

// take reads what step finds, and goes on by again over spoiled values.
func (c *cursor) take(step, again func() ([]byte, []byte)) bool {
	for ; c.failed == nil; step = again {
		key, sealed := step()
		if key == nil || !bytes.HasPrefix(key, c.prefix) {
			break
		}
		value, err := unseal(c.table, key, sealed)
		if err == nil {
			c.k, c.v = key, value
			return true
		}
		if c.spoiled == nil {
			c.failed = err
			break
		}
		c.spoiled(err)
	}
	c.k, c.v = nil, nil
	return false
}

// key is the key that the cursor stands on.
func (c *cursor) key() []byte { return c.k }

// value is the value that the cursor stands on.
func (c *cursor) value() []byte { return c.v }

// err is what ended the walk before its time.
func (c *cursor) err() error { return c.failed }

// successor is the least key greater than every key with the prefix; nil when
// there is none.
func successor(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			after := bytes.Clone(prefix[:i+1])
			after[i]++
			return after
		}
	}
	return nil
}
