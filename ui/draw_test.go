package ui

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// sizes are those that every screen is drawn at: below the least, the least,
// odd, the design size, and large ones.
var sizes = [][2]int{{39, 9}, {40, 10}, {60, 15}, {80, 24}, {120, 40}, {200, 60}}

// isExact fails where the frame isn't h lines of w cells at each size.
func (p *person) isExact(what string) {
	p.t.Helper()
	p.settles()
	for _, size := range sizes {
		w, h := size[0], size[1]
		p.console.width, p.console.height = w, h
		lines := strings.Split(p.console.frame(), "\n")
		if len(lines) != h {
			p.t.Errorf("%s at %d×%d: %d lines", what, w, h, len(lines))
		}
		for i, line := range lines {
			if got := ansi.StringWidth(line); got != w {
				p.t.Errorf("%s at %d×%d: line %d has %d cells: %q", what, w, h, i+1, got, line)
			}
			if strings.ContainsAny(ansi.Strip(line), "\t\r\x1b\u202e\u200b\u0085") {
				p.t.Errorf("%s at %d×%d: line %d holds what must never be drawn: %q", what, w, h, i+1, line)
			}
		}
	}
	p.console.width, p.console.height = 80, 24
}

// everywhere leads a signed-in owner through the screens, one after another.
var everywhere = []struct {
	name string
	keys []string
}{
	{"overview", []string{"@Overview"}},
	{"account", []string{"@Account"}},
	{"account, editing", []string{"e"}},
	{"account, not enrolled", []string{"esc", "u"}},
	{"account, handing over", []string{"esc", "o"}},
	{"account, handing over to them", []string{"/", "l", "a", "r", "s", "enter", "enter"}},
	{"customers", []string{"esc", "esc", "esc", "@Customers"}},
	{"customers, all of them", []string{"+"}},
	{"customers, filtering", []string{"/", "n"}},
	{"customer, new", []string{"enter", "n"}},
	{"customer, editing", []string{"esc", "e"}},
	{"customer, moving", []string{"esc", "down", "m"}},
	{"customer, deleting", []string{"esc", "d"}},
	{"users", []string{"esc", "esc", "esc", "@Users"}},
	{"users, filtering", []string{"/", "l", "a"}},
	{"user, deleting", []string{"enter", "d"}},
	{"user, moving", []string{"esc", "m"}},
	{"users' columns", []string{"esc", "c"}},
	{"user", []string{"esc", "enter"}},
	{"user, deactivating", []string{"D"}},
	{"user, access", []string{"n", "a"}},
	{"user, sessions", []string{"esc", "x"}},
	{"user, SSH keys", []string{"esc", "K"}},
	{"user, tokens", []string{"esc", "t"}},
	{"user, RFID tokens", []string{"esc", "f"}},
	{"user, a new RFID token", []string{"n"}},
	{"user, editing", []string{"esc", "esc", "e"}},
	{"user, a new password", []string{"esc", "p"}},
	{"user, new", []string{"esc", "esc", "n"}},
	{"users, importing", []string{"esc", "I"}},
	{"devices", []string{"esc", "esc", "esc", "@Devices"}},
	{"devices, filtering", []string{"/", "v", "a"}},
	{"device", []string{"enter", "enter"}},
	{"device, editing", []string{"e"}},
	{"columns", []string{"esc", "esc", "c"}},
	{"saved filters, none", []string{"esc", "f"}},
	{"a filter's name", []string{"n"}},
	{"saved filters", []string{"x", "enter"}},
	{"registering", []string{"esc", "n"}},
	{"importing", []string{"esc", "i"}},
	{"exporting", []string{"esc", "x"}},
	{"managing, a location", []string{"esc", "l"}},
	{"managing, at a location", []string{"enter"}},
	{"managing, otherwise", []string{"o"}},
	{"managing, an edit", []string{"down", "down", "enter"}},
	{"managing, editing", []string{"v", "a", "ctrl+s"}},
	{"managing, the edit in the preview", []string{"space", "enter"}},
	{"managing, the target", []string{"esc", "A", "esc", "m"}},
	{"managing, picking", []string{"enter"}},
	{"managing, pasting", []string{"tab"}},
	{"locations", []string{"esc", "esc", "esc", "esc", "@Locations"}},
	{"locations, filtering", []string{"/", "q", "u"}},
	{"location, deleting", []string{"enter", "d"}},
	{"location, limiting", []string{"n", "l"}},
	{"location, limiting, filtering", []string{"/", "j"}},
	{"location", []string{"esc", "esc", "enter"}},
	{"location, editing", []string{"e"}},
	{"location, devices there", []string{"esc", "v"}},
	{"location, putting devices there", []string{"esc", "m"}},
	{"location, new", []string{"esc", "esc", "n"}},
	{"tokens", []string{"esc", "esc", "esc", "@API tokens"}},
	{"tokens, filtering", []string{"/", "p", "l"}},
	{"token, revoking", []string{"enter", "d"}},
	{"tokens, revoking all", []string{"n", "X"}},
	{"token", []string{"n", "enter"}},
	{"token, new", []string{"esc", "n"}},
	{"access history", []string{"esc", "esc", "@Access control"}},
	{"access history, filtering", []string{"/", "l", "a"}},
	{"access history, the time", []string{"enter", "t"}},
	{"access history, like this", []string{"esc", "f"}},
	{"access history, exporting", []string{"esc", "x"}},
	{"access event", []string{"esc", "enter"}},
	{"audit", []string{"esc", "esc", "esc", "esc", "@Audit"}},
	{"audit, filtering", []string{"/", "a"}},
	{"audit, an entry", []string{"enter", "enter"}},
	{"audit, by the same person", []string{"p"}},
	{"audit, narrowing", []string{"esc", "esc", "f"}},
	{"audit, exporting", []string{"esc", "x"}},
	{"audit, verifying", []string{"esc", "v"}},
	{"second factor, enrolling", []string{"esc", "esc", "esc", "esc", "@Profile", "f"}},
	{"profile", []string{"esc"}},
	{"profile, editing", []string{"e"}},
	{"profile, a new password", []string{"esc", "p"}},
	{"profile, SSH keys", []string{"esc", "K"}},
	{"profile, adding an SSH key", []string{"n"}},
	{"profile, RFID tokens", []string{"esc", "esc", "t"}},
	{"profile, sessions", []string{"esc", "s"}},
	{"profile, ending all sessions", []string{"X"}},
	{"help", []string{"esc", "esc", "esc", "esc", "@Customers", "?"}},
	{"palette", []string{"esc", ":"}},
	{"palette, what is called so", []string{"c", "r", "a", "n", "e"}},
	{"signing out", []string{"esc", "q"}},
}

