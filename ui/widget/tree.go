package widget

import "sort"

// TreeSource is where a Tree takes its rows: the whole tree, flat, a parent
// before its children. It may also be a Finder, Marker, Toner or CellToner, by
// the same index.
type TreeSource[K comparable] interface {
	Len() int
	Key(i int) K
	// Depth is how far below the top row i stands; 0 at the top.
	Depth(i int) int
	// End is one past the last row of what is below row i; i+1 for a leaf.
	End(i int) int
	// Cells appends to out the raw text of row i, the name first.
	Cells(i int, out []string) []string
}

// Tree is a table of a tree whose branches open and close. Rows are told by
// their index in the source. What is open and where the cursor stands are kept
// by key while the source changes.
//
// While a filter is set, what matches and what stands above it is shown, and
// nothing else; the branches that were open are so again when it is lifted.
type Tree[K comparable] struct {
	Empty     string // told when the source has no rows: why, and which key changes that
	NoMatches string // told when the filter leaves none
	Blurred   bool   // the keys go elsewhere: the cursor's row isn't lit

	table    *Table[K]
	source   TreeSource[K]
	match    func(i int) bool // nil without a filter
	expanded map[K]struct{}

	// By row of the source. They are worked out once for each source and
	// filter, so that opening a branch asks the source for little.
	open   []bool
	before []int // how many rows match before this one; nil without a filter

	shown   []int // rows of the source that are shown
	deepest int   // the greatest depth among them
}

// NewTree is an empty tree. The first column is the one that is indented.
func NewTree[K comparable](columns ...Column) *Tree[K] {
	t := &Tree[K]{table: NewTable[K](columns...), expanded: map[K]struct{}{}}
	t.table.lead = t.lead
	return t
}

// SetColumns changes what is shown of the rows.
func (t *Tree[K]) SetColumns(columns ...Column) { t.table.SetColumns(columns...) }

// SetSource shows other rows, or the same after they changed. A filter is
// asked again, about the new rows; where it knows only the old ones use Show.
func (t *Tree[K]) SetSource(source TreeSource[K]) { t.Show(source, t.match) }

// SetFilter shows only the rows that match and what stands above them; nil
// shows all again. The cursor goes to the first match unless it stands on one;
// when the filter is lifted it stays, and what is above it is open.
func (t *Tree[K]) SetFilter(match func(i int) bool) {
	i := t.Cursor()
	if match == nil && t.match != nil && i >= 0 {
		t.openAbove(i)
	}
	t.Show(t.source, match)
	if match != nil && !t.matched(t.Cursor()) {
		t.toFirstMatch()
	}
}

// Show is SetSource and SetFilter in one step, but that the cursor stays on its
// row if that is shown at all.
func (t *Tree[K]) Show(source TreeSource[K], match func(i int) bool) {
	t.source, t.match = source, match
	t.readOpen()
	t.readMatches()

	t.table.marked, t.table.cellTone = nil, nil
	if m, ok := source.(Marker); ok {
		t.table.marked = func(row int) bool { return m.Marked(t.shown[row]) }
	}
	if c, ok := source.(CellToner); ok {
		t.table.cellTone = func(row, column int) Tone { return c.CellTone(t.shown[row], column) }
	}
	toner, _ := source.(Toner)
	t.table.tone = func(row int) Tone {
		i := t.shown[row]
		switch {
		case !t.matched(i): // shown only as the way to what matches
			return ToneDim
		case toner != nil:
			return toner.Tone(i)
		}
		return ToneNormal
	}
	t.refresh()
}

// readOpen looks up which rows of a new source are expanded.
func (t *Tree[K]) readOpen() {
	t.open = t.open[:0]
	for i := range t.size() {
		open := false
		if t.source.End(i) > i+1 {
			_, open = t.expanded[t.source.Key(i)]
		}
		t.open = append(t.open, open)
	}
}

// readMatches asks the filter about each row.
func (t *Tree[K]) readMatches() {
	if t.match == nil {
		t.before = nil
		return
	}
	t.before = append(t.before[:0], 0)
	n := 0
	for i := range t.size() {
		if t.match(i) {
			n++
		}
		t.before = append(t.before, n)
	}
}

