package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// palette is the overlay in which an action is found by its words: those of
// the screen under it, then every tab to go to, then a customer, a device, a
// user or a location to look at (see jump).
type palette struct {
	base
	field *widget.Field
	all   []command
	jump  jump
	table *widget.Table[string]
}

// command is a line of the palette.
type command struct {
	words string
	key   string
	why   string
	id    string // what it leads to, where words may be the same for two
	kind  commandKind
	run   func() tea.Cmd
}

type commandKind uint8

const (
	actionCommand   commandKind = iota // does something here
	customerCommand                    // looks at a customer
	foundCommand                       // shows a thing that was found
)

func newPalette(c *Console) *palette {
	o := &palette{base: base{Console: c}, field: widget.NewField()}
	o.field.Placeholder = "what to do, or a device, customer or user to go to"
	for _, e := range c.entries() {
		if e.action.Where == keys.List || e.action.Where == keys.Tree || e.action.ID == keys.OpenPalette || e.action.ID == keys.GoTab {
			continue // moving about needs no palette
		}
		o.all = append(o.all, command{words: e.action.Long, key: e.action.Key(), why: e.offer.why,
			run: func() tea.Cmd { return c.do(e.action, e.offer) }})
	}
	for i, t := range c.tabs {
		o.all = append(o.all, command{words: "Go to " + t.name, key: string(rune('1' + i)), run: func() tea.Cmd { return c.turn(i) }})
	}
	o.all = append(o.all, c.customerCommands()...)
	o.table = widget.NewTable[string](
		widget.Column{Title: "Action", Grow: 1, Width: 30},
		widget.Column{Title: "Key", Width: 10, Priority: 2},
	)
	o.narrow()
	return o
}

// customerCommands offer every customer in reach as a place to go.
func (c *Console) customerCommands() []command {
	var list []command
	tree, rights := c.tree(), c.standing.Rights
	if !rights.MayAnywhere(domain.CustomersSee).Allowed {
		return nil
	}
	for i := range tree.Len() {
		customer := tree.At(i)
		if rights.Reaches(customer.ID) {
			list = append(list, command{words: "Open " + widget.Clean(c.ownNameFirst(c.tree().Names(customer.ID))), id: customer.ID.String(), kind: customerCommand, run: func() tea.Cmd { return c.setScope(customer.ID) }})
		}
	}
	return list
}

func (o *palette) places() []keys.Place { return []keys.Place{keys.Palette} }

func (o *palette) offers() []offer {
	return []offer{
		can(keys.PaletteUp, step(o.table.Up)),
		can(keys.PaletteDown, step(o.table.Down)),
		can(keys.PaletteRun, o.take),
	}
}

func (o *palette) take() tea.Cmd {
	rows := o.matching()
	i := o.table.Cursor()
	if o.waits(rows, i) {
		return nil
	}
	if i < 0 || i >= len(rows) {
		o.say(widget.ToneDim, "Nothing is called that. Take letters away, or press esc.")
		return nil
	}
	if rows[i].why != "" {
		o.say(widget.ToneWarn, rows[i].why)
		return nil
	}
	o.closeOver()
	if rows[i].kind == actionCommand {
		return rows[i].run()
	}
	return o.cleared(rows[i].run)
}

func (o *palette) typing() bool { return true }

func (o *palette) typed(m tea.KeyPressMsg) tea.Cmd {
	if o.field.Update(m) {
		return o.narrowed()
	}
	return nil
}

func (o *palette) pasted(text string, _ bool) tea.Cmd {
	o.field.Update(tea.PasteMsg{Content: text})
	return o.narrowed()
}

func (o *palette) narrowed() tea.Cmd {
	o.narrow()
	return o.lookUp()
}

// matching is the commands that hold every word typed, and what is called so.
// Where many customers are, what was found comes after the first few.
func (o *palette) matching() []command {
	words := strings.Fields(domain.Fold(o.field.Value()))
	var found []command
	customers := 0
	for _, c := range o.all {
		text := domain.Fold(c.words)
		if !containsAll(text, words) {
			continue
		}
		if c.kind == customerCommand {
			if customers == offersOfAKind {
				found = append(found, o.jump.offers...)
			}
			customers++
		}
		found = append(found, c)
	}
	if customers <= offersOfAKind {
		found = append(found, o.jump.offers...)
	}
	return found
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (o *palette) narrow() { o.table.SetSource(commandRows(o.matching())); o.table.Home() }

func (o *palette) draw(w, h int) []string {
	inner := boxWidth(w) - 4
	o.table.Empty = o.whyNothing()
	d := widget.Dialog{Title: "All actions", Width: inner,
		Hints: roomFor(h, widget.Hint{Key: "enter", Text: "do it"}, widget.Hint{Key: "esc", Text: "close"})}
	room := h - 3
	if d.Hints != nil {
		room -= 2
	}
	rows := o.table.Draw(o.theme, inner, max(1, min(room, len(o.matching())+1)))
	d.Lines = append([]string{o.field.Draw(o.theme, inner, true)}, rows...)
	return d.Draw(o.theme, boxWidth(w), h)
}

// commandRows shows commands as table rows.
type commandRows []command

func (r commandRows) Len() int         { return len(r) }
func (r commandRows) Key(i int) string { return r[i].id + r[i].words }
func (r commandRows) Cells(i int, out []string) []string {
	words := r[i].words
	if r[i].why != "" {
		words += ": " + r[i].why
	}
	return append(out, words, r[i].key)
}
func (r commandRows) Tone(i int) widget.Tone {
	if r[i].why != "" {
		return widget.ToneDim
	}
	return widget.ToneNormal
}
