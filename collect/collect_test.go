package collect_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/collect"
	"github.com/weirhq/weir/internal/durable"
)

// server is a receiver that answers as told and keeps what it took.
type server struct {
	mu       sync.Mutex
	answer   func(rows []collect.Row) error // nil: takes everything
	rows     []collect.Row
	attempts []time.Time
}

func (s *server) Send(_ context.Context, rows []collect.Row) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts = append(s.attempts, time.Now())
	if s.answer != nil {
		if err := s.answer(rows); err != nil {
			return err
		}
	}
	s.rows = append(s.rows, rows...)
	return nil
}

func (s *server) times() (times []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rows {
		times = append(times, r.Time)
	}
	return times
}

func (s *server) answers(f func(rows []collect.Row) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.attempts = f, nil
}

func (s *server) tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.attempts)
}

func fails(err error) func([]collect.Row) error { return func([]collect.Row) error { return err } }

var steady = collect.SampleFunc(func(context.Context) ([]collect.Value, error) {
	return []collect.Value{{"cpu", 5}, {"broken", math.NaN()}}, nil
})

// run starts a collector in the bubble; the function it gives stops it.
func run(t *testing.T, cfg collect.Config, s collect.Sampler, to collect.Sender, fsys durable.FS, log *slog.Logger) (*collect.Collector, func()) {
	t.Helper()
	c, err := collect.New(cfg, s, to, fsys, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- c.Run(ctx) }()
	return c, func() {
		cancel()
		if err := errors.Join(<-done, c.Close()); err != nil {
			t.Error(err)
		}
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(3*time.Second + 123*time.Millisecond)
		begin := time.Now()
		var s server
		c, stop := run(t, collect.Default(), steady, &s, nil, quiet())
		time.Sleep(time.Minute)
		stop()
		var want []int64
		for i := range 6 {
			want = append(want, begin.Truncate(10*time.Second).Add(time.Duration(i+1)*10*time.Second).Unix())
		}
		if got := s.times(); !slices.Equal(got, want) {
			t.Errorf("rows at %v, want %v", got, want)
		}
		if r := s.rows[0]; r.Node != "machine" || len(r.Values) != 1 || r.Values[0] != (collect.Value{"cpu", 5}) {
			t.Errorf("row %v", r)
		}
		if st := c.Stats(); st != (collect.Stats{Sampled: 6, Sent: 6}) {
			t.Errorf("%+v", st)
		}
	})
}

func TestServerComesBack(t *testing.T) {
	dir := openDir(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		var s server
		s.answers(fails(errors.New("connection refused")))
		var log bytes.Buffer
		c, stop := run(t, collect.Default(), steady, &s, dir, slog.New(slog.NewTextHandler(&log, nil)))
		time.Sleep(30*time.Minute + time.Second)
		if n := s.tries(); n < 25 || n > 75 {
			t.Errorf("%d attempts in half an hour", n)
		}
		for i, at := range s.attempts[1:] {
			if gap := at.Sub(s.attempts[i]); gap < 500*time.Millisecond || gap > time.Minute {
				t.Errorf("attempt %d came %v after the one before", i+1, gap)
			}
		}
		if st := c.Stats(); st.Waiting != 180 || st.Problem != "connection refused" {
			t.Errorf("%+v", st)
		}
		s.answers(nil)
		time.Sleep(2 * time.Minute)
		if st := c.Stats(); st.Waiting != 0 || st.Sent != 192 || st.Problem != "" {
			t.Errorf("after it came back: %+v", st)
		}
		stop()
		got := s.times()
		if len(got) != 192 || !slices.IsSorted(got) || len(slices.Compact(got)) != 192 {
			t.Errorf("%d rows, sorted %v", len(got), slices.IsSorted(got))
		}
		if n := strings.Count(log.String(), "\n"); n != 2 {
			t.Errorf("want one line for away and one for back:\n%s", &log)
		}
	})
}

func TestKilledWhileAway(t *testing.T) {
	dir := openDir(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		var s server
		s.answers(fails(errors.New("away")))
		for range 3 {
			_, stop := run(t, collect.Default(), steady, &s, dir, quiet())
			time.Sleep(5*time.Minute + time.Second)
			stop()
		}
		s.answers(nil)
		_, stop := run(t, collect.Default(), steady, &s, dir, quiet())
		time.Sleep(5 * time.Second)
		stop()
		if got := s.times(); len(got) != 90 || !slices.IsSorted(got) {
			t.Errorf("%d rows", len(got))
		}
	})
}

func TestRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s server
		s.answers(fails(weir.Errorf(weir.Unauthenticated, "Invalid API key")))
		var log bytes.Buffer
		c, stop := run(t, collect.Default(), steady, &s, nil, slog.New(slog.NewTextHandler(&log, nil)))
		defer stop()
		time.Sleep(20 * time.Minute)
		if n := s.tries(); n < 19 || n > 41 {
			t.Errorf("%d attempts in twenty minutes", n)
		}
		if n := strings.Count(log.String(), "Invalid API key"); n != 1 {
			t.Errorf("said %d times:\n%s", n, &log)
		}
		s.answers(nil) // the key was made valid
		time.Sleep(time.Minute + time.Second)
		if st := c.Stats(); st.Waiting != 0 || st.Dropped != 0 || st.Sent < 120 {
			t.Errorf("%+v", st)
		}
	})
}

func TestTooLarge(t *testing.T) {
	dir := openDir(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		var s server
		s.answers(fails(errors.New("away")))
		c, stop := run(t, collect.Default(), steady, &s, dir, quiet())
		defer stop()
		time.Sleep(3 * time.Hour)
		largest := 0
		s.answers(func(rows []collect.Row) error {
			if len(rows) > 37 {
				return weir.Errorf(weir.TooLarge, "413")
			}
			largest = max(largest, len(rows))
			return nil
		})
		time.Sleep(61 * time.Second)
		if st := c.Stats(); st.Waiting != 0 || st.Dropped != 0 || st.Sent < 1080 {
			t.Errorf("%+v", st)
		}
		if largest < 20 {
			t.Errorf("no post had more than %d rows", largest)
		}
		s.answers(fails(weir.Errorf(weir.TooLarge, "even one")))
		time.Sleep(time.Minute)
		if st := c.Stats(); st.Dropped != 6 || st.Waiting != 0 {
			t.Errorf("rows that alone are too large: %+v", st)
		}
	})
}

func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s server
		s.answers(fails(errors.New("away")))
		_, stop := run(t, collect.Default(), steady, &s, openDir(t, t.TempDir()), quiet())
		defer stop()
		time.Sleep(7 * time.Hour)
		s.answers(func(rows []collect.Row) error {
			if len(rows) > 1000 {
				t.Errorf("%d rows in a post", len(rows))
			}
			return nil
		})
		time.Sleep(61 * time.Second)
		if n := s.tries(); n > 10 || len(s.times()) < 2520 {
			t.Errorf("%d posts for %d rows", n, len(s.times()))
		}
	})
}

func TestAskedToComeLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s server
		s.answers(fails(&collect.Later{Err: weir.Errorf(weir.Unavailable, "busy"), After: 5 * time.Minute}))
		_, stop := run(t, collect.Default(), steady, &s, nil, quiet())
		defer stop()
		time.Sleep(20 * time.Minute)
		if n := s.tries(); n != 4 {
			t.Errorf("%d attempts in twenty minutes", n)
		}
	})
}

func TestSamplerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		sampler := collect.SampleFunc(func(context.Context) ([]collect.Value, error) {
			if n++; n < 4 {
				return nil, errors.New("no /proc")
			}
			return []collect.Value{{"x", 1}}, nil
		})
		var s server
		var log bytes.Buffer
		_, stop := run(t, collect.Default(), sampler, collect.SendFunc(s.Send), nil, slog.New(slog.NewTextHandler(&log, nil)))
		time.Sleep(time.Minute + time.Second)
		stop()
		if len(s.times()) != 3 || strings.Count(log.String(), "no /proc") != 1 {
			t.Errorf("%d rows, log:\n%s", len(s.times()), &log)
		}
	})
}

func TestConfig(t *testing.T) {
	for _, change := range []func(*collect.Config){
		func(c *collect.Config) { c.Node = "" },
		func(c *collect.Config) { c.Every = 1500 * time.Millisecond },
		func(c *collect.Config) { c.Every = 0 },
		func(c *collect.Config) { c.MaxBytes = 100 },
		func(c *collect.Config) { c.MaxRows = 0 },
	} {
		cfg := collect.Default()
		change(&cfg)
		if _, err := collect.New(cfg, steady, &server{}, nil, quiet()); weir.KindOf(err) != weir.Invalid {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}
