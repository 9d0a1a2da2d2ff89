// Package api is the REST door: JSON under /api/v1, for scripts. Whoever shows an
// API token acts with the rights that its owner has at that moment.
//
// A route reads its request, calls one store operation and tells the answer in
// the form of package shape, which is that of the plain commands. It decides
// nothing: what is out of reach, and who may do what, is for the store. The
// document of OpenAPI is made out of the routes, and the page about it out of the
// document, so that neither can say what isn't so.
//
// It must not know how data lies in the file, nothing of screens, and neither
// who listens nor where: it is an http.Handler.
package api

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tenantry/domain"
	"tenantry/store"
)

// Prefix is where everything lies.
const Prefix = "/api/v1"

// Options are what the door needs from outside.
type Options struct {
	DB *store.DB
	// Bearer is who shows a token; nil for DB.Bearer.
	Bearer func(ctx context.Context, from, token string) (domain.Actor, error)
	Now    func() time.Time
	// Log takes a line for each request, and what went wrong here. No token, body
	// or query is in it. Nil for none.
	Log *slog.Logger
	// Version is the program's, for the document.
	Version string
	// Mail says that a mail server is set up: codes can go out by it.
	Mail bool
	// From says where a request comes from, for the audit trail and the count of
	// failures; nil for the address of whoever is connected.
	From   func(*http.Request) string
	Limits Limits
}

// Limits are how much the door lets in. Zero is the usual number.
type Limits struct {
	Requests int           // of a token in a minute: 600
	Burst    int           // of a token at once, before that counts: 100
	Parallel int           // under way of a token: 8
	Total    int           // under way in all: 64
	Body     int64         // bytes of JSON: 64 KiB
	IDs      int64         // bytes of an assignment: 5 MiB
	Import   int64         // bytes of a file to import: 128 MiB
	Time     time.Duration // for one request: a minute
	LongTime time.Duration // for an import, an export, an assignment: 10 minutes
	Repeats  int           // Idempotency-Keys that are remembered of a token: 10,000
	Answers  int           // bytes of answers that are kept for them in all: 64 MiB
}

func (l Limits) orUsual() Limits {
	usual(&l.Requests, 600)
	usual(&l.Burst, 100)
	usual(&l.Parallel, 8)
	usual(&l.Total, 64)
	usual(&l.Body, 64<<10)
	usual(&l.IDs, 5<<20)
	usual(&l.Import, 128<<20)
	usual(&l.Time, time.Minute)
	usual(&l.LongTime, 10*time.Minute)
	usual(&l.Repeats, 10_000)
	usual(&l.Answers, 64<<20)
	return l
}

func usual[N int | int64 | time.Duration](n *N, value N) {
	if *n <= 0 {
		*n = value
	}
}

// server is the door.
type server struct {
	Options
	mux      *http.ServeMux
	api      huma.API
	routes   map[string]*route // by the pattern of the mux
	document []byte            // of OpenAPI
	page     []byte            // about it, for people
	pageCSP  string
	requests atomic.Uint64 // since it opened, to number them
	rates    rates
	repeats  repeats
	underWay underWay
}

// New makes the door.
func New(o Options) (http.Handler, error) {
	o.Limits = o.Limits.orUsual()
	if o.Bearer == nil {
		o.Bearer = o.DB.Bearer
	}
	if o.From == nil {
		o.From = connectedFrom
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{Options: o, mux: http.NewServeMux(), routes: map[string]*route{}}
	s.rates.buckets = map[key]*bucket{}
	s.repeats.of = map[key]*repeatsOf{}
	s.underWay.of = map[key]int{}
	s.api = humago.NewWithPrefix(s.mux, Prefix, configuration(o.Version))
	s.register()
	if err := s.finishDocument(); err != nil {
		return nil, err
	}
	return s, nil
}

// register makes all routes there are.
func (s *server) register() {
	s.registerMe()
	s.registerFilters()
	s.registerAccount()
	s.registerOverview()
	s.registerCustomers()
	s.registerUsers()
	s.registerUserActions()
	s.registerRFID()
	s.registerDevices()
	s.registerDeviceFiles()
	s.registerAssignments()
	s.registerBulk()
	s.registerLocations()
	s.registerTokens()
	s.registerGroups()
	s.registerWhy()
	s.registerAudit()
	s.registerAccess()
}

// connectedFrom is the address at the other end of the connection.
func connectedFrom(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// key is whom limits are kept for: a token, or a user where there is none.
type key struct{ user, token domain.ID }

func keyOf(actor domain.Actor) key { return key{actor.User, actor.Token} }

// underWay counts the requests that are being answered.
type underWay struct {
	mu    sync.Mutex
	total int
	of    map[key]int
}

// begin takes a place among all; done gives it back.
func (u *underWay) begin(most int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.total >= most {
		return false
	}
	u.total++
	return true
}

func (u *underWay) done() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.total--
}

// beginOf takes a place among those of one token; doneOf gives it back.
func (u *underWay) beginOf(k key, most int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of[k] >= most {
		return false
	}
	u.of[k]++
	return true
}

func (u *underWay) doneOf(k key) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of[k]--; u.of[k] <= 0 {
		delete(u.of, k)
	}
}
