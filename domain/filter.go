package domain

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// DeviceFilter is what somebody typed to narrow the devices: terms, of which a
// device must fulfil every one.
//
//	van                   a field, or the customer's path, contains it
//	status:online         the field contains it
//	-tag:rental           not so
//	name:"tail lift"      a value with spaces, or with marks that mean something
//	imei:35*  vin:*7      the field begins with it, ends with it
//	plate:*  plate:=      there is something in it, or nothing
//	year:2018..2020  seen:<7d  seen:never  registered:>2026-03-01
type DeviceFilter struct{ Terms []FilterTerm }

// FilterTerm is one condition. Which of its parts counts goes by the field.
type FilterTerm struct {
	Field FilterField
	Not   bool
	// Pattern is what a text must be like, folded.
	Pattern Pattern
	// Dashless is Pattern without its dashes, for the unit ID, which is printed
	// with them; the zero pattern where there is nothing to leave out.
	Dashless Pattern
	// Statuses has a bit for each status that is meant.
	Statuses uint32
	// From and To bound a year, or a moment in minutes (MinuteOf).
	From, To int64
}

// FilterField is what of a device a term looks at.
type FilterField uint8

const (
	FilterAny FilterField = iota // every field that words are looked for in, and the customer's path
	FilterName
	FilterTag
	FilterPlate
	FilterVIN
	FilterIMEI
	FilterUnit
	FilterID
	FilterICCID
	FilterPhone
	FilterCustomer
	FilterLocation
	FilterMake
	FilterModel
	FilterYear
	FilterType
	FilterBoard
	FilterStatus
	FilterSeen
	FilterRegistered
)

// filterFields are the fields by what people call them; the first name is the
// one that is offered. takes says what values look like, where that is no text.
var filterFields = [...]struct {
	names []string
	takes string
}{
	FilterName:       {[]string{"name"}, ""},
	FilterTag:        {[]string{"tag", "tags"}, ""},
	FilterPlate:      {[]string{"plate"}, ""},
	FilterVIN:        {[]string{"vin"}, ""},
	FilterIMEI:       {[]string{"imei"}, ""},
	FilterUnit:       {[]string{"unit", "unit_id"}, ""},
	FilterID:         {[]string{"id", "device_id"}, ""},
	FilterICCID:      {[]string{"iccid"}, ""},
	FilterPhone:      {[]string{"phone"}, ""},
	FilterCustomer:   {[]string{"customer"}, ""},
	FilterLocation:   {[]string{"location"}, ""},
	FilterMake:       {[]string{"make"}, ""},
	FilterModel:      {[]string{"model"}, ""},
	FilterYear:       {[]string{"year"}, "2021, >2018 or 2018..2020"},
	FilterType:       {[]string{"type"}, ""},
	FilterBoard:      {[]string{"board", "board_version"}, ""},
	FilterStatus:     {[]string{"status"}, "new, online, offline or retired"},
	FilterSeen:       {[]string{"seen", "last", "last_communication"}, "never, <7d, >12h or a date like 2026-03-01"},
	FilterRegistered: {[]string{"registered", "registered_at"}, "<30d, a date like 2026-03-01, or >2026-03"},
}

// String is the field's name in a filter.
func (f FilterField) String() string {
	if int(f) < len(filterFields) && f != FilterAny {
		return filterFields[f].names[0]
	}
	return ""
}

// Takes says what the field's values look like, where they are no text.
func (f FilterField) Takes() string { return filterFields[f].takes }

// FilterFields are the names of all fields, in the order in which they are told.
func FilterFields() []string {
	var names []string
	for _, f := range filterFields[1:] {
		names = append(names, f.names[0])
	}
	return names
}

// FilterHelp is the filter language in a line.
const FilterHelp = `customer:nordics status:online tag:van -imei:35* seen:<7d name:"tail lift"`

// FilterExamples say what can be written, and what it means.
var FilterExamples = [][2]string{
	{"van 12", "both words, in the name, tag, plate, VIN, IMEI, unit ID or the customer's path"},
	{"tag:van", "the field contains it. Fields are " + wordList(FilterFields(), "and")},
	{"-tag:van", "not so"},
	{`name:"tail lift"`, "a value with spaces, or one that is to be taken as it stands"},
	{"imei:35* vin:*7", "begins with it, ends with it"},
	{"plate:* plate:=", "there is one, there is none; plate:=ab12 is exactly that"},
	{"status:online", "new, online, offline or retired"},
	{"year:>2018", "the model year; 2021 and 2018..2020 go too"},
	{"seen:<7d", "spoke within seven days; >12h longer ago (m, h, d, w), never, today, 2026-03-01, >2026-03"},
	{"registered:<30d", "the same for when it was registered"},
}

func filterField(name string) (FilterField, bool) {
	for f := range filterFields {
		if slices.Contains(filterFields[f].names, name) {
			return FilterField(f), true
		}
	}
	return 0, false
}

// A filter has bounds because each term costs a pass: nobody types more, and
// what is pasted by mistake shall not be searched for.
const (
	MaxFilterBytes = 1000
	MaxFilterTerms = 32
)

// ParseFilter reads a filter at a moment, in the zone of whoever typed it: ages
// and dates are counted from there. Invalid, on field "filter", with a sentence
// that says what to write instead.
func ParseFilter(text string, now time.Time) (DeviceFilter, error) {
	var f DeviceFilter
	if len(text) > MaxFilterBytes {
		return f, filterTooLong()
	}
	for _, word := range filterWords(text) {
		term, err := word.term(now)
		if err != nil {
			return DeviceFilter{}, err
		}
		f.Terms = append(f.Terms, term)
	}
	if len(f.Terms) > MaxFilterTerms {
		return DeviceFilter{}, filterTooLong()
	}
	return f, nil
}

