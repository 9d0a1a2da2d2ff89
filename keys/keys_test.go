package keys

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestEveryActionIsWhole(t *testing.T) {
	for _, a := range Default().All() {
		if a.ID == "" || a.Where == "" || a.Short == "" || a.Long == "" {
			t.Errorf("%q in %q lacks words", a.ID, a.Where)
		}
		if a.Rank > 0 && len(a.Keys) == 0 {
			t.Errorf("%q is in the footer and has no key", a.ID)
		}
		for _, k := range a.Keys {
			if !Readable(k) {
				t.Errorf("%q is bound to %q, which no terminal sends", a.ID, k)
			}
			if strings.HasPrefix(k, "alt+") || strings.HasPrefix(k, "f1") {
				t.Errorf("%q is bound to %q, which a phone has no key for", a.ID, k)
			}
		}
	}
}

func TestOwnBindings(t *testing.T) {
	m, err := Default().With(map[ID][]string{CustomerDelete: {"D"}})
	if err != nil {
		t.Fatal(err)
	}
	if a, ok := m.Match([]Place{Customers}, "D"); !ok || a.ID != CustomerDelete {
		t.Errorf("D is %v", a.ID)
	}
	if _, ok := m.Match([]Place{Customers}, "d"); ok {
		t.Error("d is still bound")
	}
	for name, test := range map[string]struct {
		own   map[ID][]string
		names []string
	}{
		"a clash":        {map[ID][]string{CustomerDelete: {"e"}}, []string{string(CustomerDelete), string(CustomerEdit)}},
		"no such action": {map[ID][]string{"customer.frobnicate": {"e"}}, []string{"customer.frobnicate"}},
		"no such key":    {map[ID][]string{CustomerDelete: {" "}}, []string{`" "`}},
	} {
		_, err := Default().With(test.own)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, n := range test.names {
			if !strings.Contains(err.Error(), n) {
				t.Errorf("%s: %q doesn't name %s", name, err, n)
			}
		}
	}
}

func TestTheParticularPlaceHasTheKey(t *testing.T) {
	a, ok := Default().Match([]Place{Pasting, Tabs, Anywhere}, "tab")
	if !ok || a.ID != PastePick {
		t.Errorf("tab is %q", a.ID)
	}
}

var update = flag.Bool("update", false, "write KEYS.md anew")

func TestTheDocumentIsOfNow(t *testing.T) {
	const path = "../KEYS.md"
	if *update {
		if err := os.WriteFile(path, []byte(Document()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != Document() {
		t.Error("KEYS.md is not what the actions say; write it anew: go test ./keys -update")
	}
}

func TestParse(t *testing.T) {
	own, err := Parse(strings.NewReader("# mine\n\ncustomer.delete = D, ctrl+x\nmouse=\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := own[CustomerDelete]; !slices.Equal(got, []string{"D", "ctrl+x"}) {
		t.Errorf("customer.delete is %q", got)
	}
	if got, ok := own[Mouse]; !ok || len(got) != 0 {
		t.Errorf("mouse is %q", got)
	}
	for _, wrong := range []string{"customer.delete D", "= D", "quit = a\nquit = b"} {
		if _, err := Parse(strings.NewReader(wrong)); err == nil || !strings.Contains(err.Error(), "line") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
