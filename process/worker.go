package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/journal"
)

// Worker works through the stream of one block of users, in order.
type Worker struct {
	cfg  Config
	deps Deps
	log  *slog.Logger

	turn chan struct{} // holds one token: whoever has it may work on a message, checkpoint or change metadata

	// With the turn only.
	decoder    journal.Decoder
	entries    entries
	saved      uint64 // position of the checkpoint file
	dirty      bool   // the state changed without the position
	sinceSaved int64  // bytes of stream
	torn       bool   // stopped in the middle of a message: the state belongs to no position
	closed     bool
	unsynced   error   // files may lack what was written to them: only a replay from the last checkpoint mends that
	retry      backoff // of checkpoints
	retryAt    time.Time

	// mu guards what LastInputs reads; only the worker, with the turn, writes.
	mu    sync.RWMutex
	state *state

	processed atomic.Uint64
	waiters   waiters
	counters  counters
	writing   trouble // with feeds and metadata
	saving    trouble // with the checkpoint
	complain  seldom
}

// Open loads the checkpoint file and brings the feeds to its state. It starts nothing.
func Open(cfg Config, d Deps) (*Worker, error) {
	w := &Worker{
		cfg: cfg.withDefaults(), deps: d, log: d.Logger, turn: make(chan struct{}, 1), state: newState(),
		writing: trouble{what: "write samples"}, saving: trouble{what: "save a checkpoint"},
	}
	w.entries.w = w
	w.turn <- struct{}{}
	c, err := w.load()
	if err != nil {
		return nil, err
	}
	last, err := d.Log.Last()
	if err != nil {
		return nil, fmt.Errorf("ask for the end of the stream: %w", err)
	}
	if c.position > last {
		// The stream lost its end in a power cut after the checkpoint was made. Nothing is missing, as what it held is
		// in the state, but the numbers will be given again to new messages.
		w.log.Warn("the stream ends before the checkpoint; what it held there is already processed",
			slog.Uint64("stream", last), slog.Uint64("checkpoint", c.position))
		c.position = last
	}
	// From here on the files may hold more than this state, until Close says otherwise.
	c.clean = false
	if err := durable.WriteFile(d.FS, checkpointFile, c.seal()); err != nil {
		return nil, err
	}
	w.saved = c.position
	w.processed.Store(c.position)
	return w, nil
}

// load reads the checkpoint file, or makes the first checkpoint of a new block.
func (w *Worker) load() (*checkpoint, error) {
	data, err := durable.ReadFile(w.deps.FS, checkpointFile)
	if errors.Is(err, fs.ErrNotExist) {
		return &checkpoint{inputs: w.state.appendTo(nil), feeds: w.deps.Feeds.AppendState(nil)}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", checkpointFile, err)
	}
	c, err := openCheckpoint(data)
	if err == nil {
		w.state, err = readState(c.inputs)
	}
	if err == nil {
		err = w.deps.Feeds.LoadState(c.feeds, c.clean)
	}
	if err != nil {
		return nil, weir.Errorf(weir.KindOf(err), "the file %q in the block's folder, which holds the state of inputs, process lists and "+
			"feeds, cannot be used (%w): restore it from a backup, or move it away to start from what is still in the stream", checkpointFile, err)
	}
	return c, nil
}

// Run works through the stream from the checkpoint on, until ctx is done.
func (w *Worker) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { w.saveNowAndThen(ctx) })
	err := w.deps.Log.Read(ctx, w.processed.Load(), func(seq uint64, msg []byte) error {
		return w.message(ctx, seq, msg)
	})
	stopped := ctx.Err() != nil
	cancel()
	wg.Wait()
	if stopped {
		return nil
	}
	if err != nil {
		return fmt.Errorf("process the stream: %w", err)
	}
	return errors.New("process the stream: it ended")
}

// Close writes what is buffered and makes a clean checkpoint. Run has ended before.
func (w *Worker) Close() error {
	<-w.turn
	defer w.release()
	if w.closed {
		return nil
	}
	w.closed = true
	if w.torn {
		w.log.Warn("stopped while samples could not be written; they are in the stream and will be worked on at the next start")
		return nil
	}
	return w.save(true)
}

// message works on one message and moves the position past it.
func (w *Worker) message(ctx context.Context, seq uint64, msg []byte) error {
	if err := w.take(ctx); err != nil {
		return err
	}
	defer w.release()
	position := w.processed.Load()
	if w.torn || w.closed {
		return errors.New("the worker has stopped")
	}
	if seq <= position {
		return nil
	}
	if seq > position+1 {
		w.log.Warn("the stream has a gap: messages were removed before they were processed",
			slog.Uint64("after", position), slog.Uint64("next", seq))
	}
	w.entries.within(ctx)
	if err := w.decoder.Decode(msg, &w.entries); err != nil {
		if errors.Is(err, journal.ErrVersion) {
			return err
		}
		if ctx.Err() != nil {
			w.torn = true
			return err
		}
		w.counters.damaged.Add(1)
		w.complain.warn(w.log, "a message of the stream is damaged; the rest of it was processed", slog.Uint64("seq", seq), slog.Any("error", err))
	}
	w.counters.messages.Add(1)
	w.processed.Store(seq)
	w.waiters.wake(seq)
	w.sinceSaved += int64(len(msg))
	if w.sinceSaved >= w.cfg.CheckpointBytes && !time.Now().Before(w.retryAt) {
		_ = w.save(false) // shown by Problem and tried again
	}
	return nil
}

func (w *Worker) take(ctx context.Context) error {
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *Worker) release() { w.turn <- struct{}{} }

// Do runs fn between two messages, with everything before it in a checkpoint, and then looks up metadata anew. What
// changes how samples are processed (a list, an input, a timezone) is changed inside fn: then a crash cannot work on
// old samples by new rules. weir.Unavailable when the checkpoint cannot be made; fn has not run.
func (w *Worker) Do(ctx context.Context, fn func() error) error {
	if err := w.take(ctx); err != nil {
		if w.Problem() != nil {
			return weir.Errorf(weir.Unavailable, "samples wait because the disk or the metadata does not take them: try again when that is mended")
		}
		return err
	}
	defer w.release()
	if w.closed || w.torn {
		return weir.Errorf(weir.Unavailable, "the server is stopping: try again")
	}
	if w.save(false) != nil { // logged, and shown by Problem
		return weir.Errorf(weir.Unavailable, "what was processed cannot be saved, so nothing was changed: see that the disk has room, then try again")
	}
	defer w.state.forget()
	return fn()
}

// Forget drops what is known of inputs that were deleted. It is called inside Do's fn.
func (w *Worker) Forget(user weir.UserID, ids ...weir.InputID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u := w.state.users[user]
	if u == nil {
		return
	}
	for _, id := range ids {
		delete(u.inputs, id)
	}
	w.dirty = true
}
