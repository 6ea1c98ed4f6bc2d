package faultfs

import (
	"io/fs"
	"sync"

	"github.com/weirhq/weir/internal/durable"
)

// Op is a kind of operation.
type Op uint8

// The operations that can fail.
const (
	Open Op = iota
	Read
	Write
	Sync
	Truncate
	Rename
	Remove
	ops
)

// FS passes everything on to a folder below it until told to fail.
type FS struct {
	durable.FS

	mu     sync.Mutex
	counts [ops]int
	plans  [ops]plan
}

type plan struct {
	at    int // the operation's number from which on it fails; 0: never
	err   error
	short int // a failing write still puts this many bytes
}

// New wraps base.
func New(base durable.FS) *FS { return &FS{FS: base} }

// Fail lets the nth operation of a kind from now on, and all after it, return err. n counts from 1.
func (f *FS) Fail(op Op, n int, err error) { f.plan(op, plan{at: n, err: err}) }

// Cut lets the nth write from now on put only its first keep bytes and then fail with err, and all after it put none.
func (f *FS) Cut(n, keep int, err error) { f.plan(Write, plan{at: n, err: err, short: keep}) }

func (f *FS) plan(op Op, p plan) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p.at += f.counts[op]
	f.plans[op] = p
}

// Heal ends all failures.
func (f *FS) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plans = [ops]plan{}
}

// Count is how many operations of a kind were asked for.
func (f *FS) Count(op Op) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts[op]
}

// check counts an operation and gives the failure planned for it.
func (f *FS) check(op Op) (keep int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts[op]++
	p := f.plans[op]
	if p.at == 0 || f.counts[op] < p.at {
		return 0, nil
	}
	if f.counts[op] == p.at {
		keep = p.short
	}
	return keep, p.err
}

func (f *FS) OpenFile(name string, flag int, perm fs.FileMode) (durable.File, error) {
	if _, err := f.check(Open); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	under, err := f.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &file{File: under, fs: f, name: name}, nil
}

func (f *FS) Rename(oldName, newName string) error {
	if _, err := f.check(Rename); err != nil {
		return &fs.PathError{Op: "rename", Path: oldName, Err: err}
	}
	return f.FS.Rename(oldName, newName)
}

func (f *FS) Remove(name string) error {
	if _, err := f.check(Remove); err != nil {
		return &fs.PathError{Op: "remove", Path: name, Err: err}
	}
	return f.FS.Remove(name)
}

func (f *FS) SyncDir(name string) error {
	if _, err := f.check(Sync); err != nil {
		return &fs.PathError{Op: "sync", Path: name, Err: err}
	}
	return f.FS.SyncDir(name)
}

type file struct {
	durable.File

	fs   *FS
	name string
}

func (f *file) ReadAt(b []byte, off int64) (int, error) {
	if _, err := f.fs.check(Read); err != nil {
		return 0, &fs.PathError{Op: "read", Path: f.name, Err: err}
	}
	return f.File.ReadAt(b, off)
}

func (f *file) WriteAt(b []byte, off int64) (int, error) {
	keep, err := f.fs.check(Write)
	if err == nil {
		return f.File.WriteAt(b, off)
	}
	n := 0
	if keep = min(keep, len(b)); keep > 0 {
		n, _ = f.File.WriteAt(b[:keep], off)
	}
	return n, &fs.PathError{Op: "write", Path: f.name, Err: err}
}

func (f *file) Sync() error {
	if _, err := f.fs.check(Sync); err != nil {
		return &fs.PathError{Op: "sync", Path: f.name, Err: err}
	}
	return f.File.Sync()
}

func (f *file) Truncate(size int64) error {
	if _, err := f.fs.check(Truncate); err != nil {
		return &fs.PathError{Op: "truncate", Path: f.name, Err: err}
	}
	return f.File.Truncate(size)
}
