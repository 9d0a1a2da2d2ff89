package widget

import (
	"slices"
	"strings"
)

// Source is where a Table takes its rows. A table asks only for the rows it
// shows, so a source of a million costs no more than one of ten.
type Source[K comparable] interface {
	Len() int
	Key(i int) K
	// Cells appends to out the raw text of row i, one per column.
	Cells(i int, out []string) []string
}

// What a Source may tell beside, each optional.
type (
	// Finder finds a row by its key. Without it a table that got a new source
	// looks for its cursor only near where it was.
	Finder[K comparable] interface{ Find(key K) (int, bool) }
	// Marker says which rows are marked, and gives the table a column for it.
	Marker interface{ Marked(i int) bool }
	// Toner gives rows a tone.
	Toner interface{ Tone(i int) Tone }
	// CellToner gives single cells a tone, by the column's place in Columns.
	CellToner interface{ CellTone(i, column int) Tone }
)

// Table is a list of rows in columns with a cursor. The cursor stays on its
// row, told by key, while the source changes, and so does the place of that
// row on the screen.
type Table[K comparable] struct {
	Empty   string // told when there are no rows: why, and which key changes that
	Blurred bool   // the keys go elsewhere: the cursor's row isn't lit

	Untitled bool // the line of titles is left out, for another row

	columns    []Column
	sorted     int // the column that has the arrow, -1 for none
	descending bool

	source   Source[K]
	marked   func(i int) bool
	tone     func(i int) Tone
	cellTone func(i, column int) Tone
	// lead is drawn before the text of the first column, in at most width
	// cells; the tree's lines and signs.
	lead func(theme *Theme, row, width int) string

	rows   int
	cursor int  // row, 0 when there is none
	key    K    // of the row under the cursor
	keyed  bool // there has been such a row; remembered while there are none
	titles int  // lines above the rows when last drawn
	offset int  // first row shown
	page   int  // rows shown when last drawn; 0 before that

	cells []string // of one row, used again for the next
}

// nearby is how far from its old place the cursor's row is looked for in a
// source that can't find it.
const nearby = 500

// NewTable is an empty table.
func NewTable[K comparable](columns ...Column) *Table[K] {
	return &Table[K]{columns: columns, sorted: -1}
}

// SetColumns changes what is shown of the rows.
func (t *Table[K]) SetColumns(columns ...Column) { t.columns = columns }

// SetSort puts the sorting arrow on a column; -1 on none. Sorting is the
// source's business.
func (t *Table[K]) SetSort(column int, descending bool) {
	t.sorted, t.descending = column, descending
}

// SetSource shows other rows, or the same after they changed. The cursor stays
// on the row with its key; where that is gone, at its place in the list.
func (t *Table[K]) SetSource(source Source[K]) {
	t.source = source
	t.marked, t.tone, t.cellTone = nil, nil, nil
	if m, ok := source.(Marker); ok {
		t.marked = m.Marked
	}
	if s, ok := source.(Toner); ok {
		t.tone = s.Tone
	}
	if s, ok := source.(CellToner); ok {
		t.cellTone = s.CellTone
	}
	t.reload()
}

// reload takes up a source whose rows changed.
func (t *Table[K]) reload() {
	t.rows = 0
	if t.source != nil {
		t.rows = t.source.Len()
	}
	if t.keyed && t.rows > 0 {
		if i, ok := t.find(t.key); ok {
			t.offset += i - t.cursor // the row keeps its line on the screen
			t.cursor = i
		}
	}
	t.SetCursor(t.cursor)
}

// find looks a key up in the source.
func (t *Table[K]) find(key K) (int, bool) {
	if f, ok := t.source.(Finder[K]); ok {
		i, ok := f.Find(key)
		return i, ok && i >= 0 && i < t.rows
	}
	at := min(t.cursor, t.rows-1)
	for d := 0; d <= nearby; d++ {
		if i := at - d; i >= 0 && t.source.Key(i) == key {
			return i, true
		}
		if i := at + d; i < t.rows && t.source.Key(i) == key {
			return i, true
		}
	}
	return 0, false
}

// Len is the number of rows.
func (t *Table[K]) Len() int { return t.rows }

// Cursor is the row under the cursor, -1 when there are no rows.
func (t *Table[K]) Cursor() int {
	if t.rows == 0 {
		return -1
	}
	return t.cursor
}

// CursorKey is the key of the row under the cursor.
func (t *Table[K]) CursorKey() (key K, ok bool) {
	if t.rows == 0 {
		return key, false
	}
	return t.key, true
}

// SetCursor moves the cursor to row i, or the nearest there is.
func (t *Table[K]) SetCursor(i int) {
	t.cursor = max(0, min(i, t.rows-1))
	if t.rows > 0 {
		t.key, t.keyed = t.source.Key(t.cursor), true
	}
	t.scroll()
}

// SetCursorKey moves the cursor to the row with that key, and says whether
// there is one.
func (t *Table[K]) SetCursorKey(key K) bool {
	if t.rows == 0 {
		return false
	}
	i, ok := t.find(key)
	if ok {
		t.SetCursor(i)
	}
	return ok
}

// Offset is the first row shown.
func (t *Table[K]) Offset() int { return t.offset }

