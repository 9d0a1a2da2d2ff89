package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// key turns a key into the action that it stands for here and does it. A key
// always answers: it acts, types, or the note says why it can't.
func (c *Console) key(m tea.KeyPressMsg) tea.Cmd {
	c.note = note{}
	c.pressed = m.String()
	if c.tooSmall() {
		if c.pressed == "ctrl+c" || c.pressed == "q" {
			return tea.Quit
		}
		return nil
	}
	top := c.top()
	typing := isTyping(top)
	if typing && takesText(top, m.Text) {
		return top.(typist).typed(m)
	}
	action, found := c.keymap.Match(c.places(), c.pressed)
	if !found {
		if typing {
			return top.(typist).typed(m)
		}
		c.say(widget.ToneDim, fmt.Sprintf("%s does nothing here. ? shows every key.", keys.Spoken(widget.Clean(c.pressed))))
		return nil
	}
	return c.act(action)
}

// places is where keys apply now: the screen's own places first.
func (c *Console) places() []keys.Place {
	top := c.top()
	places := top.places()
	if c.inside() && len(c.overlays) == 0 && !isTyping(top) {
		places = append(places, keys.Tabs)
	}
	return append(places, keys.Anywhere)
}

func isTyping(s screen) bool {
	t, ok := s.(typist)
	return ok && t.typing()
}

// takesText says whether text that is typed goes to a screen that is typing, and
// isn't a key.
func takesText(s screen, text string) bool {
	if n, ok := s.(numeric); ok && n.numeric() && !isNumeric(text) {
		return false
	}
	return text != ""
}

// offers is everything that can be done now, the screen's first.
func (c *Console) offers() []offer {
	return append(c.top().offers(), c.common()...)
}

// act does an action, or says why it can't be done.
func (c *Console) act(a keys.Action) tea.Cmd {
	for _, o := range c.offers() {
		if o.id == a.ID {
			return c.do(a, o)
		}
	}
	c.say(widget.ToneDim, fmt.Sprintf("%s does nothing here now. ? shows every key.", keys.Spoken(widget.Clean(c.pressed))))
	return nil
}

func (c *Console) do(a keys.Action, o offer) tea.Cmd {
	if o.why != "" {
		c.say(widget.ToneWarn, o.why)
		return nil
	}
	if a.Ask == keys.AskNothing || o.ask.title == "" {
		return o.run()
	}
	return c.over(newConfirm(c, o.ask, a.Ask == keys.AskName, o.run))
}

// common is what every screen offers.
func (c *Console) common() []offer {
	common := []offer{
		can(keys.Quit, c.quit),
		can(keys.Help, func() tea.Cmd { return c.over(newHelp(c)) }),
		can(keys.Redraw, func() tea.Cmd { return tea.ClearScreen }),
		unless(c.whyNotBack(), keys.Back, c.back),
	}
	if !c.inside() {
		return common
	}
	return append(common,
		can(keys.OpenPalette, func() tea.Cmd { return c.over(newPalette(c)) }),
		unless(c.whyNoOtherTab(), keys.NextTab, func() tea.Cmd { return c.turn((c.tab + 1) % len(c.tabs)) }),
		unless(c.whyNoOtherTab(), keys.PreviousTab, func() tea.Cmd { return c.turn((c.tab + len(c.tabs) - 1) % len(c.tabs)) }),
		can(keys.GoTab, c.turnToPressed),
		unless(c.whyNotUp(), keys.CustomerUp, c.scopeUp),
		asking("", keys.SignOut, question{title: "Sign out?", yes: "sign out"}, func() tea.Cmd {
			return c.leaving(func() tea.Msg { return signedOut{} })
		}),
		can(keys.Mouse, step(func() { c.mouse = !c.mouse })),
	)
}

// back is one step back: the overlay, the screen, the scope.
func (c *Console) back() tea.Cmd {
	if len(c.overlays) > 0 {
		return c.guard(c.top(), func() tea.Cmd { c.closeOver(); return nil })
	}
	return c.guard(c.body(), func() tea.Cmd {
		if cmd, ok := c.pop(); ok {
			return cmd
		}
		cmd, _ := c.backToScope()
		return cmd
	})
}

func (c *Console) whyNotBack() string {
	switch {
	case len(c.overlays) > 0:
	case c.front != nil:
		return "This is where it begins. ctrl+c leaves the program."
	case len(c.tabs[c.tab].screens) == 1 && !c.scopeBefore():
		return "This is the top. q signs out, ctrl+c leaves the program."
	}
	return ""
}

