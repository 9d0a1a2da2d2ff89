package ui

import (
	"context"
	"io"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// sshKeys is the page of the public keys by which one user signs in over SSH:
// one's own, or those of somebody whom one may reset. Only one's own are added
// here.
type sshKeys struct {
	base
	user   domain.ID // zero for one's own
	name   string    // of somebody else
	seen   []store.SSHKey
	table  *widget.Table[domain.ID]
	listAt int       // the line of the body where the table begins
	goal   domain.ID // where the cursor goes with the next reading: what was just added
}

// newSSHKeys is the page for a user, for oneself by the zero ID; name is what
// somebody else is called.
func newSSHKeys(c *Console, user domain.ID, name string) *sshKeys {
	s := &sshKeys{base: base{Console: c}, user: user, name: name}
	s.table = widget.NewTable[domain.ID](
		widget.Column{Title: "Name", Width: 14, Grow: 1, Max: 40},
		widget.Column{Title: "Type", Width: 12, Priority: 2},
		widget.Column{Title: "Fingerprint", Width: 16, Grow: 2, Max: 51, Middle: true, Priority: 3},
		widget.Column{Title: "Added", Width: 11, Priority: 4},
		widget.Column{Title: "Last used", Width: 18, Priority: 1},
	)
	s.table.Empty = "Reading the keys…"
	return s
}

func (s *sshKeys) refresh() tea.Cmd {
	db, actor, user := s.db, s.actor, s.user
	return ask(&s.base, "read", func(ctx context.Context) ([]store.SSHKey, error) {
		return db.SSHKeys(ctx, actor, user)
	}, func(seen []store.SSHKey, err error) tea.Cmd {
		s.table.Empty = s.whyEmpty()
		if err != nil {
			s.table.Empty = sentence(err)
			s.fail(err)
			return nil
		}
		s.seen = seen
		s.table.SetSource(sshKeyRows{s.Console, seen})
		if s.table.SetCursorKey(s.goal) {
			s.goal = domain.ID{}
		}
		return nil
	})
}

func (s *sshKeys) whyEmpty() string {
	if !s.user.IsZero() {
		return s.name + " has no SSH key."
	}
	return "You have no SSH key. Paste the line of your .pub file here, or press n."
}

func (s *sshKeys) places() []keys.Place { return []keys.Place{keys.SSHKeys, keys.List} }

func (s *sshKeys) offers() []offer {
	return append(motions(s.table, nil),
		unless(s.whyNotAdd(), keys.SSHKeyAdd, func() tea.Cmd { return s.add("") }),
		asking(s.whyNone(), keys.SSHKeyRemove, s.removeQuestion(), s.remove),
		unless(s.whyNone(), keys.SSHKeyCopy, func() tea.Cmd {
			return s.copyOut(widget.Clean(s.current().Fingerprint), "Copied "+widget.Clean(s.current().Fingerprint)+".")
		}),
	)
}

func (s *sshKeys) whyNotAdd() string {
	if !s.user.IsZero() {
		return "Only " + s.name + " adds keys of theirs, on their own profile."
	}
	return ""
}

func (s *sshKeys) whyNone() string {
	if s.current() == nil {
		return s.table.Empty
	}
	return ""
}

// current is the key under the cursor, nil where there is none.
func (s *sshKeys) current() *store.SSHKey {
	i := s.table.Cursor()
	if i < 0 {
		return nil
	}
	return &s.seen[i]
}

func (s *sshKeys) removeQuestion() question {
	key := s.current()
	if key == nil {
		return question{}
	}
	return question{title: "Remove the key " + key.Name + "?", yes: "remove it", lines: []string{
		key.Fingerprint, "Nobody signs in by it any more. Sessions that are open stay open.",
	}}
}

func (s *sshKeys) remove() tea.Cmd {
	db, actor, user, key := s.db, s.actor, s.user, *s.current()
	return ask(&s.base, "remove", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, db.RemoveSSHKey(ctx, actor, user, key.ID)
	}, func(_ struct{}, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return s.refresh()
		}
		s.say(widget.ToneGood, "Removed "+widget.Cut(key.Name, 60)+".")
		return s.refresh()
	})
}

// pasted takes keys: one into the form, where it is given a name, several after
// asking.
func (s *sshKeys) pasted(text string, tooMuch bool) tea.Cmd {
	switch {
	case s.whyNotAdd() != "":
		s.say(widget.ToneWarn, s.whyNotAdd())
	case tooMuch || len(text) > maxKeyFile:
		s.say(widget.ToneWarn, "That is too much for a public key. Paste the line of your .pub file.")
	case isPrivateKey(text):
		s.say(widget.ToneBad, privateKeyWords)
	case len(keyLines(text)) > 1:
		return s.askSeveral(text)
	default:
		return s.add(text)
	}
	return nil
}

