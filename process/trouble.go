package process

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/weirhq/weir"
)

// backoff is how long to wait before trying again: longer each time.
type backoff struct{ wait time.Duration }

const (
	firstWait = 100 * time.Millisecond
	longWait  = 10 * time.Second
)

func (b *backoff) next() time.Duration {
	if b.wait == 0 {
		b.wait = firstWait
	} else {
		b.wait = min(2*b.wait, longWait)
	}
	return b.wait
}

func (b *backoff) reset() { b.wait = 0 }

// refused tells an answer that would be the same the next time from a failure that passes when somebody makes room or
// mends a disk. Only the latter is worth stopping for: a sample that a feed cannot keep must not hold up all others.
func refused(err error) bool {
	k := weir.KindOf(err)
	return k != weir.Internal && k != weir.Unavailable
}

// trouble is something that does not work at present. It is logged when it begins and when it ends.
type trouble struct {
	what string

	mu  sync.Mutex
	err error
}

func (t *trouble) begin(log *slog.Logger, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		log.Error("cannot "+t.what+"; trying again until it works", slog.Any("error", err))
	}
	t.err = err
}

func (t *trouble) end(log *slog.Logger) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		log.Info("can " + t.what + " again")
	}
	t.err = nil
}

func (t *trouble) problem() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		return nil
	}
	return fmt.Errorf("cannot %s: %w", t.what, t.err)
}

// Problem is why the worker does not get on at present, nil when it does. What is accepted meanwhile stays in the
// stream.
func (w *Worker) Problem() error {
	if err := w.writing.problem(); err != nil {
		return err
	}
	return w.saving.problem()
}

// seldom logs at most one line a minute and says how many it kept back.
type seldom struct {
	mu   sync.Mutex
	next time.Time
	kept int
}

func (s *seldom) warn(log *slog.Logger, text string, attrs ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if now.Before(s.next) {
		s.kept++
		return
	}
	log.Warn(text, append(attrs, slog.Int("more_like_it", s.kept))...)
	s.next, s.kept = now.Add(time.Minute), 0
}
