package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// auditEntry is the page of one entry, with all its values.
type auditEntry struct {
	base
	row     store.AuditRow
	gone    string // why it can't be read any more
	reading reading
}

func newAuditEntry(c *Console, known store.AuditRow) *auditEntry {
	return &auditEntry{base: base{Console: c}, row: known}
}

func (s *auditEntry) refresh() tea.Cmd {
	db, actor, id := s.db, s.actor, s.row.Entry
	return ask(&s.base, "entry", func(ctx context.Context) (store.AuditRow, error) {
		return db.AuditEntry(ctx, actor, id)
	}, func(row store.AuditRow, err error) tea.Cmd {
		switch {
		case domain.KindOf(err) == domain.NotFound:
			s.gone = "This entry is no longer within your reach. esc leads back."
		case err != nil:
			s.fail(err)
		default:
			s.gone, s.row = "", row
		}
		return nil
	})
}

func (s *auditEntry) places() []keys.Place {
	if s.busy("undo") {
		return []keys.Place{keys.Working}
	}
	return []keys.Place{keys.AuditEntry, keys.Reading}
}

func (s *auditEntry) offers() []offer {
	if s.busy("undo") {
		return []offer{can(keys.Cancel, step(func() { s.stop("undo") }))}
	}
	offers := append(s.reading.offers(), entryInHand{&s.base, &s.row, s.gone}.offers()...)
	return append(offers,
		unless(s.whyNotBefore(), keys.AuditBefore, s.openBefore),
		unless(s.gone, keys.AuditCopy, func() tea.Cmd {
			return s.copyOut(fmt.Sprintf("%s, %s: %s", s.moment(s.row.At), widget.Clean(s.row.Who), widget.Clean(s.row.Text)), "Copied the entry.")
		}))
}

func (s *auditEntry) whyNotBefore() string {
	switch {
	case s.gone != "":
		return s.gone
	case s.row.Undoes.IsZero():
		return "This entry took nothing back."
	}
	return ""
}

// openBefore shows what this entry took back.
func (s *auditEntry) openBefore() tea.Cmd {
	db, actor, id := s.db, s.actor, s.row.Undoes
	return ask(&s.base, "before", func(ctx context.Context) (store.AuditRow, error) {
		return db.AuditEntry(ctx, actor, id)
	}, func(row store.AuditRow, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		return s.push(newAuditEntry(s.Console, row))
	})
}

func (s *auditEntry) crumb() string { return "Entry" }

func (s *auditEntry) draw(w, h int) []string {
	if s.gone != "" {
		return widget.Block(append([]string{""}, indent(widget.Wrap(s.gone, w-4))...), w, h)
	}
	lines := drawFacts(s.theme, s.entryFacts(&s.row), min(w-4, 96))
	if done, total := s.progress("undo"); s.busy("undo") {
		lines = append([]string{widget.Progress(s.theme, min(w-4, 60), done, total), ""}, lines...)
	}
	return s.reading.draw(s.theme, indent(lines), w, h)
}

// entryInHand is one entry with which something is to be done, out of the list or
// on its own page.
type entryInHand struct {
	*base                 // of the screen that asks
	row   *store.AuditRow // nil where there is none
	why   string          // why nothing can be done with it, "" when something may be
}

func (e entryInHand) offers() []offer {
	return []offer{
		unless(e.whyNotJump(), keys.AuditJump, e.jump),
		unless(e.whyNotMoves(), keys.AuditMoves, func() tea.Cmd { return e.push(newAuditMoves(e.Console, *e.row)) }),
		asking(e.whyNotUndo(), keys.AuditUndo, e.undoQuestion(), e.undo),
		unless(e.whyNotPerson(), keys.AuditPerson, func() tea.Cmd {
			look := auditLook{person: e.row.Who, user: e.row.User}
			return e.push(newAuditOf(e.Console, look, "By "+widget.Cut(e.row.Who, 32)))
		}),
		unless(e.whyNotThing(), keys.AuditThing, func() tea.Cmd {
			name := strings.ToLower(thingWords(e.row.Subject))
			if e.row.Name != "" {
				name = widget.Cut(e.row.Name, 32)
			}
			return e.push(newAuditOf(e.Console, auditLook{object: e.row.Object, thing: name}, "About "+name))
		}),
	}
}

func (e entryInHand) whyNotMoves() string {
	switch {
	case e.why != "":
		return e.why
	case e.row.Devices == 0:
		return "This entry lists no devices."
	}
	return ""
}

func (e entryInHand) whyNotPerson() string {
	switch {
	case e.why != "":
		return e.why
	case e.row.Who == "someone":
		return "Who it was is not yours to know."
	}
	return ""
}

func (e entryInHand) whyNotThing() string {
	switch {
	case e.why != "":
		return e.why
	case e.row.Object.IsZero():
		return "What it was about is gone, or not within your reach."
	}
	return ""
}

func (e entryInHand) whyNotUndo() string {
	switch {
	case e.why != "":
		return e.why
	case e.row.Undoable:
		return ""
	case e.row.Unbecause != "":
		return e.row.Unbecause
	}
	return "Only what was done to many devices at once can be taken back here."
}

func (e entryInHand) undoQuestion() question {
	if e.row == nil {
		return question{}
	}
	return question{title: "Take this back?", yes: "take it back", grave: true, lines: []string{
		widget.Cut(e.row.Who, 40) + " " + widget.Cut(e.row.Text, 200) + ".",
		"Devices that are still as this left them become as they were before. The rest stay, and are counted.",
	}}
}

func (e entryInHand) undo() tea.Cmd {
	db, actor, id := e.db, e.actor, e.row.Entry
	return askLong(e.base, "undo", func(ctx context.Context, progress func(int, int)) (store.UndoResult, error) {
		return db.UndoBulk(ctx, actor, id, progress)
	}, func(u store.UndoResult, err error) tea.Cmd {
		switch {
		case err != nil:
			e.fail(err)
		case u.Moved == 0:
			e.say(widget.ToneWarn, "Nothing was taken back: no device is still as this left it, or none is yours to change.")
		case u.Stayed > 0:
			e.say(widget.ToneGood, fmt.Sprintf("Took back %s. %s stayed: changed since, or not yours to change.", devices(u.Moved), widget.Comma(u.Stayed)))
		default:
			e.say(widget.ToneGood, "Took back "+devices(u.Moved)+".")
		}
		return e.reread()
	})
}