// refresh works out which rows are shown, after anything changed. The cursor
// keeps its row, or goes to the nearest above it that is shown.
func (t *Tree[K]) refresh() {
	t.shown, t.deepest = t.shown[:0], 0
	for i, n := 0, t.size(); i < n; {
		end := t.source.End(i)
		switch {
		case t.match == nil:
			t.shown = append(t.shown, i)
			if t.open[i] {
				end = i + 1
			}
		case t.before[end] > t.before[i]: // it matches, or something below it
			t.shown = append(t.shown, i)
			end = i + 1
		}
		i = max(end, i+1) // a source that counts wrong must not hang the loop
	}
	for _, i := range t.shown {
		t.deepest = max(t.deepest, t.source.Depth(i))
	}
	t.table.source = treeRows[K]{t}
	t.table.reload()
}

// size is the number of rows of the source, shown or not.
func (t *Tree[K]) size() int {
	if t.source == nil {
		return 0
	}
	return t.source.Len()
}

// matched says whether row i matches the filter; all do without one.
func (t *Tree[K]) matched(i int) bool {
	return t.before == nil || i >= 0 && t.before[i+1] > t.before[i]
}

func (t *Tree[K]) toFirstMatch() {
	for row, i := range t.shown {
		if t.matched(i) {
			t.table.SetCursor(row)
			return
		}
	}
}

// Filtered says whether a filter is set.
func (t *Tree[K]) Filtered() bool { return t.match != nil }

// Matches is the number of rows that match the filter, all without one.
func (t *Tree[K]) Matches() int {
	if t.before == nil {
		return t.size()
	}
	return t.before[len(t.before)-1]
}

// Len is the number of rows that are shown.
func (t *Tree[K]) Len() int { return len(t.shown) }

// Position is the place of the cursor among the rows shown, -1 if there are
// none.
func (t *Tree[K]) Position() int { return t.table.Cursor() }

// Cursor is the row of the source under the cursor, -1 if none is shown.
func (t *Tree[K]) Cursor() int {
	if len(t.shown) == 0 {
		return -1
	}
	return t.shown[t.table.Cursor()]
}

// CursorKey is the key of the row under the cursor.
func (t *Tree[K]) CursorKey() (key K, ok bool) { return t.table.CursorKey() }

// SetCursorKey opens what is above the row with that key and moves the cursor
// to it. It says whether the row is there, and not hidden by the filter.
func (t *Tree[K]) SetCursorKey(key K) bool {
	i, ok := t.find(key)
	if !ok {
		return false
	}
	t.openAbove(i)
	t.refresh()
	row := sort.SearchInts(t.shown, i)
	if row == len(t.shown) || t.shown[row] != i {
		return false
	}
	t.table.SetCursor(row)
	return true
}

// Visible is the rows that were drawn last, as places among those shown: from
// (included) to (excluded).
func (t *Tree[K]) Visible() (from, to int) { return t.table.Visible() }

// Expanded says whether the branch with that key is open.
func (t *Tree[K]) Expanded(key K) bool {
	_, ok := t.expanded[key]
	return ok
}

// Expand opens the branch under the cursor; on an open one it moves to the
// first row in it.
func (t *Tree[K]) Expand() {
	i := t.Cursor()
	switch {
	case i < 0 || t.source.End(i) == i+1:
	case t.showsBelow(t.Position()):
		t.Down()
	case t.match == nil:
		t.setOpen(i, true)
		t.refresh()
	}
}

// Collapse closes the branch under the cursor; on a closed one, a leaf, or
// under a filter, which opens all, it moves to the row above in the tree.
func (t *Tree[K]) Collapse() {
	i := t.Cursor()
	if i < 0 {
		return
	}
	if t.match == nil && t.open[i] {
		t.setOpen(i, false)
		t.refresh()
		return
	}
	for row := t.Position() - 1; row >= 0; row-- {
		if t.source.Depth(t.shown[row]) < t.source.Depth(i) {
			t.table.SetCursor(row)
			return
		}
	}
}

// Toggle opens or closes the branch under the cursor.
func (t *Tree[K]) Toggle() {
	if i := t.Cursor(); i >= 0 && t.match == nil {
		t.setOpen(i, !t.open[i])
		t.refresh()
	}
}

// ExpandAll opens every branch.
func (t *Tree[K]) ExpandAll() { t.ExpandDepth(t.size()) }

// ExpandDepth opens the branches above the given depth, so that rows of that
// depth are seen, and leaves the others as they are.
func (t *Tree[K]) ExpandDepth(depth int) {
	for i := range t.size() {
		if t.source.Depth(i) < depth {
			t.setOpen(i, true)
		}
	}
	t.refresh()
}

