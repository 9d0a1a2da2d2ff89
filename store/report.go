package store

import (
	"context"
	"strings"
	"time"

	"tenantry/domain"
)

// Report is what a device says about itself.
type Report struct {
	UnitID       domain.UnitID
	Status       domain.Status
	At           time.Time // when it last spoke, zero when it never did
	BoardVersion string    // empty where it doesn't say; cleaned and cut, for nobody could put it right
}

// ReportDevices writes what devices of the actor's account report, in one
// transaction, and answers how many of them are known there. Refused to anyone
// but the operator, Invalid for a status that there isn't. It writes no audit
// entry: nobody did anything, and a fleet that reports every minute would bury
// what people did.
func (db *DB) ReportDevices(ctx context.Context, actor domain.Actor, reports []Report) (int, error) {
	if !actor.Operator {
		return 0, domain.Errorf(domain.Refused, "", "Only the operator of the machine can say what devices report.")
	}
	known := 0
	err := db.update(ctx, actor, attempt{action: "device.report", subject: SubjectDevice}, func(tx *tx, may *domain.Rights) error {
		tx.quiet, known = true, 0
		for _, r := range reports {
			if r.Status.String() == "" {
				return domain.Errorf(domain.Invalid, "status", "There is no such status of a device. Take one of those that there are.")
			}
			found, err := tx.report(may.Account().ID, r)
			if err != nil {
				return err
			}
			if found {
				known++
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return known, err
}

// report writes one; false when the account has no such unit.
func (tx *tx) report(account domain.ID, r Report) (bool, error) {
	value, err := tx.get(tableUnitAccount, key2(account, r.UnitID))
	if value == nil || err != nil {
		return false, err
	}
	d, err := tx.device(account, idAt(value, 0))
	if err != nil {
		return false, err
	}
	if d == nil {
		return false, damaged(tableUnitAccount, key2(account, r.UnitID), "points to nothing")
	}
	d.Status, d.LastCommunication = r.Status, r.At
	if version := strings.TrimSpace(domain.CleanCut(r.BoardVersion, domain.MaxText)); version != "" {
		d.BoardVersion = version
	}
	// The version stays: it guards what people edit, and they don't edit this.
	if err := tx.putDevice(*d); err != nil {
		return false, err
	}
	tx.changed(account, SubjectDevice, d.ID)
	return true, nil
}
