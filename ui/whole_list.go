package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// An account has thousands of users at most, with a few tokens each. So these
// lists are read whole; filter and order are a matter of the screen then, and a
// key is answered at once.

// wholePage is how many rows of such a list are read at once.
const wholePage = 10_000

// readWhole reads all rows that there are, page by page from a cursor on. Where
// one goes while it turns a page, it begins again.
func readWhole[R, L any](read func(store.Page) (rows []R, next string, err error), list func(R) L) ([]L, error) {
	var all []L
	page := store.Page{Limit: wholePage}
	for {
		rows, next, err := read(page)
		if page.Cursor != "" && domain.KindOf(err) == domain.Invalid {
			all, page.Cursor = nil, ""
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			all = append(all, list(row))
		}
		if page.Cursor = next; next == "" {
			return all, nil
		}
	}
}

// wholeRow is a row of a list that is read whole: its identity, and the
// case-folded text that the filter looks in.
type wholeRow interface {
	identity() domain.ID
	lookedIn() string
}

// wholeList is such a list, with its filter and its cursor.
type wholeList[L wholeRow] struct {
	table   *widget.Table[domain.ID]
	listTop int // the line of the body where the table begins
	filter  filter
	all     []L  // as last read
	found   []*L // those that match, in their order
	loaded  bool
	failed  string    // why they can't be read
	again   bool      // the data changed while it was being read
	goal    domain.ID // where the cursor goes with the next reading: what was just made or changed
}

func newWholeList[L wholeRow]() wholeList[L] {
	return wholeList[L]{filter: newFilter(), table: widget.NewTable[domain.ID]()}
}

// match finds what the filter lets through and puts it in order.
func (l *wholeList[L]) match(order func(a, b *L) int) {
	words := l.filter.words()
	l.found = make([]*L, 0, len(l.all))
	for i := range l.all {
		if containsAll(l.all[i].lookedIn(), words) {
			l.found = append(l.found, &l.all[i])
		}
	}
	slices.SortFunc(l.found, order)
}

// toGoal puts the cursor on what was just made or changed, once it is read; a
// filter that would hide it is lifted.
func (l *wholeList[L]) toGoal(arrange func()) {
	if l.goal.IsZero() || !slices.ContainsFunc(l.all, func(row L) bool { return row.identity() == l.goal }) {
		return
	}
	if !l.table.SetCursorKey(l.goal) {
		l.filter.field.SetValue("")
		arrange()
		l.table.SetCursorKey(l.goal)
	}
	l.goal = domain.ID{}
}

// follow goes after the filter: where what is under the cursor isn't found any
// more, the cursor goes to the top.
func (l *wholeList[L]) follow(arrange func()) {
	key, _ := l.table.CursorKey()
	arrange()
	if !l.table.SetCursorKey(key) {
		l.table.Home()
	}
}

// drawList draws the filter, with what is said of the number beside it, and the
// table.
func (l *wholeList[L]) drawList(theme widget.Theme, w, h int, count, empty string) []string {
	lines := []string{l.filter.draw(theme, w, count)}
	if h >= 12 {
		lines = append(lines, "")
	}
	l.table.Empty = empty
	l.table.Blurred = l.filter.open
	l.listTop = len(lines)
	return append(lines, l.table.Draw(theme, w, h-len(lines))...)
}

func (l *wholeList[L]) typing() bool { return l.filter.open }

func (l *wholeList[L]) clicked(line int) tea.Cmd {
	l.table.Click(line - l.listTop)
	return nil
}

// pastedWords are what a filter takes of a paste; false where it is more than
// one line, or too long for one.
func pastedWords(text string, tooMuch bool) (string, bool) {
	words := strings.TrimSpace(text)
	return words, !tooMuch && len(words) <= 200 && !strings.ContainsAny(words, "\r\n")
}

// paste looks for the words, in place of what was looked for before where the
// filter isn't being typed. It says whether the filter changed.
func (f *filter) paste(words string) bool {
	if !f.open {
		f.field.SetValue("")
	}
	return f.update(tea.PasteMsg{Content: words})
}
