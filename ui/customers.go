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

// customers is the tab of the customer tree: the map of what is in scope.
type customers struct {
	base
	filter  filter
	list    *widget.Tree[domain.ID]
	rows    customerRows
	seen    store.Customers // as last read
	loaded  bool
	listTop int       // the line of the body where the tree begins
	goal    domain.ID // where the cursor goes with the next reading: what was just made or moved
}

// openRows is how many rows of the tree are open at first, where there are
// more.
const openRows = 14

func newCustomers(c *Console) *customers {
	s := &customers{base: base{Console: c}, filter: newFilter(), list: widget.NewTree[domain.ID]()}
	s.list.Empty = "Reading the customers…"
	s.list.NoMatches = "No customer here is called that. Take letters away, or esc shows all."
	return s
}

func (s *customers) refresh() tea.Cmd {
	db, actor := s.db, s.actor
	return ask(&s.base, "read", func(ctx context.Context) (store.Customers, error) {
		return db.Customers(ctx, actor)
	}, s.arrived)
}

func (s *customers) arrived(seen store.Customers, err error) tea.Cmd {
	if err != nil {
		s.list.Empty = sentence(err)
		s.fail(err)
		return nil
	}
	s.seen = seen
	s.rows = newCustomerRows(s.theme, seen, s.scope)
	s.list.SetColumns(s.rows.columns()...)
	s.list.Show(s.rows, s.rows.matcher(s.filter.words()))
	if !s.loaded {
		s.loaded = true
		s.list.ExpandDepth(s.rows.depthFor(openRows))
	}
	s.reach()
	s.list.Empty = s.whyEmpty()
	return nil
}

// reach puts the cursor on what was just made or moved, once it is read; a
// filter that would hide it is lifted.
func (s *customers) reach() {
	if _, there := s.rows.Find(s.goal); !there || s.goal.IsZero() {
		return
	}
	if !s.list.SetCursorKey(s.goal) {
		s.filter.field.SetValue("")
		s.narrow()
		s.list.SetCursorKey(s.goal)
	}
	s.goal = domain.ID{}
}

// whyNone says why there is nothing under the cursor.
func (s *customers) whyNone() string {
	if s.filter.text() != "" {
		return s.list.NoMatches
	}
	return s.list.Empty
}

func (s *customers) whyEmpty() string {
	if s.whyNotMain() == "" {
		return "There is no customer yet. N creates a main one."
	}
	return "There is no customer here."
}

func (s *customers) places() []keys.Place {
	return s.filter.places(keys.Customers, keys.Tree, keys.List)
}

func (s *customers) offers() []offer {
	offers := append(s.filter.offers(s.list, s.narrow), motions(s.list, nil)...)
	offers = append(offers,
		unless(s.whyNotExpand(), keys.Expand, step(s.list.Expand)), can(keys.Collapse, step(s.list.Collapse)),
		can(keys.ExpandAll, step(s.list.ExpandAll)), can(keys.CollapseAll, step(s.list.CollapseAll)),
	)
	if !s.loaded || s.filter.open {
		return offers
	}
	offers = append(offers, unless(s.whyNotMain(), keys.CustomerMain, func() tea.Cmd { return s.create(domain.ID{}) }))
	row := s.current()
	if row == nil {
		for _, id := range []keys.ID{keys.CustomerOpen, keys.CustomerCreate, keys.CustomerEdit, keys.CustomerMove, keys.CustomerDelete} {
			offers = append(offers, unless(s.whyNone(), id, nil))
		}
		return offers
	}
	return append(offers,
		unless(s.whyNotOpen(row), keys.CustomerOpen, func() tea.Cmd { return s.setScope(row.ID) }),
		unless(s.lacks(domain.CustomersCreate, row.ID), keys.CustomerCreate, func() tea.Cmd { return s.create(row.ID) }),
		unless(s.lacks(domain.CustomersEdit, row.ID), keys.CustomerEdit, func() tea.Cmd { return s.edit(row) }),
		unless(s.whyNotMove(row), keys.CustomerMove, func() tea.Cmd { return s.move(row) }),
		unless(s.whyNotDelete(row), keys.CustomerDelete, func() tea.Cmd { return s.remove(row) }),
	)
}

func (s *customers) whyNotExpand() string {
	if i := s.list.Cursor(); i >= 0 && !s.rows.nested(i) {
		return "Nothing is nested under this customer."
	}
	return ""
}

// current is the row under the cursor, nil when there is none.
func (s *customers) current() *store.CustomerRow {
	i := s.list.Cursor()
	if i < 0 {
		return nil
	}
	return &s.rows.rows[i]
}

// lacks is why the user may not do this at a customer, by the same reading as
// what is shown.
func (s *customers) lacks(c domain.Capability, id domain.ID) string {
	return whyRefused(s.seen.Rights, s.seen.Rights.May(c, id))
}

func whyRefused(r *domain.Rights, d domain.Decision) string {
	if d.Allowed {
		return ""
	}
	return d.Text(r)
}

