package store

import (
	"context"
	"strconv"
	"time"

	"tenantry/domain"
)

// The outbox: mails that wait, written in the transaction of their cause. A mail
// here holds no address and no name: they are read when it goes out, so that a
// corrected address is the one that is used.

// How long a mail waits after its first failed try, at most between two tries,
// and in all.
const (
	mailFirstWait   = time.Minute
	mailLongestWait = 4 * time.Hour
	mailLongest     = 72 * time.Hour
)

// maxMailError bounds what a mail server has to say, in characters.
const maxMailError = 200

// Mail is a mail that waits to be sent, with what it is to say.
type Mail struct {
	ID       domain.ID
	Account  domain.ID
	User     domain.ID
	Reset    bool   // of a password reset, not a welcome
	To       string // the address; empty where it was taken away since
	Username string
	FullName string
	Tenant   string // the account's name
	Inviter  string // the full name or username of who caused it, "" for the machine's operator
	Code     string
	Until    time.Time
	Settings domain.Settings // the reader's, for writing the time
	Tries    int
	MadeAt   time.Time
}

// outboxRecord is a waiting mail in the file.
type outboxRecord struct {
	User    []byte `cbor:"1,keyasint,omitempty"`
	Code    []byte `cbor:"2,keyasint,omitempty"` // sealed
	Inviter string `cbor:"3,keyasint,omitempty"`
	Made    int64  `cbor:"4,keyasint,omitempty"`
	Due     int64  `cbor:"5,keyasint,omitempty"` // when it is tried next
}

// mail reads a waiting mail; nil when there is none such.
func (tx *tx) mail(account, id domain.ID) (*outboxRecord, error) {
	var r outboxRecord
	there, err := readRecord(tx.kv, tableOutbox, key2(account, id), &r)
	if !there || err != nil {
		return nil, err
	}
	return &r, nil
}

// queue puts a mail with a code for a user into the outbox, due at once. Only
// tx.invite calls it, which notes the mail in the invitation.
func (tx *tx) queue(u domain.User, code string) (domain.ID, error) {
	id, err := tx.newID()
	if err != nil {
		return id, err
	}
	sealed, err := tx.sealCode(u.Account, id, code)
	if err != nil {
		return id, err
	}
	inviter, err := tx.inviter()
	if err != nil {
		return id, err
	}
	r := outboxRecord{User: idOrNil(u.ID), Code: sealed, Inviter: inviter, Made: timeToRecord(tx.now), Due: timeToRecord(tx.now)}
	return id, tx.put(tableOutbox, key2(u.Account, id), encode(r))
}

// inviter is what the mail calls the actor.
func (tx *tx) inviter() (string, error) {
	if tx.actor.User.IsZero() {
		return "", nil
	}
	u, err := tx.user(tx.actor.Account, tx.actor.User)
	switch {
	case u == nil || err != nil:
		return "", err
	case u.FullName != "":
		return u.FullName, nil
	}
	return u.Username, nil
}

// sealCode makes a code unreadable in the file, bound to its mail.
func (tx *tx) sealCode(account, mail domain.ID, code string) ([]byte, error) {
	return tx.db.seal(sealMail, account, mail, []byte(code))
}

// openCode is the opposite of sealCode.
func (tx *tx) openCode(account, mail domain.ID, sealed []byte) (string, error) {
	code, err := tx.db.unseal(sealMail, account, mail, sealed)
	return string(code), err
}

// NextMail is a mail that is due, and where none is, nil and the moment at which
// one will be (zero when none waits). Operator only, of any account. It holds
// nothing: one process drains the outbox, one mail at a time. A mail whose code
// has run out is answered too, to be given up; one to somebody who may not sign
// in at the moment waits.
func (db *DB) NextMail(ctx context.Context, actor domain.Actor) (*Mail, time.Time, error) {
	var found *Mail
	var next time.Time
	err := db.viewFree(ctx, actor, func(tx *tx) error {
		if err := tx.onlyPostman(); err != nil {
			return err
		}
		c := tx.scan(tableOutbox, nil)
		for c.next() {
			var r outboxRecord
			if err := decodeAt(tableOutbox, c.key(), c.value(), &r); err != nil {
				return err
			}
			m, due, err := tx.readMail(idAt(c.key(), 0), idAt(c.key(), 1), r)
			if err != nil || m != nil {
				found, next = m, time.Time{}
				return err
			}
			if next.IsZero() || due.Before(next) {
				next = due
			}
		}
		return c.err()
	})
	return found, next, err
}

// onlyPostman keeps the outbox, which reveals codes, to the machine itself.
func (tx *tx) onlyPostman() error {
	if !tx.actor.Operator {
		return domain.Errorf(domain.Refused, "", "Only the machine itself sends mail.")
	}
	return nil
}

