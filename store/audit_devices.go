package store

import (
	"context"
	"errors"

	"tenantry/domain"
)

// AuditDevice is a device that a bulk entry lists.
type AuditDevice struct {
	ID     domain.ID
	UnitID domain.UnitID // zero where the actor doesn't see the device any more
	Name   string        // of now; empty then
	Seen   bool          // the actor sees it, and may go to it
	From   string        // the path of the customer that it came from; "elsewhere"; empty for an imported one
	To     string        // and of the one that it went to; empty where it stayed
	// Changes are the fields of it that were changed, its location among them.
	Changes []AuditChange
}

// AuditDevices is a page of the devices that an entry lists.
type AuditDevices struct {
	Rows  []AuditDevice
	Next  string // cursor of the next page, empty at the end
	Total int
}

// AuditDevices lists the devices of a bulk entry that concern the actor's reach,
// in order of their IDs, and where each came from. Other entries have none.
// NotFound as AuditEntry.
func (db *DB) AuditDevices(ctx context.Context, actor domain.Actor, id domain.ID, page Page) (AuditDevices, error) {
	var list AuditDevices
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		after, err := readCursor(page.Cursor)
		if err != nil {
			return err
		}
		e, err := tx.entryIn(may, id)
		if err != nil {
			return err
		}
		l := auditDeviceList{t: tx.teller(may), e: e, limit: page.limit(), list: &list}
		if after != "" {
			if l.after, err = domain.ParseID(after); err != nil {
				return errCursorGone()
			}
		}
		return l.read()
	})
	return list, err
}

// errPageFull ends a walk whose page is full.
var errPageFull = errors.New("page full")

// auditDeviceList collects a page of an entry's devices.
type auditDeviceList struct {
	t     *auditTeller
	e     *entry
	after domain.ID // zero: from the first
	limit int
	list  *AuditDevices
}

func (l *auditDeviceList) read() (err error) {
	if l.list.Total, err = l.t.devices(l.e); err != nil || l.list.Total == 0 {
		return err
	}
	to, err := l.to()
	if err != nil {
		return err
	}
	seen := 0
	err = l.t.tx.eachMoved(l.e, func(m moved) error {
		if seen++; seen%atOnce == 0 && l.t.tx.ctx.Err() != nil {
			return l.t.tx.ctx.Err()
		}
		if compareIDs(m.device, l.after) <= 0 {
			return nil
		}
		put, err := to(m)
		if err != nil || !l.concerns(m.from, put) {
			return err
		}
		if len(l.list.Rows) == l.limit {
			l.list.Next = writeCursor(l.list.Rows[l.limit-1].ID.String())
			return errPageFull
		}
		row, err := l.row(m, put)
		l.list.Rows = append(l.list.Rows, row)
		return err
	})
	if err == errPageFull {
		return nil
	}
	return err
}

// to answers where each device went.
func (l *auditDeviceList) to() (func(moved) (place, error), error) {
	if l.e.undoable() && !l.e.tellsChanges() {
		return l.t.tx.putTo(l.e)
	}
	var put place
	if l.e.action == actionDeleteCustomer && len(l.e.where) > 1 {
		put.customer = l.e.where[1]
	}
	return func(moved) (place, error) { return put, nil }, nil
}

func (l *auditDeviceList) concerns(from, to place) bool {
	return l.t.inside(l.e) || l.t.may.Reaches(from.customer) || !to.customer.IsZero() && l.t.may.Reaches(to.customer)
}

func (l *auditDeviceList) row(m moved, put place) (AuditDevice, error) {
	row := AuditDevice{ID: m.device, From: l.path(m.from.customer), To: l.path(put.customer)}
	if l.e.action == actionImport {
		row.From, row.To = "", row.From
	}
	for _, c := range m.changes {
		row.Changes = append(row.Changes, AuditChange{c.field, c.old, c.new})
	}
	if l.e.placesDevices() {
		row.To = ""
		row.Changes = []AuditChange{{"location", l.t.tx.placeText(l.t.may, l.e, m.from.location), l.t.tx.placeText(l.t.may, l.e, put.location)}}
	}
	d, err := l.t.tx.device(l.e.account, m.device)
	if d == nil || err != nil || !l.t.may.SeesDevice(d.Customer, d.Location).Allowed {
		return row, err
	}
	row.Seen, row.UnitID, row.Name = true, d.UnitID, d.Name
	return row, nil
}

// path is where a device was or went. A customer that is gone has no path; who
// reads of it hears that it was elsewhere.
func (l *auditDeviceList) path(customer domain.ID) string {
	if customer.IsZero() {
		return ""
	}
	return pathOrElsewhere(l.t.may, customer)
}
