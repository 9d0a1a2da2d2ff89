package store

import (
	"crypto/cipher"

	"golang.org/x/crypto/chacha20poly1305"

	"tenantry/domain"
)

// What must be read again, and so can't be a hash, lies sealed in the file:
// XChaCha20-Poly1305 under the key of the key file, with a random nonce in front.
// The purpose and the identity of whose it is are sealed along, so that a secret
// put in somebody else's place doesn't open.

// The purposes of sealing. They are part of what is sealed: never rename one.
const (
	sealFactor = "factor" // a user's second factor, under the user's identity
	sealMail   = "mail"   // the code in a waiting mail, under the mail's
)

// newBox is the cipher of a key. The key has the right length: that is its type.
func newBox(key fileKey) cipher.AEAD { return must(chacha20poly1305.NewX(key[:])) }

// sealedWith is what is sealed along with a secret. Only the purpose varies in
// length, and it comes first and ends in a zero.
func sealedWith(purpose string, account, id domain.ID) []byte {
	return append(append([]byte(purpose), 0), key2(account, id)...)
}

// seal makes plain readable with the key file only, and only for the same
// purpose and the same identity of the same account.
func (db *DB) seal(purpose string, account, id domain.ID, plain []byte) ([]byte, error) {
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(plain)+chacha20poly1305.Overhead)
	if _, err := db.random.Read(nonce); err != nil {
		return nil, noRandomness(err)
	}
	return db.box.Seal(nonce, nonce, plain, sealedWith(purpose, account, id)), nil
}

// unseal is the way back. Damaged where it isn't what was sealed there.
func (db *DB) unseal(purpose string, account, id domain.ID, sealed []byte) ([]byte, error) {
	if len(sealed) >= chacha20poly1305.NonceSizeX {
		nonce, rest := sealed[:chacha20poly1305.NonceSizeX], sealed[chacha20poly1305.NonceSizeX:]
		if plain, err := db.box.Open(nil, nonce, rest, sealedWith(purpose, account, id)); err == nil {
			return plain, nil
		}
	}
	return nil, domain.Errorf(domain.Damaged, "", "The database is damaged: a sealed secret (%s of %s) doesn't open with the key file %s. %s",
		purpose, id, KeyPath(db.Path()), restoreHint)
}
