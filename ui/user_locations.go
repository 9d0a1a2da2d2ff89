package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// inputPlaces is the input for the locations that a user is limited to.
const inputPlaces = "locations"

// limited are the locations that somebody may be limited to, and those that they
// are limited to.
type limited struct {
	asked  domain.ID           // the customer that they were asked of, zero to ask anew
	rows   []store.LocationRow // of that customer and below
	read   bool
	chosen []domain.ID
	known  map[domain.ID]string // the names of all that were read, those of other customers too
}

func placesInput(value string) widget.Input {
	return widget.Input{Name: inputPlaces, Label: "Limited to", Kind: widget.PickInput, Value: value,
		Help: "space or ctrl+t chooses locations. Limited to some, they see only the devices there. Account Administrators see all the same."}
}

// idsText is a list of identities as the value of an input.
func idsText(list []domain.ID) string {
	texts := make([]string, len(list))
	for i, id := range list {
		texts[i] = id.String()
	}
	return strings.Join(texts, ",")
}

// idsFrom is the list that idsText wrote.
func idsFrom(text string) []domain.ID {
	var list []domain.ID
	for part := range strings.SplitSeq(text, ",") {
		if id, err := domain.ParseID(part); err == nil {
			list = append(list, id)
		}
	}
	return list
}

// words are locations by name: "Depot, Dock and 3 more".
func (p *limited) words(list []domain.ID) string {
	if len(list) == 0 {
		return "not limited: all devices that the groups give"
	}
	var names []string
	for _, id := range list {
		if name := p.known[id]; name != "" && len(names) < 3 {
			names = append(names, widget.Cut(name, 30))
		}
	}
	if len(names) == 0 {
		return counted(len(list), "location", "locations")
	}
	text := strings.Join(names, ", ")
	if more := len(list) - len(names); more > 0 {
		text += fmt.Sprintf(" and %s more", widget.Comma(more))
	}
	return text
}

// readPlaces reads the locations of the customer that stands in the form.
func (f *userForm) readPlaces() tea.Cmd {
	at, err := f.typedCustomer()
	if err != nil || at == f.limited.asked {
		return nil
	}
	f.limited.asked = at
	db, actor := f.db, f.actor
	return ask(&f.base, "locations", func(ctx context.Context) ([]store.LocationRow, error) {
		return db.LocationsFor(ctx, actor, at)
	}, func(rows []store.LocationRow, err error) tea.Cmd {
		if err != nil {
			rows = nil // the form says why where it matters: on saving
		}
		f.limited.rows, f.limited.read = rows, err == nil
		if f.limited.known == nil {
			f.limited.known = map[domain.ID]string{}
		}
		for _, l := range rows {
			f.limited.known[l.ID] = l.Name
		}
		f.follow()
		return f.readPreview()
	})
}

// typedPlaces are the chosen locations that the user can keep: those of the
// customer that stands in the form, once that is read.
func (f *userForm) typedPlaces() []domain.ID {
	if !f.limited.read || f.isSelf() {
		return f.limited.chosen
	}
	var kept []domain.ID
	for _, id := range f.limited.chosen {
		if f.limited.has(id) {
			kept = append(kept, id)
		}
	}
	return kept
}

func (p *limited) has(id domain.ID) bool {
	return slices.ContainsFunc(p.rows, func(l store.LocationRow) bool { return l.ID == id })
}

// followPlaces shows what is chosen, and what of it is lost at another customer.
// Where there is no location there is nothing to choose, and no input.
func (f *userForm) followPlaces() {
	in, kept := f.inputs, f.typedPlaces()
	in.SetValue(inputPlaces, idsText(f.limited.chosen))
	in.SetShown(inputPlaces, f.limited.words(kept))
	in.SetHidden(inputPlaces, len(f.limited.rows) == 0 && len(f.limited.chosen) == 0)
	if f.isSelf() {
		in.SetReadOnly(inputPlaces, f.whyFixed(func(u *domain.User) { u.Locations = append(slices.Clone(u.Locations), u.ID) }))
	}
	in.SetNote(inputPlaces, f.placesNote(kept))
}

func (f *userForm) placesNote(kept []domain.ID) string {
	if note := f.notes[inputPlaces]; note != "" {
		return note
	}
	lost := len(f.limited.chosen) - len(kept)
	switch {
	case lost > 0 && len(kept) == 0:
		return "None of their locations is one of this customer's: their limit is lifted, unless you choose some here."
	case lost > 0:
		return counted(lost, "location isn't", "locations aren't") + " this customer's, and dropped."
	case len(f.read.Locations) > 0 && len(kept) == 0:
		return "Their limit is lifted: they see the devices at every location."
	case len(kept) > 0 && f.typedGroups().Has(domain.AccountAdministrator):
		return "Account Administrator isn't limited by locations."
	}
	return ""
}

func (f *userForm) whyNotPlaces() string {
	switch {
	case f.inputs.Locked() != "":
		return f.inputs.Locked()
	case f.busy("locations"):
		return "The locations are still being read."
	case len(f.limited.rows) == 0:
		return "This customer has no location, nor has any nested under it."
	}
	return ""
}