func filterTooLong() *Error {
	return Errorf(Invalid, "filter", "The filter is too long: it takes %d words of %d characters in all. To find many devices by their IDs, paste them.", MaxFilterTerms, MaxFilterBytes)
}

func filterError(format string, args ...any) *Error {
	return Errorf(Invalid, "filter", format, args...)
}

// filterWord is a word of a filter as it was typed. Quotes are taken out; what
// stood in them means nothing but itself.
type filterWord struct {
	at     int // the byte where it begins
	runes  []rune
	quoted []bool
	open   bool // its quotes aren't closed
}

// filterWords cuts a filter at the spaces that aren't in quotes.
func filterWords(text string) []filterWord {
	var words []filterWord
	var word *filterWord
	in := false
	for at, r := range text {
		if unicode.IsSpace(r) && !in {
			word = nil
			continue
		}
		if word == nil {
			words = append(words, filterWord{at: at})
			word = &words[len(words)-1]
		}
		if r == '"' {
			in = !in
			word.open = in
			continue
		}
		if r < ' ' {
			r = ' ' // no field of a device holds such
		}
		word.runes, word.quoted = append(word.runes, r), append(word.quoted, in)
	}
	return slices.DeleteFunc(words, func(w filterWord) bool { return len(w.runes) == 0 })
}

// rest is the word without its first characters.
func (w filterWord) rest(n int) filterWord {
	return filterWord{at: w.at, runes: w.runes[n:], quoted: w.quoted[n:], open: w.open}
}

// negated takes the dash in front away. A dash alone is looked for.
func (w filterWord) negated() (filterWord, bool) {
	if len(w.runes) > 1 && w.runes[0] == '-' && !w.quoted[0] {
		return w.rest(1), true
	}
	return w, false
}

// field parts the name of a field from its value; false where the word has none.
func (w filterWord) field() (name string, value filterWord, has bool) {
	for i, r := range w.runes {
		switch {
		case w.quoted[i]:
			return "", w, false
		case r == ':' && i > 0:
			return strings.ToLower(string(w.runes[:i])), w.rest(i + 1), true
		case r != '_' && (r|0x20 < 'a' || r|0x20 > 'z'):
			return "", w, false
		}
	}
	return "", w, false
}

func (w filterWord) term(now time.Time) (FilterTerm, error) {
	var t FilterTerm
	w, t.Not = w.negated()
	name, value, has := w.field()
	if !has {
		t.Pattern = w.pattern(Fold)
		t.Dashless = t.Pattern.dashless()
		return t, nil
	}
	field, known := filterField(name)
	if !known {
		return t, filterError("There is no field %q. Fields are %s. To look for the word itself, put it in quotes.", CleanCut(name, 30), wordList(FilterFields(), "and"))
	}
	t.Field = field
	if len(value.runes) == 0 {
		return t, emptyValue(field)
	}
	return t, value.fill(&t, now)
}

func emptyValue(field FilterField) *Error {
	if takes := field.Takes(); takes != "" {
		return filterError("Say which after %s: %s.", field, takes)
	}
	return filterError("Say what to look for after %s: a part of it, its beginning with a star (%s:ab*), or %s:* for any.", field, field, field)
}

// fill reads the value of a field.
func (w filterWord) fill(t *FilterTerm, now time.Time) (err error) {
	switch t.Field {
	case FilterYear:
		t.From, t.To, err = yearBounds(string(w.runes))
	case FilterStatus:
		t.Statuses, err = statusesLike(string(w.runes))
	case FilterSeen:
		t.From, t.To, err = momentBounds(FilterSeen, string(w.runes), now)
	case FilterRegistered:
		t.From, t.To, err = momentBounds(FilterRegistered, string(w.runes), now)
	case FilterUnit, FilterID, FilterVIN, FilterIMEI, FilterICCID:
		t.Pattern = w.pattern(func(text string) string { return compact(Fold(text)) })
	case FilterPhone:
		t.Pattern = w.pattern(PhoneDigits)
	default:
		t.Pattern = w.pattern(Fold)
	}
	if err == nil && t.Takes() == "" && t.Pattern.IsZero() && strings.Trim(string(w.runes), "*") != "" {
		return filterError("There is nothing in %q that a %s could hold. Write its digits or letters, or %s:* for any.", CleanCut(string(w.runes), 30), fieldWord(t.Field.String()), t.Field)
	}
	return err
}

// Takes is what the values of the term's field look like.
func (t FilterTerm) Takes() string { return t.Field.Takes() }

// PhoneDigits is a phone number as it is looked for: its digits alone.
func PhoneDigits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
}

// pattern reads a word with stars. Where there is an = in front, it is the whole.
func (w filterWord) pattern(fold func(string) string) Pattern {
	if len(w.runes) > 0 && w.runes[0] == '=' && !w.quoted[0] {
		return Pattern{pieces: []string{fold(string(w.runes[1:]))}, begins: true, ends: true}
	}
	var p Pattern
	begin, stars := 0, 0
	piece := func(end int) {
		if end == begin {
			return
		}
		if text := fold(string(w.runes[begin:end])); text != "" {
			p.pieces = append(p.pieces, text)
		}
	}
	for i, r := range w.runes {
		if r == '*' && !w.quoted[i] {
			piece(i)
			begin = i + 1
			stars++
		}
	}
	piece(len(w.runes))
	if stars > 0 && len(w.runes) > 0 {
		last := len(w.runes) - 1
		p.begins = w.runes[0] != '*' || w.quoted[0]
		p.ends = w.runes[last] != '*' || w.quoted[last]
	}
	return p
}

// wordList is "a, b and c".
func wordList(words []string, and string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + and + " " + words[len(words)-1]
}
