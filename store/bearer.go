package store

import (
	"context"
	"crypto/subtle"
	"time"

	"tenantry/domain"
)

// usedStep is how old the note of a token's last use is before a newer one is
// worth a commit.
const usedStep = time.Minute

// errToken is the one answer to every token that isn't known, and to a text that
// is none.
func errToken() error {
	return domain.Errorf(domain.Unauthenticated, "", "This API token isn't known. Check that it is whole; after several unknown ones wait a while.")
}

// errTokenEnded is for whoever has shown that they hold the token.
func errTokenEnded(state domain.TokenState) error {
	switch state {
	case domain.TokenExpired:
		return domain.Errorf(domain.Unauthenticated, "", "This API token has expired. Make a new one in the console, under API tokens.")
	case domain.TokenRevoked:
		return domain.Errorf(domain.Unauthenticated, "", "This API token was revoked. Make a new one in the console, under API tokens.")
	case domain.TokenSuspended:
		return domain.Errorf(domain.Unauthenticated, "", "This API token is suspended: its owner or the account isn't active. Ask an administrator.")
	}
	return nil
}

// errReadOnly is the answer of every change to a token that may only read.
func errReadOnly() error {
	return domain.Errorf(domain.Refused, "", "This API token may only read. Use one that may change things, too.")
}

// errNotByToken is the answer to a token where only a person will do.
func errNotByToken() error {
	return domain.Errorf(domain.Refused, "", "An API token can't do this, whatever its owner may. Sign in to the console.")
}

// Bearer is who shows an API token: its owner, through DoorAPI. Unauthenticated
// for any other text; whether a token has expired, was revoked or is suspended
// hears only who holds its secret. A text that isn't one at all is refused
// without looking anywhere; one that isn't known counts against the address that
// it comes from, together with the failed sign-ins from there. A wait of that
// address keeps no good token out: a secret of 256 bits can't be guessed, and
// others must not be able to shut it out.
//
// Gates aren't looked at here: each operation does.
func (db *DB) Bearer(ctx context.Context, from, text string) (domain.Actor, error) {
	shown, ok := domain.ParseTokenText(text)
	if !ok {
		return domain.Actor{}, errToken()
	}
	actor := domain.Actor{Door: domain.DoorAPI, From: from}
	var b bearer
	err := db.viewFree(ctx, actor, func(tx *tx) (err error) {
		b, err = tx.bearer(shown)
		return err
	})
	switch {
	case err != nil:
		return domain.Actor{}, err
	case !b.right:
		return domain.Actor{}, db.unknownToken(ctx, actor, b.counts)
	}
	if err := errTokenEnded(b.state); err != nil {
		return domain.Actor{}, err
	}
	if b.stale {
		// That it was used is worth noting, and not worth failing for.
		_ = db.tokenUsed(ctx, actor, b.token)
	}
	actor.Account, actor.User, actor.Token = b.token.Account, b.token.User, b.token.ID
	if actor.From != "" {
		actor.From += " "
	}
	actor.From += "(token " + b.token.Name + ")"
	return actor, nil
}

// bearer is what a shown token turned out to be.
type bearer struct {
	right  bool // the secret is that of a token
	token  domain.Token
	state  domain.TokenState
	stale  bool // its last use is to be noted
	counts bool // a failure: the address isn't waiting already
}

// bearer looks a shown token up. The secret is compared with something also
// where there is no such token.
func (tx *tx) bearer(shown domain.TokenText) (b bearer, err error) {
	var kept tokenRecord
	account, user, err := tx.tokenOwner(shown.ID)
	if err != nil {
		return b, err
	}
	if !account.IsZero() {
		r, err := tx.tokenRecord(account, user, shown.ID)
		if err != nil {
			return b, err
		}
		if r == nil {
			return b, damaged(tableTokenOwner, key1(shown.ID), "points to nothing")
		}
		kept = *r
	}
	if b.counts, err = tx.addressOpen(addressKey(tx.actor)); err != nil {
		return b, err
	}
	hash, held := hashToken(shown), make([]byte, len(hashToken(shown)))
	same := copy(held, kept.Hash) == len(held)
	if subtle.ConstantTimeCompare(hash[:], held) != 1 || !same {
		return b, nil
	}
	b.right, b.token = true, kept.token(account, user, shown.ID)
	u, err := tx.user(account, user)
	if err != nil {
		return b, err
	}
	a, err := tx.account(account)
	if err != nil {
		return b, err
	}
	b.state = b.token.State(tx.now, u == nil || u.Inactive || a == nil || a.Suspended)
	b.stale = kept.usedLongAgo(tx.now)
	return b, nil
}

func (r *tokenRecord) usedLongAgo(now time.Time) bool {
	since := now.Sub(timeFromRecord(r.Used))
	return since >= usedStep || since < 0
}

// addressOpen says whether a try from an address would count now.
func (tx *tx) addressOpen(key []byte) (bool, error) {
	if key == nil {
		return true, nil
	}
	var r addressRecord
	there, err := readRecord(tx.kv, tableFailureAddress, key, &r)
	return !there || r.faded(tx.now) || r.tries().open(tx.now), err
}

// unknownToken counts a failure against the address. While that waits already,
// nothing is written: a flood of made-up tokens must not keep the disk busy.
func (db *DB) unknownToken(ctx context.Context, actor domain.Actor, counts bool) error {
	if !counts {
		return errToken()
	}
	err := db.updateFree(ctx, actor, func(tx *tx) error {
		tx.quiet = true
		_, _, _, err := tx.addressTry(addressKey(actor), true)
		return err
	})
	return firstOf(err, errToken())
}

// tokenUsed notes when a token was last used, and from where.
func (db *DB) tokenUsed(ctx context.Context, actor domain.Actor, t domain.Token) error {
	return db.updateFree(ctx, actor, func(tx *tx) error {
		r, err := tx.tokenRecord(t.Account, t.User, t.ID)
		if r == nil || err != nil || !r.usedLongAgo(tx.now) {
			return err
		}
		tx.quiet = true // nothing that anybody wants to read of later
		r.Used, r.From = timeToRecord(tx.now), domain.CleanCut(actor.From, maxFrom)
		return tx.putToken(&t, *r)
	})
}

// admitToken lets an actor in by their token. A token goes round no gate but
// that of the code, which it stands for: whoever is due a new password or a
// second factor can do nothing by their tokens either.
func (tx *tx) admitToken(actor domain.Actor, may *domain.Rights) error {
	r, err := tx.tokenRecord(actor.Account, actor.User, actor.Token)
	if err != nil {
		return err
	}
	if r == nil {
		return errToken()
	}
	t := r.token(actor.Account, actor.User, actor.Token)
	if err := errTokenEnded(t.State(tx.now, false)); err != nil {
		return err
	}
	tx.token = r
	enrolled, err := tx.enrolled(actor.Account, actor.User)
	if err != nil {
		return err
	}
	switch u := may.User(); {
	case u.MustChange:
		tx.gate = domain.GatePassword
	case !enrolled && factorForced(may.Tree(), u):
		tx.gate = domain.GateEnrol
	default:
		tx.gate = domain.GateOpen
	}
	return nil
}

// mayWrite refuses every change to a token that may only read.
func (tx *tx) mayWrite() error {
	if tx.token != nil && tx.token.ReadOnly {
		return errReadOnly()
	}
	return nil
}

// byPerson refuses to a token what only somebody who signed in may do: whatever
// would outlive the token, or take its owner over.
func (tx *tx) byPerson() error {
	if tx.token != nil {
		return errNotByToken()
	}
	return nil
}
