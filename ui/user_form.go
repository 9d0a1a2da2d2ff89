package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// userForm creates a user or edits one. Below it stands, live, what this person
// will see and do. When somebody else changed them meanwhile, what they did is
// taken in beside what was typed, and shown.
type userForm struct {
	form
	read     domain.User // as it was read; of a new one only the customer
	start    starting    // how a new one gets in
	proposed string      // the username that was last proposed
	named    bool        // one was typed
	limited  limited     // the locations that the user may be limited to
	preview  preview
	notes    map[string]string // of a conflict, by input
	paths    *domain.Tree      // whose paths the customer is completed to
	sure     string            // the warning that was answered with yes
	done     func(domain.User) tea.Cmd
}

// The names of the inputs that aren't named elsewhere; they are those of the
// fields in errors.
const (
	inputFullName = "full_name"
	inputUsername = "username"
	inputPhone    = "phone"
	inputStatus   = "status"
	inputGroups   = "groups"
)

// newUserForm makes the form that creates a user at a customer, or edits one
// where detail isn't nil. done is called with what was saved, after the form and
// what it showed are gone.
func newUserForm(c *Console, at domain.ID, detail *store.UserDetail, done func(domain.User) tea.Cmd) screen {
	f := &userForm{form: form{base: base{Console: c}, name: "New"}, done: done}
	f.read = domain.User{Account: c.tree().Account().ID, Customer: at}
	if detail != nil {
		f.name, f.read = "Edit", detail.User
	}
	f.inputs = widget.NewForm(f.describe()...)
	f.start = starting{Console: c, inputs: f.inputs}
	f.limited.chosen = slices.Clone(f.read.Locations)
	f.live = f.follow
	f.follow()
	f.inputs.Saved()
	f.save, f.saved, f.failed = f.saving, f.wasSaved, f.failing
	return f
}

func (f *userForm) isNew() bool { return f.read.ID.IsZero() }

// describe is the form as data.
func (f *userForm) describe() []widget.Input {
	text := f.texts(&f.read)
	in := func(name, label string, limit int, help string) widget.Input {
		return widget.Input{Name: name, Label: label, Value: text[name], Limit: limit, Help: help}
	}
	heading := "New user"
	if !f.isNew() {
		heading = calledBoth(&f.read)
	}
	codes := "They can sign in by it. No mail server is set up here, so codes are handed over by you."
	if f.options.Mail {
		codes = "They can sign in by it, and codes go there. Left empty, they sign in by username only, and codes are handed over by you."
	}
	email := in(inputEmail, "Email", 254, codes)
	email.Placeholder = "may be empty"
	customer := in(inputCustomer, "Customer", 1000, "Part of its name, then → takes what is proposed; ctrl+t chooses in the tree.")
	customer.Placeholder = "Whose user they are"
	inputs := []widget.Input{
		{Label: heading, Kind: widget.HeadingInput},
		in(inputFullName, "Full name", domain.MaxName, ""),
		email,
		in(inputUsername, "Username", 64, "They sign in by it, also over SSH: 3 to 32 letters a to z, digits and . _ -"),
		in(inputPhone, "Phone", 40, "With the country in front, as +45 12 34 56 78."),
		customer,
		{Label: "Groups", Kind: widget.HeadingInput},
	}
	inputs = append(inputs, groupInputs(f.read.Groups)...)
	inputs = append(inputs, placesInput(text[inputPlaces]))
	if f.isNew() {
		inputs = append(inputs, widget.Input{Label: "Signing in", Kind: widget.HeadingInput})
		inputs = append(inputs, withNone(startInputs(true))...)
	} else {
		inputs = append(inputs, widget.Input{Label: "Status", Kind: widget.HeadingInput},
			widget.Input{Name: inputStatus, Label: "Active", Kind: widget.CheckInput, Value: text[inputStatus],
				Help: "space switches it. Somebody inactive can't sign in."})
	}
	return append(inputs,
		widget.Input{Label: "Settings", Kind: widget.HeadingInput},
		widget.Input{Name: inputTimeZone, Label: "Time zone", Value: text[inputTimeZone], Limit: 64, Help: "An IANA name; a city finds it. Empty, it follows the customer."},
		widget.Input{Name: inputTimeFormat, Label: "Time format", Kind: widget.ChoiceInput, Value: text[inputTimeFormat], Options: clockOptions(""), Help: "← → choose. How times are shown to them."},
		widget.Input{Name: inputUnits, Label: "Units", Kind: widget.ChoiceInput, Value: text[inputUnits], Options: unitOptions(""), Help: "← → choose. How distances are shown to them."},
	)
}

// clockOptions are the time formats; as says what none means.
func clockOptions(as string) []widget.Option {
	return []widget.Option{{Label: as}, {Value: "24", Label: "24 h"}, {Value: "12", Label: "12 h"}}
}

