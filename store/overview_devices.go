package store

import (
	"time"

	"tenantry/domain"
)

// lookedAtOnce is how many devices are looked at within a moment, also where
// their fleet isn't built: what a quick overview does, too.
const lookedAtOnce = 50_000

// deviceFigures counts the devices of a scope. How many there are in each
// customer is known from the customers' own counts; how they do is in their
// records, and so is what somebody sees who is limited to locations.
func (tx *tx) deviceFigures(s scope, q OverviewQuery) (DeviceFigures, error) {
	f := DeviceFigures{Reason: whyNoDevices(s.may)}
	if !s.may.MayAnywhere(domain.DevicesSee).Allowed {
		f.Looked = true
		f.ByStatus, f.ByHeard = make([]int, len(domain.Statuses())), make([]int, len(domain.Heards()))
		return f, nil
	}
	c := newDeviceCount(s, q.Customer, tx.now)
	total, err := c.fromCustomers(tx)
	if err != nil {
		return f, err
	}
	f.Total = total
	if s.may.Narrowed() {
		f.Total = -1
	}
	fleet := tx.db.fleetAtHand(c.tree.Account().ID)
	switch {
	case fleet != nil:
		c.fromFleet(fleet)
	case !q.Quick || total <= lookedAtOnce:
		err = c.fromRecords(tx, total, q.Progress)
	}
	if err != nil {
		return f, err
	}
	if c.looked {
		f.Looked, f.Total = true, c.total
		f.ByStatus, f.ByHeard = c.byStatus, c.byHeard
	}
	if f.Total >= 0 {
		f.ByCustomer = c.figures()
	}
	if f.Total != 0 {
		f.Reason = ""
	}
	return f, nil
}

// deviceCount counts devices by the customers directly below one.
type deviceCount struct {
	scope  scope
	tree   *domain.Tree
	of     domain.ID // whose parts they are; zero for the account
	within []int     // by position from scope.from: which of them each customer is in, or below

	looked   bool // at each device
	total    int
	devices  []int // by the position, from scope.from, of the customers directly below
	byStatus []int
	byHeard  []int
	steps    domain.HeardSteps
}

func newDeviceCount(s scope, of domain.ID, now time.Time) *deviceCount {
	c := &deviceCount{
		scope: s, tree: s.may.Tree(), of: of, within: make([]int, s.to-s.from), devices: make([]int, s.to-s.from),
		byStatus: make([]int, len(domain.Statuses())), byHeard: make([]int, len(domain.Heards())),
	}
	c.steps = domain.NewHeardSteps(now, zoneOf(s.may))
	first := s.from
	if !of.IsZero() {
		first++ // its own place is for its own devices
	}
	for at := first; at < s.to; at = c.tree.End(at) {
		for i := at; i < c.tree.End(at); i++ {
			c.within[i-s.from] = at - s.from
		}
	}
	return c
}

// zoneOf is the time zone by which whoever asks counts their days.
func zoneOf(may *domain.Rights) *time.Location {
	if u := may.User(); u != nil {
		return may.Tree().SettingsFor(u).Zone()
	}
	return may.Account().Settings.Zone()
}

// fromCustomers counts by what each customer knows it has.
func (c *deviceCount) fromCustomers(tx *tx) (total int, err error) {
	for i := c.scope.from; i < c.scope.to; i++ {
		held, err := tx.heldBy(c.tree.Account().ID, c.tree.At(i).ID)
		if err != nil {
			return 0, err
		}
		total += held.devices
		c.devices[c.within[i-c.scope.from]] += held.devices
	}
	return total, nil
}

// fromRecords counts anew, by looking at each device. expected is how many there
// are at most.
func (c *deviceCount) fromRecords(tx *tx, expected int, progress Progress) error {
	c.lookAnew()
	account := c.tree.Account().ID
	wanted := map[place]int{} // where its devices are counted, -1 where they aren't
	devices := tx.scan(tableDevice, key1(account))
	gap := 0
	return tx.eachOwner(account, func(id domain.ID, at place) error {
		in, known := wanted[at]
		if !known {
			in = c.in(at)
			wanted[at] = in
		}
		gap++
		if in < 0 {
			return nil
		}
		key := key2(account, id)
		if !devices.stepTo(key, gap) {
			return firstOf(devices.err(), damaged(tableDevice, key, "is missing"))
		}
		gap = 0
		if c.total++; c.total%readAtOnce == 0 {
			if progress != nil {
				progress(c.total, max(expected, c.total))
			}
			if err := tx.ctx.Err(); err != nil {
				return err
			}
		}
		k, err := deviceKeysFromValue(key, devices.value())
		c.look(in, pulseOf(k.status, k.last))
		return err
	})
}

// fromFleet counts anew by what the account's fleet keeps beside its lines: a
// few milliseconds for a million devices.
func (c *deviceCount) fromFleet(p *fleetPicture) {
	c.lookAnew()
	in := make([]int, len(p.places))
	for number, at := range p.places {
		in[number] = -1
		if number > 0 {
			in[number] = c.in(at)
		}
	}
	for page, numbers := range p.at {
		for i, number := range numbers {
			if in[number] >= 0 {
				c.total++
				c.look(in[number], p.pulse[page][i])
			}
		}
	}
	for _, line := range p.tail {
		if in[line.place] >= 0 {
			c.total++
			c.look(in[line.place], line.facts.pulse)
		}
	}
}

func (c *deviceCount) lookAnew() {
	clear(c.devices)
	c.looked = true
}

// in is where devices at a place are counted; -1 for those that don't count.
func (c *deviceCount) in(at place) int {
	if !c.scope.sees(at) {
		return -1
	}
	position, _ := c.tree.Position(at.customer)
	return c.within[position-c.scope.from]
}

// look counts how a device does.
func (c *deviceCount) look(in int, pulse uint32) {
	c.devices[in]++
	if status := pulse >> statusShift; int(status) < len(c.byStatus) {
		c.byStatus[status]++
	}
	c.byHeard[c.steps.Of(int64(pulse&domain.MaxMinute))]++
}

// figures are the customers directly below, and before them the one itself where
// it has devices of its own.
func (c *deviceCount) figures() []CustomerFigure {
	var figures []CustomerFigure
	at := c.scope.from
	if !c.of.IsZero() && at < c.scope.to {
		if own := c.devices[0]; own > 0 || c.tree.End(at) == at+1 {
			figures = append(figures, CustomerFigure{ID: c.of, Name: c.tree.At(at).Name, Own: true, Devices: own})
		}
		at++
	}
	for ; at < c.scope.to; at = c.tree.End(at) {
		customer := c.tree.At(at)
		figures = append(figures, CustomerFigure{ID: customer.ID, Name: customer.Name, Devices: c.devices[at-c.scope.from]})
	}
	return figures
}
