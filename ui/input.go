package ui

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"tenantry/domain"
)

// The marks of a bracketed paste.
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// input stands between the terminal and Bubble Tea and takes pastes out whole.
// Two things are gained. A paste arrives exactly as it was pasted, tabs and
// line ends included, without being decoded key by key, and one that is too
// large is counted instead of kept. And a terminal without bracketed paste,
// which delivers the same text as keys, is understood too: a burst that no
// hand can type is a paste. In either case Bubble Tea sees a short paste with
// a ticket in it, in its right place among the keys; the text waits in pastes.
type input struct {
	in     io.Reader
	pastes *pastes
	now    func() time.Time
	pace   *pace // nil where keys may come as fast as they do

	keys    int       // bytes of them in the chunk that is being taken
	out     []byte    // what the next Read returns
	partial []byte    // a beginning of pasteStart at the end of the last chunk
	inside  bool      // between pasteStart and pasteEnd
	text    []byte    // of the paste so far
	length  int       // of the paste so far, kept or not
	burst   time.Time // when the last burst ended
}

// What is a burst: this many bytes at once without a control character; and
// what follows one within this time belongs to it.
const (
	burstBytes = 32
	burstGap   = 50 * time.Millisecond
)

// newInput wraps a session's input. A terminal file stays one for Bubble Tea,
// which sets its raw mode and waits on its descriptor.
func newInput(in io.Reader, p *pastes, now func() time.Time, pace *pace) io.Reader {
	i := &input{in: in, pastes: p, now: now, pace: pace}
	if f, ok := in.(*os.File); ok {
		return &fileInput{File: f, input: i}
	}
	return i
}

type fileInput struct {
	*os.File
	input *input
}

func (f *fileInput) Read(p []byte) (int, error) { return f.input.Read(p) }

// Read returns keys as they came and tickets in place of pastes.
func (i *input) Read(p []byte) (int, error) {
	chunk := make([]byte, 4096)
	for len(i.out) == 0 {
		// Leave room for a ticket, so that what one read of the terminal
		// brings always fits what Bubble Tea asked for.
		n, err := i.in.Read(chunk[:max(1, min(len(p), len(chunk))-64)])
		if n > 0 {
			i.keys = 0
			i.take(chunk[:n])
			if i.pace != nil {
				i.pace.wait(i.keys)
			}
		}
		if err != nil && len(i.out) == 0 {
			return 0, err
		}
	}
	n := copy(p, i.out)
	i.out = i.out[n:]
	return n, nil
}

// take sorts one chunk into keys and pastes.
func (i *input) take(chunk []byte) {
	if i.partial != nil {
		chunk = append(i.partial, chunk...)
		i.partial = nil
	}
	if !i.inside && i.isBurst(chunk) {
		i.keep(chunk)
		i.finish(true)
		i.burst = i.now()
		return
	}
	for len(chunk) > 0 {
		mark := pasteStart
		if i.inside {
			mark = pasteEnd
		}
		before, after, found := bytes.Cut(chunk, []byte(mark))
		if !found {
			// The mark may be cut in two by the end of the chunk. A lone
			// escape outside a paste is a key and can't wait.
			cut := len(before) - beginning(before, mark, i.inside)
			i.partial = bytes.Clone(before[cut:])
			if len(i.partial) == 0 {
				i.partial = nil
			}
			before, after = before[:cut], nil
		}
		if i.inside {
			i.keep(before)
			if found {
				i.finish(false)
			}
		} else {
			i.out = append(i.out, before...)
			i.keys += len(before)
		}
		if found {
			i.inside = !i.inside
		}
		chunk = after
	}
}

// beginning is how many bytes at the end of text may be the start of mark.
func beginning(text []byte, mark string, alone bool) int {
	shortest := 2 // "\x1b[" is never the whole of a key
	if alone {
		shortest = 1
	}
	for n := min(len(mark)-1, len(text)); n >= shortest; n-- {
		if bytes.HasSuffix(text, []byte(mark[:n])) {
			return n
		}
	}
	return 0
}

func (i *input) isBurst(chunk []byte) bool {
	follows := !i.burst.IsZero() && i.now().Sub(i.burst) < burstGap
	if len(chunk) < burstBytes && !(follows && len(chunk) > 1) {
		return false
	}
	same := true // a key held down on a slow line comes in bursts too
	for _, b := range chunk {
		if b < ' ' && b != '\r' && b != '\n' && b != '\t' || b == 0x7f {
			return false
		}
		same = same && b == chunk[0]
	}
	return !same
}

func (i *input) keep(text []byte) {
	i.length += len(text)
	if i.length <= domain.MaxPasteBytes {
		i.text = append(i.text, text...)
	} else {
		i.text = nil
	}
}

// finish puts the paste away and its ticket among the keys.
func (i *input) finish(burst bool) {
	tooMuch := i.length > domain.MaxPasteBytes
	ticket := i.pastes.put(paste{text: string(i.text), tooMuch: tooMuch, burst: burst})
	i.text, i.length = nil, 0
	i.out = append(i.out, pasteStart+ticket+pasteEnd...)
}

// paste is a text that waits to be taken by the screen.
type paste struct {
	text    string
	tooMuch bool
	burst   bool // it came as keys: only a part, perhaps, and more may follow
}

// pastes holds the texts of tickets that are under way.
type pastes struct {
	mu    sync.Mutex
	last  int
	texts map[string]paste
}

func (p *pastes) put(t paste) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.texts == nil {
		p.texts = make(map[string]paste)
	}
	p.last++
	ticket := fmt.Sprintf("paste %d", p.last)
	p.texts[ticket] = t
	return ticket
}

// take hands out the text of a ticket, once. What is no ticket is itself the
// text: a model that is driven without an input in front of it.
func (p *pastes) take(ticket string) paste {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t, ok := p.texts[ticket]; ok {
		delete(p.texts, ticket)
		return t
	}
	return paste{text: ticket, tooMuch: len(ticket) > domain.MaxPasteBytes}
}
