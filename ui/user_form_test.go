package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// createsAt opens the form for a new user of a customer.
func (p *person) createsAt(path string) {
	p.t.Helper()
	p.press("n")
	p.sees("New user")
	p.goesTo("Customer")
	p.press("ctrl+u")
	p.types(path)
	p.goesTo("Full name")
}

// atUsersAsAdministrator is tom, who has been made an Account Administrator of
// Nordics and of nothing below.
func atUsersAsAdministrator(t *testing.T) *person {
	t.Helper()
	p := as(t, "tom")
	tom := p.userNow("tom").User
	tom.Groups |= domain.AccountAdministrator
	if _, err := p.console.db.EditUser(t.Context(), p.operator(), tom); err != nil {
		t.Fatal(err)
	}
	p.seesTabs("Users")
	p.goes("Users")
	return p
}

// goesTo moves through a form to the input with that label.
func (p *person) goesTo(label string) {
	p.t.Helper()
	for range 60 {
		for l := range strings.SplitSeq(p.screen(), "\n") {
			if at, ok := strings.CutPrefix(l, "› "); ok && strings.Contains(at, label) {
				return
			}
		}
		p.press("down")
	}
	p.t.Fatalf("there is no %q:\n%s", label, p.screen())
}

// secretShown is what the page in front shows once.
func (p *person) secretShown() string {
	p.t.Helper()
	p.settles()
	page, ok := p.console.body().(*once)
	if !ok {
		p.t.Fatalf("nothing is shown once here:\n%s", p.screen())
	}
	p.sees(page.copy)
	return page.copy
}

func TestATechnicianGetsACodeAndSignsIn(t *testing.T) {
	p := atUsers(t, "ann")
	p.createsAt("Acme HQ/Nordics/Aarhus Depot")
	p.types("Tom Ruud")
	p.goesTo("Username")
	p.sees("Username        tom.ruud", "Tom Ruud: sees no devices; may not manage users.")
	p.goesTo("Device Management")
	p.press("space")
	p.sees("Device Management lists no devices until it is paired", "Tom Ruud: sees no devices")
	p.isTold("Opens the tab Devices (empty).")
	p.goesTo("Full Device Access")
	p.press("space")
	p.seesNot("until it is paired")
	p.sees("Tom Ruud: sees 160 devices in Aarhus Depot and below")
	p.goesTo("They get in by")
	p.sees("code shown here, to hand over", "good for 3 days")
	p.press("ctrl+s")
	p.sees("Hand this to Tom Ruud (tom.ruud)", "They sign in as tom.ruud.", "15 Mar 2026 14:32 CET")
	code := p.secretShown()
	p.press("esc")
	p.sees("shown only once")
	p.press("k")
	p.sees("Created Tom Ruud.", "› tom.ruud")
	made := p.userNow("tom.ruud")
	if made.Groups != domain.DeviceManagement|domain.FullDeviceAccess || made.Customer != p.customer("Acme HQ/Nordics/Aarhus Depot").ID {
		t.Errorf("made %+v", made.User)
	}

	p.press("q", "y")
	p.sees("Password or code")
	p.signsIn("tom.ruud", code)
	p.sees("A new password is due")
}

func TestGroupsThatCannotBeGrantedSayWhy(t *testing.T) {
	p := atUsersAsAdministrator(t)
	p.press("n")
	p.goesTo("Nested Customer Administrator")
	p.sees(" -  Nested Customer Administrator", "can be granted only by those who hold it")
	p.press("space")
	if note := p.console.note.text; note != "Nested Customer Administrator can be granted only by those who hold it." {
		t.Errorf("the key is answered by %q", note)
	}
	form := p.console.body().(*userForm)
	if form.typedGroups() != 0 {
		t.Errorf("ticked %s", form.typedGroups())
	}

	// Who holds no Account Administrator grants what they hold, and no more.
	p = atUsers(t, "nina")
	p.press("n")
	p.goesTo("Account Administrator")
	p.isTold("Without Account Administrator one grants only the groups that one holds")
	p.goesTo("Nested Customer Administrator")
	p.press("space")
	p.sees("[x] Nested Customer Administrator")
	p.goesTo("Fleet Management")
	p.press("space")
	p.goesTo("Full name")
	p.types("Otto Rahn")
	p.press("ctrl+s")
	p.sees("Hand this to Otto Rahn (otto.rahn)")
}

