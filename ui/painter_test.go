package ui

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"tenantry/ui/widget"
)

// terminal is a terminal that understands what a painter writes.
type terminal struct {
	mu     sync.Mutex
	screen *vt.Emulator
	bytes  int
	writes int
	ends   []byte // the last that was written
}

func newTerminal(w, h int) *terminal {
	t := &terminal{screen: vt.NewEmulator(w, h)}
	go io.Copy(io.Discard, t.screen) // what it answers
	return t
}

func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes += len(p)
	t.writes++
	t.ends = append(t.ends[:0], p...)
	// As the door does it.
	_, err := t.screen.Write([]byte(strings.ReplaceAll(string(p), "\n", "\r\n")))
	return len(p), err
}

// lines are what it shows.
func (t *terminal) lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := make([]string, t.screen.Height())
	for y := range lines {
		var line strings.Builder
		for x := 0; x < t.screen.Width(); x++ {
			if cell := t.screen.CellAt(x, y); cell == nil {
				line.WriteByte(' ')
			} else {
				line.WriteString(cell.Content)
			}
		}
		lines[y] = strings.TrimRight(line.String(), " ")
	}
	return lines
}

// easel is a painter before a terminal, with the console's side of it.
type easel struct {
	*painter
	terminal *terminal
	lines    []string
}

func newEasel(t *testing.T, brushes *Brushes, term string, w, h int) *easel {
	e := &easel{terminal: newTerminal(w, h)}
	e.painter = newPainter(Terminal{Environ: []string{"TERM=" + term}, Width: w, Height: h, Brushes: brushes}, e.terminal, colorprofile.ANSI,
		func(err error) { t.Error(err) })
	e.terminal.written(1)
	return e
}

// written waits until so many pieces were written.
func (t *terminal) written(pieces int) {
	for n := 0; n < pieces; runtime.Gosched() {
		t.mu.Lock()
		n = t.writes
		t.mu.Unlock()
	}
}

// change makes another frame of the one that there is, as a console would:
// something is typed, a row changes, the list moves on, all is different.
func (e *easel) change(r *rand.Rand, theme widget.Theme) {
	w, h := e.w, e.h
	row := func() string {
		words := []string{"Van 12", "日本語", "Norrköping", "  ", "›", "e\u0301te", "offline", strings.Repeat("─", r.IntN(w)+1)}
		text := ""
		for range 1 + r.IntN(8) {
			word := words[r.IntN(len(words))]
			switch r.IntN(4) {
			case 0:
				word = theme.Accent.Render(word)
			case 1:
				word = theme.Dim.Render(word)
			}
			text += word + " "
		}
		return widget.PadStyled(ansi.Truncate(text, w, ""), w)
	}
	if len(e.lines) != h || ansi.StringWidth(e.lines[0]) != w || r.IntN(12) == 0 {
		e.lines = make([]string, h)
		for i := range e.lines {
			e.lines[i] = row()
		}
		return
	}
	switch r.IntN(4) {
	case 0:
		e.lines[r.IntN(h)] = row()
	case 1:
		e.lines = append(e.lines[1:], row())
	case 2:
		e.lines = append([]string{row()}, e.lines[:h-1]...)
	case 3:
		e.lines[r.IntN(h)] = strings.Repeat(" ", w)
	}
}

// paints steps the painter by hand, one frame at a time.
func (e *easel) paints(t *testing.T) {
	t.Helper()
	e.painter.mu.Lock()
	e.painter.due = tea.View{Content: strings.Join(e.lines, "\n")}
	e.painter.mu.Unlock()
	if err := e.step(); err != nil {
		t.Fatal(err)
	}
	shown := e.terminal.lines()
	for i, line := range e.lines {
		if want := strings.TrimRight(ansi.Strip(line), " "); shown[i] != want {
			t.Fatalf("%s: line %d of %d (%d cells) shows\n%q, not\n%q; styled %q\nafter %q", e.term, i+1, e.h, e.w, shown[i], want, line, e.terminal.ends)
		}
	}
}

