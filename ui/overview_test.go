package ui

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tenantry/domain"
)

// figureOf is the number behind a name in the overview.
func (p *person) figureOf(key string) int {
	p.t.Helper()
	p.settles()
	s, ok := p.console.body().(*overview)
	if !ok {
		p.t.Fatalf("this isn't the overview:\n%s", p.screen())
	}
	for _, panel := range s.figures.panels {
		for _, one := range panel.figures {
			if one.key == key {
				return one.n
			}
		}
	}
	p.t.Fatalf("there is no %s:\n%s", key, p.screen())
	return 0
}

// movesTo puts the cursor of the overview on a figure.
func (p *person) movesTo(key string) {
	p.t.Helper()
	s := p.console.body().(*overview)
	p.press("g")
	for range 60 {
		if s.figures.key == key {
			return
		}
		p.press("down")
	}
	p.t.Fatalf("the cursor doesn't come to %s:\n%s", key, p.screen())
}

func TestTheConsoleOpensOnTheOverview(t *testing.T) {
	p := as(t, "ann")
	p.sees("1 Overview", "Devices  2,000", "online", "offline", "Last communication", "today", "last 7 days", "never",
		"Devices by customer", "Acme HQ", "Users  42", "invited", "no sign-in", "must enrol", "API tokens", "end soon", "Access today", "rejected", "enter list")
	p.sees("Recent changes", "signed in", "in the audit trail")
	for _, size := range [][2]int{{40, 10}, {120, 40}} {
		p.resizes(size[0], size[1])
		p.press("g")
		p.sees("online")
		for range 60 {
			p.press("down")
		}
		p.sees("in the audit trail") // by the arrow alone one comes to everything
	}
}

// TestFiguresLeadToWhatTheyCount for everyone who sees any: the list behind a
// number is as long as the number is large, and esc leads back to it.
func TestFiguresLeadToWhatTheyCount(t *testing.T) {
	seen := map[string]bool{}
	for _, who := range []string{"ann", "lars", "nina", "tom", "carla"} {
		p := as(t, who)
		p.settles()
		s := p.console.body().(*overview)
		for _, panel := range s.figures.panels {
			for _, one := range panel.figures {
				if one.open == nil || one.why != "" || one.say != "" {
					continue
				}
				seen[one.key] = true
				p.movesTo(one.key)
				n := p.figureOf(one.key)
				p.press("enter")
				p.console.searchable = true
				if got := p.listed(); got != n {
					t.Errorf("%s: %s is %d, and %d are listed:\n%s", who, one.key, n, got, p.screen())
				}
				for p.console.body() != screen(s) {
					p.press("esc")
				}
				if s.figures.key != one.key {
					t.Errorf("%s: back from %s the cursor is on %s", who, one.key, s.figures.key)
				}
			}
		}
	}
	for _, key := range []string{"user.no-sign-in", "access.rejected", "access.approved", "token.expiring", "factor.missing", "heard.never"} {
		if !seen[key] {
			t.Errorf("%s was nobody's", key)
		}
	}
}

// listed is how many rows the list in front has.
func (p *person) listed() int {
	p.t.Helper()
	p.settles()
	switch s := p.console.body().(type) {
	case *deviceList:
		p.sees("device")
		return s.matches()
	case *users:
		return len(s.found)
	case *tokens:
		return len(s.found)
	case *accessHistory:
		return s.total
	}
	p.t.Fatalf("this isn't a list:\n%s", p.screen())
	return 0
}

func TestWhatEachSeesOfTheOverview(t *testing.T) {
	for who, sees := range map[string]struct{ yes, no []string }{
		"tom":  {[]string{"Devices  634", "online", "Devices by customer", "Aarhus Depot"}, []string{"Users", "invited", "Iberia"}},
		"nina": {[]string{"Users", "invited", "Devices  "}, []string{"Iberia"}},
	} {
		p := as(t, who)
		p.sees(sees.yes...)
		p.seesNot(sees.no...)
	}
}

// TestWhoMaySeeNothingIsToldWhy: the overview is theirs, too.
func TestWhoMaySeeNothingIsToldWhy(t *testing.T) {
	p := as(t, "tom")
	tom := p.userNow("tom").User
	tom.Groups = domain.DeviceManagement
	if _, err := p.console.db.EditUser(t.Context(), p.operator(), tom); err != nil {
		t.Fatal(err)
	}
	p.sees("You see no devices and no users here.", "Full Device Access")
	p.press("enter")
	p.sees("1 Overview")
}

