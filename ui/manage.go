package ui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// manage is Manage devices: devices are chosen, looked at, and moved to a
// customer, put at a location, or edited. It is a step at a time; the step in front has the keyboard.
type manage struct{ *managing }

// managing is what the steps share: what is chosen, and what was found out
// about it.
type managing struct {
	base
	deed  deed    // what is done to them; nil until it is chosen
	begin opening // asks for it
	lines lines
	marks deviceMarks
	rows  deviceRows // what is known of devices that are listed

	part    part // the step in front
	picker  *picker
	paste   *pasteLine
	preview *assignPreview
	asked   bool // for the deed: leaving that question leaves the screen

	content int     // rises with each change of what is to be done, or to what
	wanted  int     // rises each time that everything is to be looked up
	look    *lookup // the last answer; nil before the first
	unread  string  // why the last looking up failed
	trouble string  // why the last try failed

	safe string // the lines as they were before the change that isn't looked up yet
	good bool   // the lines as they are were looked up once
	skip bool   // the rest of a paste that was too much is coming
}

// part is a step of it. What it can do beyond this it says as screens do, by
// typist, paster, refresher and guarded.
type part interface {
	places() []keys.Place
	offers() []offer
	draw(w, h int) []string
}

// newManage opens Manage devices with devices marked already, to move them to a
// customer.
func newManage(c *Console, marked []domain.ID) screen { return newManageTo(c, marked, toAssign) }

// newManageTo opens Manage devices to do something else to them.
func newManageTo(c *Console, marked []domain.ID, begin opening) screen {
	s := &managing{base: base{Console: c}, begin: begin, marks: newMarks(slices.Clone(marked)), good: true}
	s.picker = newPicker(s)
	s.paste = newPasteLine(s)
	s.preview = newAssignPreview(s)
	s.part = s.picker
	return &manage{s}
}

func (s *manage) places() []keys.Place { return s.part.places() }

func (s *manage) offers() []offer { return s.part.offers() }

func (s *manage) draw(w, h int) []string { return widget.Block(s.part.draw(w, h), w, h) }

func (s *manage) crumb() string { return "Manage" }

func (s *manage) typing() bool {
	t, ok := s.part.(typist)
	return ok && t.typing()
}

func (s *manage) typed(m tea.KeyPressMsg) tea.Cmd { return s.part.(typist).typed(m) }

func (s *manage) clicked(line int) tea.Cmd {
	if p, ok := s.part.(clicker); ok {
		return p.clicked(line)
	}
	return nil
}

// pasted takes a paste whole, or not at all.
func (s *manage) pasted(text string, tooMuch bool) tea.Cmd {
	if p, ok := s.part.(paster); ok {
		return p.pasted(text, tooMuch)
	}
	return s.takePaste(text, tooMuch)
}

// refresh asks first what is to be done; then what is shown follows the data.
func (s *manage) refresh() tea.Cmd {
	switch {
	case s.deed == nil && !s.asked:
		s.asked = true
		return s.begin(s.managing)
	case s.deed == nil:
		cmd, _ := s.pop()
		return cmd
	}
	return s.turn(s.part)
}

// unsaved says what would be lost by leaving.
func (s *manage) unsaved() string {
	if p, ok := s.part.(guarded); ok {
		return p.unsaved()
	}
	return s.held()
}

// held says what is chosen and not done, "" when nothing is.
func (s *managing) held() string {
	var held []string
	if n := s.marks.len(); n > 0 {
		held = append(held, devices(n)+" you marked")
	}
	if s.lines.len() > 0 || s.paste.field.Value() != "" {
		held = append(held, "the lines you pasted or typed")
	}
	if len(held) == 0 {
		return ""
	}
	past := "moved"
	if s.deed != nil {
		past = s.deed.past()
	}
	return "Not " + past + " yet: " + strings.Join(held, " and ") + "."
}

// turn gives the keyboard to another part.
func (s *managing) turn(to part) tea.Cmd {
	s.part = to
	if r, ok := to.(refresher); ok {
		return r.refresh()
	}
	return nil
}

// changes notes that what is to be done, or to what, isn't what was looked up.
func (s *managing) changes() {
	s.content++
	s.trouble, s.unread = "", ""
}

// bulk is what is to be done. Lines and marks aren't copied: what was handed out
// never changes.
func (s *managing) bulk() store.Bulk { return s.deed.bulk(s.lines.text(), s.marks.ids) }

