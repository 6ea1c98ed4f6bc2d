package meta

import (
	"context"
	"database/sql"
	"errors"

	"github.com/weirhq/weir"
)

// Setting reads a setting of the server.
func (db *DB) Setting(ctx context.Context, name string) (string, error) {
	v, err := one(ctx, db.read, value[string], "SELECT value FROM settings WHERE name = ?", name)
	return v, unset(err, name)
}

// SetSetting stores a setting of the server.
func (db *DB) SetSetting(ctx context.Context, name, v string) error {
	_, err := db.write.exec(ctx,
		"INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, v)
	return err
}

// UserSetting reads a setting of a user.
func (db *DB) UserSetting(ctx context.Context, user weir.UserID, name string) (string, error) {
	v, err := one(ctx, db.read, value[string], "SELECT value FROM user_settings WHERE user_id = ? AND name = ?", user, name)
	return v, unset(err, name)
}

// SetUserSetting stores a setting of a user.
func (db *DB) SetUserSetting(ctx context.Context, user weir.UserID, name, v string) error {
	_, err := db.write.exec(ctx,
		"INSERT INTO user_settings (user_id, name, value) VALUES (?, ?, ?) ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value",
		user, name, v)
	if errors.Is(err, errOrphan) {
		return noUser(user)
	}
	return err
}

func unset(err error, name string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return weir.Errorf(weir.NotFound, "setting %s is not set", name)
	}
	return err
}
