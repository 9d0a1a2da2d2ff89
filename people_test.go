package main

import (
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const annsPassword = "correct horse battery staple"

// installed makes a database with an account whose Nordics force a second
// factor, by the commands of the machine, and answers where it lies.
func installed(t *testing.T) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(t.TempDir(), "fleet.db")
	for _, words := range [][]string{
		{"init", "--account", "Acme Fleet", "--customer", "Acme HQ", "--email", "ops@acme.example", "--country", "DK", "--owner", "ann", "--password-stdin"},
		{"customers", "create", "--parent", "Acme HQ", "--name", "Nordics", "--force-second-factor"},
	} {
		command := exec.Command(path, append([]string{"--db", db}, words...)...)
		command.Stdin = strings.NewReader(annsPassword + "\n")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", words, err, out)
		}
	}
	return db
}

// signsIn signs somebody in from the sign-in screen. It waits for what was typed
// to stand there: what comes faster than any hand types counts as a paste.
func (term *terminal) signsIn(username, secret string) {
	term.t.Helper()
	term.sees("Password or code")
	term.types(username)
	term.sees("Username          " + username)
	term.press("Enter")
	term.types(secret)
	term.seesSecret()
	term.press("Enter")
}

// seesSecret waits until something stands in the field for the password.
func (term *terminal) seesSecret() {
	term.t.Helper()
	dots := regexp.MustCompile(`Password or code  [•*]`)
	for tries := 0; !dots.MatchString(term.screen()); tries++ {
		if tries > 300 {
			term.t.Fatalf("no password was typed:\n%s", term.screen())
		}
		term.wait()
	}
}

// TestATechnicianIsLetIn is the way of a new colleague from the administrator's
// form to their own console, at the size that everything is designed for: a
// code, a password of their own, a second factor scanned off the screen.
func TestATechnicianIsLetIn(t *testing.T) {
	db := installed(t)
	term := inTerminal(t, 80, 24, "%s --db "+db)
	term.signsIn("ann", annsPassword)
	term.sees("1 Overview  2 Account  3 Customers  4 Users  5 Devices  6 Locations")
	code := term.hires("Tom Bakke", "Acme HQ/Nordics")
	term.press("q", "y")

	term.signsIn("tom.bakke", code)
	term.sees("A new password is due")
	term.types("three little words here")
	term.sees("New password  •")
	term.press("Tab")
	term.sees("› Once more")
	term.types("three little words here")
	term.sees("Once more     •")
	term.press("Enter")
	factor := term.enrols()

	term.sees("1 Overview  2 Customers  3 Devices  4 API tokens  5 Profile")
	first := strings.Split(term.screen(), "\n")[:2]
	for _, other := range []string{"Account", "Users", "Locations", "Audit"} {
		if strings.Contains(first[1], other) {
			t.Errorf("the tab %s is open to Device Management and Full Device Access:\n%s", other, strings.Join(first, "\n"))
		}
	}

	// The code of the invitation is used up; password and second factor are not.
	term.press("q", "y")
	term.signsIn("tom.bakke", code)
	term.sees("The sign-in failed")
	term.types("three little words here")
	term.seesSecret()
	term.press("Enter")
	term.sees("second factor")
	recovery := recoveryCode.FindString(factor.shown)
	term.types(recovery)
	term.sees(recovery)
	term.press("Enter")
	term.sees("1 Overview  2 Customers  3 Devices  4 API tokens  5 Profile")
}

// hires creates a technician in the user form and answers the code to hand over.
func (term *terminal) hires(name, customer string) string {
	term.t.Helper()
	term.press("4", "n")
	term.sees("New user")
	term.types(name)
	term.sees("Full name       " + name)
	term.press("Tab", "Tab", "Tab", "Tab", "C-u")
	term.types(customer)
	term.sees("› Customer        " + customer)
	term.press("Tab", "Tab", "Space", "Tab", "Space") // past Account Administrator
	term.sees("may register, edit and")
	term.press("C-s")
	term.sees("Hand this to " + name)
	code := recoveryCode.FindString(term.screen())
	if code == "" {
		term.t.Fatalf("no code is shown:\n%s", term.screen())
	}
	term.press("k")
	term.sees("Created " + name)
	return code
}

// recoveryCode is what welcome codes and recovery codes look like.
var recoveryCode = regexp.MustCompile(`\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b`)

// enrolled is a second factor as its owner has it.
type enrolled struct {
	secret string
	shown  string // the screen with the recovery codes
}

// enrols scans the code off the screen, on a dark terminal and on a light one,
// and goes on to the console.
func (term *terminal) enrols() enrolled {
	term.t.Helper()
	term.sees("Scan the code")
	text := term.scans(darkTerminal)
	if light := term.scans(lightTerminal); text == "" || light != text {
		term.t.Fatalf("a dark terminal reads %q, a light one %q:\n%s", text, light, term.screen())
	}
	offer, err := url.Parse(text)
	if err != nil || offer.Scheme != "otpauth" {
		term.t.Fatalf("the code reads %q: %v", text, err)
	}
	e := enrolled{secret: offer.Query().Get("secret")}
	code := codeNow(term.t, e.secret)
	term.types(code)
	term.sees(code)
	term.press("Enter")
	term.sees("recovery codes")
	e.shown = term.screen()
	term.press("k")
	return e
}

// TestTheQRCodeIsReadEverywhere: the longest username, with colours and
// without, and where only ASCII is.
func TestTheQRCodeIsReadEverywhere(t *testing.T) {
	const longest = "abcdefghijklmnopqrstuvwxyz.01234"
	db := installed(t)
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	create := exec.Command(path, "--db", db, "users", "create", "--username", longest, "--customer", "Acme HQ/Nordics", "--groups", "dm,fda", "--password-stdin")
	create.Stdin = strings.NewReader(annsPassword + "\n")
	if out, err := create.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		name    string
		w, h    int
		environ []string
		look    look
		press   []string
	}{
		{"colour", 80, 24, nil, lightTerminal, nil},
		{"no colour, dark", 80, 24, []string{"NO_COLOR=1"}, darkTerminal, nil},
		{"no colour, light", 80, 24, []string{"NO_COLOR=1"}, lightTerminal, []string{"i"}},
		{"ASCII, dark", 120, 60, []string{"NO_COLOR=1", "TENANTRY_ASCII=1"}, darkTerminal, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			term := inTerminal(t, c.w, c.h, "%s --db "+db, c.environ...)
			term.signsIn(longest, annsPassword)
			term.sees("Your second factor")
			term.press(c.press...)
			if read := term.scans(c.look); !strings.HasPrefix(read, "otpauth://totp/") || !strings.Contains(read, longest) {
				t.Errorf("a camera reads %q off\n%s", read, term.screen())
			}
		})
	}
}
