package widget

import (
	"strconv"
	"strings"
)

// ellipsis ends text that was cut. It has to be one cell.
var ellipsis = func() string {
	if ambiguousIsWide {
		return "~"
	}
	return "…"
}()

// Fit is s, cleaned, in exactly w cells: filled with spaces on the right, or
// cut with "…" at its end. Styles are put on after fitting.
func Fit(s string, w int) string { return fit(s, w, ellipsis) }

// FitRight is Fit with the spaces on the left, for numbers.
func FitRight(s string, w int) string { return fitRight(s, w, ellipsis) }

// FitMiddle is Fit that cuts out the middle, for IDs and paths, of which both
// ends tell something.
func FitMiddle(s string, w int) string { return fitMiddle(s, w, ellipsis) }

// Cut is Fit without the spaces: s, cleaned, in at most w cells.
func Cut(s string, w int) string {
	text, _ := cut(s, w, ellipsis)
	return text
}

func fit(s string, w int, tail string) string {
	text, width := cut(s, w, tail)
	if width >= w {
		return text
	}
	return text + spaces(w-width)
}

func fitRight(s string, w int, tail string) string {
	text, width := cut(s, w, tail)
	if width >= w {
		return text
	}
	return spaces(w-width) + text
}

func fitMiddle(s string, w int, tail string) string {
	if w <= 0 {
		return ""
	}
	s = Clean(s)
	width := Width(s)
	if width <= w {
		return s + spaces(w-width)
	}
	tail, tailWidth := shorten(tail, w)
	right := (w - tailWidth + 1) / 2
	head, headWidth := take(s, w-tailWidth-right)
	end, endWidth := drop(s, width-right)
	return head + tail + end + spaces(w-headWidth-tailWidth-endWidth)
}

// cut is s, cleaned, in at most w cells, with tail at its end if some of it is
// missing, and its width. It reads no more of s than it needs.
func cut(s string, w int, tail string) (text string, width int) {
	if w <= 0 {
		return "", 0
	}
	if len(s) <= w {
		if printableASCII(s) {
			return s, len(s)
		}
	} else if printableASCII(s[:w+1]) {
		tail, tailWidth := shorten(tail, w)
		return s[:w-tailWidth] + tail, w
	}

	tail, tailWidth := shorten(tail, w)
	var b strings.Builder
	b.Grow(min(len(s), 2*w) + len(tail))
	whole, wholeWidth := 0, 0 // what of b leaves room for the tail
	for len(s) > 0 {
		t, tw, n := next(s)
		if width+tw > w {
			return b.String()[:whole] + tail, wholeWidth + tailWidth
		}
		b.WriteString(t)
		width += tw
		if width <= w-tailWidth {
			whole, wholeWidth = b.Len(), width
		}
		s = s[n:]
	}
	return b.String(), width
}

// shorten makes a tail fit into w cells. Tails have one byte per cell, or are
// one cell.
func shorten(tail string, w int) (string, int) {
	if !printableASCII(tail) {
		return tail, 1
	}
	tail = tail[:min(len(tail), w)]
	return tail, len(tail)
}

// take is what of clean text s stands in its first w cells.
func take(s string, w int) (text string, width int) {
	i := 0
	for i < len(s) {
		_, tw, n := next(s[i:])
		if width+tw > w {
			break
		}
		width += tw
		i += n
	}
	return s[:i], width
}

// drop is what of clean text s stands after its first w cells.
func drop(s string, w int) (text string, width int) {
	for len(s) > 0 && w > 0 {
		_, tw, n := next(s)
		w -= tw
		s = s[n:]
	}
	return s, Width(s)
}

// Wrap breaks s into lines of at most w cells, between words where it can.
// Line breaks in s are kept; there is always one line at least.
func Wrap(s string, w int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		lines = append(lines, wrapParagraph(Clean(paragraph), max(w, 1))...)
	}
	return lines
}

func wrapParagraph(s string, w int) []string {
	var lines []string
	line, width := "", 0
	for word := range strings.FieldsSeq(s) {
		wordWidth := Width(word)
		if width > 0 && width+1+wordWidth <= w {
			line, width = line+" "+word, width+1+wordWidth
			continue
		}
		if width > 0 {
			lines = append(lines, line)
		}
		for wordWidth > w { // wider than a line: broken anywhere
			head, headWidth := take(word, w)
			if headWidth == 0 { // a wide character in a line of one cell
				_, _, n := next(word)
				head, headWidth = "", 2
				word = word[n:]
			}
			if head != "" {
				lines = append(lines, head)
			}
			word, wordWidth = word[len(head):], wordWidth-headWidth
		}
		line, width = word, wordWidth
	}
	if width > 0 || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// Comma prints n with its thousands apart: 1,234,567.
func Comma(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if len(s) <= 3 {
		return sign + s
	}
	var b strings.Builder
	b.WriteString(sign)
	first := (len(s)-1)%3 + 1
	b.WriteString(s[:first])
	for i := first; i < len(s); i += 3 {
		b.WriteByte(',')
		b.WriteString(s[i : i+3])
	}
	return b.String()
}

// blank is what spaces are cut from; few lines are wider.
const blank = "                                                                                                    " +
	"                                                                                                    "

// spaces is n spaces, without an allocation for usual widths.
func spaces(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blank):
		return blank[:n]
	}
	return strings.Repeat(" ", n)
}
