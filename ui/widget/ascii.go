package widget

import (
	"strings"
	"unicode/utf8"
)

// ASCII is a line that may have styles in it, for a terminal that draws no
// other characters: each cell of another becomes a likeness or "?", and the
// width stays. The theme's own signs are ASCII already there; this is for
// names and other text from data, and is best done last, to the whole frame.
func ASCII(line string) string {
	if plainASCII(line) {
		return line
	}
	var b strings.Builder
	b.Grow(len(line))
	for len(line) > 0 {
		text, width, n := nextStyled(line)
		line = line[n:]
		if plainASCII(text) {
			b.WriteString(text)
			continue
		}
		b.WriteString(likeness(text, width))
	}
	return b.String()
}

// plainASCII says whether all of s is ASCII; sequences that set styles are.
func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// likeness is width characters of ASCII for a cell.
func likeness(cell string, width int) string {
	r, size := utf8.DecodeRuneInString(cell)
	if r < utf8.RuneSelf { // an ASCII letter under marks
		return cell[:size]
	}
	const (
		from = "ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖØòóôõöøÙÚÛÜùúûüÝýÿŠšŽžĆćČčĐđŁłŃńĘęĄąŚśŹźŻżŘřĚěŮůŐőŰűİıĞğŞş" +
			"–—‘’“”«»…·•‹›†−×←→↑↓"
		to = "AAAAAAaaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOOooooooUUUUuuuuYyySsZzCcCcDdLlNnEeAaSsZzZzRrEeUuOoUuIiGgSs" +
			"--''\"\"\"\".-*<>+-x<>^v"
	)
	if i := strings.IndexRune(from, r); i >= 0 {
		i = utf8.RuneCountInString(from[:i])
		return to[i:i+1] + spaces(width-1)
	}
	return strings.Repeat("?", width)
}
