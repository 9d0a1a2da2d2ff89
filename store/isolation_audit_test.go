package store

import (
	"context"
	"fmt"

	"tenantry/domain"
)

// auditAttempts are the operations on the audit trail, as attempts has those on
// all else.
func auditAttempts() []attempted {
	var all []attempted
	add := func(operation, how string, do func(ctx context.Context, db *DB, actor domain.Actor, x, mine theirs) (any, error)) {
		all = append(all, attempted{operation: operation, how: how, do: do})
	}
	add("Audit", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Audit(ctx, a, AuditQuery{Customer: x.customer})
	})
	add("Audit", "below", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Audit(ctx, a, AuditQuery{Customer: x.customer, Below: true})
	})
	add("Audit", "of a user", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Audit(ctx, a, AuditQuery{User: x.user})
	})
	add("Audit", "by name", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Audit(ctx, a, AuditQuery{Who: x.username})
	})
	for how, object := range map[string]func(theirs) domain.ID{
		"customer": func(x theirs) domain.ID { return x.customer }, "user": func(x theirs) domain.ID { return x.user },
		"token": func(x theirs) domain.ID { return x.token },
	} {
		add("Audit", "about a "+how, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			return db.Audit(ctx, a, AuditQuery{Object: object(x), Outcome: OutcomeDone})
		})
	}
	add("Audit", "after", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Audit(ctx, a, AuditQuery{Page: Page{Cursor: writeCursor("0 " + x.entry.String())}})
	})
	add("AuditEntry", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.AuditEntry(ctx, a, x.entry)
	})
	add("AuditDevices", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.AuditDevices(ctx, a, x.entry, Page{})
	})
	add("ExportAudit", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		var told []string
		err := db.ExportAudit(ctx, a, AuditQuery{Customer: x.customer}, func(row AuditRow) error {
			told = append(told, fmt.Sprint(row))
			return nil
		})
		return told, err
	})
	all = append(all, attempted{operation: "Audit", how: "about a device", device: true, do: func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Audit(ctx, a, AuditQuery{Object: x.device})
	}})
	return all
}
