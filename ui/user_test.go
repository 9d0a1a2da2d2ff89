package ui

import (
	"strings"
	"testing"

	"tenantry/domain"
	"tenantry/store"
)

func TestThePageOfAUser(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("dora")
	p.press("enter")
	p.resizes(100, 60)
	p.sees("dora  Dora Holm", "Who", "dora@acme.example", "Where", "Acme HQ / Nordics / Aarhus Depot", "not limited",
		"Groups", "DM", "Device Management: register, edit and assign devices", "Sign-in", "Open sessions", "SSH keys", "API tokens")
	p.isTold("! Device Management lists no devices until it is paired with Full Device Access.")
	summary := p.console.body().(*user).summary
	if summary == "" {
		t.Fatal("the page says nothing of what they can see and do")
	}
	p.isTold(summary)
	p.press("esc")
	p.findsUser("ann")
	p.press("enter")
	p.sees("ann · owner", "of the account: every group, in every customer")
}

func TestWhatAUserCanSeeAndDo(t *testing.T) {
	p := atUsers(t, "ann")
	p.resizes(100, 60)
	p.findsUser("tom")
	p.press("a")
	p.resizes(100, 90)
	p.sees("What tom can see and do", "Tabs", "Devices", "Assign devices", "See devices",
		"Reach           Acme HQ / Nordics and what is nested under it")
	p.isTold("own customer yes Full Device Access with Device Management lets tom see devices. Nordics is their own customer.")
	p.isTold("no It takes Account Administrator to edit users.")
	p.press("esc")
	p.findsUser("dora")
	p.press("a")
	p.isTold("Device Management lists no devices until it is paired with Full Device Access.")
}

func TestDeactivatingAndActivating(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	tom := p.alsoIn("tom")
	p.press("D")
	p.sees("Deactivate tom?", "Their open session ends.")
	p.press("n")
	if p.userNow("tom").Inactive {
		t.Fatal("tom is inactive after no")
	}
	p.press("D", "y")
	p.sees("tom is inactive. Their session ended.")
	if !p.userNow("tom").Inactive {
		t.Error("tom is active still")
	}
	if _, err := p.console.db.Standing(t.Context(), tom); domain.KindOf(err) != domain.Unauthenticated {
		t.Errorf("tom's session goes on: %v", err)
	}
	p.press("D")
	p.sees("Activate tom?")
	p.press("y")
	p.sees("tom is active.")
	if p.userNow("tom").Inactive {
		t.Error("tom is inactive still")
	}
}

// alsoIn has a user signed in elsewhere, by the one session that they have.
func (p *person) alsoIn(username string) domain.Actor {
	p.t.Helper()
	if _, err := p.console.db.EndSessions(p.t.Context(), p.operator(), p.userNow(username).ID); err != nil {
		p.t.Fatal(err)
	}
	made, _ := sampleFile()
	actor, err := p.console.db.SignIn(p.t.Context(), domain.DoorConsole, "the depot", username, made.users[0].Password)
	if err != nil {
		p.t.Fatal(err)
	}
	p.settles()
	return actor
}

func TestTheLastAdministratorIsWarnedOf(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("sven")
	p.press("D")
	p.isTold("sven is the last active Account Administrator of Stockholm.", "can still manage its users.")
	p.press("n", "d")
	p.isTold("sven is the last active Account Administrator of Stockholm.")
	p.press("esc", "m")
	p.types("nordics")
	p.press("enter")
	p.isTold("sven is the last active Account Administrator of Stockholm.")
}

func TestDeletingAUser(t *testing.T) {
	p := atUsers(t, "ann")
	p.alsoIn("tom")
	p.findsUser("tom")
	p.press("enter", "d")
	p.sees("Delete tom?", "Ends with it: 1 open session.", "Type tom to go on.")
	p.types("to")
	p.press("enter")
	p.sees("Type tom exactly as it stands")
	p.types("m")
	p.press("enter")
	p.sees("Deleted tom.", "No user matches.") // back in the list
	p.press("esc")
	p.sees("   " + p.usersInAll())
	if _, err := p.console.db.FindUser(t.Context(), p.operator(), "tom"); domain.KindOf(err) != domain.NotFound {
		t.Errorf("tom is there: %v", err)
	}
}

