package store

import (
	"bytes"
	"slices"

	"tenantry/domain"
)

// A pasted prefix means the one device that the actor sees whose unit ID or
// device ID begins with it. What they don't see doesn't count, so that a prefix
// is as short for them as their own devices allow, and tells nothing of others.

// fitsShown is how many of the devices that an ambiguous prefix fits are told.
const fitsShown = 3

// A prefix is looked up in the tables, where it fits few devices. Somebody could
// paste 100,000 prefixes that each fit a great many out of their sight: after so
// many looks in vain all that they see is laid out once instead, and searched.
const maxLooks = 50_000

// prefixes finds the devices of pasted prefixes.
func (r *resolving) prefixes() error {
	looks := 0
	var all *seenIDs
	for i := range r.pasted {
		row := &r.rows[r.first+i]
		if r.pasted[i].Form != domain.PastePrefix || row.Result != 0 {
			continue
		}
		if i%atOnce == 0 && r.tx.ctx.Err() != nil {
			return r.tx.ctx.Err()
		}
		from, to := r.pasted[i].Range()
		var fits []domain.ID
		var err error
		if all == nil {
			if fits, err = r.fitting(from, to, &looks); err != nil {
				return err
			}
			if looks > maxLooks {
				if all, err = r.allSeen(); err != nil {
					return err
				}
			}
		}
		if all != nil {
			fits = all.fitting(from, to)
		}
		if err := r.fit(row, fits); err != nil {
			return err
		}
	}
	return nil
}

// fit gives a row its device, or says why it has none.
func (r *resolving) fit(row *BulkRow, fits []domain.ID) error {
	switch len(fits) {
	case 0:
		row.Result = domain.ResultNotFound
		return nil
	case 1:
		row.Device = fits[0]
		return nil
	}
	row.Result = domain.ResultAmbiguous
	for _, id := range fits {
		d, err := r.tx.deviceSeen(r.may, id)
		if err != nil {
			return err
		}
		row.Fits = append(row.Fits, Candidate{Device: id, UnitID: d.UnitID, Name: d.Name})
	}
	return nil
}

// fitting are the first few devices in sight with a unit ID or device ID from
// one to another. It stops early when it has looked at too many.
func (r *resolving) fitting(from, to [16]byte, looks *int) ([]domain.ID, error) {
	var fits []domain.ID
	look := func(device domain.ID) (bool, error) {
		at, err := r.tx.owner(r.account, device)
		if err == nil && r.may.SeesDevice(at.customer, at.location).Allowed && !slices.Contains(fits, device) {
			fits = append(fits, device)
		}
		*looks++
		return len(fits) < fitsShown && *looks <= maxLooks, err
	}
	units := r.tx.scan(tableUnitAccount, key1(r.account))
	for there := units.seek(key2(r.account, domain.ID(from))); there && bytes.Compare(units.key()[16:], to[:]) <= 0; there = units.next() {
		if more, err := look(idAt(units.value(), 0)); err != nil || !more {
			return fits, err
		}
	}
	devices := r.tx.scan(tableOwner, key1(r.account))
	for there := devices.seek(key2(r.account, domain.ID(from))); there && bytes.Compare(devices.key()[16:], to[:]) <= 0; there = devices.next() {
		if more, err := look(idAt(devices.key(), 1)); err != nil || !more {
			return fits, err
		}
	}
	return fits, firstOf(units.err(), devices.err())
}

// seenIDs are the identities of all devices in sight, in order.
type seenIDs struct {
	devices []domain.ID
	units   []seenUnit
}

type seenUnit struct{ unit, device domain.ID }

// allSeen lays out what the actor sees: two passes over short tables.
func (r *resolving) allSeen() (*seenIDs, error) {
	all := &seenIDs{}
	seen := map[place]bool{}
	err := r.tx.eachOwner(r.account, func(device domain.ID, at place) error {
		sees, known := seen[at]
		if !known {
			sees = r.may.SeesDevice(at.customer, at.location).Allowed
			seen[at] = sees
		}
		if sees {
			all.devices = append(all.devices, device)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c := r.tx.scan(tableUnitAccount, key1(r.account))
	for c.next() {
		device := idAt(c.value(), 0)
		if _, sees := slices.BinarySearchFunc(all.devices, device, compareIDs); sees {
			all.units = append(all.units, seenUnit{idAt(c.key(), 1), device})
		}
	}
	return all, firstOf(c.err(), r.tx.ctx.Err())
}

// fitting are the first few devices with a unit ID or device ID from one to
// another.
func (s *seenIDs) fitting(from, to [16]byte) []domain.ID {
	var fits []domain.ID
	add := func(device domain.ID) {
		if !slices.Contains(fits, device) {
			fits = append(fits, device)
		}
	}
	i, _ := slices.BinarySearchFunc(s.units, domain.ID(from), func(u seenUnit, id domain.ID) int { return compareIDs(u.unit, id) })
	for ; i < len(s.units) && len(fits) < fitsShown && compareIDs(s.units[i].unit, to) <= 0; i++ {
		add(s.units[i].device)
	}
	i, _ = slices.BinarySearchFunc(s.devices, domain.ID(from), compareIDs)
	for ; i < len(s.devices) && len(fits) < fitsShown && compareIDs(s.devices[i], to) <= 0; i++ {
		add(s.devices[i])
	}
	return fits
}