// CollapseAll closes every branch.
func (t *Tree[K]) CollapseAll() {
	clear(t.expanded)
	clear(t.open)
	t.refresh()
}

func (t *Tree[K]) openAbove(i int) {
	depth := t.source.Depth(i)
	for above := i - 1; above >= 0 && depth > 0; above-- {
		if d := t.source.Depth(above); d < depth {
			t.setOpen(above, true)
			depth = d
		}
	}
}

// setOpen opens or closes row i; a leaf is neither.
func (t *Tree[K]) setOpen(i int, open bool) {
	if t.source.End(i) == i+1 {
		return
	}
	t.open[i] = open
	if open {
		t.expanded[t.source.Key(i)] = struct{}{}
	} else {
		delete(t.expanded, t.source.Key(i))
	}
}

// find is the row of the source with that key, shown or not.
func (t *Tree[K]) find(key K) (int, bool) {
	if f, ok := t.source.(Finder[K]); ok {
		i, ok := f.Find(key)
		return i, ok && i >= 0 && i < t.size()
	}
	for i := range t.size() {
		if t.source.Key(i) == key {
			return i, true
		}
	}
	return 0, false
}

// Up moves the cursor to the row above.
func (t *Tree[K]) Up() { t.table.Up() }

// Down moves the cursor to the row below.
func (t *Tree[K]) Down() { t.table.Down() }

// PageUp moves by a screen, but for one row.
func (t *Tree[K]) PageUp() { t.table.PageUp() }

// PageDown moves by a screen, but for one row.
func (t *Tree[K]) PageDown() { t.table.PageDown() }

// Home moves the cursor to the first row.
func (t *Tree[K]) Home() { t.table.Home() }

// End moves the cursor to the last row.
func (t *Tree[K]) End() { t.table.End() }

// Click moves the cursor to the row drawn in that line of the tree, the first
// being 0, and says whether there is one.
func (t *Tree[K]) Click(line int) bool { return t.table.Click(line) }

// Draw is the tree in w by h cells: a line of titles and the rows around the
// cursor.
func (t *Tree[K]) Draw(theme Theme, w, h int) []string {
	t.table.Empty, t.table.Blurred = t.Empty, t.Blurred
	if t.size() > 0 && t.NoMatches != "" {
		t.table.Empty = t.NoMatches
	}
	return t.table.Draw(theme, w, h)
}

// showsBelow says whether a row that is shown has rows of its own shown below.
func (t *Tree[K]) showsBelow(row int) bool {
	return row+1 < len(t.shown) && t.shown[row+1] < t.source.End(t.shown[row])
}

// lead is what stands before a name: indentation and a sign for the branch.
// However deep the row and narrow the column, half of it or 16 cells are left
// for the name: levels take one cell where two are too many, and where one is,
// the deepest stand below each other.
func (t *Tree[K]) lead(theme *Theme, row, width int) string {
	const sign = 2
	if width <= sign {
		return ""
	}
	room := max(0, width-sign-min(16, width/2))
	step := 2
	if t.deepest*step > room {
		step = 1
	}
	i := t.shown[row]
	indent := spaces(min(t.source.Depth(i)*step, room))
	switch {
	case t.showsBelow(row):
		return indent + theme.Glyphs.Expanded + " "
	case t.source.End(i) > i+1:
		return indent + theme.Glyphs.Collapsed + " "
	}
	return indent + "  "
}

// treeRows is the rows that a tree shows, as the Source of its table.
type treeRows[K comparable] struct{ tree *Tree[K] }

func (r treeRows[K]) Len() int      { return len(r.tree.shown) }
func (r treeRows[K]) Key(row int) K { return r.tree.source.Key(r.tree.shown[row]) }
func (r treeRows[K]) Cells(row int, out []string) []string {
	return r.tree.source.Cells(r.tree.shown[row], out)
}

// Find is the row with that key, or the nearest above it that is shown.
func (r treeRows[K]) Find(key K) (int, bool) {
	i, ok := r.tree.find(key)
	if !ok {
		return 0, false
	}
	row := sort.SearchInts(r.tree.shown, i+1) - 1
	for ; row >= 0; row-- {
		if r.tree.source.End(r.tree.shown[row]) > i {
			return row, true
		}
	}
	return 0, false
}
