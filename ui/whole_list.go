package ui

import (
	"context"
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

// wholeOf is what a list that is read whole is of: what the screen that shows it
// says for itself.
type wholeOf[L wholeRow] interface {
	lookAnew() // takes up which columns are shown and which has the arrow
	// reading reads all rows, by values that are copied when it is called.
	reading() func(context.Context) ([]L, error)
	compare(a, b *L) int
	source() widget.Source[domain.ID] // the rows found
	count(w int) string               // how many there are
	whyEmpty() string
	detail(w int) []string   // of the row under the cursor, where there is no room
	drawPane(w int) []string // for a pane beside the list
	pastes() string          // what the filter takes of a paste: "a single name"
}

// wholeList is such a list, with its filter and its cursor.
type wholeList[L wholeRow] struct {
	base
	of      wholeOf[L]
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

func newWholeList[L wholeRow](c *Console, of wholeOf[L]) wholeList[L] {
	return wholeList[L]{base: base{Console: c}, of: of, filter: newFilter(), table: widget.NewTable[domain.ID]()}
}

// refresh reads the list again: something changed, or it comes to the front.
// While it is being read, that is let end first.
func (l *wholeList[L]) refresh() tea.Cmd {
	l.of.lookAnew()
	if l.busy("list") {
		l.again = true
		return nil
	}
	return l.read()
}

func (l *wholeList[L]) read() tea.Cmd {
	l.again = false
	return ask(&l.base, "list", l.of.reading(), l.arrived)
}

func (l *wholeList[L]) arrived(all []L, err error) tea.Cmd {
	if err != nil {
		l.all, l.failed = nil, sentence(err)
		l.arrange()
		if domain.KindOf(err) != domain.Refused { // else the list says why it is empty
			l.fail(err)
		}
		return nil
	}
	l.all, l.failed, l.loaded = all, "", true
	l.arrange()
	l.toGoal()
	if l.again {
		return l.read()
	}
	return nil
}

// arrange finds what the filter lets through and puts it in order.
func (l *wholeList[L]) arrange() {
	words := l.filter.words()
	l.found = make([]*L, 0, len(l.all))
	for i := range l.all {
		if containsAll(l.all[i].lookedIn(), words) {
			l.found = append(l.found, &l.all[i])
		}
	}
	slices.SortFunc(l.found, l.of.compare)
	l.table.SetSource(l.of.source())
}

// sorted says what the list is sorted by now, and sorts it.
func (l *wholeList[L]) sorted(column string) tea.Cmd {
	l.of.lookAnew()
	l.arrange()
	l.say(widget.ToneDim, "Sorted by "+strings.ToLower(column[:1])+column[1:]+". S turns it round.")
	return nil
}

// toGoal puts the cursor on what was just made or changed, once it is read; a
// filter that would hide it is lifted.
func (l *wholeList[L]) toGoal() {
	if l.goal.IsZero() || !slices.ContainsFunc(l.all, func(row L) bool { return row.identity() == l.goal }) {
		return
	}
	if !l.table.SetCursorKey(l.goal) {
		l.filter.field.SetValue("")
		l.arrange()
		l.table.SetCursorKey(l.goal)
	}
	l.goal = domain.ID{}
}

// narrowed goes after the filter: where what is under the cursor isn't found any
// more, the cursor goes to the top.
func (l *wholeList[L]) narrowed() tea.Cmd {
	key, _ := l.table.CursorKey()
	l.arrange()
	if !l.table.SetCursorKey(key) {
		l.table.Home()
	}
	return nil
}

func (l *wholeList[L]) draw(w, h int) []string {
	if w >= wideEnough {
		left := w - paneWidth
		return widget.Block(beside(l.drawList(left, h), l.of.drawPane(paneWidth-4), left, paneWidth), w, h)
	}
	below := []string(nil)
	if h >= 12 {
		below = l.of.detail(w)
	}
	return widget.Block(append(l.drawList(w, h-len(below)), below...), w, h)
}

// drawList draws the filter, with what is said of the number beside it, and the
// table.
func (l *wholeList[L]) drawList(w, h int) []string {
	lines := []string{l.filter.draw(l.theme, w, l.of.count(w))}
	if h >= 12 {
		lines = append(lines, "")
	}
	l.table.Empty = l.of.whyEmpty()
	l.table.Blurred = l.filter.open
	l.listTop = len(lines)
	return append(lines, l.table.Draw(l.theme, w, h-len(lines))...)
}

// countWords says how many there are, and how many of them match; nothing before
// that is known.
func (l *wholeList[L]) countWords(w int, one, many string) string {
	all := counted(len(l.all), one, many)
	switch {
	case !l.loaded:
		return ""
	case l.filter.text() == "":
		return all
	case w < 60:
		all = widget.Comma(len(l.all))
	}
	return widget.Comma(len(l.found)) + " of " + all
}

func (l *wholeList[L]) typing() bool { return l.filter.open }

func (l *wholeList[L]) typed(m tea.KeyPressMsg) tea.Cmd {
	if l.filter.update(m) {
		return l.narrowed()
	}
	return nil
}

// pasted looks for what was pasted.
func (l *wholeList[L]) pasted(text string, tooMuch bool) tea.Cmd {
	words, fits := pastedWords(text, tooMuch)
	if !fits {
		l.say(widget.ToneWarn, "That is more than a filter takes. Paste "+l.of.pastes()+".")
		return nil
	}
	if l.filter.paste(words) {
		return l.narrowed()
	}
	return nil
}

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
