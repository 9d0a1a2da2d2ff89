package sshd

import (
	"context"
	"net"
	"sync"
	"time"

	"charm.land/ssh"

	"tenantry/domain"
)

// conn is one connection: of nobody yet, and then of whoever signed in.
type conn struct {
	net.Conn
	server *Server
	from   string // address and port
	source string // for counting

	mu       sync.Mutex
	closed   bool
	known    bool         // somebody has signed in
	user     string       // who, folded
	actor    domain.Actor // with their session, where it has begun
	key      string       // the key that began it, as SSH sends it
	channels int
	waiting  int // for a place among them
	tries    int
	offers   int
	asking   bool        // a way to sign in was tried
	timer    *time.Timer // closes it

	signingIn sync.Mutex // one session begins, however many channels ask for it at once
}

// connKey finds the connection in the context of the SSH library.
type connKey struct{}

// welcome lets what the library calls back know the connection.
func (s *Server) welcome(ctx ssh.Context, raw net.Conn) net.Conn {
	ctx.SetValue(connKey{}, raw)
	return raw
}

func connOf(ctx context.Context) *conn { return ctx.Value(connKey{}).(*conn) }

// SetDeadline does nothing: how long a connection may take for what, the door
// decides by itself.
func (c *conn) SetDeadline(time.Time) error { return nil }

// Write closes the connection where nobody reads what is written.
func (c *conn) Write(p []byte) (int, error) { return c.write(c.Conn, p) }

// expires closes the connection after a while, unless it is called again before.
func (c *conn) expires(after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if c.timer != nil {
		c.timer.Stop()
	}
	c.timer = time.AfterFunc(after, func() { c.Close() })
}

// stays undoes expires.
func (c *conn) stays() {
	if c.timer != nil {
		c.timer.Stop()
	}
}

// signing says that a way to sign in is tried, which gives a person the time
// that it takes.
func (c *conn) signing() {
	c.mu.Lock()
	first := !c.asking
	c.asking = true
	c.mu.Unlock()
	if first {
		c.expires(c.server.limits.SignIn)
	}
}

// become makes the connection that of a user who has just proven who they are.
// actor is zero where a key did: the session begins with the first channel. It
// says false where there is no room for one more, or the connection has ended.
func (c *conn) become(user string, actor domain.Actor) bool {
	if !c.server.connections.enter(user) {
		return false
	}
	c.server.strangers.leave(c)
	c.mu.Lock()
	if c.closed || c.known {
		c.mu.Unlock()
		c.server.connections.leave(user)
		return false
	}
	c.known, c.user, c.actor = true, user, actor
	c.mu.Unlock()
	c.expires(c.server.limits.Quiet)
	return true
}

// A channel that is about to end has its place still when the client thinks that
// it is gone, so one that asks for it may wait a little.
const (
	channelWait = 250 * time.Millisecond
	channelLook = 5 * time.Millisecond
)

// opens counts a channel; it says false where there are as many as there may be.
func (c *conn) opens(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, channelWait)
	defer cancel()
	opened, waits := c.tryOpen(true)
	if !waits {
		return opened
	}
	defer func() {
		c.mu.Lock()
		c.waiting--
		c.mu.Unlock()
	}()
	for !opened && ctx.Err() == nil {
		pause(ctx, channelLook)
		opened, _ = c.tryOpen(false)
	}
	return opened
}

// tryOpen counts a channel, or first says whether it may wait for a place: no
// more may than there are places.
func (c *conn) tryOpen(first bool) (opened, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed || !c.known:
		return false, false
	case c.channels < c.server.limits.Channels:
		c.channels++
		c.stays()
		return true, false
	case first && c.waiting < c.server.limits.Channels:
		c.waiting++
		return false, true
	}
	return false, false
}

// shuts is the end of a channel.
func (c *conn) shuts() {
	c.mu.Lock()
	c.channels--
	last := c.channels == 0
	c.mu.Unlock()
	if last {
		c.expires(c.server.limits.Quiet)
	}
}

// Close ends the connection and the session that came by it.
func (c *conn) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	c.stays()
	known, user := c.known, c.user
	c.mu.Unlock()
	err := c.Conn.Close()
	c.server.strangers.leave(c)
	if known {
		c.server.connections.leave(user)
	}
	return err
}

// left forgets a connection that has ended, and signs out whoever it was of.
func (s *Server) left(c *conn) {
	c.mu.Lock()
	actor := c.actor
	c.mu.Unlock()
	s.signOut(c, actor)
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
}
