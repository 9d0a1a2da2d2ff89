package api

import (
	"testing"

	"tenantry/domain"
)

func TestAChangeThatOthersCameInBetweenOf(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct{ as, path, change, other string }{
		{"admin", at("/customers/%s", f.places["Depot"].customer), `{"email":"a@acme.example"}`, `{"email":"b@acme.example"}`},
		{"admin", at("/users/%s", f.places["Depot"].user), `{"full_name":"A"}`, `{"full_name":"B"}`},
		{"admin", at("/devices/%s", f.places["Depot"].device), `{"name":"A"}`, `{"name":"B"}`},
		{"owner-acme", at("/account"), `{"idle_minutes":20}`, `{"idle_minutes":21}`},
		{"admin", at("/me"), `{"full_name":"A"}`, `{"full_name":"B"}`},
	} {
		read := f.wants(200, c.as, "GET", c.path, "").Header.Get("ETag")
		changed := f.wants(200, c.as, "PATCH", c.path, c.change, "If-Match", read).Header.Get("ETag")
		if changed == read || changed == "" {
			t.Errorf("%s: the ETag stays %s", c.path, changed)
		}
		if p := f.wants(412, c.as, "PATCH", c.path, c.other, "If-Match", read).problem(t); p.Kind != kindPrecond {
			t.Errorf("%s: %+v", c.path, p)
		}
		f.wants(200, c.as, "PATCH", c.path, c.other, "If-Match", "*")
		f.wants(200, c.as, "PATCH", c.path, c.change)
		for _, bad := range []string{`"x"`, `"0"`, `"-1"`, `"18446744073709551615"`} {
			f.wants(412, c.as, "PATCH", c.path, c.other, "If-Match", bad)
		}
		for _, bad := range []string{`7`, `"1", "2"`, `"1`, `W/"1"`} {
			f.wants(422, c.as, "PATCH", c.path, c.other, "If-Match", bad)
		}
	}
	f.wants(400, "admin", "DELETE", at("/users/%s", f.places["Depot"].user), "", "If-Match", `"1"`)
	f.wants(200, "admin", "GET", at("/users/%s", f.places["Depot"].user), "")
}

// Without If-Match, a change that clashes is begun anew on what is there now.
func TestAChangeWithoutAVersionIsMadeAnew(t *testing.T) {
	tries := 0
	_, err := changing(func() (int, bool, error) {
		if tries++; tries < 3 {
			return 0, true, domain.Errorf(domain.Conflict, "version", "It was changed.")
		}
		return 7, true, nil
	})
	if err != nil || tries != 3 {
		t.Errorf("%v after %d", err, tries)
	}
	tries = 0
	_, err = changing(func() (int, bool, error) {
		tries++
		return 0, true, domain.Errorf(domain.Conflict, "version", "It was changed.")
	})
	if err == nil || tries != 5 {
		t.Errorf("%v after %d", err, tries)
	}
}
