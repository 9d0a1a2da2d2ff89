package store

import (
	"context"
	"strconv"

	"tenantry/domain"
)

// Enrolment is a second factor that is offered and not stored yet.
type Enrolment struct {
	Secret string // base32, for typing into an app
	URL    string // otpauth://…, for the QR code: as short as apps understand
}

// BeginEnrolment makes a new secret for the actor. Nothing is stored until
// Enrol. Unproven where the actor hasn't confirmed lately.
func (db *DB) BeginEnrolment(ctx context.Context, actor domain.Actor) (Enrolment, error) {
	var offered Enrolment
	err := db.viewBehind(ctx, actor, domain.GateEnrol, func(tx *tx, may *domain.Rights) error {
		u, _, err := tx.enrolling(may)
		if err != nil {
			return err
		}
		secret := make([]byte, factorBytes)
		if _, err := db.random.Read(secret); err != nil {
			return noRandomness(err)
		}
		offered.Secret = factorText.EncodeToString(secret)
		offered.URL = factorURL(u.Username, offered.Secret)
		return nil
	})
	return offered, err
}

// Enrol stores the secret of BeginEnrolment, once code is one that it makes, and
// answers ten recovery codes, which nobody can read again. It opens
// domain.GateEnrol. A factor from before holds until then, and with it end the
// user's other sessions. Invalid on "code" where the code is wrong.
func (db *DB) Enrol(ctx context.Context, actor domain.Actor, secret, code string) (recovery []string, err error) {
	enrol := attempt{action: "second_factor.enrol", subject: SubjectUser, objects: ids(actor.User)}
	err = db.updateBehind(ctx, actor, domain.GateEnrol, enrol, func(tx *tx, may *domain.Rights) error {
		u, before, err := tx.enrolling(may)
		if err != nil {
			return err
		}
		var f factorRecord
		if f.Secret, f.Step, err = tx.proveFactor(u, secret, code); err != nil {
			return err
		}
		if recovery, f.Recovery, err = tx.newRecovery(u.Account, u.ID); err != nil {
			return err
		}
		f.Enrolled = timeToRecord(tx.now)
		if err := tx.putFactor(u.Account, u.ID, &f); err != nil {
			return err
		}
		if err := tx.factorProven(); err != nil {
			return err
		}
		if before == nil {
			return tx.auditFactor(u, enrol.action)
		}
		ended, err := tx.endSessions(u.Account, u.ID, actor.Session)
		if err != nil {
			return err
		}
		return tx.auditFactor(u, "second_factor.replace", change{"sessions_ended", "", strconv.Itoa(ended)})
	})
	if err != nil {
		return nil, err
	}
	return recovery, nil
}

// enrolling is the actor as somebody who may enrol now, with the factor that
// they have already. A first one is asked a proof for too: its codes are a proof
// from then on, so whoever finds a screen unattended must not put in their own.
func (tx *tx) enrolling(may *domain.Rights) (*domain.User, *factorRecord, error) {
	u, err := ownUser(may)
	if err == nil {
		err = tx.byPerson()
	}
	if err != nil {
		return nil, nil, err
	}
	f, err := tx.factor(u.Account, u.ID)
	return u, f, firstOf(err, tx.recentlyProven())
}

// ownUser is the actor's own user; Refused to the operator, who is none.
func ownUser(may *domain.Rights) (*domain.User, error) {
	if u := may.User(); u != nil {
		return u, nil
	}
	return nil, domain.Errorf(domain.Refused, "", "The operator is no user and has no profile. Name one with --as.")
}

// proveFactor checks that whoever enrols has the secret in their app, and seals
// it.
func (tx *tx) proveFactor(u *domain.User, text, code string) (sealed []byte, step uint64, err error) {
	secret, ok := readFactor(text)
	if !ok {
		return nil, 0, domain.Errorf(domain.Invalid, "secret", "This isn't the secret that was offered. Start the enrolment again.")
	}
	code, ok = digits(code)
	if ok {
		step = stepOf(secret, 0, tx.now, code)
	}
	if step == 0 {
		return nil, 0, domain.Errorf(domain.Invalid, "code", "This isn't the code of now. Type the six digits that the app shows; if they are refused again, check the clock of the phone.")
	}
	sealed, err = tx.db.seal(sealFactor, u.Account, u.ID, secret)
	return sealed, step, err
}

