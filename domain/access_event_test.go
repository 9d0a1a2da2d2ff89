package domain

import (
	"strings"
	"testing"
	"time"
)

func TestCheckAccessReport(t *testing.T) {
	now := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	good := AccessReport{Event: "gate-7/1042 {x}", At: now.Add(-time.Hour), RFID: " 00-04 815.162", Status: AccessRejected}
	r := good
	if err := CheckAccessReport(&r, now); err != nil || r.RFID != "0004815162" || r.Event != good.Event {
		t.Fatalf("%+v: %v", r, err)
	}
	for name, wrong := range map[string]struct {
		field  string
		change func(*AccessReport)
	}{
		"no id":            {"id", func(r *AccessReport) { r.Event = "" }},
		"a long id":        {"id", func(r *AccessReport) { r.Event = strings.Repeat("x", MaxAccessEvent+1) }},
		"a turned id":      {"id", func(r *AccessReport) { r.Event = "a\u202eb" }},
		"a line":           {"id", func(r *AccessReport) { r.Event = "a\nb" }},
		"an escape":        {"id", func(r *AccessReport) { r.Event = "a\x1b[2Jb" }},
		"a look-alike":     {"id", func(r *AccessReport) { r.Event = "gаte" }}, // a Cyrillic a
		"space around":     {"id", func(r *AccessReport) { r.Event = "gate " }},
		"no time":          {"at", func(r *AccessReport) { r.At = time.Time{} }},
		"the last century": {"at", func(r *AccessReport) { r.At = time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC) }},
		"before Christ":    {"at", func(r *AccessReport) { r.At = time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC) }},
		"tomorrow":         {"at", func(r *AccessReport) { r.At = now.Add(24*time.Hour + time.Second) }},
		"the far future":   {"at", func(r *AccessReport) { r.At = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }},
		"no token":         {"rfid", func(r *AccessReport) { r.RFID = "" }},
		"a name":           {"rfid", func(r *AccessReport) { r.RFID = "anna" }},
		"many digits":      {"rfid", func(r *AccessReport) { r.RFID = strings.Repeat("1", 33) }},
		"no status":        {"status", func(r *AccessReport) { r.Status = 0 }},
		"another status":   {"status", func(r *AccessReport) { r.Status = 9 }},
	} {
		r := good
		wrong.change(&r)
		err := CheckAccessReport(&r, now)
		e, _ := err.(*Error)
		if e == nil || e.Kind != Invalid || e.Field != wrong.field || !strings.HasSuffix(e.Text, ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r = good
	r.At = now.Add(24 * time.Hour)
	if err := CheckAccessReport(&r, now); err != nil {
		t.Errorf("a clock that is ahead: %v", err)
	}
}

func TestAccessStatus(t *testing.T) {
	for _, s := range AccessStatuses() {
		for _, text := range []string{s.String(), s.Words(), strings.ToUpper(s.String()), " " + strings.ReplaceAll(s.String(), "_", "-")} {
			if got, err := ParseAccessStatus(text); got != s || err != nil {
				t.Errorf("%q: %v, %v", text, got, err)
			}
		}
	}
	for _, text := range []string{"", "open", "approved!"} {
		if _, err := ParseAccessStatus(text); KindOf(err) != Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	if AccessStatus(0).String() != "" || AccessStatus(99).String() != "" || AccessResult(99).String() != "" || AccessResult(0).String() != "" {
		t.Error("something that is none has a name")
	}
}

func TestWhySaysWhoMaySendAccessEvents(t *testing.T) {
	account := acme
	account.AddOns.AccessControl = true
	for groups, want := range map[Groups]string{
		AccessControlManagement:             "edit devices",
		FullDeviceAccess | DeviceManagement: "Access Control Management",
		0:                                   "Access Control Management",
	} {
		r := NewRights(&account, acmeTree(t), person(201, "tom", nordics, groups))
		d := r.MaySendAccessAnywhere()
		if text := d.Text(r); d.Allowed || !strings.Contains(text, want) {
			t.Errorf("%q: %s", groups.Short(), text)
		}
	}
	r := NewRights(&account, acmeTree(t), person(201, "tom", nordics, AccessControlManagement|FullDeviceAccess|DeviceManagement, id(300)))
	if d := r.SeesAccess(aarhus, id(300)); !d.Allowed || !strings.Contains(d.Text(r), "at one of the locations that tom is limited to") {
		t.Errorf("%s", d.Text(r))
	}
	if err := r.SeesAccess(aarhus, id(301)).Err(r); KindOf(err) != NotFound || !strings.Contains(err.Error(), "no such event") {
		t.Errorf("%v", err)
	}
}
