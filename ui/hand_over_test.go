package ui

import (
	"strings"
	"testing"

	"tenantry/domain"
)

func TestTheAccountIsHandedOver(t *testing.T) {
	p := as(t, "ann")
	p.opens("Account")
	p.press("o")
	p.sees("Who owns Acme Fleet from then on?", "lars", "Lars Lindqvist")
	p.press("/")
	p.types("emil")
	p.press("enter", "enter")
	p.sees("emil can't own the account yet")
	p.seesNot("Hand over Acme Fleet?")
	p.press("esc", "/")
	p.types("lars")
	p.press("enter", "enter")
	p.sees("Hand over Acme Fleet?", "lars (Lars Lindqvist) will own Acme Fleet", "lars has no second factor", "Type Acme Fleet to go on.")
	p.types("acme")
	p.press("enter")
	p.sees("Type Acme Fleet exactly as it stands")
	for range "acme" {
		p.press("backspace")
	}
	p.types("Acme Fleet")
	p.press("enter")
	p.sees("lars owns Acme Fleet now. You are an administrator in it.", "ann · Acme HQ", "Acme HQ  main customer")
	if lars := p.userNow("lars"); p.console.tree().Account().Owner != lars.ID {
		t.Error("lars doesn't own the account")
	}
	p.press("o")
	p.sees("Only the account's owner hands it over.")
}

func TestHandingOverIsProvenAnew(t *testing.T) {
	p, later := asLater(t, "ann")
	p.opens("Account")
	later()
	p.press("o", "/")
	p.types("lars")
	p.press("enter", "enter")
	p.types("Acme Fleet")
	p.press("enter")
	p.sees("Is it you?", "to hand over Acme Fleet")
	p.press("esc")
	p.sees("Who owns Acme Fleet from then on?", "ann · owner")
	p.press("enter")
	p.types("Acme Fleet")
	p.press("enter")
	p.proves()
	p.sees("lars owns Acme Fleet now.")
}

func TestOnlyTheOwnerHandsOver(t *testing.T) {
	p := as(t, "lars")
	p.opens("Account")
	p.press("o")
	p.sees("Only the account's owner hands it over.")
}

func TestTheLimitsOfAnAccount(t *testing.T) {
	p := as(t, "ann")
	p.opens("Account")
	p.sees("after 15 minutes without a key, or 12 hours in all", "Codes last      3 days", "365 days at most")
	p.press("e")
	for !strings.HasPrefix(p.console.body().(*detailsForm).inputs.Focused(), inputIdle) {
		p.press("tab")
	}
	retypes := func(before, after string) {
		for range before {
			p.press("backspace")
		}
		p.types(after)
	}
	retypes("15", "a while")
	p.press("ctrl+s")
	p.sees(`"a while" is no number of this kind.`)
	retypes("a while", "5")
	p.press("tab")
	retypes("12", "200")
	p.press("ctrl+s")
	p.sees("A session may last 1 to 168 hours.")
	retypes("200", "8")
	p.press("tab")
	retypes("3", "7")
	p.press("tab")
	retypes("365", "Never")
	p.press("ctrl+s")
	p.sees("Saved Acme Fleet.", "after 5 minutes without a key, or 8 hours in all", "Codes last      7 days", "or for ever")
	if got := p.console.tree().Account().Limits; got.TokenDays != domain.TokensNeverEnd {
		t.Errorf("saved %+v", got)
	}
}

func TestForcingTheSecondFactorSaysWhomItMeets(t *testing.T) {
	p := as(t, "ann")
	p.opens("Account")
	p.press("e")
	for p.console.body().(*detailsForm).inputs.Focused() != inputSecondFactor {
		p.press("tab")
	}
	p.press("space")
	p.sees("Enrol your own second factor first: on the Profile tab, f.", "have no second factor, and must enrol one at once.")
	p.press("space")
	p.seesNot("have no second factor")
	p.press("space", "ctrl+o")
	p.sees("Active users in Acme Fleet without a second factor.", "lars", "tom")
	p.seesNot("henrik", "emil")
	p.press("/")
	p.types("stockholm")
	p.sees("sven")
	p.seesNot("lars")
	p.press("esc", "esc", "ctrl+s")
	p.sees("Enrol your own second factor first")
	p.seesNot("Saved")

	p.enrolled()
	p.press("ctrl+s")
	p.sees("Saved Acme Fleet.", "forced; ", "users not enrolled")
	p.press("u")
	p.sees("Active users in Acme Fleet")
	p.seesNot("ann  ")
}

func TestForcingAtACustomer(t *testing.T) {
	p := as(t, "ann")
	p.enrolled()
	p.opens("Customers")
	p.press("/")
	p.types("stockholm")
	p.press("enter", "e")
	for p.console.body().(*detailsForm).inputs.Focused() != inputSecondFactor {
		p.press("tab")
	}
	p.press("space")
	p.sees("2 users have no second factor, and must enrol one at once.")
	p.press("ctrl+o")
	p.sees("Active users at Acme HQ / Nordics / Stockholm and below", "sven", "maja")
	p.press("esc", "ctrl+s")
	p.sees("Saved Stockholm.")
	p.press("enter")
	p.opens("Account")
	p.sees("forced; 2 of ", "users not enrolled")
}
