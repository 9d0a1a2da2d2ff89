package store

import (
	"bytes"
	"encoding/binary"
	"errors"

	"tenantry/domain"
)

// deviceRecord is a device in the file; its account is in the key, its owner in
// the owner table. It is what encode writes; decodeDevice reads it, because a
// million of them are read when the program starts.
type deviceRecord struct {
	Unit         []byte   `cbor:"1,keyasint,omitempty"`
	Name         string   `cbor:"2,keyasint,omitempty"`
	Make         string   `cbor:"3,keyasint,omitempty"`
	Model        string   `cbor:"4,keyasint,omitempty"`
	Year         int      `cbor:"5,keyasint,omitempty"`
	Type         string   `cbor:"6,keyasint,omitempty"`
	BoardVersion string   `cbor:"7,keyasint,omitempty"`
	Plate        string   `cbor:"8,keyasint,omitempty"`
	IMEI         string   `cbor:"9,keyasint,omitempty"`
	ICCID        string   `cbor:"10,keyasint,omitempty"`
	Phone        string   `cbor:"11,keyasint,omitempty"`
	VIN          string   `cbor:"12,keyasint,omitempty"`
	Tags         []string `cbor:"13,keyasint,omitempty"`
	Status       uint8    `cbor:"14,keyasint,omitempty"`
	Last         int64    `cbor:"15,keyasint,omitempty"`
	Registered   int64    `cbor:"16,keyasint,omitempty"`
	Version      uint64   `cbor:"17,keyasint,omitempty"`
}

// The keys of a device record that are read one by one.
const (
	fieldUnit         = 1
	fieldName         = 2
	fieldMake         = 3
	fieldModel        = 4
	fieldYear         = 5
	fieldType         = 6
	fieldBoardVersion = 7
	fieldPlate        = 8
	fieldIMEI         = 9
	fieldICCID        = 10
	fieldPhone        = 11
	fieldVIN          = 12
	fieldTags         = 13
	fieldStatus       = 14
	fieldLast         = 15
	fieldRegistered   = 16
	fieldVersion      = 17
)

func deviceToRecord(d *domain.Device) deviceRecord {
	return deviceRecord{
		Unit: d.UnitID[:], Name: d.Name, Make: d.Make, Model: d.Model, Year: d.Year, Type: d.Type, BoardVersion: d.BoardVersion,
		Plate: d.Plate, IMEI: d.IMEI, ICCID: d.ICCID, Phone: d.Phone, VIN: d.VIN, Tags: d.Tags, Status: uint8(d.Status),
		Last: timeToRecord(d.LastCommunication), Registered: timeToRecord(d.RegisteredAt), Version: d.Version,
	}
}

// deviceFromValue reads a device from its key and value. Its owner isn't in it.
func deviceFromValue(key, value []byte) (domain.Device, error) {
	d := domain.Device{Account: idAt(key, 0), ID: idAt(key, 1)}
	r := recordReader{rest: value}
	for field := range r.fields {
		switch field {
		case fieldUnit:
			r.id((*[16]byte)(&d.UnitID))
		case fieldName:
			d.Name = string(r.text())
		case fieldMake:
			d.Make = string(r.text())
		case fieldModel:
			d.Model = string(r.text())
		case fieldYear:
			d.Year = int(r.number())
		case fieldType:
			d.Type = string(r.text())
		case fieldBoardVersion:
			d.BoardVersion = string(r.text())
		case fieldPlate:
			d.Plate = string(r.text())
		case fieldIMEI:
			d.IMEI = string(r.text())
		case fieldICCID:
			d.ICCID = string(r.text())
		case fieldPhone:
			d.Phone = string(r.text())
		case fieldVIN:
			d.VIN = string(r.text())
		case fieldTags:
			for range r.list() {
				d.Tags = append(d.Tags, string(r.text()))
			}
		case fieldStatus:
			d.Status = domain.Status(r.number())
		case fieldLast:
			d.LastCommunication = timeFromRecord(r.number())
		case fieldRegistered:
			d.RegisteredAt = timeFromRecord(r.number())
		case fieldVersion:
			d.Version = uint64(r.number())
		default:
			r.fail()
		}
	}
	return d, r.err(key)
}

