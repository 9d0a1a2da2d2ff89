package widget

import "strings"

// PadStyled is a line that may have styles in it, in exactly w cells: cut, or
// filled with spaces on the right. Whatever else than text and styles is in it
// is left out, and no style is left on behind it.
func PadStyled(line string, w int) string {
	if w <= 0 {
		return ""
	}
	if printableASCII(line) {
		if len(line) >= w {
			return line[:w]
		}
		return line + spaces(w-len(line))
	}
	var b strings.Builder
	b.Grow(len(line) + w)
	copyCells(&b, line, 0, w)
	return b.String()
}

// Block is lines, which may have styles in them, as exactly h lines of w cells.
func Block(lines []string, w, h int) []string {
	block := make([]string, max(h, 0))
	for i := range block {
		if i < len(lines) {
			block[i] = PadStyled(lines[i], w)
		} else {
			block[i] = spaces(w)
		}
	}
	return block
}

// Overlay draws box over base with its left upper corner at column x and line
// y. What would stand outside of base is cut; the answer has the size of base.
// A wide character that is half covered becomes a space.
func Overlay(base, box []string, x, y int) []string {
	lines := make([]string, len(base))
	copy(lines, base)
	for i, over := range box {
		if y+i < 0 || y+i >= len(lines) {
			continue
		}
		under := lines[y+i]
		w := Width(under)
		from, to := max(x, 0), min(x+Width(over), w)
		if from >= to {
			continue
		}
		var b strings.Builder
		b.Grow(len(under) + len(over))
		copyCells(&b, under, 0, from)
		copyCells(&b, over, from-x, to-x)
		copyCells(&b, under, to, w)
		lines[y+i] = b.String()
	}
	return lines
}

// copyCells writes the cells from (included) to (excluded) of line, which may
// have styles in it, to b: exactly to-from cells, in the styles they have in
// line, with none left on.
func copyCells(b *strings.Builder, line string, from, to int) {
	if from >= to {
		return
	}
	var (
		col     = 0     // of line that was read
		pending = ""    // styles to be switched on before the next cell
		lit     = false // styles are on in b
		stale   = false // and have to be switched off before the next cell
	)
	for len(line) > 0 && col < to {
		text, width, n := nextStyled(line)
		line = line[n:]
		switch {
		case width == 0:
			if text == reset || text == "\x1b[0m" {
				pending, stale = "", lit
			} else {
				pending += text
			}
			continue
		case col+width <= from:
			col += width
			continue
		case col < from || col+width > to: // a wide cell across an edge
			text = spaces(min(col+width, to) - max(col, from))
		}
		if stale {
			b.WriteString(reset)
			lit, stale = false, false
		}
		if pending != "" {
			b.WriteString(pending)
			lit, pending = true, ""
		}
		b.WriteString(text)
		col += width
	}
	if lit {
		b.WriteString(reset)
	}
	b.WriteString(spaces(to - max(col, from)))
}
