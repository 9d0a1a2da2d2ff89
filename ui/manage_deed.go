package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// deed is what Manage devices does to the devices that are chosen: what is
// particular about assigning them, putting them at a location, and editing them.
type deed interface {
	// bulk is the deed for the store.
	bulk(text string, devices []domain.ID) store.Bulk
	// word and target are the first line: "To", and the path of a customer.
	word() string
	target() string
	// why says why it can't be done any more, "" while it can.
	why() string
	// again asks anew what is to be done.
	again() tea.Cmd

	// What it does to a device that it changes, and that it doesn't.
	does() (does, already domain.Result)
	verb() string // "move"
	past() string // "moved"
	// Sentences: while it is under way, when it is done, when it is taken back,
	// and why nothing would come of it. stayed is of those that weren't taken back.
	doing(n int) string
	done(n int) string
	undone(n int) string
	stayed() string
	nothing() string
	// undoing says what taking it back would do.
	undoing() string
}

// opening asks what is to be done, when Manage devices is opened.
type opening func(*managing) tea.Cmd

func toAssign(s *managing) tea.Cmd { return s.chooseTarget() }
func toPlace(s *managing) tea.Cmd  { return s.choosePlace() }

// toEdit begins with what was to be changed before.
func toEdit(s *managing) tea.Cmd {
	before, _ := s.deed.(edits)
	return s.chooseEdits(before.change)
}

// chooseDeed asks what else to do to the devices, which stay as they are.
func (s *managing) chooseDeed() tea.Cmd {
	way := func(label string, needs domain.Capability, begin opening) way {
		return way{label: label, why: s.whyNotAnywhere(needs), run: func() tea.Cmd { return begin(s) }}
	}
	return s.over(newOptions(s.Console, "What is to be done?", []string{"Marks and lines stay."},
		way("Move to a customer", domain.DevicesAssign, toAssign),
		way("Put at a location", domain.DevicesEdit, toPlace),
		way("Change tags and fields", domain.DevicesEdit, toEdit),
	))
}

// take takes up what is to be done. Whatever asked for it goes, and shows this
// screen again.
func (s *managing) take(d deed) tea.Cmd {
	s.deed = d
	s.changes()
	return nil
}

// titled is "Move devices to", with how many are marked.
func (s *managing) titled(format string) string {
	if n := s.marks.len(); n > 0 {
		return fmt.Sprintf(format, devices(n))
	}
	return fmt.Sprintf(format, "devices")
}

// assigns moves devices to a customer.
type assigns struct {
	*managing
	to domain.ID
}

func (s *managing) chooseTarget() tea.Cmd {
	why := func(id domain.ID) string { return s.whyNot(domain.DevicesAssign, id) }
	return s.push(newChooser(s.Console, s.titled("Move %s to"), why, func(id domain.ID) tea.Cmd {
		if now, same := s.deed.(assigns); same && now.to == id {
			return nil
		}
		return s.take(assigns{s, id})
	}))
}

func (d assigns) bulk(text string, devices []domain.ID) store.Bulk {
	return store.Assignment{To: d.to, Text: text, Devices: devices}
}

func (d assigns) word() string   { return "To" }
func (d assigns) target() string { return d.path(d.to) }
func (d assigns) again() tea.Cmd { return d.chooseTarget() }

func (d assigns) why() string {
	if _, ok := d.tree().Customer(d.to); !ok {
		return "The target customer is gone. t chooses another."
	}
	return d.whyNot(domain.DevicesAssign, d.to)
}

// name is the target's own name, for sentences.
func (d assigns) name() string { return widget.Cut(d.customerName(d.to), 60) }

func (d assigns) does() (does, already domain.Result) {
	return domain.ResultMoved, domain.ResultAlreadyThere
}
func (d assigns) verb() string        { return "move" }
func (d assigns) past() string        { return "moved" }
func (d assigns) doing(n int) string  { return "Moving " + devices(n) + " to " + d.name() }
func (d assigns) done(n int) string   { return "Moved " + devices(n) + " to " + d.name() + "." }
func (d assigns) undone(n int) string { return "Moved " + devices(n) + " back" }
func (d assigns) stayed() string      { return "no longer in " + d.name() + ", or no longer yours to move" }
func (d assigns) nothing() string     { return "they are all in " + d.name() + " already" }
func (d assigns) undoing() string {
	return "Those that are still in " + d.name() + " go back to where they came from."
}

