package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// Some lists are of millions, the newest first, and grow at their top while they
// are looked at: they can neither be read whole nor be counted by position. They
// are read page by page as the cursor comes near the end; of pages far from the
// cursor only the identities are kept.

// How such a list is read.
const (
	pagedRows  = 200  // in a page
	pagedAhead = 100  // below the cursor that shall be there
	pagedKept  = 1000 // rows on either side of the cursor whose contents are kept
)

// pagedAnswer is a page. Next is empty at the end; a page may be short, even
// empty, and not be the last.
type pagedAnswer[R any] struct {
	rows   []R
	next   string
	total  int
	exact  bool   // there are as many as total says, else at least so many
	reason string // why there are none, where that is a matter of rights
}

// pagedRead reads a page. It runs off the loop and holds copies only.
type pagedRead[R any] func(context.Context, store.Page) (pagedAnswer[R], error)

// sheet is a page that was read: from its cursor on, its rows and no others.
type sheet[R any] struct {
	cursor string
	ids    []domain.ID
	rows   []R  // nil where they were let go of
	stale  bool // something may have changed since
}

// pagedList is such a list, with its cursor.
type pagedList[R any] struct {
	table   *widget.Table[domain.ID]
	listTop int // the line of the body where the table begins
	id      func(*R) domain.ID
	cells   func(row *R, out []string) []string
	tone    func(row *R, column int) widget.Tone // nil for none

	sheets []sheet[R]
	next   string // the cursor of the page after them
	ended  bool   // there is none
	total  int
	exact  bool
	reason string
	loaded bool
	failed string // why it can't be read
	again  bool   // the data changed while the newest were being read
}

func newPagedList[R any](id func(*R) domain.ID, cells func(row *R, out []string) []string) pagedList[R] {
	return pagedList[R]{table: widget.NewTable[domain.ID](), id: id, cells: cells}
}

// anew reads the list from its top: what is looked for has changed.
func (l *pagedList[R]) anew(b *base, read pagedRead[R]) tea.Cmd {
	b.cancel("older")
	b.cancel("sheet")
	b.cancel("newest")
	return l.newest(b, read, true)
}

// refresh reads the newest again, and what is around the cursor, because the
// data changed. While the newest are being read that is let end first.
func (l *pagedList[R]) refresh(b *base, read pagedRead[R]) tea.Cmd {
	if b.busy("newest") {
		l.again = true
		return nil
	}
	return l.newest(b, read, false)
}

func (l *pagedList[R]) newest(b *base, read pagedRead[R], anew bool) tea.Cmd {
	l.again = false
	return ask(b, "newest", func(ctx context.Context) (pagedAnswer[R], error) {
		return read(ctx, store.Page{Limit: pagedRows})
	}, func(a pagedAnswer[R], err error) tea.Cmd {
		if err != nil {
			if anew || !l.loaded {
				l.clear()
				l.failed = sentence(err)
			}
			b.fail(err)
			return nil
		}
		l.failed, l.loaded = "", true
		if anew {
			l.clear()
			l.loaded = true
		}
		l.total, l.exact, l.reason = a.total, a.exact, a.reason
		l.merge(a)
		l.show()
		if anew {
			l.table.Home()
		}
		if l.again {
			return tea.Batch(l.newest(b, read, false), l.near(b, read))
		}
		return l.near(b, read)
	})
}

func (l *pagedList[R]) clear() {
	l.sheets, l.next, l.ended, l.loaded, l.total, l.reason = nil, "", false, false, 0, ""
	l.show()
}

// merge puts the newest page on top. Where its last row is known already, what
// came after that stays; otherwise so much has come that the list begins again.
func (l *pagedList[R]) merge(a pagedAnswer[R]) {
	first := l.sheetOf("", a.rows)
	if len(a.rows) > 0 && a.next != "" {
		last := first.ids[len(first.ids)-1]
		for i := range l.sheets {
			at := slices.Index(l.sheets[i].ids, last)
			if at < 0 {
				continue
			}
			rest := l.sheets[i]
			rest.cursor, rest.ids = a.next, rest.ids[at+1:]
			if rest.rows != nil {
				rest.rows = rest.rows[at+1:]
			}
			kept := append([]sheet[R]{first, rest}, l.sheets[i+1:]...)
			if len(rest.ids) == 0 {
				kept = append([]sheet[R]{first}, l.sheets[i+1:]...)
				if len(kept) > 1 {
					kept[1].cursor = a.next
				} else {
					l.next = a.next
				}
			}
			for k := range kept[1:] {
				kept[1+k].stale = true
			}
			l.sheets = kept
			return
		}
	}
	l.sheets = nil
	if len(first.ids) > 0 {
		l.sheets = []sheet[R]{first}
	}
	l.next, l.ended = a.next, a.next == ""
}

func (l *pagedList[R]) sheetOf(cursor string, rows []R) sheet[R] {
	s := sheet[R]{cursor: cursor, rows: rows, ids: make([]domain.ID, len(rows))}
	for i := range rows {
		s.ids[i] = l.id(&rows[i])
	}
	return s
}

// near reads what should be there for the cursor and isn't: the page that it is
// in, or the ones below the last.
func (l *pagedList[R]) near(b *base, read pagedRead[R]) tea.Cmd {
	return tea.Batch(l.readSheet(b, read), l.readOlder(b, read))
}

