package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// picker is the part where devices are marked in a list that a filter narrows.
// Marks belong to devices, not to rows: they stay while the filter changes.
type picker struct {
	*managing
	filter  deviceFilter
	found   *store.Found // what the list shows; nil before the first answer
	listed  string       // the filter that it was found with
	table   *widget.Table[domain.ID]
	listTop int       // the line of the body where the table begins
	whole   bool      // the whole reach is searched, not only the scope
	shown   int       // how many of the marked are in the list
	anchor  domain.ID // where a range begins; zero when none does
	failed  string    // why the last search failed
}

// few is how many marks are gone through without leaving the loop.
const few = 1000

func newPicker(s *managing) *picker {
	return &picker{managing: s, filter: deviceFilter{filter: newFilter()}, table: widget.NewTable[domain.ID](
		widget.Column{Title: "Name", Width: 14, Max: 40, Grow: 3},
		widget.Column{Title: "Unit ID", Width: 9, Max: 36, Grow: 3, Middle: true},
		widget.Column{Title: "Customer", Width: 14, Max: 60, Grow: 3, Priority: 1},
		widget.Column{Title: "Plate", Width: 9, Max: 14, Grow: 1, Priority: 2},
		widget.Column{Title: "Status", Width: 8, Priority: 3},
	)}
}

// refresh reads what the list shows again. Before the fleet is ready nothing
// can be searched: the console shows this again when it is.
func (p *picker) refresh() tea.Cmd {
	p.rows.outdate()
	if !p.searchable {
		return p.makeFleet()
	}
	return p.search()
}

// within is the customer whose devices are listed; zero is the whole reach.
func (p *picker) within() domain.ID {
	if p.whole {
		return domain.ID{}
	}
	return p.scope
}

func (p *picker) search() tea.Cmd {
	if !p.searchable {
		return p.makeFleet()
	}
	db, actor := p.db, p.actor
	a := p.filter.asked(p.Console)
	q := store.FleetQuery{Customer: p.within(), Below: true, Within: p.found}
	key, _ := p.table.CursorKey()
	age := p.rows.age
	return ask(&p.base, "search", func(ctx context.Context) (matches, error) {
		fleet, err := db.Fleet(ctx, actor, nil)
		if err != nil {
			return matches{}, err
		}
		found, err := a.search(ctx, db, actor, fleet, q)
		if err != nil {
			return matches{}, err
		}
		at, _ := found.Find(key)
		m := matches{found: found, filter: a.filter, asked: around(found, at, rowsNear), age: age}
		m.rows, err = db.DeviceRows(ctx, actor, m.asked)
		return m, err
	}, p.searched)
}

// matches is what a search found, with the rows that are shown first: in one
// answer, so that no list is drawn without them.
type matches struct {
	found *store.Found
	asked []domain.ID
	rows  []store.DeviceRow
	age   int

	filter string
}

func (p *picker) searched(m matches, err error) tea.Cmd {
	if err != nil {
		p.failed = sentence(err)
		p.fail(err)
		return nil
	}
	p.failed, p.found = "", m.found
	p.rows.put(m.age, m.asked, m.rows)
	key, _ := p.table.CursorKey()
	p.table.SetSource(pickRows{p, m.found})
	if _, there := m.found.Find(key); !there && m.filter != p.listed {
		p.table.Home()
	}
	p.listed = m.filter
	return tea.Batch(p.read(), p.count())
}

// read reads the rows around the cursor, where they aren't there.
func (p *picker) read() tea.Cmd {
	if p.found == nil || !p.rows.lacks(around(p.found, p.table.Cursor(), rowsNear)) {
		return nil
	}
	return p.rows.read(&p.base, around(p.found, p.table.Cursor(), rowsAhead))
}

// count counts how many of the marked are in the list.
func (p *picker) count() tea.Cmd {
	found, marks := p.found, p.marks
	if found == nil {
		return nil
	}
	if min(found.Len(), marks.len()) <= few {
		p.cancel("count")
		p.shown, _ = marks.among(p.ctx, found)
		return nil
	}
	return ask(&p.base, "count", func(ctx context.Context) (int, error) {
		return marks.among(ctx, found)
	}, func(n int, _ error) tea.Cmd {
		p.shown = n
		return nil
	})
}

// mark takes up other marks. shown is how many of them are in the list, -1
// where that is to be counted.
func (p *picker) mark(marks deviceMarks, shown int) tea.Cmd {
	p.marks = marks
	p.changes()
	if shown < 0 || p.busy("count") {
		return p.count()
	}
	p.shown = shown
	return nil
}

