package ui

import (
	"fmt"
	"strings"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// The lines above the lists of Manage devices: where to, out of what, and how
// many of each kind.

// labelWidth is the room of the words before what they name, space included.
const labelWidth = 9

func (s *managing) label(word string) string {
	return "  " + s.theme.Dim.Render(widget.Fit(word, labelWidth-2))
}

// roomy says whether there is room for a line for each count.
func roomy(h int) bool { return h >= 14 }

// drawTarget is what is done to the devices, and at the right the key that changes how
// they are chosen.
func (s *managing) drawTarget(w, h int, other keys.ID) []string {
	hint := ""
	if a, ok := s.keymap.Action(s.part.places(), other); ok && w >= 70 && a.Key() != "" {
		hint = s.theme.Key.Render(a.Key()) + "  " + s.theme.Dim.Render(a.Short) + " "
	}
	room := w - labelWidth - widget.Width(hint) - 1
	target := widget.FitMiddle(s.deed.target(), room)
	if why := s.deed.why(); why != "" {
		target = s.theme.Bad.Render(widget.Fit(why, room))
	}
	return []string{widget.PadStyled(s.label(s.deed.word())+target+" "+hint, w)}
}

// drawState is what was found in numbers, or what goes on.
func (p *assignPreview) drawState(w, h int) []string {
	lines := p.drawTrouble(w, h)
	if !roomy(h) {
		return append(lines, "  "+widget.Fit(p.summary(), w-2))
	}
	lines = append(lines, p.label("From")+widget.Fit(p.origin(), w-labelWidth), "")
	if p.look == nil {
		return lines
	}
	return append(append(lines, p.drawTally(p.tally(p.look, false), w)...), "")
}

// drawTrouble says why the last try failed. It stays until something else is
// done about it, since it may say that nobody knows what was written.
func (s *managing) drawTrouble(w, h int) []string {
	if s.trouble == "" {
		return nil
	}
	var lines []string
	for _, l := range widget.Wrap(s.trouble, w-4) {
		lines = append(lines, "  "+s.theme.Bad.Render(l))
	}
	return lines[:min(len(lines), max(1, h/3))]
}

// origin is where the devices were chosen.
func (s *managing) origin() string {
	var parts []string
	if s.look != nil && s.look.lines > 0 {
		parts = append(parts, counted(s.look.lines, "line", "lines"))
		if s.look.ignored > 0 {
			parts = append(parts, "other words left aside")
		}
	}
	if n := s.marks.len(); n > 0 {
		parts = append(parts, devices(n)+" marked")
	}
	if !s.fresh() && s.unread == "" {
		parts = append(parts, "looking everything up…")
	}
	if len(parts) == 0 {
		return "nothing yet"
	}
	return strings.Join(parts, ", ")
}

// summary is the counts in one line, what matters most first.
func (p *assignPreview) summary() string {
	switch {
	case p.unread != "":
		return p.unread
	case p.look == nil:
		return "looking everything up…"
	case len(p.look.rows) == 0:
		return p.origin()
	}
	text := p.brief(p.look, false)
	if !p.fresh() {
		text = "… " + text
	}
	return text
}

// brief is the counts of l in a line for narrow screens.
func (s *managing) brief(l *lookup, done bool) string {
	does, already := s.deed.does()
	parts := []string{widget.Comma(l.count(does)) + " " + does.Words(done)}
	if n := len(l.failed); n > 0 {
		parts = append(parts, widget.Comma(n)+" can't")
	}
	if n := l.count(already); n > 0 {
		parts = append(parts, widget.Comma(n)+" "+strings.TrimPrefix(already.Words(done), "already "))
	}
	if l.unseen > 0 {
		parts = append(parts, widget.Comma(l.unseen)+" out of sight")
	}
	if n := l.count(domain.ResultRepeated); n > 0 {
		parts = append(parts, widget.Comma(n)+" repeated")
	}
	return strings.Join(parts, " · ")
}

// tally is one kind of rows: how many, and a note about them.
type tally struct {
	count int
	words string
	note  string
	tone  widget.Tone
}

// tally counts what was found, or was done, by kind; kinds without any are
// left out, but for what is done.
func (s *managing) tally(l *lookup, done bool) []tally {
	does, already := s.deed.does()
	all := []tally{
		{l.count(does), does.Words(done), s.fromWords(l), widget.ToneNormal},
		{l.unseen, "out of sight", "of these: you are limited to locations", widget.ToneWarn},
		{l.cleared, "lose location", "of these: it isn't one of that customer", widget.ToneDim},
		{l.count(already), already.Words(done), "", widget.ToneDim},
		{l.count(domain.ResultRefused), domain.ResultRefused.Words(done), "each says why", widget.ToneWarn},
		{l.count(domain.ResultNotFound), domain.ResultNotFound.Words(done), "unknown, or outside what you may see", widget.ToneWarn},
		{l.count(domain.ResultAmbiguous), domain.ResultAmbiguous.Words(done), "a prefix that fits more than one device", widget.ToneWarn},
		{l.count(domain.ResultMalformed), domain.ResultMalformed.Words(done), "no ID, or not the whole of one", widget.ToneWarn},
		{l.count(domain.ResultRepeated), domain.ResultRepeated.Words(done), "there more than once; counted once", widget.ToneDim},
	}
	shown := all[:1]
	for _, t := range all[1:] {
		if t.count > 0 {
			shown = append(shown, t)
		}
	}
	return shown
}

// fromWords says where the devices come from, most first.
func (s *managing) fromWords(l *lookup) string {
	var parts []string
	for i, f := range l.from {
		if i == 8 {
			parts = append(parts, fmt.Sprintf("and %d more", len(l.from)-i))
			break
		}
		parts = append(parts, s.fromName(f)+" "+widget.Comma(f.Devices))
	}
	if len(parts) == 0 {
		return ""
	}
	return "from " + strings.Join(parts, ", ")
}

// fromName is what devices come from, by its own name.
func (s *managing) fromName(f store.FromCount) string {
	switch {
	case !f.Customer.IsZero():
		return s.customerName(f.Customer)
	case f.Path != "":
		return f.Path
	case f.Location.IsZero():
		return "no location"
	}
	return "elsewhere"
}

func (s *managing) drawTally(all []tally, w int) []string {
	lines := make([]string, 0, len(all))
	for _, t := range all {
		tone := t.tone
		if t.count == 0 {
			tone = widget.ToneDim
		}
		line := "  " + s.theme.Tone(tone).Render(widget.FitRight(widget.Comma(t.count), 9)+"  "+widget.Fit(t.words, 14)) +
			"  " + s.theme.Dim.Render(widget.Fit(t.note, max(0, w-30)))
		lines = append(lines, line)
	}
	return lines
}
