package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// yardChooser is the screen in which a location is chosen, or none: letters
// narrow the list, the arrow keys move in it.
type yardChooser struct {
	base
	title string
	take  func(*store.LocationRow) tea.Cmd
	field *widget.Field
	table *widget.Table[domain.ID]
	all   []store.LocationRow
	read  bool
	none  string // why none may be chosen, "" where it may
	wrong string // why they couldn't be read
}

func newYardChooser(c *Console, title string, take func(*store.LocationRow) tea.Cmd) *yardChooser {
	o := &yardChooser{base: base{Console: c}, title: title, take: take, field: widget.NewField()}
	o.field.Placeholder = "type to narrow"
	o.table = widget.NewTable[domain.ID](widget.Column{Width: 14, Grow: 1}, widget.Column{Width: 12, Grow: 1, Priority: 1})
	if err := c.standing.Rights.CheckPlacement(nil); err != nil {
		o.none = sentence(err)
	}
	return o
}

func (o *yardChooser) refresh() tea.Cmd {
	db, actor := o.db, o.actor
	return ask(&o.base, "locations", func(ctx context.Context) ([]store.LocationRow, error) {
		return db.LocationsToPutAt(ctx, actor)
	}, func(rows []store.LocationRow, err error) tea.Cmd {
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
func (o *yardChooser) narrow() {
	words := strings.Fields(domain.Fold(o.field.Value()))
	var shown yardRows
	for i := range o.all {
		if l := &o.all[i]; containsAll(domain.Fold(l.Name+"\n"+l.CustomerPath), words) {
			shown = append(shown, l)
		}
	}
	if o.none == "" && containsAll(domain.Fold(noLocation+"\n"+takenAway), words) {
		shown = append(shown, nil)
	}
	o.table.SetSource(shown)
}

const noLocation, takenAway = "no location", "take them away from theirs"

func (o *yardChooser) places() []keys.Place { return []keys.Place{keys.Choosing} }

func (o *yardChooser) offers() []offer {
	return []offer{
		can(keys.ChooseUp, step(o.table.Up)), can(keys.ChooseDown, step(o.table.Down)),
		can(keys.ChoosePageUp, step(o.table.PageUp)), can(keys.ChoosePageDown, step(o.table.PageDown)),
		unless(o.whyNotThis(), keys.ChooseTarget, o.taken),
	}
}

func (o *yardChooser) whyNotThis() string {
	if o.table.Len() == 0 {
		return o.empty()
	}
	return ""
}

func (o *yardChooser) empty() string {
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

func (o *yardChooser) taken() tea.Cmd {
	id, _ := o.table.CursorKey()
	for i := range o.all {
		if o.all[i].ID == id {
			return tea.Batch(o.take(&o.all[i]), o.drop(o))
		}
	}
	return tea.Batch(o.take(nil), o.drop(o))
}

func (o *yardChooser) typing() bool { return true }

func (o *yardChooser) typed(m tea.KeyPressMsg) tea.Cmd { return o.update(m) }

func (o *yardChooser) pasted(text string, _ bool) tea.Cmd {
	return o.update(tea.PasteMsg{Content: text})
}

func (o *yardChooser) update(msg tea.Msg) tea.Cmd {
	if o.field.Update(msg) {
		o.narrow()
		o.table.Home()
	}
	return nil
}

func (o *yardChooser) draw(w, h int) []string {
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
	return widget.Center(nil, d.Draw(o.theme, width, h), w, h)
}

// yardRows are the locations of a chooser; nil is none.
type yardRows []*store.LocationRow

func (r yardRows) Len() int { return len(r) }

func (r yardRows) Key(i int) domain.ID {
	if r[i] == nil {
		return domain.ID{}
	}
	return r[i].ID
}

func (r yardRows) Find(id domain.ID) (int, bool) {
	for i := range r {
		if r.Key(i) == id {
			return i, true
		}
	}
	return 0, false
}

func (r yardRows) Cells(i int, out []string) []string {
	if r[i] == nil {
		return append(out, noLocation, takenAway)
	}
	return append(out, r[i].Name, strings.Join(domain.SplitPath(r[i].CustomerPath), " / "))
}