func TestGroupsWithoutTheAddOnSayWhy(t *testing.T) {
	p := atUsers(t, "ann")
	account, err := p.console.db.Account(t.Context(), p.operator())
	if err != nil {
		t.Fatal(err)
	}
	account.AddOns.AccessControl = false
	if _, err := p.console.db.EditAccount(t.Context(), p.operator(), account.Account); err != nil {
		t.Fatal(err)
	}
	p.settles()
	p.press("n")
	p.goesTo("Access Control Management")
	p.isTold("doesn't have the access control add-on")
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	p := atUsers(t, "ann")
	p.press("n")
	p.goesTo("Email")
	p.types("tom@@acme")
	p.goesTo("Username")
	p.press("ctrl+u")
	p.types("ab")
	p.press("ctrl+s")
	p.resizes(80, 50)
	p.sees("3 to 32 characters")
	p.sees("tom@@acme", "› Email")
	p.goesTo("Username")
	p.press("ctrl+u")
	p.types("tom")
	p.goesTo("Email")
	p.press("ctrl+u")
	p.press("ctrl+s")
	p.sees("This username is taken already.", "› Username")
	p.press("esc")
	p.sees("Leave without saving?")
	p.press("n")
	p.sees("tom")
	p.press("esc", "y")
	p.sees("users")
}

func TestAnUntouchedFormIsLeftWithoutAsking(t *testing.T) {
	p := atUsers(t, "ann")
	p.press("n")
	p.sees("New user")
	p.press("esc")
	p.sees("users")
	p.findsUser("tom")
	p.press("e")
	p.sees("Tom Bakke (tom)")
	p.press("esc")
	p.seesNot("Leave without saving?")
}

func TestAPasswordByHand(t *testing.T) {
	p := atUsers(t, "ann")
	p.createsAt("Acme HQ/Nordics")
	p.types("Rolf Ek")
	p.goesTo("They get in by")
	p.press("right", "right")
	p.sees("password typed by hand")
	p.goesTo("Password")
	p.types("kort")
	p.goesTo("Once more")
	p.types("kurt")
	p.press("ctrl+s")
	p.sees("The two aren't the same.")
	p.press("ctrl+u")
	p.types("kort")
	p.press("ctrl+s")
	p.sees("The password is too short", "› Password")
	p.press("ctrl+u")
	p.types("seven purple teapots")
	p.goesTo("Once more")
	p.press("ctrl+u")
	p.types("seven purple teapots")
	p.press("ctrl+s")
	p.sees("Created Rolf Ek.")
	if u := p.userNow("rolf.ek"); !u.MustChange {
		t.Errorf("%+v", u)
	}
	p.press("q", "y")
	p.sees("Password or code")
	p.signsIn("rolf.ek", "seven purple teapots")
	p.sees("A new password is due")
}

func TestAPasswordThatIsMade(t *testing.T) {
	p := atUsers(t, "ann")
	p.createsAt("Acme HQ/Nordics")
	p.types("Rolf Ek")
	p.goesTo("They get in by")
	p.press("right")
	p.sees("password made and shown here")
	p.press("ctrl+s")
	p.sees("Hand this to Rolf Ek (rolf.ek)", "They must change the password when they sign in with it.")
	password := p.secretShown()
	if len(password) < 15 {
		t.Errorf("%q is short", password)
	}
	p.press("k", "q", "y")
	p.sees("Password or code")
	p.signsIn("rolf.ek", password)
	p.sees("A new password is due")
}

func TestWithoutAMailServerNoMailGoesOut(t *testing.T) {
	p := atUsers(t, "ann")
	p.createsAt("Acme HQ/Nordics")
	p.types("Rolf Ek")
	p.goesTo("Email")
	p.types("rolf@acme.example")
	p.goesTo("They get in by")
	p.sees("code shown here")
	p.press("left")
	p.sees("code sent by mail", "No mail server is set up here")
	p.press("ctrl+s")
	p.sees("No mail server is set up here", "› They get in by")
}

func TestAMailIsFollowed(t *testing.T) {
	p := atUsers(t, "ann")
	p.console.options.Mail = true
	p.createsAt("Acme HQ/Nordics")
	p.types("Rolf Ek")
	p.goesTo("They get in by")
	p.sees("code shown here") // no email yet
	p.goesTo("Email")
	p.types("rolf@acme.example")
	p.goesTo("Username")
	p.sees("Username        rolf ") // of the email
	p.goesTo("They get in by")
	p.sees("code sent by mail")
	p.press("ctrl+s")
	p.sees("Rolf Ek (rolf)", "Waiting to be sent to rolf@acme.example.", "good until 15 Mar 2026 14:32 CET")
	p.isExact("a mail that waits")

	db, operator := p.console.db, domain.Actor{Operator: true, Door: domain.DoorMachine}
	mail, _, err := db.NextMail(t.Context(), operator)
	if err != nil || mail == nil {
		t.Fatalf("%v, %v", mail, err)
	}
	if err := db.MailFailed(t.Context(), operator, *mail, "mail.acme.example doesn't answer", false); err != nil {
		t.Fatal(err)
	}
	p.isTold("It couldn't be sent to rolf@acme.example: mail.acme.example doesn't answer. It is tried again at 12 Mar 2026 14:33 CET.")
	p.press("t")
	p.sees("Take the code?")
	p.press("y")
	p.sees("Hand this to Rolf Ek (rolf)")
	code := p.secretShown()
	if code != mail.Code {
		t.Errorf("the code is %s, in the mail it was another", code)
	}
	p.press("k")
	p.sees("Created Rolf Ek.")
}

