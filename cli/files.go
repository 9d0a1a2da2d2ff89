package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"tenantry/domain"
)

// Files are the files of whoever types a command.
type Files interface {
	// Open opens a file to read.
	Open(name string) (io.ReadCloser, error)
	// Draft begins a new file, which nobody else may read and which isn't there
	// before it is kept. A file that is there stays: Conflict.
	Draft(name string) (Draft, error)
}

// Draft is a file that is being written.
type Draft interface {
	io.Writer
	// Keep has the disk keep it and gives it its name.
	Keep() error
	// Drop takes away what wasn't kept. After Keep it does nothing.
	Drop()
}

// files are those of whoever types.
func (p *program) files() Files {
	if p.Files != nil {
		return p.Files
	}
	return MachineFiles{}
}

// written writes a new file by fn: whole and on the disk, or not at all.
func (p *program) written(name string, fn func(w io.Writer) error) error {
	draft, err := p.files().Draft(name)
	if err != nil {
		return err
	}
	defer draft.Drop()
	if err := fn(draft); err != nil {
		return err
	}
	return draft.Keep()
}

// MachineFiles are the files of this machine.
type MachineFiles struct{}

// Open opens a file to read.
func (MachineFiles) Open(name string) (io.ReadCloser, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return file, nil
}

// Draft begins a file under another name in the same folder.
func (MachineFiles) Draft(name string) (Draft, error) {
	if _, err := os.Lstat(name); err == nil {
		return nil, alreadyThere(name)
	}
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".new-*") // mode 0600
	if err != nil {
		return nil, unwritable(name, err)
	}
	return &machineDraft{file: file, name: name}, nil
}

type machineDraft struct {
	file *os.File
	name string
	kept bool
}

func (d *machineDraft) Write(p []byte) (int, error) {
	n, err := d.file.Write(p)
	if err != nil {
		err = unwritable(d.name, err)
	}
	return n, err
}

func (d *machineDraft) Keep() error {
	err := d.file.Sync()
	if closing := d.file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = rename(d.file.Name(), d.name)
	}
	if errors.Is(err, fs.ErrExist) {
		return alreadyThere(d.name)
	}
	if err == nil {
		d.kept = true
		err = syncFolder(filepath.Dir(d.name))
	}
	if err != nil {
		return unwritable(d.name, err)
	}
	return nil
}

func (d *machineDraft) Drop() {
	if !d.kept {
		d.file.Close()
		os.Remove(d.file.Name())
	}
}

// rename gives a file a name that nobody has. Where the disk knows no hard links
// it can only look first.
func rename(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

// syncFolder makes a new name in a folder last, where the system can.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	file, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := file.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

func alreadyThere(name string) error {
	return domain.Errorf(domain.Conflict, "file", "There is already a file at %s. Name another, or move it away.", domain.CleanCut(name, 200))
}

func unwritable(name string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return domain.Errorf(domain.Unavailable, "file", "The file %s can't be written: %w.", domain.CleanCut(name, 200), err)
}

// operatorsOwn is a command of whoever holds the machine, and of no user.
func (p *program) operatorsOwn(c *cobra.Command) *cobra.Command {
	c.Annotations = needs(needsOperator)
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if p.as != "" {
			return usage(c, "This is the operator's of the machine: leave --as out.")
		}
		return run(c, args)
	}
	return c
}
