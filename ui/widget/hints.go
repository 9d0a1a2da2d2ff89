package widget

import "strings"

// Hint is a key and what it does, for a footer.
type Hint struct{ Key, Text string }

// hintsBetween is the cells between two hints.
const hintsBetween = 3

// Hints is a footer of w cells: each key and what it does. Those at the end
// that don't fit are left out whole.
func Hints(theme Theme, all []Hint, w int) string {
	margin := 2
	if w < narrow {
		margin = 1
	}
	return PadStyled(spaces(margin)+hints(&theme, all, w-margin), w)
}

func hints(theme *Theme, all []Hint, w int) string {
	var b strings.Builder
	used := 0
	for i, h := range all {
		need := hintWidth(h)
		if i > 0 {
			need += hintsBetween
		}
		if used+need > w {
			break
		}
		if i > 0 {
			b.WriteString(spaces(hintsBetween))
		}
		b.WriteString(theme.Key.Render(Clean(h.Key)))
		if h.Text != "" {
			b.WriteString(" " + theme.Dim.Render(Clean(h.Text)))
		}
		used += need
	}
	return b.String()
}

func hintWidth(h Hint) int {
	if h.Text == "" {
		return Width(h.Key)
	}
	return Width(h.Key) + 1 + Width(h.Text)
}

func hintsWidth(all []Hint) int {
	w := 0
	for i, h := range all {
		if i > 0 {
			w += hintsBetween
		}
		w += hintWidth(h)
	}
	return w
}
