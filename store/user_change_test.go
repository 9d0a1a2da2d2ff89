package store

import (
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

// staff is an account with an administrator of a customer and a technician.
//
//	Acme HQ             ann owns the account
//	├─ Iberia
//	└─ Nordics          nora: AA, NCA; ada: AA; fred: FM; tina: DM, FDA
//	   └─ Aarhus        abe: AA
type staff struct {
	*fixture
	tenant
	iberia, nordics, aarhus    domain.Customer
	nora, ada, fred, tina, abe domain.Actor
}

func newStaff(t *testing.T) *staff {
	f := create(t)
	s := &staff{fixture: f, tenant: f.tenant("Acme")}
	s.iberia = f.customer(s.owner, s.main.ID, "Iberia")
	s.nordics = f.customer(s.owner, s.main.ID, "Nordics")
	s.aarhus = f.customer(s.owner, s.nordics.ID, "Aarhus")
	const aa, nca = domain.AccountAdministrator, domain.NestedCustomerAdministrator
	s.nora = f.user(s.owner, s.nordics.ID, "nora", aa|nca)
	s.ada = f.user(s.owner, s.nordics.ID, "ada", aa)
	s.fred = f.user(s.owner, s.nordics.ID, "fred", domain.FleetManagement)
	s.tina = f.user(s.owner, s.nordics.ID, "tina", domain.DeviceManagement|domain.FullDeviceAccess)
	s.abe = f.user(s.owner, s.aarhus.ID, "abe", aa)
	return s
}

// read is a user as the file has them; nil when they are gone.
func (f *fixture) read(who domain.Actor) *domain.User {
	f.t.Helper()
	var u *domain.User
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) (err error) {
		u, err = tx.user(who.Account, who.User)
		return err
	}))
	return u
}

// sessionsOf counts the sessions in the file.
func (f *fixture) sessionsOf(who domain.Actor) (n int) {
	f.t.Helper()
	for key := range f.keys(tableSession) {
		if strings.HasPrefix(key, string(key2(who.Account, who.User))) {
			n++
		}
	}
	return n
}

func TestEditUser(t *testing.T) {
	s := newStaff(t)
	depot := s.location(s.tenant, s.nordics.ID, "Depot")
	u := *s.read(s.tina)
	u.Username, u.Email, u.FullName, u.Phone = "Tina.K", "tina@acme.example", " Tina  Karlsen", "+45 12 34 56 78"
	u.Groups, u.Locations, u.Settings.Units = domain.DeviceManagement, ids(depot.ID), domain.Imperial
	u.MustChange, u.Activated, u.CreatedBy, u.Account = false, false, domain.ID{9}, domain.ID{9} // not a form's
	got, err := s.EditUser(s.ctx, s.ada, u)
	s.must(err)
	if got.Version != 2 || !got.MustChange || !got.Activated || got.Account != s.account.ID || !got.CreatedBy.IsZero() {
		t.Errorf("%+v", got)
	}
	stored := s.read(s.tina)
	if stored.FullName != "Tina Karlsen" && stored.FullName != " Tina  Karlsen" || stored.CreatedBy != s.owner.User || stored.Groups != domain.DeviceManagement {
		t.Errorf("%+v", stored)
	}
	e := s.lastEntry(s.account.ID)
	for _, want := range []change{
		{"username", "tina", "Tina.K"}, {"email", "", "tina@acme.example"}, {"locations", "", "Depot"},
		{"groups", "Full Device Access, Device Management", "Device Management"}, {"units", "", "imperial"},
	} {
		if !slices.Contains(e.changes, want) {
			t.Errorf("%v isn't in %v", want, e.changes)
		}
	}
	if e.action != "user.edit" || e.object != s.tina.User || !slices.Equal(e.where, ids(s.nordics.ID)) {
		t.Errorf("%+v", e)
	}
	// Somebody else read it before.
	u.FullName = "Late"
	now, err := s.EditUser(s.ctx, s.nora, u)
	kind(t, err, domain.Conflict)
	if errorField(err) != "version" || now.Username != "Tina.K" || now.Version != 2 {
		t.Errorf("%+v, %v", now, err)
	}
	// The same again is no change.
	number := s.lastEntry(s.account.ID).number
	got.Version = 0
	again, err := s.EditUser(s.ctx, s.ada, got)
	s.must(err)
	if again.Version != 2 || s.lastEntry(s.account.ID).number != number {
		t.Errorf("%+v was noted", again)
	}
	got.Username = "nora"
	_, err = s.EditUser(s.ctx, s.ada, got)
	kind(t, err, domain.Conflict)
	if errorField(err) != "username" {
		t.Error(err)
	}
}

