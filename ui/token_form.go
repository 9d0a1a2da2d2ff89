package ui

import (
	"context"
	"slices"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// tokenForm makes an API token of one's own, and shows its text once.
type tokenForm struct {
	form
	done func(store.Token) tea.Cmd
}

// The names of the inputs; expires_at is that of the field in errors.
const (
	inputExpires   = "expires"
	inputExpiresAt = "expires_at"
	inputReadOnly  = "read_only"
)

// The ways to say when a token ends, beside numbers of days.
const endsOnDay = "day"

// usualDays is what is offered first.
const usualDays = 90

const whyProveToken = "Type your password or a code to make a token: whoever has it does what you may."

// newTokenForm is the form; done is called with what was made, after its text
// was shown.
func newTokenForm(c *Console, done func(store.Token) tea.Cmd) *tokenForm {
	f := &tokenForm{form: form{base: base{Console: c}, name: "New"}, done: done}
	options, first := expiryOptions(c.limits().TokenDays)
	f.inputs = widget.NewForm(
		widget.Input{Label: "New API token", Kind: widget.HeadingInput},
		widget.Input{Name: inputName, Label: "Name", Limit: domain.MaxName, Placeholder: "such as nightly report",
			Help: "What uses it, so that it is known later which token this is."},
		widget.Input{Name: inputExpires, Label: "Ends", Kind: widget.ChoiceInput, Options: options, Value: first},
		widget.Input{Name: inputExpiresAt, Label: "Last day", Limit: 20, Hidden: true, Placeholder: "such as " + c.options.Now().In(c.zone()).AddDate(0, 2, 0).Format(time.DateOnly),
			Help: "Year, month and day. The token is good until the end of that day, in " + c.zone().String() + "."},
		widget.Input{Name: inputReadOnly, Label: "Read-only", Kind: widget.CheckInput, Hint: "may look at things, and change nothing",
			Help: "space switches it."},
	)
	f.live = f.follow
	f.follow()
	f.save, f.saved, f.failed = f.saving, f.wasSaved, f.failing
	return f
}

// expiryOptions are the choices where tokens last so many days at most, and the
// one that stands there first.
func expiryOptions(most int) (options []widget.Option, first string) {
	days := []int{30, usualDays, 180, 365}
	if most != domain.TokensNeverEnd {
		days = slices.DeleteFunc(days, func(n int) bool { return n > most })
		if len(days) == 0 {
			days = []int{most}
		}
	}
	for _, n := range days {
		options = append(options, widget.Option{Value: strconv.Itoa(n), Label: "in " + counted(n, "day", "days")})
		if n <= usualDays {
			first = strconv.Itoa(n)
		}
	}
	if first == "" {
		first = options[0].Value
	}
	options = append(options, widget.Option{Value: endsOnDay, Label: "on a day that you choose"})
	if most == domain.TokensNeverEnd {
		options = append(options, widget.Option{Value: never, Label: "never"})
	}
	return options, first
}

// follow says when the token will end.
func (f *tokenForm) follow() {
	way := f.inputs.Value(inputExpires)
	f.inputs.SetHidden(inputExpiresAt, way != endsOnDay)
	help := "← → choose. "
	switch end, err := f.end(); {
	case way == never:
		help += "It is good until somebody revokes it. Choose an end where you can."
	case way == endsOnDay:
		help += "Type the day below." + f.atMost()
	case err == nil:
		help += "It ends " + f.moment(end) + "." + f.atMost()
	}
	f.inputs.SetHelp(inputExpires, help)
}

// atMost says how long a token may last here.
func (f *tokenForm) atMost() string {
	if last := f.limits().LastTokenDay(f.options.Now(), f.zone()); !last.IsZero() {
		return " At the latest " + f.day(last) + "."
	}
	return ""
}

// end is when the token shall end, zero for never.
func (f *tokenForm) end() (time.Time, error) {
	switch way := f.inputs.Value(inputExpires); way {
	case never:
		return time.Time{}, nil
	case endsOnDay:
		return domain.ParseTokenDay(f.inputs.Value(inputExpiresAt), f.zone())
	default:
		days, err := strconv.Atoi(way)
		return f.options.Now().Add(time.Duration(days) * day), err
	}
}

// madeToken is a token with its text, for the one time that it is shown.
type madeToken struct {
	store.Token
	text string
}

func (f *tokenForm) saving() func(ctx context.Context) (any, error) {
	db, actor := f.db, f.actor
	n := store.NewToken{Name: f.inputs.Value(inputName), ReadOnly: f.inputs.Checked(inputReadOnly)}
	var err error
	n.ExpiresAt, err = f.end()
	return func(ctx context.Context) (any, error) {
		if err != nil {
			return nil, err
		}
		token, text, err := db.CreateToken(ctx, actor, n)
		return madeToken{token, text}, err
	}
}

func (f *tokenForm) failing(_ any, err error) tea.Cmd {
	if unproven(err) {
		return f.prove(whyProveToken, f.store)
	}
	if f.inputs.Value(inputExpires) != endsOnDay {
		err = under(err, inputExpiresAt, inputExpires)
	}
	f.showError(err)
	return nil
}

func (f *tokenForm) wasSaved(value any) tea.Cmd {
	made := value.(madeToken)
	about := []string{
		"This is " + widget.Cut(made.Name, 60) + ". It is shown this once: keep it where only what uses it can read it.",
		"A script sends it with each request, in the header Authorization: APIToken, a space, and the token.",
	}
	if made.ExpiresAt.IsZero() {
		about = append(about, "It is good until it is revoked.")
	} else {
		about = append(about, "It is good until "+f.moment(made.ExpiresAt)+".")
	}
	return f.replace(f, newOnce(f.Console, "API token", about, []string{made.text}, made.text, "tenantry-token.txt", func() tea.Cmd {
		f.say(widget.ToneGood, "Made the token "+widget.Cut(made.Name, 60)+".")
		return f.done(made.Token)
	}))
}