// NewRecoveryCodes answers ten new recovery codes; those of before are void.
// Unproven as BeginEnrolment, Conflict without a second factor.
func (db *DB) NewRecoveryCodes(ctx context.Context, actor domain.Actor) ([]string, error) {
	var codes []string
	renew := attempt{action: "recovery_code.renew", subject: SubjectUser, objects: ids(actor.User)}
	err := db.update(ctx, actor, renew, func(tx *tx, may *domain.Rights) error {
		u, f, err := tx.ownFactor(may)
		if err != nil {
			return err
		}
		if err := tx.recentlyProven(); err != nil {
			return err
		}
		before := len(f.Recovery)
		if codes, f.Recovery, err = tx.newRecovery(u.Account, u.ID); err != nil {
			return err
		}
		if err := tx.putFactor(u.Account, u.ID, f); err != nil {
			return err
		}
		return tx.auditFactor(u, renew.action, change{"recovery_codes", strconv.Itoa(before), strconv.Itoa(len(codes))})
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// DropFactor switches the actor's own second factor off. Refused where it is
// forced, Unproven as BeginEnrolment, Conflict where there is none.
func (db *DB) DropFactor(ctx context.Context, actor domain.Actor) error {
	drop := attempt{action: "second_factor.drop", subject: SubjectUser, objects: ids(actor.User)}
	return db.update(ctx, actor, drop, func(tx *tx, may *domain.Rights) error {
		u, _, err := tx.ownFactor(may)
		if err != nil {
			return err
		}
		if who := whoForces(may, u); who != "" {
			return domain.Errorf(domain.Refused, "second_factor", "A second factor can't be switched off here: %s forces it. Replace it instead.", who)
		}
		if err := tx.recentlyProven(); err != nil {
			return err
		}
		if err := tx.deleteFactor(u.Account, u.ID); err != nil {
			return err
		}
		return tx.auditFactor(u, drop.action)
	})
}

// whoForces names who forces a second factor on the actor, without naming a
// customer above their own; "" for nobody.
func whoForces(may *domain.Rights, u *domain.User) string {
	forced, by, byAccount := may.Tree().SecondFactorForced(u.Customer)
	switch {
	case !forced:
		return ""
	case byAccount:
		return "the account"
	case !may.Reaches(by):
		return "a customer above yours"
	}
	return domain.Clean(may.Tree().Path(by))
}

// ownFactor is the actor's own second factor; Conflict where there is none.
func (tx *tx) ownFactor(may *domain.Rights) (*domain.User, *factorRecord, error) {
	u, err := ownUser(may)
	if err == nil {
		err = tx.byPerson()
	}
	if err != nil {
		return nil, nil, err
	}
	f, err := tx.factor(u.Account, u.ID)
	if f == nil && err == nil {
		err = domain.Errorf(domain.Conflict, "second_factor", "You have no second factor. Enrol one first: Profile, second factor.")
	}
	return u, f, err
}

// ResetFactor takes a user's second factor away, for somebody who lost theirs,
// and ends their sessions. NotFound out of reach, Refused above the ceiling and
// for oneself, Conflict where there is none.
func (db *DB) ResetFactor(ctx context.Context, actor domain.Actor, user domain.ID) error {
	reset := attempt{action: "second_factor.reset", subject: SubjectUser, objects: ids(user)}
	return db.update(ctx, actor, reset, func(tx *tx, may *domain.Rights) error {
		u, err := tx.resettable(may, user)
		if err != nil {
			return err
		}
		if there, err := tx.enrolled(u.Account, u.ID); err != nil {
			return err
		} else if !there {
			return domain.Errorf(domain.Conflict, "second_factor", "%s has no second factor.", u.Username)
		}
		if err := tx.deleteFactor(u.Account, u.ID); err != nil {
			return err
		}
		ended, err := tx.endSessions(u.Account, u.ID, domain.ID{})
		if err != nil {
			return err
		}
		return tx.auditFactor(&u, reset.action, change{"sessions_ended", "", strconv.Itoa(ended)})
	})
}

// Unenrolled lists the active users at a customer and below (zero: of the whole
// account) who have no second factor, of those that the actor may list; Total
// counts them all. It is what forcing a second factor there would mean.
func (db *DB) Unenrolled(ctx context.Context, actor domain.Actor, customer domain.ID, p Page) (UserList, error) {
	var list UserList
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		from, to, err := usersSpan(may, UserQuery{Customer: customer, Below: true})
		if err != nil {
			return err
		}
		after, err := readCursor(p.Cursor)
		if err != nil {
			return err
		}
		found, err := tx.matchingUsers(may, UserQuery{}, from, to)
		if err != nil {
			return err
		}
		if found, err = tx.withoutFactor(found); err != nil {
			return err
		}
		list, err = tx.userPage(may, found, after, p.limit())
		return err
	})
	return list, err
}

// withoutFactor are those who are active and have no second factor.
func (tx *tx) withoutFactor(users []matchingUser) (found []matchingUser, err error) {
	for _, u := range users {
		enrolled, err := tx.enrolled(u.Account, u.ID)
		if err != nil {
			return nil, err
		}
		if !enrolled && !u.Inactive && !u.NoSignIn {
			found = append(found, u)
		}
	}
	return found, nil
}

// mayForce refuses to somebody who has no second factor to force one on others:
// the first whom it would lock out is who could take it back. The operator and
// the machine's own door aren't asked.
func (tx *tx) mayForce(before, after domain.Security) error {
	if !after.ForceSecondFactor || before.ForceSecondFactor || trusted(tx.actor) {
		return nil
	}
	enrolled, err := tx.enrolled(tx.actor.Account, tx.actor.User)
	if err != nil || enrolled {
		return err
	}
	return domain.Errorf(domain.Refused, "force_second_factor", "Enrol your own second factor first: Profile, second factor. Then you can force it on others.")
}

// factorRecord is a second factor in the file.
type factorRecord struct {
	Secret   []byte   `cbor:"1,keyasint,omitempty"` // sealed
	Step     uint64   `cbor:"2,keyasint,omitempty"` // the last one of which a code was accepted
	Enrolled int64    `cbor:"3,keyasint,omitempty"`
	Recovery [][]byte `cbor:"4,keyasint,omitempty"` // hashes of the codes that are still good
}

// factor reads a user's second factor; nil when there is none.
func (tx *tx) factor(account, user domain.ID) (*factorRecord, error) {
	var f factorRecord
	there, err := readRecord(tx.kv, tableFactor, key2(account, user), &f)
	if !there || err != nil {
		return nil, err
	}
	return &f, nil
}

func (tx *tx) putFactor(account, user domain.ID, f *factorRecord) error {
	return tx.put(tableFactor, key2(account, user), encode(f))
}

// deleteFactor removes a user's second factor with its recovery codes.
func (tx *tx) deleteFactor(account, user domain.ID) error {
	return tx.delete(tableFactor, key2(account, user))
}

// recoveryLeft is how many recovery codes of a user are still good.
func (tx *tx) recoveryLeft(account, user domain.ID) (int, error) {
	f, err := tx.factor(account, user)
	if f == nil || err != nil {
		return 0, err
	}
	return len(f.Recovery), nil
}

// factorProven notes in the actor's session that they have just shown their
// second factor.
func (tx *tx) factorProven() error {
	if tx.session == nil {
		return nil // the machine's own door
	}
	tx.session.Code, tx.session.Proven = true, timeToRecord(tx.now)
	return tx.putSession()
}

// auditFactor notes what became of a user's second factor.
func (tx *tx) auditFactor(u *domain.User, action string, changed ...change) error {
	_, err := tx.audit(u.Account, entry{
		action: action, subject: SubjectUser, object: u.ID, name: u.Username, where: ids(u.Customer), changes: changed,
	})
	return err
}
