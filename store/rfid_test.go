package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// digits are the RFID tokens of a user as their page shows them, those that are
// switched off with a minus.
func (s *staff) digits(user domain.ID) string {
	s.t.Helper()
	tokens, err := s.RFIDs(s.ctx, s.owner, user)
	s.must(err)
	var told []string
	for _, t := range tokens {
		told = append(told, strings.Repeat("-", map[bool]int{true: 1}[t.Off])+t.Digits)
	}
	return strings.Join(told, " ")
}

func TestRFIDTokens(t *testing.T) {
	s := newStaff(t)
	s.addOn(s.tenant)
	for _, digits := range []string{"0007", "7", " 00 07-1 "} {
		s.clock.add(time.Second)
		_, err := s.AddRFID(s.ctx, s.ada, s.tina.User, digits, "  blue   fob ")
		s.must(err)
	}
	if got := s.digits(s.tina.User); got != "0007 7 00071" {
		t.Errorf("%q", got)
	}
	if e := s.lastEntry(s.account.ID); e.action != "rfid.add" || e.object != s.tina.User || !slices.Contains(e.changes, change{"rfid", "", "00071"}) ||
		!slices.Contains(e.changes, change{"note", "", "blue fob"}) || !slices.Equal(e.where, ids(s.nordics.ID)) {
		t.Errorf("%+v", e)
	}
	off, err := s.SetRFID(s.ctx, s.ada, s.tina.User, "00-07", false)
	s.must(err)
	if !off.Off || s.digits(s.tina.User) != "-0007 7 00071" || s.lastEntry(s.account.ID).action != "rfid.off" {
		t.Errorf("%+v, %q", off, s.digits(s.tina.User))
	}
	before := s.lastEntry(s.account.ID).number
	_, err = s.SetRFID(s.ctx, s.ada, s.tina.User, "0007", false) // it is off
	s.must(err)
	if s.lastEntry(s.account.ID).number != before {
		t.Error("nothing done is noted")
	}
	_, err = s.SetRFID(s.ctx, s.nora, s.tina.User, "0007", true)
	s.must(err)
	_, err = s.RemoveRFID(s.ctx, s.ada, s.tina.User, "7")
	s.must(err)
	if s.digits(s.tina.User) != "0007 00071" {
		t.Error(s.digits(s.tina.User))
	}
	_, err = s.RemoveRFID(s.ctx, s.ada, s.tina.User, "7")
	kind(t, err, domain.NotFound)
	for digits, note := range map[string]string{"": "", "12a": "", "12": "two\nlines", strings.Repeat("1", 33): ""} {
		_, err := s.AddRFID(s.ctx, s.ada, s.tina.User, digits, note)
		kind(t, err, domain.Invalid)
	}
	// Whoever lists the user sees them, and so do they themselves.
	for _, who := range []domain.Actor{s.ada, s.fred, s.tina, s.owner} {
		if tokens, err := s.RFIDs(s.ctx, who, s.tina.User); err != nil || len(tokens) != 2 {
			t.Errorf("%v %v", tokens, err)
		}
	}
	if own, err := s.RFIDs(s.ctx, s.tina, domain.ID{}); err != nil || len(own) != 2 {
		t.Errorf("%v %v", own, err)
	}
	// They go where their holder goes, and with them.
	_, err = s.MoveUser(s.ctx, s.nora, s.tina.User, s.aarhus.ID, true)
	s.must(err)
	if s.digits(s.tina.User) != "0007 00071" {
		t.Error("a move loses them")
	}
	s.must(s.DeleteUser(s.ctx, s.nora, s.tina.User))
	if len(s.keys(tableRFID)) != 0 || len(s.keys(tableRFIDUser)) != 0 {
		t.Error("they outlive their holder")
	}
	_, err = s.AddRFID(s.ctx, s.ada, s.fred.User, "0007", "") // free again
	s.must(err)
}

