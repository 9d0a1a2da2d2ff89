package store

import "crypto/sha256"

// This part of the check goes through API tokens and the index by which they are
// found, which point at each other.

func (c *checker) checkTokens() error {
	err := c.each(tableToken, func(key, value []byte) {
		var r tokenRecord
		if err := decodeAt(tableToken, key, value, &r); err != nil {
			c.add(err)
			return
		}
		if !c.tx.has(tableUser, key[:32]) {
			c.problem(tableToken, key, "is of a user who isn't there")
		}
		if len(r.Hash) != sha256.Size {
			c.problem(tableToken, key, "has a hash of the wrong length")
		}
		c.indexed(tableTokenOwner, key[32:], key[:32])
	})
	if err != nil {
		return err
	}
	return c.each(tableTokenOwner, func(key, value []byte) {
		if len(value) != 32 || !c.tx.has(tableToken, append(append([]byte(nil), value...), key...)) {
			c.problem(tableTokenOwner, key, "points to no token")
		}
	})
}
