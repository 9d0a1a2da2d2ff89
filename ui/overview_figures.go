package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/ui/widget"
)

// figure is a line of the overview: a number with its name, a bar beside it
// where it is a part of something, and the list that it leads to.
type figure struct {
	key   string // by which the cursor stays on it
	label string
	n, of int    // of is 0 where the number is no part of anything
	say   string // in place of the number
	tone  widget.Tone
	why   string         // why it leads nowhere
	open  func() tea.Cmd // leads to the list
}

// figurePanel is some figures under a heading.
type figurePanel struct {
	title   string
	beside  string // of the heading: a sum
	text    string // in place of figures, or before them
	figures []figure
	// most is how many figures are shown of one that may be cut; 0: all.
	// The last says how many more there are, and leads to more.
	most int
	more func(left int) figure
}

// figures are the panels with their cursor. Each figure is in one of two columns
// where there is room for two, else all are in the first.
type figures struct {
	panels  []figurePanel
	key     string      // of the figure under the cursor
	columns [2][]string // the keys of each, as last drawn
	tops    [2]int      // the first line shown of each
	page    int         // lines shown of each
}

func (f *figures) set(panels []figurePanel) {
	f.panels = panels
	var all []string
	for _, p := range panels {
		for _, one := range p.figures {
			all = append(all, one.key)
		}
	}
	if f.columns[0] == nil {
		f.columns[0] = all // until it is drawn
	}
	if f.current() == nil && len(all) > 0 {
		f.key = all[0]
	}
}

// current is the figure under the cursor; nil where there is none.
func (f *figures) current() *figure {
	for _, p := range f.panels {
		for i := range p.figures {
			if p.figures[i].key == f.key {
				return &p.figures[i]
			}
		}
		if p.more != nil {
			if rest := p.more(0); rest.key == f.key {
				return &rest
			}
		}
	}
	return nil
}

func (f *figures) whyNotOpen() string {
	switch one := f.current(); {
	case one == nil:
		return "There is nothing here to list."
	case one.why != "":
		return one.why
	case one.open == nil:
		return "There is no list behind this."
	}
	return ""
}

// at is where the cursor is, as last drawn.
func (f *figures) at() (column, row int) {
	for c, keys := range f.columns {
		if i := slices.Index(keys, f.key); i >= 0 {
			return c, i
		}
	}
	return 0, 0
}

func (f *figures) by(rows int) {
	c, row := f.at()
	if keys := f.columns[c]; len(keys) > 0 {
		f.key = keys[max(0, min(row+rows, len(keys)-1))]
	}
}

// Up and Down go from the end of one column to the other: whoever knows no other
// key comes by everything.
func (f *figures) Up() {
	if c, row := f.at(); row == 0 && c == 1 && len(f.columns[0]) > 0 {
		f.key = f.columns[0][len(f.columns[0])-1]
		return
	}
	f.by(-1)
}

func (f *figures) Down() {
	if c, row := f.at(); c == 0 && row == len(f.columns[0])-1 && len(f.columns[1]) > 0 {
		f.key = f.columns[1][0]
		return
	}
	f.by(1)
}

func (f *figures) PageUp()   { f.by(-max(1, f.page-1)) }
func (f *figures) PageDown() { f.by(max(1, f.page-1)) }
func (f *figures) Home()     { f.by(-len(f.columns[0]) - len(f.columns[1])) }
func (f *figures) End()      { f.by(len(f.columns[0]) + len(f.columns[1])) }

func (f *figures) whyNotAside(by int) string {
	c, _ := f.at()
	if to := c + by; to < 0 || to > 1 || len(f.columns[to]) == 0 {
		return "There is no column on that side."
	}
	return ""
}

// aside goes to the other column, to the line that is as far down.
func (f *figures) aside(by int) {
	c, row := f.at()
	to := f.columns[c+by]
	f.key = to[min(row, len(to)-1)]
}

// figureLine is a line of a column; key is empty where there is no figure in it.
type figureLine struct {
	key  string
	text string
}

// Two columns of figures are for whoever has this many cells.
const figuresAbreast = 76

func (f *figures) draw(theme widget.Theme, w, h int) []string {
	f.page = h
	if w < figuresAbreast || len(f.panels) == 1 {
		f.columns[1] = nil
		return f.column(theme, 0, f.panels, w, h)
	}
	const air = 3
	left := (w - air) / 2
	cut := f.half()
	first := f.column(theme, 0, f.panels[:cut], left, h)
	second := f.column(theme, 1, f.panels[cut:], w-air-left, h)
	for i := range first {
		first[i] += strings.Repeat(" ", air) + second[i]
	}
	return first
}

// half is the first panel of the second column, so that the longer of the two is
// as short as can be.
func (f *figures) half() int {
	total := 0
	for i := range f.panels {
		total += f.panels[i].lines()
	}
	best, longest, sum := 0, total+1, 0
	for i := range f.panels {
		sum += f.panels[i].lines()
		if longer := max(sum, total-sum); longer < longest {
			best, longest = i+1, longer
		}
	}
	return best
}

// lines is about how many lines a panel takes.
func (p *figurePanel) lines() int {
	n := 2 + len(p.figures)
	if p.most > 0 {
		n = 2 + min(len(p.figures), p.most)
	}
	if p.text != "" {
		n++
	}
	return n
}

