package ui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// correction is a line of the preview being corrected in its place. Where a
// prefix fits several devices, the arrow keys choose one of them: on a phone
// that is less than typing the rest of an ID.
type correction struct {
	*widget.Field
	preview *assignPreview
	row     int
	line    int
	before  string
	fits    []store.Candidate
	chosen  int // of fits, -1 for none
}

// edit opens the line under the cursor.
func (p *assignPreview) edit() tea.Cmd {
	i, row := p.row()
	p.field = &correction{Field: widget.NewField(), preview: p, row: i, line: row.Line, before: row.Input, fits: row.Fits, chosen: -1}
	p.field.SetValue(row.Input)
	if len(row.Fits) > 0 {
		p.say(widget.ToneDim, "Type more of it, or choose one that fits with ↓.")
	}
	return nil
}

func (o *correction) offers() []offer {
	why := ""
	if len(o.fits) == 0 {
		why = "There is nothing to choose from: type the line."
	}
	return []offer{
		can(keys.CorrectTake, o.take),
		unless(why, keys.CorrectNext, step(func() { o.choose(1) })),
		unless(why, keys.CorrectPrev, step(func() { o.choose(-1) })),
		can(keys.Back, o.leave),
	}
}

func (o *correction) choose(by int) {
	n := len(o.fits)
	if o.chosen < 0 && by < 0 {
		o.chosen = 0
	}
	o.chosen = (o.chosen + by + n) % n
	o.SetValue(o.fits[o.chosen].UnitID.String())
	o.preview.say(widget.ToneNormal, o.fits[o.chosen].Name)
}

// take puts the corrected text in the line's place. What is empty takes the
// line out.
func (o *correction) take() tea.Cmd {
	o.preview.field = nil
	words := strings.TrimSpace(o.Value())
	if words == o.before {
		return nil
	}
	return o.preview.put(o.row, words)
}

// leave gives the line up; where something was typed, it asks first.
func (o *correction) leave() tea.Cmd {
	drop := func() tea.Cmd {
		o.preview.field = nil
		return nil
	}
	if typed := strings.TrimSpace(o.Value()); typed == o.before || o.isChosen(typed) {
		return drop()
	}
	q := question{title: "Leave the line as it was?", lines: []string{"What you typed in it is lost then."}, yes: "leave it", no: "go on typing"}
	return o.preview.over(newConfirm(o.preview.Console, q, false, drop))
}

// isChosen says whether text came from a choice, not from typing.
func (o *correction) isChosen(text string) bool {
	return o.chosen >= 0 && text == o.fits[o.chosen].UnitID.String()
}

// drawCorrection puts the field over the row that it corrects.
func (p *assignPreview) drawCorrection(rows []string, w int) {
	from, _ := p.table.Visible()
	at := p.table.Cursor() - from
	if len(rows) > 1 && !p.table.Untitled {
		at++ // below the titles
	}
	if at < 0 || at >= len(rows) {
		return
	}
	number := p.theme.Glyphs.Cursor + " " + widget.FitRight(strconv.Itoa(p.field.line), assignColumns(p.look, "")[0].Width) + " "
	rows[at] = widget.PadStyled(p.theme.Accent.Render(number)+p.field.Draw(p.theme, w-widget.Width(number)-1, true), w)
}
