package input_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input"
)

func wantKind(t *testing.T, err error, kind weir.Kind, text string) {
	t.Helper()
	if err == nil || weir.KindOf(err) != kind || err.Error() != text {
		t.Errorf("error %v (%v), want %s (%v)", err, weir.KindOf(err), text, kind)
	}
}

func TestResolve(t *testing.T) {
	store := &memory{closed: map[weir.UserID]bool{2: true}}
	c := input.NewCatalogue(input.Default(), store)
	first, err := c.Resolve(t.Context(), 1, "emontx", "power")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(weir.Input{ID: 1, User: 1, Node: "emontx", Name: "power"}, first); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := c.Resolve(t.Context(), 1, "emontx", "power")
	if err != nil || again != first {
		t.Errorf("the second time %+v, %v", again, err)
	}
	_, err = c.Resolve(t.Context(), 2, "emontx", "power")
	wantKind(t, err, weir.NotFound, `no input "power" at node "emontx", and new inputs are switched off`)
	if len(store.inputs) != 1 {
		t.Errorf("store has %+v", store.inputs)
	}
	// A catalogue that starts later finds what is there, by one read.
	c = input.NewCatalogue(input.Default(), store)
	for range 3 {
		if again, err = c.Resolve(t.Context(), 1, "emontx", "power"); err != nil || again != first {
			t.Errorf("after a restart %+v, %v", again, err)
		}
	}
	if store.reads != 3 {
		t.Errorf("%d reads of the store, want one a user and catalogue", store.reads)
	}
}

