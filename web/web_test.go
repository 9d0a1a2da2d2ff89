package web

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

var silent = slog.New(slog.DiscardHandler)

// serving serves a handler until the test ends or stop is called, and answers
// where. Serving must end without an error.
func serving(t *testing.T, handler http.Handler, o Options) (address string, stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Log = silent
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, handler, o) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serving ended: %v", err)
		}
	}
	t.Cleanup(stop)
	return listener.Addr().String(), stop
}

// newPair writes a certificate of its own for that name, and its key.
func newPair(t *testing.T, name, cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, made, made, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// shown is the name in the certificate that a server shows.
func shown(t *testing.T, address string) (name, protocol string) {
	t.Helper()
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	state := conn.ConnectionState()
	return state.PeerCertificates[0].DNSNames[0], state.NegotiatedProtocol
}

func TestARenewedCertificateIsShown(t *testing.T) {
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	newPair(t, "first.example", cert, key)
	c, err := ReadCertificate(cert, key, silent)
	if err != nil {
		t.Fatal(err)
	}
	address, _ := serving(t, http.NotFoundHandler(), Options{Certificate: c})
	if name, protocol := shown(t, address); name != "first.example" || protocol != "h2" {
		t.Errorf("shows %s by %s", name, protocol)
	}
	// Between the writing of one file and of the other they don't fit.
	newPair(t, "second.example", cert, filepath.Join(folder, "new.pem"))
	if name, _ := shown(t, address); name != "first.example" {
		t.Errorf("half renewed, it shows %s", name)
	}
	if err := os.Rename(filepath.Join(folder, "new.pem"), key); err != nil {
		t.Fatal(err)
	}
	if name, _ := shown(t, address); name != "second.example" {
		t.Errorf("renewed, it shows %s", name)
	}
	os.Remove(cert)
	if name, _ := shown(t, address); name != "second.example" {
		t.Errorf("without a file, it shows %s", name)
	}
	if _, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("it takes TLS 1.1")
	}
}

func TestACertificateThatCanNotBeUsed(t *testing.T) {
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	newPair(t, "first.example", cert, key)
	newPair(t, "other.example", filepath.Join(folder, "other.pem"), filepath.Join(folder, "otherkey.pem"))
	for _, pair := range [][2]string{{cert, filepath.Join(folder, "otherkey.pem")}, {key, cert}, {cert, "none.pem"}} {
		if _, err := ReadCertificate(pair[0], pair[1], silent); domain.KindOf(err) != domain.Invalid || !strings.Contains(err.Error(), "Check --tls-cert") {
			t.Errorf("%v: %v", pair, err)
		}
	}
}

// TestWhatIsUnderWayMayEnd while the server stops, and no longer than its grace.
func TestWhatIsUnderWayMayEnd(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		select {
		case <-end:
			io.WriteString(w, "done")
		case <-r.Context().Done():
		}
	})
	address, stop := serving(t, handler, Options{Grace: time.Minute})
	got := make(chan string, 1)
	go func() {
		answer, err := http.Get("http://" + address)
		if err != nil {
			got <- err.Error()
			return
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		got <- string(body)
	}()
	<-begun
	stopped := make(chan struct{})
	go func() { defer close(stopped); stop() }()
	close(end)
	if said := <-got; said != "done" {
		t.Errorf("it said %q", said)
	}
	<-stopped

	begun, end = make(chan struct{}), make(chan struct{})
	address, stop = serving(t, handler, Options{Grace: time.Millisecond})
	go http.Get("http://" + address)
	<-begun
	stop() // though nobody lets it end
}

// dials opens a connection, and sends what begins a request, or all of one.
func dials(t *testing.T, address, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

const wholeRequest = "GET / HTTP/1.0\r\n\r\n"

// TestManyConnectionsWait outside, and come in when others leave: nobody at work
// loses their place.
func TestManyConnectionsWait(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	address, _ := serving(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		begun <- struct{}{}
		<-end
		io.WriteString(w, "in")
	}), Options{Connections: 2})
	var open []net.Conn
	for range 2 {
		open = append(open, dials(t, address, wholeRequest))
		<-begun
	}
	open = append(open, dials(t, address, wholeRequest))
	select {
	case <-begun:
		t.Error("three are in where there is room for two")
	case end <- struct{}{}:
	}
	<-begun
	close(end)
	for n, conn := range open {
		if answer, err := io.ReadAll(conn); err != nil || !bytes.HasSuffix(answer, []byte("in")) {
			t.Errorf("%d: %q, %v", n, answer, err)
		}
	}
}

