package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// event is an access event as a gateway sends it.
func event(id, at string, p *place, status string) string {
	return fmt.Sprintf(`{"id":%q,"at":%q,"rfid":"0004711","unit_id":%q,"status":%q}`, id, at, p.unit, status)
}

// withoutAddOn takes the add-on from Acme.
func (f *fixture) withoutAddOn() {
	f.t.Helper()
	may := operator
	for _, a := range must(f.db.Accounts(f.t.Context(), operator)) {
		if a.Name != "Acme" {
			continue
		}
		may.Account = a.ID
		a.AddOns.AccessControl = false
		must(f.db.EditAccount(f.t.Context(), may, a))
	}
}

func TestAccessEventsAreSentOneByOne(t *testing.T) {
	f := newHeldFixture(t)
	depot := f.places["Depot"]
	first := event("g1", "2026-11-23T08:00:00.25Z", depot, "approved")
	added := f.wants(201, "admin", "POST", at("/access-events"), first).read(t)
	row := added["items"].([]any)[0].(map[string]any)
	if added["added"] != 1.0 || row["result"] != "added" || row["event"] != "g1" {
		t.Errorf("%v", added)
	}
	again := f.wants(200, "admin", "POST", at("/access-events"), first).read(t)
	if again["already_there"] != 1.0 || again["items"].([]any)[0].(map[string]any)["id"] != row["id"] {
		t.Errorf("%v", again)
	}
	got := f.wants(200, "admin", "GET", at("/access-events/%s", row["id"]), "").read(t)
	if got["at"] != "2026-11-23T08:00:00.25Z" || got["rfid"] != "0004711" || got["customer_path"] != depot.path || !strings.HasPrefix(got["from"].(string), "admin ") {
		t.Errorf("%v", got)
	}
	for want, body := range map[int]string{
		409: event("g1", "2026-11-23T08:00:00.25Z", depot, "rejected"),
		404: event("g2", "2026-11-23T08:00:00Z", f.places["South"], "approved"),
		422: event("g3", "2026-11-25T08:00:00Z", depot, "approved"), // more than a day ahead
	} {
		f.wants(want, "admin", "POST", at("/access-events"), body)
	}
	for name, body := range map[string]string{
		"long past": event("g4", "1999-11-25T08:00:00Z", depot, "approved"), "no status": event("g4", "2026-11-23T08:00:00Z", depot, ""),
		"turned id": event("g\u202e4", "2026-11-23T08:00:00Z", depot, "approved"), "long id": event(strings.Repeat("g", 129), "2026-11-23T08:00:00Z", depot, "approved"),
		"no id": event("", "2026-11-23T08:00:00Z", depot, "approved"), "no zone": event("g4", "2026-11-23T08:00:00", depot, "approved"),
		"a field too many": `{"id":"g4","holder":"anna"}`, "a list": "[" + first + "]", "two": first + first, "nothing": "{}", "no JSON": "id=g4",
	} {
		if got := f.do("admin", "POST", at("/access-events"), body); got.StatusCode != 422 {
			t.Errorf("%s: %d %s", name, got.StatusCode, got.body)
		}
	}
	if total := f.wants(200, "admin", "GET", at("/access-events?rfid=0004711"), "").read(t)["total"]; total != 1.0 {
		t.Errorf("%v events are there", total)
	}
}

func TestAccessEventsAreSentInLines(t *testing.T) {
	f := newHeldFixture(t)
	depot := f.places["Depot"]
	lines := []string{
		event("l1", "2026-11-23T08:00:00Z", depot, "approved"),
		event("l1", "2026-11-23T08:00:00Z", depot, "rejected"),
		event("l2", "2026-11-23T08:00:00Z", f.places["Quay"], "approved"),
		`{"id":"` + strings.Repeat("l", 100<<10) + `"}`,
		"",
		"what is this",
		event("l3", "2026-11-23T09:00:00Z", depot, "logged_out"),
		event("l3", "2026-11-23T09:00:00Z", depot, "logged_out"),
	}
	sent := f.do("admin", "POST", at("/access-events"), strings.Join(lines, "\n"), "Content-Type", linesType)
	if sent.StatusCode != 200 {
		t.Fatalf("%d %s", sent.StatusCode, sent.body)
	}
	answer := sent.read(t)
	var results []string
	for _, item := range answer["items"].([]any) {
		row := item.(map[string]any)
		results = append(results, fmt.Sprint(row["line"], " ", row["result"]))
	}
	want := "1 added, 2 conflict, 3 unknown_device, 4 malformed, 6 malformed, 7 added, 8 already_there"
	if got := strings.Join(results, ", "); got != want || answer["added"] != 2.0 || answer["failed"] != 4.0 {
		t.Errorf("%s: %s", got, sent.body)
	}
	// A line of the whole body, and a body that is longer than any may be.
	long := f.do("admin", "POST", at("/access-events"), `{"id":"`+strings.Repeat("x", maxAccessBody-100)+`"}`, "Content-Type", linesType)
	if long.StatusCode != 200 || long.read(t)["failed"] != 1.0 {
		t.Errorf("a long line: %d %.200s", long.StatusCode, long.body)
	}
	for body, kind := range map[string]string{strings.Repeat(" \n", maxAccessBody/2+1): linesType, strings.Repeat(" ", maxAccessEvent+1): "application/json"} {
		if got := f.do("admin", "POST", at("/access-events"), body, "Content-Type", kind); got.StatusCode != 413 {
			t.Errorf("too long as %s: %d %.200s", kind, got.StatusCode, got.body)
		}
	}
	if got := f.do("admin", "POST", at("/access-events"), lines[0], "Content-Type", "text/csv"); got.StatusCode != 415 {
		t.Errorf("as CSV: %d", got.StatusCode)
	}
}

