package faultfs_test

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
)

func TestFailsFromTheNthOnUntilHealed(t *testing.T) {
	dir, err := durable.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	fsys := faultfs.New(dir)
	f, err := fsys.OpenFile("f", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	put := func(text string, off int64) (int, error) { return f.WriteAt([]byte(text), off) }

	fsys.Cut(2, 3, syscall.ENOSPC)
	if _, err := put("first", 0); err != nil {
		t.Fatal(err)
	}
	if n, err := put("second", 5); n != 3 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("cut write = %d, %v", n, err)
	}
	if n, err := put("third", 8); n != 0 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("write after the cut = %d, %v", n, err)
	}
	fsys.Fail(faultfs.Sync, 1, syscall.EIO)
	if err := f.Sync(); !errors.Is(err, syscall.EIO) {
		t.Errorf("Sync = %v", err)
	}
	if err := fsys.SyncDir("."); !errors.Is(err, syscall.EIO) {
		t.Errorf("SyncDir = %v", err)
	}
	fsys.Heal()
	if _, err := put("fourth", 8); err != nil {
		t.Error(err)
	}
	if got, err := durable.ReadFile(fsys, "f"); err != nil || string(got) != "firstsecfourth" {
		t.Errorf("file = %q, %v", got, err)
	}
	if n := fsys.Count(faultfs.Write); n != 4 {
		t.Errorf("%d writes counted, want 4", n)
	}
}

func TestEachKindFailsAlone(t *testing.T) {
	dir, err := durable.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	calls := map[faultfs.Op]func(durable.FS) error{
		faultfs.Open:   func(f durable.FS) error { _, err := f.OpenFile("a", os.O_RDONLY, 0); return err },
		faultfs.Rename: func(f durable.FS) error { return f.Rename("a", "a") },
		faultfs.Remove: func(f durable.FS) error { return f.Remove("a") },
		faultfs.Read:   func(f durable.FS) error { _, err := durable.ReadFile(f, "a"); return err },
		faultfs.Truncate: func(f durable.FS) error {
			file, err := f.OpenFile("a", os.O_RDWR, 0)
			if err != nil {
				return err
			}
			defer file.Close()
			return file.Truncate(1)
		},
	}
	for op, call := range calls {
		if err := durable.WriteFile(dir, "a", []byte("12")); err != nil {
			t.Fatal(err)
		}
		fsys := faultfs.New(dir)
		fsys.Fail(op, 1, syscall.EIO)
		if err := call(fsys); !errors.Is(err, syscall.EIO) {
			t.Errorf("op %d: %v, want EIO", op, err)
		}
		fsys.Heal()
		if err := call(fsys); err != nil {
			t.Errorf("op %d healed: %v", op, err)
		}
	}
}
