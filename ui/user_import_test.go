package ui

import (
	"strings"
	"testing"
)

const peopleFile = `username,email,full_name,customer,groups,shoe_size
rolf.ek,rolf@acme.example,Rolf Ek,Acme HQ/Nordics,DM; FDA,44
signe.ek,,Signe Ek,,FM,38
tom,,Another Tom,,DM,40
berit,,Berit Bo,Acme HQ/Nowhere,DM,41
`

func TestImportingUsers(t *testing.T) {
	p := atUsers(t, "ann")
	files := p.savesFiles()
	files["people.csv"] = peopleFile
	p.press("I", "enter")
	p.sees("Only username is needed", "Type the name of a CSV file, or paste its text.")
	p.types("people.csv")
	p.press("down", "right")
	p.sees("No mail server is set up here.")
	p.press("enter")
	p.isTold("From people.csv", "2 will be made", "2 failed", "Columns left out: shoe_size.", "taken")
	p.press("k")
	p.sees("The codes are made with the users")
	p.isExact("an import of users that was checked")
	if row, err := p.console.db.FindUser(t.Context(), p.operator(), "rolf.ek"); err == nil {
		t.Fatalf("made %+v in a dry run", row)
	}

	p.press("y")
	p.isTold("2 made", "2 failed", "Made 2 users from people.csv.", "shown here and nowhere again")
	p.press("esc")
	p.isTold("The codes are shown here and nowhere again.")
	p.press("n", "s")
	p.sees("Wrote the codes to /files/codes-2026-03-12-1432.csv.")
	saved := strings.Split(files["codes-2026-03-12-1432.csv"], "\n")
	if len(saved) != 4 || saved[0] != "username,code,until" || !strings.HasSuffix(saved[1], ",2026-03-15T13:32:00Z") {
		t.Errorf("the file holds %q", saved)
	}
	p.press("k")
	code := strings.Split(saved[2], ",")[1]
	p.sees("Codes to hand over", "signe.ek "+code)
	p.isExact("an import of users")
	p.press("esc", "c")
	p.sees("2 lines that failed", "line 4:", "line 5:")
	p.press("esc", "esc")
	p.seesNot("Leave without saving?")
	p.findsUser("rolf.ek")
	p.press("q", "y")
	p.sees("Password or code")
	p.signsIn("signe.ek", code)
	p.sees("A new password is due")
}

func TestImportingPastedUsers(t *testing.T) {
	p := atUsers(t, "ann")
	p.console.options.Mail = true
	p.press("I")
	p.pastes(strings.ReplaceAll(peopleFile, "\n", "\r\n"))
	p.isTold("From the text you pasted", "2 will be made", "2 failed")
	p.press("end", "up")
	p.isTold("will be made; the code goes out by mail")
	p.press("y")
	p.isTold("2 made", "made; the code goes out by mail")
	p.press("s")
	p.sees("k copies the codes")
	p.press("k", "esc", "esc")
	p.sees("users")
	if i := p.userNow("rolf.ek").Invitation; i == nil || !i.Mail.Waiting {
		t.Errorf("rolf's mail: %+v", i)
	}
}

func TestAnImportOfUsersOnASmallScreen(t *testing.T) {
	p := atUsers(t, "ann")
	p.resizes(40, 10)
	p.press("I")
	p.pastes(peopleFile)
	p.sees("2 will be made, 2 failed")
	p.press("y")
	code := p.console.body().(*userImport).result.Rows[0].Code
	p.sees("2 made, 2 failed", "rolf.ek", code)
	p.spoil()
	p.isExact("an import of users with hostile words")
}

func TestImportingNothingGood(t *testing.T) {
	p := atUsersAsAdministrator(t)
	p.savesFiles()
	p.press("I")
	p.pastes("name,mail\nx,y\n")
	p.sees("names no column username")
	p.pastes("username,groups\nolga,NCA\n")
	p.isTold("0 will be made", "1 failed", "can be granted only by those who hold it")
	p.press("y")
	p.sees("No line is good.")
}