func TestEditUserKeepsTheRules(t *testing.T) {
	s := newStaff(t)
	edit := func(by, who domain.Actor, change func(*domain.User)) error {
		u := *s.read(who)
		change(&u)
		_, err := s.EditUser(s.ctx, by, u)
		return err
	}
	name := func(u *domain.User) { u.FullName = "Other" }
	group := func(g domain.Groups) func(*domain.User) { return func(u *domain.User) { u.Groups = g } }
	const aa, nca, acm = domain.AccountAdministrator, domain.NestedCustomerAdministrator, domain.AccessControlManagement
	for what, c := range map[string]struct {
		by, who domain.Actor
		change  func(*domain.User)
		want    domain.Kind
	}{
		"an administrator, of their customer":  {s.ada, s.tina, name, 0},
		"who only lists":                       {s.fred, s.tina, name, domain.Refused},
		"who lists none":                       {s.tina, s.fred, name, domain.NotFound},
		"somebody nested, without NCA":         {s.ada, s.abe, name, domain.NotFound},
		"somebody nested, with NCA":            {s.nora, s.abe, name, 0},
		"somebody above":                       {s.abe, s.ada, name, domain.NotFound},
		"the owner, by another":                {s.nora, s.owner, name, domain.NotFound},
		"a holder of NCA, by none":             {s.ada, s.nora, name, domain.Refused},
		"granting NCA without holding it":      {s.ada, s.tina, group(nca), domain.Refused},
		"granting NCA":                         {s.nora, s.tina, group(nca | aa), 0},
		"granting what the account lacks":      {s.nora, s.tina, group(acm), domain.Refused},
		"their own groups":                     {s.nora, s.nora, group(aa | nca | domain.FleetManagement), domain.Refused},
		"their own name":                       {s.tina, s.tina, name, 0},
		"their own username":                   {s.tina, s.tina, func(u *domain.User) { u.Username = "boss" }, domain.Refused},
		"their own username, as administrator": {s.ada, s.ada, func(u *domain.User) { u.Username = "ada2" }, 0},
		"their own status":                     {s.ada, s.ada, func(u *domain.User) { u.Inactive = true }, domain.Refused},
		"the owner's status, by the operator":  {s.operator(), s.owner, func(u *domain.User) { u.Inactive = true }, domain.Refused},
		"to a customer out of reach":           {s.nora, s.tina, func(u *domain.User) { u.Customer = s.iberia.ID }, domain.NotFound},
		"to no customer":                       {s.owner, s.tina, func(u *domain.User) { u.Customer = domain.ID{} }, domain.NotFound},
		"a wrong field":                        {s.ada, s.tina, func(u *domain.User) { u.Email = "x" }, domain.Invalid},
		"nobody":                               {s.ada, domain.Actor{}, name, domain.NotFound},
	} {
		t.Run(what, func(t *testing.T) {
			var err error
			if c.who.User.IsZero() {
				_, err = s.EditUser(s.ctx, c.by, domain.User{ID: domain.ID{8}, Username: "nobody"})
			} else {
				before := *s.read(c.who)
				defer s.inTx(func(tx *tx) error { return tx.putUser(before) })
				err = edit(c.by, c.who, c.change)
			}
			kind(t, err, c.want)
		})
	}
}

