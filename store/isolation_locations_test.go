package store

import (
	"context"

	"tenantry/domain"
)

// locationAttempts are the operations on locations, as attempts has those on all
// else.
func locationAttempts() []attempted {
	var all []attempted
	add := func(operation, how string, do func(ctx context.Context, db *DB, actor domain.Actor, x, mine theirs) (any, error)) {
		all = append(all, attempted{operation: operation, how: how, do: do})
	}
	add("Locations", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Locations(ctx, a, LocationQuery{Customer: x.customer})
	})
	add("Locations", "below", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Locations(ctx, a, LocationQuery{Customer: x.customer, Below: true})
	})
	add("Locations", "after", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Locations(ctx, a, LocationQuery{Page: Page{Cursor: writeCursor(x.location.String())}})
	})
	add("Location", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Location(ctx, a, x.location)
	})
	add("FindLocation", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.FindLocation(ctx, a, x.location.String())
	})
	add("FindLocation", "by path", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.FindLocation(ctx, a, x.path+"/Depot")
	})
	add("LocationsForDevice", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.LocationsForDevice(ctx, a, x.customer)
	})
	add("LimitableUsers", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.LimitableUsers(ctx, a, x.location)
	})
	add("CreateLocation", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.CreateLocation(ctx, a, domain.Location{Customer: x.customer, Name: "Mine", Email: "mine@example.com"})
	})
	add("EditLocation", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.EditLocation(ctx, a, domain.Location{ID: x.location, Name: "Mine", Email: "mine@example.com", Version: 7})
	})
	add("EditLocation", "to", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.EditLocation(ctx, a, domain.Location{ID: mine.location, Customer: x.customer, Name: "Mine", Email: "mine@example.com"})
	})
	add("DeleteLocation", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.DeleteLocation(ctx, a, x.location, 0)
	})
	add("LimitUsers", "", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.LimitUsers(ctx, a, Limits{Location: x.location, Limit: ids(mine.user)})
	})
	add("LimitUsers", "of", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.LimitUsers(ctx, a, Limits{Location: mine.location, Limit: ids(x.user)})
	})
	add("LimitUsers", "no longer", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.LimitUsers(ctx, a, Limits{Location: x.location, Unlimit: ids(mine.user), Lift: true})
	})
	add("LimitUsers", "no longer, of", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.LimitUsers(ctx, a, Limits{Location: mine.location, Unlimit: ids(x.user), Lift: true})
	})
	add("Devices", "at", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Devices(ctx, a, DeviceQuery{Location: x.location})
	})
	add("Search", "at", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return countFound(ctx, db, a, FleetQuery{Location: x.location})
	})
	return all
}
