package widget

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// InputKind is what an Input of a Form takes.
type InputKind int

// Kinds of input.
const (
	TextInput    InputKind = iota // a line; with Suggestions it completes
	SecretInput                   // a password or code: signs instead of characters
	ChoiceInput                   // one of Options
	CheckInput                    // "true" or "false"
	HeadingInput                  // its Label only, above what follows; never focused
	PickInput                     // chosen elsewhere: Shown is how its value is read; no key edits it
)

// Option is one of a choice.
type Option struct{ Value, Label string }

// Input describes one input of a Form. All text in it is raw.
type Input struct {
	Name        string // by which values and errors are told; "" for headings
	Label       string
	Kind        InputKind
	Value       string
	Placeholder string // text: shown dim while it is empty
	Hint        string // check: what it gives, behind the label
	Help        string // told below the form while the input has the focus
	Note        string // a warning below the input, focused or not
	ReadOnly    string // why it can't be changed; "" where it can
	Options     []Option
	Suggestions []string
	Limit       int    // text: most characters; 0 is no limit
	Shown       string // pick: the value as people read it
	Hidden      bool   // not there at all, until SetHidden shows it
}

// Form is a vertical list of labelled inputs, of which one has the focus. It
// scrolls when it is higher than its place, with the focus always in sight.
//
// It isn't huh's, because that draws all errors in the footer of a group, trims
// its lines, and has no input that is shown with the reason why it can't be
// changed.
type Form struct {
	inputs []*input
	focus  int // of inputs; -1 when none can have it
	errors map[string]string
	top    int // first line shown
}

// input is an Input with what is typed in it.
type input struct {
	Input
	field  *Field  // text and secret
	choice *Choice // choice
	check  Check   // check
	picked string  // pick
	saved  string  // the value that counts as clean
}

// NewForm is a form of inputs with the focus on the first that can be changed.
func NewForm(inputs ...Input) *Form {
	f := &Form{focus: -1}
	for _, in := range inputs {
		f.inputs = append(f.inputs, newInput(in))
	}
	first := func(in *input) bool { return in.takes() && in.ReadOnly == "" }
	if f.focus = slices.IndexFunc(f.inputs, first); f.focus < 0 {
		f.focus = slices.IndexFunc(f.inputs, (*input).takes)
	}
	return f
}

func newInput(in Input) *input {
	i := &input{Input: in}
	switch in.Kind {
	case TextInput, SecretInput:
		i.field = NewField()
		i.field.Placeholder, i.field.Limit, i.field.Suggestions = in.Placeholder, in.Limit, in.Suggestions
		i.field.Secret = in.Kind == SecretInput
	case ChoiceInput:
		i.choice = newOptions(in.Options)
	}
	i.set(in.Value)
	i.saved = i.value()
	return i
}

func newOptions(options []Option) *Choice {
	labels := make([]string, len(options))
	for k, o := range options {
		labels[k] = o.Label
	}
	return NewChoice(labels...)
}

// takes says whether the input can have the focus. One that can't be changed
// can: it is reached to be read, and a key on it answers with the reason.
func (in *input) takes() bool { return in.Kind != HeadingInput && !in.Hidden }

func (in *input) value() string {
	switch {
	case in.field != nil:
		return in.field.Value()
	case in.choice != nil:
		if i := in.choice.Index(); i >= 0 {
			return in.Options[i].Value
		}
		return ""
	case in.Kind == CheckInput:
		return strconv.FormatBool(in.check.On)
	}
	return in.picked
}

func (in *input) set(value string) {
	switch {
	case in.field != nil:
		in.field.SetValue(value)
	case in.choice != nil:
		in.choice.SetIndex(slices.IndexFunc(in.Options, func(o Option) bool { return o.Value == value }))
	case in.Kind == CheckInput:
		in.check.On = value == "true"
	default:
		in.picked = value
	}
}

// Update gives a key press or a paste to the input with the focus. It says
// whether that was for the input: a key that means nothing there wasn't.
func (f *Form) Update(msg tea.Msg) (handled bool) {
	in := f.focused()
	if in == nil || in.ReadOnly != "" {
		return false
	}
	before := in.value()
	handled = in.update(msg)
	f.changed(in, before)
	return handled
}

// changed takes the error of an input away where it was about other text.
func (f *Form) changed(in *input, before string) {
	if in.value() != before {
		delete(f.errors, in.Name)
	}
}

func (in *input) update(msg tea.Msg) (handled bool) {
	key, _ := msg.(tea.KeyPressMsg)
	name := key.String()
	switch {
	case in.field != nil:
		if name == "right" && in.field.atEnd() && in.field.Accept() {
			return true
		}
		before := in.field.input.Position()
		changed := in.field.Update(msg)
		return changed || in.field.Refused() || in.field.input.Position() != before
	case in.choice != nil:
		return in.choice.press(name, key.Text)
	case in.Kind == CheckInput && (name == "space" || name == "x"):
		in.check.Toggle()
		return true
	}
	return false
}

// press gives a key to the choice and says whether it meant something.
func (c *Choice) press(name, text string) bool {
	switch name {
	case "right", "space":
		c.Next()
	case "left":
		c.Prev()
	default:
		return text != "" && c.jump(text)
	}
	return true
}

func (f *Form) focused() *input {
	if f.focus < 0 {
		return nil
	}
	return f.inputs[f.focus]
}

func (f *Form) input(name string) *input {
	for _, in := range f.inputs {
		if in.Name == name && in.Kind != HeadingInput {
			return in
		}
	}
	return nil
}