// TestOwnEmailTakesProof: codes go to the email, so that an unlocked screen must
// not be enough to change it, by whichever way.
func TestOwnEmailTakesProof(t *testing.T) {
	s := newStaff(t)
	ada := s.seat(s.ada)
	s.clock.add(confirmed)
	u := *s.read(s.ada)
	_, err := s.EditProfile(s.ctx, ada, Profile{FullName: "Ada L", Email: u.Email, Settings: domain.Settings{Units: domain.Imperial}})
	s.must(err)
	if now := s.read(s.ada); now.FullName != "Ada L" || now.Settings.Units != domain.Imperial || now.Groups != u.Groups {
		t.Errorf("%+v", now)
	}
	_, err = s.EditProfile(s.ctx, ada, Profile{Email: "evil@acme.example"})
	kind(t, err, domain.Unproven)
	u = *s.read(s.ada)
	u.Email = "evil@acme.example"
	_, err = s.EditUser(s.ctx, ada, u)
	kind(t, err, domain.Unproven)
	_, err = s.EditProfile(s.ctx, s.seat(s.ada), Profile{Email: "ada@acme.example"})
	s.must(err)
	if e := s.lastEntry(s.account.ID); e.action != "user.edit_profile" || !slices.Contains(e.changes, change{"email", "", "ada@acme.example"}) {
		t.Errorf("%+v", e)
	}
	now, err := s.EditProfile(s.ctx, s.ada, Profile{Email: "ada@acme.example", Version: 1})
	kind(t, err, domain.Conflict)
	if now.Email != "ada@acme.example" {
		t.Errorf("%+v", now)
	}
	_, err = s.EditProfile(s.ctx, s.operator(), Profile{FullName: "X"})
	kind(t, err, domain.Refused)
}

func TestMoveUser(t *testing.T) {
	s := newStaff(t)
	here, there, top := s.location(s.tenant, s.nordics.ID, "Depot"), s.location(s.tenant, s.aarhus.ID, "Yard"), s.location(s.tenant, s.main.ID, "Gate")
	s.limit(s.tina, here.ID, there.ID)
	moved, err := s.MoveUser(s.ctx, s.nora, s.tina.User, s.aarhus.ID, false)
	s.must(err)
	if !slices.Equal(moved.Dropped, []string{"Depot"}) || !slices.Equal(moved.User.Locations, ids(there.ID)) || s.read(s.tina).Customer != s.aarhus.ID {
		t.Errorf("%+v", moved)
	}
	e := s.lastEntry(s.account.ID)
	if e.action != "user.move" || !slices.Equal(e.where, ids(s.nordics.ID, s.aarhus.ID)) ||
		!slices.Contains(e.changes, change{"customer", "Acme HQ/Nordics", "Acme HQ/Nordics/Aarhus"}) || !slices.Contains(e.changes, change{"locations", "Depot, Yard", "Yard"}) {
		t.Errorf("%+v", e)
	}
	// What would lift the limit is said on purpose.
	_, err = s.MoveUser(s.ctx, s.owner, s.tina.User, s.iberia.ID, false)
	kind(t, err, domain.Refused)
	if errorField(err) != "locations" || s.read(s.tina).Customer != s.aarhus.ID {
		t.Error(err)
	}
	moved, err = s.MoveUser(s.ctx, s.owner, s.tina.User, s.iberia.ID, true)
	s.must(err)
	if len(moved.User.Locations) != 0 || !slices.Equal(moved.Dropped, []string{"Yard"}) {
		t.Errorf("%+v", moved)
	}
	// A location that came to lie above isn't named to those who don't reach it.
	s.limit(s.fred, top.ID, there.ID)
	moved, err = s.MoveUser(s.ctx, s.nora, s.fred.User, s.aarhus.ID, false)
	s.must(err)
	if !slices.Equal(moved.Dropped, []string{"one elsewhere"}) {
		t.Errorf("%+v", moved)
	}
	for what, c := range map[string]struct {
		by      domain.Actor
		who, to domain.ID
		want    domain.Kind
	}{
		"out of reach":            {s.nora, s.abe.User, s.iberia.ID, domain.NotFound},
		"nobody":                  {s.nora, domain.ID{8}, s.aarhus.ID, domain.NotFound},
		"to nowhere":              {s.owner, s.abe.User, domain.ID{}, domain.NotFound},
		"without the right there": {s.ada, s.ada.User, s.aarhus.ID, domain.Refused},
		"themselves":              {s.nora, s.nora.User, s.aarhus.ID, domain.Refused},
		"the owner":               {s.owner, s.owner.User, s.iberia.ID, domain.Refused},
		"where they are":          {s.nora, s.abe.User, s.aarhus.ID, 0},
	} {
		number := s.lastEntry(s.account.ID).number
		_, err := s.MoveUser(s.ctx, c.by, c.who, c.to, false)
		if domain.KindOf(err) != c.want {
			t.Errorf("%s: %v", what, err)
		}
		if noted := s.lastEntry(s.account.ID).number > number; noted == (c.want == 0) {
			t.Errorf("%s: noted is %v", what, noted)
		}
	}
}

