package store

import "encoding/binary"

// checkLocated holds the counts of locations against the devices that are there.
func (c *checker) checkLocated() error {
	err := c.each(tableLocationCount, func(key, value []byte) {
		a := c.inAccount(tableLocationCount, key)
		if a == nil || len(value) != 4 {
			c.problem(tableLocationCount, key, "isn't a number of an account")
			return
		}
		location := idAt(key, 1)
		if a.places[location].IsZero() {
			c.problem(tableLocationCount, key, "is of location %s, which isn't there", location)
		}
		if says, are := int(binary.BigEndian.Uint32(value)), a.located[location]; says != are {
			c.problem(tableLocationCount, key, "says %d devices, and there are %d", says, are)
		}
	})
	if err != nil {
		return err
	}
	for _, a := range c.accounts {
		c.missingLocated(a)
	}
	return nil
}

func (c *checker) missingLocated(a *checkedAccount) {
	for location, n := range a.located {
		if key := key2(a.ID, location); !c.tx.has(tableLocationCount, key) {
			c.problem(tableLocationCount, key, "is missing, and there are %d devices", n)
		}
	}
}
