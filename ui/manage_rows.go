package ui

import (
	"fmt"
	"strconv"
	"strings"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// assignColumns are the columns of a list of lines. The numbers have the room
// that the last of them takes.
func assignColumns(l *lookup, what string) []widget.Column {
	last := 0
	if l != nil && len(l.rows) > 0 {
		last = l.rows[len(l.rows)-1].Line
	}
	return []widget.Column{
		{Title: "Line", Width: max(4, len(strconv.Itoa(last))), Right: true},
		{Title: "What you pasted", Width: 10, Grow: 3, Max: 38, Middle: true},
		{Title: what, Width: 16, Grow: 4},
	}
}

// assignRows shows what was found as rows of a table, told by their place in
// what was found.
type assignRows struct {
	*managing
	look *lookup
	all  bool
	done bool // it has happened
}

func (r assignRows) Len() int {
	switch {
	case r.look == nil:
		return 0
	case r.all:
		return len(r.look.rows)
	}
	return len(r.look.failed)
}

func (r assignRows) Key(i int) int {
	if r.all {
		return i
	}
	return int(r.look.failed[i])
}

// devices are those of the rows within so many of row at.
func (r assignRows) devices(at, within int) []domain.ID {
	var ids []domain.ID
	for i := max(0, at-within); i < min(at+within, r.Len()); i++ {
		if id := r.look.rows[r.Key(i)].Device; !id.IsZero() {
			ids = append(ids, id)
		}
	}
	return ids
}

// Find is the row at that place, or the first that is listed behind it.
func (r assignRows) Find(key int) (int, bool) {
	if r.all {
		return key, key < len(r.look.rows)
	}
	low, high := 0, len(r.look.failed)
	for low < high {
		if mid := (low + high) / 2; int(r.look.failed[mid]) < key {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(r.look.failed)
}

func (r assignRows) Cells(i int, out []string) []string {
	row := &r.look.rows[r.Key(i)]
	line, input, words := strconv.Itoa(row.Line), row.Input, r.rowWords(row, r.done)
	name := ""
	if known := r.rows.row(row.Device); known != nil {
		name = deviceName(&known.Device)
	}
	switch {
	case row.Line == 0 && name != "":
		return append(out, "mark", name, words)
	case row.Line == 0:
		return append(out, "mark", input, words)
	case name != "":
		words += ": " + name
	}
	return append(out, line, input, words)
}

func (r assignRows) CellTone(i, column int) widget.Tone {
	if column != 2 {
		return widget.ToneNormal
	}
	switch result := r.look.rows[r.Key(i)].Result; {
	case result.Fails():
		return widget.ToneWarn
	case result.Does():
		return widget.ToneNormal
	}
	return widget.ToneDim
}

// rowWords says what a row is, or what has become of it.
func (s *managing) rowWords(row *store.BulkRow, done bool) string {
	words := row.Result.Words(done)
	switch row.Result {
	case domain.ResultMoved:
		if _, assigned := s.deed.(assigns); assigned {
			return words + " from " + s.customerName(row.From)
		}
	case domain.ResultAmbiguous:
		names := make([]string, len(row.Fits))
		for i, c := range row.Fits {
			names[i] = c.Name
		}
		return words + ": " + strings.Join(names, ", ")
	case domain.ResultMalformed, domain.ResultRefused:
		return words + ": " + row.Why
	case domain.ResultRepeated:
		if row.RepeatOf == 0 {
			return "repeats a marked device"
		}
		return fmt.Sprintf("repeats line %d", row.RepeatOf)
	}
	return words
}

// changesWords say what becomes what, "" for nothing.
func changesWords(changes []store.AuditChange) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = c.Field + ": " + orNone(c.Old) + " → " + orNone(c.New)
	}
	return strings.Join(parts, "; ")
}

func (s *managing) customerName(id domain.ID) string {
	if customer, ok := s.tree().Customer(id); ok {
		return customer.Name
	}
	return "a customer that is gone"
}
