package store

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// token makes a token of somebody's that lasts for 30 days.
func (f *fixture) token(who domain.Actor, name string) Token {
	f.t.Helper()
	t, _ := f.mints(who, NewToken{Name: name})
	return t
}

// mints makes a token, of 30 days where no end is said.
func (f *fixture) mints(who domain.Actor, n NewToken) (Token, string) {
	f.t.Helper()
	if n.ExpiresAt.IsZero() {
		n.ExpiresAt = f.clock.now.Add(30 * 24 * time.Hour)
	}
	t, text, err := f.CreateToken(f.ctx, who, n)
	f.must(err)
	return t, text
}

// shows is whoever shows a token from an address.
func (f *fixture) shows(text string) domain.Actor {
	f.t.Helper()
	actor, err := f.Bearer(f.ctx, "192.0.2.7", text)
	f.must(err)
	return actor
}

func TestATokenIsItsOwnerThroughTheAPI(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	ada := f.user(a.owner, a.main.ID, "ada", domain.AccountAdministrator)
	f.change(ada, func(u *domain.User) { u.MustChange = false })
	made, text := f.mints(ada, NewToken{Name: "  fleet  sync "})
	if made.Name != "fleet sync" || made.State != domain.TokenActive || !made.Own || made.Username != "ada" || !strings.HasPrefix(text, made.Prefix) || !made.UsedAt.IsZero() {
		t.Errorf("%+v", made)
	}
	if e := f.lastEntry(a.account.ID); e.action != "token.create" || e.object != made.ID || e.name != "fleet sync" {
		t.Errorf("%+v", e)
	}
	by := f.shows(text)
	if by.Account != ada.Account || by.User != ada.User || by.Token != made.ID || by.Door != domain.DoorAPI || by.From != "192.0.2.7 (token fleet sync)" {
		t.Errorf("%+v", by)
	}
	f.customerFails(by) // what she may not, it may not
	created, err := f.CreateUser(f.ctx, by, domain.User{Customer: a.main.ID, Username: "tom"}, Start{})
	f.must(err)
	if e := f.lastEntry(a.account.ID); e.user != ada.User || e.door != domain.DoorAPI || !strings.Contains(e.from, "fleet sync") || e.object != created.User.ID {
		t.Errorf("%+v", e)
	}
	now, err := f.Token(f.ctx, ada, made.ID)
	f.must(err)
	if now.UsedFrom != "192.0.2.7" || now.UsedAt.IsZero() {
		t.Errorf("%+v", now)
	}
	before := f.commits()
	f.shows(text)
	if f.commits() != before {
		t.Error("a commit for a use just after the last one")
	}
	f.clock.add(usedStep)
	f.shows(text)
	if f.commits() != before+1 {
		t.Error("the use isn't noted")
	}
}

func (f *fixture) customerFails(by domain.Actor) {
	f.t.Helper()
	_, err := f.CreateCustomer(f.ctx, by, domain.Customer{Name: "Mine"})
	kind(f.t, err, domain.Refused)
}

