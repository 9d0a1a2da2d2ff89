package ui

import (
	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/ui/widget"
)

// columnView is a list's columns as somebody looks at them.
type columnView interface {
	columns() (*columnSet, []columnName)
	// sortsBy sorts the list by a column; it says false where that can't be.
	sortsBy(i int) bool
}

// columnChooser is the overlay in which columns are switched on and off, put in
// order, and sorted by.
type columnChooser struct {
	base
	view    columnView
	table   *widget.Table[string]
	changed func() tea.Cmd
	sorted  func() tea.Cmd
}

// newColumnChooser chooses the columns of a list. changed follows them, sorted
// the order.
func newColumnChooser(c *Console, view columnView, changed, sorted func() tea.Cmd) *columnChooser {
	o := &columnChooser{base: base{Console: c}, view: view, changed: changed, sorted: sorted}
	o.table = widget.NewTable[string](widget.Column{Width: 3}, widget.Column{Width: 20, Grow: 1})
	o.table.SetSource(columnRows{view, &c.theme})
	o.table.Home()
	return o
}

func (o *columnChooser) places() []keys.Place { return []keys.Place{keys.Columns, keys.List} }

func (o *columnChooser) offers() []offer {
	set, names := o.view.columns()
	return append(motions(o.table, nil),
		unless(o.whyNotThis("is always shown"), keys.ColumnToggle, func() tea.Cmd {
			set.turn(names, o.current())
			return o.changed()
		}),
		unless(o.whyNotThis("always stands first"), keys.ColumnEarlier, func() tea.Cmd { return o.move(-1) }),
		unless(o.whyNotThis("always stands first"), keys.ColumnLater, func() tea.Cmd { return o.move(1) }),
		can(keys.ColumnSort, func() tea.Cmd {
			if !o.view.sortsBy(o.current()) {
				o.say(widget.ToneWarn, "The list can't be sorted by "+lowerFirst(names[o.current()].title)+".")
				return nil
			}
			return o.sorted()
		}),
		can(keys.ColumnReset, func() tea.Cmd {
			set.reset()
			return o.changed()
		}),
		can(keys.DeviceColumns, step(o.closeOver)),
	)
}

// current is the number of the column under the cursor.
func (o *columnChooser) current() int {
	set, names := o.view.columns()
	return set.arranged(names)[max(0, o.table.Cursor())]
}

func (o *columnChooser) move(by int) tea.Cmd {
	set, names := o.view.columns()
	key, _ := o.table.CursorKey()
	set.move(names, o.table.Cursor(), o.table.Cursor()+by)
	o.table.SetSource(columnRows{o.view, &o.theme})
	o.table.SetCursorKey(key)
	return o.changed()
}

func (o *columnChooser) whyNotThis(what string) string {
	if _, names := o.view.columns(); o.current() == 0 {
		return "The " + lowerFirst(names[0].title) + " " + what + ": a row couldn't be told without it."
	}
	return ""
}

func (o *columnChooser) draw(w, h int) []string {
	const inner = 44
	d := widget.Dialog{Title: "Columns", Width: min(inner, w-4), Hints: roomFor(h,
		widget.Hint{Key: "space", Text: "switch"}, widget.Hint{Key: "←→", Text: "move"}, widget.Hint{Key: "s", Text: "sort"},
		widget.Hint{Key: "r", Text: "as at first"})}
	room := h - 2
	if d.Hints != nil {
		room -= 2
	}
	d.Lines = o.table.Draw(o.theme, d.Width, max(1, min(room, o.table.Len())))
	return d.Draw(o.theme, min(w, inner+4), h)
}

// columnRows are the rows of the chooser.
type columnRows struct {
	view  columnView
	theme *widget.Theme
}

func (r columnRows) Len() int {
	_, names := r.view.columns()
	return len(names)
}

func (r columnRows) Key(i int) string {
	set, names := r.view.columns()
	return names[set.arranged(names)[i]].id
}

func (r columnRows) Cells(i int, out []string) []string {
	set, names := r.view.columns()
	n := set.arranged(names)[i]
	box := r.theme.Glyphs.Unchecked
	if set.shows(names, n) {
		box = r.theme.Glyphs.Checked
	}
	return append(out, box, names[n].title)
}
