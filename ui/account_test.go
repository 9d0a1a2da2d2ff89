package ui

import (
	"testing"

	"tenantry/domain"
)

func TestTheAccountOfItsOwner(t *testing.T) {
	p := as(t, "ann")
	p.enrolled() // or she couldn't force it on others
	p.press("@Account")
	p.sees("Acme Fleet  the account", "ops@acme.example", "Denmark", "Europe/Copenhagen", "24 h", "metric",
		"optional; forced by 2 customers", "Add-ons", "Owner           ann", "Devices         2,000")
	p.press("e")
	p.types(" & Co")
	p.press("tab", "tab")
	for range len("Denmark") {
		p.press("backspace")
	}
	p.types("atlantis")
	p.press("ctrl+s")
	p.sees(`"atlantis" is no country.`)
	for range len("atlantis") {
		p.press("backspace")
	}
	p.types("swe")
	p.press("tab", "tab", "right", "tab", "tab", "space", "ctrl+s")
	p.sees("Saved Acme Fleet & Co.", "Sweden", "12 h", "forced")
	account := p.console.tree().Account()
	if account.Country != "SE" || account.Settings.Clock != domain.Clock12 || !account.Security.ForceSecondFactor {
		t.Errorf("saved %+v", account)
	}
	p.press("@Customers")
	p.sees("forced ‹ Acme Fleet & Co")
}

func TestLeavingAFormAsksFirst(t *testing.T) {
	p := as(t, "ann")
	p.press("@Account", "e", "esc")
	p.sees("the account")
	p.press("e")
	p.types("x")
	p.press("esc")
	p.sees("Leave without saving?")
	p.press("n")
	p.sees("Acme Fleetx")
	p.press("esc", "y")
	p.sees("Acme Fleet  the account")
}

func TestTheAccountTabOfACustomer(t *testing.T) {
	p := as(t, "sven") // Account Administrator of Stockholm
	p.press("@Account")
	p.sees("Stockholm  nested customer", "Acme HQ / Nordics / Stockholm", "metric  ‹ Acme Fleet")
	p.press("e")
	p.sees("as the parent: ")
	p.press("tab", "tab", "tab", "tab", "right", "right", "ctrl+s")
	p.sees("Saved Stockholm.", "12 h")
	if got := p.customer("Acme HQ/Nordics/Stockholm"); got.Settings.Clock != domain.Clock12 {
		t.Errorf("saved %+v", got.Settings)
	}
}

func TestWhoMayNotEditIsToldWhy(t *testing.T) {
	p := as(t, "nina")
	p.press("@Account", "e")
	p.sees("It takes Account Administrator to edit the customer.")
}

func TestTheAccountEditedByTwo(t *testing.T) {
	p := as(t, "ann")
	p.press("@Account", "e", "tab")
	theirs := *p.console.tree().Account()
	theirs.Email = "fleet@acme.example"
	if _, err := p.console.db.EditAccount(t.Context(), p.operator(), theirs); err != nil {
		t.Fatal(err)
	}
	p.press("up")
	p.types("!")
	p.press("ctrl+s")
	p.sees("changed by the operator", "Changed meanwhile, from ops@acme.example.", "fleet@acme.example")
	p.press("ctrl+s")
	p.sees("Saved Acme Fleet!.", "fleet@acme.example")
}

func TestTheAccountScrollsWhereItIsSmall(t *testing.T) {
	p := as(t, "ann")
	p.resizes(40, 10)
	p.press("@Account")
	p.sees("ops@acme.example")
	p.seesNot("Created")
	p.press("pgdown", "pgdown", "pgdown")
	p.sees("Created")
	p.seesNot("ops@acme.example")
}
