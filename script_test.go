package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tenantry/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tenantry": main})
}

// TestScripts runs the command line as it is typed: one script a subject.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_DATA_HOME", filepath.Join(e.WorkDir, "data"))
			e.Setenv("TENANTRY_DB", filepath.Join(e.WorkDir, "t.db"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": scriptStatus, "json": scriptJSON, "keep": scriptKeep, "hold": scriptHold, "bytes": scriptBytes, "hostile": scriptHostile,
		},
		RequireUniqueNames: true,
	})
}

// scriptStatus runs a program and wants its exit status: status 2 tenantry …
func scriptStatus(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s: exit status %d, not %d", strings.Join(args[1:], " "), got, want)
	}
}

// scriptJSON wants a value in a JSON document: json stdout items.0.name Ann.
// The number of things in a list or object is items.len; keys are words of it.
func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	got, err := jsonAt(ts.ReadFile(args[0]), args[1])
	if err != nil && neg {
		return
	}
	ts.Check(err)
	if (got == args[2]) == neg {
		ts.Fatalf("%s is %q, want %q (negated: %v)", args[1], got, args[2], neg)
	}
}

// scriptKeep keeps a value of a JSON document as a variable: keep stdout id ID.
func scriptKeep(ts *testscript.TestScript, _ bool, args []string) {
	value, err := jsonAt(ts.ReadFile(args[0]), args[1])
	ts.Check(err)
	ts.Setenv(args[2], value)
}

// jsonAt is the value at a path of a document that must be one and no more.
func jsonAt(text, path string) (string, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", fmt.Errorf("not JSON: %w", err)
	}
	if decoder.More() {
		return "", fmt.Errorf("more than one document")
	}
	for step := range strings.SplitSeq(path, ".") {
		var err error
		if value, err = jsonStep(value, step); err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
	}
	switch v := value.(type) {
	case nil:
		return "null", nil
	case map[string]any, []any:
		out, err := json.Marshal(v)
		return string(out), err
	}
	return fmt.Sprint(value), nil
}

func jsonStep(value any, step string) (any, error) {
	switch v := value.(type) {
	case map[string]any:
		if step == "len" {
			return len(v), nil
		}
		inner, there := v[step]
		if !there {
			return nil, fmt.Errorf("there is no %q", step)
		}
		return inner, nil
	case []any:
		if step == "len" {
			return len(v), nil
		}
		if i, err := strconv.Atoi(step); err == nil && i < len(v) {
			return v[i], nil
		}
	}
	return nil, fmt.Errorf("there is no %q", step)
}

// scriptHold opens a database and keeps it until the script ends.
func scriptHold(ts *testscript.TestScript, _ bool, args []string) {
	db, err := store.Open(context.Background(), ts.MkAbs(args[0]), store.Options{Now: time.Now, Random: rand.Reader})
	ts.Check(err)
	ts.Defer(func() { db.Close() })
}

// scriptBytes refuses output that a terminal would take for more than text:
// bytes stdout.
func scriptBytes(ts *testscript.TestScript, _ bool, args []string) {
	for i, r := range ts.ReadFile(args[0]) {
		if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			ts.Fatalf("%s holds %U at byte %d", args[0], r, i)
		}
	}
}

// scriptHostile sets variables to what no script file can hold.
func scriptHostile(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Setenv("ESCAPE", "a\x1b]0;owned\a\x1b[31mb")
	ts.Setenv("BIDI", "a\u202eb\u200bc\u009bd")
	ts.Setenv("LINES", "one\r\ntwo\tthree")
	ts.Setenv("LONG", strings.Repeat("long ", 2000))
}
