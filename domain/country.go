package domain

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Country is a country of ISO 3166-1.
type Country struct {
	Code string // two letters, upper case
	Name string // in English

	zone string // the time zone most people there live in
	also []string
}

// countryData has a line for each of the 249 codes: code, English name (CLDR's,
// brought up to date), the time zone of the capital (IANA zone.tab), and other
// names that people type.
//
//go:embed countries.txt
var countryData string

type countryTable struct {
	all    []Country // by name
	byCode map[string]int
	byName map[string]int // by countryKey of every name
}

var countryTables = sync.OnceValue(func() *countryTable {
	t := &countryTable{byCode: map[string]int{}, byName: map[string]int{}}
	for line := range strings.Lines(countryData) {
		f := strings.Split(strings.TrimSpace(line), "|")
		c := Country{Code: f[0], Name: f[1], zone: f[2]}
		if len(f) > 3 {
			c.also = strings.Split(f[3], ",")
		}
		t.all = append(t.all, c)
	}
	slices.SortFunc(t.all, func(a, b Country) int { return strings.Compare(countryKey(a.Name), countryKey(b.Name)) })
	for i, c := range t.all {
		t.byCode[c.Code] = i
		t.byName[countryKey(c.Name)] = i
		for _, name := range c.also {
			t.byName[countryKey(name)] = i
		}
	}
	return t
})

// Countries are all of ISO 3166-1, by their English names.
func Countries() []Country { return slices.Clone(countryTables().all) }

// CountryName is the English name of a code, the code itself when it is unknown.
func CountryName(code string) string {
	if c, ok := countryByCode(code); ok {
		return c.Name
	}
	return code
}

// CheckCountry returns the two-letter code of a country, given by its code or
// its English name, in either case. Anything else is an Invalid error on field
// "country"; so is empty text when a country is required.
func CheckCountry(text string, required bool) (string, error) {
	text = strings.TrimFunc(text, unicode.IsSpace)
	if text == "" {
		if required {
			return "", Errorf(Invalid, "country", "Give a country: its code or name, such as DK or Denmark.")
		}
		return "", nil
	}
	t := countryTables()
	if i, ok := t.byCode[strings.ToUpper(text)]; ok {
		return t.all[i].Code, nil
	}
	if len(text) <= 100 {
		if i, ok := t.byName[countryKey(text)]; ok {
			return t.all[i].Code, nil
		}
	}
	return "", Errorf(Invalid, "country", "%q is no country. Give a code or name, such as DK or Denmark.", CleanCut(text, 60))
}

func countryByCode(code string) (Country, bool) {
	t := countryTables()
	i, ok := t.byCode[code]
	if !ok {
		return Country{}, false
	}
	return t.all[i], true
}

// countryKey is a name as people remember it: letters only, without accents,
// "&" as "and", "Saint" as "St", no article before.
func countryKey(name string) string {
	name = strings.ReplaceAll(Fold(norm.NFD.String(name)), "&", " and ")
	var words []string
	for _, word := range strings.FieldsFunc(norm.NFD.String(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r)
	}) {
		word = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, word)
		if word == "saint" {
			word = "st"
		}
		if word == "the" && len(words) == 0 {
			continue
		}
		words = append(words, word)
	}
	return strings.Join(words, "")
}
