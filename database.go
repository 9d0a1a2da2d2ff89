package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"

	"tenantry/cli"
	"tenantry/domain"
	"tenantry/store"
)

func createDatabase(ctx context.Context, path string) (*store.DB, error) {
	return store.Create(ctx, path, options())
}

// openDatabase opens a file once another process has looked at it.
func openDatabase(ctx context.Context, path string) (*store.DB, error) {
	if store.Exists(path) {
		if err := checkInChild(ctx, path); err != nil {
			return nil, err
		}
	}
	return store.Open(ctx, path, options())
}

func replaceKey(ctx context.Context, path string) (int, error) {
	return store.ReplaceKey(ctx, path, options())
}

func restoreDatabase(ctx context.Context, from, path string, replace bool, progress store.Progress) (store.Restored, error) {
	return store.Restore(ctx, from, path, options(), store.Restoring{Replace: replace, Check: checkInChild, Progress: progress})
}

// compactDatabase compacts a file once another process has looked at it.
func compactDatabase(ctx context.Context, path string, progress store.Progress) (store.Compacted, error) {
	if store.Exists(path) {
		if err := checkInChild(ctx, path); err != nil {
			return store.Compacted{}, err
		}
	}
	return store.Compact(ctx, path, options(), progress)
}

func checkStructure(ctx context.Context, path string) error {
	return store.CheckStructure(ctx, path, options())
}

// checkInChild lets a child process look at the file first. Reading a damaged
// page can end a process in a way that can't be caught; then it is the child
// that ends, and this one can say so.
func checkInChild(ctx context.Context, path string) error {
	self, err := os.Executable()
	if err != nil {
		return nil // nothing to look with; opening makes its own, lesser checks
	}
	child := exec.CommandContext(ctx, self, "--db", path, "--json", "db", "check", "--structure")
	child.Args[0] = os.Args[0]
	_, err = child.Output()
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case !errors.As(err, &ended):
		return nil // it found nothing, or couldn't be started
	case ended.ExitCode() == cli.Refused || ended.ExitCode() == cli.Misused:
		return childError(path, ended.Stderr)
	}
	return unreadable(path)
}

func unreadable(path string) error {
	return domain.Errorf(domain.Damaged, "", "The database %s is damaged so badly that it can't be read. Put back a copy of it from before the damage, with: tenantry --db %s db restore BACKUP --replace", path, path)
}

// childError is the error that a child process told as JSON. One that crashed
// told something else.
func childError(path string, told []byte) error {
	var answer struct{ Error cli.Explanation }
	if err := json.Unmarshal(told, &answer); err != nil || answer.Error.Text == "" {
		return unreadable(path)
	}
	return answer.Error.AsError()
}
