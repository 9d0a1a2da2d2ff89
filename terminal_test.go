package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// terminal is a real one, made by tmux, in which the built program runs.
type terminal struct {
	t      *testing.T
	socket string
}

// program is the built program, made once.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "tenantry-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "tenantry")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// inTerminal starts the program in a terminal of the given size. %s in the
// command stands for the program.
func inTerminal(t *testing.T, w, h int, command string, environ ...string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("needs tmux")
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, socket: filepath.Join(t.TempDir(), "tmux")}
	t.Cleanup(func() { exec.Command("tmux", "-S", term.socket, "kill-server").Run() })
	args := []string{"-f", os.DevNull, "new-session", "-d", "-x", strconv.Itoa(w), "-y", strconv.Itoa(h)}
	for _, e := range append([]string{"LANG=C.UTF-8", "HOME=" + t.TempDir(), "XDG_CONFIG_HOME=", "XDG_DATA_HOME="}, environ...) {
		args = append(args, "-e", e)
	}
	term.tmux(append(args, fmt.Sprintf(command, path)+`; echo "left with $?"; exec cat`)...)
	return term
}

func (term *terminal) tmux(args ...string) string {
	term.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, "tmux", append([]string{"-u", "-S", term.socket}, args...)...)
	command.Env = append(os.Environ(), "TERM=xterm-256color")
	out, err := command.CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// press presses keys, named as tmux names them: Enter, Escape, C-c, a.
func (term *terminal) press(names ...string) {
	term.t.Helper()
	for _, name := range names {
		term.tmux("send-keys", name)
	}
}

// types types text as keys, however long.
func (term *terminal) types(text string) {
	term.t.Helper()
	term.tmux("send-keys", "-l", text)
}

// pastes pastes text; bracketed says whether the terminal marks it as a paste.
func (term *terminal) pastes(text string, bracketed bool) {
	term.t.Helper()
	file := filepath.Join(term.t.TempDir(), "paste")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		term.t.Fatal(err)
	}
	term.tmux("load-buffer", file)
	if bracketed {
		term.tmux("paste-buffer", "-p")
	} else {
		term.tmux("paste-buffer")
	}
}

// screen is what stands in the terminal.
func (term *terminal) screen() string { return term.tmux("capture-pane", "-p") }

// sees waits until each text stands on the screen.
func (term *terminal) sees(texts ...string) {
	term.t.Helper()
	late := time.After(30 * time.Second)
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for _, text := range texts {
		for !strings.Contains(term.screen(), text) {
			select {
			case <-look.C:
			case <-late:
				term.t.Fatalf("%q isn't on the screen:\n%s", text, term.screen())
			}
		}
	}
}

// wait lets the program in the terminal go on for a moment.
func (term *terminal) wait() { <-time.After(50 * time.Millisecond) }
