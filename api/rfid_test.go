package api

import (
	"fmt"
	"strings"
	"testing"
)

func TestRFIDTokens(t *testing.T) {
	f := newHeldFixture(t)
	north := f.places["North"]
	made := f.wants(201, "admin", "POST", at("/users"), `{"username":"cleaner","customer":"HQ/North","no_sign_in":true}`).read(t)
	if made["status"] != "no-sign-in" || made["code"] != nil {
		t.Errorf("%v", made)
	}
	tokens := at("/users/%s/rfid-tokens", made["id"])
	added := f.wants(201, "admin", "POST", tokens, `{"digits":"00 48-15","note":"blue fob"}`).read(t)
	if added["digits"] != "004815" || added["note"] != "blue fob" || added["on"] != true {
		t.Errorf("%v", added)
	}
	if off := f.wants(200, "admin", "PATCH", tokens+"/004815", `{"on":false}`).read(t); off["on"] != false {
		t.Errorf("%v", off)
	}
	if list := f.wants(200, "admin", "GET", tokens, "").read(t); list["total"] != 1.0 {
		t.Errorf("%v", list)
	}
	if user := f.wants(200, "admin", "GET", at("/users/%s", made["id"]), "").read(t); !strings.Contains(fmt.Sprint(user["rfid_tokens"]), "004815") {
		t.Errorf("%v", user["rfid_tokens"])
	}
	// Who holds a token is told only to those who see them.
	for place, says := range map[string]string{"North": "one-of-north", "South": "outside what you may see"} {
		p := f.wants(409, "admin", "POST", tokens, `{"digits":"`+f.places[place].rfid+`"}`).problem(t)
		if p.Field != "rfid" || !strings.Contains(p.Detail, says) || strings.Contains(p.Detail, "south") {
			t.Errorf("%s: %+v", place, p)
		}
	}
	f.wants(422, "admin", "POST", tokens, `{"digits":"12ab"}`)
	f.wants(404, "admin", "DELETE", tokens+"/"+north.rfid, "")
	f.wants(403, "one-of-north", "POST", at("/users/%s/rfid-tokens", north.user), `{"digits":"1"}`)
	if own := f.wants(200, "one-of-north", "GET", at("/users/%s/rfid-tokens", north.user), "").read(t); own["total"] != 1.0 {
		t.Errorf("%v", own)
	}
	if gone := f.wants(200, "admin", "DELETE", tokens+"/004815", "").read(t); gone["digits"] != "004815" {
		t.Errorf("%v", gone)
	}
	f.wants(404, "admin", "DELETE", tokens+"/004815", "")
	if invited := f.wants(200, "admin", "POST", at("/users/%s/invite", made["id"]), `{}`).read(t); invited["status"] != "invited" || invited["code"] == "" {
		t.Errorf("%v", invited)
	}
}
