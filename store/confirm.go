package store

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"tenantry/domain"
)

// This file is about those who stand inside already and must show once more that
// they are who they are. Their wrong tries are counted apart from those of the
// sign-in, see failureRecord, and too many in a row end the session.

// confirmed is how long a password or a code, once right, is enough for what
// asks for one again.
const confirmed = 5 * time.Minute

// recentlyProven asks that the actor's password or code was right lately, for
// what nobody at an unattended screen may do. Unproven where it wasn't.
func (tx *tx) recentlyProven() error {
	if trusted(tx.actor) {
		return nil
	}
	if err := tx.byPerson(); err != nil {
		return err
	}
	if r := tx.session; r != nil {
		since := tx.now.Sub(timeFromRecord(r.Proven))
		if r.Proven != 0 && since >= 0 && since < confirmed {
			return nil
		}
	}
	return domain.Errorf(domain.Unproven, "secret", "Type your password or a code of your second factor first: the last time was more than five minutes ago.")
}

// errInside is the answer to somebody inside whose password or code isn't right,
// and to one who must wait. It is on a field, which the answer to somebody whose
// session has ended isn't.
func errInside(field string) error {
	return domain.Errorf(domain.Unauthenticated, field, "That isn't right. Try again; after several wrong ones wait a while, or ask an administrator.")
}

// insideTry is a try of somebody inside, counted as a failure until it is right.
type insideTry struct {
	counts        bool          // it may be looked at: no wait is going on
	failures      failureRecord // with this one
	began, before int64
}

// tryInside counts a try. It holds once the transaction is saved, so a wrong try
// must not be answered before, nor roll it back.
func (tx *tx) tryInside() (insideTry, error) {
	failures, err := tx.failures(tx.actor.Account, tx.actor.User)
	if err != nil {
		return insideTry{}, err
	}
	try := insideTry{failures: failures, began: timeToRecord(tx.now)}
	count, last := try.failures.of(tx.further())
	try.before = *last
	if !failures.inside(tx.further()).open(tx.now) {
		return try, nil
	}
	try.counts = true
	*count++
	*last = try.began
	try.failures.Gathered = tx.gather(try.failures.Gathered)
	tx.session.Wrong++
	if err := tx.putSession(); err != nil {
		return try, err
	}
	return try, tx.putFailures(tx.actor.Account, tx.actor.User, try.failures)
}

// further says whether the actor has come further than a password leads.
func (tx *tx) further() bool { return tx.session.Key != "" || tx.gate != domain.GateCode }

// rightInside takes a try back that was right, and notes that it was.
func (tx *tx) rightInside(try insideTry) error {
	failures, err := tx.failures(tx.actor.Account, tx.actor.User)
	if err != nil {
		return err
	}
	count, last := failures.of(tx.further())
	takeBack(count, last, try.began, try.before)
	failures.Gathered = tx.ungather(failures.Gathered)
	if err := tx.putFailures(tx.actor.Account, tx.actor.User, failures); err != nil {
		return err
	}
	tx.session.Wrong, tx.session.Proven = 0, timeToRecord(tx.now)
	return tx.putSession()
}

// endIfTooManyWrong ends a session in which too many tries in a row were wrong.
func (tx *tx) endIfTooManyWrong(may *domain.Rights) error {
	if tx.session.Wrong < wrongMost {
		return nil
	}
	if err := tx.delete(tableSession, sessionKey(tx.actor)); err != nil {
		return err
	}
	return tx.auditUser("user.end_sessions", may.User(), change{"wrong_in_a_row", "", strconv.Itoa(wrongMost)})
}