// lookup is what was found for each line and each mark. It doesn't change.
type lookup struct {
	content int // of what it was
	rows    []store.BulkRow
	counts  map[domain.Result]int
	from    []store.FromCount
	cleared int     // of those that move: how many lose their location
	unseen  int     // and how many go out of sight
	failed  []int32 // those of rows that fail
	lines   int     // how many of rows were pasted or typed
	ignored int     // how many of these held more than an ID
}

func newLookup(content int, p store.BulkPreview) *lookup {
	l := &lookup{content: content, rows: p.Rows, counts: p.Counts, from: p.From, cleared: p.Cleared, unseen: p.Unseen}
	for i := range l.rows {
		if l.rows[i].Line > 0 {
			l.lines++
		}
		if l.rows[i].Ignored > 0 {
			l.ignored++
		}
		if l.rows[i].Result.Fails() {
			l.failed = append(l.failed, int32(i))
		}
	}
	return l
}

// does is how many devices something is done to.
func (l *lookup) does() int { return l.count(domain.ResultMoved) + l.count(domain.ResultChanged) }

func (l *lookup) count(r domain.Result) int {
	if l == nil {
		return 0
	}
	return l.counts[r]
}

// fresh says whether what was found is of what is there now.
func (s *managing) fresh() bool { return s.look != nil && s.look.content == s.content }

// lookUp finds out what would become of every line and mark. One look is under
// way at a time; what changes meanwhile is looked at when it is done, so that a
// paste in a thousand pieces isn't looked up a thousand times.
func (s *managing) lookUp() tea.Cmd {
	s.wanted++
	if s.busy("preview") {
		return nil
	}
	db, actor, bulk := s.db, s.actor, s.bulk()
	content, wanted := s.content, s.wanted
	return ask(&s.base, "preview", func(ctx context.Context) (*lookup, error) {
		p, err := db.PreviewBulk(ctx, actor, bulk)
		if err != nil {
			return nil, err
		}
		return newLookup(content, p), nil
	}, func(found *lookup, err error) tea.Cmd {
		s.lookedUp(content, found, err)
		if s.wanted != wanted {
			return s.lookUp()
		}
		return s.preview.read()
	})
}

func (s *managing) lookedUp(content int, found *lookup, err error) {
	switch {
	case err == nil:
		s.look, s.unread = found, ""
		s.good = s.good || content == s.content
		s.preview.show()
	case content != s.content: // what comes next may be better
	case domain.KindOf(err) == domain.Invalid && !s.good:
		s.takeBack(sentence(err))
	default:
		s.unread = sentence(err)
	}
}

// takeBack makes the lines what they were before a change that can't be taken,
// and says why.
func (s *managing) takeBack(why string) {
	s.lines.set(s.safe)
	s.good, s.skip = true, s.burst
	if s.burst {
		s.paste.field.SetValue("") // the last piece of it
	}
	s.changes()
	s.wanted++
	s.say(widget.ToneWarn, why)
}

// aboutToChange keeps the lines as they are, to go back to.
func (s *managing) aboutToChange() {
	if s.good {
		s.safe, s.good = s.lines.text(), false
	}
}

const tooMuchText = "That is more than 8 MiB. Nothing of it was taken; what was there stays. Paste it in parts."

func (s *managing) takePaste(text string, tooMuch bool) tea.Cmd {
	s.skip = s.skip && s.follows
	switch {
	case s.skip || tooMuch:
		s.say(widget.ToneWarn, tooMuchText)
		return nil
	case strings.TrimSpace(text) == "" && !s.burst:
		s.say(widget.ToneDim, "There is nothing in that paste.")
		return nil
	}
	if !s.follows {
		s.aboutToChange()
	}
	s.good = false
	if s.burst {
		s.paste.carryOn(text, s.follows)
	} else {
		s.paste.addTyped()
		s.lines.add(text)
	}
	s.changes()
	if s.lines.len() > domain.MaxPasteBytes {
		s.takeBack(tooMuchText)
	}
	return s.afterPaste()
}

// afterPaste goes where what was pasted is seen. Where it came as keys the
// input line keeps the keyboard: pieces of it may come as single keys, and those
// must not be taken for actions.
func (s *managing) afterPaste() tea.Cmd {
	switch {
	case s.burst:
		return s.turn(s.paste)
	case s.part == s.preview:
		return s.turn(s.preview)
	}
	return s.toPreview(s.part)
}

// toPreview goes to where everything is accounted for. What is typed in the
// input line belongs to it.
func (s *managing) toPreview(from part) tea.Cmd {
	s.paste.addTyped()
	s.preview.from = from
	return s.turn(s.preview)
}
