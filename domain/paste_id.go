package domain

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// idKind says how much a word is like an ID, the more the higher.
type idKind uint8

const (
	notID    idKind = iota
	nearID          // hex digits in a wrong number, or an ID with a letter wrong
	prefixID        // the beginning of one
	fullID
)

// parsedID is what became of a word.
type parsedID struct {
	kind   idKind
	value  [16]byte
	digits int
	wrong  rune   // the first character that belongs in no ID, 0 when there is none
	reason string // why it is none, when that isn't plain from digits and wrong
}

// parseWhole reads a cell as one ID, in quotes or brackets or not.
func parseWhole(text string) parsedID {
	if len(text) == 36 || len(text) == 32 {
		if value, ok := parseHex128(text); ok {
			return parsedID{kind: fullID, value: value, digits: 32}
		}
	}
	return parseLoose(trimPrefix(trimWrapping(text)))
}

// parseLoose reads hex digits with dashes anywhere between them.
func parseLoose(text string) (id parsedID) {
	length, dashes, other := 0, 0, 0
	for i := 0; i < len(text); {
		b := text[i]
		if digit := hexDigit(b); digit < 16 {
			if id.digits < 32 {
				id.value[id.digits/2] |= digit << (4 * (1 - id.digits%2))
			}
			id.digits++
			length++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case isDash(r):
			dashes++
		case isUnseen(r):
			// Web pages put these where a long ID may be broken.
		case isSpace(r):
			id.kind, id.wrong = notID, r
			return id
		default:
			length++
			if other++; id.wrong == 0 {
				id.wrong = r
			}
		}
	}
	id.kind = kindOfDigits(id.digits, dashes, other, length)
	return id
}

func kindOfDigits(digits, dashes, other, length int) idKind {
	switch {
	case other == 0 && digits < minPrefix:
		return notID // a year, a running number
	case other == 0 && digits == 32:
		return fullID
	case other == 0 && digits >= minPrefix && digits < 32 && dashes < 4:
		return prefixID
	case other == 0:
		return nearID
	case length >= 28 && length <= 40 && other*4 <= length:
		return nearID // so long and so much hex: a slip of the finger
	}
	return notID
}

// parseSpread reads an ID whose groups are separated by spaces. Groups that could
// be prefixes all are prefixes.
func parseSpread(text string) (parsedID, bool) {
	var joined [32]byte
	n, short := 0, false
	for rest := text; rest != ""; {
		var word string
		word, rest = cutWord(rest)
		if word == "" {
			continue
		}
		if n+len(word) > len(joined) {
			return parsedID{}, false
		}
		short = short || len(word) < minPrefix
		n += copy(joined[n:], word)
	}
	if n != len(joined) || !short {
		return parsedID{}, false
	}
	value, ok := parseHex128(string(joined[:]))
	return parsedID{kind: fullID, value: value, digits: 32}, ok
}

func (id parsedID) why() string {
	switch {
	case id.reason != "":
		return id.reason
	case id.wrong == 0 && id.digits == 0:
		return "no ID"
	case id.wrong == 0 && id.digits == 1:
		return "1 hex digit, and a prefix takes 8"
	case id.wrong == 0 && id.digits < minPrefix:
		return strconv.Itoa(id.digits) + " hex digits, and a prefix takes 8"
	case id.wrong == 0:
		return strconv.Itoa(id.digits) + " hex digits, not 32"
	case id.kind == notID:
		return "not an ID"
	}
	return wrongWords(id.wrong)
}

// wrongWords say what is wrong with an ID that has a slip in it.
func wrongWords(r rune) string {
	switch r {
	case 'o', 'O':
		return string(r) + " is no hex digit: is it a 0?"
	case 'i', 'I', 'l', 'L':
		return string(r) + " is no hex digit: is it a 1?"
	}
	if r == utf8.RuneError || !unicode.IsPrint(r) || classOf(r) != charPlain {
		return "an unprintable character in it"
	}
	return string(r) + " is no hex digit"
}

// trimPrefix takes off what programs put before an ID.
func trimPrefix(text string) string {
	if len(text) < 2 || hexDigit(text[0]) < 16 && text[1]|0x20 != 'x' {
		return text
	}
	for _, prefix := range []string{"urn:uuid:", "0x"} {
		if len(text) > len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
			return text[len(prefix):]
		}
	}
	return text
}

// trimBlank takes off the space around text, and what shows as none.
func trimBlank(text string) string {
	for text != "" && isPlainEnd(text[0]) && isPlainEnd(text[len(text)-1]) {
		return text
	}
	return strings.TrimFunc(text, isBlank)
}

// isPlainEnd says of most text at once that there is nothing to trim.
func isPlainEnd(b byte) bool { return b > ' ' && b < 0x7F }

// isBlank says of a character that nothing shows of it.
func isBlank(r rune) bool { return isSpace(r) || isUnseen(r) }

func isSpace(r rune) bool {
	return r <= ' ' || r >= 0x7F && (unicode.IsSpace(r) || r == 0x2800)
}

func isUnseen(r rune) bool {
	if r < 0x7F {
		return false
	}
	class := classOf(r)
	return class == charInvisible || class == charDirection || class == charVariation || class == charControl
}

// trimWrapping takes off quotes and brackets of every kind, and the full stop or
// colon of a sentence.
func trimWrapping(text string) string {
	if text == "" || isAlphanumeric(text[0]) && isAlphanumeric(text[len(text)-1]) {
		return text
	}
	return strings.TrimFunc(text, func(r rune) bool {
		return strings.ContainsRune(`"'`+"`"+`{}[]()<>.:=“”„‟‘’‚‛«»‹›`, r) || isBlank(r)
	})
}

// isEmpty says of a cell that it holds nothing but punctuation and blanks.
func isEmpty(text string) bool {
	if text != "" && isAlphanumeric(text[0]) {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !isBlank(r) && !unicode.IsPunct(r) && !strings.ContainsRune("+=|~`^<>$", r) &&
			(r < 0x2500 || r > 0x257F) // boxes round a table
	})
}

// cutWord cuts the first word off text, and the space behind it.
func cutWord(text string) (word, rest string) {
	end := strings.IndexFunc(text, isSpace)
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimLeftFunc(text[end:], isSpace)
}

func isWord(text string) bool {
	for i := range len(text) {
		switch b := text[i]; {
		case b <= ' ', b == ',', b == ';', b == '|', b >= 0x7F:
			return false
		}
	}
	return true
}

func isDash(r rune) bool {
	return r == '-' || r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0xFE58 || r == 0xFE63 || r == 0xFF0D
}

// hexDigit is the value of a hex digit in either case, 16 and more for others.
func hexDigit(b byte) byte {
	switch {
	case b-'0' < 10:
		return b - '0'
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return b | 0x20 - 'a' + 10
	}
	return 16
}