// TestATokenEnds: whoever holds its secret hears why, and an actor that is in
// already is out with the next operation.
func TestATokenEnds(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(f *fixture, a tenant, tom domain.Actor, made Token)
		says string
		kind domain.Kind // of an operation of somebody who was let in before
	}{
		"expired": {func(f *fixture, _ tenant, _ domain.Actor, _ Token) { f.clock.add(30 * 24 * time.Hour) }, "has expired", domain.Unauthenticated},
		"revoked by its owner": {func(f *fixture, _ tenant, tom domain.Actor, made Token) { f.must(f.RevokeToken(f.ctx, tom, made.ID)) },
			"was revoked", domain.Unauthenticated},
		"revoked by an administrator": {func(f *fixture, a tenant, tom domain.Actor, _ Token) {
			n, err := f.RevokeTokens(f.ctx, a.owner, tom.User)
			f.must(err)
			if n != 1 {
				f.t.Errorf("%d revoked", n)
			}
		}, "was revoked", domain.Unauthenticated},
		"its owner inactive": {func(f *fixture, a tenant, tom domain.Actor, _ Token) {
			f.must(f.SetUserActive(f.ctx, a.owner, tom.User, false))
		},
			"is suspended", domain.Unauthenticated},
		"the account suspended": {func(f *fixture, a tenant, _ domain.Actor, _ Token) {
			account, err := f.Account(f.ctx, a.operator())
			f.must(err)
			account.Suspended = true
			_, err = f.EditAccount(f.ctx, a.operator(), account.Account)
			f.must(err)
		}, "is suspended", domain.Unauthenticated},
		"its owner deleted": {func(f *fixture, a tenant, tom domain.Actor, _ Token) { f.must(f.DeleteUser(f.ctx, a.owner, tom.User)) },
			errToken().Error(), domain.Unauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			f := create(t)
			a := f.tenant("Acme")
			tom := f.user(a.owner, a.main.ID, "tom", domain.FleetManagement)
			f.change(tom, func(u *domain.User) { u.MustChange = false })
			made, text := f.mints(tom, NewToken{Name: "sync"})
			by := f.shows(text)
			_, err := f.Standing(f.ctx, by)
			f.must(err)
			test.do(f, a, tom, made)
			_, err = f.Bearer(f.ctx, "192.0.2.7", text)
			kind(t, err, domain.Unauthenticated)
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v", err)
			}
			_, err = f.Standing(f.ctx, by)
			kind(t, err, test.kind)
			_, err = f.Users(f.ctx, by, UserQuery{})
			kind(t, err, test.kind)
			// The same identity with another secret hears nothing of it.
			shown, _ := domain.ParseTokenText(text)
			shown.Secret[3] ^= 1
			_, err = f.Bearer(f.ctx, "192.0.2.8", shown.String())
			if err == nil || err.Error() != errToken().Error() {
				t.Errorf("without the secret: %v", err)
			}
		})
	}
}

func TestASuspendedTokenComesBack(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tom := f.user(a.owner, a.main.ID, "tom", 0)
	f.change(tom, func(u *domain.User) { u.MustChange = false })
	made, text := f.mints(tom, NewToken{Name: "sync"})
	f.must(f.SetUserActive(f.ctx, a.owner, tom.User, false))
	if row, err := f.Token(f.ctx, a.owner, made.ID); err != nil || row.State != domain.TokenSuspended {
		t.Errorf("%+v, %v", row, err)
	}
	f.must(f.SetUserActive(f.ctx, a.owner, tom.User, true))
	_, err := f.Standing(f.ctx, f.shows(text))
	f.must(err)
}

// TestATokenThatIsNotKnownIsLikeAnyOther: the same words, and one count of its
// address with the sign-ins from there. Good tokens get in all the same.
func TestATokenThatIsNotKnownIsLikeAnyOther(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	_, text := f.mints(a.owner, NewToken{Name: "sync"})
	whole, _ := domain.ParseTokenText(text)
	made := whole
	made.Secret[0] ^= 1
	none := whole
	none.ID[0] ^= 1
	refused := func(from, text string) {
		t.Helper()
		actor, err := f.Bearer(f.ctx, from, text)
		if err == nil || domain.KindOf(err) != domain.Unauthenticated || err.Error() != errToken().Error() || actor != (domain.Actor{}) {
			t.Errorf("%v, %+v", err, actor)
		}
	}
	before := f.commits()
	for _, not := range []string{"", "tenantry_", text[1:], text + "a", strings.ToUpper(text), text[:len(text)-1] + "0"} {
		refused("192.0.2.1", not)
	}
	if f.commits() != before || len(f.addresses()) != 0 {
		t.Error("a text that is no token was looked up")
	}
	for range freeFailures {
		refused("192.0.2.1", made.String())
		refused("192.0.2.2:443", none.String())
	}
	for _, from := range []string{"192.0.2.1", "192.0.2.2"} {
		if r := f.addresses()[from]; r.Count != freeFailures {
			t.Errorf("%s: %+v", from, r)
		}
	}
	before = f.commits()
	refused("192.0.2.1", made.String())
	if f.commits() != before {
		t.Error("an address that waits keeps the disk busy")
	}
	_, err := f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1:4022", "owner-acme", goodPassword)
	kind(t, err, domain.Unauthenticated)
	if _, err := f.Bearer(f.ctx, "192.0.2.1", text); err != nil {
		t.Errorf("others keep a good token out: %v", err)
	}
}

