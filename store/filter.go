package store

import (
	"bytes"
	"slices"
	"strings"

	"tenantry/domain"
)

// deviceFilter is what somebody typed to narrow the devices: words, of which a
// device must match every one. A word matches where a field of the device, or
// the path of its customer, contains it, both folded.
type deviceFilter struct {
	words []filterWord
}

// filterWord is one folded word. A word of hex digits and dashes also matches
// without its dashes, because unit IDs are printed with them and searched
// without; dashless is empty where there is nothing to leave out.
type filterWord struct {
	text, dashless string
}

// A filter has bounds because each word costs a pass: nobody types more, and
// what is pasted by mistake shall not be searched for.
const (
	maxFilterBytes = 1000
	maxFilterWords = 32
)

// parseDeviceFilter reads a filter. Invalid when it is longer than a filter can
// be. Words that others imply are left out.
func parseDeviceFilter(text string) (deviceFilter, error) {
	if len(text) > maxFilterBytes {
		return deviceFilter{}, filterTooLong()
	}
	var f deviceFilter
	for _, word := range strings.Fields(domain.Fold(text)) {
		f.add(filterWord{text: word, dashless: withoutDashes(word)})
	}
	if len(f.words) > maxFilterWords {
		return deviceFilter{}, filterTooLong()
	}
	return f, nil
}

func filterTooLong() *domain.Error {
	return domain.Errorf(domain.Invalid, "filter", "The filter is too long: it takes %d words of %d characters in all. To find many devices by their IDs, paste them.", maxFilterWords, maxFilterBytes)
}

// add keeps the words of which none implies another.
func (f *deviceFilter) add(word filterWord) {
	kept := f.words[:0:0]
	for _, other := range f.words {
		if other.implies(word) {
			return
		}
		if !word.implies(other) {
			kept = append(kept, other)
		}
	}
	f.words = append(kept, word)
}

// implies says whether whatever matches w also matches other.
func (w filterWord) implies(other filterWord) bool {
	return strings.Contains(w.text, other.text) && (w.dashless == "" || strings.Contains(w.dashless, other.text))
}

// impliesAll says whether whatever matches f also matches other.
func (f deviceFilter) impliesAll(other deviceFilter) bool {
	for _, word := range other.words {
		if !f.impliesWord(word) {
			return false
		}
	}
	return true
}

func (f deviceFilter) impliesWord(word filterWord) bool {
	for _, own := range f.words {
		if own.implies(word) {
			return true
		}
	}
	return false
}

// withoutDashes is a word of hex digits and dashes without the dashes, empty
// for any other word.
func withoutDashes(word string) string {
	dashes, digits := 0, 0
	for i := range len(word) {
		switch {
		case word[i] == '-':
			dashes++
		case hexValue(word[i]) < 16:
			digits++
		default:
			return ""
		}
	}
	if dashes == 0 || digits == 0 {
		return ""
	}
	return strings.ReplaceAll(word, "-", "")
}

// matches says whether a device with this line, of a customer with this folded
// path, passes the filter.
func (f deviceFilter) matches(line []byte, path string) bool {
	for _, word := range f.words {
		if !word.inPath(path) && !word.inLine(line) {
			return false
		}
	}
	return true
}

func (w filterWord) inLine(line []byte) bool {
	return bytes.Contains(line, []byte(w.text)) || w.dashless != "" && bytes.Contains(line, []byte(w.dashless))
}

// inPath takes the dashes as they are: a customer has no unit ID.
func (w filterWord) inPath(path string) bool { return strings.Contains(path, w.text) }

// A line is what a filter searches of a device: its fields folded, each ended
// by a tab, which no word contains, and the line by a newline. What people
// search by most comes first, so that it is found soonest. The name must be the
// first, since lines are sorted by it, and the unit ID the last.
const (
	fieldEnd = '\t'
	lineEnd  = '\n'
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

// matchesBut is matches for a line of whose words some are known to match, by
// the bits of a mask.
func (f deviceFilter) matchesBut(line []byte, mask uint64) bool {
	for k, word := range f.words {
		if mask&(1<<k) == 0 && !word.inLine(line) {
			return false
		}
	}
	return true
}

// has says whether the word is one of the filter's.
func (f deviceFilter) has(word filterWord) bool { return slices.Contains(f.words, word) }
