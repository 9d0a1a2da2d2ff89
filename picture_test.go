package main

import (
	"bufio"
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// look is how a terminal draws what asks for no colour of its own.
type look struct{ text, paper color.Gray }

var (
	darkTerminal  = look{text: color.Gray{220}, paper: color.Gray{10}}
	lightTerminal = look{text: color.Gray{20}, paper: color.Gray{250}}
)

// cellWidth and cellHeight are how many pixels a cell of a picture takes.
const cellWidth, cellHeight = 8, 16

// cell is one cell of a screen: what stands in it, in which shades.
type cell struct {
	r           rune
	text, paper color.Gray
}

// picture draws what stands in the terminal as a camera would see it: the
// blocks that a QR code is drawn with, and a stroke for every other character.
func (term *terminal) picture(l look) image.Image {
	term.t.Helper()
	lines := strings.Split(strings.TrimRight(term.tmux("capture-pane", "-e", "-p"), "\n"), "\n")
	drawn := make([][]cell, len(lines))
	widest := 0
	pen := &pen{look: l}
	for i, line := range lines {
		drawn[i] = pen.cells(line)
		widest = max(widest, len(drawn[i]))
	}
	img := image.NewGray(image.Rect(0, 0, widest*cellWidth, len(lines)*cellHeight))
	for i := range img.Pix {
		img.Pix[i] = l.paper.Y
	}
	for y, cells := range drawn {
		for x, c := range cells {
			c.draw(img, x*cellWidth, y*cellHeight)
		}
	}
	return img
}

// draw fills a cell's pixels.
func (c cell) draw(img *image.Gray, x0, y0 int) {
	for y := range cellHeight {
		for x := range cellWidth {
			ink := false
			switch c.r {
			case ' ', 0:
			case '█':
				ink = true
			case '▀':
				ink = y < cellHeight/2
			case '▄':
				ink = y >= cellHeight/2
			case '#':
				ink = true // ASCII mode's module
			default:
				ink = y > 3 && y < 12 && x%3 == 1
			}
			shade := c.paper
			if ink {
				shade = c.text
			}
			img.SetGray(x0+x, y0+y, shade)
		}
	}
}

// pen is what the escape sequences of a captured screen have set.
type pen struct {
	look        look
	text, paper *color.Gray
	reverse     bool
}

// cells reads one captured line.
func (p *pen) cells(line string) []cell {
	var cells []cell
	for len(line) > 0 {
		if rest, found := strings.CutPrefix(line, "\x1b["); found {
			end := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
			if end < 0 {
				return cells
			}
			if rest[end] == 'm' {
				p.set(rest[:end])
			}
			line = rest[end+1:]
			continue
		}
		r := []rune(line)[0]
		line = line[len(string(r)):]
		if r == '\x0f' || r == '\x0e' {
			continue
		}
		cells = append(cells, p.cell(r))
	}
	return cells
}

func (p *pen) cell(r rune) cell {
	c := cell{r: r, text: p.look.text, paper: p.look.paper}
	if p.text != nil {
		c.text = *p.text
	}
	if p.paper != nil {
		c.paper = *p.paper
	}
	if p.reverse {
		c.text, c.paper = c.paper, c.text
	}
	return c
}

// set takes the numbers of one colour sequence.
func (p *pen) set(codes string) {
	var n []int
	for code := range strings.SplitSeq(codes, ";") {
		number, _ := strconv.Atoi(code) // empty is 0
		n = append(n, number)
	}
	for i := 0; i < len(n); i++ {
		switch c := n[i]; {
		case c == 0:
			p.text, p.paper, p.reverse = nil, nil, false
		case c == 7:
			p.reverse = true
		case c == 27:
			p.reverse = false
		case c >= 30 && c <= 37:
			p.text = shade(c - 30)
		case c >= 90 && c <= 97:
			p.text = shade(c - 82)
		case c >= 40 && c <= 47:
			p.paper = shade(c - 40)
		case c >= 100 && c <= 107:
			p.paper = shade(c - 92)
		case c == 39:
			p.text = nil
		case c == 49:
			p.paper = nil
		case (c == 38 || c == 48) && i+2 < len(n) && n[i+1] == 5:
			p.paint(c, shade(n[i+2]))
			i += 2
		case (c == 38 || c == 48) && i+4 < len(n) && n[i+1] == 2:
			p.paint(c, &color.Gray{uint8((299*n[i+2] + 587*n[i+3] + 114*n[i+4]) / 1000)})
			i += 4
		}
	}
}

func (p *pen) paint(code int, g *color.Gray) {
	if code == 38 {
		p.text = g
	} else {
		p.paper = g
	}
}

// shade is about how bright a colour of the palette is.
func shade(n int) *color.Gray {
	bright := [...]uint8{0, 70, 120, 170, 50, 90, 150, 200, 90, 130, 180, 220, 110, 150, 210, 255}
	switch {
	case n < len(bright):
		return &color.Gray{bright[n]}
	case n >= 232:
		return &color.Gray{uint8(8 + (n-232)*10)}
	}
	n -= 16
	level := func(c int) int { return c * 51 }
	return &color.Gray{uint8((299*level(n/36) + 587*level(n/6%6) + 114*level(n%6)) / 1000)}
}

// scan reads the QR code off a picture of the screen, as a phone would; "" when
// there is none to read.
func (term *terminal) scan(l look) string {
	term.t.Helper()
	if _, err := exec.LookPath("zbarimg"); err != nil {
		term.t.Skip("needs zbarimg")
	}
	var file bytes.Buffer
	if err := png.Encode(&file, term.picture(l)); err != nil {
		term.t.Fatal(err)
	}
	path := filepath.Join(term.t.TempDir(), "screen.png")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		term.t.Fatal(err)
	}
	out, _ := exec.Command("zbarimg", "--raw", "-q", "-Sdisable", "-Sqrcode.enable", path).Output()
	line, _ := bufio.NewReader(bytes.NewReader(out)).ReadString('\n')
	return strings.TrimSpace(line)
}

// codeNow is what an authenticator app shows now for a secret.
func codeNow(t *testing.T, secret string) string {
	t.Helper()
	if _, err := exec.LookPath("oathtool"); err != nil {
		t.Skip("needs oathtool")
	}
	out, err := exec.Command("oathtool", "--totp", "-b", secret).Output()
	if err != nil {
		t.Fatalf("oathtool: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// scans is scan for a screen that is just being drawn.
func (term *terminal) scans(l look) string {
	term.t.Helper()
	for range 100 {
		if text := term.scan(l); text != "" {
			return text
		}
		term.wait()
	}
	return ""
}
