package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"tenantry/domain"
)

// HistoryRow is one thing that happened to a device, out of the audit trail.
type HistoryRow struct {
	Entry domain.ID
	At    time.Time
	Who   string // user name; "the operator"; "someone" where the actor doesn't reach them
	Door  domain.Door
	Text  string // "assigned from Acme HQ to Acme HQ/Nordics", "name: Van 1 → Van 2"
}

// DeviceHistory reads what happened to a device, newest first, and the cursor
// of the next page. What happened while it was with customers that the actor
// doesn't reach is left out. NotFound when there is no such device that the
// actor sees.
func (db *DB) DeviceHistory(ctx context.Context, actor domain.Actor, id domain.ID, page Page) ([]HistoryRow, string, error) {
	var rows []HistoryRow
	var next string
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		if _, err := tx.deviceSeen(may, id); err != nil {
			return err
		}
		before, err := tx.historyCursor(may, page.Cursor)
		if err != nil {
			return err
		}
		var last domain.ID
		return tx.history(may.Account().ID, id, before, func(e *entry) (bool, error) {
			if here, err := tx.happenedInReach(may, e, id); !here || err != nil {
				return err == nil, firstOf(err, ctx.Err())
			}
			if len(rows) == page.limit() {
				next = writeCursor(last.String())
				return false, nil
			}
			last = e.id
			row, err := tx.historyRow(may, e, id)
			rows = append(rows, row)
			return err == nil, err
		})
	})
	return rows, next, err
}

// historyCursor is the number of the entry that the cursor stands at, 0 for the
// newest page. The cursor holds its identity: the number would count what
// happens in all of the account.
func (tx *tx) historyCursor(may *domain.Rights, cursor string) (uint64, error) {
	text, err := readCursor(cursor)
	if text == "" || err != nil {
		return 0, err
	}
	id, err := domain.ParseID(text)
	if err != nil {
		return 0, errCursorGone()
	}
	e, err := tx.entry(may.Account().ID, id)
	if err != nil {
		return 0, err
	}
	if e == nil || !slices.ContainsFunc(e.where, may.Reaches) {
		return 0, errCursorGone()
	}
	return e.number, nil
}

// happenedInReach says whether what an entry did to a device concerns customers
// in reach. One that lists many devices may concern them by others alone.
func (tx *tx) happenedInReach(may *domain.Rights, e *entry, device domain.ID) (bool, error) {
	if !slices.ContainsFunc(e.where, may.Reaches) {
		return false, nil
	}
	stayed := e.action == actionImport || e.action == actionDeleteLocation || e.tellsChanges() // with its customer
	if !stayed && !e.undoable() {
		return true, nil
	}
	from, _, err := tx.movedBy(e, device)
	if err != nil || stayed || may.Reaches(from.customer) {
		return may.Reaches(from.customer), err
	}
	to, err := tx.cameTo(e, moved{device: device, from: from})
	return may.Reaches(to.customer), err
}

// cameTo is where a bulk entry put one device.
func (tx *tx) cameTo(e *entry, m moved) (place, error) {
	to, err := tx.putTo(e)
	if err != nil {
		return place{}, err
	}
	return to(m)
}

func (tx *tx) historyRow(may *domain.Rights, e *entry, device domain.ID) (HistoryRow, error) {
	row := HistoryRow{Entry: e.id, At: e.at, Door: e.door}
	var err error
	if row.Who, err = tx.who(may, e); err != nil {
		return row, err
	}
	row.Text, err = tx.historyText(may, e, device)
	return row, err
}

// historyText says in words what an entry did to a device.
func (tx *tx) historyText(may *domain.Rights, e *entry, device domain.ID) (string, error) {
	if e.undoable() {
		return tx.bulkText(may, e, device)
	}
	switch e.action {
	case actionDeleteCustomer:
		return "moved to the customer above, because " + ownName(e.name) + " was deleted", nil
	case "customer.move":
		return "location cleared, because " + ownName(e.name) + " was moved", nil
	case actionDeleteLocation:
		name := "its location"
		if len(e.where) > 0 && may.Reaches(e.where[0]) {
			name = "the location " + domain.CleanCut(e.name, 60)
		}
		return "location cleared, because " + name + " was deleted", nil
	case actionImport:
		return "imported", nil
	case "device.register":
		return "registered", nil
	}
	changes := slices.Clone(e.changes)
	for i, c := range changes {
		if c.field == "location" {
			changes[i].old, changes[i].new = tx.locationText(may, c.old), tx.locationText(may, c.new)
		}
	}
	return changesText(changes), nil
}

// bulkText says in words what a bulk change, or its undoing, did to a device.
func (tx *tx) bulkText(may *domain.Rights, e *entry, device domain.ID) (string, error) {
	from, _, err := tx.movedBy(e, device)
	if err != nil {
		return "", err
	}
	before := ""
	if !e.undoes.IsZero() {
		before = "taken back: "
	}
	if e.tellsChanges() {
		changes, err := tx.changesBy(e, device)
		return before + changesText(changes), err
	}
	to, err := tx.cameTo(e, moved{device: device, from: from})
	if err != nil {
		return "", err
	}
	if e.placesDevices() {
		return before + changesText(changes(change{"location", tx.placeText(may, e, from.location), tx.placeText(may, e, to.location)})), nil
	}
	words := "assigned"
	if e.action == actionUndo {
		words = "moved back"
	}
	return words + " from " + pathOrElsewhere(may, from.customer) + " to " + pathOrElsewhere(may, to.customer), nil
}

// placeText is a location of a bulk entry for somebody with these rights. One
// that is gone has the name that the entry has of it.
func (tx *tx) placeText(may *domain.Rights, e *entry, location domain.ID) string {
	switch {
	case location.IsZero():
		return ""
	case location == e.object && e.name != "":
		return e.name
	}
	return tx.locationText(may, location.String())
}

// locationText is a location as an entry has it, by its name or its ID, for
// somebody with these rights.
func (tx *tx) locationText(may *domain.Rights, value string) string {
	id, err := domain.ParseID(value)
	if err != nil {
		return value
	}
	if name, err := tx.shower(may).location(id); err == nil && name != "" {
		return name
	}
	return "one elsewhere"
}

// ownName is the last name of a path. What it was nested under at that time may
// be out of reach.
func ownName(path string) string {
	names := domain.SplitPath(path)
	if len(names) == 0 {
		return "a customer"
	}
	return domain.Clean(names[len(names)-1])
}

// pathOrElsewhere is the path of a customer in reach; all others are one place.
func pathOrElsewhere(may *domain.Rights, customer domain.ID) string {
	if path := may.Tree().Path(customer); path != "" && may.Reaches(customer) {
		return path
	}
	return "elsewhere"
}

// changesText puts the changes of an entry on one line.
func changesText(changes []change) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = c.field + ": " + valueText(c.old) + " → " + valueText(c.new)
	}
	return strings.Join(parts, "; ")
}

func valueText(value string) string {
	if value == "" {
		return "none"
	}
	return domain.Clean(value)
}
