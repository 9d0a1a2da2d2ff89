package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"

	"tenantry/domain"
)

// The contents of an export, which are the same whenever nothing changed:
//
//	length, exportedRecord               which account, in which format
//	a section for each table that has entries of it, in the order of layout.go:
//	  1, length, the table's name
//	  for each entry, in the order of the keys:
//	    2, length, key, length, value   without the account in either
//	3, how many entries there were      8 bytes
//	SHA-256 of all that                 32 bytes
//
// Lengths are varints. The account stands nowhere but in front, so that an entry
// can't be another account's.

const (
	markTable = 1
	markEntry = 2
	markEnd   = 3
)

// exportedRecord is what an export says of itself.
type exportedRecord struct {
	Format  uint32 `cbor:"1,keyasint,omitempty"` // of the database
	Account []byte `cbor:"2,keyasint,omitempty"`
	Name    string `cbor:"3,keyasint,omitempty"`
}

// Exported is what an export holds.
type Exported struct {
	Account domain.Account
	Entries int
}

// ExportAccount writes the actor's account to w, whole, for ImportAccount in
// another installation: sealed under the passphrase, or with an empty one open
// to whoever reads it, second factors too. Refused to anyone but the operator,
// Invalid where the passphrase is short. It holds one transaction while it
// writes, so w must be quick.
func (db *DB) ExportAccount(ctx context.Context, actor domain.Actor, passphrase string, w io.Writer, progress Progress) (Exported, error) {
	if !actor.Operator {
		return Exported{}, errOperatorOnly("export an account")
	}
	out := bufio.NewWriterSize(w, 4*pieceLength)
	contents := io.WriteCloser(plainWriter{out})
	var err error
	if passphrase == "" {
		_, err = out.WriteString(headingPlain)
	} else if err = CheckPassphrase(passphrase); err == nil {
		contents, err = db.sealTo(ctx, out, passphrase)
	}
	if err != nil {
		return Exported{}, asWriteError(err)
	}
	var exported Exported
	err = db.view(ctx, actor, func(tx *tx, may *domain.Rights) (err error) {
		exported, err = tx.export(*may.Account(), contents, progress)
		return err
	})
	for _, end := range []func() error{contents.Close, out.Flush} {
		if err == nil {
			err = asWriteError(end())
		}
	}
	return exported, err
}

// CheckPassphrase refuses a passphrase that could be guessed: a file can be
// tried on for ever.
func CheckPassphrase(passphrase string) error {
	if PasswordLength(passphrase) < PasswordLeast(false) {
		return domain.Errorf(domain.Invalid, "passphrase", "The passphrase is too short: whoever has the file can try as often as they like. Take at least %d characters.", PasswordLeast(false))
	}
	return nil
}

// asWriteError puts in words that the file couldn't be written.
func asWriteError(err error) error {
	if err == nil || domain.KindOf(err) != 0 {
		return err
	}
	return writeError(err)
}

// plainWriter has nothing to write at its end.
type plainWriter struct{ io.Writer }

func (plainWriter) Close() error { return nil }

// export writes the contents.
func (tx *tx) export(a domain.Account, w io.Writer, progress Progress) (Exported, error) {
	format, err := tx.format()
	if err != nil {
		return Exported{}, err
	}
	out := newContentsWriter(w)
	out.text(encode(exportedRecord{Format: format, Account: idOrNil(a.ID), Name: a.Name}))
	for t := range table(len(tables)) {
		if err := tx.exportTable(out, t, a.ID, progress); err != nil {
			return Exported{}, err
		}
	}
	out.end()
	return Exported{Account: a, Entries: out.entries}, asWriteError(out.failed)
}

func (tx *tx) exportTable(out *contentsWriter, t table, account domain.ID, progress Progress) error {
	if !t.leaves() {
		return nil
	}
	c := tx.owned(t, account)
	for first := true; c.next(); first = false {
		if first {
			out.mark(markTable)
			out.text([]byte(tables[t].name))
		}
		key, value := c.rest()
		if travels[t] == travelSealed {
			var err error
			if value, err = tx.db.reveal(t, account, key, value); err != nil {
				return err
			}
		}
		out.mark(markEntry)
		out.text(key)
		out.text(value)
		if out.entries++; out.entries%checkStep == 0 {
			if err := firstOf(tx.ctx.Err(), asWriteError(out.failed)); err != nil {
				return err
			}
			if progress != nil {
				progress(out.entries, 0)
			}
		}
	}
	return c.err()
}

// contentsWriter writes the contents and remembers what went wrong.
type contentsWriter struct {
	w       io.Writer
	sum     hash.Hash
	line    []byte
	entries int
	failed  error
}

func newContentsWriter(w io.Writer) *contentsWriter { return &contentsWriter{w: w, sum: sha256.New()} }

func (c *contentsWriter) write(p []byte) {
	if c.failed == nil {
		c.sum.Write(p)
		_, c.failed = c.w.Write(p)
	}
}

func (c *contentsWriter) mark(m byte) { c.write([]byte{m}) }

// text writes something of any length.
func (c *contentsWriter) text(p []byte) {
	c.line = binary.AppendUvarint(c.line[:0], uint64(len(p)))
	c.write(c.line)
	c.write(p)
}

func (c *contentsWriter) end() {
	c.mark(markEnd)
	c.write(binary.BigEndian.AppendUint64(nil, uint64(c.entries)))
	c.write(c.sum.Sum(nil))
}

// reveal opens the secret in a record that an export takes along.
func (db *DB) reveal(t table, account domain.ID, key, value []byte) ([]byte, error) {
	return resealed(t, account, key, value, db.unseal)
}

// conceal seals the secret in a record that an import brings.
func (db *DB) conceal(t table, account domain.ID, key, value []byte) ([]byte, error) {
	return resealed(t, account, key, value, db.seal)
}

// resealed is a record with its secret opened or sealed. One that can't be read
// stays as it is, for the check.
func resealed(t table, account domain.ID, key, value []byte, turn func(purpose string, account, id domain.ID, text []byte) ([]byte, error)) (_ []byte, err error) {
	id := idAt(key, 0)
	switch t {
	case tableFactor:
		var f factorRecord
		if err := decodeAt(t, key2(account, id), value, &f); err != nil {
			return nil, err
		}
		f.Secret, err = turn(sealFactor, account, id, f.Secret)
		return encode(f), err
	case tableOutbox:
		var m outboxRecord
		if err := decodeAt(t, key2(account, id), value, &m); err != nil {
			return nil, err
		}
		m.Code, err = turn(sealMail, account, id, m.Code)
		return encode(m), err
	}
	return value, nil
}
