package ui

import (
	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// customerRows are the rows of the customer tree: names, counts, and who
// forces the second factor.
type customerRows struct {
	branch
	rows           []store.CustomerRow // one for each row of the branch
	theme          widget.Theme
	users, devices pair
	hidden         bool // the user sees some of the devices only, so none are counted
}

// newCustomerRows are the rows at or under scope of what was read.
func newCustomerRows(theme widget.Theme, seen store.Customers, scope domain.ID) customerRows {
	r := customerRows{branch: branchOf(seen.Tree, scope), theme: theme, hidden: seen.Rights.Narrowed()}
	for _, row := range seen.Rows {
		if row.Position < r.from || row.Position >= r.to {
			continue
		}
		r.rows = append(r.rows, row)
		nested := seen.Tree.HasChildren(row.Position)
		r.users.widen(row.Users, row.UsersBelow, nested)
		r.devices.widen(row.Devices, row.DevicesBelow, nested)
	}
	if len(r.rows) != r.to-r.from { // the scope isn't in reach any more
		r.rows, r.from, r.to = nil, 0, 0
	}
	return r
}

// columns are what there is room for: what tells least goes first.
func (r customerRows) columns() []widget.Column {
	columns := []widget.Column{
		{Title: "Customer", Width: 16, Grow: 3, Max: 60},
		{Title: "Users", Width: max(r.users.width(), len("Users")), Right: true, Priority: 2},
		{Title: "Devices", Width: max(r.devices.width(), len("Devices")), Right: true, Priority: 1},
		{Title: "2nd factor", Width: 18, Grow: 2, Max: 40, Priority: 3},
	}
	if r.hidden {
		columns[2].Title, columns[2].Width = "", 1
	}
	return columns
}

func (r customerRows) Cells(i int, out []string) []string {
	row := &r.rows[i]
	nested := r.nested(i)
	devices := ""
	if !r.hidden {
		devices = r.devices.text(r.theme, row.Devices, row.DevicesBelow, nested)
	}
	return append(out, row.Name, r.users.text(r.theme, row.Users, row.UsersBelow, nested), devices, forcedBy(r.theme, r.of, row.ID))
}

// pair is how wide two numbers are that stand in one column: a customer's own,
// and with those of all that is nested under it, "88 · 214". A customer with
// nothing nested has the first only.
type pair struct{ own, below int }

// A number that the user may not know is negative and stands as a dash.
func (p *pair) widen(own, below int, nested bool) {
	p.own = max(p.own, widget.Width(orDash(own)))
	if nested && own >= 0 {
		p.below = max(p.below, widget.Width(orDash(below)))
	}
}

func orDash(n int) string {
	if n < 0 {
		return "–"
	}
	return widget.Comma(n)
}

func (p pair) width() int {
	if p.below == 0 {
		return p.own
	}
	return p.own + 3 + p.below
}

func (p pair) text(theme widget.Theme, own, below int, nested bool) string {
	text := widget.FitRight(orDash(own), p.own)
	switch {
	case p.below == 0:
		return text
	case nested && own >= 0:
		return text + " " + theme.Glyphs.Dot + " " + widget.FitRight(orDash(below), p.below)
	}
	return text + widget.Fit("", 3+p.below)
}
