package emoncms

import (
	"net/http"
	"testing"

	"github.com/weirhq/weir/internal/form"
)

// FuzzTarget holds the quick look at a target against the careful one: they must agree on whose request it is.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{
		"/input/post?node=1", "//feed//list.json", "/feed/aget.json&id=1", "/?q=feed/list.json", "/emoncms/index.php/feed/x",
		"/emoncms/emoncms/feed", "/%66eed/list.json", "/feed/list.json/", "/a.b/c.d/e.f/g.h", "/.json", "/feed/.json", "/", "", "?", "&q=x/y",
		"http://host/feed/list.json", "/feed/list./", "/feed./list", "/input/get/a.b/c", "/feed/list.json.txt", "/input/post/node.x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		q, err := form.Parse(&http.Request{RequestURI: uri}, 0)
		if err != nil {
			return
		}
		got := targetOf(uri)
		want := target{q.Segment(0), q.Segment(1), q.Segment(2), q.Format != "html"}
		if got.controller != want.controller || got.action != want.action || got.subaction != want.subaction {
			t.Errorf("%q: got %+v, want %+v", uri, got, want)
		}
		if len(q.Path) < 4 && got.suffix != want.suffix {
			t.Errorf("%q: got %+v, want %+v", uri, got, want)
		}
	})
}
