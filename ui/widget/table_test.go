package widget

import (
	"fmt"
	"testing"
)

// fleet is rows of devices, each its own key.
type fleet struct {
	ids    []string
	marks  map[string]bool
	asked  map[int]bool // rows whose cells were drawn
	keyed  int          // keys asked for
	fields func(id string) []string
}

func newFleet(ids ...string) *fleet { return &fleet{ids: ids, asked: map[int]bool{}} }

func (f *fleet) Len() int               { return len(f.ids) }
func (f *fleet) Key(i int) string       { f.keyed++; return f.ids[i] }
func (f *fleet) Marked(i int) bool      { return f.marks[f.ids[i]] }
func (f *fleet) Tone(i int) Tone        { return Tone(i % 5) }
func (f *fleet) CellTone(i, c int) Tone { return Tone((i + c) % 5) }
func (f *fleet) Cells(i int, out []string) []string {
	f.asked[i] = true
	if f.fields != nil {
		return append(out, f.fields(f.ids[i])...)
	}
	return append(out, f.ids[i], "4b30711f-0000-19c2", "2,000", "online")
}

// findable is a fleet that finds its rows.
type findable struct{ *fleet }

func (f findable) Find(key string) (int, bool) {
	for i, id := range f.ids {
		if id == key {
			return i, true
		}
	}
	return 0, false
}

// million is a source that would be far too large to be gone through.
type million struct{ calls int }

func (m *million) Len() int      { return 1_000_000 }
func (m *million) Key(i int) int { m.calls++; return i }
func (m *million) Cells(i int, out []string) []string {
	m.calls++
	return append(out, fmt.Sprint("Van ", i), "4b30711f-0000-19c2", Comma(i), "online")
}

func fleetColumns() []Column {
	return []Column{
		{Title: "Name", Width: 10, Grow: 2},
		{Title: "Unit ID", Width: 9, Grow: 1, Max: 18, Middle: true, Priority: 2},
		{Title: "Kilometres", Right: true, Priority: 1},
		{Title: "Status", Width: 8, Priority: 3},
	}
}

func names(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("Van %05d", i)
	}
	return ids
}

func TestTableLooks(t *testing.T) {
	f := newFleet(names(5)...)
	f.marks = map[string]bool{"Van 00001": true, "Van 00002": true}
	table := NewTable[string](fleetColumns()...)
	table.SetSource(f)
	table.SetSort(0, false)
	table.Down()
	want(t, table.Draw(ThemeFor(true, false, false), 64, 5), `
	   Name ↑                  Unit ID          Kilometres  Status
	   Van 00000               4b30711…00-19c2       2,000  online
	›● Van 00001               4b30711…00-19c2       2,000  online
	 ● Van 00002               4b30711…00-19c2       2,000  online
	   Van 00003               4b30711…00-19c2       2,000  online
	`)
	table.SetSort(2, true)
	want(t, table.Draw(ThemeFor(false, false, true), 40, 4), `
	   Name          Unit ID    Kilometres v
	   Van 00000     4b3...19c2        2,000
	>* Van 00001     4b3...19c2        2,000
	 * Van 00002     4b3...19c2        2,000
	`)
}

func TestTableDropsColumnsByPriority(t *testing.T) {
	table := NewTable[string](fleetColumns()...)
	table.SetSource(findable{newFleet(names(2)...)})
	theme := ThemeFor(false, false, false)
	for _, c := range []struct {
		w    int
		want string
	}{
		{44, "   Name        Unit ID   Kilometres Status"},
		{34, "   Name       Unit ID   Kilometres"},
		{33, "   Name                Kilometres"},
		{24, "   Name       Kilometres"},
		{16, "   Name"},
		{5, "   N…"},
	} {
		want(t, table.Draw(theme, c.w, 3)[:1], c.want+"\n")
	}
}

func TestTableIsExact(t *testing.T) {
	t.Parallel()
	wide := newFleet(hostile...)
	wide.fields = func(id string) []string { return []string{id, id, id, id, id, "one too many"} }
	sources := map[string]Source[string]{
		"none": nil, "empty": newFleet(), "normal": newFleet(names(100)...), "hostile": wide,
		"few cells": &fleet{ids: names(9), asked: map[int]bool{}, fields: func(id string) []string { return nil }},
	}
	for what, source := range sources {
		table := NewTable[string](fleetColumns()...)
		table.Empty = "Nothing here, since you hold Device Management without Full Device Access. " + hostile[8]
		table.SetSource(source)
		for _, theme := range themes() {
			for _, size := range sizes {
				table.SetSort(size.h%5-1, size.w%2 == 0)
				table.Blurred = size.w%3 == 0
				exact(t, what, table.Draw(theme, size.w, size.h), size.w, size.h)
				table.PageDown()
			}
		}
	}
	exact(t, "no columns", NewTable[string]().Draw(themes()[0], 40, 10), 40, 10)
}