// readMail is a mail with all that it is to say if it is due, else nil and when
// it will be.
func (tx *tx) readMail(account, id domain.ID, r outboxRecord) (*Mail, time.Time, error) {
	due := timeFromRecord(r.Due)
	if tx.now.Before(due) {
		return nil, due, nil
	}
	key := key2(account, id)
	user := idFromRecord(r.User)
	u, err := tx.user(account, user)
	if err != nil {
		return nil, due, err
	}
	i, err := tx.invitation(account, user)
	if err != nil {
		return nil, due, err
	}
	tree, err := tx.tree(account)
	if err != nil {
		return nil, due, err
	}
	if u == nil || i == nil || tree == nil || idFromRecord(i.Mail) != id {
		return nil, due, damaged(tableOutbox, key, "belongs to no invitation")
	}
	until := timeFromRecord(i.Until)
	if (u.Inactive || tree.Account().Suspended) && tx.now.Before(until) {
		return nil, until, nil // a change of that wakes whoever waits
	}
	code, err := tx.openCode(account, id, r.Code)
	if err != nil {
		return nil, due, err
	}
	return &Mail{
		ID: id, Account: account, User: user, Reset: i.Reset, To: u.Email,
		Username: u.Username, FullName: u.FullName, Tenant: tree.Account().Name, Inviter: r.Inviter,
		Code: code, Until: until, Settings: tree.SettingsFor(u), Tries: i.Tries, MadeAt: timeFromRecord(r.Made),
	}, due, nil
}

// MailSent takes a mail out of the outbox.
func (db *DB) MailSent(ctx context.Context, actor domain.Actor, m Mail) error {
	return db.updateMail(ctx, actor, m, func(tx *tx, u *domain.User, i *invitationRecord) error {
		i.Sent, i.Error = timeToRecord(tx.now), ""
		return tx.endMail(m, u, i, "mail.send", "")
	})
}

// MailFailed notes a failed try and when the next one is: after a minute, then
// twice as long each time up to four hours. Three days after it was made, when
// its code has run out, or at once where the server says that it never will
// (forever), it is given up, which the audit trail and the user's page say.
func (db *DB) MailFailed(ctx context.Context, actor domain.Actor, m Mail, reason string, forever bool) error {
	return db.updateMail(ctx, actor, m, func(tx *tx, u *domain.User, i *invitationRecord) error {
		i.Error = domain.CleanCut(reason, maxMailError)
		r, err := tx.mail(m.Account, m.ID)
		if r == nil || err != nil {
			return err
		}
		last := timeFromRecord(r.Made).Add(mailLongest)
		if forever || !tx.now.Before(last) {
			return tx.endMail(m, u, i, "mail.give_up", i.Error)
		}
		next := tx.now.Add(mailWait(i.Tries))
		if last.Before(next) {
			next = last
		}
		r.Due = timeToRecord(next)
		if err := tx.put(tableOutbox, key2(m.Account, m.ID), encode(*r)); err != nil {
			return err
		}
		tx.quiet = true // the trail tells how it ends, not each try
		tx.changed(m.Account, SubjectUser, u.ID)
		return tx.putInvitation(m.Account, u.ID, i)
	})
}

// mailWait is how long to wait after so many failed tries.
func mailWait(tries int) time.Duration {
	wait := mailFirstWait
	for range tries - 1 {
		if wait *= 2; wait >= mailLongestWait {
			return mailLongestWait
		}
	}
	return wait
}

// updateMail changes what is known of a mail that was just tried. One that was
// taken back meanwhile, or made void, is left alone.
func (db *DB) updateMail(ctx context.Context, actor domain.Actor, m Mail, fn func(*tx, *domain.User, *invitationRecord) error) error {
	return db.updateFree(ctx, actor, func(tx *tx) error {
		if err := tx.onlyPostman(); err != nil {
			return err
		}
		u, err := tx.user(m.Account, m.User)
		if u == nil || err != nil {
			return err
		}
		i, err := tx.invitation(m.Account, m.User)
		if i == nil || err != nil || idFromRecord(i.Mail) != m.ID || m.ID.IsZero() {
			return err
		}
		i.Tries++
		i.To = m.To
		return fn(tx, u, i)
	})
}

// endMail takes a mail out of the outbox, for whichever reason, and says so in
// the audit trail.
func (tx *tx) endMail(m Mail, u *domain.User, i *invitationRecord, action, reason string) error {
	i.Mail = nil
	if err := tx.delete(tableOutbox, key2(m.Account, m.ID)); err != nil {
		return err
	}
	if err := tx.putInvitation(m.Account, u.ID, i); err != nil {
		return err
	}
	_, err := tx.audit(m.Account, entry{
		action: action, subject: SubjectUser, object: u.ID, name: u.Username, where: ids(u.Customer),
		changes: changes(change{"email", "", m.To}, change{"tries", "", strconv.Itoa(i.Tries)}, change{"reason", "", reason}),
	})
	return err
}
