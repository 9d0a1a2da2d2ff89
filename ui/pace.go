package ui

import (
	"context"
	"time"
)

// pace lets keys through no faster than so many a second, however fast they
// come; what is too fast waits where it comes from. A second's worth may come at
// once.
type pace struct {
	ctx  context.Context
	rate int // bytes a second
	now  func() time.Time
	left float64 // that may still come at once
	last time.Time
}

func newPace(ctx context.Context, rate int, now func() time.Time) *pace {
	return &pace{ctx: ctx, rate: rate, now: now, left: float64(rate), last: now()}
}

// wait waits until n bytes of keys may go on.
func (p *pace) wait(n int) {
	now := p.now()
	rate := float64(p.rate)
	p.left = min(rate, p.left+max(0, now.Sub(p.last).Seconds())*rate)
	p.last = now
	if p.left -= float64(n); p.left >= 0 {
		return
	}
	timer := time.NewTimer(time.Duration(-p.left / rate * float64(time.Second)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.ctx.Done():
	}
}
