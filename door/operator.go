package door

import (
	"context"
	"errors"
	"io"
	"net"
	"net/rpc"
	"sync"
	"time"

	"tenantry/domain"
)

// The operator's door is a socket beside the database, for whoever may open the
// database and nobody else. Through it the machine's operator has the server run
// what they would do to the file themselves, if the server didn't hold it. The
// server does the work, and whoever asks lends their hands: their terminal, and
// their files, so that the server reads and writes none of the names they type.

// Order is a command line for the server.
type Order struct {
	Words             []string
	From              string // who types, for the audit trail
	Terminal, Watched bool   // as in cli.Environment
}

// Draft is a file that is being written.
type Draft interface {
	io.Writer
	Keep() error
	Drop()
}

// Hands are what whoever asks lends.
type Hands struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Ask            func(ctx context.Context, prompt string) (string, error) // nil without a person
	Open           func(name string) (io.ReadCloser, error)
	Draft          func(name string) (Draft, error)
}

// Two ends of one connection: the server calls, the hands answer. A call that
// isn't answered for so long ends the order, for a transaction may wait for it.
// People may take their time.
const handsLongest = 30 * time.Second

// stopLongest is how long whoever called an order off waits to hear what became
// of it.
const stopLongest = 10 * time.Second

// Give gives the server at conn an order and lends it hands until it is done. It
// answers the exit status.
func Give(outer context.Context, conn net.Conn, order Order, hands Hands) (status int, err error) {
	ctx, done := context.WithCancel(outer)
	defer done()
	ended, end := context.WithCancel(context.WithoutCancel(outer))
	defer end()
	h := &lent{ctx: ctx, order: order, hands: hands, status: -1, streams: map[int]any{}}
	defer h.drop()
	// Called off, the server hears of it by Wait, and says how far it was.
	stop := context.AfterFunc(outer, func() {
		late := time.AfterFunc(stopLongest, func() { conn.Close() })
		context.AfterFunc(ended, func() { late.Stop() })
	})
	defer stop()
	server := rpc.NewServer()
	if err := server.RegisterName("Hands", &calls{h}); err != nil {
		return 0, err
	}
	go server.ServeConn(&ending{conn, func() { done(); end() }})
	<-ended.Done() // and not until all calls are: one may read a terminal where nobody types
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.status >= 0:
		return h.status, nil
	case outer.Err() != nil:
		return 0, domain.Errorf(domain.Uncertain, "", "Stopped, before the server said how far it was. Look what was done before you repeat it. (%w)", outer.Err())
	}
	return 0, domain.Errorf(domain.Unavailable, "", "The server that holds the database has gone before it was done. Look what was done before you repeat it.")
}

// ending lets go of what still waits when the other end has gone.
type ending struct {
	net.Conn
	done func()
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if err != nil {
		e.done()
	}
	return n, err
}

// lent are the hands of one order.
type lent struct {
	ctx    context.Context
	order  Order
	hands  Hands
	mu     sync.Mutex
	status int
	// streams are what is open besides standard input and output, by number.
	streams map[int]any
	last    int
	dropped bool
}

func (h *lent) drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropped = true
	for _, s := range h.streams {
		let(s)
	}
}

// let lets go of something that is open.
func let(s any) {
	switch s := s.(type) {
	case Draft:
		s.Drop()
	case io.Closer:
		s.Close()
	}
}

const (
	streamIn = iota
	streamOut
	streamErr
	streamFirst // of the files
)

func (h *lent) add(s any) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.dropped { // it took so long that nobody waits for it
		let(s)
	}
	h.last++
	h.streams[streamFirst+h.last] = s
	return streamFirst + h.last
}

