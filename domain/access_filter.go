package domain

import (
	"slices"
	"strings"
	"time"
)

// AccessFilter is what somebody asks of the access history, as typed:
//
//	lars rejected                       words, anywhere in an event
//	person:lars  device:"Van 12"        of whom, and where
//	token:0004815162  location:depot
//	status:rejected
//	time:today  time:7d  time:2026-11-01..2026-11-15
type AccessFilter struct {
	Person, RFID, Device, Location string
	Status                         AccessStatus // 0 for any
	From, To                       time.Time    // From on and before To; zero for no bound
	Words                          string       // the rest
}

// AccessFilterFields are the fields that an access filter has, in the order of
// the list's columns.
func AccessFilterFields() []string { return slices.Clone(accessFilterFields) }

var accessFilterFields = []string{"person", "token", "device", "location", "status", "time"}

// ParseAccessFilter reads a filter of the access history. Days are those of now's
// zone. A field that isn't one, or a value that isn't one of it, is an Invalid
// error on "filter" that says what may stand there.
func ParseAccessFilter(text string, now time.Time) (f AccessFilter, err error) {
	var words []string
	for _, word := range accessFilterWords(text) {
		name, value, has := strings.Cut(word, ":")
		if !has {
			words = append(words, strings.ReplaceAll(word, `"`, ""))
			continue
		}
		if err := f.set(strings.ToLower(name), strings.ReplaceAll(value, `"`, ""), now); err != nil {
			return AccessFilter{}, err
		}
	}
	f.Words = strings.Join(words, " ")
	return f, nil
}

// accessFilterWords cuts a filter at its spaces, but not within quotes.
func accessFilterWords(text string) []string {
	quoted := false
	return strings.FieldsFunc(text, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t')
	})
}

func (f *AccessFilter) set(name, value string, now time.Time) (err error) {
	switch name {
	case "person", "holder":
		f.Person = value
	case "device", "vehicle":
		f.Device = value
	case "location":
		f.Location = value
	case "token", "rfid":
		if value != "" {
			f.RFID, err = CheckRFID(value)
		}
	case "status":
		if value != "" {
			f.Status, err = ParseAccessStatus(value)
		}
	case "time":
		f.From, f.To, err = parseAccessSpan(value, now)
	default:
		return Errorf(Invalid, "filter", "There is no field %q. There are %s.", CleanCut(name, 20), strings.Join(accessFilterFields, ", "))
	}
	if e, ok := err.(*Error); ok {
		return Errorf(Invalid, "filter", "%s", e.Text)
	}
	return err
}

// parseAccessSpan reads a stretch of time: a day by its name or date, some days
// back from today, or from one day to another, both with it.
func parseAccessSpan(text string, now time.Time) (from, to time.Time, err error) {
	year, month, day := now.Date()
	back := func(days int) time.Time { return time.Date(year, month, day-days, 0, 0, 0, 0, now.Location()) }
	switch Fold(text) {
	case "":
		return from, to, nil
	case "today":
		return back(0), to, nil
	case "yesterday":
		return back(1), back(0), nil
	case "7d":
		return back(6), to, nil
	case "30d":
		return back(29), to, nil
	}
	first, last, span := strings.Cut(text, "..")
	if !span {
		last = first
	}
	if first != "" {
		if from, err = time.ParseInLocation(time.DateOnly, first, now.Location()); err != nil {
			return from, to, errAccessSpan(text)
		}
	}
	if last != "" {
		if to, err = time.ParseInLocation(time.DateOnly, last, now.Location()); err != nil {
			return from, to, errAccessSpan(text)
		}
		to = to.AddDate(0, 0, 1)
	}
	if span && !from.IsZero() && !to.IsZero() && !from.Before(to) {
		return from, to, Errorf(Invalid, "filter", "The first day is after the last. Turn the two round.")
	}
	return from, to, nil
}

func errAccessSpan(text string) error {
	return Errorf(Invalid, "filter", "%q is no time. It takes today, yesterday, 7d, 30d, a day as 2026-11-27, or two as 2026-11-01..2026-11-15.", CleanCut(text, 40))
}

// WithAccessField is a filter with one field set to a value, in place of what it
// was set to before; without the field where the value is empty.
func WithAccessField(text, field, value string) string {
	words := slices.DeleteFunc(accessFilterWords(text), func(word string) bool {
		name, _, has := strings.Cut(word, ":")
		return has && strings.EqualFold(name, field)
	})
	if value = strings.ReplaceAll(value, `"`, ""); value == "" {
		return strings.Join(words, " ")
	}
	if strings.ContainsAny(value, " \t:") {
		value = `"` + value + `"`
	}
	return strings.Join(append(words, field+":"+value), " ")
}
