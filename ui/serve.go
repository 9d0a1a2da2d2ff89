package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
)

// Terminal is one that is somewhere else, behind a connection.
type Terminal struct {
	In      io.Reader
	Out     io.Writer // line ends become carriage return and line feed behind it
	Environ []string  // TERM among it
	Width   int
	Height  int
	Sizes   <-chan Size   // how large it becomes
	Notices <-chan Notice // what the door has to say
	Keys    int           // how many may come in a second; 0 for any number
	Brushes *Brushes      // what it is drawn with, shared by all of a door; nil for its own
}

// copiesPerSecond is how often Bubble Tea looks whether there is something else
// to write than frames: what was copied.
const copiesPerSecond = 10

// Size is that of a terminal, in cells.
type Size struct{ Width, Height int }

// Serve shows the console to somebody whom a door has let in (Options.Actor)
// until they leave, their session or their input ends, or ctx does.
func Serve(ctx context.Context, o Options, t Terminal) (Farewell, error) {
	if o.Actor == nil {
		return Farewell{}, errors.New("ui: nobody was let in")
	}
	// Everything that the session started ends with it, timers too.
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	c := New(within, o)
	c.width, c.height = t.Width, t.Height
	var limit *pace
	if t.Keys > 0 {
		limit = newPace(within, t.Keys, o.Now)
	}
	in := unfailing{newInput(t.In, c.pastes, o.Now, limit)}
	profile := colorprofile.Env(t.Environ)
	if o.Look.Mono {
		profile = colorprofile.Ascii
	}
	out := &oneAtATime{out: t.Out}
	unpainted := make(chan error, 1)
	painter := newPainter(t, out, profile, func(err error) {
		unpainted <- err
		cancel()
	})
	program := tea.NewProgram(painted{c, painter},
		tea.WithContext(within), tea.WithInput(nil), tea.WithOutput(out), tea.WithEnvironment(t.Environ),
		tea.WithWindowSize(t.Width, t.Height), tea.WithColorProfile(profile),
		tea.WithoutRenderer(), tea.WithFPS(copiesPerSecond), // the painter draws
		tea.WithoutSignalHandler(), // signals are for the server, which tells everybody
	)
	failed := t.read(within, in, program.Send)
	var passing sync.WaitGroup
	passing.Go(func() { t.pass(within, program.Send) })
	_, err := program.Run()
	cancel()
	passing.Wait()
	painter.stop()
	select {
	case broken := <-failed:
		err = broken
	case broken := <-unpainted:
		err = broken
	default:
	}
	if closing := c.close(); err == nil {
		err = closing
	}
	if ctx.Err() != nil {
		err = nil // told to stop: not a failure
	}
	return c.farewell, err
}

// read hands on the keys, and ends the console after the last one. Bubble Tea's
// own reading waits for ever to hand on a key that comes when the program has
// ended, and what goes wrong in it ends the process. It goes on until t.In ends.
func (t Terminal) read(ctx context.Context, in io.Reader, send func(tea.Msg)) (failed <-chan error) {
	events, broken := make(chan uv.Event), make(chan error, 1)
	go func() {
		defer close(events)
		defer func() {
			if r := recover(); r != nil {
				broken <- fmt.Errorf("ui: understanding keys: %v", r)
			}
		}()
		if err := uv.NewTerminalReader(in, uv.Environ(t.Environ).Getenv("TERM")).StreamEvents(ctx, events); err != nil {
			broken <- err
		}
	}()
	go func() {
		for e := range events {
			send(e)
		}
		send(tea.QuitMsg{})
	}()
	return broken
}

// pass hands on what comes besides keys.
func (t Terminal) pass(ctx context.Context, send func(tea.Msg)) {
	sizes, notices := t.Sizes, t.Notices
	for {
		select {
		case <-ctx.Done():
			return
		case s, open := <-sizes:
			if !open {
				sizes = nil
				continue
			}
			send(tea.WindowSizeMsg{Width: s.Width, Height: s.Height})
		case n, open := <-notices:
			if !open {
				notices = nil
				continue
			}
			send(n)
		}
	}
}

// unfailing is an input of which what goes wrong in reading is an error.
type unfailing struct{ in io.Reader }

func (u unfailing) Read(p []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = 0, fmt.Errorf("ui: reading keys: %v", r)
		}
	}()
	return u.in.Read(p)
}
