package store

import "tenantry/domain"

// This part of the check goes through the access history, which may have many
// millions of events. It asks that each is in all of its indexes, and counts; an
// index that holds more than was counted is then gone through for what is too
// much.

// accessIndexTables are the tables that lead to access events.
var accessIndexTables = []table{
	tableAccessID, tableAccessHolder, tableAccessDevice, tableAccessCustomer, tableAccessRFID, tableAccessLocation,
}

func (c *checker) checkAccess() error {
	if err := c.checkAccessHeirs(); err != nil {
		return err
	}
	wanted := map[table]int{}
	err := c.each(tableAccess, func(key, value []byte) {
		var r accessRecord
		if err := decodeAt(tableAccess, key, value, &r); err != nil {
			c.add(err)
			return
		}
		a := c.inAccount(tableAccess, key)
		if a == nil {
			return
		}
		p := accessPosition(key[16:])
		if accessID(idFromRecord(r.Device), r.Event) != p.event() {
			c.problem(tableAccess, key, "is of another event than its key")
		}
		if domain.AccessStatus(r.Status).String() == "" {
			c.problem(tableAccess, key, "has an unknown status")
		}
		c.accessCustomer(key, a, idFromRecord(r.Customer))
		wanted[tableAccessID]++
		c.indexed(tableAccessID, key2(a.ID, p.event()), p[:8])
		r.accessIndexes(func(t table, by domain.ID) {
			wanted[t]++
			if key := keyAccessBy(a.ID, by, p); !c.tx.has(t, key) {
				c.problem(t, key, "is missing")
			}
		})
	})
	if err != nil {
		return err
	}
	for _, t := range accessIndexTables {
		if err := c.checkAccessIndex(t, wanted[t]); err != nil {
			return err
		}
	}
	return nil
}

// accessCustomer asks that an event's customer is there, or has an heir.
func (c *checker) accessCustomer(key []byte, a *checkedAccount, customer domain.ID) {
	if !c.tx.has(tableAccessHeir, key2(a.ID, customer)) {
		c.inCustomer(tableAccess, key, a, customer)
	}
}

// checkAccessIndex asks that an index holds as many entries as there should be,
// and names those too many.
func (c *checker) checkAccessIndex(t table, wanted int) error {
	found := 0
	if err := c.each(t, func(_, _ []byte) { found++ }); err != nil || found == wanted {
		return err
	}
	return c.each(t, func(key, value []byte) {
		if !c.leadsToAccess(t, key, value) {
			c.problem(t, key, "points to no access event of that kind")
		}
	})
}

// leadsToAccess says whether an entry of an index is one of an event's.
func (c *checker) leadsToAccess(t table, key, value []byte) bool {
	if t == tableAccessID {
		return len(value) == 8 && c.tx.has(tableAccess, append(append(key1(idAt(key, 0)), value...), key[16:]...))
	}
	p := accessPosition(key[32:])
	var r accessRecord
	found, err := readRecord(c.tx.kv, tableAccess, keyAccess(idAt(key, 0), p), &r)
	leads := false
	if found && err == nil {
		r.accessIndexes(func(of table, by domain.ID) { leads = leads || of == t && by == idAt(key, 1) })
	}
	return leads
}

// checkAccessHeirs asks that who has the events of a deleted customer is there,
// or has an heir too.
func (c *checker) checkAccessHeirs() error {
	return c.each(tableAccessHeir, func(key, value []byte) {
		var r accessHeirRecord
		if err := decodeAt(tableAccessHeir, key, value, &r); err != nil {
			c.add(err)
			return
		}
		a := c.inAccount(tableAccessHeir, key)
		if a == nil || a.tree == nil {
			return
		}
		if _, there := a.tree.Customer(idAt(key, 1)); there {
			c.problem(tableAccessHeir, key, "is of a customer that isn't deleted")
		}
		parent := idFromRecord(r.Parent)
		if _, there := a.tree.Customer(parent); !there && !parent.IsZero() && !c.tx.has(tableAccessHeir, key2(a.ID, parent)) {
			c.problem(tableAccessHeir, key, "names customer %s, which isn't there", parent)
		}
		if !c.hasAccessOf(a, idAt(key, 1)) {
			c.problem(tableAccessHeir, key, "is of a customer without access events")
		}
	})
}

// hasAccessOf says whether a deleted customer had access events, or is the heir
// of one.
func (c *checker) hasAccessOf(a *checkedAccount, customer domain.ID) bool {
	events := c.tx.scan(tableAccessCustomer, key2(a.ID, customer))
	if events.next() || events.err() != nil {
		return true
	}
	heirs, err := c.tx.accessHeirs(a.ID)
	for _, heir := range heirs {
		if heir.parent == customer {
			return true
		}
	}
	return err != nil
}
