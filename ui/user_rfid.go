package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// userRFIDs is the page of the RFID tokens that one user holds: somebody's whom
// one sees, or one's own, which others give.
type userRFIDs struct {
	base
	user   store.UserRow
	own    bool
	seen   []domain.RFID
	table  *widget.Table[string]
	listAt int    // the line of the body where the table begins
	goal   string // where the cursor goes with the next reading: what was just added
}

// newUserRFIDs is the page for a user.
func newUserRFIDs(c *Console, user store.UserRow) *userRFIDs {
	s := &userRFIDs{base: base{Console: c}, user: user}
	s.own = c.standing.User != nil && c.standing.User.ID == user.ID
	s.table = widget.NewTable[string](
		widget.Column{Title: "RFID token", Width: 12, Grow: 1, Max: 34},
		widget.Column{Title: "Status", Width: 6},
		widget.Column{Title: "Note", Width: 12, Grow: 2, Max: 50, Priority: 1},
		widget.Column{Title: "Added", Width: 11, Priority: 2},
	)
	s.table.Empty = "Reading the RFID tokens…"
	return s
}

func (s *userRFIDs) refresh() tea.Cmd {
	db, actor, user := s.db, s.actor, s.user.ID
	return ask(&s.base, "read", func(ctx context.Context) ([]domain.RFID, error) {
		return db.RFIDs(ctx, actor, user)
	}, func(seen []domain.RFID, err error) tea.Cmd {
		s.table.Empty = s.whyEmpty()
		if err != nil {
			s.table.Empty = sentence(err)
			seen = nil
		}
		s.seen = seen
		s.table.SetSource(rfidRows{s.Console, seen})
		if s.table.SetCursorKey(s.goal) {
			s.goal = ""
		}
		return nil
	})
}

func (s *userRFIDs) whyEmpty() string {
	switch {
	case s.own && s.whyNotEdit() != "":
		return "You hold no RFID token. An administrator of your customer gives them."
	case s.whyNotEdit() != "":
		return nameOf(&s.user) + " holds no RFID token."
	}
	return nameOf(&s.user) + " holds no RFID token. n gives one; scanning a card here does it too."
}

func (s *userRFIDs) places() []keys.Place { return []keys.Place{keys.RFIDs, keys.List} }

func (s *userRFIDs) offers() []offer {
	word := "switch off"
	if t := s.current(); t != nil && t.Off {
		word = "switch on"
	}
	return append(motions(s.table, nil),
		unless(s.whyNotEdit(), keys.RFIDAdd, func() tea.Cmd { return s.add("") }),
		unless(s.whyNotChange(), keys.RFIDSwitch, s.turn).as(word),
		asking(s.whyNotChange(), keys.RFIDRemove, s.removeQuestion(), s.remove),
		unless(s.whyNone(), keys.RFIDCopy, func() tea.Cmd {
			digits := widget.Clean(s.current().Digits)
			return s.copyOut(digits, "Copied "+digits+".")
		}),
	)
}

// whyNotEdit is why no RFID tokens of the user can be changed.
func (s *userRFIDs) whyNotEdit() string {
	return whyRefused(s.standing.Rights, s.standing.Rights.MayEditRFID(&s.user.User))
}

func (s *userRFIDs) whyNotChange() string {
	if why := s.whyNone(); why != "" {
		return why
	}
	return s.whyNotEdit()
}

func (s *userRFIDs) whyNone() string {
	if s.current() == nil {
		return s.table.Empty
	}
	return ""
}

// current is the RFID token under the cursor, nil where there is none.
func (s *userRFIDs) current() *domain.RFID {
	if i := s.table.Cursor(); i >= 0 && i < len(s.seen) {
		return &s.seen[i]
	}
	return nil
}

// turn switches the RFID token under the cursor.
func (s *userRFIDs) turn() tea.Cmd {
	db, actor, user, t := s.db, s.actor, s.user.ID, *s.current()
	said := widget.Cut(t.Digits, 40) + " is switched off: it opens nothing, and stays with " + nameOf(&s.user) + "."
	if t.Off {
		said = widget.Cut(t.Digits, 40) + " is switched on again."
	}
	return s.does("switch", said, func(ctx context.Context) (domain.RFID, error) { return db.SetRFID(ctx, actor, user, t.Digits, t.Off) })
}

func (s *userRFIDs) removeQuestion() question {
	t := s.current()
	if t == nil {
		return question{}
	}
	return question{title: "Take the RFID token " + t.Digits + " from " + s.user.Username + "?", yes: "take it", lines: []string{
		"It can be given to somebody else then. What it opened until now stays in the access history, under " + s.user.Username + ".",
	}}
}

func (s *userRFIDs) remove() tea.Cmd {
	db, actor, user, t := s.db, s.actor, s.user.ID, *s.current()
	return s.does("remove", "Took "+widget.Cut(t.Digits, 40)+" from "+nameOf(&s.user)+".",
		func(ctx context.Context) (domain.RFID, error) { return db.RemoveRFID(ctx, actor, user, t.Digits) })
}

// does runs what was asked for, says what came of it and reads again.
func (s *userRFIDs) does(slot, said string, work func(context.Context) (domain.RFID, error)) tea.Cmd {
	return ask(&s.base, slot, work, func(_ domain.RFID, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
		} else {
			s.say(widget.ToneGood, said)
		}
		return s.reread()
	})
}

