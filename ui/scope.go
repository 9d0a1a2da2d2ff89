package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
)

// view is a scope with its tabs as they were left: cursors, filters, marks,
// and what was typed.
type view struct {
	scope domain.ID
	tabs  []*tab
	tab   int
}

// maxViews is how many scopes esc leads back through; what goes on longer is
// wandering about, and must not fill the memory.
const maxViews = 16

// setScope makes the console look at a customer: every tab starts there anew,
// and esc leads back to how it was before.
func (c *Console) setScope(id domain.ID) tea.Cmd {
	if id == c.scope {
		return nil
	}
	c.keepView()
	return c.startAt(id)
}

// keepView keeps what is looked at, for esc to come back to.
func (c *Console) keepView() {
	if len(c.views) == maxViews {
		leaveTabs(c.views[0].tabs)
		c.views = c.views[1:]
	}
	c.views = append(c.views, view{c.scope, c.tabs, c.tab})
}

// rescope is setScope with no way back, for when what was looked at is gone.
func (c *Console) rescope(id domain.ID) tea.Cmd {
	c.leaveViews()
	leaveTabs(c.tabs)
	return c.startAt(id)
}

// startAt makes new tabs for a scope and shows the one of the same name.
func (c *Console) startAt(id domain.ID) tea.Cmd {
	here := c.tabs[c.tab].name
	c.scope = id
	c.setTabs(nil, here)
	return c.show()
}

// backToScope goes back to the scope before. It says false where there is none.
func (c *Console) backToScope() (tea.Cmd, bool) {
	for n := len(c.views) - 1; n >= 0; n-- {
		v := c.views[n]
		if c.standing.Rights.Reaches(v.scope) {
			return c.guardTabs(c.tabs, func() tea.Cmd { return c.restore(n) }), true
		}
		leaveTabs(v.tabs)
		c.views = c.views[:n]
	}
	return nil, false
}

// scopeBefore says whether there is a scope to go back to.
func (c *Console) scopeBefore() bool {
	return slices.ContainsFunc(c.views, func(v view) bool { return c.standing.Rights.Reaches(v.scope) })
}

// restore shows the n-th view as it was left, with the data of now.
func (c *Console) restore(n int) tea.Cmd {
	v := c.views[n]
	leaveTabs(c.tabs)
	c.views = c.views[:n]
	for _, t := range v.tabs {
		t.stale = true
	}
	c.scope = v.scope
	c.setTabs(v.tabs, v.tabs[v.tab].name)
	return c.show()
}

func (c *Console) leaveViews() {
	for _, v := range c.views {
		leaveTabs(v.tabs)
	}
	c.views = nil
}

// leaveTabs ends all work of the tabs' screens.
func leaveTabs(tabs []*tab) {
	for _, t := range tabs {
		for _, s := range t.screens {
			s.asks().leave()
		}
	}
}
