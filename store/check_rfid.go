package store

import "tenantry/domain"

// This part of the check goes through RFID tokens and the index of whose they
// are, which point at each other.

func (c *checker) checkRFIDs() error {
	err := c.each(tableRFID, func(key, value []byte) {
		t, err := rfidFromValue(key, value)
		if err != nil {
			c.add(err)
			return
		}
		if digits, err := domain.CheckRFID(t.Digits); err != nil || digits != t.Digits {
			c.problem(tableRFID, key, "isn't one of digits")
		}
		if !c.tx.has(tableUser, key2(t.Account, t.User)) {
			c.problem(tableRFID, key, "is of user %s, who isn't there", t.User)
		}
		c.indexed(tableRFIDUser, keyRFIDUser(t.Account, t.User, t.Digits), nil)
	})
	if err != nil {
		return err
	}
	return c.each(tableRFIDUser, func(key, _ []byte) {
		holder, err := c.tx.rfidHolder(idAt(key, 0), string(key[32:]))
		if err != nil {
			c.add(err)
		} else if holder != idAt(key, 1) || holder.IsZero() {
			c.problem(tableRFIDUser, key, "points to no RFID token of that user")
		}
	})
}
