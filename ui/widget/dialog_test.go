package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// boxed fails unless a box is at most w by h, and as wide in each line.
func boxed(t *testing.T, what string, box []string, w, h int) {
	t.Helper()
	if len(box) > max(h, 0) {
		t.Fatalf("%s: %d lines in %d", what, len(box), h)
	}
	if len(box) > 0 {
		inner := ansi.StringWidth(box[0])
		if inner > w {
			t.Fatalf("%s: %d cells in %d", what, inner, w)
		}
		exact(t, what, box, inner, len(box))
	}
}

func TestDialogLooks(t *testing.T) {
	d := Dialog{
		Title: "Delete Aarhus Depot", Tone: ToneBad,
		Body:    []string{"Its 88 devices go to Nordics. Its 3 users are deleted, and their tokens end."},
		Lines:   []string{"Name  ____"},
		Buttons: []string{"Delete", "Leave it"}, Selected: 1,
		Hints: []Hint{{"enter", "choose"}, {"esc", "leave it"}},
	}
	want(t, d.Draw(ThemeFor(true, false, false), 49, 20), `
	┌─ Delete Aarhus Depot ─────────────────────────┐
	│ Its 88 devices go to Nordics. Its 3 users are │
	│ deleted, and their tokens end.                │
	│                                               │
	│ Name  ____                                    │
	│                                               │
	│  Delete   [Leave it]                          │
	│                                               │
	│ enter choose   esc leave it                   │
	└───────────────────────────────────────────────┘
	`)
	small := Dialog{Title: "Sure", Body: []string{"Move it?"}, Hints: []Hint{{"y", "move"}, {"n", "leave it"}}}
	want(t, small.Draw(ThemeFor(false, false, true), 80, 24), `
	+- Sure --------------+
	| Move it?            |
	|                     |
	| y move   n leave it |
	+---------------------+
	`)
}

func TestDialogScrolls(t *testing.T) {
	d := Dialog{Title: "Keys", Lines: strings.Split("a b c d e f g h", " "), Hints: []Hint{{"esc", "close"}}, Width: 9}
	theme := ThemeFor(true, false, false)
	want(t, d.Draw(theme, 40, 7), `
	┌─ Keys ────┐
	│ a         │
	│ b         │
	│ c         │
	│ d         ↓
	│ esc close │
	└───────────┘
	`)
	d.Scroll = 2
	if got := seen(d.Draw(theme, 40, 7)); !strings.Contains(got, "c         ↑") || !strings.Contains(got, "f         ↓") {
		t.Errorf("doesn't tell that there is more:\n%s", got)
	}
	d.Scroll = 99
	if got := seen(d.Draw(theme, 40, 7)); !strings.Contains(got, "│ h         │") || d.Scroll != 4 {
		t.Errorf("scrolled to %d:\n%s", d.Scroll, got)
	}
}

func TestDialogIsExact(t *testing.T) {
	t.Parallel()
	dialogs := map[string]Dialog{
		"empty":  {},
		"normal": {Title: "Title", Body: []string{"Some text."}, Buttons: []string{"OK"}},
		"hostile": {Title: hostile[3], Body: hostile, Lines: hostile, Buttons: hostile[20:], Selected: 2,
			Hints: []Hint{{hostile[8], hostile[9]}, {"", ""}}},
		"wide": {Title: hostile[2], Lines: []string{hostile[2]}, Width: 1000},
		"keys": {Title: "T", Hints: []Hint{{"a", ""}, {hostile[2], "b"}}, Scroll: -5},
	}
	for what, d := range dialogs {
		for _, theme := range []Theme{ThemeFor(true, false, false), ThemeFor(false, false, true)} {
			for _, size := range sizes {
				box := d.Draw(theme, size.w, size.h)
				boxed(t, what, box, size.w, size.h)
				exact(t, what, Center(hostile, box, size.w, size.h), size.w, size.h)
				d.Scroll += 3
			}
		}
	}
	exact(t, "no box", Center(nil, nil, 40, 10), 40, 10)
}

func TestHints(t *testing.T) {
	all := []Hint{{"enter", "open"}, {"n", "new nested"}, {"?", "help"}}
	theme := ThemeFor(true, false, false)
	for w, want := range map[int]string{
		80: "  enter open   n new nested   ? help",
		36: " enter open   n new nested   ? help",
		34: " enter open   n new nested",
		10: "",
	} {
		line := Hints(theme, all, w)
		exactLine(t, "hints", line, w)
		if got := strings.TrimRight(ansi.Strip(line), " "); got != want {
			t.Errorf("%d cells: %q, want %q", w, got, want)
		}
	}
}
