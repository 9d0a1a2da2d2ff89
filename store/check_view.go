package store

import "tenantry/domain"

// This part of the check goes through what people keep of their lists.

func (c *checker) checkViews() error {
	err := c.each(tableUserView, func(key, value []byte) {
		var r userViewRecord
		if err := decodeAt(tableUserView, key, value, &r); err != nil {
			c.add(err)
		} else if !c.tx.has(tableUser, key) {
			c.problem(tableUserView, key, "is of a user who isn't there")
		}
	})
	if err != nil {
		return err
	}
	names := map[string]bool{}
	return c.each(tableSavedFilter, func(key, value []byte) {
		var r savedFilterRecord
		if err := decodeAt(tableSavedFilter, key, value, &r); err != nil {
			c.add(err)
			return
		}
		if !c.tx.has(tableUser, key[:32]) {
			c.problem(tableSavedFilter, key, "is of a user who isn't there")
		}
		name := string(key[:32]) + domain.Fold(r.Name)
		if names[name] {
			c.problem(tableSavedFilter, key, "has the name of another of the same user")
		}
		names[name] = true
	})
}
