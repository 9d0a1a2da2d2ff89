package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tenantry/config"
	"tenantry/domain"
	"tenantry/door"
	"tenantry/sshd"
	"tenantry/web"
)

// running is the built program, serving a database.
type running struct {
	t       *testing.T
	command *exec.Cmd
	ended   chan struct{}

	mu   sync.Mutex
	log  bytes.Buffer
	told map[string]map[string]any // log lines by what they say
	more chan struct{}
}

// serving starts a server on a database and waits until it is ready.
func serving(t *testing.T, db string, words ...string) *running {
	t.Helper()
	s := starting(t, db, words...)
	s.says("ready")
	return s
}

func starting(t *testing.T, db string, words ...string) *running {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	s := &running{t: t, ended: make(chan struct{}), told: map[string]map[string]any{}, more: make(chan struct{}, 1)}
	s.command = exec.Command(path, append([]string{"--db", db, "serve", "--ssh", "127.0.0.1:0"}, words...)...)
	out, err := s.command.StderrPipe()
	if err == nil {
		err = s.command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		s.read(out)
		s.command.Wait()
	}()
	t.Cleanup(func() {
		s.command.Process.Kill()
		<-s.ended
	})
	return s
}

func (s *running) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var line map[string]any
		s.mu.Lock()
		s.log.WriteString(lines.Text() + "\n")
		if json.Unmarshal(lines.Bytes(), &line) == nil {
			s.told[line["msg"].(string)] = line
		}
		s.mu.Unlock()
		select {
		case s.more <- struct{}{}:
		default:
		}
	}
}

// says waits for a line of the log.
func (s *running) says(text string) map[string]any {
	s.t.Helper()
	late := time.After(time.Minute)
	for {
		s.mu.Lock()
		line, log := s.told[text], s.log.String()
		s.mu.Unlock()
		if line != nil {
			return line
		}
		select {
		case <-s.more:
		case <-s.ended:
			s.t.Fatalf("it ended before it said %q:\n%s", text, log)
		case <-late:
			s.t.Fatalf("it doesn't say %q:\n%s", text, log)
		}
	}
}

func (s *running) address(of string) string {
	s.t.Helper()
	return s.says(of)["address"].(string)
}

// page reads a page of the server's.
func (s *running) page(path string) (int, string) {
	s.t.Helper()
	answer, err := http.Get("http://" + s.address("health and metrics are told") + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// stop tells the server to stop and wants it to end well.
func (s *running) stop() {
	s.t.Helper()
	s.command.Process.Signal(syscall.SIGTERM)
	s.endsWith(0)
}

func (s *running) endsWith(status int) {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(time.Minute):
		s.t.Fatalf("it doesn't end:\n%s", s.log.String())
	}
	if got := s.command.ProcessState.ExitCode(); got != status {
		s.t.Errorf("it ended with %d, not %d:\n%s", got, status, s.log.String())
	}
}

// askpass is a program by which ssh asks for a password, and gets this one.
func askpass(t *testing.T, password string) []string {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("needs ssh")
	}
	path := filepath.Join(t.TempDir(), "askpass")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho '"+password+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return []string{"SSH_ASKPASS=" + path, "SSH_ASKPASS_REQUIRE=force", "SSH_AUTH_SOCK="}
}

// command is the program run beside the server.
type command struct {
	status      int
	out, failed string
}

func runs(t *testing.T, environ []string, stdin string, words ...string) command {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var out, failed bytes.Buffer
	c := exec.Command(path, words...)
	c.Env, c.Stdin, c.Stdout, c.Stderr = append(os.Environ(), environ...), strings.NewReader(stdin), &out, &failed
	c.Run()
	return command{c.ProcessState.ExitCode(), out.String(), failed.String()}
}