// guard asks before something typed is thrown away.
func (c *Console) guard(s screen, leave func() tea.Cmd) tea.Cmd {
	g, ok := s.(guarded)
	if !ok || g.unsaved() == "" {
		return leave()
	}
	q := question{title: "Leave without saving?", lines: []string{g.unsaved()}, yes: "throw it away", no: "go on with it", guards: true}
	return c.over(newConfirm(c, q, false, leave))
}

// quit leaves the program. Pressed once more when it asks about what isn't
// saved, it leaves all the same.
func (c *Console) quit() tea.Cmd {
	if o, ok := c.top().(*confirm); ok && o.guards {
		return tea.Quit
	}
	return c.leaving(tea.Quit)
}

// guardTabs is guard for all screens of some tabs.
func (c *Console) guardTabs(tabs []*tab, leave func() tea.Cmd) tea.Cmd {
	for _, t := range tabs {
		for _, s := range t.screens {
			if g, ok := s.(guarded); ok && g.unsaved() != "" {
				return c.guard(s, leave)
			}
		}
	}
	return leave()
}

// leaving is guard for everything that is open, before the program is left.
func (c *Console) leaving(leave tea.Cmd) tea.Cmd {
	if c.front != nil {
		return c.guard(c.front, func() tea.Cmd { return leave })
	}
	for _, o := range c.overlays {
		if g, ok := o.(guarded); ok && g.unsaved() != "" {
			return c.guard(o, func() tea.Cmd { return leave })
		}
	}
	all := slices.Clone(c.tabs)
	for _, v := range c.views {
		all = append(all, v.tabs...)
	}
	return c.guardTabs(all, func() tea.Cmd { return leave })
}

func (c *Console) turn(to int) tea.Cmd {
	c.tab = to
	if c.tabs[to].stale {
		return c.show()
	}
	return nil
}

func (c *Console) whyNoOtherTab() string {
	if len(c.tabs) == 1 {
		return "There is no other tab that you may open."
	}
	return ""
}

func (c *Console) turnToPressed() tea.Cmd {
	to := (int(c.pressed[0]-'0') + 9) % 10 // 0 is the tenth
	if len(c.pressed) != 1 || c.pressed[0] < '0' || c.pressed[0] > '9' || to >= len(c.tabs) {
		c.say(widget.ToneDim, "No tab has that number.")
		return nil
	}
	if to == c.tab {
		c.say(widget.ToneDim, "This is the tab "+c.tabs[to].name+" already.")
	}
	return c.turn(to)
}

func (c *Console) whyNotUp() string {
	if c.scope == c.standing.Rights.Home() {
		return "This is as far up as you may look."
	}
	return ""
}

func (c *Console) scopeUp() tea.Cmd {
	parent := domain.ID{}
	if customer, ok := c.tree().Customer(c.scope); ok {
		parent = customer.Parent
	}
	return c.guard(c.body(), func() tea.Cmd { return c.setScope(parent) })
}

// paste gives pasted text to the screen in front.
func (c *Console) paste(ticket string) tea.Cmd {
	c.note = note{}
	p := c.pastes.take(ticket)
	if c.tooSmall() {
		return nil
	}
	c.follows = p.burst && c.burst && c.pressed == ""
	c.burst, c.pressed = p.burst, ""
	if to, ok := c.top().(paster); ok {
		return to.pasted(p.text, p.tooMuch)
	}
	c.say(widget.ToneDim, "There is nothing here to paste into.")
	return nil
}

// wheel moves the cursor as the arrow keys do.
func (c *Console) wheel(m tea.MouseWheelMsg) tea.Cmd {
	id := keys.Down
	if m.Button == tea.MouseWheelUp {
		id = keys.Up
	}
	if a, ok := c.keymap.Action(c.places(), id); ok {
		return c.act(a)
	}
	return nil
}

// click moves the cursor to the row that was clicked; enter then does with it
// what it does.
func (c *Console) click(m tea.MouseClickMsg) tea.Cmd {
	to, ok := c.top().(clicker)
	if !ok || m.Button != tea.MouseLeft || c.tooSmall() {
		return nil
	}
	return to.clicked(m.Y - len(c.head(c.width, c.height)))
}

// sentence is an error in words for people.
func sentence(err error) string {
	var e *domain.Error
	switch {
	case errors.As(err, &e):
		return e.Text
	case errors.Is(err, context.Canceled):
		return "Stopped. Nothing was changed."
	}
	return "Something went wrong: " + err.Error()
}
