package input

import (
	"context"
	"runtime"
	"time"
)

// spares is how much memory of written messages is kept: one that is written, one that fills.
const spares = 2

// Run writes what is accepted until ctx is done; then it writes what waits and returns, and Accept refuses more.
func (in *Intake) Run(ctx context.Context) error {
	writing := context.WithoutCancel(ctx) // an append that has begun serves many senders
	var p pace
	for {
		b := in.next(ctx, &p)
		if b == nil {
			return nil
		}
		began := time.Now()
		b.seq, b.err = in.log.Append(writing, b.msg)
		p.wrote(b.entries, time.Since(began))
		in.finish(b)
	}
}

func (in *Intake) finish(b *batch) {
	if b.err == nil {
		in.accepted.Store(b.seq)
	}
	close(b.done)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.pending -= b.size
	if len(in.spare) < spares {
		in.spare = append(in.spare, b.msg)
	}
	b.msg = nil
}

// next waits for a batch and takes it off the queue; nil when ctx is done and none is left.
func (in *Intake) next(ctx context.Context, p *pace) *batch {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed = in.closed || ctx.Err() != nil
	if wait := p.patience(in.cfg.MaxWait); wait > 0 && !in.closed {
		before := in.waiting()
		in.gather(ctx, before+p.answered, wait)
		p.waited(in.waiting() - before)
	}
	for len(in.queue) == 0 {
		if in.closed {
			return nil
		}
		in.sleep(ctx, 1, nil)
	}
	b := in.queue[0]
	n := copy(in.queue, in.queue[1:])
	in.queue[n] = nil
	in.queue = in.queue[:n]
	return b
}

// waiting is the number of entries in the next message.
func (in *Intake) waiting() int {
	if len(in.queue) == 0 {
		return 0
	}
	return in.queue[0].entries
}

// gather waits until the next message has wanted entries or is full, but not for long.
func (in *Intake) gather(ctx context.Context, wanted int, wait time.Duration) {
	if wait >= coarse {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		in.sleep(ctx, wanted, timer.C)
		return
	}
	for range yields {
		if in.waiting() >= wanted || len(in.queue) > 1 {
			return
		}
		in.mu.Unlock()
		runtime.Gosched()
		in.mu.Lock()
	}
}

// sleep lets go of mu until a batch has wanted entries or is full, late fires or ctx is done.
func (in *Intake) sleep(ctx context.Context, wanted int, late <-chan time.Time) {
	in.wanted = wanted
	select { // an older token says nothing about this wait
	case <-in.wake:
	default:
	}
	in.mu.Unlock()
	select {
	case <-in.wake:
	case <-late:
	case <-ctx.Done():
	}
	in.mu.Lock()
	in.wanted = 0
	in.closed = in.closed || ctx.Err() != nil
}
