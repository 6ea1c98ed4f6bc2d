package account

import (
	"context"

	"github.com/weirhq/weir"
)

// Store keeps accounts. What is not there is weir.NotFound, what clashes weir.Conflict.
type Store interface {
	Users
	Keyring
	Logins
	Settings
}

// Users keeps users and the hashes of their passwords. Names are unique and found whatever their case.
type Users interface {
	// CreateUser adds u and the keys made for its new id. The first user of all becomes administrator; with
	// onlyFirst every later one is weir.Denied.
	CreateUser(ctx context.Context, u weir.User, password string, onlyFirst bool, keys func(weir.UserID) []StoredKey) (weir.User, error)
	User(ctx context.Context, id weir.UserID) (weir.User, error)
	UserByName(ctx context.Context, name string) (u weir.User, password string, err error)
	Users(ctx context.Context) ([]weir.User, error)
	// UpdateUser stores name, email, timezone and admin.
	UpdateUser(ctx context.Context, u weir.User) error
	// SetPassword with old replaces only that hash; without, it also ends all sessions of the user.
	SetPassword(ctx context.Context, id weir.UserID, old, password string) error
	// DeleteUser is weir.Conflict while the user has feeds.
	DeleteUser(ctx context.Context, id weir.UserID) error
}

// Keyring keeps API keys.
type Keyring interface {
	Keys(ctx context.Context, user weir.UserID) ([]StoredKey, error)
	KeyOwner(ctx context.Context, digest []byte) (u weir.User, kind string, err error)
	// ReplaceKey removes the user's key of the same kind for good.
	ReplaceKey(ctx context.Context, user weir.UserID, k StoredKey) error
}

// Logins keeps sessions.
type Logins interface {
	// CreateSession also forgets sessions that ended before now.
	CreateSession(ctx context.Context, s StoredSession, now int64) error
	Session(ctx context.Context, digest []byte) (weir.User, StoredSession, error)
	// RenewSession and the Delete methods pass over what is gone.
	RenewSession(ctx context.Context, digest []byte, expires int64) error
	DeleteSession(ctx context.Context, digest []byte) error
	DeleteSessions(ctx context.Context, user weir.UserID) error
}

// Settings keeps single values of the server.
type Settings interface {
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// StoredKey is an API key as the store holds it. It has no name of its own, so that a store can have these methods
// without importing this package.
type StoredKey = struct {
	Kind   string // "read" or "write"
	Digest []byte
	Sealed []byte
}

// StoredSession is a login as the store holds it.
type StoredSession = struct {
	User     weir.UserID
	Digest   []byte
	Expires  int64 // unix seconds
	Remember bool
}
