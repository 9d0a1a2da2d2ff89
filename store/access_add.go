package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
)

// AccessInput is an access event as it was sent.
type AccessInput struct {
	domain.AccessReport
	Device domain.ID     // the device at which it was; where it is zero,
	UnitID domain.UnitID // the unit
	Fault  *domain.Error // why it couldn't be read; then nothing else of it counts
}

// AccessResult is what became of an access event that was sent.
type AccessResult struct {
	Result domain.AccessResult
	ID     domain.ID     // ours, where the history has it
	Fault  *domain.Error // what is wrong with it, where it failed
}

// MaxAccessBatch is how many access events are added in one transaction: enough
// that the pages they change are written few times, few enough that nobody waits
// for long.
const MaxAccessBatch = 10_000

const (
	actionAccessAdd    = "access.add"
	actionAccessImport = "access.import"
)

// AddAccessEvents writes access events into the history, in one transaction,
// and says of each what became of it: bad ones don't stop the others. The holder
// of the token, the device's customer and its location are those of this moment
// and are kept. One that comes again changes nothing. Refused to those who may
// send none at all, by domain.MaySendAccess; a device for which the actor may
// not is an unknown one. Invalid for more than MaxAccessBatch.
//
// What a gateway sends writes no audit entry: events come all day, each says
// itself who sent it and when, and they would bury what people did. What a
// person brings in through another door is something that they did, and a batch
// of it is an entry.
func (db *DB) AddAccessEvents(ctx context.Context, actor domain.Actor, events []AccessInput, progress Progress) ([]AccessResult, error) {
	if len(events) > MaxAccessBatch {
		return nil, domain.Errorf(domain.Invalid, "", "At most %d access events go in at a time. Send them in several parts.", MaxAccessBatch)
	}
	var results []AccessResult
	add := attempt{action: actionAccessAdd, subject: SubjectAccess}
	err := db.update(ctx, actor, add, func(tx *tx, may *domain.Rights) (err error) {
		results, err = tx.addAccessEvents(may, add.action, events, false, progress)
		return err
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// addAccessEvents is AddAccessEvents within a transaction, the audit entry with
// it. A dry run writes nothing.
func (tx *tx) addAccessEvents(may *domain.Rights, action string, events []AccessInput, dryRun bool, progress Progress) ([]AccessResult, error) {
	if err := may.MaySendAccessAnywhere().Err(may); err != nil {
		return nil, err
	}
	results := make([]AccessResult, len(events))
	a := tx.accessAdder(may)
	a.dryRun = dryRun
	for i := range events {
		if i%1000 == 0 {
			if err := tx.ctx.Err(); err != nil {
				return nil, err
			}
			if progress != nil && i > 0 {
				progress(i, len(events))
			}
		}
		var err error
		if results[i], err = a.add(&events[i]); err != nil {
			return nil, err
		}
	}
	return results, a.finish(action)
}

// accessAdder adds access events. It reads each device and each holder once.
type accessAdder struct {
	tx      *tx
	may     *domain.Rights
	from    string
	devices map[domain.ID]*accessDevice
	units   map[domain.UnitID]domain.ID
	holders map[string]accessHolder
	dryRun  bool
	tried   map[domain.ID]domain.AccessReport // in a dry run
	added   int
	where   map[domain.ID]bool
	first   time.Time
	last    time.Time
}

// accessDevice is a device with what its events keep; nil for one for which the
// actor may send none.
type accessDevice struct {
	domain.Device
	location string
}

type accessHolder struct {
	user, customer domain.ID
	name           string
}

func (tx *tx) accessAdder(may *domain.Rights) *accessAdder {
	from := tx.actor.From
	if tx.name != "" {
		from = strings.TrimSpace(tx.name + " " + from)
	}
	return &accessAdder{
		tx: tx, may: may, from: domain.CleanCut(from, maxFrom),
		devices: map[domain.ID]*accessDevice{}, units: map[domain.UnitID]domain.ID{}, holders: map[string]accessHolder{}, where: map[domain.ID]bool{},
		tried: map[domain.ID]domain.AccessReport{},
	}
}

// add adds one event, unless it is there or something is wrong with it. An error
// is one that stops all.
func (a *accessAdder) add(in *AccessInput) (AccessResult, error) {
	report := in.AccessReport
	fault := in.Fault
	if fault == nil {
		fault = asFault(domain.CheckAccessReport(&report, a.tx.now))
	}
	if fault != nil {
		return AccessResult{Result: domain.AccessMalformed, Fault: fault}, nil
	}
	device, err := a.device(in)
	if err != nil {
		return AccessResult{}, err
	}
	if device == nil {
		return AccessResult{Result: domain.AccessUnknownDevice, Fault: domain.NoSuch("device")}, nil
	}
	id := accessID(device.ID, report.Event)
	before, found, err := a.tx.accessFound(device.Account, id)
	if err != nil {
		return AccessResult{}, err
	}
	if found {
		return a.compare(before, device.Account, &report)
	}
	if a.dryRun {
		return a.try(id, &report), nil
	}
	p := accessAt(accessNanoseconds(report.At), id)
	r, err := a.record(device, &report)
	if err != nil {
		return AccessResult{}, err
	}
	if err := a.tx.putAccess(device.Account, p, &r); err != nil {
		return AccessResult{}, err
	}
	a.note(device, id, report.At)
	return AccessResult{Result: domain.AccessAdded, ID: id}, nil
}

// asFault is an error as a fault of one event; nil for none.
func asFault(err error) *domain.Error {
	fault, _ := err.(*domain.Error)
	return fault
}

// compare says of an event whose identity is there whether it is the same.
func (a *accessAdder) compare(p accessPosition, account domain.ID, report *domain.AccessReport) (AccessResult, error) {
	r, err := a.tx.accessRecord(account, p)
	if err != nil {
		return AccessResult{}, err
	}
	same := p.at() == accessNanoseconds(report.At) && r.RFID == report.RFID && r.Status == uint8(report.Status)
	return cameBefore(same, p.event()), nil
}

// cameBefore is what becomes of an event whose identity came before.
func cameBefore(same bool, id domain.ID) AccessResult {
	if same {
		return AccessResult{Result: domain.AccessAlreadyThere, ID: id}
	}
	return AccessResult{Result: domain.AccessConflict, ID: id, Fault: domain.Errorf(domain.Conflict, "id",
		"The device sent an access event with this id before, with another time, token or status. What came first stays.")}
}

// try is what would become of an event that isn't there yet, after those that
// were tried before it.
func (a *accessAdder) try(id domain.ID, report *domain.AccessReport) AccessResult {
	if before, came := a.tried[id]; came {
		result := cameBefore(before.At.Equal(report.At) && before.RFID == report.RFID && before.Status == report.Status, id)
		result.ID = domain.ID{}
		return result
	}
	a.tried[id] = *report
	return AccessResult{Result: domain.AccessAdded}
}

// device is the device of an event; nil for one that isn't there or for which
// the actor may send none.
func (a *accessAdder) device(in *AccessInput) (*accessDevice, error) {
	account, id := a.may.Account().ID, in.Device
	if id.IsZero() {
		known := false
		if id, known = a.units[in.UnitID]; !known {
			value, err := a.tx.get(tableUnitAccount, key2(account, in.UnitID))
			if err != nil {
				return nil, err
			}
			id = idAt(value, 0)
			a.units[in.UnitID] = id
		}
	}
	device, known := a.devices[id]
	if known {
		return device, nil
	}
	at, err := a.tx.owner(account, id)
	if err != nil {
		return nil, err
	}
	if at != (place{}) && a.may.MaySendAccess(at.customer, at.location).Allowed {
		if device, err = a.read(account, id); err != nil {
			return nil, err
		}
	}
	a.devices[id] = device
	return device, nil
}

func (a *accessAdder) read(account, id domain.ID) (*accessDevice, error) {
	d, err := a.tx.device(account, id)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, damaged(tableDevice, key2(account, id), "is missing")
	}
	device := &accessDevice{Device: *d}
	if !d.Location.IsZero() {
		l, err := a.tx.location(account, d.Location)
		if err != nil {
			return nil, err
		}
		if l != nil {
			device.location = l.Name
		}
	}
	return device, nil
}

// holder is who holds an RFID token at this moment.
func (a *accessAdder) holder(account domain.ID, digits string) (accessHolder, error) {
	h, known := a.holders[digits]
	if known {
		return h, nil
	}
	id, err := a.tx.rfidHolder(account, digits)
	if err != nil {
		return h, err
	}
	if !id.IsZero() {
		u, err := a.tx.user(account, id)
		if err != nil {
			return h, err
		}
		if u != nil {
			h = accessHolder{user: u.ID, customer: u.Customer, name: u.FullName}
			if h.name == "" {
				h.name = u.Username
			}
		}
	}
	a.holders[digits] = h
	return h, nil
}

func (a *accessAdder) record(d *accessDevice, report *domain.AccessReport) (accessRecord, error) {
	h, err := a.holder(d.Account, report.RFID)
	return accessRecord{
		Event: report.Event, RFID: report.RFID, Holder: idOrNil(h.user), HolderName: h.name, HolderCustomer: idOrNil(h.customer),
		Device: idOrNil(d.ID), Unit: idOrNil(domain.ID(d.UnitID)), DeviceName: d.Name, Plate: d.Plate,
		Customer: idOrNil(d.Customer), Location: idOrNil(d.Location), LocationName: d.location,
		Status: uint8(report.Status), ReceivedAt: timeToRecord(a.tx.now), Sender: idOrNil(a.tx.actor.User), From: a.from,
	}, err
}

// note keeps count of what was added, and tells those who watch.
func (a *accessAdder) note(d *accessDevice, id domain.ID, at time.Time) {
	if a.added == 0 || at.Before(a.first) {
		a.first = at
	}
	if a.added == 0 || at.After(a.last) {
		a.last = at
	}
	a.added++
	a.where[d.Customer] = true
	a.tx.changed(d.Account, SubjectAccess, id)
}

// finish writes the audit entry, where there is one to write.
func (a *accessAdder) finish(action string) error {
	if a.tx.actor.Door == domain.DoorAPI {
		a.tx.quiet = true
	}
	if a.tx.quiet || a.added == 0 {
		return nil
	}
	e := entry{action: action, subject: SubjectAccess, changes: []change{
		{"events", "", strconv.Itoa(a.added)},
		{"first", "", a.first.UTC().Format(time.RFC3339)}, {"last", "", a.last.UTC().Format(time.RFC3339)},
	}}
	for customer := range a.where {
		e.where = append(e.where, customer)
	}
	slices.SortFunc(e.where, compareIDs)
	_, err := a.tx.audit(a.may.Account().ID, e)
	return err
}
