package ui

import (
	"strings"

	"tenantry/keys"
	"tenantry/ui/widget"
)

// help is the overlay that lists every key of the screen under it, and why
// some do nothing now.
type help struct {
	base
	list    []entry
	reading reading
}

func newHelp(c *Console) *help {
	return &help{base: base{Console: c}, list: c.entries()}
}

// entry is an action that is offered now.
type entry struct {
	action keys.Action
	offer  offer
}

// entries lists what is offered on the screen in front, in the table's order.
func (c *Console) entries() []entry {
	offers := make(map[keys.ID]offer)
	for _, o := range c.offers() {
		if _, first := offers[o.id]; !first {
			offers[o.id] = o
		}
	}
	var list []entry
	for _, p := range c.places() {
		for _, a := range c.keymap.In(p) {
			if o, ok := offers[a.ID]; ok {
				list = append(list, entry{a, o})
				delete(offers, a.ID)
			}
		}
	}
	return list
}

// fitting is as many of the names as w cells hold, the first always.
func fitting(names []string, w int) string {
	for len(names) > 1 && widget.Width(strings.Join(names, " ")) > w {
		names = names[:len(names)-1]
	}
	return strings.Join(names, " ")
}

func spoken(names []string) []string {
	said := make([]string, 0, len(names))
	for _, k := range names {
		said = append(said, keys.Spoken(k))
	}
	if len(said) > 3 {
		said = []string{said[0] + "–" + said[len(said)-1]}
	}
	return said
}

func (o *help) places() []keys.Place { return []keys.Place{keys.Reading} }

func (o *help) offers() []offer {
	return append(o.reading.offers(), can(keys.Help, step(o.closeOver)).as("close"))
}

func (o *help) draw(w, h int) []string {
	inner := boxWidth(w) - 4
	var lines []string
	for _, e := range o.list {
		lines = append(lines, o.explain(e, inner)...)
	}
	lines = append(lines, o.more(inner)...)
	d := widget.Dialog{Title: "Keys of this screen", Lines: lines, Width: inner,
		Hints: roomFor(h, widget.Hint{Key: "↑↓", Text: "scroll"}, widget.Hint{Key: "esc", Text: "close"})}
	return drawReading(&d, &o.reading, o.theme, boxWidth(w), h)
}

// more is what the screen says beyond its keys.
func (o *help) more(w int) []string {
	s, ok := o.body().(explained)
	if !ok || len(o.overlays) > 1 { // it explains what lies over that
		return nil
	}
	title, examples := s.explanation()
	const wide = 18
	lines := []string{"", o.theme.Title.Render(widget.Fit(title, w))}
	for _, e := range examples {
		for i, text := range widget.Wrap(e[1], max(1, w-wide)) {
			written := ""
			if i == 0 {
				written = e[0]
			}
			lines = append(lines, o.theme.Key.Render(widget.Fit(written, wide))+o.theme.Text.Render(text))
		}
	}
	return lines
}

// explain is an action's lines: its keys on the left, its words on the right,
// and the reason where it can't be done now.
func (o *help) explain(e entry, w int) []string {
	keysWide := 15
	if w < 40 {
		keysWide = 10 // the words matter more
	}
	words := widget.Wrap(e.action.Long, w-keysWide)
	style := o.theme.Text
	if e.offer.why != "" {
		style = o.theme.Dim
		words = append(words, widget.Wrap(e.offer.why, w-keysWide)...)
	}
	lines := make([]string, len(words))
	for i, text := range words {
		names := ""
		if i == 0 {
			names = fitting(spoken(e.action.Keys), keysWide-1)
		}
		lines[i] = o.theme.Key.Render(widget.Fit(names, keysWide)) + style.Render(text)
	}
	return lines
}
