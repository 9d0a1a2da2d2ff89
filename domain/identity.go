package domain

import (
	"encoding/hex"
	"strings"
	"unicode"
)

// ID identifies an account, customer, user, device, location or audit entry:
// 128 random bits, never reused. The zero ID means none.
type ID [16]byte

// UnitID is the identity printed on a device by its maker: 32 hex digits, any
// of them valid, unique in the installation.
type UnitID [16]byte

// IsZero says whether id is the zero ID, which identifies nothing.
func (id ID) IsZero() bool { return id == ID{} }

// String prints the ID as 8-4-4-4-12 lower-case hex digits, "" for the zero ID.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return dashed(id)
}

// MarshalText is String, so that JSON shows an ID as text.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(text))
	*id = parsed
	return err
}

// ParseID reads 32 hex digits, upper or lower case, with or without dashes in
// the 8-4-4-4-12 places. Anything else is an Invalid error.
func ParseID(text string) (ID, error) {
	b, ok := parseHex128(text)
	if !ok {
		return ID{}, Errorf(Invalid, "id", "%q is not an ID: it takes 32 hex digits, with or without dashes.", CleanCut(text, 60))
	}
	return ID(b), nil
}

// String prints the unit ID as 8-4-4-4-12 lower-case hex digits.
func (u UnitID) String() string { return dashed(u) }

// MarshalText is String.
func (u UnitID) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (u *UnitID) UnmarshalText(text []byte) error {
	parsed, err := ParseUnitID(string(text))
	*u = parsed
	return err
}

// ParseUnitID reads a unit ID with surrounding space, in either case, with or
// without dashes. Anything else is an Invalid error on field "unit_id".
func ParseUnitID(text string) (UnitID, error) {
	if strings.TrimSpace(text) == "" {
		return UnitID{}, Errorf(Invalid, "unit_id", "Give the unit ID: the 32 hex digits printed on the device.")
	}
	b, ok := parseHex128(text)
	if !ok {
		return UnitID{}, Errorf(Invalid, "unit_id", "%q is not a unit ID: it takes 32 hex digits, with or without dashes.", CleanCut(text, 60))
	}
	return UnitID(b), nil
}

func dashed(b [16]byte) string {
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	out[8] = '-'
	hex.Encode(out[9:13], b[4:6])
	out[13] = '-'
	hex.Encode(out[14:18], b[6:8])
	out[18] = '-'
	hex.Encode(out[19:23], b[8:10])
	out[23] = '-'
	hex.Encode(out[24:36], b[10:16])
	return string(out[:])
}

// parseHex128 reads 32 hex digits, with dashes in all of the places where String
// prints them or in none, and space around.
func parseHex128(text string) (b [16]byte, ok bool) {
	if text = strings.TrimFunc(text, unicode.IsSpace); len(text) == 36 {
		if text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
			return b, false
		}
		var digits [32]byte
		n := copy(digits[0:], text[0:8])
		n += copy(digits[n:], text[9:13])
		n += copy(digits[n:], text[14:18])
		n += copy(digits[n:], text[19:23])
		copy(digits[n:], text[24:36])
		_, err := hex.Decode(b[:], digits[:])
		return b, err == nil
	}
	if len(text) != 32 {
		return b, false
	}
	_, err := hex.Decode(b[:], []byte(text))
	return b, err == nil
}
