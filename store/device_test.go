package store

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tenantry/domain"
)

// registered is a new device of a customer, whose unit ID is the number.
func (f *fixture) registered(actor domain.Actor, customer domain.ID, name string, unit byte) domain.Device {
	f.t.Helper()
	d, err := f.RegisterDevice(f.ctx, actor, domain.Device{Customer: customer, Name: name, UnitID: domain.UnitID{0xde, 0xad, 15: unit}})
	f.must(err)
	return d
}

func TestRecordsAreReadAsTheyWereWritten(t *testing.T) {
	text := rapid.StringN(0, 40, -1)
	rapid.Check(t, func(rt *rapid.T) {
		var d domain.Device
		for _, field := range []*string{&d.Name, &d.Make, &d.Model, &d.Type, &d.BoardVersion, &d.Plate, &d.IMEI, &d.ICCID, &d.Phone, &d.VIN} {
			*field = text.Draw(rt, "text")
		}
		d.Tags = rapid.SliceOfN(text, 0, 40).Draw(rt, "tags")
		d.Year, d.Status = rapid.Int().Draw(rt, "year"), domain.Status(rapid.IntRange(0, 255).Draw(rt, "status"))
		d.UnitID[3], d.Version = 7, rapid.Uint64Range(0, 1<<62).Draw(rt, "version")
		d.LastCommunication = timeFromRecord(rapid.Int64().Draw(rt, "last"))
		key, value := key2(domain.ID{1}, domain.ID{2}), encode(deviceToRecord(&d))
		got, err := deviceFromValue(key, value)
		d.Account, d.ID = domain.ID{1}, domain.ID{2}
		if len(d.Tags) == 0 {
			d.Tags = nil
		}
		if err != nil || fmt.Sprint(got) != fmt.Sprint(d) {
			rt.Fatalf("%v\n%v\n%v", err, got, d)
		}
		var record deviceRecord
		if err := decode(value, &record); err != nil || fmt.Sprint(record) != fmt.Sprint(deviceToRecord(&got)) {
			rt.Fatalf("the codec reads something else: %v\n%+v\n%+v", err, record, deviceToRecord(&got))
		}
		var facts deviceFacts
		line, err := new(folder).lineOfRecord(nil, key, value, &facts)
		if want := factsOf(&d); fmt.Sprint(*want) != fmt.Sprint(facts) {
			rt.Fatalf("facts %v, want %v", facts, *want)
		}
		if want := appendLine(nil, &d); err != nil || string(line) != string(want) {
			rt.Fatalf("%v: line %q, want %q", err, line, want)
		}
		keys, err := deviceKeysFromValue(key, value)
		if err != nil || keys.status != d.Status || keys.last != timeToRecord(d.LastCommunication) {
			rt.Fatalf("%v: keys %v", err, keys)
		}
	})
}

func FuzzDeviceRecord(f *testing.F) {
	d := domain.Device{Name: "Van", Tags: []string{"a", "b"}, Year: -1, Version: 1 << 40}
	f.Add(encode(deviceToRecord(&d)))
	f.Add([]byte{1, 0xa1, 0x0d, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{1, 0xbf})
	f.Fuzz(func(t *testing.T, value []byte) {
		key := key2(domain.ID{1}, domain.ID{2})
		_, err := deviceFromValue(key, value)
		if _, lineErr := new(folder).lineOfRecord(nil, key, value, new(deviceFacts)); err == nil && lineErr != nil {
			t.Errorf("read whole, but its line not: %v", lineErr)
		}
		if _, keysErr := deviceKeysFromValue(key, value); err == nil && keysErr != nil {
			t.Errorf("read whole, but its keys not: %v", keysErr)
		}
	})
}

func TestRegisterDevice(t *testing.T) {
	f := create(t)
	n, other := f.tenant("Acme"), f.tenant("Other")
	north := f.customer(n.owner, n.main.ID, "Nordics")
	south := f.customer(n.owner, n.main.ID, "Iberia")
	const technician = domain.DeviceManagement | domain.FullDeviceAccess
	tom := f.user(n.owner, north.ID, "tom", technician)
	dora := f.user(n.owner, north.ID, "dora", domain.DeviceManagement)

	van := f.registered(tom, domain.ID{}, "Van 1", 1)
	if van.Customer != north.ID || van.ID.IsZero() || van.Version != 1 || van.RegisteredAt.IsZero() {
		t.Errorf("registered as %+v", van)
	}
	hidden := f.registered(n.owner, south.ID, "Hidden", 2)
	foreign := f.registered(other.owner, domain.ID{}, "Foreign", 3)

	taken := func(unit domain.UnitID) string {
		_, err := f.RegisterDevice(f.ctx, tom, domain.Device{UnitID: unit})
		kind(t, err, domain.Conflict)
		return strings.ReplaceAll(err.Error(), unit.String(), "UNIT")
	}
	if text := taken(van.UnitID); !strings.Contains(text, "Van 1 of Acme HQ/Nordics") {
		t.Errorf("a device in sight isn't named: %s", text)
	}
	if a, b := taken(hidden.UnitID), taken(foreign.UnitID); a != b || strings.Contains(a, "Hidden") {
		t.Errorf("one can tell them apart:\n%s\n%s", a, b)
	}

	for name, try := range map[string]struct {
		actor domain.Actor
		d     domain.Device
		want  domain.Kind
	}{
		"no group":          {dora, domain.Device{UnitID: domain.UnitID{9}}, domain.Refused},
		"out of reach":      {tom, domain.Device{UnitID: domain.UnitID{9}, Customer: south.ID}, domain.NotFound},
		"another account's": {tom, domain.Device{UnitID: domain.UnitID{9}, Customer: other.main.ID}, domain.NotFound},
		"no location":       {tom, domain.Device{UnitID: domain.UnitID{9}, Location: domain.ID{1}}, domain.NotFound},
		"a bad field":       {tom, domain.Device{UnitID: domain.UnitID{9}, IMEI: "12"}, domain.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.RegisterDevice(f.ctx, try.actor, try.d)
			kind(t, err, try.want)
		})
	}
}

