package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// footer is the last line of the screen.
func (p *person) footer() string {
	lines := strings.Split(p.screen(), "\n")
	return lines[len(lines)-1]
}

func TestTheFooterAlwaysLeadsToTheOtherKeys(t *testing.T) {
	p := as(t, "ann")
	for _, size := range [][2]int{{40, 10}, {60, 15}, {80, 24}, {150, 45}} {
		p.resizes(size[0], size[1])
		for _, tab := range []string{"1", "2", "3", "4"} {
			p.press(tab)
			if !strings.Contains(p.footer(), "? help") {
				t.Errorf("%v, tab %s: no way to help:\n%s", size, tab, p.screen())
			}
		}
	}
}

func TestTheFooterSaysWhatAKeyDoesNow(t *testing.T) {
	p := as(t, "ann")
	if strings.Contains(p.footer(), "esc") { // nothing to go back to
		t.Errorf("at the top: %s", p.footer())
	}
	p.press("esc")
	p.sees("This is the top. q signs out")
	p.press("@Customers", "/")
	p.types("nor")
	p.sees("esc clear filter")
	p.press("enter")
	p.press("e")
	p.sees("enter next")
	p.press("up") // to the last field
	p.sees("enter save")
	p.press("ctrl+g")
	p.sees("Keys of this screen", "? close")
	p.press("?", "esc")
	p.seesNot("Keys of this screen")
}

func TestEndingOnceMoreEndsWithoutAsking(t *testing.T) {
	p := as(t, "ann")
	p.press("@Account", "e")
	p.types("x")
	p.press("ctrl+c")
	p.sees("Leave without saving?", "y throw it away")
	if p.gone {
		t.Fatal("left without asking")
	}
	p.press("ctrl+c")
	for !p.gone {
		p.send(<-p.messages)
	}
}

func TestTooSmallAWindowKeepsWhatWasTyped(t *testing.T) {
	p := as(t, "ann")
	p.press("@Account", "e")
	p.types(" anew")
	p.resizes(39, 9)
	p.sees("Tenantry needs 40×10")
	p.press("esc", "y")
	if p.gone {
		t.Fatal("esc left the program")
	}
	p.resizes(80, 24)
	p.sees("Acme Fleet anew")
}

func TestWordsThatAreTyped(t *testing.T) {
	p := atSignIn(t)
	p.press("esc")
	p.sees("ctrl+c leaves the program", "ctrl+c quit")
	p.signIn("felix")
	p.press("9")
	p.sees("No tab has that number.")
	p.pastes("text")
}

// newcomer is a person who has no database yet.
func newcomer(t *testing.T) *person {
	path := t.TempDir() + "/tenantry.db"
	return sitDown(t, Options{
		Path: path, Door: domain.DoorConsole, From: "test", Now: clock,
		Create: func(ctx context.Context) (*store.DB, error) { return store.Create(ctx, path, storeOptions()) },
	})
}

func TestGoingBackInTheWizardKeepsWhatWasTyped(t *testing.T) {
	p := newcomer(t)
	p.press("enter")
	p.sees("Your account (1 of 4)", "such as Acme Fleet", "ctrl+s next page")
	p.types("Ærø")
	p.press("ctrl+c")
	p.sees("The account isn't created yet")
	p.press("n", "esc")
	p.sees("Look round on sample data")
	p.press("enter")
	p.sees("Ærø")
	p.press("ctrl+s")
	p.sees("Give an email address")
	p.types("o")
	p.seesNot("Give an email address") // it was about what stood there
}

// TestTheMouse is off until it is asked for; then a click chooses a row and the
// wheel moves the cursor.
func TestTheMouse(t *testing.T) {
	p := as(t, "ann")
	if p.console.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is on by itself")
	}
	p.press(":")
	p.types("mouse")
	p.press("enter")
	if p.console.View().MouseMode == tea.MouseModeNone {
		t.Error("the mouse can't be switched on")
	}
	p.press("@Customers")
	p.clicks("Benelux")
	p.sees("› ", "Benelux · Netherlands")
	p.press("@Devices")
	p.clicks("Crane 3 Aalborg")
	p.sees("›  Crane 3 Aalborg")
	p.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	p.sees("›  Crane 4 Aalborg")
	p.press("m", "enter")
	p.clicks("Crane 5 Odense")
	p.press("space")
	p.sees("● Crane 5 Odense")
}

// clicks clicks on the first line of the screen with that text.
func (p *person) clicks(text string) {
	p.t.Helper()
	p.settles()
	for y, line := range strings.Split(p.screen(), "\n") {
		if strings.Contains(line, text) {
			p.send(tea.MouseClickMsg{X: 5, Y: y, Button: tea.MouseLeft})
			p.settles()
			return
		}
	}
	p.t.Fatalf("%q isn't on the screen:\n%s", text, p.screen())
}

// TestTheTabsAreThoseThatPeopleAreToldOf: what somebody's groups open is said in
// the summary of their access by domain, which can't see the tabs.
func TestTheTabsAreThoseThatPeopleAreToldOf(t *testing.T) {
	var made, told []domain.Section
	for _, s := range sections {
		made = append(made, s.what)
	}
	for _, s := range domain.Sections() {
		if s.HasTab() {
			told = append(told, s)
		}
	}
	if !slices.Equal(made, told) {
		t.Errorf("the console has the tabs %v, and people are told of %v", made, told)
	}
}

// TestTheTabThatOneIsOnIsNamed, and every other has its key in sight.
func TestTheTabThatOneIsOnIsNamed(t *testing.T) {
	p := as(t, "ann")
	for _, w := range []int{40, 60, 80, 120} {
		p.resizes(w, 24)
		for _, tab := range p.console.tabs {
			p.press("@" + tab.name)
			line := strings.Split(p.screen(), "\n")[1]
			section, _ := domain.ParseSection(tab.name)
			if !strings.Contains(line, p.numberOf(tab.name)+" "+tab.name+" ") && !strings.Contains(line, p.numberOf(tab.name)+" "+section.Short()+" ") {
				t.Errorf("%d wide, %s: %q", w, tab.name, line)
			}
			for _, other := range p.console.tabs {
				if !strings.Contains(line, " "+p.numberOf(other.name)+" ") {
					t.Errorf("%d wide, on %s the key of %s is out of sight: %q", w, tab.name, other.name, line)
				}
			}
		}
	}
}
