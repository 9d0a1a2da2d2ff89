package widget

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// forest is customers, each told by the path of their names: parents first.
type forest struct {
	paths []string
}

func (f *forest) Len() int         { return len(f.paths) }
func (f *forest) Key(i int) string { return f.paths[i] }
func (f *forest) Depth(i int) int  { return strings.Count(f.paths[i], "/") }
func (f *forest) End(i int) int {
	end := i + 1
	for end < len(f.paths) && strings.HasPrefix(f.paths[end], f.paths[i]+"/") {
		end++
	}
	return end
}
func (f *forest) Cells(i int, out []string) []string {
	return append(out, f.paths[i][strings.LastIndex(f.paths[i], "/")+1:], Comma(i*i))
}

// holding matches the rows whose own name holds text.
func (f *forest) holding(text string) func(int) bool {
	return func(i int) bool {
		return strings.Contains(f.paths[i][strings.LastIndex(f.paths[i], "/")+1:], text)
	}
}

func acme() *forest {
	return &forest{paths: []string{
		"HQ", "HQ/Iberia", "HQ/Iberia/Lisboa", "HQ/Iberia/Porto",
		"HQ/Nordics", "HQ/Nordics/Aarhus", "HQ/Nordics/Aarhus/North", "HQ/Nordics/Norrköping", "Lab",
	}}
}

func customerColumns() []Column {
	return []Column{{Title: "Customer", Width: 12, Grow: 1}, {Title: "Devices", Right: true, Priority: 1}}
}

func newCustomers(f *forest) *Tree[string] {
	tree := NewTree[string](customerColumns()...)
	tree.SetSource(f)
	return tree
}

func TestTreeLooks(t *testing.T) {
	tree := newCustomers(acme())
	theme := ThemeFor(true, false, false)
	want(t, tree.Draw(theme, 32, 4), `
	  Customer               Devices
	› ▸ HQ                         0
	    Lab                       64

	`)
	tree.ExpandDepth(2)
	tree.SetCursorKey("HQ/Nordics/Aarhus")
	want(t, tree.Draw(theme, 32, 10), `
	  Customer               Devices
	  ▾ HQ                         0
	    ▾ Iberia                   1
	        Lisboa                 4
	        Porto                  9
	    ▾ Nordics                 16
	›     ▸ Aarhus                25
	        Norrköping            49
	    Lab                       64

	`)
	f := acme()
	tree.SetFilter(f.holding("or"))
	want(t, tree.Draw(ThemeFor(false, false, true), 32, 9), `
	  Customer               Devices
	  v HQ                         0
	    v Iberia                   1
	>       Porto                  9
	    v Nordics                 16
	      v Aarhus                25
	          North               36
	        Norrköping            49

	`)
}

func TestTreeOfGreatDepthShowsNames(t *testing.T) {
	f := &forest{}
	path := "0"
	for depth := range 33 {
		f.paths = append(f.paths, path)
		path += fmt.Sprint("/", depth+1, " is the name")
	}
	tree := newCustomers(f)
	tree.ExpandAll()
	tree.End()
	for _, w := range []int{28, 40, 80, 200} {
		lines := tree.Draw(ThemeFor(false, false, false), w, 10)
		exact(t, "deep", lines, w, 10)
		for i, line := range lines[1:] {
			if !strings.Contains(line, fmt.Sprint(24+i, " is")) {
				t.Errorf("at %d cells the name can't be read: %q", w, line)
			}
		}
	}
}

func TestTreeOpensAndCloses(t *testing.T) {
	tree := newCustomers(acme())
	at := func(what, key string, rows int) {
		t.Helper()
		got, _ := tree.CursorKey()
		if got != key || tree.Len() != rows {
			t.Errorf("%s: on %s of %d rows, want %s of %d", what, got, tree.Len(), key, rows)
		}
	}
	at("start", "HQ", 2)
	tree.Expand()
	at("expand", "HQ", 4)
	if !tree.Expanded("HQ") || tree.Expanded("HQ/Iberia") {
		t.Error("the wrong branches are open")
	}
	tree.Expand()
	at("expand an open one", "HQ/Iberia", 4)
	tree.Toggle()
	at("toggle", "HQ/Iberia", 6)
	tree.Expand()
	tree.Expand()
	at("expand a leaf", "HQ/Iberia/Lisboa", 6)
	tree.Collapse()
	at("collapse a leaf", "HQ/Iberia", 6)
	tree.Collapse()
	at("collapse", "HQ/Iberia", 4)
	tree.Collapse()
	at("collapse a closed one", "HQ", 4)
	tree.Collapse()
	tree.Collapse()
	at("collapse at the top", "HQ", 2)
	tree.ExpandAll()
	at("expand all", "HQ", 9)
	tree.SetCursorKey("HQ/Nordics/Aarhus/North")
	tree.CollapseAll()
	at("collapse all", "HQ", 2)
	tree.Draw(ThemeFor(false, false, false), 40, 10)
	if !tree.Click(2) || tree.Click(3) {
		t.Error("a click went wrong")
	}
	at("click", "Lab", 2)
	if tree.SetCursorKey("nobody") {
		t.Error("found what isn't there")
	}
	if !tree.SetCursorKey("HQ/Nordics/Aarhus/North") {
		t.Error("didn't find a row")
	}
	at("set cursor", "HQ/Nordics/Aarhus/North", 7)
	if tree.Cursor() != 6 || tree.Position() != 4 {
		t.Errorf("on row %d, at %d", tree.Cursor(), tree.Position())
	}
}

