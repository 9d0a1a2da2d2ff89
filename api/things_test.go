package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"tenantry/domain"
)

func TestMe(t *testing.T) {
	f := newHeldFixture(t)
	me := f.wants(200, "admin", "GET", at("/me"), "")
	if got := me.read(t); got["username"] != "admin" || got["customer_path"] != "HQ/North" || len(got["access"].([]any)) == 0 {
		t.Errorf("me: %s", me.body)
	}
	changed := f.wants(200, "plain", "PATCH", at("/me"), `{"full_name":"Paula Plain","time_format":"12"}`)
	got := changed.read(t)
	if got["full_name"] != "Paula Plain" || got["own_settings"].(map[string]any)["time_format"] != "12" {
		t.Errorf("changed: %s", changed.body)
	}
	if changed.Header.Get("ETag") == f.wants(200, "admin", "GET", at("/me"), "").Header.Get("ETag") {
		t.Error("the version didn't go on")
	}
	if p := f.wants(422, "plain", "PATCH", at("/me"), `{"email":"new@plain.example"}`).problem(t); p.Kind != "invalid" {
		t.Errorf("an email by token: %+v", p)
	}
}

func TestAccount(t *testing.T) {
	f := newHeldFixture(t)
	if got := f.wants(200, "admin", "GET", at("/account"), "").read(t); got["name"] != "Acme" || got["users"] != nil || got["owner"] != "" {
		t.Errorf("from below: %v", got)
	}
	f.wants(403, "admin", "PATCH", at("/account"), `{"idle_minutes":30}`)
	if got := f.wants(200, "owner-acme", "PATCH", at("/account"), `{"idle_minutes":30,"invitation_days":5}`).read(t); got["idle_minutes"] != 30.0 || got["invitation_days"] != 5.0 || got["session_hours"] != 12.0 {
		t.Errorf("changed: %v", got)
	}
}

func TestCustomers(t *testing.T) {
	f := newHeldFixture(t)
	list := f.wants(200, "admin", "GET", at("/customers"), "").read(t)
	if list["total"] != 3.0 || list["next"] != "" {
		t.Errorf("list: %v", list)
	}
	tree := f.wants(200, "admin", "GET", at("/customers/tree"), "").read(t)
	top := tree["items"].([]any)
	if len(top) != 1 || top[0].(map[string]any)["path"] != "HQ/North" || len(top[0].(map[string]any)["nested"].([]any)) != 1 {
		t.Errorf("tree: %v", tree)
	}
	made := f.wants(201, "admin", "POST", at("/customers"), `{"name":"New","parent":"HQ/North","country":"Norway","units":"imperial"}`)
	got := made.read(t)
	id := got["id"].(string)
	if got["path"] != "HQ/North/New" || got["country"] != "NO" || got["units"] != "imperial" || made.Header.Get("Location") != at("/customers/%s", id) {
		t.Errorf("made: %s", made.body)
	}
	if p := f.wants(409, "admin", "POST", at("/customers"), `{"name":"new","parent":"HQ/North"}`).problem(t); p.Field != "name" {
		t.Errorf("twice: %+v", p)
	}
	got = f.wants(200, "admin", "PATCH", at("/customers/%s", id), `{"name":"Newer"}`).read(t)
	if got["name"] != "Newer" || got["country"] != "NO" {
		t.Errorf("changed: %v", got)
	}
	got = f.wants(200, "admin", "POST", at("/customers/%s/move", id), `{"to":"HQ/North/Depot"}`).read(t)
	if got["path"] != "HQ/North/Depot/Newer" {
		t.Errorf("moved: %v", got)
	}
	got = f.wants(200, "admin", "DELETE", at("/customers/%s", id), "").read(t)
	if got["deleted"] != id || got["devices_to"] != f.places["Depot"].customer.String() {
		t.Errorf("deleted: %v", got)
	}
	f.wants(404, "admin", "GET", at("/customers/%s", id), "")
}

