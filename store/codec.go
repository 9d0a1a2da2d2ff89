package store

import (
	"errors"
	"time"

	"github.com/fxamacker/cbor/v2"

	"tenantry/domain"
)

// A record is a version byte and a CBOR map with integer keys, of which the
// empty ones are left out. Each kind of record has a structure of its own
// beside the operations on it, named like customerRecord, because domain knows
// nothing of files:
//
//	type customerRecord struct {
//		Name  string `cbor:"1,keyasint,omitempty"`
//		…
//	}
//
// A number, once used, keeps its meaning for ever. The same contents always
// encode to the same bytes: the audit chain hashes them.

// recordVersion is the version byte of what encode writes. A record of another
// version belongs to a migration.
const recordVersion = 1

var (
	recordEncoder = must(cbor.EncOptions{Sort: cbor.SortCoreDeterministic, IndefLength: cbor.IndefLengthForbidden}.EncMode())
	recordDecoder = must(cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxArrayElements:  1 << 20,
		MaxNestedLevels:   8,
		MaxMapPairs:       1 << 10,
		TagsMd:            cbor.TagsForbidden,
		UTF8:              cbor.UTF8DecodeInvalid,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var errRecordVersion = errors.New("unknown record version")

// encode turns a record structure into a value. It panics on a structure that
// can't be encoded, which is a mistake in the program.
func encode(record any) []byte {
	data := must(recordEncoder.Marshal(record))
	return append(append(make([]byte, 0, 1+len(data)), recordVersion), data...)
}

// decode fills a record structure from a value.
func decode(value []byte, record any) error {
	if len(value) == 0 || value[0] != recordVersion {
		return errRecordVersion
	}
	return recordDecoder.Unmarshal(value[1:], record)
}

// readRecord reads and decodes the record at key; false when there is none.
func readRecord(k *kv, t table, key []byte, record any) (bool, error) {
	value, err := k.get(t, key)
	if value == nil || err != nil {
		return false, err
	}
	return true, decodeAt(t, key, value, record)
}

// decodeAt decodes a value, whose place the error names.
func decodeAt(t table, key, value []byte, record any) error {
	if err := decode(value, record); err != nil {
		return damaged(t, key, "can't be decoded ("+err.Error()+")")
	}
	return nil
}

// Times are kept as nanoseconds since 1970, the zero time as 0, and read as UTC.

func timeToRecord(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func timeFromRecord(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds).UTC()
}

// idOrNil keeps a zero ID out of a record.
func idOrNil(id domain.ID) []byte {
	if id.IsZero() {
		return nil
	}
	return id[:]
}

// idFromRecord is the ID of a record's bytes, zero for none.
func idFromRecord(b []byte) domain.ID { return idAt(b, 0) }