func TestTreeKeepsWhatIsOpenByKey(t *testing.T) {
	tree := newCustomers(acme())
	tree.ExpandAll()
	tree.SetCursorKey("HQ/Nordics/Norrköping")

	f := acme()
	f.paths = append([]string{"Africa", "Africa/Cairo"}, f.paths...) // more came
	tree.SetSource(f)
	if key, _ := tree.CursorKey(); key != "HQ/Nordics/Norrköping" || tree.Len() != 10 {
		t.Errorf("on %s of %d rows", key, tree.Len())
	}

	f = acme()
	f.paths = append(f.paths[:7:7], "Lab") // the row under the cursor went
	tree.SetSource(f)
	if key, _ := tree.CursorKey(); key != "Lab" || tree.Len() != 8 {
		t.Errorf("on %s of %d rows", key, tree.Len())
	}
	tree.SetSource(nil)
	if tree.Cursor() != -1 || tree.Len() != 0 {
		t.Error("rows without a source")
	}
	tree.SetSource(acme())
	if tree.Len() != 9 {
		t.Errorf("%d rows of 9 are open after an empty moment", tree.Len())
	}
}

func TestTreeFilter(t *testing.T) {
	f := acme()
	tree := newCustomers(f)
	tree.SetFilter(f.holding("Nor"))
	if !tree.Filtered() || tree.Matches() != 3 || tree.Len() != 5 {
		t.Errorf("%d matches in %d rows, want 3 in 5", tree.Matches(), tree.Len())
	}
	if key, _ := tree.CursorKey(); key != "HQ/Nordics" {
		t.Errorf("on %s, not the first match", key)
	}
	tree.Down()
	tree.Down()
	if key, _ := tree.CursorKey(); key != "HQ/Nordics/Aarhus/North" {
		t.Errorf("on %s", key)
	}
	tree.SetFilter(f.holding("North")) // more typed: it stays
	if key, _ := tree.CursorKey(); key != "HQ/Nordics/Aarhus/North" {
		t.Errorf("on %s", key)
	}
	tree.Collapse()
	if key, _ := tree.CursorKey(); key != "HQ/Nordics/Aarhus" {
		t.Errorf("collapse under a filter went to %s", key)
	}
	if tree.SetCursorKey("HQ/Iberia") {
		t.Error("went to a row that the filter hides")
	}
	tree.SetFilter(f.holding("nothing has this"))
	if tree.Len() != 0 || tree.Cursor() != -1 || tree.Matches() != 0 {
		t.Error("rows without a match")
	}
	tree.NoMatches = "No customer is called that. esc shows all."
	want(t, tree.Draw(ThemeFor(false, false, false), 50, 3), `
	  Customer                                 Devices
	  No customer is called that. esc shows all.

	`)
	tree.SetFilter(f.holding("Porto"))
	tree.SetFilter(nil)
	if key, _ := tree.CursorKey(); key != "HQ/Iberia/Porto" || tree.Filtered() {
		t.Errorf("on %s after the filter", key)
	}
	if tree.Len() != 6 || tree.Expanded("HQ/Nordics") {
		t.Errorf("%d rows after the filter: more is open than the way to the cursor", tree.Len())
	}
	if tree.Matches() != 9 {
		t.Errorf("%d rows match no filter", tree.Matches())
	}
}

func TestTreeIsExact(t *testing.T) {
	t.Parallel()
	wild := &forest{}
	for _, top := range hostile {
		top = strings.ReplaceAll(top, "/", "") + "."
		wild.paths = append(wild.paths, top)
		for k, below := range hostile {
			wild.paths = append(wild.paths, top+"/"+fmt.Sprint(k)+strings.ReplaceAll(below, "/", ""))
		}
	}
	wild.paths = wild.paths[:200]
	for what, f := range map[string]*forest{"empty": {}, "normal": acme(), "hostile": wild} {
		tree := newCustomers(f)
		tree.Empty = "There are no customers yet. n makes one."
		for k, theme := range themes() {
			for _, size := range sizes {
				exact(t, what, tree.Draw(theme, size.w, size.h), size.w, size.h)
				tree.ExpandDepth(k)
				tree.PageDown()
			}
			tree.SetFilter(f.holding("a"))
		}
	}
}

