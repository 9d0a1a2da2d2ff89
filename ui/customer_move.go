package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// move asks where a customer goes: first the new parent, then, since everybody
// there will reach it, whether that is meant.
func (s *customers) move(row *store.CustomerRow) tea.Cmd {
	moved := *row
	o := newChooser(s.Console, "Move "+moved.Name+" under", func(to domain.ID) string {
		return s.whyNotUnder(moved.ID, to)
	}, func(to domain.ID) tea.Cmd { return s.askMove(moved, to) })
	return s.over(o.withAccount().startAt(moved.Parent))
}

// whyNotUnder is why a customer can't hang there, as things are now.
func (s *customers) whyNotUnder(id, to domain.ID) string {
	if c, ok := s.tree().Customer(id); ok && c.Parent == to {
		return "It is here already."
	}
	if err := s.standing.Rights.CheckMoveCustomer(id, to); err != nil {
		return sentence(err)
	}
	return ""
}

func (s *customers) askMove(row store.CustomerRow, to domain.ID) tea.Cmd {
	q := question{title: "Move " + row.Name + "?", yes: "move it", lines: s.moveWords(row, to)}
	db, actor := s.db, s.actor
	return s.over(newConfirm(s.Console, q, false, func() tea.Cmd {
		return ask(&s.base, "move", func(ctx context.Context) (domain.Customer, error) {
			return db.MoveCustomer(ctx, actor, row.ID, to)
		}, s.moved)
	}))
}

// moveWords say what a move brings with it.
func (s *customers) moveWords(row store.CustomerRow, to domain.ID) []string {
	tree := s.tree()
	lines := []string{"From " + s.path(row.Parent) + " to " + s.path(to) + "."}
	if with := s.withIt(row); with != "" {
		lines = append(lines, "With it: "+with+".")
	}
	if above := forcedAbove(tree, to); above != "" && forcedAbove(tree, row.Parent) == "" {
		lines = append(lines, above+" forces a second factor on everybody in it.")
	}
	inherits := row.Settings
	inherits.TimeZone, inherits.Clock, inherits.Units = "", 0, 0
	if row.Settings == inherits && tree.Settings(row.Parent) != tree.Settings(to) {
		lines = append(lines, "Times and distances will follow "+s.path(to)+": "+settingsLine(tree.Settings(to))+".")
	}
	return lines
}

// withIt counts what hangs on a customer that moves, "" for nothing.
func (s *customers) withIt(row store.CustomerRow) string {
	from, to := s.tree().Span(row.ID)
	var with []string
	if n := to - from - 1; n > 0 {
		with = append(with, counted(n, "nested customer", "nested customers"))
	}
	if row.UsersBelow > 0 {
		with = append(with, counted(row.UsersBelow, "user", "users"))
	}
	if row.DevicesBelow > 0 {
		with = append(with, devices(row.DevicesBelow))
	}
	return listed(with)
}

func (s *customers) moved(c domain.Customer, err error) tea.Cmd {
	if err != nil {
		s.fail(err)
		return nil
	}
	s.goal = c.ID
	return s.did(s.refresh(), "Moved %s under %s.", c.Name, s.path(c.Parent))
}
