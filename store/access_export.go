package store

import (
	"context"

	"tenantry/domain"
)

// accessBatch is how many events are read in one transaction of an export. They
// are told between transactions, because whoever takes them may be slow.
const accessBatch = 2000

// ExportAccess tells all events of a query, the newest first; its page is of no
// account. What comes in while it is at work may be in it or not. Errors are
// those of AccessEvents, and what each answers.
func (db *DB) ExportAccess(ctx context.Context, actor domain.Actor, q AccessQuery, each func(AccessEvent) error) error {
	q.Page = Page{Limit: accessBatch}
	for {
		list, err := db.accessEvents(ctx, actor, q, false)
		if err != nil {
			return err
		}
		for _, e := range list.Rows {
			if err := each(e); err != nil {
				return err
			}
		}
		if list.Next == "" {
			return nil
		}
		q.Cursor = list.Next
	}
}
