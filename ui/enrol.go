package ui

import (
	"context"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// enrolment is the page with the QR code of a new second factor. Nothing is
// stored before one code of it was typed; then the recovery codes take its
// place.
type enrolment struct {
	base
	done, left func() tea.Cmd

	offered  store.Enrolment // zero before it is there
	why      string          // why it isn't there
	qr       widget.QR
	inverted bool
	code     *widget.Field
	wrong    string // about the code
	reading  reading
}

// newEnrolment is the page with the QR code of a new second factor: scan, type
// one code, keep the recovery codes. It serves the gate, the profile's first
// enrolment and its replacement; done is called once all is kept, and left (nil
// at the gate) when somebody goes back without. The page has taken itself away
// before either is called.
func newEnrolment(c *Console, done, left func() tea.Cmd) screen {
	s := &enrolment{base: base{Console: c}, done: done, left: left, code: widget.NewField()}
	s.code.Limit = 16
	return s
}

// codeDigits is how many digits an authenticator app shows.
const codeDigits = 6

// refresh asks for a secret. It stays the same whatever else changes: it may be
// in the app already.
func (s *enrolment) refresh() tea.Cmd {
	if s.offered.Secret != "" || s.why != "" || s.busy("begin") {
		return nil
	}
	return s.begin()
}

func (s *enrolment) begin() tea.Cmd {
	s.why = ""
	db, actor := s.db, s.actor
	return ask(&s.base, "begin", func(ctx context.Context) (store.Enrolment, error) {
		return db.BeginEnrolment(ctx, actor)
	}, s.begun)
}

func (s *enrolment) begun(offered store.Enrolment, err error) tea.Cmd {
	if unproven(err) {
		s.why = "Your password or a code is asked for first."
		why := "Type your password to enrol a second factor."
		if s.standing.Enrolled {
			why = "Type your password or a code to replace your second factor."
		}
		return s.prove(why, s.begin)
	}
	if err != nil {
		s.why = sentence(err)
		return nil
	}
	s.offered = offered
	s.qr, _ = widget.NewQR(offered.URL)
	return nil
}

func (s *enrolment) places() []keys.Place { return []keys.Place{keys.Enrolling, keys.Reading} }

func (s *enrolment) offers() []offer {
	offers := append(s.reading.offers(), s.backOffer())
	if s.why != "" {
		return append(offers, can(keys.EnrolGive, s.begin).as("try again"))
	}
	missing := ""
	if s.offered.Secret == "" {
		missing = "The secret is being made."
	}
	return append(offers,
		unless(s.whyNotGive(), keys.EnrolGive, s.give),
		unless(missing, keys.EnrolSecret, func() tea.Cmd { return s.copyOut(s.offered.Secret, "Copied the secret.") }),
		unless(missing, keys.EnrolURL, func() tea.Cmd { return s.copyOut(s.offered.URL, "Copied the URL.") }),
		unless(s.whyNotInvert(), keys.EnrolInvert, step(func() { s.inverted = !s.inverted })))
}

// backOffer is the way out: at the gate there is none but signing out.
func (s *enrolment) backOffer() offer {
	switch {
	case s.busy("enrol"):
		return unless("It is being stored.", keys.Back, nil)
	case s.left == nil:
		return s.signOutOffer()
	}
	return can(keys.Back, func() tea.Cmd {
		gone := s.drop(s)
		return tea.Batch(gone, s.left())
	})
}

func (s *enrolment) whyNotGive() string {
	switch {
	case s.offered.Secret == "":
		return "The secret is being made."
	case s.busy("enrol"):
		return "It is being checked."
	}
	return ""
}

func (s *enrolment) whyNotInvert() string {
	if s.theme.Colour {
		return "The QR code is black on white already, whatever your terminal's colours are."
	}
	return ""
}

// give proves that the app has the secret; that stores it.
func (s *enrolment) give() tea.Cmd {
	db, actor, secret, code := s.db, s.actor, s.offered.Secret, digits(s.code.Value())
	if len(code) != codeDigits {
		s.say(widget.ToneWarn, "Type the six digits that the app shows.")
		return nil
	}
	return ask(&s.base, "enrol", func(ctx context.Context) ([]string, error) {
		return db.Enrol(ctx, actor, secret, code)
	}, s.enrolled)
}

// wrongCode is what a code of the app that isn't right is answered with.
const wrongCode = "That code isn't right. Type the one that the app shows now. If it stays wrong, check the clock of the phone: it must be right to half a minute."

func (s *enrolment) enrolled(recovery []string, err error) tea.Cmd {
	if unproven(err) {
		return s.prove("Type your password or a code once more: it took a while.", s.give)
	}
	s.code.SetValue("")
	if err != nil {
		s.wrong = sentence(err)
		if domain.KindOf(err) == domain.Invalid {
			s.wrong = wrongCode
		}
		return nil
	}
	s.offered, s.qr = store.Enrolment{}, widget.QR{}
	return s.replace(s, newRecoveryCodes(s.Console, recovery, s.done))
}

// newRecoveryCodes shows new recovery codes, once.
func newRecoveryCodes(c *Console, codes []string, done func() tea.Cmd) *once {
	about := []string{
		"These are your recovery codes. Each signs you in once, in place of the app's code, when your phone is lost or broken.",
		"Keep them where you find them without it: on paper, or in a password store.",
	}
	return newOnce(c, "Recovery codes", about, codes, strings.Join(codes, "\n"), "tenantry-recovery-codes-"+slug(c.userName())+".txt", done)
}

// holds says that the gate must wait, though it may have opened: the recovery
// codes are on their way.
func (s *enrolment) holds() bool { return s.busy("enrol") }

func (s *enrolment) typing() bool { return s.offered.Secret != "" && !s.busy("enrol") }

// numeric leaves the letters to be keys: a code has none.
func (s *enrolment) numeric() bool { return true }

func (s *enrolment) typed(m tea.KeyPressMsg) tea.Cmd {
	if !isNumeric(m.Text) {
		s.say(widget.ToneDim, "A code has digits only. ? shows every key.")
		return nil
	}
	if s.code.Update(m) {
		s.wrong = ""
	}
	return nil
}

func (s *enrolment) pasted(text string, _ bool) tea.Cmd {
	code := digits(text)
	if !s.typing() || len(code) != codeDigits {
		s.say(widget.ToneDim, "A code is six digits.")
		return nil
	}
	s.code.SetValue(code)
	s.wrong = ""
	return nil
}

// isNumeric says whether text is what a code of an app may be typed with.
func isNumeric(text string) bool { return strings.Trim(text, "0123456789 -") == "" }

// digits is a code without the spaces and dashes that people and apps put
// between its digits; "" where it has anything else in it.
func digits(text string) string {
	text = strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\t", "", "\r", "", "\n", "").Replace(text)
	if !isNumeric(text) {
		return ""
	}
	return text
}

func (s *enrolment) crumb() string { return "Second factor" }

// tall takes the lines of the tabs: at 80×24 a QR code needs all there are.
func (s *enrolment) tall() bool { return true }

// besideLeast is how wide a text beside the QR code must be to be read.
const besideLeast = 30

func (s *enrolment) draw(w, h int) []string {
	if s.offered.Secret == "" {
		text := "Making a secret" + s.theme.Glyphs.Ellipsis
		if s.why != "" {
			text = s.why + " enter tries again."
		}
		return widget.Block(append([]string{""}, indent(widget.Wrap(text, w-4))...), w, h)
	}
	const edge, between = 1, 3
	qw, qh := s.qr.Size(s.theme)
	if qw == 0 || qh > h || edge+qw+between+besideLeast > w {
		return s.drawText(w, h)
	}
	code := widget.Block(s.qr.Draw(s.theme, s.inverted), qw, h)
	text := widget.Block(s.beside(w-edge-qw-between-1), w-edge-qw-between, h)
	lines := make([]string, h)
	for i := range lines {
		lines[i] = " " + code[i] + "   " + text[i]
	}
	return widget.Block(lines, w, h)
}

// beside is what stands beside the QR code.
func (s *enrolment) beside(w int) []string {
	var lines []string
	add := func(style widget.Style, text string) {
		for _, line := range widget.Wrap(text, w) {
			lines = append(lines, style.Render(line))
		}
	}
	add(s.theme.Title, "Your second factor")
	add(s.theme.Text, s.reason()+"Scan the code with an authenticator app, then type the six digits that it shows.")
	lines = append(lines, "")
	lines = append(lines, s.field(w)...)
	lines = append(lines, "")
	add(s.theme.Dim, "Or give the app the secret:")
	for _, line := range inFours(s.offered.Secret, w) {
		lines = append(lines, s.theme.Title.Render(line))
	}
	if s.whyNotInvert() == "" {
		lines = append(lines, "")
		add(s.theme.Dim, "i inverts the QR code, where it doesn't scan.")
	}
	return lines
}

// reason says why the page is here, "" where that is known.
func (s *enrolment) reason() string {
	switch {
	case s.standing.Enrolled:
		return "It takes the place of the one you have once you confirm it. "
	case s.left == nil:
		return "It is due: your customer forces one. "
	}
	return ""
}

// drawText is the page where the QR code doesn't fit: the secret and the URL in
// text, which may scroll, and the field, which may not.
func (s *enrolment) drawText(w, h int) []string {
	var text []string
	for _, line := range inFours(s.offered.Secret, w-4) {
		text = append(text, "  "+s.theme.Title.Render(line))
	}
	about := s.reason() + "The window is too small for the QR code. Make it larger, or give your authenticator app the secret above, or this URL:"
	text = append(text, indent(widget.Wrap(about, w-4))...)
	text = append(text, s.dim(s.offered.URL, w)...)
	text = append(text, indent(widget.Wrap("Then type the six digits that the app shows.", w-4))...)
	field := indent(s.field(w - 4))
	if over := len(field) - max(1, h-2); over > 0 {
		field = field[:len(field)-over]
	}
	if len(text)+len(field)+2 <= h {
		text = append(append([]string{""}, text...), "")
	}
	room := min(len(text), h-len(field))
	return widget.Block(append(s.reading.draw(s.theme, text, w, room), field...), w, h)
}

// field is where the code is typed, and what was wrong with it.
func (s *enrolment) field(w int) []string {
	label := "Code  "
	lines := []string{s.theme.Accent.Render(label) + s.code.Draw(s.theme, min(12, w-len(label)), true)}
	switch {
	case s.busy("enrol"):
		lines = append(lines, s.theme.Dim.Render(widget.Cut("Checking"+s.theme.Glyphs.Ellipsis, w)))
	case s.wrong != "":
		for _, line := range widget.Wrap("! "+s.wrong, w) {
			lines = append(lines, s.theme.Bad.Render(line))
		}
	}
	return lines
}

// inFours is a secret in groups of four, in lines of even length that fit.
func inFours(secret string, w int) []string {
	const group = 4
	var groups []string
	for rest := widget.Clean(secret); rest != ""; {
		n := 0
		for range min(group, utf8.RuneCountInString(rest)) {
			_, size := utf8.DecodeRuneInString(rest[n:])
			n += size
		}
		groups = append(groups, rest[:n])
		rest = rest[n:]
	}
	lines := widget.Wrap(strings.Join(groups, " "), max(w, 1))
	if len(lines) > 1 { // even lines are easier to type from
		half := (len(groups) + len(lines) - 1) / len(lines)
		lines = widget.Wrap(strings.Join(groups, " "), max(1, min(w, half*(group+1)-1)))
	}
	return lines
}
