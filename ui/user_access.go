package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// userAccess is the page of what one user can see and do, with the reason for
// each capability.
type userAccess struct {
	base
	row     store.UserRow
	access  *store.Access // nil until it is read
	gone    string
	reading reading
}

func newUserAccess(c *Console, row store.UserRow) *userAccess {
	return &userAccess{base: base{Console: c}, row: row}
}

func (s *userAccess) refresh() tea.Cmd {
	db, actor, id := s.db, s.actor, s.row.ID
	return ask(&s.base, "access", func(ctx context.Context) (store.Access, error) {
		return db.Access(ctx, actor, id)
	}, func(a store.Access, err error) tea.Cmd {
		switch {
		case domain.KindOf(err) == domain.NotFound:
			s.access, s.gone = nil, userGone+" esc leads back."
		case err != nil:
			s.fail(err)
		default:
			s.access, s.gone = &a, ""
		}
		return nil
	})
}

func (s *userAccess) places() []keys.Place { return []keys.Place{keys.Reading} }

func (s *userAccess) offers() []offer { return s.reading.offers() }

func (s *userAccess) crumb() string { return "Access of " + widget.Cut(s.row.Username, 32) }

func (s *userAccess) draw(w, h int) []string {
	if s.access == nil {
		text := s.gone
		if text == "" {
			text = "Reading what they can see and do…"
		}
		return widget.Block(append([]string{""}, indent(widget.Wrap(text, w-4))...), w, h)
	}
	inner := w - 4
	lines := []string{s.theme.Title.Render(widget.Cut("What "+s.row.Username+" can see and do", inner))}
	lines = append(lines, widget.Wrap(s.access.Summary, min(inner, readable))...)
	lines = append(lines, "")
	lines = append(lines, drawFacts(s.theme, s.accessFacts(), inner)...)
	for _, l := range s.access.Lines {
		lines = append(lines, "")
		lines = append(lines, s.drawLine(l, inner)...)
	}
	return s.reading.draw(s.theme, indent(lines), w, h)
}

// accessFacts are the tabs that they have and how much stands in them.
func (s *userAccess) accessFacts() []fact {
	rights := s.access.Rights
	var tabs []string
	for _, section := range sections {
		if rights.Opens(section.what).Allowed {
			tabs = append(tabs, section.what.String())
		}
	}
	if void, nothing := rights.Void(); nothing {
		return []fact{{label: "Tabs", value: "none. " + void.Text(rights), tone: widget.ToneWarn}}
	}
	reach := "the whole account"
	if at, ok := s.tree().Position(rights.Home()); ok {
		reach = s.path(rights.Home())
		if s.tree().HasChildren(at) {
			reach += " and what is nested under it"
		}
	}
	groups := "every one, as the owner"
	if !rights.Owner() {
		groups = orNone(rights.User().Groups.String())
	}
	return []fact{
		{label: "Groups", value: groups},
		{label: "Tabs", value: orNone(strings.Join(tabs, ", "))},
		{label: "Reach", value: reach},
		{label: "Sees", value: devices(s.access.Devices)},
		{label: "May list", value: counted(s.access.Users, "user", "users")},
	}
}

// drawLine draws one capability: in their own customer and in nested ones, or in
// both at once where the answer is the same.
func (s *userAccess) drawLine(l domain.AccessLine, w int) []string {
	words := l.Capability.Words()
	lines := []string{s.theme.Accent.Render(widget.Cut(strings.ToUpper(words[:min(1, len(words))])+words[min(1, len(words)):], w))}
	own, nested := s.because(l.Own), s.because(l.Nested)
	if l.Own.Allowed == l.Nested.Allowed && own == nested {
		return append(lines, s.drawDecision("everywhere", l.Own.Allowed, own, w)...)
	}
	lines = append(lines, s.drawDecision("own customer", l.Own.Allowed, own, w)...)
	return append(lines, s.drawDecision("nested", l.Nested.Allowed, nested, w)...)
}

// because is why a decision is as it is. Which groups they hold stands above,
// once for all.
func (s *userAccess) because(d domain.Decision) string {
	reasons := d.Reasons(s.access.Rights)
	if last := len(reasons) - 1; d.Reason == domain.ReasonLacksGroups && last > 0 {
		reasons = reasons[:last]
	}
	return strings.Join(reasons, " ")
}

func (s *userAccess) drawDecision(where string, allowed bool, why string, w int) []string {
	const label, answer = 14, 4
	word, tone := "no", widget.ToneDim
	if allowed {
		word, tone = "yes", widget.ToneGood
	}
	before := s.theme.Dim.Render(widget.Fit(where, label)) + s.theme.Tone(tone).Render(widget.Fit(word, answer))
	lines := widget.Wrap(why, min(max(w-label-answer, 1), readable))
	for i, line := range lines {
		if i > 0 {
			before = widget.Fit("", label+answer)
		}
		lines[i] = before + line
	}
	return lines
}