// Visible is the rows that were drawn last: from (included) to (excluded).
func (t *Table[K]) Visible() (from, to int) {
	return t.offset, min(t.offset+t.page, t.rows)
}

// Up moves the cursor to the row above.
func (t *Table[K]) Up() { t.SetCursor(t.cursor - 1) }

// Down moves the cursor to the row below.
func (t *Table[K]) Down() { t.SetCursor(t.cursor + 1) }

// PageUp moves by a screen. One row stays, so that the eye finds its place.
func (t *Table[K]) PageUp() { t.turn(-max(1, t.page-1)) }

// PageDown moves by a screen, but for one row.
func (t *Table[K]) PageDown() { t.turn(max(1, t.page-1)) }

func (t *Table[K]) turn(rows int) {
	t.offset += rows
	t.SetCursor(t.cursor + rows)
}

// Home moves the cursor to the first row.
func (t *Table[K]) Home() { t.SetCursor(0) }

// End moves the cursor to the last row.
func (t *Table[K]) End() { t.SetCursor(t.rows - 1) }

// Click moves the cursor to the row drawn in that line of the table, the first
// being 0, and says whether there is one.
func (t *Table[K]) Click(line int) bool {
	from, to := t.Visible()
	row := from + line - t.titles
	if row < from || row >= to {
		return false
	}
	t.SetCursor(row)
	return true
}

// scroll moves what is shown as little as needed to show the cursor and leave
// no line empty that could hold a row.
func (t *Table[K]) scroll() {
	if t.page == 0 { // how much is shown isn't known before it is drawn
		return
	}
	t.offset = max(t.offset, t.cursor-t.page+1)
	t.offset = min(t.offset, t.cursor)
	t.offset = max(0, min(t.offset, t.rows-t.page))
}

// Draw is the table in w by h cells: a line of titles and the rows around the
// cursor. In a single line it is the row under the cursor.
func (t *Table[K]) Draw(theme Theme, w, h int) []string {
	if h <= 0 {
		return []string{}
	}
	t.titles = 0
	if h > 1 && !t.Untitled && slices.ContainsFunc(t.columns, func(c Column) bool { return c.Title != "" }) {
		t.titles = 1
	}
	t.page = h - t.titles
	t.scroll()

	gutter := t.gutter()
	slots, between := layOut(t.columns, t.sorted, w-gutter)
	lines := make([]string, 0, h)
	if t.titles > 0 {
		lines = append(lines, header(&theme, t.columns, slots, between, gutter, w, func(column int) string {
			return t.arrow(&theme, column)
		}))
	}
	if t.rows == 0 {
		for _, line := range Wrap(t.Empty, w-gutter) {
			lines = append(lines, spaces(gutter)+theme.Dim.Render(line))
		}
	}
	from, to := t.Visible()
	for i := from; i < to; i++ {
		lines = append(lines, t.row(&theme, slots, between, i, w))
	}
	return Block(lines, w, h)
}

// gutter is the cells at the left, for the cursor, the mark and a space.
func (t *Table[K]) gutter() int {
	if t.marked != nil {
		return 3
	}
	return 2
}

func (t *Table[K]) arrow(theme *Theme, column int) string {
	switch {
	case column != t.sorted:
		return ""
	case t.descending:
		return theme.Glyphs.Down
	}
	return theme.Glyphs.Up
}

// row draws row i.
func (t *Table[K]) row(theme *Theme, slots []slot, between, i, w int) string {
	t.cells = t.source.Cells(i, t.cells[:0])
	underCursor := i == t.cursor

	var b strings.Builder
	b.Grow(w + 64)
	lit := underCursor && !t.Blurred
	switch {
	case lit:
		b.WriteString(theme.Cursor.Render(theme.Glyphs.Cursor))
	case underCursor:
		b.WriteString(theme.Glyphs.Cursor)
	default:
		b.WriteByte(' ')
	}
	if t.marked != nil {
		if t.marked(i) {
			b.WriteString(theme.Mark.Render(theme.Glyphs.Mark))
		} else {
			b.WriteByte(' ')
		}
	}
	b.WriteByte(' ')
	for k, s := range slots {
		if k > 0 {
			b.WriteString(spaces(between))
		}
		cell := t.cell(theme, i, s)
		if lit && k == 0 {
			// The first cell alone: lighting the row to its end would send
			// both rows anew with each move, over a line that may be slow.
			cell = theme.Cursor.Render(cell)
		}
		b.WriteString(cell)
	}
	line := b.String()
	if t.tone != nil {
		line = theme.Tone(t.tone(i)).Render(line)
	}
	return line
}

// cell draws one cell of row i; its text is in t.cells.
func (t *Table[K]) cell(theme *Theme, i int, s slot) string {
	text, width, before := "", s.width, ""
	if s.column < len(t.cells) {
		text = t.cells[s.column]
	}
	if t.lead != nil && s.column == 0 {
		before = t.lead(theme, i, width)
		width -= Width(before)
	}
	text = t.columns[s.column].fit(text, width, theme.Glyphs.Ellipsis)
	if t.cellTone != nil {
		text = theme.Tone(t.cellTone(i, s.column)).Render(text)
	}
	return before + text
}
