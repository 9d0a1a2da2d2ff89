package shape

import (
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// Token is an API token as lists show it; its text is in none.
type Token struct {
	ID           domain.ID `json:"id"`
	Account      string    `json:"account,omitempty" doc:"The account's name, where several are listed"`
	Name         string    `json:"name"`
	Prefix       string    `json:"prefix" doc:"How the text of the token begins"`
	UserID       domain.ID `json:"user_id"`
	Username     string    `json:"username" doc:"Whose token it is"`
	CustomerID   domain.ID `json:"customer_id"`
	CustomerPath string    `json:"customer_path" doc:"The owner's customer"`
	Own          bool      `json:"own" doc:"Whether it is that of whoever asks"`
	ReadOnly     bool      `json:"read_only"`
	State        string    `json:"state" doc:"active, expiring (within 14 days), expired, revoked or suspended"`
	CreatedAt    *string   `json:"created_at"`
	ExpiresAt    *string   `json:"expires_at" doc:"Null for never"`
	RevokedAt    *string   `json:"revoked_at"`
	LastUsedAt   *string   `json:"last_used_at" doc:"To the minute"`
	LastUsedFrom string    `json:"last_used_from"`
}

// NewToken is the form of a token.
func NewToken(t store.Token) Token {
	return Token{
		ID: t.ID, Name: t.Name, Prefix: t.Prefix, UserID: t.User, Username: t.Username, CustomerID: t.Customer, CustomerPath: t.CustomerPath,
		Own: t.Own, ReadOnly: t.ReadOnly, State: t.State.String(), CreatedAt: Instant(t.CreatedAt), ExpiresAt: Instant(t.ExpiresAt),
		RevokedAt: Instant(t.RevokedAt), LastUsedAt: Instant(t.UsedAt), LastUsedFrom: t.UsedFrom,
	}
}

// MadeToken is a token that was just made, with its text: the only time that it
// is seen.
type MadeToken struct {
	ID        domain.ID `json:"id"`
	Token     string    `json:"token"`
	ExpiresAt *string   `json:"expires_at"`
}

// NewMadeToken is the form of a new token and its text.
func NewMadeToken(id domain.ID, text string, expires time.Time) MadeToken {
	return MadeToken{ID: id, Token: text, ExpiresAt: Instant(expires)}
}
