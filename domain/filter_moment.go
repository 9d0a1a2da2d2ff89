package domain

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// MaxMinute is beyond every moment that MinuteOf tells apart: the year 2480.
const MaxMinute = 1<<28 - 1

// MinuteOf is a moment in minutes since 1970, as filters compare them: 0 for the
// zero time, at least 1 and at most MaxMinute for any other.
func MinuteOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return min(max(t.Unix()/60, 1), MaxMinute)
}

// bounds reads "<x", "<=x", ">x", ">=x", "x..y" and "x". read gives the first
// and the last of what x stands for.
func bounds(text string, read func(string) (first, last int64, ok bool)) (from, to int64, ok bool) {
	from, to = math.MinInt64, math.MaxInt64
	if low, high, is := strings.Cut(text, ".."); is {
		okLow, okHigh := true, true
		if low != "" {
			from, _, okLow = read(low)
		}
		if high != "" {
			_, to, okHigh = read(high)
		}
		return from, to, okLow && okHigh && (low != "" || high != "")
	}
	for _, op := range []string{"<=", ">=", "<", ">", "="} {
		rest, is := strings.CutPrefix(text, op)
		if !is {
			continue
		}
		first, last, ok := read(rest)
		switch op {
		case "<=":
			to = last
		case ">=":
			from = first
		case "<":
			to = first - 1
		case ">":
			from = last + 1
		default:
			from, to = first, last
		}
		return from, to, ok
	}
	from, to, ok = read(text)
	return from, to, ok
}

func yearBounds(text string) (from, to int64, err error) {
	if text == "*" {
		return MinYear, MaxYear, nil
	}
	from, to, ok := bounds(text, func(text string) (int64, int64, bool) {
		year, err := strconv.Atoi(text)
		return int64(year), int64(year), err == nil && len(text) == 4
	})
	if !ok {
		return 0, 0, filterError("%q is no model year. Write year:2021, year:>2018 or year:2018..2020.", CleanCut(text, 30))
	}
	return max(from, MinYear), to, nil // an unknown year, 0, is in no range
}

// statusesLike are the statuses that begin with a text.
func statusesLike(text string) (statuses uint32, err error) {
	text = strings.TrimPrefix(strings.TrimSuffix(Fold(text), "*"), "=")
	for s, name := range statusNames {
		if strings.HasPrefix(name, text) {
			statuses |= 1 << s
		}
	}
	if statuses == 0 {
		return 0, filterError("There is no status %q. A device is %s.", CleanCut(text, 30), wordList(statusNames[:], "or"))
	}
	return statuses, nil
}

// momentBounds reads an age or a date. An age is counted back from now: <7d is
// within the last seven days, and so is 7d; >7d is longer ago, but not never.
func momentBounds(field FilterField, text string, now time.Time) (from, to int64, err error) {
	text = strings.ToLower(text)
	switch {
	case text == "never" && field == FilterSeen:
		return 0, 0, nil
	case text == "*":
		return 1, MaxMinute, nil
	}
	if from, to, ok := ageBounds(text, now); ok {
		return from, to, nil
	}
	from, to, ok := bounds(text, func(text string) (int64, int64, bool) { return dateMinutes(text, now) })
	if !ok {
		return 0, 0, filterError("%q is no time for %s. Write %s:<7d for the last seven days (m, h, d or w), %s:>12h for longer ago, %s.",
			CleanCut(text, 30), field, field, field, otherTimes(field))
	}
	return max(from, 1), min(to, MaxMinute), nil
}

func otherTimes(field FilterField) string {
	if field == FilterSeen {
		return "seen:never, or seen:2026-03-01"
	}
	return "or " + field.String() + ":2026-03-01"
}

// ages are the units of an age, in minutes.
var ages = map[byte]int64{'m': 1, 'h': 60, 'd': 24 * 60, 'w': 7 * 24 * 60}

func ageBounds(text string, now time.Time) (from, to int64, ok bool) {
	rest := strings.TrimLeft(text, "<>=")
	op := text[:len(text)-len(rest)]
	if rest == "" {
		return 0, 0, false
	}
	unit := ages[rest[len(rest)-1]]
	n, err := strconv.ParseInt(rest[:len(rest)-1], 10, 32)
	if unit == 0 || err != nil || n < 0 {
		return 0, 0, false
	}
	at := max(MinuteOf(now)-n*unit, 1)
	switch op {
	case "", "<", "<=":
		return at, MaxMinute, true
	case ">", ">=":
		return 1, at - 1, true
	}
	return 0, 0, false
}

// dateMinutes are the first and the last minute of a day, a month or a year, in
// the zone of now.
func dateMinutes(text string, now time.Time) (first, last int64, ok bool) {
	var from, until time.Time
	var err error
	zone := now.Location()
	switch {
	case text == "today":
		y, m, d := now.Date()
		from = time.Date(y, m, d, 0, 0, 0, 0, zone)
		until = from.AddDate(0, 0, 1)
	case text == "yesterday":
		y, m, d := now.Date()
		until = time.Date(y, m, d, 0, 0, 0, 0, zone)
		from = until.AddDate(0, 0, -1)
	case len(text) == len("2006-01-02"):
		from, err = time.ParseInLocation("2006-01-02", text, zone)
		until = from.AddDate(0, 0, 1)
	case len(text) == len("2006-01"):
		from, err = time.ParseInLocation("2006-01", text, zone)
		until = from.AddDate(0, 1, 0)
	case len(text) == len("2006"):
		from, err = time.ParseInLocation("2006", text, zone)
		until = from.AddDate(1, 0, 0)
	default:
		return 0, 0, false
	}
	return MinuteOf(from), MinuteOf(until) - 1, err == nil
}
