package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// arrival is the first screen of somebody whom a door has let in already, for as
// long as it takes to read what they may.
type arrival struct{ base }

func newArrival(c *Console) *arrival { return &arrival{base{Console: c}} }

func (a *arrival) places() []keys.Place { return nil }

func (a *arrival) offers() []offer { return nil }

func (a *arrival) refresh() tea.Cmd {
	type arrived struct {
		db       *store.DB
		standing store.Standing
	}
	open, actor := a.options.Open, *a.options.Actor
	return ask(&a.base, "arrive", func(ctx context.Context) (arrived, error) {
		db, err := open(ctx)
		if err != nil {
			return arrived{}, err
		}
		standing, err := db.Standing(ctx, actor)
		return arrived{db, standing}, err
	}, func(in arrived, err error) tea.Cmd {
		if err != nil {
			return a.leaveFor(sentence(err))
		}
		a.Console.db = in.db
		return a.enter(actor, in.standing)
	})
}

func (a *arrival) draw(w, h int) []string {
	return widget.Block([]string{"", "  " + a.theme.Dim.Render("Signing in…")}, w, h)
}

// Farewell is how a console of somebody whom a door let in has ended.
type Farewell struct {
	Why  string // a sentence for them; "" where they left
	Over bool   // their session is over, not only this console
}

// leaveFor ends the console of somebody whom a door let in: there is no sign-in
// screen to go back to.
func (c *Console) leaveFor(why string) tea.Cmd {
	c.front = newArrival(c)
	c.farewell = Farewell{why, true}
	return tea.Quit
}

// Notice is what the door tells everybody whom it let in.
type Notice struct {
	Text  string // a sentence
	Leave bool   // they must leave now
}

func (c *Console) told(n Notice) tea.Cmd {
	if n.Leave {
		c.farewell = Farewell{Why: n.Text}
		return tea.Quit
	}
	c.say(widget.ToneWarn, n.Text)
	return nil
}