func TestResolveTogether(t *testing.T) {
	store := &memory{}
	c := input.NewCatalogue(input.Default(), store)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 50 {
				if _, err := c.Resolve(t.Context(), weir.UserID(i%3), "n", strconv.Itoa(i%10)); err != nil {
					t.Error(err)
				}
				if _, err := c.Admit(t.Context(), post(weir.UserID(i%3), "n", strconv.Itoa(i%10))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if len(store.inputs) != 30 {
		t.Errorf("%d inputs, want 30: none twice", len(store.inputs))
	}
}

func TestStoreFails(t *testing.T) {
	down := errors.New("down")
	store := &memory{err: down}
	c := input.NewCatalogue(input.Default(), store)
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"resolve": func() error { _, err := c.Resolve(ctx, 1, "n", "x"); return err },
		"admit":   func() error { _, err := c.Admit(ctx, post(1, "n", "x")); return err },
		"list":    func() error { _, err := c.List(ctx, 1); return err },
		"get":     func() error { _, err := c.Get(ctx, 1, 1); return err },
		"update":  func() error { return c.Update(ctx, weir.Input{ID: 1, User: 1, Node: "n", Name: "y"}) },
		"delete":  func() error { _, err := c.Delete(ctx, 1, []weir.InputID{1}); return err },
		"clean":   func() error { _, err := c.Clean(ctx, 1); return err },
	} {
		store.err = down
		if err := call(); !errors.Is(err, down) {
			t.Errorf("%s before loading: %v", name, err)
		}
	}
	store.err = nil
	old, err := c.Resolve(ctx, 1, "n", "x")
	if err != nil {
		t.Fatal(err)
	}
	store.err = down
	if err := c.Update(ctx, weir.Input{ID: old.ID, User: 1, Node: "n", Name: "y"}); !errors.Is(err, down) {
		t.Errorf("update: %v", err)
	}
	if _, err := c.Clean(ctx, 1); !errors.Is(err, down) {
		t.Errorf("clean: %v", err)
	}
	if got, err := c.Get(ctx, 1, old.ID); err != nil || got != old {
		t.Errorf("after failed changes %+v, %v", got, err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	store.err = nil
	if _, err := c.List(gone, 9); !errors.Is(err, context.Canceled) {
		t.Errorf("list of a caller that left: %v", err)
	}
	if _, err := c.List(ctx, 9); err != nil {
		t.Errorf("the next caller: %v", err)
	}
}

func TestUpdate(t *testing.T) {
	store := &memory{inputs: []weir.Input{
		{ID: 1, User: 1, Node: "n", Name: "old.name"},
		{ID: 2, User: 1, Node: "n", Name: "taken"},
		{ID: 3, User: 1, Node: "m", Name: "other"},
		{ID: 4, User: 2, Node: "n", Name: "foreign"},
	}, next: 4}
	c := input.NewCatalogue(input.Default(), store)
	in := func(id weir.InputID, node, name, description string) weir.Input {
		return weir.Input{ID: id, User: 1, Node: node, Name: name, Description: description}
	}
	const badName, badText = "invalid characters in input name", "invalid characters in input description"
	for _, test := range []struct {
		in   weir.Input
		kind weir.Kind
		text string
	}{
		{in: in(1, "n", "old.name", "a dot may stay where posts have made one")},
		{in: in(1, "n", "Küche_1 -:", "")},
		{in: in(1, "n", " power ", "Power in W (phase 1), 5 m² & more"), kind: weir.Invalid, text: badText},
		{in: in(1, "n", " power ", "Power in W (phase 1), 5 m² + more")},
		{in: in(1, "n", "old.name", ""), kind: weir.Invalid, text: badName},
		{in: in(1, "n", "a/b", ""), kind: weir.Invalid, text: badName},
		{in: in(1, "n", "<b>", ""), kind: weir.Invalid, text: badName},
		{in: in(1, "n", " ", ""), kind: weir.Invalid, text: badName},
		{in: in(1, "n", "power", "<script>"), kind: weir.Invalid, text: badText},
		{in: in(1, "n", "power", "a\x00"), kind: weir.Invalid, text: badText},
		{in: in(1, "n", "power", "a\xff"), kind: weir.Invalid, text: badText},
		{in: in(1, "n", "taken", ""), kind: weir.Conflict, text: `node "n" has an input "taken" already: choose another name`},
		{in: in(1, "m", "power", ""), kind: weir.Invalid, text: `input 1 belongs to node "n" and cannot move to "m"`},
		{in: in(1, "n", strings.Repeat("x", 256), ""), kind: weir.Invalid, text: "input name is longer than 255 bytes"},
		{in: in(1, "n", "power", strings.Repeat("x", 1025)), kind: weir.Invalid, text: "input description is longer than 1024 bytes"},
		{in: in(1, "n", "power", strings.Repeat("x", 1024))},
		{in: in(4, "n", "foreign", ""), kind: weir.NotFound, text: "input 4 does not exist"},
		{in: in(5, "n", "missing", ""), kind: weir.NotFound, text: "input 5 does not exist"},
		{in: weir.Input{ID: 1, User: 1, Node: "n", Name: "power", List: "1:5"}},
	} {
		err := c.Update(t.Context(), test.in)
		if test.text != "" {
			wantKind(t, err, test.kind, test.text)
		} else if err != nil {
			t.Errorf("%+v: %v", test.in, err)
		}
	}
	want := weir.Input{ID: 1, User: 1, Node: "n", Name: "power", List: "1:5"}
	if got, err := c.Resolve(t.Context(), 1, "n", "power"); err != nil || got != want || store.inputs[0] != want {
		t.Errorf("catalogue has %+v, store %+v (%v), want %+v", got, store.inputs[0], err, want)
	}
	if got, _ := c.Resolve(t.Context(), 1, "n", "old.name"); got.ID != 5 {
		t.Errorf("the old name leads to %+v, want a new input", got)
	}
}

func TestClean(t *testing.T) {
	store := &memory{inputs: []weir.Input{
		{ID: 1, User: 1, Node: "n", Name: "a"}, {ID: 2, User: 1, Node: "n", Name: "b", List: "1:5"},
		{ID: 3, User: 1, Node: "m", Name: "a"}, {ID: 4, User: 2, Node: "n", Name: "a"},
	}}
	c := input.NewCatalogue(input.Default(), store)
	for _, want := range []int{2, 0} {
		if n, err := c.Clean(t.Context(), 1); err != nil || n != want {
			t.Errorf("cleaned %d, %v, want %d", n, err, want)
		}
	}
	left, err := c.List(t.Context(), 1)
	if err != nil || len(left) != 1 || left[0].ID != 2 || len(store.inputs) != 2 {
		t.Errorf("left %+v of %+v, %v", left, store.inputs, err)
	}
}

// TestDeleteAsksForOwnOnly: a list of millions of ids must not become as many questions to the store.
func TestDeleteAsksForOwnOnly(t *testing.T) {
	store := &memory{inputs: []weir.Input{{ID: 1, User: 1, Node: "n", Name: "a"}, {ID: 2, User: 2, Node: "n", Name: "a"}}}
	c := input.NewCatalogue(input.Default(), store)
	if n, err := c.Delete(t.Context(), 1, []weir.InputID{1, 2, 3, 1, -1}); err != nil || n != 1 {
		t.Errorf("deleted %d, %v", n, err)
	}
	if len(store.asked) != 1 || store.asked[0] != 1 {
		t.Errorf("the store was asked to delete %v", store.asked)
	}
}

// TestCatalogueLikeStore: whatever is done, the catalogue says what the store holds.
func TestCatalogueLikeStore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store := &memory{closed: map[weir.UserID]bool{3: true}}
		cfg := input.Default()
		cfg.MaxNodes, cfg.MaxInputs = 3, 6
		c := input.NewCatalogue(cfg, store)
		ctx := context.Background()
		user := rapid.Map(rapid.IntRange(1, 3), func(n int) weir.UserID { return weir.UserID(n) })
		id := rapid.Map(rapid.IntRange(1, 12), func(n int) weir.InputID { return weir.InputID(n) })
		word := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		admitted := map[string]bool{}
		t.Repeat(map[string]func(*rapid.T){
			"post": func(t *rapid.T) {
				u, node, name := user.Draw(t, "user"), word.Draw(t, "node"), word.Draw(t, "name")
				if _, err := c.Admit(ctx, post(u, node, name)); err == nil {
					admitted[fmt.Sprintf("%d %s %s", u, node, name)] = true
				}
			},
			"resolve": func(t *rapid.T) {
				u, node, name := user.Draw(t, "user"), word.Draw(t, "node"), word.Draw(t, "name")
				if !admitted[fmt.Sprintf("%d %s %s", u, node, name)] {
					return
				}
				if _, err := c.Resolve(ctx, u, node, name); err != nil && u != 3 {
					t.Fatal(err)
				}
			},
			"update": func(t *rapid.T) {
				in, err := c.Get(ctx, user.Draw(t, "user"), id.Draw(t, "id"))
				if err == nil {
					in.Name, in.List = word.Draw(t, "name"), rapid.SampledFrom([]string{"", "1:1"}).Draw(t, "list")
					_ = c.Update(ctx, in)
				}
			},
			"delete": func(t *rapid.T) {
				u, ids := user.Draw(t, "user"), rapid.SliceOfDistinct(id, func(id weir.InputID) weir.InputID { return id }).Draw(t, "ids")
				want := 0
				for _, in := range store.of(u) {
					if slices.Contains(ids, in.ID) {
						want++
					}
				}
				if n, err := c.Delete(ctx, u, ids); err != nil || n != want {
					t.Fatalf("deleted %d, %v, want %d", n, err, want)
				}
				clear(admitted) // what was on its way is no longer counted
			},
			"clean": func(t *rapid.T) {
				if _, err := c.Clean(ctx, user.Draw(t, "user")); err != nil {
					t.Fatal(err)
				}
				clear(admitted)
			},
			"": func(t *rapid.T) {
				for u := range weir.UserID(4) {
					got, err := c.List(ctx, u)
					if err != nil {
						t.Fatal(err)
					}
					byID := cmpopts.SortSlices(func(a, b weir.Input) bool { return a.ID < b.ID })
					if diff := cmp.Diff(store.of(u), got, byID, cmpopts.EquateEmpty()); diff != "" {
						t.Fatalf("user %d (-store +catalogue):\n%s", u, diff)
					}
					nodes := map[string]bool{}
					for _, in := range got {
						nodes[in.Node] = true
					}
					if len(nodes) > 3 || len(got) > 6 {
						t.Fatalf("user %d is over the limits with %+v", u, got)
					}
				}
			},
		})
	})
}
