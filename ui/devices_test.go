package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// operator is who may do everything in the account that a person looks at,
// from elsewhere.
func (p *person) operator() domain.Actor {
	return domain.Actor{Account: p.console.actor.Account, Operator: true, Door: domain.DoorMachine}
}

// list is the list of devices that a person looks at.
func (p *person) list() *deviceList {
	p.t.Helper()
	s, ok := p.console.body().(*deviceList)
	if !ok {
		p.t.Fatalf("this isn't the list of devices:\n%s", p.screen())
	}
	return s
}

// under is the device under the cursor.
func (p *person) under() store.DeviceRow {
	p.t.Helper()
	p.settles()
	_, row := p.list().current()
	if row == nil {
		p.t.Fatalf("no device is under the cursor:\n%s", p.screen())
	}
	return *row
}

// atDevices is somebody who has signed in and gone to the devices.
func atDevices(t *testing.T, username string) *person {
	t.Helper()
	p := as(t, username)
	p.goes("Devices")
	return p
}

// goes turns to a tab by its number.
func (p *person) goes(tab string) {
	p.t.Helper()
	p.press("@" + tab)
}

func TestTheListOfDevices(t *testing.T) {
	p := atDevices(t, "tom")
	p.sees("634 devices", "Name ↑", "Crane 1 Aalborg")
	p.press("/")
	p.types("van 0000")
	p.sees("of 634 devices", "Van 00005")
	p.seesNot("Crane")
	p.press("enter", "esc")
	p.sees("634 devices", "›  Van 00005")
	p.press("home")
	p.sees("›  Crane 1 Aalborg")
	p.press("b")
	p.sees("4 devices, none nested", "Forklift 1")
	p.press("b")
	p.sees("634 devices")
}

func TestAFilterThatFitsNothing(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("/")
	p.types("zeppelin")
	p.sees("0 of 634 devices", "No device matches. esc clears the filter")
	p.press("esc")
	p.sees("634 devices", "Crane 1 Aalborg")
}

func TestAnEmptyListSaysWhy(t *testing.T) {
	p := atDevices(t, "dora")
	p.sees("Device Management lists no devices until it is paired with Full Device")
	p.press("n")
	p.sees("Full Device Access")
	p.press("enter")
	p.sees("Full Device Access")
}

func TestWhoMayNotIsToldWhy(t *testing.T) {
	p := atDevices(t, "felix")
	p.sees("202 devices")
	for _, key := range []string{"n", "e", "space", "m", "i"} {
		p.press(key)
		p.sees("Device Management")
		p.list()
	}
}

func TestTheCursorStaysOnItsDevice(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("down", "down", "down")
	device := p.under()
	for range 8 {
		p.press("s")
		if got := p.under(); got.ID != device.ID {
			t.Fatalf("sorted by %s the cursor is on %s, not %s", p.list().deviceView.sortedBy(), got.Name, device.Name)
		}
		p.press("S")
		if got := p.under(); got.ID != device.ID {
			t.Fatalf("sorted backwards by %s the cursor is on %s, not %s", p.list().deviceView.sortedBy(), got.Name, device.Name)
		}
	}
	p.press("/")
	p.types(strings.ToUpper(device.Name[:5]))
	if got := p.under(); got.ID != device.ID {
		t.Errorf("under the filter the cursor is on %s, not %s", got.Name, device.Name)
	}
}

func TestSorting(t *testing.T) {
	p := atDevices(t, "tom")
	last := make(map[store.DeviceSort]string)
	for range 5 {
		p.press("s", "home")
		last[p.list().deviceView.sortedBy()] = p.under().Name
	}
	for _, by := range []store.DeviceSort{store.SortUnitID, store.SortCustomer, store.SortStatus, store.SortLastCommunication, store.SortName} {
		if last[by] == "" {
			t.Errorf("s doesn't come by %s, which is shown", by)
		}
	}
	p.sees("Name ↑")
	p.press("S")
	p.sees("Name ↓")
	p.press("home")
	if name := p.under().Name; !strings.HasPrefix(name, "Van") {
		t.Errorf("the last by name is %s", name)
	}
}

func TestTheRowsAreThereWhereverOneGoes(t *testing.T) {
	p := atDevices(t, "ann")
	for _, key := range []string{"end", "pgup", "home", "pgdown", "G", "k"} {
		p.press(key)
		p.under()
		for _, line := range strings.Split(p.screen(), "\n")[6:21] {
			if strings.HasPrefix(strings.TrimSpace(line), "…") {
				t.Fatalf("after %s a row isn't read:\n%s", key, p.screen())
			}
		}
	}
}

