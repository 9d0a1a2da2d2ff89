package store

import (
	"context"
	"slices"

	"tenantry/domain"
)

// UndoResult says what an undo took back.
type UndoResult struct {
	Moved   int // moved back to where they came from
	Changed int // given back the fields that they had
	Stayed  int // not as the bulk change left them any more, or not allowed; of those that the actor sees or saw
	Entry   domain.ID
}

// UndoBulk takes back a bulk change of those devices that are still as it left
// them, as far as the actor may: where devices were moved, to customers and
// locations that are still there and in reach, with the right at both ends. It
// can be undone itself. NotFound when there is no such change that concerns the
// actor's reach.
func (db *DB) UndoBulk(ctx context.Context, actor domain.Actor, id domain.ID, progress Progress) (UndoResult, error) {
	var result UndoResult
	undo := attempt{action: actionUndo, subject: SubjectDevice, objects: ids(id)}
	err := db.update(ctx, actor, undo, func(tx *tx, may *domain.Rights) error {
		if err := mayUndo(may); err != nil {
			return err
		}
		e, err := tx.bulkEntry(may, id)
		if err != nil {
			return err
		}
		back, err := tx.undoing(may, e)
		if err != nil {
			return err
		}
		n, err := tx.takeBack(e, back, &result)
		if err != nil || n == 0 {
			return err
		}
		if err := back.do(progress); err != nil {
			return err
		}
		made := back.entry()
		made.subject, made.object, made.name, made.undoes = e.subject, e.object, e.name, e.id
		result.Entry, err = tx.audit(e.account, made)
		return err
	})
	if err != nil {
		return UndoResult{}, err
	}
	return result, nil
}

// mayUndo refuses those who may do nothing that could be undone.
func mayUndo(may *domain.Rights) error {
	if may.MayAnywhere(domain.DevicesEdit).Allowed {
		return nil
	}
	return may.MayAnywhere(domain.DevicesAssign).Err(may)
}

// bulkEntry reads the entry of a bulk change, or of its undoing, that concerns
// the actor's reach.
func (tx *tx) bulkEntry(may *domain.Rights, id domain.ID) (*entry, error) {
	e, err := tx.entry(may.Account().ID, id)
	if err != nil {
		return nil, err
	}
	if e == nil || !e.undoable() || !slices.ContainsFunc(e.where, may.Reaches) {
		return nil, domain.NoSuch("bulk change")
	}
	return e, nil
}

// undoable says whether the entry tells of a bulk change.
func (e *entry) undoable() bool {
	switch e.action {
	case actionAssign, actionUndo, actionPlace, actionUndoPlace, actionEdit, actionUndoEdit:
		return e.outcome == done && e.listed > 0
	}
	return false
}

// undoing is the taking back of a bulk change.
type undoing interface {
	// take takes a device of the entry up, or leaves it as it is; known says
	// whether the actor may hear of one that stays.
	take(m moved) (back, known bool, err error)
	do(progress Progress) error
	entry() entry
}

func (tx *tx) undoing(may *domain.Rights, e *entry) (undoing, error) {
	switch e.action {
	case actionEdit, actionUndoEdit:
		return &editingBack{writing: writing{tx: tx, account: e.account}, rights: may}, nil
	}
	put, err := tx.putTo(e)
	return &movingBack{moving: newMoving(tx, may, e.listed), of: e, put: put}, err
}

// takeBack takes up the devices of an entry, and returns how many.
func (tx *tx) takeBack(e *entry, back undoing, result *UndoResult) (int, error) {
	looked, n := 0, 0
	err := tx.eachMoved(e, func(m moved) error {
		taken, known, err := back.take(m)
		if err != nil {
			return err
		}
		switch {
		case taken:
			n++
		case known:
			result.Stayed++
		}
		if looked++; looked%atOnce == 0 {
			return tx.ctx.Err()
		}
		return nil
	})
	if _, edits := back.(*editingBack); edits {
		result.Changed = n
	} else {
		result.Moved = n
	}
	return n, err
}

// movingBack moves the devices of an entry back one by one.
type movingBack struct {
	moving
	of  *entry
	put func(moved) (place, error)
}