// Confirm takes the password, or a code of the second factor, of somebody who is
// signed in, for operations that answer Unproven without. It holds for five
// minutes. Unauthenticated on "secret" where it is wrong, or after several wrong
// ones before the wait is over.
func (db *DB) Confirm(ctx context.Context, actor domain.Actor, secret string) error {
	if trusted(actor) {
		return db.view(ctx, actor, func(*tx, *domain.Rights) error { return nil }) // never asked
	}
	var try insideTry
	var held passwordRecord
	done := false
	err := db.updateBehind(ctx, actor, domain.GateEnrol, attempt{}, func(tx *tx, may *domain.Rights) (err error) {
		tx.quiet = true
		if err := tx.byPerson(); err != nil {
			return err
		}
		if try, err = tx.tryInside(); err != nil || !try.counts {
			return err
		}
		if held, err = tx.password(actor.Account, actor.User); err != nil {
			return err
		}
		if enrolled, err := tx.enrolled(actor.Account, actor.User); !enrolled || err != nil {
			return err
		}
		if done, err = tx.useCode(actor.Account, actor.User, secret); !done || err != nil {
			return err
		}
		return tx.confirmed(may, try)
	})
	if err != nil || done {
		return err
	}
	if err := db.provePassword(ctx, actor, domain.GateEnrol, secret, held, "secret"); err != nil {
		return err
	}
	return db.updateBehind(ctx, actor, domain.GateEnrol, attempt{}, func(tx *tx, may *domain.Rights) error {
		same, err := tx.samePassword(actor.Account, actor.User, held)
		if err == nil && !same {
			err = errInside("secret")
		}
		if err != nil {
			return err
		}
		return tx.confirmed(may, try)
	})
}

// confirmed notes a confirmation, of which open consoles hear.
func (tx *tx) confirmed(may *domain.Rights, try insideTry) error {
	if err := tx.rightInside(try); err != nil {
		return err
	}
	return tx.auditUser("user.confirm", may.User())
}

// provePassword looks whether a password is the one that a record was made of,
// after its try was counted. Unauthenticated on the field where it isn't.
func (db *DB) provePassword(ctx context.Context, actor domain.Actor, gate domain.Gate, password string, held passwordRecord, field string) error {
	if len(password) > longestTried {
		password, held = "", passwordRecord{}
	}
	right, err := db.matches(ctx, password, held)
	if right || err != nil {
		return err
	}
	err = db.updateBehind(ctx, actor, gate, attempt{}, func(tx *tx, may *domain.Rights) error {
		return tx.endIfTooManyWrong(may)
	})
	return firstOf(err, errInside(field))
}

// SetPassword changes the actor's own password, and ends their other sessions.
// before is the password until now; where a new one is due (domain.GatePassword)
// of somebody who came in with the old one or a code, and at the machine's own
// door, it isn't asked for. Invalid on "password" where
// the new one breaks the rules, Unauthenticated on "before" where that is wrong.
func (db *DB) SetPassword(ctx context.Context, actor domain.Actor, before, password string) error {
	now, err := db.passwordChange(ctx, actor, password)
	if err != nil {
		return err
	}
	var try insideTry
	if now.asks {
		if try, err = db.tryPassword(ctx, actor, &now.held); err != nil {
			return err
		}
		if err := db.provePassword(ctx, actor, domain.GatePassword, before, now.held, "before"); err != nil {
			return err
		}
	}
	again, err := db.matches(ctx, password, now.held)
	if err == nil && again {
		err = domain.Errorf(domain.Invalid, "password", "This is the password until now. Choose another.")
	}
	if err != nil {
		return err
	}
	record, err := db.newPassword(ctx, password, now.forced, &now.user, &now.account)
	if err != nil {
		return err
	}
	change := attempt{action: "user.set_password", subject: SubjectUser, objects: ids(actor.User)}
	return db.updateBehind(ctx, actor, domain.GatePassword, change, func(tx *tx, may *domain.Rights) error {
		if err := tx.stillAs(may, now, password); err != nil {
			return err
		}
		if now.asks {
			if err := tx.rightInside(try); err != nil {
				return err
			}
		}
		return tx.setPassword(*may.User(), record)
	})
}

// passwordChange is what a change of one's own password begins with.
type passwordChange struct {
	user    domain.User
	account domain.Account
	forced  bool           // a second factor is
	asks    bool           // for the password until now
	held    passwordRecord // until now
}