func TestAMailThatIsSent(t *testing.T) {
	p := atUsers(t, "ann")
	p.console.options.Mail = true
	p.findsUser("tom")
	p.press("p")
	p.sees("Reset the password of tom", "their open sessions; SSH keys and API tokens", "enter reset", "code sent by mail")
	p.press("ctrl+s")
	p.sees("Waiting to be sent to tom@")
	db, operator := p.console.db, domain.Actor{Operator: true, Door: domain.DoorMachine}
	mail, _, err := db.NextMail(t.Context(), operator)
	if err != nil || mail == nil {
		t.Fatalf("%v, %v", mail, err)
	}
	if err := db.MailSent(t.Context(), operator, *mail); err != nil {
		t.Fatal(err)
	}
	p.sees("Sent to tom@")
	p.press("t")
	p.sees("The mail has gone out.")
	p.press("enter")
	p.sees("users")
}

func TestAMailThatIsGivenUp(t *testing.T) {
	p := atUsers(t, "ann")
	p.console.options.Mail = true
	p.findsUser("tom")
	p.press("p", "ctrl+s")
	p.sees("Waiting to be sent to tom@")
	db, operator := p.console.db, domain.Actor{Operator: true, Door: domain.DoorMachine}
	mail, _, err := db.NextMail(t.Context(), operator)
	if err != nil || mail == nil {
		t.Fatalf("%v, %v", mail, err)
	}
	if err := db.MailFailed(t.Context(), operator, *mail, "no such mailbox", true); err != nil {
		t.Fatal(err)
	}
	p.isTold("isn't tried any more: no such mailbox. To hand over a code yourself, reset the password again")
	p.press("t")
	p.isTold("The mail is given up, and its code with it: reset the password again")
	p.spoil()
	p.isExact("a mail with hostile words")
}

func TestAUserEditedByTwo(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	p.press("e")
	p.sees("Tom Bakke (tom)")
	p.goesTo("Full name")
	p.press("ctrl+u")
	p.types("Thomas Bakke")
	theirs := p.userNow("tom").User
	theirs.FullName, theirs.Phone, theirs.Groups = "Tommy Bakke", "+47 22 33 44 55", theirs.Groups|domain.FleetManagement
	if _, err := p.console.db.EditUser(t.Context(), p.operator(), theirs); err != nil {
		t.Fatal(err)
	}
	p.resizes(80, 50)
	p.press("ctrl+s")
	p.isTold("changed by the operator", "Save again to keep", "Meanwhile it was set to Tommy Bakke.", "Changed meanwhile, from none.", "Changed meanwhile, from not ticked.")
	p.sees("[x] Fleet Management", "Thomas Bakke")
	p.press("ctrl+s")
	p.sees("Saved Thomas Bakke.")
	if u := p.userNow("tom"); u.FullName != "Thomas Bakke" || u.Phone == "" || !u.Groups.Has(domain.FleetManagement) {
		t.Errorf("tom is %+v", u.User)
	}
}

func TestTheLastAdministratorIsAskedAbout(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("sven")
	p.press("e")
	p.goesTo("Account Administrator")
	p.press("space", "ctrl+s")
	p.sees("Save Sven Åberg?")
	p.press("n")
	if !p.userNow("sven").Groups.Has(domain.AccountAdministrator) {
		t.Fatal("saved without a yes")
	}
	p.press("ctrl+s", "y")
	p.sees("Saved Sven Åberg.")
	if p.userNow("sven").Groups != 0 {
		t.Error("sven still holds", p.userNow("sven").Groups)
	}
}

func TestWhatNobodyChangesAboutThemselves(t *testing.T) {
	p := atUsersAsAdministrator(t)
	p.findsUser("tom")
	p.press("e")
	p.sees("Tom Bakke (tom)")
	p.goesTo("Customer")
	p.isTold("Nobody changes their own groups, status, customer or locations.")
	p.press("x")
	p.goesTo("Account Administrator")
	p.press("space")
	p.goesTo("Active")
	p.press("space")
	p.goesTo("Phone")
	p.types("+45 11 22 33 44")
	p.press("ctrl+s")
	p.sees("Saved Tom Bakke.")
	u := p.userNow("tom")
	if u.Inactive || !u.Groups.Has(domain.AccountAdministrator) || u.Phone == "" {
		t.Errorf("tom is %+v", u.User)
	}
}

