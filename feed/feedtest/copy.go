package feedtest

import (
	"os"
	"testing"
)

// copyFolder copies a data folder, as it is at this moment.
func copyFolder(t testing.TB, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}
