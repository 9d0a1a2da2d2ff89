package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestPadStyled(t *testing.T) {
	red := Style{"\x1b[31m"}
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"abc", 5, "abc  "},
		{"abc", 2, "ab"},
		{"abc", 0, ""},
		{red.Render("abc"), 5, "\x1b[31mabc\x1b[m  "},
		{red.Render("abc"), 2, "\x1b[31mab\x1b[m"},
		{"\x1b[31mabc", 5, "\x1b[31mabc\x1b[m  "}, // left on by who drew it
		{"a漢", 2, "a "},
		{"a\x1b[2J\x1b]0;b", 5, "a]0;b"},
		{"a\nb", 4, "a b "},
	} {
		if got := PadStyled(c.in, c.w); got != c.want {
			t.Errorf("PadStyled(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestBlockIsExact(t *testing.T) {
	for _, size := range sizes {
		exact(t, "empty", Block(nil, size.w, size.h), size.w, size.h)
		exact(t, "hostile", Block(hostile, size.w, size.h), size.w, size.h)
	}
	exact(t, "negative", Block(hostile, -1, -1), 0, 0)
}

func TestOverlay(t *testing.T) {
	base := Block([]string{"0123456789", "漢字漢字漢字", "\x1b[31mredredredr\x1b[m"}, 12, 3)
	for _, c := range []struct {
		x, y int
		want string
	}{
		{2, 0, `
	01ABCD6789
	漢AB漢字漢字
	redredredr
	`},
		{3, 1, `
	0123456789
	漢 ABCD 漢字
	redAB  edr
	`},
		{-2, -1, `
	  23456789
	漢字漢字漢字
	redredredr
	`},
		{10, 2, `
	0123456789
	漢字漢字漢字
	redredredrAB
	`},
		{50, 0, `
	0123456789
	漢字漢字漢字
	redredredr
	`},
	} {
		box := []string{"ABCD", "AB  "}
		if c.x == 2 {
			box = []string{"ABCD", "AB"}
		}
		got := Overlay(base, box, c.x, c.y)
		exact(t, "overlay", got, 12, 3)
		want(t, got, c.want)
	}
}

func TestOverlayKeepsStyles(t *testing.T) {
	base := []string{"\x1b[31mabcdef\x1b[m"}
	got := Overlay(base, []string{"XY"}, 2, 0)[0]
	if want := "\x1b[31mab\x1b[mXY\x1b[31mef\x1b[m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if base[0] != "\x1b[31mabcdef\x1b[m" {
		t.Error("the base was changed")
	}
}

// TestOverlayOfAnything compares with cells put one by one: every cell is that
// of the box where there is one, and else that of the base.
func TestOverlayOfAnything(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w, h := rapid.IntRange(0, 30).Draw(r, "w"), rapid.IntRange(0, 4).Draw(r, "h")
		base := Block(rapid.SliceOfN(text(), 0, 4).Draw(r, "base"), w, h)
		bw, bh := rapid.IntRange(0, 20).Draw(r, "box w"), rapid.IntRange(0, 4).Draw(r, "box h")
		box := Block(rapid.SliceOfN(text(), 0, 4).Draw(r, "box"), bw, bh)
		x, y := rapid.IntRange(-10, 35).Draw(r, "x"), rapid.IntRange(-3, 6).Draw(r, "y")
		got := Overlay(base, box, x, y)
		exact(t, "overlay", got, w, h)
		for row := range h {
			under, over := columns(base[row]), []string(nil)
			if row-y >= 0 && row-y < bh {
				over = columns(box[row-y])
			}
			for col, cell := range columns(got[row]) {
				want := under[col]
				if col-x >= 0 && col-x < len(over) {
					want = over[col-x]
				}
				if cell != want && cell != " " {
					t.Fatalf("line %d, column %d: %q, want %q", row, col, cell, want)
				}
			}
		}
	})
}

// columns is what stands in each column of a line; both of a wide cell's tell
// its text.
func columns(line string) []string {
	var all []string
	for rest := ansi.Strip(line); rest != ""; {
		cell, w := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		for range w {
			all = append(all, cell)
		}
		rest = rest[len(cell):]
	}
	return all
}

func FuzzOverlay(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, hostile[len(hostile)-1-i], i, i)
	}
	f.Fuzz(func(t *testing.T, base, box string, x, w int) {
		w &= 0xff
		got := Overlay(Block([]string{base}, w, 1), Block([]string{box}, w/2, 1), x%300, 0)
		exact(t, "overlay", got, w, 1)
		// A box that nobody made exact must do no harm either.
		exact(t, "raw", Overlay(Block([]string{base}, w, 1), []string{box}, x%300, 0), w, 1)
	})
}

func TestASCII(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"\x1b[1mNorrköping …\x1b[m", "\x1b[1mNorrkoping .\x1b[m"},
		{"漢x", "??x"},
		{"e\u0301│", "e?"},
		{"Łódź – “x”", `Lodz - "x"`},
	} {
		if got := ASCII(c.in); got != c.want {
			t.Errorf("ASCII(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	for _, s := range hostile {
		line := ASCII(PadStyled(s, 40))
		exactLine(t, "ASCII", line, 40)
		if strings.IndexFunc(line, func(r rune) bool { return r > 0x7e }) >= 0 {
			t.Errorf("not ASCII: %q", line)
		}
	}
}

func BenchmarkOverlay(b *testing.B) {
	theme := ThemeFor(true, false, false)
	base := Block([]string{theme.Accent.Render(strings.Repeat("Norrköping ", 20))}, 120, 40)
	box := Block([]string{strings.Repeat("─", 60)}, 60, 20)
	b.ReportAllocs()
	for b.Loop() {
		_ = Overlay(base, box, 30, 10)
	}
}
