package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tenantry/domain"
)

// accessAttempts are the operations on the access history, as attempts has those
// on all else.
func accessAttempts() []attempted {
	const (
		device = true
		thing  = false
	)
	var all []attempted
	add := func(operation, how string, device bool, do func(ctx context.Context, db *DB, actor domain.Actor, x, mine theirs) (any, error)) {
		all = append(all, attempted{operation: operation, how: how, device: device, do: do})
	}
	add("AccessEvent", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.AccessEvent(ctx, a, x.event)
	})
	queries := []struct {
		how string
		of  func(x theirs) AccessQuery
	}{
		{"of a customer", func(x theirs) AccessQuery { return AccessQuery{Customer: x.customer} }},
		{"below", func(x theirs) AccessQuery { return AccessQuery{Customer: x.customer, Below: true} }},
		{"of a person", func(x theirs) AccessQuery { return AccessQuery{Holder: x.user} }},
		{"of a token", func(x theirs) AccessQuery { return AccessQuery{RFID: x.rfid} }},
		{"of a device", func(x theirs) AccessQuery { return AccessQuery{Device: x.device} }},
		{"at a location", func(x theirs) AccessQuery { return AccessQuery{Location: x.location} }},
		{"by name", func(x theirs) AccessQuery { return AccessQuery{Filter: x.username} }},
		{"by person", func(x theirs) AccessQuery { return AccessQuery{Person: x.username} }},
		{"by place", func(x theirs) AccessQuery { return AccessQuery{Place: x.location.String()} }},
		{"by unit", func(x theirs) AccessQuery { return AccessQuery{Filter: x.unit.String()} }},
	}
	for _, q := range queries {
		add("AccessEvents", q.how, thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			return db.AccessEvents(ctx, a, q.of(x))
		})
		add("ExportAccess", q.how, thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			var told []string
			err := db.ExportAccess(ctx, a, q.of(x), func(e AccessEvent) error {
				told = append(told, fmt.Sprint(e))
				return nil
			})
			return told, err
		})
	}
	report := domain.AccessReport{Event: "forged", At: time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC), RFID: "42", Status: domain.AccessApproved}
	again := report
	again.Event = "gate" // which each device of these has sent
	for how, report := range map[string]domain.AccessReport{"": report, "again": again} {
		add("AddAccessEvents", how, device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			return sent(db.AddAccessEvents(ctx, a, []AccessInput{{Device: x.device, AccessReport: report}}, nil))
		})
		add("AddAccessEvents", "by unit "+how, device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			return sent(db.AddAccessEvents(ctx, a, []AccessInput{{UnitID: x.unit, AccessReport: report}}, nil))
		})
	}
	line := `{"id": "forged", "at": "2026-01-01T08:00:00Z", "rfid": "42", "status": "approved", "`
	for _, dryRun := range []bool{true, false} {
		add("ImportAccess", fmt.Sprint("dry run ", dryRun), device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			file := line + `unit_id": "` + x.unit.String() + "\"}\n" + line + `device_id": "` + x.device.String() + "\"}\n"
			result, err := db.ImportAccess(ctx, a, strings.NewReader(file), AccessImporting{DryRun: dryRun})
			return fmt.Sprint(result.Added, result.Already, result.Failed, result.Lines), err
		})
	}
	return all
}

// sent is what a sender is answered, in words.
func sent(results []AccessResult, err error) (any, error) {
	var words []string
	for _, r := range results {
		words = append(words, fmt.Sprintf("%s %s %+v", r.Result, r.ID, r.Fault))
	}
	return words, err
}
