package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// Field is a text input of one line. It edits as bubbles' textinput does,
// whose keys people know, and draws itself: of an exact width, with a cursor
// that doesn't blink (each blink would cross a slow link), and nothing of what
// is typed is ever dropped without Refused telling.
type Field struct {
	Placeholder string // shown dim while nothing is typed
	Secret      bool   // shows a sign for each character
	Limit       int    // most characters; 0 is limitless, but for a line nobody can edit
	// Suggestions are what the text may be completed to, best first.
	Suggestions []string

	input      textinput.Model
	deleteWord key.Binding
	refused    bool
}

// longest is the most characters in a field without a limit of its own: all of
// it is measured whenever it is drawn.
const longest = 10_000

// NewField is an empty field.
func NewField() *Field {
	f := &Field{input: textinput.New()}
	// It would read the clipboard of the machine that the program runs on,
	// which over SSH is not the one the user sits at.
	f.input.KeyMap.Paste = key.NewBinding(key.WithDisabled())
	// It panics when there is no word left; the field deletes words itself.
	f.deleteWord = f.input.KeyMap.DeleteWordForward
	f.input.KeyMap.DeleteWordForward = key.NewBinding(key.WithDisabled())
	// Suggestions are the field's own.
	f.input.KeyMap.AcceptSuggestion = key.NewBinding(key.WithDisabled())
	f.input.KeyMap.NextSuggestion = key.NewBinding(key.WithDisabled())
	f.input.KeyMap.PrevSuggestion = key.NewBinding(key.WithDisabled())
	f.input.SetVirtualCursor(false)
	f.input.Focus()
	return f
}

// Update gives a key press or a paste to the field and says whether that
// changed its text. Keys that don't edit do nothing.
func (f *Field) Update(msg tea.Msg) (changed bool) {
	f.refused = false
	switch msg := msg.(type) {
	case tea.PasteMsg:
		return f.insert(msg.Content)
	case tea.KeyPressMsg:
		// Both modifiers together are AltGr in some terminals, which types.
		if msg.Text != "" && msg.Mod.Contains(tea.ModCtrl) == msg.Mod.Contains(tea.ModAlt) {
			return f.insert(msg.Text)
		}
		if key.Matches(msg, f.deleteWord) {
			return f.deleteWordForward()
		}
		before := f.input.Value()
		f.input.EchoMode = textinput.EchoNormal
		if f.Secret { // moving by words would tell where they end
			f.input.EchoMode = textinput.EchoPassword
		}
		f.input, _ = f.input.Update(msg)
		return f.input.Value() != before
	}
	return false
}

// insert puts text at the cursor: all of it or, where it would pass the limit,
// nothing.
func (f *Field) insert(text string) bool {
	text = flatten(text)
	if text == "" {
		return false
	}
	value := []rune(f.input.Value())
	more := utf8.RuneCountInString(text)
	if len(value)+more > f.limit() {
		f.refused = true
		return false
	}
	at := f.input.Position()
	f.input.SetValue(string(value[:at]) + text + string(value[at:]))
	f.input.SetCursor(at + more)
	return true
}

// deleteWordForward deletes the word right of the cursor with the spaces before
// it, and says whether there was one. Of a secret it deletes all that is right
// of the cursor, so as not to tell where its words end.
func (f *Field) deleteWordForward() bool {
	value := []rune(f.input.Value())
	at := f.input.Position()
	end := at
	for end < len(value) && unicode.IsSpace(value[end]) {
		end++
	}
	for end < len(value) && (f.Secret || !unicode.IsSpace(value[end])) {
		end++
	}
	f.input.SetValue(string(value[:at]) + string(value[end:]))
	f.input.SetCursor(at)
	return end > at
}

func (f *Field) limit() int {
	if f.Limit > 0 {
		return f.Limit
	}
	return longest
}

// flatten makes one line of what was pasted or typed. Line breaks at the ends
// come with copying and mean nothing; within they are spaces, as tabs are.
// Other control characters, and the invisible ones that come with text copied
// from elsewhere, nobody meant to type.
func flatten(s string) string {
	s = strings.Trim(s, "\r\n")
	s = strings.ReplaceAll(s, "\r\n", " ")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.IsControl(r), r == utf8.RuneError:
			return -1
		case r == '\u200d', r == '\u200c': // they join emoji, and spell Persian
			return r
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}

