package domain

import (
	"strings"
	"testing"
)

// TestLocationRules goes through every set of groups and every place, and holds
// the rules about locations against what PRODUCT.md says of them: who may manage
// a location there sees it and may make one, and nobody else learns of it; whom
// its customer isn't within the reach of is limited to it by nobody.
func TestLocationRules(t *testing.T) {
	tree := acmeTree(t)
	places := map[string]ID{
		"own": nordics, "nested": aarhus, "parent": hq, "sibling": iberia, "other account": elsewhere, "the account": {},
	}
	targets := map[string]*User{
		"of own": person(301, "one", nordics, FullDeviceAccess|DeviceManagement), "of nested": person(302, "two", aarhus, 0),
		"of parent": person(303, "three", hq, 0), "with NCA": person(304, "four", nordics, NestedCustomerAdministrator),
	}
	cases := 0
	for groups := range AllGroups + 1 {
		words := map[string]bool{}
		for one := range groups.Each() {
			words[one.Short()] = true
		}
		for condition := range 16 {
			s := somebody{groups: words, owner: condition&1 != 0, inactive: condition&2 != 0, off: condition&4 != 0, limited: condition&8 != 0}
			account := acme
			account.Suspended = s.off
			user := person(201, "tom", nordics, groups)
			user.Inactive = s.inactive
			if s.owner {
				account.Owner = user.ID
			}
			if s.limited {
				user.Locations = []ID{id(300)}
			}
			r := NewRights(&account, tree, user)
			for where, place := range places {
				l := &Location{ID: id(400), Account: acme.ID, Customer: place, Name: "Depot", Email: "a@example.com"}
				if where == "other account" {
					l.Account = id(101)
				}
				want := s.expects(t, "locations.manage", where, "")
				if where == "the account" && !s.inactive && !s.off {
					want = "not_found" // no location is the account's own
				}
				cases++
				if got := answer(r.SeesLocation(l), r); got != want {
					t.Fatalf("sees one of %s, holding %q, %+v: %s, want %s", where, groups.Short(), s, got, want)
				}
				for name, err := range map[string]error{
					"create": r.CheckNewLocation(l), "edit": r.CheckLocationChange(l, l), "delete": r.CheckDeleteLocation(l, func(func(*User) bool) {}, nil),
				} {
					if name == "delete" && where == "the account" || name == "create" && where == "other account" {
						continue // asked of one that there is
					}
					got := "allowed"
					if err != nil {
						got = KindOf(err).String()
					}
					if got != want {
						t.Fatalf("%s one of %s, holding %q, %+v: %s (%v), want %s", name, where, groups.Short(), s, got, err, want)
					}
				}
				moved := *l
				moved.Customer = oslo
				if err := r.CheckLocationChange(l, &moved); err == nil {
					t.Fatalf("a location of %s goes to another customer", where)
				}
				for name, u := range targets {
					if limits := r.MayBeLimited(u, l); limits != (l.Account == acme.ID && tree.Within(place, u.Customer) && !place.IsZero()) {
						t.Fatalf("a user %s is limited to one of %s: %v", name, where, limits)
					}
				}
			}
			for name, u := range targets {
				if d := r.MayLimitUser(u); d.Allowed != r.MayEditUser(u).Allowed {
					t.Fatalf("limiting a user %s, holding %q, %+v: %v", name, groups.Short(), s, d)
				}
			}
			if r.MayLimitUser(user).Allowed {
				t.Fatalf("somebody holding %q, %+v limits themselves", groups.Short(), s)
			}
		}
	}
	t.Logf("%d cases", cases)
}

func TestALimitInWords(t *testing.T) {
	r := rightsOf(t, person(201, "tom", nordics, FullDeviceAccess|DeviceManagement, id(300), id(301), id(302), id(303), id(304)))
	if got := r.LimitWords(); got != "5 locations" {
		t.Error(got)
	}
	r.NamePlaces([]string{"Depot", "Har\x1b[31mbour", "Quay", "Yard", "Gate"})
	if got := r.LimitWords(); !strings.HasPrefix(got, "Depot, Har") || strings.Contains(got, "\x1b") || !strings.HasSuffix(got, "Quay and 2 more") {
		t.Error(got)
	}
	if got := rightsOf(t, person(202, "ada", nordics, AccountAdministrator, id(300))).LimitWords(); got != "" {
		t.Errorf("an administrator is limited to %q", got)
	}
}
