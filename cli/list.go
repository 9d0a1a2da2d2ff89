package cli

import (
	"bufio"
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

// pageFlags are the flags of every list.
type pageFlags struct {
	limit  int
	cursor string
}

func (f *pageFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.limit, "limit", 0, "list at most n; all where it isn't given")
	c.Flags().StringVar(&f.cursor, "cursor", "", "go on where an answer's \"next\" says")
}

// listing says how rows of one kind are written.
type listing[R any] struct {
	noun    string
	head    []string
	numbers map[int]bool
	cells   func(*seat, R) []string
	item    func(*seat, R) any
	named   bool // a column of its own says which account a row is of
}

// page is what one reading brings. Total counts all pages; why says why there
// are no rows.
type page[R any] struct {
	rows    []R
	next    string
	total   int
	why     string
	atLeast bool // there may be more than total
}

// batch is how many rows are read at a time: enough to be quick, few enough to
// hold the database only for moments.
const batch = 1000

// list reads page after page, from seat after seat, until there is no more or
// the limit is reached, and writes what comes.
func list[R any](ctx context.Context, s *session, seats []*seat, f pageFlags, l listing[R], read func(context.Context, *seat, store.Page) (page[R], error)) error {
	if f.limit < 0 {
		return domain.Errorf(domain.Invalid, "limit", "The limit is a number from 1 on.")
	}
	at, cursor, err := splitCursor(f.cursor, len(seats))
	if err != nil {
		return err
	}
	w := newListWriter(s.program, l, len(seats) > 1 && !l.named)
	for i, seat := range seats {
		if i < at || w.full(f.limit) {
			// Only its total is of interest.
			rest, err := read(ctx, seat, store.Page{Limit: 1})
			if err != nil {
				return err
			}
			w.total += rest.total
			w.atLeast = w.atLeast || rest.atLeast
			if i >= at && rest.total > 0 && w.next == "" {
				w.next = joinCursor(i, "", len(seats))
			}
			continue
		}
		if err := w.copy(ctx, seat, cursor, f.limit, read); err != nil {
			return err
		}
		if w.next != "" {
			w.next = joinCursor(i, w.next, len(seats))
		}
		cursor = ""
	}
	return w.end()
}

// listWriter writes a list as text or JSON.
type listWriter[R any] struct {
	p       *program
	l       listing[R]
	several bool
	out     *bufio.Writer
	table   *table
	json    *jsonList
	written int
	total   int
	atLeast bool
	next    string
	why     string
}

func newListWriter[R any](p *program, l listing[R], several bool) *listWriter[R] {
	out := bufio.NewWriterSize(p.Stdout, 64<<10)
	w := &listWriter[R]{p: p, l: l, several: several, out: out}
	if p.json {
		w.json = &jsonList{w: out}
	} else {
		w.table = &table{w: out, right: l.numbers}
	}
	return w
}

func (w *listWriter[R]) full(limit int) bool { return limit > 0 && w.written >= limit }

// copy writes what one seat sees, from the cursor on. Where the limit cuts it
// short, next says where to go on.
func (w *listWriter[R]) copy(ctx context.Context, seat *seat, cursor string, limit int, read func(context.Context, *seat, store.Page) (page[R], error)) error {
	first, uncounted := true, false
	begun := w.written
	for {
		want := batch
		if limit > 0 {
			want = min(want, limit-w.written)
		}
		rows, err := read(ctx, seat, store.Page{Limit: want, Cursor: cursor})
		if err != nil {
			return err
		}
		if first {
			if uncounted = rows.atLeast; !uncounted {
				w.total += rows.total
			}
			first = false
		}
		if rows.why != "" {
			w.why = rows.why
		}
		for _, row := range rows.rows {
			if err := w.row(seat, row); err != nil {
				return err
			}
		}
		if err := w.out.Flush(); err != nil {
			return err
		}
		if uncounted && (rows.next == "" || w.full(limit)) {
			w.total += max(rows.total, w.written-begun)
			w.atLeast = w.atLeast || rows.next != ""
		}
		if rows.next == "" {
			return nil
		}
		cursor = rows.next
		if w.full(limit) {
			w.next = cursor
			return nil
		}
	}
}

func (w *listWriter[R]) row(seat *seat, row R) error {
	w.written++
	if w.json != nil {
		return w.json.add(w.l.item(seat, row))
	}
	if w.written == 1 {
		if err := w.table.add(w.withAccount("Account", w.l.head)...); err != nil {
			return err
		}
	}
	return w.table.add(w.withAccount(seat.accountName(), w.l.cells(seat, row))...)
}

// withAccount puts the account's name last, where the list is of several.
func (w *listWriter[R]) withAccount(name string, cells []string) []string {
	cells = append([]string(nil), cells...)
	if w.several {
		cells = append(cells, name)
	}
	return cells
}

func (w *listWriter[R]) end() error {
	if w.json != nil {
		return firstOf(w.json.end(w.total, w.atLeast, w.next, w.why), w.out.Flush())
	}
	if err := firstOf(w.table.flush(), w.out.Flush()); err != nil {
		return err
	}
	switch {
	case w.written == 0 && w.why != "":
		return w.p.say("%s", sentence(w.why))
	case w.written == 0:
		return w.p.say("No %s.", plural(w.l.noun))
	case w.next != "":
		of := count(w.total, w.l.noun)
		if w.atLeast {
			of = "at least " + of
		}
		return w.p.say("\n%s of %s; --cursor %s goes on.", thousands(w.written), of, w.next)
	case w.written < w.total:
		return w.p.say("\n%s of %s.", thousands(w.written), count(w.total, w.l.noun))
	}
	return w.p.say("\n%s.", count(w.total, w.l.noun))
}

// A cursor over several seats starts with the seat's number.
func joinCursor(seat int, cursor string, seats int) string {
	if seats == 1 {
		return cursor
	}
	return strconv.Itoa(seat) + "-" + cursor
}

func splitCursor(cursor string, seats int) (seat int, inner string, err error) {
	if cursor == "" || seats == 1 {
		return 0, cursor, nil
	}
	number, inner, found := strings.Cut(cursor, "-")
	seat, err = strconv.Atoi(number)
	if !found || err != nil || seat < 0 || seat >= seats {
		return 0, "", domain.Errorf(domain.Invalid, "cursor", "That cursor isn't one of this list's.")
	}
	return seat, inner, nil
}
