package ui

import (
	"context"
	"maps"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/ui/widget"
)

// details are what an account and a customer are both edited by.
type details struct {
	id                   domain.ID
	name, email, country string
	settings             domain.Settings
	security             domain.Security
	limits               domain.Limits // an account's; the zero Limits of a customer
	version              uint64        // of what was read; 0 for something new
}

// The names of the inputs, which are those of the fields in errors.
const (
	inputName         = "name"
	inputEmail        = "email"
	inputCountry      = "country"
	inputTimeZone     = "time_zone"
	inputTimeFormat   = "time_format"
	inputUnits        = "units"
	inputSecondFactor = "force_second_factor"
)

// detailsInputs are the inputs in their order; the last are an account's only.
var detailsInputs = []string{
	inputName, inputEmail, inputCountry, inputTimeZone, inputTimeFormat, inputUnits, inputSecondFactor,
	inputIdle, inputSession, inputInvitation, inputTokenDays,
}

// texts are the details as they stand in the inputs.
func (d details) texts() map[string]string {
	texts := limitsTexts(d.limits)
	maps.Copy(texts, map[string]string{
		inputName: d.name, inputEmail: d.email, inputCountry: domain.CountryName(d.country),
		inputTimeZone: d.settings.TimeZone, inputTimeFormat: d.settings.Clock.String(), inputUnits: d.settings.Units.String(),
		inputSecondFactor: strconv.FormatBool(d.security.ForceSecondFactor),
	})
	return texts
}

// inherited says what holds where a setting is left empty: those of the parent
// or the account. Nothing may be left empty where there is nothing above.
type inherited struct {
	as       string // "as the parent"
	settings domain.Settings
	forced   string // who above forces the second factor, "" for nobody
}

// detailsForm edits details. When somebody else changed them meanwhile, what
// they did is taken in beside what was typed, and shown.
type detailsForm struct {
	form
	read  details
	above *inherited // nil for an account
	// write saves and returns what is there now. With a Conflict over the
	// version it returns what somebody else left there.
	write func(ctx context.Context, d details) (details, error)
	done  func(details) tea.Cmd

	notes      map[string]string // what somebody else changed, by input
	unenrolled forcing           // whom forcing the second factor would meet
}

func newDetailsForm(c *Console, name, heading string, read details, above *inherited) *detailsForm {
	f := &detailsForm{form: form{base: base{Console: c}, name: name}, read: read, above: above}
	f.inputs = widget.NewForm(f.describe(heading)...)
	f.setNotes(nil)
	f.live = f.follow
	f.follow()
	f.save = f.saving
	f.saved = func(value any) tea.Cmd { return f.done(value.(details)) }
	f.failed = f.failing
	return f
}

// describe is the form as data.
func (f *detailsForm) describe(heading string) []widget.Input {
	text := f.read.texts()
	zone := widget.Input{Name: inputTimeZone, Label: "Time zone", Value: text[inputTimeZone], Placeholder: "such as Europe/Copenhagen",
		Limit: 64}
	clock := []widget.Option{{Value: "24", Label: "24 h"}, {Value: "12", Label: "12 h"}}
	units := []widget.Option{{Value: "metric", Label: "metric"}, {Value: "imperial", Label: "imperial"}}
	hint := "for every user of the account"
	if up := f.above; up != nil {
		zone.Placeholder = up.as + ": " + up.settings.TimeZone
		clock = append([]widget.Option{{Label: up.as + ": " + clockWords(up.settings.Clock)}}, clock...)
		units = append([]widget.Option{{Label: up.as + ": " + up.settings.Units.String()}}, units...)
		hint = "for every user here and below"
	}
	inputs := []widget.Input{
		{Label: heading, Kind: widget.HeadingInput},
		{Name: inputName, Label: "Name", Value: text[inputName], Limit: domain.MaxName},
		{Name: inputEmail, Label: "Email", Value: text[inputEmail], Limit: 254},
		{Name: inputCountry, Label: "Country", Value: text[inputCountry], Limit: 100, Help: "A name or its two letters."},
		{Label: "Cloud settings", Kind: widget.HeadingInput},
		zone,
		{Name: inputTimeFormat, Label: "Time format", Kind: widget.ChoiceInput, Value: text[inputTimeFormat], Options: clock, Help: "← → choose. How times are shown."},
		{Name: inputUnits, Label: "Units", Kind: widget.ChoiceInput, Value: text[inputUnits], Options: units, Help: "← → choose. How distances are shown."},
		{Label: "Security", Kind: widget.HeadingInput},
		{Name: inputSecondFactor, Label: "Force a second factor", Kind: widget.CheckInput, Value: text[inputSecondFactor], Hint: hint,
			Help: "space switches it. Nothing nested can relax it."},
	}
	if f.above == nil {
		inputs = append(inputs, limitsInputs(f.read.limits)...)
	}
	return inputs
}