// placesAt puts devices at a location, or takes them away from theirs.
type placesAt struct {
	*managing
	at *store.LocationRow // nil for none
}

func (s *managing) choosePlace() tea.Cmd {
	return s.push(newLocationChooser(s.Console, s.titled("Put %s at"), func(at *store.LocationRow) tea.Cmd {
		return s.take(placesAt{s, at})
	}))
}

// newManagePlace opens Manage devices to put devices at a location.
func newManagePlace(c *Console, at store.LocationRow) screen {
	m := newManageTo(c, nil, toPlace).(*manage)
	m.asked = true
	m.take(placesAt{m.managing, &at})
	return m
}

func (d placesAt) bulk(text string, devices []domain.ID) store.Bulk {
	p := store.Placement{Text: text, Devices: devices}
	if d.at != nil {
		p.At = d.at.ID
	}
	return p
}

func (d placesAt) word() string { return "At" }

func (d placesAt) target() string {
	if d.at == nil {
		return "no location: they are taken away from theirs"
	}
	return d.at.Name + " · " + d.path(d.at.Customer)
}

func (d placesAt) again() tea.Cmd { return d.choosePlace() }

func (d placesAt) why() string {
	l := (*domain.Location)(nil)
	if d.at != nil {
		l = &d.at.Location
	}
	if err := d.standing.Rights.CheckPlacement(l); err != nil {
		return sentence(err)
	}
	return ""
}

// where is the location in sentences.
func (d placesAt) where() string {
	if d.at == nil {
		return "at no location"
	}
	return "at " + widget.Cut(d.at.Name, 60)
}

func (d placesAt) does() (does, already domain.Result) {
	return domain.ResultMoved, domain.ResultAlreadyThere
}
func (d placesAt) verb() string { return "move" }
func (d placesAt) past() string { return "moved" }

func (d placesAt) doing(n int) string { return "Putting " + devices(n) + " " + d.where() }

func (d placesAt) done(n int) string {
	if d.at == nil {
		return "Took " + devices(n) + " away from their locations."
	}
	return "Put " + devices(n) + " " + d.where() + "."
}

func (d placesAt) undone(n int) string { return "Put " + devices(n) + " back" }
func (d placesAt) stayed() string {
	return "no longer " + d.where() + ", or what they came from isn't theirs any more"
}
func (d placesAt) nothing() string { return "they are all " + d.where() + " already" }
func (d placesAt) undoing() string {
	return "Those that are still " + d.where() + " go back to the location that they came from."
}

// edits changes tags and fields of devices.
type edits struct {
	*managing
	change domain.DeviceChange
}

func (d edits) bulk(text string, devices []domain.ID) store.Bulk {
	return store.DeviceEdits{Change: d.change, Text: text, Devices: devices}
}

func (d edits) word() string { return "Change" }

func (d edits) target() string {
	var parts []string
	var tags []string
	for _, tag := range d.change.AddTags {
		tags = append(tags, "+"+tag)
	}
	for _, tag := range d.change.RemoveTags {
		tags = append(tags, "-"+tag)
	}
	if len(tags) > 0 {
		parts = append(parts, "tags "+strings.Join(tags, " "))
	}
	for _, f := range d.fields() {
		if f.text != nil {
			value := *f.text
			if value == "" {
				value = "none"
			}
			parts = append(parts, f.name+" "+value)
		}
	}
	return strings.Join(parts, ", ")
}

// fields are the fields of the change, nil where they stay.
func (d edits) fields() []editField {
	fields := []editField{{"make", d.change.Make}, {"model", d.change.Model}, {"type", d.change.Type}}
	if d.change.Year != nil {
		year := yearText(*d.change.Year)
		fields = append(fields, editField{"year", &year})
	}
	return fields
}

type editField struct {
	name string
	text *string
}

func (d edits) again() tea.Cmd { return d.chooseEdits(d.change) }
func (d edits) why() string    { return d.whyNotAnywhere(domain.DevicesEdit) }

