package domain

import (
	"strings"
	"unicode/utf8"
)

// Clean makes text from outside safe to draw, print or log on one line. Control
// characters, and with them the beginning of every escape sequence, become one
// U+FFFD a run, and so does what isn't UTF-8. Tabs and line breaks become one
// space a run. What turns direction, takes no room, or picks a look of the
// character before goes, and so do marks beyond four on one letter: terminals
// disagree on the width of these, which would shift the rest of the line.
//
// Clean text is returned as it is, without allocating; Clean of it is itself.
func Clean(s string) string {
	if dirt := firstDirt(s); dirt < len(s) {
		return cleanFrom(s, dirt, -1)
	}
	return s
}

// CleanCut is Clean, cut to at most that many characters, of which the last is
// "…" when something was cut off.
func CleanCut(s string, runes int) string {
	if runes <= 0 {
		return ""
	}
	if dirt := firstDirt(s); dirt < len(s) {
		s = cleanFrom(s, dirt, runes+1) // no more than needed to know that it is too long
	}
	if len(s) <= runes || utf8.RuneCountInString(s) <= runes {
		return s
	}
	end := 0
	for range runes - 1 {
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	return s[:end] + "…"
}

// firstDirt is where the first character lies that Clean has to look at closer,
// len(s) when there is none.
func firstDirt(s string) int {
	for i := range len(s) {
		if b := s[i]; b < ' ' || b > '~' {
			return firstDirtUnicode(s, i)
		}
	}
	return len(s)
}

func firstDirtUnicode(s string, from int) int {
	marks := maxMarks // none may come first
	if from > 0 {
		marks = 0
	}
	for i := from; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch class := classOf(r); {
		case r == utf8.RuneError && size == 1:
			return i
		case class == charPlain:
			marks = 0
		case class == charMark && marks < maxMarks:
			marks++
		default:
			return i
		}
		i += size
	}
	return len(s)
}

// cleanFrom rewrites s, which is clean before from, to at most limit characters
// (-1 for all).
func cleanFrom(s string, from, limit int) string {
	// A run of marks may have begun before from: begin again at its letter.
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:from])
		if from -= size; classOf(r) != charMark {
			break
		}
	}
	var out strings.Builder
	out.WriteString(s[:from])
	written := 0
	if limit >= 0 {
		written = utf8.RuneCountInString(s[:from])
	}
	marks, last := maxMarks, charPlain // last is charBreak or charControl in a run of these
	if from > 0 {
		marks = 0
	}
	for i := from; i < len(s) && (limit < 0 || written < limit); {
		r, size := utf8.DecodeRuneInString(s[i:])
		class := classOf(r)
		if r == utf8.RuneError && size == 1 {
			class = charControl
		}
		i += size
		switch class {
		case charBreak:
			r = ' '
			marks = 0
		case charControl, charNone:
			class, r = charControl, utf8.RuneError
			marks = 0
		case charDirection, charInvisible, charVariation, charTone:
			continue
		case charBlank:
			class, r, marks = charPlain, ' ', 0
		case charMark:
			if marks++; marks > maxMarks {
				continue
			}
			class = charPlain
		default:
			marks = 0
		}
		if class == charPlain || class != last {
			out.WriteRune(r)
			written++
		}
		last = class
	}
	return out.String()
}
