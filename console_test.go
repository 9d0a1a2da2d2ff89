package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestATechnicianMovesDevices is the main job by hand, in a real terminal, at
// the design size and at the smallest.
func TestATechnicianMovesDevices(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 10}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			term := inTerminal(t, size[0], size[1], "%s demo")
			term.isTom()
			term.press("3")
			term.sees("634 devices")
			term.press("m")
			term.sees("enter take")
			term.types("copenh")
			term.sees("Copenhagen")
			term.press("Enter")
			term.sees("space mark")
			term.press("Space", "Down", "Space")
			term.sees("2 marked")
			term.press("Enter")
			term.sees("will move")
			term.press("p")
			term.sees("Moved 2 devices to Copenhagen", "u undo")
			term.press("u")
			term.sees("y take it back")
			term.press("y")
			term.sees("Moved 2 devices back")
			term.press("C-c")
			term.sees("left with 0")
		})
	}
}

// isTom signs in to the demo as the technician.
func (term *terminal) isTom() {
	term.t.Helper()
	term.sees("› ann")
	for _, next := range []string{"lars", "nina", "tom"} {
		term.press("Down")
		term.sees("› " + next)
	}
	term.press("Enter")
	term.sees("2 Customers")
}

// TestTheFirstStart makes an account from nothing, and lets a second console
// find the database taken.
func TestTheFirstStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.db")
	term := inTerminal(t, 80, 24, "%s --db "+file)
	term.sees("There is no database")
	term.press("Enter")
	term.sees("1 of 4")
	term.types("Acme Fleet")
	term.press("Enter")
	term.types("ops@acme.example")
	term.press("Enter")
	term.types("Denmark")
	term.press("Enter", "Enter")
	term.sees("2 of 4", "Europe/Copenhagen")
	term.press("Enter", "Enter", "Enter")
	term.sees("3 of 4")
	term.types("ann")
	term.press("Enter", "Enter", "Enter")
	term.sees("4 of 4")
	term.types("three lamps by the river")
	term.press("Enter")
	term.types("three lamps by the river")
	term.press("Enter")
	term.sees("ann · owner", "2 Account")
	term.press("3")
	term.sees("Acme Fleet HQ")

	second := inTerminal(t, 80, 24, "%s --db "+file)
	second.sees("in use")
	path, _ := program()
	out, err := exec.Command(path, "--db", file, "--as", "ann", "customers", "list").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "in use") {
		t.Errorf("a command beside the console: %v\n%s", err, out)
	}

	term.press("C-c")
	term.sees("left with 0")
	if out, err := exec.Command(path, "--db", file, "db", "check").CombinedOutput(); err != nil {
		t.Errorf("db check: %v\n%s", err, out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the database is %v, %v", info.Mode(), err)
	}
}

// TestPastesInARealTerminal gives the console 400 IDs, marked as a paste and
// as bare keys: both must arrive whole.
func TestPastesInARealTerminal(t *testing.T) {
	var ids strings.Builder
	for i := range 400 {
		fmt.Fprintf(&ids, "%08x-0000-4000-8000-%012x\n", i*7919, i)
	}
	for name, bracketed := range map[string]bool{"bracketed": true, "bare": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := inTerminal(t, 80, 24, "%s demo")
			term.isTom()
			term.press("3")
			term.sees("634 devices")
			term.press("m")
			term.sees("enter take")
			term.press("Enter")
			term.sees("tab paste instead")
			term.press("Tab")
			term.sees("tab pick instead")
			term.pastes(ids.String(), bracketed)
			term.sees("400 lines", "400  not found")
		})
	}
}
