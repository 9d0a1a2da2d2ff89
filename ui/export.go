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

// exporting writes the devices of a list to a CSV file, of which the name is
// proposed and can be changed.
type exporting struct {
	base
	query  store.DeviceQuery
	inputs *widget.Form
	count  int    // of devices written
	went   string // the path of the file, "" before it is written
}

func newExport(c *Console, query store.DeviceQuery) *exporting {
	s := &exporting{base: base{Console: c}, query: query}
	s.inputs = widget.NewForm(widget.Input{Name: inputPath, Label: "File", Value: s.proposedName(), Limit: 4096})
	return s
}

// proposedName is "devices-acme-hq-2026-11-23.csv".
func (s *exporting) proposedName() string {
	name := s.tree().Account().Name
	if customer, ok := s.tree().Customer(s.query.Customer); ok {
		name = customer.Name
	}
	return "devices-" + slug(name) + s.options.Now().In(s.zone()).Format("-2006-01-02") + ".csv"
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
	copied := s.went
	if s.options.Save == nil {
		copied = s.plainCommand()
	}
	why := ""
	if copied == "" {
		why = "Nothing is written yet."
	}
	return []offer{
		unless(s.whyNotRun(), keys.ExportRun, s.run),
		unless(why, keys.ExportCopy, func() tea.Cmd { return s.copyOut(copied, "Copied.") }),
	}
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
	db, actor, query, save := s.db, s.actor, s.query, s.options.Save
	name := strings.TrimSpace(s.inputs.Value(inputPath))
	return askLong(&s.base, "export", func(ctx context.Context, progress func(done, total int)) (written, error) {
		var count int
		path, err := save(name, func(w io.Writer) (err error) {
			count, err = db.ExportDevices(ctx, actor, query, w, progress)
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
		lines = append(lines, s.dim("This console has no place for files. On the machine that holds the database, this writes the same list:", w)...)
		lines = append(append(lines, ""), indent(widget.Wrap(s.plainCommand(), w-4))...)
	case s.busy("export"):
		done, total := s.progress("export")
		lines = []string{"", "  " + widget.Fit("Writing "+s.inputs.Value(inputPath), w-2),
			"  " + widget.Progress(s.theme, min(w-4, 60), done, total),
			"  " + s.theme.Dim.Render(widget.Fit("esc stops it; no file is left then.", w-2))}
	case s.went != "":
		lines = append([]string{""}, indent(widget.Wrap(fmt.Sprintf("Wrote %s to", devices(s.count)), w-4))...)
		lines = append(lines, indent(widget.Wrap(s.went, w-4))...)
	default:
		lines = drawInputs(s.theme, s.inputs, w, h)
		lines = append(lines, s.dim(s.what(), w)...)
	}
	return widget.Block(lines, w, h)
}

// what says which devices are written.
func (s *exporting) what() string {
	text := "Writes the devices of " + s.whose() + " as CSV, with the columns of an import."
	if s.query.Filter != "" {
		text = fmt.Sprintf("Writes the devices of %s that match %q as CSV, with the columns of an import.", s.whose(), widget.Clean(s.query.Filter))
	}
	return text
}

// whose names the customer that the list is of.
func (s *exporting) whose() string {
	path := s.path(s.query.Customer)
	if s.query.Below && !s.query.Customer.IsZero() {
		path += " and below"
	}
	return path
}

// plainCommand is the command that writes the same list.
func (s *exporting) plainCommand() string {
	command := "tenantry devices export"
	if !s.query.Customer.IsZero() {
		command += " --customer " + quoted(s.tree().Path(s.query.Customer))
		if s.query.Below {
			command += " --below"
		}
	}
	if s.query.Filter != "" {
		command += " --filter " + quoted(s.query.Filter)
	}
	return command + " > " + s.proposedName()
}

// quoted is text as one word of a shell's command line.
func quoted(text string) string {
	return "'" + strings.ReplaceAll(widget.Clean(text), "'", `'\''`) + "'"
}
