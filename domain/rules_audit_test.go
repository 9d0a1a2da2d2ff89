package domain

import (
	"slices"
	"testing"
)

// TestReadsEntry goes through every set of groups, every condition and every set
// of customers that an entry can concern, and holds who reads it against what
// PRODUCT.md says of the audit trail.
func TestReadsEntry(t *testing.T) {
	tree := acmeTree(t)
	names := []string{"own", "nested", "parent", "sibling", "other account"}
	places := []ID{nordics, aarhus, hq, iberia, elsewhere}
	cases := 0
	for groups := range AllGroups + 1 {
		words := map[string]bool{}
		for one := range groups.Each() {
			words[one.Short()] = true
		}
		for condition := range 32 {
			s := somebody{
				groups: words, owner: condition&1 != 0, inactive: condition&2 != 0, off: condition&4 != 0,
				addOn: condition&8 != 0, limited: condition&16 != 0,
			}
			account := acme
			account.AddOns.AccessControl, account.Suspended = s.addOn, s.off
			user := person(201, "tom", nordics, groups)
			user.Inactive = s.inactive
			if s.owner {
				account.Owner = user.ID
			}
			if s.limited {
				user.Locations = []ID{id(300)}
			}
			r := NewRights(&account, tree, user)
			for set := range 1 << len(places) {
				var concerns []ID
				reads := s.owner && !s.inactive && !s.off // all of the account's, also what concerns no customer
				for i, place := range places {
					if set&(1<<i) == 0 {
						continue
					}
					concerns = append(concerns, place)
					if i < 4 { // no entry of the account concerns another's customers
						reads = reads || s.expects(t, "audit.read", names[i], "") == "allowed"
					}
				}
				want := "not_found"
				switch {
				case s.inactive || s.off:
					want = "refused"
				case reads:
					want = "allowed"
				}
				for range 2 { // in whatever order it tells them
					cases++
					if got := answer(r.ReadsEntry(concerns), r); got != want {
						t.Fatalf("an entry about %05b, holding %q, %+v: %s, want %s", set, groups.Short(), s, got, want)
					}
					slices.Reverse(concerns)
				}
			}
		}
	}
	if operator := OperatorRights(&acme, tree); !operator.ReadsEntry(nil).Allowed {
		t.Error("the operator doesn't read what concerns the account alone")
	}
	t.Logf("%d cases", cases)
}
