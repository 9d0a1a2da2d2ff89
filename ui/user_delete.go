package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/store"
	"tenantry/ui/widget"
)

// remove deletes a user: first everything that ends with them is shown, then
// the username is typed.
func (u inHand) remove(row store.UserRow) tea.Cmd {
	return u.look(row.ID, nil, func(d due) tea.Cmd {
		row := d.detail.UserRow
		q := question{
			title: "Delete " + nameOf(&row) + "?", lines: deleteWords(d), name: row.Username, yes: "delete them", grave: true,
		}
		return u.over(newConfirm(u.Console, q, true, func() tea.Cmd { return u.removes(row) }))
	})
}

func (u inHand) removes(row store.UserRow) tea.Cmd {
	db, actor := u.db, u.actor
	return ask(u.base, "delete", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, db.DeleteUser(ctx, actor, row.ID)
	}, func(_ struct{}, err error) tea.Cmd {
		if err != nil {
			return u.failed(err)
		}
		u.say(widget.ToneGood, "Deleted "+nameOf(&row)+".")
		return tea.Batch(u.left(), u.reread())
	})
}

// deleteWords say what deleting a user means.
func deleteWords(d due) []string {
	var lines []string
	if d.warning != "" {
		lines = append(lines, d.warning)
	}
	if ends := endsWith(&d.detail); ends != "" {
		lines = append(lines, "Ends with it: "+ends+".")
	}
	return append(lines,
		"They can't sign in any more. The audit trail keeps their name.",
		"To shut them out and keep the rest, deactivate them instead.",
	)
}

// endsWith lists what ends with a user, "" for nothing.
func endsWith(d *store.UserDetail) string {
	var ends []string
	for _, held := range []struct {
		n         int
		one, many string
	}{{d.Sessions, "open session", "open sessions"}, {d.SSHKeys, "SSH key", "SSH keys"}, {d.Tokens, "API token", "API tokens"}} {
		if held.n > 0 {
			ends = append(ends, counted(held.n, held.one, held.many))
		}
	}
	if d.Enrolled {
		ends = append(ends, "their second factor")
	}
	if i := d.Invitation; i != nil && i.Mail.Waiting {
		ends = append(ends, "a mail that waits to go out")
	} else if i != nil {
		ends = append(ends, "a code that isn't used yet")
	}
	return listed(ends)
}
