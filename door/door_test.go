package door

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

const someKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6NltdjYloieOT/4fLqxCMGlrjFlQg+T+m7UEgcmJft"

func good() Sign {
	return Sign{Process: 7, SSH: "127.0.0.1:2222", HostKey: someKey, Fingerprint: "SHA256:x", Users: []string{"ann"}}
}

// database is a file that a sign can hang beside.
func database(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestASign(t *testing.T) {
	path := database(t)
	if Exists(path) {
		t.Error("it hangs already")
	}
	if _, err := Read(path); domain.KindOf(err) != domain.Unavailable {
		t.Errorf("none: %v", err)
	}
	for _, s := range []Sign{good(), {Process: 8}} {
		if err := Hang(path, s); err != nil {
			t.Fatal(err)
		}
		got, err := Read(path)
		if err != nil || got.SSH != s.SSH || got.HostKey != s.HostKey || !slices.Equal(got.Users, s.Users) {
			t.Errorf("read %+v, %v", got, err)
		}
	}
	if info, err := os.Stat(Path(path)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if !Exists(link) {
		t.Error("it can't be seen by a link to the database")
	}
	Take(path)
	if names, _ := os.ReadDir(filepath.Dir(path)); Exists(path) || len(names) != 1 {
		t.Errorf("what is left: %v", names)
	}
}

// TestASignThatLeadsAstray isn't believed: a password is typed behind it.
func TestASignThatLeadsAstray(t *testing.T) {
	path := database(t)
	for what, spoil := range map[string]func(s *Sign){
		"a name for an address": func(s *Sign) { s.SSH = "evil.example:22" },
		"an option":             func(s *Sign) { s.SSH = "-oProxyCommand=id:22" },
		"no port":               func(s *Sign) { s.SSH = "127.0.0.1" },
		"another key":           func(s *Sign) { s.HostKey = "ssh-rsa AAAA" },
		"two lines of keys":     func(s *Sign) { s.HostKey += "\n* " + someKey },
		"an option for a user":  func(s *Sign) { s.Users = []string{"-oProxyCommand=id"} },
	} {
		s := good()
		spoil(&s)
		if err := Hang(path, s); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); domain.KindOf(err) != domain.Unavailable || !strings.Contains(err.Error(), "can't be understood") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := Hang(path, good()); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(Path(path), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("one that others may read: %v", err)
	}
	if err := os.WriteFile(Path(path), []byte(strings.Repeat(" ", longest+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	os.Chmod(Path(path), 0o600)
	if _, err := Read(path); err == nil {
		t.Error("one that is endless")
	}
	Take(path)
	if err := os.Symlink(path, Path(path)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "no plain file") {
		t.Errorf("a link: %v", err)
	}
	if os.Getuid() == 0 {
		Take(path)
		if err := Hang(path, good()); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(Path(path), 12345, -1); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "somebody else") {
			t.Errorf("somebody else's: %v", err)
		}
	}
}

func TestNear(t *testing.T) {
	for listens, near := range map[string]string{
		"0.0.0.0:2222": "127.0.0.1:2222", "[::]:2222": "127.0.0.1:2222", "192.0.2.1:22": "192.0.2.1:22", "[::1]:22": "[::1]:22",
	} {
		at, err := net.ResolveTCPAddr("tcp", listens)
		if err != nil {
			t.Fatal(err)
		}
		if got := Near(at); got != near {
			t.Errorf("%s: %s, want %s", listens, got, near)
		}
	}
	if got := Near(&net.UnixAddr{}); got != "" {
		t.Errorf("a socket in a folder: %s", got)
	}
}

// TestQuotedWordsStayWords in a shell, whatever they hold.
func TestQuotedWordsStayWords(t *testing.T) {
	words := []string{"", "plain", "two words", "it's", `"`, "$HOME", "`id`", `\`, "a;b", "*", "-x", "~", "a\nb", "é", "#no", "!x", "=x"}
	var line strings.Builder
	for _, word := range words {
		line.WriteString(" " + Quote(word))
	}
	out, err := exec.Command("sh", "-c", `printf '%s\0' `+line.String()).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, words) {
		t.Errorf("got %q", got)
	}
}

// TestTheCall is pinned to the host key of the sign, and takes nothing of what
// is set up for other hosts.
func TestTheCall(t *testing.T) {
	c := Call{Sign: good(), User: "ann", Words: []string{"customers", "show", "Acme HQ"}}
	folder := t.TempDir()
	args, err := c.args(folder)
	if err != nil {
		t.Fatal(err)
	}
	if known, err := os.ReadFile(filepath.Join(folder, "known_hosts")); err != nil || string(known) != "tenantry "+someKey+"\n" {
		t.Errorf("known: %q, %v", known, err)
	}
	line := strings.Join(args, " ")
	for _, says := range []string{"-T -p 2222 -l ann", "StrictHostKeyChecking=yes", "ProxyCommand=none", "ForwardAgent=no", "-- 127.0.0.1 customers show 'Acme HQ'"} {
		if !strings.Contains(line, says) {
			t.Errorf("%q isn't in %s", says, line)
		}
	}
	if got := c.Line(); got != `ssh -p 2222 ann@127.0.0.1 customers show ''"'"'Acme HQ'"'"''` {
		t.Errorf("the line: %s", got)
	}
	c.Words = nil
	if args, err := c.args(folder); err != nil || args[0] != "-t" {
		t.Errorf("the console: %v, %v", args, err)
	}
}

// TestHowACallEnds, with programs in the place of ssh.
func TestHowACallEnds(t *testing.T) {
	call := func(script string) (int, error) {
		path := filepath.Join(t.TempDir(), "ssh")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return Call{Sign: good(), User: "ann", Program: path, Words: []string{"devices"}}.Run(t.Context())
	}
	for script, status := range map[string]int{"exit 0": 0, "exit 1": 1, "exit 2": 2} {
		if got, err := call(script); got != status || err != nil {
			t.Errorf("%s: %d, %v", script, got, err)
		}
	}
	for _, script := range []string{"exit 255", "kill -9 $$"} {
		if _, err := call(script); domain.KindOf(err) != domain.Unavailable || !strings.HasSuffix(err.Error(), "(ssh -p 2222 ann@127.0.0.1 devices)") {
			t.Errorf("%s: %v", script, err)
		}
	}
	if _, err := (Call{Sign: good(), User: "ann", Program: "/nowhere/ssh"}).Run(t.Context()); domain.KindOf(err) != domain.Unavailable {
		t.Errorf("no ssh: %v", err)
	}
	for _, name := range []string{"", "-oProxyCommand=id", "a b", "a\x1bb"} {
		if _, err := (Call{Sign: good(), User: name, Program: "/nowhere/ssh"}).Run(t.Context()); domain.KindOf(err) != domain.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Call{Sign: good(), User: "ann", Program: "sh"}).Run(ctx); err != context.Canceled {
		t.Errorf("called off: %v", err)
	}
}
