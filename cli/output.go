package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/charmbracelet/x/ansi"

	"tenantry/domain"
	"tenantry/shape"
)

// say writes a line for a person; every argument that is text is cleaned.
func (p *program) say(format string, args ...any) error {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = domain.Clean(text)
		}
	}
	_, err := fmt.Fprintf(p.Stdout, format+"\n", args...)
	return err
}

// firstOf is the first error of two writes.
func firstOf(err, next error) error {
	if err != nil {
		return err
	}
	return next
}

// answer writes value as JSON where that is asked for, and else what tell says.
func (p *program) answer(value any, tell func() error) error {
	if p.json {
		return writeJSON(p.Stdout, value)
	}
	return tell()
}

// table writes rows in columns. The first rows settle how wide these are, so
// that a list of any length is written as it is read.
type table struct {
	w      io.Writer
	right  map[int]bool // columns of numbers
	rows   [][]string   // waiting for the widths
	widths []int
}

// tableSample is how many rows a table looks at before it settles its widths,
// and tableWidest how wide a column gets at most by that.
const (
	tableSample = 1000
	tableWidest = 60
)

func (t *table) add(cells ...string) error {
	for i := range cells {
		cells[i] = domain.Clean(cells[i])
	}
	if t.widths != nil {
		return t.write(cells)
	}
	t.rows = append(t.rows, cells)
	if len(t.rows) < tableSample {
		return nil
	}
	return t.flush()
}

// flush settles the widths by what there is so far and writes it.
func (t *table) flush() error {
	if t.widths == nil {
		t.settle()
	}
	for _, cells := range t.rows {
		if err := t.write(cells); err != nil {
			return err
		}
	}
	t.rows = nil
	return nil
}

func (t *table) settle() {
	t.widths = []int{}
	for _, cells := range t.rows {
		for i, cell := range cells {
			if i == len(t.widths) {
				t.widths = append(t.widths, 0)
			}
			t.widths[i] = max(t.widths[i], min(ansi.StringWidth(cell), tableWidest))
		}
	}
}

func (t *table) write(cells []string) error {
	var line strings.Builder
	for i, cell := range cells {
		gap := ""
		if i < len(t.widths) {
			gap = strings.Repeat(" ", max(0, t.widths[i]-ansi.StringWidth(cell)))
		}
		if t.right[i] {
			line.WriteString(gap + cell + "  ")
		} else {
			line.WriteString(cell + gap + "  ")
		}
	}
	_, err := fmt.Fprintln(t.w, strings.TrimRight(line.String(), " "))
	return err
}

// numberColumns says which columns of a table hold numbers.
func numberColumns(columns ...int) map[int]bool {
	set := map[int]bool{}
	for _, c := range columns {
		set[c] = true
	}
	return set
}

// jsonList writes {"items": [...], "total": n, "next": "..."} as the items come.
type jsonList struct {
	w     io.Writer
	items int
}

func (l *jsonList) add(item any) error {
	var text bytes.Buffer
	if err := encodeJSON(&text, item, "    "); err != nil {
		return err
	}
	before := ",\n    "
	if l.items == 0 {
		before = "{\n  \"items\": [\n    "
	}
	l.items++
	_, err := fmt.Fprintf(l.w, "%s%s", before, bytes.TrimRight(text.Bytes(), "\n"))
	return err
}

// end closes the document. atLeast says that there may be more than total, and
// why says why a list is empty, where there is more to say about that than that
// it is.
func (l *jsonList) end(total int, atLeast bool, next, why string) error {
	opening, closing := "", "\n  ]"
	if l.items == 0 {
		opening, closing = "{\n  \"items\": [", "]"
	}
	reason := ""
	if why != "" {
		text, err := json.Marshal(domain.Clean(why))
		if err != nil {
			return err
		}
		reason = ",\n  \"reason\": " + string(text)
	}
	least := ""
	if atLeast {
		least = ",\n  \"at_least\": true"
	}
	_, err := fmt.Fprintf(l.w, "%s%s,\n  \"total\": %d%s,\n  \"next\": %q%s\n}\n", opening, closing, total, least, next, reason)
	return err
}

// writeJSON writes one indented document.
func writeJSON(w io.Writer, value any) error {
	var text bytes.Buffer
	if err := encodeJSON(&text, value, ""); err != nil {
		return err
	}
	_, err := w.Write(text.Bytes())
	return err
}

// encodeJSON encodes value exactly, and yet so that a terminal which shows it
// stays unharmed: what Clean would take out is escaped. What only browsers need
// escaped is left alone.
func encodeJSON(to *bytes.Buffer, value any, prefix string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	if !bytes.ContainsFunc(text.Bytes(), func(r rune) bool { return r >= 0x7f }) {
		_, err := to.ReadFrom(&text)
		return err
	}
	for _, r := range text.String() {
		if r == 0x7f || r > 0x7f && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(to, `\u%04x`, unit)
			}
			continue
		}
		to.WriteRune(r)
	}
	return nil
}

// instant is a time as JSON has it: RFC 3339 in UTC, null for none.
func instant(t time.Time) *string { return shape.Instant(t) }

// identity is an ID as JSON has it: null for none.
func identity(id domain.ID) *domain.ID { return shape.Identity(id) }

// thousands writes a number for people: 12,345; "–" where it isn't known.
func thousands(n int) string {
	if n < 0 {
		return "–"
	}
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// count is a number with its noun: "1 device", "2,000 devices".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + plural(noun)
}

// plural is a noun for several: "devices", "audit entries".
func plural(noun string) string {
	if stem, ok := strings.CutSuffix(noun, "entry"); ok {
		return stem + "entries"
	}
	return noun + "s"
}

// progress tells a person at stderr how far long work is, in place; nil where
// nobody looks. done takes the line away again.
func (p *program) progress(what string) (tell func(done, total int), done func()) {
	if !p.Watched {
		return nil, func() {}
	}
	last, widest := "", 0
	tell = func(done, total int) {
		far := thousands(done)
		if total > 0 {
			far = fmt.Sprintf("%3d %%", done*100/total)
		}
		if far != last {
			last = far
			line := what + " " + far
			widest = max(widest, len(line))
			fmt.Fprint(p.Stderr, "\r"+line)
		}
	}
	return tell, func() {
		if last != "" {
			fmt.Fprintf(p.Stderr, "\r%s\r", strings.Repeat(" ", widest))
		}
	}
}

// number writes a number for people, nothing for zero.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
