package api

import (
	"fmt"
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
	f.wants(403, "admin", "POST", one+"/limits", fmt.Sprintf(`{"unlimit":[%q]}`, depot.username))
	limits = f.wants(200, "admin", "POST", one+"/limits", fmt.Sprintf(`{"unlimit":[%q],"lift_limit":true}`, depot.username)).read(t)
	if fmt.Sprint(limits["lifted"]) != "["+depot.username+"]" {
		t.Errorf("%v", limits)
	}
	f.wants(404, "admin", "POST", one+"/limits", fmt.Sprintf(`{"limit":[%q]}`, f.places["Yard"].username))
	if deleted := f.wants(200, "admin", "DELETE", one, "").read(t); deleted["devices"] != 1.0 {
		t.Errorf("%v", deleted)
	}
	f.wants(404, "admin", "GET", one, "")
}
