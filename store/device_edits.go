package store

import (
	"bytes"

	"tenantry/domain"
)

// DeviceEdits asks to change the same fields, or the same tags, of many devices.
type DeviceEdits struct {
	Change  domain.DeviceChange
	Text    string
	Devices []domain.ID
}

func (d DeviceEdits) chosen() (string, []domain.ID) { return d.Text, d.Devices }

func (d DeviceEdits) attempt() attempt { return attempt{action: actionEdit, subject: SubjectDevice} }

func (d DeviceEdits) begin(tx *tx, may *domain.Rights, n int) (deed, error) {
	if err := may.MayAnywhere(domain.DevicesEdit).Err(may); err != nil {
		return nil, err
	}
	if err := domain.CheckDeviceChange(&d.Change); err != nil {
		return nil, err
	}
	account := may.Account().ID
	e := &editing{writing: writing{tx: tx, account: account}, rights: may, change: d.Change}
	e.found, e.key = tx.scan(tableDevice, key1(account)), key2(account, domain.ID{})
	e.edits = make([]edit, 0, n)
	return e, nil
}

// edit is a device of which something is to be changed.
type edit struct {
	device domain.ID
	at     place
}

// editing changes devices. What becomes of each is worked out twice, to class it
// and to write it, rather than held for all of them in between.
type editing struct {
	writing
	rights *domain.Rights
	change domain.DeviceChange
	edits  []edit
	found  *cursor
	key    []byte
	shown  map[*change][]AuditChange
}

func (e *editing) may(at place) domain.Decision {
	return e.rights.MayDevice(domain.DevicesEdit, at.customer, at.location)
}

func (e *editing) take(row *BulkRow, at place) error {
	copy(e.key[16:], row.Device[:])
	if !e.found.seek(e.key) || !bytes.Equal(e.found.key(), e.key) {
		return firstOf(e.found.err(), damaged(tableDevice, e.key, "is missing"))
	}
	before, err := deviceFromValue(e.key, e.found.value())
	if err != nil {
		return err
	}
	after, why := e.change.Of(before)
	switch {
	case why != "":
		row.Result, row.Why = domain.ResultRefused, why
		return nil
	case !differ(&before, &after):
		row.Result = domain.ResultAlreadySo
		return nil
	}
	e.edits = append(e.edits, edit{row.Device, at})
	row.Result, row.Changes = domain.ResultChanged, e.told(e.changed(&before, &after))
	return nil
}

// told is what changes of a device as rows show it. Rows of which the same
// changes share it, as the list itself.
func (e *editing) told(list []change) []AuditChange {
	first := &list[0]
	if told, known := e.shown[first]; known {
		return told
	}
	told := make([]AuditChange, len(list))
	for i, c := range list {
		told[i] = AuditChange{Field: c.field, Old: c.old, New: c.new}
	}
	if e.shown == nil {
		e.shown = map[*change][]AuditChange{}
	}
	e.shown[first] = told
	return told
}

func (e *editing) tell(*BulkPreview) {}

func (e *editing) do(progress Progress) error {
	return e.tx.eachOf(len(e.edits), progress, func(i int) error {
		return e.write(e.edits[i], func(d *domain.Device) error {
			*d, _ = e.change.Of(*d)
			return nil
		})
	})
}

// entry tells what was asked for; how each device was before is told with it in
// the list.
func (e *editing) entry() entry {
	c := &e.change
	var told []change
	for _, f := range []struct {
		name string
		text *string
	}{{"make", c.Make}, {"model", c.Model}, {"type", c.Type}} {
		if f.text != nil {
			told = append(told, change{field: f.name, new: *f.text})
		}
	}
	if c.Year != nil {
		told = append(told, change{field: "year", new: yearText(*c.Year)})
	}
	if len(c.AddTags) > 0 {
		told = append(told, change{field: "add_tags", new: domain.JoinTags(c.AddTags)})
	}
	if len(c.RemoveTags) > 0 {
		told = append(told, change{field: "remove_tags", old: domain.JoinTags(c.RemoveTags)})
	}
	made := entry{action: actionEdit, subject: SubjectDevice, changes: told, devices: e.written}
	made.concern(customersOf(e.written))
	return made
}

// customersOf are the customers that listed devices were with.
func customersOf(list []moved) []domain.ID {
	var customers []domain.ID
	var last domain.ID
	for _, m := range list {
		if m.from.customer != last { // most are with the one before
			last = m.from.customer
			customers = append(customers, last)
		}
	}
	return customers
}

// bulkFields are the fields that bulk changes write, as text that an entry holds
// and that they are read back from.
var bulkFields = [...]struct {
	name string
	text func(*domain.Device) string
	read func(d *domain.Device, text string) error
}{
	{"make", func(d *domain.Device) string { return d.Make }, func(d *domain.Device, text string) error { d.Make = text; return nil }},
	{"model", func(d *domain.Device) string { return d.Model }, func(d *domain.Device, text string) error { d.Model = text; return nil }},
	{"year", func(d *domain.Device) string { return yearText(d.Year) }, func(d *domain.Device, text string) (err error) {
		d.Year, err = domain.ParseYear(text)
		return err
	}},
	{"type", func(d *domain.Device) string { return d.Type }, func(d *domain.Device, text string) error { d.Type = text; return nil }},
	{"tags", func(d *domain.Device) string { return domain.JoinTags(d.Tags) }, func(d *domain.Device, text string) (err error) {
		d.Tags, err = domain.ParseTags(text)
		return err
	}},
}

// differ says whether any of the bulk fields differs.
func differ(a, b *domain.Device) bool {
	return a.Make != b.Make || a.Model != b.Model || a.Year != b.Year || a.Type != b.Type || !sameTags(a.Tags, b.Tags)
}

func sameTags(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// writing writes the bulk fields of devices, and lists what changed of each.
// Devices of which the same changed share the list of it, of which there are few.
type writing struct {
	tx      *tx
	account domain.ID
	written []moved
	known   map[string][]change
	word    []byte
}

// write changes one device.
func (w *writing) write(e edit, to func(*domain.Device) error) error {
	key := key2(w.account, e.device)
	value, err := w.tx.get(tableDevice, key)
	if err != nil {
		return err
	}
	if value == nil {
		return damaged(tableDevice, key, "is missing")
	}
	before, err := deviceFromValue(key, value)
	if err != nil {
		return err
	}
	after := before
	if err := to(&after); err != nil {
		return err
	}
	after.Customer, after.Location = e.at.customer, e.at.location
	after.Version++
	if err := w.tx.putDeviceRecord(after, !sameTags(before.Tags, after.Tags)); err != nil {
		return err
	}
	w.written = append(w.written, moved{device: e.device, from: e.at, changes: w.changed(&before, &after)})
	return nil
}

// changed is what differs between a device before and after.
func (w *writing) changed(before, after *domain.Device) []change {
	w.word = w.word[:0]
	for _, f := range bulkFields {
		old, new := f.text(before), f.text(after)
		if old != new {
			w.word = append(append(append(w.word, f.name...), 0), old...)
			w.word = append(append(append(w.word, 0), new...), 0)
		}
	}
	if list, known := w.known[string(w.word)]; known {
		return list
	}
	var list []change
	for _, f := range bulkFields {
		if old, new := f.text(before), f.text(after); old != new {
			list = append(list, change{field: f.name, old: old, new: new})
		}
	}
	if w.known == nil {
		w.known = map[string][]change{}
	}
	w.known[string(w.word)] = list
	return list
}
