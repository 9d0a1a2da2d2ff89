package ui

import (
	"strings"
	"testing"

	"tenantry/domain"
	"tenantry/store"
)

// TestTheOwnerVerifiesTheAuditTrail, notes its end, and finds it again later.
func TestTheOwnerVerifiesTheAuditTrail(t *testing.T) {
	p := as(t, "ann")
	p.press("@Audit", "v")
	p.sees("Followed ", " from the first to the last", "Nothing is wrong", "Its end", "y copy its end")
	s := p.console.body().(*auditVerify)
	head := s.found.Head
	p.press("y")
	p.sees("Copied the end of the trail.")
	tom := p.userNow("tom").User
	tom.FullName = "Another Name"
	if _, err := p.console.db.EditUser(t.Context(), p.operator(), tom); err != nil {
		t.Fatal(err)
	}
	p.pastes("time=… head=" + head.String() + " and more of a log")
	p.sees("Noted earlier: 1 end, of which 1 found again.", "Nothing is wrong")
	if s.found.Head.Number != head.Number+1 {
		t.Errorf("the end is %d, before it was %d", s.found.Head.Number, head.Number)
	}
	head.Hash[0]++
	p.pastes(head.String())
	p.sees("isn't what was written: 1 problem", "was noted earlier", "0 found again")
	head.Account[0]++
	p.pastes(head.String())
	p.sees("There is no end of this account's audit trail in that.")
	p.pastes("something else")
	p.sees("There is no end")
	p.resizes(40, 10)
	p.sees("isn't what was written")
	p.press("esc")
	p.trail()
}

// TestVerifyingIsStopped, and begun again.
func TestVerifyingIsStopped(t *testing.T) {
	p := as(t, "ann")
	p.press("@Audit")
	p.settles()
	s := newAuditVerify(p.console)
	p.console.push(s)
	p.send(keyNamed("esc"))
	p.sees("It was stopped before the end of the trail. v begins again.")
	p.press("y")
	p.sees("The trail wasn't followed to its end.")
	p.press("v")
	p.sees("Nothing is wrong")
}

// TestOnlyTheOwnerVerifiesTheAuditTrail: to an administrator of a part it says why.
func TestOnlyTheOwnerVerifiesTheAuditTrail(t *testing.T) {
	p := as(t, "lars")
	p.press("@Audit", "v")
	p.sees("Only the owner of the account can verify")
	p.trail()
}

// TestFromTheAuditTrailToALocation, and to the access history.
func TestFromTheAuditTrailToALocation(t *testing.T) {
	p := as(t, "ann")
	l := domain.Location{Account: p.operator().Account, Customer: p.userNow("tom").Customer, Name: "Quayside", Email: "quay@acme.example"}
	if _, err := p.console.db.CreateLocation(t.Context(), p.operator(), l); err != nil {
		t.Fatal(err)
	}
	p.press("@Audit", "/")
	p.types("created location quayside")
	p.press("enter", "o")
	p.sees("Quayside", "quay@acme.example")
	p.press("esc")
	p.trail()
	p.press("esc", "/")
	p.types("access history")
	p.press("enter", "o")
	p.sees("RFID token", "approved")
	p.press("esc")
	p.trail()
}

// TestTheTabsOfWhoHasNoAuditTrail: their overview has what is theirs, and of the
// trail nothing.
func TestTheTabsOfWhoHasNoAuditTrail(t *testing.T) {
	for who, sees := range map[string]struct{ yes, no []string }{
		"felix": {[]string{"1 Overview", "Devices", "online", "Users"}, []string{"Access today", "Recent changes"}},
		"carla": {[]string{"1 Overview", "Access today", "rejected", "21 events"}, []string{"Recent changes", "Nothing to count", "Users", "online"}},
		"dora":  {[]string{"1 Overview", "You see no devices and no users here."}, []string{"Recent changes", "Access today", "online"}},
	} {
		p := as(t, who)
		p.sees(sees.yes...)
		p.seesNot(sees.no...)
		for _, tab := range p.console.tabs {
			if tab.name == "Audit" {
				t.Errorf("%s has the audit trail", who)
			}
		}
		list, err := p.console.db.Audit(t.Context(), p.console.actor, store.AuditQuery{})
		if err != nil || len(list.Rows) > 0 || !strings.Contains(list.Reason, "Account Administrator") {
			t.Errorf("%s: %d entries, %q, %v", who, len(list.Rows), list.Reason, err)
		}
	}
}
