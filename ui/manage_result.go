package ui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// working is the part that shows how far the work is. Nothing else can be done
// meanwhile but to stop it.
type working struct {
	*managing
	slot string
	what string
}

func (p *working) places() []keys.Place { return []keys.Place{keys.Working} }

func (p *working) offers() []offer {
	return []offer{can(keys.Cancel, func() tea.Cmd {
		p.stop(p.slot)
		p.say(widget.ToneDim, "Stopping.")
		return nil
	})}
}

func (p *working) pasted(string, bool) tea.Cmd {
	p.say(widget.ToneWarn, "Devices are being "+p.deed.past()+". Paste when that is done.")
	return nil
}

func (p *working) unsaved() string {
	return "Devices are being " + p.deed.past() + ". Leaving stops it, unless it is done by then."
}

func (p *working) draw(w, h int) []string {
	done, total := p.progress(p.slot)
	lines := p.drawTarget(w, h, keys.Cancel)
	if roomy(h) {
		lines = append(lines, "")
	}
	state := widget.Fit("Looking everything up once more…", w-2)
	if total > 0 {
		state = widget.Progress(p.theme, min(w-4, 60), done, total)
	}
	return append(lines, "  "+widget.Fit(p.what, w-2), "  "+state, "  "+p.theme.Dim.Render(widget.Fit("esc stops; nothing is changed then.", w-2)))
}

// moves is what it brings back.
type moves struct {
	done  *lookup
	entry domain.ID
}

// process does it to everything that it can be done to, in one step.
func (s *managing) process() tea.Cmd {
	s.trouble = ""
	s.part = &working{s, "process", s.deed.doing(s.look.does())}
	db, actor, bulk, content := s.db, s.actor, s.bulk(), s.content
	return askLong(&s.base, "process", func(ctx context.Context, progress func(int, int)) (moves, error) {
		r, err := db.RunBulk(ctx, actor, bulk, progress)
		if err != nil {
			return moves{}, err
		}
		return moves{newLookup(content, r.BulkPreview), r.Entry}, nil
	}, s.processed)
}

func (s *managing) processed(m moves, err error) tea.Cmd {
	if err != nil {
		s.stays(err)
		return s.turn(s.preview)
	}
	o := newOutcome(s, m)
	s.marks = deviceMarks{}
	return s.turn(o)
}

// stays says why nothing was done, or that nobody knows whether it was.
func (s *managing) stays(err error) {
	if errors.Is(err, context.Canceled) {
		s.say(widget.ToneNormal, "Stopped. Nothing was "+s.deed.past()+".")
		return
	}
	s.trouble = sentence(err)
}

// outcome is the part that tells what was done, and takes it back.
type outcome struct {
	*managing
	moves
	of     deed              // what was done
	marked deviceMarks       // what was marked before
	undone *store.UndoResult // nil while it stands
	table  *widget.Table[int]
}

func newOutcome(s *managing, m moves) *outcome {
	o := &outcome{managing: s, moves: m, of: s.deed, marked: s.marks}
	o.table = widget.NewTable[int](assignColumns(m.done, "Why it couldn't "+s.deed.verb())...)
	o.table.SetSource(assignRows{managing: s, look: m.done, done: true})
	o.table.Empty = "Nothing failed. enter goes on with other devices."
	return o
}

// words say what was done.
func (o *outcome) words() string {
	switch {
	case o.undone != nil && o.undone.Stayed == 0:
		return o.of.undone(o.undone.Moved+o.undone.Changed) + "."
	case o.undone != nil:
		return fmt.Sprintf("%s. %s stayed: %s.", o.of.undone(o.undone.Moved+o.undone.Changed), widget.Comma(o.undone.Stayed), o.of.stayed())
	case o.done.does() == 0:
		return "Nothing " + o.of.past() + ": others were faster, or " + o.of.nothing() + "."
	}
	return o.of.done(o.done.does()) + " u undoes it."
}

func (o *outcome) places() []keys.Place { return []keys.Place{keys.Moved, keys.List} }

func (o *outcome) offers() []offer {
	undo := question{title: "Take it back for " + devices(o.done.does()) + "?", yes: "take it back", lines: []string{o.of.undoing()}}
	why := ""
	if len(o.done.failed) == 0 {
		why = "No line failed."
	}
	return append(motions(o.table, nil),
		asking(o.whyNotUndo(), keys.MovedUndo, undo, o.undo),
		can(keys.MovedAgain, o.goOn).as(o.goOnWords()),
		unless(why, keys.MovedCopy, func() tea.Cmd { return o.copyFailed(o.done, "couldn't "+o.of.verb()) }),
	)
}

func (o *outcome) whyNotUndo() string {
	switch {
	case o.undone != nil:
		return "It is undone already."
	case o.entry.IsZero():
		return "Nothing was done, so there is nothing to undo."
	}
	return ""
}

func (o *outcome) undo() tea.Cmd {
	o.part = &working{o.managing, "undo", "Taking it back for " + devices(o.done.does())}
	db, actor, entry := o.db, o.actor, o.entry
	return askLong(&o.base, "undo", func(ctx context.Context, progress func(int, int)) (store.UndoResult, error) {
		return db.UndoBulk(ctx, actor, entry, progress)
	}, func(u store.UndoResult, err error) tea.Cmd {
		if err != nil {
			o.stays(err)
			return o.turn(o)
		}
		o.undone, o.trouble = &u, ""
		o.marks = o.marked
		return o.turn(o)
	})
}

// goOn leads back with what is left to do: after it the lines that failed,
// on the numbers that they had; after an undo everything as it was.
func (o *outcome) goOn() tea.Cmd {
	if o.undone == nil {
		o.lines.set(o.done.failedText(true))
		o.good = true
	}
	o.changes()
	o.managing.look = nil
	if o.lines.len() == 0 && o.marks.len() == 0 {
		return o.turn(o.picker)
	}
	o.preview.from = o.picker
	return o.turn(o.preview)
}

// goOnWords are what there is to go on with.
func (o *outcome) goOnWords() string {
	switch {
	case o.undone != nil:
		return "as it was"
	case len(o.done.failed) > 0:
		return counted(len(o.done.failed), "failed line", "failed lines")
	}
	return o.of.verb() + " others"
}

// pasted begins the next go with what failed and what is pasted.
func (o *outcome) pasted(text string, tooMuch bool) tea.Cmd {
	return tea.Batch(o.goOn(), o.takePaste(text, tooMuch))
}

func (o *outcome) unsaved() string {
	if n := len(o.done.failed); n > 0 && o.undone == nil {
		return counted(n, "line", "lines") + " couldn't " + o.of.verb() + ". enter goes on with them, c copies them."
	}
	return ""
}

func (o *outcome) draw(w, h int) []string {
	lines := o.drawTrouble(w, h)
	for _, l := range widget.Wrap(o.words(), w-4) {
		lines = append(lines, "  "+o.theme.Good.Render(l))
	}
	if o.undone != nil {
		return append(lines, indent(widget.Wrap("enter leads back to everything as it was. t chooses another target there.", w-4))...)
	}
	if roomy(h) {
		lines = append(lines, "")
		lines = append(append(lines, o.drawTally(o.tally(o.done, true), w)...), "")
	} else {
		lines = append(lines, "  "+widget.Fit(o.brief(o.done, true), w-2))
	}
	return append(lines, o.table.Draw(o.theme, w, max(0, h-len(lines)))...)
}