// TestNoMutatedTokenIsAccepted: a million of them in the long run.
func TestNoMutatedTokenIsAccepted(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	_, text := f.mints(a.owner, NewToken{Name: "sync"})
	n := 100_000
	switch {
	case os.Getenv("TENANTRY_LONG") != "":
		n = 1_000_000
	case testing.Short():
		n = 5_000
	}
	r := rand.New(rand.NewPCG(1, 9))
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	for i := range n {
		changed := []byte(text)
		for range 1 + r.IntN(4) {
			changed[len("tenantry_")+r.IntN(len(changed)-len("tenantry_"))] = letters[r.IntN(len(letters))]
		}
		if i%10 == 0 { // with the checksum put right
			shown, _ := domain.ParseTokenText(text)
			shown.Secret[r.IntN(len(shown.Secret))] ^= 1 << r.IntN(8)
			if i%20 == 0 {
				shown.ID[r.IntN(len(shown.ID))] ^= 1 << r.IntN(8)
			}
			changed = []byte(shown.String())
		}
		if string(changed) == text {
			continue
		}
		if actor, err := f.Bearer(f.ctx, "192.0.2.1", string(changed)); err == nil {
			t.Fatalf("%q is accepted as %+v", changed, actor)
		}
	}
}

func TestAReadOnlyTokenChangesNothing(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	_, text := f.mints(a.owner, NewToken{Name: "reports", ReadOnly: true})
	by := f.shows(text)
	tree, err := f.Customers(f.ctx, by)
	f.must(err)
	if tree.Tree.Len() != 1 {
		t.Errorf("%d customers", tree.Tree.Len())
	}
	before := f.dumped(a.account.ID)
	tom := f.token(a.owner, "other")
	for name, do := range map[string]func() error{
		"create": func() error { _, err := f.CreateCustomer(f.ctx, by, domain.Customer{Name: "Mine"}); return err },
		"edit": func() error {
			_, err := f.EditCustomer(f.ctx, by, domain.Customer{ID: a.main.ID, Name: "Mine"})
			return err
		},
		"revoke": func() error { return f.RevokeToken(f.ctx, by, tom.ID) },
		"none":   func() error { return f.RevokeToken(f.ctx, by, domain.ID{9}) }, // and tells nothing by it
		"reset": func() error {
			_, err := f.ResetPassword(f.ctx, by, a.owner.User, Start{Password: goodPassword})
			return err
		},
		"edit profile": func() error { _, err := f.EditProfile(f.ctx, by, Profile{FullName: "Me"}); return err },
	} {
		err := do()
		if domain.KindOf(err) != domain.Refused || err.Error() != errReadOnly().Error() {
			t.Errorf("%s: %v", name, err)
		}
	}
	for key, value := range f.dumped(a.account.ID) {
		if !strings.HasPrefix(key, "token") && before[key] != value {
			t.Errorf("%q changed", key)
		}
	}
}

// TestWhatNoTokenDoes: nothing by which it would outlive itself or take its
// owner over, whatever the rights.
func TestWhatNoTokenDoes(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tom := f.user(a.owner, a.main.ID, "tom", domain.AllGroups&^domain.AccessControlManagement)
	f.change(tom, func(u *domain.User) { u.MustChange = false })
	_, text := f.mints(a.owner, NewToken{Name: "sync"})
	by := f.shows(text)
	refused := func(what string, err error) {
		t.Helper()
		if domain.KindOf(err) != domain.Refused || err.Error() != errNotByToken().Error() {
			t.Errorf("%s: %v", what, err)
		}
	}
	before := f.dumped(a.account.ID)
	for _, enrolled := range []bool{false, true} {
		if enrolled {
			f.enrolled(a.owner)
			before = f.dumped(a.account.ID)
		}
		_, _, err := f.CreateToken(f.ctx, by, NewToken{Name: "child", ExpiresAt: f.clock.now.Add(time.Hour)})
		refused("CreateToken", err)
		refused("SetPassword", f.SetPassword(f.ctx, by, goodPassword, "wide river stone bridge"))
		_, err = f.BeginEnrolment(f.ctx, by)
		refused("BeginEnrolment", err)
		_, err = f.Enrol(f.ctx, by, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "123456")
		refused("Enrol", err)
		_, err = f.NewRecoveryCodes(f.ctx, by)
		refused("NewRecoveryCodes", err)
		refused("DropFactor", f.DropFactor(f.ctx, by))
		refused("Confirm", f.Confirm(f.ctx, by, goodPassword))
		refused("GiveCode", f.GiveCode(f.ctx, by, "123456"))
		_, err = f.AddSSHKeys(f.ctx, by, furnishedKey, "")
		refused("AddSSHKeys", err)
		refused("HandOver", f.HandOver(f.ctx, by, tom.User))
		_, err = f.EditProfile(f.ctx, by, Profile{Email: "thief@acme.example", FullName: "Olga Owner"})
		refused("a new address for one's codes", err)
		for key, value := range f.dumped(a.account.ID) {
			if before[key] != value {
				t.Errorf("%q changed", key)
			}
		}
	}
}

