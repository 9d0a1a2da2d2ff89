package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

// names are the usernames of a list, read page by page.
func (f *fixture) names(actor domain.Actor, q UserQuery) (names []string) {
	f.t.Helper()
	for {
		list, err := f.Users(f.ctx, actor, q)
		f.must(err)
		for _, row := range list.Rows {
			names = append(names, row.Username)
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			if len(names) != list.Total {
				f.t.Errorf("%d listed of %d", len(names), list.Total)
			}
			return names
		}
	}
}

func TestUsersInTheOrderOfAColumn(t *testing.T) {
	s := newStaff(t)
	f := s.fixture
	f.change(s.tina, func(u *domain.User) { u.Email, u.LastSignIn = "b@acme.example", f.clock.read() })
	f.change(s.abe, func(u *domain.User) { u.Email, u.LastSignIn = "A@acme.example", f.clock.read() })
	f.change(s.fred, func(u *domain.User) { u.Inactive = true })
	f.change(s.ada, func(u *domain.User) { u.Activated = false })
	for range 6 {
		f.SignIn(f.ctx, domain.DoorConsole, "", "nora", "wrong")
	}
	for _, c := range []struct {
		sort UserSort
		want string
	}{
		{"", "ada fred nora tina abe"},
		{SortUserCustomer, "ada fred nora tina abe"},
		{SortUserUsername, "abe ada fred nora tina"},
		{SortUserEmail, "ada fred nora abe tina"},
		{SortUserLastSignIn, "ada fred nora tina abe"},
		{SortUserStatus, "tina abe ada nora fred"},
	} {
		for _, limit := range []int{0, 1, 2, 5} {
			for _, reverse := range []bool{false, true} {
				want := strings.Fields(c.want)
				if reverse {
					slices.Reverse(want)
				}
				q := UserQuery{Sort: c.sort, Reverse: reverse, Page: Page{Limit: limit}}
				if got := f.names(s.nora, q); !slices.Equal(got, want) {
					t.Errorf("%+v: %q, want %q", q, got, want)
				}
			}
		}
	}
	for filter, want := range map[string]string{
		"inactive": "fred", "active": "tina abe", "invited": "ada", "lock": "nora", "status": "", "device tina": "tina",
		"fleet": "fred", "AA": "ada nora abe", "aarhus": "abe", "acme.example": "tina abe", "account nested": "nora",
	} {
		if got := strings.Join(f.names(s.nora, UserQuery{Filter: filter}), " "); got != want {
			t.Errorf("%q: %q, want %q", filter, got, want)
		}
	}
	_, err := f.Users(f.ctx, s.nora, UserQuery{Sort: "password"})
	kind(t, err, domain.Invalid)
}

func TestRowsSayHowPeopleStand(t *testing.T) {
	s := newStaff(t)
	depot := s.location(s.tenant, s.nordics.ID, "Depot")
	top := s.location(s.tenant, s.main.ID, "Gate")
	s.limit(s.tina, depot.ID, top.ID)
	s.inTx(func(tx *tx) error {
		c, err := tx.customer(s.account.ID, s.nordics.ID)
		if err != nil {
			return err
		}
		c.Security.ForceSecondFactor = true
		return tx.putCustomer(*c)
	})
	s.enrolled(s.tina)
	row, err := s.FindUser(s.ctx, s.ada, " TINA ")
	s.must(err)
	if !row.Enrolled || !row.Forced || row.Owner || !slices.Equal(row.LocationNames, []string{"Depot", "one elsewhere"}) || row.CustomerPath != "Acme HQ/Nordics" || !row.CreatedBy.IsZero() {
		t.Errorf("%+v", row)
	}
	row, err = s.FindUser(s.ctx, s.owner, s.tina.User.String())
	s.must(err)
	if !slices.Equal(row.LocationNames, []string{"Depot", "Gate"}) || row.CreatedBy != s.owner.User {
		t.Errorf("%+v", row)
	}
	if row, err = s.FindUser(s.ctx, s.owner, "OWNER@acme.example"); err != nil || !row.Owner || row.Enrolled || row.Forced {
		t.Errorf("%+v %v", row, err)
	}
	// Somebody whose name is another's ID isn't taken for them.
	shadow := strings.ReplaceAll(s.nora.User.String(), "-", "")
	for shadow[0] < 'a' { // a username begins with a letter
		s.nora = s.user(s.owner, s.nordics.ID, "n"+shadow[:8], 0)
		shadow = strings.ReplaceAll(s.nora.User.String(), "-", "")
	}
	s.user(s.owner, s.nordics.ID, shadow, 0)
	if row, err = s.FindUser(s.ctx, s.owner, shadow); err != nil || row.ID != s.nora.User {
		t.Errorf("%s is %+v, %v", shadow, row.Username, err)
	}
}

func TestUserDetailTellsSessionsToWhoMayEndThem(t *testing.T) {
	s := newStaff(t)
	s.seat(s.tina)
	_, err := s.AddSSHKeys(s.ctx, s.tina, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f laptop", "")
	s.must(err)
	for who, want := range map[domain.Actor]string{s.ada: "1 1 0", s.tina: "1 1 0", s.fred: "-1 -1 -1"} {
		d, err := s.User(s.ctx, who, s.tina.User)
		s.must(err)
		if got := fmt.Sprint(d.Sessions, d.SSHKeys, d.Tokens); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	d, err := s.User(s.ctx, s.ada, s.nora.User) // above ada's ceiling
	s.must(err)
	if d.Sessions != -1 || d.CreatedByName != "" {
		t.Errorf("%+v", d)
	}
	_, err = s.User(s.ctx, s.abe, s.tina.User)
	kind(t, err, domain.NotFound)
}
