package ui

import (
	"tenantry/keys"
	"tenantry/ui/widget"
)

// reading is text that scrolls where it is longer than its place.
type reading struct {
	top   int // the first line shown
	page  int // lines shown when last drawn
	lines int // of the whole text, when last drawn
}

func (r *reading) offers() []offer {
	return []offer{
		can(keys.ScrollUp, step(func() { r.by(-1) })),
		can(keys.ScrollDown, step(func() { r.by(1) })),
		can(keys.ScrollPgUp, step(func() { r.by(-max(1, r.page-1)) })),
		can(keys.ScrollPgDn, step(func() { r.by(max(1, r.page-1)) })),
		can(keys.ScrollHome, step(func() { r.by(-r.lines) })),
		can(keys.ScrollEnd, step(func() { r.by(r.lines) })),
	}
}

func (r *reading) by(lines int) {
	r.top = max(0, min(r.top+lines, r.lines-r.page))
}

// below is how many lines there are under those shown.
func (r *reading) below() int { return max(0, r.lines-r.top-r.page) }

// draw is the part of the lines that is seen in w by h cells, with a sign at
// the right where there is more.
func (r *reading) draw(theme widget.Theme, lines []string, w, h int) []string {
	r.lines, r.page = len(lines), h
	r.by(0)
	shown := widget.Block(lines[r.top:], w, h)
	if h > 0 && r.top > 0 {
		shown = widget.Overlay(shown, []string{theme.Dim.Render(theme.Glyphs.Up)}, w-1, 0)
	}
	if h > 0 && r.top+h < len(lines) {
		shown = widget.Overlay(shown, []string{theme.Dim.Render(theme.Glyphs.Down)}, w-1, h-1)
	}
	return shown
}