// column draws panels below one another, with the figure under the cursor in
// sight.
func (f *figures) column(theme widget.Theme, number int, panels []figurePanel, w, h int) []string {
	var lines []figureLine
	room := h
	for i := range panels {
		room -= panels[i].lines()
	}
	for i := range panels {
		if i > 0 {
			lines = append(lines, figureLine{})
		}
		lines = append(lines, f.panel(theme, &panels[i], w, max(room+1, 0))...)
	}
	f.columns[number] = nil
	cursor := -1
	for i, line := range lines {
		if line.key == "" {
			continue
		}
		if line.key == f.key {
			cursor = i
		}
		f.columns[number] = append(f.columns[number], line.key)
	}
	f.scroll(number, lines, cursor, h)
	text := make([]string, 0, h)
	for _, line := range lines[f.tops[number]:min(len(lines), f.tops[number]+h)] {
		text = append(text, line.text)
	}
	shown := widget.Block(text, w, h)
	if h > 0 && f.tops[number] > 0 {
		shown = widget.Overlay(shown, []string{theme.Dim.Render(theme.Glyphs.Up)}, w-1, 0)
	}
	if h > 0 && f.tops[number]+h < len(lines) {
		shown = widget.Overlay(shown, []string{theme.Dim.Render(theme.Glyphs.Down)}, w-1, h-1)
	}
	return shown
}

// scroll brings the cursor in sight, with the heading above the first figure.
func (f *figures) scroll(number int, lines []figureLine, cursor, h int) {
	top := f.tops[number]
	if cursor >= 0 {
		head := cursor
		for head > 0 && lines[head-1].key == "" && lines[head-1].text != "" {
			head--
		}
		top = min(max(top, cursor-h+1), head)
		if cursor-top >= h {
			top = cursor - h + 1
		}
	}
	f.tops[number] = max(0, min(top, len(lines)-h))
}

// panel draws one panel; room is how many lines more than its least it may take.
func (f *figures) panel(theme widget.Theme, p *figurePanel, w, room int) []figureLine {
	const gutter = 2
	head := theme.Title.Render(widget.Cut(p.title, w-gutter))
	if p.beside != "" {
		head += "  " + theme.Dim.Render(widget.Cut(p.beside, max(0, w-gutter-2-widget.Width(p.title))))
	}
	lines := []figureLine{{text: "  " + head}}
	if p.text != "" {
		for _, line := range widget.Wrap(p.text, w-gutter-1) {
			lines = append(lines, figureLine{text: "  " + theme.Dim.Render(line)})
		}
	}
	shown := p.figures
	if most := p.most + room; p.most > 0 && len(shown) > most {
		shown = slices.Clone(shown[:most-1])
		for _, hidden := range p.figures[most-1:] {
			if hidden.key == f.key {
				shown[len(shown)-1] = hidden // the cursor stays on it, wherever it went
			}
		}
		shown = append(shown, p.more(len(p.figures)-most+1))
	}
	columns := widthsOf(shown, w-gutter)
	for i := range shown {
		lines = append(lines, figureLine{shown[i].key, f.figure(&theme, &shown[i], columns, w)})
	}
	return lines
}

// figureWidths are the widths of the parts of a line.
type figureWidths struct{ label, number, bar int }

func widthsOf(figures []figure, w int) figureWidths {
	var c figureWidths
	parts := false
	for i := range figures {
		one := &figures[i]
		c.label = max(c.label, widget.Width(widget.Clean(one.label)))
		c.number = max(c.number, widget.Width(one.number()))
		parts = parts || one.of > 0
	}
	c.label = max(14, min(c.label, w/2))
	if c.number = min(c.number, w/2); !parts {
		c.label = min(c.label, w-2-c.number)
		return c
	}
	const air = 2 + 5 + 1 // before the number, the percentage, before the bar
	c.bar = w - c.label - c.number - air
	if c.bar < 3 {
		c.label = max(6, c.label-(3-c.bar))
		c.bar = w - c.label - c.number - air
	}
	return c
}

func (o *figure) number() string {
	if o.say != "" {
		return widget.Clean(o.say)
	}
	return widget.Comma(o.n)
}

// percent is a part in words: never 0 of something nor 100 of less than all.
func percent(n, of int) string {
	switch whole := int(float64(n)*100/float64(of) + 0.5); {
	case n > 0 && whole == 0:
		return "<1%"
	case n < of && whole >= 100:
		return ">99%"
	default:
		return fmt.Sprintf("%d%%", whole)
	}
}

func (f *figures) figure(theme *widget.Theme, o *figure, c figureWidths, w int) string {
	label := theme.Fit(o.label, c.label)
	before := "  "
	if o.key == f.key {
		before, label = theme.Cursor.Render(theme.Glyphs.Cursor)+" ", theme.Cursor.Render(label)
	}
	style := theme.Tone(o.tone)
	if o.say != "" && o.of == 0 {
		return before + label + "  " + style.Render(theme.Cut(o.say, max(1, w-4-c.label)))
	}
	line := before + label + "  " + style.Render(widget.FitRight(o.number(), c.number))
	if o.of <= 0 {
		return line
	}
	line += theme.Dim.Render(widget.FitRight(percent(o.n, o.of), 5)) + " "
	return line + style.Render(widget.Bar(theme, c.bar, o.n, o.of))
}
