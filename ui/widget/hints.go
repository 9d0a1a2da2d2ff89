package widget

import (
	"slices"
	"strings"
)

// Hint is a key and what it does, for a footer.
type Hint struct{ Key, Text string }

// hintsBetween is the cells between two hints.
const hintsBetween = 3

// Hints is a footer of w cells: each key and what it does. Those at the end
// that don't fit are left out whole.
func Hints(theme Theme, all []Hint, w int) string { return HintsWith(theme, all, -1, w) }

// HintsWith is Hints in which the one at place keep is always shown: those right
// before it that leave no room for it are left out. -1 keeps none.
func HintsWith(theme Theme, all []Hint, keep, w int) string {
	margin := 2
	if w < narrow {
		margin = 1
	}
	if keep >= 0 {
		from := keep
		for from > 0 && hintsWidth(all[:from])+hintsBetween+hintWidth(all[keep]) > w-margin {
			from--
		}
		all = slices.Concat(all[:from], all[keep:])
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
