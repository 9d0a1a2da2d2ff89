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

// inputLocation is the input for where a device is; like the others of the form
// it is the field in errors.
const inputLocation = "location"

// devicePlaces are the locations at which the device of a form may be put.
type devicePlaces struct {
	asked domain.ID // the customer that they were asked of, zero to ask anew
	rows  []store.LocationRow
	read  bool
}

// idText is an identity as the value of an input, empty for none.
func idText(id domain.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func (f *deviceForm) placeInput() widget.Input {
	return widget.Input{Name: inputLocation, Label: "Location", Kind: widget.PickInput, Value: idText(f.read.Location), Shown: "none",
		Help: "space or ctrl+t chooses among the locations of its customer and of those above."}
}

// words are the location that an input holds by name.
func (p *devicePlaces) words(value string) string {
	id, err := domain.ParseID(value)
	switch {
	case err != nil:
		return "none"
	case !p.read:
		return "being read"
	}
	for i := range p.rows {
		if p.rows[i].ID == id {
			return p.rows[i].Name
		}
	}
	return "one elsewhere"
}

func (p *devicePlaces) has(id domain.ID) bool {
	return slices.ContainsFunc(p.rows, func(l store.LocationRow) bool { return l.ID == id })
}

func (f *deviceForm) refresh() tea.Cmd { return f.readPlaces() }

// readPlaces reads the locations for the customer that stands in the form.
func (f *deviceForm) readPlaces() tea.Cmd {
	at := f.read.Customer
	if f.read.ID.IsZero() {
		var err error
		if at, err = f.typedCustomer(); err != nil {
			return nil
		}
	}
	if at == f.put.asked {
		return nil
	}
	f.put.asked = at
	db, actor := f.db, f.actor
	return ask(&f.base, "locations", func(ctx context.Context) ([]store.LocationRow, error) {
		return db.LocationsForDevice(ctx, actor, at)
	}, func(rows []store.LocationRow, err error) tea.Cmd {
		if err != nil {
			f.put.asked, rows = domain.ID{}, nil // the form says why where it matters: on saving
		}
		f.put.rows, f.put.read = rows, err == nil
		f.followPlaces()
		return nil
	})
}

// typedPlace is the location that is saved: the chosen one, where it may be kept.
func (f *deviceForm) typedPlace() domain.ID {
	id, err := domain.ParseID(f.inputs.Value(inputLocation))
	if err != nil || id != f.read.Location && f.put.read && !f.put.has(id) {
		return domain.ID{}
	}
	return id
}

// followPlaces shows what is chosen, and whether it is lost at another customer.
// Somebody limited to locations must choose one of theirs.
func (f *deviceForm) followPlaces() {
	value := f.inputs.Value(inputLocation)
	f.inputs.SetShown(inputLocation, f.put.words(value))
	note := ""
	switch id, _ := domain.ParseID(value); {
	case !id.IsZero() && f.put.read && !f.put.has(id) && f.read.ID.IsZero():
		note = "It is no location of this customer, and dropped."
	case id.IsZero() && f.standing.Rights.Narrowed():
		note = "You are limited to " + f.standing.Rights.LimitWords() + ": choose one of these, or you would lose sight of the device."
	}
	f.inputs.SetNote(inputLocation, note)
}

func (f *deviceForm) whyNotPlace() string {
	switch {
	case f.busy("locations"):
		return "The locations are still being read."
	case len(f.put.rows) == 0:
		return "Neither its customer nor one above it has a location at which you may put it."
	}
	return ""
}

func (f *deviceForm) typed(m tea.KeyPressMsg) tea.Cmd {
	if f.inputs.Focused() == inputLocation && m.String() == "space" {
		if why := f.whyNotPlace(); why != "" {
			f.say(widget.ToneWarn, why)
			return nil
		}
		return f.choosePlace()
	}
	return tea.Batch(f.form.typed(m), f.readPlaces())
}

func (f *deviceForm) choosePlace() tea.Cmd {
	return f.over(newSpotChooser(f.Console, f.put.rows, f.typedPlace(), func(id domain.ID) tea.Cmd {
		f.inputs.SetValue(inputLocation, idText(id))
		f.followPlaces()
		return nil
	}))
}

// spotChooser is the overlay in which one location is chosen, or none.
type spotChooser struct {
	base
	rows   spotRows
	filter filter
	table  *widget.Table[domain.ID]
	take   func(domain.ID) tea.Cmd
}

func newSpotChooser(c *Console, rows []store.LocationRow, now domain.ID, take func(domain.ID) tea.Cmd) *spotChooser {
	o := &spotChooser{base: base{Console: c}, filter: newFilter(), take: take}
	o.rows.all = append([]store.LocationRow{{Location: domain.Location{Name: "none"}}}, rows...)
	o.table = widget.NewTable[domain.ID](widget.Column{Width: 16, Grow: 1}, widget.Column{Width: 14, Grow: 1, Priority: 1})
	o.table.Empty = "No location is called that. Take letters away."
	o.narrow()
	o.table.Home()
	o.table.SetCursorKey(now)
	return o
}

func (o *spotChooser) places() []keys.Place { return o.filter.places(keys.ChoosingPlace, keys.List) }

func (o *spotChooser) offers() []offer {
	offers := append(o.filter.offers(o.table, o.narrow), motions(o.table, nil)...)
	if o.filter.open {
		return offers
	}
	return append(offers, unless(o.whyNone(), keys.PlaceTake, func() tea.Cmd {
		id, _ := o.table.CursorKey()
		o.closeOver()
		return o.take(id)
	}))
}

func (o *spotChooser) whyNone() string {
	if o.table.Cursor() < 0 {
		return "There is no location under the cursor."
	}
	return ""
}

func (o *spotChooser) narrow() tea.Cmd {
	words := o.filter.words()
	o.rows.seen = o.rows.seen[:0]
	for i := range o.rows.all {
		if l := &o.rows.all[i]; containsAll(domain.Fold(l.Name+"\n"+l.CustomerPath), words) {
			o.rows.seen = append(o.rows.seen, i)
		}
	}
	o.table.SetSource(o.rows)
	return nil
}

func (o *spotChooser) typing() bool { return o.filter.open }

func (o *spotChooser) typed(m tea.KeyPressMsg) tea.Cmd {
	if o.filter.update(m) {
		return o.narrow()
	}
	return nil
}

func (o *spotChooser) pasted(text string, tooMuch bool) tea.Cmd {
	if words, fits := pastedWords(text, tooMuch); fits && o.filter.paste(words) {
		o.filter.open = true
		return o.narrow()
	}
	return nil
}

func (o *spotChooser) draw(w, h int) []string {
	width := boxWidth(w)
	inner := width - 4
	d := widget.Dialog{Title: "Where it is", Width: inner, Hints: roomFor(h, widget.Hint{Key: "enter", Text: "take"}, widget.Hint{Key: "esc", Text: "leave"})}
	room := h - 3
	if d.Hints != nil {
		room -= 2
	}
	count := counted(len(o.rows.all)-1, "location", "locations")
	d.Lines = append([]string{o.filter.draw(o.theme, inner, count)}, o.table.Draw(o.theme, inner, max(1, min(room, len(o.rows.all))))...)
	return d.Draw(o.theme, width, h)
}

// spotRows are the rows of the chooser that match its filter.
type spotRows struct {
	all  []store.LocationRow
	seen []int // of all
}

func (r spotRows) Len() int            { return len(r.seen) }
func (r spotRows) Key(i int) domain.ID { return r.all[r.seen[i]].ID }
func (r spotRows) Cells(i int, out []string) []string {
	l := &r.all[r.seen[i]]
	return append(out, l.Name, strings.Join(domain.SplitPath(l.CustomerPath), " / "))
}
