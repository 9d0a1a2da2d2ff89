package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Text from data is cleaned for two reasons. It must not steer the terminal,
// hide or reorder what stands beside it; and every way of measuring must agree
// on its width. Bubble Tea measures by grapheme cluster in terminals that say
// they can (mode 2027) and by code point in all others, and the two differ for
// whatever joins visible characters: flags, families, skin tones, conjuncts
// and spacing vowels. So those are taken apart, and what remains are cells: a
// character of one or two cells with at most a few marks upon it.

// marksPerCell bounds the marks on one character. No orthography in common use
// stacks more; piles of them are drawn over other lines.
const marksPerCell = 4

// ambiguousIsWide says that the process runs with RUNEWIDTH_EASTASIAN, where
// line drawing, "…" and many letters count two cells.
var ambiguousIsWide = ansi.StringWidth("…") != 1

// replacement stands for what can't be drawn, in one cell.
var replacement = func() string {
	if ambiguousIsWide {
		return "?"
	}
	return "\uFFFD"
}()

// Clean is s as it may be drawn: one line without control and escape
// characters, bidirectional or invisible ones, or anything of uncertain width.
// Tabs and line breaks become spaces, invalid bytes "�", a flag its two
// letters.
func Clean(s string) string {
	if printableASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		text, _, n := next(s)
		b.WriteString(text)
		s = s[n:]
	}
	return b.String()
}

// Width is the number of cells that s takes once cleaned. Styles in s count
// nothing.
func Width(s string) int {
	if printableASCII(s) {
		return len(s)
	}
	w := 0
	for len(s) > 0 {
		_, width, n := next(s)
		w += width
		s = s[n:]
	}
	return w
}

// printableASCII says whether each byte of s is one cell.
func printableASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// next takes the first cell of s: what to draw for it, of how many cells, and
// how many bytes of s it stands for. A width of 0 has nothing to draw.
func next(s string) (text string, width, n int) {
	c := s[0]
	if c >= ' ' && c <= '~' && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return s[:1], 1, 1
	}
	if c < ' ' || c == 0x7f {
		return control(s)
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 {
		return replacement, 1, n
	}
	if width, ok := plain(r); ok && startsCell(s[n:]) {
		return s[:n], width, n
	}
	return cell(s)
}

// nextStyled is next for text that has styles in it: a sequence that sets one
// is told as text of no width.
func nextStyled(s string) (text string, width, n int) {
	if s[0] == ansi.ESC {
		if n := styleSequence(s); n > 0 {
			return s[:n], 0, n
		}
	}
	return next(s)
}

// control takes the control character that s starts with. Of an escape
// sequence the whole is taken where it can't hide text, as colours can't; of
// the others only the escape character, so that what stood in them is seen.
func control(s string) (text string, width, n int) {
	switch s[0] {
	case '\r':
		if len(s) > 1 && s[1] == '\n' {
			return " ", 1, 2
		}
		return " ", 1, 1
	case '\t', '\n', '\v', '\f':
		return " ", 1, 1
	case ansi.ESC:
		return "", 0, max(1, controlSequence(s))
	}
	return "", 0, 1
}

// controlSequence is the length of the control sequence (ECMA-48, 5.4) that s
// starts with, 0 when it starts with none or an unfinished one.
func controlSequence(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 0
	}
	i := 2
	for i < len(s) && s[i] >= 0x30 && s[i] <= 0x3f {
		i++
	}
	for i < len(s) && s[i] >= 0x20 && s[i] <= 0x2f {
		i++
	}
	if i == len(s) || s[i] < 0x40 || s[i] > 0x7e {
		return 0
	}
	return i + 1
}

// styleSequence is the length of the sequence that s starts with if it sets
// colours or attributes and nothing else, otherwise 0.
func styleSequence(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 0
	}
	i := 2
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == ';' || s[i] == ':') {
		i++
	}
	if i == len(s) || s[i] != 'm' {
		return 0
	}
	return i + 1
}

// plain knows the width of the runes that screens are mostly made of, so that
// they needn't be looked up: whole ranges of assigned letters and signs that
// join with nothing.
func plain(r rune) (width int, ok bool) {
	switch {
	case r >= ' ' && r <= '~':
		return 1, true
	case r < 0x0100:
		return 1, r > 0xa0 && r != 0xad && !ambiguousIsWide
	case r <= 0x02ff, // Latin
		r >= 0x0391 && r <= 0x03ff && r != 0x03a2,              // Greek
		r >= 0x0400 && r <= 0x0481, r >= 0x048a && r <= 0x052f, // Cyrillic
		r >= 0x1e00 && r <= 0x1eff,                             // Latin with marks, Vietnamese
		r >= 0x2010 && r <= 0x2027, r >= 0x2030 && r <= 0x205e, // punctuation
		r >= 0x2190 && r <= 0x22ff, // arrows, mathematics
		r >= 0x2500 && r <= 0x25fc: // lines, blocks, shapes
		return 1, !ambiguousIsWide
	case r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa, // kana
		r >= 0x4e00 && r <= 0x9fff, // ideographs
		r >= 0xac00 && r <= 0xd7a3, // Hangul syllables
		r >= 0xff01 && r <= 0xff60: // full-width forms
		return 2, true
	}
	return 0, false
}

// startsCell says for certain that s adds nothing to the cell before it.
func startsCell(s string) bool {
	if s == "" || s[0] < utf8.RuneSelf {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s)
	_, ok := plain(r)
	return ok
}

