package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tenantry/domain"
	"tenantry/store"
)

// Watch is what is told about a server to whoever watches over it: whether it
// runs, whether it can be used, and how much of everything there is.
type Watch struct {
	registry   *prometheus.Registry
	operations *prometheus.HistogramVec
	requests   *prometheus.CounterVec
	statistics func(context.Context) (store.Statistics, error)
	stopping   atomic.Bool
}

// lookTimeout bounds how long a look at the database may take.
const lookTimeout = 5 * time.Second

// NewWatch makes a watch over a server of that version.
func NewWatch(version string) *Watch {
	w := &Watch{registry: prometheus.NewRegistry()}
	w.operations = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "tenantry_operation_seconds", Help: "How long operations on the database took, with waiting for their turn.",
		Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9), // 0.1 ms to 6.5 s
	}, []string{"kind", "door"})
	w.requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tenantry_http_requests_total", Help: "Answered requests of the REST API, by class of status.",
	}, []string{"status"})
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tenantry_build_info", Help: "Always 1."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	w.registry.MustRegister(w.operations, w.requests, build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return w
}

// Observe takes an operation in. It is for store.Options.
func (w *Watch) Observe(o store.Operation) {
	kind := "read"
	if o.Wrote {
		kind = "write"
	}
	w.operations.WithLabelValues(kind, doorName(o.Door)).Observe(o.Took.Seconds())
}

// doorName is a door as metrics name it: there is one for what the server does
// by itself.
func doorName(d domain.Door) string {
	if name := d.String(); name != "" {
		return name
	}
	return "none"
}

// Database begins to look at a database until ctx ends. statistics asks it.
func (w *Watch) Database(ctx context.Context, statistics func(context.Context) (store.Statistics, error)) {
	w.statistics = statistics
	w.registry.MustRegister(&gauges{ctx: ctx, statistics: statistics})
}

// Gauge adds a number that is asked for when it is looked at, under a label of
// its own.
func (w *Watch) Gauge(name, help, label, value string, read func() float64) {
	w.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: name, Help: help, ConstLabels: prometheus.Labels{label: value},
	}, read))
}

// Stopping says that the server is going to stop: it isn't ready any more.
func (w *Watch) Stopping() { w.stopping.Store(true) }

// Counted is a handler whose answers are counted.
func (w *Watch) Counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		noted := &noted{ResponseWriter: answer, status: http.StatusOK}
		defer func() { w.requests.WithLabelValues(strconv.Itoa(noted.status/100) + "xx").Inc() }()
		next.ServeHTTP(noted, r)
	})
}

// noted remembers the status of an answer.
type noted struct {
	http.ResponseWriter
	status int
}

func (n *noted) WriteHeader(status int) {
	if status >= 200 { // not one that only says to go on
		n.status = status
	}
	n.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController through.
func (n *noted) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// Handler answers /healthz, /readyz and /metrics.
func (w *Watch) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(answer http.ResponseWriter, _ *http.Request) { tell(answer, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", func(answer http.ResponseWriter, r *http.Request) {
		if err := w.ready(r.Context()); err != nil {
			tell(answer, http.StatusServiceUnavailable, domain.Clean(err.Error())+"\n")
			return
		}
		tell(answer, http.StatusOK, "ok\n")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{Timeout: 2 * lookTimeout, MaxRequestsInFlight: 4}))
	return mux
}

func tell(answer http.ResponseWriter, status int, text string) {
	h := answer.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	answer.WriteHeader(status)
	io.WriteString(answer, text)
}

// ready says why the server can't be used.
func (w *Watch) ready(ctx context.Context) error {
	if w.stopping.Load() {
		return errors.New("stopping")
	}
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	s, err := w.statistics(ctx)
	switch {
	case err != nil:
		return errors.New("the database doesn't answer") // the path of the file is nobody's business
	case s.Stopped != "":
		return errors.New("the database takes no changes")
	}
	return nil
}

// gauges are the numbers of a database, read when they are looked at.
type gauges struct {
	ctx        context.Context
	statistics func(context.Context) (store.Statistics, error)
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("tenantry_"+name, help, labels, nil)
}

// Describe says nothing beforehand: all that Collect tells is its own.
func (g *gauges) Describe(told chan<- *prometheus.Desc) {}

// Collect reads the numbers. One that can't be read isn't told, but for the fact.
func (g *gauges) Collect(told chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(g.ctx, lookTimeout)
	defer cancel()
	s, err := g.statistics(ctx)
	tell := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		told <- prometheus.MustNewConstMetric(d, kind, value, labels...)
	}
	up := 0.0
	if err == nil && s.Stopped == "" {
		up = 1
	}
	tell(describe("database_up", "Whether the database answers and takes changes."), prometheus.GaugeValue, up)
	if err != nil {
		return
	}
	sessions := describe("sessions", "Sign-ins that are open.", "door")
	signIns := describe("sign_ins_total", "Tries to sign in since the start.", "door", "result")
	for door := domain.DoorConsole; door <= domain.DoorAPI; door++ {
		tell(sessions, prometheus.GaugeValue, float64(s.Sessions[door]), doorName(door))
		tell(signIns, prometheus.CounterValue, float64(s.SignIns[door].Right), doorName(door), "ok")
		tell(signIns, prometheus.CounterValue, float64(s.SignIns[door].Failed), doorName(door), "failed")
	}
	tell(describe("commits_total", "Transactions that were saved since the start."), prometheus.CounterValue, float64(s.Commits))
	tell(describe("mail_waiting", "Mails in the outbox."), prometheus.GaugeValue, float64(s.MailWaiting))
	tell(describe("database_bytes", "Size of the database file."), prometheus.GaugeValue, float64(s.Bytes))
}
