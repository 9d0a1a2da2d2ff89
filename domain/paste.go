package domain

import (
	"strings"
	"unicode"
)

// What one paste may hold. More is refused whole, because whoever pasted it
// would have to find out which part was taken.
const (
	MaxPasteBytes = 8 << 20
	MaxPasteIDs   = 100_000
)

// minPrefix is how many hex digits the beginning of an ID takes at least.
const minPrefix = 8

// PasteForm is what a pasted row looks like, before anything is looked up.
type PasteForm uint8

const (
	PasteFull      PasteForm = iota + 1 // 32 hex digits: a unit ID or a device ID
	PastePrefix                         // the first 8 to 31 hex digits of one
	PasteMalformed                      // neither
)

// PasteRow is one ID that somebody pasted, or what they pasted in its place.
type PasteRow struct {
	Line     int    // line of the text, from 1
	Input    string // as it was pasted, without space around
	Form     PasteForm
	ID       [16]byte // the digits from the left, zero behind a prefix's; for malformed rows zero
	Digits   int      // how many hex digits ID holds: 32, 8 to 31, or 0
	RepeatOf int      // the line of the first row with the same ID or prefix, 0 when this is it
	Ignored  int      // how many other words of the line were taken for columns beside IDs
	Why      string   // for malformed rows: "30 hex digits, not 32"
}

// Range is the first and the last of the identities that begin with the row's
// digits; for a full one both are the same.
func (p PasteRow) Range() (first, last [16]byte) {
	first, last = p.ID, p.ID
	for digit := p.Digits; digit < 32; digit++ {
		last[digit/2] |= 0x0f << (4 * (1 - digit%2))
	}
	return first, last
}

// ParsePaste reads the IDs out of whatever somebody had: one a line, a list, a
// spreadsheet. It never drops a word silently: each becomes a row, or is counted
// in Ignored of its line's row, or stands in the header.
//
//   - Lines end with LF, CRLF or CR. Commas, semicolons, tabs and vertical bars
//     separate cells; a line without any is separated at its spaces.
//   - Punctuation alone is nothing: bullets, rules between rows, empty quotes.
//   - An ID may be in either case, with dashes anywhere or none, in quotes or
//     brackets. Eight to 31 hex digits are a prefix, unless they are in five
//     groups: that was meant to be a whole one.
//   - If the first line with anything on it names a column for IDs ("Unit ID",
//     "Device"…) and holds no ID, it is a header. That column is taken then, and
//     the others are ignored.
//   - Without a header, a line whose cells all are IDs is a list: a row each. So
//     is one with several IDs, and what else it holds is malformed. Where a line
//     has just one whole ID (or, without one, one prefix), its other cells are
//     ignored, unless they were meant to be an ID and are malformed. Where it has
//     none it is one malformed row.
//
// Beyond MaxPasteBytes or MaxPasteIDs it is an Invalid error on field "ids", and
// there are no rows.
func ParsePaste(text string) ([]PasteRow, error) {
	if len(text) > MaxPasteBytes {
		return nil, Errorf(Invalid, "ids", "That is more than %d MiB. Nothing was taken. Paste it in parts.", MaxPasteBytes>>20)
	}
	p := paste{rows: make([]PasteRow, 0, min(len(text)/33+1, MaxPasteIDs))}
	for len(text) > 0 && !p.over() {
		p.line++
		var line string
		line, text = cutLine(text)
		p.readLine(line)
	}
	if p.over() {
		return nil, Errorf(Invalid, "ids", "That is more than 100,000 IDs. Nothing was taken. Paste it in parts.")
	}
	p.markRepeats()
	return p.rows, nil
}