// TestTreeAgainstModel compares with a tree that works everything out anew.
func TestTreeAgainstModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := &forest{}
		var stack []string
		for i := range rapid.IntRange(0, 25).Draw(r, "rows") {
			stack = append(stack[:rapid.IntRange(0, len(stack)).Draw(r, "depth")], fmt.Sprint("n", i))
			f.paths = append(f.paths, strings.Join(stack, "/"))
		}
		tree := newCustomers(f)
		open := map[string]bool{}
		match := ""
		for range rapid.IntRange(0, 20).Draw(r, "steps") {
			before, had := tree.CursorKey()
			switch step := rapid.IntRange(0, 9).Draw(r, "step"); step {
			case 0:
				tree.Up()
			case 1, 2:
				tree.Down()
			case 3:
				if had && match == "" && !open[before] && f.End(tree.Cursor()) > tree.Cursor()+1 {
					open[before] = true
				}
				tree.Expand()
			case 4:
				if match == "" {
					delete(open, before)
				}
				tree.Collapse()
			case 5:
				if had && match == "" && f.End(tree.Cursor()) > tree.Cursor()+1 {
					open[before] = !open[before]
				}
				tree.Toggle()
			case 6:
				match = rapid.SampledFrom([]string{"1", "2", "n3"}).Draw(r, "match")
				tree.SetFilter(f.holding(match))
			case 7:
				if match != "" && had {
					for path := before; strings.Contains(path, "/"); {
						path = path[:strings.LastIndex(path, "/")]
						open[path] = true
					}
				}
				match = ""
				tree.SetFilter(nil)
			case 8:
				tree.SetSource(f)
			case 9:
				tree.Draw(ThemeFor(false, false, false), 40, 5)
			}
			var rows []int
			for i, path := range f.paths {
				if f.seen(path, match, open, i) {
					rows = append(rows, i)
				}
			}
			if fmt.Sprint(tree.shown) != fmt.Sprint(append([]int{}, rows...)) {
				t.Fatalf("shows %v, want %v (filter %q, open %v, rows %v)", tree.shown, rows, match, open, f.paths)
			}
			if (tree.Cursor() < 0) != (len(rows) == 0) {
				t.Fatalf("cursor %d of %d rows", tree.Cursor(), len(rows))
			}
		}
	})
}

// seen says whether a row is to be shown.
func (f *forest) seen(path, match string, open map[string]bool, i int) bool {
	if match != "" {
		for k := i; k < f.End(i); k++ {
			if f.holding(match)(k) {
				return true
			}
		}
		return false
	}
	for strings.Contains(path, "/") {
		path = path[:strings.LastIndex(path, "/")]
		if !open[path] {
			return false
		}
	}
	return true
}

// flat is a forest of n rows that answers at once, as the store's tree does.
type flat struct {
	depth, end []int
	calls      int
}

func newFlat(n int) *flat {
	f := &flat{}
	var add func(depth, size int)
	add = func(depth, size int) {
		at := len(f.depth)
		f.depth, f.end = append(f.depth, depth), append(f.end, 0)
		for size--; size > 0; {
			part := max(1, size/5)
			add(depth+1, part)
			size -= part
		}
		f.end[at] = len(f.depth)
	}
	add(0, n)
	return f
}

func (f *flat) Len() int        { return len(f.depth) }
func (f *flat) Depth(i int) int { f.calls++; return f.depth[i] }
func (f *flat) End(i int) int   { f.calls++; return f.end[i] }
func (f *flat) Key(i int) [16]byte {
	f.calls++
	return [16]byte{byte(i), byte(i >> 8), byte(i >> 16)}
}
func (f *flat) Cells(i int, out []string) []string { return append(out, "Customer", "12") }

// TestTreeOfTenThousand bounds what a step asks of the source: some answers for
// each row, and few more.
func TestTreeOfTenThousand(t *testing.T) {
	f := newFlat(10_000)
	tree := NewTree[[16]byte](customerColumns()...)
	theme := ThemeFor(false, false, false)
	for what, step := range map[string]func(){
		"source": func() { tree.SetSource(f) },
		"expand": tree.ExpandAll,
		"toggle": tree.Toggle,
		"filter": func() { tree.SetFilter(func(i int) bool { return i%2 == 0 }) },
	} {
		tree.SetFilter(nil)
		tree.SetSource(f)
		f.calls = 0
		step()
		if f.calls > 8*f.Len() {
			t.Errorf("%s asked %d times about %d rows", what, f.calls, f.Len())
		}
		f.calls = 0
		tree.Down()
		tree.Draw(theme, 120, 40)
		if f.calls > 1000 {
			t.Errorf("drawing after %s asked %d times", what, f.calls)
		}
	}
}

func BenchmarkTree(b *testing.B) {
	f := newFlat(10_000)
	tree := NewTree[[16]byte](customerColumns()...)
	tree.SetSource(f)
	tree.ExpandAll()
	tree.End()
	theme := ThemeFor(true, false, false)
	for name, step := range map[string]func(){
		"source": func() { tree.SetSource(f) },
		"toggle": func() { tree.Home(); tree.Toggle() },
		"filter": func() { tree.SetFilter(func(i int) bool { return i%7 == 0 }) },
		"draw":   func() { tree.Draw(theme, 120, 40) },
	} {
		b.Run(name, func(b *testing.B) {
			tree.SetFilter(nil)
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}
