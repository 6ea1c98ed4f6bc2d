package api_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web/api"
	"github.com/weirhq/weir/web/api/emoncms"
)

// A feed is deleted whole or not at all.
func TestFeedDeleteIsRefusedWhole(t *testing.T) {
	w := newWorld(t)
	w.feed("power", 10)
	w.expect("/feed/post.json?id=1&time=1700000000&value=5&apikey=KEY", "5")
	list := body(w, "/feed/list.json?apikey=KEY")
	w.pipeline.full.Store(true)
	if status, got := w.get("/feed/delete.json?id=1&apikey=KEY"); status != http.StatusServiceUnavailable || got != no("the stream is full: try again later") {
		t.Errorf("delete while the stream is full: %d %s", status, got)
	}
	w.expect("/feed/list.json?apikey=KEY", list)
	w.expect("/feed/value.json?id=1&apikey=KEY", "5")
	w.pipeline.full.Store(false)
	w.expect("/feed/post.json?id=1&time=1700000010&value=6&apikey=KEY", "6")
	w.expect("/feed/value.json?id=1&apikey=KEY", "6")
	w.expect("/feed/delete.json?id=1&apikey=KEY", `{"success":true,"message":"Feed removed successfully."}`)
	w.expect("/feed/list.json?apikey=KEY", "[]")
	w.feed("power", 10) // the name is free
}

// hurried is a pipeline whose worker has done everything before the one who asked goes on.
type hurried struct{ emoncms.Pipeline }

func (p hurried) Accept(ctx context.Context, user weir.UserID, entry []byte) error {
	err := p.Pipeline.Accept(ctx, user, entry)
	p.Settle(ctx, user)
	return err
}

// broken is one that takes the entry and then seems not to have done so.
type broken struct{ hurried }

func (p broken) Accept(ctx context.Context, user weir.UserID, entry []byte) error {
	if err := p.hurried.Accept(ctx, user, entry); err != nil {
		return err
	}
	return weir.Errorf(weir.Unavailable, "the connection broke off")
}

func TestFeedDeleteBehindTheWorker(t *testing.T) {
	w := newWorldWith(t, func(p *api.Parts) { p.Pipeline = hurried{p.Pipeline} })
	w.feed("power", 10)
	w.expect("/feed/delete.json?id=1&apikey=KEY", `{"success":true,"message":"Feed removed successfully."}`)
	w.expect("/feed/list.json?apikey=KEY", "[]")
}

// As when the server dies between the two halves of a deletion: the worker finishes it.
func TestFeedDeleteIsFinished(t *testing.T) {
	w := newWorldWith(t, func(p *api.Parts) { p.Pipeline = broken{hurried{p.Pipeline}} })
	w.feed("power", 10)
	if status, got := w.get("/feed/delete.json?id=1&apikey=KEY"); status != http.StatusServiceUnavailable {
		t.Errorf("delete: %d %s", status, got)
	}
	w.expect("/feed/list.json?apikey=KEY", "[]")
	w.expect("/feed/delete.json?id=1&apikey=KEY", no("Feed does not exist"))
	w.feed("power", 10)
}