func TestMovingByTheForm(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	p.press("e")
	p.goesTo("Customer")
	p.press("ctrl+t")
	p.sees("Move Tom Bakke to")
	p.types("oslo")
	p.press("enter")
	p.sees("Acme HQ/Nordics/Oslo", "in Oslo")
	p.press("ctrl+s")
	p.sees("Saved Tom Bakke.")
	if got := p.userNow("tom").Customer; got != p.customer("Acme HQ/Nordics/Oslo").ID {
		t.Error("tom is of", p.console.path(got))
	}
}

// somePlaces are locations that the form is told of in place of stored ones.
func somePlaces(customer domain.ID, names ...string) []store.LocationRow {
	var rows []store.LocationRow
	for i, name := range names {
		rows = append(rows, store.LocationRow{Location: domain.Location{ID: domain.ID{0xee, byte(i)}, Customer: customer, Name: name}, CustomerPath: "Acme HQ/Nordics"})
	}
	return rows
}

func TestChoosingLocations(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	p.press("e")
	p.seesNot("Limited to") // there is none
	form := p.console.body().(*userForm)
	form.limited.rows = somePlaces(form.read.Customer, "Depot", "Dock", "Yard", hostile)
	for _, l := range form.limited.rows {
		form.limited.known = map[domain.ID]string{l.ID: l.Name}
	}
	for _, l := range form.limited.rows {
		form.limited.known[l.ID] = l.Name
	}
	form.follow()
	p.goesTo("Limited to")
	p.sees("not limited: all devices that the groups give")
	p.press("space")
	p.sees("no limit", "Depot", "Yard")
	p.isExact("choosing locations")
	p.press("space", "/")
	p.types("yar")
	p.seesNot("Dock")
	p.press("enter", "space", "esc")
	p.sees("2 locations")
	p.press("enter")
	p.sees("Depot, Yard")
	p.isExact("the form with locations")
	p.press("ctrl+s") // the store knows of none
	p.isTold("There is no such location in the customer of this user.")
	p.press("space", "A", "enter")
	p.sees("not limited")
}

func TestALimitedCreatorIsToldWhatTheyMustLimit(t *testing.T) {
	p := atUsers(t, "ann")
	p.press("n")
	p.types("Tom Ruud")
	form := p.console.body().(*userForm)
	refused := domain.Errorf(domain.Refused, "locations", "Whoever you let see devices must be limited to some of these.")
	form.failing(savedUser{}, refused) // there is no location to choose
	p.isTold("must be limited to some of these.")
	form.limited.rows = somePlaces(form.read.Customer, "Depot")
	form.follow()
	p.press("down")
	form.failing(savedUser{}, refused)
	p.sees("› Limited to")
	p.isTold("! Whoever you let see devices must be limited to some of these.")
}

func TestLocationsThatAreLostByMoving(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	p.press("e")
	p.settles()
	form := p.console.body().(*userForm)
	rows := somePlaces(form.read.Customer, "Depot", "Dock")
	form.limited.known = map[domain.ID]string{rows[0].ID: "Depot", rows[1].ID: "Dock"}
	form.limited.chosen = []domain.ID{rows[0].ID, rows[1].ID}
	form.limited.rows = rows[:1]
	form.follow()
	p.goesTo("Limited to")
	p.isTold("1 location isn't this customer's, and dropped.")
	form.limited.rows = nil
	form.follow()
	p.isTold("None of their locations is one of this customer's: their limit is lifted")
	if got := form.typedPlaces(); len(got) != 0 {
		t.Errorf("kept %v", got)
	}
}

func TestTheFormOnASmallScreen(t *testing.T) {
	p := atUsers(t, "ann")
	p.resizes(40, 10)
	p.press("n")
	p.types("Tom Ruud")
	p.goesTo("Device Management")
	p.press("space")
	p.sees("[x] Device Management", "Tom Ruud: sees no devices")
	p.press("ctrl+s")
	p.sees(p.secretShown(), "k ")
}

func TestPastingIntoTheForm(t *testing.T) {
	p := atUsers(t, "ann")
	p.press("n")
	p.goesTo("Email")
	p.pastes("mads.holm@acme.example\n")
	p.sees("mads.holm@acme.example")
	p.goesTo("Username")
	p.sees("Username        mads.holm")
	p.pastes("x")
	p.goesTo("Email")
	p.pastes("y")
	p.sees("mads.holmx") // once changed by hand, it stays
}

func TestAHostileUserInTheForm(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	p.press("e")
	p.spoil()
	p.isExact("the form of a hostile user")
	p.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	p.press("esc", "p")
	p.spoil()
	p.isExact("resetting the password of a hostile user")
}
