package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
	"tenantry/store"
)

// errandOf is what a command line becomes where a server holds the database.
func errandOf(t *testing.T, status int, line ...string) (e *Errand, read string, err error) {
	t.Helper()
	environment, _, _ := nowhere()
	environment.Stdin = strings.NewReader("typed")
	environment.Words = line
	environment.Served = func(path string) bool { return path == "t.db" }
	environment.Open = func(context.Context, string) (*store.DB, error) {
		return nil, domain.Errorf(domain.Unavailable, "", "It is in use.")
	}
	environment.Away = func(_ context.Context, got Errand) (int, error) {
		e = &got
		if got.Stdin != nil {
			data, _ := io.ReadAll(got.Stdin)
			read = string(data)
		}
		return status, nil
	}
	root := New(environment)
	root.SetArgs(line)
	return e, read, root.ExecuteContext(t.Context())
}

func TestWhatGoesThroughTheDoor(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ids")
	if err := os.WriteFile(file, []byte("of a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		line  []string
		as    string
		words []string
		read  string
	}{
		{nil, "", nil, ""},
		{[]string{"--as", "ann"}, "ann", nil, ""},
		{[]string{"--as=ann", "devices", "list", "--json", "--limit", "5"}, "ann", []string{"devices", "list", "--json", "--limit=5"}, ""},
		{[]string{"devices", "list", "--ssh-user", "ann", "--config=c.toml"}, "ann", []string{"devices", "list"}, ""},
		{[]string{"devices", "--db", "t.db", "-y", "assign", "--to", "--as", "--", "-x"}, "", []string{"devices", "assign", "--yes", "--to=--as", "--", "-x"}, ""},
		{[]string{"devices", "assign", "--to", "A", "--ids-file", file, "--dry-run=false"}, "", []string{"devices", "assign", "--to=A", "--ids-file=-", "--dry-run=false"}, "of a file"},
		{[]string{"devices", "assign", "--ids-file=-", "--to", ""}, "", []string{"devices", "assign", "--ids-file=-", "--to="}, "typed"},
		{[]string{"devices", "import", file}, "", []string{"devices", "import", "--", "-"}, "of a file"},
		{[]string{"users", "import", "-", "--mail"}, "", []string{"users", "import", "--mail", "--", "-"}, "typed"},
	} {
		e, read, err := errandOf(t, 0, c.line...)
		if e == nil || e.As != c.as || !slices.Equal(e.Words, c.words) || read != c.read || e.Path != "t.db" {
			t.Errorf("%q: %+v reads %q, %v", c.line, e, read, err)
			continue
		}
		if status := Finish(c.line, err, io.Discard); status != 0 {
			t.Errorf("%q ends with %d", c.line, status)
		}
	}
	for _, status := range []int{0, 1, 2} {
		var told strings.Builder
		if _, _, err := errandOf(t, status, "devices", "list"); Finish(nil, err, &told) != status || told.Len() > 0 {
			t.Errorf("%d: %v, told %q", status, err, told.String())
		}
	}
}

func TestWhatStaysHere(t *testing.T) {
	for says, line := range map[string][]string{
		"":                      {"version"},
		"Stop the server first": {"db", "check"},
		"It is in use":          {"--db", "other.db", "devices", "list"},
		"Say what to do":        {"devices"},
		"Leave --account out":   {"--account", "Acme", "devices", "list"},
		"can't be read":         {"devices", "import", "nowhere.csv"},
		"unknown flag":          {"devices", "list", "--bogus"},
	} {
		e, _, err := errandOf(t, 0, line...)
		if e != nil || says == "" != (err == nil) || err != nil && !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(says)) {
			t.Errorf("%q: %+v, %v, want %q", line, e, err, says)
		}
	}
}
