package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

// person finds a user by username, email or ID, and the seat to act from.
func (s *session) person(ctx context.Context, name string) (*seat, store.UserRow, error) {
	missing := error(domain.NoSuch("user"))
	for _, seat := range s.seats {
		row, err := s.db.FindUser(ctx, seat.actor, name)
		if err == nil {
			return seat, row, nil
		}
		if domain.KindOf(err) != domain.NotFound {
			return nil, row, err
		}
		missing = err
	}
	return nil, store.UserRow{}, missing
}

// onUser is a command about the one user that its argument names.
func (p *program) onUser(use, short string, capability domain.Capability, run func(context.Context, *session, *seat, store.UserRow) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " USER", Short: short, Args: words("USER"), Annotations: needs(capability.String()),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, row, err := s.person(ctx, args[0])
				if err != nil {
					return err
				}
				return run(ctx, s, seat, row)
			})
		},
	}
}

func (p *program) usersShow() *cobra.Command {
	return p.onUser("show", "Show a user, with what they can see and do", domain.UsersList, func(ctx context.Context, s *session, seat *seat, row store.UserRow) error {
		detail, err := s.db.User(ctx, seat.actor, row.ID)
		if err != nil {
			return err
		}
		access, err := s.db.Access(ctx, seat.actor, row.ID)
		if err != nil {
			return err
		}
		return s.answer(detailJSON(seat, detail, access), func() error { return s.describeUser(seat, detail, access) })
	})
}

func detailJSON(seat *seat, d store.UserDetail, a store.Access) shape.UserDetail {
	told := shape.NewUserDetail(d, a)
	told.Account = seat.accountName()
	return told
}

func (s *session) describeUser(seat *seat, d store.UserDetail, a store.Access) error {
	t := &table{w: s.Stdout}
	locked := ""
	if !d.LockedUntil.IsZero() {
		locked = "until " + seat.moment(d.LockedUntil)
	}
	lines := [][2]string{
		{"Username", d.Username}, {"Name", d.FullName}, {"Email", d.Email}, {"Phone", d.Phone}, {"Customer", d.CustomerPath},
		{"Groups", userGroups(d.UserRow)}, {"Locations", strings.Join(d.LocationNames, ", ")}, {"Status", d.Status.Words()},
		{"Locked", locked}, {"Second factor", shape.UserFactor(d.UserRow)}, {"Last sign-in", seat.moment(d.LastSignIn)},
		{"Sessions", thousands(d.Sessions)}, {"SSH keys", thousands(d.SSHKeys)},
		{"Created", seat.moment(d.CreatedAt)}, {"Created by", d.CreatedByName},
	}
	for _, t := range d.RFIDs {
		lines = append(lines, [2]string{"RFID token", strings.TrimSpace(t.Digits + " (" + onOff(!t.Off) + ") " + t.Note)})
	}
	if i := d.Invitation; i != nil {
		lines = append(lines, [2]string{"Code good until", seat.moment(i.Until)})
		if i.Mail.To != "" {
			lines = append(lines, [2]string{"Mail to " + i.Mail.To, strings.TrimSpace(strings.ReplaceAll(shape.MailState(i.Mail), "_", " ") + " " + i.Mail.Error)})
		}
	}
	for _, line := range lines {
		if line[1] == "" || line[1] == thousands(-1) {
			continue
		}
		if err := t.add(line[0], line[1]); err != nil {
			return err
		}
	}
	return firstOf(t.flush(), s.say("\n%s", a.Summary))
}

func (p *program) usersEdit() *cobra.Command {
	var f userFlags
	var active, inactive, unlimit bool
	c := p.onUser("edit", "Edit a user", domain.UsersEdit, nil)
	c.Long = "Edit a user. A change of customer takes away the locations that aren't the new one's. Where that would leave a limited user without any limit, it is refused unless --no-limit says so. What lifts a limit, or takes a customer its last administrator, is asked before; --yes answers it."
	c.RunE = func(c *cobra.Command, args []string) error {
		if !saysChange(c) {
			return usage(c, "Say what to change.")
		}
		return p.in(c, func(ctx context.Context, s *session) error {
			seat, row, err := s.person(ctx, args[0])
			if err != nil {
				return err
			}
			changed := row.User
			if err := f.change(c, s, seat, &changed); err != nil {
				return err
			}
			if active || inactive {
				changed.Inactive = inactive
			}
			return s.editUser(ctx, seat, row, changed, f.customer, unlimit)
		})
	}
	f.add(c)
	c.Flags().BoolVar(&active, "active", false, "activate them")
	c.Flags().BoolVar(&inactive, "inactive", false, "deactivate them; their sessions end")
	c.Flags().BoolVar(&unlimit, "no-limit", false, "with --customer: lift the limit to locations")
	oneOf(c, "active", "inactive")
	return c
}

