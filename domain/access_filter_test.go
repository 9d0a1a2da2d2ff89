package domain

import (
	"strings"
	"testing"
	"time"
)

func TestAccessFilter(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	now := time.Date(2026, 11, 27, 0, 30, 0, 0, zone) // still yesterday in UTC
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, zone) }
	for text, want := range map[string]AccessFilter{
		"":                                {},
		"  lars   rejected ":              {Words: "lars rejected"},
		`person:"Lars Lindqvist" gate`:    {Person: "Lars Lindqvist", Words: "gate"},
		`DEVICE:"van: 12" location:Depot`: {Device: "van: 12", Location: "Depot"},
		"token:00-48 status:logged-out":   {RFID: "0048", Status: AccessLoggedOut},
		"status:":                         {},
		"time:today":                      {From: day(27)},
		"time:yesterday":                  {From: day(26), To: day(27)},
		"time:7d":                         {From: day(21)},
		"time:30d":                        {From: time.Date(2026, 10, 29, 0, 0, 0, 0, zone)},
		"time:2026-11-02":                 {From: day(2), To: day(3)},
		"time:2026-11-02..2026-11-05":     {From: day(2), To: day(6)},
		"time:2026-11-02..":               {From: day(2)},
		"time:..2026-11-05":               {To: day(6)},
	} {
		got, err := ParseAccessFilter(text, now)
		if err != nil || got.Person != want.Person || got.RFID != want.RFID || got.Device != want.Device || got.Location != want.Location ||
			got.Status != want.Status || got.Words != want.Words || !got.From.Equal(want.From) || !got.To.Equal(want.To) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for text, says := range map[string]string{
		"colour:red": "There are person, token", "token:12a": "takes 1 to 32 digits", "status:maybe": "approved, rejected or logged_out",
		"time:soon": "It takes today", "time:2026-11-05..2026-11-02": "Turn the two round", "time:2026-13-01": "is no time",
	} {
		if _, err := ParseAccessFilter(text, now); KindOf(err) != Invalid || field(err) != "filter" || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWithAccessField(t *testing.T) {
	for _, c := range [][4]string{
		{"", "time", "today", "time:today"},
		{"gate time:7d", "time", "today", "gate time:today"},
		{"gate Time:7d", "time", "", "gate"},
		{"gate", "person", "Lars Lindqvist", `gate person:"Lars Lindqvist"`},
		{`person:"A B" x`, "person", `a"b`, "x person:ab"},
	} {
		if got := WithAccessField(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("%q: %q, want %q", c[:3], got, c[3])
		}
	}
}

func FuzzAccessFilter(f *testing.F) {
	f.Add(`person:"a b" time:today`, "time", "7d")
	f.Fuzz(func(t *testing.T, text, field, value string) {
		ParseAccessFilter(text, time.Unix(0, 0).UTC())
		ParseAccessFilter(WithAccessField(text, field, value), time.Unix(0, 0).UTC())
	})
}
