//go:build unix && !aix && !solaris && !android

package store

import (
	"context"
	"errors"
	"os"
	"strconv"
	"syscall"
	"time"
)

// lockFile takes the lock that bbolt will take again, to no effect, on the same
// open file. Only whoever holds it may look at the file before it is mapped.
// errLocked when another has held it for all of wait.
func lockFile(ctx context.Context, file *os.File, wait time.Duration) error {
	late := time.NewTimer(wait)
	defer late.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		select {
		case <-again.C:
		case <-late.C:
			return errLocked
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Held says whether another process, or this one, has the database at path open.
func Held(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() // which lets go of the lock
	return errors.Is(syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

// inodeOf is the file's number on its disk, as /proc/locks writes it.
func inodeOf(status os.FileInfo) string {
	if s, ok := status.Sys().(*syscall.Stat_t); ok {
		return strconv.FormatUint(uint64(s.Ino), 10)
	}
	return ""
}
