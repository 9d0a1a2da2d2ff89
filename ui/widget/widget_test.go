package widget

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// sizes are those that every drawing is tried at: the least, the design size,
// the largest, and what a screen leaves over.
var sizes = []struct{ w, h int }{
	{39, 9}, {40, 10}, {60, 15}, {80, 24}, {120, 40}, {200, 60},
	{0, 0}, {1, 1}, {2, 2}, {3, 5}, {5, 3}, {10, 1}, {1, 10}, {17, 4},
}

// themes are all looks.
func themes() []Theme {
	var all []Theme
	for i := range 8 {
		all = append(all, ThemeFor(i&1 != 0, i&2 != 0, i&4 != 0))
	}
	return all
}

// hostile is text that other programs draw wrongly.
var hostile = []string{
	"",
	" ",
	strings.Repeat("n", 10_000),
	strings.Repeat("漢", 10_000),
	strings.Repeat("e\u0301", 5_000),
	"Z" + strings.Repeat("\u0337\u0353\u0301", 500) + "algo",
	strings.Repeat("\u0301", 10_000),
	"漢字かな交じり文 半角ｶﾞｷﾞ",
	"👨‍👩‍👧‍👦 family 👩🏽‍🚀 ❤️ 🏳️‍🌈 1️⃣",
	strings.Repeat("👨‍👩‍👧‍👦", 300),
	"🇩🇪🇫🇷🇺 flags",
	"Norrköping Åbo Łódź İzmir",
	"\u1112\u1161\u11ab\u1100\u1173\u11af \u1112\u1112\u1161 \u1161 decomposed 한글",
	"किताब क्षेत्र हिन्दी বাংলা தமிழ் മലയാളം",
	"น้ำ ນ້ຳ ภาษาไทย",
	"مرحبا שלום \u202Eright to left\u202C \u2066isolated\u2069",
	"\u200b\u200c\u200d\ufeff\u00ad\u2060invisible\u180e\u3164\u115f",
	"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;aGk=\x1b\\ \x1b[2J\x1b[H\x1bc \x1bP+q\x1b\\",
	"\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\ \x1b[",
	"\x9b31mC1\x9d0;x\x9c \u009b31m \u0085 \x90",
	"tab\tnew\nline\r\nreturn\rvt\vff\f nul\x00 del\x7f",
	"\xff\xfe\xc3\x28\xe2\x82 invalid \xf0\x9f",
	"\u2028\u2029\u00a0\u3000\u2003 spaces",
	"\ue000\uf8ff\U000f0000 private \u0378 \U0010ffff",
	"﷽ ⸻ 𒐫 \u0600١ \u0d4eക",
	"\u302e\u302f\U0001d165\u0cf3",
}

// exact fails unless lines are h lines of w cells, by both ways of measuring,
// with nothing in them but text and styles.
func exact(t *testing.T, what string, lines []string, w, h int) {
	t.Helper()
	if len(lines) != h {
		t.Fatalf("%s: %d lines, want %d", what, len(lines), h)
	}
	for i, line := range lines {
		exactLine(t, fmt.Sprintf("%s, line %d", what, i), line, w)
	}
}

func exactLine(t *testing.T, what, line string, w int) {
	t.Helper()
	if got := ansi.StringWidth(line); got != w {
		t.Fatalf("%s: %d cells by cluster, want %d: %q", what, got, w, short(line))
	}
	if got := ansi.StringWidthWc(line); got != w {
		t.Fatalf("%s: %d cells by code point, want %d: %q", what, got, w, short(line))
	}
	on := false
	for rest := line; rest != ""; {
		if n := styleLength(rest); n > 0 {
			on = rest[:n] != reset
			rest = rest[n:]
			continue
		}
		r := []rune(rest[:min(len(rest), 4)])[0]
		if r < ' ' || r >= 0x7f && r < 0xa0 || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) {
			t.Fatalf("%s: draws %U: %q", what, r, short(line))
		}
		rest = rest[len(string(r)):]
	}
	if on {
		t.Fatalf("%s: leaves a style on: %q", what, short(line))
	}
}

// styleLength is the length of the style sequence that s starts with.
func styleLength(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	i := strings.IndexFunc(s[2:], func(r rune) bool { return (r < '0' || r > '9') && r != ';' })
	if i < 0 || s[2+i] != 'm' {
		return 0
	}
	return i + 3
}

func short(s string) string { return s[:min(len(s), 300)] }

// seen is lines without styles and without spaces at their ends, as read.
func seen(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.TrimRight(ansi.Strip(line), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// want fails unless the lines read as text does, which may begin with a line
// break and be indented by one tab.
func want(t *testing.T, lines []string, text string) {
	t.Helper()
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\n"), "\n\t", "\n")
	text = strings.TrimPrefix(text, "\t")
	text = strings.TrimRight(text, "\t")
	if got := seen(lines); got != text {
		t.Errorf("got\n%s\nwant\n%s", got, text)
	}
}
