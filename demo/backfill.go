package demo

import (
	"context"
	"slices"
	"time"

	"github.com/weirhq/weir"
)

// batchRows is how many rows go into one bulk post.
const batchRows = 1000

// Row is the readings of one time: one row of a bulk post to Node.
type Row struct {
	Time     int64 // unix seconds
	Readings []Reading
}

// Poster takes rows as the ordinary bulk path does. They are valid during the call only. An error of kind
// weir.Unavailable means that the same rows may be posted again soon.
type Poster func(ctx context.Context, rows []Row) error

// Span is a stretch of time that is filled with rows at the whole multiples of Step.
type Span struct {
	From, To time.Time // To is not part of it
	Step     time.Duration
}

// Validate refuses steps that energy cannot be counted over.
func (s Span) Validate() error {
	if s.Step < time.Second || s.Step > time.Hour || s.Step%time.Second != 0 {
		return weir.Errorf(weir.Invalid, "the simulated house cannot be stepped by %v: choose whole seconds, at most one hour", s.Step)
	}
	return nil
}

// rows gives the first time and how many there are.
func (s Span) rows() (first, step int64, n int) {
	step = int64(s.Step / time.Second)
	first = (s.From.Unix() + step - 1) / step * step
	return first, step, int(max(0, (s.To.Unix()-first+step-1)/step))
}

// Backfill posts the past in order, in batches, and reports after each how many rows of how many are done. It waits
// while the receiver is busy. After another error it may be called again with a later From.
func (h *House) Backfill(ctx context.Context, span Span, post Poster, progress func(done, total int)) error {
	if err := span.Validate(); err != nil {
		return err
	}
	first, step, total := span.rows()
	batch := make([]Row, 0, min(batchRows, total))
	var readings []Reading
	for done := 0; done < total; {
		batch, readings = batch[:0], readings[:0]
		for done+len(batch) < total && len(batch) < batchRows {
			at := first + int64(done+len(batch))*step
			from := len(readings)
			readings = append(readings, h.At(time.Unix(at, 0))...)
			batch = append(batch, Row{Time: at, Readings: readings[from:]})
		}
		if err := postPatiently(ctx, batch, post); err != nil {
			return weir.Errorf(weir.KindOf(err), "fill in the simulated house from %s: %w", time.Unix(batch[0].Time, 0).UTC().Format(time.RFC3339), err)
		}
		done += len(batch)
		if progress != nil {
			progress(done, total)
		}
	}
	return nil
}

// postPatiently repeats a post as long as the receiver is merely busy.
func postPatiently(ctx context.Context, rows []Row, post Poster) error {
	for {
		err := post(ctx, rows)
		if err == nil || weir.KindOf(err) != weir.Unavailable {
			return err
		}
		if !sleep(ctx, time.Second) {
			return ctx.Err()
		}
	}
}

// Live posts the figures of now at every whole multiple of every until ctx is done. Rows that cannot be posted are
// kept, up to a thousand, and posted with the next; failed is told why, once until posting works again.
func (h *House) Live(ctx context.Context, every time.Duration, post Poster, failed func(error)) error {
	if err := (Span{Step: every}).Validate(); err != nil {
		return err
	}
	var waiting []Row
	failing := false
	for ctx.Err() == nil {
		now := time.Now()
		if !sleep(ctx, now.Truncate(every).Add(every).Sub(now)) {
			break
		}
		at := time.Now().Truncate(every)
		if n := len(waiting); n > 0 && waiting[n-1].Time >= at.Unix() {
			continue
		}
		waiting = append(waiting, Row{Time: at.Unix(), Readings: slices.Clone(h.At(at))})
		if over := len(waiting) - batchRows; over > 0 {
			waiting = slices.Delete(waiting, 0, over)
		}
		err := post(ctx, waiting)
		if err == nil {
			waiting = waiting[:0]
		}
		if err != nil && !failing && ctx.Err() == nil {
			failed(err)
		}
		failing = err != nil
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
