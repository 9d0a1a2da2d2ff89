package store

import (
	"context"
	"strconv"

	"tenantry/domain"
)

// DeviceRow is a device with what a list shows.
type DeviceRow struct {
	domain.Device
	CustomerPath string
	LocationName string // empty where the location is out of reach
}

// DeviceRows reads the given devices, in that order, leaving out those that
// the actor may not see.
func (db *DB) DeviceRows(ctx context.Context, actor domain.Actor, ids []domain.ID) ([]DeviceRow, error) {
	rows := make([]DeviceRow, 0, len(ids))
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		show := tx.shower(may)
		for i, id := range ids {
			if i%1000 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			d, err := tx.deviceSeen(may, id)
			if domain.KindOf(err) == domain.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			row, err := show.row(*d)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

// Device reads one device. NotFound when there is none such that the actor sees.
func (db *DB) Device(ctx context.Context, actor domain.Actor, id domain.ID) (DeviceRow, error) {
	var row DeviceRow
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) (err error) {
		row, err = tx.deviceRow(may, id)
		return err
	})
	return row, err
}

// deviceRow is a device as a list shows it, where the actor sees it.
func (tx *tx) deviceRow(may *domain.Rights, id domain.ID) (DeviceRow, error) {
	d, err := tx.deviceSeen(may, id)
	if err != nil {
		return DeviceRow{}, err
	}
	return tx.shower(may).row(*d)
}

// deviceShower adds to devices what a list shows.
type deviceShower struct {
	tx        *tx
	may       *domain.Rights
	paths     map[domain.ID]string
	locations map[domain.ID]string
}

func (tx *tx) shower(may *domain.Rights) *deviceShower {
	return &deviceShower{tx: tx, may: may, paths: map[domain.ID]string{}, locations: map[domain.ID]string{}}
}

func (s *deviceShower) row(d domain.Device) (DeviceRow, error) {
	path, known := s.paths[d.Customer]
	if !known {
		path = s.may.Tree().Path(d.Customer)
		s.paths[d.Customer] = path
	}
	name, err := s.location(d.Location)
	return DeviceRow{Device: d, CustomerPath: path, LocationName: name}, err
}

func (s *deviceShower) location(id domain.ID) (string, error) {
	if id.IsZero() {
		return "", nil
	}
	name, known := s.locations[id]
	if known {
		return name, nil
	}
	l, err := s.tx.location(s.may.Account().ID, id)
	if err != nil {
		return "", err
	}
	if l != nil && s.may.Reaches(l.Customer) {
		name = l.Name
	}
	s.locations[id] = name
	return name, nil
}

// RegisterDevice adds a device to d.Customer, or to the actor's own customer
// where that is zero. NotFound when the customer or the location isn't in
// reach, Refused without the right there, Invalid where a field is wrong,
// Conflict when the unit ID is registered already.
func (db *DB) RegisterDevice(ctx context.Context, actor domain.Actor, d domain.Device) (domain.Device, error) {
	register := attempt{action: "device.register", subject: SubjectDevice, objects: ids(d.Customer)}
	err := db.update(ctx, actor, register, func(tx *tx, may *domain.Rights) error {
		if err := tx.checkNewDevice(may, &d); err != nil {
			return err
		}
		if err := tx.putDevice(d); err != nil {
			return err
		}
		return tx.auditDevice(register.action, &domain.Device{}, &d)
	})
	if err != nil {
		return domain.Device{}, err
	}
	return d, nil
}

// checkNewDevice decides whether the device may be registered, and fills in
// what it doesn't bring.
func (tx *tx) checkNewDevice(may *domain.Rights, d *domain.Device) (err error) {
	if d.Customer.IsZero() {
		if d.Customer = homeOf(may); d.Customer.IsZero() {
			return domain.Errorf(domain.Invalid, "customer", "Which customer does it belong to?")
		}
	}
	if err := may.MayDevice(domain.DevicesRegister, d.Customer, d.Location).Err(may); err != nil {
		return err
	}
	d.Account = may.Account().ID
	if err := tx.checkLocation(may, d); err != nil {
		return err
	}
	if err := domain.CheckDevice(d); err != nil {
		return err
	}
	if err := tx.checkUnit(may, d.UnitID); err != nil {
		return err
	}
	if d.ID, err = tx.newID(); err != nil {
		return err
	}
	d.RegisteredAt, d.Version = tx.now, 1
	return nil
}

// homeOf is the customer that somebody means who names none: their own, and the
// operator's where there is only one main customer.
func homeOf(may *domain.Rights) domain.ID {
	if u := may.User(); u != nil {
		return u.Customer
	}
	if main := mainCustomers(may.Tree()); len(main) == 1 {
		return main[0]
	}
	return domain.ID{}
}

