package ui

import (
	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// locations is the tab of the locations in the scope that somebody may manage.
type locations struct {
	wholeList[listedLocation]
}

func newLocations(c *Console) *locations {
	s := &locations{}
	s.wholeList = newWholeList[listedLocation](c, s)
	s.lookAnew()
	return s
}

// lookAnew takes up which column has the arrow.
func (s *locations) lookAnew() {
	columns := make([]widget.Column, len(locationColumns))
	for i, c := range locationColumns {
		columns[i] = c.draw
		columns[i].Title = c.name
	}
	s.table.SetColumns(columns...)
	s.table.SetSort(s.locationView.sort, s.locationView.reverse)
}

func (s *locations) places() []keys.Place { return s.filter.places(keys.Locations, keys.List) }

func (s *locations) offers() []offer {
	offers := s.filter.offers(s.table, s.narrowed)
	if s.filter.open {
		return offers
	}
	offers = append(offers, motions(s.table, nil)...)
	offers = append(offers, unless(s.whyNoLocation(), keys.LocationOpen, func() tea.Cmd { return s.push(newLocationPage(s.Console, *s.current())) }))
	offers = append(offers, locationInHand{base: &s.base, row: s.current(), why: s.whyNoLocation()}.offers()...)
	return append(offers,
		unless(s.whyNotCreate(), keys.LocationCreate, s.create),
		can(keys.LocationSort, func() tea.Cmd {
			s.locationView.nextSort()
			return s.sorted(locationColumns[s.locationView.sort].name)
		}),
		can(keys.LocationReverse, func() tea.Cmd {
			s.locationView.reverse = !s.locationView.reverse
			return s.sorted(locationColumns[s.locationView.sort].name)
		}),
		unless(s.whyNotNested(), keys.LocationNested, func() tea.Cmd {
			s.locationView.own = !s.locationView.own
			return s.read()
		}),
	)
}

// current is the location under the cursor, nil when there is none.
func (s *locations) current() *store.LocationRow {
	if i := s.table.Cursor(); i >= 0 && i < len(s.found) {
		return &s.found[i].LocationRow
	}
	return nil
}

func (s *locations) whyNoLocation() string {
	if s.current() == nil {
		return s.whyEmpty()
	}
	return ""
}

// whyNotCreate is the reason that is known before a customer is chosen.
func (s *locations) whyNotCreate() string {
	if s.scope.IsZero() {
		return s.whyNotAnywhere(domain.LocationsManage)
	}
	return s.whyNot(domain.LocationsManage, s.scope)
}

func (s *locations) create() tea.Cmd {
	return s.push(newLocationForm(s.Console, domain.Location{Customer: s.scope}, func(made domain.Location) tea.Cmd {
		s.say(widget.ToneGood, "Made "+widget.Cut(made.Name, 60)+"."+s.limitsHint())
		s.goal = made.ID
		return s.reread()
	}))
}

// below says whether the locations of nested customers are listed too.
func (s *locations) below() bool { return !s.locationView.own || s.scope.IsZero() }

func (s *locations) whyNotNested() string {
	at, ok := s.tree().Position(s.scope)
	switch {
	case !ok:
		return "The account itself has no locations: this list is of all its customers."
	case !s.tree().HasChildren(at):
		return "No customer is nested under this one."
	}
	return ""
}

func (s *locations) pastes() string { return "a single name or address" }
