package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/weirhq/weir"
)

// LockFile keeps other processes out of a folder until it is closed or the process ends, however it ends.
type LockFile struct {
	f *os.File
}

// Lock takes the folder for this process. Conflict when another process has it.
func Lock(dir string) (*LockFile, error) {
	name := filepath.Join(dir, "LOCK")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, weir.Errorf(weir.Conflict, "data folder %s is in use by another weir: stop it, or choose another folder with --data", dir)
		}
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	return &LockFile{f: f}, nil
}

// Close lets others in.
func (l *LockFile) Close() error { return l.f.Close() }

// FreeBytes is how much an ordinary user may still write to the disk that holds dir.
func FreeBytes(dir string) (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("ask for free space in %s: %w", dir, err)
	}
	return st.Bavail * uint64(st.Bsize), nil
}
