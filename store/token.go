package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"strconv"
	"time"

	"tenantry/domain"
)

// Token is an API token with what a list shows.
type Token struct {
	domain.Token
	Username     string // of its owner
	Customer     domain.ID
	CustomerPath string // of the owner's customer
	Own          bool   // the actor's
	Prefix       string // how its text begins
	State        domain.TokenState
}

// NewToken is what somebody chooses for a new token.
type NewToken struct {
	Name      string
	ExpiresAt time.Time     // zero for never
	Lasts     time.Duration // from now on, instead of ExpiresAt
	ReadOnly  bool
}

// endedKept is how long a token that has ended is still listed, and endedMost of
// how many of a user, beside those that haven't.
const (
	endedKept = 90 * 24 * time.Hour
	endedMost = domain.MaxTokens
)

// CreateToken makes an API token of the actor's own and answers its text, which
// nobody can read again. Invalid on "name" or "expires_at" (past, later than the
// account allows, or never where it doesn't), Conflict on "name" where a token
// of that name is of use, and where there are domain.MaxTokens already, Unproven
// where the actor hasn't confirmed lately, Refused to the operator, who is no
// user, and to a token: a token makes no tokens.
func (db *DB) CreateToken(ctx context.Context, actor domain.Actor, n NewToken) (Token, string, error) {
	var made Token
	var text string
	create := attempt{action: "token.create", subject: SubjectUser, objects: ids(actor.User)}
	err := db.update(ctx, actor, create, func(tx *tx, may *domain.Rights) error {
		u, err := ownUser(may)
		if err != nil {
			return err
		}
		if err := tx.byPerson(); err != nil {
			return err
		}
		if n.Name, err = domain.CheckName("name", n.Name); err != nil {
			return err
		}
		if n.Lasts != 0 {
			n.ExpiresAt = tx.now.Add(n.Lasts)
		}
		if err := tx.checkTokenEnd(may, u, n.ExpiresAt); err != nil {
			return err
		}
		if err := tx.roomForToken(u, n.Name); err != nil {
			return err
		}
		if err := tx.recentlyProven(); err != nil {
			return err
		}
		shown, t, err := tx.createToken(u, n)
		if err != nil {
			return err
		}
		made, text = tx.tokenRow(may, u, t), shown.String()
		return tx.auditToken(create.action, u, &t, change{"username", "", u.Username}, change{"prefix", "", t.Prefix()},
			change{"expires_at", "", endWords(t.ExpiresAt)}, change{"read_only", "", strconv.FormatBool(t.ReadOnly)})
	})
	if err != nil {
		return Token{}, "", err
	}
	return made, text, nil
}

// checkTokenEnd asks that a token ends when the account wants it to. Days are
// those of whose token it is.
func (tx *tx) checkTokenEnd(may *domain.Rights, u *domain.User, end time.Time) error {
	last := may.Account().Limits.LastTokenDay(tx.now, may.Tree().SettingsFor(u).Zone())
	switch {
	case end.IsZero() && last.IsZero():
		return nil
	case end.IsZero():
		return domain.Errorf(domain.Invalid, "expires_at", "Every API token of this account ends. Choose a day, at the latest %s.", last.Format("2 January 2006"))
	case !end.After(tx.now):
		return domain.Errorf(domain.Invalid, "expires_at", "That is over already. Choose a later day.")
	case !last.IsZero() && end.After(last):
		return domain.Errorf(domain.Invalid, "expires_at", "API tokens of this account last %d days at most. Choose a day, at the latest %s.", may.Account().Limits.TokenDays, last.Format("2 January 2006"))
	case end.Year() > 9999:
		return domain.Errorf(domain.Invalid, "expires_at", "That is too far off. Choose an earlier day, or never.")
	}
	return nil
}

