package meta

import (
	"context"
	"database/sql"
	"errors"

	"github.com/weirhq/weir"
)

const userColumns = "users.id, users.name, users.email, users.timezone, users.uuid, users.admin, users.created"

func scanUser(r row) (u weir.User, err error) {
	err = r.Scan(&u.ID, &u.Name, &u.Email, &u.Timezone, &u.UUID, &u.Admin, &u.Created)
	return u, err
}

// CreateUser adds a user with password (a hash) and the API keys that keys makes for the new id. The first user of all
// becomes administrator. With onlyFirst every later one is weir.Denied. Names are unique whatever their case.
func (db *DB) CreateUser(ctx context.Context, u weir.User, password string, onlyFirst bool, keys func(weir.UserID) []Key) (weir.User, error) {
	err := db.atomically(ctx, func(c conn) error {
		others, err := one(ctx, c, value[int], "SELECT COUNT(*) FROM users")
		if err != nil {
			return err
		}
		if onlyFirst && others > 0 {
			return weir.Errorf(weir.Denied, "this server has its user already")
		}
		u.Admin = u.Admin || others == 0
		u.ID, err = one(ctx, c, value[weir.UserID],
			"INSERT INTO users (name, email, timezone, uuid, admin, password, created) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
			u.Name, u.Email, u.Timezone, u.UUID, u.Admin, password, u.Created)
		if err != nil {
			return nameTaken(err)
		}
		for _, k := range keys(u.ID) {
			if err := insertKey(ctx, c, u.ID, k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return weir.User{}, err
	}
	return u, nil
}

func nameTaken(err error) error {
	if errors.Is(err, errDuplicate) {
		return weir.Errorf(weir.Conflict, "Username already exists")
	}
	return err
}

// User finds a user by id.
func (db *DB) User(ctx context.Context, id weir.UserID) (weir.User, error) {
	u, err := one(ctx, db.read, scanUser, "SELECT "+userColumns+" FROM users WHERE id = ?", id)
	if errors.Is(err, sql.ErrNoRows) {
		return weir.User{}, noUser(id)
	}
	return u, err
}

func noUser(id weir.UserID) error { return weir.Errorf(weir.NotFound, "user %d does not exist", id) }

// UserByName finds a user and the hash of their password. Case does not matter.
func (db *DB) UserByName(ctx context.Context, name string) (u weir.User, password string, err error) {
	u, err = one(ctx, db.read, func(r row) (u weir.User, err error) {
		err = r.Scan(&u.ID, &u.Name, &u.Email, &u.Timezone, &u.UUID, &u.Admin, &u.Created, &password)
		return u, err
	}, "SELECT "+userColumns+", users.password FROM users WHERE lower(name) = lower(?)", name)
	if errors.Is(err, sql.ErrNoRows) {
		return weir.User{}, "", weir.Errorf(weir.NotFound, "there is no such user")
	}
	return u, password, err
}

// Users lists all users in the order they came.
func (db *DB) Users(ctx context.Context) ([]weir.User, error) {
	return all(ctx, db.read, scanUser, "SELECT "+userColumns+" FROM users ORDER BY id")
}

// UpdateUser stores name, email, timezone and admin of the user u.ID.
func (db *DB) UpdateUser(ctx context.Context, u weir.User) error {
	n, err := db.write.exec(ctx, "UPDATE users SET name = ?, email = ?, timezone = ?, admin = ? WHERE id = ?",
		u.Name, u.Email, u.Timezone, u.Admin, u.ID)
	if err == nil && n == 0 {
		return noUser(u.ID)
	}
	return nameTaken(err)
}

// SetPassword replaces a password's hash. With old, it does so only if that is still the hash and leaves sessions as
// they are: the same password, hashed anew. Without, the password is another one and all sessions of the user end.
func (db *DB) SetPassword(ctx context.Context, id weir.UserID, old, password string) error {
	if old != "" {
		_, err := db.write.exec(ctx, "UPDATE users SET password = ? WHERE id = ? AND password = ?", password, id, old)
		return err
	}
	return db.atomically(ctx, func(c conn) error {
		n, err := c.exec(ctx, "UPDATE users SET password = ? WHERE id = ?", password, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return noUser(id)
		}
		_, err = c.exec(ctx, "DELETE FROM sessions WHERE user_id = ?", id)
		return err
	})
}

// DeleteUser removes a user with their keys, sessions, settings and inputs. Conflict while there are feeds.
func (db *DB) DeleteUser(ctx context.Context, id weir.UserID) error {
	n, err := db.write.exec(ctx, "DELETE FROM users WHERE id = ?", id)
	switch {
	case errors.Is(err, errOrphan):
		return weir.Errorf(weir.Conflict, "user %d still has feeds: delete them first", id)
	case err == nil && n == 0:
		return noUser(id)
	}
	return err
}
