package ui

import (
	"cmp"
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// form is a screen of labelled inputs that are saved together. An error of the
// store stands under the input that it belongs to; nothing typed is lost.
type form struct {
	base
	name   string // in the breadcrumb
	word   string // what saving is called here; "" for save
	intro  []string
	inputs *widget.Form
	live   func() // called after each change, to keep notes and suggestions right
	// save copies the values out and returns the work that saves them.
	save func() func(ctx context.Context) (any, error)
	// saved says what happened, with what the work returned.
	saved func(any) tea.Cmd
	// failed may take a failure in its own way; nil shows it by its field.
	failed func(any, error) tea.Cmd
}

func (f *form) places() []keys.Place { return []keys.Place{keys.Form} }

func (f *form) offers() []offer {
	if f.busy("save") {
		return []offer{
			unless("It is being saved.", keys.FormSave, nil),
			unless("It is being saved.", keys.Back, nil),
		}
	}
	return []offer{
		can(keys.FormNext, step(f.next)),
		can(keys.FormPrevious, step(f.inputs.Prev)),
		can(keys.FormEnter, func() tea.Cmd {
			if f.inputs.AtEnd() {
				return f.store()
			}
			f.next()
			return nil
		}).as(f.enterWord(cmp.Or(f.word, "save"))),
		can(keys.FormSave, f.store).as(f.word),
	}
}

// enterWord is what the enter key does now; last is what it does on the last
// input.
func (f *form) enterWord(last string) string {
	if f.inputs.AtEnd() {
		return last
	}
	return "next"
}

// next goes to the next input and takes what this one proposes. What is
// proposed is always out of a closed list: other text would be refused.
func (f *form) next() {
	f.accept()
	f.inputs.Next()
}

func (f *form) accept() {
	if f.inputs.Accept() && f.live != nil {
		f.live()
	}
}

func (f *form) store() tea.Cmd {
	f.accept()
	f.inputs.SetErrors(nil)
	return ask(&f.base, "save", f.save(), func(value any, err error) tea.Cmd {
		if err != nil && f.failed != nil {
			return f.failed(value, err)
		}
		if err != nil {
			f.showError(err)
			return nil
		}
		f.inputs.Saved()
		return f.saved(value)
	})
}

// showError puts an error under its input, or above the footer where it
// belongs to none that is shown.
func (f *form) showError(err error) {
	var e *domain.Error
	if errors.As(err, &e) && e.Field != "" && f.inputs.Focus(e.Field) {
		f.inputs.SetErrors(map[string]string{e.Field: e.Text})
		return
	}
	f.fail(err)
}

func (f *form) typing() bool { return !f.busy("save") }

func (f *form) typed(m tea.KeyPressMsg) tea.Cmd { return f.take(m) }

func (f *form) pasted(text string, _ bool) tea.Cmd { return f.take(tea.PasteMsg{Content: text}) }

func (f *form) take(msg tea.Msg) tea.Cmd {
	if why := f.inputs.Locked(); why != "" {
		f.say(widget.ToneWarn, why)
		return nil
	}
	f.inputs.Update(msg)
	if f.live != nil {
		f.live()
	}
	return nil
}

func (f *form) unsaved() string {
	if f.inputs.Dirty() {
		return "What you typed here isn't saved."
	}
	return ""
}

func (f *form) crumb() string { return f.name }

func (f *form) draw(w, h int) []string {
	lines := make([]string, 0, h)
	for _, text := range f.intro {
		for _, l := range widget.Wrap(text, w-4) {
			lines = append(lines, "  "+f.theme.Dim.Render(l))
		}
	}
	if len(lines) > h/3 {
		lines = nil // on a small screen the inputs matter more
	}
	return widget.Block(append(lines, f.inputs.Draw(f.theme, w, h-len(lines))...), w, h)
}
