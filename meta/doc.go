// Package meta keeps what is known about measurements, not the measurements: users, their API keys and sessions,
// inputs, feeds and settings. It holds the queries; meta/sqlite opens the database they run on.
//
//	account ─ users, keys, sessions, settings ─┐
//	input ─── inputs ──────────────────────────┼─▶ meta.DB ─▶ database/sql ─▶ meta/sqlite (default)
//	feed ──── feeds ───────────────────────────┘
//
// Each of those packages declares the methods it needs; *DB has them all. What they can rely on:
//
//   - A method that has returned nil has its change on disk, also after a power cut.
//   - Ids are never given out twice, also not after the row is gone: feed ids name files.
//   - (user, node, name) of an input and (user, tag, name) of a feed are unique, whoever races.
//   - What clashes is weir.Conflict, what is not there weir.NotFound, a full or busy disk weir.Unavailable; all
//     other errors name the database and are for the log only.
//
// The tables; ─▶ is a foreign key:
//
//	users ◀─┬─ keys           an API key: digest to find it, sealed text to show it
//	        ├─ sessions       a login: digest of the cookie, expiry
//	        ├─ user_settings  name, value
//	        ├─ inputs         node, name, process list
//	        └─ feeds          tag, name, engine, process list
//	settings                  of the server
//
// Deleting a user takes all of it along except feeds, which refuse: their files must go first.
//
// Queries keep to SQL that SQLite and PostgreSQL both understand and write placeholders as ?, which conn turns into
// what the database wants. Schemas differ too much for that and lie, one folder a database, beside the driver. A new
// database brings a Dialect and has to pass metatest.
package meta
