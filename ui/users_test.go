package ui

import (
	"strings"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// atUsers is somebody who has signed in and gone to the users.
func atUsers(t *testing.T, username string) *person {
	t.Helper()
	p := as(t, username)
	p.goes("Users")
	return p
}

// findsUser filters the users for a name and goes to the list.
func (p *person) findsUser(name string) {
	p.t.Helper()
	p.press("/")
	for range len("a filter of before") {
		p.press("backspace")
	}
	p.types(name)
	p.press("enter")
	p.sees("› " + name)
}

// usersInAll is how many users the account has, in words.
func (p *person) usersInAll() string {
	p.t.Helper()
	all, err := p.console.db.Users(p.t.Context(), p.operator(), store.UserQuery{Page: store.Page{Limit: 1}})
	if err != nil {
		p.t.Fatal(err)
	}
	return counted(all.Total, "user", "users")
}

// userNow is a user of the sample as they are stored.
func (p *person) userNow(username string) store.UserDetail {
	p.t.Helper()
	row, err := p.console.db.FindUser(p.t.Context(), p.operator(), username)
	if err != nil {
		p.t.Fatalf("%s: %v", username, err)
	}
	detail, err := p.console.db.User(p.t.Context(), p.operator(), row.ID)
	if err != nil {
		p.t.Fatalf("%s: %v", username, err)
	}
	return detail
}

// isTold is reads for what stands in a box, where there is one.
func (p *person) isTold(texts ...string) {
	p.t.Helper()
	inBox := func() string {
		var words []string
		for line := range strings.SplitSeq(p.screen(), "\n") {
			if from, to := strings.Index(line, "│"), strings.LastIndex(line, "│"); from < to {
				line = line[from+len("│") : to]
			}
			words = append(words, strings.Fields(line)...)
		}
		return strings.Join(words, " ")
	}
	late := time.After(patience)
	for _, text := range texts {
		for !strings.Contains(inBox(), text) {
			select {
			case m := <-p.messages:
				p.send(m)
			case <-late:
				p.t.Fatalf("%q isn't on the screen:\n%s", text, p.screen())
			}
		}
	}
}

func TestTheListOfUsers(t *testing.T) {
	p := atUsers(t, "ann")
	all := p.usersInAll()
	p.sees("   "+all, "Username", "Full name", "Customer", "Groups", "Status", "2nd factor", "ann · owner")
	if l := p.line("cecilie "); !strings.Contains(l, "AA NCA FM") || !strings.Contains(l, "active") {
		t.Errorf("cecilie is %q", l)
	}
	p.press("/")
	p.types("iberia")
	p.sees("4 of "+all, "pilar", "diego", "missing") // their customer forces a second factor
	p.types(" madr")
	p.sees("2 of "+all, "no sign-in")
	p.types("x")
	p.sees("No user matches. esc clears the filter")
	p.press("esc")
	p.sees("   " + all)
	p.press("s", "S")
	p.sees("Sorted by full name.")
	p.press("c", "space")
	p.sees("The username is always shown")
	p.press("down", "space", "esc")
	p.seesNot("Full name")
	p.press("b")
	p.sees("this list is of all its customers")
}

func TestTheListOfUsersIsOfTheScope(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("nordics")
	p.press("enter")
	p.goes("Users")
	p.sees("cecilie", "tom", "kirsten")
	p.seesNot("lars", "pilar")
	p.press("b")
	p.sees("2 users, none nested", "cecilie", "tom")
	p.seesNot("kirsten")
}

func TestWhoMayNotListNestedUsersIsToldWhy(t *testing.T) {
	p := atUsers(t, "felix") // Fleet Management of Benelux
	p.sees("2 users, none nested", "felix", "sanne")
	p.press("b")
	p.isTold("to list users in the customers nested under Benelux.")
}

func TestAnEmptyListOfUsersSaysWhy(t *testing.T) {
	p := as(t, "sven") // Account Administrator of Stockholm, and of nothing nested
	p.setsPassword()
	p.goes("Customers")
	p.findsCustomer("söder")
	p.press("enter")
	p.goes("Users")
	p.isTold("to list users in the customers nested under Stockholm.")
	p.seesNot("maja")
}

func TestAFleetManagerReadsTheListAndIsToldWhy(t *testing.T) {
	p := atUsers(t, "felix")
	p.findsUser("sanne")
	for _, key := range []string{"n", "e", "p", "i", "r", "u", "D", "m", "d", "x", "K", "t", "w"} {
		p.press(key)
		p.isTold("It takes Account Administrator")
		p.sees("› sanne")
	}
	p.press("enter")
	p.sees("Sanne Bakker")
	p.press("end")
	p.sees("sanne@acme.example")
	p.press("e")
	p.isTold("It takes Account Administrator to edit users.")
	p.press("a")
	p.sees("What sanne can see and do")
}

func TestThePaneOfAUser(t *testing.T) {
	p := atUsers(t, "ann")
	p.resizes(150, 40)
	p.findsUser("dora")
	p.sees("Device Management", "Dora Holm", "dora@acme.example", "Acme HQ / Nordics / Aarhus Depot")
	p.isTold("! Device Management lists no devices until it is paired with Full Device Access.")
}

func TestTheListOnASmallScreen(t *testing.T) {
	p := atUsers(t, "ann")
	p.resizes(40, 10)
	p.sees("ann · owner", "active")
}

func TestUsersFollowOthers(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom")
	tom := p.userNow("tom")
	if err := p.console.db.SetUserActive(t.Context(), p.operator(), tom.ID, false); err != nil {
		t.Fatal(err)
	}
	p.sees("inactive")
	p.press("enter")
	p.sees("inactive: can't sign in; D activates")
	if err := p.console.db.SetUserActive(t.Context(), p.operator(), tom.ID, true); err != nil {
		t.Fatal(err)
	}
	for strings.Contains(p.screen(), "inactive") {
		p.send(<-p.messages)
	}
	if err := p.console.db.DeleteUser(t.Context(), p.operator(), tom.ID); err != nil {
		t.Fatal(err)
	}
	p.sees("This user is gone")
	p.press("e")
	p.sees("This user is gone")
	p.press("esc", "esc")
	p.sees("   " + p.usersInAll())
}

func TestANewUserIsUnderTheCursor(t *testing.T) {
	p := atUsers(t, "ann")
	p.findsUser("tom") // a filter that would hide them is lifted
	p.press("n")
	form := p.console.body().(*userForm)
	form.inputs.SetValue(inputUsername, "nora")
	p.press("ctrl+s")
	p.sees("Hand this to nora")
	p.press("k")
	p.sees("› nora", "invited")
	p.seesNot("1 of ")
}

func TestTheRowsOfEveryUser(t *testing.T) {
	p := atUsers(t, "ann")
	s := p.console.body().(*users)
	if len(s.found) != len(s.all) || len(s.all) == 0 {
		t.Fatalf("%d of %d are listed", len(s.found), len(s.all))
	}
	for i := range userColumns {
		p.console.userView.sort = i
		if userColumns[i].order == nil {
			continue
		}
		for _, reverse := range []bool{false, true} {
			p.console.userView.reverse = reverse
			s.arrange()
			for k := 1; k < len(s.found); k++ {
				by := userColumns[i].order(s.found[k-1], s.found[k])
				if reverse {
					by = -by
				}
				if by > 0 {
					t.Errorf("by %s, %s stands before %s", userColumns[i].name, s.found[k-1].Username, s.found[k].Username)
				}
			}
		}
	}
}

func TestTheWordsOfAUser(t *testing.T) {
	limited := store.UserRow{User: domain.User{Locations: make([]domain.ID, 3)}, LocationNames: []string{"Dock", "Yard"}}
	if got := locationWords(&limited); got != "Dock, Yard and 1 other" {
		t.Error(got)
	}
	if got := locationWords(&store.UserRow{User: domain.User{Locations: make([]domain.ID, 2)}}); got != "2 locations" {
		t.Error(got)
	}
	c := &Console{options: Options{Now: clock}}
	for _, test := range []struct {
		mail store.MailState
		says string
	}{
		{store.MailState{}, "the code was shown"},
		{store.MailState{To: "a@b.example", Waiting: true}, "waits to go out to a@b.example"},
		{store.MailState{To: "a@b.example", Waiting: true, Tries: 2, Error: "no route", NextTry: clock()}, "failed 2 times: no route. Next try 13:32 UTC"},
		{store.MailState{To: "a@b.example", Sent: true}, "sent to a@b.example"},
		{store.MailState{To: "a@b.example", Error: "no such mailbox."}, "given up: no such mailbox."},
		{store.MailState{To: "a@b.example"}, "taken back"},
	} {
		if got, _ := c.mailWords(test.mail); !strings.Contains(got, test.says) {
			t.Errorf("%+v: %s", test.mail, got)
		}
	}
}
