package ui

import (
	"strings"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// accessColumns are the columns of the access history. The widths come to what 80
// cells hold.
var accessColumns = []widget.Column{
	{Title: "Time", Width: 13},
	{Title: "Holder", Width: 12, Max: 30, Grow: 2},
	{Title: "RFID token", Width: 10, Max: 32, Grow: 1, Priority: 4},
	{Title: "Device", Width: 11, Max: 30, Grow: 2, Priority: 2},
	{Title: "Location", Width: 8, Max: 30, Grow: 2, Priority: 5},
	{Title: "Status", Width: 10},
}

// accessRows shows what is held of the access history.
type accessRows struct{ *accessHistory }

func (r accessRows) Len() int            { return len(r.rows) }
func (r accessRows) Key(i int) domain.ID { return r.rows[i].ID }

func (r accessRows) Cells(i int, out []string) []string {
	e := &r.rows[i]
	return append(out, r.brief(e.At), accessHolder(e), e.RFID, accessDeviceName(e), e.LocationName, e.Status.Words())
}

// CellTone colours the status; its word says it too.
func (r accessRows) CellTone(i, column int) widget.Tone {
	if column == len(accessColumns)-1 {
		return accessTone(r.rows[i].Status)
	}
	return widget.ToneNormal
}

func accessTone(s domain.AccessStatus) widget.Tone {
	switch s {
	case domain.AccessRejected:
		return widget.ToneBad
	case domain.AccessLoggedOut:
		return widget.ToneDim
	}
	return widget.ToneGood
}

// accessHolder is who held the token; where nobody did, or nobody that one may
// know of, its digits stand beside it.
func accessHolder(e *store.AccessEvent) string {
	if e.HolderName == "" {
		return "unknown"
	}
	return e.HolderName
}

// accessDeviceName is what the device of an event is called: by its plate, else
// its name, else its unit ID.
func accessDeviceName(e *store.AccessEvent) string {
	switch {
	case e.DeviceName != "":
		return e.DeviceName
	case e.Plate != "":
		return e.Plate
	}
	return e.UnitID.String()
}

func (s *accessHistory) draw(w, h int) []string {
	if why := s.whyShut(); why != "" {
		return widget.Block(s.shut(why, w), w, h)
	}
	if w >= wideEnough {
		left := w - paneWidth
		return widget.Block(beside(s.drawList(left, h), s.drawPane(paneWidth-4), left, paneWidth), w, h)
	}
	var below []string
	if h >= 12 {
		below = s.detail(w)
	}
	return widget.Block(append(s.drawList(w, h-len(below)), below...), w, h)
}

// shut says what the tab would show and what it needs for that.
func (s *accessHistory) shut(why string, w int) []string {
	lines := []string{"", "  " + s.theme.Title.Render(widget.Cut("Access control", w-4))}
	lines = append(lines, indent(widget.Wrap(why, min(w-4, readable)))...)
	lines = append(lines, "")
	text := "With it, this tab shows who held which RFID token to which device, and users hold RFID tokens. The operator of the machine switches it on: tenantry account edit " +
		quoted(s.tree().Account().Name) + " --add-on access-control=on"
	return append(lines, s.dim(text, min(w, readable+4))...)
}

func (s *accessHistory) drawList(w, h int) []string {
	lines := []string{s.filter.draw(s.theme, w, s.count(w))}
	if h >= 12 {
		lines = append(lines, s.aside(w))
	} else if s.newer > 0 && h > 3 {
		lines = append(lines, s.aside(w))
	}
	s.table.Empty, s.table.Blurred = s.whyEmpty(), s.filter.open
	s.listTop = len(lines)
	return append(lines, s.table.Draw(s.theme, w, max(1, h-len(lines)))...)
}

// aside is the line below the filter: what is wrong with it or may stand in it,
// and what has come in above the list.
func (s *accessHistory) aside(w int) string {
	switch {
	case s.wrong != "" && s.filter.open:
		return s.theme.Warn.Render("   " + widget.Fit(s.wrong, w-4))
	case s.newer > 0:
		n := counted(s.newer, "event", "events")
		if s.more {
			n = "more than " + n
		}
		return s.theme.Accent.Render("   " + widget.Fit("↑ "+n+" new above; g shows them", w-4))
	case s.filter.open:
		return s.theme.Dim.Render("   " + widget.Fit("words, or person: token: device: location: status: time:today", w-4))
	}
	return ""
}

// count says how many events there are.
func (s *accessHistory) count(w int) string {
	switch {
	case !s.loaded:
		return ""
	case s.lookTo != "" && w >= 60:
		return counted(len(s.rows), "event", "events") + ", looked back to " + s.lookTo
	case !s.exact:
		return "over " + counted(s.total, "event", "events")
	}
	return counted(s.total, "event", "events")
}

// whyEmpty says why the list is empty, and which key changes that.
func (s *accessHistory) whyEmpty() string {
	switch {
	case s.failed != "":
		return s.failed
	case !s.loaded:
		return "Reading the access history" + s.theme.Glyphs.Ellipsis
	case s.next != "":
		return "Nothing found yet; it is looked further back" + s.theme.Glyphs.Ellipsis
	case s.asked.filter != "":
		return "No event matches. esc clears the filter, / changes it."
	case s.standing.Rights.Narrowed():
		return "No event yet at a device at the locations that you are limited to."
	}
	return "No event yet. Gateways send them by the REST API, and access import reads them out of a file."
}

// detail is what the columns don't tell of the event under the cursor, for where
// there is no room for a pane.
func (s *accessHistory) detail(w int) []string {
	e := s.current()
	if e == nil {
		return make([]string, detailLines)
	}
	dot := " " + s.theme.Glyphs.Dot + " "
	what := []string{accessHolder(e) + " " + e.Status.Words(), e.RFID, s.moment(e.At)}
	where := []string{accessDeviceName(e)}
	for _, text := range []string{e.Plate, e.LocationName, strings.ReplaceAll(e.CustomerPath, "/", " / ")} {
		if text != "" && text != where[0] {
			where = append(where, text)
		}
	}
	return []string{"", "  " + widget.Fit(strings.Join(what, dot), w-3), "  " + s.theme.Dim.Render(widget.Fit(strings.Join(where, dot), w-3))}
}

// drawPane is the event under the cursor, below where the filter stands.
func (s *accessHistory) drawPane(w int) []string {
	e := s.current()
	if e == nil {
		return nil
	}
	lines := []string{"", "", s.theme.Title.Render(widget.Cut(accessHolder(e)+" "+e.Status.Words(), w)), ""}
	return append(lines, drawFacts(s.theme, s.accessFacts(e), w)...)
}

// accessFacts are all there is to know of an event.
func (c *Console) accessFacts(e *store.AccessEvent) []fact {
	holder := accessHolder(e)
	if e.HolderName == "" {
		holder = "unknown: nobody held this token then, or nobody within your reach"
	}
	return []fact{
		{label: "Status", value: e.Status.Words(), tone: accessTone(e.Status)},
		{label: "Time", value: e.At.In(c.zone()).Format("2 Jan 2006 15:04:05 MST")},
		{label: "Holder", value: holder},
		{label: "RFID token", value: e.RFID},
		{label: "Device", value: orNone(e.DeviceName)},
		{label: "Plate", value: orNone(e.Plate)},
		{label: "Unit ID", value: e.UnitID.String()},
		{label: "Location", value: orNone(e.LocationName)},
		{label: "Customer", value: strings.ReplaceAll(e.CustomerPath, "/", " / ")},
		{label: "Received", value: c.moment(e.ReceivedAt)},
		{label: "From", value: orNone(e.From)},
		{label: "Sender's id", value: e.Event},
	}
}