// lineOfRecord appends the line of a device's record to dst, as appendLine does
// of the device, and reads its facts, without making a string of each field. The
// kind is good until the next call.
func (f *folder) lineOfRecord(dst, key, value []byte, facts *deviceFacts) ([]byte, error) {
	var name, plate, vin, imei, iccid, phone, make, model, class, board []byte
	var year, status, last, registered int64
	var unit domain.UnitID
	var tags recordReader
	r := recordReader{rest: value}
	for field := range r.fields {
		switch field {
		case fieldUnit:
			r.id((*[16]byte)(&unit))
		case fieldName:
			name = r.text()
		case fieldPlate:
			plate = r.text()
		case fieldIMEI:
			imei = r.text()
		case fieldVIN:
			vin = r.text()
		case fieldTags:
			tags = r
			r.skip()
		case fieldICCID:
			iccid = r.text()
		case fieldPhone:
			phone = r.text()
		case fieldMake:
			make = r.text()
		case fieldModel:
			model = r.text()
		case fieldType:
			class = r.text()
		case fieldBoardVersion:
			board = r.text()
		case fieldYear:
			year = r.number()
		case fieldStatus:
			status = r.number()
		case fieldLast:
			last = r.number()
		case fieldRegistered:
			registered = r.number()
		default:
			r.skip()
		}
	}
	f.kind = appendKind(f.kind[:0], make, model, class, board, int(year))
	*facts = deviceFacts{
		pulse: pulseOf(domain.Status(status), last), registered: uint32(domain.MinuteOf(timeFromRecord(registered))),
		sim: packSIM(iccid, phone), kind: f.kind,
	}
	dst = append(f.append(dst, name), fieldEnd)
	if len(tags.rest) > 0 {
		for range tags.list() {
			dst = append(f.append(dst, tags.text()), fieldEnd)
		}
	}
	dst = append(f.append(dst, plate), fieldEnd)
	dst = append(f.append(dst, vin), fieldEnd)
	dst = append(f.append(dst, imei), fieldEnd)
	dst = append(appendHex(dst, unit), lineEnd)
	return dst, firstOf(r.err(key), tags.err(key))
}

// folder folds text, and remembers the words beyond ASCII that it folded, of
// which a fleet has few, because folding one by the tables of Unicode takes as
// long as reading three devices. Words between spaces fold each for itself.
type folder struct {
	words map[string]string
	kind  []byte
}

// maxFolded is how many words a folder remembers.
const maxFolded = 1 << 14

// append is domain.AppendFold of bytes: ASCII is folded in place.
func (f *folder) append(dst, text []byte) []byte {
	word := len(dst) // where the word begins in dst
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= 0x80 {
			begin := i - (len(dst) - word)
			end := len(text)
			if space := bytes.IndexByte(text[i:], ' '); space >= 0 {
				end = i + space
			}
			dst = append(dst[:word], f.word(text[begin:end])...)
			i = end - 1
			continue
		}
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		if dst = append(dst, c); c == ' ' {
			word = len(dst)
		}
	}
	return dst
}

func (f *folder) word(word []byte) string {
	if folded, known := f.words[string(word)]; known {
		return folded
	}
	folded := domain.Fold(string(word))
	if f.words == nil {
		f.words = map[string]string{}
	}
	if len(f.words) < maxFolded {
		f.words[string(word)] = folded
	}
	return folded
}

// deviceKeys are what devices are counted by, read from a record without the
// rest.
type deviceKeys struct {
	status domain.Status
	last   int64
}

