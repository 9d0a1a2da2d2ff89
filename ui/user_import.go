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

// userImport makes users out of a CSV file, or out of CSV text that was pasted,
// on the model of importing: the whole of it is checked first and nothing
// written. The codes to hand over are shown with the result, and nowhere again.
type userImport struct {
	importSource
	customer domain.ID // where a line names none
	result   *store.UserImport
	kept     bool // the codes were copied or saved
	table    *widget.Table[int]
}

// inputCodes is the input for how the codes go out.
const inputCodes = "codes"

// newUserImport imports users to a customer, the zero ID for none.
func newUserImport(c *Console, customer domain.ID) *userImport {
	codes := widget.Input{Name: inputCodes, Label: "Codes", Kind: widget.ChoiceInput, Options: []widget.Option{
		{Value: startMail, Label: "by mail to those who have an email"}, {Value: startCode, Label: "all shown here, to hand over"},
	}}
	if !c.options.Mail {
		codes.Value = startCode
		codes.ReadOnly = "No mail server is set up here."
	}
	s := &userImport{customer: customer}
	s.importSource = importSource{base: base{Console: c}, inputs: widget.NewForm(csvFile(c, "people.csv"), codes)}
	s.check = func() tea.Cmd { return s.run(true) }
	s.checked = func() bool { return s.result != nil }
	s.forget = func() { s.result = nil }
	s.instead = "import it in parts"
	s.table = widget.NewTable[int](
		widget.Column{Title: "Line", Width: 5, Right: true, Priority: 1},
		widget.Column{Title: "Username", Width: 12, Max: 32, Grow: 1},
		widget.Column{Title: "What comes of it", Width: 20, Grow: 4},
	)
	s.table.Empty = "The file has no line beside the first."
	return s
}

// importUsers imports to where n would make a user.
func (s *users) importUsers() tea.Cmd {
	at, _ := s.newUserAt()
	return s.push(newUserImport(s.Console, at))
}

func (s *userImport) places() []keys.Place {
	switch {
	case s.busy("import"):
		return []keys.Place{keys.Working}
	case s.result != nil:
		return []keys.Place{keys.CheckedUsers, keys.List}
	}
	return []keys.Place{keys.ImportingUsers, keys.Form}
}

func (s *userImport) offers() []offer {
	switch {
	case s.busy("import"):
		return []offer{can(keys.Cancel, s.stopping)}
	case s.result == nil:
		return []offer{
			unless(s.whyNotCheck(), keys.UserImportCheck, s.checkFile),
			can(keys.FormNext, step(s.inputs.Next)), can(keys.FormPrevious, step(s.inputs.Prev)),
		}
	}
	offers := append(motions(s.table, nil),
		asking(s.whyNotRun(), keys.UserImportRun, s.sure(question{title: "Make " + userCount(s.result.Made) + "?", yes: "make them"}), func() tea.Cmd { return s.run(false) }),
		unless(s.whyNoCodes(), keys.UserImportCodes, s.copyCodes),
		unless(s.whyNotSave(), keys.UserImportSave, s.saveCodes),
		unless(s.whyNotCopy(), keys.UserImportCopy, s.copyFailed))
	if !s.done {
		offers = append(offers, can(keys.Back, step(s.again)))
	}
	return offers
}

func (s *userImport) whyNotRun() string {
	switch {
	case s.done:
		return "It is done. esc leads back to the list."
	case s.result.Made == 0:
		return "No line is good. esc leads back to choose another file."
	}
	return ""
}

func (s *userImport) whyNoCodes() string {
	switch {
	case !s.done:
		return "The codes are made with the users: y imports them."
	case len(s.codes()) == 0:
		return "There is no code to hand over."
	}
	return ""
}

func (s *userImport) whyNotSave() string {
	if why := s.whyNoCodes(); why != "" {
		return why
	}
	if s.options.Save == nil {
		return "This console has no place for files. k copies the codes."
	}
	return ""
}

func (s *userImport) whyNotCopy() string {
	if s.result.Failed == 0 {
		return "No line failed."
	}
	return ""
}

func userCount(n int) string { return counted(n, "user", "users") }

// run goes through the source: to see what would happen, or to do it.
func (s *userImport) run(dry bool) tea.Cmd {
	s.inputs.SetErrors(nil)
	s.done = !dry
	db, actor, open, customer := s.db, s.actor, s.source.open, s.customer
	mail := s.inputs.Value(inputCodes) == startMail
	return askLong(&s.base, "import", func(ctx context.Context, progress func(done, total int)) (store.UserImport, error) {
		file, _, err := open()
		if err != nil {
			return store.UserImport{}, err
		}
		defer file.Close()
		return db.ImportUsers(ctx, actor, customer, file, mail, dry, progress)
	}, s.ran)
}

