package ui

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tenantry/domain"
	"tenantry/store"
)

// opens turns to the tab of that name.
func (p *person) opens(tab string) {
	p.t.Helper()
	p.settles()
	if p.console.tabs[p.console.tab].name != tab {
		p.press("@" + tab)
	}
}

// proves answers the question whether it is them.
func (p *person) proves() {
	p.t.Helper()
	made, _ := sampleFile()
	p.sees("Is it you?")
	p.types(made.users[0].Password)
	p.press("enter")
}

func TestTheProfileSaysWhoOneIsAndWhatThatGives(t *testing.T) {
	p := as(t, "dora")
	p.alone()
	p.opens("Profile")
	p.sees("dora", "Dora Holm", "dora@", "Acme HQ / Nordics / Aarhus Depot",
		"Device Management: register, edit and assign devices",
		"! Device Management lists no devices until it is paired with",
		"Europe/Copenhagen  ‹ Acme Fleet", "not enrolled; optional")
	p.press("end")
	p.sees("SSH keys        none", "Sessions        this one only")
	p.press("r")
	p.sees("Recovery codes stand in for a second factor, and you have none.")
	p.press("a")
	p.sees("Access")
}

func TestOwnSettingsChangeTheDisplayAtOnce(t *testing.T) {
	p := as(t, "tom")
	p.opens("Profile")
	p.sees("14:32 CET")
	p.press("e", "tab", "tab")
	p.types("+45 20 30 40 50")
	p.press("tab")
	p.types("asia/tok")
	p.press("tab", "left", "ctrl+s") // the last of three
	p.sees("Saved your profile.", "10:32 pm JST", "Asia/Tokyo", "12 h", "+45 20 30 40 50")
	p.seesNot("Asia/Tokyo  ‹")
}

func TestAProfileEditedByTwo(t *testing.T) {
	p := as(t, "tom")
	p.opens("Profile")
	p.press("e")
	p.types("!")
	tom := *p.console.standing.User
	tom.Phone = "+4511223344"
	if _, err := p.console.db.EditUser(t.Context(), p.operator(), tom); err != nil {
		t.Fatal(err)
	}
	p.press("ctrl+s")
	p.sees("changed by the operator", "Changed meanwhile, from ", "+4511223344", "Tom Bakke!")
	p.press("ctrl+s")
	p.sees("Saved your profile.", "Tom Bakke!")
}

func TestThePasswordIsChanged(t *testing.T) {
	p := as(t, "tom")
	made, _ := sampleFile()
	other, err := p.console.db.SignIn(t.Context(), domain.DoorConsole, "van", "tom", made.users[0].Password)
	if err != nil {
		t.Fatal(err)
	}
	p.opens("Profile")
	p.press("p")
	p.sees("Your other sessions end", "Password until now")
	p.types("not my password at all")
	p.press("enter")
	p.types(ownPassword)
	p.press("enter")
	p.types("wide river")
	p.press("ctrl+s")
	p.sees("The two are not the same.")
	p.types(" stone bridge")
	p.press("ctrl+s")
	p.sees("That isn't your password.")
	p.types(made.users[0].Password)
	p.press("ctrl+s")
	p.sees("Your password is changed.")
	if _, err := p.console.db.Standing(t.Context(), other); domain.KindOf(err) != domain.Unauthenticated {
		t.Errorf("the other session goes on: %v", err)
	}
	p.seesNot("wide river")
	if _, err := p.console.db.SignIn(t.Context(), domain.DoorConsole, "van", "tom", ownPassword); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

// keyLine is the line of a public key that nobody else has.
func keyLine(seed byte, comment string) string {
	secret := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+seed)), ed25519.SeedSize)))
	var wire []byte
	for _, part := range []string{"ssh-ed25519", string(secret.Public().(ed25519.PublicKey))} {
		wire = binary.BigEndian.AppendUint32(wire, uint32(len(part)))
		wire = append(wire, part...)
	}
	return "ssh-ed25519 " + base64.StdEncoding.EncodeToString(wire) + " " + comment
}