func TestEveryScreenIsDrawnExactly(t *testing.T) {
	p := as(t, "ann")
	for _, place := range everywhere {
		p.press(place.keys...)
		p.isExact(place.name)
	}
}

func TestTheFirstScreensAreDrawnExactly(t *testing.T) {
	p := atSignIn(t)
	p.isExact("sign-in")
	p.console.options.Credentials = []Credential{{"ann", "secret", "owner"}, {hostile, hostile, hostile}}
	p.isExact("sign-in with samples")

	p = sitDown(t, Options{Path: hostile, Now: clock, Create: func(context.Context) (*store.DB, error) { return nil, nil }})
	p.isExact("start")
	p.press("enter")
	p.isExact("wizard")

	p = sitDown(t, Options{Path: hostile, Now: clock, Open: func(context.Context) (*store.DB, error) {
		return nil, domain.Errorf(domain.Damaged, "", "%s is damaged", hostile)
	}})
	p.settles()
	p.isExact("a database that can't be opened")
}

// hostile is a text that no field would take, as it may come from a damaged or
// foreign file.
var hostile = "\x1b[31m\x1b]0;title\a\x1b]52;c;ZXZpbA==\a" + "a\nb\tc\rd\u0085e" + "\u202eright to left\u202c\u200b\u2066" +
	"日本語のとても長い名前" + "👨‍👩‍👧‍👦👩🏽‍🚀🇩🇰❤️" + "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301" + "\xff\xfe" + strings.Repeat("long ", 2000)

// spoil puts hostile text into everything that the console has read from the
// store and holds now: every string of a domain or store value that can be
// reached from it.
func (p *person) spoil() {
	p.settles()
	spoiler{}.walk(reflect.ValueOf(p.console), false)
	p.console.say(widget.ToneBad, hostile)
}

// spoiler remembers where it has been.
type spoiler map[any]bool

// walk goes through v; ours says that it lies within a value of the domain or
// the store.
func (s spoiler) walk(v reflect.Value, ours bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || s[v.Pointer()] || !isWalked(v.Type().Elem()) {
			return
		}
		s[v.Pointer()] = true
		s.walk(v.Elem(), ours)
	case reflect.Interface:
		if !v.IsNil() {
			s.walk(v.Elem(), ours)
		}
	case reflect.Slice:
		for i := range v.Len() {
			s.walk(v.Index(i), ours)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(k))
			s.walk(value, ours)
			v.SetMapIndex(k, value)
		}
	case reflect.Struct:
		if !isWalked(v.Type()) {
			return
		}
		path := v.Type().PkgPath()
		ours = ours || path == "tenantry/domain" || path == "tenantry/store"
		for i := range v.NumField() {
			f := v.Field(i)
			if f.CanAddr() { // also where the field isn't exported
				f = reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
			}
			s.walk(f, ours)
		}
	case reflect.String:
		if ours && v.CanSet() && v.Type().PkgPath() == "" {
			v.SetString(hostile)
		}
	}
}

// isWalked says which types hold what was read: not the store itself, nor the
// fleet that other goroutines search.
func isWalked(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[store.DB](), reflect.TypeFor[store.Fleet](), reflect.TypeFor[store.Found](), reflect.TypeFor[time.Location]():
		return false
	}
	return t.Kind() != reflect.Struct || t.PkgPath() == "" || strings.HasPrefix(t.PkgPath(), "tenantry/")
}

func TestHostileDataOnEveryScreen(t *testing.T) {
	p := as(t, "ann")
	for _, place := range everywhere {
		p.press(place.keys...)
		p.spoil()
		p.isExact(place.name)
		if place.name == "devices" && strings.Count(p.screen(), "title") < 10 {
			t.Fatalf("the rows aren't spoiled:\n%s", p.screen())
		}
	}
}

func TestHostileNamesInTheFrame(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.spoil()
	p.isExact("the frame")
	p.console.over(newPalette(p.console))
	p.isExact("the palette")
	p.console.over(newConfirm(p.console, question{title: hostile, lines: []string{hostile}, name: hostile, yes: hostile}, true, nil))
	p.isExact("a typed confirmation")
}
