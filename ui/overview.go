package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/store"
)

// overview is the tab of the numbers: how the devices, the users and the tokens
// in the scope do. Each line leads to the list of what it counts.
type overview struct {
	base
	seen    *store.Overview // nil before the first answer
	devices store.DeviceFigures
	recent  []store.AuditRow // what was done last
	failed  string           // why it can't be read
	again   bool             // the data changed while it was being read
	stopped bool             // nobody wants each device looked at
	pace    readingPace
	figures figures
}

func newOverview(c *Console) *overview { return &overview{base: base{Console: c}} }

func (s *overview) places() []keys.Place { return []keys.Place{keys.Overview, keys.List} }

func (s *overview) offers() []offer {
	offers := []offer{unless(s.whyNotOpen(), keys.OverviewOpen, s.openFigure)}
	offers = append(offers, motions(&s.figures, nil)...)
	offers = append(offers,
		unless(s.figures.whyNotAside(-1), keys.OverviewLeft, step(func() { s.figures.aside(-1) })),
		unless(s.figures.whyNotAside(1), keys.OverviewRight, step(func() { s.figures.aside(1) })),
		can(keys.OverviewCount, s.countAgain),
	)
	return append(offers, unless(s.whyNotStop(), keys.OverviewStop, s.stopCounting))
}

// refresh reads the numbers again: something changed, or they come to the front.
func (s *overview) refresh() tea.Cmd { return tea.Batch(s.read(), s.readRecent()) }

func (s *overview) countAgain() tea.Cmd {
	s.stopped, s.pace = false, readingPace{}
	return s.read()
}

// read reads the numbers. While that is done already, it is let end first.
func (s *overview) read() tea.Cmd {
	if s.busy("read") {
		s.again = true
		return nil
	}
	s.again = false
	db, actor, rest, now := s.db, s.actor, s.pace.due(s.options.Now()), s.options.Now
	q := store.OverviewQuery{Customer: s.scope, Quick: true}
	return ask(&s.base, "read", func(ctx context.Context) (read timed[store.Overview], err error) {
		if err = wait(ctx, rest); err != nil {
			return read, err
		}
		began := now()
		read.answer, err = db.Overview(ctx, actor, q)
		read.took = now().Sub(began)
		return read, err
	}, s.arrived)
}

func (s *overview) arrived(read timed[store.Overview], err error) tea.Cmd {
	if err != nil {
		if s.seen == nil {
			s.failed = sentence(err)
		}
		s.fail(err)
		return nil
	}
	s.pace.read(s.options.Now(), read.took)
	s.failed, s.seen = "", &read.answer
	next := s.lookAtDevices()
	s.arrange()
	if s.again {
		return tea.Batch(next, s.read())
	}
	return next
}

// lookAtDevices has each device looked at, where the numbers were read without
// that. Until it is done the numbers of before stand.
func (s *overview) lookAtDevices() tea.Cmd {
	now := s.seen.Devices
	if now.Looked {
		s.devices = now
		return nil
	}
	s.devices.Total, s.devices.ByCustomer, s.devices.Reason = now.Total, now.ByCustomer, now.Reason
	if s.stopped || s.busy("look") {
		return nil
	}
	db, actor, rest, clock := s.db, s.actor, s.pace.lookDue(s.options.Now()), s.options.Now
	q := store.OverviewQuery{Customer: s.scope}
	return askLong(&s.base, "look", func(ctx context.Context, progress func(int, int)) (read timed[store.DeviceFigures], err error) {
		if err = wait(ctx, rest); err != nil {
			return read, err
		}
		began := clock()
		q.Progress = progress
		o, err := db.Overview(ctx, actor, q)
		return timed[store.DeviceFigures]{o.Devices, clock().Sub(began)}, err
	}, func(read timed[store.DeviceFigures], err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.pace.looked(s.options.Now(), read.took)
		s.devices = read.answer
		s.arrange()
		return nil
	})
}

func (s *overview) whyNotStop() string {
	if !s.busy("look") {
		return "Nothing is being counted."
	}
	return ""
}

func (s *overview) stopCounting() tea.Cmd {
	s.cancel("look")
	s.stopped = true
	s.arrange()
	return nil
}

func (s *overview) arrange() { s.figures.set(s.panels()) }

func (s *overview) whyNotOpen() string {
	if s.seen == nil {
		return "It is being read."
	}
	return s.figures.whyNotOpen()
}

func (s *overview) openFigure() tea.Cmd { return s.figures.current().open() }

// timed is an answer, and how long it took to find.
type timed[T any] struct {
	answer T
	took   time.Duration
}

// readingPace keeps what changes all the time from being read all the time: the
// longer a reading takes, the longer the next one waits.
type readingPace struct {
	next, nextLook time.Time
}

// Readings take at most this part of the time, and wait at most so long.
const (
	restsTimes = 10
	restsMost  = 30 * time.Second
	restsLeast = 20 * time.Millisecond // what takes less doesn't need any rest
)

func restAfter(now time.Time, took time.Duration) time.Time {
	if took < restsLeast {
		return now
	}
	return now.Add(min(restsTimes*took, restsMost))
}

func (p *readingPace) read(now time.Time, took time.Duration) { p.next = restAfter(now, took) }

func (p *readingPace) looked(now time.Time, took time.Duration) { p.nextLook = restAfter(now, took) }

func (p *readingPace) due(now time.Time) time.Duration { return p.next.Sub(now) }

func (p *readingPace) lookDue(now time.Time) time.Duration { return p.nextLook.Sub(now) }

// wait waits, unless what it waits for isn't wanted any more.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
