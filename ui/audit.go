package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// audit is the tab of the audit trail, in the scope and below. It is the page of
// what one person did, or of what was done to one thing, too.
type audit struct {
	base
	pagedList[store.AuditRow]
	filter filter
	look   auditLook
	name   string // in the breadcrumb, where it is such a page
	narrow bool   // it was drawn with the columns of a narrow screen
}

func newAudit(c *Console) *audit { return newAuditOf(c, auditLook{}, "") }

// newAuditOf is the page of a part of the trail.
func newAuditOf(c *Console, look auditLook, name string) *audit {
	s := &audit{base: base{Console: c}, filter: newFilter(), look: look, name: name}
	s.pagedList = newPagedList(func(r *store.AuditRow) domain.ID { return r.Entry }, s.rowCells)
	s.tone = auditTone
	s.table.SetColumns(auditColumns...)
	return s
}

func (s *audit) crumb() string { return s.name }

func (s *audit) places() []keys.Place {
	if s.busy("undo") {
		return []keys.Place{keys.Working}
	}
	return s.filter.places(keys.Audit, keys.List)
}

func (s *audit) offers() []offer {
	if s.busy("undo") {
		return []offer{can(keys.Cancel, step(func() { s.stop("undo") }))}
	}
	offers := following(s.filter.offers(s.table, s.looksFor), s.more)
	if s.filter.open {
		return offers
	}
	if !s.look.empty() && s.filter.text() == "" && s.name == "" {
		offers = append(offers, can(keys.Back, func() tea.Cmd {
			s.look = auditLook{}
			return s.looksFor()
		}).as("show all"))
	}
	offers = append(offers, motions(s.table, s.more)...)
	row := s.current()
	offers = append(offers, unless(s.whyNoEntry(), keys.AuditOpen, func() tea.Cmd { return s.push(newAuditEntry(s.Console, *row)) }))
	offers = append(offers, entryInHand{&s.base, row, s.whyNoEntry()}.offers()...)
	return append(offers,
		unless(s.whyNotAnywhere(domain.AuditRead), keys.AuditNarrow, func() tea.Cmd { return s.push(newAuditNarrow(s)) }),
		unless(s.whyNotAnywhere(domain.AuditRead), keys.AuditExport, func() tea.Cmd {
			return s.push(newAuditExport(s.Console, s.query(), s.look.words(s.Console)))
		}),
		unless(s.whyNotVerify(), keys.AuditVerify, func() tea.Cmd { return s.push(newAuditVerify(s.Console)) }),
	)
}

func (s *audit) whyNoEntry() string {
	switch {
	case s.table.Len() == 0:
		return s.whyEmpty()
	case s.current() == nil:
		return "This entry is still being read."
	}
	return ""
}

// query is what the list shows, as of now: today begins anew every day.
func (s *audit) query() store.AuditQuery {
	q := s.look.query(s.options.Now().In(s.zone()))
	q.Customer, q.Below, q.Filter = s.scope, true, s.filter.text()
	return q
}

func (s *audit) read() pagedRead[store.AuditRow] {
	db, actor, q := s.db, s.actor, s.query()
	return func(ctx context.Context, page store.Page) (pagedAnswer[store.AuditRow], error) {
		q.Page = page
		list, err := db.Audit(ctx, actor, q)
		return pagedAnswer[store.AuditRow]{rows: list.Rows, next: list.Next, total: list.Total, exact: !list.AtLeast, reason: list.Reason}, err
	}
}

func (s *audit) refresh() tea.Cmd { return s.pagedList.refresh(&s.base, s.read()) }

// looksFor reads the list for something else.
func (s *audit) looksFor() tea.Cmd { return s.anew(&s.base, s.read()) }

// more reads what comes into sight.
func (s *audit) more() tea.Cmd { return s.near(&s.base, s.read()) }

func (s *audit) typing() bool { return s.filter.open }

func (s *audit) typed(m tea.KeyPressMsg) tea.Cmd {
	if s.filter.update(m) {
		return s.looksFor()
	}
	return nil
}

func (s *audit) pasted(text string, tooMuch bool) tea.Cmd {
	words, fits := pastedWords(text, tooMuch)
	if !fits {
		s.say(widget.ToneWarn, "That is more than a filter takes. Paste a single name or address.")
		return nil
	}
	if s.filter.paste(words) {
		return s.looksFor()
	}
	return nil
}

func (s *audit) clicked(line int) tea.Cmd {
	s.pagedList.clicked(line)
	return s.more()
}
