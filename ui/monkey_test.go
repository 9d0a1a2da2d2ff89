package ui

import (
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
)

// TestAnyKeys presses keys at random, with pastes and changes of size between
// them. Nothing may crash, hang, or draw outside its place.
func TestAnyKeys(t *testing.T) {
	steps := 1500
	if testing.Short() {
		steps = 200
	}
	for _, who := range []string{"ann", "tom", "dora", "felix", "diego"} {
		t.Run(who, func(t *testing.T) {
			p := as(t, who)
			m := &monkey{person: p, r: rand.New(rand.NewPCG(7, uint64(len(who)))), keys: everyKey()}
			for range steps {
				m.step()
			}
			p.isExact("after any keys")
		})
	}
}

// monkey is somebody who presses whatever is under their hand.
type monkey struct {
	*person
	r     *rand.Rand
	keys  []string
	trail []string
}

// everyKey lists each key that some action is bound to.
func everyKey() []string {
	var names []string
	for _, a := range keys.Default().All() {
		for _, k := range a.Keys {
			if k != "ctrl+c" { // leaves
				names = append(names, k) // as often as it is bound
			}
		}
	}
	return append(names, "x", "z", "left", "right", "backspace")
}

func (m *monkey) step() {
	defer func() {
		if r := recover(); r != nil {
			m.t.Fatalf("%v, after %s\n%s", r, strings.Join(m.trail[max(0, len(m.trail)-30):], " "), m.t.Name())
		}
	}()
	switch m.r.IntN(40) {
	case 0:
		m.does("resize", tea.WindowSizeMsg{Width: m.r.IntN(220), Height: m.r.IntN(70)})
	case 1:
		m.does("paste", tea.PasteMsg{Content: "a1eeabbd\nzz\n" + hostile[:300]})
	case 2:
		m.does("wheel", tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	case 3:
		m.does("click", tea.MouseClickMsg{X: m.r.IntN(220), Y: m.r.IntN(70), Button: tea.MouseLeft})
	default:
		name := m.keys[m.r.IntN(len(m.keys))]
		m.does(name, keyNamed(name))
	}
	if m.r.IntN(4) > 0 {
		m.settles()
	}
	if !m.console.signedIn() {
		m.trail = append(m.trail, "(signed out)")
		m.console.width, m.console.height = 80, 24
		m.press("ctrl+l")
		m.signsInAgain()
	}
	m.looks()
}

func (m *monkey) does(what string, msg tea.Msg) {
	m.trail = append(m.trail, what)
	m.send(msg)
}

// looks fails where the frame isn't exactly the size of the window.
func (m *monkey) looks() {
	lines := strings.Split(m.console.frame(), "\n")
	if len(lines) != max(m.console.height, 0) && m.console.height > 0 {
		m.t.Fatalf("%d lines in %d, after %s", len(lines), m.console.height, strings.Join(m.trail[max(0, len(m.trail)-30):], " "))
	}
}

func (m *monkey) signsInAgain() {
	front := m.console.front.(*signIn)
	front.username.SetValue("")
	front.password.SetValue("")
	front.atPassword = false
	m.signIn(strings.TrimPrefix(m.t.Name(), "TestAnyKeys/"))
}
