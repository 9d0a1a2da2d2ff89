package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// remove deletes a customer: it reads what the customer holds, asks what
// becomes of its users, and then for its name.
func (s *customers) remove(row *store.CustomerRow) tea.Cmd {
	db, actor, id := s.db, s.actor, row.ID
	return ask(&s.base, "contents", func(ctx context.Context) (store.CustomerContents, error) {
		return db.CustomerContents(ctx, actor, id)
	}, func(holds store.CustomerContents, err error) tea.Cmd {
		switch {
		case err != nil:
			s.fail(err)
			return nil
		case len(holds.Users) > 0 && s.whyNot(domain.UsersEdit, id) != "":
			s.say(widget.ToneWarn, holds.Customer.Name+" has "+usersWords(holds.Users)+". "+s.whyNot(domain.UsersEdit, id))
			return nil
		case len(holds.Users) > 0:
			return s.askUsers(holds)
		}
		return s.askName(holds, store.DeleteCustomer{ID: id}, "")
	})
}

// askUsers asks what becomes of the users of a customer that is deleted.
func (s *customers) askUsers(holds store.CustomerContents) tea.Cmd {
	id := holds.Customer.ID
	body := []string{holds.Customer.Name + " has " + usersWords(holds.Users) + "."}
	body = append(body, holdsWords(holds)...)
	to := func(to domain.ID, label string) way {
		return way{label: label, why: s.whyNot(domain.UsersEdit, to), run: func() tea.Cmd {
			return s.askName(holds, store.DeleteCustomer{ID: id, UsersTo: to}, "The users move to "+s.path(to)+".")
		}}
	}
	var ways []way
	if !holds.Parent.ID.IsZero() {
		ways = append(ways, to(holds.Parent.ID, "Move them to "+holds.Parent.Name))
	}
	ways = append(ways,
		way{label: "Move them to another customer", run: func() tea.Cmd { return s.chooseUsersTo(holds) }},
		way{label: "Delete them too", run: func() tea.Cmd {
			gone := "Deleted with it: " + usersWords(holds.Users) + ". They can't sign in any more."
			return s.askName(holds, store.DeleteCustomer{ID: id, DeleteUsers: true}, gone)
		}},
	)
	return s.over(newOptions(s.Console, "What becomes of its users?", body, ways...))
}

func (s *customers) chooseUsersTo(holds store.CustomerContents) tea.Cmd {
	id := holds.Customer.ID
	return s.over(newChooser(s.Console, "Move its users to", func(to domain.ID) string {
		if to == id {
			return "This is the one that is deleted."
		}
		return s.whyNot(domain.UsersEdit, to)
	}, func(to domain.ID) tea.Cmd {
		return s.askName(holds, store.DeleteCustomer{ID: id, UsersTo: to}, "The users move to "+s.path(to)+".")
	}).startAt(holds.Customer.Parent))
}

// askName is the last step: everything that will happen, and the name typed.
func (s *customers) askName(holds store.CustomerContents, d store.DeleteCustomer, users string) tea.Cmd {
	lines := holdsWords(holds)
	if users != "" {
		lines = append(lines, users)
	}
	if len(lines) == 0 {
		lines = []string{"It holds no devices and no users."}
	}
	q := question{title: "Delete " + holds.Customer.Name + "?", lines: lines, name: holds.Customer.Name, yes: "delete it", grave: true}
	db, actor := s.db, s.actor
	return s.over(newConfirm(s.Console, q, true, func() tea.Cmd {
		return ask(&s.base, "delete", func(ctx context.Context) (struct{}, error) {
			return struct{}{}, db.DeleteCustomer(ctx, actor, d)
		}, func(_ struct{}, err error) tea.Cmd { return s.removed(holds, err) })
	}))
}

func (s *customers) removed(holds store.CustomerContents, err error) tea.Cmd {
	if err != nil {
		s.fail(err)
		return nil
	}
	said := "Deleted " + holds.Customer.Name + "."
	if holds.Devices > 0 {
		said += " " + devices(holds.Devices) + " went to " + holds.Parent.Name + "."
	}
	if holds.Customer.ID == s.scope { // nothing is left to look at here
		cmd := s.rescope(holds.Customer.Parent)
		return s.did(cmd, "%s", said)
	}
	if s.list.Filtered() && s.list.Matches() == 1 {
		s.goal = holds.Customer.Parent // the filter would leave nothing
	}
	return s.did(s.refresh(), "%s", said)
}

// holdsWords say what becomes of what a customer holds beside its users.
func holdsWords(holds store.CustomerContents) []string {
	var lines []string
	if holds.Tokens > 0 {
		lines = append(lines, "Ends with it: "+counted(holds.Tokens, "API token", "API tokens")+" of its users, also of those who move.")
	}
	switch {
	case holds.Devices == 1:
		lines = append(lines, "Its device goes to "+holds.Parent.Name+".")
	case holds.Devices > 1:
		lines = append(lines, "Its "+devices(holds.Devices)+" go to "+holds.Parent.Name+". None is deleted.")
	}
	if holds.Locations > 0 {
		lines = append(lines, "Deleted with it: "+counted(holds.Locations, "location", "locations")+".")
	}
	return lines
}

// usersWords counts users and names the first of them.
func usersWords(users []store.Name) string {
	const named = 4
	names := make([]string, 0, named)
	for _, u := range users[:min(named, len(users))] {
		names = append(names, widget.Cut(u.Name, 32))
	}
	if len(users) > named {
		names = append(names, "…")
	}
	return counted(len(users), "user", "users") + " (" + strings.Join(names, ", ") + ")"
}

// listed joins words: "a, b and c".
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
