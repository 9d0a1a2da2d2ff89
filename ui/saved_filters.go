package ui

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// savedFilters is the overlay of the filters that somebody keeps: one is taken
// by its number or by enter, and the one that the list has now is kept here.
type savedFilters struct {
	base
	present string // the filter of the list now
	take    func(filter string) tea.Cmd
	all     []store.SavedFilter
	table   *widget.Table[string]
	field   *widget.Field     // where a name is typed; nil otherwise
	named   store.SavedFilter // what it is the name of
	goal    string            // where the cursor goes with the next reading
}

// newSavedFilters offers the actor's own; take filters the list by one.
func newSavedFilters(c *Console, present string, take func(string) tea.Cmd) *savedFilters {
	o := &savedFilters{base: base{Console: c}, present: present, take: take}
	o.table = widget.NewTable[string](
		widget.Column{Title: "", Width: 1},
		widget.Column{Title: "Name", Width: 16, Max: 40, Grow: 1},
		widget.Column{Title: "Filter", Width: 14, Max: 200, Grow: 2, Priority: 1},
	)
	o.table.Empty = "Reading your filters…"
	return o
}

func (o *savedFilters) refresh() tea.Cmd {
	db, actor := o.db, o.actor
	return ask(&o.base, "read", func(ctx context.Context) ([]store.SavedFilter, error) {
		return db.SavedFilters(ctx, actor)
	}, func(all []store.SavedFilter, err error) tea.Cmd {
		o.table.Empty = o.whyEmpty()
		if err != nil {
			o.table.Empty = sentence(err)
			return nil
		}
		o.all = all
		key, _ := o.table.CursorKey()
		o.table.SetSource(savedFilterRows(all))
		if o.goal != "" {
			key, o.goal = o.goal, ""
		}
		if !o.table.SetCursorKey(key) {
			o.table.Home()
		}
		return nil
	})
}

func (o *savedFilters) whyEmpty() string {
	if why := o.whyNoneOfOwn(); why != "" {
		return why
	}
	if o.present == "" {
		return "You keep no filter yet. Filter the list with /, then press f and n."
	}
	return "You keep no filter yet. n keeps the present one."
}

func (o *savedFilters) whyNoneOfOwn() string {
	if o.actor.User.IsZero() {
		return "The operator is no user, and keeps no filters."
	}
	return ""
}

func (o *savedFilters) places() []keys.Place {
	if o.field != nil {
		return []keys.Place{keys.Naming}
	}
	return []keys.Place{keys.Filters, keys.List}
}

func (o *savedFilters) offers() []offer {
	if o.field != nil {
		return []offer{
			unless(o.whyBusy(), keys.FilterNamed, o.save),
			can(keys.Back, func() tea.Cmd { return o.guard(o, step(func() { o.field = nil })) }),
		}
	}
	return append(motions(o.table, nil),
		unless(o.whyNoRow(), keys.FilterTake, func() tea.Cmd { return o.taken(o.table.Cursor()) }),
		unless(o.whyNoRow(), keys.FilterNumber, o.takePressed),
		unless(o.whyNotSave(), keys.FilterSave, func() tea.Cmd { return o.name(store.SavedFilter{Filter: o.present}) }),
		unless(o.whyNoRow(), keys.FilterRename, func() tea.Cmd { return o.name(o.all[o.table.Cursor()]) }),
		asking(o.whyNoRow(), keys.FilterDelete, o.deleteQuestion(), o.delete),
		can(keys.FiltersOpen, step(o.closeOver)),
	)
}

func (o *savedFilters) whyNoRow() string {
	if i := o.table.Cursor(); i < 0 || i >= len(o.all) {
		return o.table.Empty
	}
	return ""
}

func (o *savedFilters) whyNotSave() string {
	switch {
	case o.whyNoneOfOwn() != "":
		return o.whyNoneOfOwn()
	case o.present == "":
		return "The list has no filter now. esc, then / writes one."
	}
	return ""
}

func (o *savedFilters) whyBusy() string {
	if o.busy("save") {
		return "The filter is being saved."
	}
	return ""
}

func (o *savedFilters) takePressed() tea.Cmd {
	if n, err := strconv.Atoi(o.pressed); err == nil && n <= len(o.all) {
		return o.taken(n - 1)
	}
	o.say(widget.ToneDim, "You keep no filter of that number.")
	return nil
}

