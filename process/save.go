package process

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/weirhq/weir/internal/durable"
)

// saveNowAndThen makes checkpoints while the worker runs. After a failure it tries again sooner.
func (w *Worker) saveNowAndThen(ctx context.Context) {
	timer := time.NewTimer(w.cfg.Checkpoint)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if w.take(ctx) != nil {
			return
		}
		wait := w.cfg.Checkpoint
		if !w.torn && w.save(false) != nil {
			wait = time.Until(w.retryAt)
		}
		w.release()
		timer.Reset(wait)
	}
}

// save makes a checkpoint if there is anything new, or if it is to be a clean one. The order is what makes a crash
// harmless: first what the state speaks of is in the feeds' files, then the state takes effect, then the stream lets go
// of what led to it.
func (w *Worker) save(clean bool) error {
	position := w.processed.Load()
	if position == w.saved && !w.dirty && !clean {
		return nil
	}
	if w.unsynced != nil {
		w.retryAt = time.Now().Add(w.cfg.Checkpoint)
		return w.unsynced
	}
	start := time.Now()
	if err := w.write(clean, position); err != nil {
		if errors.Is(err, durable.ErrUnsynced) {
			w.unsynced = err
			w.log.Error("the disk did not keep what was written to feeds: no more checkpoints are made, and all samples since the last "+
				"one stay in the stream; see to the disk, then start weir again, which works through them anew", slog.Any("error", err))
		}
		w.retryAt = start.Add(w.retry.next())
		w.saving.begin(w.log, err)
		return err
	}
	w.retry.reset()
	w.retryAt = time.Time{}
	w.saving.end(w.log)
	moved := position != w.saved
	w.saved, w.dirty, w.sinceSaved = position, false, 0
	w.counters.checkpoints.Add(1)
	w.counters.checkpointTime.Store(int64(time.Since(start)))
	if moved {
		if err := w.deps.Log.Trim(position); err != nil {
			// The next checkpoint lets go of it too.
			w.complain.warn(w.log, "the stream keeps what is already processed", slog.Uint64("upto", position), slog.Any("error", err))
		}
	}
	return nil
}

func (w *Worker) write(clean bool, position uint64) error {
	if err := w.deps.Feeds.Flush(); err != nil {
		return fmt.Errorf("flush feeds: %w", err)
	}
	c := checkpoint{clean: clean, position: position, inputs: w.state.appendTo(nil), feeds: w.deps.Feeds.AppendState(nil)}
	data := c.seal()
	w.counters.checkpointBytes.Store(int64(len(data)))
	if err := durable.WriteFile(w.deps.FS, checkpointFile, data); err != nil {
		return err
	}
	w.deps.Feeds.Saved()
	return nil
}
