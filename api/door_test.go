package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

func TestHowATokenIsShown(t *testing.T) {
	f := newFixture(t)
	token := f.tokens["admin"]
	for _, shown := range []string{"APIToken " + token, "Bearer " + token, "bearer " + token, "apitoken " + token} {
		f.wants(200, "", "GET", at("/me"), "", "Authorization", shown)
	}
	for _, shown := range []string{
		token, "Basic " + token, "Bearer", "Bearer ", "Bearer  " + token, "Bearer " + token + " ", "Bearer " + token[:len(token)-1],
		"Bearer " + strings.ToUpper(token), "Bearer " + token + "\x00", "Bearer tenantry_" + strings.Repeat("a", 88),
	} {
		a := f.wants(401, "", "GET", at("/me"), "", "Authorization", shown)
		if a.problem(t).Kind != "unauthenticated" || strings.Contains(string(a.body), token[:30]) {
			t.Errorf("%q: %s", shown, a.body)
		}
	}
	r := httptest.NewRequest("GET", at("/me"), nil)
	r.Header["Authorization"] = []string{"Bearer " + token, "Bearer " + token}
	w := httptest.NewRecorder()
	if f.handler.ServeHTTP(w, r); w.Code != 401 {
		t.Errorf("two headers: %d", w.Code)
	}
	f.wants(401, "", "GET", at("/me?token=%s", token), "")
}

func TestReadOnlyTokensChangeNothing(t *testing.T) {
	f := newFixture(t)
	self := must(f.db.Bearer(t.Context(), "", f.tokens["admin"]))
	self.Door, self.Token = domain.DoorMachine, domain.ID{}
	_, text, err := f.db.CreateToken(t.Context(), self, store.NewToken{Name: "looks", ReadOnly: true, ExpiresAt: f.clock.now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	f.tokens["looks"] = text
	for _, r := range f.walk() {
		got := f.at(r, "looks", f.places["Depot"], "")
		switch {
		case r.method == "GET" && got.StatusCode == 200:
		case r.id == "assign-devices", r.id == "import-devices": // nothing to move, nothing to add
		case r.method != "GET" && got.StatusCode == 403:
		default:
			t.Errorf("%s: %d %s", r.id, got.StatusCode, got.body)
		}
	}
	if p := f.wants(403, "looks", "POST", at("/assignments"), fmt.Sprintf(`{"to":"HQ/North","ids":["%s"]}`, f.places["Depot"].unit)).problem(t); !strings.Contains(p.Detail, "only read") {
		t.Errorf("assigned: %+v", p)
	}
}

// Every kind of error has its status, and what is the server's own stays here.
func TestProblems(t *testing.T) {
	secret := errors.New("/srv/secret/path.db: page 17")
	for _, c := range []struct {
		err    error
		status int
		kind   string
		field  string
	}{
		{domain.Errorf(domain.Invalid, "email", "No."), 422, "invalid", "email"},
		{domain.NoSuch("user"), 404, "not_found", "user"},
		{domain.Errorf(domain.Refused, "", "No."), 403, "refused", ""},
		{domain.Errorf(domain.Conflict, "name", "No."), 409, "conflict", "name"},
		{domain.Errorf(domain.Conflict, "version", "No."), 412, "changed", "version"},
		{domain.Errorf(domain.Unauthenticated, "", "No."), 401, "unauthenticated", ""},
		{domain.Errorf(domain.Unavailable, "", "The file %w.", secret), 503, "unavailable", ""},
		{domain.Errorf(domain.Damaged, "", "The file %w.", secret), 500, "damaged", ""},
		{domain.GateEnrol.Err(), 403, "gated", ""},
		{domain.Errorf(domain.Unproven, "secret", "No."), 403, "unproven", "secret"},
		{domain.Errorf(domain.Uncertain, "", "Perhaps."), 500, "uncertain", ""},
		{secret, 500, "error", ""},
		{fmt.Errorf("read: %w", context.DeadlineExceeded), 503, "unavailable", ""},
	} {
		p := problemOf(c.err)
		if p.Status != c.status || p.Kind != c.kind || c.field != "" && p.Field != c.field || p.Title == "" || p.Detail == "" || p.Type != Prefix+"/docs#"+c.kind {
			t.Errorf("%v: %+v", c.err, p)
		}
		if strings.Contains(p.Detail, "secret") || strings.Contains(p.Detail, "path.db") {
			t.Errorf("%v: tells %q", c.err, p.Detail)
		}
	}
	for k := domain.Invalid; k <= domain.Uncertain; k++ {
		if p := problemOf(domain.Errorf(k, "", "No.")); p.Kind != k.String() {
			t.Errorf("the kind %s has no problem of its own: %+v", k, p)
		}
	}
}

func TestNothingHere(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/nothing", Prefix, Prefix + "/", Prefix + "/customers/", Prefix + "//customers", Prefix + "/customers/../users", "/api/v2/me", "/"} {
		f.wants(404, "admin", "GET", path, "").problem(t)
	}
	a := f.wants(405, "admin", "PUT", at("/customers"), `{}`)
	if a.problem(t); a.Header.Get("Allow") != "GET, POST, HEAD" {
		t.Errorf("allowed: %q", a.Header.Get("Allow"))
	}
	if a := f.wants(200, "admin", "HEAD", at("/me"), ""); a.Header.Get("ETag") == "" {
		t.Error("HEAD without an ETag")
	}
	f.wants(405, "admin", "OPTIONS", at("/me"), "", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "GET")
}

func TestSecurityHeaders(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{at("/me"), at("/nothing"), at("/docs"), at("/openapi.json")} {
		a := f.do("admin", "GET", path, "", "Origin", "https://elsewhere.example")
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
			if a.Header.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, a.Header.Get(name))
			}
		}
		if csp := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for name := range a.Header {
			if strings.HasPrefix(name, "Access-Control") {
				t.Errorf("%s: %s: pages from elsewhere are let in", path, name)
			}
		}
	}
}