// TestTheOverviewFollowsWhatOthersDo, with the cursor where it was.
func TestTheOverviewFollowsWhatOthersDo(t *testing.T) {
	p := as(t, "ann")
	p.movesTo("user.inactive")
	before := p.figureOf("user.inactive")
	tom := p.userNow("tom").User
	tom.Inactive = true
	if _, err := p.console.db.EditUser(t.Context(), p.operator(), tom); err != nil {
		t.Fatal(err)
	}
	for p.figureOf("user.inactive") != before+1 {
		p.send(<-p.messages)
	}
	if s := p.console.body().(*overview); s.figures.key != "user.inactive" {
		t.Errorf("the cursor is on %s", s.figures.key)
	}
}

// TestTheOverviewOfACustomer is of it and what is below.
func TestTheOverviewOfACustomer(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("Nordics")
	p.press("enter", "@Overview")
	p.sees("Devices  634", "Aarhus Depot")
	p.movesTo("status.online")
	p.press("enter")
	p.sees("status:online", "of 634 devices")
	p.press("esc", "esc")
	p.sees("Devices  634")
}

// TestFiguresSayInWordsWhatBarsShow: without colours, and in ASCII.
func TestFiguresSayInWordsWhatBarsShow(t *testing.T) {
	p := as(t, "ann")
	p.console.options.Look.ASCII = true
	p.console.theme.Glyphs.Full, p.console.theme.Glyphs.Parts = "#", ""
	p.settles()
	line := p.line("online")
	n := p.figureOf("status.online")
	if !strings.Contains(line, "1,") || !strings.Contains(line, strconv.Itoa(n*100/2000)+"%") && !strings.Contains(line, "%") || !strings.Contains(line, "###") {
		t.Errorf("%d: %q", n, line)
	}
	if strings.ContainsFunc(p.screen(), func(r rune) bool { return r > 126 }) {
		t.Errorf("not only ASCII:\n%s", p.screen())
	}
}

// TestAManyDevicesAreCountedBehindTheFirstNumbers: what is known at once stands
// there at once; the rest can be called off, and counted again.
func TestManyDevicesAreCountedBehindTheFirstNumbers(t *testing.T) {
	p := as(t, "ann")
	p.settles()
	s := p.console.body().(*overview)
	s.seen.Devices.Looked, s.devices.Looked = false, false
	cmd := s.lookAtDevices()
	s.arrange()
	p.sees("Devices  2,000", "counting", "x stop counting")
	p.send(keyNamed("x"))
	p.sees("Not counted. r counts them.")
	p.run(cmd)
	p.settles()
	p.sees("Not counted.")
	p.press("r")
	p.sees("online")
}

func TestPercentagesNeverRoundToNothingOrAll(t *testing.T) {
	for _, c := range []struct {
		n, of int
		want  string
	}{{0, 10, "0%"}, {1, 1000, "<1%"}, {1, 3, "33%"}, {999, 1000, ">99%"}, {1000, 1000, "100%"}, {1, 2, "50%"}} {
		if got := percent(c.n, c.of); got != c.want {
			t.Errorf("%d of %d: %s", c.n, c.of, got)
		}
	}
}

// TestFiguresAreDrawnExactly with any names and numbers, wherever the cursor is.
func TestFiguresAreDrawnExactly(t *testing.T) {
	theme := as(t, "ann").console.theme
	for n := range 40 {
		f := &figures{}
		var panels []figurePanel
		for i := range n % 5 {
			panel := figurePanel{title: hostile, beside: hostile, most: i % 3, more: func(left int) figure { return figure{key: "more", label: hostile, say: hostile} }}
			if i == 3 {
				panel.text = hostile
			}
			for k := range n % 7 {
				panel.figures = append(panel.figures, figure{key: fmt.Sprint(i, k), label: strings.Repeat(hostile, k%2), n: k * 1234567, of: (k % 2) * 10_000_000})
			}
			panels = append(panels, panel)
		}
		f.set(panels)
		for _, size := range sizes {
			for range 8 {
				lines := f.draw(theme, size[0], size[1])
				if len(lines) != size[1] {
					t.Fatalf("%d lines of %d", len(lines), size[1])
				}
				for _, line := range lines {
					if ansi.StringWidth(line) != size[0] {
						t.Fatalf("%d cells of %d: %q", ansi.StringWidth(line), size[0], line)
					}
				}
				f.Down()
				if f.whyNotAside(1) == "" {
					f.aside(1)
				}
			}
		}
	}
}

// TestTheOverviewSaysWhyThereAreNoDevices, to who sees users and no devices.
func TestTheOverviewSaysWhyThereAreNoDevices(t *testing.T) {
	p := as(t, "nina")
	p.sees("Users  8", "Fleet Management lists no devices")
	p.isExact("overview without devices")
}
