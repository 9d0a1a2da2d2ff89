package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// This file asks how somebody gets in, for the first time or anew, and shows
// what came of it.

// The names of the inputs for it.
const (
	inputStart    = "start"
	inputPassword = "password"
	inputAgain    = "password_again"
)

// The ways to get in.
const (
	startMail = "mail" // the code goes out by mail
	startCode = "code" // the code is shown here
	startMade = "made" // a password is made and shown here
	startHand = "hand" // a password is typed here
	startNone = "none" // they don't
)

// starting are the inputs that ask it, in a form of more or of nothing else.
type starting struct {
	*Console
	inputs *widget.Form
	usual  string // the way that was last proposed, "" before
}

// startInputs describe them; with passwords, one may be set too.
func startInputs(passwords bool) []widget.Input {
	ways := []widget.Option{
		{Value: startMail, Label: "code sent by mail"},
		{Value: startCode, Label: "code shown here, to hand over"},
	}
	if passwords {
		ways = append(ways,
			widget.Option{Value: startMade, Label: "password made and shown here"},
			widget.Option{Value: startHand, Label: "password typed by hand"})
	}
	return []widget.Input{
		{Name: inputStart, Label: "They get in by", Kind: widget.ChoiceInput, Options: ways},
		{Name: inputPassword, Label: "Password", Kind: widget.SecretInput, Limit: 256, Hidden: true,
			Help: "At least 15 characters, 8 where a second factor is forced. They must change it when they sign in with it."},
		{Name: inputAgain, Label: "Once more", Kind: widget.SecretInput, Limit: 256, Hidden: true, Help: "The same password, so that a slip of the finger doesn't lock them out."},
	}
}

// withNone offers, of a new user, no sign-in at all.
func withNone(inputs []widget.Input) []widget.Input {
	inputs[0].Options = append(inputs[0].Options, widget.Option{Value: startNone, Label: "no sign-in: only an RFID token"})
	return inputs
}

// follow keeps up with the form: which way is usual, what each means, why one
// can't be. email is where a mail would go.
func (s *starting) follow(email string) {
	usual := startCode
	if s.whyNoMail(email) == "" {
		usual = startMail
	}
	if way := s.inputs.Value(inputStart); s.usual == "" || way == s.usual {
		s.inputs.SetValue(inputStart, usual)
	}
	s.usual = usual
	way := s.inputs.Value(inputStart)
	note := ""
	if way == startMail {
		note = s.whyNoMail(email)
	}
	s.inputs.SetNote(inputStart, note)
	s.inputs.SetHelp(inputStart, s.means(way))
	s.inputs.SetHidden(inputPassword, way != startHand)
	s.inputs.SetHidden(inputAgain, way != startHand)
}

func (s *starting) whyNoMail(email string) string {
	switch {
	case !s.options.Mail:
		return "No mail server is set up here, so no mail goes out. Choose a code shown here with ← →."
	case strings.TrimSpace(email) == "":
		return "There is no email address to send it to. Give one, or choose a code shown here with ← →."
	}
	return ""
}

// means says what a way to get in is.
func (s *starting) means(way string) string {
	switch way {
	case startMail:
		return "← → choose. A mail says where to connect and carries a code, good for " + s.invitationLasts() + ", with which they choose a password."
	case startCode:
		return "← → choose. A code, good for " + s.invitationLasts() + ", is shown here once. Hand it over: with it they choose a password."
	case startNone:
		return "← → choose. They only hold RFID tokens, as drivers and cleaners do: no email, code or password is needed. A sign-in can be given later."
	case startMade:
		return "← → choose. A password is made and shown here once. They must change it when they sign in with it."
	}
	return "← → choose. You type the password. They must change it when they sign in with it."
}

// invitationLasts is how long a code is good in this account: "3 days".
func (s *starting) invitationLasts() string {
	limits := s.tree().Account().Limits
	if limits.Invitation == 0 {
		limits = domain.DefaultLimits()
	}
	return counted(int(limits.Invitation/(24*time.Hour)), "day", "days")
}

// chosenStart is the way that was chosen.
type chosenStart struct {
	store.Start
	make bool // a password is still to be made
}

// typed is the way that stands in the form; what is wrong with it goes to wrong.
func (s *starting) typed(email string, wrong fieldErrors) chosenStart {
	value := s.inputs.Value
	switch value(inputStart) {
	case startMail:
		if why := s.whyNoMail(email); why != "" {
			wrong[inputStart] = why
		}
		return chosenStart{Start: store.Start{Mail: true}}
	case startNone:
		return chosenStart{Start: store.Start{NoSignIn: true}}
	case startMade:
		return chosenStart{make: true}
	case startHand:
		switch {
		case value(inputPassword) == "":
			wrong[inputPassword] = "Type a password, or choose another way above."
		case value(inputPassword) != value(inputAgain):
			wrong[inputAgain] = "The two aren't the same. Type the password once more."
		}
		return chosenStart{Start: store.Start{Password: value(inputPassword)}}
	}
	return chosenStart{}
}

// startedBy is what came of a way to get in.
type startedBy struct {
	store.Started
	password string // made here, to be handed over; "" for none
}

