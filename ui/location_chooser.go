package ui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// locationChooser is where a location is chosen for devices, or none: letters
// narrow the list, the arrow keys move in it. It lies over a form or is a screen
// of its own.
type locationChooser struct {
	base
	title string
	find  func(context.Context) ([]store.LocationRow, error)
	take  func(*store.LocationRow) tea.Cmd
	away  string // what choosing none does, beside it
	field *widget.Field
	table *widget.Table[domain.ID]
	all   []store.LocationRow
	now   domain.ID // where the cursor begins, zero for the first row
	read  bool
	none  string // why none may be chosen, "" where it may
	wrong string // why they couldn't be read
}

// newLocationChooser asks for one of all locations at which the user may put
// devices; take gets nil for none, after the chooser is gone.
func newLocationChooser(c *Console, title string, take func(*store.LocationRow) tea.Cmd) *locationChooser {
	o := &locationChooser{base: base{Console: c}, title: title, take: take, away: "take them away", field: widget.NewField()}
	o.field.Placeholder = "type to narrow"
	o.table = widget.NewTable[domain.ID](widget.Column{Width: 14, Grow: 1}, widget.Column{Width: 12, Grow: 1, Priority: 1})
	if err := c.standing.Rights.CheckPlacement(nil); err != nil {
		o.none = sentence(err)
	}
	db, actor := c.db, c.actor
	o.find = func(ctx context.Context) ([]store.LocationRow, error) { return db.LocationsToPutAt(ctx, actor) }
	return o
}

// among offers only these, for one device that is at one of them or at none.
func (o *locationChooser) among(rows []store.LocationRow, now domain.ID) *locationChooser {
	o.find, o.away = nil, ""
	o.all, o.read, o.now = rows, true, now
	o.narrow()
	o.home()
	return o
}

// home puts the cursor where it begins.
func (o *locationChooser) home() {
	o.table.Home()
	if !o.now.IsZero() {
		o.table.SetCursorKey(o.now)
	}
}

func (o *locationChooser) refresh() tea.Cmd {
	if o.find == nil {
		return nil
	}
	return ask(&o.base, "locations", o.find, func(rows []store.LocationRow, err error) tea.Cmd {
		o.read, o.wrong = true, ""
		if err != nil {
			o.wrong = sentence(err)
		}
		o.all = rows
		o.narrow()
		return nil
	})
}

// narrow lists those that are called what was typed. Taking devices away stands
// last: it is what is asked for least.
func (o *locationChooser) narrow() {
	words := strings.Fields(domain.Fold(o.field.Value()))
	shown := locationChoices{away: o.away}
	for i := range o.all {
		if l := &o.all[i]; containsAll(domain.Fold(l.Name+"\n"+l.CustomerPath), words) {
			shown.rows = append(shown.rows, l)
		}
	}
	if o.none == "" && containsAll(domain.Fold(noLocation+"\n"+o.away), words) {
		shown.rows = append(shown.rows, nil)
	}
	o.table.SetSource(shown)
}

const noLocation = "no location"

func (o *locationChooser) places() []keys.Place { return []keys.Place{keys.Choosing} }

func (o *locationChooser) offers() []offer {
	return []offer{
		can(keys.ChooseUp, step(o.table.Up)), can(keys.ChooseDown, step(o.table.Down)),
		can(keys.ChoosePageUp, step(o.table.PageUp)), can(keys.ChoosePageDown, step(o.table.PageDown)),
		unless(o.whyNotThis(), keys.ChooseTarget, o.taken),
	}
}

func (o *locationChooser) whyNotThis() string {
	if o.table.Len() == 0 {
		return o.empty()
	}
	return ""
}

func (o *locationChooser) empty() string {
	switch {
	case !o.read:
		return "The locations are being read."
	case o.wrong != "":
		return o.wrong
	case len(o.all) == 0 && o.field.Value() == "":
		return "There is no location within your reach at which you may put devices."
	}
	return "No location is called that. Take letters away."
}

// taken hands the location over. Lying over a screen the chooser goes first, in a
// tab last, as that of customers does.
func (o *locationChooser) taken() tea.Cmd {
	id, _ := o.table.CursorKey()
	var at *store.LocationRow
	for i := range o.all {
		if o.all[i].ID == id {
			at = &o.all[i]
		}
	}
	if o.lies() {
		o.closeOver()
		return o.take(at)
	}
	return tea.Batch(o.take(at), o.drop(o))
}

// lies says whether it lies over a screen.
func (o *locationChooser) lies() bool { return slices.Contains(o.overlays, screen(o)) }

func (o *locationChooser) typing() bool { return true }

func (o *locationChooser) typed(m tea.KeyPressMsg) tea.Cmd { return o.update(m) }

func (o *locationChooser) pasted(text string, _ bool) tea.Cmd {
	return o.update(tea.PasteMsg{Content: text})
}

func (o *locationChooser) update(msg tea.Msg) tea.Cmd {
	if o.field.Update(msg) {
		o.narrow()
		if o.table.Home(); o.field.Value() == "" {
			o.home()
		}
	}
	return nil
}

func (o *locationChooser) draw(w, h int) []string {
	o.table.Empty, o.table.Untitled = o.empty(), true
	if h < frameless {
		title := widget.Cut(o.title, w/2)
		first := " " + o.theme.Title.Render(title) + " " + o.field.Draw(o.theme, w-widget.Width(title)-3, true)
		return widget.Block(append([]string{first}, o.table.Draw(o.theme, w, h-1)...), w, h)
	}
	width := boxWidth(w)
	inner := width - 4
	room := max(1, min(h-3, max(2, o.table.Len())))
	lines := append([]string{o.field.Draw(o.theme, inner, true)}, o.table.Draw(o.theme, inner, room)...)
	d := widget.Dialog{Title: o.title, Lines: lines, Width: inner}
	box := d.Draw(o.theme, width, h)
	if o.lies() {
		return box
	}
	return widget.Center(nil, box, w, h)
}

// locationChoices are the rows of a chooser; nil is none.
type locationChoices struct {
	rows []*store.LocationRow
	away string
}

func (r locationChoices) Len() int { return len(r.rows) }

func (r locationChoices) Key(i int) domain.ID {
	if r.rows[i] == nil {
		return domain.ID{}
	}
	return r.rows[i].ID
}

func (r locationChoices) Find(id domain.ID) (int, bool) {
	for i := range r.rows {
		if r.Key(i) == id {
			return i, true
		}
	}
	return 0, false
}

func (r locationChoices) Cells(i int, out []string) []string {
	l := r.rows[i]
	if l == nil {
		return append(out, noLocation, r.away)
	}
	return append(out, l.Name, strings.Join(domain.SplitPath(l.CustomerPath), " / "))
}
