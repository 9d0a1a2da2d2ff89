package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
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
	return f.over(newLocationChooser(f.Console, "Where it is", func(at *store.LocationRow) tea.Cmd {
		id := domain.ID{}
		if at != nil {
			id = at.ID
		}
		f.inputs.SetValue(inputLocation, idText(id))
		f.followPlaces()
		return nil
	}).among(f.put.rows, f.typedPlace()))
}
