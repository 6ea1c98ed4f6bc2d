-- +goose Up
-- AUTOINCREMENT: an id is not given out again after its row is gone. Feed ids name files.

CREATE TABLE users (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT    NOT NULL,
    email    TEXT    NOT NULL,
    timezone TEXT    NOT NULL,
    uuid     TEXT    NOT NULL,
    admin    INTEGER NOT NULL CHECK (admin IN (0, 1)),
    password TEXT    NOT NULL,
    created  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_name ON users (lower(name));

CREATE TABLE keys (
    digest  BLOB    NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind    TEXT    NOT NULL,
    sealed  BLOB    NOT NULL,
    UNIQUE (user_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    digest   BLOB    NOT NULL PRIMARY KEY,
    user_id  INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires  INTEGER NOT NULL,
    remember INTEGER NOT NULL CHECK (remember IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE inputs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    node        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    list        TEXT    NOT NULL,
    UNIQUE (user_id, node, name)
) STRICT;

-- No cascade: a feed has files that must go first.
CREATE TABLE feeds (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    tag     TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    public  INTEGER NOT NULL CHECK (public IN (0, 1)),
    engine  INTEGER NOT NULL,
    list    TEXT    NOT NULL,
    UNIQUE (user_id, tag, name)
) STRICT;

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_settings (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name    TEXT    NOT NULL,
    value   TEXT    NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;
