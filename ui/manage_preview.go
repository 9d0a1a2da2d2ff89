package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// assignPreview is the part that accounts for every line and every mark before
// anything is written: counts by what would become of them, and below those
// that fail, to be corrected in place.
type assignPreview struct {
	*managing
	from  part // where esc leads back to
	table *widget.Table[int]
	all   bool // every row is listed, even where some can't move
	field *correction
}

func newAssignPreview(s *managing) *assignPreview {
	return &assignPreview{managing: s, from: s.picker, table: widget.NewTable[int](assignColumns(nil, "What it is")...)}
}

func (p *assignPreview) refresh() tea.Cmd {
	p.rows.outdate()
	return p.lookUp()
}

// read reads what the devices of the rows around the cursor are called.
func (p *assignPreview) read() tea.Cmd {
	list := p.list()
	ids := list.devices(p.table.Cursor(), rowsNear)
	if !p.rows.lacks(ids) {
		return nil
	}
	return p.rows.read(&p.base, list.devices(p.table.Cursor(), rowsAhead))
}

// list is the rows that are listed: those that fail, and where there are
// none, all.
func (p *assignPreview) list() assignRows {
	return assignRows{managing: p.managing, look: p.look, all: p.all || p.look != nil && len(p.look.failed) == 0}
}

// show takes up a new answer, or another choice of rows.
func (p *assignPreview) show() {
	p.table.SetColumns(assignColumns(p.look, "What it is")...)
	p.table.SetSource(p.list())
}

func (p *assignPreview) places() []keys.Place {
	if p.field != nil {
		return []keys.Place{keys.Correcting}
	}
	return []keys.Place{keys.Preview, keys.List}
}

func (p *assignPreview) offers() []offer {
	if p.field != nil {
		return p.field.offers()
	}
	clear := question{title: "Take all lines out?", yes: "take them out",
		lines: []string{"What you pasted and typed is gone then. Marked devices stay marked."}}
	return append(motions(p.table, p.read),
		unless(p.whyNotProcess(), keys.PreviewRun, p.process),
		unless(p.whyNotEdit(), keys.PreviewEdit, p.edit),
		unless(p.whyNotDrop(), keys.PreviewDrop, p.drop),
		unless(p.whyNotCopy(), keys.PreviewCopy, func() tea.Cmd { return p.copyFailed(p.look, "can't "+p.deed.verb()) }),
		can(keys.PreviewAdd, func() tea.Cmd { return p.turn(p.paste) }),
		unless(p.whyNotShow(), keys.PreviewShow, func() tea.Cmd {
			p.all = !p.all
			p.show()
			return p.read()
		}).as(p.showWords()),
		can(keys.PreviewPick, func() tea.Cmd { return p.turn(p.picker) }),
		asking(p.whyNotClear(), keys.PreviewClear, clear, p.clear),
		can(keys.PickTarget, p.deed.again),
		can(keys.PickDeed, p.chooseDeed),
		can(keys.Back, func() tea.Cmd { return p.turn(p.from) }),
	)
}

func (p *assignPreview) whyNotProcess() string {
	if why := p.deed.why(); why != "" {
		return why
	}
	n := p.look.does()
	switch {
	case p.unread != "":
		return p.unread
	case !p.fresh():
		return "The lines are still being looked up."
	case len(p.look.rows) == 0:
		return "There is nothing to " + p.deed.verb() + " yet. i types or pastes IDs, tab picks devices."
	case n == 0 && len(p.look.failed) == 0:
		return "Nothing would " + p.deed.verb() + ": " + p.deed.nothing() + "."
	case n == 0:
		return "Nothing of this can " + p.deed.verb() + ". Correct the lines below, or add others."
	}
	return ""
}

// row is the one under the cursor.
func (p *assignPreview) row() (int, *store.BulkRow) {
	if i, ok := p.table.CursorKey(); ok && p.look != nil && i < len(p.look.rows) {
		return i, &p.look.rows[i]
	}
	return -1, nil
}

// longestEdited is the most bytes of a line that are edited in place.
const longestEdited = 4096

func (p *assignPreview) whyNotEdit() string {
	switch _, row := p.row(); {
	case row == nil:
		return "There is no line here. i adds lines."
	case row.Line == 0:
		return "This device was marked, not typed. x takes the mark away."
	case len(row.Input) > longestEdited:
		return "This line is too long to be edited here. x takes it out."
	case !p.fresh():
		return "The lines are still being looked up."
	}
	return ""
}

func (p *assignPreview) whyNotDrop() string {
	switch _, row := p.row(); {
	case row == nil:
		return "There is no line here."
	case !p.fresh():
		return "The lines are still being looked up."
	}
	return ""
}

func (p *assignPreview) whyNotShow() string {
	if p.look == nil || len(p.look.failed) == 0 {
		return "Every line is listed: nothing is wrong with any of them."
	}
	return ""
}

// showWords are what the key for it lists next.
func (p *assignPreview) showWords() string {
	if p.all {
		return "show failed"
	}
	return "show all"
}

func (p *assignPreview) whyNotClear() string {
	if p.lines.len() == 0 {
		return "There are no lines."
	}
	return ""
}

func (p *assignPreview) whyNotCopy() string {
	switch {
	case !p.fresh():
		return "The lines are still being looked up."
	case len(p.look.failed) == 0:
		return "There is no line that can't " + p.deed.verb() + "."
	}
	return ""
}

