package durable

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// SyncAll brings everything written to the file system that holds the folder to the disk: one call, however many
// files were written. Systems without such a call have no SyncAll; there each file is synced by itself.
func (d *Dir) SyncAll() error {
	f, err := d.root.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = unix.Syncfs(int(fd)) })
	if err = errors.Join(err, failed); err != nil {
		return fmt.Errorf("sync %s: %w", d.root.Name(), err)
	}
	return nil
}
