package store

import (
	"context"
	"strings"

	"tenantry/domain"
)

// FindDevice reads the one device that the actor sees and that text identifies:
// by its unit ID, its device ID, or the first eight or more digits of either.
// NotFound when there is none such, Conflict when the digits fit several,
// Invalid when it is no ID.
func (db *DB) FindDevice(ctx context.Context, actor domain.Actor, text string) (DeviceRow, error) {
	pasted, err := domain.ParsePaste(text)
	if err != nil {
		return DeviceRow{}, err
	}
	if len(pasted) != 1 || pasted[0].Form == domain.PasteMalformed {
		return DeviceRow{}, domain.Errorf(domain.Invalid, "device", "%q is no ID of a device: it takes 32 hex digits, or at least the first eight.", domain.CleanCut(text, 60))
	}
	var row DeviceRow
	err = db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		id, err := tx.identified(may, pasted[0])
		if err != nil {
			return err
		}
		row, err = tx.deviceRow(may, id)
		return err
	})
	return row, err
}

// identified is the device that a whole ID or the first digits of one mean. It
// is looked for as in a bulk change, so that the same text means the same
// device everywhere. Whether the actor sees the device of a whole ID remains to
// be asked.
func (tx *tx) identified(may *domain.Rights, p domain.PasteRow) (domain.ID, error) {
	r := &resolving{
		tx: tx, may: may, account: may.Account().ID, pasted: []domain.PasteRow{p}, rows: make([]BulkRow, 1),
	}
	if err := firstOf(r.units(), r.prefixes()); err != nil {
		return domain.ID{}, err
	}
	switch row := r.rows[0]; row.Result {
	case domain.ResultNotFound:
		return domain.ID{}, domain.NoSuch("device")
	case domain.ResultAmbiguous:
		var names []string
		for _, fit := range row.Fits {
			names = append(names, deviceName(&domain.Device{Name: fit.Name, UnitID: fit.UnitID}))
		}
		return domain.ID{}, domain.Errorf(domain.Conflict, "device", "Those digits fit several devices: %s. Give more of them.", strings.Join(names, ", "))
	default:
		return row.Device, nil
	}
}
