package sshd

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"tenantry/domain"
	"tenantry/ui"
)

// attacked is a house in which somebody sits at a console whom nothing may
// disturb, and another has a key and bad intentions.
type attacked struct {
	*house
	bystander *seat
	evil      gossh.Signer
}

func attack(t *testing.T, change ...func(*Options)) *attacked {
	t.Helper()
	h := open(t, change...)
	a := &attacked{house: h, evil: h.key(h.user("evil", domain.AccountAdministrator))}
	a.bystander = h.console(h.connects("olga", gossh.PublicKeys(h.key(h.owner))), 80, 24)
	a.bystander.sees("Customers")
	return a
}

// over asks that the bystander's console still answers, and nobody else is left.
func (a *attacked) over() {
	a.t.Helper()
	a.bystander.answered()
	a.eventually("only the bystander is left", func() bool { return a.server.Counts() == Counts{Connections: 1, Sessions: 1} })
}

func (a *attacked) comes() *gossh.Client {
	a.t.Helper()
	return a.connects("evil", gossh.PublicKeys(a.evil))
}

func TestGiantAndTinyTerminals(t *testing.T) {
	a := attack(t)
	const giant = 1<<31 - 1 // what this client can say
	for _, size := range [][2]int{{giant, giant}, {giant, 1}, {1, giant}, {1, 1}, {0, 0}, {501, 201}, {500, 200}} {
		client := a.comes()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s := a.console(client, size[0], size[1])
		a.eventually("something is drawn", func() bool { return len(s.out.String()) > 0 })
		for _, again := range [][2]int{{giant, giant}, {0, giant}, {80, 24}} {
			a.must(s.session.WindowChange(again[1], again[0]))
		}
		s.answered()
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 256<<20 {
			t.Errorf("%v takes %d MiB", size, grown>>20)
		}
		client.Close()
	}
	// All the bits, as no honest client says it.
	client := a.comes()
	channel, requests, err := client.OpenChannel("session", nil)
	a.must(err)
	go gossh.DiscardRequests(requests)
	most := terminalAsked{Term: "\x1b]0;owned\a", Columns: 1<<32 - 1, Rows: 1<<32 - 1, Width: 1<<32 - 1, Height: 1<<32 - 1, Modes: strings.Repeat("\x01\xff\xff\xff\xff", 50)}
	if ok, err := channel.SendRequest("pty-req", true, gossh.Marshal(most)); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, _ := channel.SendRequest("pty-req", true, gossh.Marshal(most)); ok {
		t.Error("a second terminal is taken")
	}
	for _, broken := range [][]byte{nil, {0}, bytes.Repeat([]byte{0xff}, 100)} {
		if ok, err := channel.SendRequest("window-change", true, broken); ok || err != nil {
			t.Error("a size that is none is taken", err)
		}
	}
	if ok, err := channel.SendRequest("shell", true, nil); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, err := io.ReadFull(channel, make([]byte, 100)); err != nil {
		t.Error(err)
	}
	client.Close()
	a.over()
}

func TestFloodsOfChannels(t *testing.T) {
	a := attack(t)
	client := a.comes()
	var mu sync.Mutex
	var taken []gossh.Channel
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			channel, requests, err := client.OpenChannel("session", nil)
			if err != nil {
				return
			}
			go gossh.DiscardRequests(requests)
			mu.Lock()
			taken = append(taken, channel)
			mu.Unlock()
		})
	}
	all.Wait()
	if len(taken) != a.server.limits.Channels {
		t.Errorf("%d channels are taken", len(taken))
	}
	for _, kind := range []string{"direct-tcpip", "x11", "forwarded-tcpip", "auth-agent@openssh.com", "tun@openssh.com", "direct-streamlocal@openssh.com"} {
		if _, _, err := client.OpenChannel(kind, bytes.Repeat([]byte{0}, 100)); err == nil {
			t.Errorf("%s is taken", kind)
		}
	}
	for _, kind := range []string{"tcpip-forward", "streamlocal-forward@openssh.com", "no-such-thing"} {
		if ok, _, err := client.SendRequest(kind, true, bytes.Repeat([]byte{0}, 100)); ok || err != nil {
			t.Errorf("%s: %v %v", kind, ok, err)
		}
	}
	for _, kind := range []string{"subsystem", "auth-agent-req@openssh.com", "x11-req", "break", "xon-xoff"} {
		if ok, err := taken[0].SendRequest(kind, true, gossh.Marshal(struct{ Name string }{"sftp"})); ok || err != nil {
			t.Errorf("%s: %v %v", kind, ok, err)
		}
	}
	client.Close()
	a.over()
}