func (h *lent) stream(n int) any {
	switch n {
	case streamIn:
		return h.hands.Stdin
	case streamOut:
		return h.hands.Stdout
	case streamErr:
		return h.hands.Stderr
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.streams[n]
}

// Fault is an error on its way through the connection.
type Fault struct {
	Kind        domain.Kind
	Field, Text string
	End         bool // of what is read
	Stopped     bool // by the person
}

func asFault(err error) Fault {
	var e *domain.Error
	switch {
	case err == nil:
		return Fault{}
	case errors.Is(err, io.EOF):
		return Fault{End: true}
	case errors.Is(err, context.Canceled):
		return Fault{Stopped: true}
	case errors.As(err, &e):
		return Fault{Kind: e.Kind, Field: e.Field, Text: e.Text}
	}
	return Fault{Text: err.Error()}
}

func (f Fault) err() error {
	switch {
	case f.End:
		return io.EOF
	case f.Stopped:
		return context.Canceled
	case f.Kind != 0:
		return domain.Errorf(f.Kind, f.Field, "%s", f.Text)
	case f.Text != "":
		return errors.New(f.Text)
	}
	return nil
}

// Asked is what a call asks of the hands, and Answered what they answer.
type Asked struct {
	Stream int
	Name   string
	Data   []byte
	Most   int
}

// Answered is what the hands answer.
type Answered struct {
	Order  Order
	Stream int
	Data   []byte
	Fault  Fault
}

// calls are what the server may ask for.
type calls struct{ h *lent }

// longestRead is how much is read at once.
const longestRead = 64 << 10

var errNoStream = errors.New("nothing of that number is open")

// Order tells the server what to do.
func (c *calls) Order(_ Asked, a *Answered) error {
	a.Order = c.h.order
	return nil
}

// Wait ends when whoever asked calls it off.
func (c *calls) Wait(Asked, *Answered) error {
	<-c.h.ctx.Done()
	return nil
}

// Read reads from standard input or a file.
func (c *calls) Read(q Asked, a *Answered) error {
	r, ok := c.h.stream(q.Stream).(io.Reader)
	if !ok {
		return errNoStream
	}
	a.Data = make([]byte, max(0, min(q.Most, longestRead)))
	n, err := r.Read(a.Data)
	a.Data = a.Data[:n]
	if n == 0 {
		a.Fault = asFault(err)
	}
	return nil
}

// Write writes to standard output, where errors are told, or to a draft.
func (c *calls) Write(q Asked, a *Answered) error {
	w, ok := c.h.stream(q.Stream).(io.Writer)
	if !ok {
		return errNoStream
	}
	_, err := w.Write(q.Data)
	a.Fault = asFault(err)
	return nil
}

// Ask asks a person for a line that isn't shown.
func (c *calls) Ask(q Asked, a *Answered) error {
	if c.h.hands.Ask == nil {
		return errNoStream
	}
	line, err := c.h.hands.Ask(c.h.ctx, q.Name)
	a.Data, a.Fault = []byte(line), asFault(err)
	return nil
}

// Open opens a file to read.
func (c *calls) Open(q Asked, a *Answered) error {
	file, err := c.h.hands.Open(q.Name)
	if a.Fault = asFault(err); err == nil {
		a.Stream = c.h.add(file)
	}
	return nil
}

// Draft begins a file.
func (c *calls) Draft(q Asked, a *Answered) error {
	draft, err := c.h.hands.Draft(q.Name)
	if a.Fault = asFault(err); err == nil {
		a.Stream = c.h.add(draft)
	}
	return nil
}

// Keep keeps a draft.
func (c *calls) Keep(q Asked, a *Answered) error {
	draft, ok := c.h.stream(q.Stream).(Draft)
	if !ok {
		return errNoStream
	}
	a.Fault = asFault(draft.Keep())
	return nil
}

// Close ends a file or drops a draft.
func (c *calls) Close(q Asked, _ *Answered) error {
	switch s := c.h.stream(q.Stream).(type) {
	case Draft:
		s.Drop()
	case io.Closer:
		if q.Stream >= streamFirst {
			s.Close()
		}
	}
	return nil
}

// End tells the exit status.
func (c *calls) End(q Asked, _ *Answered) error {
	c.h.mu.Lock()
	c.h.status = q.Most
	c.h.mu.Unlock()
	return nil
}

// Caller is whoever gave an order, as the server sees them.
type Caller struct {
	Order  Order
	ctx    context.Context // of the connection
	order  context.Context // of what runs
	client *rpc.Client
	cancel func() // both
}

// Receive takes the order of whoever is at conn and has run carry it out, which
// answers the exit status. It returns when that is done, or they have gone. Whoever
// calls it off is still there to hear what became of it.
func Receive(ctx context.Context, conn net.Conn, run func(context.Context, *Caller) int) error {
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	order, callOff := context.WithCancel(ctx)
	defer callOff()
	c := &Caller{ctx: ctx, order: order, client: rpc.NewClient(&patient{conn}), cancel: cancel}
	defer c.client.Close()
	a, err := c.ask("Order", Asked{}, handsLongest)
	if err != nil {
		return err
	}
	c.Order = a.Order
	gone := c.client.Go("Hands.Wait", Asked{}, &Answered{}, nil)
	go func() {
		select {
		case <-gone.Done:
			callOff()
			if gone.Error != nil {
				cancel()
			}
		case <-ctx.Done():
		}
	}()
	_, err = c.ask("End", Asked{Most: run(order, c)}, handsLongest)
	return err
}

// patient gives up on a peer that takes nothing.
type patient struct{ net.Conn }

func (p *patient) Write(b []byte) (int, error) {
	late := time.AfterFunc(handsLongest, func() { p.Close() })
	defer late.Stop()
	return p.Conn.Write(b)
}

// ask calls the hands and waits for their answer, at most so long (0: until the
// order is called off).
func (c *Caller) ask(what string, q Asked, most time.Duration) (*Answered, error) {
	var late <-chan time.Time
	waiting := c.order
	if most > 0 {
		waiting = c.ctx
		timer := time.NewTimer(most)
		defer timer.Stop()
		late = timer.C
	}
	call := c.client.Go("Hands."+what, q, &Answered{}, make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
	case <-waiting.Done():
		return nil, waiting.Err()
	case <-late:
		c.cancel()
		return nil, errors.New("whoever asked doesn't answer")
	}
	if call.Error != nil {
		return nil, call.Error
	}
	a := call.Reply.(*Answered)
	return a, a.Fault.err()
}

// Stdin, Stdout and Stderr are those of whoever gave the order.
func (c *Caller) Stdin() io.Reader  { return &stream{c, streamIn, 0} }
func (c *Caller) Stdout() io.Writer { return &stream{c, streamOut, handsLongest} }
func (c *Caller) Stderr() io.Writer { return &stream{c, streamErr, handsLongest} }

// Ask asks the person for a line that isn't shown.
func (c *Caller) Ask(_ context.Context, prompt string) (string, error) {
	a, err := c.ask("Ask", Asked{Name: prompt}, 0)
	if err != nil {
		return "", err
	}
	return string(a.Data), nil
}

// Open opens a file of whoever gave the order.
func (c *Caller) Open(name string) (io.ReadCloser, error) {
	a, err := c.ask("Open", Asked{Name: name}, 0)
	if err != nil {
		return nil, err
	}
	return &stream{c, a.Stream, handsLongest}, nil
}

// Draft begins a file of whoever gave the order.
func (c *Caller) Draft(name string) (Draft, error) {
	a, err := c.ask("Draft", Asked{Name: name}, 0)
	if err != nil {
		return nil, err
	}
	return &stream{c, a.Stream, handsLongest}, nil
}

// stream is something that the hands have open.
type stream struct {
	c      *Caller
	number int
	most   time.Duration // an answer may take
}

func (s *stream) Read(p []byte) (int, error) {
	a, err := s.c.ask("Read", Asked{Stream: s.number, Most: len(p)}, s.most)
	if err != nil {
		return 0, err
	}
	return copy(p, a.Data), nil
}

func (s *stream) Write(p []byte) (int, error) {
	for n := 0; n < len(p); {
		step := min(len(p)-n, longestRead)
		if _, err := s.c.ask("Write", Asked{Stream: s.number, Data: p[n : n+step]}, s.most); err != nil {
			return n, err
		}
		n += step
	}
	return len(p), nil
}

func (s *stream) Keep() error {
	_, err := s.c.ask("Keep", Asked{Stream: s.number}, 0)
	return err
}

func (s *stream) Drop() { s.Close() }

func (s *stream) Close() error {
	_, err := s.c.ask("Close", Asked{Stream: s.number}, handsLongest)
	return err
}
