package store

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"time"

	"tenantry/domain"
)

// Session is a sign-in that is still open.
type Session struct {
	ID        domain.ID
	Door      domain.Door
	From      string
	Key       string // the name of the SSH key that opened it, empty for a password
	StartedAt time.Time
	SeenAt    time.Time // the last key, to the minute
	EndsAt    time.Time // the latest that it can last
	Current   bool      // the actor's own
}

// sessionRecord is a session in the file.
type sessionRecord struct {
	Door     uint8  `cbor:"1,keyasint,omitempty"`
	From     string `cbor:"2,keyasint,omitempty"`
	Key      string `cbor:"3,keyasint,omitempty"`
	Started  int64  `cbor:"4,keyasint,omitempty"`
	Seen     int64  `cbor:"5,keyasint,omitempty"`
	Code     bool   `cbor:"6,keyasint,omitempty"`  // the second factor was proven
	Proven   int64  `cbor:"7,keyasint,omitempty"`  // when the password or a code was last right
	Password bool   `cbor:"8,keyasint,omitempty"`  // a new one is due: it began with a code to set one
	Wrong    uint8  `cbor:"9,keyasint,omitempty"`  // tries of this session since the last one that was right
	Given    []byte `cbor:"10,keyasint,omitempty"` // the hash of the code it began with, which mayn't become the password
}

// anyGate is for what is answered whichever gate is closed.
const anyGate = domain.GateCode

const (
	// idleSlack is how much longer than its limit a session waits for a key here:
	// keys are noted to the minute. The screen itself ends on the dot.
	idleSlack = time.Minute
	// touchStep is how old the note of the last key is before a newer one is
	// worth a commit.
	touchStep = 30 * time.Second
)

// ends is the moment at which a session is over.
func (r *sessionRecord) ends(limits domain.Limits) time.Time {
	whole := timeFromRecord(r.Started).Add(limits.Session)
	if idle := timeFromRecord(r.Seen).Add(limits.Idle + idleSlack); idle.Before(whole) {
		return idle
	}
	return whole
}

func sessionKey(actor domain.Actor) []byte {
	return key3(actor.Account, actor.User, actor.Session)
}

func errSessionOver() error {
	return domain.Errorf(domain.Unauthenticated, "", "This sign-in has ended. Sign in again.")
}

// trusted says that nobody asks this actor for a sign-in: whoever is at the
// machine itself can open the file anyway.
func trusted(actor domain.Actor) bool {
	return actor.Operator || actor.Door == domain.DoorMachine
}

// admit lets an actor in by their session, or at DoorAPI by their token, and
// works out which gate is closed.
func (tx *tx) admit(actor domain.Actor, may *domain.Rights) error {
	if actor.Door == domain.DoorAPI {
		return tx.admitToken(actor, may)
	}
	if actor.Session.IsZero() {
		return errSessionOver()
	}
	var r sessionRecord
	there, err := readRecord(tx.kv, tableSession, sessionKey(actor), &r)
	if err != nil {
		return err
	}
	if !there || !tx.now.Before(r.ends(may.Account().Limits)) {
		return errSessionOver()
	}
	tx.session = &r
	enrolled, err := tx.enrolled(actor.Account, actor.User)
	if err != nil {
		return err
	}
	u := may.User()
	switch {
	case enrolled && !r.Code:
		tx.gate = domain.GateCode
	case u.MustChange || r.Password:
		tx.gate = domain.GatePassword
	case !enrolled && factorForced(may.Tree(), u):
		tx.gate = domain.GateEnrol
	default:
		tx.gate = domain.GateOpen
	}
	return nil
}

// enrolled says whether a user has a second factor.
func (tx *tx) enrolled(account, user domain.ID) (bool, error) {
	value, err := tx.get(tableFactor, key2(account, user))
	return value != nil, err
}

// factorForced says whether somebody must have a second factor.
func factorForced(tree *domain.Tree, u *domain.User) bool {
	forced, _, _ := tree.SecondFactorForced(u.Customer)
	return forced
}

