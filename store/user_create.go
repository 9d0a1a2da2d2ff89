package store

import (
	"context"
	"slices"
	"time"

	"tenantry/domain"
)

// Start is how somebody gets in for the first time, or again after a reset: by
// a password set by hand, which they must change, or by a code; or not at all,
// which is only for a new user, who holds an RFID token and nothing else.
type Start struct {
	Password string // set by hand; empty for a code
	Mail     bool   // the code goes out by mail, and isn't answered
	NoSignIn bool   // neither a password nor a code
}

// words say how, for the audit trail.
func (s Start) words() string {
	switch {
	case s.NoSignIn:
		return "no sign-in"
	case s.Password != "":
		return "password by hand"
	case s.Mail:
		return "code by mail"
	}
	return "code by hand"
}

// Started is what a Start made.
type Started struct {
	User  domain.User
	Code  string    // to hand over; empty when it goes by mail, and for a password
	Until time.Time // how long the code is good
	Mail  domain.ID // the waiting mail that carries the code; zero for none
}

// CreateUser makes a user: active, with a password set by hand, to be changed at
// the first sign-in unless the operator says otherwise (u.MustChange); or invited,
// with a code; or without a sign-in. NotFound when the customer isn't in reach, Refused without the
// right or above the ceiling on granting, Invalid where a field is wrong, on
// "email" too where a mail is wanted and there is no address, on "no_sign_in" with
// a password or a mail, Conflict when the
// user name or email is taken.
func (db *DB) CreateUser(ctx context.Context, actor domain.Actor, u domain.User, start Start) (Started, error) {
	create := attempt{action: actionCreateUser, subject: SubjectUser, objects: ids(u.Customer)}
	check := func(tx *tx, may *domain.Rights) (domain.User, error) {
		if start.NoSignIn && (start.Mail || start.Password != "") {
			return u, domain.Errorf(domain.Invalid, "no_sign_in", "Who has no sign-in gets neither a password nor a mail. Leave one of them out.")
		}
		fresh := newUser(tx, may, u, start)
		return fresh, tx.checkNewUser(may, &fresh)
	}
	hash, err := db.hashByHand(ctx, actor, create, start, check)
	if err != nil {
		return Started{}, err
	}
	var started Started
	err = db.update(ctx, actor, create, func(tx *tx, may *domain.Rights) error {
		fresh, err := check(tx, may)
		if err != nil {
			return err
		}
		started, err = tx.createUser(fresh, start, hash)
		return err
	})
	if err != nil {
		return Started{}, err
	}
	return started, nil
}

const actionCreateUser = "user.create"

// newUser is a user as they begin, with what was asked for.
func newUser(tx *tx, may *domain.Rights, u domain.User, start Start) domain.User {
	byHand := start.Password != ""
	u.ID, u.Account, u.CreatedBy, u.CreatedAt, u.LastSignIn, u.Version = domain.ID{}, may.Account().ID, tx.actor.User, tx.now, time.Time{}, 1
	u.Inactive, u.Activated, u.NoSignIn = false, byHand, start.NoSignIn
	u.MustChange = byHand && (u.MustChange || !tx.actor.Operator)
	u.Locations = slices.Clone(u.Locations)
	return u
}

// hashByHand hashes the password of a start by hand; for a code there is none.
// Hashing takes long, so it comes before the transaction that writes; and the
// question whether it is allowed, which check asks, comes before the hashing.
func (db *DB) hashByHand(ctx context.Context, actor domain.Actor, a attempt, start Start, check func(*tx, *domain.Rights) (domain.User, error)) (passwordRecord, error) {
	if start.Password == "" {
		return passwordRecord{}, nil
	}
	var account domain.Account
	var u domain.User
	forced := false
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) (err error) {
		if err := tx.mayWrite(); err != nil {
			return err
		}
		account = *may.Account()
		if u, err = check(tx, may); err == nil {
			forced = factorForced(may.Tree(), &u)
		}
		return err
	})
	if err != nil {
		db.noteIfRefused(ctx, actor, a, err)
		return passwordRecord{}, err
	}
	return db.newPassword(ctx, start.Password, forced, &u, &account)
}

func (tx *tx) checkNewUser(may *domain.Rights, u *domain.User) error {
	find, failed := tx.locationFinder(u.Account)
	if err := may.CheckNewUser(u, find); err != nil {
		return firstOf(failed(), err)
	}
	return domain.CheckUser(u)
}

// createUser writes a new user, how they get in, and the entry.
func (tx *tx) createUser(u domain.User, start Start, hash passwordRecord) (Started, error) {
	var err error
	if u.ID, err = tx.newID(); err != nil {
		return Started{}, err
	}
	if err := tx.putUser(u); err != nil {
		return Started{}, err
	}
	started := Started{User: u}
	switch {
	case start.NoSignIn:
	case start.Password != "":
		err = tx.putPassword(u.Account, u.ID, hash)
	default:
		started, err = tx.invite(u, false, start.Mail)
	}
	if err != nil {
		return Started{}, err
	}
	changes, err := tx.userChanges(domain.User{Account: u.Account}, u)
	if err != nil {
		return Started{}, err
	}
	_, err = tx.audit(u.Account, entry{
		action: actionCreateUser, subject: SubjectUser, object: u.ID, name: u.Username, where: ids(u.Customer),
		changes: append(changes, change{"start", "", start.words()}),
	})
	return started, err
}
