package store

import (
	"tenantry/domain"
)

// fixtureSecret is everybody's here who is given a second factor.
const fixtureSecret = "a secret of 20 bytes"

// enrolled gives somebody a second factor, and answers its secret.
func (f *fixture) enrolled(who domain.Actor) []byte {
	f.t.Helper()
	secret := []byte(fixtureSecret)
	f.inTx(func(tx *tx) error {
		sealed, err := tx.db.seal(sealFactor, who.Account, who.User, secret)
		if err != nil {
			return err
		}
		return tx.putFactor(who.Account, who.User, &factorRecord{Secret: sealed, Enrolled: timeToRecord(tx.now)})
	})
	return secret
}

// codeNow is the code that the app shows.
func (f *fixture) codeNow(secret []byte) string {
	return factorAt(secret, uint64(f.clock.read().Unix())/factorStep)
}
