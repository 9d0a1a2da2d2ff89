package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// importing registers devices out of a CSV file, or out of CSV text that was
// pasted. The whole of it is checked first and nothing written; what would
// happen is shown, and then done or not.
type importing struct {
	importSource
	result *store.ImportResult
	broken string // why the import ended before its end
	table  *widget.Table[int]
}

func newImport(c *Console) *importing {
	s := &importing{importSource: importSource{base: base{Console: c}, inputs: widget.NewForm(csvFile(c, "fleet.csv"))}}
	s.check = func() tea.Cmd { return s.run(true) }
	s.checked = func() bool { return s.result != nil }
	s.forget = func() { s.result = nil }
	s.instead = "save it as a file and type its name"
	s.table = widget.NewTable[int](
		widget.Column{Title: "Line", Width: 7, Right: true},
		widget.Column{Title: "Field", Width: 10, Priority: 2},
		widget.Column{Title: "What is wrong", Width: 20, Grow: 1, Priority: 1},
	)
	s.table.Empty = "Every line is good."
	return s
}

func (s *importing) places() []keys.Place {
	switch {
	case s.busy("import"):
		return []keys.Place{keys.Working}
	case s.result != nil:
		return []keys.Place{keys.Checked, keys.List}
	}
	return []keys.Place{keys.Importing}
}

func (s *importing) offers() []offer {
	switch {
	case s.busy("import"):
		return []offer{can(keys.Cancel, s.stopping)}
	case s.result == nil:
		return []offer{unless(s.whyNotCheck(), keys.ImportCheck, s.checkFile)}
	}
	offers := append(motions(s.table, nil),
		asking(s.whyNotRun(), keys.ImportRun, s.sure(question{title: "Register " + devices(s.result.Added) + "?", yes: "register"}), func() tea.Cmd { return s.run(false) }),
		unless(s.whyNotCopy(), keys.ImportCopy, s.copyFailed))
	if !s.done {
		offers = append(offers, can(keys.Back, step(s.again)))
	}
	return offers
}

func (s *importing) whyNotRun() string {
	switch {
	case s.done:
		return "It is done. esc leads back to the list."
	case s.result.Added == 0:
		return "No line is good. esc leads back to choose another file."
	}
	return ""
}

func (s *importing) whyNotCopy() string {
	if len(s.result.Rows) == 0 {
		return "No line failed."
	}
	return ""
}

// run goes through the source: to see what would happen, or to do it.
func (s *importing) run(dry bool) tea.Cmd {
	s.inputs.SetErrors(nil)
	s.done = !dry
	db, actor, open := s.db, s.actor, s.source.open
	return askLong(&s.base, "import", func(ctx context.Context, progress func(done, total int)) (store.ImportResult, error) {
		file, size, err := open()
		if err != nil {
			return store.ImportResult{}, err
		}
		defer file.Close()
		return db.ImportDevices(ctx, actor, &countedReader{in: file, size: int(size), tell: progress}, dry, nil)
	}, s.ran)
}

func (s *importing) ran(r store.ImportResult, err error) tea.Cmd {
	if s.more {
		return s.checkText()
	}
	switch {
	case err != nil && s.done && r.Lines > 0: // what was registered stays
		s.broken = "It ended after line " + widget.Comma(r.Lines) + ". What was registered stays. " + sentence(err)
		if errors.Is(err, context.Canceled) {
			s.broken = "Stopped after line " + widget.Comma(r.Lines) + ". What was registered stays."
		}
	case err != nil:
		s.failed(err)
		return nil
	}
	s.result = &r
	s.table.SetSource(importRows(r.Rows))
	s.table.Home()
	if s.done && err == nil {
		s.say(widget.ToneGood, fmt.Sprintf("Registered %s from %s.", devices(r.Added), widget.Cut(s.source.name, 40)))
	}
	return nil
}

// failed says why nothing could be read or written at all.
func (s *importing) failed(err error) {
	s.done = false
	var e *domain.Error
	if s.result == nil && errors.As(err, &e) {
		s.inputs.SetErrors(map[string]string{inputPath: e.Text})
		return
	}
	s.fail(err)
}

// copyFailed copies the failed lines with their reasons, to be sent to whoever
// made the file.
func (s *importing) copyFailed() tea.Cmd {
	lines := make([]string, len(s.result.Rows))
	for i, r := range s.result.Rows {
		lines[i] = fmt.Sprintf("line %d: %s", r.Line, widget.Clean(r.Error))
	}
	return s.copyLines(counted(len(lines), "line", "lines")+" that failed", lines)
}

func (s *importing) unsaved() string {
	if s.busy("import") && s.done {
		return "Devices are being registered. Leaving stops it, unless it is done by then."
	}
	return ""
}

func (s *importing) crumb() string { return "Import" }

func (s *importing) draw(w, h int) []string {
	switch {
	case s.busy("import"):
		return widget.Block(s.drawWork(w), w, h)
	case s.result != nil:
		return widget.Block(s.drawResult(w, h), w, h)
	}
	return widget.Block(s.drawQuestion(w, h), w, h)
}

