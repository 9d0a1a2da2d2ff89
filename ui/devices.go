package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// deviceList is the tab of the devices in the scope. It holds identities in an
// order, and of the devices themselves only those around the cursor: the list
// may be a million long.
type deviceList struct {
	base
	table   *widget.Table[domain.ID]
	listTop int // the line of the body where the table begins
	filter  deviceFilter
	set     deviceSet // what is listed; nil before the first answer
	found   *store.Found
	rows    deviceRows
	marks   deviceMarks
	total   int     // in the scope, whatever the filter
	reason  string  // why there is none, where that is a matter of rights
	failed  string  // why the list can't be read
	again   bool    // the data changed while it was being read
	move    *manage // where the marks were taken to; nil otherwise
	shown   []int   // of deviceColumns

	at     domain.ID // the location of which this is the list of devices; zero in the tab
	atName string
}

func newDevices(c *Console) screen { return newDevicesAt(c, domain.ID{}, "") }

// newDevicesAt is the list of the devices at a location, laid over that.
func newDevicesAt(c *Console, location domain.ID, name string) *deviceList {
	s := &deviceList{
		base: base{Console: c}, filter: deviceFilter{filter: newFilter()}, table: widget.NewTable[domain.ID](), at: location, atName: name,
	}
	s.lookAnew()
	return s
}

// lookAnew takes up which columns are shown and which has the arrow.
func (s *deviceList) lookAnew() {
	var columns []widget.Column
	sorted := -1
	s.shown = s.deviceView.shown()
	for _, i := range s.shown {
		c := deviceColumns[i]
		c.draw.Title = c.name
		if c.sort == s.deviceView.sortedBy() {
			sorted = len(columns)
		}
		columns = append(columns, c.draw)
	}
	s.table.SetColumns(columns...)
	s.table.SetSort(sorted, s.deviceView.reverse)
}

func (s *deviceList) places() []keys.Place { return s.filter.places(keys.Devices, keys.List) }

func (s *deviceList) offers() []offer {
	offers := following(s.filter.offers(s.table, s.narrowed), s.filter.settled(s.narrowed, s.readRows))
	if s.filter.open {
		return offers
	}
	offers = append(offers, motions(s.table, s.readRows)...)
	return append(append(offers, s.deviceOffers()...),
		unless(s.whyNotAnywhere(domain.DevicesAssign), keys.DeviceManage, func() tea.Cmd { return s.manage(toAssign) }),
		unless(s.whyNotAnywhere(domain.DevicesEdit), keys.DeviceChange, func() tea.Cmd { return s.manage(toEdit) }),
		unless(s.whyNotAnywhere(domain.DevicesEdit), keys.DevicePlace, func() tea.Cmd { return s.manage(toPlace) }),
		unless(s.whyNoMarks(), keys.DeviceUnmark, step(func() { s.marks = deviceMarks{} })),
		unless(s.whyNotRegister(), keys.DeviceRegister, func() tea.Cmd { return s.push(newDeviceRegister(s.Console, s.registered)) }),
		unless(s.whyNotRegister(), keys.DeviceImport, func() tea.Cmd { return s.push(newImport(s.Console)) }),
		unless(s.whyNotAnywhere(domain.DevicesSee), keys.DeviceExport, func() tea.Cmd { return s.push(newExport(s.Console, s.query())) }),
		can(keys.DeviceSort, s.keeping(func() tea.Cmd {
			s.deviceView.nextSort()
			return s.sorted()
		})),
		can(keys.DeviceReverse, s.keeping(func() tea.Cmd {
			s.deviceView.reverse = !s.deviceView.reverse
			return s.sorted()
		})),
		can(keys.FiltersOpen, func() tea.Cmd { return s.over(newSavedFilters(s.Console, s.filter.text(), s.filterBy)) }),
		can(keys.DeviceColumns, func() tea.Cmd {
			return s.over(newColumnChooser(s.Console, &s.deviceView, s.keeping(s.columnsChanged), s.keeping(s.sorted)))
		}),
		unless(s.whyNotNested(), keys.DeviceNested, s.keeping(s.turnNested)),
	)
}

// deviceOffers are what can be done with the device under the cursor.
func (s *deviceList) deviceOffers() []offer {
	id, row := s.current()
	return []offer{
		unless(s.whyNotThis(row, domain.DevicesSee), keys.DeviceOpen, func() tea.Cmd { return s.push(newDevice(s.Console, id, row)) }),
		unless(s.whyNotThis(row, domain.DevicesAssign), keys.DeviceMark, func() tea.Cmd {
			s.marks = s.marks.turned(id)
			s.table.Down()
			return s.readRows()
		}),
		unless(s.whyNotThis(row, domain.DevicesEdit), keys.DeviceEdit, func() tea.Cmd { return s.push(newDeviceEdit(s.Console, row.Device)) }),
		unless(s.whyNotThis(row, domain.DevicesSee), keys.DeviceCopy, func() tea.Cmd { return s.copyUnitID(&row.Device) }),
	}
}

