// Package faultfs is a folder that fails on demand, for tests of what must survive a bad disk.
//
// It wraps another durable.FS, counts operations by kind, and lets a test say which one fails and how: with an error
// (ENOSPC, EIO), or after writing only a part of the bytes, as a disk that fills up or a process that is killed does.
//
//	fsys := faultfs.New(dir)
//	fsys.Fail(faultfs.Write, 3, syscall.ENOSPC) // the third write from now on, and all after it
//	…
//	fsys.Heal()                                 // the disk has room again
package faultfs
