package store

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"tenantry/domain"
)

// line is a public key as it stands in a .pub file.
func line(t testing.TB, key crypto.PublicKey) string {
	t.Helper()
	public, err := ssh.NewPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public)))
}

func newLine(t testing.TB) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return line(t, public)
}

// onSecurityKey is a key whose private half is in a piece of hardware.
func onSecurityKey(t testing.TB) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	wire := ssh.Marshal(struct {
		Type        string
		Key         []byte
		Application string
	}{ssh.KeyAlgoSKED25519, public, "ssh:"})
	return ssh.KeyAlgoSKED25519 + " " + base64.StdEncoding.EncodeToString(wire)
}

func TestSSHKeysOfEveryKindThatIsSafe(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.atConsole(f.user(a.owner, a.main.ID, "tech", 0))
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	f.must(err)
	long, err := rsa.GenerateKey(rand.Reader, leastRSA)
	f.must(err)
	mine := newLine(t)
	text := "\ufeff# my keys\r\n\r\n" + mine + " laptop\r\n" + line(t, &curve.PublicKey) + " \x1b]0;owned\a\u202ebadge\n" +
		line(t, &long.PublicKey) + "\n" + onSecurityKey(t) + " " + strings.Repeat("x", 300)
	added, err := f.AddSSHKeys(f.ctx, tech, text, "")
	f.must(err)
	keys, err := f.SSHKeys(f.ctx, tech, domain.ID{})
	f.must(err)
	if len(added) != 4 || len(keys) != 4 {
		t.Fatalf("%+v", keys)
	}
	for _, k := range keys {
		if domain.Clean(k.Name) != k.Name || k.Name == "" || len([]rune(k.Name)) > maxKeyName || !strings.HasPrefix(k.Fingerprint, "SHA256:") ||
			k.AddedAt.IsZero() || !k.UsedAt.IsZero() || (k.Bits == leastRSA) != (k.Type == ssh.KeyAlgoRSA) {
			t.Errorf("%+v", k)
		}
	}
	if e := f.lastEntry(a.account.ID); e.action != "ssh_key.add" || e.changes[0].new != added[3].Fingerprint {
		t.Errorf("%+v", e)
	}
	_, err = f.AddSSHKeys(f.ctx, tech, newLine(t)+"\n"+mine+" again", "")
	kind(t, err, domain.Conflict)
	twice := newLine(t)
	_, err = f.AddSSHKeys(f.ctx, tech, twice+"\n"+twice, "")
	kind(t, err, domain.Conflict)
	if keys, err := f.SSHKeys(f.ctx, tech, tech.User); err != nil || len(keys) != 4 {
		t.Errorf("some were added: %d %v", len(keys), err)
	}
	named, err := f.AddSSHKeys(f.ctx, tech, twice+" its comment", "  My   laptop ")
	f.must(err)
	if named[0].Name != "My laptop" {
		t.Errorf("%+v", named)
	}
	f.must(f.RemoveSSHKey(f.ctx, tech, domain.ID{}, named[0].ID))
	if e := f.lastEntry(a.account.ID); e.action != "ssh_key.remove" || e.changes[0].old != named[0].Fingerprint {
		t.Errorf("%+v", e)
	}
	kind(t, f.RemoveSSHKey(f.ctx, tech, domain.ID{}, named[0].ID), domain.NotFound)
	// Somebody else may have the same key: the username says who it is.
	_, err = f.AddSSHKeys(f.ctx, f.atConsole(f.user(a.owner, a.main.ID, "other", 0)), mine, "")
	f.must(err)
	f.clock.add(6 * time.Minute)
	_, err = f.AddSSHKeys(f.ctx, tech, newLine(t), "")
	kind(t, err, domain.Unproven)
}

