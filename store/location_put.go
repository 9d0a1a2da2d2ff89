package store

import (
	"context"
	"strings"

	"tenantry/domain"
)

// LocationsToPutAt lists the locations at which the actor may put devices of
// some customer: those in reach, and for somebody limited to locations their
// own. In the order of the tree, and by name. Refused to those who may edit no
// device. It counts nothing.
func (db *DB) LocationsToPutAt(ctx context.Context, actor domain.Actor) ([]LocationRow, error) {
	var rows []LocationRow
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) (err error) {
		rows, err = tx.locationsToPutAt(may)
		return err
	})
	return rows, err
}

// FindLocationToPutAt is the one of LocationsToPutAt that text means: its ID, its
// name, or its customer's path, a slash and its name. NotFound when there is
// none such, Conflict when several have the name.
func (db *DB) FindLocationToPutAt(ctx context.Context, actor domain.Actor, text string) (LocationRow, error) {
	var found LocationRow
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		rows, err := tx.locationsToPutAt(may)
		if err != nil {
			return err
		}
		found, err = locationMeant(rows, text)
		return err
	})
	return found, err
}

func (tx *tx) locationsToPutAt(may *domain.Rights) ([]LocationRow, error) {
	if err := may.MayAnywhere(domain.DevicesEdit).Err(may); err != nil {
		return nil, err
	}
	var rows []LocationRow
	from, to := may.Span()
	for i := from; i < to; i++ {
		here, err := tx.locationRows(may.Tree(), may.Tree().At(i).ID)
		if err != nil {
			return nil, err
		}
		for _, row := range here {
			if may.CheckPlacement(&row.Location) == nil {
				rows = append(rows, row)
			}
		}
	}
	return rows, nil
}

// locationMeant is the location that a person means by text.
func locationMeant(rows []LocationRow, text string) (LocationRow, error) {
	text = strings.TrimSpace(text)
	var named []LocationRow
	for _, row := range rows {
		if row.ID.String() == text || domain.Fold(row.path()) == domain.Fold(text) {
			return row, nil
		}
		if domain.Fold(row.Name) == domain.Fold(text) {
			named = append(named, row)
		}
	}
	switch len(named) {
	case 0:
		return LocationRow{}, domain.NoSuch("location")
	case 1:
		return named[0], nil
	}
	var paths []string
	for _, row := range named[:min(len(named), 5)] {
		paths = append(paths, row.path())
	}
	return LocationRow{}, domain.Errorf(domain.Conflict, "location", "Several locations are called that: %s. Name the customer too, as here.", strings.Join(paths, ", "))
}

// path names a location with its customer.
func (l *LocationRow) path() string {
	return domain.JoinPath(append(domain.SplitPath(l.CustomerPath), l.Name)...)
}
