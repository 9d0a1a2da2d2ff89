package domain

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // machines without zone files must know the same zones
)

// zoneData are the zones to choose from, one a line: IANA's zone.tab and UTC.
//
//go:embed zones.txt
var zoneData string

var zoneTables = sync.OnceValue(func() (t struct {
	all      []string
	byFolded map[string]string
}) {
	t.all = strings.Fields(zoneData)
	t.byFolded = make(map[string]string, len(t.all))
	for _, zone := range t.all {
		t.byFolded[Fold(zone)] = zone
	}
	return t
})

// Zones are the time zones to choose from, by name.
func Zones() []string { return slices.Clone(zoneTables().all) }

// CheckZone returns the IANA name of a time zone, given in either case, with
// spaces for underscores if need be; "" stays "" and means inherited. Older
// names of a zone are good too. Anything else is an Invalid error on field
// "time_zone", which offers the zone of a city when only that was given.
func CheckZone(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	folded := strings.ReplaceAll(Fold(text), " ", "_")
	if zone, ok := zoneTables().byFolded[folded]; ok {
		return zone, nil
	}
	if isZoneName(text) {
		if _, err := time.LoadLocation(text); err == nil {
			return text, nil
		}
	}
	if zone := zoneOfCity(folded); zone != "" {
		return "", Errorf(Invalid, "time_zone", "%q is no time zone. Did you mean %s?", CleanCut(text, 40), zone)
	}
	return "", Errorf(Invalid, "time_zone", "%q is no time zone. Give an IANA name such as Europe/Copenhagen.", CleanCut(text, 40))
}

// isZoneName lets through what may be an IANA name. LoadLocation alone would
// read any zone file, such as the machine's own or the copies under "right".
func isZoneName(text string) bool {
	switch first, _, _ := strings.Cut(text, "/"); first {
	case "Local", "localtime", "posixrules", "posix", "right", "Factory":
		return false
	}
	return len(text) <= 64 && text[0]-'A' < 26 && !strings.ContainsFunc(text, func(r rune) bool {
		return r >= 0x80 || !isAlphanumeric(byte(r)) && !strings.ContainsRune("/_+-", r)
	})
}

func zoneOfCity(folded string) string {
	for _, zone := range zoneTables().all {
		if _, city, ok := cutLast(zone, "/"); ok && Fold(city) == folded {
			return zone
		}
	}
	return ""
}
