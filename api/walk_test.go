package api

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

// bodies are what each route that takes one is sent: something that it would do.
// <…> stands for the one of that noun, or the path of the customer, of the place
// that the walk is at.
var bodies = map[string]string{
	"change-me":           `{}`,
	"save-filter":         `{"name":"Walked","filter":"tag:van"}`,
	"change-account":      `{"idle_minutes":20}`,
	"create-customer":     `{"name":"Walked","parent":"<path>"}`,
	"change-customer":     `{"email":"walk@acme.example"}`,
	"move-customer":       `{"to":"<path>"}`,
	"create-user":         `{"username":"walker","customer":"<path>"}`,
	"change-user":         `{"full_name":"Walked"}`,
	"move-user":           `{"to":"<path>"}`,
	"invite-user":         `{}`,
	"reset-user-password": `{}`,
	"end-user-sessions":   `{}`,
	"add-rfid-token":      `{"digits":"0004711"}`,
	"switch-rfid-token":   `{"on":true}`,
	"register-device":     `{"unit_id":"99999999999999999999999999999999","customer":"<path>"}`,
	"change-device":       `{"name":"Walked"}`,
	"assign-devices":      `{"to":"<path>","ids":["99999999"]}`,
	"place-devices":       `{"at":"<locations>","ids":["99999999"]}`,
	"edit-devices":        `{"add_tags":["walked"],"ids":["99999999"]}`,
	"import-devices":      "unit_id\n",
	"create-location":     `{"name":"Walked","email":"walk@acme.example","customer":"<path>"}`,
	"change-location":     `{"notes":"Walked"}`,
	"limit-users":         `{"unlimit":["<username>"]}`,
	"send-access-events":  `{"id":"walked","at":"2026-11-20T08:00:00Z","rfid":"0042","device_id":"<devices>","status":"approved"}`,
}

// queries are what lists are narrowed with, and what is asked for beside the ID.
var queries = map[string]string{
	"list-users": "customer=<path>", "list-devices": "customer=<path>", "export-devices": "customer=<path>", "list-tokens": "customer=<path>", "list-locations": "customer=<path>",
	"get-overview": "customer=<path>", "list-audit": "device=<devices>", "list-access-events": "customer=<path>", "why": "user=<username>&capability=devices.see",
}

// walked is a route as the walk knows it.
type walked struct {
	*route
	names bool // something by its ID
	says  bool // something in its query or body
}

// walk is every route that the router has, from the router.
func (f *fixture) walk() []walked {
	s := f.handler.(*server)
	var all []walked
	for _, pattern := range slices.Sorted(maps.Keys(s.routes)) {
		r := s.routes[pattern]
		all = append(all, walked{r, strings.Contains(r.path, "{id}"), strings.Contains(bodies[r.id]+queries[r.id], "<")})
	}
	return all
}

// at sends the request of a route about a place; with only, the ID or the rest of
// the request alone is of it, and else one's own.
func (f *fixture) at(r walked, as string, p *place, only string) answered {
	fill := func(text string) string {
		q := p
		if only == "id" {
			q = f.places["North"]
		}
		text = strings.ReplaceAll(text, "<username>", q.username)
		text = strings.ReplaceAll(text, "<devices>", q.device.String())
		text = strings.ReplaceAll(text, "<locations>", q.location.String())
		return strings.ReplaceAll(text, "<path>", strings.ReplaceAll(q.path, " ", "%20"))
	}
	own := p
	if only == "rest" {
		own = f.places["Depot"]
	}
	noun := strings.Split(r.path, "/")[1]
	path := Prefix + strings.NewReplacer("{id}", own.id(noun).String(), "{digits}", own.rfid).Replace(r.path)
	if q := queries[r.id]; q != "" {
		path += "?" + fill(q)
	}
	headers := []string{}
	if r.id == "import-devices" {
		headers = append(headers, "Content-Type", "text/csv")
	}
	return f.do(as, r.method, path, strings.ReplaceAll(fill(bodies[r.id]), "%20", " "), headers...)
}

// TestEveryRouteSaysWhatItNeeds: a route that declares no capability, or none that
// there is, and one that takes a body which this walk doesn't know, fails.
func TestEveryRouteSaysWhatItNeeds(t *testing.T) {
	f := newFixture(t)
	s := f.handler.(*server)
	documented := 0
	for path, item := range s.api.OpenAPI().Paths {
		for _, op := range operations(item) {
			documented++
			declared, _ := op.Extensions["x-capability"].(string)
			if _, err := domain.ParseCapability(declared); err != nil && declared != needsNothing && declared != needsOwner {
				t.Errorf("%s %s declares %q", op.Method, path, declared)
			}
			if op.RequestBody != nil && bodies[op.OperationID] == "" {
				t.Errorf("%s %s takes a body: say in this test which", op.Method, path)
			}
		}
	}
	if documented != len(s.routes) || documented < 35 {
		t.Errorf("%d routes, %d documented", len(s.routes), documented)
	}
}

