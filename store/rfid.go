package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"tenantry/domain"
)

// RFIDs lists the RFID tokens of a user, the oldest first: the actor's own (user
// zero, or themselves), or those of somebody whom they see. NotFound for anybody
// else, Refused where the account lacks the add-on.
func (db *DB) RFIDs(ctx context.Context, actor domain.Actor, user domain.ID) ([]domain.RFID, error) {
	var tokens []domain.RFID
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		u, err := tx.rfidUser(may, user)
		if err != nil {
			return err
		}
		if err := may.SeesRFID(u).Err(may); err != nil {
			return err
		}
		tokens, err = tx.rfidsOf(u.Account, u.ID)
		return err
	})
	return tokens, err
}

// rfidUser is a user whom the actor sees; zero is the actor.
func (tx *tx) rfidUser(may *domain.Rights, user domain.ID) (*domain.User, error) {
	if user.IsZero() {
		return ownUser(may)
	}
	return tx.userIn(may, user)
}

// AddRFID gives a user an RFID token. NotFound for a user out of reach, Refused
// by the rules and where the account lacks the add-on, Invalid on "rfid" or
// "note", Conflict on "rfid" where somebody holds these digits already or the
// user holds domain.MaxRFIDs.
func (db *DB) AddRFID(ctx context.Context, actor domain.Actor, user domain.ID, digits, note string) (domain.RFID, error) {
	add := attempt{action: "rfid.add", subject: SubjectUser, objects: ids(user)}
	var added domain.RFID
	err := db.update(ctx, actor, add, func(tx *tx, may *domain.Rights) error {
		u, err := tx.rfidEditable(may, user)
		if err != nil {
			return err
		}
		added = domain.RFID{Account: u.Account, User: u.ID, AddedAt: tx.now}
		if added.Digits, err = domain.CheckRFID(digits); err != nil {
			return err
		}
		if added.Note, err = domain.CheckRFIDNote(note); err != nil {
			return err
		}
		if err := tx.roomForRFID(may, u, added.Digits); err != nil {
			return err
		}
		if err := tx.putRFID(&added); err != nil {
			return err
		}
		return tx.auditUser(add.action, u, changes(change{"rfid", "", added.Digits}, change{"note", "", added.Note})...)
	})
	if err != nil {
		return domain.RFID{}, err
	}
	return added, nil
}

// rfidEditable is a user whom the actor may give RFID tokens.
func (tx *tx) rfidEditable(may *domain.Rights, user domain.ID) (*domain.User, error) {
	u, err := tx.userIn(may, user)
	if err != nil {
		return nil, err
	}
	return u, may.MayEditRFID(u).Err(may)
}

// roomForRFID asks that nobody of the account holds these digits yet, and that
// the user can hold one token more. Who else holds them is told only to those
// who see that user.
func (tx *tx) roomForRFID(may *domain.Rights, u *domain.User, digits string) error {
	if err := tx.freeRFID(may, u, digits); err != nil {
		return err
	}
	tokens, err := tx.rfidsOf(u.Account, u.ID)
	if err == nil && len(tokens) >= domain.MaxRFIDs {
		err = errRFIDsFull()
	}
	return err
}

func errRFIDsFull() error {
	return domain.Errorf(domain.Conflict, "rfid", "A user holds at most %d RFID tokens. Remove those that are lost or handed back.", domain.MaxRFIDs)
}

// freeRFID asks that nobody of the account holds these digits yet.
func (tx *tx) freeRFID(may *domain.Rights, u *domain.User, digits string) error {
	held, err := tx.rfid(u.Account, digits)
	if err == nil && held != nil {
		err = tx.errRFIDHeld(may, u, held)
	}
	return err
}

// giveRFID writes an RFID token that a new user holds, and its entry.
func (tx *tx) giveRFID(u *domain.User, digits string) error {
	if err := tx.putRFID(&domain.RFID{Account: u.Account, User: u.ID, Digits: digits, AddedAt: tx.now}); err != nil {
		return err
	}
	return tx.auditUser("rfid.add", u, change{"rfid", "", digits})
}

func (tx *tx) errRFIDHeld(may *domain.Rights, u *domain.User, held *domain.RFID) error {
	if held.User == u.ID {
		return domain.Errorf(domain.Conflict, "rfid", "%s holds the RFID token %s already.", u.Username, held.Digits)
	}
	holder, err := tx.user(held.Account, held.User)
	if err != nil {
		return err
	}
	if holder == nil || !may.SeesUser(holder).Allowed {
		return domain.Errorf(domain.Conflict, "rfid", "Somebody outside what you may see holds the RFID token %s. Ask an administrator above you, or take another.", held.Digits)
	}
	return domain.Errorf(domain.Conflict, "rfid", "%s holds the RFID token %s. Remove it there first.", holder.Username, held.Digits)
}

// SetRFID switches an RFID token of a user on or off. As AddRFID; NotFound on
// "rfid" where the user holds none of these digits.
func (db *DB) SetRFID(ctx context.Context, actor domain.Actor, user domain.ID, digits string, on bool) (domain.RFID, error) {
	set := attempt{action: "rfid.off", subject: SubjectUser, objects: ids(user)}
	if on {
		set.action = "rfid.on"
	}
	var now domain.RFID
	err := db.update(ctx, actor, set, func(tx *tx, may *domain.Rights) error {
		u, t, err := tx.rfidHeld(may, user, digits)
		if err != nil {
			return err
		}
		now = *t
		if t.Off == !on {
			return nil
		}
		now.Off = !on
		if err := tx.putRFID(&now); err != nil {
			return err
		}
		return tx.auditUser(set.action, u, change{"rfid", "", t.Digits}, change{"status", rfidWord(t.Off), rfidWord(now.Off)})
	})
	if err != nil {
		return domain.RFID{}, err
	}
	return now, nil
}