// TestTheConsoleBesideAServer: whoever opens the console on a machine where a
// server holds the database gets the server's, and is told when it stops.
func TestTheConsoleBesideAServer(t *testing.T) {
	environ := askpass(t, annsPassword)
	db := installed(t)
	s := serving(t, db, "--metrics", "127.0.0.1:0")
	if status, text := s.page("/readyz"); status != http.StatusOK {
		t.Errorf("ready: %d %s", status, text)
	}
	term := inTerminal(t, 80, 24, "%s --db "+db+" --as ann", environ...)
	term.sees("ann · owner", "2 Account")
	term.press("2")
	term.sees(s.says("the SSH door is open")["host_key"].(string))
	if _, metrics := s.page("/metrics"); !strings.Contains(metrics, `tenantry_sessions{door="ssh"} 1`) || !strings.Contains(metrics, `tenantry_sign_ins_total{door="ssh",result="ok"} 1`) {
		t.Errorf("metrics:\n%s", metrics)
	}
	term.press("3")
	term.sees("Nordics")
	s.command.Process.Signal(syscall.SIGTERM)
	term.sees("The server stops")
	if status, _ := s.page("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("ready while it stops: %d", status)
	}
	if status, _ := s.page("/healthz"); status != http.StatusOK {
		t.Errorf("healthy while it stops: %d", status)
	}
	s.endsWith(0)
	term.sees("left with")
	if door.Exists(db) {
		t.Error("the sign hangs still")
	}
	if got := runs(t, nil, "", "--db", db, "--as", "ann", "customers", "list"); got.status != 0 || !strings.Contains(got.out, "Nordics") {
		t.Errorf("afterwards: %+v", got)
	}
}