func (s *userImport) ran(r store.UserImport, err error) tea.Cmd {
	switch {
	case s.more:
		return s.checkText()
	case err != nil:
		s.failed(err)
		return nil
	}
	s.result = &r
	s.table.SetSource(s.rows())
	s.table.Home()
	if s.done {
		s.say(widget.ToneGood, fmt.Sprintf("Made %s from %s.", userCount(r.Made), widget.Cut(s.source.name, 40)))
	}
	return nil
}

// failed says why nothing could be read or written at all.
func (s *userImport) failed(err error) {
	s.done = false
	var e *domain.Error
	if s.result == nil && errors.As(err, &e) {
		s.inputs.SetErrors(map[string]string{inputPath: e.Text})
		return
	}
	s.fail(err)
}

// rows are what the table shows: before the import the lines that fail first,
// since they are what can be mended; after it those with a code to hand over.
func (s *userImport) rows() userImportRows {
	first := func(r *store.UserImportRow) bool { return r.Error != "" }
	if s.done {
		first = func(r *store.UserImportRow) bool { return r.Code != "" }
	}
	rows := userImportRows{of: s, lines: make([]int, 0, len(s.result.Rows))}
	for _, wanted := range []bool{true, false} {
		for i := range s.result.Rows {
			if first(&s.result.Rows[i]) == wanted {
				rows.lines = append(rows.lines, i)
			}
		}
	}
	return rows
}

// codes are the codes to hand over, a line each.
func (s *userImport) codes() []string {
	var lines []string
	for _, r := range s.result.Rows {
		if r.Code != "" {
			lines = append(lines, widget.Clean(r.Username)+" "+r.Code)
		}
	}
	return lines
}

func (s *userImport) copyCodes() tea.Cmd {
	s.kept = true
	return s.copyLines("Codes to hand over", s.codes())
}

// saveCodes writes them as CSV to a file of the user's, who then looks after it.
func (s *userImport) saveCodes() tea.Cmd {
	name := "codes-" + s.options.Now().In(s.zone()).Format("2006-01-02-1504") + ".csv"
	save, rows := s.options.Save, s.result.Rows
	return ask(&s.base, "codes", func(context.Context) (string, error) {
		return save(name, func(w io.Writer) error {
			_, err := io.WriteString(w, codesFile(rows))
			return err
		})
	}, func(path string, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.kept = true
		s.say(widget.ToneGood, "Wrote the codes to "+widget.Clean(path)+". Delete the file once they are handed over.")
		return nil
	})
}

// codesFile is the codes as CSV. Usernames and codes hold nothing that would
// have to be quoted.
func codesFile(rows []store.UserImportRow) string {
	var b strings.Builder
	b.WriteString("username,code,until\n")
	for _, r := range rows {
		if r.Code != "" {
			fmt.Fprintf(&b, "%s,%s,%s\n", r.Username, r.Code, r.Until.UTC().Format("2006-01-02T15:04:05Z"))
		}
	}
	return b.String()
}

// copyFailed copies the failed lines with their reasons, to be sent to whoever
// made the file.
func (s *userImport) copyFailed() tea.Cmd {
	var lines []string
	for _, r := range s.result.Rows {
		if r.Error != "" {
			lines = append(lines, fmt.Sprintf("line %d: %s", r.Line, widget.Clean(r.Error)))
		}
	}
	return s.copyLines(counted(len(lines), "line", "lines")+" that failed", lines)
}

func (s *userImport) unsaved() string {
	switch {
	case s.busy("import") && s.done:
		return "Users are being made. Leaving stops it, unless it is done by then."
	case s.done && s.result != nil && !s.kept && len(s.codes()) > 0:
		return "The codes are shown here and nowhere again. k copies them; without, each of these people must be invited anew."
	}
	return ""
}

func (s *userImport) crumb() string { return "Import" }

func (s *userImport) draw(w, h int) []string {
	switch {
	case s.busy("import"):
		return widget.Block(s.drawWork(w), w, h)
	case s.result != nil:
		return widget.Block(s.drawResult(w, h), w, h)
	}
	return widget.Block(s.drawQuestion(w, h), w, h)
}

