package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// ErrUnsynced is in the chain of an error that means: what was written may never reach the disk. The system may have let
// go of the pages it could not write, so a later sync that works proves nothing about them.
var ErrUnsynced = errors.New("written, but not on the disk")

// FS is a folder. Names are slash-separated and relative to it.
type FS interface {
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	Rename(oldName, newName string) error
	Remove(name string) error
	MkdirAll(name string, perm fs.FileMode) error
	ReadDir(name string) ([]fs.DirEntry, error)
	Stat(name string) (fs.FileInfo, error)
	SyncDir(name string) error
}

// File is an open file that is read and written by position.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Truncate(size int64) error
	Sync() error
	Stat() (fs.FileInfo, error)
}

// Dir is a folder on disk.
type Dir struct {
	root *os.Root
}

// OpenDir opens the folder at path, making it (0700: measurements are private) if it is not there.
func OpenDir(name string) (*Dir, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	return &Dir{root: root}, nil
}

// Path is the name the folder was opened by.
func (d *Dir) Path() string { return d.root.Name() }

// Close lets go of the folder. Files opened from it stay open.
func (d *Dir) Close() error { return d.root.Close() }

// Sub opens a folder inside d, making it if it is not there.
func (d *Dir) Sub(name string) (*Dir, error) {
	if err := d.root.MkdirAll(name, 0o700); err != nil {
		return nil, err
	}
	root, err := d.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &Dir{root: root}, nil
}

func (d *Dir) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := d.root.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err // not f: a nil *os.File in the interface would not be nil
	}
	return f, nil
}

func (d *Dir) Rename(oldName, newName string) error         { return d.root.Rename(oldName, newName) }
func (d *Dir) Remove(name string) error                     { return d.root.Remove(name) }
func (d *Dir) MkdirAll(name string, perm fs.FileMode) error { return d.root.MkdirAll(name, perm) }
func (d *Dir) Stat(name string) (fs.FileInfo, error)        { return d.root.Stat(name) }
func (d *Dir) ReadDir(name string) (list []fs.DirEntry, e error) {
	return fs.ReadDir(d.root.FS(), name)
}

// SyncDir makes the names in a folder (created, renamed, removed files) survive a power cut.
func (d *Dir) SyncDir(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// ReadFile reads a whole file.
func ReadFile(fsys FS, name string) ([]byte, error) {
	f, err := fsys.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	data := make([]byte, info.Size())
	n, err := f.ReadAt(data, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return data[:n], nil
}

// WriteFile replaces a file all at once: a reader, also one after a crash, finds the old content or the new.
func WriteFile(fsys FS, name string, data []byte) (err error) {
	temp := name + ".new"
	f, err := fsys.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = f.WriteAt(data, 0)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = fsys.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), ignoreMissing(fsys.Remove(temp)))
	}
	if err := fsys.SyncDir(path.Dir(name)); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