func TestFloodsOfVariables(t *testing.T) {
	var caught atomic.Value
	a := attack(t, func(o *Options) {
		was := o.Console
		o.Console = func(c Caller) ui.Options { caught.Store(c); return was(c) }
	})
	client := a.comes()
	session, err := client.NewSession()
	a.must(err)
	for name, value := range map[string]string{
		"LANG": "de_DE.UTF-8", "LC_TIME": "da_DK", "COLORTERM": "truecolor", "NO_COLOR": "1", "CLICOLOR": "0",
		"PATH": "/tmp", "LD_PRELOAD": "x.so", "TEA_DEBUG": "1", "COLUMNS": "99999", "SSH_TTY": "x", "TERM_PROGRAM": "x", "LC_\x1b": "x", "LC_ALL": "\x1b]0;owned\a",
	} {
		_ = session.Setenv(name, value)
	}
	a.must(session.RequestPty("xterm", 24, 80, nil))
	a.must(session.Shell())
	a.eventually("the console begins", func() bool { c, ok := caught.Load().(Caller); return ok && c.Username == "evil" })
	got := strings.Join(caught.Load().(Caller).Environ, " ")
	for _, taken := range []string{"LANG=de_DE.UTF-8", "LC_TIME=da_DK", "COLORTERM=truecolor", "NO_COLOR=1", "CLICOLOR=0", "TERM=xterm"} {
		if !strings.Contains(got, taken) {
			t.Errorf("%s isn't taken: %s", taken, got)
		}
	}
	if len(caught.Load().(Caller).Environ) != 6 {
		t.Errorf("%q", got)
	}
	client.Close()
	a.eventually("it is gone", func() bool { return a.server.Counts().Sessions == 1 })
	// As much as it takes before the shell.
	client = a.comes()
	channel, requests, err := client.OpenChannel("session", nil)
	a.must(err)
	go gossh.DiscardRequests(requests)
	sent := 0
	for {
		if _, err := channel.SendRequest("env", true, gossh.Marshal(environAsked{fmt.Sprintf("LC_%d", sent), "x"})); err != nil {
			break
		}
		if sent++; sent > 10000 {
			t.Fatal("there is no end of variables")
		}
	}
	client = a.comes()
	session, err = client.NewSession()
	a.must(err)
	if err := session.Run("version " + strings.Repeat("x", 100<<10)); err == nil {
		t.Error("a command line may be of any length")
	}
	client.Close()
	a.over()
}

// TestThousandsOfSilentConnections take a few places for a while, and never those
// of people from elsewhere.
func TestThousandsOfSilentConnections(t *testing.T) {
	a := attack(t, func(o *Options) { o.Limits.Handshake = time.Second })
	var silent []net.Conn
	for range 2000 {
		c, err := net.Dial("tcp", a.address)
		if err != nil {
			continue
		}
		silent = append(silent, c)
	}
	if n := a.server.Counts().Unauthenticated; n > a.server.limits.UnauthenticatedPerSource {
		t.Errorf("%d from one place", n)
	}
	a.bystander.answered()
	a.eventually("the door lets in again", func() bool {
		client, err := a.dials("evil", gossh.PublicKeys(a.evil))
		if err == nil {
			client.Close()
		}
		return err == nil
	})
	for _, c := range silent {
		c.Close()
	}
	a.over()
}

