package ui

import (
	"bytes"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// A console behind a connection is painted here and not by Bubble Tea, which
// keeps two pictures of a terminal for as long as a program runs, a megabyte for
// 120×40, and looks for something to draw sixty times a second. Hundreds of
// people may be at a server, nearly all of them reading. So a session keeps the
// text of the frame that its terminal shows, some kilobytes; what it takes to
// draw the next one is borrowed while that is done; and a frame that comes after
// a pause is drawn at once.

// framePause is the least time from one frame to the next: a burst of keys, or
// of changes, is one frame.
const framePause = time.Second / 60

// Brushes are what frames are drawn with, shared by the consoles of a door. The
// zero value is ready.
type Brushes struct {
	mu   sync.Mutex
	free []*brush // the longest unused first
}

// brushesKept is how many brushes wait for the next frame: a few people type at
// the same moment. Each holds two pictures of a terminal.
const brushesKept = 4

// brush draws the difference between two frames. It holds both as cells.
type brush struct {
	term    string
	cells   uv.ScreenBuffer
	out     bytes.Buffer
	screen  *uv.TerminalRenderer
	painter *painter // whose terminal its picture is of,
	frame   uint64   // and of which of their frames
}

// take gives a brush to a painter: the one that it had last, where that is free,
// for it holds what the terminal shows.
func (b *Brushes) take(p *painter) *brush {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := slices.IndexFunc(b.free, func(one *brush) bool { return one.painter == p })
	if at < 0 {
		at = slices.IndexFunc(b.free, func(one *brush) bool { return one.term == p.term })
	}
	if at < 0 {
		return newBrush(p.term, p.environ)
	}
	one := b.free[at]
	b.free = slices.Delete(b.free, at, at+1)
	return one
}

// give takes a brush back. A picture larger than a desk's screen isn't kept.
func (b *Brushes) give(one *brush) {
	const cellsKept = 200 * 60
	if one.cells.Width()*one.cells.Height() > cellsKept {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.free) == brushesKept {
		b.free = slices.Delete(b.free, 0, 1)
	}
	b.free = append(b.free, one)
}

// forget lets go of a painter that is gone.
func (b *Brushes) forget(p *painter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.free {
		if one.painter == p {
			one.painter = nil
		}
	}
}

func newBrush(term string, environ []string) *brush {
	b := &brush{term: term, cells: uv.NewScreenBuffer(1, 1)}
	b.screen = uv.NewTerminalRenderer(&b.out, environ)
	b.screen.SetFullscreen(true)
	b.screen.SetRelativeCursor(false)
	b.screen.SetTabStops(-1)
	b.screen.SetMapNewline(true) // the door makes two characters of a line's end
	b.screen.SetScrollOptim(true)
	return b
}

// draw puts a frame into the picture; out then has what leads to it from the one
// before. anew draws over whatever there was.
func (b *brush) draw(frame string, w, h int, anew bool) {
	if b.cells.Width() != w || b.cells.Height() != h {
		b.cells.Touched = nil
		b.cells.Resize(w, h)
		anew = true
	}
	if anew {
		b.screen.Erase()
	}
	b.cells.Clear()
	uv.NewStyledString(frame).Draw(b.cells, b.cells.Bounds())
	b.screen.Render(b.cells.RenderBuffer)
	_ = b.screen.Flush() // to memory
}

// painter shows the frames of one console on its terminal.
type painter struct {
	brushes *Brushes
	out     io.Writer
	term    string
	environ []string
	profile colorprofile.Profile
	broken  func(error) // called where painting fails for a reason of its own

	wake    chan struct{} // something is due
	done    chan struct{} // closed when nothing more will be
	over    chan struct{} // closed when nothing more is written
	mu      sync.Mutex
	due     tea.View // the newest view
	w, h    int      // of the terminal
	cleared bool     // what the terminal shows isn't known

	shown  string // the frame on the terminal
	frame  uint64 // its number
	sw, sh int    // its size
	mouse  tea.MouseMode
	rested <-chan time.Time // tells when the next one may be drawn
}

func newPainter(t Terminal, out io.Writer, profile colorprofile.Profile, broken func(error)) *painter {
	p := &painter{
		brushes: t.Brushes, out: out, term: uv.Environ(t.Environ).Getenv("TERM"), environ: t.Environ, profile: profile, broken: broken,
		wake: make(chan struct{}, 1), done: make(chan struct{}), over: make(chan struct{}), w: t.Width, h: t.Height, cleared: true,
	}
	if p.brushes == nil {
		p.brushes = &Brushes{}
	}
	go p.paint()
	return p
}

// show has a view painted, instead of any that waits to be.
func (p *painter) show(v tea.View) {
	p.mu.Lock()
	p.due = v
	p.mu.Unlock()
	p.call()
}

// resize takes up the size that the terminal has become, and clear that nobody
// knows what is on it.
func (p *painter) resize(w, h int) {
	p.mu.Lock()
	p.w, p.h, p.cleared = w, h, true
	p.mu.Unlock()
}

func (p *painter) clear() {
	p.mu.Lock()
	p.cleared = true
	p.mu.Unlock()
}

func (p *painter) call() {
	select {
	case p.wake <- struct{}{}:
	default: // called already
	}
}

// stop leaves the terminal as it was found, and returns when that is written or
// nobody reads it any more.
func (p *painter) stop() {
	close(p.done)
	<-p.over
	p.brushes.forget(p)
}

// paint is the painter at work, until it is stopped.
func (p *painter) paint() {
	defer close(p.over)
	defer func() {
		if r := recover(); r != nil {
			p.broken(fmt.Errorf("ui: painting: %v\n%s", r, debug.Stack()))
		}
	}()
	err := p.write(ansi.SetModeAltScreenSaveCursor + ansi.ResetModeTextCursorEnable + ansi.SetModeBracketedPaste)
	for err == nil {
		select {
		case <-p.wake:
			p.rest()
			err = p.step()
		case <-p.done:
			p.leave()
			return
		}
	}
}

// rest waits until the next frame may be drawn; more may become due meanwhile.
func (p *painter) rest() {
	if p.rested != nil {
		<-p.rested
	}
}

// step draws the newest view.
func (p *painter) step() error {
	p.mu.Lock()
	v, w, h, anew := p.due, p.w, p.h, p.cleared
	p.cleared = false
	p.mu.Unlock()
	text := p.modes(v)
	if anew || v.Content != p.shown {
		text += p.picture(v.Content, w, h, anew)
	}
	if text == "" {
		p.rested = nil
		return nil
	}
	p.rested = time.After(framePause)
	return p.write(text)
}

// modes are the switches of the terminal that a view changes.
func (p *painter) modes(v tea.View) string {
	var text strings.Builder
	if p.frame == 0 && v.WindowTitle != "" {
		text.WriteString(ansi.SetWindowTitle(v.WindowTitle))
	}
	if v.MouseMode != p.mouse {
		p.mouse = v.MouseMode
		if p.mouse == tea.MouseModeNone {
			text.WriteString(ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseExtSgr)
		} else {
			text.WriteString(ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr)
		}
	}
	return text.String()
}

// picture is what makes a frame of what the terminal shows.
func (p *painter) picture(frame string, w, h int, anew bool) string {
	b := p.brushes.take(p)
	b.screen.SetColorProfile(p.profile)
	anew = anew || w != p.sw || h != p.sh
	if !anew && (b.painter != p || b.frame != p.frame) {
		b.draw(p.shown, w, h, true)
		b.screen.MoveTo(0, 0)
		_ = b.screen.Flush()
		b.out.Reset()
		b.screen.SetPosition(-1, -1) // where the cursor really is, isn't known
	}
	b.draw(frame, w, h, anew)
	text := b.out.String()
	b.out.Reset()
	p.shown, p.sw, p.sh = frame, w, h
	p.frame++
	b.painter, b.frame = p, p.frame
	p.brushes.give(b)
	return text
}

// leave puts the terminal back.
func (p *painter) leave() {
	text := ansi.ResetModeBracketedPaste
	if p.mouse != tea.MouseModeNone {
		text += ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseExtSgr
	}
	_ = p.write(text + ansi.SetWindowTitle("") + ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable)
}

func (p *painter) write(text string) error {
	_, err := io.WriteString(p.out, text)
	return err
}

// painted is a console with the painter that shows it.
type painted struct {
	*Console
	painter *painter
}

func (m painted) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch size, resized := msg.(tea.WindowSizeMsg); {
	case resized:
		m.painter.resize(size.Width, size.Height)
	case msg == tea.ClearScreen():
		m.painter.clear()
	}
	_, cmd := m.Console.Update(msg)
	return m, cmd
}

func (m painted) View() tea.View {
	v := m.Console.View()
	m.painter.show(v)
	return v
}

// oneAtATime is an output that several write to, each piece whole.
type oneAtATime struct {
	mu  sync.Mutex
	out io.Writer
}

func (o *oneAtATime) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.out.Write(p)
}
