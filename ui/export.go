package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// exporting writes a list to a file, of which the name is proposed and can be
// changed.
type exporting struct {
	base
	job    exportJob
	inputs *widget.Form
	count  int    // of what was written
	went   string // the path of the file, "" before it is written
}

// exportJob is what an export writes.
type exportJob struct {
	name    string // of the file, as it is proposed
	what    string // which things are written, and how, as a sentence
	command string // the plain command that writes the same, without the program's name
	counted func(n int) string
	// write writes all of it to a file of that name and says how many there were.
	write func(ctx context.Context, name string, w io.Writer, progress store.Progress) (int, error)
}

func newExporting(c *Console, job exportJob) *exporting {
	s := &exporting{base: base{Console: c}, job: job}
	s.inputs = widget.NewForm(widget.Input{Name: inputPath, Label: "File", Value: job.name, Limit: 4096})
	return s
}

// newExport writes the devices of a list to a CSV file.
func newExport(c *Console, query store.DeviceQuery) *exporting {
	db, actor, whose := c.db, c.actor, c.whose(query.Customer, query.Below)
	job := exportJob{
		name: c.fileName("devices", query.Customer) + ".csv", counted: devices,
		what: "Writes the devices of " + whose + " as CSV, with the columns of an import.",
		write: func(ctx context.Context, _ string, w io.Writer, progress store.Progress) (int, error) {
			return db.ExportDevices(ctx, actor, query, w, progress)
		},
	}
	job.command = "devices export" + c.selecting(query.Customer, query.Below)
	if query.Filter != "" {
		job.what = fmt.Sprintf("Writes the devices of %s that match %q as CSV, with the columns of an import.", whose, widget.Clean(query.Filter))
		job.command += asFlag("filter", query.Filter)
	}
	return newExporting(c, job)
}

// fileName is "devices-acme-hq-2026-11-23".
func (c *Console) fileName(what string, of domain.ID) string {
	name := c.tree().Account().Name
	if customer, ok := c.tree().Customer(of); ok {
		name = customer.Name
	}
	return what + "-" + slug(name) + c.options.Now().In(c.zone()).Format("-2006-01-02")
}

