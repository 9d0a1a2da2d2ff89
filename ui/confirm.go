package ui

import (
	"cmp"
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

	guards bool // it is about what was typed and isn't saved
}

// confirm is the overlay that asks it.
type confirm struct {
	base
	question
	field   *widget.Field // where the name is typed; nil for a yes or no
	reading reading       // of what will happen, where that is longer than the box
	run     func() tea.Cmd
}

func newConfirm(c *Console, q question, typed bool, run func() tea.Cmd) *confirm {
	o := &confirm{base: base{Console: c}, question: q, run: run}
	o.no = cmp.Or(o.no, "don't")
	if typed {
		o.field = widget.NewField()
	}
	return o
}

func (o *confirm) places() []keys.Place { return []keys.Place{keys.Question, keys.Reading} }

func (o *confirm) offers() []offer {
	if o.field != nil {
		return append(o.reading.offers(), unless(o.whyNotYet(), keys.Confirm, o.yesRun).as(o.yes))
	}
	return append(o.reading.offers(),
		can(keys.Yes, o.yesRun).as(o.yes),
		can(keys.No, step(o.closeOver)).as(o.no),
		unless("y for yes, n for no.", keys.Confirm, nil),
	)
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
		d.Width = boxWidth(w) - 4
		d.Foot = []string{widget.Cut("Type "+o.name+" to go on.", d.Width), o.field.Draw(o.theme, d.Width, true)}
		d.Hints = roomFor(h, widget.Hint{Key: "enter", Text: o.yes}, widget.Hint{Key: "esc", Text: o.no})
	} else {
		d.Hints = []widget.Hint{{Key: "y", Text: o.yes}, {Key: "n", Text: o.no}}
	}
	return drawReading(&d, &o.reading, o.theme, boxWidth(w), h)
}

// shallow is below how many lines a box leaves its keys to the footer, which
// names them too.
const shallow = 9

// roomFor are hints where there is room for them.
func roomFor(h int, hints ...widget.Hint) []widget.Hint {
	if h < shallow {
		return nil
	}
	return hints
}

// drawReading draws a dialog whose text scrolls by the reading keys.
func drawReading(d *widget.Dialog, r *reading, theme widget.Theme, w, h int) []string {
	d.Scroll = r.top
	box := d.Draw(theme, w, h)
	r.top, r.page, r.lines = d.Scroll, d.Shown, d.Length
	return box
}
