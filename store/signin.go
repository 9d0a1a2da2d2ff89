package store

import (
	"bytes"
	"context"
	"strconv"

	"tenantry/domain"
)

// longestTried is how long a password may be to be looked at at all, in bytes.
const longestTried = 4 * passwordMost

// errSignIn is the one answer to every sign-in that fails.
func errSignIn() error {
	return domain.Errorf(domain.Unauthenticated, "", "The sign-in failed. Check the username and the password; after several failures wait a while, or ask an administrator.")
}

// candidate is who a sign-in would be, if the secret is right.
type candidate struct {
	user     domain.User
	password passwordRecord // empty where no password can be right
	code     bool           // the secret is the code that waits for them
	failed   uint32         // tries in a row before this one

	// What taking this try back needs: when it began, and what was counted before.
	began, before int64
	address       []byte
	addressBegan  int64
	addressBefore int64
}

// SignIn checks a user name (or email) and a secret, which is the password or
// the code of a waiting welcome or reset, and answers who that is. The session
// may have gates closed still: Standing says which. Every failure is the same
// Unauthenticated error in about the same time. Each try is counted in a
// transaction of its own before it is looked at, so that neither a crash nor
// many at once make more tries.
func (db *DB) SignIn(ctx context.Context, door domain.Door, from, username, secret string) (_ domain.Actor, err error) {
	defer func() { db.tally.signIn(door, err) }()
	actor := domain.Actor{Door: door, From: from}
	tooLong := len(secret) > longestTried
	if tooLong {
		secret = ""
	}
	var who candidate
	err = db.updateFree(ctx, actor, func(tx *tx) (err error) {
		tx.quiet = true
		who, err = tx.countTry(username, secret)
		return err
	})
	if err != nil {
		return domain.Actor{}, err
	}
	if tooLong {
		who.password, who.code = passwordRecord{}, false
	}
	right, err := db.matches(ctx, secret, who.password) // also where it is a code: it takes the same time
	if err != nil {
		return domain.Actor{}, err
	}
	if !right && !who.code {
		db.noteFailures(ctx, actor, who)
		return domain.Actor{}, errSignIn()
	}
	actor.Account, actor.User = who.user.Account, who.user.ID
	if actor.Session, err = db.signedIn(ctx, actor, secret, who); err != nil {
		return domain.Actor{}, err
	}
	return actor, nil
}

// countTry finds the user and counts a failure, which a good sign-in takes back.
// Unknown users are counted too, under nobody, which takes the same time. A
// code, which costs nothing to check, is looked at here: nobody hears of it
// before the try is saved.
func (tx *tx) countTry(username, secret string) (candidate, error) {
	who := candidate{address: addressKey(tx.actor), began: timeToRecord(tx.now)}
	u, err := tx.userNamed(username)
	if err != nil {
		return who, err
	}
	if u != nil {
		who.user = *u
	}
	account, id := who.user.Account, who.user.ID
	failures, err := tx.failures(account, id)
	if err != nil {
		return who, err
	}
	hash, err := tx.password(account, id)
	if err != nil {
		return who, err
	}
	code, err := tx.matchInvitation(account, id, secret)
	if err != nil {
		return who, err
	}
	fromThere, began, before, err := tx.addressTry(who.address, u == nil)
	if err != nil {
		return who, err
	}
	who.failed, who.before, who.addressBegan, who.addressBefore = failures.Count, failures.Last, began, before
	if u != nil || who.address == nil {
		failures.Gathered = tx.gather(failures.Gathered)
	}
	if u != nil && fromThere && failures.outside().open(tx.now) {
		who.password, who.code = hash, code
		failures.Count++
		failures.Last = who.began
		if failures.Count == freeFailures || failures.Count == lockedFailures {
			tx.changed(account, SubjectUser, id) // lists say that they are locked
		}
	}
	return who, tx.putFailures(account, id, failures)
}

// signedIn begins the session of a good sign-in, if the user still may and what
// was right is so still, and hashes the password anew where the cost has been
// raised. Where the code of the second factor is due, it is only half a sign-in:
// GiveCode does the rest.
func (db *DB) signedIn(ctx context.Context, actor domain.Actor, secret string, who candidate) (session domain.ID, err error) {
	var renewed passwordRecord
	if !who.code && who.password.cost() != db.cost {
		// The salt stays, by which others know that it is the same password.
		if renewed, err = db.hashWith(ctx, secret, who.password.Salt); err != nil {
			return session, err
		}
	}
	err = db.updateFree(ctx, actor, func(tx *tx) error {
		u, err := tx.stillRight(actor, secret, who)
		if err != nil {
			return err
		}
		if renewed.Hash != nil {
			if err := tx.putPassword(u.Account, u.ID, renewed); err != nil {
				return err
			}
		}
		if err := tx.addressRight(who.address, who.addressBegan, who.addressBefore); err != nil {
			return err
		}
		r := sessionRecord{Door: uint8(actor.Door), From: actor.From, Proven: timeToRecord(tx.now), Password: who.code}
		if who.code {
			r.Given = hashInvitation(u.Account, u.ID, secret)
		}
		if session, err = tx.openSession(u.Account, u.ID, r); err != nil {
			return err
		}
		enrolled, err := tx.enrolled(u.Account, u.ID)
		if err != nil {
			return err
		}
		if enrolled {
			return tx.halfSignedIn(u, who)
		}
		return tx.wholeSignedIn(u, who.failed, who.code)
	})
	return session, err
}