func TestTableOfAMillionAsksForWhatItShows(t *testing.T) {
	m := &million{}
	table := NewTable[int](fleetColumns()...)
	table.SetSource(m)
	theme := ThemeFor(true, false, false)
	table.Draw(theme, 120, 40)
	for what, move := range map[string]func(){
		"draw": func() {}, "down": table.Down, "page down": table.PageDown, "end": table.End, "home": table.Home,
		"set": func() { table.SetCursor(500_000) }, "refresh": func() { table.SetSource(m) },
	} {
		m.calls = 0
		move()
		table.Draw(theme, 120, 40)
		if m.calls > 45 {
			t.Errorf("%s: asked %d times for 39 rows", what, m.calls)
		}
	}
	m.calls = 0
	table.SetCursorKey(999_999) // far away, and the source can't find
	if m.calls > 2*nearby+3 {
		t.Errorf("looked at %d rows for a key", m.calls)
	}
}

func TestTableKeepsItsCursorByKey(t *testing.T) {
	theme := ThemeFor(false, false, false)
	for _, find := range []bool{false, true} {
		source := func(ids ...string) Source[string] {
			if find {
				return findable{newFleet(ids...)}
			}
			return newFleet(ids...)
		}
		at := func(table *Table[string], want string, line int) {
			t.Helper()
			key, _ := table.CursorKey()
			if key != want || table.Cursor()-table.Offset() != line {
				t.Errorf("find %v: on %s in line %d, want %s in line %d", find, key, table.Cursor()-table.Offset(), want, line)
			}
		}
		table := NewTable[string](Column{Title: "Name", Grow: 1})
		table.SetSource(source(names(100)...))
		table.Draw(theme, 40, 11)
		table.SetCursor(50)
		table.Draw(theme, 40, 11)
		at(table, "Van 00050", 9)

		table.SetSource(source(append([]string{"new", "newer"}, names(100)...)...))
		at(table, "Van 00050", 9)

		table.SetSource(source(append(append([]string{"new", "newer"}, names(50)...), names(100)[51:]...)...)) // it is gone
		at(table, "Van 00051", 9)

		table.SetSource(source()) // for a moment there is nothing
		if _, ok := table.CursorKey(); ok || table.Cursor() != -1 {
			t.Error("a cursor on nothing")
		}
		table.Draw(theme, 40, 11)
		table.SetSource(source(names(100)[49:]...))
		at(table, "Van 00051", 0)

		table.SetSource(source("only"))
		at(table, "only", 0)
	}
}

func TestTableMoves(t *testing.T) {
	theme := ThemeFor(false, false, false)
	table := NewTable[string](Column{Title: "Name", Grow: 1})
	table.SetSource(newFleet(names(30)...))
	table.Draw(theme, 40, 11)
	steps := []struct {
		what             string
		move             func()
		cursor, from, to int
	}{
		{"up", table.Up, 0, 0, 10},
		{"down", table.Down, 1, 0, 10},
		{"page down", table.PageDown, 10, 9, 19},
		{"page down", table.PageDown, 19, 18, 28},
		{"page down", table.PageDown, 28, 20, 30},
		{"page down", table.PageDown, 29, 20, 30},
		{"page up", table.PageUp, 20, 11, 21},
		{"home", table.Home, 0, 0, 10},
		{"end", table.End, 29, 20, 30},
		{"down", table.Down, 29, 20, 30},
	}
	for _, s := range steps {
		s.move()
		table.Draw(theme, 40, 11)
		from, to := table.Visible()
		if table.Cursor() != s.cursor || from != s.from || to != s.to {
			t.Errorf("%s: row %d of %d to %d, want %d of %d to %d", s.what, table.Cursor(), from, to, s.cursor, s.from, s.to)
		}
	}
	if !table.SetCursorKey("Van 00003") || table.Cursor() != 3 {
		t.Errorf("on row %d, want 3", table.Cursor())
	}
	if table.SetCursorKey("nobody") || table.Cursor() != 3 {
		t.Error("moved to a key that isn't there")
	}
	table.Home()
	table.Draw(theme, 40, 11)
	if table.Click(0) || table.Click(11) || table.Click(-1) || !table.Click(4) || table.Cursor() != 3 {
		t.Errorf("a click on line 4 went to row %d", table.Cursor())
	}
	// Less room keeps the cursor in sight.
	table.End()
	table.Draw(theme, 40, 4)
	if from, to := table.Visible(); from != 27 || to != 30 {
		t.Errorf("shows %d to %d", from, to)
	}
}

func BenchmarkTableDraw(b *testing.B) {
	theme := ThemeFor(true, false, false)
	latin := newFleet(names(1000)...)
	cjk := newFleet(names(1000)...)
	cjk.fields = func(string) []string {
		return []string{"名古屋の倉庫 第三", "4b30711f-0000-0000-0000-0000000019c2", "2,000", "オンライン"}
	}
	for name, f := range map[string]*fleet{"ascii": latin, "cjk": cjk} {
		b.Run(name, func(b *testing.B) {
			table := NewTable[string](fleetColumns()...)
			table.SetSource(f)
			b.ReportAllocs()
			for b.Loop() {
				_ = table.Draw(theme, 120, 40)
			}
		})
	}
}
