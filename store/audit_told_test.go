package store

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryFieldOfAnEntryIsKnown: of a field of which nobody said what it is
// about, those who don't reach the whole account are told nothing.
func TestEveryFieldOfAnEntryIsKnown(t *testing.T) {
	literal := regexp.MustCompile(`change\{(?:field: )?"([^"]*)"|\{"([a-z_]+)", "?[^,{}]*"?, strconv`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range literal.FindAllStringSubmatch(string(text), -1) {
			field := strings.TrimSpace(match[1] + match[2])
			found++
			if fields[field] == fieldUnknown {
				t.Errorf("%s: say in audit_told.go what the field %q is about", name, field)
			}
		}
	}
	if found < 60 {
		t.Errorf("only %d fields found", found)
	}
}
