package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// accessEventPage is everything about one event of the access history. What is
// in it never changes; whether one may still read it does.
type accessEventPage struct {
	base
	row     store.AccessEvent
	gone    string // why it can't be read any more
	reading reading
}

func newAccessEventPage(c *Console, known store.AccessEvent) *accessEventPage {
	return &accessEventPage{base: base{Console: c}, row: known}
}

func (s *accessEventPage) refresh() tea.Cmd {
	db, actor, id := s.db, s.actor, s.row.ID
	return ask(&s.base, "event", func(ctx context.Context) (store.AccessEvent, error) {
		return db.AccessEvent(ctx, actor, id)
	}, func(row store.AccessEvent, err error) tea.Cmd {
		switch kind := domain.KindOf(err); {
		case kind == domain.NotFound, kind == domain.Refused:
			s.gone = "This event is no longer within your reach. esc leads back."
		case err != nil:
			s.fail(err)
		default:
			s.gone, s.row = "", row
		}
		return nil
	})
}

func (s *accessEventPage) places() []keys.Place { return []keys.Place{keys.AccessEvent, keys.Reading} }

func (s *accessEventPage) offers() []offer {
	return append(s.reading.offers(), accessInHand{&s.base, &s.row, s.gone}.offers()...)
}

func (s *accessEventPage) crumb() string { return "Event" }

func (s *accessEventPage) draw(w, h int) []string {
	if s.gone != "" {
		return widget.Block(append([]string{""}, indent(widget.Wrap(s.gone, w-4))...), w, h)
	}
	title := widget.Cut(accessHolder(&s.row)+" "+s.row.Status.Words(), w-4)
	lines := []string{s.theme.Title.Render(title), ""}
	return s.reading.draw(s.theme, indent(append(lines, drawFacts(s.theme, s.accessFacts(&s.row), min(w-4, 96))...)), w, h)
}

// accessInHand is one event out of the list or on its own page, from which one
// goes to what it is about.
type accessInHand struct {
	*base                    // of the screen that asks
	row   *store.AccessEvent // nil where there is none
	why   string             // why nothing can be done with it
}

func (a accessInHand) offers() []offer {
	return []offer{
		unless(a.whyNoDevice(), keys.AccessDevice, a.device),
		unless(a.whyNoPerson(), keys.AccessPerson, a.person),
		unless(a.why, keys.AccessCopy, func() tea.Cmd {
			digits := widget.Clean(a.row.RFID)
			return a.copyOut(digits, "Copied "+digits+".")
		}),
	}
}

func (a accessInHand) whyNoDevice() string {
	if a.why != "" {
		return a.why
	}
	return a.whyNotAnywhere(domain.DevicesSee)
}

func (a accessInHand) device() tea.Cmd {
	db, actor, id := a.db, a.actor, a.row.Device
	return ask(a.base, "look", func(ctx context.Context) (store.DeviceRow, error) {
		return db.FindDevice(ctx, actor, id.String())
	}, func(row store.DeviceRow, err error) tea.Cmd {
		if domain.KindOf(err) == domain.NotFound {
			a.say(widget.ToneWarn, "That device is gone, or no longer within your reach.")
			return nil
		}
		if err != nil {
			a.fail(err)
			return nil
		}
		return a.push(newDevice(a.Console, row.ID, &row))
	})
}

func (a accessInHand) whyNoPerson() string {
	switch {
	case a.why != "":
		return a.why
	case a.row.Holder.IsZero():
		return "Nobody held this token then, or nobody within your reach."
	}
	return ""
}

func (a accessInHand) person() tea.Cmd {
	db, actor, id := a.db, a.actor, a.row.Holder
	why := a.whyNotAnywhere(domain.UsersList)
	return ask(a.base, "look", func(ctx context.Context) (store.UserRow, error) {
		return db.FindUser(ctx, actor, id.String())
	}, func(row store.UserRow, err error) tea.Cmd {
		switch kind := domain.KindOf(err); {
		case kind == domain.NotFound && why != "":
			a.say(widget.ToneWarn, why)
		case kind == domain.NotFound:
			a.say(widget.ToneWarn, "They are gone, or no longer within your reach.")
		case err != nil:
			a.fail(err)
		default:
			return a.push(newUser(a.Console, row))
		}
		return nil
	})
}