// TestATokenGoesRoundNoGate: who is due a new password or a second factor gets
// nowhere by their tokens either, and through when that is done.
func TestATokenGoesRoundNoGate(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tom := f.user(a.owner, a.main.ID, "tom", domain.FleetManagement)
	_, text := f.mints(tom, NewToken{Name: "sync"})
	gated := func(want domain.Gate) {
		t.Helper()
		by := f.shows(text)
		_, err := f.Users(f.ctx, by, UserQuery{})
		if want == domain.GateOpen {
			f.must(err)
			return
		}
		if domain.KindOf(err) != domain.Gated || err.Error() != want.Err().Error() {
			t.Errorf("%v, not %v", err, want)
		}
		_, err = f.EditProfile(f.ctx, by, Profile{FullName: "Me"})
		kind(t, err, domain.Gated)
		if s, err := f.Standing(f.ctx, by); err != nil || s.Gate != want {
			t.Errorf("%v, %v", s.Gate, err)
		}
	}
	gated(domain.GatePassword)
	f.change(tom, func(u *domain.User) { u.MustChange = false })
	gated(domain.GateOpen)
	_, err := f.EditCustomer(f.ctx, a.owner, domain.Customer{ID: a.main.ID, Name: a.main.Name, Security: domain.Security{ForceSecondFactor: true}})
	f.must(err)
	gated(domain.GateEnrol)
	f.enrolled(tom) // a token stands for the code
	gated(domain.GateOpen)
}

func TestHowLongATokenMayLast(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	day := 24 * time.Hour
	tries := func(days int, end time.Time) error {
		account, err := f.Account(f.ctx, a.operator())
		f.must(err)
		account.Limits.TokenDays = days
		_, err = f.EditAccount(f.ctx, a.operator(), account.Account)
		f.must(err)
		made, _, err := f.CreateToken(f.ctx, a.owner, NewToken{Name: "sync", ExpiresAt: end})
		if err == nil {
			f.must(f.RevokeToken(f.ctx, a.owner, made.ID))
		}
		return err
	}
	now := f.clock.now
	for name, test := range map[string]struct {
		days int
		end  time.Time
		good bool
	}{
		"a year":                  {365, now.Add(365 * day), true},
		"a day more":              {365, now.Add(366 * day), false},
		"never":                   {365, time.Time{}, false},
		"now":                     {365, now, false},
		"before":                  {365, now.Add(-day), false},
		"never where that may be": {domain.TokensNeverEnd, time.Time{}, true},
		"long where that may be":  {domain.TokensNeverEnd, now.Add(9000 * day), true},
		"beyond every calendar":   {domain.TokensNeverEnd, time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC), false},
		"as the account says":     {30, now.Add(30 * day), true},
		"longer than it says":     {30, now.Add(31 * day), false},
	} {
		err := tries(test.days, test.end)
		if test.good {
			f.must(err)
			continue
		}
		kind(t, err, domain.Invalid)
		if e := err.(*domain.Error); e.Field != "expires_at" {
			t.Errorf("%s: on %q: %v", name, e.Field, err)
		}
	}
}

func TestATokenNeedsAFreshConfirmation(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	who := f.seat(a.owner)
	n := NewToken{Name: "sync", ExpiresAt: f.clock.now.Add(time.Hour)}
	f.clock.add(confirmed)
	_, _, err := f.CreateToken(f.ctx, who, n)
	kind(t, err, domain.Unproven)
	f.must(f.Confirm(f.ctx, who, goodPassword))
	_, _, err = f.CreateToken(f.ctx, who, n)
	f.must(err)
	_, _, err = f.CreateToken(f.ctx, a.operator(), n)
	kind(t, err, domain.Refused)
	_, _, err = f.CreateToken(f.ctx, who, n)
	kind(t, err, domain.Conflict) // of that name there is one
	n.Name = "\x1b[31m"
	_, _, err = f.CreateToken(f.ctx, who, n)
	kind(t, err, domain.Invalid)
}

