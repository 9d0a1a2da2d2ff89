package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// device is the page of one device: everything that is known of it, then its
// history out of the audit trail.
type device struct {
	base
	id      domain.ID
	row     *store.DeviceRow // nil until it is read
	gone    string           // why it can't be read any more
	history []store.HistoryRow
	older   string // where the history goes on, "" at its end
	reading reading
}

func newDevice(c *Console, id domain.ID, known *store.DeviceRow) *device {
	s := &device{base: base{Console: c}, id: id}
	if known != nil {
		row := *known
		s.row = &row
	}
	return s
}

// deviceReading is what the page is drawn from.
type deviceReading struct {
	row     store.DeviceRow
	history []store.HistoryRow
	older   string
}

// historyPage is how many entries of the history are read at once.
const historyPage = 50

// refresh reads it all again, with as much of the history as was read before.
func (s *device) refresh() tea.Cmd {
	db, actor, id := s.db, s.actor, s.id
	page := store.Page{Limit: max(historyPage, len(s.history))}
	return ask(&s.base, "device", func(ctx context.Context) (deviceReading, error) {
		row, err := db.Device(ctx, actor, id)
		if err != nil {
			return deviceReading{}, err
		}
		history, older, err := db.DeviceHistory(ctx, actor, id, page)
		return deviceReading{row, history, older}, err
	}, s.taken)
}

func (s *device) taken(r deviceReading, err error) tea.Cmd {
	s.asker.cancel("older") // it would go on where the history ended before
	switch {
	case domain.KindOf(err) == domain.NotFound:
		s.row, s.history, s.older = nil, nil, ""
		s.gone = "This device is gone, or no longer within your reach. esc leads back."
	case err != nil:
		s.fail(err)
	default:
		s.gone = ""
		s.row, s.history, s.older = &r.row, r.history, r.older
	}
	return s.readOlder() // where that was called off
}

// readOlder reads on in the history when its end comes into sight.
func (s *device) readOlder() tea.Cmd {
	if s.older == "" || s.reading.below() > s.reading.page || s.busy("older") || s.busy("device") {
		return nil
	}
	db, actor, id := s.db, s.actor, s.id
	page := store.Page{Limit: historyPage, Cursor: s.older}
	return ask(&s.base, "older", func(ctx context.Context) (deviceReading, error) {
		history, older, err := db.DeviceHistory(ctx, actor, id, page)
		return deviceReading{history: history, older: older}, err
	}, func(r deviceReading, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.history, s.older = append(s.history, r.history...), r.older
		return nil
	})
}

func (s *device) places() []keys.Place { return []keys.Place{keys.Device, keys.Reading} }

func (s *device) offers() []offer {
	return append(following(s.reading.offers(), s.readOlder),
		unless(s.whyNotThis(domain.DevicesEdit), keys.DeviceEdit, func() tea.Cmd {
			return s.push(newDeviceEdit(s.Console, s.row.Device))
		}),
		unless(s.whyNotThis(domain.DevicesAssign), keys.DeviceManage, func() tea.Cmd {
			return s.push(newManage(s.Console, []domain.ID{s.id}))
		}),
		unless(s.whyNotThis(domain.DevicesSee), keys.DeviceCopy, func() tea.Cmd {
			return s.copyUnitID(&s.row.Device)
		}),
	)
}

func (s *device) whyNotThis(capability domain.Capability) string {
	switch {
	case s.gone != "":
		return s.gone
	case s.row == nil:
		return "It is still being read."
	}
	return s.whyNot(capability, s.row.Customer)
}

// copyUnitID copies what is printed on the device.
func (c *Console) copyUnitID(d *domain.Device) tea.Cmd {
	unit := d.UnitID.String()
	return c.copyOut(unit, "Copied "+unit+".")
}

func (s *device) crumb() string {
	if s.row == nil {
		return "Device"
	}
	return widget.Cut(deviceName(&s.row.Device), 30)
}

func (s *device) draw(w, h int) []string {
	if s.row == nil {
		text := s.gone
		if text == "" {
			text = "Reading the device…"
		}
		return widget.Block(append([]string{""}, indent(widget.Wrap(text, w-4))...), w, h)
	}
	inner := w - 4
	lines := []string{s.theme.Title.Render(widget.Cut(deviceName(&s.row.Device), inner))}
	if s.row.Name == "" {
		lines[0] += s.theme.Dim.Render("  no name")
	}
	lines = slices.Concat(lines, drawFactRows(s.theme, s.deviceFacts(s.row), inner), []string{""}, s.drawHistory(inner))
	return s.reading.draw(s.theme, indent(lines), w, h)
}

// drawHistory draws the history, newest first.
func (s *device) drawHistory(w int) []string {
	lines := []string{s.theme.Title.Render("History")}
	for i := range s.history {
		lines = append(lines, s.drawEntry(&s.history[i], w)...)
	}
	switch {
	case s.busy("older"):
		lines = append(lines, s.theme.Dim.Render("Reading older entries…"))
	case len(s.history) == 0 && s.busy("device"):
		lines = append(lines, s.theme.Dim.Render("Reading…"))
	case len(s.history) == 0:
		lines = append(lines, s.theme.Dim.Render("Nothing was noted about it yet."))
	}
	return lines
}

// An entry of the history stands in one line where there is room: when, who,
// and what beside them.
const (
	whenWidth    = 25
	whoWidth     = 14
	entryInALine = 70
)

func (s *device) drawEntry(e *store.HistoryRow, w int) []string {
	if w < entryInALine {
		when := s.moment(e.At)
		lines := []string{s.theme.Dim.Render(widget.Cut(when+" "+s.theme.Glyphs.Dot+" "+e.Who, w))}
		for _, text := range widget.Wrap(e.Text, w-2) {
			lines = append(lines, "  "+text)
		}
		return lines
	}
	before := s.theme.Dim.Render(widget.Fit(s.moment(e.At), whenWidth)) + widget.Fit(e.Who, whoWidth) + "  "
	var lines []string
	for i, text := range widget.Wrap(e.Text, w-whenWidth-whoWidth-2) {
		if i > 0 {
			before = widget.Fit("", whenWidth+whoWidth+2)
		}
		lines = append(lines, before+text)
	}
	return lines
}