// drop takes a line out and leaves its place empty, so that the numbers of the
// others stay; of a marked device it takes the mark away.
func (p *assignPreview) drop() tea.Cmd {
	i, row := p.row()
	if row.Line == 0 {
		p.marks = p.marks.turned(row.Device)
		p.changes()
		return p.lookUp()
	}
	return p.put(i, "")
}

// put writes other words in the place of a row.
func (p *assignPreview) put(i int, words string) tea.Cmd {
	p.aboutToChange()
	if !p.lines.replace(p.look.rows, i, words) {
		p.say(widget.ToneWarn, "The place of this line can't be told. Add it anew with i.")
		return nil
	}
	p.changes()
	return p.lookUp()
}

func (p *assignPreview) clear() tea.Cmd {
	p.aboutToChange()
	p.lines.set("")
	p.changes()
	return p.turn(p.paste)
}

func (p *assignPreview) typing() bool { return p.field != nil }

func (p *assignPreview) typed(m tea.KeyPressMsg) tea.Cmd {
	p.field.Update(m)
	return nil
}

// pasted gives a short paste to the line that is being corrected.
func (p *assignPreview) pasted(text string, tooMuch bool) tea.Cmd {
	if p.field == nil {
		return p.takePaste(text, tooMuch)
	}
	if text = strings.TrimSpace(text); tooMuch || strings.ContainsAny(text, "\r\n") {
		p.say(widget.ToneWarn, "That is more than a line. enter or esc first, then paste.")
		return nil
	}
	p.field.Update(tea.PasteMsg{Content: text})
	return nil
}

func (p *assignPreview) draw(w, h int) []string {
	return p.drawFound(p.drawTarget(w, h, keys.PreviewPick), w, h, true)
}

// drawFound is what was found, below lines that are there already: counts, and
// the rows. Where it is wide, everything about one row stands beside.
func (p *assignPreview) drawFound(lines []string, w, h int, keyboard bool) []string {
	lines = append(lines, p.drawState(w, h)...)
	p.table.Empty = p.whyEmpty(keyboard)
	p.table.Blurred = !keyboard
	room := h - len(lines)
	if w < wideEnough {
		below := p.drawBelow(w, room)
		return slices.Concat(lines, p.drawRows(w, room-len(below), keyboard), below)
	}
	left := w - paneWidth
	return append(lines, beside(p.drawRows(left, room, keyboard), p.drawDetail(paneWidth-4, room), left, paneWidth)...)
}

func (p *assignPreview) drawRows(w, h int, keyboard bool) []string {
	p.table.Untitled = h < 4 // rows matter more
	rows := p.table.Draw(p.theme, w, h)
	if p.field != nil && keyboard {
		p.drawCorrection(rows, w)
	}
	return rows
}

// wholeLines is how many lines below the rows tell the whole of the one under
// the cursor.
const wholeLines = 2

// drawBelow tells what the row under the cursor is, which its column mostly
// can't hold. It leaves the rows more than half of the room.
func (p *assignPreview) drawBelow(w, room int) []string {
	_, row := p.row()
	if row == nil || room < wholeLines+2 {
		return nil
	}
	words := p.rowWords(row, false)
	if known := p.rows.row(row.Device); known != nil {
		words += ": " + deviceName(&known.Device)
	}
	if becomes := changesWords(row.Changes); becomes != "" {
		words += " · " + becomes
	}
	if row.Ignored > 0 {
		words += ". " + ignoredWords(row.Ignored)
	}
	lines := widget.Wrap(words, w-4)
	if len(lines) > wholeLines {
		lines[wholeLines-1] = widget.Cut(strings.Join(lines[wholeLines-1:], " "), w-4)
		lines = lines[:wholeLines]
	}
	for i, line := range lines {
		lines[i] = "  " + p.theme.Dim.Render(line)
	}
	return widget.Block(lines, w, wholeLines)
}

// ignoredWords say that a line held more than the ID: the other columns of a
// spreadsheet, mostly.
func ignoredWords(n int) string {
	return counted(n, "other word", "other words") + " of the line left aside."
}

func (p *assignPreview) whyEmpty(keyboard bool) string {
	switch {
	case p.unread != "":
		return p.unread
	case p.look == nil:
		return "Looking everything up…"
	case len(p.look.rows) == 0 && keyboard:
		return "No lines yet. i types or pastes IDs, tab picks devices."
	case len(p.look.rows) == 0:
		return "No lines yet. Paste what you have, or type an ID and press enter."
	}
	return ""
}

// drawDetail tells everything about the row under the cursor.
func (p *assignPreview) drawDetail(w, h int) []string {
	_, row := p.row()
	if row == nil {
		return nil
	}
	lines := widget.Wrap(row.Input, w)
	lines = append(lines, "")
	lines = append(lines, widget.Wrap(p.rowWords(row, false), w)...)
	for i := range row.Changes {
		lines = append(lines, widget.Wrap(changesWords(row.Changes[i:i+1]), w)...)
	}
	if row.Ignored > 0 {
		lines = append(lines, widget.Wrap(ignoredWords(row.Ignored), w)...)
	}
	if known := p.rows.row(row.Device); known != nil {
		lines = append(append(lines, ""), drawFactRows(p.theme, p.deviceFacts(known), w)...)
	}
	for _, c := range row.Fits {
		lines = append(lines, "", p.theme.Accent.Render(widget.Fit(c.Name, w)), widget.Fit(c.UnitID.String(), w))
	}
	if len(row.Fits) > 0 {
		lines = append(append(lines, ""), widget.Wrap("e, then ↓ chooses one of them.", w)...)
	}
	return widget.Block(lines, w, h)
}
