package meta

import (
	"context"
	"database/sql"
	"errors"

	"github.com/weirhq/weir"
)

// Key is an API key as it is stored: readable only with the server's secret. It has no name of its own so that account,
// which may not import this package, can speak of the same type.
type Key = struct {
	Kind   string // what it allows
	Digest []byte // finds the key
	Sealed []byte // holds it, encrypted
}

func insertKey(ctx context.Context, c conn, user weir.UserID, k Key) error {
	_, err := c.exec(ctx, "INSERT INTO keys (digest, user_id, kind, sealed) VALUES (?, ?, ?, ?)", k.Digest, user, k.Kind, k.Sealed)
	if errors.Is(err, errDuplicate) {
		return weir.Errorf(weir.Conflict, "API key of user %d is another one's already", user)
	}
	return err
}

// Keys lists a user's keys.
func (db *DB) Keys(ctx context.Context, user weir.UserID) ([]Key, error) {
	return all(ctx, db.read, func(r row) (k Key, err error) {
		err = r.Scan(&k.Kind, &k.Digest, &k.Sealed)
		return k, err
	}, "SELECT kind, digest, sealed FROM keys WHERE user_id = ? ORDER BY kind", user)
}

// KeyOwner finds whose key has the digest, and its kind.
func (db *DB) KeyOwner(ctx context.Context, digest []byte) (u weir.User, kind string, err error) {
	u, err = one(ctx, db.read, func(r row) (u weir.User, err error) {
		err = r.Scan(&u.ID, &u.Name, &u.Email, &u.Timezone, &u.UUID, &u.Admin, &u.Created, &kind)
		return u, err
	}, "SELECT "+userColumns+", keys.kind FROM keys JOIN users ON users.id = keys.user_id WHERE keys.digest = ?", digest)
	if errors.Is(err, sql.ErrNoRows) {
		return weir.User{}, "", weir.Errorf(weir.NotFound, "there is no such key")
	}
	return u, kind, err
}

// ReplaceKey puts k in the place of the user's key of the same kind, which is gone when it returns.
func (db *DB) ReplaceKey(ctx context.Context, user weir.UserID, k Key) error {
	err := db.atomically(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM keys WHERE user_id = ? AND kind = ?", user, k.Kind); err != nil {
			return err
		}
		return insertKey(ctx, c, user, k)
	})
	if errors.Is(err, errOrphan) {
		return noUser(user)
	}
	return err
}
