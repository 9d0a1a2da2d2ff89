package domain

import (
	"strings"
	"time"
)

// Settings are the cloud settings: how times and distances are shown. A zero
// field means that the parent's (or customer's) value holds.
type Settings struct {
	TimeZone string // IANA name, "Europe/Copenhagen"
	Clock    Clock
	Units    Units
}

// Clock is a time format.
type Clock uint8

const (
	Clock24 Clock = 24
	Clock12 Clock = 12
)

// Units is a system of measures.
type Units uint8

const (
	Metric Units = iota + 1
	Imperial
)

// Security holds a node's security settings. Forcing a second factor holds for
// everything below; nothing below can relax it.
type Security struct {
	ForceSecondFactor bool
}

// SettingsLevel says at which level a setting was made.
type SettingsLevel uint8

const (
	FromAccount SettingsLevel = iota + 1
	FromCustomer
	FromUser
)

// SettingsSource says who made a setting: the account, a customer or the user.
type SettingsSource struct {
	From SettingsLevel
	ID   ID // of the account, customer or user
}

// SettingsSources say for each setting who made it.
type SettingsSources struct{ TimeZone, Clock, Units SettingsSource }

// String is the clock in commands and JSON: "12", "24", "" when inherited.
func (c Clock) String() string {
	switch c {
	case Clock12:
		return "12"
	case Clock24:
		return "24"
	}
	return ""
}

// String is the system in commands and JSON: "metric", "imperial", "" when
// inherited.
func (u Units) String() string {
	switch u {
	case Metric:
		return "metric"
	case Imperial:
		return "imperial"
	}
	return ""
}

// ParseClock reads "12", "24" or "" (inherited). Anything else is an Invalid
// error on field "time_format".
func ParseClock(text string) (Clock, error) {
	switch hours := strings.TrimSuffix(Fold(strings.TrimSpace(text)), "h"); strings.TrimSpace(hours) {
	case "":
		return 0, nil
	case "12":
		return Clock12, nil
	case "24":
		return Clock24, nil
	}
	return 0, Errorf(Invalid, "time_format", "The time format is 12 or 24, not %q.", CleanCut(text, 30))
}

// ParseUnits reads "metric", "imperial" or "" (inherited), in either case.
// Anything else is an Invalid error on field "units".
func ParseUnits(text string) (Units, error) {
	switch Fold(strings.TrimSpace(text)) {
	case "":
		return 0, nil
	case "metric":
		return Metric, nil
	case "imperial":
		return Imperial, nil
	}
	return 0, Errorf(Invalid, "units", "The units are metric or imperial, not %q.", CleanCut(text, 30))
}

// Complete says whether every setting is made.
func (s Settings) Complete() bool { return s.TimeZone != "" && s.Clock != 0 && s.Units != 0 }

// Zone is the time zone, UTC when it is unset or unknown here.
func (s Settings) Zone() *time.Location {
	if zone, err := time.LoadLocation(s.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// DefaultSettings are what an account in that country most likely wants, to
// offer first; complete for any country.
func DefaultSettings(country string) Settings {
	s := Settings{TimeZone: "UTC", Clock: Clock24, Units: Metric}
	if c, ok := countryByCode(country); ok {
		s.TimeZone = c.zone
	}
	switch country {
	case "US", "LR", "MM": // the countries that never went metric
		s.Units = Imperial
	case "GB": // metric but for the road, which is where vehicles are
		s.Units = Imperial
	}
	switch country {
	case "US", "CA", "AU", "NZ", "IN", "PK", "BD", "PH", "EG", "SA", "MY", "CO":
		s.Clock = Clock12
	}
	return s
}

// CheckSettings normalises settings, of which each may be unset, and refuses
// what isn't one with an Invalid error on "time_zone", "time_format" or "units".
func CheckSettings(s *Settings) error {
	zone, err := CheckZone(s.TimeZone)
	if err != nil {
		return err
	}
	s.TimeZone = zone
	if s.Clock != 0 && s.Clock.String() == "" {
		return Errorf(Invalid, "time_format", "The time format is 12 or 24, not %d.", s.Clock)
	}
	if s.Units != 0 && s.Units.String() == "" {
		return Errorf(Invalid, "units", "The units are metric or imperial.")
	}
	return nil
}

// Settings are the settings that hold at a customer: its own, and where it sets
// none its parent's, up to the account's. For the zero ID, and for a customer
// that the tree doesn't hold, they are the account's.
func (t *Tree) Settings(id ID) Settings {
	settings, _ := t.settings(id, nil)
	return settings
}

// SettingsFor are the settings that hold for a user: their own, then their
// customer's.
func (t *Tree) SettingsFor(u *User) Settings {
	settings, _ := t.settings(u.Customer, u)
	return settings
}

// SettingsSources say where each of Settings(id) was made.
func (t *Tree) SettingsSources(id ID) SettingsSources {
	_, sources := t.settings(id, nil)
	return sources
}

// SettingsSourcesFor say where each of SettingsFor(u) was made.
func (t *Tree) SettingsSourcesFor(u *User) SettingsSources {
	_, sources := t.settings(u.Customer, u)
	return sources
}

func (t *Tree) settings(id ID, u *User) (s Settings, sources SettingsSources) {
	if u != nil {
		inherit(&s, &sources, u.Settings, SettingsSource{FromUser, u.ID})
	}
	for c := range t.Ancestors(id) {
		inherit(&s, &sources, c.Settings, SettingsSource{FromCustomer, c.ID})
	}
	inherit(&s, &sources, t.account.Settings, SettingsSource{FromAccount, t.account.ID})
	return s, sources
}

// inherit fills what s has not set from a level above.
func inherit(s *Settings, sources *SettingsSources, above Settings, from SettingsSource) {
	if s.TimeZone == "" && above.TimeZone != "" {
		s.TimeZone, sources.TimeZone = above.TimeZone, from
	}
	if s.Clock == 0 && above.Clock != 0 {
		s.Clock, sources.Clock = above.Clock, from
	}
	if s.Units == 0 && above.Units != 0 {
		s.Units, sources.Units = above.Units, from
	}
}

// SecondFactorForced says whether a customer's users must have a second factor,
// and who says so: the nearest that forces it, of the customer itself, those
// above it (by), and the account (byAccount).
func (t *Tree) SecondFactorForced(id ID) (forced bool, by ID, byAccount bool) {
	for c := range t.Ancestors(id) {
		if c.Security.ForceSecondFactor {
			return true, c.ID, false
		}
	}
	if t.account.Security.ForceSecondFactor {
		return true, ID{}, true
	}
	return false, ID{}, false
}
