package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// deviceColumn is a column that the list of devices can show.
type deviceColumn struct {
	name  string           // what it is called where columns are chosen
	sort  store.DeviceSort // what it is sorted by, and its name where columns are kept
	first bool             // shown until somebody chooses
	draw  widget.Column
	cell  func(s *deviceList, row *store.DeviceRow) string
}

// deviceColumns are all there are, in the order in which they stand. The widths
// of those shown at first come to 80 cells.
var deviceColumns = []deviceColumn{
	{"Name", store.SortName, true, widget.Column{Width: 17, Max: 40, Grow: 3},
		func(_ *deviceList, r *store.DeviceRow) string { return deviceName(&r.Device) }},
	{"Plate", store.SortPlate, false, widget.Column{Width: 10, Max: 16, Grow: 1, Priority: 4},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Plate }},
	{"Unit ID", store.SortUnitID, true, widget.Column{Width: 11, Max: 36, Grow: 2, Middle: true, Priority: 3},
		func(_ *deviceList, r *store.DeviceRow) string { return r.UnitID.String() }},
	{"Customer", store.SortCustomer, true, widget.Column{Width: 14, Max: 60, Grow: 3, Priority: 1},
		func(s *deviceList, r *store.DeviceRow) string { return s.pathInScope(r.Customer) }},
	{"Status", store.SortStatus, true, widget.Column{Width: 8, Priority: 2},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Status.String() }},
	{"Last communication", store.SortLastCommunication, true, widget.Column{Width: 18, Priority: 5},
		func(s *deviceList, r *store.DeviceRow) string { return s.soon(r.LastCommunication) }},
	{"Make", store.SortMake, false, widget.Column{Width: 12, Max: 24, Grow: 1, Priority: 6},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Make }},
	{"Model", store.SortModel, false, widget.Column{Width: 12, Max: 24, Grow: 1, Priority: 6},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Model }},
	{"Year", store.SortYear, false, widget.Column{Width: 4, Priority: 7},
		func(_ *deviceList, r *store.DeviceRow) string { return yearText(r.Year) }},
	{"Type", store.SortType, false, widget.Column{Width: 10, Max: 20, Grow: 1, Priority: 7},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Type }},
	{"Location", store.SortLocation, false, widget.Column{Width: 14, Max: 30, Grow: 1, Priority: 6},
		func(_ *deviceList, r *store.DeviceRow) string { return r.LocationName }},
	{"VIN", store.SortVIN, false, widget.Column{Width: 17, Priority: 8},
		func(_ *deviceList, r *store.DeviceRow) string { return r.VIN }},
	{"IMEI", store.SortIMEI, false, widget.Column{Width: 16, Priority: 8},
		func(_ *deviceList, r *store.DeviceRow) string { return r.IMEI }},
	{"ICCID", store.SortICCID, false, widget.Column{Width: 20, Priority: 8},
		func(_ *deviceList, r *store.DeviceRow) string { return r.ICCID }},
	{"Phone", store.SortPhone, false, widget.Column{Width: 14, Max: 20, Grow: 1, Priority: 8},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Phone }},
	{"Tags", store.SortTags, false, widget.Column{Width: 12, Max: 40, Grow: 1, Priority: 7},
		func(_ *deviceList, r *store.DeviceRow) string { return domain.JoinTags(r.Tags) }},
	{"Registered", store.SortRegistered, false, widget.Column{Width: 11, Priority: 8},
		func(s *deviceList, r *store.DeviceRow) string { return s.day(r.RegisteredAt) }},
}

// deviceName is what a device is called: its name, or else its unit ID.
func deviceName(d *domain.Device) string {
	if d.Name == "" {
		return d.UnitID.String()
	}
	return d.Name
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year)
}

// soon is moment without the year where that is the present one, for a column.
func (c *Console) soon(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	zone := c.zone()
	if here := t.In(zone); here.Year() == c.options.Now().In(zone).Year() {
		return here.Format("2 Jan " + c.hours() + " MST")
	}
	return c.day(t)
}

// brief is a time for a narrow column: to the second today, where people watch,
// and without the year in this one. What lies beside it names the zone.
func (c *Console) brief(t time.Time) string {
	at, now := t.In(c.zone()), c.options.Now().In(c.zone())
	hours := "15:04"
	if c.settings().Clock == domain.Clock12 {
		hours = "3:04pm"
	}
	switch {
	case at.Year() == now.Year() && at.YearDay() == now.YearDay():
		return at.Format(strings.Replace(hours, "04", "04:05", 1))
	case at.Year() == now.Year():
		return at.Format("2 Jan " + hours)
	}
	return at.Format("2 Jan 2006")
}

// pathInScope is where a customer is, for a column: its own name first, which
// must be read, then what is above it up to the scope, which all rows share.
func (c *Console) pathInScope(id domain.ID) string {
	names := c.tree().Names(id)
	if above := len(c.tree().Names(c.scope)); above < len(names) {
		names = names[above:]
	} else if len(names) > 0 {
		names = names[len(names)-1:]
	}
	return c.ownNameFirst(names)
}

// ownNameFirst is a path that is read from its end, for where the end of it
// would be cut.
func (c *Console) ownNameFirst(names []string) string {
	names = slices.Clone(names)
	slices.Reverse(names)
	return strings.Join(names, " "+c.theme.Glyphs.Inherit+" ")
}

// deviceColumnNames are the columns where they are chosen.
var deviceColumnNames = func() (names []columnName) {
	for _, c := range deviceColumns {
		names = append(names, columnName{string(c.sort), c.name, c.first})
	}
	return names
}()

// deviceView is how somebody looks at lists of devices.
type deviceView struct {
	columnSet
	sort    store.DeviceSort
	reverse bool
	own     bool // without the devices of nested customers
}

func (v *deviceView) columns() (*columnSet, []columnName) { return &v.columnSet, deviceColumnNames }

// shown lists the numbers of the columns that are shown.
func (v *deviceView) shown() []int { return v.columnSet.shown(deviceColumnNames) }

// nextSort goes on to the next column that is shown.
func (v *deviceView) nextSort() {
	shown := v.shown()
	at := 0
	for n, i := range shown {
		if deviceColumns[i].sort == v.sortedBy() {
			at = n + 1
		}
	}
	v.sortsBy(shown[at%len(shown)])
}

func (v *deviceView) sortsBy(i int) bool {
	v.sort, v.reverse = deviceColumns[i].sort, false
	return true
}

func (v *deviceView) sortedBy() store.DeviceSort {
	if v.sort == "" {
		return store.SortName
	}
	return v.sort
}
