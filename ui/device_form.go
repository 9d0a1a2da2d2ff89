package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// deviceForm registers a device or edits one. When somebody else changed it
// meanwhile, what they did is taken in beside what was typed, and shown.
type deviceForm struct {
	form
	read  domain.Device // as it was read; of a new one only the customer
	put   devicePlaces  // the locations at which it may be put
	write func(ctx context.Context, d domain.Device) (domain.Device, error)
}

// The names of the inputs that more than one place knows; like those of the
// others they are the fields in errors.
const (
	inputUnitID   = "unit_id"
	inputCustomer = "customer"
)

// deviceInputs are the inputs that may be changed of a device that is there.
var deviceInputs = []string{"name", "plate", "make", "model", "year", "type", "vin", "imei", "iccid", "phone", "tags", inputLocation}

// newDeviceRegister registers a device to a customer, the scope at first.
// registered is told the new one.
func newDeviceRegister(c *Console, registered func(domain.Device) tea.Cmd) *deviceForm {
	f := newDeviceForm(c, "Register", domain.Device{Customer: c.scope})
	db, actor := c.db, c.actor
	f.write = func(ctx context.Context, d domain.Device) (domain.Device, error) {
		return db.RegisterDevice(ctx, actor, d)
	}
	f.saved = func(value any) tea.Cmd {
		cmd, _ := f.pop()
		return tea.Batch(cmd, registered(value.(domain.Device)))
	}
	return f
}

// newDeviceEdit edits a device as it was read.
func newDeviceEdit(c *Console, d domain.Device) *deviceForm {
	f := newDeviceForm(c, "Edit", d)
	f.inputs.SetReadOnly(inputUnitID, "It is printed on the device and can't be changed.")
	f.inputs.SetReadOnly(inputCustomer, "Move it with m on the device, or in Manage devices.")
	f.inputs.Focus("name")
	db, actor := c.db, c.actor
	f.write = func(ctx context.Context, d domain.Device) (domain.Device, error) {
		saved, err := db.EditDevice(ctx, actor, d)
		if domain.KindOf(err) == domain.Conflict {
			if now, failed := db.Device(ctx, actor, d.ID); failed == nil {
				return now.Device, err
			}
		}
		return saved, err
	}
	f.saved = func(value any) tea.Cmd {
		saved := value.(domain.Device)
		cmd, _ := f.pop()
		f.say(widget.ToneGood, "Saved "+widget.Cut(deviceName(&saved), 60)+".")
		return cmd
	}
	return f
}

func newDeviceForm(c *Console, name string, read domain.Device) *deviceForm {
	f := &deviceForm{form: form{base: base{Console: c}, name: name}, read: read}
	f.inputs = widget.NewForm(f.describe()...)
	f.live = f.followPlaces
	f.save = f.saving
	f.failed = f.failing
	return f
}

// describe is the form as data.
func (f *deviceForm) describe() []widget.Input {
	text := f.texts(&f.read)
	in := func(name, label string, limit int, help string) widget.Input {
		return widget.Input{Name: name, Label: label, Value: text[name], Limit: limit, Help: help}
	}
	unit := in(inputUnitID, "Unit ID", 100, "The 32 hex digits printed on the device, with or without dashes. Paste or scan them.")
	unit.Value = f.unitText()
	customer := in(inputCustomer, "Customer", 1000, "Part of its name, then → takes what is proposed; ctrl+t chooses in the tree.")
	customer.Value, customer.Suggestions = f.tree().Path(f.read.Customer), f.customerPaths()
	customer.Placeholder = "Whose device it is"
	if !f.read.ID.IsZero() {
		unit.Help, customer.Help = "", "" // neither is typed
	}
	return []widget.Input{
		unit,
		in("name", "Name", domain.MaxName, "What people call it. Left empty, its unit ID names it."),
		customer,
		f.placeInput(),
		{Label: "Vehicle", Kind: widget.HeadingInput},
		in("plate", "Plate", domain.MaxText, "The licence plate."),
		in("make", "Make", domain.MaxText, ""),
		in("model", "Model", domain.MaxText, ""),
		in("year", "Year", 4, "The model year, four digits."),
		in("type", "Type", domain.MaxText, "Van, truck, trailer, excavator: as your account calls it."),
		in("vin", "VIN", 40, "17 letters and digits."),
		{Label: "Modem", Kind: widget.HeadingInput},
		in("imei", "IMEI", 40, "15 digits."),
		in("iccid", "ICCID", 40, "The SIM card's number: 19 or 20 digits."),
		in("phone", "Phone", 40, "The SIM card's phone number, as +45 12 34 56 78."),
		{Label: "Finding it", Kind: widget.HeadingInput},
		in("tags", "Tags", domain.MaxTags*(domain.MaxTag+2), "Words to find it by, separated by commas."),
	}
}

func (f *deviceForm) unitText() string {
	if f.read.ID.IsZero() {
		return ""
	}
	return f.read.UnitID.String()
}

// texts are what may be changed of a device as it stands in the inputs.
func (f *deviceForm) texts(d *domain.Device) map[string]string {
	return map[string]string{
		"name": d.Name, "plate": d.Plate, "make": d.Make, "model": d.Model, "year": yearText(d.Year), "type": d.Type,
		"vin": d.VIN, "imei": d.IMEI, "iccid": d.ICCID, "phone": d.Phone, "tags": domain.JoinTags(d.Tags),
		inputLocation: idText(d.Location),
	}
}

