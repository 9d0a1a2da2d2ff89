package ui

import (
	"strings"
	"testing"
)

// toUser puts the cursor of the users' list on somebody.
func (p *person) toUser(username string) {
	p.t.Helper()
	p.press("/")
	p.types(username)
	p.press("enter")
	p.sees("1 of ")
}

func TestRFIDTokensOfAUser(t *testing.T) {
	p := atUsers(t, "ann")
	p.toUser("emre")
	p.press("f")
	p.sees("RFID tokens of emre", "2 RFID tokens", "0031770013", "on", "0031769988", "off", "broken")
	// A card that is scanned into the field ends with enter, which saves.
	p.press("n")
	p.sees("New RFID token of Emre Yıldız (emre)")
	p.types("0004000777")
	p.press("enter")
	p.sees("Gave emre the RFID token 0004000777.", "3 RFID tokens")
	if l := p.line("0004000777"); !strings.Contains(l, "›") {
		t.Errorf("the cursor isn't on the new one: %q", l)
	}
	p.press("space")
	p.sees("0004000777 is switched off: it opens nothing, and stays with emre.")
	p.press("space")
	p.sees("0004000777 is switched on again.")
	// Who holds it is told, and nothing that was typed is lost.
	p.pastes("00 048-15162")
	p.sees("New RFID token of")
	p.press("ctrl+s")
	p.sees("lars holds the RFID token 0004815162. Remove it there first.")
	p.press("esc")
	p.press("y")
	p.press("d")
	p.sees("Take the RFID token 0004000777 from emre?")
	p.press("y")
	p.sees("Took 0004000777 from emre.", "2 RFID tokens")
	p.pastes("not digits")
	p.sees("That isn't one RFID token")
	p.press("esc", "enter")
	p.sees("emre", "RFID tokens", "0031769988")
}

func TestWhoMayNotGiveRFIDTokensIsToldWhy(t *testing.T) {
	p := atUsers(t, "felix") // Fleet Management: reads the list
	p.toUser("sanne")
	p.press("f")
	p.sees("0 RFID tokens", "sanne holds no RFID token.")
	p.press("n")
	p.isTold("It takes Account Administrator to edit users.")
	p.pastes("123")
	p.isTold("It takes Account Administrator to edit users.")
	p.press("esc", "esc")
	p.toUser("felix")
	p.press("f")
	p.sees("1 RFID token", "0012886340", "Nobody gives, switches or takes away their own RFID tokens.")
	p.press("space")
	p.isTold("Ask an administrator.")

	p = atUsers(t, "lars") // administrator: nobody gives one to themselves
	p.toUser("lars")
	p.press("f", "n")
	p.isTold("Nobody gives, switches or takes away their own RFID tokens.")

	p = as(t, "tom")
	p.goes("Profile")
	p.sees("RFID tokens", "0009042716")
	p.press("t")
	p.sees("1 RFID token", "workshop card")
	p.press("d")
	p.isTold("Nobody gives, switches or takes away their own RFID tokens.")
}

func TestWithoutTheAddOnTheKeySaysWhatItNeeds(t *testing.T) {
	p := as(t, "bjork")
	p.setsPassword()
	p.goes("Users")
	p.press("f")
	p.isTold("Birch Logistics doesn't have the access control add-on.")
	p.goes("Profile")
	p.press("t")
	p.isTold("Birch Logistics doesn't have the access control add-on.")
	p.seesNot("RFID tokens  ")
}

func TestAUserWithoutASignIn(t *testing.T) {
	p := atUsers(t, "ann")
	p.createsAt("Acme HQ/Benelux")
	p.types("Otto Kranz")
	p.goesTo("They get in by")
	for !strings.Contains(p.screen(), "no sign-in: only an RFID token") {
		p.press("right")
	}
	p.sees("Otto Kranz has no sign-in, so may do nothing.")
	p.press("ctrl+s")
	p.sees("Created Otto Kranz.")
	p.toUser("otto.kranz")
	p.sees("no sign-in")
	p.press("enter")
	p.sees("no sign-in: only holds RFID tokens; i gives them one", "has no sign-in and may do nothing")
	p.press("i")
	p.sees("Invite otto.kranz, who has no sign-in yet", "They have no sign-in: they only hold RFID tokens, and keep them.")
	p.press("ctrl+s")
	p.sees("Hand this to Otto Kranz")
	p.press("k")
	p.sees("invited")
}