// checkLocation decides whether the device may be where d puts it.
func (tx *tx) checkLocation(may *domain.Rights, d *domain.Device) error {
	if d.Location.IsZero() {
		return nil
	}
	l, err := tx.location(may.Account().ID, d.Location)
	if err != nil {
		return err
	}
	if l == nil {
		return domain.NoSuch("location")
	}
	return may.CheckDeviceLocation(d, l)
}

// checkUnit refuses a unit ID that is registered. Which device has it is told
// to those who see that; everyone else gets the same sentence, wherever it is.
func (tx *tx) checkUnit(may *domain.Rights, unit domain.UnitID) error {
	holder, err := tx.get(tableUnit, key1(unit))
	if holder == nil || err != nil {
		return err
	}
	const taken = "The unit ID %s is registered already"
	if idAt(holder, 0) == may.Account().ID {
		d, err := tx.deviceSeen(may, idAt(holder, 1))
		if err == nil {
			return domain.Errorf(domain.Conflict, "unit_id", taken+": it is %s of %s.", unit, deviceName(d), may.Tree().Path(d.Customer))
		}
		if domain.KindOf(err) != domain.NotFound {
			return err
		}
	}
	return domain.Errorf(domain.Conflict, "unit_id", taken+". Check the digits; if they are right, ask whoever set up your account.", unit)
}

// EditDevice writes everything of a device but its identities, customer and
// what the device itself reports (board version, status, last communication).
// Conflict when d.Version isn't the stored one (0: any); NotFound when there is
// none such that the actor sees, Refused without the right over it, Invalid
// where a field is wrong.
func (db *DB) EditDevice(ctx context.Context, actor domain.Actor, d domain.Device) (domain.Device, error) {
	edit := attempt{action: actionEdit, subject: SubjectDevice, objects: ids(d.ID)}
	err := db.update(ctx, actor, edit, func(tx *tx, may *domain.Rights) error {
		before, err := tx.deviceSeen(may, d.ID)
		if err != nil {
			return err
		}
		if err := may.MayDevice(domain.DevicesEdit, before.Customer, before.Location).Err(may); err != nil {
			return err
		}
		d.Account, d.Customer, d.UnitID, d.RegisteredAt = before.Account, before.Customer, before.UnitID, before.RegisteredAt
		d.BoardVersion, d.Status, d.LastCommunication = before.BoardVersion, before.Status, before.LastCommunication
		if err := tx.checkEdited(may, before, &d); err != nil {
			return err
		}
		if len(deviceChanges(before, &d)) == 0 {
			d.Version = before.Version
			return nil
		}
		d.Version = before.Version + 1
		if err := tx.putDevice(d); err != nil {
			return err
		}
		return tx.auditDevice(edit.action, before, &d)
	})
	if err != nil {
		return domain.Device{}, err
	}
	return d, nil
}

func (tx *tx) checkEdited(may *domain.Rights, before, after *domain.Device) error {
	if after.Location != before.Location {
		// Before it is looked up: one that isn't theirs is like one that there isn't.
		if !may.AtLocation(after.Location) {
			return domain.Errorf(domain.Refused, "location", "You are limited to %s, and would lose sight of this device. Put it at one of these.", may.LimitWords())
		}
		if err := tx.checkLocation(may, after); err != nil {
			return err
		}
	}
	if err := domain.CheckDevice(after); err != nil {
		return err
	}
	return tx.sameVersion(may, after.ID, after.Version, before.Version)
}

// deviceName is what a device is called: its unit ID names one without a name.
func deviceName(d *domain.Device) string {
	if d.Name != "" {
		return d.Name
	}
	return d.UnitID.String()
}

// auditDevice notes what was done to a device, with the names of its locations.
func (tx *tx) auditDevice(action string, before, after *domain.Device) error {
	changed := deviceChanges(before, after)
	for i := range changed {
		if changed[i].field != "location" {
			continue
		}
		var err error
		if changed[i].old, err = tx.locationName(after, before.Location); err != nil {
			return err
		}
		if changed[i].new, err = tx.locationName(after, after.Location); err != nil {
			return err
		}
	}
	_, err := tx.audit(after.Account, entry{
		action: action, subject: SubjectDevice, object: after.ID, name: deviceName(after), where: ids(after.Customer), changes: changed,
	})
	return err
}

