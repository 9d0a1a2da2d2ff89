package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

func TestInitMakesAccountCustomerAndOwner(t *testing.T) {
	f := create(t)
	n := newAccount("Acme Fleet")
	n.Owner.Username, n.Account.Email, n.Owner.Email = "Ann", "ops@acme.example", "ann@acme.example"
	account, customer, owner, err := f.Init(f.ctx, operator, n)
	f.must(err)
	if customer.Name != "Acme Fleet HQ" || !customer.Parent.IsZero() || customer.Account != account.ID {
		t.Errorf("customer %+v", customer)
	}
	if account.Owner != owner.ID || owner.Customer != customer.ID || owner.Inactive || !owner.Activated || owner.Groups != domain.AccountAdministrator {
		t.Errorf("owner %+v of %+v", owner, account)
	}
	actor, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", goodPassword)
	f.must(err)
	detail, err := f.Account(f.ctx, actor)
	f.must(err)
	if detail.OwnerName != "Ann" || detail.Customers != 1 || detail.Users != 1 || detail.Devices != 0 || detail.Name != "Acme Fleet" {
		t.Errorf("%+v", detail)
	}
}

func TestInitRefusals(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	change := func(change func(*NewAccount)) NewAccount {
		n := newAccount("Bolt")
		change(&n)
		return n
	}
	for _, c := range []struct {
		name  string
		n     NewAccount
		want  domain.Kind
		field string
	}{
		{"name taken", change(func(n *NewAccount) { n.Account.Name = "ACME" }), domain.Conflict, "name"},
		{"username taken", change(func(n *NewAccount) { n.Owner.Username = "OWNER-acme" }), domain.Conflict, "owner.username"},
		{"email taken", change(func(n *NewAccount) { n.Owner.Email = "Owner@Acme.example" }), domain.Conflict, "owner.email"},
		{"no name", change(func(n *NewAccount) { n.Account.Name = "" }), domain.Invalid, "name"},
		{"bad country", change(func(n *NewAccount) { n.Account.Country = "XX" }), domain.Invalid, "country"},
		{"bad username", change(func(n *NewAccount) { n.Owner.Username = "a b" }), domain.Invalid, "owner.username"},
		{"bad customer", change(func(n *NewAccount) { n.Customer = strings.Repeat("x", 1000) }), domain.Invalid, "customer.name"},
		{"short password", change(func(n *NewAccount) { n.Password = "short" }), domain.Invalid, "password"},
	} {
		_, _, _, err := f.Init(f.ctx, operator, c.n)
		kind(t, err, c.want)
		if got := errorField(err); got != c.field {
			t.Errorf("%s: field %q, want %q (%v)", c.name, got, c.field, err)
		}
	}
	_, _, _, err := f.Init(f.ctx, a.owner, newAccount("Bolt"))
	kind(t, err, domain.Refused)
	accounts, err := f.Accounts(f.ctx, operator)
	f.must(err)
	if len(accounts) != 1 {
		t.Errorf("%d accounts", len(accounts))
	}
}

func errorField(err error) string {
	if e, ok := err.(*domain.Error); ok {
		return e.Field
	}
	return ""
}

func TestAccountsAreListedToTheOperatorAndOnesOwnToOthers(t *testing.T) {
	f := create(t)
	f.tenant("Zeta")
	a := f.tenant("acme")
	f.tenant("Bolt")
	names := func(actor domain.Actor) (names []string) {
		list, err := f.Accounts(f.ctx, actor)
		f.must(err)
		for _, a := range list {
			names = append(names, a.Name)
		}
		return names
	}
	if got := names(operator); !slices.Equal(got, []string{"acme", "Bolt", "Zeta"}) {
		t.Error(got)
	}
	if got := names(a.owner); !slices.Equal(got, []string{"acme"}) {
		t.Error(got)
	}
	_, err := f.Account(f.ctx, operator)
	kind(t, err, domain.Invalid)
	if !strings.Contains(err.Error(), "--account") {
		t.Error(err)
	}
}