func (db *DB) passwordChange(ctx context.Context, actor domain.Actor, password string) (passwordChange, error) {
	var now passwordChange
	err := db.viewBehind(ctx, actor, domain.GatePassword, func(tx *tx, may *domain.Rights) (err error) {
		if may.User() == nil {
			return domain.Errorf(domain.Refused, "", "The operator of the machine has no password. tenantry users reset-password sets somebody's.")
		}
		if err := tx.byPerson(); err != nil {
			return err
		}
		now.user, now.account, now.forced = *may.User(), *may.Account(), factorForced(may.Tree(), may.User())
		now.asks = !trusted(actor) && !tx.passwordShown()
		if err := checkPassword(password, PasswordLeast(now.forced), &now.user, &now.account); err != nil {
			return err
		}
		if tx.wasGiven(password) {
			return domain.Errorf(domain.Invalid, "password", "This is the code that you were given: others may know it. Choose words of your own.")
		}
		now.held, err = tx.password(actor.Account, actor.User)
		return err
	})
	return now, err
}

// wasGiven says whether a password is the code that the actor's session began
// with, however it is spelled. Whoever handed that over knows it.
func (tx *tx) wasGiven(password string) bool {
	_, isCode := foldCode(password)
	return isCode && tx.session != nil && bytes.Equal(tx.session.Given, hashInvitation(tx.actor.Account, tx.actor.User, password))
}

// passwordShown says that the actor's session began with the password, or code,
// which a new one is due for. A key alone mustn't make a password: that of
// somebody whose key was stolen may have been set by hand for that very reason.
func (tx *tx) passwordShown() bool {
	return tx.gate == domain.GatePassword && tx.session.Key == ""
}

// tryPassword counts a try at one's own password. No password can be right while
// a wait is going on.
func (db *DB) tryPassword(ctx context.Context, actor domain.Actor, held *passwordRecord) (try insideTry, err error) {
	err = db.updateBehind(ctx, actor, domain.GatePassword, attempt{}, func(tx *tx, _ *domain.Rights) (err error) {
		tx.quiet = true
		try, err = tx.tryInside()
		return err
	})
	if !try.counts {
		*held = passwordRecord{}
	}
	return try, err
}

// stillAs asks that nothing of what a change began with has become otherwise
// while hashes were made.
func (tx *tx) stillAs(may *domain.Rights, began passwordChange, password string) error {
	same, err := tx.samePassword(began.user.Account, began.user.ID, began.held)
	if err != nil {
		return err
	}
	if began.held.Hash == nil {
		held, err := tx.password(began.user.Account, began.user.ID)
		if err != nil {
			return err
		}
		same = held.Hash == nil
	}
	due := trusted(tx.actor) || tx.passwordShown()
	if !same || !began.asks && !due {
		return domain.Errorf(domain.Conflict, "password", "The password was changed somewhere else meanwhile. Nothing was saved.")
	}
	return checkPassword(password, PasswordLeast(factorForced(may.Tree(), may.User())), &began.user, &began.account)
}

// setPassword writes a user's own new password. Codes that still wait for them
// are void, and their other sessions end.
func (tx *tx) setPassword(u domain.User, record passwordRecord) error {
	if err := tx.putPassword(u.Account, u.ID, record); err != nil {
		return err
	}
	if err := tx.dropInvitation(u.Account, u.ID); err != nil {
		return err
	}
	if u.MustChange {
		u.MustChange = false
		if err := tx.putUser(u); err != nil {
			return err
		}
	}
	if r := tx.session; r != nil {
		r.Password, r.Given, r.Proven = false, nil, timeToRecord(tx.now)
		if err := tx.putSession(); err != nil {
			return err
		}
	}
	ended, err := tx.endSessions(u.Account, u.ID, tx.actor.Session)
	if err != nil {
		return err
	}
	return tx.auditUser("user.set_password", &u, sessionsEnded(ended)...)
}

// sessionsEnded is the line of an entry about sessions that ended with the rest.
func sessionsEnded(count int) []change {
	if count == 0 {
		return nil
	}
	return []change{{"sessions", strconv.Itoa(count), ""}}
}
