package store

import "tenantry/domain"

// settingsRecord is what accounts, customers and users set in the same way.
type settingsRecord struct {
	_        struct{} `cbor:",toarray"`
	TimeZone string
	Clock    uint8
	Units    uint8
}

// settingsToRecord is nil, and left out, where nothing is set.
func settingsToRecord(s domain.Settings) *settingsRecord {
	if s == (domain.Settings{}) {
		return nil
	}
	return &settingsRecord{TimeZone: s.TimeZone, Clock: uint8(s.Clock), Units: uint8(s.Units)}
}

func (r *settingsRecord) settings() domain.Settings {
	if r == nil {
		return domain.Settings{}
	}
	return domain.Settings{TimeZone: r.TimeZone, Clock: domain.Clock(r.Clock), Units: domain.Units(r.Units)}
}

// settingsChanges are the settings that differ, for the audit trail.
func settingsChanges(before, after domain.Settings) []change {
	return changes(
		change{"time_zone", before.TimeZone, after.TimeZone},
		change{"time_format", before.Clock.String(), after.Clock.String()},
		change{"units", before.Units.String(), after.Units.String()},
	)
}

// changes leaves out the fields that stayed as they were.
func changes(fields ...change) []change {
	var differ []change
	for _, f := range fields {
		if f.old != f.new {
			differ = append(differ, f)
		}
	}
	return differ
}
