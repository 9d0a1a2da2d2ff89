package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"tenantry/domain"
)

// fleetText is the lines of many devices (see appendLine) end to end, sorted by
// name, with an index that says which lines can hold a word: for each pair of
// neighbouring bytes a row of bits, one bit a line. The rows of a word's pairs,
// and-ed, leave few lines to look into; a word of two bytes, and any single
// letter, mostly needs no look at all. Without it, one pass over the text of a
// million devices takes 10 to 50 ms, depending on the word; with it, 0.1 to 8.
//
// Two things keep the rows thin where every line is full of digits. Pairs of hex
// digits have two rows each, for those that begin at an even and at an odd byte
// of the line, and a word must fit one way or the other. Of the other pairs, the
// commonest have a row of their own and the rest share some.
type fleetText struct {
	text  []byte   // the lines, and textPad bytes after them
	start []uint32 // where each line begins, and where the last one ends
	rows  [textRows][]uint64
	pairs *pairRows
	lines [128]int // how many lines have this ASCII character
}

const (
	linesInBlock = 64 // one word of each row

	hexRow     = 0
	letterRow  = hexRow + 2*16*16
	commonRow  = letterRow + 128
	commonRows = 192
	sharedRow  = commonRow + commonRows
	sharedRows = 64
	controlRow = sharedRow + sharedRows // of the pairs with a field's end, which no word has
	beginRow   = controlRow + 1         // of the letters and digits that some field begins with
	endRow     = beginRow + edgeRows    // and of those that one ends with
	taggedRow  = endRow + edgeRows      // of the lines that have a tag
	textRows   = taggedRow + 1

	edgeRows = 10 + 26

	// textPad lets a search read whole words of memory beyond the last line: a
	// filter is no longer than this.
	textPad = domain.MaxFilterBytes + 64
)

// pairRows says which row each pair of bytes has.
type pairRows [1 << 16]uint16

// sampleEvery is of how many lines one is counted, to find the common pairs.
const sampleEvery = 16

// count counts the pairs of a sample of lines.
func (p *pairCounts) count(text []byte, start []uint32) {
	for i := 0; i+1 < len(start); i += sampleEvery {
		var pair uint16
		for _, c := range text[start[i]:start[i+1]] {
			pair = pair<<8 | uint16(c)
			p[pair]++
		}
	}
}

type pairCounts [1 << 16]int

func (p *pairCounts) rows() *pairRows {
	rows := new(pairRows)
	var others []uint16
	for pair := range rows {
		first, second := byte(pair>>8), byte(pair)
		a, b := hexValue(first), hexValue(second)
		switch {
		case a < 16 && b < 16:
			rows[pair] = uint16(hexRow + 2*(a<<4|b))
		case first < ' ' && edge(second) < edgeRows: // 0 stands before the line
			rows[pair] = uint16(beginRow + edge(second))
		case second < ' ' && edge(first) < edgeRows:
			rows[pair] = uint16(endRow + edge(first))
		case first < ' ' || second < ' ':
			rows[pair] = controlRow
		default:
			rows[pair] = uint16(sharedRow + uint32(pair)*2654435761>>24%sharedRows)
			if p[pair] > 0 {
				others = append(others, uint16(pair))
			}
		}
	}
	slices.SortFunc(others, func(a, b uint16) int { return cmp.Or(p[b]-p[a], int(a)-int(b)) })
	for i, pair := range others[:min(len(others), commonRows)] {
		rows[pair] = uint16(commonRow + i)
	}
	return rows
}

// edge is the number of a letter or digit among those that have rows for being
// at the edge of a field; edgeRows for anything else.
func edge(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 10
	}
	return edgeRows
}

// blocks is how many words each row has.
func (t *fleetText) blocks() int { return (t.len() + linesInBlock - 1) / linesInBlock }

// len is how many lines there are.
func (t *fleetText) len() int { return max(0, len(t.start)-1) }

// line is line i with its newline.
func (t *fleetText) line(i int) []byte { return t.text[t.start[i]:t.start[i+1]] }

// name is the folded name in line i.
func (t *fleetText) name(i int) []byte { return lineName(t.line(i)) }

// makeRows lays out the rows; index fills them.
func (t *fleetText) makeRows(pairs *pairRows) {
	t.pairs = pairs
	blocks := t.blocks()
	all := make([]uint64, blocks*textRows)
	for r := range t.rows {
		t.rows[r] = all[r*blocks : (r+1)*blocks : (r+1)*blocks]
	}
}

// index fills the rows of some blocks. Different blocks may be indexed at the
// same time.
func (t *fleetText) index(from, to int) {
	var here [textRows]uint64
	for block := from; block < to; block++ {
		clear(here[:])
		first := block * linesInBlock
		for i := first; i < min(first+linesInBlock, t.len()); i++ {
			bit := uint64(1) << (i - first)
			var pair uint16
			line := t.line(i)
			if bytes.Count(line, []byte{fieldEnd}) > untaggedFields {
				here[taggedRow] |= bit
			}
			for at, c := range line {
				pair = pair<<8 | uint16(c)
				row := t.pairs[pair]
				if row < letterRow {
					row += uint16(at & 1)
				}
				here[row] |= bit
				if c < 128 {
					here[letterRow+int(c)] |= bit
				}
			}
		}
		for r, set := range here {
			t.rows[r][block] = set
		}
	}
}

