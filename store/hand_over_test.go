package store

import (
	"slices"
	"testing"

	"tenantry/domain"
)

func TestHandOver(t *testing.T) {
	s := newStaff(t)
	ann := s.seat(s.owner)
	invited, err := s.CreateUser(s.ctx, s.owner, domain.User{Customer: s.nordics.ID, Username: "newcomer"}, Start{})
	s.must(err)
	s.must(s.SetUserActive(s.ctx, s.owner, s.fred.User, false))
	_, err = s.ResetPassword(s.ctx, s.nora, s.abe.User, Start{})
	s.must(err)
	for what, c := range map[string]struct {
		by   domain.Actor
		to   domain.ID
		want domain.Kind
	}{
		"by another":              {s.nora, s.tina.User, domain.Refused},
		"by another to nobody":    {s.nora, domain.ID{7}, domain.Refused},
		"to nobody":               {s.owner, domain.ID{7}, domain.NotFound},
		"to the owner":            {s.owner, s.owner.User, domain.Conflict},
		"to an inactive one":      {s.owner, s.fred.User, domain.Invalid},
		"to one only invited":     {s.owner, invited.User.ID, domain.Invalid},
		"with a password by hand": {s.owner, s.tina.User, domain.Invalid}, // ada may know it
		"to one with a code":      {s.owner, s.abe.User, domain.Invalid},  // so may nora
	} {
		if err := s.HandOver(s.ctx, c.by, c.to); domain.KindOf(err) != c.want {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.change(s.tina, func(u *domain.User) { u.MustChange = false })
	s.clock.add(confirmed)
	kind(t, s.HandOver(s.ctx, ann, s.tina.User), domain.Unproven)
	events, stop := s.Watch(s.account.ID)
	defer stop()
	ann = s.seat(s.owner)
	s.must(s.HandOver(s.ctx, ann, s.tina.User))
	if e := <-events; e.Account != s.account.ID || !e.ID.IsZero() && e.ID != s.account.ID {
		t.Errorf("consoles hear %+v", e)
	}
	standing, err := s.Standing(s.ctx, ann) // she is signed in still
	s.must(err)
	const kept = domain.AllGroups &^ domain.AccessControlManagement
	if standing.Rights.Owner() || standing.User.Groups != kept || standing.User.Customer != s.main.ID {
		t.Errorf("%+v", standing.User)
	}
	standing, err = s.Standing(s.ctx, s.tina)
	s.must(err)
	if !standing.Rights.Owner() || !standing.Rights.Reaches(domain.ID{}) {
		t.Errorf("%+v", standing.User)
	}
	e := s.lastEntry(s.account.ID)
	if e.action != "account.hand_over" || !slices.Equal(e.changes, []change{{"owner", "owner-acme", "tina"}}) {
		t.Errorf("%+v", e)
	}
	kind(t, s.HandOver(s.ctx, s.owner, s.nora.User), domain.Refused)
	kind(t, s.DeleteUser(s.ctx, s.operator(), s.tina.User), domain.Refused)
	s.must(s.DeleteUser(s.ctx, s.tina, s.owner.User)) // now she may go
	s.must(s.HandOver(s.ctx, s.operator(), s.nora.User))
}