// markRows marks a run of the rows, off the loop where there are many.
func (p *picker) markRows(from, to int) tea.Cmd {
	found := p.found
	take := func(more deviceMarks, _ error) tea.Cmd {
		shown := -1
		if to-from == found.Len() && found == p.found {
			shown = to
		}
		return p.mark(p.marks.with(more), shown)
	}
	if to-from <= few {
		return take(marksOf(found, from, to), nil)
	}
	return ask(&p.base, "mark", func(context.Context) (deviceMarks, error) { return marksOf(found, from, to), nil }, take)
}

func (p *picker) places() []keys.Place { return p.filter.places(keys.Picking, keys.List) }

func (p *picker) offers() []offer {
	offers := following(p.filter.offers(p.table, p.search), p.filter.settled(p.search, p.read))
	if p.filter.open {
		return offers
	}
	if !p.anchor.IsZero() {
		offers = append([]offer{can(keys.Back, step(func() { p.anchor = domain.ID{} }))}, offers...)
	}
	offers = append(offers, motions(p.table, p.read)...)
	why := p.whyNoRow()
	offers = append(offers,
		unless(why, keys.PickMark, p.markOne),
		unless(why, keys.PickRange, p.markRange),
		unless(p.whyNotAll(), keys.PickAll, func() tea.Cmd { return p.markRows(0, p.found.Len()) }),
		unless(p.whyNoMarks(), keys.PickNone, func() tea.Cmd { return p.mark(deviceMarks{}, 0) }),
		unless(p.whyNotReview(), keys.PickReview, p.review),
		can(keys.PickPaste, func() tea.Cmd { return p.turn(p.paste) }),
		can(keys.PickTarget, p.deed.again),
		can(keys.PickDeed, p.chooseDeed),
		can(keys.FiltersOpen, func() tea.Cmd {
			return p.over(newSavedFilters(p.Console, p.filter.text(), func(filter string) tea.Cmd {
				p.filter.field.SetValue(filter)
				return p.search()
			}))
		}),
	)
	if p.scope != p.standing.Rights.Home() {
		offers = append(offers, can(keys.PickReach, func() tea.Cmd {
			p.whole = !p.whole
			return p.search()
		}))
	}
	return offers
}

func (p *picker) whyNoRow() string {
	if p.table.Len() == 0 {
		return p.whyEmpty()
	}
	return ""
}

func (p *picker) whyNotAll() string {
	switch {
	case p.busy("search"):
		return "The list is still being narrowed."
	case p.filter.wrong != "":
		return "The list isn't what the filter says. " + p.filter.wrong
	}
	return p.whyNoRow()
}

func (p *picker) whyNoMarks() string {
	if p.marks.len() == 0 {
		return "Nothing is marked. space marks."
	}
	return ""
}

func (p *picker) whyNotReview() string {
	switch {
	case p.busy("mark"):
		return "Still marking."
	case p.marks.len() == 0 && p.lines.len() == 0 && p.paste.field.Value() == "":
		return "Nothing is marked yet. space marks a device, a all that match, tab pastes."
	}
	return ""
}

// markOne turns the mark under the cursor round and goes on to the next row.
func (p *picker) markOne() tea.Cmd {
	id, _ := p.table.CursorKey()
	shown := p.shown + 1
	if p.marks.has(id) {
		shown = p.shown - 1
	}
	p.table.Down()
	return tea.Batch(p.mark(p.marks.turned(id), shown), p.read())
}

// markRange begins a range at the cursor, or marks all from where it began.
func (p *picker) markRange() tea.Cmd {
	at := p.table.Cursor()
	from, found := p.found.Find(p.anchor)
	switch {
	case p.anchor.IsZero():
		p.anchor, _ = p.table.CursorKey()
		p.say(widget.ToneDim, "Go to the other end of the range; v marks it, esc leaves it.")
		return nil
	case !found:
		p.anchor = domain.ID{}
		p.say(widget.ToneWarn, "Where the range began isn't in the list any more. v begins another.")
		return nil
	}
	p.anchor = domain.ID{}
	return p.markRows(min(from, at), max(from, at)+1)
}

func (p *picker) review() tea.Cmd {
	return p.toPreview(p)
}

func (s *manage) explanation() (string, [][2]string) { return s.picker.filter.explanation() }

func (p *picker) typing() bool { return p.filter.open }

func (p *picker) typed(m tea.KeyPressMsg) tea.Cmd {
	if p.filter.update(m) {
		return p.search()
	}
	return nil
}

// pasted narrows the list by a few words pasted into the open filter. Anything
// else is IDs.
func (p *picker) pasted(text string, tooMuch bool) tea.Cmd {
	words := strings.TrimSpace(text)
	if !p.filter.open || tooMuch || len(words) > 64 || strings.ContainsAny(words, "\r\n\t") {
		p.filter.open = false
		return p.takePaste(text, tooMuch)
	}
	if p.filter.update(tea.PasteMsg{Content: words}) {
		return p.search()
	}
	return nil
}