func TestRateLimit(t *testing.T) {
	f := newFixture(t)
	f.open(Options{Limits: Limits{Requests: 60, Burst: 3}})
	for left := 2; left >= 0; left-- {
		a := f.wants(200, "admin", "GET", at("/groups"), "")
		if a.Header.Get("RateLimit-Limit") != "3" || a.Header.Get("RateLimit-Remaining") != strconv.Itoa(left) {
			t.Errorf("%v", a.Header)
		}
	}
	a := f.wants(429, "admin", "GET", at("/groups"), "")
	if p := a.problem(t); p.Kind != kindTooMany || a.Header.Get("Retry-After") != "1" || a.Header.Get("RateLimit-Remaining") != "0" {
		t.Errorf("%+v %v", p, a.Header)
	}
	f.wants(200, "plain", "GET", at("/groups"), "") // another's token has its own
	f.clock.forward(time.Second)
	f.wants(200, "admin", "GET", at("/groups"), "")
	f.wants(429, "admin", "GET", at("/groups"), "")
	f.clock.forward(time.Hour)
	for range 3 {
		f.wants(200, "admin", "GET", at("/groups"), "")
	}
	f.wants(429, "admin", "GET", at("/groups"), "")
}

func TestFullBucketsAreLetGo(t *testing.T) {
	r := rates{buckets: map[key]*bucket{}}
	now := time.Unix(0, 0)
	for i := range 3 * bucketsKept {
		r.take(key{user: domain.ID{byte(i), byte(i >> 8), byte(i >> 16)}}, now.Add(time.Duration(i)*time.Millisecond), 600, 10)
	}
	if len(r.buckets) > bucketsKept+1 {
		t.Errorf("%d buckets", len(r.buckets))
	}
}

// waiting is a Bearer that waits, to have requests under way.
func waiting(f *fixture) (bearer func(context.Context, string, string) (domain.Actor, error), entered chan struct{}, leave chan struct{}) {
	entered, leave = make(chan struct{}), make(chan struct{})
	return func(ctx context.Context, from, text string) (domain.Actor, error) {
		if strings.HasSuffix(text, "-waits") {
			entered <- struct{}{}
			<-leave
		}
		return f.db.Bearer(ctx, from, strings.TrimSuffix(text, "-waits"))
	}, entered, leave
}

func TestNotTooManyAtOnce(t *testing.T) {
	f := newFixture(t)
	bearer, entered, leave := waiting(f)
	f.open(Options{Bearer: bearer, Limits: Limits{Total: 1}})
	f.tokens["slow"] = f.tokens["admin"] + "-waits"
	done := make(chan answered)
	go func() { done <- f.do("slow", "GET", at("/groups"), "") }()
	<-entered
	if p := f.wants(503, "plain", "GET", at("/groups"), "").problem(t); p.Kind != "unavailable" {
		t.Errorf("%+v", p)
	}
	close(leave)
	if a := <-done; a.StatusCode != 200 {
		t.Errorf("%d", a.StatusCode)
	}
	f.wants(200, "plain", "GET", at("/groups"), "")
}

