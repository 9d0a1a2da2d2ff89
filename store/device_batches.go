package store

import (
	"context"

	"tenantry/domain"
)

// deviceBatch is how many devices are read in one transaction. They are written
// between transactions, because whoever takes them may be slow.
const deviceBatch = 1000

// DeviceBatches are all devices of a query, in its order, for those who write
// out a whole list. What changes meanwhile comes as it was or as it is; what is
// gone, or has left the actor's sight, comes no more.
type DeviceBatches struct {
	Total  int    // when it began
	Reason string // why there are none, where that is a matter of rights

	db    *DB
	actor domain.Actor
	rest  []domain.ID
}

// DeviceBatches finds all devices of a query; its page is of no account. Errors
// are those of Devices.
func (db *DB) DeviceBatches(ctx context.Context, actor domain.Actor, q DeviceQuery) (*DeviceBatches, error) {
	q.Page = Page{}
	b := &DeviceBatches{db: db, actor: actor}
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		found, err := tx.listDevices(may, q, 0)
		if err != nil {
			return err
		}
		b.rest = make([]domain.ID, len(found.rows))
		for i, row := range found.rows {
			b.rest[i] = row.id
		}
		if b.Total = len(b.rest); b.Total == 0 {
			b.Reason = whyNoDevices(may)
		}
		return nil
	})
	return b, err
}

// More says whether Next has more to give.
func (b *DeviceBatches) More() bool { return len(b.rest) > 0 }

// Next reads the next batch.
func (b *DeviceBatches) Next(ctx context.Context) ([]DeviceRow, error) {
	n := min(deviceBatch, len(b.rest))
	batch := b.rest[:n]
	b.rest = b.rest[n:]
	return b.db.DeviceRows(ctx, b.actor, batch)
}
