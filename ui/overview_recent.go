package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// recentShown is how many of the last changes are shown at least, with the line
// that leads to more, and recentRead how many are read, for where there is room.
const (
	recentShown = 2
	recentRead  = 12
)

// readRecent reads what was done last in the scope, for those who may read the
// audit trail.
func (s *overview) readRecent() tea.Cmd {
	if s.whyNotAnywhere(domain.AuditRead) != "" || s.busy("recent") {
		return nil
	}
	db, actor := s.db, s.actor
	q := store.AuditQuery{Customer: s.scope, Below: true, Page: store.Page{Limit: recentRead}}
	return ask(&s.base, "recent", func(ctx context.Context) (store.AuditList, error) {
		return db.Audit(ctx, actor, q)
	}, func(list store.AuditList, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.recent = list.Rows
		if s.seen != nil {
			s.arrange()
		}
		return nil
	})
}

// recentPanel is what was done last; each line leads to its entry.
func (s *overview) recentPanel() figurePanel {
	p := figurePanel{title: "Recent changes", most: recentShown, more: s.moreRecent}
	if len(s.recent) == 0 {
		p.text = "Nothing has happened here yet."
	}
	for _, row := range s.recent {
		tone := widget.ToneNormal
		if row.Outcome != store.OutcomeDone {
			tone = widget.ToneWarn
		}
		p.figures = append(p.figures, figure{
			key: "recent." + row.Entry.String(), label: row.Who, say: row.Text, tone: tone,
			open: func() tea.Cmd { return s.push(newAuditEntry(s.Console, row)) },
		})
	}
	if len(s.recent) == recentRead {
		p.figures = append(p.figures, s.moreRecent(0)) // there are more than were read
	}
	return p
}

func (s *overview) moreRecent(int) figure {
	return figure{key: "recent.more", label: "more", say: "in the audit trail", tone: widget.ToneDim, open: func() tea.Cmd {
		return s.lookInto(s.scope, domain.SectionAudit, func(screen) {})
	}}
}
