package widget

import (
	"slices"
	"strings"
)

// Dialog is a box over the screen, as large as what is in it and no larger
// than the screen. From top to bottom: the title in its frame, Body, Lines,
// Foot, Buttons, Hints. Body and Lines scroll where they don't fit.
type Dialog struct {
	Title    string
	Tone     Tone     // of the title: ToneBad where something is destroyed
	Body     []string // raw paragraphs, wrapped
	Lines    []string // styled lines, cut, not wrapped
	Foot     []string // styled lines below these that don't scroll
	Buttons  []string
	Selected int // of Buttons
	Hints    []Hint
	Width    int // width inside wished for; 0 is what the content needs
	Scroll   int // first line shown of Body and Lines; Draw brings it into bounds
	Shown    int // how many of these lines Draw showed
	Length   int // how many there are
}

const (
	dialogEdge = 4  // cells of the frame and the space inside it, both sides
	dialogText = 68 // the widest paragraph: longer lines are hard to read
)

// Draw is the box: at most h lines, all of one width of at most w cells.
func (d *Dialog) Draw(theme Theme, w, h int) []string {
	if w <= dialogEdge || h < 3 { // no room for a frame
		return Block(append([]string{theme.Title.Render(theme.Cut(d.Title, w))}, d.content(w)...), w, max(h, 0))
	}
	inner := d.inner(w - dialogEdge)
	content := d.content(inner)
	foot := d.foot(&theme, inner)
	room := h - 2
	if (len(content) == 0 || len(content)+len(foot) > room) && len(foot) > 0 && foot[0] == "" {
		foot = foot[1:]
	}
	foot = foot[:min(len(foot), room)]
	room = min(room-len(foot), len(content))

	d.Shown, d.Length = room, len(content)
	d.Scroll = max(0, min(d.Scroll, len(content)-room))
	shown := Block(content[d.Scroll:d.Scroll+room], inner, room)
	side := theme.Dim.Render(theme.Glyphs.Side)
	lines := make([]string, 0, h)
	lines = append(lines, d.top(&theme, inner))
	for i, line := range append(shown, Block(foot, inner, len(foot))...) {
		right := side
		switch {
		case i == 0 && room > 0 && d.Scroll > 0:
			right = theme.Accent.Render(theme.Glyphs.Up)
		case i == room-1 && d.Scroll+room < len(content):
			right = theme.Accent.Render(theme.Glyphs.Down)
		}
		lines = append(lines, side+" "+line+" "+right)
	}
	return append(lines, theme.Dim.Render(theme.Glyphs.BottomLeft+strings.Repeat(theme.Glyphs.Rule, inner+2)+theme.Glyphs.BottomRight))
}

// inner is the width inside, of at most w cells.
func (d *Dialog) inner(w int) int {
	if d.Width > 0 {
		return min(d.Width, w)
	}
	widest := max(Width(d.Title)+2, Width(d.buttons(&Theme{})), hintsWidth(d.Hints))
	for _, text := range d.Body {
		for _, line := range Wrap(text, min(w, dialogText)) {
			widest = max(widest, Width(line))
		}
	}
	for _, line := range slices.Concat(d.Lines, d.Foot) {
		widest = max(widest, Width(line))
	}
	return max(1, min(widest, w))
}

// content is what scrolls: Body and Lines, w cells wide, a blank line between.
func (d *Dialog) content(w int) []string {
	var lines []string
	for _, text := range d.Body {
		lines = append(lines, Wrap(text, min(w, max(dialogText, d.Width)))...)
	}
	if len(lines) > 0 && len(d.Lines) > 0 {
		lines = append(lines, "")
	}
	return append(lines, d.Lines...)
}

// foot is what always stands at the bottom, after a blank line.
func (d *Dialog) foot(theme *Theme, w int) []string {
	var lines []string
	if len(d.Foot) > 0 {
		lines = append(append(lines, ""), d.Foot...)
	}
	if len(d.Buttons) > 0 {
		lines = append(lines, "", d.buttons(theme))
	}
	if len(d.Hints) > 0 {
		lines = append(lines, "", hints(theme, d.Hints, w))
	}
	return lines
}

// buttons is the row of buttons; the selected one stands in brackets.
func (d *Dialog) buttons(theme *Theme) string {
	var b strings.Builder
	for i, text := range d.Buttons {
		if i > 0 {
			b.WriteString("  ")
		}
		if i == d.Selected {
			b.WriteString(theme.Cursor.Render("[" + Clean(text) + "]"))
		} else {
			b.WriteString(" " + Clean(text) + " ")
		}
	}
	return b.String()
}

// top is the upper edge with the title in it.
func (d *Dialog) top(theme *Theme, inner int) string {
	g := theme.Glyphs
	title := theme.Cut(d.Title, inner-1)
	if title == "" {
		return theme.Dim.Render(g.TopLeft + strings.Repeat(g.Rule, inner+2) + g.TopRight)
	}
	style := theme.Title
	if d.Tone != ToneNormal {
		style = theme.Tone(d.Tone)
	}
	rest := inner - 1 - Width(title)
	return theme.Dim.Render(g.TopLeft+g.Rule) + " " + style.Render(title) + " " +
		theme.Dim.Render(strings.Repeat(g.Rule, rest)+g.TopRight)
}

// Center is base in w by h cells with box drawn over its middle.
func Center(base, box []string, w, h int) []string {
	base = Block(base, w, h)
	if len(box) == 0 {
		return base
	}
	return Overlay(base, box, max(0, (w-Width(box[0]))/2), max(0, (h-len(box))/2))
}
