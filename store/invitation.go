package store

import (
	"crypto/sha256"
	"crypto/subtle"

	"tenantry/domain"
)

// An invitation is a code by which somebody signs in once, to set a password: a
// newcomer, or whoever's password was reset. There is at most one of each user.
// The file holds its hash. While a mail waits to carry it out, the outbox holds
// the code too, sealed.

// invitationRecord is an invitation in the file.
type invitationRecord struct {
	Hash  []byte `cbor:"1,keyasint,omitempty"`
	Made  int64  `cbor:"2,keyasint,omitempty"`
	Until int64  `cbor:"3,keyasint,omitempty"`
	Reset bool   `cbor:"4,keyasint,omitempty"` // of a password reset, not a welcome
	// Of its mail; empty where the code was handed over otherwise.
	Mail  []byte `cbor:"5,keyasint,omitempty"` // the identity of the mail that waits
	To    string `cbor:"6,keyasint,omitempty"` // where it was last tried, or went
	Sent  int64  `cbor:"7,keyasint,omitempty"`
	Tries int    `cbor:"8,keyasint,omitempty"`
	Error string `cbor:"9,keyasint,omitempty"` // of the last try
}

// invitation reads a user's invitation, one that has run out too; nil when
// there is none.
func (tx *tx) invitation(account, user domain.ID) (*invitationRecord, error) {
	var r invitationRecord
	there, err := readRecord(tx.kv, tableInvitation, key2(account, user), &r)
	if !there || err != nil {
		return nil, err
	}
	return &r, nil
}

func (tx *tx) putInvitation(account, user domain.ID, r *invitationRecord) error {
	return tx.put(tableInvitation, key2(account, user), encode(*r))
}

// invitationOf is a user's invitation for showing, one that has run out too;
// nil when there is none.
func (tx *tx) invitationOf(u *domain.User) (*Invitation, error) {
	r, err := tx.invitation(u.Account, u.ID)
	if r == nil || err != nil {
		return nil, err
	}
	i := &Invitation{
		Reset: r.Reset, MadeAt: timeFromRecord(r.Made), Until: timeFromRecord(r.Until),
		Mail: MailState{To: r.To, Waiting: len(r.Mail) > 0, Sent: r.Sent != 0, Tries: r.Tries, Error: r.Error},
	}
	if !i.Mail.Waiting {
		return i, nil
	}
	i.Mail.To = u.Email // where it will go
	mail, err := tx.mail(u.Account, idFromRecord(r.Mail))
	if mail != nil {
		i.Mail.NextTry = timeFromRecord(mail.Due)
	}
	return i, err
}

// invite makes a new code for a user, of a password reset or a welcome, good as
// long as the account says. The one before is void, and its waiting mail gone.
// With mail it goes into the outbox instead of into the answer: Invalid on
// "email" where there is no address.
func (tx *tx) invite(u domain.User, reset, mail bool) (Started, error) {
	if mail && u.Email == "" {
		return Started{}, domain.Errorf(domain.Invalid, "email", "%s has no email address, so no mail can go out. Give one, or hand over the code yourself.", u.Username)
	}
	tree, err := tx.tree(u.Account)
	if err != nil {
		return Started{}, err
	}
	if err := tx.dropInvitation(u.Account, u.ID); err != nil {
		return Started{}, err
	}
	code, err := newCode(&tx.db.random)
	if err != nil {
		return Started{}, err
	}
	started := Started{User: u, Code: code, Until: tx.now.Add(tree.Account().Limits.Invitation)}
	r := invitationRecord{
		Hash: hashInvitation(u.Account, u.ID, code), Reset: reset,
		Made: timeToRecord(tx.now), Until: timeToRecord(started.Until),
	}
	if mail {
		if started.Mail, err = tx.queue(u, code); err != nil {
			return Started{}, err
		}
		started.Code, r.Mail, r.To = "", started.Mail[:], u.Email
	}
	return started, tx.putInvitation(u.Account, u.ID, &r)
}

// hashInvitation is what the file keeps of a code. Its 80 random bits are beyond
// guessing, so that it needs no slow hash, as a password does. The user is part
// of it, so that no record is good for another.
func hashInvitation(account, user domain.ID, code string) []byte {
	folded, _ := foldCode(code)
	digest := sha256.New()
	digest.Write([]byte("tenantry invitation\x00"))
	digest.Write(account[:])
	digest.Write(user[:])
	digest.Write([]byte(folded))
	return digest.Sum(nil)
}

// matchInvitation says whether a code is the one that a user was given, and is
// still good. Whoever uses it drops the invitation in the same transaction.
func (tx *tx) matchInvitation(account, user domain.ID, code string) (bool, error) {
	r, err := tx.invitation(account, user)
	if r == nil || err != nil {
		return false, err
	}
	_, isCode := foldCode(code)
	same := subtle.ConstantTimeCompare(r.Hash, hashInvitation(account, user, code)) == 1
	return isCode && same && tx.now.Before(timeFromRecord(r.Until)), nil
}

// dropInvitation removes a user's invitation with its waiting mail, if there is
// one.
func (tx *tx) dropInvitation(account, user domain.ID) error {
	r, err := tx.invitation(account, user)
	if r == nil || err != nil {
		return err
	}
	if len(r.Mail) > 0 {
		if err := tx.delete(tableOutbox, key2(account, idFromRecord(r.Mail))); err != nil {
			return err
		}
	}
	return tx.delete(tableInvitation, key2(account, user))
}

// takeCode takes a user's waiting mail out of the outbox and answers its code.
// Conflict when none waits.
func (tx *tx) takeCode(account, user domain.ID) (Started, error) {
	u, err := tx.user(account, user)
	if err != nil {
		return Started{}, err
	}
	r, err := tx.invitation(account, user)
	if err != nil {
		return Started{}, err
	}
	if u == nil || r == nil || len(r.Mail) == 0 {
		return Started{}, domain.Errorf(domain.Conflict, "", "No mail waits for this user: it has gone out, or was given up. Make a new code instead.")
	}
	id := idFromRecord(r.Mail)
	mail, err := tx.mail(account, id)
	if mail == nil && err == nil {
		err = damaged(tableOutbox, key2(account, id), "is missing")
	}
	if err != nil {
		return Started{}, err
	}
	code, err := tx.openCode(account, id, mail.Code)
	if err != nil {
		return Started{}, err
	}
	if err := tx.delete(tableOutbox, key2(account, id)); err != nil {
		return Started{}, err
	}
	r.Mail, r.To, r.Tries, r.Error = nil, "", 0, ""
	return Started{User: *u, Code: code, Until: timeFromRecord(r.Until)}, tx.putInvitation(account, user, r)
}