// pasted takes the digits of a card into the form, where a note can be put to it.
func (s *userRFIDs) pasted(text string, tooMuch bool) tea.Cmd {
	digits, err := domain.CheckRFID(text)
	switch {
	case s.whyNotEdit() != "":
		s.say(widget.ToneWarn, s.whyNotEdit())
	case tooMuch || err != nil:
		s.say(widget.ToneWarn, "That isn't one RFID token: it takes 1 to 32 digits.")
	default:
		return s.add(digits)
	}
	return nil
}

func (s *userRFIDs) add(digits string) tea.Cmd {
	var f *rfidForm
	f = newRFIDForm(s.Console, s.user, digits, func(added domain.RFID) tea.Cmd {
		s.goal = added.Digits
		s.say(widget.ToneGood, "Gave "+nameOf(&s.user)+" the RFID token "+widget.Cut(added.Digits, 40)+".")
		return tea.Batch(s.drop(f), s.reread())
	})
	return s.push(f)
}

func (s *userRFIDs) crumb() string {
	if s.own {
		return "RFID tokens"
	}
	return "RFID tokens of " + nameOf(&s.user)
}

func (s *userRFIDs) clicked(line int) tea.Cmd {
	s.table.Click(line - s.listAt)
	return nil
}

func (s *userRFIDs) draw(w, h int) []string {
	lines := []string{"  " + s.theme.Dim.Render(widget.Fit(counted(len(s.seen), "RFID token", "RFID tokens"), w-2))}
	if h >= 12 {
		lines = append(lines, "")
	}
	s.listAt = len(lines)
	var below []string
	if why := s.whyNotEdit(); why != "" && len(s.seen) > 0 && h >= 12 {
		below = append([]string{""}, s.dim(why, w)...)
	}
	lines = append(lines, s.table.Draw(s.theme, w, max(1, h-len(lines)-len(below)))...)
	return widget.Block(append(lines, below...), w, h)
}

// rfidRows are the rows of the page.
type rfidRows struct {
	c   *Console
	all []domain.RFID
}

func (r rfidRows) Len() int         { return len(r.all) }
func (r rfidRows) Key(i int) string { return r.all[i].Digits }
func (r rfidRows) Cells(i int, out []string) []string {
	t := &r.all[i]
	return append(out, t.Digits, rfidStatus(t), t.Note, r.c.day(t.AddedAt))
}

// rfidStatus says whether an RFID token is switched on.
func rfidStatus(t *domain.RFID) string {
	if t.Off {
		return "off"
	}
	return "on"
}

// rfidFacts are the RFID tokens of a user for their page; none where the account
// lacks the add-on.
func (c *Console) rfidFacts(d *store.UserDetail) []fact {
	if d.RFIDs == nil {
		return nil
	}
	facts := heading("RFID tokens")
	if len(d.RFIDs) == 0 {
		return append(facts, fact{label: "None", value: "f gives them one"})
	}
	for i := range d.RFIDs {
		t := &d.RFIDs[i]
		facts = append(facts, fact{label: rfidStatus(t), value: strings.TrimSpace(t.Digits + "  " + t.Note)})
	}
	return facts
}

// rfidForm gives a user one RFID token.
type rfidForm struct{ form }

const (
	inputRFID = "rfid"
	inputNote = "note"
)

// newRFIDForm is the form with digits in it that were scanned or pasted, or none.
// added is told the new one.
func newRFIDForm(c *Console, user store.UserRow, digits string, added func(domain.RFID) tea.Cmd) *rfidForm {
	f := &rfidForm{form: form{base: base{Console: c}, name: "Add"}}
	f.inputs = widget.NewForm(
		widget.Input{Label: "New RFID token of " + calledBoth(&user.User), Kind: widget.HeadingInput},
		widget.Input{Name: inputRFID, Label: "RFID token", Limit: 100, Value: digits, Placeholder: "such as 0004815162",
			Help: "Scan the card into this field, or type its digits. Zeros in front belong to it. enter saves; tab goes to the note."},
		widget.Input{Name: inputNote, Label: "Note", Limit: domain.MaxName, Placeholder: "such as blue fob", Help: "What it is, so that it is known later which this is. It may stay empty."},
	)
	if digits != "" {
		f.inputs.Focus(inputNote)
	}
	db, actor := c.db, c.actor
	f.save = func() func(ctx context.Context) (any, error) {
		digits, note := f.inputs.Value(inputRFID), f.inputs.Value(inputNote)
		return func(ctx context.Context) (any, error) { return db.AddRFID(ctx, actor, user.ID, digits, note) }
	}
	f.saved = func(value any) tea.Cmd { return added(value.(domain.RFID)) }
	return f
}

// offers has enter save from the digits on: a reader acts as a keyboard, and
// ends what it reads with enter.
func (f *rfidForm) offers() []offer {
	offers := f.form.offers()
	if f.inputs.Focused() != inputRFID || strings.TrimSpace(f.inputs.Value(inputRFID)) == "" {
		return offers
	}
	for i, o := range offers {
		if o.id == keys.FormEnter {
			offers[i] = can(keys.FormEnter, f.store).as("save")
		}
	}
	return offers
}

// rfidWords are RFID tokens in a line: those that are switched off say so.
func rfidWords(tokens []domain.RFID) string {
	if len(tokens) == 0 {
		return "none"
	}
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.Digits
		if t.Off {
			words[i] += " (off)"
		}
	}
	return strings.Join(words, ", ")
}
