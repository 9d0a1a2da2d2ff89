package widget

import "strings"

// Style is how a piece of text looks: the terminal attributes switched on
// before it and off after it. The zero Style leaves text as it is. It changes
// no width, so text is fitted first and styled then.
type Style struct{ on string }

// reset switches all attributes off.
const reset = "\x1b[m"

// Render draws text in the style. Where text holds styled pieces already, the
// style comes back after each of them, so that a whole row can be given one.
func (s Style) Render(text string) string {
	if s.on == "" || text == "" {
		return text
	}
	if strings.Contains(text, reset) {
		text = strings.ReplaceAll(text, reset, reset+s.on)
	}
	return s.on + text + reset
}

// Tone is what a row, a cell or a note says beside its words. Words or a sign
// say the same, always: many can't see a tone.
type Tone int

// Tones.
const (
	ToneNormal Tone = iota
	ToneDim         // secondary
	ToneGood
	ToneWarn // look
	ToneBad  // wrong
)

// Theme is the look of one session: a value, made by ThemeFor.
type Theme struct {
	Text   Style // what is read
	Dim    Style // what is secondary
	Accent Style // where the hand is: the current tab, the focused label
	Cursor Style // the row under the cursor
	Mark   Style // the sign of a marked row
	Warn   Style
	Bad    Style
	Good   Style
	Title  Style // of a dialog, a section, the sorted column
	Key    Style // a key in a footer or in help
	Input  Style // the cells that can be typed in

	Colour bool // there are colours, though the styles may use none
	Glyphs Glyphs
}

// Glyphs are the signs that the program draws beside words. Each is one cell,
// but for Ellipsis in ASCII, Checked and Unchecked, which are three.
type Glyphs struct {
	Cursor    string // left of the row under the cursor
	Expanded  string
	Collapsed string
	Rule      string
	Mark      string // left of a marked row
	Ellipsis  string
	Dot       string // between facts in a line
	Inherit   string // before where a value comes from
	Crumb     string // between the parts of a path
	Up, Down  string // sorted, or more that way
	Left      string
	Right     string
	Full      string // of a bar
	Parts     string // of a cell of a bar, the smallest first; none where it has only whole cells
	Empty     string
	Mask      string // for a character of a password
	Checked   string
	Unchecked string

	TopLeft, TopRight, BottomLeft, BottomRight, Side string // of a box, with Rule
}

// ThemeFor chooses the theme. Without color, or in high contrast, there is
// bold, underline and reverse only; high contrast also means that nothing is
// dimmed.
//
// Colours are the terminal's own sixteen, so the theme doesn't know what they
// look like, nor whether the background is dark. It uses those only that are
// readable on both in the palettes in common use: magenta is the one with the
// same contrast (above 4.5:1 with xterm's values) on black and on white. Black
// and white are the background somewhere; so is bright black in Solarized,
// which is why what is secondary is faint: where a terminal doesn't know that
// attribute the text is plain, but never gone.
func ThemeFor(color, highContrast, ascii bool) Theme {
	theme := Theme{
		Accent: Style{"\x1b[1m"},
		Cursor: Style{"\x1b[1;7m"},
		Mark:   Style{"\x1b[1m"},
		Warn:   Style{"\x1b[1m"},
		Bad:    Style{"\x1b[1;4m"},
		Title:  Style{"\x1b[1m"},
		Key:    Style{"\x1b[1m"},
		Input:  Style{"\x1b[4m"},
		Colour: color,
	}
	if color && !highContrast {
		theme.Dim = Style{"\x1b[2m"}
		theme.Accent = Style{"\x1b[1;35m"}
		theme.Cursor = Style{"\x1b[1;35m"}
		theme.Mark = Style{"\x1b[1;35m"}
		theme.Warn = Style{"\x1b[33m"}
		theme.Bad = Style{"\x1b[31m"}
		theme.Good = Style{"\x1b[32m"}
	}
	theme.Glyphs = unicodeGlyphs()
	if ascii || ambiguousIsWide {
		theme.Glyphs = asciiGlyphs()
	}
	return theme
}

func unicodeGlyphs() Glyphs {
	return Glyphs{
		Cursor: "›", Expanded: "▾", Collapsed: "▸", Rule: "─", Mark: "●",
		Ellipsis: "…", Dot: "·", Inherit: "‹", Crumb: "›", Up: "↑", Down: "↓",
		Left: "◂", Right: "▸", Full: "█", Parts: "▏▎▍▌▋▊▉", Empty: "░", Mask: "•",
		Checked: "[x]", Unchecked: "[ ]",
		TopLeft: "┌", TopRight: "┐", BottomLeft: "└", BottomRight: "┘", Side: "│",
	}
}

func asciiGlyphs() Glyphs {
	return Glyphs{
		Cursor: ">", Expanded: "v", Collapsed: ">", Rule: "-", Mark: "*",
		Ellipsis: "...", Dot: "-", Inherit: "<", Crumb: ">", Up: "^", Down: "v",
		Left: "<", Right: ">", Full: "#", Empty: ".", Mask: "*",
		Checked: "[x]", Unchecked: "[ ]",
		TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+", Side: "|",
	}
}

// Tone is the style for a tone.
func (t *Theme) Tone(tone Tone) Style {
	switch tone {
	case ToneDim:
		return t.Dim
	case ToneGood:
		return t.Good
	case ToneWarn:
		return t.Warn
	case ToneBad:
		return t.Bad
	}
	return t.Text
}

// Fit is the function Fit with the theme's own ellipsis.
func (t *Theme) Fit(s string, w int) string { return fit(s, w, t.Glyphs.Ellipsis) }

// FitRight is the function FitRight with the theme's own ellipsis.
func (t *Theme) FitRight(s string, w int) string { return fitRight(s, w, t.Glyphs.Ellipsis) }

// FitMiddle is the function FitMiddle with the theme's own ellipsis.
func (t *Theme) FitMiddle(s string, w int) string { return fitMiddle(s, w, t.Glyphs.Ellipsis) }

// Cut is the function Cut with the theme's own ellipsis.
func (t *Theme) Cut(s string, w int) string {
	text, _ := cut(s, w, t.Glyphs.Ellipsis)
	return text
}

// Rule is a line across w cells.
func (t *Theme) Rule(w int) string {
	return t.Dim.Render(strings.Repeat(t.Glyphs.Rule, max(w, 0)))
}
