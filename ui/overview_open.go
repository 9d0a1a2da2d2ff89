package ui

import (
	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
)

// lookInto opens a section on a scope, with tabs of its own: esc leads back to
// where one was, with everything there as it was. ready prepares the section's
// screen before it reads.
func (c *Console) lookInto(scope domain.ID, section domain.Section, ready func(screen)) tea.Cmd {
	c.keepView()
	c.scope = scope
	c.setTabs(nil, section.String())
	ready(c.tabs[c.tab].screens[0])
	return c.show()
}

// whyNotInto says why a section can't be opened; "" where it can.
func (c *Console) whyNotInto(section domain.Section) string {
	return whyRefused(c.standing.Rights, c.standing.Rights.Opens(section))
}

// devicesLike lists the devices in the scope that pass a filter.
func (s *overview) devicesLike(filter string) func() tea.Cmd {
	return func() tea.Cmd { return s.listDevices(s.scope, false, filter) }
}

// devicesBelow lists the devices of a customer and below it.
func (s *overview) devicesBelow(customer domain.ID) func() tea.Cmd {
	return func() tea.Cmd { return s.listDevices(customer, false, "") }
}

// ownDevices lists the devices of the scope itself.
func (s *overview) ownDevices() func() tea.Cmd {
	return func() tea.Cmd { return s.listDevices(s.scope, true, "") }
}

func (c *Console) listDevices(scope domain.ID, own bool, filter string) tea.Cmd {
	c.deviceView.own = own
	return c.lookInto(scope, domain.SectionDevices, func(to screen) {
		if list, ok := to.(*deviceList); ok {
			list.filter.field.SetValue(filter)
		}
	})
}

// usersOf lists the users in the scope that pass a filter.
func (s *overview) usersOf(filter string) func() tea.Cmd {
	return func() tea.Cmd { return s.listUsers(s.scope, filter) }
}

func (c *Console) listUsers(scope domain.ID, filter string) tea.Cmd {
	c.userView.own = false
	return c.lookInto(scope, domain.SectionUsers, func(to screen) {
		if list, ok := to.(*users); ok {
			list.filter.field.SetValue(filter)
		}
	})
}

// tokensOf lists the tokens in the scope that pass a filter.
func (s *overview) tokensOf(filter string) func() tea.Cmd {
	return func() tea.Cmd {
		s.tokenView.own = false
		return s.lookInto(s.scope, domain.SectionTokens, func(to screen) {
			if list, ok := to.(*tokens); ok {
				list.filter.field.SetValue(filter)
			}
		})
	}
}

// accessLike lists the access events in the scope and below that pass a filter.
func (s *overview) accessLike(filter string) func() tea.Cmd {
	return func() tea.Cmd {
		s.accessView.own = false
		return s.lookInto(s.scope, domain.SectionAccess, func(to screen) {
			if list, ok := to.(*accessHistory); ok {
				list.filter.field.SetValue(filter)
			}
		})
	}
}

func (s *overview) customersTree() func() tea.Cmd {
	return func() tea.Cmd { return s.lookInto(s.scope, domain.SectionCustomers, func(screen) {}) }
}
