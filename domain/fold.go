package domain

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold is the form of text by which two are the same without regard to case:
// full Unicode case folding, composed (NFC). It is the key of every index over
// names, usernames and addresses, so its answers are stored: a change of it
// needs a migration.
func Fold(text string) string {
	switch letterCase(text) {
	case caseLower:
		return text
	case caseUpper:
		folded := make([]byte, len(text))
		for i := range len(text) {
			folded[i] = lowerByte(text[i])
		}
		return string(folded)
	}
	return foldUnicode(text)
}

// AppendFold appends Fold(text) to dst, without allocating when text is ASCII.
func AppendFold(dst []byte, text string) []byte {
	if letterCase(text) == caseOther {
		return append(dst, foldUnicode(text)...)
	}
	for i := range len(text) {
		dst = append(dst, lowerByte(text[i]))
	}
	return dst
}

// foldUnicode decomposes first, since folding a composed letter and its
// decomposed twin would otherwise differ (Unicode 3.13, D145).
func foldUnicode(text string) string {
	// A Caser may keep state, so sessions can't share one.
	folded := cases.Fold().String(norm.NFD.String(text))
	return norm.NFC.String(strings.Map(foldCherokee, folded))
}

// foldCherokee ends where CaseFolding.txt does. Cherokee alone folds to its
// older, upper-case letters, and x/text swaps the two instead.
func foldCherokee(r rune) rune {
	switch {
	case r >= 0xAB70 && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	case r >= 0x13F8 && r <= 0x13FD:
		return r - 8
	}
	return r
}

type letters uint8

const (
	caseLower letters = iota // ASCII without capitals: folded already
	caseUpper                // ASCII with capitals
	caseOther                // beyond ASCII
)

func letterCase(text string) letters {
	found := caseLower
	for i := range len(text) {
		switch b := text[i]; {
		case b >= 0x80:
			return caseOther
		case b-'A' < 26:
			found = caseUpper
		}
	}
	return found
}

func lowerByte(b byte) byte {
	if b-'A' < 26 {
		return b + ('a' - 'A')
	}
	return b
}
