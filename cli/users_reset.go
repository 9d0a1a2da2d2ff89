package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

// starting is a command that has somebody get in anew.
func (p *program) starting(use, short string, start *startFlags, begin func(context.Context, *session, *seat, store.UserRow, store.Start) (store.Started, error), did string) *cobra.Command {
	c := p.onUser(use, short, domain.UsersEdit, nil)
	c.RunE = func(c *cobra.Command, args []string) error {
		how, err := start.read(c, p)
		if err != nil {
			return err
		}
		return p.in(c, func(ctx context.Context, s *session) error {
			seat, row, err := s.person(ctx, args[0])
			if err != nil {
				return err
			}
			started, err := begin(ctx, s, seat, row, how)
			if err != nil {
				return err
			}
			return s.tellStarted(ctx, seat, started, did)
		})
	}
	return c
}

func (p *program) usersInvite() *cobra.Command {
	var mail bool
	c := p.onUser("invite", "Make a welcome code for somebody who hasn't signed in yet, or has no sign-in", domain.UsersEdit, nil)
	c.Long = "Make a new welcome code for somebody who hasn't signed in yet, or give one to somebody who has no sign-in. It is answered here, to hand over, or sent by mail. The code before it is void."
	c.RunE = func(c *cobra.Command, args []string) error {
		if _, err := (&startFlags{mail: mail, code: !mail}).read(c, p); err != nil {
			return err
		}
		return p.in(c, func(ctx context.Context, s *session) error {
			seat, row, err := s.person(ctx, args[0])
			if err != nil {
				return err
			}
			started, err := s.db.Invite(ctx, seat.actor, row.ID, mail)
			if err != nil {
				return err
			}
			return s.tellStarted(ctx, seat, started, "Invited")
		})
	}
	c.Flags().BoolVar(&mail, "mail", false, "send the code to their email address")
	return c
}

func (p *program) usersResetPassword() *cobra.Command {
	var start startFlags
	c := p.starting("reset-password", "End a user's password and sessions, and let them in anew", &start,
		func(ctx context.Context, s *session, seat *seat, row store.UserRow, how store.Start) (store.Started, error) {
			return s.db.ResetPassword(ctx, seat.actor, row.ID, how)
		}, "Reset the password of")
	start.add(c)
	return c
}

func (p *program) usersResetFactor() *cobra.Command {
	return p.onUser("reset-mfa", "Take a user's second factor away; their sessions end", domain.UsersEdit, func(ctx context.Context, s *session, seat *seat, row store.UserRow) error {
		if row.Enrolled {
			if err := s.confirm(ctx, "Take the second factor of "+row.Username+" away? Their sessions end."); err != nil {
				return err
			}
		}
		if err := s.db.ResetFactor(ctx, seat.actor, row.ID); err != nil {
			return err
		}
		return s.tellUser(ctx, seat, row.ID, "%s has no second factor any more.")
	})
}

func (p *program) usersUnlock() *cobra.Command {
	return p.onUser("unlock", "Forget a user's failed sign-ins", domain.UsersEdit, func(ctx context.Context, s *session, seat *seat, row store.UserRow) error {
		if err := s.db.UnlockUser(ctx, seat.actor, row.ID); err != nil {
			return err
		}
		return s.tellUser(ctx, seat, row.ID, "%s can try again at once.")
	})
}

func (p *program) usersCode() *cobra.Command {
	return p.onUser("code", "Take the code out of a mail that waits, to hand it over", domain.UsersEdit, func(ctx context.Context, s *session, seat *seat, row store.UserRow) error {
		started, err := s.db.TakeCode(ctx, seat.actor, row.ID)
		if err != nil {
			return err
		}
		return s.tellStarted(ctx, seat, started, "Took back the mail to")
	})
}

func (p *program) usersSessions() *cobra.Command {
	return p.onUser("sessions", "List a user's open sessions", domain.UsersEdit, func(ctx context.Context, s *session, seat *seat, row store.UserRow) error {
		return s.listSessions(ctx, seat, row.ID)
	})
}

func (s *session) listSessions(ctx context.Context, at *seat, user domain.ID) error {
	one := listing[store.Session]{
		noun: "session",
		head: []string{"ID", "Door", "From", "Started", "Last key"},
		cells: func(at *seat, o store.Session) []string {
			return []string{o.ID.String(), o.Door.String(), o.From, at.moment(o.StartedAt), at.moment(o.SeenAt)}
		},
		item: func(_ *seat, o store.Session) any {
			return shape.NewSession(o)
		},
	}
	return list(ctx, s, []*seat{at}, pageFlags{}, one, func(ctx context.Context, at *seat, _ store.Page) (page[store.Session], error) {
		found, err := s.db.Sessions(ctx, at.actor, user)
		return page[store.Session]{rows: found, total: len(found)}, err
	})
}

func (p *program) usersEndSessions() *cobra.Command {
	var only []string
	c := p.onUser("end-sessions", "End a user's open sessions", domain.UsersEdit, nil)
	c.RunE = func(c *cobra.Command, args []string) error {
		var named []domain.ID
		for _, text := range only {
			id, err := domain.ParseID(text)
			if err != nil {
				return domain.Errorf(domain.Invalid, "session", "%q isn't the ID of a session.", domain.CleanCut(text, 40))
			}
			named = append(named, id)
		}
		return p.in(c, func(ctx context.Context, s *session) error {
			seat, row, err := s.person(ctx, args[0])
			if err != nil {
				return err
			}
			n, err := s.db.EndSessions(ctx, seat.actor, row.ID, named...)
			if err != nil {
				return err
			}
			return s.answer(map[string]int{"ended": n}, func() error { return s.say("Ended %s of %s.", count(n, "session"), row.Username) })
		})
	}
	c.Flags().StringSliceVar(&only, "session", nil, "only the one with this ID; may be given again")
	return c
}
