package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

// walk is every key that a cursor gives, moved by step.
func walk(c *cursor, step func() bool) []string {
	var keys []string
	for step() {
		keys = append(keys, string(c.key()))
	}
	return keys
}

func TestScanKeepsToItsPrefix(t *testing.T) {
	f := create(t)
	f.damaged = true // the keys below are of no table
	f.inTx(func(tx *tx) error {
		for _, key := range []string{"a", "b", "ba", "bb", "b\xff", "b\xff\xff", "c", "\xff\xff"} {
			if err := tx.put(tableMeta, []byte(key), []byte(key)); err != nil {
				return err
			}
		}
		b := []string{"b", "ba", "bb", "b\xff", "b\xff\xff"}
		c := tx.scan(tableMeta, []byte("b"))
		if got := walk(c, c.next); !slices.Equal(got, b) {
			t.Errorf("forward: %q", got)
		}
		slices.Reverse(b)
		c = tx.scan(tableMeta, []byte("b"))
		if got := walk(c, c.prev); !slices.Equal(got, b) {
			t.Errorf("backward: %q", got)
		}
		c = tx.scan(tableMeta, []byte("\xff"))
		if got := walk(c, c.prev); !slices.Equal(got, []string{"\xff\xff"}) {
			t.Errorf("at the end: %q", got)
		}
		c = tx.scan(tableMeta, []byte("b"))
		if !c.seek([]byte("bab")) || string(c.key()) != "bb" || !c.prev() || string(c.key()) != "ba" {
			t.Errorf("seek stands on %q", c.key())
		}
		if c.before([]byte("b")) {
			t.Errorf("before the first stands on %q", c.key())
		}
		if !c.before([]byte("bb")) || string(c.key()) != "ba" {
			t.Errorf("before stands on %q", c.key())
		}
		return nil
	})
}

func TestEveryFlippedBitIsFound(t *testing.T) {
	key, value := []byte("key"), []byte("value")
	k := &kv{}
	sealed := k.seal(tableUser, key, value)
	if got, err := unseal(tableUser, key, sealed); err != nil || !bytes.Equal(got, value) {
		t.Fatal(got, err)
	}
	for i := range sealed {
		for bit := range 8 {
			broken := bytes.Clone(sealed)
			broken[i] ^= 1 << bit
			if _, err := unseal(tableUser, key, broken); domain.KindOf(err) != domain.Damaged {
				t.Fatalf("byte %d, bit %d: %v", i, bit, err)
			}
		}
	}
	if _, err := unseal(tableDevice, key, sealed); err == nil {
		t.Error("a value of another table was taken")
	}
	if _, err := unseal(tableUser, []byte("kez"), sealed); err == nil {
		t.Error("a value of another key was taken")
	}
	for n := range sealed {
		if _, err := unseal(tableUser, key, sealed[:n]); err == nil {
			t.Errorf("a value cut to %d bytes was taken", n)
		}
	}
}

// failing makes every commit fail, before it happens or after.
func (f *fixture) failing(after bool, cause error) {
	f.engine.commitBolt = func(b *bolt.Tx) error {
		if after {
			f.must(b.Commit())
		} else {
			f.must(b.Rollback())
		}
		return cause
	}
}

func TestCommitThatFailsAtTheLastStepIsUncertain(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	events, stop := f.Watch(a.account.ID)
	defer stop()
	f.failing(true, syscall.EIO)
	_, err := f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: "Maybe"})
	kind(t, err, domain.Uncertain)
	if !errors.Is(err, syscall.EIO) {
		t.Error("the cause is lost")
	}
	if e := <-events; e.Subject != 0 || !e.ID.IsZero() {
		t.Errorf("the event is %+v, and should say that anything may have changed", e)
	}
	f.engine.commitBolt = (*bolt.Tx).Commit
	_, err = f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: "Never"})
	kind(t, err, domain.Unavailable)
	// What is read is what is there.
	c, err := f.Customers(f.ctx, a.owner)
	f.must(err)
	if len(c.Rows) != 2 || c.Rows[1].Name != "Maybe" {
		t.Errorf("read %d customers", len(c.Rows))
	}
	f.reopen()
	f.customer(a.owner, a.main.ID, "After")
}

func TestFullDiskSavesNothingAndGoesOn(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.failing(false, &os.PathError{Op: "write", Path: "t.db", Err: syscall.ENOSPC})
	_, err := f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: "Nordics"})
	kind(t, err, domain.Unavailable)
	f.engine.commitBolt = (*bolt.Tx).Commit
	f.customer(a.owner, a.main.ID, "Nordics")
}

func TestLargestSizeIsAFullDisk(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.engine.bolt.MaxSize = 1
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		_, err = f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: string(rune('一' + i))})
	}
	kind(t, err, domain.Unavailable)
	f.engine.bolt.MaxSize = maxSize
	f.customer(a.owner, a.main.ID, "Nordics")
}

func TestFailedDiskStopsWriting(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.failing(false, syscall.EIO)
	_, err := f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: "Nordics"})
	kind(t, err, domain.Unavailable)
	f.engine.commitBolt = (*bolt.Tx).Commit
	_, err = f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: "Nordics"})
	kind(t, err, domain.Unavailable)
	f.reopen()
	f.customer(a.owner, a.main.ID, "Nordics")
}

func TestWaitingForTheTurnCanBeCancelled(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.engine.turn <- struct{}{}
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	_, err := f.CreateCustomer(ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: "Nordics"})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-f.engine.turn
}

// A page that the file no longer has is a fault in the reader's own memory.
func TestFileCutUnderneathIsAnError(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	for i := range 200 {
		f.customer(a.owner, a.main.ID, string(rune('一'+i)))
	}
	f.damaged = true
	f.must(os.Truncate(f.Path(), 8192))
	f.trees.clear()
	_, err := f.Customers(f.ctx, a.owner)
	kind(t, err, domain.Damaged)
	_, err = f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: "Nordics"})
	if k := domain.KindOf(err); k != domain.Damaged && k != domain.Unavailable {
		t.Error(err)
	}
}

func TestOurOwnPanicsGoOn(t *testing.T) {
	f := create(t)
	defer func() {
		if recover() == nil {
			t.Error("the panic was swallowed")
		}
		f.tenant("Acme") // and nothing is left locked
	}()
	_ = f.updateFree(f.ctx, operator, func(*tx) error {
		var none []int
		_ = none[len(none)]
		return nil
	})
}

func TestChangeWithoutAuditEntryPanics(t *testing.T) {
	f := create(t)
	defer func() {
		if recover() == nil {
			t.Error("it went through")
		}
	}()
	_ = f.updateFree(f.ctx, operator, func(tx *tx) error { return tx.put(tableMeta, []byte("x"), nil) })
}
