package store

import (
	"encoding/binary"
	"slices"

	"tenantry/domain"
)

// This part of the check goes along the audit chains.

// checkAudit follows each chain from its first entry, and then asks that
// nothing lies outside them.
func (c *checker) checkAudit() error {
	chains := map[domain.ID]*chainCheck{}
	err := c.each(tableAudit, func(key, value []byte) {
		c.report.Entries++
		account := idAt(key, 0)
		chain := chains[account]
		if chain == nil {
			chain = &chainCheck{checker: c, account: account}
			chains[account] = chain
			if !account.IsZero() {
				c.inAccount(tableAudit, key)
			}
		}
		chain.follow(key, value)
	})
	if err != nil {
		return err
	}
	for _, chain := range chains {
		chain.end()
	}
	err = c.each(tableAuditHead, func(key, value []byte) {
		if chains[idAt(key, 0)] == nil {
			c.problem(tableAuditHead, key, "names entries that aren't there: the trail was cut")
		}
	})
	if err != nil {
		return err
	}
	return c.checkAuditIndexes()
}

// chainCheck is the state of following one account's chain.
type chainCheck struct {
	*checker
	account domain.ID
	links   auditChain
}

func (c *chainCheck) follow(key, value []byte) {
	e, problems := c.links.follow(key, value)
	for _, what := range problems {
		c.problem(tableAudit, key, "%s", what)
	}
	if e != nil {
		c.checkEntry(e)
	}
}

// checkEntry looks at the indexes and the device list of an entry.
func (c *chainCheck) checkEntry(e *entry) {
	number := binary.BigEndian.AppendUint64(nil, e.number)
	c.indexed(tableAuditID, key2(e.account, e.id), number)
	if e.indexed() {
		c.indexed(tableAuditObject, append(key2(e.account, e.object), number...), nil)
	}
	for _, customer := range e.where {
		c.indexed(tableAuditWhere, append(key2(e.account, customer), number...), nil)
	}
	if !e.user.IsZero() {
		c.indexed(tableAuditUser, append(key2(e.account, e.user), number...), nil)
	}
	if e.listed == 0 {
		return
	}
	key := keyNumber(e.account, e.number)
	c.indexed(tableAuditBulk, key, nil)
	list := newAuditedList(e)
	chunks := c.tx.scan(tableAuditDevices, key)
	chunks.spoiled = func(err error) { c.add(err) }
	for chunks.next() {
		list.add(chunks.key(), chunks.value(), c.changesOf(e, chunks.key(), len(chunks.value())/movedLength))
	}
	if what := list.problem(); what != "" {
		c.problem(tableAudit, key, "%s", what)
	}
}

// changesOf is what says what changed of the devices of a chunk, nil where nothing
// does.
func (c *chainCheck) changesOf(e *entry, key []byte, devices int) []byte {
	if !e.tellsChanges() {
		return nil
	}
	value := c.get(tableAuditChanges, key)
	if value == nil {
		c.problem(tableAuditChanges, key, "is missing")
		return nil
	}
	list, err := changesFromValue(key, value)
	for i := 0; i < devices && err == nil; i++ {
		_, err = list.at(key, i)
	}
	if err != nil {
		c.add(err)
	}
	return value
}

// end compares the last entry with what the trail says is its end.
func (c *chainCheck) end() {
	number, hash, err := c.tx.auditHead(c.account)
	if err != nil {
		c.add(err)
		return
	}
	if what := c.links.end(number, hash); what != "" {
		c.problem(tableAuditHead, key1(c.account), "%s", what)
	}
}

// checkAuditIndexes looks the other way: from the indexes to the entries.
func (c *checker) checkAuditIndexes() error {
	err := c.each(tableAuditID, func(key, value []byte) {
		if e := c.entryAt(tableAuditID, key, idAt(key, 0), value); e != nil && e.id != idAt(key, 1) {
			c.problem(tableAuditID, key, "points to another entry")
		}
	})
	if err != nil {
		return err
	}
	err = c.each(tableAuditObject, func(key, _ []byte) {
		if e := c.entryAt(tableAuditObject, key, idAt(key, 0), key[32:]); e != nil && (e.object != idAt(key, 1) || !e.indexed()) {
			c.problem(tableAuditObject, key, "points to an entry about something else")
		}
	})
	if err != nil {
		return err
	}
	err = c.each(tableAuditBulk, func(key, _ []byte) {
		if e := c.entryAt(tableAuditBulk, key, idAt(key, 0), key[16:]); e != nil && e.listed == 0 {
			c.problem(tableAuditBulk, key, "points to an entry that lists no devices")
		}
	})
	if err != nil {
		return err
	}
	err = c.each(tableAuditWhere, func(key, _ []byte) {
		if e := c.entryAt(tableAuditWhere, key, idAt(key, 0), key[32:]); e != nil && !slices.Contains(e.where, idAt(key, 1)) {
			c.problem(tableAuditWhere, key, "points to an entry that doesn't concern that customer")
		}
	})
	if err != nil {
		return err
	}
	err = c.each(tableAuditUser, func(key, _ []byte) {
		if e := c.entryAt(tableAuditUser, key, idAt(key, 0), key[32:]); e != nil && e.user != idAt(key, 1) {
			c.problem(tableAuditUser, key, "points to an entry of what somebody else did")
		}
	})
	if err != nil {
		return err
	}
	err = c.each(tableAuditDevices, func(key, _ []byte) {
		if !c.tx.has(tableAuditBulk, key[:24]) {
			c.problem(tableAuditDevices, key, "belongs to no bulk entry")
		}
	})
	if err != nil {
		return err
	}
	return c.each(tableAuditChanges, func(key, _ []byte) {
		if !c.tx.has(tableAuditDevices, key) {
			c.problem(tableAuditChanges, key, "belongs to no list of devices")
		}
	})
}

// entryAt is the entry that an index points to; nil, and reported, for none.
func (c *checker) entryAt(t table, indexKey []byte, account domain.ID, number []byte) *entry {
	if len(number) != 8 {
		c.problem(t, indexKey, "holds no number")
		return nil
	}
	key := keyNumber(account, binary.BigEndian.Uint64(number))
	value := c.get(tableAudit, key)
	if value == nil {
		c.problem(t, indexKey, "points to an entry that isn't there")
		return nil
	}
	e, err := entryFromValue(key, value)
	if err != nil {
		c.add(err)
		return nil
	}
	return e
}
