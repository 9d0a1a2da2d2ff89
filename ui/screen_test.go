package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestTheConsoleIsNoScreen: every screen embeds the console, so what the console
// has is a method of all of them. Were it one by which a screen says what it can
// do beyond the rest, all would say so, and what the console asks of the screen
// in front would come back to itself, without an end.
func TestTheConsoleIsNoScreen(t *testing.T) {
	c := any(&Console{})
	for name, is := range map[string]bool{
		"typist": is[typist](c), "numeric": is[numeric](c), "paster": is[paster](c), "refresher": is[refresher](c),
		"crumbed": is[crumbed](c), "tall": is[tall](c), "guarded": is[guarded](c), "clicker": is[clicker](c),
		"timely": is[timely](c), "holder": is[holder](c), "screen": is[screen](c),
	} {
		if is {
			t.Errorf("the console is a %s, and so every screen is", name)
		}
	}
}

func is[T any](v any) bool {
	_, ok := v.(T)
	return ok
}

// TestTheClockMovesOnEverywhere has a minute pass on every screen.
func TestTheClockMovesOnEverywhere(t *testing.T) {
	p := as(t, "ann")
	for _, place := range everywhere {
		p.press(place.keys...)
		p.run(func() tea.Msg { return minute{} })
		p.settles()
	}
}
