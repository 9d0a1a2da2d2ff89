package domain

import (
	"strings"
	"unicode/utf8"
)

// CSVField keeps a spreadsheet from taking text for a formula: what begins with
// = + - @, their full-width twins, a tab or a line break gets a ' in front.
// CSVText takes it off again, so that an exported file imports as it was.
//
// It does no quoting: encoding/csv does.
func CSVField(s string) string {
	if startsFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// CSVText is the text that CSVField guarded.
func CSVText(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && startsFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}

func startsFormula(s string) bool {
	switch r, _ := utf8.DecodeRuneInString(s); r {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return true
	}
	return false
}
