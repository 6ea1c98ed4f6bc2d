package meta

import (
	"context"
	"database/sql"
	"errors"

	"github.com/weirhq/weir"
)

const feedColumns = "id, user_id, tag, name, unit, public, engine, list"

func scanFeed(r row) (f weir.Feed, err error) {
	err = r.Scan(&f.ID, &f.User, &f.Tag, &f.Name, &f.Unit, &f.Public, &f.Engine, &f.List)
	return f, err
}

// Feeds lists a user's feeds, oldest first.
func (db *DB) Feeds(ctx context.Context, user weir.UserID) ([]weir.Feed, error) {
	return all(ctx, db.read, scanFeed, "SELECT "+feedColumns+" FROM feeds WHERE user_id = ? ORDER BY id", user)
}

// Feed finds a feed by id.
func (db *DB) Feed(ctx context.Context, id weir.FeedID) (weir.Feed, error) {
	f, err := one(ctx, db.read, scanFeed, "SELECT "+feedColumns+" FROM feeds WHERE id = ?", id)
	if errors.Is(err, sql.ErrNoRows) {
		return weir.Feed{}, noFeed()
	}
	return f, err
}

// noFeed has the words that clients of emoncms know.
func noFeed() error { return weir.Errorf(weir.NotFound, "Feed does not exist") }

// CreateFeed adds a feed under a new id. Conflict when the user has one with the same tag and name.
func (db *DB) CreateFeed(ctx context.Context, f weir.Feed) (weir.Feed, error) {
	id, err := one(ctx, db.write, value[weir.FeedID],
		"INSERT INTO feeds (user_id, tag, name, unit, public, engine, list) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
		f.User, f.Tag, f.Name, f.Unit, f.Public, f.Engine, f.List)
	switch {
	case errors.Is(err, errDuplicate):
		return weir.Feed{}, weir.Errorf(weir.Conflict, "feed already exists")
	case errors.Is(err, errOrphan):
		return weir.Feed{}, noUser(f.User)
	case err != nil:
		return weir.Feed{}, err
	}
	f.ID = id
	return f, nil
}

// UpdateFeed stores everything about the feed f.ID but its owner, who must be f.User.
func (db *DB) UpdateFeed(ctx context.Context, f weir.Feed) error {
	n, err := db.write.exec(ctx, "UPDATE feeds SET tag = ?, name = ?, unit = ?, public = ?, engine = ?, list = ? WHERE id = ? AND user_id = ?",
		f.Tag, f.Name, f.Unit, f.Public, f.Engine, f.List, f.ID, f.User)
	switch {
	case errors.Is(err, errDuplicate):
		return weir.Errorf(weir.Conflict, "fields tag:name must be unique")
	case err == nil && n == 0:
		return noFeed()
	}
	return err
}

// DeleteFeed removes a feed. Its id is not given out again.
func (db *DB) DeleteFeed(ctx context.Context, id weir.FeedID) error {
	n, err := db.write.exec(ctx, "DELETE FROM feeds WHERE id = ?", id)
	if err == nil && n == 0 {
		return noFeed()
	}
	return err
}
