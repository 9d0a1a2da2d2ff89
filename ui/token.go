package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// tokenPage is everything about one token, for where there is no room for it
// beside the list.
type tokenPage struct {
	base
	row     store.Token // as last known
	gone    string      // why it can't be read any more
	reading reading
}

func newTokenPage(c *Console, known store.Token) *tokenPage {
	return &tokenPage{base: base{Console: c}, row: known}
}

func (s *tokenPage) refresh() tea.Cmd {
	db, actor, id := s.db, s.actor, s.row.ID
	return ask(&s.base, "token", func(ctx context.Context) (store.Token, error) {
		return db.Token(ctx, actor, id)
	}, func(row store.Token, err error) tea.Cmd {
		switch {
		case domain.KindOf(err) == domain.NotFound:
			s.gone = "This token is gone, or no longer within your reach. esc leads back."
		case err != nil:
			s.fail(err)
		default:
			s.gone, s.row = "", row
		}
		return nil
	})
}

func (s *tokenPage) places() []keys.Place { return []keys.Place{keys.Token, keys.Reading} }

func (s *tokenPage) offers() []offer {
	return append(s.reading.offers(), tokenInHand{&s.base, &s.row, s.gone}.offers()...)
}

func (s *tokenPage) crumb() string { return widget.Cut(s.row.Name, 32) }

func (s *tokenPage) draw(w, h int) []string {
	if s.gone != "" {
		return widget.Block(append([]string{""}, indent(widget.Wrap(s.gone, w-4))...), w, h)
	}
	lines := []string{s.theme.Title.Render(widget.Cut(s.row.Name, w-4)), ""}
	return s.reading.draw(s.theme, indent(append(lines, drawFacts(s.theme, s.tokenFacts(&s.row), min(w-4, 96))...)), w, h)
}
