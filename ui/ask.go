package ui

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
)

// asker keeps track of what a screen has asked for, so that an answer that
// comes late, or after the screen asked the same again, is dropped.
type asker struct {
	open map[string]*request
	gone bool
}

// request is one piece of work under way.
type request struct {
	cancel      context.CancelFunc
	done, total atomic.Int64
}

// answer is the one message by which all work comes back to the loop. deliver
// runs on the loop; the work itself never touches the model.
type answer struct {
	to      *asker
	slot    string
	request *request
	err     error
	deliver func() tea.Cmd
}

// ask runs work off the loop and delivers its result to then, on the loop. A
// screen has one question of each slot at a time: asking again cancels the one
// before. work gets copies, never the live model.
func ask[T any](b *base, slot string, work func(ctx context.Context) (T, error), then func(T, error) tea.Cmd) tea.Cmd {
	return b.asker.start(b.Console, slot, func(ctx context.Context, _ *request) (func() tea.Cmd, error) {
		value, err := work(ctx)
		return func() tea.Cmd { return then(value, err) }, err
	})
}

// askLong is ask for work that tells how far it is; the screen is drawn again
// while it runs, and reads the numbers by progress.
func askLong[T any](b *base, slot string, work func(ctx context.Context, progress func(done, total int)) (T, error), then func(T, error) tea.Cmd) tea.Cmd {
	cmd := b.asker.start(b.Console, slot, func(ctx context.Context, r *request) (func() tea.Cmd, error) {
		value, err := work(ctx, func(done, total int) {
			r.done.Store(int64(done))
			r.total.Store(int64(total))
		})
		return func() tea.Cmd { return then(value, err) }, err
	})
	return tea.Batch(cmd, tick(&b.asker, slot, b.asker.open[slot]))
}

func (a *asker) start(c *Console, slot string, work func(context.Context, *request) (func() tea.Cmd, error)) tea.Cmd {
	a.cancel(slot)
	ctx, cancel := context.WithCancel(c.ctx)
	r := &request{cancel: cancel}
	if a.open == nil {
		a.open = make(map[string]*request)
	}
	a.open[slot] = r
	return func() tea.Msg {
		defer cancel()
		deliver, err := work(ctx, r)
		return answer{to: a, slot: slot, request: r, err: err, deliver: deliver}
	}
}

// busy says whether the slot's question is still unanswered.
func (a *asker) busy(slot string) bool { return a.open[slot] != nil }

// progress is how far the slot's work says it is.
func (a *asker) progress(slot string) (done, total int) {
	r := a.open[slot]
	if r == nil {
		return 0, 0
	}
	return int(r.done.Load()), int(r.total.Load())
}

// cancel ends the slot's work; its answer will be dropped.
func (a *asker) cancel(slot string) {
	if r := a.open[slot]; r != nil {
		r.cancel()
		delete(a.open, slot)
	}
}

// stop tells the slot's work to end and waits for its answer all the same: for
// work that may turn out to be done already.
func (a *asker) stop(slot string) {
	if r := a.open[slot]; r != nil {
		r.cancel()
	}
}

// leave ends all work of a screen that is gone.
func (a *asker) leave() {
	for slot := range a.open {
		a.cancel(slot)
	}
	a.gone = true
}

// take delivers an answer, unless nobody waits for it any more.
func (c *Console) take(m answer) tea.Cmd {
	if m.to.gone || m.to.open[m.slot] != m.request {
		return nil
	}
	delete(m.to.open, m.slot)
	if c.signedIn() && isOver(m.err) {
		return c.ended("Your session has ended: somebody ended it, or your account has changed. Sign in again.")
	}
	cmd := c.behind(m.to, m.deliver)
	if c.signedIn() && domain.KindOf(m.err) == domain.Gated {
		return tea.Batch(cmd, c.reread()) // which shows the gate
	}
	if c.scopeGone && c.inside() && !c.underWay() {
		c.scopeGone = false
		return tea.Batch(cmd, c.reread())
	}
	return cmd
}

// isOver says whether an error is about the session itself. One that names a
// field is about a password or code that was typed.
func isOver(err error) bool {
	var e *domain.Error
	return errors.As(err, &e) && e.Kind == domain.Unauthenticated && e.Field == ""
}

// ticked asks for the screen to be drawn while long work is under way.
type ticked struct {
	to      *asker
	slot    string
	request *request
}

const tickEvery = 100 * time.Millisecond

func tick(a *asker, slot string, r *request) tea.Cmd {
	return tea.Tick(tickEvery, func(time.Time) tea.Msg { return ticked{a, slot, r} })
}

func (c *Console) ticked(m ticked) tea.Cmd {
	if m.to.gone || m.to.open[m.slot] != m.request {
		return nil
	}
	return tick(m.to, m.slot, m.request)
}