// TestNoDeviceOutOfReachCanBeToldFromNone asks by every operation for devices
// that aren't in reach and for one that doesn't exist.
func TestNoDeviceOutOfReachCanBeToldFromNone(t *testing.T) {
	f := create(t)
	n, other := f.tenant("Acme"), f.tenant("Other")
	north := f.customer(n.owner, n.main.ID, "Nordics")
	tom := f.user(n.owner, north.ID, "tom", domain.DeviceManagement|domain.FullDeviceAccess)
	above := f.registered(n.owner, n.main.ID, "Above", 1)
	foreign := f.registered(other.owner, other.main.ID, "Foreign", 2)
	fleet, err := f.Fleet(f.ctx, tom, nil)
	f.must(err)
	ask := func(id domain.ID, unit domain.UnitID) string {
		var answers []string
		say := func(what any, err error) {
			text := strings.NewReplacer(id.String(), "ID", unit.String(), "UNIT", unit.String()[:12], "PREFIX").Replace(fmt.Sprint(what, err))
			answers = append(answers, text)
		}
		say(f.Device(f.ctx, tom, id))
		say(f.DeviceRows(f.ctx, tom, ids(id)))
		_, next, err := f.DeviceHistory(f.ctx, tom, id, Page{})
		say(next, err)
		say(f.EditDevice(f.ctx, tom, domain.Device{ID: id}))
		text := id.String() + "\n" + unit.String() + "\n" + unit.String()[:12]
		say(f.PreviewBulk(f.ctx, tom, Assignment{To: north.ID, Text: text, Devices: ids(id)}))
		result, err := f.RunBulk(f.ctx, tom, Assignment{To: north.ID, Text: text}, nil)
		say(result.Counts, err)
		say(f.FindDevice(f.ctx, tom, unit.String()))
		say(f.Devices(f.ctx, tom, DeviceQuery{Filter: unit.String()}))
		found, err := f.Search(f.ctx, tom, fleet, FleetQuery{Filter: unit.String()})
		_, there := found.Find(id)
		say(fmt.Sprint(found.Len(), there), err)
		return strings.Join(answers, "\n")
	}
	none := ask(domain.ID{1, 2, 3}, domain.UnitID{3, 2, 1})
	for _, d := range []domain.Device{above, foreign} {
		if got := ask(d.ID, d.UnitID); got != none {
			t.Errorf("%s can be told from nothing:\n%s\n---\n%s", d.Name, got, none)
		}
	}
	for _, text := range []string{"above", "foreign"} {
		if strings.Contains(strings.ToLower(none), text) {
			t.Errorf("%q is told", text)
		}
	}
}

