package api

import (
	"strings"
	"testing"
)

// only are the values of a field of a list's items.
func only(list map[string]any, field string) (values []string) {
	for _, item := range list["items"].([]any) {
		text, _ := item.(map[string]any)[field].(string)
		values = append(values, text)
	}
	return values
}

func TestAuditIsListedWithItsFilters(t *testing.T) {
	f := newFixture(t)
	all := f.wants(200, "admin", "GET", at("/audit?limit=1000"), "").read(t)
	if len(only(all, "entry")) < 5 || all["next"] != "" || all["total"] != float64(len(only(all, "entry"))) {
		t.Fatalf("all: %v", all)
	}
	assigned := f.wants(200, "admin", "GET", at("/audit?action=device.&outcome=done&limit=1000"), "").read(t)
	for _, action := range only(assigned, "action") {
		if !strings.HasPrefix(action, "device.") {
			t.Errorf("%s is no device's", action)
		}
	}
	paged, next := 0, ""
	for {
		page := f.wants(200, "admin", "GET", at("/audit?limit=2&cursor=%s", next), "").read(t)
		paged += len(only(page, "entry"))
		if next = page["next"].(string); next == "" {
			break
		}
	}
	if paged != len(only(all, "entry")) {
		t.Errorf("in pages: %d", paged)
	}
	f.wants(404, "admin", "PATCH", at("/customers/%s", f.places["South"].customer), `{"email":"x@acme.example"}`)
	refused := f.wants(200, "admin", "GET", at("/audit?outcome=refused&door=api&limit=1"), "").read(t)
	if got := only(refused, "text"); len(got) != 1 || !strings.HasPrefix(got[0], "was refused to edit a customer") {
		t.Errorf("refused: %v", refused)
	}
	item := refused["items"].([]any)[0].(map[string]any)
	if !strings.Contains(item["from"].(string), "token") || item["who"] != "admin" || item["object_id"] != nil {
		t.Errorf("by a token: %v", item)
	}
	none := f.wants(200, "admin", "GET", at("/audit?to=2001-01-01"), "").read(t)
	if none["total"] != 0.0 {
		t.Errorf("before: %v", none)
	}
	if got := f.wants(200, "plain", "GET", at("/audit"), "").read(t); got["total"] != 0.0 || got["reason"] == nil {
		t.Errorf("without the right: %v", got)
	}
	for _, wrong := range []string{"from=soon", "cursor=x!", "outcome=maybe", "door=window"} {
		if got := f.do("admin", "GET", at("/audit?%s", wrong), ""); got.StatusCode != 422 && got.StatusCode != 400 {
			t.Errorf("%s: %d", wrong, got.StatusCode)
		}
	}
	f.wants(404, "admin", "GET", at("/audit?user=nobody-there"), "")
	f.wants(404, "admin", "GET", at("/audit?customer=HQ/South"), "")
}

func TestAuditEntryTellsItsDevices(t *testing.T) {
	f := newFixture(t)
	id := f.places["North"].assignment
	entry := f.wants(200, "admin", "GET", at("/audit/%s", id), "").read(t)
	if entry["entry"] != id.String() || entry["devices"] != 1.0 || entry["undoable"] != true {
		t.Errorf("entry: %v", entry)
	}
	devices := f.wants(200, "admin", "GET", at("/audit/%s/devices", id), "").read(t)
	if got := only(devices, "from"); len(got) != 1 || got[0] != "HQ/North" {
		t.Errorf("devices: %v", devices)
	}
	for _, place := range []string{"South", "Birch HQ"} {
		f.wants(404, "admin", "GET", at("/audit/%s", f.places[place].assignment), "")
		f.wants(404, "admin", "GET", at("/audit/%s/devices", f.places[place].assignment), "")
	}
	f.wants(404, "plain", "GET", at("/audit/%s", id), "")
}
