package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// deviceColumn is a column that the list of devices can show.
type deviceColumn struct {
	name  string // what it is called where columns are chosen
	sort  store.DeviceSort
	first bool // shown until somebody chooses
	draw  widget.Column
	cell  func(s *deviceList, row *store.DeviceRow) string
}

// deviceColumns are all there are, in the order in which they stand. The widths
// of those shown at first come to 80 cells.
var deviceColumns = []deviceColumn{
	{"Name", store.SortName, true, widget.Column{Width: 17, Max: 40, Grow: 3},
		func(_ *deviceList, r *store.DeviceRow) string { return deviceName(&r.Device) }},
	{"Plate", "", false, widget.Column{Width: 10, Max: 16, Grow: 1, Priority: 4},
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
	{"Model", "", false, widget.Column{Width: 12, Max: 24, Grow: 1, Priority: 6},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Model }},
	{"Year", "", false, widget.Column{Width: 4, Priority: 7},
		func(_ *deviceList, r *store.DeviceRow) string { return yearText(r.Year) }},
	{"Type", "", false, widget.Column{Width: 10, Max: 20, Grow: 1, Priority: 7},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Type }},
	{"Location", "", false, widget.Column{Width: 14, Max: 30, Grow: 1, Priority: 6},
		func(_ *deviceList, r *store.DeviceRow) string { return r.LocationName }},
	{"VIN", "", false, widget.Column{Width: 17, Priority: 8},
		func(_ *deviceList, r *store.DeviceRow) string { return r.VIN }},
	{"IMEI", "", false, widget.Column{Width: 16, Priority: 8},
		func(_ *deviceList, r *store.DeviceRow) string { return r.IMEI }},
	{"ICCID", "", false, widget.Column{Width: 20, Priority: 8},
		func(_ *deviceList, r *store.DeviceRow) string { return r.ICCID }},
	{"Phone", "", false, widget.Column{Width: 14, Max: 20, Grow: 1, Priority: 8},
		func(_ *deviceList, r *store.DeviceRow) string { return r.Phone }},
	{"Tags", "", false, widget.Column{Width: 12, Max: 40, Grow: 1, Priority: 7},
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

// deviceView is how somebody looks at lists of devices. It lasts as long as the
// session and goes with them from scope to scope.
type deviceView struct {
	switched [24]bool // columns that aren't as they are at first, by number
	sort     store.DeviceSort
	reverse  bool
	own      bool // without the devices of nested customers
}

// shows says whether a column is shown. The name always is: a row without it
// couldn't be told from others.
func (v *deviceView) shows(i int) bool {
	return i == 0 || deviceColumns[i].first != v.switched[i]
}

// shown lists the numbers of the columns that are shown.
func (v *deviceView) shown() []int {
	var shown []int
	for i := range deviceColumns {
		if v.shows(i) {
			shown = append(shown, i)
		}
	}
	return shown
}

// nextSort goes on to the next column that is shown and can be sorted by.
func (v *deviceView) nextSort() {
	var sorts []store.DeviceSort
	at := 0
	for _, i := range v.shown() {
		if by := deviceColumns[i].sort; by != "" {
			if by == v.sortedBy() {
				at = len(sorts) + 1
			}
			sorts = append(sorts, by)
		}
	}
	v.sort, v.reverse = sorts[at%len(sorts)], false
}

func (v *deviceView) sortedBy() store.DeviceSort {
	if v.sort == "" {
		return store.SortName
	}
	return v.sort
}

// columnView is the columns of a list as somebody looks at them. The first is
// always shown: a row without it couldn't be told from others.
type columnView interface {
	names() []string
	shows(i int) bool
	turn(i int) // shows a column, or hides it
	reset()     // shows those that are shown at first
}

func (v *deviceView) names() []string {
	names := make([]string, len(deviceColumns))
	for i := range deviceColumns {
		names[i] = deviceColumns[i].name
	}
	return names
}

func (v *deviceView) turn(i int) { v.switched[i] = !v.switched[i] }

func (v *deviceView) reset() { v.switched = [len(v.switched)]bool{} }

// columnChooser is the overlay in which columns are switched on and off.
type columnChooser struct {
	base
	view    columnView
	table   *widget.Table[string]
	changed func() tea.Cmd
}

func newColumnChooser(c *Console, view columnView, changed func() tea.Cmd) *columnChooser {
	o := &columnChooser{base: base{Console: c}, view: view, changed: changed}
	o.table = widget.NewTable[string](widget.Column{Width: 3}, widget.Column{Width: 20, Grow: 1})
	o.table.SetSource(columnRows{view, view.names(), &c.theme})
	o.table.Home()
	return o
}

func (o *columnChooser) places() []keys.Place { return []keys.Place{keys.Columns, keys.List} }

func (o *columnChooser) offers() []offer {
	return append(motions(o.table, nil),
		unless(o.whyNotThis(), keys.ColumnToggle, func() tea.Cmd {
			o.view.turn(o.table.Cursor())
			return o.changed()
		}),
		can(keys.ColumnReset, func() tea.Cmd {
			o.view.reset()
			return o.changed()
		}),
		can(keys.DeviceColumns, step(o.closeOver)),
	)
}

func (o *columnChooser) whyNotThis() string {
	if o.table.Cursor() == 0 {
		return "The " + strings.ToLower(o.view.names()[0]) + " is always shown: a row couldn't be told without it."
	}
	return ""
}

func (o *columnChooser) draw(w, h int) []string {
	const inner = 30
	d := widget.Dialog{Title: "Columns", Width: inner, Hints: roomFor(h,
		widget.Hint{Key: "space", Text: "switch"}, widget.Hint{Key: "r", Text: "as at first"}, widget.Hint{Key: "esc", Text: "close"})}
	room := h - 2
	if d.Hints != nil {
		room -= 2
	}
	d.Lines = o.table.Draw(o.theme, inner, max(1, min(room, o.table.Len())))
	return d.Draw(o.theme, min(w, inner+4), h)
}

// columnRows are the rows of the chooser.
type columnRows struct {
	view  columnView
	names []string
	theme *widget.Theme
}

func (r columnRows) Len() int         { return len(r.names) }
func (r columnRows) Key(i int) string { return r.names[i] }
func (r columnRows) Cells(i int, out []string) []string {
	box := r.theme.Glyphs.Unchecked
	if r.view.shows(i) {
		box = r.theme.Glyphs.Checked
	}
	return append(out, box, r.names[i])
}