// TestOutOfReachIsNotThere sends every route to every place: what is above, beside
// or of another account answers, to the byte, as what isn't there at all.
func TestOutOfReachIsNotThere(t *testing.T) {
	f := newFixture(t)
	nothing := &place{
		customer: domain.ID{1}, user: domain.ID{2}, device: domain.ID{3}, token: domain.ID{4}, assignment: domain.ID{5}, location: domain.ID{6}, event: domain.ID{7}, filter: domain.ID{8}, path: "Nowhere", username: "nobody", rfid: "000",
	}
	walkedTo := 0
	for _, r := range f.walk() {
		for _, only := range []string{"id", "rest"} {
			if only == "id" && !r.names || only == "rest" && !r.says {
				continue
			}
			walkedTo++
			want := f.at(r, "admin", nothing, only)
			if want.StatusCode != 404 {
				t.Errorf("%s (%s): nothing there is %d %s", r.id, only, want.StatusCode, want.body)
			}
			for name, place := range map[string]string{"parent": "HQ", "sibling": "South", "nephew": "Quay", "other account": "Birch HQ"} {
				got := f.at(r, "admin", f.places[place], only)
				if got.StatusCode != want.StatusCode || !bytes.Equal(got.body, want.body) {
					t.Errorf("%s (%s) %s: %d %s, and of nothing %d %s", r.id, only, name, got.StatusCode, got.body, want.StatusCode, want.body)
				}
			}
		}
	}
	if walkedTo < 30 {
		t.Errorf("only %d ways were tried", walkedTo)
	}
	// Nothing of it was changed.
	for _, p := range []string{"HQ", "South", "Quay"} {
		f.wants(200, "owner-acme", "GET", at("/customers/%s", f.places[p].customer), "")
		f.wants(200, "owner-acme", "GET", at("/users/%s", f.places[p].user), "")
	}
}

// TestReachIsThere sends every route to what is in reach: own and nested.
func TestReachIsThere(t *testing.T) {
	for _, place := range []string{"Depot", "Yard"} {
		f := newFixture(t)
		all := f.walk()
		slices.SortStableFunc(all, func(a, b walked) int { return destruction(a) - destruction(b) })
		for _, r := range all {
			if r.id == "move-customer" || r.id == "delete-customer" {
				continue // see TestCustomers: the walk would move it under itself
			}
			got := f.at(r, "admin", f.places[place], "")
			if got.StatusCode == 404 || got.StatusCode >= 500 || got.StatusCode == 400 || got.StatusCode == 422 {
				t.Errorf("%s %s: %d %s", r.id, place, got.StatusCode, got.body)
			}
		}
	}
}

// destruction puts routes that take things away last.
func destruction(r walked) int {
	switch {
	case r.id == "delete-user": // and all that is theirs
		return 3
	case r.method == "DELETE":
		return 2
	case strings.Contains(r.path, "deactivate"), strings.Contains(r.path, "reset"), strings.Contains(r.path, "move"):
		return 1
	}
	return 0
}

// TestWithoutTheCapability sends every route as somebody who has no group at all,
// to their own customer and below.
func TestWithoutTheCapability(t *testing.T) {
	f := newFixture(t)
	for _, r := range f.walk() {
		if r.needs == needsNothing {
			continue
		}
		for _, place := range []string{"North", "Depot"} {
			got := f.at(r, "plain", f.places[place], "")
			switch {
			case got.StatusCode == 403 || got.StatusCode == 404:
			case r.id == "list-devices" && got.read(t)["total"] == 0.0:
			case r.id == "export-devices" && bytes.Count(got.body, []byte("\n")) == 1:
			default:
				t.Errorf("%s (needs %s) at %s: %d %s", r.id, r.needs, place, got.StatusCode, got.body)
			}
		}
	}
}

// TestNothingWithoutAToken: whoever shows none hears the same of everything.
func TestNothingWithoutAToken(t *testing.T) {
	f := newFixture(t)
	var first []byte
	for _, r := range f.walk() {
		got := f.at(r, "", f.places["North"], "")
		if got.StatusCode != 401 || len(got.Header.Values("WWW-Authenticate")) != 2 {
			t.Errorf("%s: %d %v", r.id, got.StatusCode, got.Header)
		}
		if first == nil {
			first = got.body
		}
		if !bytes.Equal(first, got.body) {
			t.Errorf("%s: %s", r.id, got.body)
		}
	}
	for _, path := range []string{Prefix, Prefix + "/nothing", Prefix + "/customers/", "/", "/etc/passwd"} {
		if got := f.do("", "GET", path, ""); got.StatusCode != 401 {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
}
