package sshd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// What section 7 of the product's description asks.
const (
	memoryBound = 1.5 * (1 << 20) // bytes for an idle session
	bytesBound  = 200             // a cursor move, median
	frameBound  = 16 * time.Millisecond
)

// sessionFlag is how many consoles are open at once: 200 for the real measure.
var sessionFlag = flag.Int("tenantry.sessions", 20, "SSH sessions of the benchmark")

// benchClients is the variable by which a child process knows that it is to be
// the people at the consoles, so that their memory isn't counted as the server's.
const benchClients = "TENANTRY_SSH_BENCH"

func TestMain(m *testing.M) {
	if address := os.Getenv(benchClients); address != "" {
		os.Exit(beClients(address))
	}
	os.Exit(m.Run())
}

// measured is what the clients tell.
type measured struct {
	FirstFrame, SlowestFirst  time.Duration // from connecting to a whole frame
	KeyToFrame, SlowestKey    time.Duration // median and 99th percentile
	BytesPerKey               int
	ChangeToFrame, SlowestAll time.Duration // from a change to the frames of everybody: median of the changes, and the slowest
}

// BenchmarkConsoles holds many consoles open at once on a list of 1,000 devices,
// and tells what each takes, how fast keys are answered, and when everybody sees
// what another has changed. 80×24 is the size that the console is designed for,
// 120×40 the one for which the bytes of a cursor move are bounded.
func BenchmarkConsoles(b *testing.B) {
	for _, size := range []string{"80x24", "120x40"} {
		b.Run(size, func(b *testing.B) {
			for b.Loop() {
				benchConsoles(b, size)
			}
		})
	}
}

func benchConsoles(b *testing.B, size string) {
	// As main has it.
	defer debug.SetGCPercent(debug.SetGCPercent(35))
	sessions := *sessionFlag
	h := open(b, func(o *Options) {
		o.Limits.SessionsPerUser, o.Limits.Sessions = 2*sessions+10, 2*sessions+10
		o.Limits.Unauthenticated, o.Limits.UnauthenticatedPerSource = sessions+10, sessions+10
	})
	var csv strings.Builder
	csv.WriteString("unit_id,customer,name\n")
	for n := range 1000 {
		fmt.Fprintf(&csv, "%032x,Acme HQ,Van %d\n", n+1, n)
	}
	_, err := h.db.ImportDevices(h.ctx, h.owner, strings.NewReader(csv.String()), false, nil)
	h.must(err)
	private := newPrivate(b)
	signer, err := gossh.NewSignerFromKey(private)
	h.must(err)
	_, err = h.db.AddSSHKeys(h.ctx, h.owner, string(gossh.MarshalAuthorizedKey(signer.PublicKey())), "bench")
	h.must(err)
	block, err := gossh.MarshalPrivateKey(private, "bench")
	h.must(err)
	path := filepath.Join(b.TempDir(), "key")
	h.must(os.WriteFile(path, pem.EncodeToMemory(block), 0o600))

	before := anonymous(b)
	self, err := os.Executable()
	h.must(err)
	child := exec.Command(self, path, size, strconv.Itoa(sessions))
	child.Env = append(os.Environ(), benchClients+"="+h.address)
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	h.must(err)
	out, err := child.StdoutPipe()
	h.must(err)
	h.must(child.Start())
	defer child.Process.Kill()
	read := bufio.NewReader(out)
	line, err := read.ReadString('\n') // all are there
	h.must(err)
	if strings.TrimSpace(line) != "ready" {
		b.Fatal(line)
	}
	if n := h.server.Counts().Sessions; n != sessions {
		b.Fatalf("%d sessions", n)
	}
	each := float64(anonymous(b)-before) / float64(sessions)
	idle := cpu(b)
	time.Sleep(2 * time.Second)
	idle = (cpu(b) - idle) / 2
	io.WriteString(in, "go\n")
	var m measured
	h.must(json.NewDecoder(read).Decode(&m))
	in.Close()
	child.Wait()
	h.idle()
	h.stop()

	b.ReportMetric(each/(1<<20), "MiB/session")
	b.ReportMetric(each/memoryBound, "memory-of-bound")
	b.ReportMetric(float64(m.FirstFrame.Milliseconds()), "ms/first-frame")
	b.ReportMetric(float64(m.SlowestFirst.Milliseconds()), "ms/slowest-first-frame")
	b.ReportMetric(float64(m.KeyToFrame.Microseconds())/1000, "ms/key")
	b.ReportMetric(float64(m.SlowestKey.Microseconds())/1000, "ms/key-p99")
	b.ReportMetric(float64(m.SlowestKey)/float64(frameBound), "key-p99-of-bound")
	b.ReportMetric(float64(m.BytesPerKey), "bytes/key")
	b.ReportMetric(float64(m.BytesPerKey)/bytesBound, "bytes-of-bound")
	b.ReportMetric(float64(m.ChangeToFrame.Milliseconds()), "ms/change-to-all")
	b.ReportMetric(idle*100, "%cpu-idle")
}

// anonymous is the memory of this process that no file stands behind.
func anonymous(b *testing.B) int {
	b.Helper()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("the memory of a process can't be read here")
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("RssAnon:")); ok {
			kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(string(rest)), " kB"))
			if err != nil {
				b.Fatal(err)
			}
			return kib << 10
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse + m.StackInuse)
}

