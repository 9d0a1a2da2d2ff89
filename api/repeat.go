package api

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"tenantry/domain"
)

// A request with an Idempotency-Key isn't done twice: sent again, it is answered
// as the first time. What was answered is kept in memory, for each token apart,
// for a day or until the server stops.

const (
	repeatsFor   = 24 * time.Hour
	maxRepeatKey = 200
)

// repeats are the requests with keys.
type repeats struct {
	mu    sync.Mutex
	of    map[key]*repeatsOf
	bytes int // of all answers that are kept
}

// repeatsOf are those of one token, the oldest first.
type repeatsOf struct {
	by    map[string]*repeat
	order []*repeat
}

// repeat is one request with a key.
type repeat struct {
	key     string
	request [sha256.Size]byte
	at      time.Time
	done    bool
	dropped bool // the answer was too large to keep
	answer  answer
}

// answer is what a request was answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// keptHeaders are the headers that belong to an answer and not to its time.
var keptHeaders = [...]string{"Content-Type", "Etag", "Location"}

// once answers a request, or repeats what it was answered before.
func (s *server) once(w http.ResponseWriter, r *http.Request, route *route, k key) *Problem {
	name := r.Header.Get("Idempotency-Key")
	switch {
	case !route.repeats || len(r.Header.Values("Idempotency-Key")) == 0:
		s.mux.ServeHTTP(w, r)
		return nil
	case name == "" || len(name) > maxRepeatKey || len(r.Header.Values("Idempotency-Key")) > 1:
		return newProblem(domain.Invalid.String(), "Idempotency-Key", "An Idempotency-Key has 1 to 200 characters, and there is one.").status(http.StatusBadRequest)
	}
	known, p := s.repeats.begin(k, name, fingerprint(r), s.Now(), s.Limits)
	switch {
	case p != nil:
		return p
	case known != nil:
		known.write(w)
		return nil
	}
	kept := &keepingWriter{ResponseWriter: w, most: s.Limits.Answers / 4}
	finished := false
	defer func() {
		// One that panicked may be tried again; nothing was committed, or it was
		// and says so by then.
		s.repeats.finish(k, name, kept, finished, s.Limits)
	}()
	s.mux.ServeHTTP(kept, r)
	finished = true
	return nil
}

// fingerprint tells requests apart: by the route, the query and the body, which
// was read before.
func fingerprint(r *http.Request) [sha256.Size]byte {
	h := sha256.New()
	for _, part := range []string{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("Content-Type")} {
		io.WriteString(h, part)
		h.Write([]byte{0})
	}
	body, _ := io.ReadAll(r.Body) // out of memory
	h.Write(body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return [sha256.Size]byte(h.Sum(nil))
}

// begin finds what a request with that key was answered; nil where it is new, and
// noted now.
func (rs *repeats) begin(k key, name string, request [sha256.Size]byte, now time.Time, l Limits) (*answer, *Problem) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.expire(now)
	of := rs.of[k]
	if of == nil {
		of = &repeatsOf{by: map[string]*repeat{}}
		rs.of[k] = of
	}
	if known := of.by[name]; known != nil {
		return known.again(request)
	}
	for len(of.order) >= l.Repeats {
		rs.forget(k, of.order[0])
	}
	fresh := &repeat{key: name, request: request, at: now}
	of.by[name] = fresh
	of.order = append(of.order, fresh)
	return nil, nil
}

// again is what is answered to a key that was sent before.
func (r *repeat) again(request [sha256.Size]byte) (*answer, *Problem) {
	switch {
	case r.request != request:
		return nil, newProblem(domain.Invalid.String(), "Idempotency-Key", "This Idempotency-Key was sent with another request before. Take a new one for each request.")
	case !r.done:
		return nil, newProblem(domain.Conflict.String(), "Idempotency-Key", "The request with this Idempotency-Key is being answered at the moment. Wait, then send it again.").with("Retry-After", "1")
	case r.dropped:
		return nil, newProblem(domain.Conflict.String(), "Idempotency-Key", "The request with this Idempotency-Key was answered, but the answer was too large to keep. Look at what there is now.")
	}
	return &r.answer, nil
}

// finish keeps an answer. A refused request changed nothing, so it is forgotten:
// it may be tried again with the same key. One that failed in a way that leaves
// open whether it was saved is kept, so that nobody repeats it blindly.
func (rs *repeats) finish(k key, name string, kept *keepingWriter, finished bool, l Limits) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	of := rs.of[k]
	if of == nil || of.by[name] == nil {
		return
	}
	r := of.by[name]
	if !finished || kept.status >= 400 && kept.status != http.StatusInternalServerError {
		rs.forget(k, r)
		return
	}
	r.done, r.dropped = true, kept.dropped
	r.answer = answer{status: kept.status, header: http.Header{}, body: kept.body.Bytes()}
	for _, header := range keptHeaders {
		if values := kept.Header().Values(header); len(values) > 0 {
			r.answer.header[header] = values
		}
	}
	rs.bytes += len(r.answer.body)
	rs.shrink(l.Answers)
}

// expire forgets what is a day old.
func (rs *repeats) expire(now time.Time) {
	for k, of := range rs.of {
		for len(of.order) > 0 && now.Sub(of.order[0].at) >= repeatsFor {
			rs.forget(k, of.order[0])
		}
		if len(of.order) == 0 {
			delete(rs.of, k)
		}
	}
}

// forget lets go of a request with a key. It mostly is the oldest.
func (rs *repeats) forget(k key, r *repeat) {
	of := rs.of[k]
	if i := slices.Index(of.order, r); i == 0 {
		of.order = of.order[1:]
	} else if i > 0 {
		of.order = slices.Delete(of.order, i, i+1)
	}
	delete(of.by, r.key)
	rs.bytes -= len(r.answer.body)
}

// shrink drops answers, the oldest of each token first, until the rest fit. That
// the request was done stays known.
func (rs *repeats) shrink(most int) {
	for rs.bytes > most {
		var oldest *repeat
		for _, of := range rs.of {
			for _, r := range of.order {
				if len(r.answer.body) > 0 {
					if oldest == nil || r.at.Before(oldest.at) {
						oldest = r
					}
					break
				}
			}
		}
		if oldest == nil {
			return
		}
		rs.bytes -= len(oldest.answer.body)
		oldest.answer.body, oldest.dropped = nil, true
	}
}

func (a *answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// keepingWriter keeps what is answered.
type keepingWriter struct {
	http.ResponseWriter
	most    int
	status  int
	body    bytes.Buffer
	dropped bool
}

func (k *keepingWriter) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
	k.ResponseWriter.WriteHeader(status)
}

func (k *keepingWriter) Write(p []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	if k.dropped = k.dropped || k.body.Len()+len(p) > k.most; k.dropped {
		k.body = bytes.Buffer{}
	} else {
		k.body.Write(p)
	}
	return k.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find the connection.
func (k *keepingWriter) Unwrap() http.ResponseWriter { return k.ResponseWriter }