func unitOptions(as string) []widget.Option {
	return []widget.Option{{Label: as}, {Value: "metric", Label: "metric"}, {Value: "imperial", Label: "imperial"}}
}

// userInputs are the inputs that may be changed of a user who is there.
var userInputs = slices.Concat(
	[]string{inputFullName, inputEmail, inputUsername, inputPhone, inputCustomer, inputPlaces, inputStatus, inputTimeZone, inputTimeFormat, inputUnits},
	groupNames(),
)

// texts are a user as they stand in the inputs.
func (f *userForm) texts(u *domain.User) map[string]string {
	texts := map[string]string{
		inputFullName: u.FullName, inputEmail: u.Email, inputUsername: u.Username, inputPhone: u.Phone,
		inputCustomer: f.tree().Path(u.Customer), inputPlaces: idsText(u.Locations), inputStatus: fmt.Sprint(!u.Inactive),
		inputTimeZone: u.Settings.TimeZone, inputTimeFormat: u.Settings.Clock.String(), inputUnits: u.Settings.Units.String(),
	}
	for g := range domain.AllGroups.Each() {
		texts[inputGroup(g)] = fmt.Sprint(u.Groups.Has(g))
	}
	return texts
}

// refresh reads again what the form asks about: others may have changed it.
func (f *userForm) refresh() tea.Cmd {
	f.follow()
	f.limited.asked, f.preview.asked = domain.ID{}, ""
	return f.look()
}

// look asks for what depends on what is typed: the locations of the customer,
// and what this person will see.
func (f *userForm) look() tea.Cmd { return tea.Batch(f.readPlaces(), f.readPreview()) }

// follow keeps up with what is typed.
func (f *userForm) follow() {
	f.proposeUsername()
	f.followCustomer()
	f.followGroups()
	f.followPlaces()
	if f.isNew() {
		f.start.follow(f.inputs.Value(inputEmail))
	} else {
		f.lock()
	}
	zones := domain.Zones()
	if _, err := domain.CheckZone(f.inputs.Value(inputTimeZone)); err == nil {
		zones = nil
	}
	f.inputs.SetSuggestions(inputTimeZone, zones)
	for _, name := range []string{inputFullName, inputEmail, inputUsername, inputPhone, inputCustomer, inputTimeZone, inputTimeFormat, inputUnits} {
		f.inputs.SetNote(name, f.notes[name])
	}
	f.inputs.SetNote(inputStatus, f.statusNote())
}

func (f *userForm) statusNote() string {
	if note := f.notes[inputStatus]; note != "" {
		return note
	}
	if !f.inputs.Checked(inputStatus) && !f.read.Inactive {
		return "They can't sign in then, and their open sessions end."
	}
	return ""
}

// proposeUsername fills the username in while nobody has typed another.
func (f *userForm) proposeUsername() {
	if !f.isNew() || f.named || f.inputs.Value(inputUsername) != f.proposed {
		return
	}
	before, _, _ := strings.Cut(f.inputs.Value(inputEmail), "@")
	f.proposed = usernameFrom(before)
	if f.proposed == "" {
		f.proposed = usernameFrom(f.inputs.Value(inputFullName))
	}
	f.inputs.SetValue(inputUsername, f.proposed)
}

// usernameFrom makes a username of a name or the first part of an email, ""
// where none comes of it.
func usernameFrom(text string) string {
	plain := domain.Fold(widget.ASCII(widget.Clean(text)))
	words := strings.FieldsFunc(plain, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-'
	})
	const most = 32
	name := strings.Join(words, ".")
	name, err := domain.CheckUsername(strings.TrimRight(name[:min(len(name), most)], "._-"))
	if err != nil {
		return ""
	}
	return name
}

// needs is what it takes to put a user into a customer.
func (f *userForm) needs() domain.Capability {
	if f.isNew() {
		return domain.UsersCreate
	}
	return domain.UsersEdit
}

// followCustomer keeps what the customer is completed to, and what the settings
// are where none are made.
func (f *userForm) followCustomer() {
	if f.paths != f.tree() {
		f.paths = f.tree()
		f.inputs.SetSuggestions(inputCustomer, f.customerPaths())
	}
	at, err := f.typedCustomer()
	if err != nil {
		at = f.read.Customer
	}
	const as = "as the customer: "
	usual := f.tree().Settings(at)
	f.inputs.SetPlaceholder(inputTimeZone, as+usual.TimeZone)
	f.inputs.SetOptions(inputTimeFormat, clockOptions(as+clockWords(usual.Clock))...)
	f.inputs.SetOptions(inputUnits, unitOptions(as+usual.Units.String())...)
}