// standing is the actor's as this transaction sees it.
func (tx *tx) standing(may *domain.Rights) (Standing, error) {
	s := Standing{Rights: may, User: may.User(), Gate: tx.gate}
	if s.User == nil {
		return s, nil
	}
	f, err := tx.factor(s.User.Account, s.User.ID)
	if f != nil {
		s.Enrolled, s.EnrolledAt, s.RecoveryLeft = true, timeFromRecord(f.Enrolled), len(f.Recovery)
	}
	s.Forced = factorForced(may.Tree(), s.User)
	if r := tx.session; r != nil {
		s.Session = r.session(tx.actor.Session, may.Account().Limits)
		s.Session.Current = true
	}
	if err == nil {
		s.EndingTokens, err = tx.endingTokens(s.User.Account, s.User.ID)
	}
	if err == nil {
		s.Views, err = tx.views(s.User)
	}
	return s, err
}

// openSession begins a session of a user whose password, code or key was right,
// and clears away some that are over.
func (tx *tx) openSession(account, user domain.ID, r sessionRecord) (domain.ID, error) {
	id, err := tx.newID()
	if err != nil {
		return id, err
	}
	if err := tx.sweepSessions(account, user); err != nil {
		return id, err
	}
	r.From = domain.CleanCut(r.From, maxFrom)
	r.Started, r.Seen = timeToRecord(tx.now), timeToRecord(tx.now)
	return id, tx.put(tableSession, key3(account, user, id), encode(r))
}

// sweepSessions removes the sessions of a user that are over, and those among
// the few that follow.
func (tx *tx) sweepSessions(account, user domain.ID) error {
	limits := map[domain.ID]domain.Limits{}
	over := func(key, value []byte) (bool, error) {
		var r sessionRecord
		if decode(value, &r) != nil {
			return false, nil // for the check to find
		}
		of := idAt(key, 0)
		if _, known := limits[of]; !known {
			a, err := tx.account(of)
			if a == nil || err != nil {
				return false, err
			}
			limits[of] = a.Limits
		}
		return !tx.now.Before(r.ends(limits[of])), nil
	}
	var gone [][]byte
	c := tx.scan(tableSession, key2(account, user))
	for c.next() {
		is, err := over(c.key(), c.value())
		if err != nil {
			return err
		}
		if is {
			gone = append(gone, bytes.Clone(c.key()))
		}
	}
	for _, key := range gone {
		if err := tx.delete(tableSession, key); err != nil {
			return err
		}
	}
	return firstOf(c.err(), tx.sweep(tableSession, successor(key2(account, user)), over))
}

// putSession writes the actor's own session, as tx.session has become.
func (tx *tx) putSession() error {
	return tx.put(tableSession, sessionKey(tx.actor), encode(*tx.session))
}

// session is a record for showing.
func (r *sessionRecord) session(id domain.ID, limits domain.Limits) Session {
	return Session{
		ID: id, Door: domain.Door(r.Door), From: r.From, Key: r.Key,
		StartedAt: timeFromRecord(r.Started), SeenAt: timeFromRecord(r.Seen),
		EndsAt: timeFromRecord(r.Started).Add(limits.Session),
	}
}

// sessions are the open ones of a user, the newest first.
func (tx *tx) sessions(account, user domain.ID) ([]Session, error) {
	a, err := tx.account(account)
	if a == nil || err != nil {
		return nil, err
	}
	var open []Session
	c := tx.scan(tableSession, key2(account, user))
	for c.next() {
		var r sessionRecord
		if err := decodeAt(tableSession, c.key(), c.value(), &r); err != nil {
			return nil, err
		}
		if tx.now.Before(r.ends(a.Limits)) {
			s := r.session(idAt(c.key(), 2), a.Limits)
			s.Current = s.ID == tx.actor.Session
			open = append(open, s)
		}
	}
	slices.SortStableFunc(open, func(a, b Session) int { return b.StartedAt.Compare(a.StartedAt) })
	return open, c.err()
}

// endSessions ends the sessions of a user but one (zero: all of them), and
// answers how many were still open. Their screens close when they hear of the
// audit entry, which the operation writes.
func (tx *tx) endSessions(account, user, except domain.ID) (int, error) {
	open, err := tx.sessions(account, user)
	if err != nil {
		return 0, err
	}
	ended := len(open)
	if slices.ContainsFunc(open, func(s Session) bool { return s.ID == except }) {
		ended--
	}
	var keys [][]byte
	c := tx.scan(tableSession, key2(account, user))
	for c.next() {
		if idAt(c.key(), 2) != except {
			keys = append(keys, bytes.Clone(c.key()))
		}
	}
	if err := c.err(); err != nil {
		return 0, err
	}
	for _, key := range keys {
		if err := tx.delete(tableSession, key); err != nil {
			return 0, err
		}
	}
	return ended, nil
}

