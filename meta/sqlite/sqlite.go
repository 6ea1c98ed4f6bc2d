package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/weirhq/weir/meta"
)

//go:embed migrations/*.sql
var schema embed.FS

// maxReaders bounds the read connections: each keeps its own page cache of up to 2 MB.
const maxReaders = 4

// Open opens the metadata in the file at path, makes it if it is not there and brings its schema up to date.
func Open(ctx context.Context, path string) (*meta.DB, error) {
	migrations, err := fs.Sub(schema, "migrations")
	if err != nil {
		return nil, fmt.Errorf("metadata schema: %w", err)
	}
	private(path)
	write, err := pool(path, 1, "&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	read, err := pool(path, min(maxReaders, max(2, runtime.NumCPU())), "&_pragma=query_only(true)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	db, err := meta.New(ctx, meta.Source{
		Name: path, Write: write, Read: read,
		Dialect: meta.Dialect{Migrations: migrations, Goose: goose.DialectSQLite3, Classify: classify},
	})
	if err != nil {
		return nil, errors.Join(err, read.Close(), write.Close())
	}
	return db, nil
}

// private makes a file that is not there yet, so that only its owner may read password hashes in it; SQLite makes its
// own for everybody, and gives -wal and -shm the rights of the file. What fails here SQLite reports better.
func private(path string) {
	if f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil { //nolint:gosec // the operator's own file
		_ = f.Close()
	}
}

// pool makes connections that wait up to 5 s for others, such as a backup, to let go of the file.
func pool(path string, size int, options string) (*sql.DB, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("metadata %s: %w", path, err)
	}
	name := (&url.URL{Path: full}).EscapedPath()
	connector, err := sqlite.NewConnector("file:" + name + "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(true)" + options)
	if err != nil {
		return nil, fmt.Errorf("metadata %s: %w", path, err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

func classify(err error) meta.Fault {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return meta.FaultOther
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return meta.FaultDuplicate
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return meta.FaultOrphan
	}
	const primary = 0xff // the rest is detail
	switch e.Code() & primary {
	case sqlite3.SQLITE_FULL:
		return meta.FaultFull
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return meta.FaultBusy
	case sqlite3.SQLITE_READONLY:
		return meta.FaultReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return meta.FaultDamaged
	case sqlite3.SQLITE_CANTOPEN:
		return meta.FaultUnreachable
	}
	return meta.FaultOther
}
