package store

import (
	"context"
	"slices"
	"strings"

	"tenantry/domain"
)

// LocationRow is a location with the path of the customer that it belongs to.
type LocationRow struct {
	domain.Location
	CustomerPath string
}

// LocationsFor lists the locations to which a user of a customer may be limited:
// those of the customer and of what is nested under it, by path and name.
// NotFound where the customer isn't in reach, Refused to those who may neither
// create nor edit users there.
func (db *DB) LocationsFor(ctx context.Context, actor domain.Actor, customer domain.ID) ([]LocationRow, error) {
	var rows []LocationRow
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		edit, create := may.May(domain.UsersEdit, customer), may.May(domain.UsersCreate, customer)
		if !edit.Allowed && !create.Allowed {
			return create.Err(may)
		}
		if customer.IsZero() {
			return domain.NoSuch("customer") // no user belongs to the account itself
		}
		var err error
		rows, err = tx.locationRows(may.Tree(), customer)
		return err
	})
	return rows, err
}

// locationRows are the locations of a customer and all below it.
func (tx *tx) locationRows(tree *domain.Tree, customer domain.ID) ([]LocationRow, error) {
	var rows []LocationRow
	from, to := tree.Span(customer)
	for i := from; i < to; i++ {
		at := tree.At(i).ID
		found, err := tx.locationsOf(tree.Account().ID, at)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(found, func(a, b domain.Location) int {
			return strings.Compare(domain.Fold(a.Name), domain.Fold(b.Name))
		})
		for _, l := range found {
			rows = append(rows, LocationRow{l, tree.Path(at)})
		}
		if err := tx.ctx.Err(); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