// countLetters counts the lines of each character, once all blocks are indexed.
func (t *fleetText) countLetters() {
	for c := range t.lines {
		for _, set := range t.rows[letterRow+c] {
			t.lines[c] += bits.OnesCount64(set)
		}
	}
}

// needle is a word made ready for searching a text: the rows that its lines
// must have, and three of its bytes by which it is looked for.
type needle struct {
	word  []byte
	rows  [2][][]uint64 // by the parity of the byte at which the word begins; the same where the second is nil
	exact bool          // the rows say it all
	at    [3]int
	mask  [3]uint64 // the byte at each, eight times
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func (t *fleetText) needle(word string) needle {
	n := needle{word: []byte(word)}
	n.pick(t)
	if len(word) == 1 && word[0] < 128 {
		n.rows[0] = [][]uint64{t.rows[letterRow+int(word[0])]}
		n.exact = true
		return n
	}
	n.exact = len(word) == 2
	parity := false
	for i := 1; i < len(word); i++ {
		row := t.pairs[uint16(word[i-1])<<8|uint16(word[i])]
		n.exact = n.exact && row < sharedRow
		parity = parity || row < letterRow
		for begin := range n.rows {
			r := row
			if r < letterRow {
				r += uint16((begin + i) & 1)
			}
			n.rows[begin] = appendRow(n.rows[begin], t.rows[r])
		}
	}
	if !parity {
		n.rows[1] = nil
	}
	return n
}

// appendRow adds a row that isn't there yet.
func appendRow(rows [][]uint64, row []uint64) [][]uint64 {
	for _, other := range rows {
		if len(row) > 0 && &other[0] == &row[0] {
			return rows
		}
	}
	return append(rows, row)
}

// pick chooses the rarest bytes that follow one another to look for.
func (n *needle) pick(t *fleetText) {
	rarity := func(i int) int {
		if c := n.word[i]; c < 128 {
			return t.lines[c]
		}
		return t.len() / 8
	}
	n.at = [3]int{0, min(1, len(n.word)-1), min(2, len(n.word)-1)}
	fewest := -1
	for i := 2; i < len(n.word); i++ {
		if sum := rarity(i-2) + rarity(i-1) + rarity(i); fewest < 0 || sum < fewest {
			fewest = sum
			n.at = [3]int{i - 2, i - 1, i}
		}
	}
	for i, at := range n.at {
		n.mask[i] = ones * uint64(n.word[at])
	}
}

// candidates are the lines of a block that can hold the word, all that do and
// maybe more. Bits beyond the last line may be set.
func (n *needle) candidates(block int) uint64 {
	even, odd := ^uint64(0), uint64(0)
	for _, row := range n.rows[0] {
		even &= row[block]
	}
	if n.rows[1] != nil {
		odd = ^uint64(0)
		for _, row := range n.rows[1] {
			odd &= row[block]
		}
	}
	return even | odd
}

// in says whether the word is in text between from and to, which end a line,
// and have textPad bytes after them. It compares 16 places at a time: a byte of
// z is zero where the three bytes of the needle agree.
func (n *needle) in(text []byte, from, to int) bool {
	a := text[from+n.at[0] : to+textPad]
	b := text[from+n.at[1] : to+textPad]
	c := text[from+n.at[2] : to+textPad]
	for at := from; at < to && len(a) >= 16 && len(b) >= 16 && len(c) >= 16; at += 16 {
		y := binary.LittleEndian.Uint64(a) ^ n.mask[0] | binary.LittleEndian.Uint64(b) ^ n.mask[1] | binary.LittleEndian.Uint64(c) ^ n.mask[2]
		z := binary.LittleEndian.Uint64(a[8:]) ^ n.mask[0] | binary.LittleEndian.Uint64(b[8:]) ^ n.mask[1] | binary.LittleEndian.Uint64(c[8:]) ^ n.mask[2]
		y, z = (y-ones)&^y&highs, (z-ones)&^z&highs
		if y|z != 0 && (n.atOne(text, at, to, y) || n.atOne(text, at+8, to, z)) {
			return true
		}
		a, b, c = a[16:], b[16:], c[16:]
	}
	return false
}

// atOne says whether the word is at one of the places that zeros marks, from at
// on. It can't reach into the next line, for it holds no newline.
func (n *needle) atOne(text []byte, at, to int, zeros uint64) bool {
	for ; zeros != 0; zeros &= zeros - 1 {
		place := at + bits.TrailingZeros64(zeros)>>3
		if place < to && bytes.Equal(text[place:place+len(n.word)], n.word) {
			return true
		}
	}
	return false
}

// touch reads a little of the given lines of a block, all at once, so that the
// look into each that follows doesn't wait for memory one by one.
func (t *fleetText) touch(block int, set uint64) (sum byte) {
	for ; set != 0; set &= set - 1 {
		at := t.start[block*linesInBlock+bits.TrailingZeros64(set)]
		sum += t.text[at] + t.text[at+64]
	}
	return sum
}
