package store

import (
	"fmt"
	"slices"
	"testing"

	"tenantry/domain"
)

func TestUsersAreListedByCustomerAndName(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	aarhus := f.customer(a.owner, nordics.ID, "Aarhus")
	f.user(a.owner, aarhus.ID, "zoe", 0)
	f.user(a.owner, aarhus.ID, "Abe", 0)
	nora := f.user(a.owner, nordics.ID, "nora", domain.AccountAdministrator|domain.NestedCustomerAdministrator)
	admin := f.user(a.owner, nordics.ID, "admin", domain.AccountAdministrator)
	list := func(actor domain.Actor, q UserQuery) (names []string) {
		for {
			users, err := f.Users(f.ctx, actor, q)
			f.must(err)
			for _, row := range users.Rows {
				names = append(names, row.Username)
			}
			if q.Cursor = users.Next; q.Cursor == "" {
				if len(names) != users.Total {
					t.Errorf("%d listed of %d", len(names), users.Total)
				}
				return names
			}
		}
	}
	for _, c := range []struct {
		who  domain.Actor
		q    UserQuery
		want []string
	}{
		{a.owner, UserQuery{}, []string{"owner-acme", "admin", "nora", "Abe", "zoe"}},
		{a.owner, UserQuery{Page: Page{Limit: 2}}, []string{"owner-acme", "admin", "nora", "Abe", "zoe"}},
		{a.owner, UserQuery{Page: Page{Limit: 1}, Filter: "NORA"}, []string{"nora"}},
		{a.owner, UserQuery{Customer: nordics.ID}, []string{"admin", "nora"}},
		{a.owner, UserQuery{Customer: nordics.ID, Below: true}, []string{"admin", "nora", "Abe", "zoe"}},
		{a.owner, UserQuery{Filter: "aarhus user"}, []string{"Abe", "zoe"}},
		{a.owner, UserQuery{Filter: "none"}, nil},
		{nora, UserQuery{}, []string{"admin", "nora", "Abe", "zoe"}},
		{admin, UserQuery{}, []string{"admin", "nora"}},
		{admin, UserQuery{Customer: nordics.ID, Below: true}, []string{"admin", "nora"}},
	} {
		if got := list(c.who, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.q, got, c.want)
		}
	}
	_, err := f.Users(f.ctx, admin, UserQuery{Customer: aarhus.ID})
	kind(t, err, domain.Refused)
	_, err = f.Users(f.ctx, nora, UserQuery{Customer: a.main.ID})
	kind(t, err, domain.NotFound)
	for _, cursor := range []string{"!", writeCursor("gone")} {
		_, err = f.Users(f.ctx, nora, UserQuery{Page: Page{Cursor: cursor}})
		kind(t, err, domain.Invalid)
	}
	users, err := f.Users(f.ctx, a.owner, UserQuery{})
	f.must(err)
	if !users.Rows[0].Owner || users.Rows[1].Owner || users.Rows[3].CustomerPath != "Acme HQ/Nordics/Aarhus" {
		t.Errorf("%+v", users.Rows)
	}
}

func TestCreateUser(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	nora := f.user(a.owner, nordics.ID, "nora", domain.AccountAdministrator)
	if standing, err := f.Standing(f.ctx, nora); err != nil || !standing.User.MustChange || !standing.User.Activated || standing.User.CreatedBy != a.owner.User {
		t.Errorf("%+v %v", standing.User, err)
	}
	made := f.lastEntry(a.account.ID)
	if made.action != "user.create" || made.name != "nora" || !slices.Equal(made.where, ids(nordics.ID)) {
		t.Errorf("%+v", made)
	}
	depot := f.location(a, a.main.ID, "Depot")
	for _, c := range []struct {
		name     string
		who      domain.Actor
		u        domain.User
		password string
		want     domain.Kind
		field    string
	}{
		{"name taken", nora, domain.User{Customer: nordics.ID, Username: "NORA"}, goodPassword, domain.Conflict, "username"},
		{"name taken elsewhere", nora, domain.User{Customer: nordics.ID, Username: "owner-bolt"}, goodPassword, domain.Conflict, "username"},
		{"email taken", nora, domain.User{Customer: nordics.ID, Username: "new1", Email: "OWNER@acme.example"}, goodPassword, domain.Conflict, "email"},
		{"bad name", nora, domain.User{Customer: nordics.ID, Username: ""}, goodPassword, domain.Invalid, "username"},
		{"bad password", nora, domain.User{Customer: nordics.ID, Username: "new2"}, "short", domain.Invalid, "password"},
		{"above", nora, domain.User{Customer: a.main.ID, Username: "new3"}, goodPassword, domain.NotFound, "customer"},
		{"elsewhere", nora, domain.User{Customer: b.main.ID, Username: "new3"}, goodPassword, domain.NotFound, "customer"},
		{"nowhere", nora, domain.User{Username: "new3"}, goodPassword, domain.NotFound, "customer"},
		{"over the ceiling", nora, domain.User{Customer: nordics.ID, Username: "new4", Groups: domain.NestedCustomerAdministrator}, goodPassword, domain.Refused, "groups"},
		{"location above", nora, domain.User{Customer: nordics.ID, Username: "new5", Locations: ids(depot.ID)}, goodPassword, domain.NotFound, "locations"},
	} {
		_, err := f.CreateUser(f.ctx, c.who, c.u, Start{Password: c.password})
		kind(t, err, c.want)
		if errorField(err) != c.field {
			t.Errorf("%s: field %q (%v)", c.name, errorField(err), err)
		}
	}
	aase, err := f.CreateUser(f.ctx, a.operator(), domain.User{Customer: nordics.ID, Username: "Aase", Email: "aase@acme.example"}, Start{Password: goodPassword})
	f.must(err)
	u := aase.User
	if u.MustChange {
		t.Error("the operator's choice was overruled")
	}
	for _, name := range []string{"aase", " AASE ", "Aase@ACME.example"} {
		actor, err := f.SignIn(f.ctx, domain.DoorConsole, "", name, goodPassword)
		if err != nil || actor.User != u.ID {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestManyUsersPageWithoutGaps(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.inTx(func(tx *tx) error {
		for i := range 250 {
			id, err := tx.newID()
			if err != nil {
				return err
			}
			u := domain.User{ID: id, Account: a.account.ID, Customer: a.main.ID, Username: fmt.Sprintf("u%03d", i)}
			if err := tx.putUser(u); err != nil {
				return err
			}
		}
		return nil
	})
	q, seen := UserQuery{}, 0
	for {
		users, err := f.Users(f.ctx, a.owner, q)
		f.must(err)
		seen += len(users.Rows)
		if users.Total != 251 || len(users.Rows) > defaultLimit {
			t.Fatalf("%d rows of %d", len(users.Rows), users.Total)
		}
		if q.Cursor = users.Next; q.Cursor == "" {
			break
		}
	}
	if seen != 251 {
		t.Errorf("%d seen", seen)
	}
}