// slug is a name as part of a file's: letters a to z, digits, and a dash for
// whatever stands between.
func slug(name string) string {
	plain := domain.Fold(widget.ASCII(widget.Clean(name)))
	words := strings.FieldsFunc(plain, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	const most = 40
	joined := strings.Join(words, "-")
	return strings.Trim(joined[:min(len(joined), most)], "-")
}

func (s *exporting) places() []keys.Place {
	if s.busy("export") {
		return []keys.Place{keys.Working}
	}
	return []keys.Place{keys.Exporting}
}

func (s *exporting) offers() []offer {
	if s.busy("export") {
		return []offer{can(keys.Cancel, func() tea.Cmd {
			s.stop("export")
			s.say(widget.ToneDim, "Stopping.")
			return nil
		})}
	}
	if s.options.Save == nil {
		return []offer{
			unless(s.whyNotRun(), keys.ExportRun, s.run),
			can(keys.ExportCopy, func() tea.Cmd { return s.copyOut(s.commandLine(), "Copied.") }).as("copy command"),
		}
	}
	why := ""
	if s.went == "" {
		why = "Nothing is written yet."
	}
	return []offer{
		unless(s.whyNotRun(), keys.ExportRun, s.run),
		unless(why, keys.ExportCopy, func() tea.Cmd { return s.copyOut(s.went, "Copied.") }),
	}
}

// commandLine writes the same file without the console: over SSH, on the
// machine of whoever sits before it, because every command goes through that
// door too.
func (s *exporting) commandLine() string {
	if s.options.Connect == "" {
		return "tenantry " + s.job.command + " > " + s.job.name
	}
	return strings.ReplaceAll(s.options.Connect, "{username}", s.userName()) + " " + quotedTwice(s.job.command) + " > " + s.job.name
}

// whereCommand says where the command line is for.
func (s *exporting) whereCommand() string {
	if s.options.Connect == "" {
		return "This console has no place for files. On the machine that holds the database, this writes the same list:"
	}
	return "This console has no place for files. On your own machine, this writes the same list:"
}

func (s *exporting) whyNotRun() string {
	switch {
	case s.options.Save == nil:
		return "This console has no place for files."
	case s.went != "":
		return "It is written. esc leads back to the list."
	case strings.TrimSpace(s.inputs.Value(inputPath)) == "":
		return "Type a name for the file."
	}
	return ""
}

// written is what an export brings back.
type written struct {
	path  string
	count int
}

func (s *exporting) run() tea.Cmd {
	s.inputs.SetErrors(nil)
	write, save := s.job.write, s.options.Save
	name := strings.TrimSpace(s.inputs.Value(inputPath))
	return askLong(&s.base, "export", func(ctx context.Context, progress func(done, total int)) (written, error) {
		var count int
		path, err := save(name, func(w io.Writer) (err error) {
			count, err = write(ctx, name, w, progress)
			return err
		})
		return written{path, count}, err
	}, s.ran)
}

func (s *exporting) ran(w written, err error) tea.Cmd {
	var e *domain.Error
	switch {
	case errors.As(err, &e) && e.Field == inputPath:
		s.inputs.SetErrors(map[string]string{inputPath: e.Text})
	case err != nil:
		s.fail(err)
	default:
		s.went, s.count = w.path, w.count
		s.inputs.Saved()
	}
	return nil
}

func (s *exporting) typing() bool {
	return s.options.Save != nil && s.went == "" && !s.busy("export")
}

func (s *exporting) typed(m tea.KeyPressMsg) tea.Cmd {
	s.inputs.Update(m)
	return nil
}

func (s *exporting) pasted(text string, _ bool) tea.Cmd {
	if !s.typing() {
		s.say(widget.ToneDim, "There is nothing here to paste into.")
		return nil
	}
	s.inputs.Update(tea.PasteMsg{Content: text})
	return nil
}

func (s *exporting) crumb() string { return "Export" }

func (s *exporting) draw(w, h int) []string {
	var lines []string
	switch {
	case s.options.Save == nil:
		lines = append(lines, s.dim(s.whereCommand(), w)...)
		lines = append(append(lines, ""), indent(widget.Wrap(s.commandLine(), w-4))...)
	case s.busy("export"):
		done, total := s.progress("export")
		lines = []string{"", "  " + widget.Fit("Writing "+s.inputs.Value(inputPath), w-2),
			"  " + widget.Progress(s.theme, min(w-4, 60), done, total),
			"  " + s.theme.Dim.Render(widget.Fit("esc stops it; no file is left then.", w-2))}
	case s.went != "":
		lines = append([]string{""}, indent(widget.Wrap(fmt.Sprintf("Wrote %s to", s.job.counted(s.count)), w-4))...)
		lines = append(lines, indent(widget.Wrap(s.went, w-4))...)
	default:
		lines = drawInputs(s.theme, s.inputs, w, h)
		lines = append(lines, s.dim(s.job.what, w)...)
	}
	return widget.Block(lines, w, h)
}

// whose names the customer that a list is of.
func (c *Console) whose(customer domain.ID, below bool) string {
	path := c.path(customer)
	if below && !customer.IsZero() {
		path += " and below"
	}
	return path
}

// selecting are the flags of a plain command about the same customer.
func (c *Console) selecting(customer domain.ID, below bool) string {
	if customer.IsZero() {
		return ""
	}
	flags := " --customer " + quoted(c.tree().Path(customer))
	if below {
		flags += " --below"
	}
	return flags
}

// quoted is text as one word of a shell's command line.
func quoted(text string) string {
	return "'" + strings.ReplaceAll(widget.Clean(text), "'", `'\''`) + "'"
}

// quotedTwice is a command line as one word of another, which ssh hands on and
// the other end takes apart again.
func quotedTwice(text string) string {
	if !strings.Contains(text, "'") {
		return text
	}
	if !strings.ContainsAny(text, "\"\\$`!") {
		return `"` + text + `"`
	}
	return quoted(text)
}
