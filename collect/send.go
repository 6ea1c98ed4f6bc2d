package collect

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/weirhq/weir"
)

const (
	// maxBatchBytes bounds what is read from disk for one post. As a form it is up to three times as long.
	maxBatchBytes = 256 << 10

	firstPause = time.Second
	lastPause  = time.Minute
	// maxLater bounds what a receiver may ask for, in case it asks for nonsense.
	maxLater = time.Hour
)

// Later is a failure of a Sender whose receiver asked to be left alone for a while.
type Later struct {
	Err   error
	After time.Duration
}

func (l *Later) Error() string { return l.Err.Error() }

// Unwrap gives what the receiver answered.
func (l *Later) Unwrap() error { return l.Err }

// sending is the memory of the send loop.
type sending struct {
	limit   int           // rows in a post
	pause   time.Duration // before the next attempt, without jitter; 0 after a success
	failing bool
	kind    weir.Kind // of the failure that was logged last, at logged
	logged  time.Time
}

func (c *Collector) sendLoop(ctx context.Context) {
	s := sending{limit: c.cfg.MaxRows}
	for ctx.Err() == nil {
		rows, m := c.buffer.next(s.limit, maxBatchBytes)
		if len(rows) == 0 {
			select {
			case <-ctx.Done():
			case <-c.added:
			}
			continue
		}
		err := c.to.Send(ctx, rows)
		switch {
		case err == nil:
			c.sent(&s, m)
		case ctx.Err() != nil:
			return
		case weir.KindOf(err) == weir.TooLarge:
			c.shrink(&s, m, err)
		default:
			if !sleep(ctx, c.failed(&s, m, err)) {
				return
			}
		}
	}
}

func (c *Collector) sent(s *sending, m mark) {
	c.buffer.done(m)
	c.log.Debug("rows sent", "rows", m.rows)
	c.note(func(st *Stats) { st.Sent += int64(m.rows); st.Problem = "" })
	s.pause = 0
	// After a post that was too large, feel the way up again slowly.
	s.limit = min(s.limit+s.limit/64+1, c.cfg.MaxRows)
	if s.failing {
		waiting, _ := c.buffer.counts()
		c.log.Info("the receiver takes rows again", "waiting_rows", waiting)
		s.failing = false
	}
}

// shrink halves the next post. One row alone that is too large will never go through.
func (c *Collector) shrink(s *sending, m mark, err error) {
	if m.rows > 1 {
		s.limit = m.rows / 2
		return
	}
	c.buffer.drop(m)
	c.log.Error("a row is too large for the receiver and is dropped", "error", err)
}

// failed says how long to wait before the next attempt.
func (c *Collector) failed(s *sending, m mark, err error) time.Duration {
	// Texts of the same failure differ in port numbers; and an outage of days must not fill the log.
	if kind := weir.KindOf(err); !s.failing || s.kind != kind || time.Since(s.logged) >= time.Hour {
		s.failing, s.kind, s.logged = true, kind, time.Now()
		waiting, _ := c.buffer.counts()
		if isRefusal(err) {
			c.log.Error("the receiver refuses the rows; they are kept, and offered again every minute", "error", err, "rows", m.rows, "waiting_rows", waiting)
		} else {
			c.log.Warn("the receiver cannot be reached or is busy; rows are kept", "error", err, "waiting_rows", waiting)
		}
	}
	c.note(func(st *Stats) { st.Problem = err.Error() })
	if isRefusal(err) {
		s.pause = lastPause
	} else {
		s.pause = min(max(2*s.pause, firstPause), lastPause)
	}
	wait := s.pause/2 + rand.N(s.pause/2+1) //nolint:gosec // spreads senders in time, nothing secret
	if later, ok := errors.AsType[*Later](err); ok {
		// A little after, not exactly then: all others were told the same.
		wait = min(max(wait, later.After+rand.N(firstPause)), maxLater) //nolint:gosec // as above
	}
	return wait
}

// isRefusal tells answers that stay the same until a person changes something.
func isRefusal(err error) bool {
	switch weir.KindOf(err) {
	case weir.Invalid, weir.Denied, weir.Unauthenticated, weir.NotFound, weir.Conflict:
		return true
	default:
		return false
	}
}
