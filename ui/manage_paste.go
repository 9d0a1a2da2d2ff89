package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/ui/widget"
)

// pasteLine is the part where IDs are typed, a line at a time, above what has
// become of those that are there. Pasted text doesn't pass through it: a paste
// is taken whole by the screen.
type pasteLine struct {
	*managing
	field *widget.Field
}

func newPasteLine(s *managing) *pasteLine {
	p := &pasteLine{managing: s, field: widget.NewField()}
	p.field.Placeholder = "paste or type IDs"
	p.field.Limit = 4096
	return p
}

func (p *pasteLine) refresh() tea.Cmd { return p.lookUp() }

func (p *pasteLine) places() []keys.Place { return []keys.Place{keys.Pasting} }

func (p *pasteLine) offers() []offer {
	return []offer{
		can(keys.PasteAdd, p.enterKey),
		can(keys.PastePick, p.toPicker),
		can(keys.PasteDone, p.toList),
		can(keys.Back, p.toPicker),
	}
}

// enterKey adds what was typed; with nothing typed it goes on to the list.
func (p *pasteLine) enterKey() tea.Cmd {
	if strings.TrimSpace(p.field.Value()) == "" {
		return p.toList()
	}
	p.addTyped()
	return p.lookUp()
}

// addTyped takes the line that was typed over into the lines.
func (p *pasteLine) addTyped() {
	if strings.TrimSpace(p.field.Value()) == "" {
		return
	}
	p.aboutToChange()
	p.lines.add(p.field.Value() + "\n")
	p.changes()
	p.field.SetValue("")
}

// toPicker leaves what is typed in the line where it is.
func (p *pasteLine) toPicker() tea.Cmd { return p.turn(p.picker) }

// toList takes what is typed as a line too: whoever looks at the result has
// done typing.
func (p *pasteLine) toList() tea.Cmd {
	return p.toPreview(p)
}

// longestTyped is the most bytes of an unfinished line that the field holds.
const longestTyped = 200

// carryOn takes a piece of a paste that comes as keys, as a line editor would
// take them: after what is typed already, whole lines to the others, the rest in
// the field, where single keys may go on with it.
func (p *pasteLine) carryOn(text string, follows bool) {
	if typed := p.field.Value(); typed != "" {
		text = joined(typed, text)
	}
	p.field.SetValue("")
	end := strings.LastIndexAny(text, "\r\n") + 1
	if rest := text[end:]; len(rest) <= longestTyped && !strings.Contains(rest, "\t") {
		p.field.SetValue(rest)
		text = text[:end]
	}
	if follows {
		p.lines.join(text)
	} else {
		p.lines.add(text)
	}
}

func (p *pasteLine) typing() bool { return true }

func (p *pasteLine) typed(m tea.KeyPressMsg) tea.Cmd {
	p.field.Update(m)
	return nil
}

func (p *pasteLine) draw(w, h int) []string {
	lines := p.drawTarget(w, h, keys.PastePick)
	lines = append(lines, p.label("Add")+p.field.Draw(p.theme, w-labelWidth-1, true))
	return p.preview.drawFound(lines, w, h, false)
}
