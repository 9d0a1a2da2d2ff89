package ui

import (
	"strings"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// tokensNow are the tokens of a user of the sample as they are stored.
func (p *person) tokensNow(username string) []store.Token {
	p.t.Helper()
	list, err := p.console.db.Tokens(p.t.Context(), p.operator(), store.TokenQuery{User: p.userNow(username).ID})
	if err != nil {
		p.t.Fatal(err)
	}
	return list.Rows
}

func TestTheListOfTokens(t *testing.T) {
	p := as(t, "ann")
	p.goes("API tokens")
	p.sees("7 tokens", "Begins with", "Owner", "State", "route planner", "9 d left", "revoked", "suspended")
	if l := p.line("fuel cards "); !strings.Contains(l, "cecilie") || !strings.Contains(l, "tenantry_") || !strings.Contains(l, "21 Mar 2026") {
		t.Errorf("%q", l)
	}
	p.sees("› dispatch screen", "read-only", "It was never used.") // her own comes first
	p.press("/")
	p.types("lars")
	p.sees("2 of 7 tokens", "old planner")
	p.types(" revoked")
	p.sees("1 of 7 tokens")
	p.press("enter", "d")
	p.sees("It was revoked already")
	p.press("esc", "s", "S")
	p.sees("Sorted by begins with.")
	p.resizes(150, 40)
	p.sees("Token ID", "all that its owner may")
}

func TestTokensAreOfTheScopeAndOnesOwn(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("nordics")
	p.press("enter")
	p.goes("API tokens")
	p.sees("2 tokens", "fuel cards", "dispatch screen")
	p.seesNot("route planner")
}

func TestWhoManagesNobodySeesTheirOwnTokens(t *testing.T) {
	p := as(t, "tom")
	p.goes("API tokens")
	p.isTold("You have no API token. n makes one")
	p.sees("only your own")
	p.press("d")
	p.isTold("You have no API token")
}

// theToken is the token that is shown on the screen, over as many lines as it
// takes.
func (p *person) theToken() string {
	p.t.Helper()
	var text strings.Builder
	for line := range strings.SplitSeq(p.screen(), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "tenantry_") || text.Len() > 0 && line != "" && text.Len() < domain.TokenLength {
			text.WriteString(line)
		}
	}
	return text.String()
}

func TestATokenIsMadeAndRevoked(t *testing.T) {
	p, later := asLater(t, "tom")
	p.goes("API tokens")
	p.press("n")
	p.sees("in 90 days", "such as nightly report")
	later()
	p.types("van tracker")
	p.press("ctrl+s")
	p.sees("Is it you?", "to make a token")
	p.proves()
	p.sees("van tracker. It is shown this once", "Authorization: APIToken")
	text := p.theToken()
	if _, ok := domain.ParseTokenText(text); !ok {
		t.Fatalf("%q is no token:\n%s", text, p.screen())
	}
	p.press("esc")
	p.sees("This is shown only once.", "tenantry_")
	p.press("k")
	p.sees("Made the token van tracker.", "› van tracker", "active", "1 token")
	p.seesNot(text[:60])
	actor, err := p.console.db.Bearer(t.Context(), "192.0.2.1", text)
	if err != nil || actor.User != p.userNow("tom").ID {
		t.Fatalf("%+v, %v", actor, err)
	}
	p.pastes(text) // which token is this?
	p.sees("1 of 1 token", text[:17])
	p.seesNot(text[:30])
	p.press("esc", "esc", "d")
	p.isTold("It is yours. Last used", "Whatever uses it is refused from then on")
	p.press("y")
	p.sees("Revoked van tracker.", "revoked")
	if _, err := p.console.db.Bearer(t.Context(), "192.0.2.1", text); err == nil || !strings.Contains(err.Error(), "was revoked") {
		t.Errorf("%v", err)
	}
}

func TestHowLongATokenMayLastIsSaid(t *testing.T) {
	p := as(t, "tom")
	p.goes("API tokens")
	p.press("n")
	p.types("sync")
	p.press("tab", "right", "right", "right")
	p.sees("on a day that you choose", "Last day")
	p.press("tab")
	p.types("2036-01-01")
	p.press("ctrl+s")
	p.isTold("at the latest 12 March 2027")
	for range len("2036-01-01") {
		p.press("backspace")
	}
	p.types("soon")
	p.press("ctrl+s")
	p.isTold("as year-month-day")
	for range len("soon") {
		p.press("backspace")
	}
	p.types("2026-10-31")
	p.press("tab", "space", "ctrl+s")
	p.sees("It is good until 31 Oct 2026 23:59 CET")
	p.press("k")
	made := p.tokensNow("tom")
	if len(made) != 1 || !made[0].ReadOnly || !made[0].ExpiresAt.Equal(time.Date(2026, 10, 31, 22, 59, 59, 0, time.UTC)) {
		t.Errorf("%+v", made)
	}
}

func TestTheChoicesOfAnEnd(t *testing.T) {
	values := func(most int) (string, string) {
		options, first := expiryOptions(most)
		var all []string
		for _, o := range options {
			all = append(all, o.Value)
		}
		return strings.Join(all, " "), first
	}
	for most, want := range map[int][2]string{
		365: {"30 90 180 365 day", "90"}, 400: {"30 90 180 365 day", "90"}, 100: {"30 90 day", "90"}, 45: {"30 day", "30"}, 7: {"7 day", "7"},
		domain.TokensNeverEnd: {"30 90 180 365 day never", "90"},
	} {
		if all, first := values(most); all != want[0] || first != want[1] {
			t.Errorf("%d: %s, %s first", most, all, first)
		}
	}
}

func TestAnAdministratorRevokesTheTokensOfAUser(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("lars")
	p.press("t")
	p.sees("API tokens of lars", "route planner", "2 tokens")
	p.press("n")
	p.isTold("Only lars makes tokens of theirs")
	p.press("X")
	p.isTold("Revoke 1 token of lars?")
	p.press("y")
	p.sees("Revoked 1 token.")
	for _, token := range p.tokensNow("lars") {
		if token.State != domain.TokenRevoked {
			t.Errorf("%+v", token)
		}
	}
	p.press("X")
	p.isTold("lars has no token that is still good.")
}

func TestWhoseTokenEndsSoonHearsOfItAtSignIn(t *testing.T) {
	p := as(t, "cecilie")
	p.isTold("Your API token fuel cards ends in 9 days.")
	p.press("down")
	p.seesNot("fuel cards ends")
}

func TestTheTokenPageFollows(t *testing.T) {
	p := as(t, "ann")
	p.goes("API tokens")
	p.press("/")
	p.types("route")
	p.press("enter", "enter")
	p.sees("all that its owner may")
	lars := p.userNow("lars")
	if err := p.console.db.SetUserActive(t.Context(), p.operator(), lars.ID, false); err != nil {
		t.Fatal(err)
	}
	p.isTold("suspended: its owner or the account isn't active")
	if err := p.console.db.DeleteUser(t.Context(), p.operator(), lars.ID); err != nil {
		t.Fatal(err)
	}
	p.isTold("This token is gone")
	p.press("d")
	p.isTold("This token is gone")
}