// cpu is the processor time that this process has taken, in seconds.
func cpu(b *testing.B) float64 {
	b.Helper()
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		b.Skip("the time of a process can't be read here")
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+2:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return float64(user+system) / 100
}

// watcher counts what a console is sent, and when it came.
type watcher struct {
	mu    sync.Mutex
	bytes int
	last  time.Time
	first time.Time
}

func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = time.Now()
	if w.bytes == 0 {
		w.first = w.last
	}
	w.bytes += len(p)
	return len(p), nil
}

// restart begins to count anew.
func (w *watcher) restart() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.bytes, w.first = 0, time.Time{}
}

func (w *watcher) seen() (bytes int, first time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bytes, w.first
}

// rests waits until nothing was sent for a while.
func (w *watcher) rests() {
	for {
		w.mu.Lock()
		quiet := time.Since(w.last)
		w.mu.Unlock()
		if quiet > 50*time.Millisecond {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// person is one of those at the consoles.
type person struct {
	client *gossh.Client
	seen   watcher
	in     io.Writer
}

func sits(address string, key gossh.Signer, w, h int) (*person, time.Duration, error) {
	p := &person{}
	began := time.Now()
	var err error
	p.client, err = gossh.Dial("tcp", address, &gossh.ClientConfig{
		User: "olga", Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(),
	})
	if err != nil {
		return nil, 0, err
	}
	session, err := p.client.NewSession()
	if err != nil {
		return nil, 0, err
	}
	session.Stdout = &p.seen
	if p.in, err = session.StdinPipe(); err != nil {
		return nil, 0, err
	}
	if err := session.RequestPty("xterm-256color", h, w, nil); err != nil {
		return nil, 0, err
	}
	if err := session.Shell(); err != nil {
		return nil, 0, err
	}
	for {
		if n, _ := p.seen.seen(); n > 1000 { // more than "Signing in…"
			break
		}
		time.Sleep(time.Millisecond)
	}
	return p, time.Since(began), nil
}

// beClients is the child: it sits people down, and measures what they see.
func beClients(address string) int {
	failed := func(err error) int {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		return failed(err)
	}
	key, err := gossh.ParsePrivateKey(text)
	if err != nil {
		return failed(err)
	}
	var w, h, sessions int
	if _, err := fmt.Sscanf(strings.Join(os.Args[2:], " "), "%dx%d %d", &w, &h, &sessions); err != nil {
		return failed(err)
	}
	var people []*person
	var first []time.Duration
	for range sessions {
		p, took, err := sits(address, key, w, h)
		if err != nil {
			return failed(err)
		}
		people, first = append(people, p), append(first, took)
	}
	for _, p := range people {
		io.WriteString(p.in, "5") // the devices
	}
	for _, p := range people {
		p.seen.rests()
	}
	fmt.Println("ready")
	bufio.NewReader(os.Stdin).ReadString('\n')

	var m measured
	m.FirstFrame, m.SlowestFirst = ofSorted(first)
	one := people[0]
	var keys []time.Duration
	var sizes []int
	for n := range 100 {
		one.seen.rests()
		one.seen.restart()
		began := time.Now()
		move := "\x1b[B"
		if n/30%2 == 1 {
			move = "\x1b[A"
		}
		io.WriteString(one.in, move)
		for {
			if n, at := one.seen.seen(); n > 0 {
				keys = append(keys, at.Sub(began))
				break
			}
			time.Sleep(100 * time.Microsecond)
		}
		one.seen.rests()
		size, _ := one.seen.seen()
		sizes = append(sizes, size)
	}
	slices.Sort(sizes)
	m.BytesPerKey = sizes[len(sizes)/2]
	m.KeyToFrame, m.SlowestKey = ofSorted(keys)

	var changes []time.Duration
	watching := people[1:] // the first one has gone on to another page
	for n := range min(10, sessions) {
		for _, p := range watching {
			p.seen.restart()
		}
		began := time.Now()
		session, err := people[n].client.NewSession()
		if err != nil {
			return failed(err)
		}
		line := fmt.Sprintf("devices edit %032x --name Changed%d", n+1, n)
		if out, err := session.CombinedOutput(line); err != nil {
			return failed(fmt.Errorf("%s: %w: %s", line, err, out))
		}
		for _, p := range watching {
			for {
				if seen, _ := p.seen.seen(); seen > 0 {
					break
				}
				if time.Since(began) > 10*time.Second {
					return failed(fmt.Errorf("a change isn't seen"))
				}
				time.Sleep(time.Millisecond)
			}
		}
		changes = append(changes, time.Since(began))
		for _, p := range watching {
			p.seen.rests()
		}
	}
	m.ChangeToFrame, m.SlowestAll = ofSorted(changes)
	json.NewEncoder(os.Stdout).Encode(m)
	for _, p := range people {
		p.client.Close()
	}
	return 0
}

// ofSorted is the median and the 99th percentile.
func ofSorted(list []time.Duration) (median, slow time.Duration) {
	slices.Sort(list)
	return list[len(list)/2], list[len(list)*99/100]
}