// TestCommandsBesideAServer go through it, with what they read and how they end.
func TestCommandsBesideAServer(t *testing.T) {
	environ := askpass(t, annsPassword)
	db := installed(t)
	s := serving(t, db, "--metrics", "127.0.0.1:0")
	sheet := filepath.Join(t.TempDir(), "in.csv")
	const unit = "00000000-0000-4000-8000-000000000001"
	if err := os.WriteFile(sheet, []byte("unit_id,name,customer\n"+unit+",Van,Acme HQ\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	odd := `O'Neil & "x" $HOME ` + "`id`" + ` \ *; rm -rf / --as=tom`
	as := []string{"--db", db, "--as", "ann"}
	for _, c := range []struct {
		stdin  string
		words  []string
		status int
		says   string
	}{
		{"", []string{"customers", "create", "--parent", "Acme HQ", "--name", odd}, 0, "Created " + domain.JoinPath("Acme HQ", odd)},
		{"", []string{"customers", "create", "--parent", "Acme HQ", "--name", odd, "--json"}, 1, `"kind": "conflict"`},
		{"", []string{"devices", "import", sheet}, 0, "Registered 1 device"},
		{unit + "\n", []string{"devices", "assign", "--to", "Acme HQ/Nordics", "--ids-file", "-", "--json"}, 0, `"moved": 1`},
		{"", []string{"devices", "assign", "--to", "Acme HQ/Nordics", "--ids-file", filepath.Join(t.TempDir(), "none")}, 1, "can't be read"},
		{"", []string{"devices", "assign", "--to", "Acme HQ/Nordics", unit, "zz"}, 1, "malformed"},
		{"", []string{"devices", "list", "--limit", "many"}, 2, "--limit"},
		{"", []string{"why", "ann", "devices.see"}, 0, ""},
		{"", []string{"--account", "Acme Fleet", "devices", "list"}, 2, "Leave --account out"},
		{"", []string{"--as", "", "rescue", "list"}, 0, "ann"},
		{"", []string{"--as", "", "db", "compact"}, 1, "Stop the server first"},
		{"", []string{"db", "check"}, 1, "Stop the server first"},
		{"", []string{"version"}, 0, "tenantry"},
		{"", []string{"devices"}, 2, "Say what to do"},
		{"", []string{"--as", "nobody", "devices", "list"}, 1, "didn't let nobody in"},
		{"", []string{"--as", "-oProxyCommand=id", "devices", "list"}, 2, "is no username"},
	} {
		words := append(append([]string{}, as...), c.words...)
		if got := runs(t, environ, c.stdin, words...); got.status != c.status || !strings.Contains(got.out+got.failed, c.says) {
			t.Errorf("%q: %+v, want %d and %q", c.words, got, c.status, c.says)
		}
	}
	for _, words := range [][]string{{"devices", "list"}, {"--ssh-user", "ann", "devices", "list"}} {
		got := runs(t, append(environ, "PATH="), "", append([]string{"--db", db}, words...)...)
		if line := "ssh -p " + portOf(t, s.address("the SSH door is open")); got.status != 1 || !strings.Contains(got.failed, line) || !strings.Contains(got.failed, "@127.0.0.1 devices list)") {
			t.Errorf("nobody to be, or nothing to be it with: %+v", got)
		}
	}
	if got := runs(t, append(environ, "TENANTRY_SSH_USER=ann"), "", "--db", db, "devices", "list"); got.status != 0 || !strings.Contains(got.out, "Van") {
		t.Errorf("as the environment says: %+v", got)
	}
	s.tellsNobody()
	s.stop()
	if got := runs(t, nil, "", "--db", db, "db", "check"); got.status != 0 {
		t.Errorf("afterwards: %+v", got)
	}
}

// tellsNobody: what is logged and counted holds no secret, and metrics nobody's
// name.
func (s *running) tellsNobody() {
	s.t.Helper()
	_, metrics := s.page("/metrics")
	for _, word := range []string{annsPassword, "ann", "Acme", "O'Neil", ".db"} {
		if strings.Contains(metrics, word) {
			s.t.Errorf("metrics hold %q", word)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, word := range []string{annsPassword, "O'Neil"} {
		if strings.Contains(s.log.String(), word) {
			s.t.Errorf("the log holds %q", word)
		}
	}
}

// TestTheOperatorBesideAServer: what is the operator's the server does for them,
// with their own files and terminal.
func TestTheOperatorBesideAServer(t *testing.T) {
	db := installed(t)
	s := serving(t, db)
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	if err := os.WriteFile(at("secret"), []byte("gravel pear lantern\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		stdin  string
		words  []string
		status int
		says   string
	}{
		{"", []string{"db", "check"}, 0, "Nothing is wrong"},
		{"", []string{"db", "backup", at("saved.db"), "--with-key", "--json"}, 0, `"bytes"`},
		{"", []string{"db", "backup", at("saved.db")}, 1, "already a file"},
		{"", []string{"db", "backup", at("no/saved.db")}, 1, "can't be written"},
		{"", []string{"db", "restore", at("saved.db"), "--replace"}, 1, "Stop the server first"},
		{"", []string{"db", "compact"}, 1, "Stop the server first"},
		{"", []string{"rescue", "new-key", "--yes"}, 1, "Stop the server first"},
		{"another good password\n", []string{"rescue", "reset-password", "ann", "--password-stdin"}, 0, "ann"},
		{annsPassword + "\n", []string{"account", "create", "Birch", "--email", "b@birch.example", "--country", "SE", "--owner", "bjork", "--password-stdin"}, 0, "Made the account Birch"},
		{"", []string{"account", "list"}, 0, "2 accounts"},
		{"", []string{"--account", "Birch", "customers", "create", "--name", "Yard"}, 0, "Yard"},
		{"", []string{"account", "export", "Birch", at("birch.account"), "--passphrase-file", at("secret")}, 0, "Wrote Birch"},
		{"gravel pear lantern\n", []string{"account", "import", at("birch.account"), "--passphrase-stdin"}, 1, "Nothing was imported"},
		{"", []string{"account", "suspend", "Birch"}, 0, "Birch is suspended"},
		{"", []string{"account", "delete", "Birch", "--backup", at("last.db")}, 1, "add --yes"},
		{"", []string{"account", "delete", "Birch", "--backup", at("last.db"), "--yes"}, 0, "Deleted Birch"},
		{"gravel pear lantern\n", []string{"account", "import", at("birch.account"), "--passphrase-stdin"}, 0, "Imported Birch"},
		{"", []string{"account", "import", at("none")}, 1, "can't be read"},
		{"", []string{"account", "fly"}, 2, "There is no command"},
	} {
		got := runs(t, nil, c.stdin, append([]string{"--db", db}, c.words...)...)
		if got.status != c.status || !strings.Contains(got.out+got.failed, c.says) {
			t.Errorf("%q: %+v, want %d and %q", c.words, got, c.status, c.says)
		}
	}
	s.stop()
	if _, err := os.Lstat(door.OperatorPath(db)); err == nil {
		t.Error("the door is still there")
	}
	for _, name := range []string{"saved.db", "last.db"} {
		if status, err := os.Stat(at(name)); err != nil || status.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, status, err)
		}
	}
	if got := runs(t, nil, "", "--db", db, "db", "restore", at("last.db"), "--replace"); got.status != 0 {
		t.Errorf("what was backed up while it ran: %+v", got)
	}
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestTheMachinesUserBesideAServer(t *testing.T) {
	environ := askpass(t, annsPassword)
	me := whoRuns()
	db := installed(t)
	serving(t, db)
	if sign, err := door.Read(db); err != nil || len(sign.Users) != 0 {
		t.Fatalf("the sign: %+v, %v", sign, err)
	}
	if got := runs(t, environ, annsPassword+"\n", "--db", db, "--as", "ann", "users", "create", "--username", me, "--customer", "Acme HQ", "--groups", "Account Administrator", "--code", "--json"); got.status != 0 {
		t.Fatalf("create: %+v", got)
	}
	// The server hears of its own commit; the sign follows a moment later.
	late := time.After(30 * time.Second)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		if sign, err := door.Read(db); err == nil && len(sign.Users) == 1 && sign.Users[0] == me {
			break
		}
		select {
		case <-late:
			t.Fatal("the sign doesn't tell of the new user")
		case <-look.C:
		}
	}
	if got := runs(t, environ, "", "--db", db, "customers", "list"); got.status != 1 || !strings.Contains(got.failed, "didn't let "+me+" in") {
		t.Errorf("as oneself, with another's password: %+v", got)
	}
}

// TestWhatAServerRefuses to start with, each in a sentence.
func TestWhatAServerRefuses(t *testing.T) {
	db := installed(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		words  []string
		status int
		says   string
	}{
		{[]string{"--ssh", "off"}, 2, "Every door is off"},
		{[]string{"--ssh", taken.Addr().String()}, 1, "already in use. Choose another address with --ssh"},
		{[]string{"--ssh", "2222"}, 2, "The flag --ssh: write an address to listen at"},
		{[]string{"--ssh", "off", "--http", "0.0.0.0:0"}, 2, "Without TLS, tokens could be read on the way"},
		{[]string{"--ssh", "off", "--http", "127.0.0.1:0", "--tls-cert", "none.pem", "--tls-key", "none.pem"}, 2, "The file none.pem can't be read"},
		{[]string{"--ssh", "off", "--tls-cert", "none.pem"}, 2, "belong together"},
		{[]string{"--host-key", filepath.Join(t.TempDir(), "no", "key"), "--ssh", "127.0.0.1:0"}, 1, "The host key"},
		{[]string{"--ssh", "systemd:ssh"}, 1, "systemd passed no socket"},
	} {
		got := runs(t, nil, "", append([]string{"--db", db, "serve"}, c.words...)...)
		if got.status != c.status || !strings.Contains(got.failed, c.says) {
			t.Errorf("%q: %+v, want %d and %q", c.words, got, c.status, c.says)
		}
	}
	if got := runs(t, nil, "", "--db", db+".not", "serve"); got.status != 1 || !strings.Contains(got.failed, "There is no database at") {
		t.Errorf("no database: %+v", got)
	}
	first := serving(t, db)
	if got := runs(t, nil, "", "--db", db, "serve", "--ssh", "127.0.0.1:0"); got.status != 1 || !strings.Contains(got.failed, "is in use by another Tenantry") {
		t.Errorf("a second one: %+v", got)
	}
	if !door.Exists(db) {
		t.Error("the second one took the first one's sign down")
	}
	first.stop()
}

// TestACrashedServerLeavesNothingInTheWay: the sign that it left leads nobody.
func TestACrashedServerLeavesNothingInTheWay(t *testing.T) {
	db := installed(t)
	first := serving(t, db)
	first.command.Process.Kill()
	<-first.ended
	if !door.Exists(db) {
		t.Fatal("there is no sign")
	}
	if got := runs(t, nil, "", "--db", db, "customers", "list"); got.status != 0 || !strings.Contains(got.out, "Nordics") {
		t.Errorf("a command: %+v", got)
	}
	again := serving(t, db)
	if first.says("the SSH door is open")["host_key"] != again.says("the SSH door is open")["host_key"] {
		t.Error("the host key has changed")
	}
	again.stop()
}

// TestAServersLogProvesTheAuditTrail: the ends that it writes at its start and at
// its end are found again, and a trail of less isn't taken for the same.
func TestAServersLogProvesTheAuditTrail(t *testing.T) {
	db := installed(t)
	first := serving(t, db)
	at := first.says("the end of an audit trail")["head"].(string)
	address := first.address("the SSH door is open")
	_, port, _ := net.SplitHostPort(address)
	made := runs(t, askpass(t, annsPassword), "", "--db", db, "--ssh-user", "ann", "customers", "create", "--parent", "Acme HQ", "--name", "Port "+port)
	if made.status != 0 {
		t.Fatalf("%+v", made)
	}
	while := filepath.Join(t.TempDir(), "log so far")
	if err := os.WriteFile(while, []byte("head="+at+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := runs(t, nil, "", "--db", db, "audit", "verify", "--head", while); got.status != 0 || !strings.Contains(got.out, "1 earlier end found again") {
		t.Errorf("while it runs: %+v", got)
	}
	first.stop()
	noted := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(noted, first.log.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	last := first.told["the end of an audit trail"]["head"].(string)
	if last == at {
		t.Errorf("at its end it noted what it did at its start: %s", at)
	}
	if got := runs(t, nil, "", "--db", db, "audit", "verify", "--head", noted); got.status != 0 || !strings.Contains(got.out, "2 earlier ends found again") {
		t.Errorf("%+v", got)
	}
	other := installed(t)
	if got := runs(t, nil, "", "--db", other, "audit", "verify", "--head", last[strings.Index(last, ":")+1:]); got.status != 1 {
		t.Errorf("another trail: %+v", got)
	}
}

// TestASecondSignalEndsAtOnce, though a session still has its five seconds.
func TestASecondSignalEndsAtOnce(t *testing.T) {
	environ := askpass(t, annsPassword)
	db := installed(t)
	s := serving(t, db)
	term := inTerminal(t, 80, 24, "%s --db "+db+" --as ann", environ...)
	term.sees("ann · owner")
	s.command.Process.Signal(syscall.SIGTERM)
	s.says("stopping: everybody has five seconds")
	s.command.Process.Signal(syscall.SIGTERM)
	s.endsWith(-1) // by the signal
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told["stopped"] != nil {
		t.Error("it took its time")
	}
}

// TestTheRESTDoor is open beside the SSH door, over TLS, and logs no token.
func TestTheRESTDoor(t *testing.T) {
	db := installed(t)
	made := runs(t, nil, "", "--db", db, "--as", "ann", "tokens", "create", "--name", "script", "--expires", "90d", "--json")
	token, err := jsonAt(made.out, "token")
	if err != nil {
		t.Fatalf("%+v: %v", made, err)
	}
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	trusted := certify(t, cert, key)
	s := serving(t, db, "--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key, "--log-level", "debug", "--proxies", "127.0.0.1")
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}}
	get := func(token string) (int, string) {
		request, err := http.NewRequest(http.MethodGet, "https://"+s.address("the REST door is open")+"/api/v1/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("X-Forwarded-For", "198.51.100.7")
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(body)
	}
	if status, body := get(token); status != http.StatusOK || !strings.Contains(body, `"ann"`) {
		t.Errorf("%d %s", status, body)
	}
	changed := []byte(token)
	changed[len(changed)/2] ^= 1
	if status, body := get(string(changed)); status != http.StatusUnauthorized {
		t.Errorf("another token: %d %s", status, body)
	}
	_, metrics := s.page("/metrics")
	for _, line := range []string{`tenantry_http_requests_total{status="2xx"} 1`, `tenantry_http_requests_total{status="4xx"} 1`} {
		if !strings.Contains(metrics, line) {
			t.Errorf("%s isn't in the metrics:\n%s", line, metrics)
		}
	}
	s.mu.Lock()
	log := s.log.String()
	s.mu.Unlock()
	for _, secret := range []string{token, token[len(token)/2:], string(changed)} {
		if strings.Contains(log+metrics, secret) {
			t.Error("a token is told")
		}
	}
	s.stop()
}

// certify makes a certificate for this machine, and answers who trusts it.
func certify(t *testing.T, cert, key string) *x509.CertPool {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, made, made, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	shown := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, data := range map[string][]byte{cert: shown, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs})} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(shown)
	return pool
}

// TestTheReadmesSettings are ones that there are, and the limits it tells those
// that hold.
func TestTheReadmesSettings(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "## Running it for real")
	_, block, _ := strings.Cut(rest, "```toml\n")
	block, _, there := strings.Cut(block, "```")
	if !there {
		t.Fatal("it tells none")
	}
	c, err := config.Read(config.System{File: strings.NewReader(strings.ReplaceAll(block, "\n# ", "\n")), Name: "README.md"})
	if err != nil {
		t.Fatal(err)
	}
	got, usual := (&server{setup: &setup{config: c}}).sshLimits(), sshd.DefaultLimits()
	usual.Offers, usual.SignIn, usual.Starting, usual.Quiet, usual.Command, usual.Stall, usual.Grace, usual.Leaving = 0, 0, 0, 0, 0, 0, 0, 0
	if got != usual {
		t.Errorf("it tells %+v, and there are %+v", got, usual)
	}
	if c.Limits.HTTPConnections != web.DefaultConnections || c.Serve.SSH != config.DefaultSSH {
		t.Errorf("it tells %+v", c)
	}
}
