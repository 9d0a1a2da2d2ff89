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

// locationPage is one location: how to reach it, what is there, and who is
// limited to it.
type locationPage struct {
	base
	row     store.LocationRow     // as last known
	detail  *store.LocationDetail // nil until it is read
	gone    string                // why it can't be read any more
	reading reading
}

func newLocationPage(c *Console, known store.LocationRow) *locationPage {
	return &locationPage{base: base{Console: c}, row: known}
}

func (s *locationPage) refresh() tea.Cmd {
	db, actor, id := s.db, s.actor, s.row.ID
	return ask(&s.base, "location", func(ctx context.Context) (store.LocationDetail, error) {
		return db.Location(ctx, actor, id)
	}, func(detail store.LocationDetail, err error) tea.Cmd {
		switch {
		case domain.KindOf(err) == domain.NotFound:
			s.gone = "This location is gone, or no longer within your reach. esc leads back."
		case err != nil:
			s.fail(err)
		default:
			s.gone, s.detail, s.row = "", &detail, detail.LocationRow
		}
		return nil
	})
}

func (s *locationPage) places() []keys.Place { return []keys.Place{keys.Location, keys.Reading} }

func (s *locationPage) offers() []offer {
	in := locationInHand{base: &s.base, row: &s.row, why: s.gone, left: func() tea.Cmd { return s.drop(s) }}
	return append(s.reading.offers(), in.offers()...)
}

func (s *locationPage) crumb() string { return widget.Cut(s.row.Name, 32) }

func (s *locationPage) draw(w, h int) []string {
	if s.gone != "" {
		return widget.Block(append([]string{""}, indent(widget.Wrap(s.gone, w-4))...), w, h)
	}
	facts := s.locationFacts(&s.row)
	if s.detail != nil {
		facts = append(facts, heading("Limited to "+s.row.Name)...)
		facts = append(facts, s.limitedFacts()...)
	}
	lines := []string{s.theme.Title.Render(widget.Cut(s.row.Name, w-4)), ""}
	return s.reading.draw(s.theme, indent(append(lines, drawFacts(s.theme, facts, min(w-4, 96))...)), w, h)
}

// limitedFacts are the users limited to the location, with what it means to them.
func (s *locationPage) limitedFacts() []fact {
	if len(s.detail.Limited) == 0 {
		return []fact{{label: " ", value: "Nobody whom you may know of." + s.limitsHint()}}
	}
	var facts []fact
	for i := range s.detail.Limited {
		u := &s.detail.Limited[i]
		facts = append(facts, fact{label: u.Username, value: limitWords(u) + ", of " + s.path(u.Customer)})
	}
	return facts
}

// limitWords say what somebody's limit comes to.
func limitWords(u *store.LimitedUser) string {
	switch {
	case u.Unnarrowed:
		return "an administrator, whom locations don't narrow"
	case u.Only:
		return "sees only what is here"
	case u.Here && u.Locations == 2:
		return "sees this and one other location"
	case u.Here:
		return "sees this and " + widget.Comma(u.Locations-1) + " other locations"
	case u.Locations > 0:
		return "limited to " + counted(u.Locations, "other location", "other locations")
	}
	return "not limited"
}

// limitsHint says which key limits users to a location, to who may do that.
func (c *Console) limitsHint() string {
	if c.whyNotAnywhere(domain.UsersEdit) != "" {
		return ""
	}
	return " l limits users to it."
}

// locationInHand is one location with which something is to be done, out of the
// list or on its own page.
type locationInHand struct {
	*base                    // of the screen that asks
	row   *store.LocationRow // nil where there is none
	why   string             // why nothing can be done with it, "" when something may be
	left  func() tea.Cmd     // called once it is deleted; nil where there is nothing to leave
}

func (l locationInHand) offers() []offer {
	return []offer{
		unless(l.why, keys.LocationEdit, l.edit),
		unless(l.whyNoDevices(), keys.LocationDevices, func() tea.Cmd { return l.push(newDevicesAt(l.Console, l.row.ID, l.row.Name)) }),
		unless(l.whyNotPut(), keys.LocationPut, func() tea.Cmd { return l.push(newManagePlace(l.Console, *l.row)) }),
		unless(l.whyNotLimit(), keys.LocationLimit, l.limit),
		unless(l.why, keys.LocationDelete, l.askDelete),
	}
}

