package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/config"
)

// TestALogCanNotBeWrittenInto: what comes from outside begins no line of its
// own and does nothing to a terminal.
func TestALogCanNotBeWrittenInto(t *testing.T) {
	hostile := "ann\n{\"msg\":\"all is well\"}\x1b]0;owned\a\u202e\u009b\xff"
	for _, format := range []config.Format{config.FormatText, config.FormatJSON} {
		var out bytes.Buffer
		log := newLog(&out, false, config.Log{Format: format})
		log.With("from", hostile).Info(hostile, "user", hostile, hostile, 1, "error", errors.New(hostile), "any", []string{hostile}, slog.Group("in", "side", hostile))
		log.Debug("not at this level")
		if got := out.String(); strings.Count(got, "\n") != 1 || strings.ContainsAny(got, "\x1b\a\u202e\u009b") || strings.Contains(got, "\\u001b") {
			t.Errorf("%q", got)
		}
	}
}

func TestHowALogLooks(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		config   config.Log
		json     bool
	}{
		{true, config.Log{}, false}, {false, config.Log{}, true},
		{true, config.Log{Format: config.FormatJSON}, true}, {false, config.Log{Format: config.FormatText}, false},
	} {
		var out bytes.Buffer
		log := newLog(&out, c.terminal, c.config)
		log.Warn("hello", "n", 1)
		var line map[string]any
		if err := json.Unmarshal(out.Bytes(), &line); (err == nil) != c.json {
			t.Errorf("%+v: %s", c, out.String())
		} else if c.json && (line["msg"] != "hello" || line["level"] != "WARN" || line["n"] != 1.0) {
			t.Errorf("%s", out.String())
		}
	}
	var out bytes.Buffer
	newLog(&out, false, config.Log{Level: config.Error}).Warn("hello")
	newLog(&out, false, config.Log{Level: config.Debug}).Debug("there")
	if got := out.String(); strings.Contains(got, "hello") || !strings.Contains(got, "there") {
		t.Errorf("levels: %s", got)
	}
}

func TestSystemdIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Skip("needs sockets in folders")
	}
	defer socket.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	notify("READY=1")
	heard := make([]byte, 100)
	if n, err := socket.Read(heard); err != nil || string(heard[:n]) != "READY=1" {
		t.Errorf("%q, %v", heard[:n], err)
	}
	os.Remove(path)
	notify("STOPPING=1") // to nobody
}

func TestOnlyPassedSocketsAreTaken(t *testing.T) {
	t.Setenv("LISTEN_PID", "1")
	t.Setenv("LISTEN_FDS", "1")
	t.Setenv("LISTEN_FDNAMES", "ssh")
	if _, err := passedListener("ssh"); err == nil {
		t.Error("one that was passed to another process")
	}
}
