package store

import (
	"bytes"
	"strconv"

	"tenantry/domain"
)

// deviceFacts are what filters look at of a device beside its line. They are
// numbers, so that a fleet can keep them for a million devices in little room.
type deviceFacts struct {
	pulse      uint32 // the minute of the last communication, and the status above it
	registered uint32 // the minute
	sim        simNumbers
	kind       []byte // its deviceKind, raw (see appendKind)
}

// The status is in the four highest bits of a pulse.
const statusShift = 28

func pulseOf(status domain.Status, last int64) uint32 {
	return uint32(status)<<statusShift | uint32(domain.MinuteOf(timeFromRecord(last)))
}

func factsOf(d *domain.Device) *deviceFacts {
	return &deviceFacts{
		pulse: pulseOf(d.Status, timeToRecord(d.LastCommunication)), registered: uint32(domain.MinuteOf(d.RegisteredAt)),
		sim:  packSIM([]byte(d.ICCID), []byte(d.Phone)),
		kind: appendKind(nil, []byte(d.Make), []byte(d.Model), []byte(d.Type), []byte(d.BoardVersion), d.Year),
	}
}

// simNumbers are the digits of an ICCID and of a phone number, two a byte.
type simNumbers [iccidBytes + phoneBytes]byte

const (
	iccidBytes = 11
	phoneBytes = 10
	fillerF    = 0xa // the F that ends some ICCIDs
	noDigit    = 0xf
)

func packSIM(iccid, phone []byte) (s simNumbers) {
	packDigits(s[:iccidBytes], iccid)
	packDigits(s[iccidBytes:], phone)
	return s
}

func packDigits(dst, text []byte) {
	n := 0
	put := func(digit byte) {
		if n < 2*len(dst) {
			dst[n/2] |= digit << (4 * (1 - n&1))
			n++
		}
	}
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9':
			put(c - '0')
		case c|0x20 == 'f':
			put(fillerF)
		}
	}
	for n < 2*len(dst) {
		put(noDigit)
	}
}

// digitPairs are the two characters of each byte of packed digits.
var digitPairs = func() (pairs [256][2]byte) {
	digits := [16]byte{'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', fillerF: 'f'}
	for b := range pairs {
		pairs[b] = [2]byte{digits[b>>4], digits[b&15]}
	}
	return pairs
}()

// fits asks a term of the number that it is about.
func (s *simNumbers) fits(t *domain.FilterTerm) bool {
	packed := s[:iccidBytes]
	if t.Field == domain.FilterPhone {
		packed = s[iccidBytes:]
	}
	var digits [2 * iccidBytes]byte
	n := 0
	for _, b := range packed {
		pair := digitPairs[b]
		digits[n], digits[n+1] = pair[0], pair[1]
		if b&15 == noDigit {
			if n += 1; b>>4 == noDigit {
				n--
			}
			break
		}
		n += 2
	}
	return t.Pattern.Match(digits[:n])
}

// deviceKind is what many devices have in common, folded.
type deviceKind struct {
	make, model, class, board string
	year                      int
}

// appendKind appends what a kind is made of, as it is, each ended by a tab.
func appendKind(dst, make, model, class, board []byte, year int) []byte {
	for _, text := range [...][]byte{make, model, class, board} {
		dst = append(append(dst, text...), fieldEnd)
	}
	return strconv.AppendInt(dst, int64(year), 10)
}

func kindFrom(raw []byte) deviceKind {
	part := func() string {
		end := bytes.IndexByte(raw, fieldEnd)
		text := domain.Fold(string(raw[:end]))
		raw = raw[end+1:]
		return text
	}
	k := deviceKind{make: part(), model: part(), class: part(), board: part()}
	k.year, _ = strconv.Atoi(string(raw))
	return k
}

// mask has a bit for each term that the kind fulfils.
func (k *deviceKind) mask(f domain.DeviceFilter) (mask uint64) {
	for n := range f.Terms {
		t := &f.Terms[n]
		is := false
		switch t.Field {
		case domain.FilterMake:
			is = t.Pattern.Match([]byte(k.make))
		case domain.FilterModel:
			is = t.Pattern.Match([]byte(k.model))
		case domain.FilterType:
			is = t.Pattern.Match([]byte(k.class))
		case domain.FilterBoard:
			is = t.Pattern.Match([]byte(k.board))
		case domain.FilterYear:
			is = t.From <= int64(k.year) && int64(k.year) <= t.To
		}
		if is {
			mask |= 1 << n
		}
	}
	return mask
}

// aboutKind says whether the kind alone tells of a term.
func aboutKind(f domain.FilterField) bool {
	switch f {
	case domain.FilterMake, domain.FilterModel, domain.FilterType, domain.FilterBoard, domain.FilterYear:
		return true
	}
	return false
}