// Value is the text.
func (f *Field) Value() string { return f.input.Value() }

// SetValue replaces the text, whatever the limit, and puts the cursor behind
// it.
func (f *Field) SetValue(s string) {
	f.refused = false
	f.input.SetValue(flatten(s))
	f.input.CursorEnd()
}

// Refused says that the last key or paste would have passed Limit, so that
// nothing of it was taken.
func (f *Field) Refused() bool { return f.refused }

// Suggestion is what the text would be completed to, "" when nothing fits: the
// suggestion that is it but for the case, else the first that begins with it,
// else the first that contains it.
func (f *Field) Suggestion() string {
	text := f.Value()
	if text == "" || len(f.Suggestions) == 0 {
		return ""
	}
	folded := strings.ToLower(text)
	begins, contains := "", ""
	for _, s := range f.Suggestions {
		switch at := strings.Index(strings.ToLower(s), folded); {
		case strings.EqualFold(s, text):
			return s
		case at == 0 && begins == "":
			begins = s
		case at > 0 && contains == "":
			contains = s
		}
	}
	if begins != "" {
		return begins
	}
	return contains
}

// Accept takes the suggestion, and says whether that changed the text.
func (f *Field) Accept() bool {
	s := f.Suggestion()
	if s == "" || s == f.Value() {
		return false
	}
	f.SetValue(s)
	return true
}

// atEnd says whether the cursor stands behind the text.
func (f *Field) atEnd() bool {
	return f.input.Position() == utf8.RuneCountInString(f.input.Value())
}

// Draw is the field in w cells. With the focus it has a cursor, and behind the
// text what it would be completed to.
func (f *Field) Draw(theme Theme, w int, focused bool) string {
	if w <= 0 {
		return ""
	}
	value := f.Value()
	if !focused {
		if value == "" {
			return theme.Input.Render(theme.Dim.Render(theme.Fit(f.Placeholder, w)))
		}
		return theme.Input.Render(theme.Fit(f.shown(&theme, value), w))
	}
	if value == "" {
		under, rest := firstCell(Clean(f.Placeholder))
		return f.cells(&theme, "", under, "", rest, w)
	}
	runes := []rune(value)
	at := f.input.Position()
	left := f.shown(&theme, string(runes[:at]))
	under, right := firstCell(f.shown(&theme, string(runes[at:])))
	return f.cells(&theme, left, under, right, f.completion(&theme), w)
}

// shown is text as it is drawn: clean, and masked if it is secret.
func (f *Field) shown(theme *Theme, text string) string {
	if f.Secret {
		return strings.Repeat(theme.Glyphs.Mask, utf8.RuneCountInString(text))
	}
	return Clean(text)
}

// completion is what the suggestion adds to the text, for drawing behind it.
func (f *Field) completion(theme *Theme) string {
	s, text := f.Suggestion(), f.Value()
	switch {
	case f.Secret || s == "" || !f.atEnd() || s == text:
		return ""
	case len(s) >= len(text) && strings.EqualFold(s[:len(text)], text):
		return Clean(s[len(text):])
	}
	return " " + theme.Glyphs.Inherit + " " + Clean(s)
}

// cells draws what is left of the cursor, under it, right of it, and dim
// behind that, in w cells of which the cursor's is always one.
func (f *Field) cells(theme *Theme, left, under, right, dim string, w int) string {
	if under == "" {
		under, dim = firstCell(dim)
		if under == "" {
			under = " "
		}
	}
	cursor := Width(under)
	if cursor > w {
		under, cursor = " ", 1
	}
	// What is left of the cursor goes first when it gets narrow, but some of
	// what is right of it stays in sight while one edits in the middle.
	ahead := min(Width(right), (w-cursor)/4)
	if over := Width(left) + cursor + ahead - w; over > 0 {
		left, _ = drop(left, over)
	}
	line := theme.Input.Render(left) + Style{"\x1b[7m"}.Render(under)
	line += theme.Input.Render(right + theme.Dim.Render(dim))
	line += theme.Input.Render(spaces(w - Width(left) - cursor - Width(right) - Width(dim)))
	return PadStyled(line, w)
}

// firstCell takes the first cell, which may be two wide, off clean text s.
func firstCell(s string) (first, rest string) {
	if s == "" {
		return "", ""
	}
	_, _, n := next(s)
	return s[:n], s[n:]
}