// stillRight reads the user again, since looking at the secret took a while. A
// code is used up.
func (tx *tx) stillRight(actor domain.Actor, secret string, who candidate) (domain.User, error) {
	machine := actor
	machine.Door = domain.DoorMachine // there is no session to look for yet
	may, err := tx.rights(machine)
	switch domain.KindOf(err) {
	case domain.Unauthenticated, domain.Refused: // at the machine's door rights say why
		return domain.User{}, errSignIn()
	}
	if err != nil {
		return domain.User{}, err
	}
	u := *may.User()
	if who.code {
		same, err := tx.matchInvitation(u.Account, u.ID, secret)
		if err == nil && !same {
			err = errSignIn()
		}
		return u, firstOf(err, tx.dropInvitation(u.Account, u.ID))
	}
	same, err := tx.samePassword(u.Account, u.ID, who.password)
	if err == nil && !same {
		err = errSignIn()
	}
	return u, err
}

// samePassword says whether a user's password is the one that a record was read
// of: that it wasn't changed or reset while its hash was made.
func (tx *tx) samePassword(account, user domain.ID, read passwordRecord) (bool, error) {
	now, err := tx.password(account, user)
	return now.Hash != nil && bytes.Equal(now.Salt, read.Salt), err
}

// halfSignedIn takes back the one try that was right. It leaves the others: who
// knows the password must not be able to wipe them away before each guess.
func (tx *tx) halfSignedIn(u domain.User, who candidate) error {
	failures, err := tx.failures(u.Account, u.ID)
	if err != nil {
		return err
	}
	takeBack(&failures.Count, &failures.Last, who.began, who.before)
	failures.Gathered = tx.ungather(failures.Gathered)
	if err := tx.putFailures(u.Account, u.ID, failures); err != nil {
		return err
	}
	if !who.code {
		tx.quiet = true // the entry comes with the whole sign-in
		return nil
	}
	u.Activated = true
	if err := tx.putUser(u); err != nil {
		return err
	}
	return tx.auditUser("user.use_code", &u)
}

// wholeSignedIn notes a sign-in of which nothing is due any more but what a gate
// asks for, and forgets the failures before it.
func (tx *tx) wholeSignedIn(u domain.User, failed uint32, byCode bool) error {
	u.LastSignIn, u.Activated = tx.now, true
	if err := tx.putUser(u); err != nil {
		return err
	}
	if err := tx.endFailures(&u); err != nil {
		return err
	}
	var changes []change
	if failed > 0 {
		changes = append(changes, change{"failed_before", "", strconv.FormatUint(uint64(failed), 10)})
	}
	if byCode {
		changes = append(changes, change{"code", "", "used"})
	}
	return tx.auditUser("user.sign_in", &u, changes...)
}

// endFailures forgets the failures before a whole sign-in, of which this one is
// the last that was gathered. Those that all came from where it comes from need no
// entry of their own: it says how many they were.
func (tx *tx) endFailures(u *domain.User) error {
	failures, err := tx.failures(u.Account, u.ID)
	if err != nil {
		return err
	}
	if g := tx.ungather(failures.Gathered); g != nil && !g.onlyFrom(addressKey(tx.actor)) {
		if err := tx.noteGathered(u.Account, u.ID, g); err != nil {
			return err
		}
	}
	return tx.delete(tableFailure, key2(u.Account, u.ID))
}

// wrongMost is how many wrong tries in a row end a session.
const wrongMost = 10

// GiveCode opens domain.GateCode: code is one of the authenticator app or a
// recovery code. Unauthenticated on "code" where it isn't, or after several that
// weren't before the wait is over; the session stays, until too many were wrong.
// Conflict where no code is due.
func (db *DB) GiveCode(ctx context.Context, actor domain.Actor, code string) error {
	var answer error
	err := db.updateBehind(ctx, actor, domain.GateCode, attempt{}, func(tx *tx, may *domain.Rights) error {
		if err := tx.byPerson(); err != nil {
			return err
		}
		if tx.gate != domain.GateCode {
			return domain.Errorf(domain.Conflict, "code", "No code is due. Go on.")
		}
		tx.quiet = true
		u := *may.User()
		try, err := tx.tryInside()
		if err != nil {
			return err
		}
		right := false
		if try.counts {
			if right, err = tx.useCode(u.Account, u.ID, code); err != nil {
				return err
			}
		}
		if !right {
			// What was counted is saved before anybody hears of it.
			answer = errInside("code")
			return tx.endIfTooManyWrong(may)
		}
		failed := try.failures.Count + try.failures.Inside + try.failures.Further - 1
		tx.session.Code, tx.session.Wrong, tx.session.Proven = true, 0, timeToRecord(tx.now)
		if err := tx.putSession(); err != nil {
			return err
		}
		return tx.wholeSignedIn(u, failed, false)
	})
	if answer != nil {
		db.tally.signIn(actor.Door, answer)
	}
	return firstOf(err, answer)
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
		if u == nil || u.Inactive || u.NoSignIn {
			return domain.Errorf(domain.NotFound, "as", "There is no active user called %q. tenantry users list shows them.", domain.CleanCut(username, 60))
		}
		actor.Account, actor.User = u.Account, u.ID
		return nil
	})
	return actor, err
}