// TestPaintersShowEveryFrame has several consoles draw with the same brushes, in
// any order and at any size, and looks at what their terminals show.
func TestPaintersShowEveryFrame(t *testing.T) {
	theme := widget.ThemeFor(true, false, false)
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 1))
		brushes := &Brushes{}
		var all []*easel
		for n := range 2 + r.IntN(6) {
			// The emulator doesn't know the mode by which dumber ones insert.
			term := []string{"xterm-256color", "screen", "linux", "tmux-256color"}[n%4]
			all = append(all, newEasel(t, brushes, term, 40+r.IntN(80), 10+r.IntN(30)))
		}
		for range 60 {
			e := all[r.IntN(len(all))]
			if r.IntN(15) == 0 {
				w, h := 40+r.IntN(80), 10+r.IntN(30)
				e.terminal.mu.Lock()
				e.terminal.screen.Resize(w, h)
				e.terminal.mu.Unlock()
				e.resize(w, h)
			}
			if r.IntN(20) == 0 {
				e.clear()
			}
			e.change(r, theme)
			e.paints(t)
		}
		for _, e := range all {
			e.stop()
		}
		if len(brushes.free) > brushesKept {
			t.Errorf("%d brushes are kept", len(brushes.free))
		}
		for _, b := range brushes.free {
			if b.painter != nil {
				t.Error("a brush belongs to a painter who is gone")
			}
		}
	}
}

func TestPainterSendsOnlyWhatChanged(t *testing.T) {
	brushes := &Brushes{}
	e, other := newEasel(t, brushes, "xterm-256color", 80, 24), newEasel(t, brushes, "xterm-256color", 80, 24)
	defer e.stop()
	defer other.stop()
	for i := range 24 {
		e.lines = append(e.lines, fmt.Sprintf("%-80s", fmt.Sprintf("line %d", i)))
		other.lines = append(other.lines, fmt.Sprintf("%-80s", fmt.Sprintf("another %d", i)))
	}
	e.paints(t)
	before := e.terminal.bytes
	e.paints(t)
	if e.terminal.bytes != before {
		t.Errorf("the same frame again took %d bytes", e.terminal.bytes-before)
	}
	// Also with a brush that somebody else has used meanwhile.
	for range brushesKept + 1 {
		other.lines[3] += "" // nothing
		other.clear()
		other.paints(t)
	}
	e.lines[7] = fmt.Sprintf("%-80s", "line seven")
	e.paints(t)
	if took := e.terminal.bytes - before; took == 0 || took > 40 {
		t.Errorf("one word took %d bytes", took)
	}
	before = e.terminal.bytes
	e.lines = append(append([]string{e.lines[0]}, e.lines[2:23]...), fmt.Sprintf("%-80s", "line 24"), e.lines[23])
	e.paints(t)
	if took := e.terminal.bytes - before; took > 120 {
		t.Errorf("a list that moves by one took %d bytes", took)
	}
}

func TestPainterPutsTheTerminalBack(t *testing.T) {
	e := newEasel(t, &Brushes{}, "xterm-256color", 40, 10)
	e.show(tea.View{Content: "hello", WindowTitle: "tenantry", MouseMode: tea.MouseModeCellMotion})
	e.terminal.written(2)
	e.stop()
	for _, wanted := range []string{
		ansi.ResetModeAltScreenSaveCursor, ansi.SetModeTextCursorEnable, ansi.ResetModeBracketedPaste, ansi.ResetModeMouseButtonEvent,
	} {
		if !strings.Contains(string(e.terminal.ends), wanted) {
			t.Errorf("%q isn't in %q", wanted, e.terminal.ends)
		}
	}
}

// broken is a terminal that is gone.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestPainterEndsWithItsTerminal(t *testing.T) {
	p := newPainter(Terminal{Width: 40, Height: 10}, broken{}, colorprofile.ANSI, func(err error) { t.Error(err) })
	p.show(tea.View{Content: "hello"})
	p.stop()
}

// failing panics where it is written to.
type failing struct{}

func (failing) Write([]byte) (int, error) { panic("of the painter's own making") }

func TestPainterThatFailsEndsOnlyItsConsole(t *testing.T) {
	told := make(chan error, 1)
	p := newPainter(Terminal{Width: 40, Height: 10}, failing{}, colorprofile.ANSI, func(err error) { told <- err })
	if err := <-told; !strings.Contains(err.Error(), "of the painter's own making") {
		t.Error(err)
	}
	p.stop()
}
