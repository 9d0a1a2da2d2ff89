package widget

import "strings"

// Choice is one of a fixed list, shown on one line: ◂ metric ▸.
type Choice struct {
	options []string
	index   int
}

// NewChoice chooses the first of options.
func NewChoice(options ...string) *Choice { return &Choice{options: options} }

// Next chooses the next option, after the last the first.
func (c *Choice) Next() { c.turn(1) }

// Prev chooses the option before, before the first the last.
func (c *Choice) Prev() { c.turn(-1) }

func (c *Choice) turn(by int) {
	if n := len(c.options); n > 0 {
		c.index = (c.index + by + n) % n
	}
}

// Index is the place of the chosen option, -1 when there are none.
func (c *Choice) Index() int {
	if len(c.options) == 0 {
		return -1
	}
	return c.index
}

// SetIndex chooses option i, or the nearest there is.
func (c *Choice) SetIndex(i int) { c.index = max(0, min(i, len(c.options)-1)) }

// Value is the chosen option.
func (c *Choice) Value() string {
	if len(c.options) == 0 {
		return ""
	}
	return c.options[c.index]
}

// jump chooses the next option that begins with text, in whatever case.
func (c *Choice) jump(text string) bool {
	n := len(c.options)
	for d := 1; d <= n; d++ {
		i := (c.index + d) % n
		if strings.HasPrefix(strings.ToLower(c.options[i]), strings.ToLower(text)) {
			c.index = i
			return true
		}
	}
	return false
}

// Draw is the choice in w cells. The arrows stand close around the option, and
// are there with and without the focus, since they say that there are others.
func (c *Choice) Draw(theme Theme, w int, focused bool) string {
	const arrows = 4
	style := theme.Dim
	if focused {
		style = theme.Accent
	}
	if len(c.options) < 2 || w <= arrows {
		return PadStyled(theme.Cut(c.Value(), w), w)
	}
	value := theme.Cut(c.Value(), w-arrows)
	if focused {
		value = theme.Accent.Render(value)
	}
	return PadStyled(style.Render(theme.Glyphs.Left)+" "+value+" "+style.Render(theme.Glyphs.Right), w)
}

// Check is a box that is ticked or not, with what it stands for behind it.
type Check struct {
	Label string
	Hint  string // what it gives, dim behind the label
	On    bool
}

// Toggle ticks the box, or takes the tick away.
func (c *Check) Toggle() { c.On = !c.On }

// Draw is the box, the label and as much of the hint as fits in w cells.
func (c *Check) Draw(theme Theme, w int, focused bool) string {
	return c.draw(&theme, w, 0, focused)
}

// draw is Draw with the hint at least label cells right of where the label
// begins, so that those of several checks stand below each other.
func (c *Check) draw(theme *Theme, w, label int, focused bool) string {
	box := theme.Glyphs.Unchecked
	if c.On {
		box = theme.Glyphs.Checked
	}
	text := theme.Cut(box+" "+Clean(c.Label), w)
	line := text
	if focused {
		line = theme.Accent.Render(text)
	}
	if c.Hint != "" {
		line += spaces(max(Width(box)+1+label-Width(text), 0)+hintGap) + theme.Dim.Render(Clean(c.Hint))
	}
	return PadStyled(line, w)
}

// hintGap is between a check's label and its hint.
const hintGap = 3
