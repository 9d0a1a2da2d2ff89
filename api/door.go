package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"tenantry/domain"
)

// ServeHTTP leads a request through the door: who is it, not too much of it, and
// in to its route.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number := s.requests.Add(1)
	began := s.Now()
	t := &tellingWriter{ResponseWriter: w}
	secure(t.Header(), r)
	defer func() {
		if p := recover(); p != nil {
			s.panicked(t, r, number, p)
		}
		s.Log.InfoContext(r.Context(), "request", "request", number, "method", domain.CleanCut(r.Method, 20), "route", t.route,
			"status", t.status, "bytes", t.bytes, "from", domain.CleanCut(s.From(r), 60), "token", t.token.String(),
			"milliseconds", s.Now().Sub(began).Milliseconds())
	}()
	if !s.underWay.begin(s.Limits.Total) {
		newProblem(domain.Unavailable.String(), "", "Too many requests are being answered at the moment. Try again.").with("Retry-After", "1").write(t)
		return
	}
	defer s.underWay.done()
	if s.public(t, r) {
		return
	}
	if p := s.enter(t, r.WithContext(context.WithValue(r.Context(), numberIn{}, number))); p != nil {
		p.write(t)
	}
}

// secure says to browsers what this is not: nothing to frame, to guess the type
// of, to keep, or for pages from elsewhere.
func secure(h http.Header, r *http.Request) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Authorization")
	if r.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// panicked ends the one request that something went badly wrong in.
func (s *server) panicked(t *tellingWriter, r *http.Request, number uint64, p any) {
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	s.Log.ErrorContext(r.Context(), "a request panicked", "request", number, "route", t.route, "panic", domain.CleanCut(fmt.Sprint(p), 300), "stack", string(debug.Stack()))
	if t.status != 0 {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	}
	newProblem(kindError, "", "Something went wrong in the server. Tell whoever runs it.").write(t)
}

// public answers what takes no token: the document, and the page about it.
func (s *server) public(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	var content []byte
	switch r.URL.Path {
	case Prefix + "/openapi.json":
		w.Header().Set("Content-Type", "application/json")
		content = s.document
	case Prefix + "/docs":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", s.pageCSP)
		content = s.page
	default:
		return false
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(content)
	}
	return true
}

// numberIn is the name under which a request's number travels with it.
type numberIn struct{}

func requestNumber(ctx context.Context) uint64 {
	number, _ := ctx.Value(numberIn{}).(uint64)
	return number
}

// enter finds out who it is and what they want, and answers; or says why not.
func (s *server) enter(t *tellingWriter, r *http.Request) *Problem {
	actor, p := s.who(r)
	if p != nil {
		return p
	}
	t.token = actor.Token
	k := keyOf(actor)
	if p := s.withinRate(t.Header(), k); p != nil {
		return p
	}
	if path.Clean(r.URL.Path) != r.URL.Path {
		return notHere()
	}
	route, others := s.routeOf(r)
	switch {
	case route == nil && len(others) > 0:
		return newProblem(kindUnsupported, "", "This address takes "+strings.Join(others, ", ")+".").with("Allow", strings.Join(others, ", "))
	case route == nil:
		return notHere()
	case r.Header.Get("If-Match") != "" && !route.version:
		return newProblem(domain.Invalid.String(), "If-Match", "This can't be made to depend on a version.").status(http.StatusBadRequest)
	}
	t.route = route.id
	if !s.underWay.beginOf(k, s.Limits.Parallel) {
		return newProblem(kindTooMany, "", "Too many requests of this token are being answered at the moment. Wait for those.").with("Retry-After", "1")
	}
	defer s.underWay.doneOf(k)
	ctx, stop := s.inTime(t, r.Context(), route.time)
	defer stop()
	r = r.WithContext(context.WithValue(ctx, actorIn{}, actor))
	if p := s.bodyOf(t, r, route); p != nil {
		return p
	}
	return s.once(t, r, route, k)
}

func notHere() *Problem {
	return newProblem(domain.NotFound.String(), "", "There is nothing at this address. "+Prefix+"/docs says what there is.")
}

