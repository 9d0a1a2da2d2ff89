package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// A gate is what a sign-in still asks for: a code, a new password, a second
// factor. It covers the whole console, at the beginning or in the middle of
// work. What lies under it stays as it is; none of it is drawn, and no key
// reaches it. The store decides which gate is closed, and answers nothing else
// meanwhile; the console follows its standing.

// covered is what lay over the tabs when a gate closed over them.
type covered struct {
	overlays []screen
	note     note
}

// holder is a screen at a gate that mayn't be taken away yet, though the gate
// has opened.
type holder interface{ holds() bool }

// gated says whether somebody is signed in, but stands before a gate.
func (c *Console) gated() bool { return c.signedIn() && c.front != nil }

// inside says whether somebody is signed in and no gate is closed.
func (c *Console) inside() bool { return c.signedIn() && c.front == nil }

func newGate(c *Console, g domain.Gate) screen {
	switch g {
	case domain.GateCode:
		return newCodeGate(c)
	case domain.GatePassword:
		return newPasswordGate(c)
	}
	return newEnrolment(c, c.reread, nil)
}

// shut closes a gate over everything. Where it is closed already, what was
// typed there stays.
func (c *Console) shut(g domain.Gate) tea.Cmd {
	if c.gate == g || c.held() {
		return nil
	}
	if c.front == nil {
		c.covered = covered{c.overlays, c.note}
		c.overlays, c.note = nil, note{}
	} else {
		c.leaveFront()
	}
	c.gate, c.front = g, newGate(c, g)
	return c.show()
}

// unshut takes the gate away; what lay under it is as it was.
func (c *Console) unshut() {
	c.leaveFront()
	c.front, c.gate = nil, domain.GateOpen
	c.overlays = c.covered.overlays
	if c.note.text == "" {
		c.note = c.covered.note
	}
	c.covered = covered{}
}

// held says whether the gate that is shown must stay for now.
func (c *Console) held() bool {
	h, ok := c.front.(holder)
	return ok && h.holds()
}

// leaveFront ends the work of the screen that covers everything, and of what
// was laid over it.
func (c *Console) leaveFront() {
	for _, s := range append(c.overlays, c.front) {
		s.asks().leave()
	}
	c.overlays = nil
}

// behind delivers an answer to a screen that a gate covers: the screen takes it
// as ever, but what it says or lays over itself is seen only once the gate has
// been passed.
func (c *Console) behind(to *asker, deliver func() tea.Cmd) tea.Cmd {
	if !c.gated() || c.tabs == nil || c.uncovered(to) {
		return deliver()
	}
	front, overlays, said := c.front, c.overlays, c.note
	c.front, c.overlays, c.note = nil, c.covered.overlays, c.covered.note
	cmd := deliver()
	if c.inside() {
		c.covered = covered{c.overlays, c.note}
		c.front, c.overlays, c.note = front, overlays, said
	}
	return cmd
}

// uncovered says whether an asker belongs to the gate, to what lies over it, or
// to the console itself.
func (c *Console) uncovered(a *asker) bool {
	if a == &c.own || a == c.front.asks() {
		return true
	}
	for _, o := range c.overlays {
		if a == o.asks() {
			return true
		}
	}
	return false
}

// signOutOffer is the way back from a gate.
func (c *Console) signOutOffer() offer {
	return can(keys.Back, func() tea.Cmd {
		q := question{title: "Sign out?", yes: "sign out", no: "stay"}
		return c.over(newConfirm(c, q, false, func() tea.Cmd { return func() tea.Msg { return signedOut{} } }))
	}).as("sign out")
}

// gateForm is a gate that is passed by filling in a form.
type gateForm struct {
	form
	word  string // what the form does, in the footer
	alone bool   // there is one input, and no way to others
}

func newGateForm(c *Console, name, word string, inputs ...widget.Input) *gateForm {
	g := &gateForm{word: word}
	g.form = form{base: base{Console: c}, name: name, inputs: widget.NewForm(inputs...)}
	g.form.saved = func(any) tea.Cmd { return g.reread() }
	return g
}

func (g *gateForm) offers() []offer {
	offers := g.form.offers()
	if g.busy("save") {
		return offers
	}
	if g.alone {
		offers = slices.DeleteFunc(offers, func(o offer) bool { return o.id != keys.FormEnter })
	}
	for i, o := range offers {
		switch o.id {
		case keys.FormEnter:
			offers[i].now = g.enterWord(g.word)
		case keys.FormSave:
			offers[i].now = g.word
		}
	}
	return append(offers, g.signOutOffer())
}

// unsaved is nothing: what is typed at a gate isn't kept anywhere.
func (g *gateForm) unsaved() string { return "" }