// drawQuestion asks for the file and says what must be in it.
func (s *userImport) drawQuestion(w, h int) []string {
	lines := drawInputs(s.theme, s.inputs, w, h)
	where := "a customer is a path, as Acme HQ/Nordics"
	if !s.customer.IsZero() {
		where += "; where it is empty they go to " + s.path(s.customer)
	}
	said := []string{
		"Or paste the text of the file here, its first line included.",
		"",
		"That line names the columns, in any order: username, email, full_name, phone, customer, groups, rfid_tokens, sign_in. Only username is needed; " + where + ". Groups are initials or names, as DM; FDA. sign_in is none for who only holds RFID tokens, as 0042; 0043.",
		"",
		"It is checked first. Nothing is written before you have seen what would be.",
	}
	if s.options.Load == nil {
		said = append(said, "", "On the machine that holds the database, this does it: tenantry users import people.csv")
	}
	for _, text := range said {
		lines = append(lines, s.dim(text, w)...)
	}
	return lines
}

func (s *userImport) drawWork(w int) []string {
	what, leave := "Checking "+s.source.name, "esc stops it. Nothing is written yet."
	if s.done {
		what, leave = "Making users from "+s.source.name, "esc stops it; then none is made."
	}
	done, total := s.progress("import")
	return []string{
		"", "  " + widget.Fit(what, w-2),
		"  " + widget.Progress(s.theme, min(w-4, 60), done, total),
		"  " + s.theme.Dim.Render(widget.Fit(leave, w-2)),
	}
}

// drawResult is what would happen, or did, in numbers, and below it every line,
// the one under the cursor in full.
func (s *userImport) drawResult(w, h int) []string {
	made := "will be made"
	if s.done {
		made = "made"
	}
	var lines []string
	if roomy(h) {
		lines = append(lines, "  "+widget.Fit("From "+s.source.name, w-2),
			s.tally(s.result.Made, made, widget.ToneNormal, w), s.tally(s.result.Failed, "failed", widget.ToneWarn, w))
		if len(s.result.Unknown) > 0 {
			lines = append(lines, s.warned("Columns left out: "+strings.Join(s.result.Unknown, ", ")+".", w)...)
		}
		if s.done && len(s.codes()) > 0 {
			lines = append(lines, s.warned("The codes are shown here and nowhere again. Hand each to whom it belongs.", w)...)
		}
		lines = append(lines, "")
	} else {
		text := fmt.Sprintf("%s %s, %s failed", widget.Comma(s.result.Made), made, widget.Comma(s.result.Failed))
		lines = append(lines, "  "+widget.Fit(text, w-2))
	}
	reason := s.drawReason(w)
	lines = append(lines, s.table.Draw(s.theme, w, max(1, h-len(lines)-len(reason)))...)
	return append(lines, reason...)
}

// drawReason is what comes of the line under the cursor, for the column may be
// too narrow for it.
func (s *userImport) drawReason(w int) []string {
	const most = 2
	i, ok := s.table.CursorKey()
	if !ok {
		return nil
	}
	lines := make([]string, most)
	for k, l := range widget.Wrap(s.comes(i), w-4) {
		if k < most {
			lines[k] = "  " + s.theme.Dim.Render(l)
		}
	}
	return lines
}

// comes says what comes of a line.
func (s *userImport) comes(i int) string {
	r := &s.result.Rows[i]
	if r.Error != "" {
		return r.Error
	}
	text := s.getsIn(r)
	if len(r.RFIDs) > 0 {
		text += "; holds " + strings.Join(r.RFIDs, ", ")
	}
	return text
}

// getsIn says how the user of a good line gets in.
func (s *userImport) getsIn(r *store.UserImportRow) string {
	switch {
	case r.Code != "":
		return r.Code + "  until " + s.moment(r.Until)
	case r.NoSignIn && s.done:
		return "made, without a sign-in"
	case r.NoSignIn:
		return "will be made, without a sign-in"
	case s.done:
		return "made; the code goes out by mail"
	case r.Mailed:
		return "will be made; the code goes out by mail"
	}
	return "will be made; the code is shown here"
}

// userImportRows are the lines of the file in the order in which they are shown.
type userImportRows struct {
	of    *userImport
	lines []int
}

func (r userImportRows) Len() int      { return len(r.lines) }
func (r userImportRows) Key(i int) int { return r.lines[i] }
func (r userImportRows) Cells(i int, out []string) []string {
	row := &r.of.result.Rows[r.lines[i]]
	return append(out, strconv.Itoa(row.Line), row.Username, r.of.comes(r.lines[i]))
}

func (r userImportRows) Tone(i int) widget.Tone {
	if r.of.result.Rows[r.lines[i]].Error != "" {
		return widget.ToneWarn
	}
	return widget.ToneNormal
}
