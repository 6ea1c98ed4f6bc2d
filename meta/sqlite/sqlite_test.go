package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/meta/sqlite"
)

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c%41#.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	u, err := db.CreateUser(t.Context(), weir.User{Name: "Anna"}, "x", false, func(weir.UserID) []struct {
		Kind           string
		Digest, Sealed []byte
	} {
		return nil
	})
	t.Log(u, err)
}
