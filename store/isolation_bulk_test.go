package store

import (
	"context"

	"tenantry/domain"
)

// bulkAttempts are the operations on many devices, as attempts has those on all
// else.
func bulkAttempts() []attempted {
	var all []attempted
	winter := domain.DeviceChange{AddTags: []string{"winter"}}
	for _, b := range []struct {
		how    string
		device bool
		bulk   func(x, mine theirs) Bulk
	}{
		{"to", false, func(x, mine theirs) Bulk { return Assignment{To: x.customer, Devices: ids(mine.device)} }},
		{"", true, func(x, mine theirs) Bulk { return Assignment{To: mine.customer, Devices: ids(x.device)} }},
		{"pasted", true, func(x, mine theirs) Bulk { return Assignment{To: mine.customer, Text: x.pasted()} }},
		{"at", false, func(x, mine theirs) Bulk { return Placement{At: x.location, Devices: ids(mine.device)} }},
		{"placed", true, func(x, mine theirs) Bulk { return Placement{At: mine.location, Devices: ids(x.device)} }},
		{"away", true, func(x, _ theirs) Bulk { return Placement{Text: x.pasted()} }},
		{"edited", true, func(x, _ theirs) Bulk { return DeviceEdits{Change: winter, Devices: ids(x.device)} }},
		{"edited, pasted", true, func(x, _ theirs) Bulk { return DeviceEdits{Change: winter, Text: x.pasted()} }},
	} {
		all = append(all,
			attempted{"PreviewBulk", b.how, b.device, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
				return db.PreviewBulk(ctx, a, b.bulk(x, mine))
			}},
			attempted{"RunBulk", b.how, b.device, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
				return db.RunBulk(ctx, a, b.bulk(x, mine), nil)
			}})
	}
	return append(all,
		attempted{operation: "UndoBulk", do: func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			return db.UndoBulk(ctx, a, x.entry, nil)
		}},
		attempted{operation: "FindLocationToPutAt", do: func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			return db.FindLocationToPutAt(ctx, a, x.location.String())
		}},
		attempted{operation: "FindLocationToPutAt", how: "by path", do: func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
			return db.FindLocationToPutAt(ctx, a, x.path+"/Depot")
		}})
}