func TestMarksBelongToDevices(t *testing.T) {
	p := atDevices(t, "tom")
	first := p.under()
	p.press("space", "space")
	p.sees("2 marked, 634 devices")
	p.press("/")
	p.types("van")
	p.press("enter", "space", "esc", "S")
	p.sees("3 marked")
	if !p.list().marks.has(first.ID) {
		t.Errorf("%s isn't marked any more", first.Name)
	}
	p.press("m")
	p.sees("Move 3 devices to")
	p.press("esc")
	p.sees("3 marked")
	p.press("A")
	p.seesNot("marked")
}

func TestMarksEndWhenTheDevicesWereMoved(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("space", "space", "m")
	p.types("oslo")
	p.press("enter", "p", "p", "y")
	p.sees("Moved 2 devices to Oslo")
	for range 4 {
		if _, there := p.console.body().(*deviceList); there {
			break
		}
		p.press("esc")
	}
	p.sees("634 devices")
	p.seesNot("marked")
}

func TestColumns(t *testing.T) {
	p := atDevices(t, "tom")
	p.seesNot("Plate")
	p.press("c")
	p.sees("[x] Status", "[ ] Plate")
	p.press("space")
	p.sees("The name is always shown")
	p.press("down", "space", "esc")
	p.sees("Plate")
	p.press("c", "r", "esc")
	p.seesNot("Plate")
}

func TestColumnsLastAsLongAsTheSession(t *testing.T) {
	p := atDevices(t, "ann")
	p.press("c", "down", "space", "esc", "s")
	p.run(p.console.setScope(p.under().Customer))
	p.sees("Plate", "Plate ↑")
}

func TestTheListFollowsWhatOthersDo(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("/")
	p.types("crane")
	p.press("enter", "down", "space")
	device := p.under().Device
	ctx, db := context.Background(), p.console.db

	device.Name = "Crane 1a Renamed"
	if _, err := db.EditDevice(ctx, p.operator(), device); err != nil {
		t.Fatal(err)
	}
	p.sees("Crane 1a Renamed", "1 marked")
	if got := p.under(); got.ID != device.ID {
		t.Errorf("the cursor went to %s", got.Name)
	}

	gone := p.under().ID
	away, err := p.console.standing.Rights.Tree().Resolve("Acme HQ/Iberia")
	if err != nil {
		t.Fatal(err)
	}
	was := p.list().matches()
	if _, err := db.RunBulk(ctx, p.operator(), store.Assignment{To: away, Devices: []domain.ID{gone}}, nil); err != nil {
		t.Fatal(err)
	}
	p.seesSoon(func() bool { return p.list().matches() == was-1 })
	p.seesNot("Crane 1a Renamed")
	p.under()
}

// seesSoon waits until something is so.
func (p *person) seesSoon(so func() bool) {
	p.t.Helper()
	for !so() {
		p.send(<-p.messages)
	}
	p.settles()
}

func TestTheFirstPageStandsUntilTheFleetIsReady(t *testing.T) {
	p := atDevices(t, "tom")
	s := p.list()
	p.console.searchable, s.set, s.rows, s.total = false, nil, deviceRows{}, 0
	s.table.SetSource(deviceListRows{&deviceList{set: devicePage{}}})
	p.run(s.read(true))
	p.settles()
	if _, page := s.set.(devicePage); !page {
		t.Fatalf("this is no first page: %T", s.set)
	}
	p.sees("634 devices", "Crane 1 Aalborg")
	p.press("/")
	p.types("van")
	p.sees("of 634 devices", "Van 00005")
	p.seesNot("Crane")
}

func TestPastingAnIDFindsTheDevice(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("end")
	device := p.under()
	p.press("home")
	p.pastes(" " + strings.ToUpper(device.UnitID.String()) + "\r\n")
	p.sees("1 of 634 devices", device.Name)
	p.press("esc")
	p.pastes("one\ntwo\nthree")
	p.sees("m moves devices by a list of IDs")
}

func TestCopyingAUnitID(t *testing.T) {
	p := atDevices(t, "tom")
	device := p.under()
	p.press("y")
	p.sees("Copied " + device.UnitID.String())
}

