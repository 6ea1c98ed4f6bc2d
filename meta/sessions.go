package meta

import (
	"context"
	"database/sql"
	"errors"

	"github.com/weirhq/weir"
)

// Session is a login as it is stored. Like Key it has no name of its own.
type Session = struct {
	User     weir.UserID
	Digest   []byte // of the cookie's token
	Expires  int64  // unix seconds
	Remember bool   // outlives the browser
}

// CreateSession adds a session and clears away those that ended before now.
func (db *DB) CreateSession(ctx context.Context, s Session, now int64) error {
	err := db.atomically(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM sessions WHERE expires <= ?", now); err != nil {
			return err
		}
		_, err := c.exec(ctx, "INSERT INTO sessions (digest, user_id, expires, remember) VALUES (?, ?, ?, ?)",
			s.Digest, s.User, s.Expires, s.Remember)
		return err
	})
	if errors.Is(err, errOrphan) {
		return noUser(s.User)
	}
	return err
}

// Session finds a session, also one that has expired, and its user.
func (db *DB) Session(ctx context.Context, digest []byte) (u weir.User, s Session, err error) {
	u, err = one(ctx, db.read, func(r row) (u weir.User, err error) {
		err = r.Scan(&u.ID, &u.Name, &u.Email, &u.Timezone, &u.UUID, &u.Admin, &u.Created, &s.Expires, &s.Remember)
		return u, err
	}, "SELECT "+userColumns+", sessions.expires, sessions.remember FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.digest = ?", digest)
	if errors.Is(err, sql.ErrNoRows) {
		return weir.User{}, Session{}, weir.Errorf(weir.NotFound, "there is no such session")
	}
	s.User, s.Digest = u.ID, digest
	return u, s, err
}

// RenewSession moves a session's end. One that is gone stays gone.
func (db *DB) RenewSession(ctx context.Context, digest []byte, expires int64) error {
	_, err := db.write.exec(ctx, "UPDATE sessions SET expires = ? WHERE digest = ?", expires, digest)
	return err
}

// DeleteSession ends a session, if there is such a one.
func (db *DB) DeleteSession(ctx context.Context, digest []byte) error {
	_, err := db.write.exec(ctx, "DELETE FROM sessions WHERE digest = ?", digest)
	return err
}

// DeleteSessions ends all sessions of a user.
func (db *DB) DeleteSessions(ctx context.Context, user weir.UserID) error {
	_, err := db.write.exec(ctx, "DELETE FROM sessions WHERE user_id = ?", user)
	return err
}