func TestAccessEventsAreFiltered(t *testing.T) {
	f := newHeldFixture(t)
	may := must(f.db.Bearer(t.Context(), "", f.tokens["admin"]))
	var events []store.AccessInput
	for n := range 30 {
		p := f.places[[]string{"Depot", "Yard", "North"}[n%3]]
		events = append(events, store.AccessInput{Device: p.device, AccessReport: domain.AccessReport{
			Event: fmt.Sprint(n), At: f.clock.now().Add(time.Duration(n-40) * time.Hour), RFID: fmt.Sprint("00", n%5), Status: domain.AccessStatus(n%3 + 1),
		}})
	}
	must(f.db.AddAccessEvents(t.Context(), may, events, nil))
	for query, want := range map[string]float64{
		"": 33, "?status=rejected": 10, "?rfid=004": 6, "?rfid=00%204": 6, "?device=" + f.places["Yard"].unit.String(): 11, "?device=" + f.places["Yard"].device.String(): 11,
		"?customer=HQ/North/Depot": 11, "?customer=HQ/North/Depot&below=true": 22, "?filter=yard%20logged": 0, "?filter=yard%20rejected": 10,
		"?from=2026-11-22T18:00:00Z": 9, "?to=2026-11-22": 29, "?person=one-of-depot": 0, "?location=gate": 0,
	} {
		if got := f.wants(200, "admin", "GET", at("/access-events")+query, "").read(t)["total"]; got != want {
			t.Errorf("%q: %v events, want %v", query, got, want)
		}
	}
	seen, cursor := 0, ""
	for pages := 0; pages == 0 || cursor != ""; pages++ {
		page := f.wants(200, "admin", "GET", at("/access-events?limit=7&cursor=%s", cursor), "").read(t)
		seen += len(page["items"].([]any))
		cursor = page["next"].(string)
		if page["total"] != 33.0 || pages > 10 {
			t.Fatalf("%v", page)
		}
	}
	if seen != 33 {
		t.Errorf("%d events on all pages", seen)
	}
	for query, status := range map[string]int{"?rfid=abc": 422, "?from=soon": 422, "?cursor=x": 422, "?customer=HQ/South": 404, "?holder=x": 422, "?device=van": 404} {
		f.wants(status, "admin", "GET", at("/access-events")+query, "")
	}
}

// TestWhoMaySendAccessEvents: whoever reads the history only can't write it, nor
// whoever looks after devices only, nor anybody where the account lacks the add-on.
func TestWhoMaySendAccessEvents(t *testing.T) {
	f := newFixture(t)
	may := operator
	may.Account = must(f.db.Bearer(t.Context(), "", f.tokens["admin"])).Account
	north := f.places["North"].customer
	f.user(may, north, "clerk", domain.AccessControlManagement)
	f.user(may, north, "tech", domain.FullDeviceAccess|domain.DeviceManagement)
	f.user(may, north, "gateway", domain.FullDeviceAccess|domain.DeviceManagement|domain.AccessControlManagement)
	one := event("w1", "2026-11-23T08:00:00Z", f.places["Depot"], "approved")
	for _, kind := range []string{"application/json", linesType} {
		for who, says := range map[string]string{"clerk": "edit devices", "tech": "Access Control Management"} {
			got := f.do(who, "POST", at("/access-events"), one, "Content-Type", kind)
			if p := got.problem(t); got.StatusCode != 403 || !strings.Contains(p.Detail, says) {
				t.Errorf("%s as %s: %d %s", who, kind, got.StatusCode, got.body)
			}
		}
	}
	f.wants(201, "gateway", "POST", at("/access-events"), one)
	f.wants(200, "clerk", "GET", at("/access-events"), "")
	f.wants(403, "tech", "GET", at("/access-events"), "")
	f.withoutAddOn()
	for _, who := range []string{"gateway", "clerk", "tech", "owner-acme"} {
		for _, method := range []string{"GET", "POST"} {
			body := map[string]string{"POST": one}[method]
			if p := f.wants(403, who, method, at("/access-events"), body).problem(t); !strings.Contains(p.Detail, "add-on") {
				t.Errorf("%s %s without the add-on: %+v", who, method, p)
			}
		}
	}
}
