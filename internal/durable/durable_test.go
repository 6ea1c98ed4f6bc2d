package durable_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
)

func openDir(t *testing.T) *durable.Dir {
	t.Helper()
	d, err := durable.OpenDir(filepath.Join(t.TempDir(), "new"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestWriteFileLeavesOldOrNew(t *testing.T) {
	for _, op := range []faultfs.Op{faultfs.Open, faultfs.Write, faultfs.Sync, faultfs.Rename} {
		dir := openDir(t)
		if err := durable.WriteFile(dir, "state", []byte("old")); err != nil {
			t.Fatal(err)
		}
		broken := faultfs.New(dir)
		if op == faultfs.Write {
			broken.Cut(1, 2, syscall.ENOSPC)
		} else {
			broken.Fail(op, 1, syscall.ENOSPC)
		}
		if err := durable.WriteFile(broken, "state", []byte("newer")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("op %d: WriteFile = %v, want ENOSPC", op, err)
		}
		if got, err := durable.ReadFile(dir, "state"); err != nil || string(got) != "old" {
			t.Errorf("op %d: after a failed write: %q, %v", op, got, err)
		}
		if names, err := dir.ReadDir("."); err != nil || len(names) != 1 {
			t.Errorf("op %d: left behind %v, %v", op, names, err)
		}
		broken.Heal()
		if err := durable.WriteFile(broken, "state", []byte("newer")); err != nil {
			t.Fatal(err)
		}
		if got, err := durable.ReadFile(dir, "state"); err != nil || string(got) != "newer" {
			t.Errorf("op %d: after a good write: %q, %v", op, got, err)
		}
	}
}

func TestNamesCannotLeaveTheFolder(t *testing.T) {
	dir := openDir(t)
	secret := filepath.Join(filepath.Dir(dir.Path()), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir.Path(), "link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../secret", "link", secret} {
		if _, err := durable.ReadFile(dir, name); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("ReadFile(%s) = %v, want a refusal", name, err)
		}
	}
}

func TestLockKeepsOthersOut(t *testing.T) {
	dir := t.TempDir()
	lock, err := durable.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := durable.Lock(dir); weir.KindOf(err) != weir.Conflict || !strings.Contains(err.Error(), dir) {
		t.Errorf("second lock: %v, want a conflict that names the folder", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := durable.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func TestSubAndFreeBytes(t *testing.T) {
	dir := openDir(t)
	sub, err := dir.Sub("a/b")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	if err := durable.WriteFile(sub, "f", []byte("1")); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Stat("a/b/f"); err != nil {
		t.Error(err)
	}
	if free, err := durable.FreeBytes(dir.Path()); err != nil || free == 0 {
		t.Errorf("FreeBytes = %d, %v", free, err)
	}
	if _, err := durable.FreeBytes(filepath.Join(dir.Path(), "missing")); err == nil {
		t.Error("FreeBytes of a missing folder: no error")
	}
}

func TestSealedBytes(t *testing.T) {
	got := durable.Seal("TEST", 3, []byte("hi"))
	want := []byte("TEST\x03\x02\x00\x00\x00\x00\x00\x00\x00hi\x96\x32\xa7\xba")
	if !bytes.Equal(got, want) {
		t.Errorf("Seal = %q", got)
	}
	version, payload, err := durable.Open("TEST", got)
	if err != nil || version != 3 || string(payload) != "hi" {
		t.Errorf("Open = %d, %q, %v", version, payload, err)
	}
	for i := range got {
		bad := bytes.Clone(got)
		bad[i] ^= 0x40
		if _, _, err := durable.Open("TEST", bad); err == nil {
			t.Errorf("a record with byte %d changed was accepted", i)
		}
		if _, _, err := durable.Open("TEST", got[:i]); err == nil {
			t.Errorf("a record cut to %d bytes was accepted", i)
		}
	}
	if _, _, err := durable.Open("ELSE", got); err == nil || !strings.Contains(err.Error(), "not a ELSE record") {
		t.Errorf("wrong magic: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(durable.Seal("TEST", 1, []byte("payload")))
	f.Add([]byte("TEST"))
	f.Fuzz(func(t *testing.T, data []byte) {
		version, payload, err := durable.Open("TEST", data)
		if err == nil && !bytes.Equal(durable.Seal("TEST", version, payload), data) {
			t.Errorf("accepted %q, which Seal does not make", data)
		}
	})
}
