package ui

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tenantry/domain"
	"tenantry/sample"
	"tenantry/store"
)

// person drives the console as its user would: by pressing, typing and
// pasting, and by looking at the screen.
type person struct {
	t        testing.TB
	console  *Console
	messages chan tea.Msg
	cancel   context.CancelFunc
	gone     bool
}

// patience is how long a person waits for something to appear.
const patience = 20 * time.Second

// clock is the time in tests: an afternoon in March.
func clock() time.Time { return time.Date(2026, 3, 12, 13, 32, 0, 0, time.UTC) }

func storeOptions() store.Options {
	return store.Options{Now: clock, Random: rand.Reader, Cost: store.PasswordCost{Memory: 64, Passes: 1, Threads: 1}}
}

// sampleFile is a database of sample data, made once and copied for each test.
var sampleFile = sync.OnceValues(func() (made struct {
	path  string
	users []sample.Credentials
}, err error) {
	folder, err := os.MkdirTemp("", "tenantry-ui-test")
	if err != nil {
		return made, err
	}
	made.path = filepath.Join(folder, "sample.db")
	db, err := store.Create(context.Background(), made.path, storeOptions())
	if err != nil {
		return made, err
	}
	made.users, err = sample.Fill(context.Background(), db, clock(), nil)
	if closing := db.Close(); err == nil {
		err = closing
	}
	return made, err
})

func TestMain(m *testing.M) {
	status := m.Run()
	if made, err := sampleFile(); err == nil && made.path != "" {
		os.RemoveAll(filepath.Dir(made.path))
	}
	os.Exit(status)
}

// sampleCopy is the path of a copy of the sample database, for one test.
func sampleCopy(t *testing.T) string {
	t.Helper()
	made, err := sampleFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tenantry.db")
	for from, to := range map[string]string{made.path: path, store.KeyPath(made.path): store.KeyPath(path)} {
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// atSignIn is a person before the sign-in screen of the sample database.
func atSignIn(t *testing.T) *person {
	t.Helper()
	path := sampleCopy(t)
	return sitDown(t, Options{
		Path: path, Door: domain.DoorConsole, From: "test", Now: clock,
		Open: func(ctx context.Context) (*store.DB, error) { return store.Open(ctx, path, storeOptions()) },
	})
}

// as is a person who has signed in to the sample database.
func as(t *testing.T, username string) *person {
	t.Helper()
	p := atSignIn(t)
	p.signIn(username)
	return p
}

// ownPassword is what people choose when a new password is due.
const ownPassword = "wide river stone bridge"

// signIn signs in with the password that all sample users have.
func (p *person) signIn(username string) {
	p.t.Helper()
	made, _ := sampleFile()
	p.types(username)
	p.press("enter")
	p.types(made.users[0].Password)
	p.press("enter")
	p.settles()
	if !p.console.signedIn() {
		p.t.Fatalf("%s isn't signed in:\n%s", username, p.screen())
	}
	if p.console.gate == domain.GatePassword { // as for all whom somebody else made
		p.types(ownPassword)
		p.press("enter")
		p.types(ownPassword)
		p.press("ctrl+s")
		p.seesNot("A new password is due")
	}
}

// sitDown starts a console.
func sitDown(t testing.TB, o Options) *person {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &person{t: t, console: New(ctx, o), messages: make(chan tea.Msg, 1024), cancel: cancel}
	t.Cleanup(func() {
		if err := p.console.close(); err != nil {
			t.Errorf("closing: %v", err)
		}
		cancel()
	})
	p.run(p.console.Init())
	return p
}

// run starts a command in the background, as Bubble Tea does.
func (p *person) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() { p.messages <- cmd() }()
}

// send gives the console a message and starts what it asks for.
func (p *person) send(msg tea.Msg) {
	switch m := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, cmd := range m {
			p.run(cmd)
		}
		return
	case tea.QuitMsg:
		p.gone = true
		return
	}
	_, cmd := p.console.Update(msg)
	p.run(cmd)
}

// settles waits until everything that was asked for has been answered.
func (p *person) settles() {
	p.t.Helper()
	late := time.After(patience)
	for p.busy() || len(p.messages) > 0 {
		select {
		case m := <-p.messages:
			p.send(m)
		case <-late:
			p.t.Fatalf("still busy:\n%s", p.screen())
		}
	}
}

