// Package shape is how Tenantry's things look as JSON and CSV: one form of each,
// for the plain commands, for REST and for what the console exports, so that
// what reads the one can read the other.
//
// Here are field names, and how a value is written: identities and times are
// text, what isn't known or isn't there is null, and lists are never null. It
// must know neither commands nor protocols; whoever answers decides what is
// told, this only says how.
package shape

import (
	"time"

	"tenantry/domain"
)

// Instant is a time: RFC 3339 in UTC, null for none.
func Instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339)
	return &text
}

// Identity is an ID: null for none.
func Identity(id domain.ID) *domain.ID {
	if id.IsZero() {
		return nil
	}
	return &id
}

// Known is a count: null where it isn't known.
func Known(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

// List is a list that is never null.
func List[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// OwnSettings are settings as made at one place.
type OwnSettings struct {
	TimeZone string `json:"time_zone" doc:"IANA name; empty where inherited"`
	Clock    string `json:"time_format" doc:"12 or 24; empty where inherited"`
	Units    string `json:"units" doc:"metric or imperial; empty where inherited"`
}

func ownSettings(s domain.Settings) OwnSettings {
	return OwnSettings{s.TimeZone, s.Clock.String(), s.Units.String()}
}
