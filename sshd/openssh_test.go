package sshd

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	gossh "golang.org/x/crypto/ssh"

	"tenantry/domain"
	"tenantry/store"
)

// openssh runs OpenSSH's own client, with nothing of whoever runs the tests.
type openssh struct {
	*house
	folder string
}

func withOpenSSH(t *testing.T) *openssh {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("OpenSSH's client isn't installed")
	}
	o := &openssh{house: open(t), folder: t.TempDir()}
	host, port, err := net.SplitHostPort(o.address)
	o.must(err)
	o.file("known_hosts", []byte(fmt.Sprintf("[%s]:%s %s\n", host, port, o.server.HostKey())))
	return o
}

func (o *openssh) file(name string, text []byte) string {
	o.t.Helper()
	path := filepath.Join(o.folder, name)
	o.must(os.WriteFile(path, text, 0o600))
	return path
}

// identity writes a new key of somebody's to a file.
func (o *openssh) identity(who domain.Actor, name, passphrase string) (path string) {
	o.t.Helper()
	private := newPrivate(o.t)
	block, err := gossh.MarshalPrivateKey(private, "test")
	if passphrase != "" {
		block, err = gossh.MarshalPrivateKeyWithPassphrase(private, "test", []byte(passphrase))
	}
	o.must(err)
	signer, err := gossh.NewSignerFromKey(private)
	o.must(err)
	public := gossh.MarshalAuthorizedKey(signer.PublicKey())
	_, err = o.db.AddSSHKeys(o.ctx, who, string(public), name)
	o.must(err)
	o.file(name+".pub", public)
	return o.file(name, pem.EncodeToMemory(block))
}

func (o *openssh) command(user string, args ...string) *exec.Cmd {
	host, port, _ := net.SplitHostPort(o.address)
	all := append([]string{
		"-F", "none", "-p", port, "-o", "UserKnownHostsFile=" + filepath.Join(o.folder, "known_hosts"), "-o", "GlobalKnownHostsFile=none",
		"-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "ConnectTimeout=20",
	}, args...)
	c := exec.Command("ssh", all...)
	for i, a := range args { // the host comes before the command
		if a == "--" {
			c.Args = append(c.Args[:len(c.Args)-len(args)+i], append([]string{user + "@" + host}, args[i+1:]...)...)
			return c
		}
	}
	c.Args = append(c.Args, user+"@"+host)
	return c
}

func TestOpenSSHRunsACommandInAPipe(t *testing.T) {
	o := withOpenSSH(t)
	key := o.identity(o.owner, "laptop", "")
	for n := range 3 {
		_, err := o.db.ImportDevices(o.ctx, o.owner, strings.NewReader(fmt.Sprintf("unit_id,customer\n%032x,Acme HQ\n", n+1)), false, nil)
		o.must(err)
	}
	list := o.command("olga", "-T", "-o", "BatchMode=yes", "-i", key, "--", "devices", "list", "--json")
	out, err := list.Output()
	if err != nil || !strings.Contains(string(out), `"total": 3`) {
		t.Fatalf("%v\n%s", err, out)
	}
	assign := o.command("olga", "-T", "-o", "BatchMode=yes", "-i", key, "--", "devices", "assign", "--to", "'Acme HQ'", "--ids-file", "-")
	assign.Stdin = strings.NewReader("nonsense\n")
	var errs bytes.Buffer
	assign.Stderr = &errs
	out, err = assign.Output()
	if ended, ok := err.(*exec.ExitError); !ok || ended.ExitCode() != 1 || !strings.Contains(string(out), "malformed") {
		t.Errorf("%v\n%s\n%s", err, out, errs.String())
	}
	if out, err := o.command("olga", "-T", "-o", "BatchMode=yes", "-i", key, "--", "no-such-thing").CombinedOutput(); err == nil || !strings.Contains(string(out), "There is no command") {
		t.Errorf("%v %s", err, out)
	}
}

// TestOpenSSHOffersAKeyAndSignsWithAnother: of the first key it has the public
// half only, which the door likes; what counts is the key that signs.
func TestOpenSSHOffersAKeyAndSignsWithAnother(t *testing.T) {
	o := withOpenSSH(t)
	locked, free := o.identity(o.owner, "locked", "a passphrase that nobody types"), o.identity(o.owner, "free", "")
	out, err := o.command("olga", "-v", "-T", "-o", "BatchMode=yes", "-i", locked, "-i", free, "--", "version").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Server accepts key: "+locked) {
		t.Fatalf("%v\n%s", err, out)
	}
	keys, err := o.db.SSHKeys(o.ctx, o.owner, domain.ID{})
	o.must(err)
	for _, k := range keys {
		if k.UsedAt.IsZero() != (k.Name == "locked") {
			t.Errorf("%s was used at %v", k.Name, k.UsedAt)
		}
	}
	if out, err := o.command("olga", "-T", "-o", "BatchMode=yes", "-i", locked, "--", "version").CombinedOutput(); err == nil {
		t.Errorf("an offered key lets in:\n%s", out)
	}
}

// atTerminal starts OpenSSH's client in a terminal of 80×24.
func (o *openssh) atTerminal(c *exec.Cmd) (*lines, *os.File) {
	o.t.Helper()
	c.Env = append(os.Environ(), "TERM=xterm-256color")
	terminal, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
	o.must(err)
	seen := &lines{}
	go io.Copy(seen, terminal)
	o.t.Cleanup(func() { terminal.Close(); c.Process.Kill(); c.Wait() })
	return seen, terminal
}

// talk waits for each text and answers it.
func (o *openssh) talk(seen *lines, terminal io.Writer, turns ...string) {
	o.t.Helper()
	at := 0
	for n := 0; n < len(turns); n += 2 {
		late := time.After(patience)
		for !strings.Contains(plain(seen.String()[at:]), turns[n]) {
			select {
			case <-late:
				o.t.Fatalf("%q isn't there:\n%q", turns[n], plain(seen.String()))
			case <-time.After(5 * time.Millisecond):
			}
		}
		at = len(seen.String())
		if n+1 < len(turns) {
			_, err := io.WriteString(terminal, turns[n+1])
			o.must(err)
		}
	}
}

func TestOpenSSHShowsTheConsole(t *testing.T) {
	o := withOpenSSH(t)
	ann := o.user("ann", domain.AccountAdministrator)
	key := o.identity(ann, "laptop", "")
	seen, terminal := o.atTerminal(o.command("ann", "-i", key))
	o.talk(seen, terminal, "Customers", "3", "filter", "\x03")
	o.idle()
	code := o.enrols(ann)
	seen, terminal = o.atTerminal(o.command("ann", "-o", "PubkeyAuthentication=no"))
	o.talk(seen, terminal, askSecret, ownPassword+"\n", askCode, code(0)+"\n", "Customers", "\x03")
	o.idle()
	made, err := o.db.CreateUser(o.ctx, o.owner, domain.User{Customer: o.main.ID, Username: "new", FullName: "New One"}, store.Start{})
	o.must(err)
	seen, terminal = o.atTerminal(o.command("new", "-o", "PubkeyAuthentication=no"))
	o.talk(seen, terminal, askSecret, made.Code+"\n", "new password", ownPassword+"\r"+ownPassword+"\x13", "Overview", "\x03")
	o.idle()
}