// TestAFewSourcesDontKeepOthersOut at the places that there are in all.
func TestAFewSourcesDontKeepOthersOut(t *testing.T) {
	s := newStrangers(64, 10)
	var evicted int
	stranger := func(source string) bool {
		room, out := s.take(&conn{source: source})
		if out != nil {
			evicted++
		}
		return room
	}
	for source := range 7 {
		for range 12 {
			stranger(fmt.Sprint("attacker ", source))
		}
	}
	if s.count() != 64 {
		t.Fatalf("%d", s.count())
	}
	if !stranger("somebody") || evicted != 1 || s.count() != 64 {
		t.Errorf("somebody finds no place: %d, %d", evicted, s.count())
	}
	if stranger("attacker 0") {
		t.Error("an attacker takes the place of others")
	}
}

// TestAClientThatNeverReads is put out after a while: one that doesn't take what
// it asked for, and one that doesn't read from the network at all.
func TestAClientThatNeverReads(t *testing.T) {
	a := attack(t, func(o *Options) { o.Limits.Stall = 300 * time.Millisecond })
	var csv strings.Builder
	csv.WriteString("unit_id,customer\n")
	for n := range 6000 {
		fmt.Fprintf(&csv, "%032x,Acme HQ\n", n+1)
	}
	_, err := a.db.ImportDevices(a.ctx, a.owner, strings.NewReader(csv.String()), false, nil)
	a.must(err)
	type asks struct {
		kind    string
		payload []byte
	}
	exec := func(line string) asks { return asks{"exec", gossh.Marshal(struct{ Line string }{line})} }
	command := []asks{exec("devices list --json")}
	console := []asks{{"pty-req", gossh.Marshal(terminalAsked{Term: "xterm", Columns: 500, Rows: 200})}, {"shell", nil}}
	for name, c := range map[string]struct {
		all  []asks
		deaf bool
	}{"a command that isn't read": {command, false}, "a command of the deaf": {command, true}, "a console of the deaf": {console, true}} {
		deaf := &deafConn{}
		deaf.Conn, err = net.Dial("tcp", a.address)
		a.must(err)
		a.must(deaf.Conn.(*net.TCPConn).SetReadBuffer(4 << 10))
		conn, channels, global, err := gossh.NewClientConn(deaf, a.address, &gossh.ClientConfig{
			User: "evil", Auth: []gossh.AuthMethod{gossh.PublicKeys(a.evil)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		})
		a.must(err)
		client := gossh.NewClient(conn, channels, global)
		channel, requests, err := client.OpenChannel("session", nil)
		a.must(err)
		go gossh.DiscardRequests(requests)
		for _, ask := range c.all {
			if ok, err := channel.SendRequest(ask.kind, true, ask.payload); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
		deaf.deaf.Store(c.deaf)
		go func() {
			keys := []string{"5", "\x1b[F", "2", "5", "\x1b[H", "4"} // each draws another screen
			for n := 0; ; n++ {
				if _, err := io.WriteString(channel, keys[n%len(keys)]); err != nil {
					return
				}
				time.Sleep(30 * time.Millisecond)
			}
		}()
		a.eventually(name+" is put out", func() bool { return a.server.Counts().Sessions == 1 })
		a.bystander.answered()
		deaf.Conn.Close()
		client.Close()
	}
	a.over()
}

// deafConn is a connection that at some point isn't read from any more.
type deafConn struct {
	net.Conn
	deaf atomic.Bool
}

func (d *deafConn) Read(p []byte) (int, error) {
	for d.deaf.Load() {
		time.Sleep(10 * time.Millisecond)
		if _, err := d.Conn.Write(nil); err != nil {
			return 0, err
		}
	}
	return d.Conn.Read(p)
}

func TestStormsOfSizes(t *testing.T) {
	a := attack(t)
	client := a.comes()
	s := a.console(client, 80, 24)
	s.sees("Customers")
	for n := range 20000 {
		a.must(s.session.WindowChange(20+n%100, 60+n%300))
	}
	a.must(s.session.WindowChange(9, 39))
	s.sees("39×9")
	// On a channel that never becomes a console, too.
	channel, requests, err := client.OpenChannel("session", nil)
	a.must(err)
	go gossh.DiscardRequests(requests)
	if ok, _ := channel.SendRequest("pty-req", true, gossh.Marshal(terminalAsked{Term: "xterm", Columns: 80, Rows: 24})); !ok {
		t.Fatal("no terminal")
	}
	for range 5000 {
		_, err := channel.SendRequest("window-change", false, gossh.Marshal(sizeAsked{Columns: 90, Rows: 30}))
		a.must(err)
	}
	client.Close()
	a.over()
}

func TestTenMegabytesPasted(t *testing.T) {
	a := attack(t)
	var text strings.Builder
	for n := 0; text.Len() < 10<<20; n++ {
		fmt.Fprintf(&text, "%032x\r", n)
	}
	for _, marks := range [][2]string{{"\x1b[200~", "\x1b[201~"}, {"", ""}, {"\x1b[200~", ""}} {
		client := a.comes()
		s := a.console(client, 80, 24)
		s.sees("Customers")
		sent := make(chan error, 1)
		go func() {
			_, err := io.WriteString(s.in, marks[0]+text.String()+marks[1])
			sent <- err
		}()
		for done := false; !done; {
			a.bystander.answered()
			select {
			case err := <-sent:
				a.must(err)
				done = true
			default:
			}
		}
		if marks[1] != "" || marks[0] == "" {
			s.types("\x1b")
			s.answered()
		}
		client.Close()
	}
	a.over()
}

// TestKeysComeNoFasterThanTheyMay, however fast they are sent.
func TestKeysComeNoFasterThanTheyMay(t *testing.T) {
	a := attack(t, func(o *Options) { o.Limits.Keys = 200 })
	client := a.comes()
	s := a.console(client, 80, 24)
	s.sees("Customers")
	began := time.Now()
	s.types(strings.Repeat("\x1b[B", 200)) // 600 bytes: 200 at once, the rest in two seconds
	s.types("?")
	s.sees("Keys")
	if took := time.Since(began); took < time.Second {
		t.Errorf("600 bytes of keys took %v", took)
	}
	client.Close()
	a.over()
}

// TestAPanicEndsOneSession, wherever it comes from.
func TestAPanicEndsOneSession(t *testing.T) {
	var armed atomic.Bool
	a := attack(t, func(o *Options) {
		o.Console = func(c Caller) ui.Options {
			if c.Username != "evil" {
				return ui.Options{}
			}
			return ui.Options{Now: func() time.Time {
				if armed.Load() {
					panic("planted \x1b]0;owned\a")
				}
				return time.Now()
			}}
		}
	})
	for range 3 {
		client := a.comes()
		s := a.console(client, 80, 24)
		s.sees("Customers")
		armed.Store(true)
		s.types("3")
		if err := s.leaves(); err == nil {
			t.Error("it ended well")
		}
		s.sees("only this session has ended")
		armed.Store(false)
		client.Close()
		a.bystander.answered()
	}
	a.over()
}

func TestConnectionsCutAtEachStage(t *testing.T) {
	a := attack(t)
	cuts := map[string]func(net.Conn){
		"before a word":    func(net.Conn) {},
		"after its name":   func(c net.Conn) { io.WriteString(c, "SSH-2.0-cut\r\n") },
		"within its name":  func(c net.Conn) { io.WriteString(c, "SSH-2.") },
		"another protocol": func(c net.Conn) { io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") },
		"noise":            func(c net.Conn) { c.Write(bytes.Repeat([]byte{0xff, 0, '\n'}, 1<<16)) },
		"a giant packet":   func(c net.Conn) { io.WriteString(c, "SSH-2.0-cut\r\n\xff\xff\xff\xff\xff\xff\xff\xff") },
	}
	for name, cut := range cuts {
		c, err := net.Dial("tcp", a.address)
		a.must(err)
		cut(c)
		c.Close()
		a.eventually(name+" ends", func() bool { return a.server.Counts().Unauthenticated == 0 })
	}
	// While it is asked for the password, and for the code.
	_, err := a.dials("olga", gossh.KeyboardInteractive(func(_, _ string, _ []string, _ []bool) ([]string, error) { return nil, io.EOF }))
	if err == nil {
		t.Error("let in")
	}
	for _, stage := range []func(*gossh.Client){
		func(*gossh.Client) {},
		func(c *gossh.Client) { c.OpenChannel("session", nil) },
		func(c *gossh.Client) { s, _ := c.NewSession(); s.RequestPty("xterm", 24, 80, nil) },
		func(c *gossh.Client) { s, _ := c.NewSession(); s.Start("devices import -") },
		func(c *gossh.Client) { a.tryConsole(c, 80, 24) },
		func(c *gossh.Client) { s, _ := a.tryConsole(c, 80, 24); s.sees("Customers"); s.types("2/acme") },
	} {
		client := a.comes()
		stage(client)
		client.Close()
	}
	a.over()
}

// TestAChannelMustSayWhatItIsFor, and a connection have one.
func TestAChannelMustSayWhatItIsFor(t *testing.T) {
	a := attack(t, func(o *Options) { o.Limits.Starting, o.Limits.Quiet = 200*time.Millisecond, 200*time.Millisecond })
	silent, idle := a.comes(), a.comes()
	_, requests, err := silent.OpenChannel("session", nil)
	a.must(err)
	go gossh.DiscardRequests(requests)
	silent.Wait()
	idle.Wait()
	a.over()
}

func TestNoMoreSessionsThanThereMayBe(t *testing.T) {
	a := attack(t, func(o *Options) { o.Limits.Sessions, o.Limits.SessionsPerUser = 4, 3 })
	var clients []*gossh.Client
	for {
		client, err := a.dials("evil", gossh.PublicKeys(a.evil))
		if err != nil {
			break
		}
		clients = append(clients, client)
		if len(clients) > 10 {
			break
		}
	}
	if len(clients) != 3 {
		t.Errorf("one user has %d", len(clients))
	}
	ann := a.key(a.user("ann", 0))
	if client, err := a.dials("ann", gossh.PublicKeys(ann)); err == nil {
		client.Close()
		t.Error("there are more than may be in all")
	}
	clients[0].Close()
	a.eventually("there is room again", func() bool {
		client, err := a.dials("ann", gossh.PublicKeys(ann))
		if err == nil {
			client.Close()
		}
		return err == nil
	})
	for _, c := range clients {
		c.Close()
	}
	a.over()
}

// TestOnlyModernAlgorithms are spoken.
func TestOnlyModernAlgorithms(t *testing.T) {
	h := open(t)
	key := h.key(h.owner)
	old := gossh.InsecureAlgorithms()
	try := func(change func(*gossh.ClientConfig)) error {
		c := &gossh.ClientConfig{User: "olga", Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience}
		change(c)
		client, err := gossh.Dial("tcp", h.address, c)
		if err == nil {
			client.Close()
		}
		return err
	}
	if err := try(func(*gossh.ClientConfig) {}); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*gossh.ClientConfig){
		"key exchanges": func(c *gossh.ClientConfig) { c.KeyExchanges = old.KeyExchanges },
		"SHA-1 groups":  func(c *gossh.ClientConfig) { c.KeyExchanges = []string{"diffie-hellman-group14-sha1"} },
		"ciphers":       func(c *gossh.ClientConfig) { c.Ciphers = old.Ciphers },
		"MACs":          func(c *gossh.ClientConfig) { c.Ciphers, c.MACs = []string{"aes128-ctr"}, []string{"hmac-sha1"} },
		"host keys":     func(c *gossh.ClientConfig) { c.HostKeyAlgorithms = []string{gossh.KeyAlgoRSA} },
	} {
		if try(change) == nil {
			t.Errorf("old %s are spoken", what)
		}
	}
}

// TestManyComeAndGo: nothing is left of those who were there.
func TestManyComeAndGo(t *testing.T) {
	a := attack(t, func(o *Options) {
		o.Limits.UnauthenticatedPerSource, o.Limits.Unauthenticated, o.Limits.SessionsPerUser = 100, 100, 100
	})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				client, err := a.dials("evil", gossh.PublicKeys(a.evil))
				if err != nil {
					t.Error(err)
					return
				}
				if s, err := a.tryConsole(client, 80, 24); err == nil {
					a.eventually("it is drawn", func() bool { return len(s.out.String()) > 500 })
				}
				client.Close()
			}
		})
	}
	all.Wait()
	a.over()
}
