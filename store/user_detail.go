package store

import (
	"context"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"tenantry/domain"
)

// UserStatus is what a list says of a user, in one word.
type UserStatus uint8

// The worst last: who is inactive and locked is inactive.
const (
	UserActive   UserStatus = iota
	UserInvited             // hasn't signed in yet
	UserNoSignIn            // only holds RFID tokens
	UserLocked              // too many failed sign-ins
	UserInactive            // switched off
)

var userStatusNames = [...]string{UserActive: "active", UserInvited: "invited", UserNoSignIn: "no-sign-in", UserLocked: "locked", UserInactive: "inactive"}

// UserStatuses are all there are.
func UserStatuses() []UserStatus {
	all := make([]UserStatus, len(userStatusNames))
	for i := range all {
		all[i] = UserStatus(i)
	}
	return all
}

// Words are the status as people read it.
func (s UserStatus) Words() string { return strings.Replace(s.String(), "-", " ", 1) }

// String is the status in JSON and in filters.
func (s UserStatus) String() string {
	if int(s) < len(userStatusNames) {
		return userStatusNames[s]
	}
	return ""
}

// UserDetail is everything about one user.
type UserDetail struct {
	UserRow
	CreatedByName string // empty where the actor doesn't reach them
	RecoveryLeft  int
	Sessions      int // -1 where the actor may not know, as are the next two
	SSHKeys       int
	Tokens        int       // those that haven't ended
	LockedUntil   time.Time // the next try counts from then on; zero when not locked, or until somebody unlocks
	Invitation    *Invitation
	RFIDs         []domain.RFID // the oldest first; nil where the account lacks the add-on
}

// Invitation is a code that somebody hasn't used yet.
type Invitation struct {
	Reset  bool // of a password reset, not a welcome
	MadeAt time.Time
	Until  time.Time
	Mail   MailState
}

// MailState is what became of a mail.
type MailState struct {
	To      string
	Waiting bool // it will be tried, or tried again
	Sent    bool
	Tries   int
	NextTry time.Time
	Error   string // of the last try
}

// User reads one user in reach. NotFound otherwise. Everybody reads themselves.
func (db *DB) User(ctx context.Context, actor domain.Actor, user domain.ID) (UserDetail, error) {
	var detail UserDetail
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		u, err := tx.userIn(may, user)
		if err != nil {
			return err
		}
		detail, err = tx.userDetail(may, u)
		return err
	})
	if err != nil {
		return UserDetail{}, err
	}
	return detail, nil
}

func (tx *tx) userDetail(may *domain.Rights, u *domain.User) (UserDetail, error) {
	detail := UserDetail{Sessions: -1, SSHKeys: -1, Tokens: -1}
	makers := map[domain.ID]string{}
	var err error
	if detail.UserRow, err = tx.userRow(may, u, makers); err != nil {
		return detail, err
	}
	detail.CreatedByName = makers[u.CreatedBy]
	if detail.Status == UserLocked {
		failures, err := tx.failures(u.Account, u.ID)
		if err != nil {
			return detail, err
		}
		if at, forever := failures.until(tx.now); !forever {
			detail.LockedUntil = at
		}
	}
	if detail.RecoveryLeft, err = tx.recoveryLeft(u.Account, u.ID); err != nil {
		return detail, err
	}
	if detail.Invitation, err = tx.invitationOf(u); err != nil {
		return detail, err
	}
	if may.SeesRFID(u).Allowed {
		if detail.RFIDs, err = tx.rfidsOf(u.Account, u.ID); err != nil {
			return detail, err
		}
	}
	self := may.User() != nil && may.User().ID == u.ID
	if !self && !may.MayResetUser(u).Allowed {
		return detail, nil
	}
	open, err := tx.sessions(u.Account, u.ID)
	if err != nil {
		return detail, err
	}
	detail.Sessions, detail.SSHKeys = len(open), 0
	if detail.Tokens, err = tx.workingTokens(u.Account, u.ID); err != nil {
		return detail, err
	}
	return detail, tx.eachSSHKey(u.Account, u.ID, func(SSHKey, ssh.PublicKey) { detail.SSHKeys++ })
}
