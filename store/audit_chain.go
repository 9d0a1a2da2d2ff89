package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
)

// auditChain follows the entries of one trail from the first on. What it finds
// wrong goes on from the name of an entry: "is number 3 and says that …".
type auditChain struct {
	number uint64
	hash   [sha256.Size]byte
}

// follow takes the next entry; nil for one that can't be read.
func (c *auditChain) follow(key, value []byte) (e *entry, problems []string) {
	number := binary.BigEndian.Uint64(key[16:])
	follows := number == c.number+1
	if !follows {
		problems = append(problems, fmt.Sprintf("follows number %d: entries between them are missing", c.number))
	}
	c.number = number
	if len(value) < sha256.Size {
		return nil, append(problems, "has the wrong length")
	}
	if hash := chain(c.hash, value[sha256.Size:]); follows && !bytes.Equal(hash[:], value[:sha256.Size]) {
		problems = append(problems, "doesn't have the hash that follows from the entry before it: one of the two was changed")
	}
	c.hash = [sha256.Size]byte(value)
	e, err := entryFromValue(key, value)
	if err != nil {
		return nil, append(problems, "can't be read")
	}
	if e.number != number {
		problems = append(problems, fmt.Sprintf("says that it is number %d", e.number))
	}
	return e, problems
}

// end says what is wrong with the end that a trail says it has; nothing where it
// is the last entry.
func (c *auditChain) end(number uint64, hash [sha256.Size]byte) string {
	if number == c.number && hash == c.hash {
		return ""
	}
	return fmt.Sprintf("says number %d, and the last entry is number %d: the trail was cut or added to", number, c.number)
}

// auditedList holds the devices that an entry lists against what the entry says
// of them.
type auditedList struct {
	e        *entry
	digest   hash.Hash
	listed   int
	misnamed bool
}

func newAuditedList(e *entry) *auditedList { return &auditedList{e: e, digest: sha256.New()} }

// add takes the next chunk, and what says what changed of its devices.
func (l *auditedList) add(key, value, changes []byte) {
	l.digest.Write(value)
	l.digest.Write(changes)
	l.listed += len(value) / movedLength
	l.misnamed = l.misnamed || !bytes.HasPrefix(value, key[24:])
}

func (l *auditedList) problem() string {
	switch {
	case l.misnamed:
		return "lists devices under another device than the first of them"
	case l.listed == 0 && l.e.listed == 0:
		return ""
	case l.listed != l.e.listed || !bytes.Equal(l.digest.Sum(nil), l.e.digest):
		return fmt.Sprintf("lists %d devices, and the list of %d that is there isn't the one that was written", l.e.listed, l.listed)
	}
	return ""
}
