package widget

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in                 string
		w                  int
		fit, right, middle string
	}{
		{"", 0, "", "", ""},
		{"abc", 0, "", "", ""},
		{"abc", -1, "", "", ""},
		{"", 3, "   ", "   ", "   "},
		{"abc", 5, "abc  ", "  abc", "abc  "},
		{"abc", 3, "abc", "abc", "abc"},
		{"abcdef", 5, "abcd…", "abcd…", "ab…ef"},
		{"abcdef", 4, "abc…", "abc…", "a…ef"},
		{"abcdef", 1, "…", "…", "…"},
		{"漢字漢字", 5, "漢字…", "漢字…", "漢…字"},
		{"漢字漢字", 4, "漢… ", " 漢…", "…字 "},
		{"漢", 1, "…", "…", "…"},
		{"a\nb", 4, "a b ", " a b", "a b "},
		{"\u0301\u200b", 2, "  ", "  ", "  "},
	} {
		if got := Fit(c.in, c.w); got != c.fit {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.in, c.w, got, c.fit)
		}
		if got := FitRight(c.in, c.w); got != c.right {
			t.Errorf("FitRight(%q, %d) = %q, want %q", c.in, c.w, got, c.right)
		}
		if got := FitMiddle(c.in, c.w); got != c.middle {
			t.Errorf("FitMiddle(%q, %d) = %q, want %q", c.in, c.w, got, c.middle)
		}
	}
}

func TestFitMiddleKeepsTheTail(t *testing.T) {
	if got, want := FitMiddle("4b30711f-0000-0000-0000-00000000", 15)+"|", "4b30711…0000000|"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestThemeFitsWithItsOwnEllipsis(t *testing.T) {
	theme := ThemeFor(false, false, true)
	for _, c := range []struct{ got, want string }{
		{theme.Fit("abcdef", 5), "ab..."},
		{theme.Fit("abcdef", 2), ".."},
		{theme.FitRight("abcdef", 5), "ab..."},
		{theme.FitMiddle("abcdef", 5), "a...f"},
		{theme.Cut("abcdef", 5), "ab..."},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestFitIsExact(t *testing.T) {
	t.Parallel()
	ascii := ThemeFor(false, false, true)
	for _, s := range hostile {
		for _, w := range []int{0, 1, 2, 3, 4, 5, 7, 10, 39, 40, 80, 200, 300} {
			exactLine(t, "Fit", Fit(s, w), w)
			exactLine(t, "FitRight", FitRight(s, w), w)
			exactLine(t, "FitMiddle", FitMiddle(s, w), w)
			exactLine(t, "Theme.Fit", ascii.Fit(s, w), w)
			exactLine(t, "Theme.FitMiddle", ascii.FitMiddle(s, w), w)
			exactLine(t, "Cut", Cut(s, w), min(w, Width(Cut(s, w))))
			for _, line := range Wrap(s, w) {
				exactLine(t, "Wrap", line, min(max(w, 1), Width(line)))
			}
		}
	}
}

func FuzzFit(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, i)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = w & 0xff
		exactLine(t, "Fit", Fit(s, w), w)
		exactLine(t, "FitRight", FitRight(s, w), w)
		exactLine(t, "FitMiddle", FitMiddle(s, w), w)
		// Cells of two columns may come to stand side by side.
		exactLine(t, "two", Fit(s, w)+Fit(s, w), 2*w)
	})
}

// text draws strings from the characters that make measuring hard.
func text() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom([]string{"a", " ", "\t", "\n", "漢", "é", "e\u0301", "\u0301", "👨‍👩‍👧", "🇩", "\u200d", "\ufe0f",
				"क", "्", "ि", "\u1112", "\u1161", "\u11ab", "น", "ำ", "ﾞ", "\u202e", "\x1b[31m", "\x1b[m", "\x1b]0;", "\x07", "\x9b", "\xff", "─", "\u0d4e"}),
			rapid.StringN(0, 4, 16),
		), 0, 40).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

func TestFitOfAnything(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, w := text().Draw(r, "s"), rapid.IntRange(0, 60).Draw(r, "w")
		exactLine(t, "Fit", Fit(s, w), w)
		exactLine(t, "FitRight", FitRight(s, w), w)
		exactLine(t, "FitMiddle", FitMiddle(s, w), w)
		exactLine(t, "PadStyled", PadStyled(s, w), w)
		for _, line := range Wrap(s, max(w, 2)) {
			if Width(line) > max(w, 2) {
				t.Fatalf("Wrap(%q, %d) has %q", s, w, line)
			}
		}
	})
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want []string
	}{
		{"", 10, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 80, []string{"one two three"}},
		{"one\n\ntwo", 10, []string{"one", "", "two"}},
		{"abcdefgh ij", 3, []string{"abc", "def", "gh", "ij"}},
		{"x abcdefgh", 3, []string{"x", "abc", "def", "gh"}},
		{"漢字漢字", 5, []string{"漢字", "漢字"}},
		{"漢a", 1, []string{"a"}},
		{"  spaced   out ", 20, []string{"spaced out"}},
		{"abc", 0, []string{"a", "b", "c"}},
	} {
		if got := Wrap(c.in, c.w); strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestComma(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 123456: "123,456", 1234567: "1,234,567",
		-1: "-1", -999: "-999", -1000: "-1,000", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := Comma(n); got != want {
			t.Errorf("Comma(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestFitAllocatesItsResultOnly(t *testing.T) {
	long := strings.Repeat("Van 00412 ", 40)
	for _, c := range []struct {
		what string
		most float64
		f    func()
	}{
		{"exact", 0, func() { sink = Fit("Van 00412", 9) }},
		{"filled", 1, func() { sink = Fit("Van 00412", 20) }},
		{"cut", 1, func() { sink = Fit(long, 20) }},
		{"right", 1, func() { sink = FitRight("2,000", 20) }},
	} {
		if got := testing.AllocsPerRun(100, c.f); got > c.most {
			t.Errorf("%s: %v allocations, want %v", c.what, got, c.most)
		}
	}
}

var sink string

func BenchmarkFit(b *testing.B) {
	for name, s := range map[string]string{
		"ascii": "Van 00412", "cut": strings.Repeat("Van 00412 ", 40), "latin": "Norrköping depå", "cjk": "名古屋の倉庫", "hostile": hostile[5],
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sink = Fit(s, 24)
			}
		})
	}
}
