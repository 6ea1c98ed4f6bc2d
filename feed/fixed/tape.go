package fixed

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"sync"
	"sync/atomic"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

// missing is the NaN that emoncms writes.
const missing = 0x7FC00000

func nan32() float32 { return math.Float32frombits(missing) }

// toSlot rounds to what a file keeps, with one NaN for all.
func toSlot(v float64) float32 {
	if math.IsNaN(v) {
		return nan32()
	}
	return float32(v)
}

// tape is one feed.
type tape struct {
	id       weir.FeedID
	engine   *engine
	interval int64

	files  sync.RWMutex // guards the content of the files and the fields below
	start  int64        // unix seconds of the file's slot 0
	first  int64        // the number of the file's slot 0
	slots  int64        // in the file
	broken bool         // the files were left in the middle of a change: load again before use
	layers layers

	// tail is the value of the file's last slot as knownTail makes it, 0 while not known.
	tail atomic.Uint64

	mu      sync.Mutex // guards pending
	pending pending
}

// load reads the extent of the files. A torn last slot is cut off.
func (t *tape) load() error {
	meta, err := durable.ReadFile(t.engine.fs, path(t.id, ".meta"))
	if errors.Is(err, fs.ErrNotExist) {
		return weir.Errorf(weir.NotFound, "feed %d has no files", t.id)
	}
	if err != nil {
		return fmt.Errorf("open feed %d: %w", t.id, err)
	}
	if len(meta) < metaSize {
		return weir.Errorf(weir.Invalid, "feed %d cannot be read: %s has %d bytes instead of %d; restore it from a copy",
			t.id, path(t.id, ".meta"), len(meta), metaSize)
	}
	interval, start := decodeMeta(meta)
	if interval == 0 {
		return weir.Errorf(weir.Invalid, "feed %d cannot be read: %s says an interval of 0 seconds; restore it from a copy",
			t.id, path(t.id, ".meta"))
	}
	size, err := t.dataSize()
	if err != nil {
		return fmt.Errorf("open feed %d: %w", t.id, err)
	}
	if t.interval == 0 { // never changes: Append reads it without a lock
		t.interval = interval
	}
	t.start, t.slots = start, size/slotSize
	t.first = (start + interval - 1) / interval
	t.broken = false
	t.tail.Store(0)
	return nil
}

// dataSize is the size of the .dat without a torn last slot.
func (t *tape) dataSize() (int64, error) {
	f, err := t.engine.fs.OpenFile(path(t.id, ".dat"), os.O_RDWR, fileMode)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	size := info.Size()
	if torn := size % slotSize; torn != 0 {
		size -= torn
		t.engine.log.Warn("cut off a torn slot at the end of a feed",
			slog.Int64("feed", int64(t.id)), slog.Int64("bytes", torn), slog.Any("error", f.Truncate(size)))
	}
	return size, nil
}

// end is the number of the slot after the file's last one.
func (t *tape) end() int64 { return t.first + t.slots }

// timeOf is the time of a slot. A file with a start that is no multiple of the interval keeps its offset.
func (t *tape) timeOf(slot int64) int64 {
	if t.slots == 0 {
		return slot * t.interval
	}
	return t.start + (slot-t.first)*t.interval
}

// dat opens the data file.
func (t *tape) dat() (durable.File, error) {
	return t.engine.fs.OpenFile(path(t.id, ".dat"), os.O_RDWR|os.O_CREATE, fileMode)
}

// mend loads the tape again after a change of its files failed half way. Held: files, for writing.
func (t *tape) mend() error {
	if !t.broken {
		return nil
	}
	if err := t.engine.recover(t.id); err != nil {
		return err
	}
	t.layers.invalidate()
	return t.load()
}

// hold locks the files for reading, mended.
func (t *tape) hold() error {
	t.files.RLock()
	for t.broken {
		t.files.RUnlock()
		t.files.Lock()
		err := t.mend()
		t.files.Unlock()
		if err != nil {
			return err
		}
		t.files.RLock()
	}
	return nil
}

// extent is what the file holds. Held: files, for writing.
func (t *tape) extent() (feed.Extent, error) {
	if t.slots == 0 {
		return feed.Extent{}, nil
	}
	tail, err := t.fileTail()
	if err != nil {
		return feed.Extent{}, err
	}
	return feed.Extent{
		Points: t.slots, Start: t.start, End: t.timeOf(t.end() - 1), Tail: math.Float32bits(tail),
	}, nil
}

// fileTail is the value of the file's last slot. Held: files.
func (t *tape) fileTail() (float32, error) {
	if known := t.tail.Load(); known != 0 {
		return math.Float32frombits(uint32(known)), nil
	}
	f, err := t.dat()
	if err != nil {
		return 0, fmt.Errorf("read feed %d: %w", t.id, err)
	}
	defer f.Close()
	var b [slotSize]byte
	if _, err := f.ReadAt(b[:], (t.slots-1)*slotSize); err != nil {
		return 0, fmt.Errorf("read feed %d: %w", t.id, err)
	}
	v := decodeSlot(b[:])
	t.tail.Store(knownTail(v))
	return v, nil
}

// knownTail marks a value as known: 0 is a value too.
func knownTail(v float32) uint64 { return 1<<32 | uint64(math.Float32bits(v)) }
