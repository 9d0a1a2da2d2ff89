package domain

import (
	"strings"
	"time"
)

// ParseMoment reads a time, or a day in a zone, of which it is the start, or the
// end where that is meant; the zero time for an empty text. Invalid on the field
// for anything else.
func ParseMoment(field, text string, zone *time.Location, end bool) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, nil
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return day, Errorf(Invalid, field, "%q is no day or moment. Write it like 2027-03-01 or 2027-03-01T08:00:00Z.", CleanCut(text, 40))
	}
	if end {
		day = day.AddDate(0, 0, 1)
	}
	return day, nil
}
