// Package sqlite opens the metadata in one SQLite file, the default. It needs no other service and no C compiler.
//
//	all writes ─▶ one connection, transactions that take the write lock when they begin ─┐
//	reads ──────▶ a few connections that cannot write ───────────────────────────────────┴─▶ file, -wal, -shm
//
// Write-ahead log mode lets reads go on during a write and see it as soon as it is committed. synchronous is FULL, not
// the usual NORMAL: with NORMAL a power cut may undo the last commits, and then a feed's id, which names files, would
// be given out again. Metadata changes rarely; the cost is one fsync a change.
//
// For a backup of a running server use SQLite's own means (VACUUM INTO, .backup): a copy of the file alone may lack
// what still stands in the log beside it.
package sqlite
