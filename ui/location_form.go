package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// locationForm makes a location or edits one. When somebody else changed it
// meanwhile, what they did is taken in beside what was typed, and shown.
type locationForm struct {
	form
	read domain.Location // as it was read; of a new one only the customer
	done func(domain.Location) tea.Cmd
}

// locationInputs are the inputs that may be changed of a location that is there;
// their names are those of the fields in errors.
var locationInputs = []string{inputName, inputEmail, inputPhone, "address", "notes"}

// newLocationForm edits a location as it was read, or makes one where it has no
// ID. done is told how it is now.
func newLocationForm(c *Console, read domain.Location, done func(domain.Location) tea.Cmd) *locationForm {
	name, heading := "Edit", "Location"
	if read.ID.IsZero() {
		name, heading = "New", "New location"
	}
	f := &locationForm{form: form{base: base{Console: c}, name: name}, read: read, done: done}
	text := f.texts(&read)
	in := func(name, label string, limit int, help string) widget.Input {
		return widget.Input{Name: name, Label: label, Value: text[name], Limit: limit, Help: help}
	}
	customer := in(inputCustomer, "Customer", 1000, "Part of its name, then → takes what is proposed; ctrl+t chooses in the tree.")
	customer.Value, customer.Suggestions, customer.Placeholder = f.tree().Path(read.Customer), f.customerPaths(), "Whose place it is"
	f.inputs = widget.NewForm(
		widget.Input{Label: heading, Kind: widget.HeadingInput},
		in(inputName, "Name", domain.MaxName, "What people call it. No other location of the customer is called so."),
		customer,
		in(inputEmail, "Email", 254, "Whom to write to about what is there."),
		in(inputPhone, "Phone", 40, "As +45 12 34 56 78. It may be left empty."),
		in("address", "Address", domain.MaxAddress, "It may be left empty."),
		in("notes", "Notes", domain.MaxNotes, "The gate code, where to park: for whoever goes there. It may be left empty."),
	)
	if !read.ID.IsZero() {
		f.inputs.SetReadOnly(inputCustomer, "A location stays with its customer. Make one there, and put the devices at that one.")
	}
	f.save, f.saved, f.failed = f.saving, f.wasSaved, f.failing
	return f
}

// texts are what may be changed of a location as it stands in the inputs.
func (f *locationForm) texts(l *domain.Location) map[string]string {
	return map[string]string{inputName: l.Name, inputEmail: l.Email, inputPhone: l.Phone, "address": l.Address, "notes": l.Notes}
}

// customerPaths are the paths of all customers that may be given a location.
func (f *locationForm) customerPaths() []string {
	var paths []string
	rights, tree := f.standing.Rights, f.tree()
	from, to := rights.Span()
	for i := from; i < to; i++ {
		if rights.MayAt(domain.LocationsManage, i).Allowed {
			paths = append(paths, tree.Path(tree.At(i).ID))
		}
	}
	return paths
}

func (f *locationForm) offers() []offer {
	offers := f.form.offers()
	if f.inputs.Focused() != inputCustomer || f.busy("save") {
		return offers
	}
	why := ""
	if !f.read.ID.IsZero() {
		why = "A location stays with its customer."
	}
	return append(offers, unless(why, keys.FormChoose, func() tea.Cmd {
		may := func(id domain.ID) string { return f.whyNot(domain.LocationsManage, id) }
		return f.over(newChooser(f.Console, "Make the location for", may, func(id domain.ID) tea.Cmd {
			f.inputs.SetValue(inputCustomer, f.tree().Path(id))
			return nil
		}))
	}))
}

func (f *locationForm) saving() func(ctx context.Context) (any, error) {
	l, value := f.read, f.inputs.Value
	l.Name, l.Email, l.Phone, l.Address, l.Notes = value(inputName), value(inputEmail), value(inputPhone), value("address"), value("notes")
	db, actor := f.db, f.actor
	if !l.ID.IsZero() {
		return func(ctx context.Context) (any, error) {
			saved, err := db.EditLocation(ctx, actor, l)
			if domain.KindOf(err) == domain.Conflict {
				if now, failed := db.Location(ctx, actor, l.ID); failed == nil {
					return now.Location, err
				}
			}
			return saved, err
		}
	}
	var wrong error
	if l.Customer, wrong = f.standing.Rights.Resolve(value(inputCustomer)); wrong != nil {
		wrong = domain.Errorf(domain.NotFound, inputCustomer, "There is no customer of that name within your reach. ctrl+t chooses one in the tree.")
	}
	return func(ctx context.Context) (any, error) {
		if wrong != nil {
			return nil, wrong
		}
		return db.CreateLocation(ctx, actor, l)
	}
}

func (f *locationForm) wasSaved(value any) tea.Cmd {
	saved := value.(domain.Location)
	return tea.Batch(f.drop(f), f.done(saved))
}

func (f *locationForm) failing(value any, err error) tea.Cmd {
	now, _ := value.(domain.Location)
	if words, conflict := changedMeanwhile(err); conflict && now.Version != 0 {
		f.takeIn(now)
		f.inputs.SetErrors(map[string]string{"": words})
		return nil
	}
	f.showError(err)
	return nil
}

// takeIn goes on from the location as somebody else left it.
func (f *locationForm) takeIn(now domain.Location) {
	notes := f.merge(locationInputs, f.texts(&f.read), f.texts(&now), func(_, text string) string { return orNone(text) })
	f.read = now
	for _, name := range locationInputs {
		f.inputs.SetNote(name, notes[name])
	}
}