func (s *sshKeys) add(text string) tea.Cmd {
	var f *sshKeyForm
	f = newSSHKeyForm(s.Console, text, func(added []store.SSHKey) tea.Cmd {
		cmd := s.drop(f)
		return tea.Batch(cmd, s.added(added))
	})
	f.several = func(text string) tea.Cmd { return tea.Batch(s.drop(f), s.askSeveral(text)) }
	return s.push(f)
}

// askSeveral asks before the keys of several lines are added, all or none.
func (s *sshKeys) askSeveral(text string) tea.Cmd {
	lines := keyLines(text)
	q := question{title: "Add " + counted(len(lines), "key", "keys") + "?", yes: "add them", lines: []string{"Whoever has one of these keys signs in as you:"}}
	for _, line := range lines {
		q.lines = append(q.lines, keyWords(line))
	}
	return s.over(newConfirm(s.Console, q, false, func() tea.Cmd {
		db, actor := s.db, s.actor
		return askProven(&s.base, "add", whyProveKey, func(ctx context.Context) ([]store.SSHKey, error) {
			return db.AddSSHKeys(ctx, actor, text, "")
		}, func(added []store.SSHKey, err error) tea.Cmd {
			if err != nil {
				s.fail(err)
				return nil
			}
			return s.added(added)
		})
	}))
}

// added says what was added, and puts the cursor there.
func (s *sshKeys) added(added []store.SSHKey) tea.Cmd {
	if len(added) == 0 {
		return s.refresh()
	}
	s.goal = added[0].ID
	said := "Added " + counted(len(added), "key", "keys") + "."
	if len(added) == 1 {
		said = "Added " + widget.Cut(added[0].Name, 40) + ". You can sign in by it over SSH."
	}
	s.say(widget.ToneGood, said)
	return s.refresh()
}

func (s *sshKeys) crumb() string {
	if s.user.IsZero() {
		return "SSH keys"
	}
	return "SSH keys of " + s.name
}

func (s *sshKeys) clicked(line int) tea.Cmd {
	s.table.Click(line - s.listAt)
	return nil
}

func (s *sshKeys) draw(w, h int) []string {
	lines := []string{"  " + s.theme.Dim.Render(widget.Fit(counted(len(s.seen), "key", "keys"), w-2))}
	if h >= 12 {
		lines = append(lines, "")
	}
	s.listAt = len(lines)
	var below []string
	if key := s.current(); key != nil && h >= 12 {
		below = append([]string{""}, s.dim(keyType(key)+" "+key.Fingerprint, w)...)
		below = append(below, s.dim("Added "+s.moment(key.AddedAt)+". Last used: "+s.moment(key.UsedAt)+".", w)...)
	}
	lines = append(lines, s.table.Draw(s.theme, w, max(1, h-len(lines)-len(below)))...)
	return widget.Block(append(lines, below...), w, h)
}

// keyType is the type of a key without what all of them begin with: "ed25519",
// "rsa 4096".
func keyType(k *store.SSHKey) string {
	text := strings.TrimPrefix(k.Type, "ssh-")
	text = strings.TrimSuffix(text, "@openssh.com")
	if k.Bits > 0 {
		text += " " + strconv.Itoa(k.Bits)
	}
	return text
}

// sshKeyRows are the rows of the page.
type sshKeyRows struct {
	c   *Console
	all []store.SSHKey
}

func (r sshKeyRows) Len() int            { return len(r.all) }
func (r sshKeyRows) Key(i int) domain.ID { return r.all[i].ID }
func (r sshKeyRows) Cells(i int, out []string) []string {
	k := &r.all[i]
	return append(out, k.Name, keyType(k), k.Fingerprint, r.c.day(k.AddedAt), r.c.soon(k.UsedAt))
}

const (
	// maxKeyLine is more than the longest public key in use takes, with its
	// comment.
	maxKeyLine = 10_000
	// maxKeyFile is more than any file of public keys that somebody means.
	maxKeyFile      = 64 << 10
	whyProveKey     = "Type your password or a code to add a key: whoever has it signs in as you."
	privateKeyWords = "That is a private key. Nothing of it was kept, but whoever saw it can be you: make a new pair, and paste the line of the .pub file."
)

// isPrivateKey says whether a text holds a private key, in any of the formats
// that are in use.
func isPrivateKey(text string) bool {
	return strings.Contains(text, "PRIVATE KEY") || strings.Contains(text, "PuTTY-User-Key-File")
}

// keyLines are the lines of a text that may hold a key: without comments and
// empty ones.
func keyLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		for part := range strings.SplitSeq(line, "\r") {
			if part = strings.TrimSpace(part); part != "" && part[0] != '#' {
				lines = append(lines, part)
			}
		}
	}
	return lines
}

// keyWords is the line of a key for people: its type and comment.
func keyWords(line string) string {
	parts := strings.Fields(line)
	if len(parts) > 2 {
		return widget.Cut(parts[0]+"  "+strings.Join(parts[2:], " "), 60)
	}
	return widget.Cut(parts[0], 60) + "  no comment"
}

// sshKeyForm adds one key, pasted, or those of a file.
type sshKeyForm struct {
	form
	several func(text string) tea.Cmd // takes a paste of several lines
}