func TestEditDevice(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	van := f.registered(n.owner, n.main.ID, "Van 1", 1)
	before := f.lastEntry(n.account.ID).number

	same, err := f.EditDevice(f.ctx, n.owner, van)
	f.must(err)
	if same.Version != 1 || f.lastEntry(n.account.ID).number != before {
		t.Error("an edit that changes nothing is written")
	}
	edited := van
	edited.Name, edited.Tags, edited.Status, edited.UnitID = "Van 2", []string{"cold"}, domain.StatusOnline, domain.UnitID{5}
	edited, err = f.EditDevice(f.ctx, n.owner, edited)
	f.must(err)
	if edited.Name != "Van 2" || edited.Version != 2 || edited.UnitID != van.UnitID || edited.Status != van.Status {
		t.Errorf("edited to %+v", edited)
	}
	van.Name = "Van 3"
	_, err = f.EditDevice(f.ctx, n.owner, van)
	kind(t, err, domain.Conflict)
	van.Version = 0
	_, err = f.EditDevice(f.ctx, n.owner, van)
	f.must(err)
	rows, err := f.DeviceRows(f.ctx, n.owner, ids(van.ID, domain.ID{1}))
	f.must(err)
	if len(rows) != 1 || rows[0].Name != "Van 3" || rows[0].CustomerPath != "Acme HQ" {
		t.Errorf("rows %+v", rows)
	}
}

func TestDeviceHistory(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	north := f.customer(n.owner, n.main.ID, "Nordics")
	south := f.customer(n.owner, n.main.ID, "Iberia")
	tom := f.user(n.owner, north.ID, "tom", domain.DeviceManagement|domain.FullDeviceAccess)
	van := f.registered(n.owner, south.ID, "Van 1", 1)
	van.Name = "Secret of Iberia"
	van, err := f.EditDevice(f.ctx, n.owner, van)
	f.must(err)
	moved, err := f.RunBulk(f.ctx, n.owner, Assignment{To: north.ID, Devices: ids(van.ID)}, nil)
	f.must(err)
	van, err = f.EditDevice(f.ctx, tom, domain.Device{ID: van.ID, Name: "Van 2"})
	f.must(err)
	_, err = f.RunBulk(f.ctx, n.owner, Assignment{To: n.main.ID, Devices: ids(van.ID)}, nil)
	f.must(err)
	_, err = f.RunBulk(f.ctx, n.owner, Assignment{To: north.ID, Devices: ids(van.ID)}, nil)
	f.must(err)

	history := func(actor domain.Actor) []string {
		var all []string
		page := Page{Limit: 2}
		for {
			rows, next, err := f.DeviceHistory(f.ctx, actor, van.ID, page)
			f.must(err)
			for _, row := range rows {
				all = append(all, row.Who+": "+row.Text)
			}
			if page.Cursor = next; next == "" {
				return all
			}
		}
	}
	want := []string{
		"owner-acme: assigned from Acme HQ to Acme HQ/Nordics",
		"owner-acme: assigned from Acme HQ/Nordics to Acme HQ",
		"tom: name: Secret of Iberia → Van 2",
		"owner-acme: assigned from Acme HQ/Iberia to Acme HQ/Nordics",
		"owner-acme: name: Van 1 → Secret of Iberia",
		"owner-acme: registered",
	}
	if got := history(n.owner); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("history:\n%s", strings.Join(got, "\n"))
	}
	wantTom := []string{
		"someone: assigned from elsewhere to Acme HQ/Nordics",
		"someone: assigned from Acme HQ/Nordics to elsewhere",
		"tom: name: Secret of Iberia → Van 2",
		"someone: assigned from elsewhere to Acme HQ/Nordics",
	}
	if got := history(tom); strings.Join(got, "\n") != strings.Join(wantTom, "\n") {
		t.Errorf("tom's history:\n%s", strings.Join(got, "\n"))
	}
	_, err = f.UndoBulk(f.ctx, n.owner, moved.Entry, nil)
	f.must(err)
	if got := history(n.owner)[0]; got != "owner-acme: moved back from Acme HQ/Nordics to Acme HQ/Iberia" {
		t.Errorf("after undo: %s", got)
	}
}

func TestEmptyListSaysWhy(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	dora := f.user(n.owner, n.main.ID, "dora", domain.DeviceManagement)
	f.registered(n.owner, n.main.ID, "Van", 1)
	list, err := f.Devices(f.ctx, dora, DeviceQuery{})
	f.must(err)
	if list.Total != 0 || !strings.Contains(list.Reason, "Full Device Access") {
		t.Errorf("%+v", list)
	}
	if list, err = f.Devices(f.ctx, n.owner, DeviceQuery{Filter: "none such"}); err != nil || list.Reason != "" {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = f.Devices(f.ctx, n.owner, DeviceQuery{Sort: "colour"})
	kind(t, err, domain.Invalid)
	_, err = f.Devices(f.ctx, n.owner, DeviceQuery{Page: Page{Cursor: "%"}})
	kind(t, err, domain.Invalid)
}
