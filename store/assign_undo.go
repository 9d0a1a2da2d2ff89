package store

import (
	"context"
	"slices"

	"tenantry/domain"
)

// UndoResult says what an undo moved back.
type UndoResult struct {
	Moved  int // moved back to where they came from
	Stayed int // not where the assignment put them any more, or not allowed; of those that the actor sees or saw
	Entry  domain.ID
}

// UndoAssignment moves back the devices of an assignment that are still where
// it put them, as far as the actor may: to customers that are still there and
// in reach, with the right at both ends. It can be undone itself. NotFound when
// there is no such assignment that concerns the actor's reach.
func (db *DB) UndoAssignment(ctx context.Context, actor domain.Actor, id domain.ID, progress Progress) (UndoResult, error) {
	var result UndoResult
	undo := attempt{action: actionUndo, subject: SubjectDevice, objects: ids(id)}
	err := db.update(ctx, actor, undo, func(tx *tx, may *domain.Rights) error {
		if err := may.MayAnywhere(domain.DevicesAssign).Err(may); err != nil {
			return err
		}
		e, err := tx.assignment(may, id)
		if err != nil {
			return err
		}
		moves, stayed, err := tx.movesBack(may, e)
		if err != nil {
			return err
		}
		result.Moved, result.Stayed = len(moves), stayed
		if len(moves) == 0 {
			return nil
		}
		if err := tx.moveDevices(e.account, moves, progress); err != nil {
			return err
		}
		result.Entry, err = tx.audit(e.account, entry{
			action: actionUndo, subject: SubjectDevice, name: e.name, undoes: e.id,
			where: concernedBy(moves), devices: movedFrom(moves),
		})
		return err
	})
	if err != nil {
		return UndoResult{}, err
	}
	return result, nil
}

// assignment reads the entry of an assignment, or of its undoing, that concerns
// the actor's reach.
func (tx *tx) assignment(may *domain.Rights, id domain.ID) (*entry, error) {
	e, err := tx.entry(may.Account().ID, id)
	if err != nil {
		return nil, err
	}
	if e == nil || (e.action != actionAssign && e.action != actionUndo) || e.outcome != done || !slices.ContainsFunc(e.where, may.Reaches) {
		return nil, domain.NoSuch("assignment")
	}
	return e, nil
}

// putBy is where an assignment, or an undoing, put a device that it lists: its
// target, or where the device was before what was undone. The location isn't
// known any more.
func (tx *tx) putBy(e *entry, device domain.ID) (place, error) {
	if e.undoes.IsZero() {
		if len(e.where) == 0 {
			return place{}, nil
		}
		return place{customer: e.where[0]}, nil
	}
	undone, err := tx.entry(e.account, e.undoes)
	if undone == nil || err != nil {
		return place{}, err
	}
	at, _, err := tx.movedBy(undone, device)
	return at, err
}

// movesBack are the moves that take an entry back, and how many of its devices
// stay.
func (tx *tx) movesBack(may *domain.Rights, e *entry) (moves []move, stayed int, err error) {
	b := movingBack{tx: tx, may: may, account: e.account}
	if !e.undoes.IsZero() {
		if b.undone, err = tx.entry(e.account, e.undoes); err != nil {
			return nil, 0, err
		}
	}
	looked := 0
	err = tx.eachMoved(e, func(m moved) error {
		back, ok, err := b.move(e, m)
		if err != nil {
			return err
		}
		switch {
		case ok:
			moves = append(moves, back)
		case b.sees(m.from) || b.sees(back.from) || b.sees(back.to):
			stayed++
		}
		if looked++; looked%movesAtOnce == 0 {
			return tx.ctx.Err()
		}
		return nil
	})
	return moves, stayed, err
}

// movingBack decides on the devices of an entry one by one.
type movingBack struct {
	tx      *tx
	may     *domain.Rights
	account domain.ID
	undone  *entry // what the entry undid, nil where it is an assignment
}

// sees says whether the actor sees devices at a place, and so may hear of them.
func (b *movingBack) sees(at place) bool {
	return b.may.SeesDevice(at.customer, at.location).Allowed
}

// move is how a device goes back; false when it stays where it is, and then
// between where that is and where it had been put.
func (b *movingBack) move(e *entry, m moved) (move, bool, error) {
	now, err := b.tx.owner(b.account, m.device)
	if err != nil {
		return move{}, false, err
	}
	put := place{}
	switch {
	case b.undone != nil:
		put, _, err = b.tx.movedBy(b.undone, m.device)
	case len(e.where) > 0:
		put.customer = e.where[0]
	}
	if err != nil || now == (place{}) || now.customer != put.customer {
		return move{from: now, to: put}, false, err
	}
	device := domain.Device{ID: m.device, Account: b.account, Customer: now.customer, Location: now.location}
	if m.from.customer.IsZero() || !b.may.MayAssign(&device, m.from.customer).Allowed {
		return move{from: now, to: put}, false, nil
	}
	to, err := b.tx.placeAt(b.may, m.from, m.from.customer)
	return move{device: m.device, from: now, to: to}, err == nil, err
}

// concernedBy are the customers at both ends of moves.
func concernedBy(moves []move) []domain.ID {
	var where []domain.ID
	seen := map[domain.ID]bool{}
	for _, m := range moves {
		for _, id := range ids(m.to.customer, m.from.customer) {
			if !seen[id] {
				seen[id] = true
				where = append(where, id)
			}
		}
	}
	return where
}
