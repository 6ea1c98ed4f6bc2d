package durable_test

import (
	"os"
	"testing"

	"github.com/weirhq/weir/internal/durable"
)

func TestSyncAll(t *testing.T) {
	dir, err := durable.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f, err := dir.OpenFile("a", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	if err := dir.SyncAll(); err != nil {
		t.Error(err)
	}
	if err := dir.Close(); err != nil {
		t.Fatal(err)
	}
	if err := dir.SyncAll(); err == nil {
		t.Error("synced a folder that is closed")
	}
}
