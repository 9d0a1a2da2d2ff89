package widget

import (
	"strings"
	"testing"
)

func TestBar(t *testing.T) {
	unicode, ascii := ThemeFor(false, false, false), ThemeFor(false, false, true)
	for _, c := range []struct {
		w, n, most       int
		unicode, inASCII string
	}{
		{10, 0, 100, "", ""}, {10, 100, 100, "██████████", "##########"}, {10, 50, 100, "█████", "#####"},
		{10, 1, 1000000, "▏", "#"}, {10, 33, 100, "███▎", "###"}, {10, 200, 100, "██████████", "##########"},
		{0, 1, 1, "", ""}, {-3, 1, 1, "", ""}, {5, 1, 0, "", ""}, {4, -1, 10, "", ""},
	} {
		if got := Bar(&unicode, c.w, c.n, c.most); got != c.unicode {
			t.Errorf("%+v: %q", c, got)
		}
		if got := Bar(&ascii, c.w, c.n, c.most); got != c.inASCII {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestBarsGrowWithTheirNumbers, and are never wider than their place.
func TestBarsGrowWithTheirNumbers(t *testing.T) {
	theme := ThemeFor(true, false, false)
	for w := range 40 {
		before := 0
		for n := range 1001 {
			bar := Bar(&theme, w, n, 1000)
			eighths := 8 * strings.Count(bar, "█")
			for i, part := range []rune(theme.Glyphs.Parts) {
				eighths += (i + 1) * strings.Count(bar, string(part))
			}
			if Width(bar) > w || eighths < before {
				t.Fatalf("%d of 1000 in %d: %q", n, w, bar)
			}
			before = eighths
		}
	}
}
