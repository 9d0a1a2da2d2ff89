package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/store"
)

// How somebody looks at lists lasts as long as the session and goes with them
// from scope to scope; a user finds it again in their next one. The operator,
// who is no user, begins anew.

// takeUpViews looks at lists as the user did last.
func (c *Console) takeUpViews(v store.Views) {
	c.deviceView, c.userView, c.tokenView = deviceView{}, userView{}, tokenView{}
	d := &c.deviceView
	d.takeUp(deviceColumnNames, v.Devices.Columns)
	for _, column := range deviceColumns {
		if string(column.sort) == v.Devices.Sort {
			d.sort = column.sort
		}
	}
	d.reverse, d.own = v.Devices.Reverse, v.Devices.Own
	u := &c.userView
	u.takeUp(userColumnNames, v.Users.Columns)
	for i, column := range userColumns {
		if column.name == v.Users.Sort && column.order != nil {
			u.sort = i
		}
	}
	u.reverse, u.own = v.Users.Reverse, v.Users.Own
	t := &c.tokenView
	for i, column := range tokenColumns {
		if column.name == v.Tokens.Sort {
			t.sort = i
		}
	}
	t.reverse, t.own = v.Tokens.Reverse, v.Tokens.Own
}

// views is how lists are looked at now.
func (c *Console) kept() store.Views {
	d, u, t := &c.deviceView, &c.userView, &c.tokenView
	return store.Views{
		Devices: store.ListView{Columns: d.kept(deviceColumnNames), Sort: string(d.sort), Reverse: d.reverse, Own: d.own},
		Users:   store.ListView{Columns: u.kept(userColumnNames), Sort: userColumns[u.sort].name, Reverse: u.reverse, Own: u.own},
		Tokens:  store.ListView{Sort: tokenColumns[t.sort].name, Reverse: t.reverse, Own: t.own},
	}
}

// keepViews keeps how lists are looked at, after that was changed. Where it
// can't be kept, as by a session that may only read, the list is as it should be
// all the same, so nothing is said.
func (c *Console) keepViews() tea.Cmd {
	if c.actor.User.IsZero() {
		return nil
	}
	db, actor, views := c.db, c.actor, c.kept()
	return c.own.start(c, "views", func(ctx context.Context, _ *request) (func() tea.Cmd, error) {
		err := db.SaveViews(ctx, actor, views)
		return func() tea.Cmd { return nil }, err
	})
}

// keeping does something to a view and keeps it.
func (c *Console) keeping(do func() tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		cmd := do()
		return tea.Batch(cmd, c.keepViews())
	}
}
