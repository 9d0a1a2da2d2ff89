package widget

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"rsc.io/qr"
)

// longestURL is as long as one may be that still fits 80×24.
const longestURL = "otpauth://totp/Tenantry:abcdefghijklmnopqrstuvwxyz-01234?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=T"

// qrThemes are all ways in which a code is drawn, on a dark terminal and a
// light one.
var qrThemes = []struct {
	name                      string
	color, ascii, lightScreen bool
}{
	{"colour on dark", true, false, false},
	{"colour on light", true, false, true},
	{"colour, ASCII, on dark", true, true, false},
	{"colour, ASCII, on light", true, true, true},
	{"mono on dark", false, false, false},
	{"mono on light, inverted", false, false, true},
	{"ASCII on dark", false, true, false},
	{"ASCII on light, inverted", false, true, true},
}

func TestAQRCodeIsReadOffEveryTerminal(t *testing.T) {
	for _, text := range []string{longestURL, longestURL[:80], "x"} {
		want, err := qr.Encode(text, qr.L)
		if err != nil {
			t.Fatal(err)
		}
		q, ok := NewQR(text)
		if !ok {
			t.Fatal("no code")
		}
		for _, test := range qrThemes {
			theme := ThemeFor(test.color, false, test.ascii)
			lines := q.Draw(theme, test.lightScreen && !test.color)
			w, h := q.Size(theme)
			if len(lines) != h {
				t.Fatalf("%s: %d lines, not %d", test.name, len(lines), h)
			}
			dark := photograph(t, lines, w, test.ascii, test.lightScreen)
			for y := -1; y <= want.Size; y++ {
				for x := -1; x <= want.Size; x++ {
					if dark[[2]int{x + 1, y + 1}] != want.Black(x, y) {
						t.Fatalf("%s: module %d,%d isn't what it must be:\n%s", test.name, x, y, strings.Join(lines, "\n"))
					}
				}
			}
			if got := readModules(dark, want.Size); got != text {
				t.Errorf("%s: it reads %q, not %q", test.name, got, text)
			}
		}
	}
}

// photograph is what a camera sees: which modules are dark, by column and row.
// light says that the terminal shows dark text on a light background.
func photograph(t *testing.T, lines []string, w int, ascii, light bool) map[[2]int]bool {
	t.Helper()
	dark := map[[2]int]bool{}
	for y, line := range lines {
		inkIsDark, groundIsDark := light, !light
		x := 0
		for len(line) > 0 {
			text, width, n := nextStyled(line)
			line = line[n:]
			switch text {
			case qrBlackOnWhite:
				inkIsDark, groundIsDark = true, false
			case qrWhiteOnBlack:
				inkIsDark, groundIsDark = false, true
			case reset:
				inkIsDark, groundIsDark = light, !light
			}
			if width == 0 {
				continue
			}
			upper, lower := groundIsDark, groundIsDark
			switch text {
			case "█", "#":
				upper, lower = inkIsDark, inkIsDark
			case "▀":
				upper = inkIsDark
			case "▄":
				lower = inkIsDark
			case " ":
			default:
				t.Fatalf("%q is drawn", text)
			}
			if ascii {
				dark[[2]int{x / 2, y}] = upper
			} else {
				dark[[2]int{x, 2 * y}], dark[[2]int{x, 2*y + 1}] = upper, lower
			}
			x += width
		}
		if x != w {
			t.Fatalf("line %d has %d cells, not %d", y, x, w)
		}
	}
	return dark
}

// readModules reads a code of at most 106 bytes (versions 1 to 5, one block)
// out of its modules, as an app does: mask off, up and down in columns of two.
func readModules(dark map[[2]int]bool, size int) string {
	at := func(x, y int) bool { return dark[[2]int{x + 1, y + 1}] }
	format := 0 // of which the three bits of the mask matter
	for i, x := range []int{0, 1, 2, 3, 4} {
		if at(x, 8) {
			format |= 1 << (4 - i)
		}
	}
	masks := []func(x, y int) bool{
		func(x, y int) bool { return (x+y)%2 == 0 },
		func(x, y int) bool { return y%2 == 0 },
		func(x, y int) bool { return x%3 == 0 },
		func(x, y int) bool { return (x+y)%3 == 0 },
		func(x, y int) bool { return (y/2+x/3)%2 == 0 },
		func(x, y int) bool { return x*y%2+x*y%3 == 0 },
		func(x, y int) bool { return (x*y%2+x*y%3)%2 == 0 },
		func(x, y int) bool { return ((x+y)%2+x*y%3)%2 == 0 },
	}
	mask := masks[(format^0b10101)&7]
	fixed := func(x, y int) bool {
		align := size - 7 // the middle of the one alignment pattern, from version 2 on
		return x < 9 && y < 9 || x >= size-8 && y < 9 || x < 9 && y >= size-8 || x == 6 || y == 6 ||
			size > 21 && x >= align-2 && x <= align+2 && y >= align-2 && y <= align+2
	}
	var bits strings.Builder
	up := true
	for right := size - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range size {
			y := i
			if up {
				y = size - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if !fixed(x, y) {
					fmt.Fprintf(&bits, "%b", map[bool]int{true: 1}[at(x, y) != mask(x, y)])
				}
			}
		}
		up = !up
	}
	number := func(from, n int) (value int) {
		fmt.Sscanf(bits.String()[from:from+n], "%b", &value)
		return value
	}
	if number(0, 4) != 4 { // bytes
		return ""
	}
	text := make([]byte, number(4, 8))
	for i := range text {
		text[i] = byte(number(12+8*i, 8))
	}
	return string(text)
}

// TestAQRCodeFits80x24 with the longest URL there is: the frame leaves 21 lines.
func TestAQRCodeFits80x24(t *testing.T) {
	if len(longestURL) < 104 || len(longestURL) > 106 {
		t.Fatalf("the longest URL has %d bytes here", len(longestURL))
	}
	q, _ := NewQR(longestURL)
	if w, h := q.Size(ThemeFor(true, false, false)); w != 39 || h != 20 {
		t.Errorf("it takes %d×%d", w, h)
	}
	if _, ok := NewQR(strings.Repeat("x", 5000)); ok {
		t.Error("a text that no QR code holds makes one")
	}
	if _, ok := NewQR(""); ok {
		t.Error("no text makes one")
	}
}

// TestAQRCodeIsDrawnInAFrame: what puts lines together keeps its colours.
func TestAQRCodeIsDrawnInAFrame(t *testing.T) {
	q, _ := NewQR(longestURL)
	lines := q.Draw(ThemeFor(true, false, false), false)
	for _, line := range Block(lines, 60, len(lines)) {
		if !strings.HasPrefix(line, qrBlackOnWhite) || ansi.StringWidth(line) != 60 {
			t.Fatalf("%q", line)
		}
	}
}
