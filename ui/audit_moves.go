package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// auditMoves is the list of the devices that an entry is about, and where each
// came from.
type auditMoves struct {
	base
	pagedList[store.AuditDevice]
	entry store.AuditRow
}

func newAuditMoves(c *Console, entry store.AuditRow) *auditMoves {
	s := &auditMoves{base: base{Console: c}, entry: entry}
	s.pagedList = newPagedList(func(d *store.AuditDevice) domain.ID { return d.ID }, s.rowCells)
	s.table.SetColumns(
		widget.Column{Title: "Device", Width: 18, Max: 40, Grow: 2},
		widget.Column{Title: "From", Width: 18, Max: 60, Grow: 3},
		widget.Column{Title: "To", Width: 18, Max: 60, Grow: 3, Priority: 2},
		widget.Column{Title: "Values", Width: 16, Max: 80, Grow: 3, Priority: 1},
	)
	return s
}

// rowCells names what the actor doesn't see any more by its identity, of which
// nothing can be told.
func (s *auditMoves) rowCells(d *store.AuditDevice, out []string) []string {
	name := d.Name
	switch {
	case !d.Seen:
		name = "not yours to see any more"
	case name == "":
		name = d.UnitID.String()
	}
	var values []string
	for _, change := range d.Changes {
		values = append(values, changeFact(change).value)
	}
	return append(out, name, d.From, d.To, strings.Join(values, ", "))
}

func (s *auditMoves) read() pagedRead[store.AuditDevice] {
	db, actor, id := s.db, s.actor, s.entry.Entry
	return func(ctx context.Context, page store.Page) (pagedAnswer[store.AuditDevice], error) {
		list, err := db.AuditDevices(ctx, actor, id, page)
		return pagedAnswer[store.AuditDevice]{rows: list.Rows, next: list.Next, total: list.Total, exact: true}, err
	}
}

func (s *auditMoves) refresh() tea.Cmd { return s.pagedList.refresh(&s.base, s.read()) }

func (s *auditMoves) more() tea.Cmd { return s.near(&s.base, s.read()) }

func (s *auditMoves) places() []keys.Place { return []keys.Place{keys.Moves, keys.List} }

func (s *auditMoves) offers() []offer {
	why, row := "", s.current()
	switch {
	case row == nil:
		why = "There is no device here."
	case !row.Seen:
		why = "This device is gone, or no longer within your reach."
	}
	return append(motions(s.table, s.more),
		unless(why, keys.MovesOpen, func() tea.Cmd { return s.push(newDevice(s.Console, row.ID, nil)) }))
}

func (s *auditMoves) crumb() string { return "Devices" }

func (s *auditMoves) draw(w, h int) []string {
	about := s.theme.Dim.Render(widget.Fit(s.entry.Who+" "+s.entry.Text, max(1, w-4)))
	lines := []string{"  " + about}
	s.table.Empty = "Reading the devices…"
	if s.loaded {
		s.table.Empty = "None of these devices concerns what you reach."
	}
	if s.failed != "" {
		s.table.Empty = s.failed
	}
	s.listTop = len(lines)
	return widget.Block(append(lines, s.table.Draw(s.theme, w, h-len(lines))...), w, h)
}

func (s *auditMoves) clicked(line int) tea.Cmd {
	s.pagedList.clicked(line)
	return s.more()
}
