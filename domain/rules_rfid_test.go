package domain

import (
	"strings"
	"testing"
)

func TestCheckRFID(t *testing.T) {
	for text, want := range map[string]string{
		"0004815162": "0004815162", "0": "0", " 000 481-5162\n": "0004815162", "00.48–15": "004815", strings.Repeat("9", 32): strings.Repeat("9", 32),
	} {
		if got, err := CheckRFID(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
		if again, err := CheckRFID(want); err != nil || again != want {
			t.Errorf("%q isn't stable: %q, %v", want, again, err)
		}
	}
	for _, text := range []string{"", "   ", "-", "12a", "0x12", "+12", "1,2", "１２", "٣", "1\x00", "1\x1b[2J", strings.Repeat("9", 33), strings.Repeat("9", 1<<20)} {
		if got, err := CheckRFID(text); KindOf(err) != Invalid || field(err) != "rfid" || got != "" {
			t.Errorf("%.40q: %q, %v", text, got, err)
		} else if len(err.Error()) > 200 || strings.ContainsAny(err.Error(), "\x00\x1b") {
			t.Errorf("%.40q: says %q", text, err)
		}
	}
}

// TestRFIDRules compares who sees and who changes RFID tokens with what the page
// says of users, for every set of groups, every place and every condition.
func TestRFIDRules(t *testing.T) {
	tree := acmeTree(t)
	places := map[string]ID{"own": nordics, "nested": aarhus, "parent": hq, "sibling": iberia}
	for groups := range AllGroups + 1 {
		words := map[string]bool{}
		for one := range groups.Each() {
			words[one.Short()] = true
		}
		for condition := range 32 {
			addOn, owner, self, nca, theOwner := condition&1 != 0, condition&2 != 0, condition&4 != 0, condition&8 != 0, condition&16 != 0
			for where, place := range places {
				if self && (where != "own" || nca != words["NCA"] || owner != theOwner) || !self && owner && theOwner {
					continue
				}
				account := acme
				account.AddOns.AccessControl = addOn
				actor := person(201, "tom", nordics, groups)
				target := person(202, "cleaner", place, 0)
				target.NoSignIn = true
				if nca {
					target.Groups = NestedCustomerAdministrator
				}
				if self {
					target = actor
				}
				if owner {
					account.Owner = actor.ID
				} else if theOwner {
					account.Owner = target.ID
				}
				r := NewRights(&account, tree, actor)

				here := owner || where == "own" || where == "nested"
				lists := here && (owner || self || holds(said(t, "users.list", where == "nested"), words, addOn))
				edits := here && (owner || !self && !theOwner && holds(said(t, "users.edit", where == "nested"), words, addOn) && (!nca || words["NCA"]))
				want := func(allowed bool) string {
					switch {
					case !here:
						return "not_found"
					case allowed && addOn:
						return "allowed"
					}
					return "refused"
				}
				sees, may := r.SeesRFID(target), r.MayEditRFID(target)
				if got := answer(sees, r); got != want(lists) {
					t.Fatalf("%q sees those of a user of %s (%05b): %s, want %s", groups.Short(), where, condition, got, want(lists))
				}
				if got := answer(may, r); got != want(edits) {
					t.Fatalf("%q edits those of a user of %s (%05b): %s, want %s", groups.Short(), where, condition, got, want(edits))
				}
				if may.Allowed && !sees.Allowed {
					t.Fatalf("%q edits what they don't see", groups.Short())
				}
				if here && !addOn && (sees.Reason != ReasonAddOn || !strings.Contains(may.Text(r), "add-on")) {
					t.Fatalf("%q isn't told of the add-on: %s / %s", groups.Short(), sees.Text(r), may.Text(r))
				}
			}
		}
	}
}

// TestNoSignInMayNothing: whoever only holds an RFID token may do nothing,
// whatever they were granted.
func TestNoSignInMayNothing(t *testing.T) {
	account := acme
	account.AddOns.AccessControl = true
	u := person(201, "cleaner", nordics, AllGroups)
	u.NoSignIn = true
	r := NewRights(&account, acmeTree(t), u)
	for _, c := range Capabilities() {
		if d := r.May(c, nordics); d.Allowed || !strings.Contains(d.Text(r), "has no sign-in") {
			t.Errorf("%s: %s", c, d.Text(r))
		}
	}
	for _, s := range Sections() {
		if r.Opens(s).Allowed {
			t.Errorf("opens %s", s)
		}
	}
	if d := r.SeesRFID(u); d.Allowed {
		t.Error("sees their own RFID tokens")
	}
	if _, err := LiveRights(Actor{Account: acme.ID, User: u.ID, Door: DoorSSH}, &account, acmeTree(t), u); KindOf(err) != Unauthenticated {
		t.Errorf("over SSH: %v", err)
	}
	if text := AccessSummary(r, 0, 0); !strings.Contains(text, "has no sign-in and may do nothing") {
		t.Error(text)
	}
}
