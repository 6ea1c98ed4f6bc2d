package feed_test

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/feed/feedtest"
	"github.com/weirhq/weir/feed/fixed"
	"github.com/weirhq/weir/feed/variable"
	"github.com/weirhq/weir/internal/durable"
)

// server is a catalogue with its store and folder, which outlive it.
type server struct {
	*feed.Catalogue

	dir    string
	store  *feedtest.Store
	log    *bytes.Buffer
	cfg    feed.Config
	writer *feed.Writer // of sparse
}

func newServer(t testing.TB) *server {
	t.Helper()
	s := &server{dir: t.TempDir(), store: &feedtest.Store{}, log: &bytes.Buffer{}, cfg: feed.Config{NoSync: true}}
	s.start(t, nil)
	return s
}

// start opens the catalogue, as another process does when the one before was killed.
func (s *server) start(t testing.TB, wrap func(durable.FS) durable.FS) {
	t.Helper()
	dir, err := durable.OpenDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dir.Close() })
	fsys := durable.FS(dir)
	if wrap != nil {
		fsys = wrap(dir)
	}
	s.Catalogue, err = feed.Open(s.cfg, fsys, s.store, slog.New(slog.NewTextHandler(s.log, nil)), fixed.New, variable.New)
	if err != nil {
		t.Fatal(err)
	}
}

func (s *server) feed(t testing.TB, engine weir.EngineID, name string) weir.FeedID {
	t.Helper()
	f, err := s.Create(context.Background(), weir.Feed{User: 1, Name: name, Engine: engine}, feed.Options{Interval: 10})
	if err != nil {
		t.Fatal(err)
	}
	return f.ID
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func nan() float64 { return math.NaN() }

// floats compares with NaN equal to NaN, and sums up to rounding.
func floats() cmp.Option {
	return cmp.Comparer(func(a, b float64) bool {
		return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-9*math.Abs(a)
	})
}
