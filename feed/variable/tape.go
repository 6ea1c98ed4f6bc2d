package variable

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

// tape is one feed.
type tape struct {
	id     weir.FeedID
	engine *engine

	files  sync.RWMutex // guards the content of the file and the fields below
	count  int64        // points in the file
	head   point        // the first and the last of them
	tail   point
	broken bool // the file was left in the middle of a change: load again before use

	mu      sync.Mutex // guards pending
	pending pending
}

// pending is what the file does not hold yet.
type pending struct {
	tail   []point // newer than newest was at the last flush, in order
	late   []point // older, in the order they came
	newest int64   // time of the feed's newest point, -1 when it has none
}

// load reads the extent of the file. A torn last point is cut off.
func (t *tape) load() error {
	f, err := t.engine.fs.OpenFile(path(t.id, ".MYD"), os.O_RDWR, fileMode)
	if errors.Is(err, fs.ErrNotExist) {
		return weir.Errorf(weir.NotFound, "feed %d has no files", t.id)
	}
	if err != nil {
		return fmt.Errorf("open feed %d: %w", t.id, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open feed %d: %w", t.id, err)
	}
	size := info.Size()
	if torn := size % pointSize; torn != 0 {
		size -= torn
		t.engine.log.Warn("cut off a torn point at the end of a feed",
			slog.Int64("feed", int64(t.id)), slog.Int64("bytes", torn), slog.Any("error", f.Truncate(size)))
	}
	count := size / pointSize
	head, tail, err := readEnds(f, count)
	if err != nil {
		return fmt.Errorf("open feed %d: %w", t.id, err)
	}
	t.count, t.head, t.tail, t.broken = count, head, tail, false
	return nil
}

// readEnds reads the first and the last point of a file that has so many.
func readEnds(f durable.File, count int64) (head, tail point, err error) {
	if count == 0 {
		return head, tail, nil
	}
	var b [pointSize]byte
	if _, err = f.ReadAt(b[:], 0); err != nil {
		return head, tail, err
	}
	head = decodePoint(b[:])
	if _, err = f.ReadAt(b[:], (count-1)*pointSize); err != nil {
		return head, tail, err
	}
	return head, decodePoint(b[:]), nil
}

// reset forgets what is pending. Held: files for writing, or nobody else knows the tape yet.
func (t *tape) reset() {
	const keepSpace = 1024
	p := &t.pending
	if cap(p.tail) > keepSpace {
		p.tail = nil
	}
	p.tail, p.late, p.newest = p.tail[:0], nil, -1
	if t.count > 0 {
		p.newest = int64(t.tail.time)
	}
}

// myd opens the data file.
func (t *tape) myd() (durable.File, error) {
	return t.engine.fs.OpenFile(path(t.id, ".MYD"), os.O_RDWR|os.O_CREATE, fileMode)
}

// mend loads the tape again after a change of its file failed half way. Held: files, for writing.
func (t *tape) mend() error {
	if !t.broken {
		return nil
	}
	if err := t.engine.recover(t.id); err != nil {
		return err
	}
	return t.load()
}

// hold locks the file for reading, mended.
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

// Append takes a point into memory. There are no slots, so join means nothing here.
func (t *tape) Append(s weir.Sample, _ bool) (int, error) {
	if s.Time < 0 || s.Time > feed.MaxTime {
		return 0, weir.Errorf(weir.Invalid, "feed %d cannot keep a point at time %d: use unix seconds from 0 to %d", t.id, s.Time, int64(feed.MaxTime))
	}
	pt := toPoint(s)
	t.mu.Lock()
	defer t.mu.Unlock()
	p := &t.pending
	switch {
	case s.Time > p.newest:
		p.tail = append(p.tail, pt)
		p.newest = s.Time
	case s.Time == p.newest && len(p.tail) > 0:
		p.tail[len(p.tail)-1] = pt
		return 0, nil
	default:
		p.late = append(p.late, pt)
	}
	return 8, nil
}

// extent is what the file holds. Held: files.
func (t *tape) extent() feed.Extent {
	if t.count == 0 {
		return feed.Extent{}
	}
	return feed.Extent{Points: t.count, Start: int64(t.head.time), End: int64(t.tail.time), Tail: t.tail.bits}
}

// Pending tells what the file holds and what it will hold. The number of points to come is the most it can be.
func (t *tape) Pending() (before, after feed.Extent, err error) {
	t.files.Lock()
	defer t.files.Unlock()
	if err := t.mend(); err != nil {
		return before, after, fmt.Errorf("look at feed %d: %w", t.id, err)
	}
	before = t.extent()
	after = before
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, points := range [][]point{t.pending.tail, t.pending.late} {
		for _, p := range points {
			if at := int64(p.time); after.Points == 0 || at < after.Start {
				after.Start = at
			}
			after.End = max(after.End, int64(p.time))
			after.Points++
		}
	}
	return before, after, nil
}
