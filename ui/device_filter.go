package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// deviceFilter is the filter over devices, in domain's language. What is typed
// is half a word most of the time. So that the list doesn't go blank between two
// letters, it shows what the rest of the filter finds while the last word isn't
// one, or may become one.
type deviceFilter struct {
	filter
	last  string // what was asked for last
	wrong string // why what stands there isn't a filter
	hint  string // what may follow the word that is being typed
}

// asked is what to search for, and what instead where that finds nothing.
type asked struct{ filter, instead string }

// asked reads what stands there.
func (f *deviceFilter) asked(c *Console) asked {
	a := asked{f.text(), f.text()}
	f.wrong, f.hint = "", ""
	if f.open {
		rest, hint, sure := domain.TypingFilter(f.field.Value())
		if f.hint = hint; hint != "" {
			a.instead = rest
		}
		if sure {
			a.filter = rest
		}
	}
	now := c.options.Now().In(c.zone())
	if _, err := domain.ParseFilter(a.filter, now); err != nil {
		f.wrong = sentence(err)
		without := domain.WithoutLastWord(a.filter)
		if _, err := domain.ParseFilter(without, now); err != nil {
			without = f.last
		}
		a = asked{without, without}
	}
	f.last = a.filter
	return a
}

// ages says whether what it finds goes by the clock: seen:<1h does.
func (f *deviceFilter) ages(c *Console) bool {
	read, err := domain.ParseFilter(f.last, c.options.Now().In(c.zone()))
	return err == nil && (read.Uses(domain.FilterSeen) || read.Uses(domain.FilterRegistered))
}

// search searches the fleet for it, or for what goes instead.
func (a asked) search(ctx context.Context, db *store.DB, actor domain.Actor, fleet *store.Fleet, q store.FleetQuery) (*store.Found, error) {
	q.Filter = a.filter
	found, err := db.Search(ctx, actor, fleet, q)
	if err == nil && found.Len() == 0 && a.instead != a.filter {
		q.Filter = a.instead
		return db.Search(ctx, actor, fleet, q)
	}
	return found, err
}

// settled is done after a key of the filter: where that has closed it, its last
// word is one like the others.
func (f *deviceFilter) settled(search, otherwise func() tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		if !f.open && f.hint != "" {
			return search()
		}
		return otherwise()
	}
}

// draw is the filter's line, and below it, where there is room, what helps to
// write one.
func (f *deviceFilter) draw(theme widget.Theme, w int, count string, room bool) []string {
	aside, style := f.aside(theme)
	if !room {
		if f.wrong != "" || f.hint != "" {
			count = widget.Cut(aside, max(0, w/2-1))
		}
		return []string{f.filter.draw(theme, w, count)}
	}
	line := ""
	if aside != "" {
		line = style.Render("   " + widget.Fit(aside, max(0, w-4)))
	}
	return []string{f.filter.draw(theme, w, count), line}
}

func (f *deviceFilter) aside(theme widget.Theme) (string, widget.Style) {
	switch {
	case f.wrong != "":
		return f.wrong, theme.Warn
	case f.hint != "":
		return f.hint, theme.Dim
	case f.open && f.text() == "":
		return "like " + domain.FilterHelp, theme.Dim
	}
	return "", theme.Dim
}

// explained is a screen whose help says more than its keys.
type explained interface {
	// explanation is a title, and what to write with what it means.
	explanation() (title string, lines [][2]string)
}

func (f *deviceFilter) explanation() (string, [][2]string) {
	return "The filter", domain.FilterExamples
}