func TestThereAreOnlySoManyTokens(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	for i := range domain.MaxTokens {
		f.token(a.owner, fmt.Sprint("token ", i))
	}
	_, _, err := f.CreateToken(f.ctx, a.owner, NewToken{Name: "one more", ExpiresAt: f.clock.now.Add(time.Hour)})
	kind(t, err, domain.Conflict)
	n, err := f.RevokeTokens(f.ctx, a.owner, domain.ID{})
	f.must(err)
	if n != domain.MaxTokens {
		t.Errorf("%d revoked", n)
	}
	for i := range domain.MaxTokens + 3 { // ended ones are let go of
		made := f.token(a.owner, fmt.Sprint("token ", i))
		f.must(f.RevokeToken(f.ctx, a.owner, made.ID))
	}
	list, err := f.Tokens(f.ctx, a.owner, TokenQuery{})
	f.must(err)
	if list.Total != endedMost+1 {
		t.Errorf("%d are kept", list.Total)
	}
	f.clock.add(endedKept)
	f.token(a.owner, "late")
	list, err = f.Tokens(f.ctx, a.owner, TokenQuery{})
	f.must(err)
	if list.Total != 1 {
		t.Errorf("%d are kept", list.Total)
	}
}

func TestTheListOfTokens(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	ada := f.user(a.owner, nordics.ID, "ada", domain.AccountAdministrator)
	tom := f.user(a.owner, nordics.ID, "tom", domain.FleetManagement)
	nora := f.user(a.owner, nordics.ID, "nora", domain.NestedCustomerAdministrator)
	f.token(a.owner, "owner's")
	f.token(b.owner, "bolt's")
	f.token(nora, "nora's")
	f.token(ada, "ada's")
	first := f.token(tom, "tom's first")
	f.clock.add(20 * 24 * time.Hour)
	f.mints(tom, NewToken{Name: "tom's second", ReadOnly: true})
	names := func(who domain.Actor, q TokenQuery) []string {
		t.Helper()
		list, err := f.Tokens(f.ctx, who, q)
		f.must(err)
		var names []string
		for _, row := range list.Rows {
			names = append(names, row.Name)
		}
		if list.Total < len(names) {
			t.Errorf("%d in all", list.Total)
		}
		return names
	}
	for name, test := range map[string]struct {
		who  domain.Actor
		q    TokenQuery
		want []string
	}{
		"ada's own and tom's, not nora's above her": {ada, TokenQuery{}, []string{"ada's", "tom's second", "tom's first"}},
		"tom's own, who manages nobody":             {tom, TokenQuery{}, []string{"tom's second", "tom's first"}},
		"the owner's":                               {a.owner, TokenQuery{}, []string{"owner's", "ada's", "nora's", "tom's second", "tom's first"}},
		"the operator's":                            {a.operator(), TokenQuery{}, []string{"owner's", "ada's", "nora's", "tom's second", "tom's first"}},
		"of a customer":                             {a.owner, TokenQuery{Customer: nordics.ID}, []string{"ada's", "nora's", "tom's second", "tom's first"}},
		"of a customer itself":                      {a.owner, TokenQuery{Customer: a.main.ID}, []string{"owner's"}},
		"and below":                                 {a.owner, TokenQuery{Customer: a.main.ID, Below: true}, []string{"owner's", "ada's", "nora's", "tom's second", "tom's first"}},
		"and one's own":                             {a.owner, TokenQuery{Customer: nordics.ID, Own: true, Filter: "owner"}, []string{"owner's"}},
		"of a user":                                 {ada, TokenQuery{User: tom.User}, []string{"tom's second", "tom's first"}},
		"by words":                                  {ada, TokenQuery{Filter: "TOM read-only"}, []string{"tom's second"}},
		"by state":                                  {ada, TokenQuery{Filter: "expiring tom"}, []string{"tom's first"}},
		"by prefix":                                 {ada, TokenQuery{Filter: first.Prefix}, []string{"tom's first"}},
	} {
		if got := names(test.who, test.q); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	var paged []string
	q := TokenQuery{Page: Page{Limit: 2}}
	for {
		list, err := f.Tokens(f.ctx, a.owner, q)
		f.must(err)
		for _, row := range list.Rows {
			paged = append(paged, row.Name)
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			break
		}
	}
	if !slices.Equal(paged, names(a.owner, TokenQuery{})) {
		t.Errorf("page by page: %q", paged)
	}
	_, err := f.Tokens(f.ctx, tom, TokenQuery{User: ada.User})
	kind(t, err, domain.Refused)
	_, err = f.Tokens(f.ctx, ada, TokenQuery{User: a.owner.User})
	kind(t, err, domain.NotFound)
	kind(t, f.RevokeToken(f.ctx, tom, f.token(ada, "another").ID), domain.NotFound)
	s, err := f.Standing(f.ctx, f.seat(tom))
	f.must(err)
	if len(s.EndingTokens) != 1 || s.EndingTokens[0].Name != "tom's first" {
		t.Errorf("%+v", s.EndingTokens)
	}
	detail, err := f.User(f.ctx, ada, tom.User)
	f.must(err)
	if detail.Tokens != 2 {
		t.Errorf("%d tokens", detail.Tokens)
	}
}

// TestTokensEndWithTheirCustomer: also those of users who move.
func TestTokensEndWithTheirCustomer(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics, iberia := f.customer(a.owner, a.main.ID, "Nordics"), f.customer(a.owner, a.main.ID, "Iberia")
	tom := f.user(a.owner, nordics.ID, "tom", 0)
	pilar := f.user(a.owner, iberia.ID, "pilar", 0)
	_, toms := f.mints(tom, NewToken{Name: "sync"})
	f.token(tom, "other")
	_, pilars := f.mints(pilar, NewToken{Name: "sync"})
	holds, err := f.CustomerContents(f.ctx, a.owner, nordics.ID)
	f.must(err)
	if holds.Tokens != 2 {
		t.Errorf("%+v", holds)
	}
	f.must(f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: nordics.ID, UsersTo: a.main.ID}))
	_, err = f.Bearer(f.ctx, "", toms)
	if err == nil || !strings.Contains(err.Error(), "was revoked") {
		t.Errorf("%v", err)
	}
	f.must(f.DeleteCustomer(f.ctx, a.owner, DeleteCustomer{ID: iberia.ID, DeleteUsers: true}))
	_, err = f.Bearer(f.ctx, "", pilars)
	if err == nil || err.Error() != errToken().Error() {
		t.Errorf("%v", err)
	}
	if n := len(f.keys(tableTokenOwner)); n != 2 {
		t.Errorf("%d tokens are in the index", n)
	}
}

