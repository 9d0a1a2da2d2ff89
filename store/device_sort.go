package store

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"tenantry/domain"
)

// DeviceSort names a column to sort by.
type DeviceSort string

const (
	SortName              DeviceSort = "name"
	SortUnitID            DeviceSort = "unit_id"
	SortCustomer          DeviceSort = "customer"
	SortLocation          DeviceSort = "location"
	SortStatus            DeviceSort = "status"
	SortLastCommunication DeviceSort = "last_communication"
	SortRegistered        DeviceSort = "registered_at"
	SortMake              DeviceSort = "make"
	SortModel             DeviceSort = "model"
	SortYear              DeviceSort = "year"
	SortType              DeviceSort = "type"
	SortPlate             DeviceSort = "plate"
	SortVIN               DeviceSort = "vin"
	SortIMEI              DeviceSort = "imei"
	SortICCID             DeviceSort = "iccid"
	SortPhone             DeviceSort = "phone"
	SortTags              DeviceSort = "tags"
)

// DeviceSorts are all columns that devices can be sorted by.
func DeviceSorts() []DeviceSort {
	return []DeviceSort{
		SortName, SortUnitID, SortCustomer, SortLocation, SortStatus, SortLastCommunication, SortRegistered,
		SortMake, SortModel, SortYear, SortType, SortPlate, SortVIN, SortIMEI, SortICCID, SortPhone, SortTags,
	}
}

func (s DeviceSort) check() error {
	if s == "" || slices.Contains(DeviceSorts(), s) {
		return nil
	}
	var names []string
	for _, by := range DeviceSorts() {
		names = append(names, string(by))
	}
	return domain.Errorf(domain.Invalid, "sort", "Devices can't be sorted by %q. They can by %s.", domain.CleanCut(string(s), 30), strings.Join(names, ", "))
}

// byName says whether the order is that of names alone.
func (s DeviceSort) byName() bool { return s == SortName || s == "" }

// byPlace says whether the place of a device alone gives its order.
func (s DeviceSort) byPlace() bool { return s == SortCustomer || s == SortLocation }

// deviceSorting makes the keys of a sort: bytes whose order is that of the
// column. Devices with the same are in the order of their names.
type deviceSorting struct {
	by       DeviceSort
	tree     *domain.Tree
	location func(domain.ID) (string, error) // the name as the actor may read it
	fold     folder
	text     []byte
}

func (tx *tx) sorting(may *domain.Rights, by DeviceSort) *deviceSorting {
	return &deviceSorting{by: by, tree: may.Tree(), location: tx.shower(may).location}
}

// appendPlace is the key of a place.
func (s *deviceSorting) appendPlace(dst []byte, at place) ([]byte, error) {
	if s.by == SortCustomer {
		position, _ := s.tree.Position(at.customer)
		return binary.BigEndian.AppendUint32(dst, uint32(position)), nil
	}
	name, err := s.location(at.location)
	return append(appendNatural(dst, []byte(domain.Fold(name))), 0), err
}

// appendRecord is the key of a device's record.
func (s *deviceSorting) appendRecord(dst, key, value []byte) ([]byte, error) {
	var text []byte
	var number int64
	var unit domain.UnitID
	r := recordReader{rest: value}
	wanted := s.by.field()
	for field := range r.fields {
		switch {
		case field != wanted:
			r.skip()
		case field == fieldUnit:
			r.id((*[16]byte)(&unit))
		case field == fieldTags:
			s.text = s.text[:0]
			for range r.list() {
				s.text = append(append(s.text, r.text()...), ',')
			}
			text = bytes.TrimSuffix(s.text, []byte{','})
		case field == fieldYear || field == fieldStatus || field == fieldLast || field == fieldRegistered:
			number = r.number()
		default:
			text = r.text()
		}
	}
	switch wanted {
	case fieldUnit:
		dst = append(dst, unit[:]...)
	case fieldYear, fieldStatus, fieldLast, fieldRegistered:
		dst = appendMoment(dst, number)
	case fieldVIN, fieldIMEI, fieldICCID, fieldPhone:
		dst = append(s.fold.append(dst, text), 0)
	default:
		var folded [256]byte
		dst = append(appendNatural(dst, s.fold.append(folded[:0], text)), 0)
	}
	return dst, r.err(key)
}

// field is the field of the record that a sort goes by.
func (s DeviceSort) field() int {
	switch s {
	case SortUnitID:
		return fieldUnit
	case SortStatus:
		return fieldStatus
	case SortLastCommunication:
		return fieldLast
	case SortRegistered:
		return fieldRegistered
	case SortMake:
		return fieldMake
	case SortModel:
		return fieldModel
	case SortYear:
		return fieldYear
	case SortType:
		return fieldType
	case SortPlate:
		return fieldPlate
	case SortVIN:
		return fieldVIN
	case SortIMEI:
		return fieldIMEI
	case SortICCID:
		return fieldICCID
	case SortPhone:
		return fieldPhone
	case SortTags:
		return fieldTags
	}
	return 0
}

// appendMoment appends a time, which may be before 1970, so that its bytes sort.
func appendMoment(dst []byte, nanoseconds int64) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(nanoseconds)^1<<63)
}

// Names are in the order in which people count: "crane 2" before "crane 10". A
// run of digits counts as a number, without the zeros in front of it.

// appendNatural appends a folded text so that the bytes of two are in that
// order: in place of a run of digits stand a zero, how many digits there are, and
// the digits.
func appendNatural(dst, text []byte) []byte {
	for len(text) > 0 {
		run := digitRun(text)
		if run == 0 {
			dst, text = append(dst, text[0]), text[1:]
			continue
		}
		digits := significant(text[:run])
		dst = append(append(dst, '0', byte(min(len(digits), 255))), digits...)
		text = text[run:]
	}
	return dst
}

// digitRun is how many digits a text begins with.
func digitRun(text []byte) int {
	n := 0
	for n < len(text) && text[n]-'0' < 10 {
		n++
	}
	return n
}

// significant are digits without the zeros in front, at least one.
func significant(digits []byte) []byte {
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return digits
}

// compareNatural compares two folded texts as appendNatural orders them.
func compareNatural(a, b []byte) int {
	for len(a) > 0 && len(b) > 0 {
		runA, runB := digitRun(a), digitRun(b)
		if runA == 0 || runB == 0 {
			if a[0] != b[0] {
				return int(a[0]) - int(b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := significant(a[:runA]), significant(b[:runB])
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		if c := bytes.Compare(x, y); c != 0 {
			return c
		}
		a, b = a[runA:], b[runB:]
	}
	return len(a) - len(b)
}
