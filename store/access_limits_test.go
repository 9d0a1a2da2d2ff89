package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// crossing is an account whose history is of several customers, mixed, with the
// same RFID token at all of them.
type crossing struct {
	*fixture
	tenant
	customers []domain.Customer
	clerk     domain.Actor // of the first customer
	above     domain.Actor // of the main one
}

func newCrossing(t *testing.T) *crossing {
	f := create(t)
	x := &crossing{fixture: f, tenant: f.tenant("Acme")}
	f.addOn(x.tenant)
	var gates []domain.ID
	for i := range 5 {
		c := f.customer(x.owner, x.main.ID, fmt.Sprint("Depot ", i))
		x.customers = append(x.customers, c)
		gates = append(gates, f.device(x.owner, place{customer: c.ID}))
	}
	f.customer(x.owner, x.customers[0].ID, "Yard")
	var events []AccessInput
	for i := range 120 {
		e := f.passed(gates[i*i%5], fmt.Sprint("e", i), fmt.Sprint(7+i%2), time.Duration(i)*time.Minute)
		if i%11 == 0 {
			e.Status = domain.AccessRejected
		}
		events = append(events, e)
	}
	f.send(x.operator(), domain.AccessAdded, events...)
	x.clerk = f.user(x.owner, x.customers[0].ID, "clerk", domain.AccessControlManagement)
	x.above = f.user(x.owner, x.main.ID, "above", domain.AccessControlManagement)
	return x
}

// pages are the events of a query over as many pages as there are, and how many
// of these ended short, with the time to which they looked.
func (x *crossing) pages(actor domain.Actor, q AccessQuery) (events string, short int) {
	x.t.Helper()
	var text strings.Builder
	for more := true; more; more = q.Cursor != "" {
		list, err := x.AccessEvents(x.ctx, actor, q)
		x.must(err)
		switch full := len(list.Rows) == q.Limit; {
		case list.Next == q.Cursor && list.Next != "":
			x.t.Fatal("a page leads to itself")
		case list.Next != "" && full != list.LookedTo.IsZero(), list.Next == "" && !list.LookedTo.IsZero():
			x.t.Errorf("%d rows, looked to %v", len(list.Rows), list.LookedTo)
		case list.Next != "" && !full:
			short++
		}
		for _, e := range list.Rows {
			text.WriteString(e.Event + " ")
		}
		q.Cursor = list.Next
	}
	return text.String(), short
}

// TestAccessListsTheSameWithinAnyLimit: what a page may look at decides how it is
// found, never what.
func TestAccessListsTheSameWithinAnyLimit(t *testing.T) {
	x := newCrossing(t)
	queries := map[string]AccessQuery{
		"all": {}, "rfid": {RFID: "7"}, "status": {Status: domain.AccessRejected}, "both": {RFID: "8", Status: domain.AccessRejected},
		"own": {Customer: x.customers[0].ID}, "below": {Customer: x.customers[0].ID, Below: true, RFID: "7"},
		"words": {Filter: "depot 0"}, "from": {RFID: "7", From: x.clock.read().Add(-time.Hour)},
	}
	actors := map[string]domain.Actor{"the clerk": x.clerk, "somebody above": x.above, "the owner": x.owner}
	want := map[string]string{}
	for what, q := range queries {
		for who, actor := range actors {
			q.Limit = 1000
			events, short := x.pages(actor, q)
			if want[who+what] = events; short != 0 || events == "" {
				t.Errorf("%s of %s: %q in %d short pages", what, who, events, short)
			}
		}
	}
	usual := x.accessLimits
	for name, limit := range map[string]func(*accessLimits){
		"strays": func(l *accessLimits) { l.strays = 3 }, "looks": func(l *accessLimits) { l.looks = 4 },
		"merges": func(l *accessLimits) { l.merges = 1 }, "none merged": func(l *accessLimits) { l.merges = 0 },
		"all": func(l *accessLimits) { *l = accessLimits{looks: 2, strays: 1, counts: 2, reads: 2} },
	} {
		x.accessLimits = usual
		limit(&x.accessLimits)
		shorts := 0
		for what, q := range queries {
			for who, actor := range actors {
				for _, q.Limit = range []int{3, 50} {
					events, short := x.pages(actor, q)
					shorts += short
					if events != want[who+what] {
						t.Errorf("%s, %s of %s, %d a page:\n%s\nwant\n%s", name, what, who, q.Limit, events, want[who+what])
					}
				}
			}
		}
		if looks := name == "looks" || name == "all"; looks && shorts == 0 {
			t.Errorf("%s: no page ended short", name)
		}
	}
}

