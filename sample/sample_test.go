package sample

import (
	"bytes"
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// made makes a sample whose every drawn number is the same each time.
func made(t *testing.T) (*store.DB, []Credentials) {
	t.Helper()
	db, credentials, err := Create(t.Context(), filepath.Join(t.TempDir(), "sample.db"), Outside{
		Now: func() time.Time { return noon }, Random: rand.NewChaCha8([32]byte{1}),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, credentials
}

func TestTheSampleIsWholeAndSealed(t *testing.T) {
	db, credentials := made(t)
	report, err := db.Check(t.Context(), nil)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("check: %v %v", report.Problems, err)
	}
	if report.Accounts != 2 || report.Devices != acmeDevices+birchDevices || report.Users != 45 {
		t.Errorf("made %+v", report)
	}
	for _, c := range credentials {
		actor, err := db.SignIn(t.Context(), domain.DoorConsole, "test", c.Username, c.Password)
		if err != nil {
			t.Errorf("%s: %v", c.Username, err)
			continue
		}
		found, err := db.Devices(t.Context(), actor, store.DeviceQuery{Below: true, Page: store.Page{Limit: 10_000}})
		if domain.KindOf(err) == domain.Gated && c.Username == "diego" {
			continue // as it says of him
		}
		if err != nil {
			t.Error(err)
		}
		for _, row := range found.Rows {
			if strings.HasPrefix(row.CustomerPath, "Birch") {
				t.Errorf("%s sees %s of the other account", c.Username, row.Name)
			}
		}
	}
}

// TestThePeopleAreWhatTheySay: each of those shown is an example of something.
func TestThePeopleAreWhatTheySay(t *testing.T) {
	db, credentials := made(t)
	sees := map[string]int{}
	for _, c := range credentials {
		actor, err := db.ActAs(t.Context(), "test", c.Username)
		if err != nil {
			t.Fatal(err)
		}
		standing, err := db.Standing(t.Context(), actor)
		if err != nil {
			t.Fatal(err)
		}
		if standing.User.MustChange {
			t.Errorf("%s must choose a password before anything else", c.Username)
		}
		found, err := db.Devices(t.Context(), actor, store.DeviceQuery{Below: true})
		if err != nil {
			t.Fatal(err)
		}
		sees[c.Username] = found.Total
		if (found.Total == 0) != (found.Reason != "") {
			t.Errorf("%s sees %d devices because %q", c.Username, found.Total, found.Reason)
		}
	}
	if sees["ann"] != acmeDevices || sees["dora"] != 0 || sees["tom"] < 300 || sees["tom"] >= sees["ann"] || sees["felix"] == 0 {
		t.Errorf("they see %v", sees)
	}
	var groups domain.Groups
	for _, p := range acmePeople {
		groups |= p.groups
	}
	if groups != domain.AllGroups {
		t.Errorf("nobody holds %s", domain.AllGroups&^groups)
	}
}

// TestTheSampleHasAPast: what happened lies over a year, in order, and before
// now; and the clock has caught up.
func TestTheSampleHasAPast(t *testing.T) {
	db, _ := made(t)
	actor, err := db.ActAs(t.Context(), "test", "ann")
	if err != nil {
		t.Fatal(err)
	}
	found, err := db.Devices(t.Context(), actor, store.DeviceQuery{Below: true, Page: store.Page{Limit: 10_000}})
	if err != nil {
		t.Fatal(err)
	}
	moved, statuses := 0, map[domain.Status]int{}
	for i, row := range found.Rows {
		statuses[row.Status]++
		if row.RegisteredAt.After(noon) || row.LastCommunication.After(noon) || row.RegisteredAt.Before(noon.AddDate(-2, 0, 0)) {
			t.Errorf("%s: registered %s, spoke %s", row.Name, row.RegisteredAt, row.LastCommunication)
		}
		if i%20 != 0 {
			continue
		}
		history, _, err := db.DeviceHistory(t.Context(), actor, row.ID, store.Page{})
		if err != nil || len(history) == 0 {
			t.Fatalf("%s has no history: %v", row.Name, err)
		}
		if len(history) > 1 {
			moved++
		}
		for j := 1; j < len(history); j++ {
			if history[j].At.After(history[j-1].At) {
				t.Errorf("%s: %s before %s", row.Name, history[j-1].At, history[j].At)
			}
		}
	}
	if moved < 10 || len(statuses) < 4 {
		t.Errorf("%d of 100 have moved, statuses %v", moved, statuses)
	}
	c, err := db.CreateCustomer(t.Context(), actor, domain.Customer{Name: "Today"})
	if err != nil || !c.CreatedAt.Equal(noon) {
		t.Errorf("made %s, %v", c.CreatedAt, err)
	}
}

func TestTheSampleIsAlwaysTheSame(t *testing.T) {
	export := func() string {
		db, _ := made(t)
		actor, err := db.ActAs(t.Context(), "test", "ann")
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := db.ExportDevices(t.Context(), actor, store.DeviceQuery{Below: true}, &out, nil); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if first := export(); first != export() {
		t.Error("two samples differ")
	}
}

// TestNothingIsLeftOfAHalfMadeSample: giving up leaves no file.
func TestNothingIsLeftOfAHalfMadeSample(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	path := filepath.Join(t.TempDir(), "sample.db")
	_, _, err := Create(ctx, path, Outside{Now: func() time.Time { return noon }, Random: rand.NewChaCha8([32]byte{1})}, func(done, _ int) {
		if done == 3 {
			cancel()
		}
	})
	if err == nil || store.Exists(path) {
		t.Errorf("error %v, file there: %v", err, store.Exists(path))
	}
}

// TestNumbersAreValid checks the drawn numbers against known ones and by their
// check digits.
func TestNumbersAreValid(t *testing.T) {
	if got := luhn("49015420323751"); got != "490154203237518" { // the example of 3GPP TS 23.003, annex B
		t.Errorf("luhn: %s", got)
	}
	if got := vinCheck([]byte("1M8GDM9A0KP042788")); got != 'X' { // the usual example of the check digit
		t.Errorf("vin: %c", got)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		v := vin(r, "WF0", 2010+r.IntN(20))
		if len(v) != 17 || strings.ContainsAny(v, "IOQ") || v[8] != vinCheck([]byte(v[:8]+"0"+v[9:])) {
			t.Fatalf("vin %s", v)
		}
		if i := imei(r); len(i) != 15 || luhn(i[:14]) != i {
			t.Fatalf("imei %s", i)
		}
		if i := iccid(r, "371"); len(i) != 19 || luhn(i[:18]) != i {
			t.Fatalf("iccid %s", i)
		}
	}
}

func BenchmarkCreate(b *testing.B) {
	for b.Loop() {
		db, _, err := Create(b.Context(), filepath.Join(b.TempDir(), "sample.db"), Outside{Now: time.Now, Random: rand.NewChaCha8([32]byte{1})}, nil)
		if err != nil {
			b.Fatal(err)
		}
		db.Close()
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/1.5, "of-1.5s")
}

// TestTheSampleHasLocations: some with devices, one without, and somebody who
// sees only what is at theirs.
func TestTheSampleHasLocations(t *testing.T) {
	db, _ := made(t)
	ann, err := db.ActAs(t.Context(), "test", "ann")
	if err != nil {
		t.Fatal(err)
	}
	list, err := db.Locations(t.Context(), ann, store.LocationQuery{})
	if err != nil || list.Total < 12 {
		t.Fatalf("%d locations, %v", list.Total, err)
	}
	there := map[string]int{}
	for i, l := range list.Rows {
		there[l.Name] = l.Devices
		if want := acmeSpots[i].devices; l.Name == acmeSpots[i].name && l.Devices != want {
			t.Errorf("%d devices at %s, not %d", l.Devices, l.Name, want)
		}
	}
	jonas, err := db.ActAs(t.Context(), "test", "jonas")
	if err != nil {
		t.Fatal(err)
	}
	found, err := db.Devices(t.Context(), jonas, store.DeviceQuery{})
	if want := there["Quay 4"] + there["Container yard"]; err != nil || found.Total != want || want == 0 {
		t.Errorf("jonas sees %d, not %d: %v", found.Total, want, err)
	}
}
