package ui

import (
	tea "charm.land/bubbletea/v2"

	"fmt"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

func (s *deviceList) draw(w, h int) []string {
	if w < wideEnough {
		return widget.Block(s.drawList(w, h), w, h)
	}
	left := w - paneWidth
	return widget.Block(beside(s.drawList(left, h), s.drawPane(paneWidth-4), left, paneWidth), w, h)
}

func (s *deviceList) drawList(w, h int) []string {
	lines := s.filter.draw(s.theme, w, s.count(w), h >= 12)
	if len(lines) > 1 && lines[1] == "" {
		lines[1] = s.limitLine(w)
	}
	s.table.Empty = s.whyEmpty()
	s.table.Blurred = s.filter.open
	s.listTop = len(lines)
	return append(lines, s.table.Draw(s.theme, w, h-len(lines))...)
}

func (s *deviceList) clicked(line int) tea.Cmd {
	s.table.Click(line - s.listTop)
	return s.readRows()
}

// drawPane is the device under the cursor, below where the filter stands.
func (s *deviceList) drawPane(w int) []string {
	_, row := s.current()
	if row == nil {
		return nil
	}
	lines := []string{"", "", s.theme.Title.Render(widget.Cut(deviceName(&row.Device), w)), ""}
	return append(lines, drawFactRows(s.theme, s.deviceFacts(row), w)...)
}

// count says how many there are: marked, matching, in all. While the fleet
// isn't ready it says how far that is.
func (s *deviceList) count(w int) string {
	words := s.size(w)
	if s.busy("list") && s.searchable && s.total > slowToSort && s.deviceView.sortedBy() != store.SortName {
		words = "sorting…"
	}
	if done, total := s.own.progress(fleetSlot); total > 0 {
		words = fmt.Sprintf("indexing %s of %s", widget.Comma(done), widget.Comma(total))
	}
	if s.standing.Rights.Narrowed() && words != "" {
		words += ", limited"
	}
	if n := s.marks.len(); n > 0 && w < 60 {
		words = widget.Comma(n) + " marked"
	} else if n > 0 {
		words = widget.Comma(n) + " marked, " + words
	}
	return words
}

// slowToSort is how many devices are sorted long enough to say so.
const slowToSort = 50_000

func (s *deviceList) size(w int) string {
	var words string
	switch {
	case s.set == nil:
		return ""
	case s.filter.text() == "":
		words = devices(s.total)
	case w < 60:
		words = fmt.Sprintf("%s of %s", widget.Comma(s.matches()), widget.Comma(s.total))
	default:
		words = fmt.Sprintf("%s of %s", widget.Comma(s.matches()), devices(s.total))
	}
	if !s.below() && w >= 60 {
		words += ", none nested"
	}
	return words
}

func (s *deviceList) matches() int {
	if s.set == nil {
		return 0
	}
	return s.set.Len()
}

// whyEmpty says why the list is empty, and which key changes that.
func (s *deviceList) whyEmpty() string {
	switch {
	case s.failed != "":
		return s.failed
	case s.set == nil:
		return "Reading the devices…"
	case s.reason != "":
		return s.reason
	case s.filter.text() != "" && s.total > 0:
		return "No device matches. esc clears the filter, / changes it."
	case !s.at.IsZero():
		return "There is no device at " + widget.Cut(s.atName, 60) + "."
	case !s.below():
		return "No device belongs to this customer itself. b lists those of nested customers too."
	case s.standing.Rights.Narrowed():
		return "You are limited to " + s.standing.Rights.LimitWords() + ", and there is no device."
	case s.whyNotRegister() == "":
		return "There is no device here yet. n registers one, i imports a file of them."
	}
	return "There is no device here yet."
}

// deviceListRows shows what is listed.
type deviceListRows struct{ *deviceList }

func (r deviceListRows) Len() int { return r.set.Len() }

func (r deviceListRows) Key(i int) domain.ID { return r.set.ID(i) }

func (r deviceListRows) Find(id domain.ID) (int, bool) { return r.set.Find(id) }

func (r deviceListRows) Marked(i int) bool { return r.marks.has(r.set.ID(i)) }

func (r deviceListRows) Cells(i int, out []string) []string {
	id := r.set.ID(i)
	row := r.rows.row(id)
	switch {
	case row == nil && r.rows.gone(id):
		return append(out, "no longer there")
	case row == nil:
		return append(out, r.theme.Glyphs.Ellipsis)
	}
	for _, c := range r.shown {
		out = append(out, deviceColumns[c].cell(r.deviceList, row))
	}
	return out
}

// CellTone colours the status, which its word says too.
func (r deviceListRows) CellTone(i, column int) widget.Tone {
	if column >= len(r.shown) || deviceColumns[r.shown[column]].sort != store.SortStatus {
		return widget.ToneNormal
	}
	if row := r.rows.row(r.set.ID(i)); row != nil {
		return statusTone(row.Status)
	}
	return widget.ToneNormal
}
