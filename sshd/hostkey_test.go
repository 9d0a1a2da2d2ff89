package sshd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"tenantry/domain"
)

func TestAHostKeyThatCantBeTrustedIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if _, err := hostKey(path, iotest.ErrReader(os.ErrDeadlineExceeded)); domain.KindOf(err) != domain.Unavailable {
		t.Errorf("without randomness: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("half a key was written")
	}
	if _, err := hostKey(path, strings.NewReader(strings.Repeat("r", 64))); err != nil {
		t.Fatal(err)
	}
	status, err := os.Stat(path)
	if err != nil || status.Mode().Perm() != hostKeyMode {
		t.Errorf("%v %v", status.Mode(), err)
	}
	for _, c := range []struct {
		change func()
		kind   domain.Kind
	}{
		{func() { os.Chmod(path, 0o644) }, domain.Refused},
		{func() { os.Chmod(path, 0o600); os.Truncate(path, 100) }, domain.Damaged},
		{func() { os.Truncate(path, 0) }, domain.Damaged},
	} {
		c.change()
		if _, err := hostKey(path, nil); domain.KindOf(err) != c.kind {
			t.Errorf("%v, want %v", err, c.kind)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
