package store

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/domain"
)

// TestAFullDiskIsASentence fills a real disk, a small one: nothing is lost, and
// with room again it goes on.
func TestAFullDiskIsASentence(t *testing.T) {
	disk := t.TempDir()
	if err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk).Run(); err != nil {
		t.Skip("needs the right to mount a small disk")
	}
	defer exec.Command("umount", disk).Run()
	options, c := newOptions(1)
	f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	db, err := Create(f.ctx, filepath.Join(disk, "t.db"), options)
	f.must(err)
	f.DB = db
	defer f.finish()
	n := f.tenant("Acme")
	ballast := filepath.Join(disk, "ballast")
	_ = os.WriteFile(ballast, make([]byte, 4<<20), 0o600) // what there is room for
	made := 0
	for err == nil && made < 5000 {
		if _, err = f.CreateCustomer(f.ctx, n.owner, domain.Customer{Parent: n.main.ID, Name: fmt.Sprintf("%090d", made)}); err == nil {
			made++
		}
	}
	kind(t, err, domain.Unavailable)
	if !strings.Contains(err.Error(), "is full") || !strings.Contains(err.Error(), "Nothing was saved") {
		t.Error(err)
	}
	_, err = Create(f.ctx, filepath.Join(disk, "other.db"), options)
	kind(t, err, domain.Unavailable)
	left, err := filepath.Glob(filepath.Join(disk, ".*"))
	f.must(err)
	if len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	f.must(os.Remove(ballast))
	f.customer(n.owner, n.main.ID, "After")
	if got := len(f.paths(n.owner)); got != made+2 {
		t.Errorf("%d customers, made %d", got, made)
	}
}

// TestALinkIsFollowedAndNeverOverwritten: a link to a database is one, and a link
// to nothing is no place for a new one.
func TestALinkIsFollowedAndNeverOverwritten(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	folder := t.TempDir()
	link, dangling := filepath.Join(folder, "link.db"), filepath.Join(folder, "dangling.db")
	if err := os.Symlink(f.Path(), link); err != nil {
		t.Skip("needs symbolic links")
	}
	target := filepath.Join(folder, "target.db")
	f.must(os.Symlink(target, dangling))
	f.reopenAfter(func() {
		db, err := Open(f.ctx, link, f.options)
		f.must(err)
		_, err = db.Standing(f.ctx, n.owner)
		f.must(err)
		f.must(db.Close())
		f.must(CheckStructure(f.ctx, link, f.options))
	})
	for _, path := range []string{link, dangling} {
		_, err := Create(f.ctx, path, f.options)
		kind(t, err, domain.Conflict)
	}
	_, err := Open(f.ctx, dangling, f.options)
	kind(t, err, domain.NotFound)
	if _, err := os.Lstat(target); err == nil {
		t.Error("a file was made through a link")
	}
}
