package feed

import (
	"container/list"
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"

	"github.com/weirhq/weir/internal/durable"
)

// openFiles is a folder that keeps the files used last open, so that ten thousand feeds need neither ten thousand
// descriptors nor an open for every read. A file opened twice is one descriptor; reads and writes go by position.
type openFiles struct {
	durable.FS

	max int

	mu     sync.Mutex
	byName map[string]*handle
	idle   *list.List          // of *handle, the one used last in front
	dirty  map[string]struct{} // written since the last SyncAll; nil when the folder can sync as a whole
}

// syncer is a folder that can bring all its files to the disk in one call.
type syncer interface{ SyncAll() error }

func newOpenFiles(base durable.FS, limit int) *openFiles {
	o := &openFiles{FS: base, max: limit, byName: map[string]*handle{}, idle: list.New()}
	if _, ok := base.(syncer); !ok {
		o.dirty = map[string]struct{}{}
	}
	return o
}

type handle struct {
	durable.File

	owner *openFiles
	name  string
	users int
	gone  bool          // no longer in byName: closed with its last user
	elem  *list.Element // place among the idle
}

// OpenFile gives a shared descriptor, open for reading and writing. Files made or emptied on opening are not shared.
func (o *openFiles) OpenFile(name string, flag int, perm fs.FileMode) (durable.File, error) {
	if flag&(os.O_TRUNC|os.O_EXCL) != 0 {
		o.forget(name)
		f, err := o.FS.OpenFile(name, flag, perm)
		if err != nil {
			return nil, err
		}
		o.touch(name)
		return f, nil
	}
	if h := o.take(name); h != nil {
		return &lease{handle: h}, nil
	}
	f, err := o.FS.OpenFile(name, flag&os.O_CREATE|os.O_RDWR, perm)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if h := o.byName[name]; h != nil { // somebody else was quicker
		_ = f.Close()
		h.hold()
		return &lease{handle: h}, nil
	}
	h := &handle{File: f, owner: o, name: name, users: 1}
	o.byName[name] = h
	o.shrink()
	return &lease{handle: h}, nil
}

func (o *openFiles) take(name string) *handle {
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.byName[name]
	if h != nil {
		h.hold()
	}
	return h
}

func (h *handle) hold() {
	h.users++
	if h.elem != nil {
		h.owner.idle.Remove(h.elem)
		h.elem = nil
	}
}

// shrink closes idle files until few enough are open. A file in use is never closed, so the limit is a soft one. What
// fails in writing is told by writes and syncs; closing says nothing new.
func (o *openFiles) shrink() {
	for len(o.byName) > o.max && o.idle.Len() > 0 {
		h := o.idle.Remove(o.idle.Back()).(*handle) //nolint:errcheck // the list holds nothing else
		h.elem = nil
		delete(o.byName, h.name)
		_ = h.Close()
	}
}

// forget stops sharing a descriptor, because its name will mean another file.
func (o *openFiles) forget(name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	h := o.byName[name]
	if h == nil {
		return
	}
	delete(o.byName, name)
	h.gone = true
	if h.elem != nil {
		o.idle.Remove(h.elem)
		h.elem = nil
		_ = h.Close()
	}
}

func (o *openFiles) Rename(oldName, newName string) error {
	o.forget(oldName)
	o.forget(newName)
	o.touch(newName)
	return o.FS.Rename(oldName, newName)
}

func (o *openFiles) Remove(name string) error {
	o.forget(name)
	return o.FS.Remove(name)
}

func (o *openFiles) touch(name string) {
	if o.dirty == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.dirty[name] = struct{}{}
}

// SyncAll returns when everything written so far is on the disk.
func (o *openFiles) SyncAll() error {
	if s, ok := o.FS.(syncer); ok {
		return s.SyncAll()
	}
	o.mu.Lock()
	names := make([]string, 0, len(o.dirty))
	for name := range o.dirty {
		names = append(names, name)
	}
	o.mu.Unlock()
	slices.Sort(names)
	for _, name := range names {
		if err := o.syncFile(name); err != nil {
			return err
		}
		o.mu.Lock()
		delete(o.dirty, name)
		o.mu.Unlock()
	}
	return nil
}

func (o *openFiles) syncFile(name string) error {
	f, err := o.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // removed since
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Close closes every file that nobody uses, and the others when they are given back.
func (o *openFiles) Close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.max = 0
	o.shrink()
}

// lease is one user's hold on a shared descriptor.
type lease struct {
	*handle

	closed bool
}

func (l *lease) WriteAt(p []byte, off int64) (int, error) {
	l.owner.touch(l.name)
	return l.File.WriteAt(p, off)
}

func (l *lease) Truncate(size int64) error {
	l.owner.touch(l.name)
	return l.File.Truncate(size)
}

func (l *lease) Close() error {
	o := l.owner
	o.mu.Lock()
	defer o.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	l.users--
	switch {
	case l.users > 0:
		return nil
	case l.gone:
		return l.File.Close()
	}
	l.elem = o.idle.PushFront(l.handle)
	o.shrink()
	return nil
}
