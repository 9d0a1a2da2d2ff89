package api

import (
	"fmt"
	"strings"
	"testing"
)

// TestLocations goes through the life of one.
func TestLocations(t *testing.T) {
	f := newHeldFixture(t)
	depot := f.places["Depot"]
	made := f.wants(201, "admin", "POST", at("/locations"), `{"name":"Hall 1","customer":"HQ/North/Depot","email":"hall@acme.example"}`)
	got := made.read(t)
	one := at("/locations/%s", got["id"])
	if made.Header.Get("Location") != one || got["customer_path"] != "HQ/North/Depot" || got["devices"] != 0.0 || got["users"] != 0.0 {
		t.Errorf("%v %s", got, made.Header.Get("Location"))
	}
	f.wants(409, "admin", "POST", at("/locations"), `{"name":"HALL 1","customer":"HQ/North/Depot","email":"hall@acme.example"}`)
	f.wants(403, "plain", "GET", at("/locations"), "")
	f.wants(404, "admin", "POST", at("/locations"), `{"name":"Hall 1","customer":"HQ/South","email":"hall@acme.example"}`)

	// A change is of what was read.
	changed := f.wants(200, "admin", "PATCH", one, `{"phone":"+45 12 34 56 78"}`, "If-Match", made.Header.Get("ETag"))
	f.wants(412, "admin", "PATCH", one, `{"phone":""}`, "If-Match", made.Header.Get("ETag"))
	f.wants(412, "admin", "DELETE", one, "", "If-Match", made.Header.Get("ETag"))
	if got := changed.read(t); got["name"] != "Hall 1" || got["phone"] == "" {
		t.Errorf("%v", got)
	}

	// A device is there.
	f.wants(200, "admin", "PATCH", at("/devices/%s", depot.device), fmt.Sprintf(`{"location_id":%q}`, got["id"]))
	if list := f.wants(200, "admin", "GET", at("/devices?location=%s", got["id"]), "").read(t); list["total"] != 1.0 {
		t.Errorf("%v", list)
	}

	// Limited to it, and it can't go.
	limits := f.wants(200, "admin", "POST", one+"/limits", fmt.Sprintf(`{"limit":[%q]}`, depot.username)).read(t)
	if fmt.Sprint(limits["limited"]) != "["+depot.username+"]" {
		t.Errorf("%v", limits)
	}
	if got := f.wants(200, "admin", "GET", one, "").read(t); got["users"] != 1.0 || got["devices"] != 1.0 {
		t.Errorf("%v", got)
	}
	f.wants(409, "admin", "DELETE", one, "")

	// Many are put there, taken away, and put back; those of others are refused.
	yard, north := f.places["Yard"], f.places["North"]
	body := fmt.Sprintf(`{"at":"Hall 1","ids":[%q,%q,%q,"99999999"]}`, depot.unit, yard.unit, north.unit)
	for _, dry := range []bool{true, false} {
		send := body
		if dry {
			send = body[:len(body)-1] + `,"dry_run":true}`
		}
		placed := f.wants(200, "admin", "POST", at("/placements"), send).read(t)
		if placed["at_id"] != got["id"] || placed["moved"] != 1.0 || placed["already_there"] != 1.0 || placed["refused"] != 1.0 || placed["not_found"] != 1.0 || (placed["entry"] == nil) != dry {
			t.Errorf("dry %v: %v", dry, placed)
		}
	}
	away := f.wants(200, "admin", "POST", at("/placements"), fmt.Sprintf(`{"at":"","ids":[%q,%q]}`, depot.unit, yard.unit)).read(t)
	if away["moved"] != 2.0 || away["at"] != nil {
		t.Errorf("%v", away)
	}
	if back := f.wants(200, "admin", "POST", at("/placements/%s/undo", away["entry"]), "").read(t); back["moved"] != 2.0 {
		t.Errorf("%v", back)
	}
	f.wants(404, "admin", "POST", at("/placements"), fmt.Sprintf(`{"at":%q,"ids":[%q]}`, f.places["South"].location, depot.unit))
	assigned := f.wants(200, "admin", "POST", at("/assignments"), fmt.Sprintf(`{"to":"HQ/North","ids":[%q],"dry_run":true}`, yard.unit)).read(t)
	if assigned["moved"] != 1.0 || assigned["lose_location"] != 1.0 || assigned["out_of_sight"] != 0.0 {
		t.Errorf("%v", assigned)
	}
	edited := f.wants(200, "admin", "POST", at("/device-edits"), fmt.Sprintf(`{"ids":[%q],"make":"Ford","dry_run":true}`, yard.unit)).read(t)
	if changes := fmt.Sprint(edited["rows"].([]any)[0].(map[string]any)["changes"]); changes != "[map[field:make new:Ford old:]]" {
		t.Errorf("%v", edited)
	}
	f.wants(200, "admin", "POST", at("/placements"), fmt.Sprintf(`{"at":"","ids":[%q]}`, yard.unit))
	f.wants(403, "admin", "POST", one+"/limits", fmt.Sprintf(`{"unlimit":[%q]}`, depot.username))
	limits = f.wants(200, "admin", "POST", one+"/limits", fmt.Sprintf(`{"unlimit":[%q],"lift_limit":true}`, depot.username)).read(t)
	if fmt.Sprint(limits["lifted"]) != "["+depot.username+"]" {
		t.Errorf("%v", limits)
	}
	// From the user's side the same is asked by a warning.
	user := at("/users/%s", depot.user)
	f.wants(200, "admin", "PATCH", user, fmt.Sprintf(`{"location_ids":[%q]}`, got["id"]))
	if p := f.wants(409, "admin", "PATCH", user, `{"location_ids":[]}`).problem(t); p.Field != "confirm" || !strings.Contains(p.Detail, "is limited to Hall 1") {
		t.Errorf("%+v", p)
	}
	if read := f.wants(200, "admin", "PATCH", user+"?confirm=true", `{"location_ids":[]}`).read(t); len(read["locations"].([]any)) != 0 {
		t.Errorf("%v", read)
	}
	f.wants(404, "admin", "POST", one+"/limits", fmt.Sprintf(`{"limit":[%q]}`, f.places["Yard"].username))
	if deleted := f.wants(200, "admin", "DELETE", one, "").read(t); deleted["devices"] != 1.0 {
		t.Errorf("%v", deleted)
	}
	f.wants(404, "admin", "GET", one, "")
}
