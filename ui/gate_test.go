package ui

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/pquerna/otp/totp"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// hand is a clock that a test sets.
type hand struct{ past atomic.Int64 }

func (h *hand) now() time.Time         { return clock().Add(time.Duration(h.past.Load())) }
func (h *hand) passes(d time.Duration) { h.past.Add(int64(d)) }

// atClock is a person before the sign-in screen, with a clock that can be set
// and a place for files.
func atClock(t *testing.T) (*person, *hand, map[string]string) {
	t.Helper()
	path := sampleCopy(t)
	h, files := &hand{}, map[string]string{}
	o := storeOptions()
	o.Now = h.now
	p := sitDown(t, Options{
		Path: path, Door: domain.DoorConsole, From: "test", Now: h.now,
		Open: func(ctx context.Context) (*store.DB, error) { return store.Open(ctx, path, o) },
		Save: func(name string, write func(io.Writer) error) (string, error) {
			if _, taken := files[name]; taken {
				return "", domain.Errorf(domain.Conflict, "path", "%s is there already.", name)
			}
			var b bytes.Buffer
			err := write(&b)
			files[name] = b.String()
			return "/home/nils/" + name, err
		},
	})
	p.settles()
	return p, h, files
}

// the people of the sample act on the machine itself, beside the console.
func (p *person) machine(username string) domain.Actor {
	p.t.Helper()
	actor, err := p.console.db.ActAs(context.Background(), "test", username)
	if err != nil {
		p.t.Fatal(err)
	}
	return actor
}

// hires creates a user at a customer and answers their welcome code.
func (p *person) hires(username, at string, groups domain.Groups) string {
	p.t.Helper()
	ann := p.machine("ann")
	standing, err := p.console.db.Standing(context.Background(), ann)
	if err != nil {
		p.t.Fatal(err)
	}
	var customer domain.ID
	tree := standing.Rights.Tree()
	for i := range tree.Len() {
		if c := tree.At(i); c.Name == at {
			customer = c.ID
		}
	}
	made, err := p.console.db.CreateUser(context.Background(), ann, domain.User{Username: username, Customer: customer, Groups: groups}, store.Start{})
	if err != nil {
		p.t.Fatal(err)
	}
	return made.Code
}

// forces forces a second factor on the whole account, or no longer.
func (p *person) forces(forced bool) {
	p.t.Helper()
	ann := p.machine("ann")
	standing, err := p.console.db.Standing(context.Background(), ann)
	if err != nil {
		p.t.Fatal(err)
	}
	account := *standing.Rights.Account()
	account.Security.ForceSecondFactor = forced
	if _, err := p.console.db.EditAccount(context.Background(), ann, account); err != nil {
		p.t.Fatal(err)
	}
}

// signsIn types a username and a password or a code.
func (p *person) signsIn(username, secret string) {
	p.t.Helper()
	p.types(username)
	p.press("enter")
	p.types(secret)
	p.press("enter")
}

