package store

import "bytes"

// This part of the check goes through invitations and the mails that carry them
// out, which point at each other.

func (c *checker) checkInvitations() error {
	err := c.each(tableInvitation, func(key, value []byte) {
		var r invitationRecord
		if err := decodeAt(tableInvitation, key, value, &r); err != nil {
			c.add(err)
			return
		}
		if !c.tx.has(tableUser, key) {
			c.problem(tableInvitation, key, "is of a user who isn't there")
		}
		if len(r.Mail) > 0 && !c.tx.has(tableOutbox, key2(idAt(key, 0), idFromRecord(r.Mail))) {
			c.problem(tableInvitation, key, "waits for mail %s, which isn't there", idFromRecord(r.Mail))
		}
	})
	if err != nil {
		return err
	}
	return c.each(tableOutbox, func(key, value []byte) {
		var r outboxRecord
		if err := decodeAt(tableOutbox, key, value, &r); err != nil {
			c.add(err)
			return
		}
		var i invitationRecord
		value = c.get(tableInvitation, key2(idAt(key, 0), idFromRecord(r.User)))
		if value == nil || decode(value, &i) != nil || !bytes.Equal(i.Mail, key[16:]) {
			c.problem(tableOutbox, key, "belongs to no invitation")
		}
	})
}
