package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// start is what a newcomer sees: there is no database yet.
type start struct {
	base
	at     int
	wizard *wizard // with what was typed, for coming back to; nil before it was chosen
}

func newStart(c *Console) *start { return &start{base: base{Console: c}} }

// choices are the two ways to begin.
func (s *start) choices() []string {
	return []string{"Create your account", "Look round on sample data"}
}

func (s *start) places() []keys.Place { return []keys.Place{keys.Start} }

func (s *start) offers() []offer {
	if s.busy("sample") {
		return []offer{can(keys.Back, func() tea.Cmd {
			s.asker.cancel("sample")
			return nil
		}).as("stop")}
	}
	turn := step(func() { s.at = 1 - s.at })
	return []offer{can(keys.StartUp, turn), can(keys.StartDown, turn), can(keys.StartChoose, s.choose)}
}

func (s *start) choose() tea.Cmd {
	if s.at == 0 {
		if s.wizard == nil {
			s.wizard = newWizard(s.Console, s)
		}
		s.Console.front = s.wizard
		return nil
	}
	type sample struct {
		db          *store.DB
		credentials []Credential
	}
	fill := s.options.Sample
	return askLong(&s.base, "sample", func(ctx context.Context, progress func(int, int)) (sample, error) {
		db, credentials, err := fill(ctx, progress)
		return sample{db, credentials}, err
	}, func(made sample, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		if empty := s.Console.db; empty != nil {
			empty.Close() // made by the wizard, which didn't come to its end
		}
		s.Console.db = made.db
		s.options.Credentials = made.credentials
		s.options.Mail = false // sample people have no mailboxes
		s.leave()
		s.Console.front = newSignIn(s.Console)
		return nil
	})
}

func (s *start) draw(w, h int) []string {
	if s.busy("sample") {
		done, total := s.progress("sample")
		return widget.Block([]string{"", "  Making the sample data.", "  " + widget.Progress(s.theme, min(w-4, 60), done, total)}, w, h)
	}
	var lines []string
	text := "There is no database at " + s.options.Path + " yet. What would you like to do?"
	lines = append(lines, indent(widget.Wrap(text, w-4))...)
	lines = append(lines, "")
	about := []string{
		"Your organisation, its first customer, and you as its owner. Four short steps.",
		"A made-up fleet in a database that is thrown away when you leave.",
	}
	for i, choice := range s.choices() {
		if i > 0 && h > 12 {
			lines = append(lines, "")
		}
		if i == s.at {
			lines = append(lines, s.theme.Accent.Render("  "+s.theme.Glyphs.Cursor+" "+choice))
		} else {
			lines = append(lines, "    "+choice)
		}
		if h > 8 {
			for _, l := range widget.Wrap(about[i], w-6) {
				lines = append(lines, "    "+s.theme.Dim.Render(l))
			}
		}
	}
	if h > 12 {
		lines = append([]string{"", ""}, lines...)
	}
	return widget.Block(lines, w, h)
}

// wizard makes the first account, a page at a time: the account, how times and
// distances are shown, the owner. Going back keeps what was typed.
type wizard struct {
	form
	page  int
	pages []page
	from  *start
}

// page is one step of the wizard. check refuses what the next pages can't
// mend; everything is checked once more when the account is made.
type page struct {
	title  string
	inputs *widget.Form
	check  func(value func(string) string) error
	live   func() // keeps up with what is typed; may be nil
}

func newWizard(c *Console, from *start) *wizard {
	wz := &wizard{from: from, pages: []page{accountPage(), settingsPage(), ownerPage(), passwordPage()}}
	wz.form = form{base: base{Console: c}}
	wz.form.save = wz.create
	wz.form.saved = wz.created
	wz.form.failed = wz.failedAt
	wz.form.live = func() {
		suggest(wz.inputs)
		if live := wz.pages[wz.page].live; live != nil {
			live()
		}
	}
	wz.turn(0)
	return wz
}

func (wz *wizard) turn(to int) {
	wz.page = to
	p := wz.pages[to]
	wz.form.inputs = p.inputs
	wz.form.name = p.title
}

