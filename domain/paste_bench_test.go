package domain

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
)

// pasteOf is a text of n IDs, one a line, of which some are prefixes, in other
// spellings, repeated or malformed, as the shares say.
func pasteOf(n int, faults bool) string {
	random := rand.New(rand.NewPCG(3, 4))
	var text strings.Builder
	var last string
	for i := range n {
		var unit UnitID
		binary.BigEndian.PutUint64(unit[:8], random.Uint64())
		binary.BigEndian.PutUint64(unit[8:], random.Uint64())
		line := unit.String()
		if faults {
			switch i % 10 {
			case 1:
				line = `"` + strings.ToUpper(line) + `",`
			case 2:
				line = strings.ReplaceAll(line, "-", "")
			case 3:
				line = line[:12]
			case 4:
				line = last
			case 5:
				line = line[:34]
			case 6:
				line = "Van " + line[:4] + "\t" + line + "\tblue"
			}
		}
		last = unit.String()
		text.WriteString(line)
		text.WriteString("\r\n")
	}
	return text.String()
}

func BenchmarkParsePaste(b *testing.B) {
	for _, bb := range []struct {
		name   string
		faults bool
	}{{"clean", false}, {"faulty", true}} {
		text := pasteOf(MaxPasteIDs, bb.faults)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if rows, err := ParsePaste(text); err != nil || len(rows) != MaxPasteIDs {
					b.Fatal(len(rows), err)
				}
			}
		})
	}
}
