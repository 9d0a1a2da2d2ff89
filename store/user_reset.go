package store

import (
	"context"
	"strconv"

	"tenantry/domain"
)

// ResetPassword ends a user's password and sessions and starts them anew; a lock
// is lifted too. NotFound out of reach, Refused above the ceiling and for oneself,
// Invalid on "password" where it breaks the rules, and on "email" where a mail is
// wanted and there is no address. Somebody without a sign-in gets one by it.
func (db *DB) ResetPassword(ctx context.Context, actor domain.Actor, user domain.ID, start Start) (Started, error) {
	reset := attempt{action: "user.reset_password", subject: SubjectUser, objects: ids(user)}
	start.NoSignIn = false // a reset always lets somebody in
	check := func(tx *tx, may *domain.Rights) (domain.User, error) { return tx.resettable(may, user) }
	hash, err := db.hashByHand(ctx, actor, reset, start, check)
	if err != nil {
		return Started{}, err
	}
	var started Started
	err = db.update(ctx, actor, reset, func(tx *tx, may *domain.Rights) error {
		u, err := check(tx, may)
		if err != nil {
			return err
		}
		var ended int
		if started, ended, err = tx.resetPassword(u, start, hash); err != nil {
			return err
		}
		if started.User, err = tx.shownUser(may, started.User); err != nil {
			return err
		}
		return tx.auditUser(reset.action, &u, change{"start", "", start.words()}, change{"sessions_ended", "", strconv.Itoa(ended)})
	})
	if err != nil {
		return Started{}, err
	}
	return started, nil
}

// resettable is a user whom the actor may reset.
func (tx *tx) resettable(may *domain.Rights, user domain.ID) (domain.User, error) {
	u, err := tx.userIn(may, user)
	if err != nil {
		return domain.User{}, err
	}
	return *u, may.MayResetUser(u).Err(may)
}

// resetPassword takes a user's way in and gives them another. It answers how many
// sessions it ended.
func (tx *tx) resetPassword(u domain.User, start Start, hash passwordRecord) (started Started, ended int, err error) {
	if ended, err = tx.endSessions(u.Account, u.ID, domain.ID{}); err != nil {
		return started, 0, err
	}
	if err := tx.deleteFailures(u.Account, u.ID); err != nil {
		return started, 0, err
	}
	byHand, welcome := start.Password != "", !u.Activated
	u.MustChange, u.Activated, u.NoSignIn = byHand, u.Activated || byHand, false
	if err := tx.putUser(u); err != nil {
		return started, 0, err
	}
	if byHand {
		err = firstOf(tx.dropInvitation(u.Account, u.ID), tx.putPassword(u.Account, u.ID, hash))
		return Started{User: u}, ended, err
	}
	if err := tx.deletePassword(u.Account, u.ID); err != nil {
		return started, 0, err
	}
	started, err = tx.invite(u, !welcome, start.Mail)
	return started, ended, err
}

// Invite makes a new welcome code for somebody who hasn't signed in yet, or who
// has no sign-in and gets one by it; the one before is void. NotFound and Refused
// as ResetPassword, Conflict for somebody who has a password: that is
// ResetPassword; Invalid on "email" where a mail is wanted and there is no address.
func (db *DB) Invite(ctx context.Context, actor domain.Actor, user domain.ID, mail bool) (Started, error) {
	invite := attempt{action: "user.invite", subject: SubjectUser, objects: ids(user)}
	var started Started
	err := db.update(ctx, actor, invite, func(tx *tx, may *domain.Rights) error {
		u, err := tx.resettable(may, user)
		switch {
		case err != nil:
			return err
		case u.Activated:
			return domain.Errorf(domain.Conflict, "", "%s has signed in before or was given a password. Reset the password instead.", u.Username)
		case u.Inactive:
			return domain.Errorf(domain.Conflict, "", "%s is inactive, so a code would be of no use. Activate them first.", u.Username)
		}
		if u.NoSignIn {
			u.NoSignIn = false
			if err := tx.putUser(u); err != nil {
				return err
			}
		}
		if started, err = tx.invite(u, false, mail); err != nil {
			return err
		}
		if started.User, err = tx.shownUser(may, started.User); err != nil {
			return err
		}
		return tx.auditUser(invite.action, &u, change{"start", "", Start{Mail: mail}.words()})
	})
	if err != nil {
		return Started{}, err
	}
	return started, nil
}

// TakeCode takes a user's waiting mail back and answers its code, to be handed
// over by the administrator instead. NotFound and Refused as ResetPassword,
// Conflict when the mail has gone out already, or there is none.
func (db *DB) TakeCode(ctx context.Context, actor domain.Actor, user domain.ID) (Started, error) {
	take := attempt{action: "user.take_code", subject: SubjectUser, objects: ids(user)}
	var started Started
	err := db.update(ctx, actor, take, func(tx *tx, may *domain.Rights) error {
		u, err := tx.resettable(may, user)
		if err != nil {
			return err
		}
		if started, err = tx.takeCode(u.Account, u.ID); err != nil {
			return err
		}
		if started.User, err = tx.shownUser(may, started.User); err != nil {
			return err
		}
		return tx.auditUser(take.action, &u)
	})
	if err != nil {
		return Started{}, err
	}
	return started, nil
}

// UnlockUser forgets a user's failed sign-ins. NotFound and Refused as
// ResetPassword. Where there are none, it does nothing.
func (db *DB) UnlockUser(ctx context.Context, actor domain.Actor, user domain.ID) error {
	unlock := attempt{action: "user.unlock", subject: SubjectUser, objects: ids(user)}
	return db.update(ctx, actor, unlock, func(tx *tx, may *domain.Rights) error {
		u, err := tx.resettable(may, user)
		if err != nil {
			return err
		}
		if failures, err := tx.failures(u.Account, u.ID); failures.none() || err != nil {
			return err
		}
		if err := tx.deleteFailures(u.Account, u.ID); err != nil {
			return err
		}
		return tx.auditUser(unlock.action, &u)
	})
}
