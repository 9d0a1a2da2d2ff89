package store

import (
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

func TestLocationsForAUser(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	nordics := f.customer(n.owner, n.main.ID, "Nordics")
	oslo := f.customer(n.owner, nordics.ID, "Oslo")
	iberia := f.customer(n.owner, n.main.ID, "Iberia")
	f.location(n, oslo.ID, "Dock")
	f.location(n, nordics.ID, "yard")
	f.location(n, nordics.ID, "Depot")
	f.location(n, iberia.ID, "Puerto")
	admin := f.user(n.owner, nordics.ID, "ada", domain.AccountAdministrator)

	names := func(rows []LocationRow, err error) []string {
		t.Helper()
		f.must(err)
		var names []string
		for _, l := range rows {
			names = append(names, l.CustomerPath+": "+l.Name)
		}
		return names
	}
	got := names(f.LocationsFor(f.ctx, admin, nordics.ID))
	path := "Acme HQ/Nordics"
	if want := []string{path + ": Depot", path + ": yard", path + "/Oslo: Dock"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if got := names(f.LocationsFor(f.ctx, n.owner, iberia.ID)); len(got) != 1 {
		t.Errorf("the owner sees %q", got)
	}
	_, err := f.LocationsFor(f.ctx, f.user(n.owner, nordics.ID, "tom", domain.DeviceManagement|domain.FullDeviceAccess), nordics.ID)
	if domain.KindOf(err) != domain.Refused {
		t.Errorf("who creates no users is answered %v", err)
	}
	for name, id := range map[string]domain.ID{"a sibling": iberia.ID, "the account": {}, "nothing": {1}} {
		if _, err := f.LocationsFor(f.ctx, admin, id); domain.KindOf(err) != domain.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := f.LocationsFor(f.ctx, n.owner, domain.ID{}); domain.KindOf(err) != domain.NotFound {
		t.Errorf("the owner, of the account: %v", err)
	}
}

func TestAPasswordThatIsMadeIsGoodEnough(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	a, err := f.MakePassword()
	f.must(err)
	b, err := f.MakePassword()
	f.must(err)
	if a == b || a != strings.ToLower(a) {
		t.Errorf("made %q and %q", a, b)
	}
	_, err = f.CreateUser(f.ctx, n.owner, domain.User{Customer: n.main.ID, Username: "otto"}, Start{Password: a})
	f.must(err)
}
