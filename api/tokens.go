package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionTokens = "Tokens"

type tokenAnswer struct{ Body shape.Token }

// There is no way to make a token with a token: that takes the console.
func (s *server) registerTokens() {
	handle(s, route{
		method: http.MethodGet, path: "/tokens", id: "list-tokens", section: sectionTokens, needs: needsNothing,
		title: "List API tokens", says: "Your own, and those of users whom you may reset. They are made in the console, never here.",
	}, s.listTokens)
	handle(s, route{
		method: http.MethodGet, path: "/tokens/{id}", id: "get-token", section: sectionTokens, needs: needsNothing,
		title: "One API token",
	}, func(ctx context.Context, actor domain.Actor, in *struct {
		ID string `path:"id"`
	}) (*tokenAnswer, error) {
		id, err := parse("token", in.ID)
		if err != nil {
			return nil, err
		}
		return s.token(ctx, actor, id)
	})
	handle(s, route{
		method: http.MethodDelete, path: "/tokens/{id}", id: "revoke-token", section: sectionTokens, needs: needsNothing,
		title: "Revoke an API token", says: "It opens nothing from then on. It stays in the list.",
	}, s.revokeToken)
}

func (s *server) listTokens(ctx context.Context, actor domain.Actor, in *struct {
	Page
	Scope
	User   string `query:"user" maxLength:"1000" doc:"Only those of this user: an ID, a username or an email"`
	Filter string `query:"filter" maxLength:"1000" doc:"Only those with all these words in name, prefix, username, customer or state"`
}) (*listed[shape.Token], error) {
	q := store.TokenQuery{Filter: in.Filter, Page: in.page()}
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	if in.User != "" {
		row, err := s.DB.FindUser(ctx, actor, in.User)
		if err != nil {
			return nil, err
		}
		q.User = row.ID
	} else if q.Customer, q.Below, err = in.in(may); err != nil {
		return nil, err
	}
	found, err := s.DB.Tokens(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	tokens := make([]shape.Token, 0, len(found.Rows))
	for _, t := range found.Rows {
		tokens = append(tokens, shape.NewToken(t))
	}
	return newListed(tokens, found.Next, found.Total), nil
}

func (s *server) token(ctx context.Context, actor domain.Actor, id domain.ID) (*tokenAnswer, error) {
	t, err := s.DB.Token(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return &tokenAnswer{shape.NewToken(t)}, nil
}

func (s *server) revokeToken(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
}) (*tokenAnswer, error) {
	id, err := parse("token", in.ID)
	if err != nil {
		return nil, err
	}
	own := store.Token{}
	if id == actor.Token { // afterwards it can't look any more
		if own, err = s.DB.Token(ctx, actor, id); err != nil {
			return nil, err
		}
	}
	if err := s.DB.RevokeToken(ctx, actor, id); err != nil {
		return nil, err
	}
	if id == actor.Token {
		own.State, own.RevokedAt = domain.TokenRevoked, s.Now()
		return &tokenAnswer{shape.NewToken(own)}, nil
	}
	return s.token(ctx, actor, id)
}