// TestTheSecretOfATokenIsNowhere: not in the file, nor in anything that is said.
func TestTheSecretOfATokenIsNowhere(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	made, text := f.mints(a.owner, NewToken{Name: "sync"})
	f.shows(text)
	f.must(f.RevokeToken(f.ctx, a.owner, made.ID))
	_, err := f.Bearer(f.ctx, "192.0.2.1", text)
	said := []string{fmt.Sprintf("%+v %#v", err, err), fmt.Sprintf("%+v", made)}
	for number := uint64(1); number <= f.lastEntry(a.account.ID).number; number++ {
		f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
			e, err := tx.entryNumbered(a.account.ID, number)
			said = append(said, fmt.Sprintf("%+v", e))
			return err
		}))
	}
	file, err := os.ReadFile(f.Path())
	f.must(err)
	shown, _ := domain.ParseTokenText(text)
	secret := text[len("tenantry_")+26 : len(text)-12] // letters that are of the secret alone
	for _, words := range append(said, string(file)) {
		for _, never := range []string{text, secret, string(shown.Secret[:]), string(shown.Secret[:8]), hex.EncodeToString(shown.Secret[:])} {
			if strings.Contains(words, never) {
				t.Errorf("the secret is in %.200q", words)
			}
		}
	}
}

// TestAnActorOfTheAPIHasAToken: no session opens that door, and no token another.
func TestAnActorOfTheAPIHasAToken(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	who := f.seat(a.owner)
	who.Door = domain.DoorAPI
	_, err := f.Standing(f.ctx, who)
	kind(t, err, domain.Unauthenticated)
	_, text := f.mints(a.owner, NewToken{Name: "sync"})
	by := f.shows(text)
	by.Door = domain.DoorSSH
	_, err = f.Standing(f.ctx, by)
	kind(t, err, domain.Unauthenticated)
	by = f.shows(text)
	by.User = f.user(a.owner, a.main.ID, "tom", 0).User // somebody else's
	_, err = f.Standing(f.ctx, by)
	kind(t, err, domain.Unauthenticated)
}
