package store

import (
	"bytes"

	"tenantry/domain"
)

// This part of the check goes through locations, users and what hangs on them.

func (c *checker) checkLocations() error {
	names := map[string]bool{} // by account, customer and name
	err := c.each(tableLocation, func(key, value []byte) {
		l, err := locationFromValue(key, value)
		if err != nil {
			c.add(err)
			return
		}
		a := c.inAccount(tableLocation, key)
		if a == nil {
			return
		}
		a.places[l.ID] = l.Customer
		name := string(domain.AppendFold(key2(a.ID, l.Customer), l.Name))
		if names[name] {
			c.problem(tableLocation, key, "has the name of another location of its customer")
		}
		names[name] = true
		c.inCustomer(tableLocation, key, a, l.Customer)
		c.indexed(tableLocationCustomer, key3(a.ID, l.Customer, l.ID), nil)
	})
	if err != nil {
		return err
	}
	return c.each(tableLocationCustomer, func(key, _ []byte) {
		a := c.inAccount(tableLocationCustomer, key)
		if a != nil && (a.places[idAt(key, 2)] != idAt(key, 1) || idAt(key, 1).IsZero()) {
			c.problem(tableLocationCustomer, key, "points to no location of that customer")
		}
	})
}

func (c *checker) checkUsers() error {
	err := c.each(tableUser, func(key, value []byte) {
		c.report.Users++
		u, err := userFromValue(key, value)
		if err != nil {
			c.add(err)
			return
		}
		if a := c.inAccount(tableUser, key); a != nil {
			c.checkUser(a, key, &u)
		}
	})
	if err != nil {
		return err
	}
	if err := c.checkNames(tableUserName, func(u *domain.User) string { return u.Username }); err != nil {
		return err
	}
	if err := c.checkNames(tableUserEmail, func(u *domain.User) string { return u.Email }); err != nil {
		return err
	}
	return c.each(tableUserCustomer, func(key, _ []byte) {
		u, err := c.tx.user(idAt(key, 0), idAt(key, 2))
		if err != nil {
			c.add(err)
		} else if u == nil || u.Customer != idAt(key, 1) {
			c.problem(tableUserCustomer, key, "points to no user of that customer")
		}
	})
}

func (c *checker) checkUser(a *checkedAccount, key []byte, u *domain.User) {
	c.inCustomer(tableUser, key, a, u.Customer)
	a.hold(u.Customer, 1, 0)
	c.indexed(tableUserCustomer, key3(a.ID, u.Customer, u.ID), nil)
	c.indexed(tableUserName, domain.AppendFold(nil, u.Username), key)
	if u.Email != "" {
		c.indexed(tableUserEmail, domain.AppendFold(nil, u.Email), key)
	}
	for _, l := range u.Locations {
		if a.places[l].IsZero() {
			c.problem(tableUser, key, "is limited to location %s, which isn't there", l)
		}
	}
}

// checkNames looks the other way: that an index of names holds no other entry.
func (c *checker) checkNames(t table, name func(*domain.User) string) error {
	return c.each(t, func(key, value []byte) {
		u, err := c.tx.user(idAt(value, 0), idAt(value, 1))
		if err != nil {
			c.add(err)
		} else if u == nil || !bytes.Equal(domain.AppendFold(nil, name(u)), key) {
			c.problem(t, key, "points to no user of that name")
		}
	})
}

func (c *checker) checkPasswords() error {
	err := c.each(tablePassword, func(key, value []byte) {
		var r passwordRecord
		if err := decodeAt(tablePassword, key, value, &r); err != nil {
			c.add(err)
		} else if !c.tx.has(tableUser, key) {
			c.problem(tablePassword, key, "is of a user who isn't there")
		}
	})
	if err != nil {
		return err
	}
	return c.each(tableFailure, func(key, value []byte) {
		var r failureRecord
		if err := decodeAt(tableFailure, key, value, &r); err != nil {
			c.add(err)
		} else if idAt(key, 1).IsZero() == c.tx.has(tableUser, key) { // those of unknown names are nobody's
			c.problem(tableFailure, key, "are of a user who isn't there")
		}
	})
}
