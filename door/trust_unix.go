//go:build unix

package door

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// trust refuses a sign that somebody else may have hung: it must be a plain
// file of whoever owns the database, and nobody else's to read or write.
func trust(path, database string) error {
	return trustKind(path, database, 0, "it is no plain file")
}

// trustKind is trust of a file of some kind.
func trustKind(path, database string, kind os.FileMode, otherwise string) error {
	sign, err := os.Lstat(path)
	if err != nil {
		return errors.Unwrap(err)
	}
	of, err := os.Stat(database)
	if err != nil {
		return errors.Unwrap(err)
	}
	switch {
	case sign.Mode().Type() != kind:
		return errors.New(otherwise)
	case sign.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("others may use it. Take that away: chmod 600 %s", path)
	case owner(sign) != owner(of):
		return errors.New("it belongs to somebody else than the database")
	}
	return nil
}

func owner(info os.FileInfo) int64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(s.Uid)
	}
	return -1
}
