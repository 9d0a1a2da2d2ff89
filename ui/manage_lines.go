package ui

import (
	"strings"

	"tenantry/domain"
	"tenantry/store"
)

// lines is text with IDs in it, as it was pasted and typed. It is kept raw, so
// that its line numbers are those of whatever it was copied from. It grows at
// its end without being copied, since a paste may come in a thousand pieces.
type lines struct{ grown *strings.Builder }

// text is all of it. What was handed out stays as it is while more is added.
func (l *lines) text() string {
	if l.grown == nil {
		return ""
	}
	return l.grown.String()
}

func (l *lines) len() int { return len(l.text()) }

// set puts other text in place of all that is there.
func (l *lines) set(text string) {
	l.grown = &strings.Builder{}
	l.grown.WriteString(text)
}

// add puts text on a line of its own at the end.
func (l *lines) add(text string) {
	if text == "" {
		return
	}
	before := l.text()
	if before != "" && before[len(before)-1] != '\n' && before[len(before)-1] != '\r' {
		l.join("\n")
	}
	l.join(text)
}

// join puts text right behind what is there.
func (l *lines) join(text string) {
	if l.grown == nil {
		l.grown = &strings.Builder{}
	}
	l.grown.WriteString(text)
}

// joined is two pieces of a paste that came one after the other. Where one ends
// with a whole ID and the next begins with another, they were two pastes.
func joined(before, after string) string {
	if startsWithDigit(after) && endsWithWholeID(before) {
		return before + "\n" + after
	}
	return before + after
}

func startsWithDigit(text string) bool {
	return text != "" && strings.IndexByte("0123456789abcdefABCDEF", text[0]) >= 0
}

// endsWithWholeID says whether the last 32 or 36 characters of text are an ID
// and nothing that could be part of one stands before.
func endsWithWholeID(text string) bool {
	for _, n := range [...]int{32, 36} {
		if len(text) < n {
			continue
		}
		before, last := text[:len(text)-n], text[len(text)-n:]
		if before != "" && (startsWithDigit(before[len(before)-1:]) || before[len(before)-1] == '-') {
			continue
		}
		if _, err := domain.ParseUnitID(last); err == nil && strings.TrimSpace(last) == last {
			return true
		}
	}
	return false
}

// replace puts other words in the place that row i was read from. A row that is
// alone on its line has all of it. It says false where the place can't be told.
func (l *lines) replace(rows []store.BulkRow, i int, words string) bool {
	text := l.text()
	from, to, ok := placeOf(text, rows, i)
	if ok {
		l.set(text[:from] + words + text[to:])
	}
	return ok
}

// placeOf finds what row i was read from. Rows are in the order of the text.
func placeOf(text string, rows []store.BulkRow, i int) (from, to int, ok bool) {
	line := rows[i].Line
	start, end, ok := lineNumber(text, line)
	if !ok {
		return 0, 0, false
	}
	first := i
	for first > 0 && rows[first-1].Line == line {
		first--
	}
	if first == i && (i+1 == len(rows) || rows[i+1].Line != line) {
		return start, end, true
	}
	for j := first; j <= i; j++ {
		at := strings.Index(text[start:end], rows[j].Input)
		if at < 0 {
			return 0, 0, false
		}
		from = start + at
		start = from + len(rows[j].Input)
	}
	return from, start, true
}

// lineNumber finds line n of text, from 1, without its end.
func lineNumber(text string, n int) (from, to int, ok bool) {
	for at := 1; ; at++ {
		end := strings.IndexAny(text[from:], "\r\n")
		if end < 0 {
			return from, len(text), at == n
		}
		if at == n {
			return from, from + end, true
		}
		if from += end; strings.HasPrefix(text[from:], "\r\n") {
			from++
		}
		from++
	}
}

// failedText is the lines that can't move, or couldn't, as they were typed: one
// below the other to be copied, or each on the line that it had.
func (l *lookup) failedText(numbered bool) string {
	var b strings.Builder
	line, last := 1, 0
	for _, i := range l.failed {
		row := &l.rows[i]
		if row.Line == 0 {
			continue // a marked device: nobody typed it
		}
		if !numbered {
			b.WriteString(row.Input)
			b.WriteByte('\n')
			continue
		}
		if row.Line == last {
			b.WriteString(", ")
		}
		for last = row.Line; line < last; line++ {
			b.WriteByte('\n')
		}
		b.WriteString(row.Input)
	}
	return b.String()
}
