package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// askProven is ask for work that the store may want the password or a code for
// first. It asks for that, with why as its reason, and does the work again.
func askProven[T any](b *base, slot, why string, work func(ctx context.Context) (T, error), then func(T, error) tea.Cmd) tea.Cmd {
	return ask(b, slot, work, func(value T, err error) tea.Cmd {
		if unproven(err) {
			return b.prove(why, func() tea.Cmd { return askProven(b, slot, why, work, then) })
		}
		return then(value, err)
	})
}
