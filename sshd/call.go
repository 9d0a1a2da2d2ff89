package sshd

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"tenantry/ui"
)

// call is one channel of a connection: a console, or a command. What a client
// asks for on it goes through here before the SSH library sees any of it, so that
// no size, variable or number of requests gets further than it may.
type call struct {
	conn   *conn
	ctx    context.Context
	cancel context.CancelFunc
	number uint64

	mu      sync.Mutex
	left    int  // bytes that may still be asked before it begins
	begun   bool // the console or command
	environ []string
	term    string // "" for no terminal
	size    ui.Size
	start   *time.Timer

	resized  chan struct{}  // the size has changed
	notices  chan ui.Notice // for the console
	finished chan struct{}  // the console or command has, where it began
}

// callKey finds the call in the context of the SSH library.
type callKey struct{}

func callOf(session ssh.Session) *call { return session.Context().Value(callKey{}).(*call) }

// callContext is the library's context for one channel: it ends with the
// channel, not only with the connection.
type callContext struct {
	ssh.Context
	call *call
}

func (c callContext) Done() <-chan struct{} { return c.call.ctx.Done() }
func (c callContext) Err() error            { return c.call.ctx.Err() }
func (c callContext) Value(key any) any {
	if key == (callKey{}) {
		return c.call
	}
	return c.Context.Value(key)
}

// channel takes one channel of a connection, from its beginning to its end.
func (s *Server) channel(server *ssh.Server, raw *gossh.ServerConn, asked gossh.NewChannel, ctx ssh.Context) {
	c := connOf(ctx)
	if !c.opens(ctx) {
		_ = asked.Reject(gossh.ResourceShortage, "There are as many channels as a connection may have.")
		return
	}
	defer c.shuts()
	one := &call{
		conn: c, left: s.limits.BeforeShell, resized: make(chan struct{}, 1), notices: make(chan ui.Notice, 4), finished: make(chan struct{}),
	}
	one.ctx, one.cancel = context.WithCancel(ctx)
	defer one.cancel()
	one.start = time.AfterFunc(s.limits.Starting, func() { c.Close() })
	defer one.start.Stop()
	ssh.DefaultSessionHandler(server, raw, sifted{asked, one}, callContext{ctx, one})
	one.cancel()
	one.mu.Lock()
	begun := one.begun
	one.mu.Unlock()
	if begun {
		<-one.finished
	}
}

// sifted is a channel of which the library sees only what it may.
type sifted struct {
	gossh.NewChannel
	call *call
}

func (n sifted) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	channel, asked, err := n.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	requests := make(chan *gossh.Request)
	go func() {
		defer close(requests)
		defer n.call.cancel() // the channel is closed
		for r := range asked {
			if n.call.sift(r) {
				requests <- r
			}
		}
	}()
	return patient{channel, n.call.conn}, requests, nil
}

// patient is a channel whose connection ends where nobody reads what is written.
type patient struct {
	gossh.Channel
	conn *conn
}

func (p patient) Write(text []byte) (int, error) { return p.conn.write(p.Channel, text) }

func (p patient) Stderr() io.ReadWriter {
	errors := p.Channel.Stderr()
	return struct {
		io.Reader
		io.Writer
	}{errors, writer(func(text []byte) (int, error) { return p.conn.write(errors, text) })}
}

// writer is a function that writes.
type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// write writes, and closes the connection where that takes too long.
func (c *conn) write(w io.Writer, p []byte) (int, error) {
	stall := time.AfterFunc(c.server.limits.Stall, func() { c.Close() })
	defer stall.Stop()
	return w.Write(p)
}

// What a client may ask on a channel, as RFC 4254 has it.
type (
	terminalAsked struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	sizeAsked    struct{ Columns, Rows, Width, Height uint32 }
	environAsked struct{ Name, Value string }
	signalAsked  struct{ Signal string }
)

// sift answers a request, or says that the library may see it.
func (c *call) sift(r *gossh.Request) bool {
	switch r.Type {
	case "window-change":
		_ = r.Reply(c.resize(r.Payload), nil)
		return false
	case "signal":
		var s signalAsked
		if gossh.Unmarshal(r.Payload, &s) == nil && slices.Contains([]string{"INT", "TERM", "HUP", "QUIT"}, s.Signal) {
			c.cancel()
		}
		_ = r.Reply(true, nil)
		return false
	}
	c.mu.Lock()
	ok := !c.begun && c.affords(r) && c.takes(r)
	c.mu.Unlock()
	if !ok {
		_ = r.Reply(false, nil) // which may take long, where nobody reads it
	}
	return ok
}

