package ui

import (
	"strings"

	"tenantry/ui/widget"
)

// fact is a line of what there is to know about something. Without a label it
// is a heading; the zero fact is a blank line.
type fact struct {
	label, value string
	from         string // where the value comes from, when not from here
	tone         widget.Tone
}

// factsLabel is how wide the column of labels is, where there is room for it.
const factsLabel = 16

// drawFacts draws facts in w cells, values whole in as many lines as they take.
func drawFacts(theme widget.Theme, facts []fact, w int) []string {
	label := factsLabel
	if w < 50 {
		label = 14
	}
	var lines []string
	for _, f := range facts {
		if f.label == "" {
			lines = append(lines, theme.Title.Render(widget.Cut(f.value, w)))
			continue
		}
		lines = append(lines, f.draw(theme, label, w)...)
	}
	return lines
}

func (f fact) draw(theme widget.Theme, label, w int) []string {
	room := max(w-label, 1)
	values := widget.Wrap(f.value, room)
	last := values[len(values)-1]
	for i, v := range values {
		values[i] = theme.Tone(f.tone).Render(v)
	}
	if f.from != "" {
		from := theme.Glyphs.Inherit + " " + f.from
		if widget.Width(last)+2+widget.Width(widget.Clean(from)) <= room {
			values[len(values)-1] += "  " + theme.Dim.Render(widget.Clean(from))
		} else {
			values = append(values, theme.Dim.Render(widget.Cut(from, room)))
		}
	}
	for i, v := range values {
		before := strings.Repeat(" ", label)
		if i == 0 {
			before = theme.Dim.Render(widget.Fit(f.label, label))
		}
		values[i] = before + v
	}
	return values
}
