package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/app"
)

// A misspelt --data must neither look like a server without users nor leave a folder behind.
func TestAccountsOfAFolderThatIsNotThere(t *testing.T) {
	cfg := app.Default()
	cfg.Data = filepath.Join(t.TempDir(), "none")
	if _, err := app.OpenAccounts(t.Context(), cfg); weir.KindOf(err) != weir.NotFound {
		t.Errorf("OpenAccounts = %v, want not found", err)
	}
	if _, err := os.Stat(cfg.Data); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
}
