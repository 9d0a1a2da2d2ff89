package ui

import (
	"strings"

	"tenantry/store"
	"tenantry/ui/widget"
)

// auditColumns are those of the list; with those of the first four there is no room for a fifth in 80 cells.
var auditColumns = []widget.Column{
	{Title: "When", Width: 17},
	{Title: "Who", Width: 10, Max: 24, Grow: 1},
	{Title: "What", Width: 36, Grow: 8},
	{Title: "Outcome", Width: 7, Priority: 1},
	{Title: "Door", Width: 7, Priority: 3},
	{Title: "From", Width: 16, Max: 30, Grow: 1, Priority: 4},
}

const outcomeColumn = 3

// narrowAudit is below how many cells the times are brief, so that there is room
// for what was done.
const narrowAudit = 60

// narrowAuditColumns are those of the list on a narrow screen.
var narrowAuditColumns = []widget.Column{
	{Title: "When", Width: 12},
	{Title: "Who", Width: 7, Max: 24, Grow: 1},
	{Title: "What", Width: 15, Grow: 8},
	{Title: "Outcome", Width: 7, Priority: 1},
}

// fit chooses the columns for a list of w cells.
func (s *audit) fit(w int) {
	if narrow := w < narrowAudit; narrow != s.narrow {
		s.narrow = narrow
		columns := auditColumns
		if narrow {
			columns = narrowAuditColumns
		}
		s.table.SetColumns(columns...)
	}
}

func (s *audit) rowCells(r *store.AuditRow, out []string) []string {
	if s.narrow {
		return append(out, s.brief(r.At), r.Who, r.Text, string(r.Outcome))
	}
	return append(out, s.soon(r.At), r.Who, r.Text, string(r.Outcome), r.Door.String(), r.From)
}

// auditTone colours what was refused, which its word says too.
func auditTone(r *store.AuditRow, column int) widget.Tone {
	switch {
	case column != outcomeColumn:
		return widget.ToneNormal
	case r.Outcome == store.OutcomeRefused:
		return widget.ToneWarn
	case r.Outcome == store.OutcomeFailed:
		return widget.ToneBad
	}
	return widget.ToneDim
}

func (s *audit) draw(w, h int) []string {
	lines := []string{s.filter.draw(s.theme, w, s.countWords(w))}
	if words := s.look.words(s.Console); words != "" {
		lines = append(lines, "   "+s.theme.Accent.Render(widget.Cut(words, w-4)))
	} else if h >= 12 {
		lines = append(lines, "")
	}
	s.fit(w)
	s.table.Empty = s.whyEmpty()
	s.table.Blurred = s.filter.open
	s.listTop = len(lines)
	if w < wideEnough {
		return widget.Block(append(lines, s.table.Draw(s.theme, w, h-len(lines))...), w, h)
	}
	left := w - paneWidth
	list := s.table.Draw(s.theme, left, h-len(lines))
	var pane []string
	if row := s.current(); row != nil {
		pane = append([]string{s.theme.Title.Render("Entry"), ""}, drawFacts(s.theme, s.entryFacts(row), paneWidth-4)...)
	}
	return widget.Block(append(lines, beside(list, pane, left, paneWidth)...), w, h)
}

func (s *audit) countWords(w int) string {
	if done, total := s.progress("undo"); total > 0 {
		return "undoing " + widget.Comma(done) + " of " + widget.Comma(total)
	}
	words := s.count(&s.base, "entry", "entries")
	if w < narrowAudit {
		words = strings.TrimSuffix(strings.TrimSuffix(words, " entries"), ", looking further back…")
	}
	return words
}

func (s *audit) whyEmpty() string {
	switch {
	case s.failed != "":
		return s.failed
	case !s.loaded:
		return "Reading the audit trail…"
	case s.reason != "":
		return s.reason
	case s.looking(&s.base):
		return "Looking further back…"
	case s.filter.text() != "":
		return "No entry matches. esc clears the filter, / changes it."
	case !s.look.empty():
		return "There is no such entry. f looks for others, esc shows all."
	}
	return "Nothing has happened here yet."
}

// entryFacts are all that there is to know about an entry.
func (c *Console) entryFacts(r *store.AuditRow) []fact {
	facts := []fact{
		{label: "When", value: c.moment(r.At)},
		{label: "Who", value: r.Who},
		{label: "What", value: r.Text},
		{label: "Outcome", value: outcomeWords(r.Outcome), tone: auditTone(r, outcomeColumn)},
		{label: "Door", value: doorWords(r.Door)},
	}
	if r.From != "" {
		facts = append(facts, fact{label: "From", value: r.From})
	}
	if r.Name != "" {
		facts = append(facts, fact{label: thingWords(r.Subject), value: r.Name})
	}
	for i, at := range r.Where {
		label := "Concerns"
		if i > 0 {
			label = " "
		}
		facts = append(facts, fact{label: label, value: at.Name})
	}
	if r.Devices > 0 {
		facts = append(facts, fact{label: "Devices", value: devices(r.Devices)})
	}
	if len(r.Changes) > 0 {
		facts = append(facts, fact{}, fact{value: "Values"})
	}
	for _, change := range r.Changes {
		facts = append(facts, changeFact(change))
	}
	return facts
}

// changeFact is a value before and after.
func changeFact(change store.AuditChange) fact {
	value := orNone(change.New)
	if change.Old != "" {
		value = change.Old + " → " + value
	}
	return fact{label: strings.ReplaceAll(change.Field, "_", " "), value: value}
}

func outcomeWords(o store.Outcome) string {
	switch o {
	case store.OutcomeRefused:
		return "refused: nothing changed"
	case store.OutcomeFailed:
		return "failed: the secret was wrong"
	}
	return "done"
}

// thingWords is what kind of thing an entry is about.
func thingWords(subject store.Subject) string {
	switch subject {
	case store.SubjectAccess:
		return "Access event"
	case store.SubjectRFID:
		return "RFID token"
	case store.SubjectToken:
		return "API token"
	}
	word := subject.String()
	if word == "" {
		return "Thing"
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