func (l locationInHand) whyNoDevices() string {
	switch {
	case l.why != "":
		return l.why
	case l.row.Devices < 0 && l.standing.Rights.Narrowed():
		return "You are limited to " + l.standing.Rights.LimitWords() + ", and see no device here."
	case l.row.Devices < 0:
		return l.whyNot(domain.DevicesSee, l.row.Customer)
	}
	return ""
}

func (l locationInHand) whyNotPut() string {
	if l.why != "" {
		return l.why
	}
	if err := l.standing.Rights.CheckPlacement(&l.row.Location); err != nil {
		return sentence(err)
	}
	return ""
}

func (l locationInHand) whyNotLimit() string {
	if l.why != "" {
		return l.why
	}
	return l.whyNotAnywhere(domain.UsersEdit)
}

// failed says why something couldn't be done, and reads again: it may be that
// somebody else was quicker.
func (l locationInHand) failed(err error) tea.Cmd {
	l.fail(err)
	return l.reread()
}

// look reads the location as it is now, before something is done with it.
func (l locationInHand) look(then func(store.LocationDetail) tea.Cmd) tea.Cmd {
	db, actor, id := l.db, l.actor, l.row.ID
	return ask(l.base, "look", func(ctx context.Context) (store.LocationDetail, error) {
		return db.Location(ctx, actor, id)
	}, func(detail store.LocationDetail, err error) tea.Cmd {
		if err != nil {
			return l.failed(err)
		}
		return then(detail)
	})
}

func (l locationInHand) edit() tea.Cmd {
	return l.look(func(detail store.LocationDetail) tea.Cmd {
		return l.push(newLocationForm(l.Console, detail.Location, func(saved domain.Location) tea.Cmd {
			l.say(widget.ToneGood, "Saved "+widget.Cut(saved.Name, 60)+".")
			return l.reread()
		}))
	})
}

// askDelete asks, with what would become of whom and of what.
func (l locationInHand) askDelete() tea.Cmd {
	return l.look(func(detail store.LocationDetail) tea.Cmd {
		q := question{title: "Delete " + widget.Cut(detail.Name, 40) + "?", yes: "delete it", grave: true}
		switch {
		case detail.Devices > 0:
			q.lines = append(q.lines, "The "+devices(detail.Devices)+" there stay with their customers and are at no location then.")
		case detail.Devices < 0:
			q.lines = append(q.lines, "The devices there stay with their customers and are at no location then.")
		}
		var lose, strand []string
		for i := range detail.Limited {
			if u := &detail.Limited[i]; u.Only {
				strand = append(strand, widget.Cut(u.Username, 30))
			} else {
				lose = append(lose, widget.Cut(u.Username, 30))
			}
		}
		if len(strand) > 0 {
			// It would be refused: what to do first is said instead of asking.
			l.say(widget.ToneWarn, listedFew(strand)+isAre(len(strand))+" limited to this location alone and would see everything without it. l gives it up first, or give them another.")
			return nil
		}
		if len(lose) > 0 {
			q.lines = append(q.lines, listedFew(lose)+isAre(len(lose))+" limited to it, and will see only their other locations.")
		}
		return l.over(newConfirm(l.Console, q, false, func() tea.Cmd { return l.remove(detail) }))
	})
}

// listedFew are the first of many names.
func listedFew(names []string) string {
	const few = 4
	if len(names) <= few {
		return listed(names)
	}
	return strings.Join(names[:few-1], ", ") + " and " + widget.Comma(len(names)-few+1) + " more"
}

func isAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

func (l locationInHand) remove(detail store.LocationDetail) tea.Cmd {
	db, actor := l.db, l.actor
	return ask(l.base, "delete", func(ctx context.Context) (store.DeletedLocation, error) {
		return db.DeleteLocation(ctx, actor, detail.ID, detail.Version)
	}, func(deleted store.DeletedLocation, err error) tea.Cmd {
		if err != nil {
			return l.failed(err)
		}
		said := "Deleted " + widget.Cut(deleted.Location.Name, 60) + "."
		if deleted.Devices > 0 {
			said += " " + devices(deleted.Devices) + " lost their location."
		}
		l.say(widget.ToneGood, said)
		if l.left != nil {
			return tea.Batch(l.left(), l.reread())
		}
		return l.reread()
	})
}
