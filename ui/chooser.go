package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// chooser is the overlay in which a customer is chosen out of the tree in
// reach: letters narrow it, the arrow keys move in it. Where a customer can't
// be chosen it is shown all the same, with the reason.
type chooser struct {
	base
	title   string
	why     func(domain.ID) string // why not this one, as a sentence; "" when it can be
	take    func(domain.ID) tea.Cmd
	account bool // the account itself may be chosen, by the zero ID
	field   *widget.Field
	list    *widget.Tree[domain.ID]
	rows    chooserRows
}

// newChooser asks for a customer. why says why one can't be chosen, nil when
// all can; take gets the chosen one after the chooser is gone.
func newChooser(c *Console, title string, why func(domain.ID) string, take func(domain.ID) tea.Cmd) *chooser {
	o := &chooser{base: base{Console: c}, title: title, why: why, take: take, field: widget.NewField()}
	if o.why == nil {
		o.why = func(domain.ID) string { return "" }
	}
	o.field.Placeholder = "type to narrow the tree"
	o.list = widget.NewTree[domain.ID](
		widget.Column{Width: 16, Grow: 1},
		widget.Column{Width: 1}, // the sign for those that can't be chosen
	)
	o.list.Empty = "There is no customer within your reach."
	o.list.NoMatches = "No customer is called that. Take letters away."
	o.read()
	o.startAt(c.scope)
	return o
}

// withAccount lets the account itself be chosen too, for what hangs directly
// under it; whoever doesn't reach the whole account isn't offered it.
func (o *chooser) withAccount() *chooser {
	o.account = o.standing.Rights.Reaches(domain.ID{})
	at, _ := o.list.CursorKey()
	o.read()
	o.startAt(at)
	return o
}

// startAt puts the cursor on a customer, on the first row for the zero ID.
func (o *chooser) startAt(id domain.ID) *chooser {
	o.list.SetCursorKey(id)
	return o
}

// read takes up the tree as it is now.
func (o *chooser) read() {
	o.rows = chooserRows{branch: branchOf(o.tree(), o.standing.Rights.Home()), account: o.account, why: o.why}
	o.list.Show(o.rows, o.rows.matcher(o.words()))
	o.list.ExpandAll()
}

// follow reads again where the tree has changed since.
func (o *chooser) follow() {
	if o.rows.of != o.tree() {
		o.read()
	}
}

func (o *chooser) words() []string { return strings.Fields(domain.Fold(o.field.Value())) }

func (o *chooser) places() []keys.Place { return []keys.Place{keys.Choosing} }

func (o *chooser) offers() []offer {
	o.follow()
	return []offer{
		can(keys.ChooseUp, step(o.list.Up)), can(keys.ChooseDown, step(o.list.Down)),
		can(keys.ChoosePageUp, step(o.list.PageUp)), can(keys.ChoosePageDown, step(o.list.PageDown)),
		unless(o.whyNotThis(), keys.ChooseTarget, o.taken),
	}
}

func (o *chooser) whyNotThis() string {
	id, ok := o.list.CursorKey()
	switch {
	case !ok && o.list.Filtered():
		return o.list.NoMatches
	case !ok:
		return o.list.Empty
	}
	return o.why(id)
}

// taken hands the customer over. Lying over a screen the chooser goes first;
// in a tab last, so that the screen under it has its customer when it is shown.
func (o *chooser) taken() tea.Cmd {
	id, _ := o.list.CursorKey()
	if slices.Contains(o.overlays, screen(o)) {
		o.closeOver()
		return o.take(id)
	}
	return tea.Batch(o.take(id), o.drop(o))
}

func (o *chooser) typing() bool { return true }

func (o *chooser) typed(m tea.KeyPressMsg) tea.Cmd { return o.update(m) }

func (o *chooser) pasted(text string, _ bool) tea.Cmd {
	return o.update(tea.PasteMsg{Content: text})
}

func (o *chooser) update(msg tea.Msg) tea.Cmd {
	if o.field.Update(msg) {
		o.follow()
		o.list.SetFilter(o.rows.matcher(o.words()))
		o.toBest()
	}
	return nil
}

// toBest puts the cursor on the customer that was most likely meant: one that
// can be chosen, whose name begins with what was typed.
func (o *chooser) toBest() {
	words := o.words()
	match := o.rows.matcher(words)
	if match == nil {
		return
	}
	best, least := -1, 0
	for i := range o.rows.Len() {
		if !match(i) {
			continue
		}
		if far := o.rows.distance(i, words); best < 0 || far < least {
			best, least = i, far
		}
	}
	if best >= 0 {
		o.list.SetCursorKey(o.rows.Key(best))
	}
}

// Below so many lines the chooser takes the whole place, without a frame.
const frameless = 9

