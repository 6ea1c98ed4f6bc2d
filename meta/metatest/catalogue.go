package metatest

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/meta"
)

// enoughRuns of a model, each of some thirty steps: a database under the race detector is slow.
const enoughRuns = 40

// place is what is unique about an input, or about a feed with its tag.
type place struct {
	user        weir.UserID
	group, name string
}

// catalogue is what inputs and feeds have in common: rows by id, places taken, ids never given out twice.
type catalogue[ID ~int64, T any] struct {
	rows    map[ID]T
	highest ID
	id      func(T) ID
	place   func(T) place
}

func (c *catalogue[ID, T]) at(p place) (T, bool) {
	for _, r := range c.rows {
		if c.place(r) == p {
			return r, true
		}
	}
	var none T
	return none, false
}

// of lists a user's rows in the order of their ids.
func (c *catalogue[ID, T]) of(user weir.UserID) []T {
	var list []T
	for _, id := range slices.Sorted(maps.Keys(c.rows)) {
		if r := c.rows[id]; c.place(r).user == user {
			list = append(list, r)
		}
	}
	return list
}

func (c *catalogue[ID, T]) added(t *rapid.T, r T) {
	if c.id(r) <= c.highest {
		t.Fatalf("id %d was given out again, %d was there before", c.id(r), c.highest)
	}
	c.highest = c.id(r)
	c.rows[c.highest] = r
}

// drawID draws an id that often exists: one of the latest, or the next.
func (c *catalogue[ID, T]) drawID(t *rapid.T) ID {
	return c.highest + 1 - ID(rapid.Int64Range(0, 12).Draw(t, "back"))
}

// updated puts r in the place of the row with its id, if the database should do so too, and returns what it should say.
func (c *catalogue[ID, T]) updated(r T) *weir.Kind {
	old, known := c.rows[c.id(r)]
	there, taken := c.at(c.place(r))
	want := outcome(known && c.place(old).user == c.place(r).user, taken && c.id(there) != c.id(r))
	if want == nil {
		c.rows[c.id(r)] = r
	}
	return want
}

// newUsers makes two users for the nth run of a model.
func newUsers(t *testing.T, db *meta.DB, n int) *rapid.Generator[weir.UserID] {
	t.Helper()
	suffix := strconv.Itoa(n)
	return rapid.SampledFrom([]weir.UserID{addUser(t, db, "a"+suffix).ID, addUser(t, db, "b"+suffix).ID})
}

// outcome is the kind of error to expect, nil for none.
func outcome(known, taken bool) *weir.Kind {
	switch {
	case !known:
		return new(weir.NotFound)
	case taken:
		return new(weir.Conflict)
	}
	return nil
}

func checkOutcome(t *rapid.T, err error, want *weir.Kind) {
	if (err == nil) != (want == nil) || want != nil && weir.KindOf(err) != *want {
		t.Fatalf("error %v, want kind %v", err, want)
	}
}