func TestRFIDTokensAreUniqueInTheAccountAndLimited(t *testing.T) {
	s := newStaff(t)
	s.addOn(s.tenant)
	other := s.fixture.tenant("Bolt")
	s.addOn(other)
	s.rfid(s.owner, s.tina.User, "0007")
	s.rfid(other.owner, other.owner.User, "0007") // another account is another world
	for _, c := range []struct {
		by   domain.Actor
		says string
	}{{s.owner, "tina"}, {s.nora, "tina"}, {s.abe, "outside what you may see"}} {
		_, err := s.AddRFID(s.ctx, c.by, s.abe.User, "00 07", "")
		if c.by == s.abe { // nobody gives one to themselves, so to another of Aarhus
			_, err = s.AddRFID(s.ctx, c.by, s.user(s.owner, s.aarhus.ID, "axel", 0).User, "0007", "")
		}
		kind(t, err, domain.Conflict)
		if errorField(err) != "rfid" || !strings.Contains(err.Error(), c.says) || c.by == s.abe && strings.Contains(err.Error(), "tina") {
			t.Errorf("%v", err)
		}
	}
	for i := range domain.MaxRFIDs {
		s.rfid(s.owner, s.fred.User, fmt.Sprint(100+i))
	}
	_, err := s.AddRFID(s.ctx, s.owner, s.fred.User, "99", "")
	kind(t, err, domain.Conflict)
	_, err = s.RemoveRFID(s.ctx, s.owner, s.fred.User, "100")
	s.must(err)
	s.rfid(s.owner, s.fred.User, "99")
}

func TestRFIDTokensTakeTheAddOnAndTheRight(t *testing.T) {
	s := newStaff(t)
	all := func(by domain.Actor, user domain.ID) []error {
		_, listed := s.RFIDs(s.ctx, by, user)
		_, added := s.AddRFID(s.ctx, by, user, "0009", "")
		_, set := s.SetRFID(s.ctx, by, user, "0007", false)
		_, removed := s.RemoveRFID(s.ctx, by, user, "0007")
		return []error{listed, added, set, removed}
	}
	for _, err := range all(s.owner, s.tina.User) {
		kind(t, err, domain.Refused)
		if !strings.Contains(err.Error(), "add-on") {
			t.Error(err)
		}
	}
	if detail, err := s.User(s.ctx, s.owner, s.tina.User); err != nil || detail.RFIDs != nil {
		t.Errorf("%+v %v", detail.RFIDs, err)
	}
	s.addOn(s.tenant)
	s.rfid(s.owner, s.nora.User, "0007")
	s.rfid(s.owner, s.owner.User, "0001") // the owner has nobody above to ask
	for _, err := range all(s.ada, s.nora.User)[1:] {
		kind(t, err, domain.Refused) // who doesn't hold NCA changes nothing of who does
	}
	for _, err := range all(s.nora, s.nora.User)[1:] {
		kind(t, err, domain.Refused)
	}
	for _, err := range all(s.fred, s.tina.User)[1:] {
		kind(t, err, domain.Refused)
	}
	for _, err := range append(all(s.abe, s.tina.User), all(s.tina, s.nora.User)...) {
		kind(t, err, domain.NotFound)
	}
	if s.digits(s.nora.User) != "0007" || s.digits(s.owner.User) != "0001" {
		t.Error("somebody could")
	}
	if detail, err := s.User(s.ctx, s.fred, s.nora.User); err != nil || len(detail.RFIDs) != 1 {
		t.Errorf("%+v %v", detail.RFIDs, err)
	}
}

