package ui

import (
	"cmp"
	"context"
	"strings"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// listedLocation is a location with what the list looks for and sorts by.
type listedLocation struct {
	store.LocationRow
	at   int    // the position of its customer
	name string // case-folded
	text string // all that the filter looks in
}

func (l listedLocation) identity() domain.ID { return l.ID }

func (l listedLocation) lookedIn() string { return l.text }

// locationColumn is a column of the list of locations.
type locationColumn struct {
	name  string
	draw  widget.Column
	cell  func(s *locations, l *listedLocation) string
	order func(a, b *listedLocation) int
}

// locationColumns are all there are, in the order in which they stand.
var locationColumns = []locationColumn{
	{"Location", widget.Column{Width: 16, Max: 40, Grow: 3},
		func(_ *locations, l *listedLocation) string { return l.Name }, func(a, b *listedLocation) int { return cmp.Compare(a.name, b.name) }},
	{"Customer", widget.Column{Width: 16, Max: 60, Grow: 3, Priority: 3},
		func(s *locations, l *listedLocation) string { return s.pathInScope(l.Customer) }, func(a, b *listedLocation) int { return a.at - b.at }},
	{"Devices", widget.Column{Width: 8, Right: true, Priority: 1},
		func(_ *locations, l *listedLocation) string { return numberOrUnknown(l.Devices) }, func(a, b *listedLocation) int { return b.Devices - a.Devices }},
	{"Limited", widget.Column{Width: 8, Right: true, Priority: 2},
		func(_ *locations, l *listedLocation) string { return numberOrUnknown(l.Users) }, func(a, b *listedLocation) int { return b.Users - a.Users }},
	{"Contact", widget.Column{Width: 18, Max: 40, Grow: 1, Priority: 4},
		func(_ *locations, l *listedLocation) string { return l.Email }, func(a, b *listedLocation) int { return cmp.Compare(a.Email, b.Email) }},
}

// numberOrUnknown is a count, which is -1 where it isn't for whoever asks.
func numberOrUnknown(n int) string {
	if n < 0 {
		return "?"
	}
	return widget.Comma(n)
}

// locationView is how somebody looks at the list of locations.
type locationView struct {
	sort    int // the column sorted by
	reverse bool
	own     bool // without those of nested customers
}

func (v *locationView) nextSort() { v.sort, v.reverse = (v.sort+1)%len(locationColumns), false }

func (s *locations) reading() func(context.Context) ([]listedLocation, error) {
	db, actor, tree := s.db, s.actor, s.tree()
	q := store.LocationQuery{Customer: s.scope, Below: s.below()}
	return func(ctx context.Context) ([]listedLocation, error) {
		return readWhole(func(page store.Page) ([]store.LocationRow, string, error) {
			q.Page = page
			found, err := db.Locations(ctx, actor, q)
			return found.Rows, found.Next, err
		}, func(row store.LocationRow) listedLocation {
			l := listedLocation{LocationRow: row, name: domain.Fold(row.Name)}
			l.at, _ = tree.Position(row.Customer)
			l.text = domain.Fold(strings.Join([]string{row.Name, row.CustomerPath, row.Email, row.Phone, row.Address, row.Notes}, "\n"))
			return l
		})
	}
}

func (s *locations) compare(a, b *listedLocation) int {
	by := locationColumns[s.locationView.sort].order(a, b)
	if s.locationView.reverse {
		by = -by
	}
	return cmp.Or(by, a.at-b.at, cmp.Compare(a.name, b.name), strings.Compare(a.ID.String(), b.ID.String()))
}

func (s *locations) source() widget.Source[domain.ID] { return locationListRows{s} }

// detail is what the columns don't tell of the location under the cursor, for
// where there is no room for a pane.
func (s *locations) detail(w int) []string {
	row := s.current()
	if row == nil {
		return make([]string, detailLines)
	}
	dot := " " + s.theme.Glyphs.Dot + " "
	contact := row.Email
	for _, more := range []string{row.Phone, row.Address} {
		if more != "" {
			contact += dot + more
		}
	}
	about := row.Notes
	if row.Devices < 0 {
		about = "? is what isn't counted: you don't see the devices there."
	}
	return []string{"", "  " + widget.Fit(contact, w-3), "  " + s.theme.Dim.Render(widget.Fit(about, w-3))}
}

// drawPane is the location under the cursor, below where the filter stands.
func (s *locations) drawPane(w int) []string {
	row := s.current()
	if row == nil {
		return nil
	}
	lines := []string{"", "", s.theme.Title.Render(widget.Cut(row.Name, w)), ""}
	return append(lines, drawFacts(s.theme, s.locationFacts(row), w)...)
}

// locationFacts are what there is to know of a location but for who is limited
// to it.
func (c *Console) locationFacts(l *store.LocationRow) []fact {
	there := "not counted: you don't see the devices there"
	if l.Devices >= 0 {
		there = devices(l.Devices)
	}
	return []fact{
		{label: "Customer", value: c.path(l.Customer)},
		{label: "Email", value: l.Email},
		{label: "Phone", value: orNone(l.Phone)},
		{label: "Address", value: orNone(l.Address)},
		{label: "Notes", value: orNone(l.Notes)},
		{label: "Devices there", value: there},
		{label: "Limited to it", value: counted(l.Users, "user", "users")},
		{label: "Location ID", value: l.ID.String()},
	}
}

// count says how many there are, and how many of them match.
func (s *locations) count(w int) string {
	words := s.countWords(w, "location", "locations")
	if s.loaded && !s.below() && w >= 60 {
		words += ", none nested"
	}
	return words
}

// whyEmpty says why the list is empty, and which key changes that.
func (s *locations) whyEmpty() string {
	switch {
	case s.failed != "":
		return s.failed
	case !s.loaded:
		return "Reading the locations" + s.theme.Glyphs.Ellipsis
	case s.filter.text() != "" && len(s.all) > 0:
		return "No location matches. esc clears the filter, / changes it."
	case !s.below() && s.whyNotNested() == "":
		return "This customer has no location itself. b lists those of nested customers too."
	case s.whyNotCreate() == "":
		return "There is no location here yet. n makes one: a place where devices are, and to which users may be limited."
	}
	return "There is no location here that you may manage."
}

// locationListRows shows what is listed.
type locationListRows struct{ *locations }

func (r locationListRows) Len() int { return len(r.found) }

func (r locationListRows) Key(i int) domain.ID { return r.found[i].ID }

func (r locationListRows) Cells(i int, out []string) []string {
	for _, c := range locationColumns {
		out = append(out, c.cell(r.locations, r.found[i]))
	}
	return out
}
