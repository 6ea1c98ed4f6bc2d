package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/meta"
	"github.com/weirhq/weir/meta/metatest"
	"github.com/weirhq/weir/meta/sqlite"
)

func open(t *testing.T, path string) *meta.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		checkWhole(t, path)
	})
	return db
}

// checkWhole lets SQLite check every page, index and foreign key of a file.
func checkWhole(t *testing.T, path string) {
	t.Helper()
	raw := openRaw(t, path)
	for _, query := range []string{"PRAGMA integrity_check", "SELECT COUNT(*) FROM pragma_foreign_key_check"} {
		var got string
		if err := raw.QueryRowContext(context.Background(), query).Scan(&got); err != nil || got != "ok" && got != "0" {
			t.Errorf("%s: %s, %v", query, got, err)
		}
	}
}

func openRaw(t *testing.T, path string) *sql.DB {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	return raw
}

func exec(t *testing.T, path, query string) {
	t.Helper()
	raw := openRaw(t, path)
	if _, err := raw.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
}

func addUser(t *testing.T, db *meta.DB, name string) weir.User {
	t.Helper()
	u, err := db.CreateUser(t.Context(), weir.User{Name: name}, "hash", false, func(weir.UserID) []meta.Key { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestContract(t *testing.T) {
	metatest.Run(t, func(t *testing.T) *meta.DB {
		t.Helper()
		return open(t, filepath.Join(t.TempDir(), "meta.db"))
	})
}

func TestNamesOfFiles(t *testing.T) {
	for _, name := range []string{"meta.db", "a b.db", "a?b=c.db", "100%41.db", "a#b.db", "ä.db", "file:x.db"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			addUser(t, open(t, path), "anna")
			if _, err := os.Stat(path); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOnlyOwnerReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	open(t, path)
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %v", filepath.Base(name), mode)
		}
	}
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	anna := addUser(t, db, "anna")
	f, err := db.CreateFeed(t.Context(), weir.Feed{User: anna.ID, Name: "f"})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.DeleteFeed(t.Context(), f.ID), db.Close()); err != nil {
		t.Fatal(err)
	}

	db = open(t, path)
	if got, err := db.User(t.Context(), anna.ID); err != nil || got != anna {
		t.Errorf("after reopening: %+v, %v; want %+v", got, err, anna)
	}
	next, err := db.CreateFeed(t.Context(), weir.Feed{User: anna.ID, Name: "f"})
	if err != nil || next.ID <= f.ID {
		t.Errorf("feed after a deleted one: %+v, %v; want an id above %d", next, err, f.ID)
	}
}

// A crash leaves the log beside the file; what was committed is in it.
func TestCopyOfOpenFiles(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	db := open(t, filepath.Join(from, "meta.db"))
	anna := addUser(t, db, "anna")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if got, err := open(t, filepath.Join(to, "meta.db")).User(t.Context(), anna.ID); err != nil || got != anna {
		t.Errorf("from the copy: %+v, %v; want %+v", got, err, anna)
	}
}

func TestOpenRefuses(t *testing.T) {
	whole := func(t *testing.T, path string) []byte {
		t.Helper()
		db, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 50 {
			addUser(t, db, "anna"+strconv.Itoa(i))
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	tests := map[string]struct {
		spoil func(t *testing.T, path string)
		want  string
	}{
		"text": {func(t *testing.T, path string) {
			write(t, path, []byte(strings.Repeat("not a database\n", 100)))
		}, "damaged or no database"},
		"header lost": {func(t *testing.T, path string) {
			data := whole(t, path)
			clear(data[:100])
			write(t, path, data)
		}, "damaged or no database"},
		"cut short": {func(t *testing.T, path string) {
			data := whole(t, path)
			write(t, path, data[:len(data)/2])
		}, "damaged or no database"},
		"folder in its place": {func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "cannot be opened"},
		"newer": {func(t *testing.T, path string) {
			whole(t, path)
			exec(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
		}, "schema version is 999"},
		"read only": {func(t *testing.T, path string) {
			whole(t, path)
			// Rights do not stop root, whom tests may run as; this flag of the file's header stops anyone.
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			data[18] = 3 // write version: above what is known
			write(t, path, data)
		}, "cannot be written"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "meta.db")
			tt.spoil(t, path)
			db, err := sqlite.Open(t.Context(), path)
			if err == nil {
				t.Fatal("opened", db.Close())
			}
			if !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %q, want it to name %s and say %q", err, path, tt.want)
			}
		})
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCancelled(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "meta.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.Users(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("read with a context that is done: %v", err)
	}
	if err := db.SetSetting(ctx, "a", "b"); !errors.Is(err, context.Canceled) {
		t.Errorf("write with a context that is done: %v", err)
	}
}

// Metadata that a power cut may not undo is what keeps feed ids from being given out twice.
func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meta.db")
	open(t, path)
	var mode string
	if err := openRaw(t, path).QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %s, %v; want wal", mode, err)
	}
}

func BenchmarkOpenNew(b *testing.B) {
	dir := b.TempDir()
	n := 0
	for b.Loop() {
		n++
		db, err := sqlite.Open(b.Context(), filepath.Join(dir, strconv.Itoa(n)))
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenExisting(b *testing.B) {
	path := filepath.Join(b.TempDir(), "meta.db")
	for b.Loop() {
		db, err := sqlite.Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCreateInput(b *testing.B) {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "meta.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	u, err := db.CreateUser(b.Context(), weir.User{Name: "anna"}, "hash", false, func(weir.UserID) []meta.Key { return nil })
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		n++
		if _, err := db.CreateInput(b.Context(), weir.Input{User: u.ID, Node: "n", Name: strconv.Itoa(n)}); err != nil {
			b.Fatal(err)
		}
	}
}