func TestMovingAUser(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	p.press("m")
	p.sees("Move tom to", "They are of this customer already.")
	p.types("oslo")
	p.press("enter")
	p.isTold("From Acme HQ / Nordics to Acme HQ / Nordics / Oslo")
	p.press("y")
	p.sees("Moved tom to Acme HQ / Nordics / Oslo.")
	if got := p.userNow("tom").Customer; got != p.customer("Acme HQ/Nordics/Oslo").ID {
		t.Errorf("tom is of %s", p.console.path(got))
	}
}

func TestWhatAMoveDrops(t *testing.T) {
	p := atUsers(t, "ann")
	s := p.console.body().(*users)
	nordics, aarhus, iberia := p.customer("Acme HQ/Nordics").ID, p.customer("Acme HQ/Nordics/Aarhus Depot").ID, p.customer("Acme HQ/Iberia").ID
	row := store.UserRow{User: domain.User{Username: "tom", Customer: nordics, Locations: make([]domain.ID, 2)}, LocationNames: []string{"Dock", "Yard"}}
	u := inHand{base: &s.base, row: &row}
	for to, says := range map[domain.ID]string{
		aarhus:                       "(Dock, Yard) only those of Acme HQ / Nordics / Aarhus Depot stay.",
		iberia:                       "(Dock, Yard) are not of Acme HQ / Iberia and are dropped.",
		p.customer("Acme Rental").ID: "are dropped.",
	} {
		if got := strings.Join(u.moveUserWords(&row, to), " "); !strings.Contains(got, says) {
			t.Errorf("to %s: %s", p.console.path(to), got)
		}
	}
	if got := strings.Join(u.moveUserWords(&row, p.customer("Acme HQ").ID), " "); strings.Contains(got, "Dock") {
		t.Errorf("above, everything stays: %s", got)
	}
	if got := strings.Join(u.moveUserWords(&row, iberia), " "); !strings.Contains(got, "Iberia forces a second factor") {
		t.Error(got)
	}
	refused := domain.Errorf(domain.Refused, "locations", "None of their locations is of Iberia.")
	if !limitGone(refused) || limitGone(domain.Errorf(domain.Refused, "customer", "No.")) || limitGone(nil) {
		t.Error("a limit that would be lifted isn't told from other refusals")
	}
	p.run(u.askUnlimit(row, iberia, refused))
	p.isTold("Lift the limit of tom?", "None of their locations is of Iberia.", "they see the devices of every location in Acme HQ / Iberia")
}

func TestResettingAPassword(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	p.press("p")
	p.sees("Reset the password of tom")
	p.press("ctrl+s")
	p.sees("Hand this to Tom Bakke (tom)")
	if i := p.userNow("tom").Invitation; i == nil || !i.Reset {
		t.Errorf("tom's code is %+v", i)
	}
}

func TestInvitingAgain(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	p.press("i")
	p.sees("tom is in already: p resets the password.")
	made, err := p.console.db.CreateUser(t.Context(), p.operator(), domain.User{
		Username: "nora", FullName: "Nora Nyhus", Email: "nora@acme.example", Customer: p.customer("Acme HQ/Nordics").ID,
	}, store.Start{Mail: true})
	if err != nil {
		t.Fatal(err)
	}
	p.press("esc")
	p.findsUser("nora")
	p.sees("invited")
	p.press("enter")
	p.resizes(100, 60)
	p.sees("Invitation", "waits to go out to nora@acme.example", "invited; the code is good until 15 Mar 2026")
	p.press("w")
	p.isTold("The mail that waits is taken back")
	p.press("y")
	p.sees("Hand this to Nora Nyhus (nora)")
	p.press("k")
	p.sees("the code was shown")
	p.press("i")
	p.sees("Invite nora again")
	p.press("ctrl+s", "k")
	if i := p.userNow("nora").Invitation; i == nil || i.Reset || made.User.Activated {
		t.Errorf("nora's code is %+v", i)
	}
}

func TestWhoIsNotLockedAndHasNoFactor(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	for key, why := range map[string]string{
		"u": "tom isn't locked.", "r": "tom has no second factor.", "w": "No code waits for tom.",
	} {
		p.press(key)
		p.sees(why)
	}
}

