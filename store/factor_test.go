package store

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/domain"
)

// atConsole is somebody who has just typed their password, and owes nothing but
// perhaps a second factor.
func (f *fixture) atConsole(who domain.Actor) domain.Actor {
	f.t.Helper()
	f.change(who, func(u *domain.User) { u.MustChange = false })
	return f.session(who, sessionRecord{})
}

// codeIn is what the app of somebody with this secret shows some steps from now.
func (f *fixture) codeIn(secret string, steps int) string {
	f.t.Helper()
	raw, ok := readFactor(secret)
	if !ok {
		f.t.Fatalf("%q is no secret", secret)
	}
	return factorAt(raw, uint64(f.clock.read().Unix()/factorStep+int64(steps)))
}

// enrols has somebody enrol a second factor.
func (f *fixture) enrols(who domain.Actor) (secret string, recovery []string) {
	f.t.Helper()
	offered, err := f.BeginEnrolment(f.ctx, who)
	f.must(err)
	recovery, err = f.Enrol(f.ctx, who, offered.Secret, f.codeIn(offered.Secret, 0))
	f.must(err)
	return offered.Secret, recovery
}

// usesCode tries a code as signing in does.
func (f *fixture) usesCode(who domain.Actor, code string) (right bool) {
	f.t.Helper()
	f.inTx(func(tx *tx) (err error) {
		right, err = tx.useCode(who.Account, who.User, code)
		return err
	})
	return right
}

func (f *fixture) gate(who domain.Actor) domain.Gate {
	f.t.Helper()
	standing, err := f.Standing(f.ctx, who)
	f.must(err)
	return standing.Gate
}

// TestCodesAreThoseOfTheStandard: the vectors of RFC 6238, appendix B, of which
// six digits are the last six of eight.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := factorAt(secret, uint64(at)/factorStep); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
		if stepOf(secret, 0, time.Unix(at, 0), want) != uint64(at)/factorStep {
			t.Errorf("at %d: %s isn't taken", at, want)
		}
	}
}

