package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/ui/widget"
)

// question is what an action asks before it acts.
type question struct {
	title string
	lines []string
	name  string // for a typed confirmation: what must be typed
	yes   string // what the yes key does, in a word or two
	no    string
	grave bool // something is lost by it
}

// confirm is the overlay that asks it.
type confirm struct {
	base
	question
	field *widget.Field // where the name is typed; nil for a yes or no
	run   func() tea.Cmd
}

func newConfirm(c *Console, q question, typed bool, run func() tea.Cmd) *confirm {
	o := &confirm{base: base{Console: c}, question: q, run: run}
	if typed {
		o.field = widget.NewField()
	}
	return o
}

func (o *confirm) places() []keys.Place { return []keys.Place{keys.Question} }

func (o *confirm) offers() []offer {
	if o.field != nil {
		return []offer{unless(o.whyNotYet(), keys.Confirm, o.yesRun)}
	}
	return []offer{
		can(keys.Yes, o.yesRun),
		can(keys.No, step(o.closeOver)),
		unless("y for yes, n for no.", keys.Confirm, nil),
	}
}

func (o *confirm) yesRun() tea.Cmd {
	o.closeOver()
	return o.run()
}

func (o *confirm) whyNotYet() string {
	if o.field.Value() != o.name {
		return fmt.Sprintf("Type %s exactly as it stands, or press esc.", widget.Clean(o.name))
	}
	return ""
}

func (o *confirm) typing() bool { return o.field != nil }

func (o *confirm) typed(m tea.KeyPressMsg) tea.Cmd {
	o.field.Update(m)
	return nil
}

func (o *confirm) pasted(text string, _ bool) tea.Cmd {
	if o.field != nil {
		o.field.Update(tea.PasteMsg{Content: text})
	}
	return nil
}

func (o *confirm) draw(w, h int) []string {
	d := widget.Dialog{Title: o.title, Body: o.lines}
	if o.grave {
		d.Tone = widget.ToneBad
	}
	if o.field != nil {
		inner := boxWidth(w) - 4
		d.Body = append(d.Body, fmt.Sprintf("Type %s to go on.", o.name))
		d.Lines = []string{o.field.Draw(o.theme, inner, true)}
		d.Width = inner
		d.Hints = []widget.Hint{{Key: "enter", Text: o.yes}, {Key: "esc", Text: "leave it"}}
	} else {
		no := o.no
		if no == "" {
			no = "leave it"
		}
		d.Hints = []widget.Hint{{Key: "y", Text: o.yes}, {Key: "n", Text: no}}
	}
	return d.Draw(o.theme, boxWidth(w), h)
}
