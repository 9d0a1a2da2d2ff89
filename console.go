package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/sample"
	"tenantry/store"
	"tenantry/ui"
)

// openConsole shows the console on this terminal: on the database at path, on
// the wizard where there is none, or on sample data for a demo, which sends no
// mail.
func openConsole(ctx context.Context, path string, demo bool, s *setup) error {
	if s.err != nil {
		return s.err
	}
	keymap, err := ownKeymap(keyFile())
	if err != nil {
		return err
	}
	scratch := &scratch{}
	defer scratch.remove()
	o := ui.Options{
		Path: path, Door: domain.DoorConsole, From: whoRuns(), Now: time.Now,
		Keymap: keymap, Look: lookOf(os.Getenv), Save: saveFile, Load: loadFile,
		Sample: scratch.fill, Connect: s.config.Connect,
	}
	switch {
	case demo:
		o.Path = "the sample data"
		o.Open, o.Credentials = scratch.open, shown(sample.People())
	case store.Exists(path):
		o.Open = func(ctx context.Context) (*store.DB, error) { return openDatabase(ctx, path) }
	default:
		o.Create = func(ctx context.Context) (*store.DB, error) { return createDatabase(ctx, path) }
	}
	if s.config.Mail.On() && !demo {
		post := &postbox{options: s.mail()}
		o.Mail, o.Leaving = true, post.end
		if o.Open != nil {
			o.Open = post.opening(o.Open)
		}
		if o.Create != nil {
			o.Create = post.opening(o.Create)
		}
	}
	return ui.Run(ctx, o, os.Stdin, os.Stdout, os.Environ())
}

// scratch is the throw-away database of a demo. It is filled behind the screen,
// so leaving waits until that has ended before the folder goes.
type scratch struct {
	mu     sync.Mutex
	folder string
}

func (s *scratch) fill(ctx context.Context, progress store.Progress) (*store.DB, []ui.Credential, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	os.RemoveAll(s.folder) // of a try that was called off; nothing where there was none
	folder, err := os.MkdirTemp("", "tenantry-demo-")
	if err != nil {
		return nil, nil, domain.Errorf(domain.Unavailable, "", "There is no room for the sample data: %w.", err)
	}
	s.folder = folder
	db, people, err := sample.Create(ctx, filepath.Join(folder, "demo.db"), sampleOutside(), progress)
	return db, shown(people), err
}

// open is fill for a console whose sign-in screen is drawn already.
func (s *scratch) open(ctx context.Context) (*store.DB, error) {
	db, _, err := s.fill(ctx, nil)
	return db, err
}

// shown are people as the sign-in screen shows them.
func shown(people []sample.Credentials) []ui.Credential {
	list := make([]ui.Credential, len(people))
	for i, p := range people {
		list[i] = ui.Credential(p)
	}
	return list
}

func (s *scratch) remove() {
	s.mu.Lock()
	defer s.mu.Unlock()
	os.RemoveAll(s.folder) // nothing, where the name is empty
}

// lookOf reads how this terminal wants to be drawn from its environment:
// NO_COLOR and a terminal without colour, a locale without UTF-8.
func lookOf(environ func(string) string) ui.Look {
	term := environ("TERM")
	locale := environ("LC_ALL")
	if locale == "" {
		locale = environ("LC_CTYPE")
	}
	if locale == "" {
		locale = environ("LANG")
	}
	plain := locale == "C" || locale == "POSIX"
	return ui.Look{
		Mono:         environ("NO_COLOR") != "" || term == "dumb" || strings.HasPrefix(term, "vt"),
		ASCII:        environ("TENANTRY_ASCII") != "" || plain,
		HighContrast: environ("TENANTRY_CONTRAST") != "",
	}
}

// keyFile is where a person's own key bindings are looked for.
func keyFile() string { return filepath.Join(xdg.ConfigHome, "tenantry", "keys") }

func ownKeymap(path string) (*keys.Keymap, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return keys.Default(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("your key file can't be read: %w", err)
	}
	defer file.Close()
	own, err := keys.Parse(file)
	if err == nil {
		var keymap *keys.Keymap
		if keymap, err = keys.Default().With(own); err == nil {
			return keymap, nil
		}
	}
	return nil, fmt.Errorf("your key file %s: %w", path, err)
}

// saveFile writes an export to a new file; one that is there already is left
// alone. A file that couldn't be finished is taken away again.
func saveFile(name string, write func(io.Writer) error) (string, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return "", domain.Errorf(domain.Conflict, "path", "%s is there already. Choose another name.", path)
	}
	if err != nil {
		return "", domain.Errorf(domain.Unavailable, "path", "%s can't be written: %w. Choose another folder.", path, errors.Unwrap(err))
	}
	err = write(file)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		os.Remove(path)
		return "", err
	}
	return path, nil
}

// loadFile opens a file to import, with its size in bytes.
func loadFile(name string) (io.ReadCloser, int64, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, 0, domain.Errorf(domain.NotFound, "path", "%s can't be read: %w. Check the name.", name, errors.Unwrap(err))
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = domain.Errorf(domain.Invalid, "path", "%s is a folder. Name a CSV file in it.", name)
	}
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, info.Size(), nil
}