func (p *picker) clicked(line int) tea.Cmd {
	p.table.Click(line - p.listTop)
	return p.read()
}

func (p *picker) draw(w, h int) []string {
	lines := p.drawTarget(w, h, keys.PickPaste)
	if p.found == nil {
		return append(lines, p.drawReading(w)...)
	}
	if roomy(h) {
		lines = append(lines, p.label("From")+widget.Fit(p.chosen(), w-labelWidth))
		lines = append(lines, p.filter.draw(p.theme, w, p.size(), true)...)
	} else {
		lines = append(lines, p.filter.draw(p.theme, w, p.marked(), false)...)
	}
	p.table.Empty = p.whyEmpty()
	p.table.Blurred = p.filter.open
	p.listTop = len(lines)
	room := h - len(lines)
	if w < wideEnough {
		return append(lines, p.table.Draw(p.theme, w, room)...)
	}
	left := w - paneWidth
	return append(lines, beside(p.table.Draw(p.theme, left, room), p.drawPane(paneWidth-4), left, paneWidth)...)
}

// drawPane is everything about the device under the cursor.
func (p *picker) drawPane(w int) []string {
	id, _ := p.table.CursorKey()
	row := p.rows.row(id)
	if row == nil {
		return nil
	}
	lines := []string{p.theme.Title.Render(widget.Cut(deviceName(&row.Device), w)), ""}
	return append(lines, drawFactRows(p.theme, p.deviceFacts(row), w)...)
}

// drawReading is shown until the list can be.
func (p *picker) drawReading(w int) []string {
	if why := p.whyEmpty(); p.failed != "" || why != stillRead {
		return indent(widget.Wrap(why, w-4))
	}
	done, total := p.own.progress(fleetSlot)
	return []string{"", "  " + widget.Fit("Reading the devices…", w-2), "  " + widget.Progress(p.theme, min(w-4, 60), done, total)}
}

// chosen is marked, with the lines that are kept beside.
func (p *picker) chosen() string {
	if p.look == nil || p.look.lines == 0 || p.lines.len() == 0 {
		return p.marked()
	}
	return counted(p.look.lines, "line", "lines") + ", " + p.marked()
}

// marked says how many are marked, and how many of them the list doesn't show.
func (p *picker) marked() string {
	n := p.marks.len()
	switch {
	case p.busy("mark"):
		return "marking…"
	case !p.anchor.IsZero():
		return "a range begins: v marks it"
	case n == 0:
		return "none marked"
	case p.shown == n:
		return widget.Comma(n) + " marked"
	}
	return fmt.Sprintf("%s marked, %s shown", widget.Comma(n), widget.Comma(p.shown))
}

// size says how many are listed, out of where.
func (p *picker) size() string {
	words := devices(p.found.Len())
	if at := p.within(); at != p.standing.Rights.Home() {
		words += " in " + widget.Cut(p.customerName(at), 20)
	}
	if p.standing.Rights.Narrowed() {
		words += ", limited"
	}
	return words
}

const stillRead = "The devices are still being read."

// whyEmpty says why the list is empty, and which key changes that.
func (p *picker) whyEmpty() string {
	why := p.whyNotAnywhere(domain.DevicesSee)
	switch {
	case p.failed != "":
		return p.failed
	case why != "":
		return why
	case p.found == nil:
		return stillRead
	case p.filter.text() != "":
		return "No device matches. / changes the filter, esc clears it."
	case p.within() != p.standing.Rights.Home():
		return "There is no device in " + widget.Cut(p.customerName(p.within()), 60) + ". w looks in your whole reach."
	case p.standing.Rights.Narrowed():
		return "You are limited to " + p.standing.Rights.LimitWords() + ", and there is no device. tab pastes IDs."
	}
	return "There is no device yet. n in the Devices tab registers one."
}

// pickRows shows what was found.
type pickRows struct {
	*picker
	found *store.Found
}

func (r pickRows) Len() int { return r.found.Len() }

func (r pickRows) Key(i int) domain.ID { return r.found.ID(i) }

func (r pickRows) Find(id domain.ID) (int, bool) { return r.found.Find(id) }

func (r pickRows) Marked(i int) bool { return r.marks.has(r.found.ID(i)) }

func (r pickRows) Cells(i int, out []string) []string {
	id := r.found.ID(i)
	row := r.rows.row(id)
	switch {
	case row != nil:
		return append(out, deviceName(&row.Device), row.UnitID.String(), r.pathInScope(row.Customer), row.Plate, row.Status.String())
	case r.rows.gone(id):
		return append(out, "no longer there")
	}
	return append(out, r.theme.Glyphs.Ellipsis)
}
