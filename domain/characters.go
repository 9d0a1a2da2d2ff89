package domain

import "unicode"

// charClass says what a character does to a line of text that it is drawn in.
type charClass uint8

const (
	charPlain     charClass = iota
	charBreak               // tab, line break, line and paragraph separator
	charControl             // C0, C1, DEL: moves cursors, begins escape sequences
	charDirection           // turns the direction of text around it
	charInvisible           // takes no room and isn't seen
	charVariation           // picks a look of the character before, changes its width
	charTone                // tints the emoji before: one cell or two, as the terminal likes
	charBlank               // takes room and isn't seen, though it is no space
	charMark                // combines with the character before
	charNone                // no character: U+FFFE and its kin
)

// maxMarks is how many combining marks one letter keeps. Vietnamese, Thai and
// Hebrew with all points need up to four; more is a tower over other lines.
const maxMarks = 4

// classOf sorts a character. It is data from the Unicode standard: categories
// Cc, Cf, Mn, Me, Zl, Zp, and the property Default_Ignorable_Code_Point.
func classOf(r rune) charClass {
	switch {
	case r >= ' ' && r <= '~':
		return charPlain
	case r < 0xA0:
		return controlClass(r)
	case r < 0x300:
		if r == 0xAD { // soft hyphen
			return charInvisible
		}
		return charPlain
	case r >= 0x4E00 && r < 0xA000, r >= 0xAC00 && r <= 0xD7A3, r >= 0x400 && r < 0x483:
		return charPlain // most Han, Hangul and Cyrillic, looked at no further
	case isDirection(r):
		return charDirection
	case r == 0x2028 || r == 0x2029:
		return charBreak
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF, r >= 0x180B && r <= 0x180D, r == 0x180F:
		return charVariation
	case isInvisible(r):
		return charInvisible
	case r >= 0x1F3FB && r <= 0x1F3FF:
		return charTone
	case r == 0x2800: // braille without dots
		return charBlank
	case r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF:
		return charNone
	case unicode.In(r, unicode.Mn, unicode.Me):
		return charMark
	}
	return charPlain
}

func controlClass(r rune) charClass {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', 0x85:
		return charBreak
	}
	return charControl
}

func isDirection(r rune) bool {
	switch {
	case r == 0x061C, r == 0x200E, r == 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

func isInvisible(r rune) bool {
	switch {
	case r == 0x034F, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x2065, r == 0x3164, r == 0xFFA0,
		r >= 0xFFF0 && r <= 0xFFF8, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}
