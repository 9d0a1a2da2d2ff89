package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Lengths, in characters.
const (
	MaxName    = 120 // names of accounts, customers, devices, locations, people
	MaxText    = 80  // make, model, type, board version, plate
	MaxAddress = 300
	MaxNotes   = 1000
)

// fieldWords are what people call a field, where it isn't its name with spaces.
var fieldWords = map[string]string{
	"unit_id": "unit ID", "imei": "IMEI", "iccid": "ICCID", "vin": "VIN", "email": "email address",
	"full_name": "name", "phone": "phone number", "plate": "licence plate", "tags": "tag",
}

func fieldWord(field string) string {
	if words, ok := fieldWords[field]; ok {
		return words
	}
	return strings.ReplaceAll(field, "_", " ")
}

// CheckName returns a name as it is stored: composed (NFC), without space around
// it, with single spaces in it. An empty one, one of more than MaxName
// characters, and one that holds what can't be seen or breaks a line is an
// Invalid error on field.
func CheckName(field, text string) (string, error) {
	name, err := CheckText(field, text, MaxName)
	if err == nil && name == "" {
		return "", Errorf(Invalid, field, "Give a %s.", fieldWord(field))
	}
	return name, err
}

// CheckText is CheckName for text that may be empty, of at most limit characters.
func CheckText(field, text string, limit int) (string, error) {
	if !utf8.ValidString(text) {
		return "", Errorf(Invalid, field, "The %s isn't valid text (UTF-8). Type it again.", fieldWord(field))
	}
	text = strings.TrimFunc(text, unicode.IsSpace)
	if err := checkLength(field, text, limit); err != nil {
		return "", err
	}
	if err := checkCharacters(field, text); err != nil {
		return "", err
	}
	text = tidyName(text)
	if err := checkLength(field, text, limit); err != nil { // some letters are two when composed
		return "", err
	}
	return text, nil
}

func checkLength(field, text string, limit int) error {
	if len(text) <= limit {
		return nil
	}
	if n := utf8.RuneCountInString(text); n > limit {
		return Errorf(Invalid, field, "The %s takes at most %d characters; this has %d.", fieldWord(field), limit, n)
	}
	return nil
}

// checkCharacters refuses what tidyName wouldn't put right by itself.
func checkCharacters(field, text string) error {
	marks, place := maxMarks, 0
	for _, r := range text {
		place++
		class := classOf(r)
		switch class {
		case charPlain:
			marks = 0
			continue
		case charVariation, charTone:
			continue // tidyName drops the one; the other is ordinary when typed
		case charMark:
			if marks++; marks <= maxMarks {
				continue
			}
		}
		return Errorf(Invalid, field, "The %s holds %s (U+%04X) at character %d. Take it out.",
			fieldWord(field), classWords[class], r, place)
	}
	return nil
}

var classWords = [...]string{
	charBreak:     "a tab or line break",
	charControl:   "a control character",
	charDirection: "a mark that turns the direction of text",
	charInvisible: "an invisible character",
	charBlank:     "a blank character that isn't a space",
	charMark:      "a combining mark too many",
	charNone:      "something that is no character",
}

// tidyName composes a name and makes its spaces single and plain.
func tidyName(text string) string {
	if isTidy(text) {
		return text
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case classOf(r) == charVariation:
			return -1
		}
		return r
	}, norm.NFC.String(text))
	return norm.NFC.String(strings.Join(strings.Fields(text), " "))
}

// isTidy says quickly of most text that there is nothing to tidy.
func isTidy(text string) bool {
	for i := range len(text) {
		b := text[i]
		if b < ' ' || b > '~' || b == ' ' && (i == 0 || i == len(text)-1 || text[i-1] == ' ') {
			return false
		}
	}
	return true
}
