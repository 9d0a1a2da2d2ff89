package widget

import (
	"slices"
	"strings"
)

// Column is one column of a Table or Tree.
type Column struct {
	Title    string
	Width    int  // least width in cells; 0 is the title's
	Max      int  // most width that Grow may give; 0 is no limit
	Grow     int  // weight by which the column shares what is left; 0 keeps it at Width
	Right    bool // numbers: aligned to the right
	Middle   bool // IDs and paths: cut in the middle
	Priority int  // where it is narrow the highest go first, of equals the rightmost
}

// slot is a column that is shown and the width it has got.
type slot struct {
	column int
	width  int
}

// Between two columns are two cells, or one where each cell counts.
const (
	gap       = 2
	narrowGap = 1
	narrow    = 60
)

// arrowWidth is the sorting arrow and the space before it.
const arrowWidth = 2

// layOut decides which columns fit into w cells and how wide each is. They are
// dropped by priority; the last one left is made to fit. The sorted one has
// room for its arrow.
func layOut(columns []Column, sorted, w int) (slots []slot, between int) {
	between = gap
	if w < narrow {
		between = narrowGap
	}
	slots = make([]slot, len(columns))
	left := w + between
	for i, c := range columns {
		least := c.least()
		if i == sorted {
			least = max(least, Width(c.Title)+arrowWidth)
		}
		slots[i] = slot{i, least}
		left -= least + between
	}
	for left < 0 && len(slots) > 1 {
		i := leastWanted(columns, slots)
		left += slots[i].width + between
		slots = slices.Delete(slots, i, i+1)
	}
	if left < 0 {
		if len(slots) > 0 {
			slots[0].width = max(w, 0)
		}
		return slots, between
	}
	grow(columns, slots, left)
	return slots, between
}

func (c *Column) least() int {
	if c.Width > 0 {
		return c.Width
	}
	return max(Width(c.Title), 1)
}

// leastWanted is the slot that is dropped next.
func leastWanted(columns []Column, slots []slot) int {
	least := 0
	for i := range slots {
		if columns[slots[i].column].Priority >= columns[slots[least].column].Priority {
			least = i
		}
	}
	return least
}

// grow shares left cells by weight. A column that reached its limit takes no
// more, and the others share what it left.
func grow(columns []Column, slots []slot, left int) {
	for left > 0 {
		weights := 0
		for _, s := range slots {
			weights += columns[s.column].appetite(s.width)
		}
		if weights == 0 {
			return
		}
		share := left
		for i := range slots {
			c := &columns[slots[i].column]
			more := c.appetite(slots[i].width) * share / weights
			if c.Max > 0 {
				more = min(more, c.Max-slots[i].width)
			}
			slots[i].width += more
			left -= more
		}
		if left == share { // fewer cells than weights: one each, from the left
			for i := range slots {
				if left > 0 && columns[slots[i].column].appetite(slots[i].width) > 0 {
					slots[i].width++
					left--
				}
			}
		}
	}
}

// appetite is the weight of a column that is width cells wide.
func (c *Column) appetite(width int) int {
	if c.Max > 0 && width >= c.Max {
		return 0
	}
	return max(c.Grow, 0)
}

// fit is text in the width of the column, as the column wants it cut.
func (c *Column) fit(text string, width int, ellipsis string) string {
	switch {
	case c.Right:
		return fitRight(text, width, ellipsis)
	case c.Middle:
		return fitMiddle(text, width, ellipsis)
	}
	return fit(text, width, ellipsis)
}

// head is the title of the column, with an arrow if it is the sorted one.
func (c *Column) head(theme *Theme, width int, arrow string) string {
	if arrow == "" {
		whole := *c
		whole.Middle = false // a title is read from its beginning
		return theme.Dim.Render(whole.fit(c.Title, width, theme.Glyphs.Ellipsis))
	}
	title := theme.Cut(c.Title, width-arrowWidth)
	if title != "" {
		title += " "
	}
	title += arrow
	if c.Right {
		return theme.Title.Render(FitRight(title, width))
	}
	return theme.Title.Render(Fit(title, width))
}

// header is the line of titles over w cells, after gutter cells.
func header(theme *Theme, columns []Column, slots []slot, between, gutter, w int, arrow func(column int) string) string {
	var b strings.Builder
	b.WriteString(spaces(gutter))
	for i, s := range slots {
		if i > 0 {
			b.WriteString(spaces(between))
		}
		b.WriteString(columns[s.column].head(theme, s.width, arrow(s.column)))
	}
	return PadStyled(b.String(), w)
}