// TestWhatIsNoSafePublicKeyIsRefused: with what it is, and without a word of it.
func TestWhatIsNoSafePublicKeyIsRefused(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.atConsole(f.user(a.owner, a.main.ID, "tech", 0))
	public, private, err := ed25519.GenerateKey(rand.Reader)
	f.must(err)
	block, err := ssh.MarshalPrivateKey(private, "laptop")
	f.must(err)
	secret := string(pem.EncodeToMemory(block))
	body := strings.Split(secret, "\n")[2]
	short, err := rsa.GenerateKey(rand.Reader, 2048)
	f.must(err)
	signer, err := ssh.NewSignerFromKey(private)
	f.must(err)
	certificate := &ssh.Certificate{Key: signer.PublicKey(), CertType: ssh.UserCert, ValidBefore: ssh.CertTimeInfinity}
	f.must(certificate.SignCert(rand.Reader, signer))
	good := line(t, public)
	before := f.lastEntry(a.account.ID).number
	for _, c := range []struct{ name, text, says string }{
		{"a private key", secret, "private key"},
		{"a private key behind a public one", good + "\n" + secret, "private key"},
		{"a private key of PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n" + body, "private key"},
		{"the inside of a private key", body, "no public key"},
		{"a certificate", ssh.KeyAlgoED25519 + "-cert-v01@openssh.com " + base64.StdEncoding.EncodeToString(certificate.Marshal()), "certificate"},
		{"options", `command="rm -rf /" ` + good, "options"},
		{"options of one word", "restrict " + good, "options"},
		{"a short RSA key", line(t, &short.PublicKey), "2048 bits"},
		{"another form", "---- BEGIN SSH2 PUBLIC KEY ----\n" + body, "ssh-keygen -i"},
		{"a web certificate", "-----BEGIN CERTIFICATE-----\n" + body, "no public key for SSH"},
		{"nothing", " \n# nothing\n", "Paste a public key"},
		{"half", good[:len(good)-10], "Line 1"},
		{"one bad line", good + "\nssh-ed25519 AAAA", "Line 2"},
		{"anything", "\xff\x00\x1b[2J", "no public key"},
		{"too much", strings.Repeat("#", maxKeyText+1), "too long"},
	} {
		_, err := f.AddSSHKeys(f.ctx, tech, c.text, "")
		kind(t, err, domain.Invalid)
		if e, _ := err.(*domain.Error); e == nil || e.Field != "key" || !strings.Contains(e.Text, c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		for ; err != nil; err = func() error { e, _ := err.(*domain.Error); return e.Unwrap() }() {
			if text := fmt.Sprintf("%v %#v", err, err); strings.Contains(text, body[:20]) || strings.Contains(text, "\x1b") {
				t.Errorf("%s is repeated: %s", c.name, text)
			}
		}
	}
	_, err = f.AddSSHKeys(f.ctx, tech, good+"\n"+newLine(t), "laptop")
	kind(t, err, domain.Invalid)
	_, err = f.AddSSHKeys(f.ctx, tech, good, "\x1b[2J")
	kind(t, err, domain.Invalid)
	_, err = f.AddSSHKeys(f.ctx, a.operator(), good, "")
	kind(t, err, domain.Refused)
	if keys, err := f.SSHKeys(f.ctx, tech, domain.ID{}); err != nil || len(keys) != 0 {
		t.Errorf("%+v %v", keys, err)
	}
	for number := before + 1; number <= f.lastEntry(a.account.ID).number; number++ {
		t.Errorf("entry %d was written", number)
	}
}

func TestAUserTakesSoManySSHKeys(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.atConsole(f.user(a.owner, a.main.ID, "tech", 0))
	lines := make([]string, maxSSHKeys+1)
	for i := range lines {
		lines[i] = newLine(t)
	}
	_, err := f.AddSSHKeys(f.ctx, tech, strings.Join(lines, "\n"), "")
	kind(t, err, domain.Conflict)
	_, err = f.AddSSHKeys(f.ctx, tech, strings.Join(lines[1:], "\n"), "")
	f.must(err)
	_, err = f.AddSSHKeys(f.ctx, tech, lines[0], "")
	kind(t, err, domain.Conflict)
}

func TestSSHKeysOfOthersAreForWhoMayResetThem(t *testing.T) {
	const aa, nca, fm = domain.AccountAdministrator, domain.NestedCustomerAdministrator, domain.FleetManagement
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	tech := f.user(a.owner, nordics.ID, "tech", 0)
	higher := f.user(a.owner, nordics.ID, "higher", aa|nca)
	far := f.user(a.owner, a.main.ID, "far", 0)
	keys := map[domain.ID]domain.ID{}
	for _, who := range []domain.Actor{tech, higher, far} {
		added, err := f.AddSSHKeys(f.ctx, who, newLine(t), "")
		f.must(err)
		keys[who.User] = added[0].ID
	}
	admin := f.user(a.owner, nordics.ID, "admin", aa)
	for _, c := range []struct {
		name     string
		by, whom domain.Actor
		want     domain.Kind
	}{
		{"an administrator", admin, tech, 0}, {"above the ceiling", admin, higher, domain.Refused}, {"out of reach", admin, far, domain.NotFound},
		{"who may only list", f.user(a.owner, nordics.ID, "lists", fm), tech, domain.Refused}, {"who may nothing", f.user(a.owner, nordics.ID, "none", 0), tech, domain.NotFound},
	} {
		_, err := f.SSHKeys(f.ctx, c.by, c.whom.User)
		if got := domain.KindOf(err); got != c.want {
			t.Errorf("%s lists: %v", c.name, err)
		}
		if got := domain.KindOf(f.RemoveSSHKey(f.ctx, c.by, c.whom.User, keys[c.whom.User])); got != c.want {
			t.Errorf("%s removes: %v", c.name, got)
		}
	}
	kind(t, f.RemoveSSHKey(f.ctx, admin, tech.User, keys[higher.User]), domain.NotFound)
	if list, err := f.SSHKeys(f.ctx, higher, domain.ID{}); err != nil || len(list) != 1 {
		t.Errorf("%+v %v", list, err)
	}
}
