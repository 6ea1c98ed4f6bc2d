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
	ctx := t.Context()
	text := rapid.SampledFrom([]string{"", "a", "A", "house ä", "kWh"})
	engine := rapid.SampledFrom([]weir.EngineID{weir.EngineVariable, weir.EngineFixed, weir.EngineVirtual})
	var highest weir.FeedID // of all runs: ids go on
	rapid.Check(t, func(rt *rapid.T) {
		user := newUsers(t, db)
		model := catalogue[weir.FeedID, weir.Feed]{
			rows:    map[weir.FeedID]weir.Feed{},
			highest: highest,
			id:      func(f weir.Feed) weir.FeedID { return f.ID },
			place:   func(f weir.Feed) place { return place{f.User, f.Tag, f.Name} },
		}
		defer func() {
			highest = model.highest
			for id := range model.rows {
				must(t, db.DeleteFeed(ctx, id)) // the next run's model does not know them
			}
		}()
		draw := func(rt *rapid.T) weir.Feed {
			return weir.Feed{
				User: user.Draw(rt, "user"), Tag: text.Draw(rt, "tag"), Name: text.Draw(rt, "name"), Unit: text.Draw(rt, "unit"),
				Public: rapid.Bool().Draw(rt, "public"), Engine: engine.Draw(rt, "engine"), List: text.Draw(rt, "list"),
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"create": func(rt *rapid.T) {
				f := draw(rt)
				got, err := db.CreateFeed(ctx, f)
				_, taken := model.at(model.place(f))
				checkOutcome(rt, err, outcome(true, taken))
				if taken {
					return
				}
				f.ID = got.ID
				model.added(rt, f)
				if diff := cmp.Diff(f, got); diff != "" {
					rt.Fatalf("created (-want +got):\n%s", diff)
				}
			},
			"update": func(rt *rapid.T) {
				f := draw(rt)
				f.ID = model.drawID(rt)
				old, known := model.rows[f.ID]
				there, taken := model.at(model.place(f))
				want := outcome(known && old.User == f.User, taken && there.ID != f.ID)
				checkOutcome(rt, db.UpdateFeed(ctx, f), want)
				if want == nil {
					model.rows[f.ID] = f
				}
			},
			"delete": func(rt *rapid.T) {
				id := model.drawID(rt)
				_, known := model.rows[id]
				checkOutcome(rt, db.DeleteFeed(ctx, id), outcome(known, false))
				delete(model.rows, id)
			},
			"get": func(rt *rapid.T) {
				id := model.drawID(rt)
				want, known := model.rows[id]
				got, err := db.Feed(ctx, id)
				checkOutcome(rt, err, outcome(known, false))
				if diff := cmp.Diff(want, got); diff != "" {
					rt.Fatalf("feed %d (-want +got):\n%s", id, diff)
				}
			},
			"list": func(rt *rapid.T) {
				u := user.Draw(rt, "user")
				got, err := db.Feeds(ctx, u)
				if err != nil {
					rt.Fatal(err)
				}
				if want := model.of(u); !slices.Equal(want, got) {
					rt.Fatalf("feeds of user %d (-want +got):\n%s", u, cmp.Diff(want, got))
				}
			},
		})
	})
	_, err := db.CreateFeed(ctx, weir.Feed{User: 1 << 40})
	wantKind(t, err, weir.NotFound)
}
