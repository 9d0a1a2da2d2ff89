package store

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"tenantry/domain"
)

// TestManyAtOnce has readers, writers, watchers and people signing in at one
// database; the race detector and the check at the end are the judges.
func TestManyAtOnce(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	const rounds = 15
	var wait sync.WaitGroup
	var failed atomic.Pointer[error]
	do := func(step func(i int) error) {
		wait.Go(func() {
			for i := range rounds {
				if err := step(i); err != nil {
					failed.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	for w, n := range []tenant{a, a, b} {
		do(func(i int) error {
			_, err := f.CreateCustomer(f.ctx, n.owner, domain.Customer{Parent: n.main.ID, Name: fmt.Sprintf("Depot %d-%d", w, i)})
			return err
		})
		do(func(i int) error {
			var unit domain.UnitID
			unit[0], unit[1] = byte(w), byte(i)
			_, err := f.RegisterDevice(f.ctx, n.owner, domain.Device{Customer: n.main.ID, UnitID: unit, Name: "Van"})
			return err
		})
		do(func(int) error {
			c, err := f.Customers(f.ctx, n.owner)
			if err == nil && c.Rows[0].DevicesBelow < c.Rows[0].Devices {
				err = fmt.Errorf("counts of two moments: %+v", c.Rows[0])
			}
			return err
		})
		do(func(int) error {
			_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-"+domain.Fold(n.account.Name), goodPassword)
			if domain.KindOf(err) == domain.Unauthenticated {
				err = nil // so many at once look like an attack
			}
			return err
		})
		do(func(int) error {
			events, stop := f.Watch(n.account.ID)
			<-events
			stop()
			return nil
		})
	}
	done := make(chan struct{})
	go func() { // keeps the watchers from waiting for ever
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				for _, n := range []tenant{a, b} {
					edit := n.account
					edit.Email, edit.Version = fmt.Sprintf("ops%d@acme.example", i%2), 0
					_, _ = f.EditAccount(f.ctx, n.owner, edit)
				}
			}
		}
	}()
	wait.Wait()
	close(done)
	if err := failed.Load(); err != nil {
		t.Fatal(*err)
	}
}

func TestNothingWorksAfterClosing(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.reopenAfter(func() {
		_, err := f.Customers(f.ctx, a.owner)
		kind(t, err, domain.Unavailable)
		_, err = f.CreateCustomer(f.ctx, a.owner, domain.Customer{Parent: a.main.ID, Name: "Late"})
		kind(t, err, domain.Unavailable)
		f.must(f.Close())
	})
}
