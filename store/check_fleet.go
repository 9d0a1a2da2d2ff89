package store

import (
	"bytes"
	"slices"

	"tenantry/domain"
)

// This part of the check goes through the devices. There may be a million, so
// it doesn't look each one up in each index: it keeps their identities, puts
// them in the order of an index and goes along both.

// checkedDevice is what the indexes hold of a device.
type checkedDevice struct {
	account, id domain.ID
	unit        domain.UnitID
}

// checkDevices goes through all tables of devices. It takes 48 bytes of memory
// for each.
func (c *checker) checkDevices() error {
	var devices []checkedDevice
	err := c.each(tableDevice, func(key, value []byte) {
		c.report.Devices++
		d, err := deviceFromValue(key, value)
		if err != nil {
			c.add(err)
			return
		}
		if a := c.inAccount(tableDevice, key); a != nil {
			devices = append(devices, checkedDevice{a.ID, d.ID, d.UnitID})
		}
	})
	if err != nil {
		return err
	}
	err = c.along(tableOwner, len(devices), func(i int) (key, value []byte) {
		return key2(devices[i].account, devices[i].id), nil
	})
	if err != nil {
		return err
	}
	if err := c.each(tableOwner, c.checkOwner); err != nil {
		return err
	}
	return c.checkUnits(devices)
}

func (c *checker) checkOwner(key, value []byte) {
	at, err := placeFromValue(key, value)
	if err != nil {
		c.add(err)
		return
	}
	a := c.inAccount(tableOwner, key)
	if a == nil {
		return
	}
	c.inCustomer(tableOwner, key, a, at.customer)
	a.hold(at.customer, 0, 1)
	if !at.location.IsZero() {
		a.located[at.location]++
	}
	if !at.location.IsZero() && a.tree != nil && !a.tree.KeepsLocation(a.places[at.location], at.customer) {
		c.problem(tableOwner, key, "puts it at location %s, which isn't one of its customer or of one above", at.location)
	}
}

func (c *checker) checkUnits(devices []checkedDevice) error {
	slices.SortFunc(devices, func(x, y checkedDevice) int { return bytes.Compare(x.unit[:], y.unit[:]) })
	err := c.along(tableUnit, len(devices), func(i int) (key, value []byte) {
		return key1(devices[i].unit), key2(devices[i].account, devices[i].id)
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(devices, func(x, y checkedDevice) int { return bytes.Compare(x.account[:], y.account[:]) })
	return c.along(tableUnitAccount, len(devices), func(i int) (key, value []byte) {
		return key2(devices[i].account, devices[i].unit), key1(devices[i].id)
	})
}

// along goes along a table and n values that should be in it, both in the order
// of their keys, and reports what is missing, too many or different. A nil value
// may be any.
func (c *checker) along(t table, n int, want func(i int) (key, value []byte)) error {
	i := 0
	before := func(key []byte) { // those that should have come by now
		for ; i < n; i++ {
			wanted, _ := want(i)
			if key != nil && bytes.Compare(wanted, key) >= 0 {
				return
			}
			c.problem(t, wanted, "is missing, or another has its place")
		}
	}
	err := c.each(t, func(key, value []byte) {
		before(key)
		if i < n {
			if wanted, content := want(i); bytes.Equal(wanted, key) {
				i++
				if content != nil && !bytes.Equal(content, value) {
					c.problem(t, key, "points to something else than %x", content)
				}
				return
			}
		}
		c.problem(t, key, "is of a device that isn't there")
	})
	before(nil)
	return err
}