func TestAKeyIsPastedAndRemoved(t *testing.T) {
	p := as(t, "tom")
	p.opens("Profile")
	p.press("K")
	p.sees("You have no SSH key.")
	p.pastes(keyLine(1, "tom@van") + "\n")
	p.sees("Public key", "ssh-ed25519 AAAA", "tom@van")
	p.types("laptop")
	p.press("ctrl+s")
	p.sees("Added laptop.", "1 key", "ed25519", "SHA256:", "Last used: never")
	p.pastes(keyLine(1, "the same"))
	p.press("ctrl+s")
	p.seesNot("2 keys")
	p.press("esc", "y")
	p.sees("1 key")
	p.press("d")
	p.sees("Remove the key laptop?")
	p.press("y")
	p.sees("Removed laptop.", "You have no SSH key.")
}

func TestSeveralKeysArePasted(t *testing.T) {
	p := as(t, "tom")
	p.opens("Profile")
	p.press("K")
	p.pastes("# mine\n" + keyLine(1, "van") + "\r\n" + keyLine(2, "desk") + "\n")
	p.sees("Add 2 keys?", "van", "desk")
	p.press("n")
	p.sees("You have no SSH key.")
	p.press("n")
	p.pastes(keyLine(1, "van") + "\n" + keyLine(2, "desk") + "\n")
	p.sees("Add 2 keys?")
	p.press("y")
	p.sees("Added 2 keys.", "desk", "van")
}

const privateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n-----END OPENSSH PRIVATE KEY-----\n"

func TestAPrivateKeyIsNotTaken(t *testing.T) {
	p := as(t, "tom")
	p.opens("Profile")
	p.press("K")
	p.pastes(privateKey)
	p.sees("That is a private key.")
	p.seesNot("b3BlbnNzaC1r")
	p.press("n")
	p.pastes(privateKey)
	p.sees("That is a private key.")
	p.seesNot("b3BlbnNzaC1r")
}

func TestAKeyOutOfAFile(t *testing.T) {
	p := as(t, "tom")
	p.opens("Profile")
	p.press("K", "n")
	p.sees("This console has no place for files")
	p.press("esc")
	files := map[string]string{"id.pub": keyLine(3, "yubikey") + "\n", "id": privateKey}
	p.console.options.Load = func(name string) (io.ReadCloser, int64, error) {
		text, there := files[name]
		if !there {
			return nil, 0, domain.Errorf(domain.NotFound, "path", "%s can't be read. Check the name.", name)
		}
		return io.NopCloser(strings.NewReader(text)), int64(len(text)), nil
	}
	p.press("n", "tab", "tab")
	p.types("id")
	p.press("enter")
	p.sees("id is a private key, and stays where it is.")
	p.types(".pub")
	p.press("enter")
	p.sees("Added yubikey.")
}

func TestAKeyAndAFileAreNotBothTaken(t *testing.T) {
	p := as(t, "tom")
	p.console.options.Load = func(name string) (io.ReadCloser, int64, error) {
		return nil, 0, domain.Errorf(domain.NotFound, "path", "%s can't be read. Check the name.", name)
	}
	p.opens("Profile")
	p.press("K")
	p.pastes(keyLine(4, "depot"))
	p.press("tab")
	p.types("id.pub")
	p.press("ctrl+s")
	p.sees("There is a key above already.")
}

func TestSessionsAreEnded(t *testing.T) {
	p := as(t, "tom")
	made, _ := sampleFile()
	signIn := func(from string) domain.Actor {
		actor, err := p.console.db.SignIn(t.Context(), domain.DoorSSH, from, "tom", made.users[0].Password)
		if err != nil {
			t.Fatal(err)
		}
		return actor
	}
	p.alone()
	signIn("203.0.113.9")
	van := signIn("198.51.100.7")
	p.opens("Profile")
	p.press("end")
	p.sees("this one and 2 others")
	p.press("s")
	p.sees("3 open sessions", "203.0.113.9", "198.51.100.7", "SSH", "this one")
	for range 3 {
		if strings.Contains(p.screen(), "from 198.51.100.7.") {
			break
		}
		p.press("down")
	}
	p.press("x")
	p.sees("End this session?", "By SSH from 198.51.100.7")
	p.press("y")
	p.sees("Ended 1 session.", "2 open sessions")
	if _, err := p.console.db.Standing(t.Context(), van); domain.KindOf(err) != domain.Unauthenticated {
		t.Errorf("the session goes on: %v", err)
	}
	p.press("X", "y")
	p.sees("Ended 1 session.", "1 open session")
	p.press("x")
	p.sees("This is the session that you use.")
	p.press("X")
	p.sees("There is no other session")
}

