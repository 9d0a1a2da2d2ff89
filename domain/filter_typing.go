package domain

import "strings"

// TypingFilter looks at a filter while it is being typed. The last word of it
// may be the beginning of something: a field that has no value yet, or perhaps a
// field's name. rest is the filter without that word, to be searched for
// meanwhile, and hint says what may follow. sure is false where the word may
// just as well be one to look for. Where the last word is finished, hint is
// empty and rest is the whole.
func TypingFilter(text string) (rest, hint string, sure bool) {
	words := filterWords(text)
	if len(words) == 0 || len(text) > MaxFilterBytes || text[len(text)-1] == ' ' {
		return text, "", false
	}
	last := words[len(words)-1]
	before := strings.TrimSpace(text[:last.at])
	word, _ := last.negated()
	name, value, has := word.field()
	switch {
	case has && len(value.runes) == 0:
		if field, known := filterField(name); known {
			return before, fieldHint(field), true
		}
	case has && isOperator(string(value.runes)):
		if field, known := filterField(name); known && field.Takes() != "" {
			return before, fieldHint(field), true
		}
	case !has && !last.open:
		if fits := fieldsLike(word); fits != "" {
			return before, fits, false
		}
	}
	return text, "", false
}

// WithoutLastWord is a filter without its last word.
func WithoutLastWord(text string) string {
	words := filterWords(text)
	if len(words) == 0 {
		return ""
	}
	return strings.TrimSpace(text[:words[len(words)-1].at])
}

// isOperator says whether a value is only the beginning of one.
func isOperator(value string) bool { return strings.Trim(value, "<>=") == "" }

func fieldHint(f FilterField) string {
	if takes := f.Takes(); takes != "" {
		return f.String() + ": " + takes
	}
	return f.String() + ": a part of it, ab* its beginning, * any"
}

// fieldsLike names the fields that begin with a word.
func fieldsLike(w filterWord) string {
	typed := strings.ToLower(string(w.runes))
	var fits []string
	for _, f := range filterFields[1:] {
		for _, name := range f.names {
			if strings.HasPrefix(name, typed) {
				fits = append(fits, f.names[0]+":")
				break
			}
		}
	}
	return strings.Join(fits, " ")
}