// TestSilentConnectionsMakeRoom: with nothing sent, half a header, or an answer
// had long ago, a connection keeps nobody out.
func TestSilentConnectionsMakeRoom(t *testing.T) {
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	newPair(t, "localhost", cert, key)
	certificate, err := ReadCertificate(cert, key, silent)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{Connections: 2}, {Connections: 2, Certificate: certificate}} {
		address, _ := serving(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "in") }), o)
		var before []net.Conn
		for _, text := range []string{"", "GET / HTTP/1.1\r\nHost: x\r\nX: ", "\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", "G"} {
			before = append(before, dials(t, address, text))
		}
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
		at := "http://" + address
		if o.Certificate != nil {
			at = "https://" + address
		}
		answer, err := client.Get(at)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		client.CloseIdleConnections()
		if _, err := io.ReadAll(before[0]); err != nil && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the first one: %v", err) // it has been shown out
		}
	}
}

func TestReadyAndHealthy(t *testing.T) {
	w := NewWatch("1.0")
	statistics, failure := store.Statistics{}, error(nil)
	w.Database(t.Context(), func(context.Context) (store.Statistics, error) { return statistics, failure })
	address, _ := serving(t, w.Handler(), Options{})
	get := func(path string) (int, string) {
		answer, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(body)
	}
	wants := func(path string, status int, says string) {
		t.Helper()
		if got, body := get(path); got != status || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s, want %d %q", path, got, body, status, says)
		}
	}
	statistics = store.Statistics{
		Sessions: map[domain.Door]int{domain.DoorSSH: 3}, MailWaiting: 4, Bytes: 5, Commits: 6,
		SignIns: map[domain.Door]store.SignIns{domain.DoorSSH: {Right: 7, Failed: 8}},
	}
	w.Observe(store.Operation{Wrote: true, Door: domain.DoorAPI, Took: 2 * time.Millisecond})
	w.Gauge("tenantry_things", "Things.", "kind", "odd", func() float64 { return 9 })
	w.Counted(http.NotFoundHandler()).ServeHTTP(discard{}, &http.Request{})
	wants("/healthz", http.StatusOK, "ok")
	wants("/readyz", http.StatusOK, "ok")
	for _, line := range []string{
		`tenantry_sessions{door="ssh"} 3`, "tenantry_mail_waiting 4", "tenantry_database_bytes 5", "tenantry_commits_total 6",
		`tenantry_sign_ins_total{door="ssh",result="ok"} 7`, `tenantry_sign_ins_total{door="ssh",result="failed"} 8`, `tenantry_things{kind="odd"} 9`,
		`tenantry_operation_seconds_count{door="api",kind="write"} 1`, `tenantry_http_requests_total{status="4xx"} 1`, "tenantry_database_up 1",
	} {
		wants("/metrics", http.StatusOK, line)
	}
	statistics.Stopped = "Tenantry stopped writing to /secret/place.db"
	wants("/readyz", http.StatusServiceUnavailable, "takes no changes")
	wants("/metrics", http.StatusOK, "tenantry_database_up 0")
	failure = errors.New("damaged: /secret/place.db")
	wants("/readyz", http.StatusServiceUnavailable, "doesn't answer")
	if _, metrics := get("/metrics"); strings.Contains(metrics, "secret") || !strings.Contains(metrics, "tenantry_database_up 0") {
		t.Errorf("metrics:\n%s", metrics)
	}
	failure, statistics.Stopped = nil, ""
	w.Stopping()
	wants("/readyz", http.StatusServiceUnavailable, "stopping")
	wants("/healthz", http.StatusOK, "ok")
	wants("/", http.StatusNotFound, "")
}

// discard is an answer to nobody.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
