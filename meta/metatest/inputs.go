package metatest

import (
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

func inputModel(t *testing.T, db *meta.DB) {
	runs := 0
	var highest weir.InputID // of all runs: ids go on
	rapid.Check(t, func(rt *rapid.T) {
		if runs++; runs > enoughRuns {
			return
		}
		m := inputs{
			db:   db,
			user: newUsers(t, db, runs),
			text: rapid.SampledFrom([]string{"", "a", "A", "power ä", "1:2,3:0.5"}),
			model: catalogue[weir.InputID, weir.Input]{
				rows:    map[weir.InputID]weir.Input{},
				highest: highest,
				id:      func(in weir.Input) weir.InputID { return in.ID },
				place:   func(in weir.Input) place { return place{in.User, in.Node, in.Name} },
			},
		}
		defer func() { highest = m.model.highest }()
		rt.Repeat(map[string]func(*rapid.T){"create": m.create, "update": m.update, "delete": m.remove, "list": m.list})
	})
}

// inputs are the random steps of inputModel.
type inputs struct {
	db    *meta.DB
	user  *rapid.Generator[weir.UserID]
	text  *rapid.Generator[string]
	model catalogue[weir.InputID, weir.Input]
}

func (m *inputs) draw(t *rapid.T) weir.Input {
	return weir.Input{
		User: m.user.Draw(t, "user"), Node: m.text.Draw(t, "node"), Name: m.text.Draw(t, "name"),
		Description: m.text.Draw(t, "description"), List: m.text.Draw(t, "list"),
	}
}

func (m *inputs) create(t *rapid.T) {
	in := m.draw(t)
	got, err := m.db.CreateInput(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if there, ok := m.model.at(m.model.place(in)); ok {
		in = there
	} else {
		in.ID = got.ID
		m.model.added(t, in)
	}
	if diff := cmp.Diff(in, got); diff != "" {
		t.Fatalf("created (-want +got):\n%s", diff)
	}
}

func (m *inputs) update(t *rapid.T) {
	in := m.draw(t)
	in.ID = m.model.drawID(t)
	want := m.model.updated(in)
	checkOutcome(t, m.db.UpdateInput(t.Context(), in), want)
}

func (m *inputs) remove(t *rapid.T) {
	user := m.user.Draw(t, "user")
	ids := rapid.SliceOfN(rapid.Custom(m.model.drawID), 0, 3).Draw(t, "ids")
	want := 0
	for _, id := range ids {
		if in, ok := m.model.rows[id]; ok && in.User == user {
			delete(m.model.rows, id)
			want++
		}
	}
	if n, err := m.db.DeleteInputs(t.Context(), user, ids); err != nil || n != want {
		t.Fatalf("deleted %d, %v; want %d", n, err, want)
	}
}

func (m *inputs) list(t *rapid.T) {
	user := m.user.Draw(t, "user")
	got, err := m.db.Inputs(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	if want := m.model.of(user); !slices.Equal(want, got) {
		t.Fatalf("inputs of user %d (-want +got):\n%s", user, cmp.Diff(want, got))
	}
}