// customerPaths are the paths of all customers that the user may be put into.
func (f *userForm) customerPaths() []string {
	var paths []string
	rights, tree := f.standing.Rights, f.tree()
	from, to := rights.Span()
	for i := from; i < to; i++ {
		if rights.MayAt(f.needs(), i).Allowed {
			paths = append(paths, tree.Path(tree.At(i).ID))
		}
	}
	return paths
}

// lock makes what nobody may change of this user read-only, with the reason:
// their own groups, status, customer and locations, and the owner's.
func (f *userForm) lock() {
	f.inputs.SetReadOnly(inputStatus, f.whyFixed(func(u *domain.User) { u.Inactive = !u.Inactive }))
	f.inputs.SetReadOnly(inputCustomer, f.whyFixed(func(u *domain.User) { u.Customer = domain.ID{} }))
}

// whyFixed is why a change of this kind is refused, whatever its value.
func (f *userForm) whyFixed(change func(*domain.User)) string {
	after := f.read
	change(&after)
	nowhere := func(domain.ID) (*domain.Location, bool) { return nil, false }
	if err := f.standing.Rights.CheckUserChange(&f.read, &after, nowhere); domain.KindOf(err) == domain.Refused {
		return sentence(err)
	}
	return ""
}

func (f *userForm) offers() []offer {
	offers := f.form.offers()
	for i, o := range offers {
		if o.why != "" {
			continue
		}
		offers[i].run = func() tea.Cmd {
			if f.inputs.Focused() == inputCustomer && o.id != keys.FormSave {
				f.inputs.Accept() // it is always one that there is
				f.follow()
			}
			return tea.Batch(o.run(), f.look())
		}
	}
	if f.busy("save") {
		return offers
	}
	switch f.inputs.Focused() {
	case inputCustomer:
		return append(offers, unless(f.inputs.Locked(), keys.FormChoose, f.chooseCustomer))
	case inputPlaces:
		return append(offers, unless(f.whyNotPlaces(), keys.FormChoose, f.choosePlaces).as("choose"))
	}
	return offers
}

func (f *userForm) typed(m tea.KeyPressMsg) tea.Cmd {
	if f.inputs.Focused() == inputPlaces && m.String() == "space" && f.whyNotPlaces() == "" {
		return f.choosePlaces()
	}
	return f.noting(func() tea.Cmd { return f.form.typed(m) })
}

func (f *userForm) pasted(text string, tooMuch bool) tea.Cmd {
	return f.noting(func() tea.Cmd { return f.form.pasted(text, tooMuch) })
}

// noting notes whether a change was to the username, which is then no longer
// proposed, and looks at what depends on it.
func (f *userForm) noting(change func() tea.Cmd) tea.Cmd {
	was, proposed := f.inputs.Value(inputUsername), f.proposed
	cmd := change()
	if now := f.inputs.Value(inputUsername); now != was && f.inputs.Focused() == inputUsername {
		f.named, f.proposed = now != "", proposed
	}
	return tea.Batch(cmd, f.look())
}

func (f *userForm) chooseCustomer() tea.Cmd {
	title := "New user of"
	if !f.isNew() {
		title = "Move " + called(&f.read) + " to"
	}
	why := func(id domain.ID) string { return f.whyNot(f.needs(), id) }
	o := newChooser(f.Console, title, why, func(id domain.ID) tea.Cmd {
		f.inputs.SetValue(inputCustomer, f.tree().Path(id))
		f.follow()
		return f.look()
	})
	if at, err := f.typedCustomer(); err == nil {
		o.startAt(at)
	}
	return f.over(o)
}

func (f *userForm) typedCustomer() (domain.ID, error) {
	path := f.inputs.Value(inputCustomer)
	if path == "" {
		return domain.ID{}, domain.Errorf(domain.Invalid, inputCustomer, "Choose whose user they are.")
	}
	id, err := f.standing.Rights.Resolve(path)
	if err != nil {
		return id, domain.Errorf(domain.NotFound, inputCustomer, "There is no customer of that name within your reach. ctrl+t chooses one in the tree.")
	}
	return id, nil
}

