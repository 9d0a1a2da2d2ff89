package widget

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"plain text ~", "plain text ~"},
		{"tab\there", "tab here"},
		{"one\ntwo\r\nthree\rfour", "one two three four"},
		{"\x1b[31mred\x1b[0m", "red"},
		{"\x1b[1;38:2:1:2:3mx", "x"},
		{"\x1b]0;title\x07x", "]0;titlex"}, // what an escape could hide is shown
		{"\x1b[", "["},
		{"a\x00b\x7fc", "abc"},
		{"\u009b31mx", "31mx"},
		{"\xffx\xc3", "�x�"},
		{"a\u202Eb\u2066c\u200bd\ufeffe\u00adf", "abcdef"},
		{"\u00a0\u2003\u3000|", "   |"},
		{"👨‍👩‍👧", "👨👩👧"},
		{"👍🏽", "👍"},
		{"❤️", "❤"},
		{"🇩🇪", "DE"},
		{"e\u0301", "e\u0301"},
		{"\u0301e", "e"},
		{"e" + strings.Repeat("\u0301", 9), "e" + strings.Repeat("\u0301", marksPerCell)},
		{"\u1112\u1161\u11ab", "한"},
		{"ᄀ", replacement},
		{"ᄀ\u0485", replacement + "\u0485"},
		{"น้ำ", "น้ํา"},
		{"कि", "कइ"},
		{"क्ष", "कष"},
		{"दुः", "दु:"},
		{"ｶﾞ", "ｶ゛"},
		{"\ue000\u0378", replacement + replacement},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("Clean(%+q) = %+q, want %+q", c.in, got, c.want)
		}
	}
}

// TestCleanAgrees tries every character between characters that it might join
// with: both ways of measuring have to give the same width, which is Width's,
// and the same for the parts as for the whole.
func TestCleanAgrees(t *testing.T) {
	t.Parallel()
	before := []string{"", "a", "क", "가", "😀"}
	after := []string{"", " ", "가", "क", "\u0301"}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if r >= 0x3400 && r < 0xd7a0 && r%97 != 0 || r >= 0x20000 && r < 0xe0000 && r%997 != 0 || r >= 0xf0000 && r%9973 != 0 {
			continue // thousands that are all alike
		}
		if r == 0x10000 { // the rarer scripts are tried between what joins most
			before, after = []string{"क"}, []string{"क"}
		}
		for _, b := range before {
			left := Clean(b + string(r))
			for _, a := range after {
				whole := left + Clean(a)
				w := Width(left) + Width(a)
				if g, c := ansi.StringWidth(whole), ansi.StringWidthWc(whole); g != w || c != w {
					t.Fatalf("%U between %q and %q: Width %d, by cluster %d, by code point %d", r, b, a, w, g, c)
				}
			}
			if again := Clean(left); again != left {
				t.Fatalf("%U after %q: cleaned twice %+q, once %+q", r, b, again, left)
			}
		}
	}
}

func TestPlainWidths(t *testing.T) {
	for r := rune(' '); r < 0x20000; r++ {
		width, ok := plain(r)
		if !ok {
			continue
		}
		if got := ansi.StringWidth(string(r)); got != width {
			t.Errorf("%U is %d cells, plain says %d", r, got, width)
		}
		if drawable(r) != string(r) {
			t.Errorf("%U is not drawn as itself, but %q", r, drawable(r))
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := Clean(s)
		exactLine(t, "Clean", clean, Width(s))
		if again := Clean(clean); again != clean {
			t.Errorf("cleaned twice %+q, once %+q", again, clean)
		}
	})
}