// Touch says that the actor pressed a key: the session lasts on. Call it no
// more than once a minute.
func (db *DB) Touch(ctx context.Context, actor domain.Actor) error {
	return db.updateBehind(ctx, actor, anyGate, attempt{}, func(tx *tx, _ *domain.Rights) error {
		if tx.session == nil || tx.now.Sub(timeFromRecord(tx.session.Seen)) < touchStep {
			return nil
		}
		tx.quiet = true // nothing that anybody wants to read of later
		tx.session.Seen = timeToRecord(tx.now)
		return tx.putSession()
	})
}

// SignOut ends the actor's session.
func (db *DB) SignOut(ctx context.Context, actor domain.Actor) error {
	return db.updateBehind(ctx, actor, anyGate, attempt{}, func(tx *tx, may *domain.Rights) error {
		if tx.session == nil {
			return nil
		}
		if err := tx.delete(tableSession, sessionKey(actor)); err != nil {
			return err
		}
		return tx.auditUser("user.sign_out", may.User())
	})
}

// auditUser writes an entry about a user.
func (tx *tx) auditUser(action string, u *domain.User, changes ...change) error {
	_, err := tx.audit(u.Account, entry{
		action: action, subject: SubjectUser, object: u.ID, name: u.Username, where: ids(u.Customer), changes: changes,
	})
	return err
}

// Sessions lists the open sessions of a user, the newest first: the actor's own
// (user zero, or themselves), or those of somebody whom the actor may reset.
func (db *DB) Sessions(ctx context.Context, actor domain.Actor, user domain.ID) ([]Session, error) {
	var open []Session
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		u, err := tx.sessionsUser(may, user)
		if err != nil {
			return err
		}
		open, err = tx.sessions(u.Account, u.ID)
		return err
	})
	return open, err
}

// sessionsUser is whose sessions the actor asks about, if they may.
func (tx *tx) sessionsUser(may *domain.Rights, user domain.ID) (*domain.User, error) {
	own := may.User()
	if user.IsZero() && own == nil {
		return nil, domain.Errorf(domain.Invalid, "user", "Whose sessions? Name a user.")
	}
	if own != nil && (user.IsZero() || user == own.ID) {
		return own, nil
	}
	u, err := tx.resettable(may, user)
	return &u, err
}

// EndSessions ends the named sessions of a user, or where none are named all of
// them but the actor's own, and answers how many it ended. Whose, as Sessions.
func (db *DB) EndSessions(ctx context.Context, actor domain.Actor, user domain.ID, sessions ...domain.ID) (int, error) {
	ended := 0
	end := attempt{action: "user.end_sessions", subject: SubjectUser, objects: ids(user)}
	err := db.update(ctx, actor, end, func(tx *tx, may *domain.Rights) error {
		u, err := tx.sessionsUser(may, user)
		if err != nil {
			return err
		}
		if len(sessions) == 0 {
			ended, err = tx.endSessions(u.Account, u.ID, actor.Session)
		} else {
			ended, err = tx.endNamed(u, sessions)
		}
		if ended == 0 || err != nil {
			tx.quiet = true // what was over already is no change
			return err
		}
		return tx.auditUser(end.action, u, change{"sessions", strconv.Itoa(ended), ""})
	})
	if err != nil {
		return 0, err
	}
	return ended, nil
}

// endNamed ends those of a user's open sessions that are named.
func (tx *tx) endNamed(u *domain.User, named []domain.ID) (ended int, err error) {
	open, err := tx.sessions(u.Account, u.ID)
	if err != nil {
		return 0, err
	}
	for _, s := range open {
		if !slices.Contains(named, s.ID) {
			continue
		}
		if err := tx.delete(tableSession, key3(u.Account, u.ID, s.ID)); err != nil {
			return 0, err
		}
		ended++
	}
	return ended, nil
}
