package store

import (
	"bytes"
	"context"
	"crypto/subtle"

	"golang.org/x/crypto/ssh"

	"tenantry/domain"
)

// Signing in with an SSH key. Whether whoever connects holds the key is for the
// SSH door to prove; here it is only found out whose it is. A lock doesn't keep
// a key out: a key can't be guessed, and whoever guesses passwords must not be
// able to shut its holder out.

// KeyKnown says whether a public key, as SSH sends it, is one that this user may
// sign in with. It is for keys that are merely offered, and proves nothing. The
// answer is the same for a user that doesn't exist, is inactive, or has other
// keys. username is the user's own name; an email address isn't taken.
func (db *DB) KeyKnown(ctx context.Context, username string, key []byte) (bool, error) {
	known := false
	err := db.viewFree(ctx, domain.Actor{Door: domain.DoorSSH}, func(tx *tx) error {
		u, err := tx.userByKey(username, key)
		known = u.user != nil
		return err
	})
	return known, err
}

// SignInWithKey begins the session of a user who has proven that they hold a
// key of theirs. Of somebody with a second factor the code is due still.
// Unauthenticated as KeyKnown answers no.
func (db *DB) SignInWithKey(ctx context.Context, from, username string, key []byte) (domain.Actor, error) {
	actor := domain.Actor{Door: domain.DoorSSH, From: from}
	err := db.updateFree(ctx, actor, func(tx *tx) error {
		by, err := tx.userByKey(username, key)
		if err != nil {
			return err
		}
		if by.user == nil {
			return errSignIn()
		}
		u := *by.user
		actor.Account, actor.User = u.Account, u.ID
		tx.actor, tx.name, tx.home = actor, u.Username, u.Customer // the entry is theirs
		by.record.Used = timeToRecord(tx.now)
		if err := tx.put(tableSSHKey, by.at, encode(by.record)); err != nil {
			return err
		}
		r := sessionRecord{Door: uint8(actor.Door), From: actor.From, Key: by.record.Name}
		if actor.Session, err = tx.openSession(u.Account, u.ID, r); err != nil {
			return err
		}
		return tx.keySignedIn(u, by.fingerprint)
	})
	db.tally.signIn(actor.Door, err)
	if err != nil {
		return domain.Actor{}, err
	}
	return actor, nil
}

// keySignedIn notes a sign-in by a key. Failed tries stay counted: they were
// others' guesses at the password, which a key says nothing about.
func (tx *tx) keySignedIn(u domain.User, fingerprint string) error {
	enrolled, err := tx.enrolled(u.Account, u.ID)
	if err != nil {
		return err
	}
	if enrolled {
		tx.quiet = true // the entry comes with the code
		return nil
	}
	u.LastSignIn = tx.now
	if err := tx.putUser(u); err != nil {
		return err
	}
	return tx.auditUser("user.sign_in", &u, change{"ssh_key", "", fingerprint})
}

// keyHolder is whose a key is; user is nil where it is nobody's.
type keyHolder struct {
	user        *domain.User
	at          []byte // where the key lies
	record      sshKeyRecord
	fingerprint string
}

// userByKey finds the active user of that name with that key. For unknown users
// it looks through nobody's keys, which are none.
func (tx *tx) userByKey(username string, key []byte) (by keyHolder, err error) {
	u, err := tx.userNamed(username)
	if err != nil {
		return by, err
	}
	if u == nil || domain.Fold(u.Username) != domain.Fold(username) {
		u = &domain.User{}
	}
	c := tx.scan(tableSSHKey, key2(u.Account, u.ID))
	for c.next() {
		var r sshKeyRecord
		if err := decodeAt(tableSSHKey, c.key(), c.value(), &r); err != nil {
			return keyHolder{}, err
		}
		if subtle.ConstantTimeCompare(r.Key, key) == 1 {
			by.at, by.record = bytes.Clone(c.key()), r
		}
	}
	if err := c.err(); by.at == nil || err != nil {
		return keyHolder{}, err
	}
	machine := domain.Actor{Account: u.Account, User: u.ID, Door: domain.DoorMachine} // there is no session to look for yet
	switch _, err := tx.rights(machine); domain.KindOf(err) {
	case domain.Unauthenticated, domain.Refused: // inactive, or the account is suspended
		return keyHolder{}, nil
	default:
		if err != nil {
			return keyHolder{}, err
		}
	}
	public, err := ssh.ParsePublicKey(key)
	if err != nil {
		return keyHolder{}, damaged(tableSSHKey, by.at, "can't be read")
	}
	by.user, by.fingerprint = u, ssh.FingerprintSHA256(public)
	return by, nil
}