func TestUsersWithoutSignIn(t *testing.T) {
	s := newStaff(t)
	s.addOn(s.tenant)
	create := func(name string, start Start) (Started, error) {
		return s.CreateUser(s.ctx, s.ada, domain.User{Customer: s.nordics.ID, Username: name, FullName: "Ida Ravn"}, start)
	}
	for _, start := range []Start{{NoSignIn: true, Mail: true}, {NoSignIn: true, Password: goodPassword}} {
		_, err := create("both", start)
		kind(t, err, domain.Invalid)
	}
	ida, err := create("ida", Start{NoSignIn: true})
	s.must(err)
	if !ida.User.NoSignIn || ida.User.Activated || ida.Code != "" || !ida.Mail.IsZero() {
		t.Errorf("%+v", ida)
	}
	if e := s.lastEntry(s.account.ID); !slices.Contains(e.changes, change{"start", "", "no sign-in"}) {
		t.Errorf("%+v", e.changes)
	}
	s.rfid(s.ada, ida.User.ID, "0007")
	// They are a user like any other, and clearly one who can't sign in.
	s.force()
	row, err := s.FindUser(s.ctx, s.ada, "ida")
	s.must(err)
	if row.Status != UserNoSignIn || row.Forced || !row.InvitedUntil.IsZero() || strings.Join(s.names(s.ada, UserQuery{Filter: "no-sign"}), " ") != "ida" {
		t.Errorf("%+v", row)
	}
	missing, err := s.Unenrolled(s.ctx, s.ada, s.nordics.ID, Page{})
	s.must(err)
	if slices.ContainsFunc(missing.Rows, func(u UserRow) bool { return u.Username == "ida" }) {
		t.Error("they are told to enrol")
	}
	for _, secret := range []string{"", goodPassword, "0007"} {
		_, err = s.SignIn(s.ctx, domain.DoorConsole, "", "ida", secret)
		kind(t, err, domain.Unauthenticated)
	}
	_, err = s.ActAs(s.ctx, "", "ida")
	kind(t, err, domain.NotFound)
	kind(t, s.HandOver(s.ctx, s.owner, ida.User.ID), domain.Invalid)
	// An edit leaves it so; a code gives them a sign-in.
	u := row.User
	u.FullName, u.NoSignIn = "Ida Holm", false
	edited, err := s.EditUser(s.ctx, s.ada, u)
	s.must(err)
	if !edited.NoSignIn || edited.FullName != "Ida Holm" {
		t.Errorf("%+v", edited)
	}
	invited, err := s.Invite(s.ctx, s.ada, ida.User.ID, false)
	s.must(err)
	if row, err = s.FindUser(s.ctx, s.ada, "ida"); err != nil || row.Status != UserInvited || row.NoSignIn || !row.Forced {
		t.Errorf("%+v %v", row, err)
	}
	if _, err = s.SignIn(s.ctx, domain.DoorConsole, "", "ida", invited.Code); err != nil {
		t.Error(err)
	}
	if s.digits(ida.User.ID) != "0007" {
		t.Error("the token is lost on the way")
	}
	// And so does a password by hand.
	bo, err := create("bob", Start{NoSignIn: true})
	s.must(err)
	_, err = s.ResetPassword(s.ctx, s.ada, bo.User.ID, Start{Password: goodPassword, NoSignIn: true})
	s.must(err)
	if row, err = s.FindUser(s.ctx, s.ada, "bob"); err != nil || row.NoSignIn || row.Status != UserActive {
		t.Errorf("%+v %v", row, err)
	}
}

// force has the account force a second factor.
func (s *staff) force() {
	s.t.Helper()
	by := operator
	by.Account = s.account.ID
	now, err := s.Account(s.ctx, by)
	s.must(err)
	now.Security.ForceSecondFactor = true
	_, err = s.EditAccount(s.ctx, by, now.Account)
	s.must(err)
}

func TestSwitchingTheAddOnOffDeletesNothing(t *testing.T) {
	s := newStaff(t)
	s.addOn(s.tenant)
	s.rfid(s.owner, s.tina.User, "0007")
	s.user(s.owner, s.nordics.ID, "clerk", domain.AccessControlManagement)
	by := s.operator()
	warn := func(actor domain.Actor, after domain.AddOns) string {
		t.Helper()
		text, err := s.WarnAddOns(s.ctx, actor, after)
		s.must(err)
		return text
	}
	if text := warn(by, domain.AddOns{AccessControl: true}); text != "" {
		t.Errorf("warns of nothing: %q", text)
	}
	text := warn(by, domain.AddOns{})
	for _, says := range []string{"which 1 user holds, stays granted and gives nothing", "RFID tokens: 1.", "Nothing of Acme is deleted"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q says nothing of %q", text, says)
		}
	}
	for _, who := range []domain.Actor{s.owner, s.nora, s.tina} {
		_, err := s.WarnAddOns(s.ctx, who, domain.AddOns{})
		kind(t, err, domain.Refused)
	}
	now, err := s.Account(s.ctx, by)
	s.must(err)
	now.AddOns = domain.AddOns{}
	_, err = s.EditAccount(s.ctx, s.owner, now.Account)
	kind(t, err, domain.Refused) // it is paid for elsewhere
	_, err = s.EditAccount(s.ctx, by, now.Account)
	s.must(err)
	if e := s.lastEntry(s.account.ID); !slices.Contains(e.changes, change{"access_control", "yes", "no"}) {
		t.Errorf("%+v", e.changes)
	}
	if _, err := s.RFIDs(s.ctx, s.owner, s.tina.User); domain.KindOf(err) != domain.Refused {
		t.Error(err)
	}
	s.addOn(s.tenant)
	if s.digits(s.tina.User) != "0007" {
		t.Error("a token is lost")
	}
}