// customerPaths are the paths of all customers that the device may be given to.
func (f *deviceForm) customerPaths() []string {
	var paths []string
	rights, tree := f.standing.Rights, f.tree()
	from, to := rights.Span()
	for i := from; i < to; i++ {
		if rights.MayAt(domain.DevicesRegister, i).Allowed {
			paths = append(paths, tree.Path(tree.At(i).ID))
		}
	}
	return paths
}

// offers are those of a form. A customer is always one that there is, so what
// is proposed for it is taken when the field is left.
func (f *deviceForm) offers() []offer {
	offers := following(f.form.offers(), f.readPlaces)
	for i, o := range offers {
		if o.why == "" && (o.id == keys.FormNext || o.id == keys.FormPrevious || o.id == keys.FormEnter) {
			offers[i].run = func() tea.Cmd {
				if f.inputs.Focused() == inputCustomer {
					f.inputs.Accept()
				}
				return o.run()
			}
		}
	}
	if f.busy("save") {
		return offers
	}
	switch f.inputs.Focused() {
	case inputCustomer:
	case inputLocation:
		return append(offers, unless(f.whyNotPlace(), keys.FormChoose, f.choosePlace).as("choose"))
	default:
		return offers
	}
	why := ""
	if !f.read.ID.IsZero() {
		why = "Move it with m on the device, or in Manage devices."
	}
	return append(offers, unless(why, keys.FormChoose, f.chooseCustomer))
}

func (f *deviceForm) chooseCustomer() tea.Cmd {
	why := func(id domain.ID) string { return f.whyNot(domain.DevicesRegister, id) }
	return f.over(newChooser(f.Console, "Register the device to", why, func(id domain.ID) tea.Cmd {
		f.inputs.SetValue(inputCustomer, f.tree().Path(id))
		return f.readPlaces()
	}))
}

// fieldErrors are what is wrong with the inputs, by name.
type fieldErrors map[string]string

func (e fieldErrors) Error() string { return "fields are wrong" }

// note keeps what is wrong with an input.
func (e fieldErrors) note(name string, err error) {
	if err != nil {
		e[name] = sentence(err)
	}
}

// typedDevice is the device as it stands in the form. All that is wrong with it
// is told at once.
func (f *deviceForm) typedDevice() (domain.Device, error) {
	d, wrong, value := f.read, fieldErrors{}, f.inputs.Value
	var err error
	if f.read.ID.IsZero() {
		d.UnitID, err = domain.ParseUnitID(value(inputUnitID))
		wrong.note(inputUnitID, err)
		d.Customer, err = f.typedCustomer()
		wrong.note(inputCustomer, err)
	}
	d.Location = f.typedPlace()
	d.Name, d.Plate, d.Make, d.Model, d.Type = value("name"), value("plate"), value("make"), value("model"), value("type")
	d.Year, err = domain.ParseYear(value("year"))
	wrong.note("year", err)
	d.VIN, err = domain.CheckVIN(value("vin"))
	wrong.note("vin", err)
	d.IMEI, err = domain.CheckIMEI(value("imei"))
	wrong.note("imei", err)
	d.ICCID, err = domain.CheckICCID(value("iccid"))
	wrong.note("iccid", err)
	d.Phone, err = domain.CheckPhone(value("phone"))
	wrong.note("phone", err)
	d.Tags, err = domain.ParseTags(value("tags"))
	wrong.note("tags", err)
	if len(wrong) > 0 {
		return d, wrong
	}
	return d, nil
}

func (f *deviceForm) typedCustomer() (domain.ID, error) {
	path := f.inputs.Value(inputCustomer)
	if path == "" {
		return domain.ID{}, domain.Errorf(domain.Invalid, inputCustomer, "Choose whose device it is.")
	}
	id, err := f.standing.Rights.Resolve(path)
	if err != nil {
		return id, domain.Errorf(domain.NotFound, inputCustomer, "There is no customer of that name within your reach. ctrl+t chooses one in the tree.")
	}
	return id, nil
}

func (f *deviceForm) saving() func(ctx context.Context) (any, error) {
	d, err := f.typedDevice()
	write := f.write
	return func(ctx context.Context) (any, error) {
		if err != nil {
			return nil, err
		}
		return write(ctx, d)
	}
}

func (f *deviceForm) failing(value any, err error) tea.Cmd {
	var wrong fieldErrors
	now, _ := value.(domain.Device)
	words, conflict := changedMeanwhile(err)
	switch {
	case errors.As(err, &wrong):
		f.inputs.SetErrors(wrong)
	case conflict && now.Version != 0:
		f.takeIn(now)
		f.inputs.SetErrors(map[string]string{"": words})
	default:
		f.showError(err)
	}
	return nil
}

// takeIn goes on from the device as somebody else left it.
func (f *deviceForm) takeIn(now domain.Device) {
	notes := f.merge(deviceInputs, f.texts(&f.read), f.texts(&now), func(name, text string) string {
		if name == inputLocation {
			text = f.put.words(text)
		}
		return orNone(text)
	})
	f.read = now
	for _, name := range deviceInputs {
		f.inputs.SetNote(name, notes[name])
	}
	f.followPlaces()
}