// Next moves the focus to the next input, after the last to the first.
func (f *Form) Next() { f.move(1) }

// Prev moves the focus to the input before, before the first to the last.
func (f *Form) Prev() { f.move(-1) }

func (f *Form) move(by int) {
	if f.focus < 0 {
		return
	}
	n := len(f.inputs)
	for i := (f.focus + by + n) % n; i != f.focus; i = (i + by + n) % n {
		if f.inputs[i].takes() {
			f.focus = i
			return
		}
	}
}

// AtEnd says whether nothing that can be changed comes after the focus.
func (f *Form) AtEnd() bool {
	return !slices.ContainsFunc(f.inputs[f.focus+1:], func(in *input) bool { return in.takes() && in.ReadOnly == "" })
}

// Focused is the name of the input with the focus.
func (f *Form) Focused() string {
	if in := f.focused(); in != nil {
		return in.Name
	}
	return ""
}

// Focus moves the focus to the input with that name, and says whether there is
// one.
func (f *Form) Focus(name string) bool {
	for i, in := range f.inputs {
		if in.Name == name && in.takes() {
			f.focus = i
			return true
		}
	}
	return false
}

// Accept takes the suggestion of the input with the focus, and says whether
// that changed it.
func (f *Form) Accept() bool {
	in := f.focused()
	if in == nil || in.field == nil || in.ReadOnly != "" {
		return false
	}
	before := in.value()
	accepted := in.field.Accept()
	f.changed(in, before)
	return accepted
}

// Value is what is in the input with that name, "" if there is none: the text
// as typed, the Value of an option, "true" or "false".
func (f *Form) Value(name string) string {
	if in := f.input(name); in != nil {
		return in.value()
	}
	return ""
}

// Checked says whether the check with that name is ticked.
func (f *Form) Checked(name string) bool { return f.Value(name) == "true" }

// SetValue replaces what is in an input, as if it had been typed.
func (f *Form) SetValue(name, value string) {
	if in := f.input(name); in != nil {
		before := in.value()
		in.set(value)
		f.changed(in, before)
	}
}

// SetNote replaces the warning below an input; "" takes it away.
func (f *Form) SetNote(name, note string) {
	if in := f.input(name); in != nil {
		in.Note = note
	}
}

// SetHelp replaces what is told while an input has the focus.
func (f *Form) SetHelp(name, help string) {
	if in := f.input(name); in != nil {
		in.Help = help
	}
}

// SetHint replaces what stands behind a check.
func (f *Form) SetHint(name, hint string) {
	if in := f.input(name); in != nil {
		in.Hint = hint
	}
}

// SetReadOnly locks an input and says why; "" unlocks it.
func (f *Form) SetReadOnly(name, reason string) {
	if in := f.input(name); in != nil {
		in.ReadOnly = reason
	}
}

// SetShown replaces how the value of a pick is read.
func (f *Form) SetShown(name, shown string) {
	if in := f.input(name); in != nil {
		in.Shown = shown
	}
}

// SetPlaceholder replaces what stands in a text while it is empty.
func (f *Form) SetPlaceholder(name, placeholder string) {
	if in := f.input(name); in != nil && in.field != nil {
		in.field.Placeholder = placeholder
	}
}

// SetHidden takes an input or a named heading out of sight, or shows it. It
// keeps its value. The focus moves on where it was on it.
func (f *Form) SetHidden(name string, hidden bool) {
	for i, in := range f.inputs {
		if in.Name != name {
			continue
		}
		in.Hidden = hidden
		if hidden && i == f.focus {
			f.Next()
		}
	}
}

// Locked is why the input with the focus can't be changed, "" where it can.
func (f *Form) Locked() string {
	if in := f.focused(); in != nil {
		return in.ReadOnly
	}
	return ""
}

// SetOptions replaces the options of a choice. The value stays where it still
// is one of them, else it is the first.
func (f *Form) SetOptions(name string, options ...Option) {
	if in := f.input(name); in != nil && in.choice != nil {
		value := in.value()
		in.Options, in.choice = options, newOptions(options)
		in.set(value)
	}
}

// SetSuggestions replaces what a text can be completed to.
func (f *Form) SetSuggestions(name string, suggestions []string) {
	if in := f.input(name); in != nil && in.field != nil {
		in.field.Suggestions = suggestions
	}
}

// SetErrors shows texts below the inputs with those names, instead of those
// shown before, and moves the focus to the first. One under a name that no
// input has, as "", is shown above them all.
func (f *Form) SetErrors(errors map[string]string) {
	f.errors = errors
	for i, in := range f.inputs {
		if in.takes() && errors[in.Name] != "" {
			f.focus = i
			return
		}
	}
}

// general is the errors that belong to no input, in the order of their names.
func (f *Form) general() []string {
	var names []string
	for name := range f.errors {
		if in := f.input(name); in == nil || in.Hidden {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = f.errors[name]
	}
	return texts
}

// Dirty says whether any value differs from what it was when the form was made
// or last Saved.
func (f *Form) Dirty() bool {
	return slices.ContainsFunc(f.inputs, func(in *input) bool { return in.value() != in.saved })
}

// Saved makes the values count as clean.
func (f *Form) Saved() {
	for _, in := range f.inputs {
		in.saved = in.value()
	}
}

// refusal says why the last key or paste was not taken, "" if it was.
func (in *input) refusal() string {
	if in.field == nil || !in.field.Refused() {
		return ""
	}
	var b strings.Builder
	b.WriteString("That would be more than ")
	b.WriteString(Comma(in.field.limit()))
	b.WriteString(" characters. Nothing of it was taken.")
	return b.String()
}