// cell is next for any character but a control: a base and the marks on it.
func cell(s string) (text string, width, n int) {
	r, n := decodeHangul(s)
	base := drawable(r)
	if base == "" || isMark(r) { // a mark without a base has nothing to stand on
		return "", 0, n
	}
	width = ansi.StringWidth(base)

	var marks []rune
	for n < len(s) && s[n] >= utf8.RuneSelf {
		r, size := utf8.DecodeRuneInString(s[n:])
		if r == thaiAm || r == laoAm {
			// A ring upon this cell and a vowel in the next, but for some a
			// part of this one: spelled as two, all count two.
			marks = append(marks, r+thaiRingFromAm)
			break
		}
		if isMark(r) {
			if len(marks) < marksPerCell && drawable(r) != "" && !links(r) {
				marks = append(marks, r)
			}
		} else if !dropped(r) {
			break
		}
		n += size
	}
	return base + string(marks), width, n
}

// links says whether the mark r makes one cluster of the consonants around it,
// as a virama does. It is left out; the consonants are cells then.
func links(r rune) bool {
	const ka = "क" // any consonant does, of whatever script
	if r < 0x0900 {
		return false
	}
	cluster, _ := ansi.FirstGraphemeCluster(ka+string(r)+ka, ansi.GraphemeWidth)
	return len(cluster) > len(ka)+utf8.RuneLen(r)
}

const (
	thaiAm         = 0x0e33 // ำ, drawn as U+0E4D and U+0E32
	laoAm          = 0x0eb3 // ຳ, drawn as U+0ECD and U+0EB2
	thaiRingFromAm = 0x0e4d - thaiAm
)

// drawable is what to draw for r, "" when nothing: r itself where every way of
// measuring gives it the same width and it joins with nothing but its marks.
func drawable(r rune) string {
	switch {
	case dropped(r):
		return ""
	case unicode.Is(unicode.Z, r):
		return " "
	case r >= 0x1f1e6 && r <= 0x1f1ff: // half of a flag
		return string('A' + r - 0x1f1e6)
	case r == thaiAm || r == laoAm:
		return string(r - 1)
	case r == 0xff9e || r == 0xff9f: // half-width voicing marks, as full-width ones
		return string(r - 0xff9e + 0x309b)
	case unicode.Is(unicode.Mc, r):
		return spacingMark(r)
	case !unicode.IsGraphic(r) || joinsOthers(r):
		return replacement
	}
	s := string(r)
	width := ansi.StringWidth(s)
	switch {
	case width != ansi.StringWidthWc(s):
		return replacement
	case width == 0 && !isMark(r):
		return ""
	}
	return s
}

// isMark says whether r takes no cell of its own but is drawn upon another.
func isMark(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me) && !dropped(r) }

// dropped says whether r is left out: characters that are invisible, turn the
// direction, or choose between looks of the one before them.
func dropped(r rune) bool {
	switch {
	case r < 0xa0:
		return r < ' ' || r >= 0x7f
	case r == 0x034f, // combining grapheme joiner
		r == 0x115f, r >= 0x1160 && r <= 0x11ff, r >= 0xd7b0 && r <= 0xd7fb, // Hangul vowels and finals that don't compose
		r == 0x3164, r == 0xffa0, // Hangul fillers
		r == 0x17b4, r == 0x17b5, // Khmer inherent vowels
		r >= 0x180b && r <= 0x180f,                               // Mongolian variation selectors
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef, // variation selectors
		r >= 0x1f3fb && r <= 0x1f3ff: // skin tones
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// spacingMark is what to draw for a mark with a width of its own, which is
// part of the cell before it for some and a cell for others. The scripts of
// India have an independent letter for each of their vowel signs, at the same
// distance in all blocks that follow ISCII, and those who read the one read
// the other.
func spacingMark(r rune) string {
	if r >= 0x0900 && r <= 0x0d7f {
		switch sign := r & 0x7f; {
		case sign == 0x03: // visarga
			return ":"
		case sign >= 0x3e && sign <= 0x4c && unicode.Is(unicode.Lo, r-0x38):
			return string(r - 0x38)
		}
	}
	return replacement
}

// joinsOthers says whether r becomes one cluster with a visible character
// after it: Hangul initials that didn't compose, and letters that Unicode
// lists as prepended (Grapheme_Cluster_Break=Prepend).
func joinsOthers(r rune) bool {
	switch {
	case r >= 0x1100 && r <= 0x115e, r >= 0xa960 && r <= 0xa97c,
		r == 0x0d4e, r == 0x111c2, r == 0x111c3, r == 0x113d1, r == 0x1193f,
		r == 0x11941, r == 0x11a3a, r >= 0x11a84 && r <= 0x11a89,
		r == 0x11d46, r == 0x11f02:
		return true
	}
	return false
}

// decodeHangul takes the first rune of s and, where that starts a Hangul
// syllable spelled in parts as macOS spells file names, the whole syllable
// (Unicode, 3.12).
func decodeHangul(s string) (r rune, n int) {
	const (
		first, initial, vowel, final = 0xac00, 0x1100, 0x1161, 0x11a7
		initials, vowels, finals     = 19, 21, 28
	)
	r, n = utf8.DecodeRuneInString(s)
	if r >= initial && r < initial+initials {
		if v, size := utf8.DecodeRuneInString(s[n:]); v >= vowel && v < vowel+vowels {
			r, n = first+((r-initial)*vowels+v-vowel)*finals, n+size
		}
	}
	if r >= first && r < first+initials*vowels*finals && (r-first)%finals == 0 {
		if f, size := utf8.DecodeRuneInString(s[n:]); f > final && f < final+finals {
			r, n = r+f-final, n+size
		}
	}
	return r, n
}