func (d edits) does() (does, already domain.Result) {
	return domain.ResultChanged, domain.ResultAlreadySo
}
func (d edits) verb() string        { return "change" }
func (d edits) past() string        { return "changed" }
func (d edits) doing(n int) string  { return "Changing " + devices(n) }
func (d edits) done(n int) string   { return "Changed " + devices(n) + "." }
func (d edits) undone(n int) string { return "Gave " + devices(n) + " back what they had" }
func (d edits) stayed() string      { return "changed since, or no longer yours to edit" }
func (d edits) nothing() string     { return "they are all so already" }
func (d edits) undoing() string {
	return "Those that weren't changed since have again what they had before."
}

// The inputs of the form of edits; like all others they are the fields in errors.
const (
	inputAddTags    = "add_tags"
	inputRemoveTags = "remove_tags"
)

// emptied is what is typed to take a field out.
const emptied = "-"

// chooseEdits asks what to change, with what was chosen before.
func (s *managing) chooseEdits(now domain.DeviceChange) tea.Cmd {
	f := &form{base: base{Console: s.Console}, name: s.titled("Change %s"), word: "go on", intro: []string{"What is left empty stays as it is. Nothing is changed before you have seen what will be."}}
	value := map[string]string{}
	for _, field := range (edits{s, now}).fields() {
		if field.text != nil {
			if value[field.name] = *field.text; *field.text == "" {
				value[field.name] = emptied
			}
		}
	}
	in := func(name, label, value string, limit int, help string) widget.Input {
		return widget.Input{Name: name, Label: label, Value: value, Limit: limit, Help: help}
	}
	const clears = " A dash alone takes it out."
	f.inputs = widget.NewForm(
		in(inputAddTags, "Add tags", domain.JoinTags(now.AddTags), domain.MaxTags*(domain.MaxTag+2), "Tags to give them, separated by commas."),
		in(inputRemoveTags, "Remove tags", domain.JoinTags(now.RemoveTags), domain.MaxTags*(domain.MaxTag+2), "Tags to take away, in either case."),
		in("make", "Make", value["make"], domain.MaxText, "The vehicles' make."+clears),
		in("model", "Model", value["model"], domain.MaxText, "The vehicles' model."+clears),
		in("year", "Year", value["year"], 4, "The model year, four digits."+clears),
		in("type", "Type", value["type"], domain.MaxText, "Van, truck, trailer, excavator: as your account calls it."+clears),
	)
	f.save = func() func(context.Context) (any, error) {
		typed := make(map[string]string)
		for _, name := range []string{inputAddTags, inputRemoveTags, "make", "model", "year", "type"} {
			typed[name] = f.inputs.Value(name)
		}
		return func(context.Context) (any, error) { return readEdits(typed) }
	}
	f.saved = func(value any) tea.Cmd {
		return tea.Batch(s.take(edits{s, value.(domain.DeviceChange)}), f.drop(f))
	}
	return s.push(f)
}

// readEdits reads a change as it was typed.
func readEdits(typed map[string]string) (domain.DeviceChange, error) {
	var c domain.DeviceChange
	var err error
	for name, to := range map[string]*[]string{inputAddTags: &c.AddTags, inputRemoveTags: &c.RemoveTags} {
		if *to, err = domain.ParseTags(typed[name]); err != nil {
			return c, of(name, err)
		}
	}
	for name, to := range map[string]**string{"make": &c.Make, "model": &c.Model, "type": &c.Type} {
		if text := strings.TrimSpace(typed[name]); text == emptied {
			*to = new(string)
		} else if text != "" {
			*to = &text
		}
	}
	if text := strings.TrimSpace(typed["year"]); text == emptied {
		c.Year = new(int)
	} else if text != "" {
		year, err := domain.ParseYear(text)
		if err != nil {
			return c, err
		}
		c.Year = &year
	}
	return c, domain.CheckDeviceChange(&c)
}

// of is an error about tags under the input that they were typed in.
func of(field string, err error) error {
	var e *domain.Error
	if errors.As(err, &e) {
		return domain.Errorf(e.Kind, field, "%w", err)
	}
	return err
}