func deviceKeysFromValue(key, value []byte) (deviceKeys, error) {
	var k deviceKeys
	r := recordReader{rest: value}
	for field := range r.fields {
		switch field {
		case fieldStatus:
			k.status = domain.Status(r.number())
		case fieldLast:
			k.last = r.number()
		default:
			r.skip()
		}
	}
	return k, r.err(key)
}

// recordReader reads a record field by field, in the encoding of encode, of
// which it takes what device records hold: a map from small numbers to numbers,
// byte strings, texts and lists of texts. After a mistake it reads nothing more.
type recordReader struct {
	rest   []byte
	failed bool
}

var errRecord = errors.New("not a record of this kind")

func (r *recordReader) fail() { r.failed, r.rest = true, nil }

// err is what was wrong with the record at key of the device table.
func (r *recordReader) err(key []byte) error {
	if r.failed {
		return damaged(tableDevice, key, "can't be decoded ("+errRecord.Error()+")")
	}
	return nil
}

// fields goes through the fields. The body must read the value of each.
func (r *recordReader) fields(yield func(field int) bool) {
	if len(r.rest) == 0 || r.rest[0] != recordVersion {
		r.fail()
		return
	}
	r.rest = r.rest[1:]
	kind, n := r.head()
	if kind != cborMap {
		r.fail()
		return
	}
	for ; n > 0 && !r.failed; n-- {
		kind, field := r.head()
		if kind != cborUnsigned {
			r.fail()
			return
		}
		if !yield(int(field)) {
			return
		}
	}
	if len(r.rest) > 0 {
		r.fail()
	}
}

// The major types of CBOR (RFC 8949, 3.1).
const (
	cborUnsigned = 0
	cborNegative = 1
	cborBytes    = 2
	cborText     = 3
	cborList     = 4
	cborMap      = 5
)

// head reads a major type and its number.
func (r *recordReader) head() (kind byte, n uint64) {
	if len(r.rest) == 0 {
		r.fail()
		return 0xff, 0
	}
	kind, low := r.rest[0]>>5, r.rest[0]&31
	length := 0
	switch {
	case low < 24:
		r.rest = r.rest[1:]
		return kind, uint64(low)
	case low <= 27:
		length = 1 << (low - 24)
	}
	if length == 0 || len(r.rest) < 1+length {
		r.fail()
		return 0xff, 0
	}
	var wide [8]byte
	copy(wide[8-length:], r.rest[1:1+length])
	r.rest = r.rest[1+length:]
	return kind, binary.BigEndian.Uint64(wide[:])
}

// number reads a number, which may be negative.
func (r *recordReader) number() int64 {
	switch kind, n := r.head(); kind {
	case cborUnsigned:
		return int64(n)
	case cborNegative:
		return -1 - int64(n)
	}
	r.fail()
	return 0
}

// text reads a text or a byte string; it is part of the record.
func (r *recordReader) text() []byte {
	kind, n := r.head()
	if (kind != cborText && kind != cborBytes) || n > uint64(len(r.rest)) {
		r.fail()
		return nil
	}
	text := r.rest[:n:n]
	r.rest = r.rest[n:]
	return text
}

func (r *recordReader) id(to *[16]byte) {
	text := r.text()
	if len(text) != len(to) {
		r.fail()
		return
	}
	copy(to[:], text)
}

// list reads the head of a list and returns how many texts follow.
func (r *recordReader) list() int {
	kind, n := r.head()
	if kind != cborList || n > uint64(len(r.rest)) {
		r.fail()
		return 0
	}
	return int(n)
}

// skip reads a value of any of the kinds above and forgets it.
func (r *recordReader) skip() {
	if len(r.rest) == 0 {
		r.fail()
		return
	}
	switch r.rest[0] >> 5 {
	case cborUnsigned, cborNegative:
		r.head()
	case cborList:
		for range r.list() {
			r.text()
		}
	default:
		r.text()
	}
}