func TestUsers(t *testing.T) {
	f := newHeldFixture(t)
	made := f.wants(201, "admin", "POST", at("/users"), `{"username":"nora","customer":"HQ/North/Depot","groups":["FDA","Device Management"],"email":"nora@acme.example"}`)
	got := made.read(t)
	id := got["id"].(string)
	if got["status"] != "invited" || got["code"] == nil || len(got["groups"].([]any)) != 2 {
		t.Errorf("made: %s", made.body)
	}
	if p := f.wants(403, "admin", "POST", at("/users/%s/invite", id), `{"mail":true}`).problem(t); p.Field != "mail" {
		t.Errorf("a mail without a server: %+v", p)
	}
	again := f.wants(200, "admin", "POST", at("/users/%s/invite", id), `{}`).read(t)
	if again["code"] == got["code"] || again["code"] == nil {
		t.Error("the new code is the old one")
	}
	got = f.wants(200, "admin", "PATCH", at("/users/%s", id), `{"full_name":"Nora North","groups":[]}`).read(t)
	if got["full_name"] != "Nora North" || len(got["groups"].([]any)) != 0 || got["email"] != "nora@acme.example" {
		t.Errorf("changed: %v", got)
	}
	if got = f.wants(200, "admin", "POST", at("/users/%s/deactivate", id), "").read(t); got["status"] != "inactive" {
		t.Errorf("deactivated: %v", got)
	}
	f.wants(200, "admin", "POST", at("/users/%s/activate", id), "")
	got = f.wants(200, "admin", "POST", at("/users/%s/reset-password", id), `{"password":"something quite long"}`).read(t)
	if got["code"] != nil || got["status"] != "active" {
		t.Errorf("reset: %v", got)
	}
	if got = f.wants(200, "admin", "POST", at("/users/%s/move", id), `{"to":"HQ/North"}`).read(t); got["customer_path"] != "HQ/North" {
		t.Errorf("moved: %v", got)
	}
	f.wants(200, "admin", "POST", at("/users/%s/unlock", id), "")
	if got = f.wants(200, "admin", "POST", at("/users/%s/end-sessions", id), `{}`).read(t); got["ended"] != 0.0 {
		t.Errorf("ended: %v", got)
	}
	f.wants(200, "admin", "GET", at("/users/%s/sessions", id), "")
	f.wants(200, "admin", "DELETE", at("/users/%s", id), "")
	f.wants(404, "admin", "GET", at("/users/%s", id), "")
}

func TestACodeIsTakenOutOfItsMail(t *testing.T) {
	f := newHeldFixture(t)
	f.open(Options{Limits: wide, Mail: true})
	made := f.wants(201, "admin", "POST", at("/users"), `{"username":"nora","customer":"HQ/North","email":"nora@acme.example","mail":true}`).read(t)
	if made["code"] != nil || made["mail"] != "waiting" {
		t.Errorf("made: %v", made)
	}
	if got := f.wants(200, "admin", "POST", at("/users/%s/code", made["id"]), "").read(t); got["code"] == nil || got["mail"] != nil {
		t.Errorf("taken: %v", got)
	}
	f.wants(409, "admin", "POST", at("/users/%s/code", made["id"]), "")
}

func TestASecondFactorIsTakenAway(t *testing.T) {
	f := newHeldFixture(t)
	p := f.places["Depot"]
	self := must(f.db.Bearer(t.Context(), "", f.tokens[p.username]))
	self.Door, self.Token = domain.DoorMachine, domain.ID{}
	begun := must(f.db.BeginEnrolment(t.Context(), self))
	must(f.db.Enrol(t.Context(), self, begun.Secret, must(totp.GenerateCode(begun.Secret, f.clock.now()))))
	if got := f.wants(200, "admin", "GET", at("/users/%s", p.user), "").read(t); got["second_factor"] != "enrolled" {
		t.Errorf("enrolled: %v", got["second_factor"])
	}
	if got := f.wants(200, "admin", "POST", at("/users/%s/reset-second-factor", p.user), "").read(t); got["second_factor"] != "none" {
		t.Errorf("reset: %v", got["second_factor"])
	}
}

func TestTheLastAdministratorTakesAConfirmation(t *testing.T) {
	f := newHeldFixture(t)
	f.wants(200, "admin", "PATCH", at("/users/%s", f.places["Depot"].user), `{"groups":["AA"]}`)
	for _, change := range []struct{ method, path, body string }{
		{"PATCH", "/users/%s", `{"groups":[]}`}, {"POST", "/users/%s/move", `{"to":"HQ/North/Depot/Yard"}`},
		{"POST", "/users/%s/deactivate", ""}, {"DELETE", "/users/%s", ""},
	} {
		path := at(change.path, f.places["Depot"].user)
		if p := f.wants(409, "owner-acme", change.method, path, change.body).problem(t); p.Field != "confirm" {
			t.Errorf("%s: %+v", change.path, p)
		}
	}
	f.wants(200, "owner-acme", "DELETE", at("/users/%s?confirm=true", f.places["Depot"].user), "")
}

