package ui

import (
	"io"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/ui/widget"
)

// importSource is what imports have in common: CSV that comes out of a file, or
// that was pasted, in pieces where the terminal delivers it so. What would
// happen is checked as soon as it is there.
type importSource struct {
	base
	inputs *widget.Form
	source *csvSource // what is being checked or imported; nil before
	text   lines      // what was pasted
	more   bool       // and it has grown since it was last checked
	skip   bool       // the rest of a paste that was too much is coming
	done   bool       // it is the import itself that runs or ran, not the check

	check   func() tea.Cmd // goes through the source and writes nothing
	checked func() bool    // there is a result
	forget  func()         // takes the result away
	instead string         // what to do with a paste that is too much
}

// csvSource is where the lines come from. It can be read more than once.
type csvSource struct {
	name string
	open func() (io.ReadCloser, int64, error)
}

const inputPath = "path"

// csvFile asks for the file.
func csvFile(c *Console, example string) widget.Input {
	file := widget.Input{Name: inputPath, Label: "File", Placeholder: "such as " + example, Limit: 4096}
	if c.options.Load == nil {
		file.ReadOnly = "This console has no place for files: paste the text."
	}
	return file
}

func (s *importSource) whyNotCheck() string {
	switch {
	case s.options.Load == nil:
		return "This console has no place for files. Paste the text of the file instead."
	case strings.TrimSpace(s.inputs.Value(inputPath)) == "":
		return "Type the name of a CSV file, or paste its text."
	}
	return ""
}

// sure asks once more where what was pasted came as keys: the last of it may
// come as a single one, which must not be taken for an answer.
func (s *importSource) sure(q question) question {
	if !s.burst {
		return question{}
	}
	return q
}

// stopping calls off what runs.
func (s *importSource) stopping() tea.Cmd {
	s.more = false
	s.stop("import")
	s.say(widget.ToneDim, "Stopping.")
	return nil
}

// again goes back to choosing a file.
func (s *importSource) again() {
	s.source = nil
	s.forget()
	s.text.set("")
}

func (s *importSource) checkFile() tea.Cmd {
	s.text.set("")
	path := strings.TrimSpace(s.inputs.Value(inputPath))
	load := s.options.Load
	s.source = &csvSource{filepath.Base(path), func() (io.ReadCloser, int64, error) { return load(path) }}
	return s.check()
}

// checkText checks what was pasted. A paste that comes in pieces grows while it
// is being checked; then it is checked again.
func (s *importSource) checkText() tea.Cmd {
	s.more = s.busy("import")
	if s.more {
		return nil
	}
	text := s.text.text()
	s.forget()
	s.source = &csvSource{"the text you pasted", func() (io.ReadCloser, int64, error) {
		return io.NopCloser(strings.NewReader(text)), int64(len(text)), nil
	}}
	return s.check()
}

func (s *importSource) typing() bool { return !s.checked() && !s.busy("import") }

func (s *importSource) typed(m tea.KeyPressMsg) tea.Cmd {
	if why := s.inputs.Locked(); why != "" {
		s.say(widget.ToneWarn, why)
		return nil
	}
	s.inputs.Update(m)
	return nil
}

// pasted takes a line for the name of a file, and anything longer for the text
// of one. What follows on such a text, where a terminal delivers it in pieces,
// belongs to it.
func (s *importSource) pasted(text string, tooMuch bool) tea.Cmd {
	follows := s.follows && !s.done && s.text.len() > 0
	if !follows && s.typing() {
		s.text.set("")
	}
	s.skip = s.skip && s.follows
	switch {
	case s.skip:
		return nil
	case !follows && !s.typing():
		s.say(widget.ToneDim, "There is nothing here to paste into.")
		return nil
	case tooMuch || s.text.len()+len(text) > domain.MaxPasteBytes:
		s.asker.cancel("import")
		s.again()
		s.skip = true
		s.say(widget.ToneWarn, "That is more than 8 MiB. Nothing of it was taken: "+s.instead+".")
		return nil
	case !follows && s.follows: // the piece before looked like a name
		text = s.inputs.Value(inputPath) + text
		s.inputs.SetValue(inputPath, "")
	}
	if !follows && !strings.ContainsAny(strings.TrimSpace(text), "\r\n") && s.options.Load != nil {
		s.inputs.Focus(inputPath)
		s.inputs.Update(tea.PasteMsg{Content: text})
		return nil
	}
	s.text.join(text)
	return s.checkText()
}
