package widget

import (
	"bytes"
	"strings"

	"github.com/mdp/qrterminal/v3"
)

// QR is a QR code, drawn in cells: as few of them as an app still reads it
// from.
type QR struct {
	size int    // modules on a side, the quiet zone included
	dark []bool // by row and column
}

const (
	qrQuiet = 1    // modules of light around the code: apps need no more off a screen
	qrMost  = 1000 // bytes; a longer text makes more modules than any screen has
)

// The black and the white of a QR code. A terminal's own sixteen colours may be
// anything, and a camera needs the contrast: these two of the 256 are the same
// everywhere. Both are set for each cell, so that it doesn't matter whether the
// terminal is dark or light.
const (
	qrBlackOnWhite = "\x1b[38;5;16;48;5;231m"
	qrWhiteOnBlack = "\x1b[38;5;231;48;5;16m"
)

// NewQR is the QR code of a text, with the lowest level of correction, which
// takes the least room. It says false where the text is empty or too long.
func NewQR(text string) (QR, bool) {
	if text == "" || len(text) > qrMost {
		return QR{}, false
	}
	var drawn bytes.Buffer
	qrterminal.GenerateWithConfig(text, qrterminal.Config{
		Level: qrterminal.L, Writer: &drawn, BlackChar: "#", WhiteChar: ".", QuietZone: qrQuiet,
	})
	rows := strings.Fields(drawn.String())
	q := QR{size: len(rows)}
	for _, row := range rows {
		if len(row) != q.size {
			return QR{}, false
		}
		for _, module := range row {
			q.dark = append(q.dark, module == '#')
		}
	}
	return q, q.size > 0
}

// Size is how many cells and lines Draw takes.
func (q QR) Size(theme Theme) (w, h int) {
	if !theme.blocks() {
		return 2 * q.size, q.size
	}
	return q.size, (q.size + 1) / 2
}

// Draw is the code as Size says. Without colours it can't know what is dark on
// the terminal: it takes the background for dark, and inverted for light.
func (q QR) Draw(theme Theme, inverted bool) []string {
	switch {
	case theme.Colour && theme.blocks():
		return q.halves(Style{qrBlackOnWhite}, true)
	case theme.Colour:
		return q.spaces()
	case theme.blocks():
		return q.halves(Style{}, inverted)
	}
	return q.signs(inverted)
}

// blocks says whether the theme draws blocks, and not ASCII only.
func (t *Theme) blocks() bool { return t.Glyphs.Full == "█" }

// inked says whether a module is drawn with ink: a dark one where the ink is
// dark. Around the code all is light.
func (q QR) inked(x, y int, inkIsDark bool) bool {
	dark := y < q.size && q.dark[y*q.size+x]
	return dark == inkIsDark
}

// halves draws two modules in each cell, one above the other.
func (q QR) halves(style Style, inkIsDark bool) []string {
	var lines []string
	for y := 0; y < q.size; y += 2 {
		var line strings.Builder
		for x := range q.size {
			upper, lower := q.inked(x, y, inkIsDark), q.inked(x, y+1, inkIsDark)
			switch {
			case upper && lower:
				line.WriteString("█")
			case upper:
				line.WriteString("▀")
			case lower:
				line.WriteString("▄")
			default:
				line.WriteString(" ")
			}
		}
		lines = append(lines, style.Render(line.String()))
	}
	return lines
}

// spaces draws a module as two cells of its colour, with nothing in them.
func (q QR) spaces() []string {
	white, black := Style{qrBlackOnWhite}, Style{qrWhiteOnBlack}
	var lines []string
	for y := range q.size {
		var line strings.Builder
		for x := 0; x < q.size; {
			from, dark := x, q.inked(x, y, true)
			for x < q.size && q.inked(x, y, true) == dark {
				x++
			}
			style := white
			if dark {
				style = black
			}
			line.WriteString(style.Render(spaces(2 * (x - from))))
		}
		lines = append(lines, line.String())
	}
	return lines
}

// signs draws a module as two signs, or two spaces.
func (q QR) signs(inkIsDark bool) []string {
	var lines []string
	for y := range q.size {
		var line strings.Builder
		for x := range q.size {
			if q.inked(x, y, inkIsDark) {
				line.WriteString("##")
			} else {
				line.WriteString("  ")
			}
		}
		lines = append(lines, line.String())
	}
	return lines
}
