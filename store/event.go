package store

import (
	"sync"

	"tenantry/domain"
)

// Event says that something changed; whoever shows it reads it again. Events
// carry no data that their receiver might not be allowed to see: Watch leaves
// out what the watching actor's account doesn't own.
type Event struct {
	Account domain.ID
	Subject Subject   // zero when things of several kinds changed
	ID      domain.ID // the thing, zero when many changed
	Number  uint64    // rises by one with each commit of this process
}

// Subject is the kind of thing that an event or an audit entry is about.
type Subject uint8

// The numbers are in the file: append only.
const (
	SubjectAccount Subject = iota + 1
	SubjectCustomer
	SubjectUser
	SubjectDevice
	SubjectLocation
	SubjectToken
	SubjectRFID
	SubjectAccess
	SubjectFilter
)

// watchBuffer is how many events may wait for a slow watcher.
const watchBuffer = 64

// watchers are those who hear of commits. Telling never waits for a reader.
type watchers struct {
	mu     sync.Mutex
	number uint64
	all    map[*watcher]struct{}
	closed bool
}

type watcher struct {
	account domain.ID
	events  chan Event
}

// Watch returns a channel of events for one account (zero: all), and a
// function that ends it. A slow reader loses single events but never the fact
// that something changed: what didn't fit is folded into one event with a zero
// ID and subject. The channel is closed when watching ends, or the database.
func (db *DB) Watch(account domain.ID) (<-chan Event, func()) {
	return db.watchers.add(account)
}

func (w *watchers) add(account domain.ID) (<-chan Event, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	one := &watcher{account: account, events: make(chan Event, watchBuffer)}
	if w.closed {
		close(one.events)
		return one.events, func() {}
	}
	if w.all == nil {
		w.all = map[*watcher]struct{}{}
	}
	w.all[one] = struct{}{}
	return one.events, func() { w.remove(one) }
}

func (w *watchers) remove(one *watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, there := w.all[one]; there {
		delete(w.all, one)
		close(one.events)
	}
}

// tell numbers an event and hands it to everyone it concerns; an event of no
// account concerns all.
func (w *watchers) tell(e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.number++
	e.Number = w.number
	for one := range w.all {
		if one.account.IsZero() || e.Account.IsZero() || one.account == e.Account {
			one.tell(e)
		}
	}
}

// tell is called by one goroutine at a time. Where the buffer is full it takes
// the oldest event out and lets the newest stand for all that are lost.
func (w *watcher) tell(e Event) {
	for {
		select {
		case w.events <- e:
			return
		default:
		}
		e = Event{Account: w.account, Number: e.Number}
		select {
		case <-w.events:
		default:
		}
	}
}

// close ends all watching.
func (w *watchers) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for one := range w.all {
		close(one.events)
	}
	w.all = nil
}
