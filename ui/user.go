package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// user is the page of one user: who they are, what they may do, and how their
// sign-in stands.
type user struct {
	base
	row     store.UserRow     // as last known
	detail  *store.UserDetail // nil until it is read
	summary string            // what they can see and do, in a sentence or two
	gone    string            // why they can't be read any more
	reading reading
}

func newUser(c *Console, known store.UserRow) *user {
	return &user{base: base{Console: c}, row: known}
}

// userReading is what the page is drawn from.
type userReading struct {
	detail  store.UserDetail
	summary string
}

func (s *user) refresh() tea.Cmd {
	db, actor, id := s.db, s.actor, s.row.ID
	return ask(&s.base, "user", func(ctx context.Context) (userReading, error) {
		detail, err := db.User(ctx, actor, id)
		if err != nil {
			return userReading{}, err
		}
		access, err := db.Access(ctx, actor, id)
		return userReading{detail, access.Summary}, err
	}, s.taken)
}

func (s *user) taken(r userReading, err error) tea.Cmd {
	switch {
	case domain.KindOf(err) == domain.NotFound:
		s.detail, s.gone = nil, userGone+" esc leads back."
	case err != nil:
		s.fail(err)
	default:
		s.gone, s.row, s.detail, s.summary = "", r.detail.UserRow, &r.detail, r.summary
	}
	return nil
}

// userGone is what there is to say of a user who isn't there any more.
const userGone = "This user is gone, or no longer within your reach."

func (s *user) places() []keys.Place { return []keys.Place{keys.User, keys.Reading} }

func (s *user) offers() []offer {
	in := inHand{base: &s.base, row: &s.row, why: s.whyNone(), left: func() tea.Cmd { return s.drop(s) }}
	return append(s.reading.offers(), in.offers()...)
}

func (s *user) whyNone() string {
	if s.gone == "" && s.detail == nil {
		return "It is still being read."
	}
	return s.gone
}

func (s *user) crumb() string { return widget.Cut(s.row.Username, 32) }

func (s *user) draw(w, h int) []string {
	if s.detail == nil {
		text := s.gone
		if text == "" {
			text = "Reading the user…"
		}
		return widget.Block(append([]string{""}, indent(widget.Wrap(text, w-4))...), w, h)
	}
	inner := w - 4
	lines := append([]string{s.title(inner)}, widget.Wrap(s.summary, min(inner, readable))...)
	facts := slices.Concat(s.groupFacts(&s.row), s.invitationFacts(s.detail), s.signInFacts(s.detail), s.rfidFacts(s.detail), s.whoFacts(s.detail), s.whereFacts(&s.row))
	return s.reading.draw(s.theme, indent(append(lines, drawFacts(s.theme, facts, min(inner, 96))...)), w, h)
}

// title is who it is, with a word for what isn't as it should be.
func (s *user) title(w int) string {
	title := s.theme.Title.Render(widget.Cut(s.userTitle(&s.row), w))
	if s.row.FullName != "" {
		title += "  " + s.theme.Dim.Render(widget.Cut(s.row.FullName, w))
	}
	if s.row.Status != store.UserActive {
		title += "  " + s.theme.Tone(userStatusTone(s.row.Status)).Render(s.row.Status.Words())
	}
	return title
}

// readable is how wide running text is at most.
const readable = 76
