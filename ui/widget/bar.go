package widget

import (
	"strings"
	"unicode/utf8"
)

// Bar is how much of something there is, as a bar of at most w cells that is as
// long as n is of most. It is exact to the eighth of a cell where the theme has
// signs for that, and never empty unless n is 0. It says nothing that a number
// beside it shouldn't say too.
func Bar(theme *Theme, w, n, most int) string {
	if w <= 0 || n <= 0 || most <= 0 {
		return ""
	}
	steps := utf8.RuneCountInString(theme.Glyphs.Parts) + 1
	eighths := max(1, int(float64(w*steps)*float64(min(n, most))/float64(most)+0.5))
	bar := strings.Repeat(theme.Glyphs.Full, eighths/steps)
	if part := eighths % steps; part > 0 {
		bar += string([]rune(theme.Glyphs.Parts)[part-1])
	}
	return bar
}
