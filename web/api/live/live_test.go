package live_test

import (
	"context"
	"errors"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web/api/live"
)

type source struct {
	mu     sync.Mutex
	asked  int
	inputs map[weir.InputID]weir.Sample
	feeds  map[weir.FeedID]weir.Sample
	err    error
}

func (s *source) LastInputs(weir.UserID) map[weir.InputID]weir.Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return maps.Clone(s.inputs)
}

func (s *source) LastFeeds(context.Context, weir.UserID) (map[weir.FeedID]weir.Sample, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.feeds), s.err
}

func (s *source) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// page is a connected browser.
type page struct {
	cancel context.CancelFunc
	barred atomic.Bool
	done   chan error
	answer *answer
}

type answer struct {
	mu     sync.Mutex
	header http.Header
	text   strings.Builder
	broken bool
}

func (a *answer) Header() http.Header { return a.header }
func (a *answer) WriteHeader(int)     {}
func (a *answer) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken {
		return 0, errors.New("broken")
	}
	return a.text.Write(p)
}

// take returns what has come since the last call.
func (a *answer) take() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.text.Reset()
	return a.text.String()
}

func connect(t *testing.T, s *live.Streams, user weir.UserID) *page {
	ctx, cancel := context.WithCancel(t.Context())
	p := &page{cancel: cancel, done: make(chan error, 1), answer: &answer{header: http.Header{}}}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/live", nil)
	go func() { p.done <- s.Serve(p.answer, r, user, func() bool { return !p.barred.Load() }) }()
	synctest.Wait()
	return p
}

func TestFirstAllThenWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{
			inputs: map[weir.InputID]weir.Sample{2: {Time: 100, Value: 1.5}, 1: {Time: 99, Value: math.NaN()}},
			feeds:  map[weir.FeedID]weir.Sample{},
		}
		p := connect(t, live.New(src), 1)
		expect := func(after time.Duration, want string) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			if got := p.answer.take(); got != want {
				t.Errorf("got %q\nwant %q", got, want)
			}
		}
		expect(0, "event: inputs\ndata: [{\"id\":1,\"time\":99,\"value\":null},{\"id\":2,\"time\":100,\"value\":1.5}]\n\n"+
			"event: feeds\ndata: []\n\n")
		expect(5*time.Second, "")
		src.set(func() { src.inputs[2] = weir.Sample{Time: 105, Value: 1.5} })
		expect(time.Second, "event: inputs\ndata: [{\"id\":2,\"time\":105,\"value\":1.5}]\n\n")
		src.set(func() { src.feeds[7] = weir.Sample{Time: 106, Value: 12} })
		expect(time.Second, "event: feeds\ndata: [{\"id\":7,\"time\":106,\"value\":12}]\n\n")
		expect(15*time.Second, ":\n\n")
		expect(14*time.Second, "")

		p.cancel()
		if err := <-p.done; err != nil {
			t.Error(err)
		}
		asked := src.asked
		time.Sleep(time.Minute)
		if src.asked != asked {
			t.Error("values are looked up although nobody is connected")
		}
		if got := p.answer.header.Get("Content-Type"); got != "text/event-stream" {
			t.Errorf("content type %q", got)
		}
	})
}

func TestStreamsOfAUserAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := live.New(&source{})
		var pages []*page
		for range live.MaxStreams {
			pages = append(pages, connect(t, s, 1))
		}
		other := connect(t, s, 2)
		over := connect(t, s, 1)
		if err := <-over.done; weir.KindOf(err) != weir.Unavailable {
			t.Errorf("one too many: %v", err)
		}
		pages[0].cancel()
		<-pages[0].done
		again := connect(t, s, 1)
		for _, p := range append(pages[1:], other, again) {
			p.cancel()
			if err := <-p.done; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestEndsWithTheRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := connect(t, live.New(&source{}), 1)
		p.barred.Store(true)
		time.Sleep(time.Second)
		synctest.Wait()
		select {
		case err := <-p.done:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Error("the stream goes on after its key was replaced")
			p.cancel()
		}
	})
}

func TestEndsWhenThePageIsGoneOrFeedsCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{inputs: map[weir.InputID]weir.Sample{}}
		s := live.New(src)
		gone := connect(t, s, 1)
		gone.answer.mu.Lock()
		gone.answer.broken = true
		gone.answer.mu.Unlock()
		time.Sleep(16 * time.Second)
		if err := <-gone.done; err != nil {
			t.Error(err)
		}
		p := connect(t, s, 1)
		src.set(func() { src.err = weir.Errorf(weir.Unavailable, "busy") })
		if err := <-p.done; err != nil {
			t.Error(err)
		}
		if err := <-connect(t, s, 1).done; weir.KindOf(err) != weir.Unavailable {
			t.Errorf("got %v", err)
		}
	})
}