// editUser saves what changed, and moves the user first where that is asked
// for, since what they may be given depends on where they are.
func (s *session) editUser(ctx context.Context, seat *seat, row store.UserRow, changed domain.User, customer string, unlimit bool) error {
	to := row.Customer
	if customer != "" {
		var err error
		if to, err = seat.rights.Resolve(customer); err != nil {
			return err
		}
	}
	after := changed
	after.Customer = to
	if err := s.warned(ctx, seat, row, &after, "Save "+row.Username+"?"); err != nil {
		return err
	}
	var dropped []string
	if to != row.Customer {
		moved, err := s.db.MoveUser(ctx, seat.actor, row.ID, to, unlimit)
		if err != nil {
			return err
		}
		dropped = moved.Dropped
		changed.Customer, changed.Version = to, moved.User.Version
		if len(dropped) > 0 {
			changed.Locations = moved.User.Locations
		}
	}
	if _, err := s.db.EditUser(ctx, seat.actor, changed); err != nil {
		return err
	}
	text := "Saved %s."
	if len(dropped) > 0 {
		text += " No longer limited to " + domain.Clean(strings.Join(dropped, ", ")) + ": not the new customer's."
	}
	return s.tellUser(ctx, seat, row.ID, text)
}

// warned asks before what takes a customer its last administrator.
func (s *session) warned(ctx context.Context, seat *seat, row store.UserRow, after *domain.User, question string) error {
	warning, err := s.db.WarnUser(ctx, seat.actor, row.ID, after)
	if err != nil || warning == "" {
		return err
	}
	return s.confirm(ctx, warning+" "+question)
}

// tellUser answers with a user as they are now, after what was done.
func (s *session) tellUser(ctx context.Context, seat *seat, id domain.ID, text string) error {
	row, err := s.db.FindUser(ctx, seat.actor, id.String())
	if err != nil {
		return err
	}
	return s.answer(userJSON(seat, row), func() error { return s.say(text, row.Username) })
}

func (p *program) usersDelete() *cobra.Command {
	return p.onUser("delete", "Delete a user; their sessions, keys and tokens end", domain.UsersEdit, func(ctx context.Context, s *session, seat *seat, row store.UserRow) error {
		detail, err := s.db.User(ctx, seat.actor, row.ID)
		if err != nil {
			return err
		}
		warning, err := s.db.WarnUser(ctx, seat.actor, row.ID, nil)
		if err != nil {
			return err
		}
		about := strings.Join(slices.DeleteFunc([]string{
			"Delete " + row.Username + " of " + row.CustomerPath + "?", endsWith(detail), warning,
		}, func(text string) bool { return text == "" }), " ")
		if seat.rights.MayDeleteUser(&row.User).Allowed { // or else it is refused, and that noted
			if err := s.confirmName(ctx, about, row.Username); err != nil {
				return err
			}
		}
		if err := s.db.DeleteUser(ctx, seat.actor, row.ID); err != nil {
			return err
		}
		return s.answer(userJSON(seat, row), func() error { return s.say("Deleted %s.", row.Username) })
	})
}

// endsWith says what ends when a user goes, "" for nothing.
func endsWith(d store.UserDetail) string {
	var ends []string
	for _, held := range []struct {
		n    int
		noun string
	}{{d.Sessions, "session"}, {d.SSHKeys, "SSH key"}, {d.Tokens, "token"}} {
		if held.n > 0 {
			ends = append(ends, count(held.n, held.noun))
		}
	}
	if len(ends) == 0 {
		return ""
	}
	return "What ends with them: " + strings.Join(ends, ", ") + "."
}
