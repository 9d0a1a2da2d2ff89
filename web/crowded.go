package web

import (
	"crypto/tls"
	"math"
	"net"
	"net/http"
	"sync"
)

// crowded is a listener that lets only so many connections in at once. Where it
// is full, a newcomer takes the place of one that asks for nothing: the one that
// has done so for longest, from where most of them come. So nobody keeps others
// out by opening connections and being silent, or slow with a header. Where all
// have a request under way, the newcomer waits.
type crowded struct {
	net.Listener
	places chan struct{}
	closed chan struct{}
	once   sync.Once

	mu      sync.Mutex
	count   uint64
	waiting map[*placed]uint64 // those that ask for nothing, by when they began to
}

func newCrowded(listener net.Listener, most int) *crowded {
	return &crowded{Listener: listener, places: make(chan struct{}, most), closed: make(chan struct{}), waiting: map[*placed]uint64{}}
}

func (l *crowded) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.room() {
		conn.Close()
		return nil, net.ErrClosed
	}
	c := &placed{Conn: conn, door: l, from: conn.RemoteAddr().String(), leave: sync.OnceFunc(func() { <-l.places })}
	if host, _, err := net.SplitHostPort(c.from); err == nil {
		c.from = host
	}
	l.waits(c)
	return c, nil
}

// room takes a place, and says false where the listener closes before there is one.
func (l *crowded) room() bool {
	select {
	case l.places <- struct{}{}:
		return true
	default:
	}
	if c := l.longest(); c != nil {
		c.Close()
	}
	select {
	case l.places <- struct{}{}:
		return true
	case <-l.closed:
		return false
	}
}

func (l *crowded) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// become hears of the server what a connection does: it is new until it has sent
// the whole header of a request.
func (l *crowded) become(conn net.Conn, state http.ConnState) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	c, ok := conn.(*placed)
	if !ok {
		return
	}
	switch state {
	case http.StateIdle:
		l.waits(c)
	case http.StateActive, http.StateHijacked, http.StateClosed:
		l.stirs(c)
	}
}

func (l *crowded) waits(c *placed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	l.waiting[c] = l.count
}

func (l *crowded) stirs(c *placed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waiting, c)
}

// longest is who gives their place to a newcomer; nil where all are at work.
func (l *crowded) longest() (longest *placed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := map[string]int{}
	for c := range l.waiting {
		from[c.from]++
	}
	most, since := 0, uint64(math.MaxUint64)
	for c, began := range l.waiting {
		if n := from[c.from]; n > most || n == most && began < since {
			longest, most, since = c, n, began
		}
	}
	return longest
}

// placed is a connection that gives its place back.
type placed struct {
	net.Conn
	door  *crowded
	from  string
	leave func()
}

func (c *placed) Close() error {
	c.door.stirs(c)
	defer c.leave()
	return c.Conn.Close()
}