// app is the code that an authenticator app shows for a secret.
func app(t testing.TB, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// secret is the one on the page of the second factor.
func (p *person) secret() string {
	p.t.Helper()
	p.settles()
	if s, ok := p.console.body().(*enrolment); ok {
		return s.offered.Secret
	}
	p.t.Fatalf("there is no second factor here:\n%s", p.screen())
	return ""
}

// enrols passes the page of the second factor and answers the secret and the
// recovery codes.
func (p *person) enrols(at time.Time) (secret string, recovery []string) {
	p.t.Helper()
	secret = p.secret()
	p.types(app(p.t, secret, at))
	p.press("enter")
	p.sees("Recovery codes", "I have kept it")
	recovery = strings.Fields(p.console.body().(*once).copy)
	p.press("k")
	return secret, recovery
}

const longPassword = "correct horse battery staple"

func TestANewcomerPassesEveryGate(t *testing.T) {
	p, h, files := atClock(t)
	code := p.hires("nils", "Iberia", domain.DeviceManagement|domain.FullDeviceAccess)
	p.signsIn("nils", code)

	p.sees("A new password is due", "esc sign out", "At least 8 characters")
	p.seesNot("Devices", "Profile", "1 ")
	p.isExact("the gate of the password")
	p.types("short")
	p.sees("5 of at least 8 characters")
	p.press("enter")
	p.types("shirt")
	p.sees("Not the same as above.")
	p.press("enter")
	p.sees("The two are not the same")
	p.press("backspace", "backspace", "backspace", "backspace", "backspace", "up")
	p.types(" as that")
	p.sees("long enough")
	p.press("enter")
	p.types("short as that")
	p.press("enter")

	p.sees("Your second factor", "your customer forces one", "Or give the app the secret")
	p.seesNot("Devices")
	p.isExact("the gate of the second factor")
	secret := p.secret()
	p.sees(secret[:4]+" "+secret[4:8], "▀")
	p.press("c")
	p.sees("Copied the secret.")
	p.press("u")
	p.sees("Copied the URL.")
	p.press("x")
	p.sees("A code has digits only")
	p.press("enter")
	p.sees("Type the six digits")
	p.types("000000")
	p.press("enter")
	p.sees("! That code isn't right.", "clock of the")
	p.press("i")
	p.sees("black on white already")

	p.pastes(app(t, secret, h.now())[:3] + " " + app(t, secret, h.now())[3:] + "\n")
	p.press("enter")
	p.sees("These are your recovery codes", "k I have kept it")
	p.isExact("the recovery codes")
	recovery := strings.Fields(p.console.body().(*once).copy)
	if len(recovery) != 10 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	p.sees(recovery[0], recovery[9])
	p.press("esc")
	p.sees("This is shown only once")
	p.press("ctrl+c")
	p.sees("can't be shown again")
	p.press("n", "s")
	p.sees("Written to /home/nils/tenantry-recovery-codes-nils.txt")
	if files["tenantry-recovery-codes-nils.txt"] != strings.Join(recovery, "\n")+"\n" {
		t.Errorf("the file holds %q", files)
	}
	p.press("k")
	p.seesTabs("Devices", "Profile")
	p.seesNot(recovery[0])

	p.press("q", "y")
	p.sees("Username")
	p.signsIn("nils", code)
	p.sees("The sign-in failed") // a code is good once
	p.press("backspace", "backspace", "backspace", "backspace", "backspace")
}

func TestSigningInWithTheSecondFactor(t *testing.T) {
	p, h, _ := atClock(t)
	p.signsIn("nils", p.hires("nils", "Iberia", domain.DeviceManagement|domain.FullDeviceAccess))
	p.types(longPassword)
	p.press("enter")
	p.types(longPassword)
	p.press("enter")
	secret, recovery := p.enrols(h.now())
	again := func() {
		p.t.Helper()
		p.press("q", "y")
		p.sees("Username")
		p.signsIn("nils", longPassword)
		p.sees("Your second factor", "Or one of your")
		p.seesNot("3 Devices")
	}

	again()
	p.isExact("the gate of the code")
	p.types("123456")
	p.press("enter")
	p.sees("That code wasn't taken", "clock of the phone")
	p.types("123 4") // about what stood there
	p.seesNot("That code wasn't taken")
	p.press("esc")
	p.sees("Sign out?")
	p.press("y")
	p.sees("Username")
	p.seesNot("123 4")

	h.passes(time.Minute)
	p.signsIn("nils", longPassword)
	p.types(app(t, secret, h.now())[:3] + "-" + app(t, secret, h.now())[3:])
	p.press("enter")
	p.seesTabs("Devices")

	again()
	p.types(app(t, secret, h.now())) // the same once more
	p.press("enter")
	p.sees("That code wasn't taken")
	p.pastes(" " + strings.ToLower(recovery[3]) + "\n")
	p.press("enter")
	p.seesTabs("Devices")
	p.sees("That recovery code is used up.")

	again()
	p.types(recovery[3])
	p.press("enter")
	p.sees("That code wasn't taken")
}

// TestAGateClosesOverAnOpenConsole: another session forces the second factor
// while somebody types; they enrol, and go on where they were.
func TestAGateClosesOverAnOpenConsole(t *testing.T) {
	p, h, _ := atClock(t)
	p.signIn("ann")
	p.press("@Account", "e")
	p.types(" anew")
	p.sees("anew")
	p.press("ctrl+g")
	p.sees("Keys of this screen")
	p.forces(true)
	p.sees("Your second factor")
	p.seesNot("anew", "Acme Fleet anew", "Keys of this screen", " Account ")
	p.press("tab", "q", ":", "2")
	p.seesNot("Sign out?", "Customers")
	p.press("esc")
	p.sees("Sign out?")
	p.press("n", "backspace")
	p.enrols(h.now())
	p.sees("Keys of this screen")
	p.seesTabs("Account")
	p.press("esc")
	p.sees("anew")
	if _, ok := p.console.body().(*detailsForm); !ok {
		t.Logf("what is in front is %T", p.console.body())
	}
}

// TestAGateThatOpensByItself: what was forced is forced no longer.
func TestAGateThatOpensByItself(t *testing.T) {
	p, _, _ := atClock(t)
	p.signIn("ann")
	p.press("@Customers")
	p.forces(true)
	p.sees("Your second factor")
	p.press("esc")
	p.sees("Sign out?")
	p.forces(false)
	p.seesTabs("Customers")
	p.sees("Acme HQ")
	p.seesNot("Sign out?", "Your second factor")
}

// TestAnswersBehindAGateShowNothing until it is passed.
func TestAnswersBehindAGateShowNothing(t *testing.T) {
	p, _, _ := atClock(t)
	p.signIn("ann")
	p.press("@Customers")
	asked := p.console.body().asks()
	r := &request{cancel: func() {}}
	p.forces(true)
	p.sees("Your second factor")
	asked.open = map[string]*request{"late": r}
	p.send(answer{to: asked, slot: "late", request: r, deliver: func() tea.Cmd {
		p.console.say(0, "said behind")
		return p.console.over(newConfirm(p.console, question{title: "Asked behind?"}, false, nil))
	}})
	p.seesNot("said behind", "Asked behind?")
	p.forces(false)
	p.sees("said behind", "Asked behind?")
}

func TestASessionEndsWithoutAKey(t *testing.T) {
	p, h, _ := atClock(t)
	p.signIn("ann")
	p.press("@Account", "e")
	p.types(" anew")
	due := func() { p.send(look{p.console.sitting.number}) }

	h.passes(13 * time.Minute)
	due()
	p.seesNot("You will be signed out")
	h.passes(time.Minute)
	due()
	p.sees("You will be signed out in a minute. Any key stays.")
	p.press("left")
	p.seesNot("You will be signed out")
	h.passes(14*time.Minute + 59*time.Second)
	due()
	p.sees("You will be signed out in a minute", "anew")
	h.passes(time.Second)
	due()
	p.sees("Username", "no key for 15 minutes")
	p.seesNot("anew")
}

// TestAShorterTimeHoldsInOpenSessions: the clock was set by the longer one.
func TestAShorterTimeHoldsInOpenSessions(t *testing.T) {
	p, h, _ := atClock(t)
	p.signIn("ann")
	h.passes(90 * time.Second)
	ann := p.machine("ann")
	standing, err := p.console.db.Standing(context.Background(), ann)
	if err != nil {
		t.Fatal(err)
	}
	account := *standing.Rights.Account()
	account.Limits.Idle = time.Minute
	if _, err := p.console.db.EditAccount(context.Background(), ann, account); err != nil {
		t.Fatal(err)
	}
	p.sees("Username", "no key for 1 minute")
}

// TestAKeyThatComesTooLate does nothing: the machine has slept.
func TestAKeyThatComesTooLate(t *testing.T) {
	p, h, _ := atClock(t)
	p.signIn("ann")
	h.passes(time.Hour)
	p.press("@Customers")
	p.sees("Username", "no key for 15 minutes")
}

func TestASessionEndsAfterItsTime(t *testing.T) {
	p, h, _ := atClock(t)
	p.signIn("ann")
	for range 12*6 - 1 {
		h.passes(10 * time.Minute)
		p.press("@Customers")
		p.seesTabs("Customers")
	}
	h.passes(9*time.Minute + 30*time.Second)
	p.send(look{p.console.sitting.number})
	p.sees("a session ends after 12 hours")
	h.passes(30 * time.Second)
	p.press("@Customers")
	p.sees("Username", "a session ends after 12 hours")
}

// TestASessionThatIsEndedElsewhere closes its screen at once.
func TestASessionThatIsEndedElsewhere(t *testing.T) {
	p, _, _ := atClock(t)
	p.signIn("tom")
	tom := p.console.actor
	if _, err := p.console.db.EndSessions(context.Background(), p.machine("ann"), tom.User); err != nil {
		t.Fatal(err)
	}
	p.sees("Username", "Your session has ended")
	if _, err := p.console.db.Standing(context.Background(), tom); domain.KindOf(err) != domain.Unauthenticated {
		t.Errorf("the session answers: %v", err)
	}
}

// TestSigningOutEndsTheSession in the store too, and so does leaving.
func TestSigningOutEndsTheSession(t *testing.T) {
	p, _, _ := atClock(t)
	p.signIn("ann")
	ann := p.console.actor
	p.console.endSession("")()
	if _, err := p.console.db.Standing(context.Background(), ann); domain.KindOf(err) != domain.Unauthenticated {
		t.Errorf("the session answers: %v", err)
	}
	if p.console.signedIn() {
		t.Error("it is signed in")
	}
}

func TestProvingWhoOneIs(t *testing.T) {
	p, _, _ := atClock(t)
	p.signIn("ann")
	made, _ := sampleFile()
	proven := 0
	p.send(tea.WindowSizeMsg{Width: 40, Height: 10})
	p.console.prove("Type your password or a code to go on.", func() tea.Cmd { proven++; return nil })
	p.sees("Is it you?")
	p.isExact("proving")
	p.press("enter")
	p.sees("Type your password, or a code")
	p.types("wrong")
	p.press("enter")
	p.sees("neither your password")
	p.seesNot("wrong.")
	p.types(made.users[0].Password)
	p.seesNot("neither your password", made.users[0].Password)
	p.press("enter")
	p.seesNot("Is it you?")
	if proven != 1 {
		t.Errorf("it was done %d times", proven)
	}
	p.console.prove("Once more.", func() tea.Cmd { proven++; return nil })
	p.press("esc")
	p.seesNot("Once more.")
	if proven != 1 {
		t.Error("it was done without being proven")
	}
}

// TestEnrolmentByText: where the QR code doesn't fit, the secret and the URL are
// there to be read, all of them.
func TestEnrolmentByText(t *testing.T) {
	p, h, _ := atClock(t)
	p.signIn("ann")
	p.forces(true)
	p.sees("Your second factor")
	secret := p.secret()
	p.resizes(40, 10)
	p.seesNot("▀")
	var seen strings.Builder
	for range 30 {
		seen.WriteString(p.screen())
		p.press("down")
	}
	for i := 0; i < len(secret); i += 4 {
		if !strings.Contains(seen.String(), secret[i:i+4]) {
			t.Errorf("%s isn't shown", secret[i:i+4])
		}
	}
	for _, word := range []string{"otpauth://totp", "too small", "Code"} {
		if !strings.Contains(seen.String(), word) {
			t.Errorf("%q isn't shown:\n%s", word, p.screen())
		}
	}
	p.types("111111")
	p.press("enter")
	p.sees("! That code isn't right")
	p.enrols(h.now())
	p.resizes(80, 24)
	p.seesTabs("Account")
}

// TestTheLongestNameFits: the QR code of whoever has the longest username is
// drawn at 80×24, and a camera could read it.
func TestTheLongestNameFits(t *testing.T) {
	p, _, _ := atClock(t)
	name := strings.Repeat("nils-", 6) + "32"
	p.signsIn(name, p.hires(name, "Iberia", domain.DeviceManagement))
	p.types(longPassword)
	p.press("enter")
	p.types(longPassword)
	p.press("enter")
	p.sees("Your second factor", "▀", "Or give the app the secret")
	lines := strings.Split(p.screen(), "\n")
	if !strings.Contains(lines[23], "enter confirm") {
		t.Errorf("the footer is %q", lines[23])
	}
	p.isExact("the longest name")
	p.spoil()
	p.isExact("the longest name, spoiled")
}

// TestTheQRCodeWithoutColours takes a dark terminal for granted, and i turns it
// round; in ASCII it is drawn where there is room.
func TestTheQRCodeWithoutColours(t *testing.T) {
	p, _, _ := atClock(t)
	p.console.options.Look = Look{Mono: true}
	p.console.theme = widget.ThemeFor(false, false, false)
	p.signIn("ann")
	p.forces(true)
	p.sees("Your second factor", "i inverts the QR code")
	if strings.Contains(p.console.frame(), "38;5") {
		t.Error("there are colours")
	}
	top := func() string { return strings.Split(p.screen(), "\n")[1] }
	if !strings.HasPrefix(top(), " █▀▀▀▀▀▀▀█") {
		t.Errorf("the first line of the code is %q", top())
	}
	p.press("i")
	if !strings.HasPrefix(top(), "  ▄▄▄▄▄▄▄ ") {
		t.Errorf("inverted, it is %q", top())
	}
	p.console.options.Look.ASCII = true
	p.console.theme = widget.ThemeFor(false, false, true)
	p.sees("The window is too small")
	p.resizes(120, 50)
	p.seesNot("too small")
	p.sees("##############")
	p.resizes(80, 24)
}

// TestLeavingAnEnrolment stores nothing, and leads back to the profile.
func TestLeavingAnEnrolment(t *testing.T) {
	p, _, _ := atClock(t)
	p.signIn("ann")
	p.press(":")
	p.types("go to profile")
	p.press("enter", "f")
	p.sees("Your second factor", "Scan the code", "▀")
	first := p.secret()
	p.types("12")
	p.press("esc")
	p.seesTabs("Profile")
	p.sees("not enrolled")
	p.press("f")
	if p.secret() == first {
		t.Error("the secret that was left is offered again")
	}
	if p.console.standing.Enrolled {
		t.Error("ann is enrolled")
	}
}

// TestReplacingTheSecondFactor asks who one is, and keeps the old one until the
// new one has given a code.
func TestReplacingTheSecondFactor(t *testing.T) {
	p, h, _ := atClock(t)
	made, _ := sampleFile()
	p.signIn("ann")
	p.press("@Profile", "f")
	old, _ := p.enrols(h.now())
	h.passes(6 * time.Minute)
	p.press("f", "enter")
	p.sees("Is it you?", "to replace your second")
	p.press("esc")
	p.sees("is asked for first")
	p.press("enter")
	p.types(made.users[0].Password)
	p.press("enter")
	p.sees("It takes the place of the one you")
	if p.secret() == old {
		t.Error("the same secret once more")
	}
	p.enrols(h.now())
	p.sees("Second factor", "enrolled")
}

// TestAScreenLeftOpenEnrolsNothing: where a second factor is forced on somebody
// who typed their password a while ago, it is asked for at the gate.
func TestAScreenLeftOpenEnrolsNothing(t *testing.T) {
	p, h, _ := atClock(t)
	made, _ := sampleFile()
	p.signIn("ann")
	h.passes(6 * time.Minute)
	p.forces(true)
	p.sees("Is it you?", "to enrol a second factor")
	p.press("esc")
	p.sees("is asked for first", "enter tries again")
	p.press("enter")
	p.types(made.users[0].Password)
	p.press("enter")
	p.seesNot("Is it you?")
	p.sees("Scan the code")
	h.passes(6 * time.Minute) // it took a while to find the app
	p.types(app(t, p.secret(), h.now()))
	p.press("enter")
	p.sees("Is it you?", "once more")
	p.types(made.users[0].Password)
	p.press("enter")
	p.sees("Recovery codes", "I have kept it")
}

// TestAKeyAloneSetsNoPassword: somebody whose password was set by hand came in
// with their SSH key, and is asked for the one that they were given.
func TestAKeyAloneSetsNoPassword(t *testing.T) {
	p, h, _ := atClock(t)
	p.signIn("tom")
	db, tom := p.console.db, p.machine("tom")
	line := keyLine(1, "van")
	if _, err := db.AddSSHKeys(t.Context(), tom, line, ""); err != nil {
		t.Fatal(err)
	}
	const given = "jumping over lazy dogs"
	if _, err := db.ResetPassword(t.Context(), p.machine("ann"), tom.User, store.Start{Password: given}); err != nil {
		t.Fatal(err)
	}
	wire, err := base64.StdEncoding.DecodeString(strings.Fields(line)[1])
	if err != nil {
		t.Fatal(err)
	}
	actor, err := db.SignInWithKey(t.Context(), "192.0.2.1:9", "tom", wire)
	if err != nil {
		t.Fatal(err)
	}
	k := sitDown(t, Options{
		Path: "test", Door: domain.DoorSSH, From: "192.0.2.1:9", Now: h.now, Actor: &actor,
		Open: func(context.Context) (*store.DB, error) { return db, nil },
	})
	k.sees("A new password is due", "The one given you", "Your SSH key alone")
	k.isExact("the gate of the password, with a key")
	fill := func(before string) {
		k.types(before)
		for range 2 {
			k.press("down")
			k.types(longPassword)
		}
		k.press("enter")
	}
	fill("")
	k.sees("Type the password that you were given")
	k.types("a guess")
	k.press("ctrl+s")
	k.sees("That isn't your password")
	k.types(given)
	k.press("ctrl+s")
	k.seesNot("A new password is due")
	k.sees("Profile")
}
