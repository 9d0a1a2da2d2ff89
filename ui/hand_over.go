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

// handOver is the page on which the owner chooses who owns the account from
// then on. Users who can't are shown all the same, with the reason.
type handOver struct {
	base
	filter filter
	seen   store.UserList
	rows   personRows
	table  *widget.Table[domain.ID]
}

func newHandOver(c *Console) *handOver {
	return &handOver{base: base{Console: c}, filter: newFilter(), table: newPersonTable()}
}

func (s *handOver) refresh() tea.Cmd {
	db, actor, query := s.db, s.actor, store.UserQuery{Filter: s.filter.text(), Page: store.Page{Limit: manyUsers}}
	return ask(&s.base, "read", func(ctx context.Context) (store.UserList, error) {
		return db.Users(ctx, actor, query)
	}, func(seen store.UserList, err error) tea.Cmd {
		if err != nil {
			s.table.Empty = sentence(err)
			s.fail(err)
			return nil
		}
		s.seen = seen
		s.table.Empty = "Nobody is called that. Take letters away, or esc shows all."
		s.rows = personRows{s.Console, seen.Rows, s.whyNotThem}
		s.table.SetSource(s.rows)
		return nil
	})
}

// whyNotThem is why the account can't be handed over to a user.
func (s *handOver) whyNotThem(u *store.UserRow) string {
	if err := s.standing.Rights.CheckHandOver(&u.User); err != nil {
		return sentence(err)
	}
	return ""
}

func (s *handOver) places() []keys.Place { return s.filter.places(keys.NewOwner, keys.List) }

func (s *handOver) offers() []offer {
	offers := append(s.filter.offers(s.table, s.refresh), motions(s.table, nil)...)
	return append(offers, asking(s.whyNot(), keys.NewOwnerTake, s.handOverQuestion(), s.handOver))
}

// current is the user under the cursor, nil where there is none.
func (s *handOver) current() *store.UserRow {
	i := s.table.Cursor()
	if i < 0 {
		return nil
	}
	return &s.rows.all[i]
}

func (s *handOver) whyNot() string {
	u := s.current()
	if u == nil {
		return s.table.Empty
	}
	return s.whyNotThem(u)
}

// handOverQuestion says what it means, and asks for the account's name.
func (s *handOver) handOverQuestion() question {
	u := s.current()
	if u == nil {
		return question{}
	}
	account := s.tree().Account().Name
	lines := []string{
		fmt.Sprintf("%s will own %s, may do everything in it, and is the only one who can hand it on.", personWords(u), account),
	}
	if me := s.standing.User; me != nil {
		lines = append(lines, fmt.Sprintf("You stay, as an administrator of %s with every group there. You can't take the account back: only %s can give it.",
			s.path(me.Customer), u.Username))
	}
	if !u.Enrolled {
		lines = append(lines, u.Username+" has no second factor: whoever learns their password owns the account.")
	}
	return question{title: "Hand over " + account + "?", lines: lines, name: account, yes: "hand it over", grave: true}
}

// personWords is a user by name: "nina (Nina Keller)".
func personWords(u *store.UserRow) string {
	if u.FullName == "" {
		return u.Username
	}
	return u.Username + " (" + u.FullName + ")"
}

func (s *handOver) handOver() tea.Cmd {
	db, actor, to := s.db, s.actor, *s.current()
	account := s.tree().Account().Name
	return askProven(&s.base, "hand-over", "Type your password or a code to hand over "+account+".", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, db.HandOver(ctx, actor, to.ID)
	}, func(_ struct{}, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return s.refresh()
		}
		return s.handedOver(to.Username, account)
	})
}

// handedOver leads back to where the owner of before still may look.
func (s *handOver) handedOver(to, account string) tea.Cmd {
	back := s.drop(s)
	if me := s.standing.User; me != nil && !s.tree().Within(s.scope, me.Customer) {
		back = s.rescope(me.Customer)
	}
	s.say(widget.ToneGood, fmt.Sprintf("%s owns %s now. You are an administrator in it.", to, account))
	return tea.Batch(back, s.reread())
}

func (s *handOver) typing() bool { return s.filter.open }

func (s *handOver) typed(m tea.KeyPressMsg) tea.Cmd { return s.take(m) }

func (s *handOver) pasted(text string, _ bool) tea.Cmd {
	s.filter.open = true
	return s.take(tea.PasteMsg{Content: text})
}

func (s *handOver) take(msg tea.Msg) tea.Cmd {
	if s.filter.update(msg) {
		return s.refresh()
	}
	return nil
}

func (s *handOver) crumb() string { return "Hand over" }

func (s *handOver) clicked(line int) tea.Cmd {
	s.table.Click(line - personsAt)
	return nil
}

func (s *handOver) draw(w, h int) []string {
	s.table.Blurred = s.filter.open
	lines := []string{s.filter.draw(s.theme, w, counted(s.seen.Total, "user", "users")),
		"  " + s.theme.Dim.Render(widget.Fit("Who owns "+s.tree().Account().Name+" from then on?", w-2))}
	below := s.below(w, h)
	lines = append(lines, s.table.Draw(s.theme, w, max(1, h-len(lines)-len(below)))...)
	return widget.Block(append(lines, below...), w, h)
}

// below says why the user under the cursor can't own the account, in as many
// lines whoever it is.
func (s *handOver) below(w, h int) []string {
	const most = 2
	lines := make([]string, most)
	if h < 8 {
		lines = lines[:1]
	}
	if u := s.current(); u != nil {
		for i, l := range widget.Wrap(s.whyNotThem(u), w-4) {
			if i < len(lines) {
				lines[i] = "  " + s.theme.Warn.Render(l)
			}
		}
	}
	return lines
}