// sees says whether the actor sees devices at a place, and so may hear of them.
func (b *movingBack) sees(at place) bool {
	return b.rights.SeesDevice(at.customer, at.location).Allowed
}

func (b *movingBack) take(m moved) (back, known bool, err error) {
	now, err := b.tx.owner(b.account, m.device)
	if err != nil {
		return false, false, err
	}
	put, err := b.put(m)
	if err != nil {
		return false, false, err
	}
	to, back, err := b.back(m, now, put)
	if err != nil {
		return false, false, err
	}
	if back {
		b.move(m.device, now, to)
		return true, true, nil
	}
	return false, b.sees(m.from) || b.sees(now) || b.sees(put), nil
}

// back is where a device goes back to; false where it stays.
func (b *movingBack) back(m moved, now, put place) (place, bool, error) {
	device := domain.Device{ID: m.device, Account: b.account, Customer: now.customer, Location: now.location}
	switch {
	case now == (place{}) || now.customer != put.customer || m.from.customer.IsZero():
		return place{}, false, nil
	case b.of.placesDevices():
		if now != put || !b.rights.MayDevice(domain.DevicesEdit, now.customer, now.location).Allowed {
			return place{}, false, nil
		}
		ok, err := b.mayPlace(&device, m.from.location)
		return m.from, ok, err
	case !b.rights.MayAssign(&device, m.from.customer).Allowed:
		return place{}, false, nil
	}
	to, err := b.tx.placeAt(b.rights, m.from, m.from.customer)
	return to, err == nil, err
}

// mayPlace says whether a device may be put back at a location.
func (b *movingBack) mayPlace(device *domain.Device, at domain.ID) (bool, error) {
	l, err := b.tx.placement(b.rights, at)
	if err != nil {
		if domain.KindOf(err) == domain.NotFound || domain.KindOf(err) == domain.Refused {
			err = nil
		}
		return false, err
	}
	return b.rights.CheckDeviceLocation(device, l) == nil, nil
}

func (b *movingBack) entry() entry {
	e := entry{action: actionUndo, devices: movedFrom(b.moves)}
	if b.of.placesDevices() {
		e.action = actionUndoPlace
	}
	e.concern(concernedBy(b.moves))
	return e
}

// placesDevices says whether the entry tells of devices that came to other
// locations and stayed with their customers.
func (e *entry) placesDevices() bool { return e.action == actionPlace || e.action == actionUndoPlace }

// putBy is where a bulk change that undid nothing put a device that it lists.
// Where an assignment put a device the location isn't known any more.
func (e *entry) putBy(m moved) place {
	switch {
	case e.action == actionPlace:
		return place{m.from.customer, e.object}
	case len(e.where) > 0:
		return place{customer: e.where[0]}
	}
	return place{}
}

// editingBack gives the devices of an entry back the fields that they had.
type editingBack struct {
	writing
	rights *domain.Rights
	edits  []editBack
}

type editBack struct {
	edit
	changes []change
}

// take takes up a device of which every field is still as the entry left it.
func (b *editingBack) take(m moved) (back, known bool, err error) {
	now, err := b.tx.owner(b.account, m.device)
	if err != nil || now == (place{}) {
		return false, false, err
	}
	known = b.rights.SeesDevice(now.customer, now.location).Allowed
	if !b.rights.MayDevice(domain.DevicesEdit, now.customer, now.location).Allowed {
		return false, known, nil
	}
	d, err := b.tx.device(b.account, m.device)
	if err != nil || d == nil {
		return false, false, err
	}
	for _, f := range bulkFields {
		for _, c := range m.changes {
			if c.field == f.name && f.text(d) != c.new {
				return false, known, nil
			}
		}
	}
	b.edits = append(b.edits, editBack{edit{m.device, now}, m.changes})
	return true, true, nil
}

func (b *editingBack) do(progress Progress) error {
	return b.tx.eachOf(len(b.edits), progress, func(i int) error {
		return b.write(b.edits[i].edit, func(d *domain.Device) error {
			for _, f := range bulkFields {
				for _, c := range b.edits[i].changes {
					if c.field != f.name {
						continue
					}
					if err := f.read(d, c.old); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

func (b *editingBack) entry() entry {
	e := entry{action: actionUndoEdit, devices: b.written}
	e.concern(customersOf(b.written))
	return e
}
