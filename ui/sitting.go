package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/ui/widget"
)

// A sitting is a session as its screen keeps it: it ends a while after the last
// key, and at the end of the session at the latest. The store ends it too, a
// little later; the screen must not stay readable until somebody touches it.
type sitting struct {
	number  int       // of the sign-in, so that the timers of one before are known
	key     time.Time // the last key
	touched time.Time // when the store was told of one
	warned  bool
}

// touchEvery is how often the store is told that there are keys.
const touchEvery = time.Minute

// warnBefore is how long before the end a note says that it comes.
const warnBefore = time.Minute

// look is the message that the clock of a sitting sends.
type look struct{ number int }

// sitDown begins a sitting.
func (c *Console) sitDown() tea.Cmd {
	now := c.options.Now()
	c.sitting = sitting{number: c.sitting.number + 1, key: now, touched: now}
	return c.nextLook()
}

// limits are those of the account.
func (c *Console) limits() domain.Limits {
	limits := c.standing.Rights.Account().Limits
	if domain.CheckLimits(&limits) != nil {
		return domain.DefaultLimits()
	}
	return limits
}

// ends is when the sitting is over, and why that is.
func (c *Console) ends() (end time.Time, why string) {
	limits := c.limits()
	end = c.sitting.key.Add(limits.Idle)
	why = fmt.Sprintf("You were signed out: no key for %s. Sign in again.", lasting(limits.Idle))
	if whole := c.standing.Session.EndsAt; !whole.IsZero() && whole.Before(end) {
		end = whole
		why = fmt.Sprintf("You were signed out: a session ends after %s. Sign in again.", lasting(limits.Session))
	}
	return end, why
}

// warnAt is when the note comes: a minute before the end, or half of a time
// that is no longer than that.
func (c *Console) warnAt() time.Time {
	end, _ := c.ends()
	return end.Add(-min(warnBefore, c.limits().Idle/2))
}

// nextLook waits until there is something to do.
func (c *Console) nextLook() tea.Cmd {
	at, now, number := c.warnAt(), c.options.Now(), c.sitting.number
	if c.sitting.warned || !at.After(now) {
		at, _ = c.ends()
	}
	return c.after(max(0, at.Sub(now)), look{number})
}

// endsSooner sets the clock anew where the end has come nearer than before: an
// administrator has made the time without a key shorter.
func (c *Console) endsSooner(before time.Time) tea.Cmd {
	if end, _ := c.ends(); !end.Before(before) {
		return nil
	}
	c.sitting.number++
	c.sitting.warned = false
	return c.nextLook()
}

// looked ends the sitting where its time has come, or says that it soon will.
func (c *Console) looked(m look) tea.Cmd {
	if !c.signedIn() || m.number != c.sitting.number {
		return nil
	}
	now := c.options.Now()
	end, why := c.ends()
	if !now.Before(end) {
		return c.endSession(why)
	}
	if !now.Before(c.warnAt()) {
		c.warn(end)
	}
	return c.nextLook()
}

// warn says that the end is near.
func (c *Console) warn(end time.Time) {
	c.sitting.warned = true
	soon := "a minute"
	if c.limits().Idle <= warnBefore {
		soon = "half a minute"
	}
	if end.Equal(c.standing.Session.EndsAt) {
		c.say(widget.ToneWarn, fmt.Sprintf("You will be signed out in %s: a session ends after %s.", soon, lasting(c.limits().Session)))
		return
	}
	c.say(widget.ToneWarn, fmt.Sprintf("You will be signed out in %s. Any key stays.", soon))
}

// used takes note of a key, a paste or a click, and does what it is for. One
// that comes when the time is over, as after the machine has slept, does
// nothing any more.
func (c *Console) used(do func() tea.Cmd) tea.Cmd {
	if !c.signedIn() {
		return do()
	}
	now := c.options.Now()
	if end, why := c.ends(); !now.Before(end) {
		return c.endSession(why)
	}
	c.sitting.key, c.sitting.warned = now, false
	if now.Sub(c.sitting.touched) < touchEvery {
		return do()
	}
	c.sitting.touched = now
	return tea.Batch(c.touch(), do())
}

// touch tells the store that there was a key. Where the session is over by now,
// the answer says so; anything else that is wrong will be told by what the user
// does next.
func (c *Console) touch() tea.Cmd {
	db, actor := c.db, c.actor
	return c.own.start(c, "touch", func(ctx context.Context, _ *request) (func() tea.Cmd, error) {
		err := db.Touch(ctx, actor)
		return func() tea.Cmd { return nil }, err
	})
}

// endSession ends the session in the store and on the screen, and says why.
func (c *Console) endSession(why string) tea.Cmd {
	if c.options.Actor != nil {
		return c.ended(why) // the door signs out
	}
	ctx, db, actor := c.ctx, c.db, c.actor
	out := func() tea.Msg {
		// It ends by itself where this fails: there is nobody left to tell.
		_ = db.SignOut(ctx, actor)
		return nil
	}
	return tea.Batch(out, c.ended(why))
}

// lasting is a length of time in words: "15 minutes", "12 hours", "2 days".
func lasting(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day && d%day == 0:
		return counted(int(d/day), "day", "days")
	case d >= time.Hour && d%time.Hour == 0:
		return counted(int(d/time.Hour), "hour", "hours")
	}
	return counted(int(d/time.Minute), "minute", "minutes")
}
