package store

import (
	"bytes"

	"tenantry/domain"
)

// putUnique moves an entry of a unique index from the key was to the key now,
// either of which may be empty for none. Where now is another's, it returns
// taken and has written nothing.
func (tx *tx) putUnique(t table, was, now, value []byte, taken *domain.Error) error {
	if bytes.Equal(was, now) && len(now) > 0 {
		return nil
	}
	if len(now) > 0 {
		held, err := tx.get(t, now)
		if err != nil {
			return err
		}
		if held != nil && !bytes.Equal(held, value) {
			return taken
		}
	}
	if len(was) > 0 {
		if err := tx.delete(t, was); err != nil {
			return err
		}
	}
	if len(now) == 0 {
		return nil
	}
	return tx.put(t, now, value)
}

// sameVersion refuses a change of something that was changed since it was read,
// and says by whom. given is the version that the caller read, 0 for any.
func (tx *tx) sameVersion(may *domain.Rights, object domain.ID, given, stored uint64) error {
	if given == 0 || given == stored {
		return nil
	}
	who := "someone"
	err := tx.history(may.Account().ID, object, 0, func(e *entry) (more bool, err error) {
		if !e.user.IsZero() && e.user == tx.actor.User {
			who = "you, elsewhere,"
			return false, nil
		}
		who, err = tx.who(may, e)
		return false, err
	})
	if err != nil {
		return err
	}
	return domain.Errorf(domain.Conflict, "version", "It was changed by %s since you read it. Look at it again, then make your change.", who)
}

// who is the user who did what an entry tells, for somebody with the given
// rights: "someone" where they don't reach that user, or the user is gone.
func (tx *tx) who(may *domain.Rights, e *entry) (string, error) {
	if e.user.IsZero() {
		return "the operator", nil
	}
	if may.Reaches(domain.ID{}) {
		return e.who, nil
	}
	u, err := tx.user(e.account, e.user)
	if err != nil {
		return "", err
	}
	if u != nil && may.SeesUser(u).Allowed {
		return e.who, nil
	}
	return "someone", nil
}
