package ui

import (
	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
)

// screen is what fills the body of the frame, or an overlay on it. It says
// which actions it offers now and does them; it never looks at a key itself.
// What a screen can do beyond that it says by the small interfaces below.
type screen interface {
	// places names where its keys apply, the most particular first.
	places() []keys.Place
	// offers is every action that it has, with the reason where one can't be
	// done now.
	offers() []offer
	// draw returns h lines of w cells, always. An overlay returns its box, at
	// most that large.
	draw(w, h int) []string
	// asks is what the answers to its questions are addressed to.
	asks() *asker
}

// offer is an action that a screen has now.
type offer struct {
	id  keys.ID
	why string         // why it can't be done now, as a sentence; "" when it can
	run func() tea.Cmd // does it
	ask question       // for an action that asks first
	now string         // what the footer calls it as things stand; "" for its own short words
}

// as is the offer with the footer's words for what it does as things stand.
func (o offer) as(now string) offer {
	o.now = now
	return o
}

// can is an offer that is available.
func can(id keys.ID, run func() tea.Cmd) offer { return offer{id: id, run: run} }

// unless is an offer that is available where why is empty.
func unless(why string, id keys.ID, run func() tea.Cmd) offer {
	return offer{id: id, why: why, run: run}
}

// asking is an offer that puts a question before it runs.
func asking(why string, id keys.ID, q question, run func() tea.Cmd) offer {
	return offer{id: id, why: why, ask: q, run: run}
}

// typist is a screen that sometimes has the keyboard for text. While typing,
// keys with text go to typed, and so does what its places don't bind.
type typist interface {
	typing() bool
	typed(msg tea.KeyPressMsg) tea.Cmd
}

// numeric is a typist whose text is the digits of a code, with spaces and dashes
// between them: letters are keys there.
type numeric interface{ numeric() bool }

// paster is a screen that takes pasted text, whole and as it came. tooMuch
// says that it was longer than any paste may be; text is then empty.
type paster interface {
	pasted(text string, tooMuch bool) tea.Cmd
}

// refresher is a screen that shows data: it reads it again when something has
// changed or when it comes to the front.
type refresher interface{ refresh() tea.Cmd }

// timely is a screen whose data is different a minute later, though nothing
// changed.
type timely interface{ minutePassed() tea.Cmd }

// crumbed is a screen with a word of its own in the breadcrumb.
type crumbed interface{ crumb() string }

// tall is a screen that needs the lines of the tabs, too.
type tall interface{ tall() bool }

// guarded is a screen that may hold something typed: unsaved says what would
// be lost by leaving it, "" when nothing.
type guarded interface{ unsaved() string }

// clicker is a screen with rows that a click of the mouse chooses. line counts
// from the top of the body.
type clicker interface{ clicked(line int) tea.Cmd }

// base is what every screen is built on.
type base struct {
	*Console
	asker
}

func (b *base) asks() *asker { return &b.asker }

// step is a run for an action that changes only the screen itself.
func step(f func()) func() tea.Cmd {
	return func() tea.Cmd { f(); return nil }
}
