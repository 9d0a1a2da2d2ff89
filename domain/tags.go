package domain

import (
	"slices"
	"strings"
)

// How many tags a device may have, and how many characters one takes.
const (
	MaxTags = 32
	MaxTag  = 40
)

// ParseTags reads tags separated by commas, semicolons or vertical bars. A tag
// may hold spaces. See CheckTags.
func ParseTags(text string) ([]string, error) {
	return CheckTags(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '|' }))
}

// CheckTags returns tags as they are stored: tidied as names are, without empty
// ones and without those that are there already but for case, in their order.
// Too many, too long or unprintable ones are an Invalid error on field "tags".
func CheckTags(tags []string) ([]string, error) {
	var kept []string
	var seen []string
	for _, tag := range tags {
		tag, err := CheckText("tags", tag, MaxTag)
		if err != nil {
			return nil, err
		}
		if strings.ContainsAny(tag, ",;|") {
			return nil, Errorf(Invalid, "tags", "The tag %q holds a separator. Take out the comma, semicolon or bar.", tag)
		}
		folded := Fold(tag)
		if tag == "" || slices.Contains(seen, folded) {
			continue
		}
		if len(kept) == MaxTags {
			return nil, Errorf(Invalid, "tags", "A device takes at most %d tags.", MaxTags)
		}
		kept, seen = append(kept, tag), append(seen, folded)
	}
	return kept, nil
}

// JoinTags writes tags as ParseTags reads them.
func JoinTags(tags []string) string { return strings.Join(tags, ", ") }
