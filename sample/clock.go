package sample

import (
	"sync/atomic"
	"time"
)

// clock is a real clock set back, so that what the sample does is spread over
// the past as in a life. It is moved on between steps, and never back.
type clock struct {
	now    func() time.Time
	behind atomic.Int64 // nanoseconds
}

// Now is the time that the sample's database goes by.
func (c *clock) Now() time.Time { return c.now().Add(-time.Duration(c.behind.Load())) }

// to moves the clock on to a day so many before today, so many minutes into the
// working hours of it. What lies behind it already, or ahead of the real time,
// it takes for now.
func (c *clock) to(days, minutes int) {
	if c == nil {
		return
	}
	now := c.now()
	then := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -days).Add(7*time.Hour + time.Duration(minutes)*time.Minute)
	if behind := max(now.Sub(then), 0); behind < time.Duration(c.behind.Load()) {
		c.behind.Store(int64(behind))
	}
}

// catchUp ends the past.
func (c *clock) catchUp() {
	if c != nil {
		c.behind.Store(0)
	}
}
