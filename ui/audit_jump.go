package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

func (e entryInHand) whyNotJump() string {
	if e.why == "" && e.row.Subject == store.SubjectAccess {
		return e.whyNotInto(domain.SectionAccess) // an entry is about many events at once
	}
	if why := e.whyNotThing(); why != "" {
		return why
	}
	switch e.row.Subject {
	case store.SubjectAccount:
		return e.whyNotInto(domain.SectionAccount)
	case store.SubjectCustomer, store.SubjectUser, store.SubjectDevice, store.SubjectToken, store.SubjectLocation:
		return ""
	}
	return "There is no page of this."
}

// jump goes to the thing that the entry is about.
func (e entryInHand) jump() tea.Cmd {
	db, actor, id := e.db, e.actor, e.row.Object
	switch e.row.Subject {
	case store.SubjectAccount:
		return e.lookInto(domain.ID{}, domain.SectionAccount, func(screen) {})
	case store.SubjectCustomer:
		return e.lookInto(id, domain.SectionOverview, func(screen) {})
	case store.SubjectAccess:
		return e.lookInto(e.scope, domain.SectionAccess, func(screen) {})
	case store.SubjectLocation:
		return jumpTo(e, func(ctx context.Context) (store.LocationDetail, error) { return db.Location(ctx, actor, id) },
			func(l store.LocationDetail) screen { return newLocationPage(e.Console, l.LocationRow) })
	case store.SubjectDevice:
		return e.push(newDevice(e.Console, id, nil))
	case store.SubjectUser:
		return jumpTo(e, func(ctx context.Context) (store.UserDetail, error) { return db.User(ctx, actor, id) },
			func(u store.UserDetail) screen { return newUser(e.Console, u.UserRow) })
	}
	return jumpTo(e, func(ctx context.Context) (store.Token, error) { return db.Token(ctx, actor, id) },
		func(t store.Token) screen { return newTokenPage(e.Console, t) })
}

// jumpTo reads a thing and shows its page.
func jumpTo[T any](e entryInHand, read func(context.Context) (T, error), page func(T) screen) tea.Cmd {
	return ask(e.base, "jump", read, func(thing T, err error) tea.Cmd {
		if err != nil {
			e.fail(err)
			return nil
		}
		return e.push(page(thing))
	})
}
