package api

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// fixture is a door before two accounts:
//
//	Acme   HQ ─┬─ North ── Depot ── Yard     with admin, plain, … of North
//	           └─ South ── Quay
//	Birch  Birch HQ
type fixture struct {
	t       *testing.T
	db      *store.DB
	clock   *clock
	options Options
	handler http.Handler
	tokens  map[string]string // by username
	places  map[string]*place
	held    *contract // what answers are held against; nil for nothing
}

// place is a customer with one of everything.
type place struct {
	customer, user, device, token, assignment, location, event, filter domain.ID
	path, username, rfid                                               string
	unit                                                               domain.UnitID
}

// id is the one of a noun.
func (p *place) id(noun string) domain.ID {
	return map[string]domain.ID{
		"customers": p.customer, "users": p.user, "devices": p.device, "tokens": p.token, "assignments": p.assignment,
		"placements": p.assignment, "device-edits": p.assignment, "audit": p.assignment, "locations": p.location, "access-events": p.event, "me": p.filter,
	}[noun]
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// wide lets everything in: for tests of something else.
var wide = Limits{Requests: 1_000_000, Burst: 1_000_000, Parallel: 1000, Total: 1000}

var operator = domain.Actor{Operator: true, Door: domain.DoorMachine, From: "test"}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: &clock{at: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}, tokens: map[string]string{}, places: map[string]*place{}}
	random := rand.NewChaCha8([32]byte{1})
	db, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "t.db"), store.Options{
		Now: f.clock.now, Random: random, Cost: store.PasswordCost{Memory: 64, Passes: 1, Threads: 1}, Scratch: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	f.db = db
	f.account("Acme", "HQ", map[string][]string{"HQ": {"North", "South"}, "North": {"Depot"}, "Depot": {"Yard"}, "South": {"Quay"}})
	f.account("Birch", "Birch HQ", nil)
	f.open(Options{Limits: wide})
	return f
}

// newHeldFixture is one whose answers are all held against the document.
func newHeldFixture(t *testing.T) *fixture {
	f := newFixture(t)
	f.held = f.contract()
	return f
}