func TestAccountHidesTheOwnerAndTheCountsFromBelow(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	c := f.customer(a.owner, a.main.ID, "Nordics")
	detail, err := f.Account(f.ctx, f.user(a.owner, c.ID, "tech", domain.AccountAdministrator))
	f.must(err)
	if detail.OwnerName != "" || detail.Customers != -1 || detail.Users != -1 || detail.Devices != -1 {
		t.Errorf("%+v", detail)
	}
}

func TestEditAccount(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	edit := a.account
	edit.Name, edit.Owner = "Acme Fleet", b.owner.User
	got, err := f.EditAccount(f.ctx, a.owner, edit)
	f.must(err)
	if got.Name != "Acme Fleet" || got.Owner != a.owner.User || got.Version != 2 {
		t.Errorf("%+v", got)
	}
	if e := f.lastEntry(a.account.ID); !slices.Equal(e.changes, []change{{"name", "Acme", "Acme Fleet"}}) {
		t.Errorf("%+v", e.changes)
	}
	before := f.lastEntry(a.account.ID).number
	_, err = f.EditAccount(f.ctx, a.owner, got)
	f.must(err)
	if f.lastEntry(a.account.ID).number != before {
		t.Error("an edit that changes nothing was noted")
	}
	_, err = f.EditAccount(f.ctx, a.owner, edit) // of version 1
	kind(t, err, domain.Conflict)
	if !strings.Contains(err.Error(), "you, elsewhere") {
		t.Error(err)
	}
	_, err = f.EditAccount(f.ctx, a.operator(), edit)
	kind(t, err, domain.Conflict)
	if !strings.Contains(err.Error(), "owner-acme") {
		t.Error(err)
	}
	got.Name = "bolt"
	_, err = f.EditAccount(f.ctx, a.owner, got)
	kind(t, err, domain.Conflict)
	got.Name, got.AddOns.AccessControl = "Acme", true
	_, err = f.EditAccount(f.ctx, a.owner, got)
	kind(t, err, domain.Refused)
	_, err = f.EditAccount(f.ctx, a.operator(), got)
	f.must(err)
	f.reopen()
	detail, err := f.Account(f.ctx, a.owner)
	f.must(err)
	if !detail.AddOns.AccessControl || detail.Name != "Acme" {
		t.Errorf("%+v", detail)
	}
}

func TestSuspendedAccountLetsNobodyIn(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	owner := f.seat(a.owner)
	edit := a.account
	edit.Suspended = true
	_, err := f.EditAccount(f.ctx, a.operator(), edit)
	f.must(err)
	_, err = f.Standing(f.ctx, owner)
	kind(t, err, domain.Unauthenticated)
	_, err = f.Standing(f.ctx, a.owner)
	kind(t, err, domain.Refused) // at the machine it is said why
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	kind(t, err, domain.Unauthenticated)
	_, err = f.Customers(f.ctx, a.operator())
	f.must(err)
}

// TestNobodyWaitsForHavingTriedASuspendedAccount: their tries with the right
// password failed in the same words as any, and are counted as any, for otherwise
// a guess would show; but once the account is open again they aren't held against
// them, and the audit trail has them all the same.
func TestNobodyWaitsForHavingTriedASuspendedAccount(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.suspend(a.operator(), true)
	for n := range freeFailures + 1 {
		f.fails(fmt.Sprintf("192.0.2.%d:4022", n), "owner-acme", goodPassword)
	}
	if r := f.failuresOf(a.owner); !r.locked(f.clock.read()) {
		t.Errorf("a guess shows: %+v", r)
	}
	f.suspend(a.operator(), false)
	_, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	f.clock.add(gatheredFor)
	_, err = f.NoteFailures(f.ctx, operator)
	f.must(err)
	if rows := f.failedRows(a.owner); len(rows) != 1 {
		t.Errorf("%+v", rows)
	}
}
