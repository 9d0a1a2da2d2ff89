package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionSelf = "You and your account"

type nothing struct{}

type detailed struct {
	ETag string `header:"ETag"`
	Body shape.UserDetail
}

func (s *server) registerMe() {
	handle(s, route{
		method: http.MethodGet, path: "/me", id: "get-me", section: sectionSelf, needs: needsNothing,
		title: "Whose token this is, and what they may do",
	}, func(ctx context.Context, actor domain.Actor, _ *nothing) (*detailed, error) {
		return s.detail(ctx, actor, actor.User)
	})
	handle(s, route{
		method: http.MethodPatch, path: "/me", id: "change-me", section: sectionSelf, needs: needsNothing, version: true,
		title: "Change your own profile",
		says:  "What isn't given stays. The email address, the password, the second factor and tokens are changed in the console.",
	}, s.changeMe)
}

// detail is all about a user whom the actor sees.
func (s *server) detail(ctx context.Context, actor domain.Actor, user domain.ID) (*detailed, error) {
	d, err := s.DB.User(ctx, actor, user)
	if err != nil {
		return nil, err
	}
	access, err := s.DB.Access(ctx, actor, user)
	if err != nil {
		return nil, err
	}
	return &detailed{etag(d.Version), shape.NewUserDetail(d, access)}, nil
}

type profileChange struct {
	FullName *string `json:"full_name,omitempty" maxLength:"1000"`
	Phone    *string `json:"phone,omitempty" maxLength:"100"`
	Settings
}

func (s *server) changeMe(ctx context.Context, actor domain.Actor, in *struct {
	IfMatch
	Body profileChange
}) (*detailed, error) {
	_, err := changing(func() (domain.User, bool, error) {
		now, err := s.DB.User(ctx, actor, actor.User)
		if err != nil {
			return domain.User{}, false, err
		}
		version, again, err := in.of(now.Version)
		if err != nil {
			return domain.User{}, false, err
		}
		p := store.Profile{Email: now.Email, FullName: now.FullName, Phone: now.Phone, Settings: now.User.Settings, Version: version}
		set(&p.FullName, in.Body.FullName)
		set(&p.Phone, in.Body.Phone)
		if err := in.Body.Settings.change(&p.Settings); err != nil {
			return domain.User{}, false, err
		}
		changed, err := s.DB.EditProfile(ctx, actor, p)
		return changed, again, err
	})
	if err != nil {
		return nil, err
	}
	return s.detail(ctx, actor, actor.User)
}
