package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
)

type rfidAnswer struct{ Body shape.RFID }

// registerRFID makes the routes of the RFID tokens of users.
func (s *server) registerRFID() {
	const tokens = "/users/{id}/rfid-tokens"
	handle(s, route{
		method: http.MethodGet, path: tokens, id: "list-rfid-tokens", section: sectionUsers, needs: needs(domain.UsersList),
		title: "The RFID tokens of a user", says: "Your own, and those of users whom you list. It takes the access control add-on.",
	}, s.listRFIDs)
	handle(s, route{
		method: http.MethodPost, path: tokens, id: "add-rfid-token", section: sectionUsers, needs: needs(domain.UsersEdit), status: http.StatusCreated, repeats: true,
		title: "Give a user an RFID token", says: "Its digits are unique in the account.",
	}, s.addRFID)
	handle(s, route{
		method: http.MethodPatch, path: tokens + "/{digits}", id: "switch-rfid-token", section: sectionUsers, needs: needs(domain.UsersEdit),
		title: "Switch an RFID token on or off", says: "Switched off, it stays with its holder.",
	}, s.switchRFID)
	handle(s, route{
		method: http.MethodDelete, path: tokens + "/{digits}", id: "remove-rfid-token", section: sectionUsers, needs: needs(domain.UsersEdit),
		title: "Take an RFID token from a user", says: "The access history keeps it. The answer is the token as it was.",
	}, s.removeRFID)
}

// OnRFID is one RFID token of a user.
type OnRFID struct {
	ID     string `path:"id"`
	Digits string `path:"digits" maxLength:"100" doc:"The digits of the RFID token"`
}

func (s *server) listRFIDs(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	Page
}) (*listed[shape.RFID], error) {
	id, err := parse("user", in.ID)
	if err != nil {
		return nil, err
	}
	found, err := s.DB.RFIDs(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return cut(shape.RFIDs(found), in.Page, func(t shape.RFID) string { return t.Digits })
}

func (s *server) addRFID(ctx context.Context, actor domain.Actor, in *struct {
	ID   string `path:"id"`
	Body struct {
		Digits string `json:"digits" maxLength:"100" doc:"1 to 32 digits, as text: zeros in front belong to it"`
		Note   string `json:"note,omitempty" maxLength:"1000" doc:"What it is, such as: blue fob"`
	}
}) (*rfidAnswer, error) {
	id, err := parse("user", in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.DB.AddRFID(ctx, actor, id, in.Body.Digits, in.Body.Note)
	if err != nil {
		return nil, err
	}
	return &rfidAnswer{shape.NewRFID(t)}, nil
}

func (s *server) switchRFID(ctx context.Context, actor domain.Actor, in *struct {
	OnRFID
	Body struct {
		On bool `json:"on"`
	}
}) (*rfidAnswer, error) {
	id, err := parse("user", in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.DB.SetRFID(ctx, actor, id, in.Digits, in.Body.On)
	if err != nil {
		return nil, err
	}
	return &rfidAnswer{shape.NewRFID(t)}, nil
}

func (s *server) removeRFID(ctx context.Context, actor domain.Actor, in *OnRFID) (*rfidAnswer, error) {
	id, err := parse("user", in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.DB.RemoveRFID(ctx, actor, id, in.Digits)
	if err != nil {
		return nil, err
	}
	return &rfidAnswer{shape.NewRFID(t)}, nil
}
