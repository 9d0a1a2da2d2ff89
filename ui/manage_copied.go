package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/ui/widget"
)

// clipboardBytes is what every terminal that has a clipboard takes at once.
const clipboardBytes = 56_000

// copyFailed puts the lines that fail on the clipboard and shows them.
func (s *managing) copyFailed(l *lookup, what string) tea.Cmd {
	lines := strings.Split(strings.TrimSuffix(l.failedText(false), "\n"), "\n")
	return s.copyLines(fmt.Sprintf("%s that %s", counted(len(lines), "line", "lines"), what), lines)
}

// copyLines puts lines on the clipboard and shows them under a title.
func (c *Console) copyLines(title string, lines []string) tea.Cmd {
	shown := make([]string, len(lines))
	for i := range lines {
		shown[i] = widget.Clean(lines[i])
	}
	open := c.over(&copied{base: base{Console: c}, title: title, text: shown})
	text := strings.Join(lines, "\n") + "\n"
	if len(text) > clipboardBytes {
		c.say(widget.ToneWarn, "That is more than a terminal's clipboard takes. Copy it from the screen.")
		return open
	}
	return tea.Batch(open, c.copyOut(text, "Copied "+counted(len(lines), "line.", "lines.")))
}

// copied is the overlay that shows what went to the clipboard: not every
// terminal has one.
type copied struct {
	base
	title   string
	text    []string // clean
	wrapped []string // the same for the width of the last drawing: it is there to be read whole
	width   int
	reading reading
}

func (o *copied) places() []keys.Place { return []keys.Place{keys.Reading} }

func (o *copied) offers() []offer { return o.reading.offers() }

func (o *copied) draw(w, h int) []string {
	width := boxWidth(w)
	inner := width - 4
	if o.width != inner {
		o.width, o.wrapped = inner, nil
		for _, text := range o.text {
			o.wrapped = append(o.wrapped, widget.Wrap(text, inner)...)
		}
	}
	d := widget.Dialog{Title: o.title, Width: inner, Lines: o.wrapped,
		Hints: roomFor(h, widget.Hint{Key: "↑↓", Text: "scroll"}, widget.Hint{Key: "esc", Text: "close"})}
	return drawReading(&d, &o.reading, o.theme, width, h)
}