func TestDeactivatedUsersAreOut(t *testing.T) {
	s := newStaff(t)
	tina := s.seat(s.tina)
	events, stop := s.Watch(s.account.ID)
	defer stop()
	s.must(s.SetUserActive(s.ctx, s.ada, s.tina.User, false))
	if e := <-events; e.Subject != SubjectUser || e.ID != s.tina.User {
		t.Errorf("her console hears %+v", e)
	}
	_, err := s.Standing(s.ctx, tina)
	kind(t, err, domain.Unauthenticated)
	if n := s.sessionsOf(s.tina); n != 0 {
		t.Errorf("%d sessions", n)
	}
	if e := s.lastEntry(s.account.ID); e.action != "user.deactivate" || !slices.Equal(e.changes, []change{{"status", "active", "inactive"}}) {
		t.Errorf("%+v", e)
	}
	number := s.lastEntry(s.account.ID).number
	s.must(s.SetUserActive(s.ctx, s.ada, s.tina.User, false))
	if s.lastEntry(s.account.ID).number != number {
		t.Error("nothing changed, and it was noted")
	}
	s.must(s.SetUserActive(s.ctx, s.ada, s.tina.User, true))
	_, err = s.Standing(s.ctx, tina) // the session doesn't come back
	kind(t, err, domain.Unauthenticated)
	for _, c := range []struct {
		by, who domain.Actor
		want    domain.Kind
	}{
		{s.ada, s.ada, domain.Refused}, {s.ada, s.nora, domain.Refused}, {s.fred, s.tina, domain.Refused},
		{s.owner, s.owner, domain.Refused}, {s.operator(), s.owner, domain.Refused}, {s.abe, s.tina, domain.NotFound},
	} {
		kind(t, s.SetUserActive(s.ctx, c.by, c.who.User, false), c.want)
	}
}

func TestLastAdministratorGoesWithAWarning(t *testing.T) {
	s := newStaff(t)
	warning := func(by, who domain.Actor, change func(*domain.User)) string {
		t.Helper()
		var after *domain.User
		if change != nil {
			u := *s.read(who)
			change(&u)
			u.ID, u.Account = domain.ID{}, domain.ID{} // as a form might leave it
			after = &u
		}
		text, err := s.WarnUser(s.ctx, by, who.User, after)
		s.must(err)
		return text
	}
	for _, change := range []func(*domain.User){
		nil,
		func(u *domain.User) { u.Groups = 0 },
		func(u *domain.User) { u.Inactive = true },
		func(u *domain.User) { u.Customer = s.nordics.ID },
	} {
		if got := warning(s.nora, s.abe, change); !strings.Contains(got, "abe is the last active Account Administrator of Aarhus. nora can") {
			t.Errorf("%q", got)
		}
	}
	if got := warning(s.nora, s.abe, func(u *domain.User) { u.FullName = "Abe" }); got != "" {
		t.Errorf("%q", got)
	}
	if got := warning(s.nora, s.tina, nil); got != "" {
		t.Errorf("%q", got)
	}
	if got := warning(s.owner, s.ada, nil); got != "" { // nora is there too
		t.Errorf("%q", got)
	}
	s.must(s.DeleteUser(s.ctx, s.owner, s.nora.User))
	if got := warning(s.owner, s.ada, nil); !strings.Contains(got, "of Nordics. owner-acme can") {
		t.Errorf("%q", got)
	}
	if _, err := s.WarnUser(s.ctx, s.fred, s.tina.User, nil); domain.KindOf(err) != domain.Refused {
		t.Error(err)
	}
	if _, err := s.WarnUser(s.ctx, s.abe, s.tina.User, nil); domain.KindOf(err) != domain.NotFound {
		t.Error(err)
	}
}