// drawQuestion asks for the file and says what must be in it.
func (s *importing) drawQuestion(w, h int) []string {
	lines := drawInputs(s.theme, s.inputs, w, h)
	said := []string{
		"Or paste the text of the file here, its first line included.",
		"",
		"That line names the columns, in any order: " + strings.Join(importColumns, ", ") + ". Only unit_id is needed. A customer is a path, as Acme HQ/Nordics; where it is empty the device is yours. The file that an export wrote can be read again.",
		"",
		"It is checked first. Nothing is written before you have seen what would be.",
	}
	if s.options.Load == nil {
		said = append(said, "", "On the machine that holds the database, this does it: tenantry devices import fleet.csv")
	}
	for _, text := range said {
		lines = append(lines, s.dim(text, w)...)
	}
	return lines
}

// drawInputs is a small form with a line of air below it.
func drawInputs(theme widget.Theme, inputs *widget.Form, w, h int) []string {
	lines := inputs.Draw(theme, w, min(h, 6))
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return append(lines, "")
}

// importColumns are what an import reads.
var importColumns = []string{"unit_id", "name", "customer", "make", "model", "year", "type", "plate", "imei", "iccid", "phone", "vin", "tags"}

// dim is text that explains, wrapped and moved in.
func (c *Console) dim(text string, w int) []string {
	lines := indent(widget.Wrap(text, w-4))
	for i, l := range lines {
		lines[i] = c.theme.Dim.Render(l)
	}
	return lines
}

func (s *importing) drawWork(w int) []string {
	what, leave := "Checking "+s.source.name, "esc stops it. Nothing is written yet."
	if s.done {
		what, leave = "Registering devices from "+s.source.name, "esc stops it."
	}
	done, total := s.progress("import")
	if s.done && total > 0 && done >= total {
		what = "Saving"
	}
	return []string{
		"", "  " + widget.Fit(what, w-2),
		"  " + widget.Progress(s.theme, min(w-4, 60), done, total),
		"  " + s.theme.Dim.Render(widget.Fit(leave, w-2)),
	}
}

// drawResult is what would happen, or did, in numbers, and below it the lines
// that fail, the one under the cursor in full.
func (s *importing) drawResult(w, h int) []string {
	lines := s.drawTally(w, h)
	if s.broken != "" {
		lines = append(lines, s.warned(s.broken, w)...)
	}
	if len(s.result.Unknown) > 0 {
		lines = append(lines, s.warned("Columns left out: "+strings.Join(s.result.Unknown, ", ")+".", w)...)
	}
	if !roomy(h) {
		lines = lines[:min(len(lines), 2)]
	} else {
		lines = append(lines, "")
	}
	reason := s.drawReason(w)
	lines = append(lines, s.table.Draw(s.theme, w, max(1, h-len(lines)-len(reason)))...)
	return append(lines, reason...)
}

// drawTally is how many lines are good and how many aren't.
func (s *importing) drawTally(w, h int) []string {
	added := "will be registered"
	if s.done {
		added = "registered"
	}
	if !roomy(h) {
		text := fmt.Sprintf("%s %s, %s failed", widget.Comma(s.result.Added), added, widget.Comma(s.result.Failed))
		return []string{"  " + widget.Fit(text, w-2)}
	}
	failed := "failed"
	if s.result.Failed > len(s.result.Rows) {
		failed += fmt.Sprintf(", of which the first %s are shown", widget.Comma(len(s.result.Rows)))
	}
	return []string{
		"  " + widget.Fit("From "+s.source.name, w-2),
		s.tally(s.result.Added, added, widget.ToneNormal, w),
		s.tally(s.result.Failed, failed, widget.ToneWarn, w),
	}
}

// drawReason is what is wrong with the line under the cursor, for the column
// may be too narrow for it.
func (s *importing) drawReason(w int) []string {
	const most = 2
	i := s.table.Cursor()
	if i < 0 {
		return nil
	}
	lines := make([]string, most)
	if widget.Width(s.result.Rows[i].Error) < w-26 { // it stands in the column
		return lines
	}
	for k, l := range widget.Wrap(s.result.Rows[i].Error, w-4) {
		if k < most {
			lines[k] = "  " + s.theme.Dim.Render(l)
		}
	}
	return lines
}

// warned is text to be looked at, moved in, in two lines at most.
func (c *Console) warned(text string, w int) []string {
	lines := indent(widget.Wrap(text, w-4))
	for i, l := range lines {
		lines[i] = c.theme.Warn.Render(l)
	}
	return lines[:min(len(lines), 2)]
}

// tally is a number and what it counts.
func (c *Console) tally(n int, what string, tone widget.Tone, w int) string {
	if n == 0 {
		tone = widget.ToneDim
	}
	return "  " + c.theme.Tone(tone).Render(widget.FitRight(widget.Comma(n), 9)+"  "+widget.Fit(what, w-13))
}

// importRows are the lines that failed.
type importRows []store.ImportRow

func (r importRows) Len() int      { return len(r) }
func (r importRows) Key(i int) int { return i }
func (r importRows) Cells(i int, out []string) []string {
	return append(out, strconv.Itoa(r[i].Line), r[i].Field, r[i].Error)
}

// countedReader tells how much of a file has been read.
type countedReader struct {
	in         io.Reader
	done, size int
	tell       func(done, total int)
}

func (r *countedReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.done += n
	r.tell(r.done, max(r.size, r.done))
	return n, err
}
