package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

// What is done to users, each at an address of its own.

func (s *server) registerUserActions() {
	action := func(name, id, title, says string) route {
		return route{
			method: http.MethodPost, path: "/users/{id}/" + name, id: id, section: sectionUsers, needs: needs(domain.UsersEdit), title: title, says: says,
		}
	}
	handle(s, action("activate", "activate-user", "Activate a user", ""), s.activateUser)
	handle(s, action("deactivate", "deactivate-user", "Deactivate a user", "Their sessions end and their tokens stop."), s.deactivateUser)
	handle(s, action("move", "move-user", "Move a user to another customer", "They lose the locations that aren't the new customer's."), s.moveUser)
	handle(s, action("invite", "invite-user", "Make a new welcome code for somebody who hasn't signed in yet", "The code before it is void."), s.inviteUser)
	handle(s, action("code", "take-user-code", "Take the code out of a mail that waits, to hand it over", ""), s.takeCode)
	handle(s, action("reset-password", "reset-user-password", "End a user's password and sessions, and let them in anew", ""), s.resetPassword)
	handle(s, action("reset-second-factor", "reset-user-second-factor", "Take a user's second factor away", "Their sessions end."), s.resetFactor)
	handle(s, action("unlock", "unlock-user", "Forget a user's failed sign-ins", ""), s.unlockUser)
	handle(s, action("end-sessions", "end-user-sessions", "End a user's open sessions", "All of them, or those that are named."), s.endSessions)
	handle(s, route{
		method: http.MethodGet, path: "/users/{id}/sessions", id: "list-user-sessions", section: sectionUsers, needs: needs(domain.UsersEdit),
		title: "A user's open sessions", says: "Your own, and those of users whom you may reset.",
	}, s.listSessions)
}

type onUser struct {
	ID string `path:"id"`
}

// then does something to a user and answers them as they are now.
func (s *server) then(ctx context.Context, actor domain.Actor, text string, do func(id domain.ID) error) (*userAnswer, error) {
	id, err := parse("user", text)
	if err != nil {
		return nil, err
	}
	if err := do(id); err != nil {
		return nil, err
	}
	return s.user(ctx, actor, id)
}

func (s *server) activateUser(ctx context.Context, actor domain.Actor, in *onUser) (*userAnswer, error) {
	return s.then(ctx, actor, in.ID, func(id domain.ID) error { return s.DB.SetUserActive(ctx, actor, id, true) })
}

func (s *server) deactivateUser(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	Confirm
}) (*userAnswer, error) {
	return s.then(ctx, actor, in.ID, func(id domain.ID) error {
		if row, err := s.DB.FindUser(ctx, actor, id.String()); err == nil {
			after := row.User
			after.Inactive = true
			if err := s.warned(ctx, actor, id, &after, in.Confirm); domain.KindOf(err) == domain.Conflict {
				return err
			}
		}
		return s.DB.SetUserActive(ctx, actor, id, false)
	})
}

func (s *server) moveUser(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	Confirm
	Body struct {
		To    string `json:"to" minLength:"1" maxLength:"8192" doc:"The ID or path of the customer"`
		Limit bool   `json:"lift_limit,omitempty" doc:"Let them see all devices there where they can keep none of their locations"`
	}
}) (*userAnswer, error) {
	return s.then(ctx, actor, in.ID, func(id domain.ID) error {
		to, err := s.find(ctx, actor, in.Body.To)
		if err != nil {
			return err
		}
		if row, err := s.DB.FindUser(ctx, actor, id.String()); err == nil {
			after := row.User
			after.Customer = to
			if err := s.warned(ctx, actor, id, &after, in.Confirm); domain.KindOf(err) == domain.Conflict {
				return err
			}
		}
		_, err = s.DB.MoveUser(ctx, actor, id, to, in.Body.Limit)
		return err
	})
}

// begins lets a user in anew.
func (s *server) begins(ctx context.Context, actor domain.Actor, text string, do func(id domain.ID) (store.Started, error)) (*startedAnswer, error) {
	id, err := parse("user", text)
	if err != nil {
		return nil, err
	}
	started, err := do(id)
	if err != nil {
		return nil, err
	}
	return s.started(ctx, actor, started)
}

func (s *server) inviteUser(ctx context.Context, actor domain.Actor, in *struct {
	ID   string `path:"id"`
	Body struct {
		Mail bool `json:"mail,omitempty" doc:"Send the code by mail; else it is answered here, this once"`
	}
}) (*startedAnswer, error) {
	return s.begins(ctx, actor, in.ID, func(id domain.ID) (store.Started, error) {
		if in.Body.Mail && !s.Mail {
			return store.Started{}, errNoMail()
		}
		return s.DB.Invite(ctx, actor, id, in.Body.Mail)
	})
}

func (s *server) takeCode(ctx context.Context, actor domain.Actor, in *onUser) (*startedAnswer, error) {
	return s.begins(ctx, actor, in.ID, func(id domain.ID) (store.Started, error) { return s.DB.TakeCode(ctx, actor, id) })
}

func (s *server) resetPassword(ctx context.Context, actor domain.Actor, in *struct {
	ID   string `path:"id"`
	Body Start
}) (*startedAnswer, error) {
	return s.begins(ctx, actor, in.ID, func(id domain.ID) (store.Started, error) {
		how, err := s.start(in.Body)
		if err != nil {
			return store.Started{}, err
		}
		return s.DB.ResetPassword(ctx, actor, id, how)
	})
}

func (s *server) resetFactor(ctx context.Context, actor domain.Actor, in *onUser) (*userAnswer, error) {
	return s.then(ctx, actor, in.ID, func(id domain.ID) error { return s.DB.ResetFactor(ctx, actor, id) })
}

func (s *server) unlockUser(ctx context.Context, actor domain.Actor, in *onUser) (*userAnswer, error) {
	return s.then(ctx, actor, in.ID, func(id domain.ID) error { return s.DB.UnlockUser(ctx, actor, id) })
}

type endedSessions struct {
	Body struct {
		Ended int `json:"ended"`
	}
}

func (s *server) endSessions(ctx context.Context, actor domain.Actor, in *struct {
	ID   string `path:"id"`
	Body struct {
		Sessions []string `json:"sessions,omitempty" nullable:"false" maxItems:"1000" doc:"The IDs of those to end; none for all"`
	}
}) (*endedSessions, error) {
	id, err := parse("user", in.ID)
	if err != nil {
		return nil, err
	}
	var named []domain.ID
	for _, text := range in.Body.Sessions {
		session, err := domain.ParseID(text)
		if err != nil {
			return nil, domain.Errorf(domain.Invalid, "sessions", "%q isn't the ID of a session.", domain.CleanCut(text, 40))
		}
		named = append(named, session)
	}
	answer := &endedSessions{}
	answer.Body.Ended, err = s.DB.EndSessions(ctx, actor, id, named...)
	return answer, err
}

func (s *server) listSessions(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	Page
}) (*listed[shape.Session], error) {
	id, err := parse("user", in.ID)
	if err != nil {
		return nil, err
	}
	open, err := s.DB.Sessions(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	sessions := make([]shape.Session, 0, len(open))
	for _, o := range open {
		sessions = append(sessions, shape.NewSession(o))
	}
	return cut(sessions, in.Page, func(o shape.Session) string { return o.ID.String() })
}
