package widget

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestChoice(t *testing.T) {
	c := NewChoice("metric", "imperial", "both")
	c.Next()
	c.Next()
	c.Next()
	if c.Value() != "metric" || c.Index() != 0 {
		t.Errorf("after the last comes %q", c.Value())
	}
	c.Prev()
	if c.Value() != "both" {
		t.Errorf("before the first comes %q", c.Value())
	}
	if !c.jump("I") || c.Value() != "imperial" || c.jump("x") {
		t.Errorf("jumped to %q", c.Value())
	}
	if got := ansi.Strip(c.Draw(ThemeFor(true, false, false), 16, true)); got != "◂ imperial ▸    " {
		t.Errorf("drawn as %q", got)
	}
	if got := ansi.Strip(c.Draw(ThemeFor(true, false, true), 10, false)); got != "< imp... >" {
		t.Errorf("drawn as %q", got)
	}
	c.SetIndex(9)
	if c.Index() != 2 {
		t.Errorf("index %d of 3", c.Index())
	}
	none := NewChoice()
	none.Next()
	none.SetIndex(3)
	if none.Index() != -1 || none.Value() != "" || none.jump("a") {
		t.Error("a choice of nothing has a value")
	}
}

func TestCheck(t *testing.T) {
	c := Check{Label: "Device Management", Hint: "register, edit and assign devices"}
	theme := ThemeFor(true, false, false)
	if got := ansi.Strip(c.Draw(theme, 40, false)); got != "[ ] Device Management   register, edit a" {
		t.Errorf("drawn as %q", got)
	}
	c.Toggle()
	if got := ansi.Strip(c.Draw(theme, 12, true)); got != "[x] Device …" {
		t.Errorf("drawn as %q", got)
	}
}

func TestChoiceAndCheckAreExact(t *testing.T) {
	t.Parallel()
	for _, theme := range themes() {
		for i, s := range hostile {
			c, k := NewChoice(s, "other"), Check{Label: s, Hint: s}
			for _, w := range []int{0, 1, 2, 3, 4, 5, 6, 20, 80} {
				exactLine(t, "choice", c.Draw(theme, w, i%2 == 0), w)
				exactLine(t, "check", k.Draw(theme, w, i%2 == 0), w)
			}
		}
	}
}
