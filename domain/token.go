package domain

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
)

// Token is an API token: a user's key to the REST API. Its secret isn't in it,
// nor anywhere else but with whoever was shown it.
type Token struct {
	ID        ID // public: it stands in the token's text, too
	Account   ID
	User      ID // whose rights it has, those of the moment
	Name      string
	ReadOnly  bool
	CreatedAt time.Time
	ExpiresAt time.Time // zero for never
	RevokedAt time.Time // zero where it isn't
	UsedAt    time.Time // the last use, to the minute; zero for never
	UsedFrom  string    // where from
}

// MaxTokens is how many API tokens of a user may be of use at a time.
const MaxTokens = 50

// TokenWarning is how long before its end a token says that it ends.
const TokenWarning = 14 * 24 * time.Hour

// TokenState is what becomes of whoever shows a token.
type TokenState uint8

const (
	TokenActive    TokenState = iota
	TokenExpiring             // active, and ends within TokenWarning
	TokenExpired              // its time is over
	TokenRevoked              // somebody ended it
	TokenSuspended            // its owner is inactive, or the account suspended: it comes back with them
)

var tokenStates = [...]string{
	TokenActive: "active", TokenExpiring: "expiring", TokenExpired: "expired", TokenRevoked: "revoked", TokenSuspended: "suspended",
}

// String is the state in JSON and on the screen.
func (s TokenState) String() string {
	if int(s) < len(tokenStates) {
		return tokenStates[s]
	}
	return ""
}

// Works says whether a token of that state opens anything.
func (s TokenState) Works() bool { return s == TokenActive || s == TokenExpiring }

// State is the token's at a time; suspended says that its owner is inactive or
// the account suspended. What can't be taken back comes first.
func (t *Token) State(now time.Time, suspended bool) TokenState {
	switch {
	case !t.RevokedAt.IsZero():
		return TokenRevoked
	case !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt):
		return TokenExpired
	case suspended:
		return TokenSuspended
	case !t.ExpiresAt.IsZero() && t.ExpiresAt.Sub(now) <= TokenWarning:
		return TokenExpiring
	}
	return TokenActive
}

// Ended says whether the token is over for good: revoked or expired.
func (t *Token) Ended(now time.Time) bool {
	s := t.State(now, false)
	return s == TokenRevoked || s == TokenExpired
}

// Prefix is how the text of the token begins, enough to tell which one somebody
// has found: "tenantry_k5qxm2ae".
func (t *Token) Prefix() string {
	return TokenText{ID: t.ID}.String()[:len(tokenPrefix)+tokenShown]
}

// The text of a token is a word that says what it is, then 55 bytes in base32:
// the public identity, the secret, and a checksum, by which a text that was cut
// or mistyped is told without looking anywhere. Letters, digits and underscores
// are what a double click selects as one word.
//
//	tenantry_ identity (16 bytes) secret (32) checksum (7)
//
// 55 bytes make 88 letters with no bit left over, so that there is only one way
// to write a token.
const (
	tokenPrefix   = "tenantry_"
	tokenSecret   = 32
	tokenChecksum = 7
	tokenBytes    = 16 + tokenSecret + tokenChecksum
	tokenShown    = 8 // letters of the identity in Prefix

	// TokenLength is how long the text of every token is.
	TokenLength = len(tokenPrefix) + tokenBytes*8/5
)

var tokenAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// TokenText is what a token's text holds.
type TokenText struct {
	ID     ID
	Secret [tokenSecret]byte
}

// String is the text, the only time that the secret is seen: it must never be
// kept, logged or put into an error.
func (t TokenText) String() string {
	b := make([]byte, 0, tokenBytes)
	b = append(append(b, t.ID[:]...), t.Secret[:]...)
	b = append(b, checksumOfToken(b)...)
	return tokenPrefix + tokenAlphabet.EncodeToString(b)
}

// checksumOfToken is over the word too: another program's token that looks like
// this one isn't one.
func checksumOfToken(b []byte) []byte {
	sum := sha256.Sum256(append([]byte(tokenPrefix), b...))
	return sum[:tokenChecksum]
}

// ParseTokenText reads the text of a token; false for anything that isn't
// exactly as String writes it.
func ParseTokenText(text string) (t TokenText, ok bool) {
	if len(text) != TokenLength || !strings.HasPrefix(text, tokenPrefix) || strings.ContainsAny(text, "\r\n") {
		return t, false // the decoder would skip line breaks
	}
	b, err := tokenAlphabet.DecodeString(text[len(tokenPrefix):])
	if err != nil || len(b) != tokenBytes {
		return t, false
	}
	sum := len(b) - tokenChecksum
	if !bytes.Equal(b[sum:], checksumOfToken(b[:sum])) {
		return t, false
	}
	copy(t.ID[:], b)
	copy(t.Secret[:], b[len(t.ID):])
	return t, true
}

// LastTokenDay is the latest moment at which a token made now may end: the end
// of the day, in whoever's zone, that is so many days from now. Zero where
// tokens need not end.
func (l Limits) LastTokenDay(now time.Time, zone *time.Location) time.Time {
	if l.TokenDays == TokensNeverEnd {
		return time.Time{}
	}
	return EndOfDay(now.In(zone).AddDate(0, 0, l.TokenDays))
}

// ParseTokenDay reads the last day of a token and answers the end of it in a
// zone; an Invalid error on "expires_at" for what is no day.
func ParseTokenDay(text string, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.DateOnly, "2006-1-2", "2.1.2006", "2 Jan 2006", "2 January 2006"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return EndOfDay(t), nil
		}
	}
	return time.Time{}, Errorf(Invalid, "expires_at", "Give the last day as year-month-day, such as 2027-03-01.")
}

// EndOfDay is the last second of the day of t, in the zone of t: whoever says
// that a thing lasts until a day means that day too.
func EndOfDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 23, 59, 59, 0, t.Location())
}
