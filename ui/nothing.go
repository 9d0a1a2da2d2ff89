package ui

import (
	"tenantry/keys"
	"tenantry/ui/widget"
)

// nothing is shown to a user whose groups open no section at all: it says so,
// and what would change it.
type nothing struct{ base }

func newNothing(c *Console) *nothing { return &nothing{base{Console: c}} }

func (s *nothing) places() []keys.Place { return nil }

func (s *nothing) offers() []offer { return nil }

func (s *nothing) draw(w, h int) []string {
	text := "You are signed in, but your groups open no section yet."
	if u := s.standing.User; u != nil && u.Groups != 0 {
		text += " You hold " + u.Groups.String() + "."
	}
	text += " Ask an administrator of your customer to pair them, for example Full Device Access with Device Management."
	return widget.Block(append([]string{""}, indent(widget.Wrap(text, w-4))...), w, h)
}

// indent moves lines two cells in.
func indent(lines []string) []string {
	moved := make([]string, len(lines))
	for i, l := range lines {
		moved[i] = "  " + l
	}
	return moved
}
