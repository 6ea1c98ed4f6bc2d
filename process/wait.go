package process

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/weirhq/weir"
)

// waiters are those who wait for a message to be processed.
type waiters struct {
	any  atomic.Bool // spares the worker the lock when nobody waits
	mu   sync.Mutex
	list []waiter
}

type waiter struct {
	seq  uint64
	done chan struct{}
}

func (ws *waiters) add(seq uint64) waiter {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	w := waiter{seq: seq, done: make(chan struct{})}
	ws.list = append(ws.list, w)
	ws.any.Store(true)
	return w
}

func (ws *waiters) remove(gone waiter) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.keep(func(w waiter) bool { return w.done != gone.done })
}

func (ws *waiters) wake(seq uint64) {
	if !ws.any.Load() {
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.keep(func(w waiter) bool {
		if w.seq > seq {
			return true
		}
		close(w.done)
		return false
	})
}

func (ws *waiters) keep(still func(waiter) bool) {
	kept := ws.list[:0]
	for _, w := range ws.list {
		if still(w) {
			kept = append(kept, w)
		}
	}
	clear(ws.list[len(kept):])
	ws.list = kept
	ws.any.Store(len(kept) > 0)
}

// Processed is the sequence number of the newest message that was worked on.
func (w *Worker) Processed() uint64 { return w.processed.Load() }

// Wait returns when the message seq has been worked on, or with ctx's error. It costs next to nothing when it already
// has.
func (w *Worker) Wait(ctx context.Context, seq uint64) error {
	if w.processed.Load() >= seq {
		return nil
	}
	me := w.waiters.add(seq)
	if w.processed.Load() >= seq { // between the look and the adding
		w.waiters.remove(me)
		return nil
	}
	select {
	case <-me.done:
		return nil
	case <-ctx.Done():
		w.waiters.remove(me)
		return ctx.Err()
	}
}

// LastInputs are the newest samples of a user's inputs. Inputs without a sample are not in it.
func (w *Worker) LastInputs(id weir.UserID) map[weir.InputID]weir.Sample {
	w.mu.RLock()
	defer w.mu.RUnlock()
	u := w.state.users[id]
	if u == nil {
		return nil
	}
	last := make(map[weir.InputID]weir.Sample, len(u.inputs))
	for id, l := range u.inputs {
		if l.known {
			last[id] = l.sample
		}
	}
	return last
}