func (o *chooser) draw(w, h int) []string {
	o.follow()
	if h < frameless {
		return o.drawBare(w, h)
	}
	width := boxWidth(w)
	inner := width - 4
	here := o.here(inner, h)
	room := max(1, min(h-3-len(here), o.rows.Len())) // the frame, the field
	lines := append([]string{o.field.Draw(o.theme, inner, true)}, o.list.Draw(o.theme, inner, room)...)
	d := widget.Dialog{Title: o.title, Lines: append(lines, here...), Width: inner}
	box := d.Draw(o.theme, width, h)
	if slices.Contains(o.overlays, screen(o)) {
		return box
	}
	return widget.Center(nil, box, w, h)
}

// drawBare is the chooser in few lines: what it asks and what is typed, the
// tree, and where the cursor is.
func (o *chooser) drawBare(w, h int) []string {
	title := widget.Cut(o.title, w/2)
	first := " " + o.theme.Title.Render(title) + " " + o.field.Draw(o.theme, w-widget.Width(title)-3, true)
	here := o.here(w-2, h)
	lines := append([]string{first}, o.list.Draw(o.theme, w, h-1-len(here))...)
	for _, line := range here {
		lines = append(lines, "  "+line)
	}
	return widget.Block(lines, w, h)
}

// here says where the cursor is, or why that can't be chosen, in one line or
// two, so that the box stays as it is while the cursor moves.
func (o *chooser) here(w, h int) []string {
	style, why := o.theme.Warn, o.whyNotThis()
	if why == "" {
		id, _ := o.list.CursorKey()
		style, why = o.theme.Dim, o.path(id)
	}
	lines := widget.Wrap(why, w)
	switch {
	case h < 4:
		return nil
	case h < 12:
		lines = []string{widget.Fit(why, w)}
	case len(lines) == 1:
		lines = append(lines, "")
	default:
		lines[1] = widget.Cut(strings.Join(lines[1:], " "), w)
	}
	for i, line := range lines[:min(2, len(lines))] {
		lines[i] = style.Render(line)
	}
	return lines[:min(2, len(lines))]
}

// chooserRows are the rows of the chooser: a name, and a sign where it can't be
// chosen.
// With the account among them it is the first and all others stand under it.
type chooserRows struct {
	branch
	account bool
	why     func(domain.ID) string
}

// shift is by how many rows the customers stand lower.
func (r chooserRows) shift() int {
	if r.account {
		return 1
	}
	return 0
}

func (r chooserRows) isAccount(i int) bool { return r.account && i == 0 }

func (r chooserRows) Len() int { return r.branch.Len() + r.shift() }

func (r chooserRows) Key(i int) domain.ID {
	if r.isAccount(i) {
		return domain.ID{}
	}
	return r.branch.Key(i - r.shift())
}

func (r chooserRows) Depth(i int) int {
	if r.isAccount(i) {
		return 0
	}
	return r.branch.Depth(i-r.shift()) + r.shift()
}

func (r chooserRows) End(i int) int {
	if r.isAccount(i) {
		return r.Len()
	}
	return r.branch.End(i-r.shift()) + r.shift()
}

func (r chooserRows) Find(id domain.ID) (int, bool) {
	if id.IsZero() {
		return 0, r.account
	}
	i, ok := r.branch.Find(id)
	return i + r.shift(), ok
}

// distance is how far what was typed is from row i: less where it can be
// chosen, and where its name or a word of it begins with the first word.
func (r chooserRows) distance(i int, words []string) int {
	name := domain.Fold(r.name(i))
	far := 2
	switch {
	case strings.HasPrefix(name, words[0]):
		far = 0
	case strings.Contains(name, " "+words[0]):
		far = 1
	}
	if r.why(r.Key(i)) != "" {
		far += 3
	}
	return far
}

func (r chooserRows) name(i int) string {
	if r.isAccount(i) {
		return r.of.Account().Name
	}
	return r.at(i - r.shift()).Name
}

func (r chooserRows) Cells(i int, out []string) []string {
	name, sign := r.name(i), ""
	if r.isAccount(i) {
		name += " (directly under the account)"
	}
	if r.why(r.Key(i)) != "" {
		sign = "×"
	}
	return append(out, name, sign)
}

func (r chooserRows) Tone(i int) widget.Tone {
	if r.why(r.Key(i)) != "" {
		return widget.ToneDim
	}
	return widget.ToneNormal
}

func (r chooserRows) matcher(words []string) func(i int) bool {
	match := r.branch.matcher(words)
	if match == nil || !r.account {
		return match
	}
	name := domain.Fold(r.of.Account().Name)
	return func(i int) bool {
		if r.isAccount(i) {
			return containsAll(name, words)
		}
		return match(i - r.shift())
	}
}
