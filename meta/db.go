package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// Source is an open database and how to talk to it.
type Source struct {
	Name    string  // what errors call the database: its file or address
	Write   *sql.DB // transactions on it run as if one after the other
	Read    *sql.DB // may be the same pool
	Dialect Dialect
}

// Dialect is what differs between databases.
type Dialect struct {
	Migrations fs.FS         // the schema's steps, named 00001_noun.sql, …
	Goose      goose.Dialect // what applies them
	Numbered   bool          // placeholders are $1, $2 instead of ?
	Classify   func(error) Fault
}

// Fault is what a driver's error means to the caller.
type Fault uint8

// The faults that are told apart.
const (
	FaultOther       Fault = iota
	FaultDuplicate         // a unique key is taken
	FaultOrphan            // a row refers to one that is not there, or is still referred to
	FaultFull              // the disk is full
	FaultBusy              // others hold the database
	FaultReadOnly          // the database may not be written
	FaultDamaged           // the database is not readable as one
	FaultUnreachable       // the database cannot be opened
)

// DB is the metadata. Its methods may be called at the same time.
type DB struct {
	read, write conn
	pools       [2]*sql.DB
}

// New brings the schema up to date and returns the metadata, which then owns the pools. After an error the caller
// still does.
func New(ctx context.Context, src Source) (*DB, error) {
	db := &DB{
		read:  conn{q: src.Read, src: &src},
		write: conn{q: src.Write, src: &src},
		pools: [2]*sql.DB{src.Read, src.Write},
	}
	if err := migrate(ctx, src); err != nil {
		return nil, db.write.translate(err)
	}
	// Touches no row, but fails now rather than at the first change if the database may only be read.
	if _, err := db.write.exec(ctx, "UPDATE settings SET value = value WHERE name = ''"); err != nil {
		return nil, err
	}
	return db, nil
}

func migrate(ctx context.Context, src Source) error {
	provider, err := goose.NewProvider(src.Dialect.Goose, src.Write, src.Dialect.Migrations,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring schema up to date: %w", err)
	}
	has, knows, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if has > knows {
		return fmt.Errorf("schema version is %d, this weir knows up to %d: start the newer weir that wrote it", has, knows)
	}
	return nil
}

// Close ends all use of the database.
func (db *DB) Close() error {
	err := db.pools[0].Close()
	if db.pools[1] != db.pools[0] {
		err = errors.Join(err, db.pools[1].Close())
	}
	return err
}

// atomically runs fn in one transaction: all of it happens or nothing. Others see it only when it is done.
func (db *DB) atomically(ctx context.Context, fn func(conn) error) (err error) {
	tx, err := db.pools[1].BeginTx(ctx, nil)
	if err != nil {
		return db.write.translate(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreDone(tx.Rollback()))
		}
	}()
	if err := fn(conn{q: tx, src: db.write.src}); err != nil {
		return err
	}
	return db.write.translate(tx.Commit())
}

// ignoreDone passes over a transaction that the end of its context has rolled back already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
