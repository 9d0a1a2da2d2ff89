package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// mover is a list with a cursor: a table or a tree.
type mover interface {
	Up()
	Down()
	PageUp()
	PageDown()
	Home()
	End()
}

// motions are what every list offers for its cursor. after is called once the
// cursor has moved; it may be nil.
func motions(m mover, after func() tea.Cmd) []offer {
	moves := []struct {
		id   keys.ID
		move func()
	}{
		{keys.Up, m.Up}, {keys.Down, m.Down}, {keys.PageUp, m.PageUp},
		{keys.PageDown, m.PageDown}, {keys.Home, m.Home}, {keys.End, m.End},
	}
	offers := make([]offer, 0, len(moves))
	for _, to := range moves {
		offers = append(offers, can(to.id, func() tea.Cmd {
			to.move()
			if after == nil {
				return nil
			}
			return after()
		}))
	}
	return offers
}

// following are offers after which something else is done too: reading what
// came into sight.
func following(offers []offer, after func() tea.Cmd) []offer {
	for i, o := range offers {
		if o.why == "" {
			offers[i].run = func() tea.Cmd { return tea.Batch(o.run(), after()) }
		}
	}
	return offers
}

// filter is the line above a list that narrows it as one types. While it is
// open it has the keyboard; the arrow keys still move in the list.
type filter struct {
	field *widget.Field
	open  bool
}

func newFilter() filter { return filter{field: widget.NewField()} }

// words is what the filter looks for, case-folded.
func (f *filter) words() []string { return strings.Fields(domain.Fold(f.text())) }

func (f *filter) text() string { return strings.TrimSpace(f.field.Value()) }

// places puts the filter's keys first while it has the keyboard.
func (f *filter) places(list ...keys.Place) []keys.Place {
	if f.open {
		return []keys.Place{keys.Filtering}
	}
	return list
}

// offers are the filter's part of a list's offers. changed is called when what
// it looks for has changed: here, when esc clears it.
func (f *filter) offers(m mover, changed func() tea.Cmd) []offer {
	clear := can(keys.Back, func() tea.Cmd {
		f.open = false
		f.field.SetValue("")
		return changed()
	})
	if f.text() != "" {
		clear = clear.as("clear filter")
	}
	if f.open {
		return []offer{
			can(keys.FilterDone, step(func() { f.open = false })),
			can(keys.FilterUp, step(m.Up)), can(keys.FilterDown, step(m.Down)), clear,
		}
	}
	offers := []offer{can(keys.FilterOpen, step(func() { f.open = true }))}
	if f.text() != "" {
		offers = append(offers, clear)
	}
	return offers
}

// update gives a key or a paste to the filter and says whether it changed.
func (f *filter) update(msg tea.Msg) bool { return f.field.Update(msg) }

// draw is the filter's line: what it looks for on the left, how many there are
// on the right.
func (f *filter) draw(theme widget.Theme, w int, count string) string {
	right := widget.Width(count) + 1
	if right > w/2 {
		count, right = "", 0
	}
	left := theme.Dim.Render(" /") + " "
	room := w - 3 - right
	switch {
	case f.open:
		left += f.field.Draw(theme, room, true)
	case f.text() != "":
		left += theme.Accent.Render(widget.Fit(f.text(), room))
	default:
		left += theme.Dim.Render(widget.Fit("filter", room))
	}
	if count == "" {
		return widget.PadStyled(left, w)
	}
	return widget.PadStyled(left+theme.Dim.Render(count)+" ", w)
}