func (o *savedFilters) taken(i int) tea.Cmd {
	filter := o.all[i].Filter
	o.closeOver()
	return o.take(filter)
}

// name begins to name a filter, a new one or one that is kept.
func (o *savedFilters) name(f store.SavedFilter) tea.Cmd {
	o.named, o.field = f, widget.NewField()
	o.field.Placeholder = "a name for it"
	o.field.SetValue(f.Name)
	return nil
}

func (o *savedFilters) unsaved() string {
	if o.field != nil && o.field.Value() != o.named.Name {
		return "The name that you typed isn't saved."
	}
	return ""
}

func (o *savedFilters) save() tea.Cmd {
	db, actor, f := o.db, o.actor, o.named
	f.Name = o.field.Value()
	return ask(&o.base, "save", func(ctx context.Context) (store.SavedFilter, error) {
		return db.SaveFilter(ctx, actor, f)
	}, func(saved store.SavedFilter, err error) tea.Cmd {
		if err != nil {
			o.fail(err)
			return nil
		}
		o.field, o.goal = nil, saved.ID.String()
		o.say(widget.ToneGood, "Kept as "+widget.Cut(saved.Name, 40)+".")
		return o.refresh()
	})
}

func (o *savedFilters) deleteQuestion() question {
	if o.whyNoRow() != "" {
		return question{}
	}
	f := o.all[o.table.Cursor()]
	return question{title: "Delete the filter " + f.Name + "?", yes: "delete it", lines: []string{f.Filter, "Devices stay as they are."}}
}

func (o *savedFilters) delete() tea.Cmd {
	db, actor, f := o.db, o.actor, o.all[o.table.Cursor()]
	return ask(&o.base, "delete", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, db.DeleteFilter(ctx, actor, f.ID)
	}, func(_ struct{}, err error) tea.Cmd {
		if err != nil {
			o.fail(err)
		} else {
			o.say(widget.ToneGood, "Deleted "+widget.Cut(f.Name, 40)+".")
		}
		return o.refresh()
	})
}

func (o *savedFilters) typing() bool { return o.field != nil }

func (o *savedFilters) typed(m tea.KeyPressMsg) tea.Cmd {
	o.field.Update(m)
	return nil
}

func (o *savedFilters) pasted(text string, _ bool) tea.Cmd {
	if o.field != nil {
		o.field.Update(tea.PasteMsg{Content: text})
	}
	return nil
}

func (o *savedFilters) draw(w, h int) []string {
	inner := boxWidth(w) - 4
	d := widget.Dialog{Title: "Saved filters", Width: inner}
	if o.field != nil {
		d.Title = "Name of the filter"
		d.Hints = roomFor(h, widget.Hint{Key: "enter", Text: "save"}, widget.Hint{Key: "esc", Text: "back"})
		d.Lines = []string{o.theme.Dim.Render(widget.Fit(o.named.Filter, inner)), "", o.field.Draw(o.theme, inner, true)}
		return d.Draw(o.theme, boxWidth(w), h)
	}
	d.Hints = roomFor(h, widget.Hint{Key: "enter", Text: "take"}, widget.Hint{Key: "n", Text: "keep present"},
		widget.Hint{Key: "e", Text: "rename"}, widget.Hint{Key: "d", Text: "delete"})
	room := h - 2
	if d.Hints != nil {
		room -= 2
	}
	wanted := len(o.all) + 1
	if len(o.all) == 0 {
		const indent = 3 // of a table's words, where it is empty
		wanted += len(widget.Wrap(o.table.Empty, inner-indent))
	}
	d.Lines = o.table.Draw(o.theme, inner, max(2, min(room, wanted)))
	return d.Draw(o.theme, boxWidth(w), h)
}

// savedFilterRows show the filters, the first nine with their number.
type savedFilterRows []store.SavedFilter

func (r savedFilterRows) Len() int         { return len(r) }
func (r savedFilterRows) Key(i int) string { return r[i].ID.String() }
func (r savedFilterRows) Cells(i int, out []string) []string {
	number := ""
	if i < 9 {
		number = strconv.Itoa(i + 1)
	}
	return append(out, number, r[i].Name, r[i].Filter)
}