// TestAccessTellsNothingByHowItEnds: events out of reach between those that are
// listed neither end a page nor move the time to which it looked.
func TestAccessTellsNothingByHowItEnds(t *testing.T) {
	x := newCrossing(t)
	x.accessLimits.strays, x.accessLimits.looks = 3, 4
	q := AccessQuery{RFID: "7", Status: domain.AccessRejected, Page: Page{Limit: 1}}
	before, err := x.AccessEvents(x.ctx, x.clerk, q)
	x.must(err)
	var others []AccessInput
	for i := range 40 {
		gate := x.device(x.owner, place{customer: x.customers[3].ID})
		others = append(others, x.passed(gate, "other", "7", time.Duration(i)*time.Minute+30*time.Second))
	}
	x.send(x.operator(), domain.AccessAdded, others...)
	after, err := x.AccessEvents(x.ctx, x.clerk, q)
	x.must(err)
	if fmt.Sprint(before.Rows, before.Next, before.LookedTo) != fmt.Sprint(after.Rows, after.Next, after.LookedTo) {
		t.Errorf("what others did shows:\n%+v\n%+v", before, after)
	}
}

// TestAnAccessImportIsCancelledMidway: what was saved stays and is told, and the
// same file again adds the rest.
func TestAnAccessImportIsCancelledMidway(t *testing.T) {
	x := newCrossing(t)
	gate := x.device(x.owner, place{customer: x.customers[0].ID})
	var file strings.Builder
	const lines = 2*MaxAccessBatch + 10
	for i := range lines {
		fmt.Fprintf(&file, `{"id":"n%d","at":"2026-01-02T08:00:00Z","rfid":"1","device_id":"%s","status":"approved"}`+"\n", i, gate)
	}
	ctx, cancel := context.WithCancel(x.ctx)
	told := 0
	in, err := x.ImportAccess(ctx, x.operator(), strings.NewReader(file.String()), AccessImporting{
		Each: func(AccessRow) { told++ }, Progress: func(int, int) { cancel() },
	})
	if !errors.Is(err, context.Canceled) || in.Added != MaxAccessBatch || in.Lines != MaxAccessBatch || told != MaxAccessBatch {
		t.Fatalf("%+v, told of %d, %v", in, told, err)
	}
	if list, err := x.AccessEvents(x.ctx, x.owner, AccessQuery{Device: gate, Page: Page{Limit: 1}}); err != nil || list.Total != min(MaxAccessBatch, x.accessLimits.counts) {
		t.Errorf("%d are there, %v", list.Total, err)
	}
	in, err = x.ImportAccess(x.ctx, x.operator(), strings.NewReader(file.String()), AccessImporting{})
	if err != nil || in.Already != MaxAccessBatch || in.Added != lines-MaxAccessBatch || in.Failed != 0 {
		t.Errorf("again: %+v, %v", in, err)
	}
}

// TestAccessEventsAreHeardOf by whoever watches the account, and by nobody else.
func TestAccessEventsAreHeardOf(t *testing.T) {
	x := newCrossing(t)
	other := x.fixture.tenant("Bolt")
	gate := x.device(x.owner, place{customer: x.customers[0].ID})
	mine, stop := x.Watch(x.account.ID)
	defer stop()
	theirs, stopTheirs := x.Watch(other.account.ID)
	defer stopTheirs()
	event := x.passed(gate, "new", "7", time.Second)
	x.send(x.operator(), domain.AccessAdded, event)
	if e := <-mine; e.Subject != SubjectAccess || e.Account != x.account.ID {
		t.Errorf("%+v", e)
	}
	if len(mine) != 0 || len(theirs) != 0 {
		t.Errorf("%d events more, %d for the other account", len(mine), len(theirs))
	}
	if _, err := x.ImportAccess(x.ctx, x.clerk, strings.NewReader("{}\n"), AccessImporting{}); domain.KindOf(err) != domain.Refused {
		t.Error(err)
	}
	x.send(x.operator(), domain.AccessAlreadyThere, event)
	if len(mine) != 0 {
		t.Error("nothing changed, and was told")
	}
}
