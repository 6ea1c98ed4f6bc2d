package collect

import (
	"log/slog"
	"slices"
	"sync"

	"github.com/weirhq/weir/internal/durable"
)

// maxTail bounds the rows held in memory.
const maxTail = 4096

// buffer keeps rows in order: first those on disk, then the tail in memory. The tail is where rows wait when there is
// no folder, or while it cannot be written to.
type buffer struct {
	log *slog.Logger

	mu      sync.Mutex
	disk    *disk // nil: memory only
	failing bool  // the last write to disk failed
	tail    []Row
	first   uint64 // number of tail[0], counting from the first row that was ever put there
	dropped int64  // from the tail
}

// mark is where a batch ends.
type mark struct {
	rows     int
	onDisk   int
	position position
	tail     uint64 // number of the first tail row after the batch
}

func openBuffer(fsys durable.FS, maxBytes int64, log *slog.Logger) (*buffer, error) {
	b := &buffer{log: log}
	if fsys == nil {
		return b, nil
	}
	var err error
	if b.disk, err = openDisk(fsys, maxBytes, log); err != nil {
		return nil, err
	}
	return b, nil
}

// add takes a row over, with its values.
func (b *buffer) add(r Row) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tail = append(b.tail, r)
	b.moveTail()
	if over := len(b.tail) - maxTail; over > 0 {
		b.dropped += int64(over)
		b.log.Warn("too many rows in memory: the oldest are dropped", "rows", over, "dropped_since_start", b.dropped)
		b.cutTail(over)
	}
}

// moveTail writes as much of the tail to disk as the disk takes.
func (b *buffer) moveTail() {
	if b.disk == nil {
		return
	}
	for len(b.tail) > 0 {
		err := b.disk.write(&b.tail[0])
		if (err != nil) != b.failing {
			b.failing = err != nil
			if b.failing {
				b.log.Error("the buffer folder cannot be written to: rows are held in memory", "error", err)
			} else {
				b.log.Info("the buffer folder can be written to again")
			}
		}
		if err != nil {
			return
		}
		b.cutTail(1)
	}
}

func (b *buffer) cutTail(n int) {
	b.tail = slices.Delete(b.tail, 0, n)
	b.first += uint64(n)
}

// next gives the oldest rows, at most maxRows and about maxBytes of those on disk. No rows: nothing waits.
func (b *buffer) next(maxRows, maxBytes int) (rows []Row, m mark) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.disk != nil {
		rows, m.position = b.disk.read(nil, maxRows, maxBytes)
		m.onDisk = len(rows)
	}
	if len(rows) == 0 {
		rows = slices.Clone(b.tail[:min(len(b.tail), maxRows)])
		m.tail = b.first + uint64(len(rows))
	}
	m.rows = len(rows)
	return rows, m
}

// done lets the rows of a batch go.
func (b *buffer) done(m mark) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.onDisk > 0 {
		if err := b.disk.let(m.onDisk, m.position); err != nil {
			b.log.Warn("what was sent cannot be noted: it is sent again after a restart", "error", err)
		}
		return
	}
	// Rows that went to disk meanwhile are not in the tail any more; they are sent once more from there.
	if m.tail > b.first {
		b.cutTail(int(min(m.tail-b.first, uint64(len(b.tail)))))
	}
}

// drop lets the rows of a batch go that the receiver will never take, and counts them.
func (b *buffer) drop(m mark) {
	b.done(m)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropped += int64(m.rows)
}

// counts says how many rows wait and how many went unsent.
func (b *buffer) counts() (waiting int, dropped int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	waiting, dropped = len(b.tail), b.dropped
	if b.disk != nil {
		waiting += b.disk.rows()
		dropped += b.disk.dropped
	}
	return waiting, dropped
}

func (b *buffer) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.disk == nil {
		return nil
	}
	b.moveTail()
	return b.disk.close()
}
