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

// sessionList is the page of the open sessions of one user: one's own, or those
// of somebody whom one may reset.
type sessionList struct {
	base
	user  domain.ID // zero for one's own
	name  string    // of somebody else
	seen  []store.Session
	table *widget.Table[domain.ID]
}

// newSessions is the page for a user, for oneself by the zero ID; name is what
// somebody else is called.
func newSessions(c *Console, user domain.ID, name string) *sessionList {
	s := &sessionList{base: base{Console: c}, user: user, name: name}
	s.table = widget.NewTable[domain.ID](
		widget.Column{Title: "From", Width: 14, Grow: 1, Max: 45},
		widget.Column{Title: "Door", Width: 7, Priority: 3},
		widget.Column{Title: "Started", Width: 18, Priority: 2},
		widget.Column{Title: "Last key", Width: 18, Priority: 1},
		widget.Column{Width: 8},
	)
	s.table.Empty = "Reading the sessions…"
	return s
}

func (s *sessionList) refresh() tea.Cmd {
	db, actor, user := s.db, s.actor, s.user
	return ask(&s.base, "read", func(ctx context.Context) ([]store.Session, error) {
		return db.Sessions(ctx, actor, user)
	}, func(seen []store.Session, err error) tea.Cmd {
		s.table.Empty = "There is no open session."
		if err != nil {
			s.table.Empty = sentence(err)
			s.fail(err)
			return nil
		}
		s.seen = seen
		s.table.SetSource(sessionRows{s.Console, seen})
		return nil
	})
}

func (s *sessionList) places() []keys.Place { return []keys.Place{keys.Sessions, keys.List} }

func (s *sessionList) offers() []offer {
	return append(motions(s.table, nil),
		asking(s.whyNotEnd(), keys.SessionEnd, s.endQuestion(), s.endOne),
		asking(s.whyNotEndAll(), keys.SessionEndAll, s.endAllQuestion(), s.endAll),
	)
}

// current is the session under the cursor, nil where there is none.
func (s *sessionList) current() *store.Session {
	i := s.table.Cursor()
	if i < 0 {
		return nil
	}
	return &s.seen[i]
}

func (s *sessionList) whyNotEnd() string {
	switch one := s.current(); {
	case one == nil:
		return s.table.Empty
	case one.Current:
		return "This is the session that you use. q signs out of it."
	}
	return ""
}

func (s *sessionList) whyNotEndAll() string {
	for _, one := range s.seen {
		if !one.Current {
			return ""
		}
	}
	if len(s.seen) > 0 {
		return "There is no other session than the one that you use."
	}
	return s.table.Empty
}

func (s *sessionList) endQuestion() question {
	one := s.current()
	if one == nil {
		return question{}
	}
	return question{title: "End this session?", yes: "end it", lines: []string{
		fmt.Sprintf("By %s from %s, since %s.", doorWords(one.Door), one.From, s.moment(one.StartedAt)),
		"Its screen closes at once. What is typed there and not saved is lost.",
	}}
}

func (s *sessionList) endAllQuestion() question {
	q := question{title: "End all your other sessions?", yes: "end them"}
	if !s.user.IsZero() {
		q.title = "End all sessions of " + s.name + "?"
	}
	others := 0
	for _, one := range s.seen {
		if !one.Current {
			others++
		}
	}
	q.lines = []string{counted(others, "session ends", "sessions end") + " at once. What is typed there and not saved is lost."}
	return q
}

func (s *sessionList) endOne() tea.Cmd {
	return s.end("There was nothing to end: it was over already.", s.current().ID)
}

func (s *sessionList) endAll() tea.Cmd {
	return s.end("There was nothing to end: they were over already.")
}

// end ends the named sessions, all others where none is named; over is what to
// say where they had ended by themselves.
func (s *sessionList) end(over string, which ...domain.ID) tea.Cmd {
	db, actor, user := s.db, s.actor, s.user
	return ask(&s.base, "end", func(ctx context.Context) (int, error) {
		return db.EndSessions(ctx, actor, user, which...)
	}, func(ended int, err error) tea.Cmd {
		switch {
		case err != nil:
			s.fail(err)
		case ended == 0:
			s.say(widget.ToneDim, over)
		default:
			s.say(widget.ToneGood, "Ended "+counted(ended, "session", "sessions")+".")
		}
		return s.refresh()
	})
}

func (s *sessionList) crumb() string {
	if s.user.IsZero() {
		return "Sessions"
	}
	return "Sessions of " + s.name
}

func (s *sessionList) clicked(line int) tea.Cmd {
	s.table.Click(line - 2)
	return nil
}

func (s *sessionList) draw(w, h int) []string {
	lines := []string{"  " + s.theme.Dim.Render(widget.Fit(counted(len(s.seen), "open session", "open sessions"), w-2)), ""}
	var below []string
	if h >= 12 {
		below = append([]string{""}, s.dim(s.about(), w)...)
	}
	lines = append(lines, s.table.Draw(s.theme, w, max(1, h-len(lines)-len(below)))...)
	return widget.Block(append(lines, below...), w, h)
}

// about is what the columns don't tell of the session under the cursor.
func (s *sessionList) about() string {
	one := s.current()
	if one == nil {
		return ""
	}
	by := "Signed in by password"
	if one.Key != "" {
		by = "Signed in with the SSH key " + one.Key
	}
	return by + " from " + one.From + ". It ends on " + s.moment(one.EndsAt) + " at the latest."
}

// doorWords is a door as people call it.
func doorWords(d domain.Door) string {
	switch d {
	case domain.DoorSSH:
		return "SSH"
	case domain.DoorAPI:
		return "API"
	}
	return d.String()
}

// sessionRows are the rows of the page.
type sessionRows struct {
	c   *Console
	all []store.Session
}

func (r sessionRows) Len() int            { return len(r.all) }
func (r sessionRows) Key(i int) domain.ID { return r.all[i].ID }
func (r sessionRows) Cells(i int, out []string) []string {
	one, here := &r.all[i], ""
	if one.Current {
		here = "this one"
	}
	return append(out, one.From, doorWords(one.Door), r.c.soon(one.StartedAt), r.c.soon(one.SeenAt), here)
}
