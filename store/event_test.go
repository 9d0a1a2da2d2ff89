package store

import (
	"sync"
	"testing"

	"tenantry/domain"
)

func TestWatchersHearOfEachCommitInOrder(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	all, stopAll := f.Watch(domain.ID{})
	mine, stopMine := f.Watch(a.account.ID)
	theirs, stopTheirs := f.Watch(b.account.ID)
	defer stopTheirs()
	first := f.customer(a.owner, a.main.ID, "Nordics")
	f.user(a.owner, first.ID, "tech", domain.DeviceManagement)
	e := <-mine
	if e.Account != a.account.ID || e.Subject != SubjectCustomer || e.ID != first.ID {
		t.Errorf("first %+v", e)
	}
	next := <-mine
	if next.Subject != SubjectUser || next.Number != e.Number+1 {
		t.Errorf("second %+v after %+v", next, e)
	}
	if len(theirs) != 0 {
		t.Error("the other account heard of it")
	}
	if len(all) != 2 {
		t.Errorf("%d events for who watches all", len(all))
	}
	stopMine()
	stopMine()
	stopAll()
	f.customer(a.owner, a.main.ID, "Iberia")
	if _, open := <-mine; open {
		t.Error("an event after the end of watching")
	}
}

func TestRefusalIsNoEvent(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.user(a.owner, a.main.ID, "tech", domain.DeviceManagement)
	events, stop := f.Watch(a.account.ID)
	defer stop()
	_, err := f.CreateCustomer(f.ctx, tech, domain.Customer{Parent: a.main.ID, Name: "Mine"})
	kind(t, err, domain.Refused)
	if len(events) != 0 {
		t.Errorf("%+v", <-events)
	}
}

func TestSlowWatcherLosesNoNews(t *testing.T) {
	var w watchers
	account := domain.ID{1}
	events, stop := w.add(account)
	for i := range 10 * watchBuffer {
		w.tell(Event{Account: account, Subject: SubjectDevice, ID: domain.ID{byte(i), 1}})
	}
	stop()
	var last Event
	count, folded := 0, false
	for e := range events {
		if e.Number <= last.Number {
			t.Fatalf("number %d after %d", e.Number, last.Number)
		}
		folded = folded || e.Subject == 0 && e.ID.IsZero()
		last = e
		count++
	}
	if count != watchBuffer || !folded || last.Number != 10*watchBuffer || last.Subject != 0 {
		t.Errorf("%d events, folded %v, the last %+v", count, folded, last)
	}
}

func TestWatchingEndsWithTheDatabase(t *testing.T) {
	f := create(t)
	events, stop := f.Watch(domain.ID{})
	f.reopenAfter(func() {
		if _, open := <-events; open {
			t.Error("the channel is still open")
		}
		late, _ := f.Watch(domain.ID{})
		if _, open := <-late; open {
			t.Error("watching a closed database")
		}
		stop()
	})
}

func TestWatchersComeAndGoWhileOthersCommit(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 20 {
				events, stop := f.Watch(a.account.ID)
				select {
				case <-events:
				default:
				}
				stop()
			}
		})
	}
	for i := range 20 {
		f.customer(a.owner, a.main.ID, string(rune('a'+i)))
	}
	wait.Wait()
}
