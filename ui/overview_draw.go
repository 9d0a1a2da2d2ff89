package ui

import "tenantry/ui/widget"

func (s *overview) draw(w, h int) []string {
	switch {
	case s.seen == nil && s.failed != "":
		return widget.Block(append([]string{""}, indent(widget.Wrap(s.failed, w-4))...), w, h)
	case s.seen == nil:
		return widget.Block([]string{"", "  " + s.theme.Dim.Render("Counting…")}, w, h)
	}
	if s.busy("look") {
		s.arrange() // it tells how far it is
	}
	return s.figures.draw(s.theme, w, h)
}
