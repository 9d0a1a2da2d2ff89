package store

import (
	"golang.org/x/crypto/ssh"
)

// This part of the check goes through what people sign in with besides their
// passwords.

func (c *checker) checkFactors() error {
	return c.each(tableFactor, func(key, value []byte) {
		var f factorRecord
		if err := decodeAt(tableFactor, key, value, &f); err != nil {
			c.add(err)
			return
		}
		if !c.tx.has(tableUser, key) {
			c.problem(tableFactor, key, "is of a user who isn't there")
		}
		secret, err := c.tx.db.unseal(sealFactor, idAt(key, 0), idAt(key, 1), f.Secret)
		if err != nil {
			c.problem(tableFactor, key, "doesn't open with the key file")
		} else if len(secret) != factorBytes {
			c.problem(tableFactor, key, "has a secret of the wrong length")
		}
	})
}

func (c *checker) checkSSHKeys() error {
	seen := map[string]bool{}
	return c.each(tableSSHKey, func(key, value []byte) {
		var r sshKeyRecord
		if err := decodeAt(tableSSHKey, key, value, &r); err != nil {
			c.add(err)
			return
		}
		if !c.tx.has(tableUser, key[:32]) {
			c.problem(tableSSHKey, key, "is of a user who isn't there")
		}
		if _, err := ssh.ParsePublicKey(r.Key); err != nil {
			c.problem(tableSSHKey, key, "can't be read (%v)", err)
		}
		of := string(key[:32]) + string(r.Key)
		if seen[of] {
			c.problem(tableSSHKey, key, "is another of the same user once more")
		}
		seen[of] = true
	})
}

func (c *checker) checkSessions() error {
	err := c.each(tableFailureAddress, func(key, value []byte) {
		if err := decodeAt(tableFailureAddress, key, value, new(addressRecord)); err != nil {
			c.add(err)
		}
	})
	if err != nil {
		return err
	}
	return c.each(tableSession, func(key, value []byte) {
		var r sessionRecord
		if err := decodeAt(tableSession, key, value, &r); err != nil {
			c.add(err)
		} else if !c.tx.has(tableUser, key[:32]) {
			c.problem(tableSession, key, "is of a user who isn't there")
		}
	})
}