func (f *userForm) choosePlaces() tea.Cmd {
	return f.over(newPlaceChooser(f.Console, f.limited.rows, f.typedPlaces(), func(chosen []domain.ID) tea.Cmd {
		f.limited.chosen = chosen
		delete(f.notes, inputPlaces)
		f.follow()
		return f.look()
	}))
}

// placeChooser is the overlay in which locations are ticked.
type placeChooser struct {
	base
	rows   placeRows
	filter filter
	table  *widget.Table[domain.ID]
	take   func([]domain.ID) tea.Cmd
}

func newPlaceChooser(c *Console, rows []store.LocationRow, chosen []domain.ID, take func([]domain.ID) tea.Cmd) *placeChooser {
	o := &placeChooser{base: base{Console: c}, filter: newFilter(), take: take}
	o.rows = placeRows{all: rows, on: map[domain.ID]bool{}, theme: &c.theme}
	for _, id := range chosen {
		o.rows.on[id] = true
	}
	o.table = widget.NewTable[domain.ID](widget.Column{Width: 3}, widget.Column{Width: 14, Grow: 1}, widget.Column{Width: 14, Grow: 1, Priority: 1})
	o.table.Empty = "No location is called that. Take letters away."
	o.narrow()
	o.table.Home()
	return o
}

func (o *placeChooser) places() []keys.Place { return o.filter.places(keys.Limiting, keys.List) }

func (o *placeChooser) offers() []offer {
	offers := append(o.filter.offers(o.table, o.narrow), motions(o.table, nil)...)
	if o.filter.open {
		return offers
	}
	return append(offers,
		can(keys.LimitTake, o.taken),
		unless(o.whyNotThis(), keys.LimitSwitch, step(o.switchThis)),
		can(keys.LimitNone, step(func() { clear(o.rows.on) })),
	)
}

func (o *placeChooser) whyNotThis() string {
	if o.table.Cursor() < 0 {
		return "There is no location under the cursor."
	}
	return ""
}

func (o *placeChooser) switchThis() {
	if id, ok := o.table.CursorKey(); ok {
		o.rows.on[id] = !o.rows.on[id]
		o.table.Down()
	}
}

func (o *placeChooser) taken() tea.Cmd {
	var chosen []domain.ID
	for _, l := range o.rows.all {
		if o.rows.on[l.ID] {
			chosen = append(chosen, l.ID)
		}
	}
	o.closeOver()
	return o.take(chosen)
}

func (o *placeChooser) narrow() tea.Cmd {
	words := o.filter.words()
	o.rows.seen = o.rows.seen[:0]
	for i, l := range o.rows.all {
		if containsAll(domain.Fold(l.Name+"\n"+l.CustomerPath), words) {
			o.rows.seen = append(o.rows.seen, i)
		}
	}
	o.table.SetSource(o.rows)
	return nil
}

func (o *placeChooser) typing() bool { return o.filter.open }

func (o *placeChooser) typed(m tea.KeyPressMsg) tea.Cmd {
	if o.filter.update(m) {
		return o.narrow()
	}
	return nil
}

func (o *placeChooser) pasted(text string, _ bool) tea.Cmd {
	o.filter.open = true
	if o.filter.update(tea.PasteMsg{Content: text}) {
		return o.narrow()
	}
	return nil
}

func (o *placeChooser) draw(w, h int) []string {
	ticked := ticks(o.rows.on)
	count := "no limit"
	if ticked > 0 {
		count = counted(ticked, "location", "locations")
	}
	return drawTicks(o.theme, "Limited to", &o.filter, count, o.table, len(o.rows.all), w, h)
}

// ticks counts what is ticked.
func ticks(on map[domain.ID]bool) int {
	ticked := 0
	for _, is := range on {
		if is {
			ticked++
		}
	}
	return ticked
}

// drawTicks draws a box of rows to tick, as many as there are or as fit, with a
// filter and a word on the number beside it.
func drawTicks(theme widget.Theme, title string, f *filter, count string, table *widget.Table[domain.ID], rows, w, h int) []string {
	width := boxWidth(w)
	inner := width - 4
	d := widget.Dialog{Title: title, Width: inner, Hints: roomFor(h,
		widget.Hint{Key: "space", Text: "tick"}, widget.Hint{Key: "enter", Text: "take"}, widget.Hint{Key: "esc", Text: "leave"})}
	room := h - 3
	if d.Hints != nil {
		room -= 2
	}
	d.Lines = append([]string{f.draw(theme, inner, count)}, table.Draw(theme, inner, max(1, min(room, rows)))...)
	return d.Draw(theme, width, h)
}

// placeRows are the rows of the chooser that match its filter.
type placeRows struct {
	all   []store.LocationRow
	seen  []int // of all
	on    map[domain.ID]bool
	theme *widget.Theme
}

func (r placeRows) Len() int            { return len(r.seen) }
func (r placeRows) Key(i int) domain.ID { return r.all[r.seen[i]].ID }
func (r placeRows) Cells(i int, out []string) []string {
	l := &r.all[r.seen[i]]
	box := r.theme.Glyphs.Unchecked
	if r.on[l.ID] {
		box = r.theme.Glyphs.Checked
	}
	return append(out, box, l.Name, strings.Join(domain.SplitPath(l.CustomerPath), " / "))
}