func TestOnlySoManyOfAToken(t *testing.T) {
	u := underWay{of: map[key]int{}}
	k := key{token: domain.ID{1}}
	for i, want := range []bool{true, true, false} {
		if u.beginOf(k, 2) != want {
			t.Errorf("number %d: %t", i+1, !want)
		}
	}
	if !u.beginOf(key{token: domain.ID{2}}, 2) {
		t.Error("another token's count is this one's")
	}
	if u.doneOf(k); !u.beginOf(k, 2) {
		t.Error("a place isn't given back")
	}
}

func TestHostileBodies(t *testing.T) {
	f := newFixture(t)
	customers, assignments := at("/customers"), at("/assignments")
	deep := strings.Repeat("[", 30_000)
	for name, c := range map[string]struct {
		path, body string
		status     int
	}{
		"nothing":               {customers, "", 400},
		"no JSON":               {customers, "{", 400},
		"a list":                {customers, `[]`, 422},
		"null":                  {customers, `null`, 422},
		"deep":                  {customers, `{"name":` + deep, 400},
		"deep assignment":       {assignments, `{"ids":` + deep, 400},
		"a number":              {customers, `{"name":7}`, 422},
		"null for a text":       {customers, `{"name":null}`, 422},
		"unknown field":         {customers, `{"name":"x","admin":true}`, 422},
		"two bodies":            {assignments, `{"to":"HQ/North","ids":["x"]}{}`, 400},
		"unknown in assignment": {assignments, `{"to":"HQ/North","ids":["x"],"force":true}`, 400},
		"numbers as IDs":        {assignments, `{"to":"HQ/North","ids":[1]}`, 422},
		"no IDs":                {assignments, `{"to":"HQ/North","ids":[]}`, 422},
		"nobody to":             {assignments, `{"ids":["x"]}`, 422},
		"control characters":    {customers, "{\"name\":\"x\\u001b[31m\",\"parent\":\"HQ/North\"}", 422},
		"bidi":                  {customers, `{"name":"x\u202ey","parent":"HQ/North"}`, 422},
		"long name":             {customers, `{"name":"` + strings.Repeat("x", 2000) + `"}`, 422},
		"too large":             {customers, `{"name":"` + strings.Repeat("x", 70_000) + `"}`, 413},
		"too large assignment":  {assignments, `{"to":"x","ids":["` + strings.Repeat("x", 6<<20) + `"]}`, 413},
		"too many IDs":          {assignments, `{"to":"HQ/North","ids":["a"` + strings.Repeat(`,"b"`, 100_000) + `]}`, 422},
		"bad UTF-8":             {customers, "{\"name\":\"\xff\xfe\",\"parent\":\"HQ/North\"}", 400},
	} {
		a := f.do("admin", "POST", c.path, c.body, "Content-Type", "application/json")
		if a.StatusCode != c.status {
			t.Errorf("%s: %d %s; want %d", name, a.StatusCode, a.body, c.status)
		}
		a.problem(t)
		if len(a.body) > 2000 {
			t.Errorf("%s: an answer of %d bytes", name, len(a.body))
		}
	}
	for _, kind := range []string{"text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ";", "a+;b"} {
		for _, path := range []string{customers, assignments} {
			if a := f.do("admin", "POST", path, `{"name":"x"}`, "Content-Type", kind); a.StatusCode != 415 {
				t.Errorf("%s as %s: %d %s", path, kind, a.StatusCode, a.body)
			}
		}
	}
	for _, query := range []string{"limit=0", "limit=-1", "limit=1001", "limit=x", "cursor=%00", "cursor=zzz", "sort=password", "flter=van", "filter=" + strings.Repeat("x", 1001), "below=perhaps"} {
		if a := f.do("admin", "GET", at("/devices?%s", query), ""); a.StatusCode != 422 {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
	}
	for _, id := range []string{"%00", "..%2f..%2fetc", "%E2%80%AE", strings.Repeat("a", 90), "-1", "*", "00000000-0000-0000-0000-000000000000"} {
		for _, noun := range []string{"customers", "users", "tokens"} {
			if a := f.do("admin", "GET", at("/%s/%s", noun, id), ""); a.StatusCode != 404 {
				t.Errorf("%s %s: %d %s", noun, id, a.StatusCode, a.body)
			}
		}
	}
}

// What was sent never comes back in a refusal: it may be a secret.
func TestRefusalsTellNothingThatWasSent(t *testing.T) {
	f := newFixture(t)
	for _, body := range []string{`{"password":"hunter-two-secret","mail":"hunter-two-secret"}`, `hunter-two-secret`, `{"hunter-two-secret":1}`} {
		a := f.do("admin", "POST", at("/users/%s/reset-password", f.places["Depot"].user), body)
		if a.StatusCode < 400 || strings.Contains(strings.ReplaceAll(string(a.body), `"field":"hunter-two-secret"`, ""), "hunter-two-secret") {
			t.Errorf("%s: %d %s", body, a.StatusCode, a.body)
		}
	}
}

func TestTheLogHoldsNoSecret(t *testing.T) {
	f := newFixture(t)
	var log strings.Builder
	f.open(Options{Limits: wide, Log: slog.New(slog.NewJSONHandler(&log, nil)), Bearer: func(ctx context.Context, from, text string) (domain.Actor, error) {
		if text == "broken" {
			return domain.Actor{}, errors.New("the disk is on fire")
		}
		return f.db.Bearer(ctx, from, text)
	}})
	f.tokens["broken"] = "broken"
	f.wants(200, "admin", "POST", at("/users/%s/reset-password", f.places["Depot"].user), `{"password":"hunter two is long enough"}`)
	f.wants(200, "admin", "GET", at("/users?filter=personal-words"), "")
	f.wants(401, "", "GET", at("/me"), "", "Authorization", "Bearer "+f.tokens["admin"][:40]+"x")
	a := f.wants(500, "broken", "GET", at("/me"), "")
	if strings.Contains(string(a.body), "fire") || !strings.Contains(log.String(), "fire") {
		t.Errorf("%s\n%s", a.body, log.String())
	}
	for _, secret := range []string{f.tokens["admin"][:30], "hunter", "personal-words"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %q: %s", secret, log.String())
		}
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(strings.SplitN(log.String(), "\n", 2)[0]), &line); err != nil || line["route"] != "reset-user-password" || line["request"] != 1.0 || line["status"] != 200.0 {
		t.Errorf("a line: %v %v", line, err)
	}
}

