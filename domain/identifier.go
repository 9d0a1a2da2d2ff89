package domain

import (
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Identifier is one way in which a text may mean a device: the field that it may
// stand in, and the filter that finds it there.
type Identifier struct {
	Field  FilterField
	Filter string
}

// An identifier is looked for from a few characters on, since fewer fit nearly
// everything, and up to what any field holds.
const (
	minIdentifier = 3
	minNumber     = 4 // of a VIN, an IMEI or an ICCID
	minPhone      = 5
)

// Identifiers are the ways in which a text may mean a device, the surest first:
// its unit ID or device ID, whole or from eight digits on, its IMEI, ICCID,
// phone number, VIN, plate or name. None where the text is too short to say. It
// is what somebody types or pastes, with dashes, quotes or brackets around it as
// in ParsePaste; each Filter is one that ParseFilter takes.
func Identifiers(text string) []Identifier {
	text = trimWrapping(trimBlank(strings.ToValidUTF8(text, "")))
	words := strings.Fields(Fold(strings.ReplaceAll(text, `"`, " ")))
	if len(text) > MaxText || utf8.RuneCountInString(strings.Join(words, " ")) < minIdentifier {
		return nil
	}
	list := numbersLike(text, words)
	plain := quoted(strings.Join(words, " "))
	list = append(list, Identifier{FilterPlate, "plate:=" + plain}, Identifier{FilterName, "name:=" + plain})
	if plate := plateLike(words); plate != "" {
		list = append(list, Identifier{FilterPlate, "plate:" + plate})
	}
	return append(list, Identifier{FilterName, eachWord("name:", words)})
}

// Anywhere is the filter of the devices that have every word of a text in
// whatever field, as a list's filter looks for words.
func Anywhere(text string) string {
	return eachWord("", strings.Fields(Fold(strings.ReplaceAll(strings.ToValidUTF8(text, ""), `"`, " "))))
}

// numbersLike are the fields of digits and letters alone.
func numbersLike(text string, words []string) (list []Identifier) {
	add := func(f FilterField, value string) {
		list = append(list, Identifier{f, f.String() + ":" + value})
	}
	if id := parseWhole(text); id.kind >= prefixID {
		digits := hex.EncodeToString(id.value[:])[:id.digits]
		add(FilterUnit, quoted(digits)+"*")
		add(FilterID, quoted(digits)+"*")
	}
	number := compact(strings.Join(words, ""))
	if allDigits(number) && len(number) >= minNumber {
		add(FilterIMEI, quoted(number)+"*")
		add(FilterICCID, quoted(number)+"*")
	}
	if phone := PhoneDigits(text); len(phone) >= minPhone && strings.Trim(text, "+()-/. 0123456789") == "" {
		add(FilterPhone, quoted(phone))
	}
	if len(words) == 1 && len(number) >= minNumber && !strings.ContainsFunc(number, func(r rune) bool {
		return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		add(FilterVIN, quoted(number))
	}
	return list
}

// plateLike is the pattern of a plate that has the letters and digits of the
// words in that order, whatever stands between them: plates are written with
// spaces and dashes, and typed without. Empty where the words aren't like one.
func plateLike(words []string) string {
	const most = 12
	var pattern strings.Builder
	n := 0
	for _, r := range strings.Join(words, "") {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			n++
			pattern.WriteString(quoted(string(r)) + "*")
		case r != '-' && r != '.':
			return ""
		}
	}
	if n < minNumber || n > most {
		return ""
	}
	return pattern.String()
}

func quoted(text string) string { return `"` + text + `"` }

// eachWord is a filter by words, each of the same field. It takes as many as a
// filter may have.
func eachWord(field string, words []string) string {
	var terms []string
	for _, word := range words[:min(len(words), MaxFilterTerms)] {
		if strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			word = quoted(word)
		}
		terms = append(terms, field+word)
	}
	return strings.Join(terms, " ")
}
