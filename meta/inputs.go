package meta

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/weirhq/weir"
)

const (
	inputColumns = "id, user_id, node, name, description, list"

	// maxListed bounds the placeholders of one statement; databases allow 32,766 or more.
	maxListed = 1000
)

func scanInput(r row) (in weir.Input, err error) {
	err = r.Scan(&in.ID, &in.User, &in.Node, &in.Name, &in.Description, &in.List)
	return in, err
}

// Inputs lists a user's inputs, oldest first.
func (db *DB) Inputs(ctx context.Context, user weir.UserID) ([]weir.Input, error) {
	return all(ctx, db.read, scanInput, "SELECT "+inputColumns+" FROM inputs WHERE user_id = ? ORDER BY id", user)
}

// CreateInput adds an input, or returns the one that is there under the same user, node and name.
func (db *DB) CreateInput(ctx context.Context, in weir.Input) (weir.Input, error) {
	err := db.atomically(ctx, func(c conn) error {
		there, err := one(ctx, c, scanInput,
			"SELECT "+inputColumns+" FROM inputs WHERE user_id = ? AND node = ? AND name = ?", in.User, in.Node, in.Name)
		if err == nil {
			in = there
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		in.ID, err = one(ctx, c, value[weir.InputID],
			"INSERT INTO inputs (user_id, node, name, description, list) VALUES (?, ?, ?, ?, ?) RETURNING id",
			in.User, in.Node, in.Name, in.Description, in.List)
		return err
	})
	switch {
	case errors.Is(err, errOrphan):
		return weir.Input{}, noUser(in.User)
	case err != nil:
		return weir.Input{}, err
	}
	return in, nil
}

// UpdateInput stores node, name, description and process list of the input in.ID of in.User.
func (db *DB) UpdateInput(ctx context.Context, in weir.Input) error {
	n, err := db.write.exec(ctx, "UPDATE inputs SET node = ?, name = ?, description = ?, list = ? WHERE id = ? AND user_id = ?",
		in.Node, in.Name, in.Description, in.List, in.ID, in.User)
	switch {
	case errors.Is(err, errDuplicate):
		return weir.Errorf(weir.Conflict, "node %q already has an input %q", in.Node, in.Name)
	case err == nil && n == 0:
		return weir.Errorf(weir.NotFound, "input %d does not exist", in.ID)
	}
	return err
}

// DeleteInputs removes those of the inputs that belong to user and returns how many there were.
func (db *DB) DeleteInputs(ctx context.Context, user weir.UserID, ids []weir.InputID) (int, error) {
	deleted := 0
	err := db.atomically(ctx, func(c conn) error {
		for part := range slices.Chunk(ids, maxListed) {
			args := []any{user}
			for _, id := range part {
				args = append(args, id)
			}
			marks := strings.Repeat(", ?", len(part))[2:]
			n, err := c.exec(ctx, "DELETE FROM inputs WHERE user_id = ? AND id IN ("+marks+")", args...)
			if err != nil {
				return err
			}
			deleted += n
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

const inputCreation = "input.creation"

// InputCreation tells whether samples under new names make inputs, which they do unless switched off.
func (db *DB) InputCreation(ctx context.Context, user weir.UserID) (bool, error) {
	v, err := db.UserSetting(ctx, user, inputCreation)
	if weir.KindOf(err) == weir.NotFound {
		return true, nil
	}
	return v != "off", err
}

// SetInputCreation switches the making of inputs on or off for a user.
func (db *DB) SetInputCreation(ctx context.Context, user weir.UserID, on bool) error {
	v := "off"
	if on {
		v = "on"
	}
	return db.SetUserSetting(ctx, user, inputCreation, v)
}
