package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// allAudit reads every page of a query.
func (f *fixture) allAudit(actor domain.Actor, q AuditQuery) []AuditRow {
	f.t.Helper()
	var rows []AuditRow
	for {
		list, err := f.Audit(f.ctx, actor, q)
		f.must(err)
		rows = append(rows, list.Rows...)
		if list.Next == "" {
			if list.AtLeast || list.Total != len(rows) {
				f.t.Errorf("%d rows of %d, at least %v", len(rows), list.Total, list.AtLeast)
			}
			return rows
		}
		q.Cursor = list.Next
	}
}

// texts are the lines of rows.
func texts(rows []AuditRow) []string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, r.Who+" "+r.Text)
	}
	return lines
}

func TestAuditTellsWhatWasDone(t *testing.T) {
	f, a := furnished(t)
	for _, line := range texts(f.allAudit(a.owner, AuditQuery{})) {
		t.Log(line)
	}
}

// everyEntry are all entries of an account, the newest first.
func (f *fixture) everyEntry(account domain.ID) (all []*entry) {
	f.t.Helper()
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		c := tx.scan(tableAudit, key1(account))
		for c.next() {
			e, err := entryFromValue(c.key(), c.value())
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return c.err()
	}))
	slices.Reverse(all)
	return all
}

// TestAuditListIsTheEntriesThatPassTheCheck: for everybody, and for queries of
// each kind, in pages of each size.
func TestAuditListIsTheEntriesThatPassTheCheck(t *testing.T) {
	i := newIsolated(t)
	i.busy()
	all := i.everyEntry(i.account.ID)
	half := all[len(all)/2].at
	for _, who := range i.actors {
		if who.actor.Account.IsZero() || who.anything {
			continue
		}
		for name, q := range map[string]AuditQuery{
			"all": {}, "refused": {Outcome: OutcomeRefused}, "devices": {Action: "device."}, "assign": {Action: "device.assign"},
			"from": {From: half}, "to": {To: half}, "between": {From: all[len(all)-3].at, To: half}, "machine": {Door: domain.DoorMachine},
			"here": {Customer: i.nordics.ID}, "below": {Customer: i.nordics.ID, Below: true}, "child": {Customer: i.at["a child"].customer},
			"nobody": {Who: "nora"}, "words": {Filter: "assigned 1"},
		} {
			list, err := i.Audit(i.ctx, who.actor, q)
			if domain.KindOf(err) == domain.NotFound {
				continue // the customer is out of reach
			}
			i.must(err)
			if list.Reason != "" {
				if len(list.Rows) > 0 {
					t.Errorf("%s, %s: rows and %q", who.name, name, list.Reason)
				}
				continue
			}
			var want []domain.ID
			may, err := i.Standing(i.ctx, who.actor)
			i.must(err)
			for _, e := range all {
				row := i.naively(who.actor, may.Rights, q, e)
				if row {
					want = append(want, e.id)
				}
			}
			for _, limit := range []int{1, 3, 1000} {
				q.Limit = limit
				var got []domain.ID
				for _, row := range i.allAudit(who.actor, q) {
					got = append(got, row.Entry)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, %s, by %d: %d entries, want %d", who.name, name, limit, len(got), len(want))
				}
			}
			t.Logf("%s, %s: %d", who.name, name, len(want))
		}
	}
}

