package store

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

func TestCreateMakesAPrivateFileInPrivateFolders(t *testing.T) {
	options, _ := newOptions(1)
	path := filepath.Join(t.TempDir(), "new", "deep", "t.db")
	if Exists(path) {
		t.Fatal("it is there")
	}
	db, err := Create(t.Context(), path, options)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if !Exists(path) || db.Path() != path {
		t.Error("it isn't there")
	}
	for _, check := range []struct {
		path string
		want fs.FileMode
	}{{path, 0o600}, {KeyPath(path), 0o600}, {filepath.Dir(path), 0o700}, {filepath.Dir(filepath.Dir(path)), 0o700}} {
		status, err := os.Stat(check.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := status.Mode().Perm(); got != check.want {
			t.Errorf("%s has mode %o, want %o", check.path, got, check.want)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 2 {
		t.Errorf("the folder holds %v, not the database and its key", left)
	}
}

func TestCreateTouchesNoFileThatIsThere(t *testing.T) {
	options, _ := newOptions(1)
	path := filepath.Join(t.TempDir(), "t.db")
	if err := os.WriteFile(path, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Create(t.Context(), path, options)
	kind(t, err, domain.Conflict)
	if err := rename(os.DevNull, path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that came meanwhile: %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "precious" {
		t.Errorf("it now holds %q", got)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	options, _ := newOptions(1)
	folder := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(folder, "foreign")
	b, err := bolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
	for _, c := range []struct {
		path, says string
		want       domain.Kind
	}{
		{filepath.Join(folder, "none"), "init", domain.NotFound},
		{folder, "folder", domain.Invalid},
		{filepath.Join(foreign, "below"), "folder", domain.Invalid},
		{write("empty", nil), "not a Tenantry database", domain.Invalid},
		{write("text", []byte(strings.Repeat("no database\n", 2000))), "not a Tenantry database", domain.Invalid},
		{write("short", []byte("x")), "not a Tenantry database", domain.Invalid},
		{foreign, "not a Tenantry database", domain.Invalid},
	} {
		_, err := Open(t.Context(), c.path, options)
		kind(t, err, c.want)
		if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), filepath.Base(c.path)) {
			t.Errorf("%s: %v", c.path, err)
		}
	}
	if Exists(filepath.Join(folder, "none")) {
		t.Error("opening made a file")
	}
}

func TestErrorsOfTheDiskAreSentences(t *testing.T) {
	at := func(err error) error { return &fs.PathError{Op: "open", Path: "/x/t.db", Err: err} }
	for _, c := range []struct {
		err  error
		says string
	}{
		{openError("/x/t.db", at(syscall.EACCES)), "write it"},
		{openError("/x/t.db", at(syscall.EROFS)), "write it"},
		{openError("/x/t.db", at(syscall.EIO)), "can't be opened"},
		{createError("/x/t.db", at(syscall.EACCES)), "/x can't be written"},
		{createError("/x/t.db", at(syscall.EROFS)), "/x can't be written"},
		{createError("/x/t.db", at(syscall.ENOSPC)), "full"},
	} {
		kind(t, c.err, domain.Unavailable)
		if text := c.err.Error(); !strings.Contains(text, c.says) || strings.Contains(text, "open /x") {
			t.Error(text)
		}
	}
}

func TestNewerFormatIsRefused(t *testing.T) {
	f := create(t)
	f.inTx(func(tx *tx) error {
		tx.wrote = true
		return tx.putFormat(newestFormat() + 1)
	})
	f.damaged = true
	path, options := f.Path(), f.options
	f.must(f.Close())
	_, err := Open(f.ctx, path, options)
	kind(t, err, domain.Unavailable)
	if !strings.Contains(err.Error(), "newer Tenantry") {
		t.Error(err)
	}
}

// copyKey puts a copy of a database's key file beside a copy of the database.
func (f *fixture) copyKey(to string) {
	f.t.Helper()
	text, err := os.ReadFile(KeyPath(f.Path()))
	f.must(err)
	f.must(os.WriteFile(KeyPath(to), text, 0o600))
}

// whole makes a database with something in it, closes it and reads it. A copy of
// its key lies beside path, for what the test puts there.
func whole(t *testing.T, path string) (data []byte, options Options) {
	t.Helper()
	f := create(t)
	f.copyKey(path)
	a := f.tenant("Acme")
	for i := range 100 {
		f.customer(a.owner, a.main.ID, fmt.Sprint("Depot ", i))
	}
	f.must(f.Close())
	data, err := os.ReadFile(f.Path())
	f.must(err)
	f.reopen()
	return data, f.options
}

func TestCutFileIsRefusedBeforeItIsMapped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cut.db")
	data, options := whole(t, path)
	meta, err := readMeta(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	needed := int(meta.pages) * int(meta.pageSize)
	for _, length := range []int{1, 100, 4096, 5000, 8192, 8192 + 1, 3 * 4096, needed / 2, needed - 4096, needed - 1} {
		if err := os.WriteFile(path, data[:length], 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), path, options)
		if k := domain.KindOf(err); k != domain.Damaged && k != domain.Invalid {
			t.Errorf("cut to %d of %d bytes: %v", length, needed, err)
		}
		err = CheckStructure(t.Context(), path, options)
		if k := domain.KindOf(err); k != domain.Damaged && k != domain.Invalid {
			t.Errorf("structure, cut to %d of %d bytes: %v", length, needed, err)
		}
	}
	if err := os.WriteFile(path, data[:needed], 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), path, options)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

func TestDamagedMetaPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	data, options := whole(t, path)
	open := func(data []byte) error {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := Open(t.Context(), path, options)
		if err == nil {
			report, err := db.Check(t.Context(), nil)
			if err != nil || len(report.Problems) > 0 {
				t.Errorf("opened, and then: %v %v", err, report.Problems)
			}
			db.Close()
		}
		return err
	}
	// One of the two pages torn is what a crash leaves: the other stands.
	for page := range 2 {
		for at := pageHeader; at < pageHeader+metaLength; at++ {
			torn := bytes.Clone(data)
			torn[page*4096+at] ^= 0x10
			if err := open(torn); err != nil {
				t.Fatalf("page %d, byte %d: %v", page, at, err)
			}
		}
	}
	both := bytes.Clone(data)
	both[pageHeader+60] ^= 1
	both[4096+pageHeader+60] ^= 1
	err := open(both)
	kind(t, err, domain.Damaged)
	if !strings.Contains(err.Error(), "put back a copy") {
		t.Error(err)
	}
	// Each byte of the file's own words about itself, in both pages.
	for at := pageHeader; at < pageHeader+metaLength; at++ {
		broken := bytes.Clone(data)
		broken[at] ^= 0x10
		broken[4096+at] ^= 0x10
		if err := open(broken); domain.KindOf(err) != domain.Damaged && domain.KindOf(err) != domain.Invalid {
			t.Errorf("byte %d of both: %v", at, err)
		}
	}
}

// TestMain lets the test binary be the child process of some tests.
func TestMain(m *testing.M) {
	switch os.Getenv("TENANTRY_TEST_CHILD") {
	case "hold":
		childHold()
	case "structure":
		childStructure()
	case "write":
		childWrite()
	case "dump":
		childDump()
	default:
		code := m.Run()
		removeBenchmarks()
		os.Exit(code)
	}
}

// child starts the test binary again to do something else.
func child(t *testing.T, what, path string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), "TENANTRY_TEST_CHILD="+what, "TENANTRY_TEST_FILE="+path)
	return command
}