// TestDeletedUsersLeaveNothing: in no table is anything of theirs, and the check
// at the end of the test would find it.
func TestDeletedUsersLeaveNothing(t *testing.T) {
	s := newStaff(t)
	for _, name := range []string{"gone", "moved"} {
		customer := map[string]domain.ID{"gone": s.nordics.ID, "moved": s.aarhus.ID}[name]
		started, err := s.CreateUser(s.ctx, s.nora, domain.User{Customer: customer, Username: name, Email: name + "@acme.example"}, Start{Mail: true})
		s.must(err)
		who := domain.Actor{Account: s.account.ID, User: started.User.ID, Door: domain.DoorMachine}
		_, err = s.SignIn(s.ctx, domain.DoorConsole, "", name, "wrong")
		kind(t, err, domain.Unauthenticated)
		_, err = s.AddSSHKeys(s.ctx, who, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f laptop", "")
		s.must(err)
		s.inTx(func(tx *tx) error {
			f := factorRecord{Secret: []byte("sealed"), Enrolled: timeToRecord(tx.now)}
			return firstOf(tx.putFactor(who.Account, who.User, &f), tx.putPassword(who.Account, who.User, passwordRecord{Hash: []byte{1}}))
		})
		s.seat(who)
		before := len(s.holding(who.User))
		if before < 9 {
			t.Fatalf("the control: only %q hold something of %s", s.holding(who.User), name)
		}
		if name == "gone" {
			s.must(s.DeleteUser(s.ctx, s.ada, who.User))
			if e := s.lastEntry(s.account.ID); e.action != "user.delete" || e.name != "gone" || !slices.Contains(e.changes, change{"email", "gone@acme.example", ""}) {
				t.Errorf("%+v", e)
			}
		} else {
			s.must(s.DeleteCustomer(s.ctx, s.owner, DeleteCustomer{ID: s.aarhus.ID, DeleteUsers: true}))
		}
		if left := s.holding(who.User); len(left) > 0 {
			t.Errorf("%s is in %q", name, left)
		}
	}
	for _, c := range []struct {
		by, who domain.Actor
		want    domain.Kind
	}{
		{s.ada, s.ada, domain.Refused}, {s.ada, s.nora, domain.Refused}, {s.owner, s.owner, domain.Refused},
		{s.operator(), s.owner, domain.Refused}, {s.fred, s.tina, domain.Refused}, {s.tina, s.fred, domain.NotFound},
	} {
		kind(t, s.DeleteUser(s.ctx, c.by, c.who.User), c.want)
	}
}

// holding are the tables, but for the audit trail, in which an identity occurs.
func (f *fixture) holding(id domain.ID) (found []string) {
	f.t.Helper()
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		for i := range tables {
			if strings.HasPrefix(tables[i].name, "audit") {
				continue
			}
			for c := tx.scan(table(i), nil); c.next(); {
				if strings.Contains(string(c.key())+string(c.value()), string(id[:])) {
					found = append(found, tables[i].name)
				}
			}
		}
		return nil
	}))
	return found
}
