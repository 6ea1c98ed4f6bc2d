package metatest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/meta"
)

func feedModel(t *testing.T, db *meta.DB) {
	runs := 0
	var highest weir.FeedID // of all runs: ids go on
	rapid.Check(t, func(rt *rapid.T) {
		if runs++; runs > enoughRuns {
			return
		}
		m := feeds{
			db:     db,
			user:   newUsers(t, db, runs),
			text:   rapid.SampledFrom([]string{"", "a", "A", "house ä", "kWh"}),
			engine: rapid.SampledFrom([]weir.EngineID{weir.EngineVariable, weir.EngineFixed, weir.EngineVirtual}),
			model: catalogue[weir.FeedID, weir.Feed]{
				rows:    map[weir.FeedID]weir.Feed{},
				highest: highest,
				id:      func(f weir.Feed) weir.FeedID { return f.ID },
				place:   func(f weir.Feed) place { return place{f.User, f.Tag, f.Name} },
			},
		}
		defer func() {
			highest = m.model.highest
			for id := range m.model.rows {
				must(t, db.DeleteFeed(t.Context(), id)) // the next run's model does not know them
			}
		}()
		rt.Repeat(map[string]func(*rapid.T){"create": m.create, "update": m.update, "delete": m.remove, "get": m.get, "list": m.list})
	})
	_, err := db.CreateFeed(t.Context(), weir.Feed{User: 1 << 40})
	wantKind(t, err, weir.NotFound)
}

// feeds are the random steps of feedModel.
type feeds struct {
	db     *meta.DB
	user   *rapid.Generator[weir.UserID]
	text   *rapid.Generator[string]
	engine *rapid.Generator[weir.EngineID]
	model  catalogue[weir.FeedID, weir.Feed]
}

func (m *feeds) draw(t *rapid.T) weir.Feed {
	return weir.Feed{
		User: m.user.Draw(t, "user"), Tag: m.text.Draw(t, "tag"), Name: m.text.Draw(t, "name"), Unit: m.text.Draw(t, "unit"),
		Public: rapid.Bool().Draw(t, "public"), Engine: m.engine.Draw(t, "engine"), List: m.text.Draw(t, "list"),
	}
}

func (m *feeds) create(t *rapid.T) {
	f := m.draw(t)
	got, err := m.db.CreateFeed(t.Context(), f)
	_, taken := m.model.at(m.model.place(f))
	checkOutcome(t, err, outcome(true, taken))
	if taken {
		return
	}
	f.ID = got.ID
	m.model.added(t, f)
	if diff := cmp.Diff(f, got); diff != "" {
		t.Fatalf("created (-want +got):\n%s", diff)
	}
}

func (m *feeds) update(t *rapid.T) {
	f := m.draw(t)
	f.ID = m.model.drawID(t)
	want := m.model.updated(f)
	checkOutcome(t, m.db.UpdateFeed(t.Context(), f), want)
}

func (m *feeds) remove(t *rapid.T) {
	id := m.model.drawID(t)
	_, known := m.model.rows[id]
	checkOutcome(t, m.db.DeleteFeed(t.Context(), id), outcome(known, false))
	delete(m.model.rows, id)
}

func (m *feeds) get(t *rapid.T) {
	id := m.model.drawID(t)
	want, known := m.model.rows[id]
	got, err := m.db.Feed(t.Context(), id)
	checkOutcome(t, err, outcome(known, false))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("feed %d (-want +got):\n%s", id, diff)
	}
}

func (m *feeds) list(t *rapid.T) {
	user := m.user.Draw(t, "user")
	got, err := m.db.Feeds(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	if want := m.model.of(user); !slices.Equal(want, got) {
		t.Fatalf("feeds of user %d (-want +got):\n%s", user, cmp.Diff(want, got))
	}
}
