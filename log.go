package main

import (
	"fmt"
	"io"
	"log/slog"

	"tenantry/config"
	"tenantry/domain"
)

// newLog is a server's log: lines of text for a person at a terminal, JSON for
// everything else. Nothing in it can draw on a terminal or begin a line of its
// own.
func newLog(w io.Writer, terminal bool, c config.Log) *slog.Logger {
	levels := map[config.Level]slog.Level{config.Debug: slog.LevelDebug, config.Info: slog.LevelInfo, config.Warn: slog.LevelWarn, config.Error: slog.LevelError}
	o := &slog.HandlerOptions{Level: levels[c.Level], ReplaceAttr: cleanAttribute}
	if c.Format == config.FormatText || c.Format == config.FormatAuto && terminal {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

// longestLogged is how much of one value is logged, in characters: the stack of
// a crash is the longest.
const longestLogged = 8000

// cleanAttribute makes what is logged harmless, wherever it comes from.
func cleanAttribute(_ []string, a slog.Attr) slog.Attr {
	a.Key = domain.CleanCut(a.Key, 100)
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(domain.CleanCut(a.Value.String(), longestLogged))
	case slog.KindAny:
		if _, level := a.Value.Any().(slog.Level); !level {
			a.Value = slog.StringValue(domain.CleanCut(fmt.Sprint(a.Value.Any()), longestLogged))
		}
	}
	return a
}