func (s *customers) whyNotMain() string {
	if !s.standing.Rights.Reaches(domain.ID{}) {
		return "Only the account's owner creates main customers. n creates a nested one."
	}
	return ""
}

func (s *customers) whyNotOpen(row *store.CustomerRow) string {
	if row.ID == s.scope {
		return "You look at this customer already. Open one that is nested under it."
	}
	return ""
}

func (s *customers) whyNotMove(row *store.CustomerRow) string {
	return whyRefused(s.seen.Rights, s.seen.Rights.MayMoveCustomer(row.ID))
}

// whyNotDelete is the reason that is known before its users are looked at.
func (s *customers) whyNotDelete(row *store.CustomerRow) string {
	holds := domain.CustomerContents{Devices: max(row.Devices, 0)}
	if err := s.seen.Rights.CheckDeleteCustomer(row.ID, holds, domain.ID{}); err != nil {
		return sentence(err)
	}
	return ""
}

func (s *customers) create(parent domain.ID) tea.Cmd {
	var f *detailsForm
	f = newCustomerForm(s.Console, s.seen.Tree, parent, func(made details) tea.Cmd {
		s.goal = made.id
		return s.did(s.drop(f), "Created %s.", made.name)
	})
	return s.push(f)
}

func (s *customers) edit(row *store.CustomerRow) tea.Cmd {
	var f *detailsForm
	f = editCustomerForm(s.Console, s.seen.Tree, row.Customer, func(now details) tea.Cmd {
		return s.did(s.drop(f), "Saved %s.", now.name)
	})
	return s.push(f)
}

// did says what was done, and reads again what is shown and allowed.
func (s *customers) did(then tea.Cmd, format string, args ...any) tea.Cmd {
	s.say(widget.ToneGood, fmt.Sprintf(format, args...))
	return tea.Batch(then, s.reread())
}

// narrow follows the filter.
func (s *customers) narrow() tea.Cmd {
	s.list.SetFilter(s.rows.matcher(s.filter.words()))
	return nil
}

func (s *customers) typing() bool { return s.filter.open }

func (s *customers) typed(m tea.KeyPressMsg) tea.Cmd { return s.take(m) }

func (s *customers) pasted(text string, _ bool) tea.Cmd {
	s.filter.open = true
	return s.take(tea.PasteMsg{Content: text})
}

func (s *customers) take(msg tea.Msg) tea.Cmd {
	if s.filter.update(msg) {
		return s.narrow()
	}
	return nil
}

// The detail of the customer under the cursor stands below the tree in so many
// lines, or beside it in so many cells.
const (
	detailLines = 3
	paneWidth   = 60
)

func (s *customers) clicked(line int) tea.Cmd {
	s.list.Click(line - s.listTop)
	return nil
}

func (s *customers) draw(w, h int) []string {
	if w >= wideEnough {
		return s.drawWide(w, h)
	}
	below := []string(nil)
	if h >= 12 {
		below = s.detail(w)
	}
	top := s.top(w, h)
	s.listTop = len(top)
	lines := append(top, s.list.Draw(s.theme, w, h-len(top)-len(below))...)
	return widget.Block(append(lines, below...), w, h)
}

// top is the filter's line, and one for air where there is room.
func (s *customers) top(w, h int) []string {
	lines := []string{s.filter.draw(s.theme, w, s.counted())}
	if h >= 15 {
		lines = append(lines, "")
	}
	return lines
}

func (s *customers) counted() string {
	all := s.rows.Len()
	if s.list.Filtered() {
		return fmt.Sprintf("%s of %s", widget.Comma(s.list.Matches()), counted(all, "customer", "customers"))
	}
	return counted(all, "customer", "customers")
}

// detail is what the columns don't tell of the customer under the cursor.
func (s *customers) detail(w int) []string {
	row := s.current()
	if row == nil {
		return make([]string, detailLines)
	}
	dot := " " + s.theme.Glyphs.Dot + " "
	where := row.Name
	if row.Country != "" {
		where += dot + domain.CountryName(row.Country)
	}
	where += dot + settingsLine(s.seen.Tree.Settings(row.ID))
	reached := "created " + s.day(row.CreatedAt)
	if row.CreatedByName != "" {
		reached += " by " + row.CreatedByName
	}
	if row.Email != "" {
		reached = row.Email + dot + reached
	}
	return []string{"", "  " + widget.Fit(where, w-3), "  " + s.theme.Dim.Render(widget.Fit(reached, w-3))}
}

func (s *customers) drawWide(w, h int) []string {
	left := w - paneWidth
	top := s.top(left, h)
	s.listTop = len(top)
	lines := append(top, s.list.Draw(s.theme, left, h-len(top))...)
	pane := make([]string, len(top), h)
	if row := s.current(); row != nil {
		inner := paneWidth - 4
		pane = append(pane, s.theme.Title.Render(widget.Cut(row.Name, inner)), "")
		pane = append(pane, drawFacts(s.theme, s.customerFacts(s.seen.Tree, row), inner)...)
	}
	return widget.Block(beside(lines, pane, left, paneWidth), w, h)
}
