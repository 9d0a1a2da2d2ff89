package widget

import "strings"

// Below formNarrow cells a label stands above its input instead of beside it.
const (
	formNarrow   = 60
	formGutter   = 2  // the sign for the focus and a space
	formLabelMax = 30 // the widest column of labels
	formInputMax = 64 // the widest input
	checkBox     = 4  // the box of a check and a space
)

// formLines is a form drawn whole: its lines, and where each input stands.
type formLines struct {
	theme *Theme
	w     int // of the content
	label int // of the column of labels; 0 when they stand above
	check int // of the labels of checks

	lines []string
	spans []formSpan // one for each input
}

// formSpan is the lines of one input, from (included) to (excluded).
type formSpan struct{ from, to int }

// Draw is the form in w by h cells: general errors, the inputs, and help for
// the one with the focus.
func (f *Form) Draw(theme Theme, w, h int) []string {
	if h <= 0 {
		return []string{}
	}
	var lines []string
	for _, text := range f.general() {
		lines = append(lines, said(&theme, theme.Bad, formGutter, text, w)...)
	}
	lines = lines[:min(len(lines), h/3)]

	content := f.layOut(&theme, w)
	help := f.help(&theme, w, max(0, (h-len(lines)-1)/3, min(2, h-len(lines)-max(4, f.focusLines(content)))))
	room := h - len(lines) - len(help)
	const airy = 12
	if len(lines) == 0 && h >= airy && room > len(content.lines)+1 {
		lines, room = append(lines, ""), room-1 // air, where there is room for it
	}
	lines = append(lines, f.scrolled(&theme, content, w, room)...)
	return Block(append(lines, help...), w, h)
}

// focusLines is how many lines the input with the focus takes.
func (f *Form) focusLines(content *formLines) int {
	if f.focus < 0 {
		return 0
	}
	return content.spans[f.focus].to - content.spans[f.focus].from
}

// scrolled is the part of the content with the focus in it: room lines, or
// fewer if it is shorter.
func (f *Form) scrolled(theme *Theme, content *formLines, w, room int) []string {
	total := len(content.lines)
	if f.focus >= 0 {
		at := content.spans[f.focus]
		for i := f.focus - 1; i >= 0 && f.inputs[i].Kind == HeadingInput; i-- {
			if at.to-content.spans[i].from <= room {
				at.from = content.spans[i].from // a heading comes along
			}
		}
		f.top = max(f.top, at.to-room)
		f.top = min(f.top, at.from)
	}
	f.top = max(0, min(f.top, total-room))
	shown := Block(content.lines[f.top:min(f.top+room, total)], w, min(room, total-f.top))
	if len(shown) == 0 {
		return shown
	}
	if f.top > 0 {
		shown = Overlay(shown, []string{theme.Dim.Render(theme.Glyphs.Up)}, w-1, 0)
	}
	if f.top+room < total {
		shown = Overlay(shown, []string{theme.Dim.Render(theme.Glyphs.Down)}, w-1, len(shown)-1)
	}
	return shown
}

// help is what there is to say about the input with the focus, in as many
// lines as the longest help of any input takes, so that nothing moves with the
// focus; at most room.
func (f *Form) help(theme *Theme, w, room int) []string {
	inner := max(w-formGutter-1, 1)
	height := 0
	for _, in := range f.inputs {
		if in.Help != "" {
			height = max(height, len(Wrap(in.Help, inner)))
		}
	}
	text, style := "", theme.Dim
	if in := f.focused(); in != nil {
		text = in.Help
		if refusal := in.refusal(); refusal != "" {
			text, style = refusal, theme.Warn
			height = max(height, 1)
		}
	}
	height = min(height, room)
	if height == 0 {
		return nil
	}
	wrapped := Wrap(text, inner)
	if len(wrapped) > height { // the last line tells that there was more
		wrapped[height-1] = theme.Cut(strings.Join(wrapped[height-1:], " "), inner)
		wrapped = wrapped[:height]
	}
	var lines []string
	const roomy = 4 // where a line more is well spent on setting help apart
	if height < room && room >= roomy {
		lines = append(lines, "")
		height++
	}
	for _, line := range wrapped {
		lines = append(lines, spaces(formGutter)+style.Render(line))
	}
	return Block(lines, w, height)
}

// layOut draws all inputs below each other for a form of w cells, the last of
// which is left free for the sign that there is more.
func (f *Form) layOut(theme *Theme, w int) *formLines {
	l := &formLines{theme: theme, w: max(w-1, 0)}
	for _, in := range f.inputs {
		switch {
		case in.Hidden:
		case in.Kind == CheckInput:
			l.check = max(l.check, Width(in.Label))
		case in.Kind != HeadingInput && w >= formNarrow:
			l.label = max(l.label, Width(in.Label))
		}
	}
	l.label = min(l.label, formLabelMax, w/3)
	l.check = min(l.check, formLabelMax)
	for i, in := range f.inputs {
		from := len(l.lines)
		focused := i == f.focus
		switch {
		case in.Hidden:
		case in.Kind == HeadingInput:
			l.heading(in)
		case in.Kind == CheckInput:
			l.tick(in, focused)
		default:
			l.labelled(in, focused)
		}
		if in.takes() {
			if wrong := f.errors[in.Name]; wrong != "" { // what may be, once it is
				l.say(in, theme.Bad, wrong)
			} else {
				l.say(in, theme.Warn, in.Note)
			}
		}
		l.spans = append(l.spans, formSpan{from, len(l.lines)})
	}
	return l
}

