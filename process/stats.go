package process

import (
	"sync/atomic"
	"time"
)

type counters struct {
	messages, entries, values, refused, damaged, stopped atomic.Uint64
	checkpoints                                          atomic.Uint64
	checkpointTime, checkpointBytes                      atomic.Int64
}

// Stats is what a worker has done since it was opened.
type Stats struct {
	Messages       uint64 // of the stream
	Entries        uint64 // posts, direct writes and orders in them
	Values         uint64 // of inputs and of direct writes
	Refused        uint64 // values and orders that inputs or feeds did not take
	Damaged        uint64 // messages that could not be read whole
	Stopped        uint64 // values whose list stopped before its end
	Checkpoints    uint64
	CheckpointTime time.Duration // of the newest
	CheckpointSize int64         // bytes of the newest
	Lag            uint64        // messages in the stream that are not yet processed
}

// Stats reads the counters and asks the stream for its end.
func (w *Worker) Stats() (Stats, error) {
	c := &w.counters
	s := Stats{
		Messages: c.messages.Load(), Entries: c.entries.Load(), Values: c.values.Load(),
		Refused: c.refused.Load(), Damaged: c.damaged.Load(), Stopped: c.stopped.Load(),
		Checkpoints: c.checkpoints.Load(), CheckpointTime: time.Duration(c.checkpointTime.Load()), CheckpointSize: c.checkpointBytes.Load(),
	}
	last, err := w.deps.Log.Last()
	if err != nil {
		return s, err
	}
	if at := w.Processed(); last > at {
		s.Lag = last - at
	}
	return s, nil
}
