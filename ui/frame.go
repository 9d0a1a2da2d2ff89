package ui

import (
	"fmt"
	"slices"
	"strings"

	"tenantry/ui/widget"
)

// The smallest size that the console works at. Below it says so.
const (
	leastWidth  = 40
	leastHeight = 10
)

func (c *Console) tooSmall() bool { return c.width < leastWidth || c.height < leastHeight }

// frame draws the whole screen: exactly height lines of width cells.
func (c *Console) frame() string {
	w, h := c.width, c.height
	if c.tooSmall() {
		text := widget.Wrap(fmt.Sprintf("Tenantry needs %d×%d; this is %d×%d. Make the window larger, or press q to quit.", leastWidth, leastHeight, w, h), max(w, 1))
		return c.finish(widget.Block(text, w, h))
	}
	head := c.head(w, h)
	foot := append(c.noteLines(w, 2+h/10), c.footer(w))
	room := h - len(head) - len(foot)
	body := c.body().draw(w, room)
	for _, o := range c.overlays {
		body = widget.Center(body, o.draw(w, room), w, room)
	}
	return c.finish(widget.Block(slices.Concat(head, body, foot), w, h))
}

func (c *Console) finish(lines []string) string {
	if c.options.Look.ASCII {
		for i, line := range lines {
			lines[i] = widget.ASCII(line)
		}
	}
	return strings.Join(lines, "\n")
}

// head is the title line, the tabs where somebody is signed in, and a rule
// where there is room for one.
func (c *Console) head(w, h int) []string {
	head := []string{c.title(w)}
	if c.signedIn() {
		head = append(head, c.tabLine(w))
	}
	if h >= 16 {
		head = append(head, c.theme.Dim.Render(c.theme.Rule(w)))
	}
	return head
}

// title says where one is, on the left, and who and when, on the right; the
// right gives way first when it is narrow.
func (c *Console) title(w int) string {
	name := c.theme.Title.Render(" tenantry")
	if !c.signedIn() {
		return widget.PadStyled(name, w)
	}
	right := c.who() + "  " + c.clock(c.options.Now()) + " "
	if w < 60 {
		right = c.userName() + " "
	}
	room := w - widget.Width(" tenantry  ") - widget.Width(right) - 1
	if room < 12 {
		right, room = "", w-widget.Width(" tenantry  ")
	}
	crumbs := c.crumbs(room)
	return widget.PadStyled(name+"  "+widget.Fit(crumbs, room)+" "+c.theme.Dim.Render(right), w)
}

// crumbs is the account, the customers down to the scope and the screens, as
// much of the end of it as fits.
func (c *Console) crumbs(w int) string {
	parts := []string{c.tree().Account().Name}
	if !c.scope.IsZero() {
		parts = append(parts, c.tree().Names(c.scope)...)
	}
	for _, s := range c.tabs[c.tab].screens {
		if s, ok := s.(crumbed); ok && s.crumb() != "" {
			parts = append(parts, s.crumb())
		}
	}
	sep := " " + c.theme.Glyphs.Crumb + " "
	for i := range parts {
		parts[i] = widget.Clean(parts[i])
	}
	whole := strings.Join(parts, sep)
	for len(parts) > 1 && widget.Width(whole) > w {
		parts = parts[1:]
		whole = c.theme.Glyphs.Ellipsis + sep + strings.Join(parts, sep)
	}
	return whole
}

func (c *Console) userName() string {
	if u := c.standing.User; u != nil {
		return widget.Cut(u.Username, 32)
	}
	return "operator"
}

// who is the user and what they are, in a word.
func (c *Console) who() string {
	r := c.standing.Rights
	switch {
	case r.Owner():
		return c.userName() + " · owner"
	case r.User() != nil:
		home, _ := c.tree().Customer(r.Home())
		if home != nil {
			return c.userName() + " · " + widget.Cut(home.Name, 20)
		}
	}
	return c.userName()
}

// tabLine names the tabs by number, as many as fit around the current one.
func (c *Console) tabLine(w int) string {
	var line strings.Builder
	used := 0
	for i, t := range c.tabs {
		label := fmt.Sprintf(" %d %s ", i+1, t.name)
		if used+widget.Width(label) > w-2 {
			line.WriteString(c.theme.Dim.Render(c.theme.Glyphs.Crumb))
			break
		}
		used += widget.Width(label)
		if i == c.tab {
			line.WriteString(c.theme.Cursor.Render(label))
		} else {
			line.WriteString(c.theme.Dim.Render(label))
		}
	}
	return widget.PadStyled(" "+line.String(), w)
}

// noteLines are what there is to say, in at most so many lines, or else a rule.
// A reason that is cut is none, so a long one takes lines from the body.
func (c *Console) noteLines(w, most int) []string {
	if c.note.text == "" {
		return []string{c.theme.Dim.Render(c.theme.Rule(w))}
	}
	const indent = 3 // what Toast puts before a warning
	lines := widget.Wrap(c.note.text, w-indent)
	if len(lines) > most {
		lines = append(lines[:most-1], strings.Join(lines[most-1:], " "))
	}
	for i, line := range lines {
		if i == 0 {
			lines[i] = widget.Toast(c.theme, c.note.tone, line, w)
		} else {
			lines[i] = c.theme.Tone(c.note.tone).Render(strings.Repeat(" ", indent) + widget.Fit(line, w-indent))
		}
	}
	return lines
}

// footer names the keys that matter here, the most important first.
func (c *Console) footer(w int) string {
	type ranked struct {
		rank int
		hint widget.Hint
	}
	var hints []ranked
	typing := isTyping(c.top())
	for _, e := range c.entries() {
		a := e.action
		written := typing && len(a.Key()) == 1 // goes into the text instead
		if a.Rank > 0 && a.Key() != "" && e.offer.why == "" && !written {
			hints = append(hints, ranked{a.Rank, widget.Hint{Key: a.Key(), Text: a.Short}})
		}
	}
	slices.SortStableFunc(hints, func(a, b ranked) int { return a.rank - b.rank })
	shown := make([]widget.Hint, len(hints))
	for i, h := range hints {
		shown[i] = h.hint
	}
	return widget.Hints(c.theme, shown, w)
}

// boxWidth is how wide an overlay may be.
func boxWidth(w int) int { return min(w, max(leastWidth-2, w*3/4)) }
