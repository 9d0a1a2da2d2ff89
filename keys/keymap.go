package keys

import (
	"fmt"
	"slices"
	"strings"
)

// Keymap is the actions of one session with the keys that its user has chosen.
// It doesn't change once made, so sessions may share it.
type Keymap struct {
	actions []Action
	byKey   map[Place]map[string]int
}

// Default is the keymap as shipped.
func Default() *Keymap {
	m, err := newKeymap(slices.Clone(actions))
	if err != nil {
		panic(err) // the table itself clashes: a test finds this first
	}
	return m
}

// With returns the keymap with a person's own bindings in place of the shipped
// ones: for each action name its keys. An unknown action, an unreadable key or
// two actions on one key of a screen is an error that names them.
func (m *Keymap) With(own map[ID][]string) (*Keymap, error) {
	changed := slices.Clone(m.actions)
	for _, id := range sortedIDs(own) {
		known := false
		for i := range changed {
			if changed[i].ID == id {
				changed[i].Keys, known = own[id], true
			}
		}
		if !known {
			return nil, fmt.Errorf("there is no action named %q; the file KEYS.md lists them", id)
		}
		for _, k := range own[id] {
			if !Readable(k) {
				return nil, fmt.Errorf("%q is not a key that a terminal can send (action %q)", k, id)
			}
		}
	}
	return newKeymap(changed)
}

func newKeymap(actions []Action) (*Keymap, error) {
	m := &Keymap{actions: actions, byKey: make(map[Place]map[string]int)}
	for i, a := range actions {
		bound := m.byKey[a.Where]
		if bound == nil {
			bound = make(map[string]int)
			m.byKey[a.Where] = bound
		}
		for _, k := range a.Keys {
			if j, taken := bound[k]; taken && actions[j].ID != a.ID {
				return nil, fmt.Errorf("the key %q stands for two actions in one place: %q and %q", k, actions[j].ID, a.ID)
			}
			bound[k] = i
		}
	}
	return m, nil
}

// Match is the action that a key stands for on a screen with these places, the
// most particular first.
func (m *Keymap) Match(places []Place, key string) (Action, bool) {
	for _, p := range places {
		if i, ok := m.byKey[p][key]; ok {
			return m.actions[i], true
		}
	}
	return Action{}, false
}

// Action is the action of that name in the first of the places that has it.
func (m *Keymap) Action(places []Place, id ID) (Action, bool) {
	for _, p := range places {
		for _, a := range m.actions {
			if a.Where == p && a.ID == id {
				return a, true
			}
		}
	}
	return Action{}, false
}

// In lists the actions of a place in the table's order.
func (m *Keymap) In(p Place) []Action {
	var in []Action
	for _, a := range m.actions {
		if a.Where == p {
			in = append(in, a)
		}
	}
	return in
}

// All lists every action in the table's order.
func (m *Keymap) All() []Action { return slices.Clone(m.actions) }

// Readable says whether a terminal can send the key: a printable character, or
// one of Bubble Tea's names with modifiers before it. " " is not readable; its
// name is "space".
func Readable(k string) bool {
	name := k
	for _, mod := range []string{"ctrl+", "alt+", "shift+"} {
		name = strings.TrimPrefix(name, mod)
	}
	if named[name] {
		return true
	}
	r := []rune(name)
	return len(r) == 1 && r[0] > ' ' && r[0] != 0x7f
}

var named = map[string]bool{
	"up": true, "down": true, "left": true, "right": true, "enter": true, "esc": true,
	"tab": true, "space": true, "backspace": true, "delete": true, "insert": true,
	"home": true, "end": true, "pgup": true, "pgdown": true,
	"f1": true, "f2": true, "f3": true, "f4": true, "f5": true, "f6": true,
	"f7": true, "f8": true, "f9": true, "f10": true, "f11": true, "f12": true,
}

func sortedIDs(own map[ID][]string) []ID {
	ids := make([]ID, 0, len(own))
	for id := range own {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
