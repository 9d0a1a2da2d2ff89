package api

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// rates are how many requests each token has left: a bucket that fills steadily
// up to the burst, and of which each request takes one.
type rates struct {
	mu      sync.Mutex
	buckets map[key]*bucket
}

type bucket struct {
	left float64
	at   time.Time // when left was right
}

// bucketsKept is how many buckets there are before those that are full again are
// let go: there is nothing in them to remember.
const bucketsKept = 10_000

// take takes one, and says how many are left and how long it is until the bucket
// is full, or until there is one where there was none.
func (r *rates) take(k key, now time.Time, perMinute, burst int) (left int, wait time.Duration, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	perSecond := float64(perMinute) / 60
	b := r.buckets[k]
	if b == nil {
		if len(r.buckets) >= bucketsKept {
			r.sweep(now, perSecond, burst)
		}
		b = &bucket{left: float64(burst), at: now}
		r.buckets[k] = b
	}
	b.fill(now, perSecond, burst)
	if b.left < 1 {
		return 0, seconds((1 - b.left) / perSecond), false
	}
	b.left--
	return int(b.left), seconds((float64(burst) - b.left) / perSecond), true
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func (b *bucket) fill(now time.Time, perSecond float64, burst int) {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.left = math.Min(float64(burst), b.left+passed*perSecond)
	}
	b.at = now
}

func (r *rates) sweep(now time.Time, perSecond float64, burst int) {
	for k, b := range r.buckets {
		if b.fill(now, perSecond, burst); b.left >= float64(burst) {
			delete(r.buckets, k)
		}
	}
}

// withinRate counts a request of a token, and says in the headers how many more
// there may be.
func (s *server) withinRate(h http.Header, k key) *Problem {
	left, wait, ok := s.rates.take(k, s.Now(), s.Limits.Requests, s.Limits.Burst)
	after := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	h.Set("RateLimit-Limit", strconv.Itoa(s.Limits.Burst))
	h.Set("RateLimit-Remaining", strconv.Itoa(left))
	h.Set("RateLimit-Reset", after)
	h.Set("RateLimit-Policy", strconv.Itoa(s.Limits.Requests)+";w=60;burst="+strconv.Itoa(s.Limits.Burst))
	if ok {
		return nil
	}
	return newProblem(kindTooMany, "", "This token has made too many requests. Wait as long as Retry-After says.").with("Retry-After", after)
}
