package store

import (
	"context"

	"tenantry/domain"
)

// tokenAttempts are the operations on API tokens, as attempts has those on all
// else.
func tokenAttempts() []attempted {
	var all []attempted
	add := func(operation, how string, do func(ctx context.Context, db *DB, actor domain.Actor, x, mine theirs) (any, error)) {
		all = append(all, attempted{operation: operation, how: how, do: do})
	}
	add("Token", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Token(ctx, a, x.token)
	})
	add("Tokens", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Tokens(ctx, a, TokenQuery{Customer: x.customer})
	})
	add("Tokens", "below", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Tokens(ctx, a, TokenQuery{Customer: x.customer, Below: true})
	})
	add("Tokens", "with own", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Tokens(ctx, a, TokenQuery{Customer: x.customer, Own: true})
	})
	add("Tokens", "of a user", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Tokens(ctx, a, TokenQuery{User: x.user})
	})
	add("Tokens", "by name", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Tokens(ctx, a, TokenQuery{Filter: x.username})
	})
	add("Tokens", "after", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Tokens(ctx, a, TokenQuery{Page: Page{Cursor: writeCursor(x.token.String())}})
	})
	add("RevokeToken", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return nil, db.RevokeToken(ctx, a, x.token)
	})
	add("RevokeTokens", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.RevokeTokens(ctx, a, x.user)
	})
	return all
}
