package metatest

import (
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/meta"
)

func inputCreation(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	anna, ben := addUser(t, db, "anna"), addUser(t, db, "ben")
	want := func(user weir.UserID, want bool) {
		t.Helper()
		on, err := db.InputCreation(ctx, user)
		must(t, err)
		if on != want {
			t.Errorf("input creation of user %d is %v, want %v", user, on, want)
		}
	}
	want(anna.ID, true)
	must(t, db.SetInputCreation(ctx, anna.ID, false))
	want(anna.ID, false)
	want(ben.ID, true)
	must(t, db.SetInputCreation(ctx, anna.ID, true))
	want(anna.ID, true)
}

// inputRace creates the same input from many sides: all get the one.
func inputRace(t *testing.T, db *meta.DB) {
	anna := addUser(t, db, "anna")
	const racers, rounds = 8, 10
	for round := range rounds {
		ids := make([]weir.InputID, racers)
		var group sync.WaitGroup
		for i := range racers {
			group.Go(func() {
				in, err := db.CreateInput(t.Context(), weir.Input{User: anna.ID, Node: "emontx", Name: strconv.Itoa(round)})
				if err != nil {
					t.Error(err)
				}
				ids[i] = in.ID
			})
		}
		group.Wait()
		if same := slices.Compact(ids); len(same) != 1 {
			t.Errorf("round %d: one input has the ids %v", round, same)
		}
	}
	list, err := db.Inputs(t.Context(), anna.ID)
	must(t, err)
	if len(list) != rounds {
		t.Errorf("%d inputs, want %d", len(list), rounds)
	}
}

// manyInputs deletes more at once than fit into one statement.
func manyInputs(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	anna, ben := addUser(t, db, "anna"), addUser(t, db, "ben")
	own, err := db.CreateInput(ctx, weir.Input{User: anna.ID, Node: "n", Name: "own"})
	must(t, err)
	foreign, err := db.CreateInput(ctx, weir.Input{User: ben.ID, Node: "n", Name: "foreign"})
	must(t, err)
	ids := []weir.InputID{foreign.ID}
	for i := range 2500 {
		ids = append(ids, weir.InputID(1000+i))
	}
	n, err := db.DeleteInputs(ctx, anna.ID, append(ids, own.ID))
	must(t, err)
	if n != 1 {
		t.Errorf("deleted %d inputs, want the own one", n)
	}
	n, err = db.DeleteInputs(ctx, anna.ID, nil)
	must(t, err)
	if n != 0 {
		t.Errorf("deleted %d of no inputs", n)
	}
	wantKind(t, db.UpdateInput(ctx, weir.Input{ID: foreign.ID, User: anna.ID}), weir.NotFound)
	_, err = db.CreateInput(ctx, weir.Input{User: 9, Node: "n", Name: "x"})
	wantKind(t, err, weir.NotFound)
}

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

func inputModel(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	text := rapid.SampledFrom([]string{"", "a", "A", "power ä", "1:2,3:0.5"})
	var highest weir.InputID // of all runs: ids go on
	rapid.Check(t, func(rt *rapid.T) {
		user := newUsers(t, db)
		model := catalogue[weir.InputID, weir.Input]{
			rows:    map[weir.InputID]weir.Input{},
			highest: highest,
			id:      func(in weir.Input) weir.InputID { return in.ID },
			place:   func(in weir.Input) place { return place{in.User, in.Node, in.Name} },
		}
		defer func() { highest = model.highest }()
		draw := func(rt *rapid.T) weir.Input {
			return weir.Input{User: user.Draw(rt, "user"), Node: text.Draw(rt, "node"), Name: text.Draw(rt, "name"), Description: text.Draw(rt, "description"), List: text.Draw(rt, "list")}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"create": func(rt *rapid.T) {
				in := draw(rt)
				got, err := db.CreateInput(ctx, in)
				if err != nil {
					rt.Fatal(err)
				}
				if there, ok := model.at(model.place(in)); ok {
					in = there
				} else {
					in.ID = got.ID
					model.added(rt, in)
				}
				if diff := cmp.Diff(in, got); diff != "" {
					rt.Fatalf("created (-want +got):\n%s", diff)
				}
			},
			"update": func(rt *rapid.T) {
				in := draw(rt)
				in.ID = model.drawID(rt)
				old, known := model.rows[in.ID]
				there, taken := model.at(model.place(in))
				want := outcome(known && old.User == in.User, taken && there.ID != in.ID)
				checkOutcome(rt, db.UpdateInput(ctx, in), want)
				if want == nil {
					model.rows[in.ID] = in
				}
			},
			"delete": func(rt *rapid.T) {
				u := user.Draw(rt, "user")
				ids := rapid.SliceOfN(rapid.Custom(model.drawID), 0, 3).Draw(rt, "ids")
				want := 0
				for _, id := range ids {
					if in, ok := model.rows[id]; ok && in.User == u {
						delete(model.rows, id)
						want++
					}
				}
				if n, err := db.DeleteInputs(ctx, u, ids); err != nil || n != want {
					rt.Fatalf("deleted %d, %v; want %d", n, err, want)
				}
			},
			"list": func(rt *rapid.T) {
				u := user.Draw(rt, "user")
				got, err := db.Inputs(ctx, u)
				if err != nil {
					rt.Fatal(err)
				}
				if want := model.of(u); !slices.Equal(want, got) {
					rt.Fatalf("inputs of user %d (-want +got):\n%s", u, cmp.Diff(want, got))
				}
			},
		})
	})
}

// newUsers makes two users for one run of a model.
func newUsers(t *testing.T, db *meta.DB) *rapid.Generator[weir.UserID] {
	t.Helper()
	list, err := db.Users(t.Context())
	must(t, err)
	n := strconv.Itoa(len(list))
	return rapid.SampledFrom([]weir.UserID{addUser(t, db, "a"+n).ID, addUser(t, db, "b"+n).ID})
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
