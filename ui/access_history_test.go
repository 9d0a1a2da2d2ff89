package ui

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// passes writes an event into the access history, at the first device there is.
func (p *person) passes(event, digits string, at time.Time, status domain.AccessStatus) {
	p.t.Helper()
	ops := p.operator()
	devices, err := p.console.db.Devices(p.t.Context(), ops, store.DeviceQuery{Below: true, Sort: store.SortName, Page: store.Page{Limit: 1}})
	if err != nil {
		p.t.Fatal(err)
	}
	in := store.AccessInput{Device: devices.Rows[0].ID, AccessReport: domain.AccessReport{Event: event, At: at, RFID: digits, Status: status}}
	results, err := p.console.db.AddAccessEvents(p.t.Context(), ops, []store.AccessInput{in}, nil)
	if err != nil || results[0].Fault != nil {
		p.t.Fatal(err, results)
	}
}

func atAccess(t *testing.T, username string) *person {
	t.Helper()
	p := as(t, username)
	p.goes("Access control")
	return p
}

func TestTheAccessHistory(t *testing.T) {
	p := atAccess(t, "ann")
	p.sees("Time", "Holder", "RFID token", "Device", "Status", "approved", " events")
	p.press("/")
	p.types("status:rej")
	p.sees("is no status")
	p.types("ected")
	p.sees("rejected", "0066600666", "unknown")
	p.seesNot("approved ", "logged out")
	p.press("enter", "esc")
	p.sees("approved")
	p.press("t")
	p.sees("Events of", "today", "the last 7 days", "Europe/Copenhagen")
	p.press("enter")
	p.sees("/ time:today")
	p.press("esc", "s", "down", "down", "enter")
	p.sees("/ status:logged_out", "logged out")
	p.seesNot("rejected  ")
	p.press("esc", "/")
	p.types(`person:"Tom Bakke"`)
	p.press("enter")
	p.sees("Tom Bakke", "0009042716")
	p.seesNot("Lars")
	p.press("esc", "/")
	p.types("zzz")
	p.sees("No event matches. esc clears the filter")
}

func TestLikeThisAndToWhatItIsAbout(t *testing.T) {
	p := atAccess(t, "ann")
	p.press("/")
	p.types("kirsten")
	p.press("enter")
	p.sees("Kirsten Juhl")
	p.press("f")
	p.sees("Only those of the same", "person  Kirsten Juhl", "token  0009042731")
	p.press("enter")
	p.sees(`person:"Kirsten Juhl"`)
	p.press("enter")
	p.sees("Kirsten Juhl", "Status", "Sender's id", "reader-")
	p.press("u")
	p.sees("kirsten", "RFID tokens")
	p.press("esc", "o")
	p.sees("Unit ID")
	p.press("esc", "esc")
	p.sees(`person:"Kirsten Juhl"`)
	p.press("y")
	p.sees("Copied 0009042731.")
}

func TestTheAccessHistoryFollowsWhatComesIn(t *testing.T) {
	p := atAccess(t, "ann")
	p.sees("approved")
	p.passes("live-1", "04827361950", clock().Add(time.Minute), domain.AccessRejected)
	p.sees("14:33:00", "Ida Nørgaard", "rejected") // at the top, it follows
	p.press("down", "down")
	row := p.console.body().(*accessHistory).current().ID
	p.passes("live-2", "0000000042", clock().Add(2*time.Minute), domain.AccessApproved)
	p.passes("live-3", "0000000042", clock().Add(3*time.Minute), domain.AccessLoggedOut)
	p.sees("2 events new above; g shows them")
	if now := p.console.body().(*accessHistory).current().ID; now != row {
		t.Error("the cursor jumped")
	}
	p.seesNot("14:35:00")
	p.press("g")
	p.sees("14:35:00", "14:34:00", "Carla Jensen")
	p.seesNot("new above")
}

// TestTheAccessHistoryReadsPages goes down a longer history than is read at once.
func TestTheAccessHistoryReadsPages(t *testing.T) {
	p := atAccess(t, "ann")
	s := p.console.body().(*accessHistory)
	p.sees(" events")
	if len(s.rows) != accessPage || s.exact != true || s.total <= accessPage {
		t.Fatalf("%d of %d", len(s.rows), s.total)
	}
	for range 40 {
		p.press("pgdown")
		p.settles()
	}
	seen := map[domain.ID]bool{}
	for i := range s.rows {
		if seen[s.rows[i].ID] || i > 0 && s.rows[i].At.After(s.rows[i-1].At) {
			t.Fatalf("row %d is there twice, or out of order", i)
		}
		seen[s.rows[i].ID] = true
	}
	if len(s.rows) < 600 {
		t.Errorf("%d read", len(s.rows))
	}
	for range 60 {
		p.press("G")
		p.settles()
	}
	if len(s.rows) != s.total || s.next != "" {
		t.Errorf("%d of %d at the end", len(s.rows), s.total)
	}
}

