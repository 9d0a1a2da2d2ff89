package store

import (
	"context"
	"strconv"
	"time"

	"tenantry/domain"
)

// Failed sign-ins of a user back off: after freeFailures in a row, the next try
// counts only after a wait that doubles each time, up to longestWait.
const (
	freeFailures = 5
	longestWait  = 15 * time.Minute
)

// longestTried is how long a password may be to be looked at at all, in bytes.
const longestTried = 4 * passwordMost

// errSignIn is the one answer to every sign-in that fails.
func errSignIn() error {
	return domain.Errorf(domain.Unauthenticated, "", "The sign-in failed. Check the username and the password; after several failures wait a while, or ask an administrator.")
}

// failureRecord counts a user's failed sign-ins since the last good one.
type failureRecord struct {
	Count uint32 `cbor:"1,keyasint,omitempty"`
	Last  int64  `cbor:"2,keyasint,omitempty"`
}

// open says whether a try counts at this time.
func (r failureRecord) open(now time.Time) bool {
	if r.Count < freeFailures {
		return true
	}
	wait := longestWait
	if n := r.Count - freeFailures; n < 10 {
		wait = min(wait, time.Second<<n)
	}
	last := timeFromRecord(r.Last)
	return now.Sub(last) >= wait || now.Before(last) // a clock set back must not lock for longer
}

// candidate is who a sign-in would be, if the password is right.
type candidate struct {
	user     domain.User
	password passwordRecord // empty where no password can be right
	failed   uint32         // tries in a row before this one
}

// SignIn checks a user name (or email) and password and answers who that is.
// Every failure is the same Unauthenticated error in about the same time. Each
// try is counted in a transaction of its own before it is looked at, so that
// neither a crash nor many at once make more tries.
func (db *DB) SignIn(ctx context.Context, door domain.Door, from, username, password string) (domain.Actor, error) {
	actor := domain.Actor{Door: door, From: from}
	var who candidate
	err := db.updateFree(ctx, actor, func(tx *tx) (err error) {
		tx.quiet = true
		who, err = tx.countTry(username)
		return err
	})
	if err != nil {
		return domain.Actor{}, err
	}
	if len(password) > longestTried {
		password, who.password = "", passwordRecord{}
	}
	right, err := db.matches(ctx, password, who.password)
	if err != nil {
		return domain.Actor{}, err
	}
	if !right {
		return domain.Actor{}, errSignIn()
	}
	actor.Account, actor.User = who.user.Account, who.user.ID
	if err := db.signedIn(ctx, actor, password, who); err != nil {
		return domain.Actor{}, err
	}
	return actor, nil
}

// countTry finds the user and counts a failure, which a good sign-in takes back.
// Unknown users are counted too, under nobody, which takes the same time.
func (tx *tx) countTry(username string) (candidate, error) {
	var who candidate
	u, err := tx.userNamed(username)
	if err != nil {
		return who, err
	}
	if u != nil {
		who.user = *u
	}
	account, id := who.user.Account, who.user.ID
	key := key2(account, id)
	var failures failureRecord
	if _, err := readRecord(tx.kv, tableFailure, key, &failures); err != nil {
		return who, err
	}
	hash, err := tx.password(account, id)
	if err != nil {
		return who, err
	}
	who.failed = failures.Count
	if u != nil && failures.open(tx.now) {
		who.password = hash
		failures.Count++
		failures.Last = timeToRecord(tx.now)
	}
	return who, tx.put(tableFailure, key, encode(failures))
}

// signedIn notes a good sign-in, if the user still may, and hashes the password
// anew where the cost has been raised.
func (db *DB) signedIn(ctx context.Context, actor domain.Actor, password string, who candidate) error {
	var renewed passwordRecord
	if who.password.cost() != db.cost {
		var err error
		if renewed, err = db.hashPassword(ctx, password); err != nil {
			return err
		}
	}
	return db.updateFree(ctx, actor, func(tx *tx) error {
		may, err := tx.rights(actor)
		switch domain.KindOf(err) {
		case domain.Unauthenticated, domain.Refused: // at the machine's door rights say why
			return errSignIn()
		}
		if err != nil {
			return err
		}
		u := *may.User()
		u.LastSignIn, u.Activated = tx.now, true
		if err := tx.putUser(u); err != nil {
			return err
		}
		if err := tx.delete(tableFailure, key2(u.Account, u.ID)); err != nil {
			return err
		}
		if renewed.Hash != nil {
			if err := tx.putPassword(u.Account, u.ID, renewed); err != nil {
				return err
			}
		}
		e := entry{action: "user.sign_in", subject: SubjectUser, object: u.ID, name: u.Username, where: ids(u.Customer)}
		if who.failed > 0 {
			e.changes = append(e.changes, change{"failed_before", "", strconv.FormatUint(uint64(who.failed), 10)})
		}
		_, err = tx.audit(u.Account, e)
		return err
	})
}

// ActAs is the actor for `--as USER` on the machine itself: whoever can open
// the database file is trusted. NotFound when there is no such active user.
func (db *DB) ActAs(ctx context.Context, from, username string) (domain.Actor, error) {
	actor := domain.Actor{Door: domain.DoorMachine, From: from}
	err := db.viewFree(ctx, actor, func(tx *tx) error {
		u, err := tx.userNamed(username)
		if err != nil {
			return err
		}
		if u == nil || u.Inactive {
			return domain.Errorf(domain.NotFound, "as", "There is no active user called %q. tenantry users list shows them.", domain.CleanCut(username, 60))
		}
		actor.Account, actor.User = u.Account, u.ID
		return nil
	})
	return actor, err
}
