package input

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/journal"
)

// Log is the stream of a block.
type Log interface {
	// Append returns when msg is in the stream on disk; weir.Unavailable when there is no room. It does not keep msg.
	Append(ctx context.Context, msg []byte) (seq uint64, err error)
}

// Intake makes entries durable, many in one message. Entries stand in the stream in the order of acceptance.
type Intake struct {
	cfg  Config
	log  Log
	wake chan struct{} // holds a token when Run has something to look at

	accepted  atomic.Uint64
	scratches sync.Pool // *scratch

	mu      sync.Mutex
	queue   []*batch // waiting, oldest first; only the last one takes more
	pending int      // bytes waiting or being written
	wanted  int      // entries Run waits for; 0: it is not waiting for more
	closed  bool
	spare   [][]byte // memory of messages that were written
}

// batch becomes one message.
type batch struct {
	msg     []byte
	entries int
	size    int // bytes of entries
	full    bool
	done    chan struct{} // closed when seq and err are set
	seq     uint64
	err     error
}

// New makes an Intake that writes to log. Nothing is written before Run.
func New(cfg Config, log Log) *Intake {
	return &Intake{cfg: cfg, log: log, wake: make(chan struct{}, 1)}
}

// Accepted is the position in the stream of the newest message that was acknowledged. A reader who waits until the
// worker is there sees every post that was answered before.
func (in *Intake) Accepted() uint64 { return in.accepted.Load() }

// Accept returns when entry, which is one entry of the journal, is in the stream on disk, with the position of its
// message. The entry's memory is free again then.
//
// weir.Unavailable: it is not stored, the sender should try again later. When ctx ends first, Accept returns its error
// and the entry may still be stored; others that share its message are not affected.
func (in *Intake) Accept(ctx context.Context, entry []byte) (seq uint64, err error) {
	if len(entry) > journal.MaxEntry {
		return 0, weir.Errorf(weir.TooLarge, "entry of %d bytes is over the limit of %d: send less at once", len(entry), journal.MaxEntry)
	}
	in.mu.Lock()
	if err := in.room(len(entry)); err != nil {
		in.mu.Unlock()
		return 0, err
	}
	b := in.add(entry)
	in.mu.Unlock()
	return b.await(ctx)
}

// AcceptPost is Accept for a post, cut by rows into as many entries as it takes. They stand in order, with nothing of
// others between them. Should the log fail in the midst of them, the error is returned though the first are stored.
func (in *Intake) AcceptPost(ctx context.Context, p *journal.Post) (seq uint64, err error) {
	parts, err := journal.Split(p)
	if err != nil {
		return 0, err
	}
	s := in.scratch()
	defer in.scratches.Put(s)
	for i := range parts {
		s.text = journal.AppendPost(s.text, &parts[i])
		s.ends = append(s.ends, len(s.text))
	}
	batches, err := in.addAll(s)
	if err != nil {
		return 0, err
	}
	for _, b := range batches {
		if seq, err = b.await(ctx); err != nil {
			return 0, err
		}
	}
	return seq, nil
}

// scratch holds the entries of a post while they are made.
type scratch struct {
	text    []byte
	ends    []int
	batches []*batch
}

func (in *Intake) scratch() *scratch {
	s, ok := in.scratches.Get().(*scratch)
	if !ok {
		s = &scratch{}
	}
	clear(s.batches)
	s.text, s.ends, s.batches = s.text[:0], s.ends[:0], s.batches[:0]
	return s
}

func (in *Intake) addAll(s *scratch) ([]*batch, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.room(len(s.text)); err != nil {
		return nil, err
	}
	start := 0
	for _, end := range s.ends {
		if b := in.add(s.text[start:end]); len(s.batches) == 0 || s.batches[len(s.batches)-1] != b {
			s.batches = append(s.batches, b)
		}
		start = end
	}
	return s.batches, nil
}

func (b *batch) await(ctx context.Context) (uint64, error) {
	select {
	case <-b.done:
		return b.seq, b.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// room tells why n more bytes cannot be taken. Both it and add are called with mu held.
func (in *Intake) room(n int) error {
	switch {
	case in.closed:
		return weir.Errorf(weir.Unavailable, "the server is stopping: send again in a moment")
	case in.pending+n > in.cfg.MaxPending:
		return weir.Errorf(weir.Unavailable, "%d bytes of samples wait for the disk (input.max_pending is %d): send again later", in.pending, in.cfg.MaxPending)
	default:
		return nil
	}
}

// add puts an entry into the newest batch, or a new one when it does not fit there.
func (in *Intake) add(entry []byte) *batch {
	var b *batch
	if n := len(in.queue); n > 0 {
		b = in.queue[n-1]
		b.full = b.full || len(b.msg)+len(entry) > in.cfg.BatchBytes
	}
	if b == nil || b.full {
		b = &batch{msg: journal.AppendHeader(in.memory()), done: make(chan struct{})}
		in.queue = append(in.queue, b)
	}
	b.msg = append(b.msg, entry...)
	b.entries++
	b.size += len(entry)
	in.pending += len(entry)
	if in.wanted > 0 && (b.entries >= in.wanted || len(in.queue) > 1) {
		in.signal()
	}
	return b
}

func (in *Intake) memory() []byte {
	n := len(in.spare)
	if n == 0 {
		return nil
	}
	m := in.spare[n-1]
	in.spare = in.spare[:n-1]
	return m[:0]
}

func (in *Intake) signal() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}
