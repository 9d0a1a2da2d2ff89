package store

import (
	"fmt"
	"testing"
	"time"

	"tenantry/domain"
)

// furnishAccess fills the tables of the access history, that of heirs too: with
// events of a device that was with a customer who is gone afterwards.
func (f *fixture) furnishAccess(a tenant, at place, device domain.ID) {
	f.t.Helper()
	yard := f.customer(a.owner, at.customer, "Yard")
	stand := func(from, to place) {
		f.inTx(func(tx *tx) error { return tx.setOwner(a.account.ID, device, from, to) })
	}
	stand(at, place{yard.ID, at.location})
	f.send(a.operator(), domain.AccessAdded, f.passed(device, "gate-1", "0004815162", time.Hour), f.passed(device, "gate-2", "42", time.Minute))
	stand(place{yard.ID, at.location}, at)
	f.must(f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: yard.ID}))
}

// passed is an event at a device, some minutes before now.
func (f *fixture) passed(device domain.ID, event, digits string, ago time.Duration) AccessInput {
	return AccessInput{Device: device, AccessReport: domain.AccessReport{
		Event: event, At: f.clock.read().Add(-ago), RFID: digits, Status: domain.AccessApproved,
	}}
}

// send sends events and asks for one result in each.
func (f *fixture) send(actor domain.Actor, want domain.AccessResult, events ...AccessInput) []AccessResult {
	f.t.Helper()
	results, err := f.AddAccessEvents(f.ctx, actor, events, nil)
	f.must(err)
	for i, r := range results {
		if r.Result != want {
			f.t.Fatalf("event %d: %s (%v), want %s", i, r.Result, r.Fault, want)
		}
	}
	return results
}

// history lists events and answers their senders' identities, in order.
func (f *fixture) accessIDs(actor domain.Actor, q AccessQuery) string {
	f.t.Helper()
	list, err := f.AccessEvents(f.ctx, actor, q)
	f.must(err)
	text := ""
	for _, e := range list.Rows {
		text += e.Event + " "
	}
	return text
}

func TestAccessEventsAreKeptAsTheyCameIn(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.addOn(a)
	depot := f.location(a, a.main.ID, "Depot")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	gate := f.device(a.owner, place{nordics.ID, depot.ID})
	anna := f.user(a.owner, nordics.ID, "anna", 0)
	f.rfid(a.owner, anna.User, "0001234")
	gateway := f.user(a.owner, a.main.ID, "gateway", domain.AccessControlManagement|domain.FullDeviceAccess|domain.DeviceManagement)
	clerk := f.user(a.owner, nordics.ID, "clerk", domain.AccessControlManagement)

	first := f.passed(gate, "e1", "0001234", time.Hour)
	id := f.send(gateway, domain.AccessAdded, first)[0].ID
	f.send(gateway, domain.AccessAlreadyThere, first)
	other := first
	other.Status = domain.AccessRejected
	f.send(gateway, domain.AccessConflict, other)
	f.send(gateway, domain.AccessAdded, f.passed(gate, "e2", "99", time.Minute))

	if got := f.accessIDs(clerk, AccessQuery{}); got != "e2 e1 " {
		t.Errorf("the history is %q", got)
	}
	e, err := f.AccessEvent(f.ctx, clerk, id)
	f.must(err)
	if e.Holder != anna.User || e.HolderName != "User anna" || e.RFID != "0001234" || e.LocationName != "Depot" ||
		e.CustomerPath != "Acme HQ/Nordics" || e.Status != domain.AccessApproved || !e.At.Equal(first.At) || e.From != "" {
		t.Errorf("%+v", e)
	}

	f.must(f.DeleteUser(f.ctx, a.owner, anna.User))
	f.must(f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: nordics.ID, UsersTo: a.main.ID}))
	e, err = f.AccessEvent(f.ctx, a.owner, id)
	f.must(err)
	if e.HolderName != "User anna" || e.Customer != a.main.ID || e.CustomerPath != "Acme HQ/Nordics" {
		t.Errorf("after the deletion: %+v", e)
	}
	above := f.user(a.owner, a.main.ID, "above", domain.AccessControlManagement)
	for _, q := range []AccessQuery{{}, {Customer: a.main.ID}, {Customer: a.main.ID, Below: true}, {Holder: anna.User, RFID: "0001234"}} {
		for _, actor := range []domain.Actor{a.owner, above} {
			if got := f.accessIDs(actor, q); got != "e2 e1 " && got != "e1 " {
				t.Errorf("%+v: %q", q, got)
			}
		}
	}
}

func TestAccessPages(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.addOn(a)
	var devices []domain.ID
	for i := range 5 {
		c := f.customer(a.owner, a.main.ID, fmt.Sprint("Depot ", i))
		devices = append(devices, f.device(a.owner, place{customer: c.ID}))
	}
	var events []AccessInput
	for i := range 500 {
		events = append(events, f.passed(devices[i*7%5], fmt.Sprint(i), fmt.Sprint(i%20), time.Duration(i*31%500)*time.Minute))
	}
	f.send(a.operator(), domain.AccessAdded, events...)
	whole := f.accessIDs(a.owner, AccessQuery{Page: Page{Limit: 1000}})
	clerk := f.user(a.owner, a.main.ID, "clerk", domain.AccessControlManagement)
	for _, actor := range []domain.Actor{a.owner, clerk} {
		paged, q := "", AccessQuery{Page: Page{Limit: 7}}
		for more := true; more; more = q.Cursor != "" {
			list, err := f.AccessEvents(f.ctx, actor, q)
			f.must(err)
			if list.Total != 500 || !list.Exact {
				t.Fatalf("total %d, exact %v", list.Total, list.Exact)
			}
			for _, e := range list.Rows {
				paged += e.Event + " "
			}
			q.Cursor = list.Next
		}
		if paged != whole {
			t.Errorf("the pages hold something else:\n%s\n%s", paged, whole)
		}
	}
}