// rfidWord says whether an RFID token is switched on.
func rfidWord(off bool) string {
	if off {
		return "off"
	}
	return "on"
}

// RemoveRFID takes an RFID token from a user and answers it as it was. What it
// opened stays in the access history. Errors as SetRFID.
func (db *DB) RemoveRFID(ctx context.Context, actor domain.Actor, user domain.ID, digits string) (domain.RFID, error) {
	remove := attempt{action: "rfid.remove", subject: SubjectUser, objects: ids(user)}
	var removed domain.RFID
	err := db.update(ctx, actor, remove, func(tx *tx, may *domain.Rights) error {
		u, t, err := tx.rfidHeld(may, user, digits)
		if err != nil {
			return err
		}
		removed = *t
		if err := tx.deleteRFID(t); err != nil {
			return err
		}
		return tx.auditUser(remove.action, u, changes(change{"rfid", t.Digits, ""}, change{"note", t.Note, ""})...)
	})
	if err != nil {
		return domain.RFID{}, err
	}
	return removed, nil
}

// rfidHeld is an RFID token of a user whose tokens the actor may change.
func (tx *tx) rfidHeld(may *domain.Rights, user domain.ID, digits string) (*domain.User, *domain.RFID, error) {
	u, err := tx.rfidEditable(may, user)
	if err != nil {
		return nil, nil, err
	}
	if digits, err = domain.CheckRFID(digits); err != nil {
		return nil, nil, err
	}
	t, err := tx.rfid(u.Account, digits)
	if err != nil {
		return nil, nil, err
	}
	if t == nil || t.User != u.ID {
		return nil, nil, domain.Errorf(domain.NotFound, "rfid", "%s holds no RFID token %s.", u.Username, digits)
	}
	return u, t, nil
}

// rfidRecord is an RFID token in the file; its digits are in the key.
type rfidRecord struct {
	User  []byte `cbor:"1,keyasint,omitempty"`
	Off   bool   `cbor:"2,keyasint,omitempty"`
	Added int64  `cbor:"3,keyasint,omitempty"`
	Note  string `cbor:"4,keyasint,omitempty"`
}

func keyRFID(account domain.ID, digits string) []byte { return append(key1(account), digits...) }

func keyRFIDUser(account, user domain.ID, digits string) []byte {
	return append(key2(account, user), digits...)
}

func rfidFromValue(key, value []byte) (domain.RFID, error) {
	var r rfidRecord
	err := decodeAt(tableRFID, key, value, &r)
	return domain.RFID{
		Account: idAt(key, 0), User: idFromRecord(r.User), Digits: string(key[16:]),
		Off: r.Off, Note: r.Note, AddedAt: timeFromRecord(r.Added),
	}, err
}

// rfid reads an RFID token of an account; nil when nobody holds it.
func (tx *tx) rfid(account domain.ID, digits string) (*domain.RFID, error) {
	key := keyRFID(account, digits)
	value, err := tx.get(tableRFID, key)
	if value == nil || err != nil {
		return nil, err
	}
	t, err := rfidFromValue(key, value)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// rfidHolder is who holds an RFID token, switched off or not; zero when nobody
// does. The digits are as domain.CheckRFID leaves them.
func (tx *tx) rfidHolder(account domain.ID, digits string) (domain.ID, error) {
	t, err := tx.rfid(account, digits)
	if t == nil || err != nil {
		return domain.ID{}, err
	}
	return t.User, nil
}

// rfidsOf are the RFID tokens of a user, the oldest first.
func (tx *tx) rfidsOf(account, user domain.ID) ([]domain.RFID, error) {
	tokens := []domain.RFID{}
	c := tx.scan(tableRFIDUser, key2(account, user))
	for c.next() {
		t, err := tx.rfid(account, string(c.key()[32:]))
		if t == nil && err == nil {
			err = damaged(tableRFIDUser, c.key(), "points to nothing")
		}
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, *t)
	}
	slices.SortFunc(tokens, func(a, b domain.RFID) int {
		return cmp.Or(a.AddedAt.Compare(b.AddedAt), strings.Compare(a.Digits, b.Digits))
	})
	return tokens, c.err()
}

func (tx *tx) putRFID(t *domain.RFID) error {
	record := rfidRecord{User: idOrNil(t.User), Off: t.Off, Added: timeToRecord(t.AddedAt), Note: t.Note}
	if err := tx.put(tableRFID, keyRFID(t.Account, t.Digits), encode(record)); err != nil {
		return err
	}
	return tx.put(tableRFIDUser, keyRFIDUser(t.Account, t.User, t.Digits), nil)
}

func (tx *tx) deleteRFID(t *domain.RFID) error {
	if err := tx.delete(tableRFIDUser, keyRFIDUser(t.Account, t.User, t.Digits)); err != nil {
		return err
	}
	return tx.delete(tableRFID, keyRFID(t.Account, t.Digits))
}

// deleteRFIDs removes all RFID tokens of a user who goes.
func (tx *tx) deleteRFIDs(account, user domain.ID) error {
	var digits [][]byte
	c := tx.scan(tableRFIDUser, key2(account, user))
	for c.next() {
		digits = append(digits, bytes.Clone(c.key()[32:]))
	}
	for _, d := range digits {
		if err := tx.deleteRFID(&domain.RFID{Account: account, User: user, Digits: string(d)}); err != nil {
			return err
		}
	}
	return c.err()
}