func (l *pagedList[R]) readOlder(b *base, read pagedRead[R]) tea.Cmd {
	if l.ended || !l.loaded || b.busy("older") || b.busy("newest") || max(l.table.Cursor(), 0)+pagedAhead < l.len() {
		return nil
	}
	cursor := l.next
	return ask(b, "older", func(ctx context.Context) (pagedAnswer[R], error) {
		return read(ctx, store.Page{Limit: pagedRows, Cursor: cursor})
	}, func(a pagedAnswer[R], err error) tea.Cmd {
		switch {
		case domain.KindOf(err) == domain.Invalid:
			return l.newest(b, read, false) // the cursor is of something that is gone
		case err != nil:
			b.fail(err)
			return nil
		case cursor != l.next:
			return l.near(b, read) // the list has begun again meanwhile
		}
		if len(a.rows) > 0 {
			l.sheets = append(l.sheets, l.sheetOf(cursor, a.rows))
		}
		l.next, l.ended = a.next, a.next == ""
		if n := l.len(); l.ended || n > l.total {
			l.total, l.exact = n, l.ended
		}
		l.show()
		return l.near(b, read)
	})
}

// readSheet reads the page under the cursor, or the one that it comes to next,
// where its rows were let go of or something has changed since.
func (l *pagedList[R]) readSheet(b *base, read pagedRead[R]) tea.Cmd {
	at := l.lacking()
	if at < 0 || b.busy("sheet") || b.busy("newest") {
		return nil
	}
	cursor, ids := l.sheets[at].cursor, l.sheets[at].ids
	return ask(b, "sheet", func(ctx context.Context) (pagedAnswer[R], error) {
		return read(ctx, store.Page{Limit: len(ids), Cursor: cursor})
	}, func(a pagedAnswer[R], err error) tea.Cmd {
		i := slices.IndexFunc(l.sheets, func(s sheet[R]) bool { return s.cursor == cursor })
		switch {
		case domain.KindOf(err) == domain.Invalid:
			return l.newest(b, read, false) // the cursor is of something that is gone
		case err != nil:
			b.fail(err)
			return nil
		case i < 0:
			return l.near(b, read) // the list has begun again meanwhile
		}
		now := l.sheetOf(cursor, a.rows)
		same := slices.Equal(now.ids, ids)
		l.sheets[i] = now
		switch {
		case !same: // some are out of reach by now: the rest is read again from here
			l.sheets = l.sheets[:i+1]
			l.next, l.ended = a.next, a.next == ""
		case i+1 < len(l.sheets):
			l.sheets[i+1].cursor = a.next
		default:
			l.next, l.ended = a.next, a.next == ""
		}
		l.show()
		return l.near(b, read)
	})
}

// lacking is the page near the cursor that has to be read, -1 for none.
func (l *pagedList[R]) lacking() int {
	cursor, from := max(l.table.Cursor(), 0), 0
	for i := range l.sheets {
		to := from + len(l.sheets[i].ids)
		if (l.sheets[i].rows == nil || l.sheets[i].stale) && from <= cursor+pagedAhead && to > cursor-pagedAhead {
			return i
		}
		from = to
	}
	return -1
}

// letGo forgets the rows of pages far from the cursor.
func (l *pagedList[R]) letGo() {
	cursor, from := max(l.table.Cursor(), 0), 0
	for i := range l.sheets {
		to := from + len(l.sheets[i].ids)
		if i > 0 && (to < cursor-pagedKept || from > cursor+pagedKept) {
			l.sheets[i].rows = nil
		}
		from = to
	}
}

func (l *pagedList[R]) show() {
	l.letGo()
	l.table.SetSource(pagedSource[R]{l})
}

func (l *pagedList[R]) len() int {
	n := 0
	for i := range l.sheets {
		n += len(l.sheets[i].ids)
	}
	return n
}

// at is the place of a row: its page, and where in that it is.
func (l *pagedList[R]) at(i int) (s *sheet[R], row int) {
	for k := range l.sheets {
		if n := len(l.sheets[k].ids); i >= n {
			i -= n
			continue
		}
		return &l.sheets[k], i
	}
	return nil, 0
}

// current is the row under the cursor; nil where there is none, or it isn't there
// yet.
func (l *pagedList[R]) current() *R {
	cursor := l.table.Cursor()
	if cursor < 0 {
		return nil
	}
	if s, i := l.at(cursor); s != nil && s.rows != nil {
		return &s.rows[i]
	}
	return nil
}

// looking says whether more is being looked for.
func (l *pagedList[R]) looking(b *base) bool { return b.busy("older") || b.busy("newest") }

// count says how many there are, as far as that is known.
func (l *pagedList[R]) count(b *base, one, many string) string {
	switch {
	case !l.loaded:
		return ""
	case l.exact:
		return counted(l.total, one, many)
	case l.looking(b):
		return widget.Comma(l.total) + ", looking further back…"
	}
	return counted(l.total, one, many) + " or more"
}

func (l *pagedList[R]) clicked(line int) tea.Cmd {
	l.table.Click(line - l.listTop)
	return nil
}

// pagedSource shows what is listed.
type pagedSource[R any] struct{ *pagedList[R] }

func (s pagedSource[R]) Len() int { return s.len() }

func (s pagedSource[R]) Key(i int) domain.ID {
	at, row := s.at(i)
	return at.ids[row]
}

func (s pagedSource[R]) Find(id domain.ID) (int, bool) {
	from := 0
	for i := range s.sheets {
		if at := slices.Index(s.sheets[i].ids, id); at >= 0 {
			return from + at, true
		}
		from += len(s.sheets[i].ids)
	}
	return 0, false
}

func (s pagedSource[R]) Cells(i int, out []string) []string {
	at, row := s.at(i)
	if at.rows == nil {
		return append(out, "…")
	}
	return s.cells(&at.rows[row], out)
}

func (s pagedSource[R]) CellTone(i, column int) widget.Tone {
	at, row := s.at(i)
	if s.tone == nil || at.rows == nil {
		return widget.ToneNormal
	}
	return s.tone(&at.rows[row], column)
}