func TestWhoSeesTheAccessHistory(t *testing.T) {
	p := as(t, "carla") // Access Control Management, and nothing else
	p.goes("Access control")
	p.sees("approved", "Holder")
	p.press("o")
	p.isTold("see devices")
	p.press("u")
	p.sees("It takes")
	for _, name := range []string{"lars", "tom", "felix"} {
		p := as(t, name)
		p.seesNot("Access control")
	}
	// Where the account lacks the add-on, the tab says what it would need: to the
	// owner, and to nobody else who couldn't have it.
	p = as(t, "bjork")
	p.setsPassword()
	p.goes("Access control")
	p.sees("Birch Logistics doesn't have the access control add-on.", "--add-on access-control=on")
	p = as(t, "tuva")
	p.setsPassword()
	p.seesNot("Access control")
}

func TestTheAddOnComesAndGoesInOpenConsoles(t *testing.T) {
	p := atAccess(t, "carla")
	p.sees("approved")
	ops := p.operator()
	turn := func(on bool) {
		a, err := p.console.db.Account(t.Context(), ops)
		if err != nil {
			t.Fatal(err)
		}
		a.AddOns.AccessControl = on
		if _, err := p.console.db.EditAccount(t.Context(), ops, a.Account); err != nil {
			t.Fatal(err)
		}
	}
	turn(false)
	p.sees("Acme Fleet doesn't have the access control add-on.")
	p.seesNot("approved")
	turn(true)
	p.sees("approved")
	p.passes("late", "0000000042", clock().Add(time.Hour), domain.AccessApproved)
	p.sees("15:32:00")
}

func TestTheViewOfTheAccessHistoryLasts(t *testing.T) {
	p := atAccess(t, "ann")
	p.press("/")
	p.types("status:rejected")
	p.press("enter")
	p.goes("Customers")
	p.findsCustomer("iberia")
	p.press("enter")
	p.goes("Access control")
	p.sees("/ status:rejected")
	p.press("b")
	p.sees("No event matches")
	for _, size := range [][2]int{{40, 10}, {120, 40}} {
		p.resizes(size[0], size[1])
		p.isExact(fmt.Sprint(size))
	}
	if !strings.Contains(p.console.accessView.filter, "rejected") {
		t.Error("the filter is forgotten")
	}
}

func TestTheAccessHistoryIsExported(t *testing.T) {
	p := atAccess(t, "ann")
	files := map[string]*strings.Builder{}
	p.console.options.Save = func(name string, write func(io.Writer) error) (string, error) {
		files[name] = &strings.Builder{}
		return "/tmp/" + name, write(files[name])
	}
	p.passes("=HYPERLINK(1)", "0000000042", clock(), domain.AccessRejected)
	p.press("/")
	p.types("status:rejected")
	p.press("enter", "x")
	p.sees("access-acme-fleet-2026-03-12.csv", "Only those that match", "status:rejected.")
	p.press("enter")
	p.sees("Wrote ", " events to", "/tmp/access-acme-fleet-2026-03-12.csv")
	text := files["access-acme-fleet-2026-03-12.csv"].String()
	if !strings.HasPrefix(text, "at,holder,rfid,status,") || strings.Contains(text, "approved") || !strings.Contains(text, "0000000042,rejected") || strings.Contains(text, ",=HYPER") {
		t.Errorf("%.400s", text)
	}
	p.press("esc", "x")
	for range 4 {
		p.press("backspace")
	}
	p.types(".json")
	p.press("enter")
	p.sees("Wrote ")
	var events []map[string]string
	if err := json.Unmarshal([]byte(files["access-acme-fleet-2026-03-12.json"].String()), &events); err != nil || len(events) != strings.Count(text, "\n")-1 || events[0]["rfid"] != "0000000042" {
		t.Errorf("%v: %d events, and %d lines", err, len(events), strings.Count(text, "\n"))
	}
}
