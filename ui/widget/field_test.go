package widget

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// typer is what takes keys.
type typer interface{ Update(msg tea.Msg) bool }

// typed gives text to w, a key for each character.
func typed(w typer, text string) {
	for _, r := range text {
		w.Update(tea.KeyPressMsg{Text: string(r), Code: r})
	}
}

func press(w typer, code rune) bool { return w.Update(tea.KeyPressMsg{Code: code}) }

func TestFieldEdits(t *testing.T) {
	f := NewField()
	typed(f, "Van 00412")
	if f.Value() != "Van 00412" {
		t.Fatalf("typed %q", f.Value())
	}
	press(f, tea.KeyLeft)
	press(f, tea.KeyBackspace)
	if f.Value() != "Van 0042" {
		t.Errorf("after backspace %q", f.Value())
	}
	press(f, tea.KeyHome)
	typed(f, "x ")
	f.Update(tea.PasteMsg{Content: "näl"})
	if f.Value() != "x nälVan 0042" {
		t.Errorf("after a paste %q", f.Value())
	}
	f.Update(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	if f.Value() != "Van 0042" {
		t.Errorf("after ctrl+u %q", f.Value())
	}
	f.Update(tea.KeyPressMsg{Code: '@', Text: "@", Mod: tea.ModCtrl | tea.ModAlt}) // AltGr
	if f.Value() != "@Van 0042" {
		t.Errorf("after AltGr %q", f.Value())
	}
	for _, code := range []rune{tea.KeyEnter, tea.KeyTab, tea.KeyEscape, tea.KeyUp, tea.KeyDown, tea.KeyF1} {
		if press(f, code) {
			t.Errorf("key %v changed the text", code)
		}
	}
	if _, cmd := f.input.Update(tea.KeyPressMsg{Code: 'v', Mod: tea.ModCtrl}); cmd != nil {
		t.Error("ctrl+v reads the clipboard of the machine that the program runs on")
	}
	f.SetValue("new")
	typed(f, "er")
	if f.Value() != "newer" {
		t.Errorf("after SetValue %q", f.Value())
	}
}

func TestFieldDeletesWords(t *testing.T) {
	f := NewField()
	f.SetValue("one two  three")
	press(f, tea.KeyHome)
	altD := tea.KeyPressMsg{Code: 'd', Mod: tea.ModAlt}
	for _, want := range []string{" two  three", "  three", "", ""} {
		if f.Update(altD); f.Value() != want {
			t.Errorf("left %q, want %q", f.Value(), want)
		}
	}
	f.Secret = true
	f.SetValue("one two")
	press(f, tea.KeyHome)
	if f.Update(altD); f.Value() != "" {
		t.Errorf("left %q of a secret", f.Value())
	}
}

func TestFieldMakesOneLineOfAPaste(t *testing.T) {
	for in, want := range map[string]string{
		"one\r\ntwo\nthree\tfour\r\n": "one two three four",
		"\nvalue\n":                   "value",
		"a\x1b[31mb\x00\u202ec":       "a[31mbc",
		"\xff\ufeffx":                 "x",
		"👨‍👩‍👧":                       "👨‍👩‍👧",
	} {
		f := NewField()
		f.Update(tea.PasteMsg{Content: in})
		if f.Value() != want {
			t.Errorf("pasted %q as %q, want %q", in, f.Value(), want)
		}
	}
}

func TestFieldTellsItsLimit(t *testing.T) {
	f := NewField()
	f.Limit = 5
	typed(f, "abcd")
	if f.Update(tea.PasteMsg{Content: "ef"}) || !f.Refused() || f.Value() != "abcd" {
		t.Errorf("took %q of what is too long, refused %v", f.Value(), f.Refused())
	}
	typed(f, "é")
	if f.Refused() || f.Value() != "abcdé" {
		t.Errorf("%q, refused %v", f.Value(), f.Refused())
	}
	typed(f, "g")
	if !f.Refused() || f.Value() != "abcdé" {
		t.Errorf("%q, refused %v", f.Value(), f.Refused())
	}
	press(f, tea.KeyBackspace)
	if f.Refused() {
		t.Error("still refused after another key")
	}
	f = NewField()
	f.Update(tea.PasteMsg{Content: strings.Repeat("x", 8<<20)})
	if !f.Refused() || f.Value() != "" {
		t.Error("took what can't be drawn")
	}
}

func TestFieldSuggests(t *testing.T) {
	f := NewField()
	f.Suggestions = []string{"Guinea-Bissau", "Guinea", "Papua New Guinea", "Denmark"}
	for typing, want := range map[string]string{
		"": "", "g": "Guinea-Bissau", "guinea": "Guinea", "new": "Papua New Guinea", "DEN": "Denmark", "x": "",
	} {
		f.SetValue(typing)
		if got := f.Suggestion(); got != want {
			t.Errorf("%q suggests %q, want %q", typing, got, want)
		}
	}
	theme := ThemeFor(true, false, false)
	f.SetValue("den")
	if got := ansi.Strip(f.Draw(theme, 12, true)); got != "denmark     " {
		t.Errorf("drawn as %q", got)
	}
	f.SetValue("new")
	if got := ansi.Strip(f.Draw(theme, 24, true)); got != "new ‹ Papua New Guinea  " {
		t.Errorf("drawn as %q", got)
	}
	if !f.Accept() || f.Value() != "Papua New Guinea" || f.Accept() {
		t.Errorf("accepted as %q", f.Value())
	}
}

func TestFieldDraws(t *testing.T) {
	theme := ThemeFor(true, false, false)
	f := NewField()
	f.Placeholder = "Acme Fleet"
	for _, c := range []struct {
		focused bool
		want    string
	}{{true, "Acme Fl"}, {false, "Acme F…"}} {
		if got := ansi.Strip(f.Draw(theme, 7, c.focused)); got != c.want {
			t.Errorf("focus %v: placeholder %q, want %q", c.focused, got, c.want)
		}
	}
	typed(f, "0123456789")
	if got := ansi.Strip(f.Draw(theme, 7, true)); got != "456789 " {
		t.Errorf("at the end %q", got)
	}
	if got := ansi.Strip(f.Draw(theme, 7, false)); got != "012345…" {
		t.Errorf("without focus %q", got)
	}
	press(f, tea.KeyHome)
	if got := ansi.Strip(f.Draw(theme, 7, true)); got != "0123456" {
		t.Errorf("at the start %q", got)
	}
	if got := f.Draw(theme, 7, true); !strings.Contains(got, "\x1b[7m0") {
		t.Errorf("no cursor in %q", got)
	}
	f.Secret = true
	if got := ansi.Strip(f.Draw(theme, 12, false)); got != "••••••••••  " {
		t.Errorf("secret drawn as %q", got)
	}
}

func TestFieldIsExact(t *testing.T) {
	t.Parallel()
	for _, theme := range themes() {
		for _, s := range hostile {
			f := NewField()
			f.Placeholder = s
			for range 2 {
				for _, w := range []int{0, 1, 2, 3, 5, 20, 39, 80} {
					exactLine(t, "focused", f.Draw(theme, w, true), w)
					exactLine(t, "not focused", f.Draw(theme, w, false), w)
					press(f, tea.KeyLeft)
				}
				f.SetValue(s)
				f.Suggestions = []string{s + "more" + s}
			}
		}
	}
}

func TestFieldOfAnything(t *testing.T) {
	theme := ThemeFor(true, false, false)
	rapid.Check(t, func(r *rapid.T) {
		f := NewField()
		f.Secret = rapid.Bool().Draw(r, "secret")
		f.Limit = rapid.IntRange(0, 20).Draw(r, "limit")
		for range rapid.IntRange(0, 30).Draw(r, "steps") {
			switch rapid.IntRange(0, 3).Draw(r, "step") {
			case 0:
				f.Update(tea.PasteMsg{Content: text().Draw(r, "paste")})
			case 1:
				typed(f, text().Draw(r, "typed"))
			case 2:
				press(f, rapid.SampledFrom([]rune{tea.KeyLeft, tea.KeyRight, tea.KeyHome, tea.KeyEnd, tea.KeyBackspace, tea.KeyDelete}).Draw(r, "key"))
			case 3:
				code := rapid.SampledFrom([]rune("wukaedfb")).Draw(r, "key")
				mod := rapid.SampledFrom([]tea.KeyMod{tea.ModCtrl, tea.ModAlt}).Draw(r, "mod")
				f.Update(tea.KeyPressMsg{Code: code, Mod: mod})
			}
			if n := len([]rune(f.Value())); f.Limit > 0 && n > f.Limit {
				t.Fatalf("%d characters of %d", n, f.Limit)
			}
			w := rapid.IntRange(0, 30).Draw(r, "w")
			exactLine(t, "field", f.Draw(theme, w, true), w)
		}
	})
}