func (p *person) busy() bool {
	askers := []*asker{&p.console.own}
	if p.console.front != nil {
		askers = append(askers, p.console.front.asks())
	}
	for _, t := range p.console.tabs {
		for _, s := range t.screens {
			askers = append(askers, s.asks())
		}
	}
	for _, o := range slices.Concat(p.console.overlays, p.console.covered.overlays) {
		askers = append(askers, o.asks())
	}
	for _, a := range askers {
		if len(a.open) > 0 {
			return true
		}
	}
	return false
}

// press presses keys one after another, waiting before each until the screen
// is ready for it. "@Devices" is the number of that tab.
func (p *person) press(names ...string) {
	p.t.Helper()
	for _, name := range names {
		p.settles()
		if tab, ok := strings.CutPrefix(name, "@"); ok && tab != "" {
			name = p.numberOf(tab)
		}
		p.send(keyNamed(name))
	}
	p.settles()
}

// numberOf is the key of a tab.
func (p *person) numberOf(tab string) string {
	p.t.Helper()
	for i, other := range p.console.tabs {
		if other.name == tab {
			return string(rune('0' + (i+1)%10))
		}
	}
	p.t.Fatalf("there is no tab %q:\n%s", tab, p.screen())
	return ""
}

// types types text, a character a key.
func (p *person) types(text string) {
	p.t.Helper()
	p.settles()
	for _, r := range text {
		p.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	p.settles()
}

// pastes pastes text in one piece.
func (p *person) pastes(text string) {
	p.t.Helper()
	p.settles()
	p.send(tea.PasteMsg{Content: text})
	p.settles()
}

// resizes makes the window another size.
func (p *person) resizes(w, h int) {
	p.t.Helper()
	p.settles()
	p.send(tea.WindowSizeMsg{Width: w, Height: h})
	p.settles()
}

// screen is what the person sees, as plain text.
func (p *person) screen() string { return ansi.Strip(p.console.frame()) }

// sees waits until each text stands on the screen.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	late := time.After(patience)
	for _, text := range texts {
		for !strings.Contains(p.screen(), text) {
			select {
			case m := <-p.messages:
				p.send(m)
			case <-late:
				p.t.Fatalf("%q isn't on the screen:\n%s", text, p.screen())
			}
		}
	}
}

// seesTabs waits until there are tabs of those names.
func (p *person) seesTabs(names ...string) {
	p.t.Helper()
	for _, name := range names {
		late := time.After(patience)
		for p.console.front != nil || !slices.ContainsFunc(p.console.tabs, func(t *tab) bool { return t.name == name }) {
			select {
			case m := <-p.messages:
				p.send(m)
			case <-late:
				p.t.Fatalf("there is no tab %q:\n%s", name, p.screen())
			}
		}
	}
	p.settles()
}

// seesNot fails where a text stands on the screen once it has come to rest.
func (p *person) seesNot(texts ...string) {
	p.t.Helper()
	p.settles()
	for _, text := range texts {
		if strings.Contains(p.screen(), text) {
			p.t.Fatalf("%q is on the screen:\n%s", text, p.screen())
		}
	}
}

var namedKeys = map[string]tea.Key{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
	"backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete}, "space": {Code: tea.KeySpace, Text: " "},
}

// keyNamed is the message that Bubble Tea sends for a key of that name.
func keyNamed(name string) tea.KeyPressMsg {
	var mod tea.KeyMod
	rest := name
	for {
		switch {
		case strings.HasPrefix(rest, "ctrl+"):
			mod |= tea.ModCtrl
			rest = rest[len("ctrl+"):]
			continue
		case strings.HasPrefix(rest, "shift+"):
			mod |= tea.ModShift
			rest = rest[len("shift+"):]
			continue
		}
		break
	}
	k, ok := namedKeys[rest]
	if !ok {
		r := []rune(rest)[0]
		k = tea.Key{Code: r}
		if mod == 0 {
			k.Text = rest
		}
	}
	k.Mod = mod
	return tea.KeyPressMsg(k)
}
