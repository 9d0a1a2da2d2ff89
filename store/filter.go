package store

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"time"

	"tenantry/domain"
)

// A filter is read once, by domain.ParseFilter, and asked here of devices in two
// ways: of one after the other while the file is scanned, and of a fleet's rows
// sixty-four at a time. Both look at the same three things: the device's line
// and facts, its kind, and its place. What a kind or a place says is found out
// once and kept as a mask, in which bit k belongs to term k.

// parseFilter reads a filter for somebody: dates in it are days of their zone.
func parseFilter(text string, may *domain.Rights, now time.Time) (domain.DeviceFilter, error) {
	settings := may.Tree().Settings(domain.ID{})
	if u := may.User(); u != nil {
		settings = may.Tree().SettingsFor(u)
	}
	return domain.ParseFilter(text, now.In(settings.Zone()))
}

// matches says whether a device passes a filter, of which its kind and its
// place fulfil the terms of a mask.
func (d *filtered) matches(f domain.DeviceFilter, mask uint64) bool {
	for k := range f.Terms {
		t := &f.Terms[k]
		if is := mask&(1<<k) != 0 || d.fulfils(t); is == t.Not {
			return false
		}
	}
	return true
}

// filtered is a device as filters see it.
type filtered struct {
	id   domain.ID
	line []byte
	*deviceFacts
}

// fulfils asks a term of what the device has for itself.
func (d *filtered) fulfils(t *domain.FilterTerm) bool {
	switch t.Field {
	case domain.FilterStatus, domain.FilterSeen:
		return pulseFits(t, d.pulse)
	case domain.FilterRegistered:
		return t.From <= int64(d.registered) && int64(d.registered) <= t.To
	case domain.FilterICCID, domain.FilterPhone:
		return d.sim.fits(t)
	case domain.FilterID:
		var digits [32]byte
		return t.Pattern.Match(appendHex(digits[:0], domain.UnitID(d.id)))
	}
	return lineFulfils(t, d.line)
}

func pulseFits(t *domain.FilterTerm, pulse uint32) bool {
	if t.Field == domain.FilterStatus {
		return t.Statuses>>(pulse>>statusShift)&1 != 0
	}
	last := int64(pulse & domain.MaxMinute)
	return t.From <= last && last <= t.To
}

// A line is what a filter searches of a device: its fields folded, each ended
// by a tab, which no word contains, and the line by a newline. What people
// search by most comes first, so that it is found soonest. The name must be the
// first, since lines are sorted by it, and the unit ID the last.
const (
	fieldEnd = '\t'
	lineEnd  = '\n'

	untaggedFields = 4 // that a tab ends: the name, the plate, the VIN and the IMEI
)

// appendLine appends the device's line to dst.
func appendLine(dst []byte, d *domain.Device) []byte {
	dst = append(domain.AppendFold(dst, d.Name), fieldEnd)
	for _, tag := range d.Tags {
		dst = append(domain.AppendFold(dst, tag), fieldEnd)
	}
	dst = append(domain.AppendFold(dst, d.Plate), fieldEnd)
	dst = append(domain.AppendFold(dst, d.VIN), fieldEnd)
	dst = append(domain.AppendFold(dst, d.IMEI), fieldEnd)
	return append(appendHex(dst, d.UnitID), lineEnd)
}

// lineFulfils asks a term of a line; false for one that is about something else.
func lineFulfils(t *domain.FilterTerm, line []byte) bool {
	if t.Field == domain.FilterAny {
		return anyField(t, line)
	}
	// The last four fields are found from the end, where they are.
	end := len(line) - 1 - 32
	if end < 1 {
		return false
	}
	if t.Field == domain.FilterUnit {
		return t.Pattern.Match(line[end : len(line)-1])
	}
	if t.Field == domain.FilterName {
		return t.Pattern.Match(lineName(line))
	}
	for _, field := range [...]domain.FilterField{domain.FilterIMEI, domain.FilterVIN, domain.FilterPlate} {
		end--
		begin := lastFieldEnd(line[:end]) + 1
		if t.Field == field {
			return t.Pattern.Match(line[begin:end])
		}
		end = begin
	}
	return t.Field == domain.FilterTag && someTag(t.Pattern, line[len(lineName(line))+1:end])
}

// lastFieldEnd is where the last field ends in a part of a line, -1 for nowhere.
// It looks at eight bytes at a time: a byte of z is 0x80 where there is a tab.
func lastFieldEnd(line []byte) int {
	const low, tabs = 0x7f7f7f7f7f7f7f7f, 0x0101010101010101 * fieldEnd
	end := len(line)
	for ; end >= 8; end -= 8 {
		x := binary.LittleEndian.Uint64(line[end-8:]) ^ tabs
		if z := ^((x&low + low) | x | low); z != 0 {
			return end - 1 - bits.LeadingZeros64(z)>>3
		}
	}
	return bytes.LastIndexByte(line[:end], fieldEnd)
}

// someTag says whether one of the tags fits, each of which ends in a tab.
func someTag(p domain.Pattern, tags []byte) bool {
	if text, plain := p.Plain(); plain {
		return bytes.Contains(tags, []byte(text))
	}
	if len(tags) == 0 {
		return p.Match(nil)
	}
	for len(tags) > 0 {
		end := bytes.IndexByte(tags, fieldEnd)
		if p.Match(tags[:end]) {
			return true
		}
		tags = tags[end+1:]
	}
	return false
}

// anyField says whether some field fits. What is looked for without its dashes
// can only be a unit ID, or a part of a field that has none.
func anyField(t *domain.FilterTerm, line []byte) bool {
	if text, plain := t.Pattern.Plain(); plain {
		if bytes.Contains(line, []byte(text)) {
			return true
		}
		text, plain = t.Dashless.Plain()
		return plain && bytes.Contains(line, []byte(text))
	}
	dashless := !t.Dashless.IsZero()
	for rest := line[:len(line)-1]; ; {
		end := bytes.IndexByte(rest, fieldEnd)
		field := rest
		if end >= 0 {
			field = rest[:end]
		}
		if t.Pattern.Match(field) || dashless && t.Dashless.Match(field) {
			return true
		}
		if end < 0 {
			return false
		}
		rest = rest[end+1:]
	}
}

const hexDigits = "0123456789abcdef"

// appendHex appends the 32 hex digits of a unit ID, without dashes.
func appendHex(dst []byte, unit domain.UnitID) []byte {
	for _, b := range unit {
		dst = append(dst, hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}

// hexValue is the value of a lower-case hex digit, 16 for anything else.
func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return 16
}

// lineName is the folded name in a line.
func lineName(line []byte) []byte {
	if end := bytes.IndexByte(line, fieldEnd); end >= 0 {
		return line[:end]
	}
	return line
}
