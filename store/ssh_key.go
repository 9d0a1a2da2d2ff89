package store

import (
	"context"
	"crypto/rsa"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"tenantry/domain"
)

// SSHKey is a public key by which a user may sign in over SSH.
type SSHKey struct {
	ID          domain.ID
	Name        string
	Type        string // "ssh-ed25519"
	Bits        int    // of an RSA key; 0 for others
	Fingerprint string // "SHA256:…", as ssh-keygen -l prints it
	AddedAt     time.Time
	UsedAt      time.Time // zero for never
}

// maxSSHKeys is how many keys a user may have.
const maxSSHKeys = 50

// SSHKeys lists the public keys of a user by name: the actor's own (user zero,
// or themselves), or those of somebody whom the actor may reset.
func (db *DB) SSHKeys(ctx context.Context, actor domain.Actor, user domain.ID) ([]SSHKey, error) {
	var keys []SSHKey
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		u, err := tx.ownOrResettable(may, user)
		if err != nil {
			return err
		}
		return tx.eachSSHKey(u.Account, u.ID, func(k SSHKey, _ ssh.PublicKey) {
			keys = append(keys, k)
		})
	})
	slices.SortStableFunc(keys, func(a, b SSHKey) int { return strings.Compare(domain.Fold(a.Name), domain.Fold(b.Name)) })
	return keys, err
}

// ownOrResettable is the actor's own user (user zero, or themselves), or
// somebody whom they may reset.
func (tx *tx) ownOrResettable(may *domain.Rights, user domain.ID) (*domain.User, error) {
	if self := may.User(); user.IsZero() || self != nil && self.ID == user {
		return ownUser(may)
	}
	u, err := tx.resettable(may, user)
	return &u, err
}

// AddSSHKeys adds the public keys in text, a line each as in an .pub or
// authorized_keys file, to the actor's own, all or none. name is what to call a
// single one; without it the line's comment is taken. Ed25519, ECDSA, both on a
// security key (sk-), and RSA of at least 3072 bits; Invalid on "key" for
// anything else, with what it is (a private key, a certificate, a line with
// options), Conflict for one that is there, Unproven where the actor hasn't
// confirmed lately.
func (db *DB) AddSSHKeys(ctx context.Context, actor domain.Actor, text, name string) ([]SSHKey, error) {
	var added []SSHKey
	add := attempt{action: "ssh_key.add", subject: SubjectUser, objects: ids(actor.User)}
	err := db.update(ctx, actor, add, func(tx *tx, may *domain.Rights) error {
		u, err := ownUser(may)
		if err != nil {
			return err
		}
		keys, err := readPublicKeys(text, name)
		if err != nil {
			return err
		}
		if err := tx.recentlyProven(); err != nil {
			return err
		}
		added, err = tx.addSSHKeys(u, keys)
		return err
	})
	if err != nil {
		return nil, err
	}
	return added, nil
}

func (tx *tx) addSSHKeys(u *domain.User, keys []publicKey) ([]SSHKey, error) {
	there := map[string]string{} // names by fingerprint
	err := tx.eachSSHKey(u.Account, u.ID, func(k SSHKey, _ ssh.PublicKey) { there[k.Fingerprint] = k.Name })
	if err != nil {
		return nil, err
	}
	if len(there)+len(keys) > maxSSHKeys {
		return nil, domain.Errorf(domain.Conflict, "key", "A user takes at most %d keys, and you have %d. Remove those that nobody uses.", maxSSHKeys, len(there))
	}
	var added []SSHKey
	for _, key := range keys {
		k := key.shown()
		if name, taken := there[k.Fingerprint]; taken {
			return nil, domain.Errorf(domain.Conflict, "key", "The key %s is there already, as %q.", k.Fingerprint, name)
		}
		there[k.Fingerprint] = k.Name
		if k.ID, err = tx.newID(); err != nil {
			return nil, err
		}
		k.AddedAt = tx.now
		r := sshKeyRecord{Key: key.Marshal(), Name: k.Name, Added: timeToRecord(tx.now)}
		if err := tx.put(tableSSHKey, key3(u.Account, u.ID, k.ID), encode(r)); err != nil {
			return nil, err
		}
		if err := tx.auditFactor(u, "ssh_key.add", change{"ssh_key", "", k.Fingerprint}, change{"name", "", k.Name}); err != nil {
			return nil, err
		}
		added = append(added, k)
	}
	return added, nil
}

// RemoveSSHKey takes a key away. Whose, as SSHKeys.
func (db *DB) RemoveSSHKey(ctx context.Context, actor domain.Actor, user, key domain.ID) error {
	remove := attempt{action: "ssh_key.remove", subject: SubjectUser, objects: ids(user, key)}
	return db.update(ctx, actor, remove, func(tx *tx, may *domain.Rights) error {
		u, err := tx.ownOrResettable(may, user)
		if err != nil {
			return err
		}
		at := key3(u.Account, u.ID, key)
		value, err := tx.get(tableSSHKey, at)
		if value == nil || err != nil {
			return firstOf(err, domain.NoSuch("key"))
		}
		k, _, err := sshKeyFromValue(at, value)
		if err != nil {
			return err
		}
		if err := tx.delete(tableSSHKey, at); err != nil {
			return err
		}
		return tx.auditFactor(u, remove.action, change{"ssh_key", k.Fingerprint, ""}, change{"name", k.Name, ""})
	})
}

// sshKeyRecord is a public key in the file.
type sshKeyRecord struct {
	Key   []byte `cbor:"1,keyasint,omitempty"` // as SSH sends it
	Name  string `cbor:"2,keyasint,omitempty"`
	Added int64  `cbor:"3,keyasint,omitempty"`
	Used  int64  `cbor:"4,keyasint,omitempty"`
}

func sshKeyFromValue(key, value []byte) (SSHKey, ssh.PublicKey, error) {
	var r sshKeyRecord
	if err := decodeAt(tableSSHKey, key, value, &r); err != nil {
		return SSHKey{}, nil, err
	}
	public, err := ssh.ParsePublicKey(r.Key)
	if err != nil {
		return SSHKey{}, nil, damaged(tableSSHKey, key, "can't be read")
	}
	k := publicKey{public, r.Name}.shown()
	k.ID, k.AddedAt, k.UsedAt = idAt(key, 2), timeFromRecord(r.Added), timeFromRecord(r.Used)
	return k, public, nil
}

// eachSSHKey tells every key of a user, in the order of their identities.
func (tx *tx) eachSSHKey(account, user domain.ID, tell func(SSHKey, ssh.PublicKey)) error {
	c := tx.scan(tableSSHKey, key2(account, user))
	for c.next() {
		k, public, err := sshKeyFromValue(c.key(), c.value())
		if err != nil {
			return err
		}
		tell(k, public)
	}
	return c.err()
}

// publicKey is a key with its name.
type publicKey struct {
	ssh.PublicKey
	name string
}

// shown is what people see of a key.
func (k publicKey) shown() SSHKey {
	return SSHKey{Name: k.name, Type: k.Type(), Bits: rsaBits(k), Fingerprint: ssh.FingerprintSHA256(k.PublicKey)}
}

// rsaBits is how long an RSA key is; 0 for others.
func rsaBits(key ssh.PublicKey) int {
	if c, ok := key.(publicKey); ok {
		key = c.PublicKey
	}
	if c, ok := key.(ssh.CryptoPublicKey); ok {
		if r, ok := c.CryptoPublicKey().(*rsa.PublicKey); ok {
			return r.N.BitLen()
		}
	}
	return 0
}
