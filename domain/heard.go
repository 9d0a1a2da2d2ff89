package domain

import "time"

// Heard is how long ago a device last spoke, in the steps in which people ask.
type Heard uint8

// Each leaves out what those before it hold.
const (
	HeardToday  Heard = iota // since midnight, by the clock of whoever asks
	HeardWeek                // in the last 7 days
	HeardMonth               // in the last 30 days
	HeardBefore              // longer ago
	HeardNever

	heards = iota // how many there are, to size tables
)

// heardTable says of each step its name, the same for people, and the filter that
// lists what is in it.
var heardTable = [heards]struct{ name, words, filter string }{
	HeardToday:  {"today", "today", "seen:today"},
	HeardWeek:   {"week", "last 7 days", "seen:<7d -seen:today"},
	HeardMonth:  {"month", "last 30 days", "seen:<30d -seen:<7d"},
	HeardBefore: {"before", "longer ago", "seen:>30d"},
	HeardNever:  {"never", "never", "seen:never"},
}

// String is the step in JSON.
func (h Heard) String() string {
	if int(h) < len(heardTable) {
		return heardTable[h].name
	}
	return ""
}

// Words are the step as people read it, beneath those that are later.
func (h Heard) Words() string {
	if int(h) < len(heardTable) {
		return heardTable[h].words
	}
	return ""
}

// Filter is what lists the devices of the step.
func (h Heard) Filter() string {
	if int(h) < len(heardTable) {
		return heardTable[h].filter
	}
	return ""
}

// Heards are all steps, the latest first.
func Heards() []Heard {
	all := make([]Heard, heards)
	for i := range all {
		all[i] = Heard(i)
	}
	return all
}

// HeardSteps are the minutes since 1970 at which each step begins, so that a
// million devices can be asked.
type HeardSteps [HeardBefore]int64

// NewHeardSteps are the steps as of now in somebody's zone.
func NewHeardSteps(now time.Time, zone *time.Location) HeardSteps {
	y, m, d := now.In(zone).Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, zone)
	const day = 24 * 60
	minute := MinuteOf(now)
	return HeardSteps{MinuteOf(midnight), minute - 7*day, minute - 30*day}
}

// Of is the step of a last communication, in minutes as MinuteOf counts them.
func (s *HeardSteps) Of(minute int64) Heard {
	if minute == 0 {
		return HeardNever
	}
	for h, from := range s {
		if minute >= from {
			return Heard(h)
		}
	}
	return HeardBefore
}
