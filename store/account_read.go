package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"hash"
	"io"
	"slices"

	"tenantry/domain"
)

// This file reads what account_export.go writes, and believes nothing of it.

// The longest that an entry's key and value may be. bbolt takes no longer keys;
// the longest values are the entries of the audit trail that name places.
const (
	longestKey   = 1 << 12
	longestValue = 1 << 26
)

// contentsReader reads the contents of an export, entry by entry.
type contentsReader struct {
	r       *bufio.Reader
	sum     hash.Hash
	account domain.ID
	name    string
	format  uint32

	table   table
	opened  bool // a table was begun
	first   bool // no entry of it came yet
	entries int
	key     []byte
	value   []byte
	spare   []byte
}

// readContents reads what an export says of itself.
func readContents(r io.Reader) (*contentsReader, error) {
	c := &contentsReader{r: bufio.NewReaderSize(r, pieceLength), sum: sha256.New()}
	head, err := c.text(longestKey, nil)
	if err != nil {
		return nil, err
	}
	var said exportedRecord
	if err := decode(head, &said); err != nil {
		// What a newer one adds here can't be decoded, and the format can't be known.
		return nil, exportDamaged("its first entry can't be read")
	}
	c.account, c.name, c.format = idFromRecord(said.Account), said.Name, said.Format
	switch {
	case c.format > newestFormat():
		return nil, errExportNewer
	case c.account.IsZero() || c.format == 0:
		return nil, exportDamaged("it names no account")
	}
	return c, nil
}

// next reads the next entry into table, key and value; false at the end, of
// which nothing is missing then.
func (c *contentsReader) next() (bool, error) {
	for {
		mark, err := c.byte()
		if err != nil {
			return false, err
		}
		switch {
		case mark == markTable:
			err = c.begin()
		case mark == markEntry && c.opened:
			return true, c.entry()
		case mark == markEnd:
			return false, c.end()
		default:
			err = exportDamaged("something stands in it that is none of its parts")
		}
		if err != nil {
			return false, err
		}
	}
}

// begin reads the name of a table. They come in order, each once.
func (c *contentsReader) begin() error {
	name, err := c.text(longestKey, nil)
	if err != nil {
		return err
	}
	for t := range table(len(tables)) {
		if tables[t].name == string(name) && t.leaves() && (!c.opened || t > c.table) {
			c.table, c.opened, c.first = t, true, true
			return nil
		}
	}
	return exportDamaged("its parts are out of order, or of a kind that it can't have")
}

// entry reads one. The keys of a table come in order.
func (c *contentsReader) entry() (err error) {
	before := c.key
	if c.key, err = c.text(longestKey, c.spare); err != nil {
		return err
	}
	c.spare = before
	if c.value, err = c.text(longestValue, c.value); err != nil {
		return err
	}
	length, text := keyLength(c.table)
	if travels[c.table] != travelShared {
		length -= 16
	} else if len(c.key) == 0 {
		return exportDamaged("an entry has no key")
	}
	switch {
	case len(c.key) < length || len(c.key) > length && !text:
		return exportDamaged("an entry has a key of the wrong length")
	case !c.first && bytes.Compare(before, c.key) >= 0:
		return exportDamaged("its entries are out of order")
	}
	c.first = false
	c.entries++
	return nil
}

// end holds what was read against what the export says of itself.
func (c *contentsReader) end() error {
	var number [8]byte
	if err := c.full(number[:]); err != nil {
		return err
	}
	sum := c.sum.Sum(nil)
	var told [sha256.Size]byte
	if err := c.full(told[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint64(number[:]) != uint64(c.entries) || subtle.ConstantTimeCompare(told[:], sum) != 1 {
		return exportDamaged("its checksum fails")
	}
	if _, err := c.r.Peek(1); err == nil {
		return exportDamaged("something follows its end")
	} else if err != io.EOF {
		return exportCut(err)
	}
	return nil
}

func (c *contentsReader) byte() (byte, error) {
	var one [1]byte
	err := c.full(one[:])
	return one[0], err
}

func (c *contentsReader) full(p []byte) error {
	if _, err := io.ReadFull(c.r, p); err != nil {
		return c.failed(err)
	}
	c.sum.Write(p)
	return nil
}

func (c *contentsReader) failed(err error) error {
	if domain.KindOf(err) != 0 {
		return err
	}
	if err = exportCut(err); domain.KindOf(err) != 0 {
		return err
	}
	return exportUnreadable(err)
}

// text reads something of any length into room. It takes memory only for what
// is there.
func (c *contentsReader) text(most uint64, room []byte) ([]byte, error) {
	var length uint64
	for shift := 0; ; shift += 7 {
		b, err := c.byte()
		if err != nil {
			return nil, err
		}
		if shift > 28 {
			return nil, exportDamaged("a length in it can't be right")
		}
		length |= uint64(b&0x7f) << shift
		if b < 0x80 {
			break
		}
	}
	if length > most {
		return nil, exportDamaged("a length in it can't be right")
	}
	text := room[:0]
	for length > 0 {
		step := int(min(length, pieceLength))
		text = slices.Grow(text, step)
		text = text[:len(text)+step]
		if err := c.full(text[len(text)-step:]); err != nil {
			return nil, err
		}
		length -= uint64(step)
	}
	return text, nil
}