// open makes the door anew.
func (f *fixture) open(o Options) {
	f.t.Helper()
	o.DB, o.Now, o.Version = f.db, f.clock.now, "test"
	handler, err := New(o)
	if err != nil {
		f.t.Fatal(err)
	}
	f.options, f.handler = o, handler
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func slug(name string) string { return strings.ReplaceAll(domain.Fold(name), " ", "-") }

// account makes an account with its customers, nested as said, and fills each.
func (f *fixture) account(name, hq string, nested map[string][]string) {
	ctx := f.t.Context()
	a, c, owner, err := f.db.Init(ctx, operator, store.NewAccount{
		Account:  domain.Account{Name: name, Email: "ops@" + slug(name) + ".example", Country: "DK", Settings: domain.DefaultSettings("DK"), AddOns: domain.AddOns{AccessControl: true}},
		Customer: hq, Owner: domain.User{Username: "owner-" + slug(name)}, Password: "a long enough password",
	})
	if err != nil {
		f.t.Fatal(err)
	}
	may := operator
	may.Account = a.ID
	f.token(a.ID, owner)
	var fill func(c domain.Customer, path string)
	fill = func(c domain.Customer, path string) {
		f.place(may, c, path)
		for _, name := range nested[c.Name] {
			below := must(f.db.CreateCustomer(ctx, may, domain.Customer{Name: name, Parent: c.ID}))
			fill(below, path+"/"+name)
		}
	}
	fill(c, hq)
	for _, p := range f.places {
		if strings.HasPrefix(p.path, hq) {
			f.assignment(may, p)
		}
	}
	if name == "Acme" {
		north := f.places["North"].customer
		admin := may
		admin.Operator, admin.User = false, f.user(may, north, "admin", domain.AllGroups)
		for _, own := range []string{"Depot", "Yard"} { // only what one keeps oneself is in reach
			f.places[own].filter = must(f.db.SaveFilter(ctx, admin, store.SavedFilter{Name: "for " + own, Filter: "tag:van"})).ID
		}
		f.user(may, north, "plain", 0)
	}
}

// place fills a customer with one of everything.
func (f *fixture) place(may domain.Actor, c domain.Customer, path string) {
	ctx := f.t.Context()
	p := &place{customer: c.ID, path: path}
	f.places[c.Name] = p
	name := "one-of-" + slug(c.Name)
	p.username = name
	p.user = f.user(may, c.ID, name, domain.FullDeviceAccess|domain.DeviceManagement)
	p.unit = domain.UnitID{byte(len(f.places)), 0xab, 0xcd, 0xef}
	d := must(f.db.RegisterDevice(ctx, may, domain.Device{Customer: c.ID, UnitID: p.unit, Name: "van of " + c.Name}))
	p.device = d.ID
	p.location = must(f.db.CreateLocation(ctx, may, domain.Location{Customer: c.ID, Name: "Gate of " + c.Name, Email: "gate@acme.example"})).ID
	owner := domain.Actor{Account: may.Account, User: p.user, Door: domain.DoorMachine}
	tokens := must(f.db.Tokens(ctx, owner, store.TokenQuery{}))
	p.token = tokens.Rows[0].ID
	p.filter = must(f.db.SaveFilter(ctx, owner, store.SavedFilter{Name: "vans", Filter: "tag:van"})).ID
	p.rfid = must(f.db.AddRFID(ctx, may, p.user, fmt.Sprintf("000%d", len(f.places)), "card")).Digits
	p.event = must(f.db.AddAccessEvents(ctx, may, []store.AccessInput{{Device: p.device, AccessReport: domain.AccessReport{
		Event: "gate", At: f.clock.now(), RFID: "4711", Status: domain.AccessApproved,
	}}}, nil))[0].ID
}

// assignment makes one at a place, of a device that is there and one that comes.
func (f *fixture) assignment(may domain.Actor, p *place) {
	ctx := f.t.Context()
	nested := must(f.db.CreateCustomer(ctx, may, domain.Customer{Name: "stop", Parent: p.customer}))
	made := must(f.db.RunBulk(ctx, may, store.Assignment{To: nested.ID, Devices: []domain.ID{p.device}}, nil))
	p.assignment = made.Entry
	if _, err := f.db.UndoBulk(ctx, may, made.Entry, nil); err != nil {
		f.t.Fatal(err)
	}
	if err := f.db.DeleteCustomer(ctx, may, store.DeleteCustomer{ID: nested.ID}); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) user(may domain.Actor, customer domain.ID, name string, groups domain.Groups) domain.ID {
	started := must(f.db.CreateUser(f.t.Context(), may, domain.User{Customer: customer, Username: name, Groups: groups}, store.Start{Password: "a long enough password"}))
	f.token(may.Account, started.User)
	return started.User.ID
}

// token makes one for a user, who may use it at once.
func (f *fixture) token(account domain.ID, u domain.User) {
	ctx := f.t.Context()
	self := domain.Actor{Account: account, User: u.ID, Door: domain.DoorMachine}
	_, text, err := f.db.CreateToken(ctx, self, store.NewToken{Name: "test", ExpiresAt: f.clock.now().Add(90 * 24 * time.Hour)})
	if err != nil {
		f.t.Fatal(err)
	}
	if u.MustChange {
		if err := f.db.SetPassword(ctx, self, "a long enough password", "another long password"); err != nil {
			f.t.Fatal(err)
		}
	}
	f.tokens[u.Username] = text
}

// answered is an answer.
type answered struct {
	*http.Response
	body []byte
}

// do sends a request as somebody; headers come in pairs.
func (f *fixture) do(as, method, path, body string, headers ...string) answered {
	f.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	if as != "" {
		r.Header.Set("Authorization", "APIToken "+f.tokens[as])
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	response := w.Result()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	a := answered{response, content}
	if s, is := f.handler.(*server); is && f.held != nil {
		if found, _ := s.routeOf(r); found != nil {
			f.held.answers(walked{route: found}, a)
		}
	}
	return a
}

// wants is do, for an answer of that status.
func (f *fixture) wants(status int, as, method, path, body string, headers ...string) answered {
	f.t.Helper()
	a := f.do(as, method, path, body, headers...)
	if a.StatusCode != status {
		f.t.Fatalf("%s %s %s: %d %s; want %d", method, path, body, a.StatusCode, a.body, status)
	}
	return a
}

// read is the body as JSON.
func (a answered) read(t *testing.T) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(a.body, &value); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return value
}

// problem is the body as a problem.
func (a answered) problem(t *testing.T) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal(a.body, &p); err != nil || a.Header.Get("Content-Type") != problemType || p.Status != a.StatusCode {
		t.Fatalf("no problem: %d %s %s", a.StatusCode, a.Header.Get("Content-Type"), a.body)
	}
	return p
}

// at is the address of something.
func at(format string, args ...any) string { return Prefix + fmt.Sprintf(format, args...) }