func TestDevices(t *testing.T) {
	f := newHeldFixture(t)
	list := f.wants(200, "admin", "GET", at("/devices?sort=unit_id&reverse=true&filter=van"), "").read(t)
	if list["total"] != 3.0 || list["items"].([]any)[0].(map[string]any)["customer_path"] != "HQ/North/Depot/Yard" {
		t.Errorf("list: %v", list)
	}
	if list = f.wants(200, "admin", "GET", at("/devices?customer=HQ/North"), "").read(t); list["total"] != 1.0 {
		t.Errorf("of one customer: %v", list)
	}
	if list = f.wants(200, "plain", "GET", at("/devices"), "").read(t); list["total"] != 0.0 || list["reason"] == nil {
		t.Errorf("without the right: %v", list)
	}
	made := f.wants(201, "admin", "POST", at("/devices"), `{"unit_id":"00000000-0000-0000-0000-0000000000AA","customer":"HQ/North/Depot","tags":["a","b"],"year":2020}`).read(t)
	id := made["id"].(string)
	if made["unit_id"] != "00000000-0000-0000-0000-0000000000aa" || len(made["tags"].([]any)) != 2 || made["year"] != 2020.0 {
		t.Errorf("made: %v", made)
	}
	changed := f.wants(200, "admin", "PATCH", at("/devices/%s", id), `{"name":"Van 1","year":0}`).read(t)
	if changed["name"] != "Van 1" || changed["year"] != nil || len(changed["tags"].([]any)) != 2 {
		t.Errorf("changed: %v", changed)
	}
	f.wants(200, "admin", "GET", at("/devices/%s", f.places["North"].unit.String()[:8]), "")
	if got := f.wants(200, "admin", "GET", at("/devices/%s", made["unit_id"]), "").read(t); len(got["history"].([]any)) != 2 {
		t.Errorf("history: %v", got["history"])
	}
	audit := f.wants(200, "admin", "GET", at("/audit?device=%s&limit=1", id), "").read(t)
	if audit["total"] != 2.0 || audit["next"] == "" {
		t.Errorf("audit: %v", audit)
	}
}

func TestDevicesComeAndGoAsFiles(t *testing.T) {
	f := newHeldFixture(t)
	file := "unit_id,name,customer\n11111111111111111111111111111111,=Van,HQ/North\n22,Bad,\n33333333333333333333333333333333,Far,HQ/South\n"
	for _, dry := range []string{"true", "false"} {
		got := f.wants(200, "admin", "POST", at("/devices/import?dry_run=%s", dry), file, "Content-Type", "text/csv").read(t)
		if got["added"] != 1.0 || got["failed"] != 2.0 || len(got["rows"].([]any)) != 2 {
			t.Errorf("import: %v", got)
		}
	}
	out := f.wants(200, "admin", "GET", at("/devices/export"), "")
	if lines := strings.Count(string(out.body), "\n"); lines != 5 || out.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(string(out.body), "'=Van") {
		t.Errorf("export: %s", out.body)
	}
	if p := f.wants(404, "admin", "GET", at("/devices/export?customer=HQ/South"), "").problem(t); p.Kind != "not_found" {
		t.Errorf("export out of reach: %+v", p)
	}
	f.wants(415, "admin", "POST", at("/devices/import"), "{}", "Content-Type", "application/json")
}

func TestAssignments(t *testing.T) {
	f := newHeldFixture(t)
	ids := fmt.Sprintf(`["%s","%s","nonsense","%s"]`, f.places["North"].unit, f.places["South"].unit, f.places["North"].unit)
	for _, dry := range []bool{true, false} {
		got := f.wants(200, "admin", "POST", at("/assignments"), fmt.Sprintf(`{"to":"HQ/North/Depot","ids":%s,"dry_run":%t}`, ids, dry)).read(t)
		if got["moved"] != 1.0 || got["not_found"] != 1.0 || got["malformed"] != 1.0 || got["repeated"] != 1.0 || len(got["rows"].([]any)) != 4 {
			t.Errorf("assigned: %v", got)
		}
		if (got["entry"] == nil) != dry {
			t.Errorf("entry: %v", got["entry"])
		}
		if !dry {
			undone := f.wants(200, "admin", "POST", at("/assignments/%s/undo", got["entry"]), "").read(t)
			if undone["moved"] != 1.0 {
				t.Errorf("undone: %v", undone)
			}
		}
	}
}

