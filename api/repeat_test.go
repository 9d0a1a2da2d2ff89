package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/domain"
)

func TestTheSameKeyIsDoneOnce(t *testing.T) {
	f := newFixture(t)
	body := `{"username":"nora","customer":"HQ/North"}`
	first := f.wants(201, "admin", "POST", at("/users"), body, "Idempotency-Key", "k1")
	again := f.wants(201, "admin", "POST", at("/users"), body, "Idempotency-Key", "k1")
	if string(first.body) != string(again.body) || again.Header.Get("Idempotency-Replayed") != "true" || again.Header.Get("Location") != first.Header.Get("Location") || again.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("%s\n%s %v", first.body, again.body, again.Header)
	}
	if p := f.wants(422, "admin", "POST", at("/users"), `{"username":"nina","customer":"HQ/North"}`, "Idempotency-Key", "k1").problem(t); p.Field != "Idempotency-Key" {
		t.Errorf("another body: %+v", p)
	}
	if p := f.wants(422, "admin", "POST", at("/customers"), body, "Idempotency-Key", "k1").problem(t); p.Field != "Idempotency-Key" {
		t.Errorf("another route: %+v", p)
	}
	f.wants(409, "owner-acme", "POST", at("/users"), body, "Idempotency-Key", "k1") // their key is another: the name is taken
	f.clock.forward(23 * time.Hour)
	f.wants(201, "admin", "POST", at("/users"), body, "Idempotency-Key", "k1")
	f.clock.forward(time.Hour)
	f.wants(409, "admin", "POST", at("/users"), body, "Idempotency-Key", "k1") // a day later it is a new one
}

func TestAnAssignmentIsDoneOnce(t *testing.T) {
	f := newFixture(t)
	body := fmt.Sprintf(`{"to":"HQ/North/Depot","ids":["%s"]}`, f.places["North"].unit)
	first := f.wants(200, "admin", "POST", at("/assignments"), body, "Idempotency-Key", "a")
	f.wants(200, "admin", "POST", at("/assignments/%s/undo", first.read(t)["entry"]), "")
	again := f.wants(200, "admin", "POST", at("/assignments"), body, "Idempotency-Key", "a")
	if string(first.body) != string(again.body) {
		t.Errorf("%s", again.body)
	}
	if got := f.wants(200, "admin", "GET", at("/devices/%s", f.places["North"].unit), "").read(t); got["customer_path"] != "HQ/North" {
		t.Errorf("it was done again: %v", got["customer_path"])
	}
}

func TestARefusedRequestMayBeTriedAgain(t *testing.T) {
	f := newFixture(t)
	body := `{"name":"Annex","parent":"HQ/North"}`
	f.wants(403, "plain", "POST", at("/customers"), body, "Idempotency-Key", "k")
	f.wants(200, "owner-acme", "PATCH", at("/users/%s", f.wants(200, "plain", "GET", at("/me"), "").read(t)["id"]), `{"groups":["NCA","FM"]}`)
	f.wants(201, "plain", "POST", at("/customers"), body, "Idempotency-Key", "k")
}

func TestKeysThatAreNone(t *testing.T) {
	f := newFixture(t)
	for _, key := range []string{"", strings.Repeat("k", maxRepeatKey+1)} {
		f.wants(400, "admin", "POST", at("/customers"), `{"name":"x"}`, "Idempotency-Key", key)
	}
	f.wants(200, "admin", "PATCH", at("/me"), `{}`, "Idempotency-Key", "on a route that takes none")
}

// Many at once with one key: one of them does it.
func TestTheSameKeyAtOnce(t *testing.T) {
	f := newFixture(t)
	var wg sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = f.do("admin", "POST", at("/devices"), `{"unit_id":"77777777777777777777777777777777"}`, "Idempotency-Key", "once").StatusCode
		})
	}
	wg.Wait()
	made := 0
	for _, status := range statuses {
		switch status {
		case http.StatusCreated:
			made++
		case http.StatusConflict: // it is being answered
		default:
			t.Errorf("%d", status)
		}
	}
	if made == 0 {
		t.Error("nobody made it")
	}
	if total := f.wants(200, "admin", "GET", at("/devices?filter=77777777"), "").read(t)["total"]; total != 1.0 {
		t.Errorf("made %v times", total)
	}
}

func TestRepeatsAreBounded(t *testing.T) {
	rs := repeats{of: map[key]*repeatsOf{}}
	limits := Limits{Repeats: 5, Answers: 100}
	k, now := key{token: domain.ID{1}}, time.Unix(1_000_000, 0)
	send := func(name, body string) (*answer, *Problem) {
		known, p := rs.begin(k, name, sha256.Sum256([]byte(name)), now, limits)
		if known == nil && p == nil {
			kept := &keepingWriter{ResponseWriter: httptest.NewRecorder(), most: 60}
			kept.WriteHeader(201)
			_, _ = kept.Write([]byte(body))
			rs.finish(k, name, kept, true, limits)
		}
		return known, p
	}
	for i := range 20 {
		send(fmt.Sprint(i), strings.Repeat("x", 40))
	}
	if of := rs.of[k]; len(of.order) != 5 || len(of.by) != 5 || rs.bytes > 100 {
		t.Errorf("%d keys, %d known, %d bytes", len(of.order), len(of.by), rs.bytes)
	}
	if known, _ := send("19", ""); known == nil || len(known.body) != 40 {
		t.Errorf("the newest isn't known: %v", known)
	}
	if known, p := send("15", ""); known != nil || p == nil || p.Kind != "conflict" {
		t.Errorf("one that was dropped: %v %+v", known, p)
	}
	if send("large", strings.Repeat("x", 61)); rs.of[k].by["large"].answer.body != nil {
		t.Error("too large an answer was kept")
	}
	if _, p := send("large", ""); p == nil || p.Kind != "conflict" {
		t.Errorf("one that was too large: %+v", p)
	}
	now = now.Add(repeatsFor)
	if send("new", "y"); len(rs.of[k].order) != 1 || rs.bytes != 1 {
		t.Errorf("a day later: %d keys, %d bytes", len(rs.of[k].order), rs.bytes)
	}
}