// by runs start with the chosen way.
func (s chosenStart) by(ctx context.Context, db *store.DB, start func(ctx context.Context, how store.Start) (store.Started, error)) (by startedBy, err error) {
	if s.make {
		if by.password, err = db.MakePassword(); err != nil {
			return by, err
		}
		s.Password = by.password
	}
	by.Started, err = start(ctx, s.Start)
	return by, err
}

// showStarted shows what came of it: what is to be handed over, once, or what
// becomes of the mail; done is called when that is read, at once where there is
// nothing to show.
func (c *Console) showStarted(by startedBy, done func() tea.Cmd) tea.Cmd {
	switch {
	case by.Code != "":
		return c.showOnce("Code", by.Code, c.codeWords(&by.User, by.Until), done)
	case by.password != "":
		return c.showOnce("Password", by.password, c.passwordWords(&by.User), done)
	case !by.Mail.IsZero():
		return c.push(newUserMail(c, by.User, done))
	}
	return done()
}

func (c *Console) showOnce(name, secret string, about []string, done func() tea.Cmd) tea.Cmd {
	return c.push(newOnce(c, name, about, []string{secret}, secret, "", done))
}

// codeWords say what to do with a code.
func (c *Console) codeWords(u *domain.User, until time.Time) []string {
	return append(c.handOver(u),
		"With the code in place of a password they choose a password of their own. It is good once, until "+c.moment(until)+".")
}

func (c *Console) passwordWords(u *domain.User) []string {
	return append(c.handOver(u), "They must change the password when they sign in with it.")
}

// handOver says who gets it, and how they sign in.
func (c *Console) handOver(u *domain.User) []string {
	words := []string{fmt.Sprintf("Hand this to %s. It is shown this once.", calledBoth(u))}
	return append(words, "They sign in as "+u.Username+c.whereTo(u)+".")
}

// whereTo says where somebody connects, where that is known.
func (c *Console) whereTo(u *domain.User) string {
	if c.options.Connect == "" {
		return ""
	}
	return ", by " + strings.ReplaceAll(c.options.Connect, "{username}", u.Username)
}

// called is what a user is called in a sentence: their name, or their username.
func called(u *domain.User) string {
	if u.FullName != "" {
		return widget.Cut(u.FullName, 40)
	}
	return widget.Cut(u.Username, 40)
}

// calledBoth is the name with the username behind it.
func calledBoth(u *domain.User) string {
	if u.FullName == "" {
		return widget.Cut(u.Username, 40)
	}
	return widget.Cut(u.FullName, 40) + " (" + widget.Cut(u.Username, 40) + ")"
}

// userStart asks how a user shall get in anew.
type userStart struct {
	form
	start starting
	user  store.UserRow
}

// newUserStart asks how a user shall get in anew: by mail, by a code shown here,
// or by a password set by hand; it calls start with the choice and shows what
// came of it: the code, once, with copy, or what became of the mail. Somebody
// who hasn't signed in yet is invited again, which takes a code.
func newUserStart(c *Console, title string, u store.UserRow, start func(ctx context.Context, how store.Start) (store.Started, error)) screen {
	f := &userStart{form: form{base: base{Console: c}, name: "Password", word: "reset"}, user: u}
	if !u.Activated {
		f.name, f.word = "Invite", "invite"
	}
	heading := widget.Input{Label: title, Kind: widget.HeadingInput}
	f.inputs = widget.NewForm(append([]widget.Input{heading}, startInputs(u.Activated)...)...)
	f.start = starting{Console: c, inputs: f.inputs}
	f.live = func() { f.start.follow(u.Email) }
	f.live()
	f.inputs.Saved()
	f.intro = []string{f.whatEnds()}
	db := c.db
	f.save = func() func(ctx context.Context) (any, error) {
		wrong := fieldErrors{}
		how := f.start.typed(u.Email, wrong)
		return func(ctx context.Context) (any, error) {
			if len(wrong) > 0 {
				return nil, wrong
			}
			return how.by(ctx, db, start)
		}
	}
	f.failed = f.failing
	f.saved = func(value any) tea.Cmd {
		by := value.(startedBy)
		if by.User.ID.IsZero() {
			by.User = u.User
		}
		gone := c.drop(f)
		return tea.Batch(gone, c.showStarted(by, func() tea.Cmd {
			if by.Code == "" && by.Mail.IsZero() && by.password == "" {
				c.say(widget.ToneGood, called(&by.User)+" signs in with the password that you typed, and then must change it.")
			}
			return nil
		}))
	}
	return f
}

// whatEnds says what going on ends.
func (f *userStart) whatEnds() string {
	if f.user.NoSignIn {
		return "They have no sign-in: they only hold RFID tokens, and keep them."
	}
	if !f.user.Activated {
		return "This makes a new code; the one of before is void then."
	}
	ends := "This ends their password and their open sessions; SSH keys and API tokens stay (K and t on their page)."
	if f.user.Inactive {
		return ends + " They are inactive: nobody signs in as them until they are activated."
	}
	return ends
}

func (f *userStart) failing(_ any, err error) tea.Cmd {
	var wrong fieldErrors
	if errors.As(err, &wrong) {
		f.inputs.SetErrors(wrong)
		return nil
	}
	if unproven(err) {
		return f.prove("Type your password or a code to go on.", f.store)
	}
	f.showError(err)
	return nil
}