func TestResettingASecondFactor(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("pilar") // her customer forces one
	if !p.userNow("pilar").Enrolled {
		t.Fatal("pilar has no second factor to begin with")
	}
	p.press("r")
	p.isTold("The one they have is void, with its recovery codes. At the next sign-in they must enrol a new one")
	p.press("y")
	p.sees("The second factor of pilar is reset.", "missing")
	if p.userNow("pilar").Enrolled {
		t.Error("it isn't")
	}
	p.press("r")
	p.sees("pilar has no second factor.")
}

func TestUnlockingAUser(t *testing.T) {
	p := atUsers(t, "ann")
	for range 12 {
		p.console.db.SignIn(t.Context(), domain.DoorConsole, "elsewhere", "tom", "a wrong password")
	}
	p.findsUser("tom")
	p.sees("locked")
	p.press("u")
	p.sees("tom is unlocked")
	if got := p.userNow("tom").Status; got != store.UserActive {
		t.Errorf("tom is %s", got)
	}
}

func TestTheSessionsAndKeysOfAUser(t *testing.T) {
	p := atUsers(t, "ann")
	tom := p.alsoIn("tom")
	p.findsUser("tom")
	p.press("x")
	p.sees("Sessions of tom", "the depot")
	p.press("X", "y")
	p.sees("Ended 1 session.")
	if _, err := p.console.db.Standing(t.Context(), tom); domain.KindOf(err) != domain.Unauthenticated {
		t.Errorf("tom's session goes on: %v", err)
	}
	p.press("esc", "K")
	p.sees("tom has no SSH key.")
}

// TestNobodyDoesToThemselves presses what would be a way round the profile, or
// out of the account.
func TestNobodyDoesToThemselves(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("ann")
	for key, why := range map[string]string{
		"p": "looked after in your profile", "r": "looked after in your profile", "x": "looked after in your profile",
		"D": "Hand over ownership first.", "m": "Hand over ownership first.", "d": "Hand over ownership first.",
	} {
		p.press(key)
		p.isTold(why)
	}
	p = atUsers(t, "lars")
	p.findsUser("lars")
	for _, key := range []string{"D", "m", "d"} {
		p.press(key)
		p.isTold("Nobody changes their own groups, status, customer or locations.")
	}
	p.press("esc")
	p.findsUser("ann")
	p.press("e")
	p.isTold("Only the account's owner may do this.")
}

// setsPassword opens the gate of a new password, where it is closed, and goes to
// the users.
func (p *person) setsPassword() {
	p.t.Helper()
	if p.console.standing.Gate == domain.GatePassword {
		p.types("seven otters on the quay")
		p.press("enter")
		p.types("seven otters on the quay")
		p.press("enter")
	}
	p.goes("Users")
}

// TestANestedAdministrator acts within the reach of one, and at its edge.
func TestANestedAdministrator(t *testing.T) {
	p := as(t, "cecilie") // Nordics and below, with Nested Customer Administrator
	p.setsPassword()
	p.seesNot("lars", "pilar", "ann · owner")
	p.findsUser("kirsten")
	p.press("D", "y")
	p.sees("kirsten is inactive.")
	p.press("m")
	p.types("helsinki")
	p.press("enter", "y")
	p.sees("Moved kirsten to Acme HQ / Nordics / Helsinki.")

	p = as(t, "sven") // Stockholm, without it
	p.setsPassword()
	p.sees("1 user, none nested")
	p.press("b")
	p.isTold("to list users in the customers nested under Stockholm.")
}

// TestForgettingFailuresBeforeTheyLock: between two waits nobody is locked, but
// the next slip of the finger brings a longer one.
func TestForgettingFailuresBeforeTheyLock(t *testing.T) {
	p := atUsers(t, "ann")
	for range 3 {
		p.console.db.SignIn(t.Context(), domain.DoorConsole, "elsewhere", "tom", "a wrong password")
	}
	p.findsUser("tom")
	p.press("enter")
	p.isTold("Failed since 3 times; u forgets them")
	p.press("u")
	p.sees("tom is unlocked: the failed sign-ins are forgotten.")
	if row := p.userNow("tom"); row.Failed != 0 {
		t.Errorf("%d failed", row.Failed)
	}
}