// locationName is the name of a location of the device's customer, empty for
// none. Of one above it is the ID: not everyone who reads of the device reaches
// that, so whoever tells them looks up the name.
func (tx *tx) locationName(d *domain.Device, id domain.ID) (string, error) {
	if id.IsZero() {
		return "", nil
	}
	l, err := tx.location(d.Account, id)
	switch {
	case l == nil || err != nil:
		return "", err
	case l.Customer != d.Customer:
		return id.String(), nil
	}
	return l.Name, nil
}

// deviceChanges are the fields that people write and that differ.
func deviceChanges(before, after *domain.Device) []change {
	unit := func(d *domain.Device) string {
		if d.ID.IsZero() {
			return ""
		}
		return d.UnitID.String()
	}
	return changes(
		change{"unit_id", unit(before), unit(after)},
		change{"name", before.Name, after.Name},
		change{"location", before.Location.String(), after.Location.String()},
		change{"make", before.Make, after.Make},
		change{"model", before.Model, after.Model},
		change{"year", yearText(before.Year), yearText(after.Year)},
		change{"type", before.Type, after.Type},
		change{"board_version", before.BoardVersion, after.BoardVersion},
		change{"plate", before.Plate, after.Plate},
		change{"imei", before.IMEI, after.IMEI},
		change{"iccid", before.ICCID, after.ICCID},
		change{"phone", before.Phone, after.Phone},
		change{"vin", before.VIN, after.VIN},
		change{"tags", domain.JoinTags(before.Tags), domain.JoinTags(after.Tags)},
	)
}

// yearText is a model year as people write it, empty when unknown.
func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

// device reads a device with its owner; nil when the account has none such.
func (tx *tx) device(account, id domain.ID) (*domain.Device, error) {
	key := key2(account, id)
	value, err := tx.get(tableDevice, key)
	if value == nil || err != nil {
		return nil, err
	}
	d, err := deviceFromValue(key, value)
	if err != nil {
		return nil, err
	}
	at, err := tx.owner(account, id)
	if err != nil {
		return nil, err
	}
	if at == (place{}) {
		return nil, damaged(tableOwner, key, "is missing")
	}
	d.Customer, d.Location = at.customer, at.location
	return &d, nil
}

// deviceSeen reads a device that somebody with these rights sees. For any other
// ID, of a device or not, it is the same NotFound, by the same path: the owner
// is looked up, and no more.
func (tx *tx) deviceSeen(may *domain.Rights, id domain.ID) (*domain.Device, error) {
	at, err := tx.owner(may.Account().ID, id)
	if err != nil {
		return nil, err
	}
	if decision := may.SeesDevice(at.customer, at.location); at == (place{}) || !decision.Allowed {
		return nil, domain.NoSuch("device")
	}
	d, err := tx.device(may.Account().ID, id)
	if d == nil && err == nil {
		err = damaged(tableDevice, key2(may.Account().ID, id), "is missing")
	}
	return d, err
}

// putDevice writes a device, its owner and its indexes. Conflict when another
// device of the installation has its unit ID.
func (tx *tx) putDevice(d domain.Device) error {
	var before domain.Device
	known, err := tx.device(d.Account, d.ID)
	if err != nil {
		return err
	}
	if known != nil {
		before = *known
	}
	if known == nil || before.UnitID != d.UnitID {
		if err := tx.putUnit(known, &d); err != nil {
			return err
		}
	}
	from, to := place{before.Customer, before.Location}, place{d.Customer, d.Location}
	if from != to {
		if err := tx.setOwner(d.Account, d.ID, from, to); err != nil {
			return err
		}
	}
	return tx.putDeviceRecord(d, true)
}

// putDeviceRecord writes what is in the record of a device that has its owner and
// indexes. line says whether anything changed that is in the device's line.
func (tx *tx) putDeviceRecord(d domain.Device, line bool) error {
	change := fleetChange{device: d.ID, to: place{d.Customer, d.Location}}
	if line {
		change.line = appendLine(nil, &d)
	}
	change.facts = factsOf(&d)
	tx.fleetChanged(d.Account, change)
	return tx.put(tableDevice, key2(d.Account, d.ID), encode(deviceToRecord(&d)))
}

func (tx *tx) putUnit(before, d *domain.Device) error {
	var was, wasHere []byte
	if before != nil {
		was, wasHere = key1(before.UnitID), key2(before.Account, before.UnitID)
	}
	taken := domain.Errorf(domain.Conflict, "unit_id", "The unit ID %s is registered already.", d.UnitID)
	if err := tx.putUnique(tableUnit, was, key1(d.UnitID), key2(d.Account, d.ID), taken); err != nil {
		return err
	}
	return tx.putUnique(tableUnitAccount, wasHere, key2(d.Account, d.UnitID), key1(d.ID), taken)
}