func (wz *wizard) offers() []offer {
	next := func() tea.Cmd {
		if !wz.inputs.AtEnd() {
			wz.next()
			return nil
		}
		return wz.forward()
	}
	if wz.busy("save") {
		return wz.form.offers()
	}
	on := "next page"
	if wz.page+1 == len(wz.pages) {
		on = "create the account"
	}
	return []offer{
		can(keys.FormNext, step(wz.next)),
		can(keys.FormPrevious, step(wz.inputs.Prev)),
		can(keys.FormEnter, next).as(wz.enterWord(on)),
		can(keys.FormSave, wz.forward).as(on),
		can(keys.Back, wz.backward),
	}
}

// forward goes to the next page; from the last one, it makes the account.
func (wz *wizard) forward() tea.Cmd {
	wz.inputs.Accept()
	wz.inputs.SetErrors(nil)
	p := wz.pages[wz.page]
	if err := p.check(p.inputs.Value); err != nil {
		wz.showError(err)
		return nil
	}
	if wz.page+1 < len(wz.pages) {
		wz.turn(wz.page + 1)
		wz.propose()
		return nil
	}
	return wz.store()
}

// propose fills in the time zone, clock and units that are usual in the
// account's country, as long as none was chosen.
func (wz *wizard) propose() {
	if wz.inputs.Value("time_zone") != "" {
		return
	}
	country, err := domain.CheckCountry(wz.value("country"), false)
	if err != nil || wz.pages[wz.page].title != settingsPage().title {
		return
	}
	usual := domain.DefaultSettings(country)
	wz.inputs.SetValue("time_zone", usual.TimeZone)
	wz.inputs.SetValue("time_format", usual.Clock.String())
	wz.inputs.SetValue("units", usual.Units.String())
}

// unsaved says what would be lost by leaving the program.
func (wz *wizard) unsaved() string {
	for _, p := range wz.pages {
		if p.inputs.Dirty() {
			return "The account isn't created yet: what you typed is lost then."
		}
	}
	return ""
}

func (wz *wizard) backward() tea.Cmd {
	if wz.page > 0 {
		wz.turn(wz.page - 1)
		return nil
	}
	wz.Console.front = wz.from
	return nil
}

func (wz *wizard) value(name string) string {
	for _, p := range wz.pages {
		if v := p.inputs.Value(name); v != "" {
			return v
		}
	}
	return ""
}

// create makes the database and the account in it, and signs the owner in.
func (wz *wizard) create() func(ctx context.Context) (any, error) {
	clock, _ := domain.ParseClock(wz.value("time_format"))
	units, _ := domain.ParseUnits(wz.value("units"))
	n := store.NewAccount{
		Account: domain.Account{
			Name: wz.value("name"), Email: wz.value("email"), Country: wz.value("country"),
			Settings: domain.Settings{TimeZone: wz.value("time_zone"), Clock: clock, Units: units},
		},
		Customer: wz.value("customer"),
		Owner:    domain.User{Username: wz.value("username"), FullName: wz.value("full_name"), Email: wz.value("owner_email")},
		Password: wz.value("password"),
	}
	db, create := wz.db, wz.options.Create
	door, from := wz.options.Door, wz.options.From
	return func(ctx context.Context) (any, error) {
		opened := db
		if opened == nil {
			var err error
			if opened, err = create(ctx); err != nil {
				return creation{}, err
			}
		}
		made := creation{db: opened}
		if _, _, _, err := opened.Init(ctx, domain.Actor{Operator: true, Door: door, From: from}, n); err != nil {
			return made, err
		}
		var err error
		if made.actor, err = opened.SignIn(ctx, door, from, n.Owner.Username, n.Password); err != nil {
			return made, err
		}
		made.standing, err = opened.Standing(ctx, made.actor)
		return made, err
	}
}

// creation is what create brings back.
type creation struct {
	db *store.DB
	entrance
}

// failedAt turns to the page that the error belongs to. The database may be
// there by now, with no account in it: it is kept for the next try.
func (wz *wizard) failedAt(value any, err error) tea.Cmd {
	if made, ok := value.(creation); ok && made.db != nil {
		wz.Console.db = made.db
	}
	var e *domain.Error
	if errors.As(err, &e) {
		for i, p := range wz.pages {
			if e.Field != "" && p.inputs.Focus(e.Field) {
				wz.turn(i)
			}
		}
	}
	wz.showError(err)
	return nil
}

func (wz *wizard) created(value any) tea.Cmd {
	made := value.(creation)
	wz.Console.db = made.db
	return wz.Console.enter(made.actor, made.standing)
}
