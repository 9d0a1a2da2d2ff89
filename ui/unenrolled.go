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

// unenrolled is the page of the users who have no second factor, at a customer
// and below: whom forcing one meets.
type unenrolled struct {
	base
	at     domain.ID // the customer; zero for the whole account
	filter filter
	seen   store.UserList
	read   bool
	rows   personRows
	table  *widget.Table[domain.ID]
}

// manyUsers is how many users a list of them reads.
const manyUsers = 10_000

func newUnenrolled(c *Console, at domain.ID) *unenrolled {
	s := &unenrolled{base: base{Console: c}, at: at, filter: newFilter(), table: newPersonTable()}
	return s
}

func (s *unenrolled) refresh() tea.Cmd {
	db, actor, at := s.db, s.actor, s.at
	return ask(&s.base, "read", func(ctx context.Context) (store.UserList, error) {
		return db.Unenrolled(ctx, actor, at, store.Page{Limit: manyUsers})
	}, func(seen store.UserList, err error) tea.Cmd {
		if err != nil {
			s.table.Empty = sentence(err)
			s.fail(err)
			return nil
		}
		s.seen, s.read = seen, true
		return s.narrow()
	})
}

// narrow follows the filter.
func (s *unenrolled) narrow() tea.Cmd {
	words := s.filter.words()
	s.rows = personRows{c: s.Console}
	for _, u := range s.seen.Rows {
		if containsAll(personText(&u), words) {
			s.rows.all = append(s.rows.all, u)
		}
	}
	s.table.SetSource(s.rows)
	switch {
	case len(words) > 0:
		s.table.Empty = "Nobody among them matches. Take letters away, or esc shows all."
	case s.read:
		s.table.Empty = "Everybody " + s.where() + " has a second factor, of those whom you may list."
	}
	return nil
}

func (s *unenrolled) where() string {
	if s.at.IsZero() {
		return "in " + s.path(s.at)
	}
	return "at " + s.path(s.at) + " and below"
}

func (s *unenrolled) places() []keys.Place { return s.filter.places(keys.Unenrolled, keys.List) }

func (s *unenrolled) offers() []offer {
	why := ""
	if len(s.rows.all) == 0 {
		why = s.table.Empty
	}
	offers := append(s.filter.offers(s.table, s.narrow), motions(s.table, nil)...)
	return append(offers,
		unless(why, keys.UserOpen, func() tea.Cmd { return s.push(newUser(s.Console, s.rows.all[s.table.Cursor()])) }),
		unless(why, keys.UnenrolledCopy, s.copyList))
}

// copyList copies the users that are shown, for writing to them.
func (s *unenrolled) copyList() tea.Cmd {
	lines := make([]string, len(s.rows.all))
	for i, u := range s.rows.all {
		lines[i] = widget.Clean(u.Username)
		if u.Email != "" {
			lines[i] += "\t" + widget.Clean(u.Email)
		}
	}
	return s.copyLines(counted(len(lines), "user", "users"), lines)
}

func (s *unenrolled) typing() bool { return s.filter.open }

func (s *unenrolled) typed(m tea.KeyPressMsg) tea.Cmd { return s.take(m) }

func (s *unenrolled) pasted(text string, _ bool) tea.Cmd {
	s.filter.open = true
	return s.take(tea.PasteMsg{Content: text})
}

func (s *unenrolled) take(msg tea.Msg) tea.Cmd {
	if s.filter.update(msg) {
		return s.narrow()
	}
	return nil
}

func (s *unenrolled) crumb() string { return "Not enrolled" }

func (s *unenrolled) clicked(line int) tea.Cmd {
	s.table.Click(line - personsAt)
	return nil
}

func (s *unenrolled) draw(w, h int) []string {
	s.table.Blurred = s.filter.open
	about := "Active users " + s.where() + " without a second factor."
	if s.read && s.seen.Total > len(s.seen.Rows) {
		about = fmt.Sprintf("The first %s of %s.", widget.Comma(len(s.seen.Rows)), counted(s.seen.Total, "user", "users"))
	}
	lines := []string{s.filter.draw(s.theme, w, counted(s.seen.Total, "user", "users")), "  " + s.theme.Dim.Render(widget.Fit(about, w-2))}
	return widget.Block(append(lines, s.table.Draw(s.theme, w, max(1, h-len(lines)))...), w, h)
}

// readMissing counts the users without a second factor, where one is forced and
// the user may list others; -1 otherwise.
func readMissing(ctx context.Context, db *store.DB, actor domain.Actor, rights *domain.Rights, at domain.ID) int {
	if forced, _, _ := rights.Tree().SecondFactorForced(at); !forced || !rights.MayAnywhere(domain.UsersList).Allowed {
		return -1
	}
	list, err := db.Unenrolled(ctx, actor, at, store.Page{Limit: 1})
	if err != nil {
		return -1
	}
	return list.Total
}

// personsAt is the line of the body where the table of a page of people begins.
const personsAt = 2

// newPersonTable is a table of users with no more of them than tells who they
// are.
func newPersonTable() *widget.Table[domain.ID] {
	t := widget.NewTable[domain.ID](
		widget.Column{Title: "Username", Width: 12, Max: 32, Grow: 2},
		widget.Column{Title: "Full name", Width: 14, Max: 40, Grow: 2, Priority: 2},
		widget.Column{Title: "Customer", Width: 18, Max: 60, Grow: 3, Priority: 1},
		widget.Column{Width: 1}, // the sign for those that can't be chosen
	)
	t.Empty = "Reading the users…"
	return t
}

// personText is what a user is found by, folded.
func personText(u *store.UserRow) string {
	return domain.Fold(strings.Join([]string{u.Username, u.FullName, u.Email, u.CustomerPath}, "\n"))
}

// personRows are users as rows, where why says why one can't be chosen; nil
// where nothing is chosen.
type personRows struct {
	c   *Console
	all []store.UserRow
	why func(*store.UserRow) string
}

func (r personRows) Len() int            { return len(r.all) }
func (r personRows) Key(i int) domain.ID { return r.all[i].ID }

func (r personRows) Cells(i int, out []string) []string {
	u, sign := &r.all[i], ""
	if r.Tone(i) == widget.ToneDim {
		sign = "×"
	}
	return append(out, u.Username, u.FullName, r.c.ownNameFirst(r.c.tree().Names(u.Customer)), sign)
}

func (r personRows) Tone(i int) widget.Tone {
	if r.why != nil && r.why(&r.all[i]) != "" {
		return widget.ToneDim
	}
	return widget.ToneNormal
}

func (r personRows) Find(id domain.ID) (int, bool) {
	for i := range r.all {
		if r.all[i].ID == id {
			return i, true
		}
	}
	return 0, false
}
