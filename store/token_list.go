package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tenantry/domain"
)

// TokenQuery selects tokens: the actor's own, and those of users whom they may
// reset.
type TokenQuery struct {
	Customer domain.ID // of the owners; zero: the actor's whole reach
	Below    bool      // with those of nested customers
	Own      bool      // and the actor's own in any case, whatever Customer says
	User     domain.ID // only those of this user; Customer and Below don't count then
	Filter   string    // words over name, prefix, username, customer, state, "read-only"
	Page
}

// TokenList is a page of tokens.
type TokenList struct {
	Rows  []Token
	Next  string // cursor of the next page, empty at the end
	Total int
}

// Tokens lists tokens, ended ones too, in the order of the tree, then by
// username, the newest first. NotFound when q.Customer isn't in reach, and for
// q.User NotFound and Refused as ResetPassword.
func (db *DB) Tokens(ctx context.Context, actor domain.Actor, q TokenQuery) (TokenList, error) {
	var list TokenList
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		after, err := readCursor(q.Cursor)
		if err != nil {
			return err
		}
		found, err := tx.matchingTokens(may, q)
		if err != nil {
			return err
		}
		list, err = tokenPage(found, after, q.limit())
		return err
	})
	return list, err
}

// matchingTokens are the tokens that the actor may see and a query wants, in
// their order.
func (tx *tx) matchingTokens(may *domain.Rights, q TokenQuery) ([]Token, error) {
	wanted, err := tx.tokensWanted(may, q)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(domain.Fold(q.Filter))
	var found []Token
	owners := map[domain.ID]*domain.User{} // nil for those whose tokens aren't for the actor
	prefix := key1(may.Account().ID)
	if !q.User.IsZero() {
		prefix = key2(may.Account().ID, q.User)
	}
	c := tx.scan(tableToken, prefix)
	for c.next() {
		user := idAt(c.key(), 1)
		u, known := owners[user]
		if !known {
			if u, err = tx.tokensUser(may, user, wanted); err != nil {
				return nil, err
			}
			owners[user] = u
		}
		if u == nil {
			continue
		}
		t, err := tokenFromValue(c.key(), c.value())
		if err != nil {
			return nil, err
		}
		if row := tx.tokenRow(may, u, t); row.matches(words) {
			found = append(found, row)
		}
	}
	sortTokens(may.Tree(), found)
	return found, firstOf(c.err(), tx.ctx.Err())
}

// tokensWanted says of a user, who is the actor's own or in reach, whether a
// query is about them.
func (tx *tx) tokensWanted(may *domain.Rights, q TokenQuery) (func(*domain.User) bool, error) {
	own := may.User()
	switch {
	case !q.User.IsZero():
		u, err := tx.ownOrResettable(may, q.User)
		return func(other *domain.User) bool { return other.ID == u.ID }, err
	case q.Customer.IsZero():
		return func(*domain.User) bool { return true }, nil
	case !may.Reaches(q.Customer):
		return nil, domain.NoSuch("customer")
	}
	return func(u *domain.User) bool {
		switch {
		case q.Own && own != nil && u.ID == own.ID:
			return true
		case u.Customer.IsZero():
			return false
		case q.Below:
			return may.Tree().Within(u.Customer, q.Customer)
		}
		return u.Customer == q.Customer
	}, nil
}

// tokensUser is a user whose tokens the actor may see and asks for; else nil.
func (tx *tx) tokensUser(may *domain.Rights, user domain.ID, wanted func(*domain.User) bool) (*domain.User, error) {
	u, err := tx.user(may.Account().ID, user)
	if u == nil || err != nil || !seesTokens(may, u) || !wanted(u) {
		return nil, err
	}
	return u, nil
}

// seesTokens says whether the actor sees and may revoke a user's tokens.
func seesTokens(may *domain.Rights, u *domain.User) bool {
	self := may.User() != nil && may.User().ID == u.ID
	return self || may.MayResetUser(u).Allowed
}

// tokenRow is what somebody who sees a token is shown of it.
func (tx *tx) tokenRow(may *domain.Rights, u *domain.User, t domain.Token) Token {
	return Token{
		Token: t, Username: u.Username, Customer: u.Customer, CustomerPath: may.Tree().Path(u.Customer),
		Own: may.User() != nil && may.User().ID == u.ID, Prefix: t.Prefix(), State: t.State(tx.now, u.Inactive || may.Account().Suspended),
	}
}

// matches says whether a token holds every word.
func (t *Token) matches(words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := domain.Fold(strings.Join([]string{t.Name, t.Prefix, t.Username, t.CustomerPath, t.State.String()}, "\n"))
	if t.ReadOnly {
		text += "\nread-only"
	}
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

// sortTokens puts tokens in a whole order, so that pages have no gaps.
func sortTokens(tree *domain.Tree, found []Token) {
	at := func(t *Token) int {
		i, _ := tree.Position(t.Customer)
		return i
	}
	slices.SortFunc(found, func(a, b Token) int {
		return cmp.Or(at(&a)-at(&b), strings.Compare(domain.Fold(a.Username), domain.Fold(b.Username)),
			b.CreatedAt.Compare(a.CreatedAt), compareIDs(a.ID, b.ID))
	})
}

// tokenPage is the part of a list that comes after a token, from the beginning
// where there is none.
func tokenPage(found []Token, after string, limit int) (TokenList, error) {
	list := TokenList{Total: len(found)}
	var err error
	list.Rows, list.Next, err = pageOf(found, func(t *Token) domain.ID { return t.ID }, after, limit)
	return list, err
}

// Token reads one token, the actor's own or one of somebody whom they may reset.
// NotFound for any other.
func (db *DB) Token(ctx context.Context, actor domain.Actor, token domain.ID) (Token, error) {
	var row Token
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		u, t, err := tx.tokenIn(may, token)
		if err != nil {
			return err
		}
		row = tx.tokenRow(may, &u, t)
		return nil
	})
	return row, err
}

// tokenIn is a token that the actor sees, and whose it is; NotFound for any
// other ID, whatever the reason.
func (tx *tx) tokenIn(may *domain.Rights, token domain.ID) (domain.User, domain.Token, error) {
	account, user, err := tx.tokenOwner(token)
	if err != nil {
		return domain.User{}, domain.Token{}, err
	}
	if account != may.Account().ID {
		return domain.User{}, domain.Token{}, domain.NoSuch("token")
	}
	u, err := tx.user(account, user)
	if err != nil {
		return domain.User{}, domain.Token{}, err
	}
	if u == nil || !seesTokens(may, u) {
		return domain.User{}, domain.Token{}, domain.NoSuch("token")
	}
	r, err := tx.tokenRecord(account, user, token)
	if err != nil {
		return domain.User{}, domain.Token{}, err
	}
	if r == nil {
		return domain.User{}, domain.Token{}, damaged(tableTokenOwner, key1(token), "points to nothing")
	}
	return *u, r.token(account, user, token), nil
}