func (l *formLines) add(line string) { l.lines = append(l.lines, PadStyled(line, l.w)) }

// gutter is the cells left of an input, with a sign where the focus is.
func (l *formLines) gutter(focused bool) string {
	if focused {
		return l.theme.Accent.Render(l.theme.Glyphs.Cursor) + " "
	}
	return spaces(formGutter)
}

func (l *formLines) heading(in *input) {
	if len(l.lines) > 0 {
		l.add("")
	}
	l.add(l.theme.Title.Render(l.theme.Cut(in.Label, l.w)))
}

// tick draws a check: its box, its label, and its hint behind it, or below it
// where that doesn't fit.
func (l *formLines) tick(in *input, focused bool) {
	label := max(l.check, Width(in.Label))
	c := Check{Label: in.Label, On: in.check.On, Hint: in.Hint}
	if in.ReadOnly != "" {
		c.Hint = in.ReadOnly
	}
	below := ""
	if formGutter+checkBox+label+hintGap+Width(c.Hint) > l.w {
		c.Hint, below = "", c.Hint
	}
	line := c.draw(l.theme, max(l.w-formGutter, 0), label, focused)
	if in.ReadOnly != "" {
		line = l.locked(line, in.check.On)
	}
	l.add(l.gutter(focused) + line)
	if below != "" {
		l.aside(formGutter+checkBox, below)
	}
}

// locked is the line of a check that can't be changed: no box, so that nobody
// tries, but a sign for whether it is ticked.
func (l *formLines) locked(line string, on bool) string {
	sign := " - "
	if on {
		sign = " x "
	}
	return Overlay([]string{line}, []string{l.theme.Dim.Render(sign)}, 0, 0)[0]
}

// labelled draws an input with its label beside it, or above.
func (l *formLines) labelled(in *input, focused bool) {
	label := func(w int) string {
		text := l.theme.Fit(in.Label, w)
		if focused {
			return l.theme.Accent.Render(text)
		}
		return text
	}
	before := l.gutter(focused)
	indent := formGutter
	if l.label > 0 {
		before += label(l.label) + spaces(gap)
		indent += l.label + gap
	} else {
		l.add(before + label(l.w-formGutter))
		before = spaces(formGutter)
	}
	w := max(min(l.w-indent, formInputMax), 0)
	if in.ReadOnly == "" {
		l.add(before + in.draw(l.theme, w, focused))
		return
	}
	room := l.w - indent
	value := l.theme.Cut(in.shown(l.theme), room)
	if room < Width(value)+gap+Width(in.ReadOnly) {
		l.add(before + value)
		l.aside(indent, in.ReadOnly)
		return
	}
	l.add(before + value + spaces(gap) + l.theme.Dim.Render(Clean(in.ReadOnly)))
}

// aside adds a dim text in lines of its own.
func (l *formLines) aside(indent int, text string) {
	for _, line := range Wrap(text, l.w-indent) {
		l.add(spaces(indent) + l.theme.Dim.Render(line))
	}
}

// draw is the input itself, in w cells.
func (in *input) draw(theme *Theme, w int, focused bool) string {
	switch {
	case in.choice != nil:
		return in.choice.Draw(*theme, w, focused)
	case in.field == nil: // a pick
		text := theme.Fit(in.Shown, w)
		if focused {
			return theme.Accent.Render(text)
		}
		return text
	}
	return in.field.Draw(*theme, w, focused)
}

// shown is the value as it is read.
func (in *input) shown(theme *Theme) string {
	switch {
	case in.choice != nil:
		return in.choice.Value()
	case in.Kind == SecretInput:
		return in.field.shown(theme, in.value())
	case in.Kind == PickInput:
		return in.Shown
	}
	return in.value()
}

// say adds a text below an input, where the input itself begins.
func (l *formLines) say(in *input, style Style, text string) {
	if text == "" {
		return
	}
	indent := formGutter
	switch {
	case in.Kind == CheckInput:
		indent += checkBox
	case l.label > 0:
		indent += l.label + gap
	}
	for _, line := range said(l.theme, style, indent, text, l.w) {
		l.add(line)
	}
}

// said is a text after a "!" in w cells, in as many lines as it takes. The
// sign says, where no colour does, that it isn't help.
func said(theme *Theme, style Style, indent int, text string, w int) []string {
	var lines []string
	for i, line := range Wrap(text, w-indent-2) {
		sign := "! "
		if i > 0 {
			sign = "  "
		}
		lines = append(lines, spaces(indent)+style.Render(sign+line))
	}
	return lines
}