// naively decides on one entry from what PRODUCT says and no index.
func (i *isolated) naively(actor domain.Actor, may *domain.Rights, q AuditQuery, e *entry) bool {
	in := false
	for _, w := range e.where {
		if !q.Customer.IsZero() && w != q.Customer && !(q.Below && may.Tree().Within(w, q.Customer)) {
			continue
		}
		if may.Owner() || may.Operator() {
			in = true
			continue
		}
		held := may.User().Groups
		own := w == may.User().Customer
		nested := !own && may.Tree().Within(w, may.User().Customer)
		if held.Has(domain.AccountAdministrator) && (own || nested && held.Has(domain.NestedCustomerAdministrator)) {
			in = true
		}
	}
	if q.Customer.IsZero() && (may.Owner() || may.Operator()) {
		in = true
	}
	if !in {
		return false
	}
	row, err := i.AuditEntry(i.ctx, actor, e.id)
	i.must(err)
	for _, word := range strings.Fields(q.Filter) {
		if !strings.Contains(strings.ToLower(row.Text), word) {
			return false
		}
	}
	return (q.Outcome == "" || row.Outcome == q.Outcome) && (q.Door == 0 || row.Door == q.Door) &&
		(q.Action == "" || strings.HasPrefix(row.Action, q.Action)) && (q.Who == "" || row.Who == q.Who) &&
		(q.From.IsZero() || !e.at.Before(q.From)) && (q.To.IsZero() || e.at.Before(q.To))
}

// busy has people do and try things, some of which concern several customers.
func (i *isolated) busy() {
	nora := i.actors[0].actor
	child, parent, sibling := i.at["a child"].customer, i.at["the parent"].customer, i.at["a sibling"].customer
	move := func(by domain.Actor, to domain.ID, devices ...domain.ID) {
		i.clock.add(time.Minute)
		_, err := i.RunBulk(i.ctx, by, Assignment{To: to, Devices: devices}, nil)
		i.must(err)
	}
	van, other := i.device(i.owner, place{customer: child}), i.device(i.owner, place{customer: sibling})
	move(i.owner, parent, van, other)
	move(i.owner, sibling, van, other)
	move(i.owner, child, van)
	move(nora, i.nordics.ID, van)
	for _, id := range ids(sibling, domain.ID{9}, child) {
		_, err := i.MoveCustomer(i.ctx, nora, id, i.nordics.ID)
		if domain.KindOf(err) != domain.NotFound {
			i.must(err)
		}
	}
	_, err := i.MoveCustomer(i.ctx, i.owner, i.customer(i.owner, sibling, "Wanderer").ID, i.nordics.ID)
	i.must(err)
	moved, err := i.User(i.ctx, i.owner, i.at["a sibling"].user)
	i.must(err)
	_, err = i.MoveUser(i.ctx, i.owner, moved.ID, child, false)
	i.must(err)
	gone := i.user(i.owner, child, "brief", domain.DeviceManagement)
	i.must(i.DeleteUser(i.ctx, i.owner, gone.User))
	i.must(i.DeleteCustomer(i.ctx, i.owner, DeleteCustomer{ID: i.customer(i.owner, child, "Brief").ID}))
}

// TestARareEntryIsFoundPageByPage: a filter that finds little answers early, and
// its cursor goes on.
func TestARareEntryIsFoundPageByPage(t *testing.T) {
	f := scratched(t)
	a := f.tenant("Acme")
	f.inTx(func(tx *tx) error {
		for n := range 2*auditLooked + 10 {
			e := entry{action: "device.edit", subject: SubjectDevice, name: "Van", where: ids(a.main.ID)}
			if n == 5 {
				e.name = "Needle"
			}
			if _, err := tx.audit(a.account.ID, e); err != nil {
				return err
			}
		}
		return nil
	})
	q, pages, rows := AuditQuery{Filter: "needle"}, 0, 0
	for {
		list, err := f.Audit(f.ctx, a.owner, q)
		f.must(err)
		pages++
		rows += len(list.Rows)
		if (list.Next != "") != list.AtLeast {
			t.Errorf("page %d: next %q, at least %v", pages, list.Next, list.AtLeast)
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			break
		}
	}
	if rows != 1 || pages < 2*auditTold || pages > 2*auditTold+2 {
		t.Errorf("%d found in %d pages", rows, pages)
	}
	all, err := f.Audit(f.ctx, a.owner, AuditQuery{Page: Page{Limit: maxLimit}})
	f.must(err)
	if len(all.Rows) == 0 || all.Total < 2*auditLooked || all.AtLeast {
		t.Errorf("%d rows of %d", len(all.Rows), all.Total)
	}
}