// requestCost is what a request costs besides what it carries.
const requestCost = 64

// affords counts what is asked before the console or command begins, and ends
// the connection where it is too much.
func (c *call) affords(r *gossh.Request) bool {
	if c.left -= len(r.Type) + len(r.Payload) + requestCost; c.left < 0 {
		go c.conn.Close()
		return false
	}
	return true
}

// takes says whether a request is one of those that are taken, and makes of it
// what the library may see.
func (c *call) takes(r *gossh.Request) bool {
	switch r.Type {
	case "pty-req":
		return c.takesTerminal(r)
	case "env":
		var e environAsked
		if gossh.Unmarshal(r.Payload, &e) != nil || !harmless(e.Name, e.Value) {
			return false
		}
		c.environ = append(c.environ, e.Name+"="+e.Value)
		return true
	case "shell", "exec":
		c.begun = true
		c.start.Stop()
		return true
	}
	return false // no subsystem, agent, X11
}

func (c *call) takesTerminal(r *gossh.Request) bool {
	var t terminalAsked
	if c.term != "" || gossh.Unmarshal(r.Payload, &t) != nil {
		return false
	}
	c.term = "dumb"
	if terminalName.MatchString(t.Term) {
		c.term = t.Term
	}
	c.size = c.clamp(t.Columns, t.Rows)
	r.Payload = gossh.Marshal(terminalAsked{Term: c.term, Columns: uint32(c.size.Width), Rows: uint32(c.size.Height)})
	return true
}

// terminalName is what a terminal may be called, and wordy what the value of a
// variable may be made of: nothing that could mean anything to a terminal.
var (
	terminalName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$`)
	wordy        = regexp.MustCompile(`^[A-Za-z0-9._@,:=/+-]{0,64}$`)
)

// harmless says whether a variable is one that is taken: how a terminal wants to
// be drawn, and its language.
func harmless(name, value string) bool {
	taken := slices.Contains([]string{"TERM", "COLORTERM", "NO_COLOR", "CLICOLOR", "LANG"}, name) ||
		strings.HasPrefix(name, "LC_") && len(name) < 32 && terminalName.MatchString(name)
	return taken && wordy.MatchString(value)
}

// clamp makes of the size that a client says one that can be drawn. A size of
// nothing is one that it doesn't know.
func (c *call) clamp(columns, rows uint32) ui.Size {
	limits := c.conn.server.limits
	s := ui.Size{Width: int(min(columns, uint32(limits.Width))), Height: int(min(rows, uint32(limits.Height)))}
	if s.Width == 0 || s.Height == 0 {
		return ui.Size{Width: min(80, limits.Width), Height: min(24, limits.Height)}
	}
	return s
}

// resize keeps the size that the terminal has become: only the last one counts.
func (c *call) resize(payload []byte) bool {
	var s sizeAsked
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.term == "" || gossh.Unmarshal(payload, &s) != nil {
		return false
	}
	c.size = c.clamp(s.Columns, s.Rows)
	select {
	case c.resized <- struct{}{}:
	default: // somebody will look anyway
	}
	return true
}

// sizes hands on the sizes of the terminal, no more than so many a second.
func (c *call) sizes(ctx context.Context) <-chan ui.Size {
	sizes := make(chan ui.Size)
	go func() {
		for {
			select {
			case <-c.resized:
			case <-ctx.Done():
				return
			}
			c.mu.Lock()
			size := c.size
			c.mu.Unlock()
			select {
			case sizes <- size:
			case <-ctx.Done():
				return
			}
			pause(ctx, time.Second/time.Duration(c.conn.server.limits.Resizes))
		}
	}()
	return sizes
}

// tell says something to whoever is at a console. One that hears nothing for long
// misses it.
func (c *call) tell(n ui.Notice) {
	if n.Leave {
		defer func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.term == "" {
				c.cancel() // a command, which doesn't listen
			}
		}()
	}
	select {
	case c.notices <- n:
	default:
	}
}