// childHold holds the database until it is told to end.
func childHold() {
	options, _ := newOptions(2)
	if _, err := Open(backgroundOfChild(), os.Getenv("TENANTRY_TEST_FILE"), options); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("held")
	bufio.NewReader(os.Stdin).ReadString('\n')
	os.Exit(0)
}

func TestSecondProcessIsToldWhoHasIt(t *testing.T) {
	f := create(t)
	f.must(f.Close())
	command := child(t, "hold", f.Path())
	in, err := command.StdinPipe()
	f.must(err)
	out, err := command.StdoutPipe()
	f.must(err)
	f.must(command.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatal(line, err)
	}
	_, err = Open(f.ctx, f.Path(), f.options)
	kind(t, err, domain.Unavailable)
	if !strings.Contains(err.Error(), "in use by another Tenantry") {
		t.Error(err)
	}
	if _, locks := os.Stat("/proc/locks"); locks == nil && !strings.Contains(err.Error(), fmt.Sprintf("process %d", command.Process.Pid)) {
		t.Logf("the process isn't named: %v", err) // another process namespace
	}
	fmt.Fprintln(in)
	f.must(command.Wait())
	db, err := Open(f.ctx, f.Path(), f.options)
	f.must(err)
	f.DB = db
}

// childStructure is what a command does before it opens a file.
func childStructure() {
	options, _ := newOptions(2)
	if err := CheckStructure(backgroundOfChild(), os.Getenv("TENANTRY_TEST_FILE"), options); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func TestStructureCheckInAChild(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.db")
	data, _ := whole(t, path)
	good, found := 0, 0
	meta, err := readMeta(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for page := uint64(2); page < meta.pages; page += 1 + meta.pages/12 {
		broken := bytes.Clone(data)
		copy(broken[int64(page)*meta.pageSize:], bytes.Repeat([]byte{0xa5}, int(meta.pageSize)))
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := child(t, "structure", path).Run(); err != nil {
			found++
		} else {
			good++ // a free page
		}
	}
	if found == 0 {
		t.Error("no damaged page was found")
	}
	t.Logf("%d damaged pages found, %d of no matter", found, good)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := child(t, "structure", path).CombinedOutput(); err != nil {
		t.Errorf("a good file: %v %s", err, out)
	}
}