// who is whoever shows the token.
func (s *server) who(r *http.Request) (domain.Actor, *Problem) {
	token, p := tokenOf(r)
	if p != nil {
		return domain.Actor{}, p
	}
	actor, err := s.Bearer(r.Context(), s.From(r), token)
	if err != nil {
		return domain.Actor{}, s.tellError(r.Context(), err)
	}
	return actor, nil
}

// tokenOf is the text of the token that a request shows: in one header of
// Authorization, and nowhere else.
func tokenOf(r *http.Request) (string, *Problem) {
	shown := r.Header.Values("Authorization")
	if len(shown) != 1 {
		return "", unauthenticated("Show an API token, in one header: Authorization: APIToken … (or Bearer …).")
	}
	scheme, token, _ := strings.Cut(shown[0], " ")
	if !strings.EqualFold(scheme, "APIToken") && !strings.EqualFold(scheme, "Bearer") {
		return "", unauthenticated("Show an API token: Authorization: APIToken … (or Bearer …).")
	}
	return token, nil
}

// readTime is how long a short body may take to come, readPace how many bytes a
// second are asked of a long one, and writeSlack is how much longer than its time a
// request may take to be answered.
const (
	readTime   = 30 * time.Second
	readPace   = 32 << 10
	writeSlack = 10 * time.Second
)

// inTime ends the work on a request when its time is over, and soon after that
// the connection, if whoever asked doesn't take the answer or goes on sending.
func (s *server) inTime(w http.ResponseWriter, ctx context.Context, limit time.Duration) (context.Context, func()) {
	connection := http.NewResponseController(w)
	sent := time.AfterFunc(limit, func() { _ = connection.SetReadDeadline(longAgo()) })
	over := time.AfterFunc(limit+writeSlack, func() { _ = connection.SetWriteDeadline(longAgo()) })
	ctx, cancel := context.WithTimeout(ctx, limit)
	return ctx, func() {
		sent.Stop()
		over.Stop()
		cancel()
	}
}

// longAgo, as a deadline, ends what waits for it.
func longAgo() time.Time { return time.Unix(1, 0) }

// bodyOf reads the body whole, if the route doesn't do that itself, so that too
// large or too slow a one is refused before anything is made of it.
func (s *server) bodyOf(w http.ResponseWriter, r *http.Request, route *route) *Problem {
	limit := route.body
	if r.ContentLength > limit {
		return tooLarge(limit)
	}
	if route.stream {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		return nil
	}
	connection := http.NewResponseController(w)
	over := time.AfterFunc(readTime+time.Duration(limit/readPace)*time.Second, func() { _ = connection.SetReadDeadline(longAgo()) })
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch stopped := over.Stop(); {
	case err != nil && !stopped:
		return newProblem(domain.Invalid.String(), "", "The body took too long to come.").status(http.StatusRequestTimeout).with("Connection", "close")
	case err != nil:
		return newProblem(domain.Invalid.String(), "", "The body can't be read.").status(http.StatusBadRequest).with("Connection", "close")
	case int64(len(body)) > limit:
		return tooLarge(limit)
	case len(body) > 0 && !isJSON(r.Header.Get("Content-Type")):
		return newProblem(kindUnsupported, "", "This takes application/json.").status(http.StatusUnsupportedMediaType)
	case !utf8.Valid(body):
		return newProblem(domain.Invalid.String(), "", "The body isn't UTF-8.").status(http.StatusBadRequest)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// tellingWriter knows what was answered.
type tellingWriter struct {
	http.ResponseWriter
	route  string
	token  domain.ID
	status int
	bytes  int64
}

func (t *tellingWriter) WriteHeader(status int) {
	if t.status == 0 {
		t.status = status
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *tellingWriter) Write(p []byte) (int, error) {
	if t.status == 0 {
		t.status = http.StatusOK
	}
	n, err := t.ResponseWriter.Write(p)
	t.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find the connection.
func (t *tellingWriter) Unwrap() http.ResponseWriter { return t.ResponseWriter }
