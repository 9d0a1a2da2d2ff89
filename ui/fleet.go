package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
)

// fleetSlot is the console's own question for the fleet.
const fleetSlot = "fleet"

// makeFleet has the account's fleet made ready, the text of all devices that
// lists and pickers search, where that hasn't been done. It belongs to the
// console and not to a screen: a million devices take a while, and it shall go
// on whatever is looked at meanwhile. What is in front is read again then.
func (c *Console) makeFleet() tea.Cmd {
	if c.searchable || c.own.busy(fleetSlot) || c.whyNotAnywhere(domain.DevicesSee) != "" {
		return nil
	}
	db, actor := c.db, c.actor
	work := c.own.start(c, fleetSlot, func(ctx context.Context, r *request) (func() tea.Cmd, error) {
		_, err := db.Fleet(ctx, actor, func(done, total int) {
			r.done.Store(int64(done))
			r.total.Store(int64(total))
		})
		return func() tea.Cmd { return c.fleetMade(err) }, err
	})
	return tea.Batch(work, tick(&c.own, fleetSlot, c.own.open[fleetSlot]))
}

func (c *Console) fleetMade(err error) tea.Cmd {
	if domain.KindOf(err) == domain.Gated {
		return nil // it is made once the gate is passed
	}
	if err != nil {
		c.fail(err)
		return nil
	}
	c.searchable = true
	return c.show()
}
