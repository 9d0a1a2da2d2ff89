package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// profileInputs are the inputs of the form in their order.
var profileInputs = []string{inputFullName, inputEmail, inputPhone, inputTimeZone, inputTimeFormat, inputUnits}

// profileForm edits one's own profile. When an administrator changed it
// meanwhile, what they did is taken in beside what was typed, and shown.
type profileForm struct {
	form
	read domain.User
}

// newProfileForm edits a profile as it was read. done is called once it is
// saved.
func newProfileForm(c *Console, u domain.User, done func() tea.Cmd) *profileForm {
	f := &profileForm{form: form{base: base{Console: c}, name: "Edit"}, read: u}
	f.inputs = widget.NewForm(f.describe()...)
	f.live = func() { suggest(f.inputs) }
	f.live()
	f.save = f.saving
	f.saved = func(any) tea.Cmd { return done() }
	f.failed = f.failing
	return f
}

// describe is the form as data.
func (f *profileForm) describe() []widget.Input {
	text := profileTexts(&f.read)
	above := f.tree().Settings(f.read.Customer)
	as := "as your customer"
	return []widget.Input{
		{Label: "Your profile", Kind: widget.HeadingInput},
		{Name: inputFullName, Label: "Full name", Value: text[inputFullName], Limit: domain.MaxName},
		{Name: inputEmail, Label: "Email", Value: text[inputEmail], Limit: 254,
			Help: "Codes of a password reset go there. You can sign in by it too."},
		{Name: inputPhone, Label: "Phone", Value: text[inputPhone], Limit: 40, Help: "As +45 12 34 56 78."},
		{Label: "How you see times and distances", Kind: widget.HeadingInput},
		{Name: inputTimeZone, Label: "Time zone", Value: text[inputTimeZone], Limit: 64, Placeholder: as + ": " + above.TimeZone,
			Help: "An IANA name; a city finds it. Empty, it follows your customer."},
		{Name: inputTimeFormat, Label: "Time format", Kind: widget.ChoiceInput, Value: text[inputTimeFormat], Help: "← → choose.",
			Options: []widget.Option{{Label: as + ": " + clockWords(above.Clock)}, {Value: "24", Label: "24 h"}, {Value: "12", Label: "12 h"}}},
		{Name: inputUnits, Label: "Units", Kind: widget.ChoiceInput, Value: text[inputUnits], Help: "← → choose.",
			Options: []widget.Option{{Label: as + ": " + above.Units.String()}, {Value: "metric", Label: "metric"}, {Value: "imperial", Label: "imperial"}}},
	}
}

// profileTexts are a profile as it stands in the inputs.
func profileTexts(u *domain.User) map[string]string {
	return map[string]string{
		inputFullName: u.FullName, inputEmail: u.Email, inputPhone: u.Phone,
		inputTimeZone: u.Settings.TimeZone, inputTimeFormat: u.Settings.Clock.String(), inputUnits: u.Settings.Units.String(),
	}
}

// typedProfile is the profile as it stands in the form.
func (f *profileForm) typedProfile() (store.Profile, error) {
	p := store.Profile{
		Email: f.inputs.Value(inputEmail), FullName: f.inputs.Value(inputFullName), Phone: f.inputs.Value(inputPhone),
		Version: f.read.Version,
	}
	p.Settings.TimeZone = f.inputs.Value(inputTimeZone)
	var err error
	if p.Settings.Clock, err = domain.ParseClock(f.inputs.Value(inputTimeFormat)); err != nil {
		return p, err
	}
	p.Settings.Units, err = domain.ParseUnits(f.inputs.Value(inputUnits))
	return p, err
}

func (f *profileForm) saving() func(ctx context.Context) (any, error) {
	p, err := f.typedProfile()
	db, actor := f.db, f.actor
	return func(ctx context.Context) (any, error) {
		if err != nil {
			return domain.User{}, err
		}
		saved, err := db.EditProfile(ctx, actor, p)
		if _, stale := changedMeanwhile(err); stale {
			if now, failed := db.Standing(ctx, actor); failed == nil && now.User != nil {
				saved = *now.User
			}
		}
		return saved, err
	}
}

func (f *profileForm) failing(value any, err error) tea.Cmd {
	if unproven(err) {
		return f.prove("Type your password or a code to change your email: codes go there.", f.store)
	}
	now, _ := value.(domain.User)
	words, stale := changedMeanwhile(err)
	if !stale || now.Version == 0 {
		f.showError(err)
		return nil
	}
	notes := f.merge(profileInputs, profileTexts(&f.read), profileTexts(&now), f.shown)
	f.read = now
	for _, name := range profileInputs {
		f.inputs.SetNote(name, notes[name])
	}
	f.inputs.SetErrors(map[string]string{"": words})
	return nil
}

// shown is the text of an input as people read it.
func (f *profileForm) shown(name, text string) string {
	switch {
	case text == "" && (name == inputTimeZone || name == inputTimeFormat || name == inputUnits):
		return "as your customer"
	case name == inputTimeFormat:
		return text + " h"
	}
	return orNone(text)
}
