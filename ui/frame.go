package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tenantry/domain"
	"tenantry/keys"
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

// head is the title line, the tabs where there are any, and a rule where there
// is room for one.
func (c *Console) head(w, h int) []string {
	head := []string{c.title(w)}
	if t, ok := c.body().(tall); ok && t.tall() {
		return head
	}
	if c.inside() {
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
	screens := []screen{c.front}
	if c.front == nil {
		screens = c.tabs[c.tab].screens
		if !c.scope.IsZero() {
			parts = append(parts, c.tree().Names(c.scope)...)
		}
	}
	for _, s := range screens {
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

// tabLine names the tabs by number. Where there is no room for all names, the
// current tab has its own and those beside it, and of the rest stands the key.
func (c *Console) tabLine(w int) string {
	short := false
	label := func(i int) string {
		name := c.tabs[i].name
		if section, ok := domain.ParseSection(name); ok && short {
			name = section.Short()
		}
		return fmt.Sprintf(" %d %s ", (i+1)%10, name)
	}
	width := func(i int) int { return widget.Width(label(i)) }
	key := func(i int) string { return fmt.Sprintf(" %d", (i+1)%10) }

	used := 1
	for i := range c.tabs {
		used += width(i)
	}
	from, to := 0, len(c.tabs)
	if used > w {
		short = true
		from, to = c.tab, c.tab+1
		used = 2 + width(c.tab)
		for i := range c.tabs {
			if i != c.tab {
				used += widget.Width(key(i))
			}
		}
		more := func(i int) bool {
			if i < 0 || i == len(c.tabs) || used+width(i)-widget.Width(key(i)) > w {
				return false
			}
			used += width(i) - widget.Width(key(i))
			return true
		}
		for more(from - 1) {
			from--
		}
		for more(to) {
			to++
		}
	}
	var line strings.Builder
	if from == 0 {
		line.WriteString(" ")
	}
	for i := range c.tabs {
		switch {
		case i == c.tab:
			line.WriteString(c.theme.Cursor.Render(label(i)))
		case i < from || i >= to:
			line.WriteString(c.theme.Dim.Render(key(i)))
		default:
			line.WriteString(c.theme.Dim.Render(label(i)))
		}
		if i == from-1 {
			line.WriteString(" ")
		}
	}
	return widget.PadStyled(line.String(), w)
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

// footer names the keys that matter here, the most important first. The way to
// those that don't fit always does.
func (c *Console) footer(w int) string {
	matter := c.matter()
	shown, help := make([]widget.Hint, len(matter)), -1
	for i, e := range matter {
		shown[i] = widget.Hint{Key: e.action.Key(), Text: cmp.Or(e.offer.now, e.action.Short)}
		if e.action.ID == keys.Help {
			help = i
		}
	}
	return widget.HintsWith(c.theme, shown, help, w)
}

// matter lists what the footer may name: what can be done now by a key that
// doesn't go into a text instead.
func (c *Console) matter() []entry {
	typing := isTyping(c.top())
	list := slices.DeleteFunc(c.entries(), func(e entry) bool {
		key := e.action.Key()
		return e.action.Rank == 0 || key == "" || e.offer.why != "" || typing && len(key) == 1 && takesText(c.top(), key)
	})
	slices.SortStableFunc(list, func(a, b entry) int { return a.action.Rank - b.action.Rank })
	return list
}

// boxWidth is how wide an overlay may be.
func boxWidth(w int) int { return min(w, max(leastWidth-2, w*3/4)) }
