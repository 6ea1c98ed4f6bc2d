package processtest

import (
	"context"
	"slices"
	"sync"
)

// Log is a stream in memory. It outlives the workers that read it.
type Log struct {
	mu    sync.Mutex
	first uint64 // sequence number of msgs[0]
	msgs  [][]byte
	more  chan struct{} // closed when a message comes
}

// NewLog makes an empty stream.
func NewLog() *Log { return &Log{first: 1, more: make(chan struct{})} }

// Append puts a copy of msg at the end.
func (l *Log) Append(_ context.Context, msg []byte) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.msgs = append(l.msgs, slices.Clone(msg))
	close(l.more)
	l.more = make(chan struct{})
	return l.last(), nil
}

// Read is process.Log's.
func (l *Log) Read(ctx context.Context, after uint64, fn func(seq uint64, msg []byte) error) error {
	for at := after + 1; ; {
		l.mu.Lock()
		at = max(at, l.first)
		var msg []byte
		if at <= l.last() {
			msg = l.msgs[at-l.first]
		}
		more := l.more
		l.mu.Unlock()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if msg != nil {
			if err := fn(at, msg); err != nil {
				return err
			}
			at++
			continue
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Trim lets go of everything up to and including upto.
func (l *Log) Trim(upto uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if upto >= l.first {
		n := min(upto-l.first+1, uint64(len(l.msgs)))
		l.msgs = slices.Clone(l.msgs[n:])
		l.first += n
	}
	return nil
}

// Last is the sequence number of the newest message ever appended.
func (l *Log) Last() (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last(), nil
}

func (l *Log) last() uint64 { return l.first + uint64(len(l.msgs)) - 1 }

// Len is how many messages the stream holds.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.msgs)
}