// current is the device under the cursor, and its row where that was read.
func (s *deviceList) current() (domain.ID, *store.DeviceRow) {
	id, ok := s.table.CursorKey()
	if !ok {
		return id, nil
	}
	return id, s.rows.row(id)
}

func (s *deviceList) whyNotThis(row *store.DeviceRow, capability domain.Capability) string {
	switch {
	case s.table.Len() == 0:
		return s.whyEmpty()
	case row == nil:
		id, _ := s.table.CursorKey()
		if s.rows.gone(id) {
			return "This device is gone, or no longer within your reach."
		}
		return "This device is still being read."
	}
	return s.whyNot(capability, row.Customer)
}

func (s *deviceList) whyNoMarks() string {
	if s.marks.len() == 0 {
		return "Nothing is marked. space marks."
	}
	return ""
}

func (s *deviceList) whyNotRegister() string {
	if s.scope.IsZero() {
		return s.whyNotAnywhere(domain.DevicesRegister)
	}
	return s.whyNot(domain.DevicesRegister, s.scope)
}

func (s *deviceList) whyNotNested() string {
	at, ok := s.tree().Position(s.scope)
	switch {
	case !s.at.IsZero():
		return "This list is of one location."
	case !ok:
		return "The account itself has no devices: this list is of all its customers."
	case !s.tree().HasChildren(at):
		return "No customer is nested under this one."
	}
	return ""
}

func (s *deviceList) turnNested() tea.Cmd {
	s.deviceView.own = !s.deviceView.own
	return s.read(true)
}

// below says whether the devices of nested customers are listed too.
func (s *deviceList) below() bool { return !s.deviceView.own || s.scope.IsZero() || !s.at.IsZero() }

func (s *deviceList) crumb() string {
	if s.at.IsZero() {
		return ""
	}
	return "Devices at " + s.atName
}

// filterBy narrows the list by a filter that was kept.
func (s *deviceList) filterBy(filter string) tea.Cmd {
	s.filter.field.SetValue(filter)
	return s.narrowed()
}

func (s *deviceList) columnsChanged() tea.Cmd {
	s.lookAnew()
	return nil
}

// sorted says what the list is sorted by now, and sorts it.
func (s *deviceList) sorted() tea.Cmd {
	s.lookAnew()
	for _, c := range deviceColumns {
		if c.sort == s.deviceView.sortedBy() {
			s.say(widget.ToneDim, fmt.Sprintf("Sorted by %s. S turns it round.", strings.ToLower(c.name[:1])+c.name[1:]))
		}
	}
	return s.read(true)
}

// manage opens Manage devices with the marked ones.
func (s *deviceList) manage(begin opening) tea.Cmd {
	to := newManageTo(s.Console, s.marks.ids, begin)
	s.move, _ = to.(*manage)
	return s.push(to)
}

// backFromManage takes the marks away where the marked devices were moved.
func (s *deviceList) backFromManage() {
	if s.move == nil || !s.move.gone {
		return
	}
	if s.move.marks.len() == 0 {
		s.marks = deviceMarks{}
	}
	s.move = nil
}

// registered shows a new device in the list.
func (s *deviceList) registered(d domain.Device) tea.Cmd {
	s.say(widget.ToneGood, fmt.Sprintf("Registered %s to %s. n registers another.", widget.Cut(deviceName(&d), 40), widget.Cut(s.path(d.Customer), 60)))
	return s.readAt(d.ID)
}

func (s *deviceList) explanation() (string, [][2]string) { return s.filter.explanation() }

func (s *deviceList) typing() bool { return s.filter.open }

func (s *deviceList) typed(m tea.KeyPressMsg) tea.Cmd {
	if s.filter.update(m) {
		return s.narrowed()
	}
	return nil
}

// pasted looks for what was pasted, which is an ID mostly. Many are for Manage
// devices.
func (s *deviceList) pasted(text string, tooMuch bool) tea.Cmd {
	words, fits := pastedWords(text, tooMuch)
	if !fits {
		s.say(widget.ToneWarn, "That is more than a filter takes. m moves devices by a list of IDs, i imports new ones.")
		return nil
	}
	if s.filter.paste(words) {
		return s.narrowed()
	}
	return nil
}