// roomForToken asks that a user can have one token more, of that name, and lets
// go of those that ended long ago.
func (tx *tx) roomForToken(u *domain.User, name string) error {
	tokens, err := tx.tokensOf(u.Account, u.ID)
	if err != nil {
		return err
	}
	working := 0
	var ended []domain.Token
	for _, t := range tokens {
		switch {
		case t.Ended(tx.now):
			ended = append(ended, t)
		case domain.Fold(t.Name) == domain.Fold(name):
			return domain.Errorf(domain.Conflict, "name", "You have a token called %q already. Choose another name, or revoke that one first.", t.Name)
		default:
			working++
		}
	}
	if working >= domain.MaxTokens {
		return domain.Errorf(domain.Conflict, "", "A user takes at most %d API tokens. Revoke those that nothing uses any more.", domain.MaxTokens)
	}
	slices.SortFunc(ended, func(a, b domain.Token) int { return tokenEnd(&b).Compare(tokenEnd(&a)) })
	for i := range ended {
		if i >= endedMost || tx.now.Sub(tokenEnd(&ended[i])) >= endedKept {
			if err := tx.deleteToken(&ended[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// tokenEnd is when a token that has ended did.
func tokenEnd(t *domain.Token) time.Time {
	if !t.RevokedAt.IsZero() {
		return t.RevokedAt
	}
	return t.ExpiresAt
}

// createToken draws a token and writes what may be kept of it.
func (tx *tx) createToken(u *domain.User, n NewToken) (shown domain.TokenText, t domain.Token, err error) {
	if shown.ID, err = tx.newID(); err != nil {
		return shown, t, err
	}
	if _, err := tx.db.random.Read(shown.Secret[:]); err != nil {
		return shown, t, noRandomness(err)
	}
	t = domain.Token{
		ID: shown.ID, Account: u.Account, User: u.ID, Name: n.Name, ReadOnly: n.ReadOnly, CreatedAt: tx.now, ExpiresAt: n.ExpiresAt.UTC(),
	}
	hash := hashToken(shown)
	r := tokenRecord{
		Name: t.Name, Hash: hash[:], ReadOnly: t.ReadOnly, Created: timeToRecord(t.CreatedAt), Expires: timeToRecord(n.ExpiresAt),
	}
	if err := tx.put(tableTokenOwner, key1(t.ID), key2(u.Account, u.ID)); err != nil {
		return shown, t, err
	}
	return shown, t, tx.putToken(&t, r)
}

// hashToken is what is kept of a token's secret. The secret has 256 random bits,
// so that nothing slower than SHA-256 is needed.
func hashToken(t domain.TokenText) [sha256.Size]byte { return sha256.Sum256(t.Secret[:]) }

// RevokeToken ends one token, the actor's own or one of somebody whom they may
// reset. NotFound for any other. One that is revoked already stays as it is.
func (db *DB) RevokeToken(ctx context.Context, actor domain.Actor, token domain.ID) error {
	revoke := attempt{action: "token.revoke", subject: SubjectToken, objects: ids(token)}
	return db.update(ctx, actor, revoke, func(tx *tx, may *domain.Rights) error {
		u, t, err := tx.tokenIn(may, token)
		if err != nil || !t.RevokedAt.IsZero() {
			return err
		}
		return tx.revokeToken(&u, t.ID)
	})
}

// RevokeTokens ends all tokens of a user that are of use, and answers how many:
// the actor's own (user zero, or themselves), or those of somebody whom they may
// reset.
func (db *DB) RevokeTokens(ctx context.Context, actor domain.Actor, user domain.ID) (int, error) {
	revoke := attempt{action: "token.revoke", subject: SubjectUser, objects: ids(user)}
	ended := 0
	err := db.update(ctx, actor, revoke, func(tx *tx, may *domain.Rights) error {
		u, err := tx.ownOrResettable(may, user)
		if err != nil {
			return err
		}
		ended, err = tx.revokeTokens(u)
		return err
	})
	if err != nil {
		return 0, err
	}
	return ended, nil
}

// revokeTokens ends all tokens of a user that are of use.
func (tx *tx) revokeTokens(u *domain.User) (ended int, err error) {
	tokens, err := tx.tokensOf(u.Account, u.ID)
	if err != nil {
		return 0, err
	}
	for i := range tokens {
		if tokens[i].Ended(tx.now) {
			continue
		}
		if err := tx.revokeToken(u, tokens[i].ID); err != nil {
			return ended, err
		}
		ended++
	}
	return ended, nil
}

func (tx *tx) revokeToken(u *domain.User, token domain.ID) error {
	r, err := tx.tokenRecord(u.Account, u.ID, token)
	if r == nil || err != nil {
		return firstOf(err, domain.NoSuch("token"))
	}
	r.Revoked = timeToRecord(tx.now)
	t := r.token(u.Account, u.ID, token)
	if err := tx.putToken(&t, *r); err != nil {
		return err
	}
	return tx.auditToken("token.revoke", u, &t, change{"username", u.Username, ""}, change{"prefix", t.Prefix(), ""})
}

// auditToken notes what became of a token.
func (tx *tx) auditToken(action string, u *domain.User, t *domain.Token, changed ...change) error {
	_, err := tx.audit(u.Account, entry{
		action: action, subject: SubjectToken, object: t.ID, name: t.Name, where: ids(u.Customer), changes: changed,
	})
	return err
}

// endWords is the end of a token in the audit trail.
func endWords(end time.Time) string {
	if end.IsZero() {
		return "never"
	}
	return end.UTC().Format(time.RFC3339)
}

// tokenRecord is a token in the file.
type tokenRecord struct {
	Name     string `cbor:"1,keyasint,omitempty"`
	Hash     []byte `cbor:"2,keyasint,omitempty"` // SHA-256 of the secret, which is nowhere
	ReadOnly bool   `cbor:"3,keyasint,omitempty"`
	Created  int64  `cbor:"4,keyasint,omitempty"`
	Expires  int64  `cbor:"5,keyasint,omitempty"`
	Revoked  int64  `cbor:"6,keyasint,omitempty"`
	Used     int64  `cbor:"7,keyasint,omitempty"`
	From     string `cbor:"8,keyasint,omitempty"`
}

func (r *tokenRecord) token(account, user, id domain.ID) domain.Token {
	return domain.Token{
		ID: id, Account: account, User: user, Name: r.Name, ReadOnly: r.ReadOnly, CreatedAt: timeFromRecord(r.Created),
		ExpiresAt: timeFromRecord(r.Expires), RevokedAt: timeFromRecord(r.Revoked), UsedAt: timeFromRecord(r.Used), UsedFrom: r.From,
	}
}

func tokenFromValue(key, value []byte) (domain.Token, error) {
	var r tokenRecord
	err := decodeAt(tableToken, key, value, &r)
	return r.token(idAt(key, 0), idAt(key, 1), idAt(key, 2)), err
}

// tokenRecord reads a token; nil when the user has none such.
func (tx *tx) tokenRecord(account, user, token domain.ID) (*tokenRecord, error) {
	var r tokenRecord
	there, err := readRecord(tx.kv, tableToken, key3(account, user, token), &r)
	if !there || err != nil {
		return nil, err
	}
	return &r, nil
}

func (tx *tx) putToken(t *domain.Token, r tokenRecord) error {
	return tx.put(tableToken, key3(t.Account, t.User, t.ID), encode(r))
}

// tokenOwner finds whose a token is, of any account; zero where there is none.
func (tx *tx) tokenOwner(token domain.ID) (account, user domain.ID, err error) {
	value, err := tx.get(tableTokenOwner, key1(token))
	return idAt(value, 0), idAt(value, 1), err
}

func (tx *tx) deleteToken(t *domain.Token) error {
	if err := tx.delete(tableTokenOwner, key1(t.ID)); err != nil {
		return err
	}
	return tx.delete(tableToken, key3(t.Account, t.User, t.ID))
}

// deleteTokens removes all tokens of a user who goes.
func (tx *tx) deleteTokens(account, user domain.ID) error {
	tokens, err := tx.tokensOf(account, user)
	if err != nil {
		return err
	}
	for i := range tokens {
		if err := tx.deleteToken(&tokens[i]); err != nil {
			return err
		}
	}
	return nil
}

// tokensOf are all tokens of a user, ended ones too, in the order of their IDs.
func (tx *tx) tokensOf(account, user domain.ID) ([]domain.Token, error) {
	var tokens []domain.Token
	c := tx.scan(tableToken, key2(account, user))
	for c.next() {
		t, err := tokenFromValue(c.key(), c.value())
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
	}
	return tokens, c.err()
}

// workingTokens counts the tokens of a user that haven't ended.
func (tx *tx) workingTokens(account, user domain.ID) (int, error) {
	tokens, err := tx.tokensOf(account, user)
	n := 0
	for i := range tokens {
		if !tokens[i].Ended(tx.now) {
			n++
		}
	}
	return n, err
}

// endingTokens are the tokens of a user that end soon, the first to end first.
func (tx *tx) endingTokens(account, user domain.ID) ([]domain.Token, error) {
	tokens, err := tx.tokensOf(account, user)
	tokens = slices.DeleteFunc(tokens, func(t domain.Token) bool { return t.State(tx.now, false) != domain.TokenExpiring })
	slices.SortFunc(tokens, func(a, b domain.Token) int {
		if by := a.ExpiresAt.Compare(b.ExpiresAt); by != 0 {
			return by
		}
		return bytes.Compare(a.ID[:], b.ID[:])
	})
	return tokens, err
}