func TestTokensAreListedAndRevokedNeverMade(t *testing.T) {
	f := newHeldFixture(t)
	list := f.wants(200, "admin", "GET", at("/tokens"), "")
	if strings.Contains(string(list.body), f.tokens["admin"]) || list.read(t)["total"] != 5.0 {
		t.Errorf("list: %s", list.body)
	}
	f.wants(405, "admin", "POST", at("/tokens"), `{"name":"more"}`)
	of := f.wants(200, "admin", "GET", at("/tokens?user=plain"), "").read(t)["items"].([]any)[0].(map[string]any)
	if got := f.wants(200, "admin", "DELETE", at("/tokens/%s", of["id"]), "").read(t); got["state"] != "revoked" {
		t.Errorf("revoked: %v", got)
	}
	if p := f.wants(401, "plain", "GET", at("/me"), "").problem(t); !strings.Contains(p.Detail, "revoked") {
		t.Errorf("with a revoked one: %+v", p)
	}
}

func TestATokenRevokesItself(t *testing.T) {
	f := newHeldFixture(t)
	id := must(f.db.Bearer(t.Context(), "", f.tokens["plain"])).Token
	if got := f.wants(200, "plain", "DELETE", at("/tokens/%s", id), "").read(t); got["state"] != "revoked" || got["name"] != "test" || got["revoked_at"] == nil {
		t.Errorf("revoked: %v", got)
	}
	f.wants(401, "plain", "GET", at("/me"), "")
}

// Page after page, each thing comes once.
func TestListsComeInPages(t *testing.T) {
	f := newHeldFixture(t)
	for _, list := range []string{"/customers?limit=1", "/users?limit=2", "/users?limit=2&sort=username&reverse=true", "/devices?limit=1", "/devices?limit=2&sort=registered_at", "/tokens?limit=2", "/groups?limit=4"} {
		seen := map[any]bool{}
		cursor, total := "", 0.0
		for page := 0; page == 0 || cursor != ""; page++ {
			got := f.wants(200, "admin", "GET", at("%s&cursor=%s", list, cursor), "").read(t)
			for _, item := range got["items"].([]any) {
				fields := item.(map[string]any)
				id := fields["id"]
				if id == nil {
					id = fields["short"]
				}
				if seen[id] {
					t.Errorf("%s: %v comes twice", list, id)
				}
				seen[id] = true
			}
			cursor, total = got["next"].(string), got["total"].(float64)
			if page > 10 {
				t.Fatalf("%s never ends", list)
			}
		}
		if float64(len(seen)) != total || total < 3 {
			t.Errorf("%s: %d of %v", list, len(seen), total)
		}
	}
}

func TestGroupsAndReasons(t *testing.T) {
	f := newHeldFixture(t)
	if got := f.wants(200, "plain", "GET", at("/groups"), "").read(t); got["total"] != 6.0 {
		t.Errorf("groups: %v", got)
	}
	got := f.wants(200, "admin", "GET", at("/why?user=plain&capability=devices.assign&object=HQ/North"), "").read(t)
	if got["allowed"] != false || len(got["reasons"].([]any)) == 0 {
		t.Errorf("why: %v", got)
	}
	f.wants(404, "admin", "GET", at("/why?user=one-of-south&capability=devices.assign"), "")
}

func TestRightsAreLive(t *testing.T) {
	f := newHeldFixture(t)
	f.wants(200, "one-of-depot", "GET", at("/devices"), "")
	f.wants(200, "admin", "PATCH", at("/users/%s", f.places["Depot"].user), `{"groups":[]}`)
	if got := f.wants(200, "one-of-depot", "GET", at("/devices"), "").read(t); got["total"] != 0.0 {
		t.Errorf("after the groups went: %v", got)
	}
	f.wants(200, "admin", "POST", at("/users/%s/deactivate", f.places["Depot"].user), "")
	f.wants(http.StatusUnauthorized, "one-of-depot", "GET", at("/devices"), "")
}

// A token goes round no gate.
func TestGatesHoldForTokens(t *testing.T) {
	f := newHeldFixture(t)
	f.wants(200, "owner-acme", "POST", at("/users/%s/reset-password", f.places["Depot"].user), `{"password":"something quite long"}`)
	for _, path := range []string{"/me", "/customers", "/users", "/devices", "/groups", "/tokens", "/account"} {
		if p := f.wants(403, "one-of-depot", "GET", at("%s", path), "").problem(t); p.Kind != domain.Gated.String() {
			t.Errorf("%s: %+v", path, p)
		}
	}
}
