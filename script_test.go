package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tenantry/cli"
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
			e.Setenv("GORACE", "atexit_sleep_ms=0") // or each command waits a second under the race detector
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": scriptStatus, "json": scriptJSON, "keep": scriptKeep, "hold": scriptHold, "bytes": scriptBytes, "hostile": scriptHostile, "damage": scriptDamage,
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

// scriptHostile sets variables to what no script file can hold, and writes a
// sheet full of it where a file is named.
func scriptHostile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) > 0 {
		bad := ts.Getenv("ESCAPE") + ts.Getenv("BIDI")
		ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("unit_id,name,customer,"+bad+"\n"+
			"00000000000000000000000000000001,"+bad+",Acme HQ,\n"+bad+",x,"+bad+"\n\"open\"quote"+bad+"\n"+
			"00000000000000000000000000000002,=1+1,Acme HQ,"+bad+"\n00000000000000000000000000000003,x,"+bad+",\n"), 0o600))
		return
	}
	ts.Setenv("ESCAPE", "a\x1b]0;owned\a\x1b[31mb")
	ts.Setenv("BIDI", "a\u202eb\u200bc\u009bd")
	ts.Setenv("LINES", "one\r\ntwo\tthree")
	ts.Setenv("LONG", strings.Repeat("long ", 2000))
}

// scriptDamage breaks a database in so many ways and has each command read what
// is left: damage 20 t.db. Whatever it is, a command ends soon, with a status and
// a sentence of its own.
func scriptDamage(ts *testscript.TestScript, _ bool, args []string) {
	times, err := strconv.Atoi(args[0])
	ts.Check(err)
	whole := []byte(ts.ReadFile(args[1]))
	commands := [][]string{
		{"customers", "list"}, {"devices", "list"}, {"users", "list"}, {"account", "show"}, {"db", "check"}, {"devices", "export"},
		{"why", "ann", "devices.see"}, {"--as", "ann", "devices", "list", "--filter", "van"}, {"--as", "ann", "customers", "create", "--name", "New"},
	}
	random := mathrand.New(mathrand.NewPCG(1, 2))
	for n := range times {
		path := ts.MkAbs("broken.db")
		ts.Check(os.WriteFile(path, broken(whole, random, n), 0o600))
		command := append([]string{"--db", path}, commands[n%len(commands)]...)
		began := time.Now()
		err := ts.Exec("tenantry", command...)
		var ended *exec.ExitError
		said := ts.ReadFile("stdout") + ts.ReadFile("stderr")
		switch {
		case err != nil && (!errors.As(err, &ended) || ended.ExitCode() < cli.Refused || ended.ExitCode() > cli.Misused):
			ts.Fatalf("%d: %v: %v", n, command, err)
		case err != nil && strings.TrimSpace(said) == "", strings.Contains(said, "goroutine"), strings.Contains(said, "panic"):
			ts.Fatalf("%d: %v says %q", n, command, said)
		case time.Since(began) > 20*time.Second:
			ts.Fatalf("%d: %v took %v", n, command, time.Since(began))
		}
	}
}

// broken is a file of which something was overwritten, moved or cut off.
func broken(whole []byte, random *mathrand.Rand, n int) []byte {
	data := bytes.Clone(whole)
	const page = 4096
	pages := len(data) / page
	at := random.IntN(pages) * page
	switch n % 6 {
	case 0:
		data[at+random.IntN(page)] ^= 1 << random.IntN(8)
	case 1: // the head of a page
		data[at+random.IntN(64)] = byte(random.IntN(256))
	case 2:
		clear(data[at : at+page])
	case 3:
		copy(data[at:at+page], whole[random.IntN(pages)*page:])
	case 4: // a page that leads to itself
		for at = 2 * page; at < len(data) && (binary.NativeEndian.Uint16(data[at+8:]) != 1 || random.IntN(3) > 0); {
			at += page
		}
		if at < len(data) {
			binary.NativeEndian.PutUint64(data[at+24:], uint64(at/page))
		}
	case 5:
		data = data[:random.IntN(len(data))]
	}
	return data
}