// suggest keeps what the country and the time zone in a form are completed to:
// nothing once what is typed is one, so that nobody types SE, for Sweden, and
// gets Senegal.
func suggest(inputs *widget.Form) {
	countries, zones := countryNames(), domain.Zones()
	if _, err := domain.CheckCountry(inputs.Value(inputCountry), true); err == nil {
		countries = nil
	}
	if _, err := domain.CheckZone(inputs.Value(inputTimeZone)); err == nil {
		zones = nil
	}
	inputs.SetSuggestions(inputCountry, countries)
	inputs.SetSuggestions(inputTimeZone, zones)
}

// follow keeps up with what is typed: what it is completed to, and which time
// zone is usual in the country.
func (f *detailsForm) follow() {
	suggest(f.inputs)
	help := "An IANA name; a city finds it."
	if f.above != nil {
		help += " Empty, it follows what is above."
	}
	if code, err := domain.CheckCountry(f.inputs.Value(inputCountry), true); err == nil {
		help = "In " + domain.CountryName(code) + " it is mostly " + domain.DefaultSettings(code).TimeZone + ". " + help
	}
	f.inputs.SetHelp(inputTimeZone, help)
	f.noteForcing()
}

// setNotes puts a note under each input that has one.
func (f *detailsForm) setNotes(notes map[string]string) {
	f.notes = notes
	for _, name := range detailsInputs {
		f.inputs.SetNote(name, notes[name])
	}
	f.noteForcing()
}

// typedDetails are the details as they stand in the form.
func (f *detailsForm) typedDetails() (details, error) {
	d := details{
		name: f.inputs.Value(inputName), email: f.inputs.Value(inputEmail), country: f.inputs.Value(inputCountry),
		security: domain.Security{ForceSecondFactor: f.inputs.Checked(inputSecondFactor)}, version: f.read.version,
	}
	d.settings.TimeZone = f.inputs.Value(inputTimeZone)
	var err error
	if d.settings.Clock, err = domain.ParseClock(f.inputs.Value(inputTimeFormat)); err != nil {
		return d, err
	}
	if d.settings.Units, err = domain.ParseUnits(f.inputs.Value(inputUnits)); err != nil || f.above != nil {
		return d, err
	}
	d.limits, err = typedLimits(f.inputs)
	return d, err
}

func (f *detailsForm) saving() func(ctx context.Context) (any, error) {
	d, err := f.typedDetails()
	write := f.write
	return func(ctx context.Context) (any, error) {
		if err != nil {
			return details{}, err
		}
		return write(ctx, d)
	}
}

func (f *detailsForm) failing(value any, err error) tea.Cmd {
	now, _ := value.(details)
	words, stale := changedMeanwhile(err)
	if !stale || now.version == 0 {
		f.unenrolled.told = isAbout(err, inputSecondFactor)
		f.noteForcing()
		f.showError(err)
		return nil
	}
	f.takeIn(now)
	f.inputs.SetErrors(map[string]string{"": words})
	return nil
}

// takeIn shows what somebody else changed beside what was typed.
func (f *detailsForm) takeIn(now details) {
	notes := f.merge(detailsInputs, f.read.texts(), now.texts(), f.shown)
	f.read = now
	f.setNotes(notes)
}

// shown is the text of an input as people read it.
func (f *detailsForm) shown(name, text string) string {
	switch {
	case name == inputSecondFactor && text == "true":
		return "forced"
	case name == inputSecondFactor:
		return "optional"
	case text == "" && f.above != nil && name != inputEmail && name != inputCountry:
		return f.above.as
	case name == inputTimeFormat:
		return text + " h"
	}
	return orNone(text)
}
