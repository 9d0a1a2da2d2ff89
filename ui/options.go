package ui

import (
	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/ui/widget"
)

// options is the overlay that asks which of a few ways to go on.
type options struct {
	base
	title string
	body  []string
	ways  []way
	at    int
}

// way is one of them.
type way struct {
	label string
	why   string // why not this one, as a sentence; "" when it can be taken
	run   func() tea.Cmd
}

func newOptions(c *Console, title string, body []string, ways ...way) *options {
	return &options{base: base{Console: c}, title: title, body: body, ways: ways}
}

func (o *options) places() []keys.Place { return []keys.Place{keys.Options} }

func (o *options) offers() []offer {
	n := len(o.ways)
	return []offer{
		can(keys.OptionUp, step(func() { o.at = (o.at + n - 1) % n })),
		can(keys.OptionDown, step(func() { o.at = (o.at + 1) % n })),
		unless(o.ways[o.at].why, keys.OptionTake, func() tea.Cmd {
			o.closeOver()
			return o.ways[o.at].run()
		}),
	}
}

func (o *options) draw(w, h int) []string {
	width := boxWidth(w)
	inner := width - 4
	d := widget.Dialog{Title: o.title, Width: inner}
	if h-2 > len(o.ways)+1 { // on a small screen the ways matter more
		d.Body = o.body
	}
	for i, way := range o.ways {
		d.Lines = append(d.Lines, o.line(i, way, inner))
	}
	d.Scroll = max(0, o.at-max(1, h-2)+1)
	if len(d.Body) > 0 {
		d.Scroll = 1 << 16 // the ways stand at the end, and must be seen
	}
	return d.Draw(o.theme, width, h)
}

func (o *options) line(i int, way way, w int) string {
	label := way.label
	if way.why != "" {
		label += ": " + way.why
	}
	switch text := widget.Fit(label, w-2); {
	case i == o.at:
		return o.theme.Cursor.Render(o.theme.Glyphs.Cursor + " " + text)
	case way.why != "":
		return "  " + o.theme.Dim.Render(text)
	default:
		return "  " + text
	}
}
