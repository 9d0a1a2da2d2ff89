package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) usersRFID() *cobra.Command {
	return p.parent("rfid", "The RFID tokens of users: cards and fobs that open doors and vehicles",
		p.rfidList(), p.rfidAdd(), p.rfidSwitch("on", "Switch an RFID token of a user on again", "%s is on."),
		p.rfidSwitch("off", "Switch an RFID token of a user off, without taking it away", "%s is off, and stays with %s."), p.rfidRemove())
}

func (p *program) rfidList() *cobra.Command {
	return p.onUser("list", "List the RFID tokens of a user", domain.UsersList, func(ctx context.Context, s *session, at *seat, row store.UserRow) error {
		return list(ctx, s, []*seat{at}, pageFlags{}, rfidListing(), func(ctx context.Context, at *seat, _ store.Page) (page[domain.RFID], error) {
			found, err := s.db.RFIDs(ctx, at.actor, row.ID)
			return page[domain.RFID]{rows: found, total: len(found)}, err
		})
	})
}

func rfidListing() listing[domain.RFID] {
	return listing[domain.RFID]{
		noun: "RFID token",
		head: []string{"RFID token", "Status", "Note", "Added"},
		cells: func(at *seat, t domain.RFID) []string {
			return []string{t.Digits, onOff(!t.Off), t.Note, at.moment(t.AddedAt)}
		},
		item: func(_ *seat, t domain.RFID) any { return shape.NewRFID(t) },
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// onRFID is a command about one RFID token of a user.
func (p *program) onRFID(use, short string, run func(ctx context.Context, s *session, at *seat, row store.UserRow, digits string) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " USER DIGITS", Short: short, Args: words("USER", "DIGITS"), Annotations: needs(domain.UsersEdit.String()),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				at, row, err := s.person(ctx, args[0])
				if err != nil {
					return err
				}
				return run(ctx, s, at, row, args[1])
			})
		},
	}
}

func (p *program) rfidAdd() *cobra.Command {
	var note string
	c := p.onRFID("add", "Give a user an RFID token", func(ctx context.Context, s *session, at *seat, row store.UserRow, digits string) error {
		t, err := s.db.AddRFID(ctx, at.actor, row.ID, digits, note)
		if err != nil {
			return err
		}
		return s.answer(shape.NewRFID(t), func() error { return s.say("Gave %s the RFID token %s.", row.Username, t.Digits) })
	})
	c.Flags().StringVar(&note, "note", "", "what it is, such as: blue fob")
	return c
}

func (p *program) rfidSwitch(state, short, did string) *cobra.Command {
	return p.onRFID(state, short, func(ctx context.Context, s *session, at *seat, row store.UserRow, digits string) error {
		t, err := s.db.SetRFID(ctx, at.actor, row.ID, digits, state == "on")
		if err != nil {
			return err
		}
		return s.answer(shape.NewRFID(t), func() error {
			if t.Off {
				return s.say(did, t.Digits, row.Username)
			}
			return s.say(did, t.Digits)
		})
	})
}

func (p *program) rfidRemove() *cobra.Command {
	return p.onRFID("remove", "Take an RFID token from a user; the access history keeps it", func(ctx context.Context, s *session, at *seat, row store.UserRow, digits string) error {
		t, err := s.db.RemoveRFID(ctx, at.actor, row.ID, digits)
		if err != nil {
			return err
		}
		return s.answer(shape.NewRFID(t), func() error { return s.say("Took the RFID token %s from %s.", t.Digits, row.Username) })
	})
}
