package domain

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"plain text, 100 % ok~":        "plain text, 100 % ok~",
		"Ærø 日本 한국 🚚":                  "Ærø 日本 한국 🚚",
		"a\tb":                         "a b",
		"a\r\nb\n\n\tc":                "a b c",
		"a\u2028b\u2029c\u0085d":       "a b c d",
		"\x1b[31mred\x1b[0m":           "�[31mred�[0m",
		"\x1b]52;c;ZXZpbA==\a":         "�]52;c;ZXZpbA==�",
		"\u009b2J":                     "�2J",
		"\x00\x01\x02":                 "�",
		"bad\xff\xfe\xfdbytes":         "bad�bytes",
		"abc\u202edef\u202c":           "abcdef",
		"a\u2066b\u2069\u200e\u061cc":  "abc",
		"z\u200be\u200cr\u200d\ufeffo": "zero",
		"soft\u00adhyphen":             "softhyphen",
		"I \u2764\ufe0f vans":          "I \u2764 vans",
		"👨\u200d👩\u200d👧":              "👨👩👧",
		"👍🏽":                           "👍",
		"cafe\u0301":                   "cafe\u0301",
		"\u0301first":                  "first",
		"\u200b\u0301first":            "first",
		"e" + marks(9) + "f":           "e" + marks(4) + "f",
		"é" + marks(9):                 "é" + marks(4),
		"blank\u2800x\u3164y":          "blank xy",
		"none\ufffe\U0001ffff.":        "none�.",
		"\U000e0067\U000e007ftag":      "tag",
	} {
		got := Clean(text)
		if got != want {
			t.Errorf("Clean(%+q) = %+q, want %+q", text, got, want)
		}
		if Clean(got) != got {
			t.Errorf("Clean(%+q) isn't clean", text)
		}
	}
	for _, clean := range []string{"plain text", "Ærø 日本 cafe\u0301", strings.Repeat("x", 500)} {
		if n := testing.AllocsPerRun(10, func() { Clean(clean) }); n != 0 {
			t.Errorf("%v allocations for %q", n, clean)
		}
	}
}

func TestCleanCut(t *testing.T) {
	for _, tt := range []struct {
		text  string
		runes int
		want  string
	}{
		{"short", 5, "short"}, {"longer", 5, "long…"}, {"日本語日本語", 4, "日本語…"}, {"a\nb\nc", 5, "a b c"}, {"a\nb\nc", 4, "a b…"},
		{"x", 0, ""}, {"xy", 1, "…"}, {"x", 1, "x"}, {"\u200b\u200b\u200bab", 2, "ab"}, {"ab\u200b\u200b", 2, "ab"}, {"é\x00", -1, ""},
	} {
		if got := CleanCut(tt.text, tt.runes); got != tt.want {
			t.Errorf("CleanCut(%q, %d) = %q, want %q", tt.text, tt.runes, got, tt.want)
		}
	}
}

func TestCSVField(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Van 7": "Van 7", "=1+1": "'=1+1", "+45 12": "'+45 12", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\rx",
		"＝1": "'＝1", "'quoted": "'quoted", "'=1": "''=1", "a=b": "a=b", " =1": " =1",
	} {
		if got := CSVField(text); got != want || CSVText(got) != text {
			t.Errorf("CSVField(%q) = %q, back %q", text, got, CSVText(got))
		}
	}
}

// FuzzClean: nothing that could draw outside its place comes through, twice is
// once, and a cut is never longer than asked for.
func FuzzClean(f *testing.F) {
	for text := range hostile {
		f.Add(text, 5)
	}
	for _, seed := range []string{"plain", "👨\u200d👩\u200d👧", "\u0301\u0301", "é\u0301\xff\u0301", "a\r\n\x1b\n", strings.Repeat("\u200b", 100) + "x"} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, text string, runes int) {
		clean := Clean(text)
		if Clean(clean) != clean || !utf8.ValidString(clean) || len(clean) > 3*len(text) {
			t.Errorf("Clean(%q) = %q", text, clean)
		}
		run := maxMarks
		for _, r := range clean {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point) {
				t.Errorf("%q lets %U through", text, r)
			}
			if run++; !unicode.In(r, unicode.Mn, unicode.Me) {
				run = 0
			}
			if run > maxMarks {
				t.Errorf("%q keeps a tower of marks", text)
			}
		}
		cut := CleanCut(text, runes)
		if n := utf8.RuneCountInString(cut); n > max(runes, 0) || n < runes && cut != clean {
			t.Errorf("CleanCut(%q, %d) = %q of %q", text, runes, cut, clean)
		}
		if CSVText(CSVField(text)) != text {
			t.Errorf("%q doesn't come back from an export", text)
		}
	})
}

func BenchmarkClean(b *testing.B) {
	for name, text := range map[string]string{"ascii": "Ford Transit 00412 of Aarhus Depot", "letters": "Ærøskøbing Værksted og Lager nr. 4", "hostile": "\x1b[31mFord\u202e Transit\n00412"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Clean(text)
			}
		})
	}
}