// alone ends every other session of who is signed in: the sample leaves some.
func (p *person) alone() {
	p.t.Helper()
	if _, err := p.console.db.EndSessions(p.t.Context(), p.console.actor, domain.ID{}); err != nil {
		p.t.Fatal(err)
	}
	p.run(p.console.reread())
	p.settles()
}

// enrolled gives somebody a second factor and answers its secret.
func (p *person) enrolled() string {
	p.t.Helper()
	c := p.console
	offer, err := c.db.BeginEnrolment(p.t.Context(), c.actor)
	if err != nil {
		p.t.Fatal(err)
	}
	code, err := totp.GenerateCode(offer.Secret, clock())
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := c.db.Enrol(p.t.Context(), c.actor, offer.Secret, code); err != nil {
		p.t.Fatal(err)
	}
	p.run(p.console.reread())
	p.settles()
	return offer.Secret
}

func TestTheSecondFactorIsLookedAfter(t *testing.T) {
	p := as(t, "ann")
	p.opens("Profile")
	p.press("f")
	p.sees("Your second factor", "Scan the code")
	p.press("esc")
	p.sees("not enrolled; optional")
	p.enrolled()
	p.sees("enrolled since 12 Mar 2026 14:32 CET; optional", "10 left")
	p.press("r")
	p.sees("Make new recovery codes?", "10 codes of before are void then.")
	p.press("y")
	p.sees("These are your recovery codes.")
	p.press("k")
	p.sees("You have new recovery codes.", "10 left")
	p.press("f")
	p.sees("Replace it", "Switch it off")
	p.press("down", "enter")
	p.sees("Switch your second factor off?")
	p.press("y")
	p.sees("Your second factor is off.", "not enrolled; optional")
}

func TestAForcedSecondFactorStays(t *testing.T) {
	p := as(t, "ann")
	p.opens("Profile")
	p.enrolled()
	account := *p.console.tree().Account()
	account.Security.ForceSecondFactor = true
	if _, err := p.console.db.EditAccount(t.Context(), p.operator(), account); err != nil {
		t.Fatal(err)
	}
	p.sees("CET; forced by Acme Fleet")
	p.press("f")
	p.sees("Switch it off: Acme Fleet forces it.")
	p.press("down", "enter")
	p.sees("Acme Fleet forces it.")
	p.seesNot("Switch your second factor off?")
}

// asLater is a person who has signed in, and who can let the proof of that grow
// old.
func asLater(t *testing.T, username string) (p *person, later func()) {
	t.Helper()
	path := sampleCopy(t)
	var gone atomic.Int64
	now := func() time.Time { return clock().Add(time.Duration(gone.Load())) }
	p = sitDown(t, Options{
		Path: path, Door: domain.DoorConsole, From: "test", Now: now,
		Open: func(ctx context.Context) (*store.DB, error) {
			o := storeOptions()
			o.Now = now
			return store.Open(ctx, path, o)
		},
	})
	p.signIn(username)
	return p, func() { gone.Add(int64(6 * time.Minute)) }
}

func TestWhatMattersIsProvenAnew(t *testing.T) {
	p, later := asLater(t, "tom")
	p.opens("Profile")
	later()
	p.press("e", "tab", "end")
	p.types("x")
	p.press("ctrl+s")
	p.sees("Is it you?", "to change your email")
	p.press("esc")
	p.sees("Your profile")
	p.press("ctrl+s")
	p.proves()
	p.sees("Saved your profile.")
	later()
	p.press("K")
	p.pastes(keyLine(1, "van"))
	p.press("ctrl+s")
	p.sees("to add a key")
	p.proves()
	p.sees("Added van.")
}

func TestHostileKeysAndSessionsAreDrawnExactly(t *testing.T) {
	p := as(t, "tom")
	if _, err := p.console.db.AddSSHKeys(t.Context(), p.console.actor, keyLine(1, "van")+"\n"+keyLine(2, "desk"), ""); err != nil {
		t.Fatal(err)
	}
	p.opens("Profile")
	for _, place := range []struct {
		name string
		keys []string
	}{
		{"keys", []string{"K"}}, {"removing a key", []string{"d"}}, {"adding a key", []string{"n", "n"}},
		{"sessions", []string{"esc", "esc", "s"}}, {"ending a session", []string{"x"}},
	} {
		p.press(place.keys...)
		p.spoil()
		p.isExact(place.name)
	}
	p.press("esc", "esc", "K")
	p.pastes(hostile + "\n" + hostile)
	p.isExact("what was pasted")
}
