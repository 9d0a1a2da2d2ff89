package store

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tenantry/domain"
)

// TestAuditTellsNothingOfElsewhere: things that came from out of reach, went
// there, or were done there together with something in reach.
func TestAuditTellsNothingOfElsewhere(t *testing.T) {
	i := newIsolated(t)
	child := i.at["a child"].customer
	secret := i.customer(i.owner, i.main.ID, "SECRET")
	hidden := i.customer(i.owner, secret.ID, "SECRET below")
	yard, depot := i.location(i.tenant, secret.ID, "SECRET yard"), i.at["its own"].location
	boss := i.user(i.owner, i.main.ID, "secret-boss", domain.AllGroups&^domain.AccessControlManagement)
	boss.From = "SECRET address"

	// Customers that come and go, and one that goes for good.
	for n, by := range []domain.Actor{i.owner, boss} {
		c := i.customer(by, hidden.ID, fmt.Sprint("Wanderer ", n))
		i.device(by, place{c.ID, yard.ID})
		for _, to := range ids(child, secret.ID, i.nordics.ID) {
			_, err := i.MoveCustomer(i.ctx, by, c.ID, to)
			i.must(err)
		}
		left := i.user(by, c.ID, fmt.Sprint("left", n), domain.DeviceManagement)
		i.must(i.DeleteCustomer(i.ctx, by, DeleteCustomer{ID: c.ID, UsersTo: hidden.ID}))
		_, err := i.MoveUser(i.ctx, by, left.User, child, false)
		i.must(err)
	}
	// Users limited to locations of elsewhere.
	tom := i.user(i.owner, secret.ID, "tom", domain.DeviceManagement)
	i.edit(tom, func(u *domain.User) { u.Locations = ids(yard.ID); u.FullName = "SECRET name" })
	i.edit(tom, func(u *domain.User) { u.FullName = "Tom of Acme" })
	_, err := i.MoveUser(i.ctx, boss, tom.User, i.nordics.ID, true)
	i.must(err)
	i.edit(tom, func(u *domain.User) { u.Locations = ids(depot); u.FullName = "Tom" })
	// Devices of several customers in one entry.
	var devices []domain.ID
	for _, at := range ids(secret.ID, hidden.ID, child, secret.ID) {
		devices = append(devices, i.device(i.owner, place{customer: at}))
	}
	for _, to := range ids(hidden.ID, child, secret.ID) {
		result, err := i.RunBulk(i.ctx, boss, Assignment{To: to, Devices: devices}, nil)
		i.must(err)
		_, err = i.UndoBulk(i.ctx, i.owner, result.Entry, nil)
		i.must(err)
	}
	_, err = i.ImportDevices(i.ctx, boss, strings.NewReader(fmt.Sprintf("unit_id,name,customer\n%032d,SECRET van,Acme HQ/SECRET\n%032d,Van,Acme HQ/Nordics\n", 7, 8)), false, nil)
	i.must(err)
	// A location of above, with devices of below.
	top := i.location(i.tenant, i.main.ID, "SECRET top")
	i.device(i.owner, place{child, top.ID})
	_, err = i.DeleteLocation(i.ctx, i.owner, top.ID, 0)
	i.must(err)
	// The account, of which the main customer hears.
	next := i.user(i.owner, secret.ID, "secret-next", 0)
	i.must(i.HandOver(i.ctx, i.operator(), next.User))
	i.must(i.HandOver(i.ctx, i.operator(), i.owner.User))

	main := i.user(i.owner, i.main.ID, "main", domain.AccountAdministrator)
	for _, who := range append(i.actors, isolatedActor{name: "main", actor: main}) {
		if who.actor.Account.IsZero() || who.anything {
			continue
		}
		rows := i.allAudit(who.actor, AuditQuery{})
		told := fmt.Sprintf("%+v", rows)
		for _, row := range rows {
			listed, err := i.AuditDevices(i.ctx, who.actor, row.Entry, Page{})
			i.must(err)
			told += fmt.Sprintf("%+v", listed)
			if listed.Total != row.Devices || len(listed.Rows) != row.Devices {
				t.Errorf("%s: of %q %d devices are listed, of %d", who.name, row.Text, len(listed.Rows), listed.Total)
			}
			if row.Action == actionImport && row.Devices != 1 && who.actor != i.owner && !who.actor.Operator {
				t.Errorf("%s hears of %d imported devices", who.name, row.Devices)
			}
		}
		at := strings.Index(strings.ToLower(told), "secret")
		switch {
		case who.actor == i.owner || who.actor.Operator:
			if at < 0 {
				t.Errorf("%s isn't told", who.name)
			}
		case who.name == "main":
			if !strings.Contains(told, "account.hand_over") || strings.Contains(told, "secret-next") {
				t.Errorf("%s hears of a handing over, or of to whom", who.name)
			}
		case at >= 0:
			t.Errorf("%s is told …%s…", who.name, told[max(0, at-250):min(len(told), at+60)])
		}
	}
}

// edit changes a user as the owner may.
func (i *isolated) edit(who domain.Actor, change func(*domain.User)) {
	i.t.Helper()
	u, err := i.User(i.ctx, i.owner, who.User)
	i.must(err)
	change(&u.User)
	_, err = i.EditUser(i.ctx, i.owner, u.User)
	i.must(err)
}

// TestEveryFieldOfAnEntryIsKnown: of a field of which nobody said what it is
// about, those who don't reach the whole account are told nothing.
func TestEveryFieldOfAnEntryIsKnown(t *testing.T) {
	literal := regexp.MustCompile(`change\{(?:field: )?"([^"]*)"|\{"([a-z_]+)", "?[^,{}]*"?, strconv`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range literal.FindAllStringSubmatch(string(text), -1) {
			field := strings.TrimSpace(match[1] + match[2])
			found++
			if fields[field] == fieldUnknown {
				t.Errorf("%s: say in audit_told.go what the field %q is about", name, field)
			}
		}
	}
	if found < 60 {
		t.Errorf("only %d fields found", found)
	}
}