func TestExporting(t *testing.T) {
	p := atDevices(t, "tom")
	saved := p.savesFiles()
	p.press("b", "x")
	p.sees("devices-nordics-2026-03-12.csv", "the devices of Acme HQ / Nordics as CSV")
	p.press("enter")
	p.sees("Wrote 4 devices to", "/files/devices-nordics-2026-03-12.csv")
	if lines := strings.Count(saved["devices-nordics-2026-03-12.csv"], "\n"); lines != 5 {
		t.Errorf("the file has %d lines", lines)
	}
	p.press("esc", "x", "enter")
	p.sees("is there already. Choose another name.")
	p.types("2")
	p.press("enter")
	p.sees("Wrote 4 devices to")
	p.press("y")
	p.sees("Copied.")
}

func TestExportingWhatTheFilterFinds(t *testing.T) {
	p := atDevices(t, "tom")
	saved := p.savesFiles()
	p.press("/")
	p.types("crane oslo")
	p.press("enter", "x")
	p.sees(`that match "crane oslo"`)
	found := p.console.tabs[p.console.tab].screens[0].(*deviceList).matches()
	p.press("enter")
	p.sees("Wrote")
	for _, text := range saved {
		if lines := strings.Count(text, "\n"); lines != found+1 {
			t.Errorf("the file has %d lines, the list %d devices", lines, found)
		}
	}
}

func TestExportingWhereThereIsNoPlaceForFiles(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("/")
	p.types("it's")
	p.press("enter", "x")
	p.sees("This console has no place for files.", "tenantry devices export --customer 'Acme HQ/Nordics' --below --filter", `'it'\''s'`)
	p.press("enter")
	p.sees("no place for files")
}

func TestFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"Acme HQ": "acme-hq", "Norrköping": "norrkoping", "../../etc/passwd": "etc-passwd", "日本": "", "A & B, Ltd.": "a-b-ltd",
		strings.Repeat("long ", 100): "long-long-long-long-long-long-long-long",
	} {
		if got := slug(name); got != want {
			t.Errorf("%q is %q, not %q", name, got, want)
		}
	}
}

func TestHostileDevicesAreDrawnExactly(t *testing.T) {
	p := atDevices(t, "ann")
	s := p.list()
	p.press("c", "down", "space", "esc", "space")
	for id, known := range s.rows.rows {
		spoilDevice(&known.row)
		s.rows.rows[id] = known
	}
	p.spoil()
	p.isExact("the list")
	_, row := s.current()
	page := newDevice(p.console, row.ID, row)
	page.history = []store.HistoryRow{{Who: hostile, Text: hostile}, {Who: hostile, Text: hostile}}
	p.console.tabs[p.console.tab].screens = append(p.console.tabs[p.console.tab].screens, page)
	p.isExact("one device")
	p.console.tabs[p.console.tab].screens[1] = newDeviceEdit(p.console, row.Device)
	p.isExact("editing")
	list := newImport(p.console)
	list.source = &csvSource{name: hostile}
	list.ran(store.ImportResult{Added: 1, Failed: 2000, Unknown: []string{hostile}, Rows: []store.ImportRow{{Line: 3, Field: hostile, Error: hostile}}}, nil)
	p.console.tabs[p.console.tab].screens[1] = list
	p.isExact("what an import would do")
	query := s.query()
	query.Filter = hostile
	p.console.tabs[p.console.tab].screens[1] = newExport(p.console, query)
	p.isExact("exporting")
}

func spoilDevice(r *store.DeviceRow) {
	for _, text := range []*string{&r.Name, &r.Make, &r.Model, &r.Type, &r.Plate, &r.VIN, &r.IMEI, &r.ICCID, &r.Phone, &r.BoardVersion, &r.LocationName} {
		*text = hostile
	}
	r.Tags = []string{hostile, hostile}
	r.Location = r.Customer
}

func TestEveryColumnHasACell(t *testing.T) {
	p := atDevices(t, "ann")
	s := p.list()
	for i := range deviceColumns {
		if !s.deviceView.shows(deviceColumnNames, i) {
			s.deviceView.turn(deviceColumnNames, i)
		}
	}
	s.lookAnew()
	cells := deviceListRows{s}.Cells(0, nil)
	if len(cells) != len(deviceColumns) {
		t.Fatalf("%d columns, %d cells", len(deviceColumns), len(cells))
	}
	if !slices.Contains(cells, p.under().VIN) {
		t.Errorf("no VIN in %q", cells)
	}
	if tone := (deviceListRows{s}).CellTone(0, slices.IndexFunc(deviceColumns, func(c deviceColumn) bool { return c.name == "Status" })); tone == widget.ToneNormal {
		t.Error("the status has no tone")
	}
}