// typedUser is the user as they stand in the form. All that is wrong is told at
// once.
func (f *userForm) typedUser() (domain.User, chosenStart, fieldErrors) {
	u, wrong, value := f.read, fieldErrors{}, f.inputs.Value
	var err error
	u.FullName = value(inputFullName)
	u.Email, err = domain.CheckEmail(value(inputEmail), false)
	wrong.note(inputEmail, err)
	u.Username, err = domain.CheckUsername(value(inputUsername))
	wrong.note(inputUsername, err)
	u.Phone, err = domain.CheckPhone(value(inputPhone))
	wrong.note(inputPhone, err)
	u.Customer, err = f.typedCustomer()
	wrong.note(inputCustomer, err)
	u.Groups, u.Locations = f.typedGroups(), f.typedPlaces()
	u.Settings.TimeZone, err = domain.CheckZone(value(inputTimeZone))
	wrong.note(inputTimeZone, err)
	u.Settings.Clock, err = domain.ParseClock(value(inputTimeFormat))
	wrong.note(inputTimeFormat, err)
	u.Settings.Units, err = domain.ParseUnits(value(inputUnits))
	wrong.note(inputUnits, err)
	if f.isNew() {
		return u, f.start.typed(value(inputEmail), wrong), wrong
	}
	u.Inactive = !f.inputs.Checked(inputStatus)
	return u, chosenStart{}, wrong
}

// savedUser is what saving brings back: of a new user, with how they get in.
type savedUser struct {
	user  domain.User
	start startedBy
}

// warning is what is asked before a user is saved.
type warning struct{ text string }

func (w *warning) Error() string { return w.text }

func (f *userForm) saving() func(ctx context.Context) (any, error) {
	u, how, wrong := f.typedUser()
	db, actor, sure, fresh := f.db, f.actor, f.sure, f.isNew()
	return func(ctx context.Context) (any, error) {
		switch {
		case len(wrong) > 0:
			return nil, wrong
		case fresh:
			by, err := how.by(ctx, db, func(ctx context.Context, how store.Start) (store.Started, error) {
				return db.CreateUser(ctx, actor, u, how)
			})
			return savedUser{by.User, by}, err
		}
		warn, err := db.WarnUser(ctx, actor, u.ID, &u)
		switch {
		case err != nil:
			return nil, err
		case warn != "" && warn != sure:
			return nil, &warning{warn}
		}
		u, err := db.EditUser(ctx, actor, u)
		return savedUser{user: u}, err
	}
}

func (f *userForm) wasSaved(value any) tea.Cmd {
	saved, words := value.(savedUser), ""
	if f.isNew() {
		words = "Created "
	} else {
		words = "Saved "
	}
	gone := f.drop(f)
	return tea.Batch(gone, f.showStarted(saved.start, func() tea.Cmd {
		f.say(widget.ToneGood, words+called(&saved.user)+".")
		return f.done(saved.user)
	}))
}

func (f *userForm) failing(value any, err error) tea.Cmd {
	var wrong fieldErrors
	var warn *warning
	var e *domain.Error
	saved, _ := value.(savedUser)
	words, conflict := changedMeanwhile(err)
	switch {
	case errors.As(err, &wrong):
		f.inputs.SetErrors(wrong)
	case errors.As(err, &warn):
		return f.warn(warn.text)
	case unproven(err):
		return f.prove("Type your password or a code to save this.", f.store)
	case conflict && saved.user.Version != 0:
		f.takeIn(saved.user)
		f.inputs.SetErrors(map[string]string{"": words})
		return f.look()
	case errors.As(err, &e) && e.Field == inputGroups:
		name := f.groupInQuestion()
		f.inputs.SetErrors(map[string]string{name: e.Text})
	default:
		f.showError(err)
	}
	return nil
}

// warn asks whether to save all the same.
func (f *userForm) warn(text string) tea.Cmd {
	q := question{title: "Save " + called(&f.read) + "?", lines: []string{text}, yes: "save", no: "don't"}
	return f.over(newConfirm(f.Console, q, false, func() tea.Cmd {
		f.sure = text
		return f.store()
	}))
}

// takeIn goes on from the user as somebody else left them.
func (f *userForm) takeIn(now domain.User) {
	f.notes = f.merge(userInputs, f.texts(&f.read), f.texts(&now), f.shown)
	f.read = now
	f.limited.chosen = idsFrom(f.inputs.Value(inputPlaces))
	f.follow()
}

// shown is the text of an input as people read it.
func (f *userForm) shown(name, text string) string {
	switch {
	case name == inputStatus && text == "true":
		return "active"
	case name == inputStatus:
		return "inactive"
	case strings.HasPrefix(name, groupPrefix) && text == "true":
		return "ticked"
	case strings.HasPrefix(name, groupPrefix):
		return "not ticked"
	case name == inputPlaces:
		return f.limited.words(idsFrom(text))
	case name == inputCustomer:
		return strings.ReplaceAll(text, "/", " / ")
	case text == "" && (name == inputTimeZone || name == inputTimeFormat || name == inputUnits):
		return "as the customer"
	case name == inputTimeFormat:
		return text + " h"
	}
	return orNone(text)
}

func (f *userForm) draw(w, h int) []string {
	live := f.drawPreview(w, h)
	return widget.Block(append(f.form.draw(w, h-len(live)), live...), w, h)
}
