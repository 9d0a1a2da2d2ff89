package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/domain"
)

// route is one method of one address, as data: what the routes have in common is
// done by what is said here.
type route struct {
	method, path string // the path without Prefix
	id           string // its name in the document, and so in clients that are made of it
	title, says  string
	section      string
	// needs is the name of the capability that it takes, or one of the words
	// below. It is for the document and for tests: the store decides.
	needs   string
	status  int  // of what was asked for; 200 where none is said
	version bool // takes If-Match
	repeats bool // takes Idempotency-Key
	stream  bool // reads its body itself, as it comes
	raw     bool // reads its body itself, whole
	body    int64
	time    time.Duration
}

const (
	needsNothing = "none"  // one's own things, or whatever is in reach
	needsOwner   = "owner" // the account's owner
)

func needs(c domain.Capability) string { return c.String() }

// actorIn is the name under which the actor travels with a request.
type actorIn struct{}

// handle makes a route of fn, which is called with who acts.
func handle[I, O any](s *server, r route, fn func(context.Context, domain.Actor, *I) (*O, error)) {
	if r.needs == "" || r.id == "" || r.section == "" {
		panic("the route " + r.method + " " + r.path + " doesn't say what it needs")
	}
	if r.body == 0 {
		r.body = s.Limits.Body
	}
	if r.time == 0 {
		r.time = s.Limits.Time
	}
	s.routes[r.method+" "+Prefix+r.path] = &r
	huma.Register(s.api, s.operation(r), func(ctx context.Context, in *I) (*O, error) {
		actor, there := ctx.Value(actorIn{}).(domain.Actor)
		if !there {
			return nil, unauthenticated("Show an API token.")
		}
		out, err := fn(ctx, actor, in)
		if err != nil {
			return nil, s.tellError(ctx, err)
		}
		return out, nil
	})
}

// tellError is what is answered to an error; the log is told of those that are
// of the server's making.
func (s *server) tellError(ctx context.Context, err error) *Problem {
	if ours(err) {
		s.Log.ErrorContext(ctx, "the request failed", "request", requestNumber(ctx), "error", domain.CleanCut(err.Error(), 500))
	}
	return problemOf(err)
}

// operation is a route for the document.
func (s *server) operation(r route) huma.Operation {
	op := huma.Operation{
		Method: r.method, Path: r.path, OperationID: r.id, Summary: r.title, Description: r.describe(),
		Tags: []string{r.section}, DefaultStatus: r.status,
		MaxBodyBytes:     -1, // it was read before, see bodyOf
		SkipValidateBody: r.raw,
		Security:         []map[string][]string{{"bearer": {}}, {"apiToken": {}}},
		Extensions:       map[string]any{"x-capability": r.needs},
		Responses: map[string]*huma.Response{"default": {
			Description: "A problem",
			Content:     map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}},
		}},
	}
	if r.repeats {
		most := maxRepeatKey
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header",
			Description: "Any text of your own. Sent again with it within 24 hours, the request isn't done twice but answered as the first time.",
			Schema:      &huma.Schema{Type: huma.TypeString, MaxLength: &most},
		})
	}
	return op
}

func (r route) describe() string {
	text := r.says
	if r.needs != needsNothing {
		if text != "" {
			text += "\n\n"
		}
		text += "Needs: " + r.needs + "."
	}
	return text
}

// routeOf is the route that a request is for; nil where there is none. For one
// whose address has other methods, these are told.
func (s *server) routeOf(r *http.Request) (found *route, others []string) {
	_, pattern := s.mux.Handler(r)
	if found = s.routes[pattern]; found != nil {
		return found, nil
	}
	if r.Method == http.MethodHead {
		return nil, nil
	}
	for _, method := range []string{"GET", "POST", "PATCH", "DELETE"} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); s.routes[pattern] != nil {
			others = append(others, method)
		}
	}
	if slices.Contains(others, "GET") {
		others = append(others, "HEAD")
	}
	return nil, others
}
