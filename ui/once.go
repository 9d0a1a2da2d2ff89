package ui

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// once is a page that shows a secret once: a code, a password, recovery codes.
// It is left by its own key, never by esc alone, and can copy what it shows.
// When it is left it takes itself away first, wherever it lies, and calls done
// then, which may be nil.
type once struct {
	base
	name  string   // in the breadcrumb
	about []string // what it is, and what to do with it; wrapped
	lines []string // the secret, a line each
	copy  string   // what y puts on the clipboard
	save  string   // the name of a file that s may write it to, "" for none
	done  func() tea.Cmd

	kept    bool   // its own key was pressed
	written string // where it was saved
	reading reading
}

func newOnce(c *Console, name string, about, lines []string, copy, save string, done func() tea.Cmd) *once {
	return &once{base: base{Console: c}, name: name, about: about, lines: lines, copy: copy, save: save, done: done}
}

func (s *once) places() []keys.Place { return []keys.Place{keys.Once, keys.Reading} }

func (s *once) offers() []offer {
	offers := append(s.reading.offers(),
		can(keys.OnceKept, s.keep),
		can(keys.OnceCopy, func() tea.Cmd { return s.copyOut(s.copy, "Copied.") }),
		unless("This is shown only once. k goes on, when you have kept it.", keys.Back, nil))
	if s.save != "" {
		offers = append(offers, unless(s.whyNotSave(), keys.OnceSave, s.write))
	}
	return offers
}

// keep leaves the page. The secret goes with it: it isn't kept in memory for
// longer than it is looked at.
func (s *once) keep() tea.Cmd {
	s.kept, s.lines, s.copy = true, nil, ""
	gone := s.drop(s)
	if s.done == nil {
		return gone
	}
	return tea.Batch(gone, s.done())
}

// holds says that a gate which has opened waits: the secret is still shown.
func (s *once) holds() bool { return !s.kept }

func (s *once) unsaved() string {
	if s.kept {
		return ""
	}
	return "What is shown here can't be shown again."
}

func (s *once) whyNotSave() string {
	switch {
	case s.options.Save == nil:
		return "This console has no place for files. y copies it."
	case s.busy("save"):
		return "It is being written."
	case s.written != "":
		return "It is written to " + s.written + " already."
	}
	return ""
}

// mostFiles is how many names are tried for a file that is there already.
const mostFiles = 9

// write saves the secret to a new file. Where the name is taken it gets a
// number: this is no moment for asking about names.
func (s *once) write() tea.Cmd {
	save, name, text := s.options.Save, s.save, s.copy
	return ask(&s.base, "save", func(context.Context) (path string, err error) {
		for n := 1; n <= mostFiles; n++ {
			path, err = save(numbered(name, n), func(w io.Writer) error {
				_, err := io.WriteString(w, text+"\n")
				return err
			})
			if domain.KindOf(err) != domain.Conflict {
				break
			}
		}
		return path, err
	}, func(path string, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.written = path
		s.say(widget.ToneGood, "Written to "+path+".")
		return nil
	})
}

// numbered is the n-th name for a file: "codes.txt", "codes-2.txt".
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	end := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, end), n, end)
}

func (s *once) crumb() string { return s.name }

func (s *once) draw(w, h int) []string {
	var about, secret []string
	for _, text := range s.about {
		about = append(about, indent(widget.Wrap(text, w-4))...)
	}
	for _, text := range s.lines {
		for _, line := range widget.Wrap(text, w-6) {
			secret = append(secret, "    "+s.theme.Title.Render(line))
		}
	}
	if s.written != "" {
		about = append(about, s.dim("Written to "+s.written, w)...)
	}
	all := append(append(append([]string{""}, about...), ""), secret...)
	if len(all) > h { // on a small screen the secret matters more
		all = append(append(secret, ""), about...)
	}
	return s.reading.draw(s.theme, all, w, h)
}
