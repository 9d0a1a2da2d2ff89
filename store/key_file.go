package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"tenantry/domain"
)

// The key file lies beside the database, so that a copy of the database alone
// tells nobody's second factor. It is made once and never written again. The
// database keeps a fingerprint of it, by which a wrong one is known.

// fileKey is what a key file holds.
type fileKey [32]byte

const (
	keyFileMode    = 0o600
	keyFileHeading = "tenantry-key-1 " // then the key in hex, and a line end
	keyFileLongest = 1 << 10
)

// What can be wrong with a key file. With the first three the key itself is not
// to be had; a file of the fourth kind holds the right one.
var (
	errKeyMissing = errors.New("it is missing")
	errKeyDamaged = errors.New("it is no key file, or a damaged one")
	errKeyForeign = errors.New("it is not the key of this database")
	errKeyShared  = errors.New("others than its owner may use it")
)

// KeyPath is where the key file of the database at path lies: beside it, or
// beside the file that a link leads to.
func KeyPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path + ".key"
}

// fingerprint tells a key from others and nothing else of it.
func (k fileKey) fingerprint() []byte {
	sum := sha256.Sum256(append([]byte("tenantry key file\x00"), k[:]...))
	return sum[:]
}

// has says whether that is the key's fingerprint.
func (k fileKey) has(print []byte) bool {
	return subtle.ConstantTimeCompare(k.fingerprint(), print) == 1
}

// text is what stands in the file.
func (k fileKey) text() []byte { return []byte(keyFileHeading + hex.EncodeToString(k[:]) + "\n") }

// keyFromText reads what stands in a file.
func keyFromText(text []byte) (key fileKey, ok bool) {
	digits, ok := strings.CutPrefix(strings.TrimSpace(string(text)), strings.TrimSpace(keyFileHeading))
	if !ok {
		return key, false
	}
	raw, err := hex.DecodeString(strings.TrimSpace(digits))
	if err != nil || len(raw) != len(key) {
		return key, false
	}
	return fileKey(raw), true
}

// readKey reads the key file at path. The error is one of those above, or the
// system's.
func readKey(path string) (fileKey, error) {
	status, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fileKey{}, errKeyMissing
	case err != nil:
		return fileKey{}, err
	case !status.Mode().IsRegular():
		return fileKey{}, errKeyDamaged
	}
	file, err := os.Open(path)
	if err != nil {
		return fileKey{}, err
	}
	defer file.Close()
	// Of the file that is read, not of what had its name a moment ago.
	if status, err = file.Stat(); err != nil {
		return fileKey{}, err
	}
	if mode := status.Mode().Perm(); mode&^keyFileMode != 0 && runtime.GOOS != "windows" {
		return fileKey{}, fmt.Errorf("%w (mode %o)", errKeyShared, mode)
	}
	text, err := io.ReadAll(io.LimitReader(file, keyFileLongest))
	if err != nil {
		return fileKey{}, err
	}
	key, ok := keyFromText(text)
	if !ok {
		return fileKey{}, errKeyDamaged
	}
	return key, nil
}

// makeKey makes a key file where there is none: whole or not at all, and never
// over another, whose key it answers instead.
func makeKey(path string, random io.Reader) (fileKey, error) {
	var key fileKey
	if _, err := io.ReadFull(random, key[:]); err != nil {
		return key, noRandomness(err)
	}
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, "."+filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return key, err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(key.text())
	err = firstOf(err, file.Sync())
	if err = firstOf(err, file.Close()); err != nil {
		return key, err
	}
	if err := rename(file.Name(), path); errors.Is(err, fs.ErrExist) {
		return readKey(path)
	} else if err != nil {
		return key, err
	}
	return key, syncFolder(folder)
}

// keyForNew is the key for a database that has none yet: a new one, or what lies
// there from a start that was cut short or from a database that has gone. That
// one may be in use again some day, so it is kept.
func keyForNew(path string, random io.Reader) (fileKey, error) {
	path = KeyPath(path)
	key, err := readKey(path)
	if errors.Is(err, errKeyMissing) {
		if key, err = makeKey(path, random); err != nil {
			return key, createError(path, err)
		}
		return key, nil
	}
	if err != nil {
		return key, domain.Errorf(domain.Conflict, "", "The file %s lies where the key of the new database goes, and can't be its key: %w. Move it away, or name another database with --db.", path, cause(err))
	}
	return key, nil
}

// keyRefused puts in words why a database isn't opened with its key file.
func keyRefused(path string, err error) error {
	key := KeyPath(path)
	switch {
	case isKeyLost(err):
		return domain.Errorf(domain.Unavailable, "", "The key file %s of the database can't be used: %w. Put it back from a copy. If there is none, this makes a new one, and everybody enrols their second factor again: tenantry --db %s rescue new-key", key, err, path)
	case errors.Is(err, errKeyShared):
		return domain.Errorf(domain.Unavailable, "", "The key file %s isn't safe: %w. Take that from them with: chmod 600 %s", key, err, key)
	}
	return domain.Errorf(domain.Unavailable, "", "The key file %s can't be read (%w). Allow yourself to read it.", key, cause(err))
}

// isKeyLost says whether the database has to do without its key.
func isKeyLost(err error) bool {
	return errors.Is(err, errKeyMissing) || errors.Is(err, errKeyDamaged) || errors.Is(err, errKeyForeign)
}

// openKey reads the database's key and makes sure that it is the right one. A
// file of the first format gets one.
func (db *DB) openKey(ctx context.Context) error {
	var print []byte
	var sealed bool
	err := db.viewFree(ctx, domain.Actor{}, func(tx *tx) error {
		value, err := tx.get(tableMeta, keyFingerprint)
		print, sealed = bytes.Clone(value), tx.holdsSealed()
		return err
	})
	if err != nil {
		return err
	}
	if print == nil {
		if sealed {
			return damaged(tableMeta, keyFingerprint, "is missing")
		}
		return db.firstKey(ctx)
	}
	key, err := readKey(KeyPath(db.Path()))
	if err == nil && !key.has(print) {
		err = errKeyForeign
	}
	if isKeyLost(err) {
		if own, from, found := keyAside(db.Path(), print); found {
			if err := layKey(db.Path(), own); err != nil {
				return domain.Errorf(domain.Unavailable, "", "The key file of the database is %s, and can't be put back as %s: %w. Put it there yourself.", from, KeyPath(db.Path()), cause(err))
			}
			key, err = own, nil
		}
	}
	if err != nil {
		return keyRefused(db.Path(), err)
	}
	db.box = newBox(key)
	return nil
}

// firstKey gives a database its key. The file comes first: cut short in between,
// the next start takes it.
func (db *DB) firstKey(ctx context.Context) error {
	key, err := keyForNew(db.Path(), &db.random)
	if err != nil {
		return err
	}
	db.box = newBox(key)
	return db.updateFree(ctx, domain.Actor{}, func(tx *tx) error {
		tx.quiet = true // as the making of the database is
		return tx.put(tableMeta, keyFingerprint, key.fingerprint())
	})
}

// holdsSealed says whether anything in the file needs the key.
func (k *kv) holdsSealed() bool {
	return k.scan(tableFactor, nil).next() || k.scan(tableOutbox, nil).next()
}