const inputKey = "key"

// newSSHKeyForm is the form with a key in it that was pasted, or none. added is
// told the new ones.
func newSSHKeyForm(c *Console, text string, added func([]store.SSHKey) tea.Cmd) *sshKeyForm {
	f := &sshKeyForm{form: form{base: base{Console: c}, name: "Add"}}
	file := widget.Input{Name: inputPath, Label: "Or a file", Placeholder: "such as ~/.ssh/id_ed25519.pub", Limit: 4096,
		Help: "A .pub file, or one with a key in each line."}
	if c.options.Load == nil {
		file.ReadOnly = "This console has no place for files: paste the key."
	}
	f.inputs = widget.NewForm(
		widget.Input{Name: inputKey, Label: "Public key", Limit: maxKeyLine, Value: strings.Join(keyLines(text), " "),
			Placeholder: "ssh-ed25519 AAAA…", Help: "Paste the line of your .pub file. The private key stays where it is."},
		widget.Input{Name: inputName, Label: "Name", Limit: domain.MaxName, Placeholder: f.comment(text),
			Help: "What to call it, such as the machine it is on. Empty, it is called by its comment."},
		file,
	)
	if text != "" {
		f.inputs.Focus(inputName)
	}
	f.live = func() { f.inputs.SetPlaceholder(inputName, f.comment(f.inputs.Value(inputKey))) }
	f.save = f.saving
	f.saved = func(value any) tea.Cmd { return added(value.([]store.SSHKey)) }
	f.failed = f.failing
	return f
}

// comment is what a key in a line calls itself.
func (f *sshKeyForm) comment(line string) string {
	if parts := strings.Fields(line); len(parts) > 2 {
		return widget.Cut(strings.Join(parts[2:], " "), 60)
	}
	return "such as laptop"
}

func (f *sshKeyForm) saving() func(ctx context.Context) (any, error) {
	db, actor, load := f.db, f.actor, f.options.Load
	key, name, path := strings.TrimSpace(f.inputs.Value(inputKey)), f.inputs.Value(inputName), strings.TrimSpace(f.inputs.Value(inputPath))
	return func(ctx context.Context) (any, error) {
		text := key
		switch {
		case key == "" && path == "":
			return nil, domain.Errorf(domain.Invalid, inputKey, "Paste the line of your .pub file.")
		case isPrivateKey(key):
			return nil, domain.Errorf(domain.Invalid, inputKey, "%s", privateKeyWords)
		case key != "" && path != "":
			return nil, domain.Errorf(domain.Invalid, inputPath, "There is a key above already. Empty this, or the key.")
		case key == "":
			var err error
			if text, err = readKeys(load, path); err != nil {
				return nil, err
			}
		}
		added, err := db.AddSSHKeys(ctx, actor, text, name)
		if key == "" {
			err = under(err, inputKey, inputPath)
		}
		return added, err
	}
}

// readKeys reads a file of public keys.
func readKeys(load func(string) (io.ReadCloser, int64, error), path string) (string, error) {
	file, size, err := load(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	tooMuch := domain.Errorf(domain.Invalid, inputPath, "%s is too large for a file of public keys. Name the .pub file.", widget.Cut(path, 60))
	if size > maxKeyFile {
		return "", tooMuch
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	switch {
	case err != nil:
		return "", domain.Errorf(domain.Unavailable, inputPath, "%s can't be read: %w. Check the name.", widget.Cut(path, 60), err)
	case len(text) > maxKeyFile:
		return "", tooMuch
	case isPrivateKey(string(text)):
		return "", domain.Errorf(domain.Invalid, inputPath, "%s is a private key, and stays where it is. Name the .pub file beside it.", widget.Cut(path, 60))
	}
	return string(text), nil
}

// under puts an error about one input under another, out of which came what it
// is about.
func under(err error, field, instead string) error {
	if e, ok := err.(*domain.Error); ok && e.Field == field {
		moved := *e
		moved.Field = instead
		return &moved
	}
	return err
}

func (f *sshKeyForm) failing(_ any, err error) tea.Cmd {
	if unproven(err) {
		return f.prove(whyProveKey, f.store)
	}
	if isPrivateKey(f.inputs.Value(inputKey)) {
		f.inputs.SetValue(inputKey, "")
	}
	f.showError(err)
	return nil
}

// pasted keeps several keys apart, which one field would join, and a private
// one out.
func (f *sshKeyForm) pasted(text string, tooMuch bool) tea.Cmd {
	switch {
	case tooMuch:
		f.say(widget.ToneWarn, "That is too much for a public key. Paste the line of your .pub file.")
		return nil
	case isPrivateKey(text):
		f.inputs.SetErrors(map[string]string{inputKey: privateKeyWords})
		return nil
	case len(keyLines(text)) > 1 && f.inputs.Focused() == inputKey:
		return f.several(text)
	}
	return f.form.pasted(text, tooMuch)
}
