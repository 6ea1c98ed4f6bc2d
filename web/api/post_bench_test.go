package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web/api"
	"github.com/weirhq/weir/web/api/emoncms"
)

// accepting is a pipeline that has time for everything.
type accepting struct{ emoncms.Pipeline }

func (accepting) Accept(context.Context, weir.UserID, []byte) error { return nil }

// sink is an answer that nobody reads.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
func (s *sink) WriteHeader(int)             {}

// postAllocs is what one input/post may allocate, from its request line to its answer. What is left: the parsed form, a
// value that had to be unescaped, the header of the content type.
const postAllocs = 4

func hotPath(tb testing.TB) (post func()) {
	w := newWorldWith(tb, func(p *api.Parts) { p.Pipeline = accepting{p.Pipeline} })
	r := httptest.NewRequest(http.MethodGet, "/input/post?node=emontx&fulljson=%7B%22power1%22%3A100%2C%22power2%22%3A-20.5%2C%22vrms%22%3A240.1%7D&apikey="+w.keys.Write, nil)
	answer := &sink{header: http.Header{}}
	post = func() { w.handler.ServeHTTP(answer, r) }
	post()
	return post
}

func TestPostAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	if got := testing.AllocsPerRun(200, hotPath(t)); got > postAllocs {
		t.Errorf("a post allocates %.0f times, at most %d are allowed", got, postAllocs)
	}
}

func BenchmarkPost(b *testing.B) {
	post := hotPath(b)
	b.ReportAllocs()
	for b.Loop() {
		post()
	}
}
