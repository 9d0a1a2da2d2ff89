package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/domain"
	"tenantry/shape"
)

type accountAnswer struct {
	ETag string `header:"ETag"`
	Body shape.Account
}

func (s *server) registerAccount() {
	handle(s, route{
		method: http.MethodGet, path: "/account", id: "get-account", section: sectionSelf, needs: needsNothing,
		title: "The account",
	}, func(ctx context.Context, actor domain.Actor, _ *nothing) (*accountAnswer, error) {
		return s.account(ctx, actor)
	})
	handle(s, route{
		method: http.MethodPatch, path: "/account", id: "change-account", section: sectionSelf, needs: needsOwner, version: true,
		title: "Change the account", says: "What isn't given stays. Handing the account over takes the console.",
	}, s.changeAccount)
}

func (s *server) account(ctx context.Context, actor domain.Actor) (*accountAnswer, error) {
	a, err := s.DB.Account(ctx, actor)
	if err != nil {
		return nil, err
	}
	return &accountAnswer{etag(a.Version), shape.NewAccount(a)}, nil
}

type accountChange struct {
	Name              *string `json:"name,omitempty" maxLength:"1000"`
	Email             *string `json:"email,omitempty" maxLength:"1000"`
	Country           *string `json:"country,omitempty" maxLength:"100" doc:"A code or a name"`
	ForceSecondFactor *bool   `json:"force_second_factor,omitempty"`
	IdleMinutes       *int    `json:"idle_minutes,omitempty" minimum:"1" maximum:"1440"`
	SessionHours      *int    `json:"session_hours,omitempty" minimum:"1" maximum:"168"`
	InvitationDays    *int    `json:"invitation_days,omitempty" minimum:"1" maximum:"14"`
	TokenDays         *int    `json:"token_days,omitempty" minimum:"1" maximum:"3650" doc:"That they need not end is said in the console"`
	Settings
}

func (c accountChange) change(a *domain.Account) error {
	set(&a.Name, c.Name)
	set(&a.Email, c.Email)
	set(&a.Country, c.Country)
	set(&a.Security.ForceSecondFactor, c.ForceSecondFactor)
	set(&a.Limits.TokenDays, c.TokenDays)
	for _, limit := range []struct {
		given *int
		unit  time.Duration
		to    *time.Duration
	}{
		{c.IdleMinutes, time.Minute, &a.Limits.Idle}, {c.SessionHours, time.Hour, &a.Limits.Session},
		{c.InvitationDays, 24 * time.Hour, &a.Limits.Invitation},
	} {
		if limit.given != nil {
			*limit.to = time.Duration(*limit.given) * limit.unit
		}
	}
	return c.Settings.change(&a.Settings)
}

func (s *server) changeAccount(ctx context.Context, actor domain.Actor, in *struct {
	IfMatch
	Body accountChange
}) (*accountAnswer, error) {
	_, err := changing(func() (domain.Account, bool, error) {
		now, err := s.DB.Account(ctx, actor)
		if err != nil {
			return domain.Account{}, false, err
		}
		a := now.Account
		version, again, err := in.of(a.Version)
		if err != nil {
			return a, false, err
		}
		a.Version = version
		if err := in.Body.change(&a); err != nil {
			return a, false, err
		}
		a, err = s.DB.EditAccount(ctx, actor, a)
		return a, again, err
	})
	if err != nil {
		return nil, err
	}
	return s.account(ctx, actor)
}
