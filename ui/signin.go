package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// signIn is the first screen of a console whose database exists. It is drawn
// at once; the database is opened behind it.
type signIn struct {
	base
	username   *widget.Field
	password   *widget.Field
	atPassword bool
	chosen     int    // of the sample credentials
	waiting    bool   // enter was pressed before the database was open
	broken     string // why the database can't be opened
}

func newSignIn(c *Console) *signIn {
	s := &signIn{base: base{Console: c}, username: widget.NewField(), password: widget.NewField()}
	s.password.Secret = true
	s.username.Limit, s.password.Limit = 254, 256
	if len(c.options.Credentials) > 0 {
		s.choose(0)
	}
	return s
}

// refresh opens the database, where it isn't open yet.
func (s *signIn) refresh() tea.Cmd {
	if s.db != nil || s.busy("open") || s.options.Open == nil {
		return nil
	}
	return ask(&s.base, "open", s.options.Open, func(db *store.DB, err error) tea.Cmd {
		if err != nil {
			s.broken = sentence(err)
			s.waiting = false
			return nil
		}
		s.Console.db = db
		if s.waiting {
			s.waiting = false
			return s.signIn()
		}
		return nil
	})
}

// again tries to open the database once more: whoever held it may be gone.
func (s *signIn) again() tea.Cmd {
	s.broken = ""
	return s.refresh()
}

func (s *signIn) places() []keys.Place {
	if s.broken != "" {
		return []keys.Place{keys.Refused}
	}
	return []keys.Place{keys.SignIn}
}

func (s *signIn) offers() []offer {
	if s.broken != "" {
		return []offer{can(keys.SignInAgain, s.again)}
	}
	offers := []offer{
		unless(s.whyNotNow(), keys.SignInEnter, s.enterKey),
		can(keys.SignInNext, step(s.turn)),
		can(keys.SignInPrevious, step(s.turn)),
	}
	if n := len(s.options.Credentials); n > 0 {
		offers = append(offers,
			can(keys.SignInUp, step(func() { s.choose((s.chosen + n - 1) % n) })),
			can(keys.SignInDown, step(func() { s.choose((s.chosen + 1) % n) })))
	}
	return offers
}

func (s *signIn) whyNotNow() string {
	if s.busy("sign-in") || s.waiting {
		return "Signing in."
	}
	return ""
}

func (s *signIn) turn() { s.atPassword = !s.atPassword }

// choose fills in one of the sample users.
func (s *signIn) choose(i int) {
	s.chosen = i
	s.username.SetValue(s.options.Credentials[i].Username)
	s.password.SetValue(s.options.Credentials[i].Password)
	s.atPassword = true
}

func (s *signIn) enterKey() tea.Cmd {
	if s.username.Value() == "" {
		s.atPassword = false
		s.say(widget.ToneWarn, "Type your username.")
		return nil
	}
	if !s.atPassword {
		s.turn()
		return nil
	}
	if s.db == nil {
		s.waiting = true
		return s.refresh()
	}
	return s.signIn()
}

// entrance is what signing in brings back.
type entrance struct {
	actor    domain.Actor
	standing store.Standing
}

func (s *signIn) signIn() tea.Cmd {
	db, door, from := s.db, s.options.Door, s.options.From
	username, password := s.username.Value(), s.password.Value()
	return ask(&s.base, "sign-in", func(ctx context.Context) (entrance, error) {
		actor, err := db.SignIn(ctx, door, from, username, password)
		if err != nil {
			return entrance{}, err
		}
		standing, err := db.Standing(ctx, actor)
		return entrance{actor, standing}, err
	}, s.signedIn)
}

func (s *signIn) signedIn(e entrance, err error) tea.Cmd {
	if err != nil {
		s.password.SetValue("")
		s.atPassword = true
		s.fail(err)
		return nil
	}
	return s.Console.enter(e.actor, e.standing)
}

func (s *signIn) typing() bool { return s.broken == "" && !s.busy("sign-in") }

func (s *signIn) focused() *widget.Field {
	if s.atPassword {
		return s.password
	}
	return s.username
}

func (s *signIn) typed(m tea.KeyPressMsg) tea.Cmd {
	s.focused().Update(m)
	return nil
}

func (s *signIn) pasted(text string, _ bool) tea.Cmd {
	s.focused().Update(tea.PasteMsg{Content: text})
	return nil
}

func (s *signIn) draw(w, h int) []string {
	if s.broken != "" {
		lines := append([]string{"", "  " + s.theme.Bad.Render("The database can't be opened")}, indent(widget.Wrap(s.broken, w-4))...)
		return widget.Block(lines, w, h)
	}
	room := min(w-4, 60)
	label := 18
	field := func(name string, f *widget.Field, focused bool) string {
		return "  " + s.theme.Dim.Render(widget.Fit(name, label)) + f.Draw(s.theme, room-label, focused)
	}
	lines := []string{
		field("Username", s.username, !s.atPassword),
		field("Password or code", s.password, s.atPassword),
		"  " + s.theme.Dim.Render(widget.Fit(s.state(), room)),
	}
	lines = append(lines, s.samples(w, h-len(lines))...)
	if free := h - len(lines); free > 2 {
		lines = append(make([]string, min(free/3, 5)), lines...)
	}
	return widget.Block(lines, w, h)
}

// state says what goes on, in place.
func (s *signIn) state() string {
	switch {
	case s.busy("sign-in"):
		return "Signing in…"
	case s.waiting:
		return "Opening the database, then signing in…"
	case s.db == nil:
		return "Opening " + s.options.Path + "…"
	}
	return ""
}

// samples lists the users of a demo with what they are and their password, as
// many as fit around the chosen one.
func (s *signIn) samples(w, h int) []string {
	all := s.options.Credentials
	if len(all) == 0 || h < 2 {
		return nil
	}
	about := "Password: " + all[0].Password
	if w >= 60 {
		about = "Sample data: ↑↓ choose who to be. Everybody's password: " + all[0].Password
	}
	lines := []string{"  " + s.theme.Dim.Render(widget.Cut(about, w-3))}
	room := min(len(all), h-1)
	from := max(0, min(s.chosen-room/2, len(all)-room))
	for i := from; i < from+room; i++ {
		line := widget.Cut(fmt.Sprintf("%-10s %s", all[i].Username, all[i].What), w-6)
		if i == s.chosen && s.username.Value() == all[i].Username {
			lines = append(lines, s.theme.Accent.Render("  "+s.theme.Glyphs.Cursor+" "+line))
		} else {
			lines = append(lines, "    "+line)
		}
	}
	return lines
}
