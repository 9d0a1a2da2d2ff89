package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// move asks where a user goes: first the customer, then, since they reach
// another part of the tree then, whether that is meant.
func (u inHand) move(row store.UserRow) tea.Cmd {
	o := newChooser(u.Console, "Move "+nameOf(&row)+" to", func(to domain.ID) string {
		return u.whyNotTo(&row, to)
	}, func(to domain.ID) tea.Cmd {
		return u.look(row.ID, func(after *domain.User) { after.Customer = to }, func(d due) tea.Cmd { return u.askMove(d, to) })
	})
	return u.over(o.startAt(row.Customer))
}

// whyNotTo is why a user can't be moved to a customer, as things are now.
func (u inHand) whyNotTo(row *store.UserRow, to domain.ID) string {
	if row.Customer == to {
		return "They are of this customer already."
	}
	after := row.User
	after.Customer, after.Locations = to, nil // which of these stay, the store decides
	if err := u.standing.Rights.CheckUserChange(&row.User, &after, nil); err != nil {
		return sentence(err)
	}
	return ""
}

func (u inHand) askMove(d due, to domain.ID) tea.Cmd {
	row := d.detail.UserRow
	q := question{title: "Move " + nameOf(&row) + "?", yes: "move them", lines: u.moveUserWords(&row, to), grave: d.warning != ""}
	if d.warning != "" {
		q.lines = append([]string{d.warning}, q.lines...)
	}
	return u.over(newConfirm(u.Console, q, false, func() tea.Cmd { return u.moves(row, to, false) }))
}

// moveUserWords say what a move brings with it.
func (u inHand) moveUserWords(row *store.UserRow, to domain.ID) []string {
	tree := u.tree()
	lines := []string{"From " + u.path(row.Customer) + " to " + u.path(to) + ": what they reach from then on is " + u.path(to) + " and what is nested under it."}
	switch {
	case len(row.Locations) == 0 || tree.Within(row.Customer, to): // above it: all stay in reach
	case tree.Within(to, row.Customer):
		lines = append(lines, "Of the locations that they are limited to ("+locationWords(row)+") only those of "+u.path(to)+" stay.")
	default:
		lines = append(lines, "The locations that they are limited to ("+locationWords(row)+") are not of "+u.path(to)+" and are dropped.")
	}
	if above := forcedAbove(tree, to); above != "" && !row.Enrolled && !row.Forced {
		lines = append(lines, above+" forces a second factor, which they don't have: it is due at once.")
	}
	return lines
}

// moves moves them. Where the store refuses because somebody's limit would be
// lifted by it, that is asked about.
func (u inHand) moves(row store.UserRow, to domain.ID, unlimit bool) tea.Cmd {
	db, actor := u.db, u.actor
	return ask(u.base, "move", func(ctx context.Context) (store.MovedUser, error) {
		return db.MoveUser(ctx, actor, row.ID, to, unlimit)
	}, func(moved store.MovedUser, err error) tea.Cmd {
		switch {
		case !unlimit && limitGone(err):
			return u.askUnlimit(row, to, err)
		case err != nil:
			return u.failed(err)
		}
		said := "Moved " + nameOf(&row) + " to " + u.path(to) + "."
		if len(moved.Dropped) > 0 {
			said += " No longer limited to " + listed(moved.Dropped) + "."
		}
		return u.did(said)
	})
}

// limitGone says whether a move is refused because it would lift somebody's
// limit to locations.
func limitGone(err error) bool {
	var e *domain.Error
	return errors.As(err, &e) && e.Kind == domain.Refused && e.Field == "locations"
}

// askUnlimit offers to lift the limit on purpose.
func (u inHand) askUnlimit(row store.UserRow, to domain.ID, err error) tea.Cmd {
	q := question{title: "Lift the limit of " + nameOf(&row) + "?", yes: "lift it and move", grave: true, lines: []string{
		sentence(err),
		"With the limit lifted they see the devices of every location in " + u.path(to) + ", as far as their groups let them.",
	}}
	return u.over(newConfirm(u.Console, q, false, func() tea.Cmd { return u.moves(row, to, true) }))
}