func TestACodeIsGoodInItsStepOnce(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.user(a.owner, a.main.ID, "tech", 0)
	secret, _ := f.enrols(tech)
	if f.usesCode(tech, f.codeIn(secret, 0)) {
		t.Error("the code that proved the enrolment is good again")
	}
	for _, c := range []struct {
		name  string
		steps int
		want  bool
	}{
		{"two steps ahead", 2, false}, {"a step ahead", 1, true}, {"the same again", 1, false},
		{"an earlier one, though its time is now", 0, false}, {"the one before", -1, false},
	} {
		if got := f.usesCode(tech, f.codeIn(secret, c.steps)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	f.clock.add(3 * factorStep * time.Second)
	for _, c := range []struct {
		name  string
		steps int
		want  bool
	}{{"two steps ago", -2, false}, {"a step ago", -1, true}, {"now", 0, true}} {
		if got := f.usesCode(tech, f.codeIn(secret, c.steps)); got != c.want {
			t.Errorf("later, %s: %v", c.name, got)
		}
	}
	f.clock.add(2 * factorStep * time.Second)
	code := f.codeIn(secret, 0)
	for _, wrong := range []string{"", code[:5], code + "1", "１２３４５６", "abcdef", strings.Repeat("1", 1<<16)} {
		if f.usesCode(tech, wrong) {
			t.Errorf("%.20q is taken", wrong)
		}
	}
	if !f.usesCode(tech, " "+code[:3]+"\u00a0"+code[3:]+"\n") {
		t.Error("a code as an app shows it isn't taken")
	}
	none := f.user(a.owner, a.main.ID, "none", 0)
	if f.usesCode(none, code) || f.usesCode(domain.Actor{Account: a.account.ID, User: domain.ID{9}}, code) {
		t.Error("somebody without a second factor has a code")
	}
}

func TestTheSameCodeManyTimesAtOnceIsGoodOnce(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.user(a.owner, a.main.ID, "tech", 0)
	secret, recovery := f.enrols(tech)
	f.clock.add(3 * factorStep * time.Second)
	for _, code := range []string{f.codeIn(secret, 0), recovery[3]} {
		var right int
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				err := f.updateFree(f.ctx, operator, func(tx *tx) error {
					tx.quiet = true
					ok, err := tx.useCode(tech.Account, tech.User, code)
					mu.Lock()
					defer mu.Unlock()
					if ok {
						right++
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if right != 1 {
			t.Errorf("%d times", right)
		}
	}
}

func TestRecoveryCodesAreGoodOnce(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.atConsole(f.user(a.owner, a.main.ID, "tech", 0))
	other := f.user(a.owner, a.main.ID, "other", 0)
	_, codes := f.enrols(tech)
	f.enrols(other)
	left := func() int {
		standing, err := f.Standing(f.ctx, tech)
		f.must(err)
		return standing.RecoveryLeft
	}
	if len(codes) != recoveryCodes || left() != recoveryCodes || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != recoveryCodes {
		t.Fatalf("%d left of %q", left(), codes)
	}
	if f.usesCode(other, codes[0]) {
		t.Error("it is good for another user")
	}
	forms := []string{codes[0], strings.ToLower(codes[1]), strings.ReplaceAll(codes[2], "-", ""), " " + strings.ReplaceAll(codes[3], "-", " - ") + "\n"}
	for i, code := range forms {
		if !f.usesCode(tech, code) || f.usesCode(tech, codes[i]) {
			t.Errorf("%q isn't good exactly once", code)
		}
	}
	if e := f.lastEntry(a.account.ID); e.action != "recovery_code.use" || e.object != tech.User || e.changes[0] != (change{"recovery_codes", "7", "6"}) {
		t.Errorf("%+v", e)
	}
	if left() != 6 {
		t.Errorf("%d left", left())
	}
	renewed, err := f.NewRecoveryCodes(f.ctx, tech)
	f.must(err)
	if left() != recoveryCodes || f.usesCode(tech, codes[9]) || !f.usesCode(tech, renewed[9]) {
		t.Error("new ones aren't in the place of those before")
	}
	f.clock.add(6 * time.Minute)
	_, err = f.NewRecoveryCodes(f.ctx, tech)
	kind(t, err, domain.Unproven)
	_, err = f.NewRecoveryCodes(f.ctx, f.atConsole(f.user(a.owner, a.main.ID, "none", 0)))
	kind(t, err, domain.Conflict)
}

func TestNothingIsStoredBeforeACodeProvesIt(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.atConsole(f.user(a.owner, a.main.ID, "tech", 0))
	before := f.dumped(domain.ID{})
	offered, err := f.BeginEnrolment(f.ctx, tech)
	f.must(err)
	another, err := f.BeginEnrolment(f.ctx, tech)
	f.must(err)
	if raw, ok := readFactor(offered.Secret); !ok || len(raw) != 20 || offered.Secret == another.Secret {
		t.Errorf("%+v", offered)
	}
	for _, c := range []struct{ secret, code, field string }{
		{offered.Secret, f.codeIn(offered.Secret, 2), "code"}, {offered.Secret, "", "code"}, {offered.Secret, f.codeIn(another.Secret, 0), "code"},
		{"", "123456", "secret"}, {"MFRGG", "123456", "secret"}, {offered.Secret + "AAAA", "123456", "secret"}, {"\xff", "\xff", "secret"},
	} {
		_, err := f.Enrol(f.ctx, tech, c.secret, c.code)
		kind(t, err, domain.Invalid)
		if e, _ := err.(*domain.Error); e == nil || e.Field != c.field {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for key, value := range f.dumped(domain.ID{}) {
		if before[key] != value {
			t.Errorf("%.30q changed", key)
		}
	}
	codes, err := f.Enrol(f.ctx, tech, strings.ToLower(offered.Secret[:4])+" "+offered.Secret[4:], f.codeIn(offered.Secret, 0))
	f.must(err)
	standing, err := f.Standing(f.ctx, tech)
	f.must(err)
	if !standing.Enrolled || standing.Gate != domain.GateOpen || len(codes) != recoveryCodes {
		t.Errorf("%+v", standing)
	}
	if e := f.lastEntry(a.account.ID); e.action != "second_factor.enrol" || e.object != tech.User {
		t.Errorf("%+v", e)
	}
	_, err = f.BeginEnrolment(f.ctx, a.operator())
	kind(t, err, domain.Refused)
}

// TestEnrollingPassesItsGateAndNoOther: forced, it is the way in; owed a code, it
// would be the way round.
func TestEnrollingPassesItsGateAndNoOther(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	tech := f.atConsole(f.user(a.owner, nordics.ID, "tech", 0))
	elsewhere := f.atConsole(tech)
	nordics.Security.ForceSecondFactor = true
	_, err := f.EditCustomer(f.ctx, a.owner, nordics)
	f.must(err)
	if got := f.gate(tech); got != domain.GateEnrol {
		t.Fatal(got)
	}
	_, err = f.SSHKeys(f.ctx, tech, domain.ID{})
	kind(t, err, domain.Gated)
	f.enrols(tech)
	if got := f.gate(tech); got != domain.GateOpen {
		t.Error(got)
	}
	if got := f.gate(elsewhere); got != domain.GateCode {
		t.Errorf("another session of theirs: %v", got)
	}
	_, err = f.BeginEnrolment(f.ctx, elsewhere)
	kind(t, err, domain.Gated)
	_, err = f.Enrol(f.ctx, elsewhere, "", "")
	kind(t, err, domain.Gated)
	kind(t, f.DropFactor(f.ctx, elsewhere), domain.Gated)
}

func TestAFactorHoldsUntilItsSuccessorIsProven(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.atConsole(f.user(a.owner, a.main.ID, "tech", 0))
	elsewhere := f.atConsole(tech)
	first, codes := f.enrols(tech)
	f.clock.add(6 * time.Minute)
	_, err := f.BeginEnrolment(f.ctx, tech)
	kind(t, err, domain.Unproven)
	f.inTx(func(tx *tx) error { // they typed their password again
		_, err := tx.rights(tech)
		tx.session.Proven = timeToRecord(tx.now)
		return firstOf(err, tx.put(tableSession, key3(tech.Account, tech.User, tech.Session), encode(*tx.session)))
	})
	offered, err := f.BeginEnrolment(f.ctx, tech)
	f.must(err)
	_, err = f.Enrol(f.ctx, tech, offered.Secret, f.codeIn(first, 0))
	kind(t, err, domain.Invalid)
	if !f.usesCode(tech, f.codeIn(first, 0)) || !f.usesCode(tech, codes[0]) {
		t.Error("the one before holds no more")
	}
	_, err = f.Enrol(f.ctx, tech, offered.Secret, f.codeIn(offered.Secret, 0))
	f.must(err)
	f.clock.add(2 * factorStep * time.Second)
	if f.usesCode(tech, f.codeIn(first, 0)) || f.usesCode(tech, codes[1]) || !f.usesCode(tech, f.codeIn(offered.Secret, 0)) {
		t.Error("it is the one before still")
	}
	if e := f.lastEntry(a.account.ID); e.action != "second_factor.replace" {
		t.Errorf("%+v", e)
	}
	if got := f.gate(tech); got != domain.GateOpen {
		t.Error(got)
	}
	_, err = f.Standing(f.ctx, elsewhere)
	kind(t, err, domain.Unauthenticated)
}

func TestAFactorIsDroppedWhereNobodyForcesIt(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	aarhus := f.customer(a.owner, nordics.ID, "Aarhus")
	tech := f.atConsole(f.user(a.owner, aarhus.ID, "tech", 0))
	kind(t, f.DropFactor(f.ctx, tech), domain.Conflict)
	f.enrols(tech)
	force := func(c *domain.Customer, on bool) {
		c.Security.ForceSecondFactor = on
		edited, err := f.EditCustomer(f.ctx, a.owner, *c)
		f.must(err)
		*c = edited
	}
	refused := func(says string) {
		t.Helper()
		err := f.DropFactor(f.ctx, tech)
		kind(t, err, domain.Refused)
		if !strings.Contains(err.Error(), says) || says != "Nordics/Aarhus" && strings.Contains(err.Error(), "Nordics") {
			t.Error(err)
		}
	}
	force(&nordics, true)
	refused("a customer above yours")
	force(&aarhus, true)
	refused("Nordics/Aarhus")
	force(&nordics, false)
	force(&aarhus, false)
	account := a.account
	account.Security.ForceSecondFactor = true
	_, err := f.EditAccount(f.ctx, a.owner, account)
	f.must(err)
	refused("the account")
	account.Security.ForceSecondFactor, account.Version = false, 0
	_, err = f.EditAccount(f.ctx, a.owner, account)
	f.must(err)
	f.clock.add(6 * time.Minute)
	kind(t, f.DropFactor(f.ctx, tech), domain.Unproven)
	tech = f.atConsole(tech)
	kind(t, f.DropFactor(f.ctx, tech), domain.Gated) // the code is due in the new one
	f.must(f.DropFactor(f.ctx, domain.Actor{Account: tech.Account, User: tech.User, Door: domain.DoorMachine}))
	if got := f.gate(tech); got != domain.GateOpen {
		t.Error(got)
	}
}

func TestAFactorIsResetByWhoMay(t *testing.T) {
	const aa, nca = domain.AccountAdministrator, domain.NestedCustomerAdministrator
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	iberia := f.customer(a.owner, a.main.ID, "Iberia")
	admin := f.user(a.owner, nordics.ID, "admin", aa)
	tech := f.atConsole(f.user(a.owner, nordics.ID, "tech", 0))
	higher := f.user(a.owner, nordics.ID, "higher", aa|nca)
	far := f.user(a.owner, iberia.ID, "far", 0)
	for _, who := range []domain.Actor{admin, tech, higher, far} {
		f.enrols(who)
	}
	for _, c := range []struct {
		name     string
		by, whom domain.Actor
		want     domain.Kind
	}{
		{"oneself", admin, admin, domain.Refused}, {"above the ceiling", admin, higher, domain.Refused}, {"out of reach", admin, far, domain.NotFound},
		{"nobody", admin, domain.Actor{}, domain.NotFound}, {"by who may not", tech, admin, domain.NotFound}, {"the owner", higher, a.owner, domain.NotFound},
	} {
		if got := domain.KindOf(f.ResetFactor(f.ctx, c.by, c.whom.User)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	f.must(f.ResetFactor(f.ctx, admin, tech.User))
	if e := f.lastEntry(a.account.ID); e.action != "second_factor.reset" || e.object != tech.User || e.user != admin.User || e.changes[0].new != "1" {
		t.Errorf("%+v", e)
	}
	_, err := f.Standing(f.ctx, tech)
	kind(t, err, domain.Unauthenticated)
	kind(t, f.ResetFactor(f.ctx, admin, tech.User), domain.Conflict)
	f.must(f.ResetFactor(f.ctx, a.operator(), higher.User))
}

// TestWhoForcesAFactorHasOne: or the first whom it locks out is who could take
// it back.
func TestWhoForcesAFactorHasOne(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	owner := f.atConsole(a.owner)
	nordics.Security.ForceSecondFactor = true
	account := a.account
	account.Security.ForceSecondFactor = true
	force := func() map[string]error {
		account.Version, nordics.Version = 0, 0
		_, edited := f.EditAccount(f.ctx, owner, account)
		_, changed := f.EditCustomer(f.ctx, owner, nordics)
		_, made := f.CreateCustomer(f.ctx, owner, domain.Customer{Parent: nordics.ID, Name: "Aarhus", Security: domain.Security{ForceSecondFactor: true}})
		return map[string]error{"the account": edited, "a customer": changed, "a new customer": made}
	}
	for what, err := range force() {
		if e, _ := err.(*domain.Error); e == nil || e.Kind != domain.Refused || e.Field != "force_second_factor" || !strings.Contains(e.Text, "Profile") {
			t.Errorf("%s: %v", what, err)
		}
	}
	f.enrols(owner)
	for what, err := range force() {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	// What is forced already may be edited, and let go, by those who have none.
	f.must(f.DB.updateFree(f.ctx, operator, func(tx *tx) error { tx.quiet = true; return tx.deleteFactor(owner.Account, owner.User) }))
	trusted := a.owner
	nordics.Email, nordics.Version = "n@acme.example", 0
	_, err := f.EditCustomer(f.ctx, trusted, nordics)
	f.must(err)
}

func TestThoseWithoutAFactorAreListed(t *testing.T) {
	const aa, nca = domain.AccountAdministrator, domain.NestedCustomerAdministrator
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	aarhus := f.customer(a.owner, nordics.ID, "Aarhus")
	nora := f.user(a.owner, nordics.ID, "nora", aa|nca)
	f.enrols(nora)
	f.user(a.owner, aarhus.ID, "tech", 0)
	gone := f.user(a.owner, aarhus.ID, "gone", 0)
	f.inTx(func(tx *tx) error {
		u, err := tx.user(gone.Account, gone.User)
		if err != nil {
			return err
		}
		u.Inactive = true
		return tx.putUser(*u)
	})
	admin := f.user(a.owner, nordics.ID, "admin", aa)
	for _, c := range []struct {
		name     string
		who      domain.Actor
		customer domain.ID
		want     []string
	}{
		{"the owner of the account", a.owner, domain.ID{}, []string{"owner-acme", "admin", "tech"}},
		{"the owner of a customer", a.owner, aarhus.ID, []string{"tech"}},
		{"who reaches below", nora, domain.ID{}, []string{"admin", "tech"}},
		{"who may list none below", admin, nordics.ID, []string{"admin"}},
	} {
		var got []string
		page := Page{Limit: 1}
		for {
			list, err := f.Unenrolled(f.ctx, c.who, c.customer, page)
			f.must(err)
			if list.Total != len(c.want) {
				t.Errorf("%s: %d", c.name, list.Total)
			}
			for _, row := range list.Rows {
				got = append(got, row.Username)
			}
			if page.Cursor = list.Next; page.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	_, err := f.Unenrolled(f.ctx, nora, a.main.ID, Page{})
	kind(t, err, domain.NotFound)
	_, err = f.Unenrolled(f.ctx, f.user(a.owner, nordics.ID, "none", 0), nordics.ID, Page{})
	kind(t, err, domain.Refused)
}

// TestTheURLFitsItsQRCode: what every app reads is in it, and for the longest
// username it stays within the code that a small terminal has room for.
func TestTheURLFitsItsQRCode(t *testing.T) {
	secret := strings.Repeat("A", 32)
	for _, c := range []struct {
		username string
		issuer   bool
	}{{"ann", true}, {"a." + strings.Repeat("n", 24), true}, {"a_" + strings.Repeat("n", 25), false}, {strings.Repeat("n", 30) + "-x", false}} {
		text := factorURL(c.username, secret)
		u, err := url.Parse(text)
		if err != nil || len(text) > longestURL {
			t.Fatalf("%d bytes: %s %v", len(text), text, err)
		}
		q := u.Query()
		if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Tenantry:"+c.username || q.Get("secret") != secret || q.Has("issuer") != c.issuer {
			t.Error(text)
		}
	}
}

// TestSecretsOfTheSecondFactorAreNowhereReadable: neither in the file nor in the
// audit trail nor in an error, whatever becomes of them.
func TestSecretsOfTheSecondFactorAreNowhereReadable(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tech := f.atConsole(f.user(a.owner, a.main.ID, "tech", 0))
	var hidden []string
	hide := func(text string) { hidden = append(hidden, text) }
	secretToo := func(text string) {
		raw, _ := readFactor(text)
		hide(text)
		hide(strings.ToLower(text))
		hide(string(raw))
		hide(hex.EncodeToString(raw))
	}
	codesToo := func(codes []string) {
		for _, code := range codes {
			folded, _ := foldCode(code)
			hide(code)
			hide(folded)
		}
	}
	key, err := readKey(KeyPath(f.Path()))
	f.must(err)
	hide(string(key[:]))
	hide(hex.EncodeToString(key[:]))
	var said []string
	for range 2 {
		offered, err := f.BeginEnrolment(f.ctx, tech)
		f.must(err)
		_, err = f.Enrol(f.ctx, tech, offered.Secret, "000000")
		said = append(said, fmt.Sprintf("%+v %#v", err, err))
		codes, err := f.Enrol(f.ctx, tech, offered.Secret, f.codeIn(offered.Secret, 0))
		f.must(err)
		secretToo(offered.Secret)
		codesToo(codes)
		f.usesCode(tech, codes[1])
	}
	codes, err := f.NewRecoveryCodes(f.ctx, tech)
	f.must(err)
	codesToo(codes)
	look := func() {
		t.Helper()
		file, err := os.ReadFile(f.Path())
		f.must(err)
		for number := uint64(1); number <= f.lastEntry(a.account.ID).number; number++ {
			f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
				e, err := tx.entryNumbered(a.account.ID, number)
				said = append(said, fmt.Sprintf("%+v", e))
				return err
			}))
		}
		for _, text := range append(said, string(file)) {
			for _, secret := range hidden {
				if strings.Contains(text, secret) {
					t.Errorf("%q is in %.100q", secret, text)
				}
			}
		}
	}
	look()
	f.must(f.DropFactor(f.ctx, tech))
	f.reopen()
	look()
}