// cutLine cuts the first line off text, without its end.
func cutLine(text string) (line, rest string) {
	for i := range len(text) {
		switch text[i] {
		case '\n':
			return text[:i], text[i+1:]
		case '\r':
			if i+1 < len(text) && text[i+1] == '\n' {
				return text[:i], text[i+2:]
			}
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// paste is a text being read.
type paste struct {
	rows   []PasteRow
	line   int
	begun  bool // a line with anything on it was read
	column int  // of the IDs, when a header named it
	comma  byte // what separates columns under that header, 0 without one
	cells  []cell
	left   int // words left out of the cells of this line
}

// cell is a word, or several, that may be an ID.
type cell struct {
	text string // without space around
	id   parsedID
}

// over says whether there is more than one paste may hold.
func (p *paste) over() bool { return len(p.rows) > MaxPasteIDs || len(p.cells) > MaxPasteIDs }

func (p *paste) readLine(raw string) {
	line := trimBlank(raw)
	if isEmpty(line) {
		return
	}
	id := parseWhole(line)
	if id.kind == fullID {
		p.begun = true
		p.add(line, id, 0) // most lines of most pastes
		return
	}
	if !p.begun {
		p.begun = true
		if p.readHeader(raw) {
			return
		}
	}
	if p.comma != 0 && p.readColumn(raw) {
		return
	}
	if isWord(line) {
		p.add(line, id, 0)
		return
	}
	p.readCells(line)
}

// readCells reads a line under no header.
func (p *paste) readCells(line string) {
	p.cells, p.left = p.cells[:0], 0
	if strings.ContainsAny(line, ",;\t|") {
		p.splitCells(line)
	} else {
		p.splitWords(line)
	}
	if p.over() {
		return
	}
	best, count, others := p.survey()
	switch {
	case best == notID && len(p.cells) == 1:
		p.add(line, p.cells[0].id, 0)
	case best == notID:
		p.add(line, parsedID{reason: "no ID in this line"}, 0)
	case count == 1 && others > 0:
		p.addLike(best)
	default:
		for i, c := range p.cells {
			p.add(c.text, c.id, p.left*max(0, 1-i))
		}
	}
}

// survey says what the most promising cells of a line are, how many there are of
// them, and how many cells are nothing like an ID.
func (p *paste) survey() (best idKind, count, others int) {
	for i := range p.cells {
		switch kind := p.cells[i].id.kind; {
		case kind > best:
			best, count = kind, 1
		case kind == best:
			count++
		}
		if p.cells[i].id.kind == notID {
			others++
		}
	}
	return best, count, others
}

// addLike adds the best cell of a line and those that were meant to be an ID.
// The first of them carries how many were left out.
func (p *paste) addLike(best idKind) {
	taken := func(c *cell) bool { return c.id.kind == best || c.id.kind == nearID }
	ignored := p.left + len(p.cells)
	for i := range p.cells {
		if taken(&p.cells[i]) {
			ignored--
		}
	}
	for i := range p.cells {
		if c := &p.cells[i]; taken(c) {
			p.add(c.text, c.id, ignored)
			ignored = 0
		}
	}
}

// splitCells separates a line at its separators.
func (p *paste) splitCells(line string) {
	for line != "" && len(p.cells) <= MaxPasteIDs {
		var text string
		text, line = cutCell(line, 0)
		if text = trimBlank(text); !isEmpty(text) {
			p.addCell(text)
		}
	}
}

// addCell adds a cell: one ID in any writing; or several words, which are as many
// cells when all are IDs, and one when there is one ID among them.
func (p *paste) addCell(text string) {
	id := parseWhole(text)
	if id.kind != notID || isWord(text) {
		p.cells = append(p.cells, cell{text, id})
		return
	}
	from := len(p.cells)
	p.splitWords(text)
	words := p.cells[from:]
	whole, ids := -1, 0
	for i := range words {
		if words[i].id.kind >= prefixID {
			ids++
		}
		if words[i].id.kind == fullID {
			whole = i
		}
	}
	switch {
	case ids == len(words) && ids > 0:
	case ids == 1 && whole >= 0:
		p.left += len(words) - 1
		words[0] = words[whole]
		p.cells = p.cells[:from+1]
	default:
		p.cells = append(p.cells[:from], cell{text, id})
	}
}

// splitWords separates a line at its spaces, unless the words are the groups of
// one ID.
func (p *paste) splitWords(line string) {
	if id, ok := parseSpread(line); ok {
		p.cells = append(p.cells, cell{line, id})
		return
	}
	for line != "" {
		var word string
		word, line = cutWord(line)
		if !isEmpty(word) {
			p.cells = append(p.cells, cell{word, parseWhole(word)})
		}
	}
}

func (p *paste) add(input string, id parsedID, ignored int) {
	row := PasteRow{Line: p.line, Input: input, Form: PasteMalformed, Ignored: ignored}
	switch id.kind {
	case fullID:
		row.Form, row.ID, row.Digits = PasteFull, id.value, 32
	case prefixID:
		row.Form, row.ID, row.Digits = PastePrefix, id.value, id.digits
	default:
		row.Why = id.why()
	}
	p.rows = append(p.rows, row)
}

// readHeader takes a line for a header when it names a column of IDs and holds
// none itself.
func (p *paste) readHeader(line string) bool {
	comma := byte(0)
	for _, c := range []byte{'\t', ';', ',', '|'} {
		if strings.IndexByte(line, c) >= 0 {
			comma = c
			break
		}
	}
	best, column := 0, 0
	for i, rest := 0, line; rest != ""; i++ {
		var text string
		text, rest = cutCell(rest, comma)
		text = trimWrapping(trimBlank(text))
		if parseWhole(text).kind >= prefixID {
			return false
		}
		if rank := headerRank(text); rank > best {
			best, column = rank, i
		}
	}
	if best == 0 {
		return false
	}
	p.column, p.comma = column, comma
	return true
}

// headerRank says how surely a column of that name holds IDs, 0 for not at all.
// "Device" is last, since next to a unit ID it is a name.
func headerRank(name string) int {
	if len(name) > 40 {
		return 0
	}
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	switch {
	case strings.Contains(letters, "unitid"):
		return 6
	case strings.Contains(letters, "deviceid"):
		return 5
	}
	switch letters {
	case "id", "ids", "identifier":
		return 4
	case "uuid", "guid", "unit", "units", "unituuid", "deviceuuid":
		return 3
	case "serial", "serialnumber", "serialno", "dongleid":
		return 2
	case "device", "devices", "dongle":
		return 1
	}
	return 0
}

// readColumn reads the cell under the header. Lines with too few cells for that
// (added by hand under a table) are read as under no header.
func (p *paste) readColumn(line string) bool {
	wanted, cells, others := "", 0, 0
	for i, rest := 0, line; rest != ""; i++ {
		var text string
		text, rest = cutCell(rest, p.comma)
		text = trimBlank(text)
		cells++
		switch {
		case i == p.column:
			wanted = text
		case !isEmpty(text):
			others++
		}
	}
	empty := isEmpty(wanted)
	switch {
	case cells == 1 || cells <= p.column && others == 1:
		return false
	case empty && others == 0:
		return true
	case empty:
		p.add(line, parsedID{reason: "no ID in its column"}, 0)
		return true
	}
	p.add(wanted, parseWhole(wanted), others)
	return true
}

// cutCell cuts the first cell off a line: up to comma, or to any separator when
// that is 0. A separator within double quotes separates nothing.
func cutCell(line string, comma byte) (text, rest string) {
	for i := quotedEnd(line); i < len(line); i++ {
		switch b := line[i]; {
		case b == comma, comma == 0 && (b == ',' || b == ';' || b == '\t' || b == '|'):
			return line[:i], line[i+1:]
		}
	}
	return line, ""
}

// quotedEnd is where the quoted part ends with which a line begins, 0 when it
// begins with none or the quotes never close. Two quotes in it are one.
func quotedEnd(line string) int {
	at := len(line) - len(strings.TrimLeft(line, " "))
	if at == len(line) || line[at] != '"' {
		return 0
	}
	for at++; at < len(line); at++ {
		if line[at] != '"' {
			continue
		}
		if at+1 == len(line) || line[at+1] != '"' {
			return at + 1
		}
		at++
	}
	return 0
}

// markRepeats says of each ID that came before where. A prefix repeats only the
// same prefix: what it stands for isn't known here.
func (p *paste) markRepeats() {
	full := make(map[[16]byte]int32, len(p.rows))
	var prefixes map[prefixKey]int32
	for i := range p.rows {
		row := &p.rows[i]
		switch row.Form {
		case PasteFull:
			if first, ok := full[row.ID]; ok {
				row.RepeatOf = int(first)
			} else {
				full[row.ID] = int32(row.Line)
			}
		case PastePrefix:
			if prefixes == nil {
				prefixes = make(map[prefixKey]int32)
			}
			key := prefixKey{row.ID, row.Digits}
			if first, ok := prefixes[key]; ok {
				row.RepeatOf = int(first)
			} else {
				prefixes[key] = int32(row.Line)
			}
		}
	}
}

type prefixKey struct {
	id     [16]byte
	digits int
}