func TestAPanicEndsOneRequest(t *testing.T) {
	f := newFixture(t)
	var log strings.Builder
	f.open(Options{Limits: wide, Log: slog.New(slog.NewJSONHandler(&log, nil)), Bearer: func(ctx context.Context, from, text string) (domain.Actor, error) {
		if text == "bad" {
			panic("planted")
		}
		return f.db.Bearer(ctx, from, text)
	}})
	f.tokens["bad"] = "bad"
	for range 3 {
		if p := f.wants(500, "bad", "GET", at("/me"), "").problem(t); p.Kind != kindError || strings.Contains(p.Detail, "planted") {
			t.Errorf("%+v", p)
		}
		f.wants(200, "admin", "GET", at("/me"), "")
	}
	if !strings.Contains(log.String(), "door.go") {
		t.Error("the log doesn't say where")
	}
	if u := &f.handler.(*server).underWay; u.total != 0 || len(u.of) != 0 {
		t.Errorf("places weren't given back: %d %v", u.total, u.of)
	}
}

// A body that never comes doesn't hold the door open, nor does the answer that
// nobody reads; the deadlines themselves are set when their time comes.
func TestDeadlinesReachTheConnection(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := &keepingWriter{ResponseWriter: &tellingWriter{ResponseWriter: w}, most: 1}
		if err := http.NewResponseController(kept).SetReadDeadline(longAgo()); err != nil {
			t.Errorf("no read deadline: %v", err)
		}
		_, err := io.ReadAll(r.Body)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the body is waited for: %v", err)
		}
		if err := http.NewResponseController(kept).SetWriteDeadline(longAgo()); err != nil {
			t.Errorf("no write deadline: %v", err)
		}
	}))
	defer server.Close()
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
	_, _ = io.Copy(io.Discard, c)
}

func TestARequestThatTakesTooLongIsStopped(t *testing.T) {
	f := newFixture(t)
	f.open(Options{Limits: Limits{Time: 1}})
	if p := f.wants(503, "admin", "GET", at("/devices"), "").problem(t); p.Kind != "unavailable" {
		t.Errorf("%+v", p)
	}
}
