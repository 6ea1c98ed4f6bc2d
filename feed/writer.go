package feed

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

// Writer puts points into the feeds of one block of users. One goroutine uses it; whoever reads the feeds sees at once
// what it has taken in.
type Writer struct {
	c       *Catalogue
	id      uint64 // kept in the checkpoint, so that it finds its own notes in the ahead file
	feeds   map[weir.FeedID]*slot
	records map[weir.FeedID]record // of feeds not touched since the checkpoint
	dirty   []*slot
	bytes   int64 // in memory, about
	told    int64 // what of them is in the catalogue's sum
	drops   []drop
	mark    uint64 // newest note at the last AppendState
	saved   uint64 // calls of Saved
}

// tellBytes is how much a writer takes in before it looks at the sum of all: an atomic addition a point would be a
// tenth of its cost.
const tellBytes = 4 << 10

// slot is the writer's view of a feed.
type slot struct {
	entry *entry
	tape  Tape   // nil: there is no such feed
	seen  uint64 // when there is none: the catalogue's count of created feeds at the time
	dirty bool
}

// drop is a feed whose files go once a checkpoint that knows of it is on the disk.
type drop struct {
	feed  weir.FeedID
	saved uint64 // the writer's at the time
}

// Writer gives the writer of one more block.
func (c *Catalogue) Writer() *Writer {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	return &Writer{c: c, id: binary.LittleEndian.Uint64(id[:]), feeds: map[weir.FeedID]*slot{}, records: map[weir.FeedID]record{}}
}

// Append takes a point in. Invalid: the feed cannot keep it; that is counted, and there is no use in trying again. A
// point for a feed that is not there is counted and dropped. Any other error is the disk's: nothing has changed, and
// the same call may work later.
func (w *Writer) Append(id weir.FeedID, s weir.Sample, join bool) error {
	f := w.feeds[id]
	if f == nil || f.tape == nil {
		var err error
		if f, err = w.touch(id); err != nil {
			return err
		}
		if f.tape == nil {
			w.c.counters.missing.Add(1)
			return nil
		}
	}
	grown, err := f.tape.Append(s, join)
	if err != nil {
		if weir.KindOf(err) == weir.Invalid {
			w.c.counters.refused.Add(1)
		}
		return err
	}
	f.entry.saw(s)
	if !f.dirty {
		f.dirty = true
		w.dirty = append(w.dirty, f)
	}
	if w.bytes += int64(grown); w.bytes-w.told >= tellBytes {
		return w.tell()
	}
	return nil
}

// tell adds to the bytes of all writers, and flushes if they are too many.
func (w *Writer) tell() error {
	total := w.c.buffered.Add(w.bytes - w.told)
	w.told = w.bytes
	if total > w.c.cfg.BufferBytes {
		return w.relieve()
	}
	return nil
}

// relieve flushes because memory is full. What it fails to write stays in memory, and the next checkpoint reports it;
// only far beyond the limit is the failure the business of whoever appends.
func (w *Writer) relieve() error {
	if w.bytes < w.c.cfg.BufferBytes/16 {
		return nil // the memory is another writer's
	}
	err := w.write()
	if err != nil && w.c.buffered.Load() < 2*w.c.cfg.BufferBytes {
		return nil // tried again with the next point, and at the checkpoint
	}
	return err
}

// touch finds a feed. Its tape stays nil when there is no such feed, or its files cannot be understood.
func (w *Writer) touch(id weir.FeedID) (*slot, error) {
	f, created := w.feeds[id], w.c.created.Load()
	if f != nil && (f.tape != nil || f.seen == created) {
		return f, nil
	}
	e := w.c.entry(id)
	tape, err := w.c.opened(context.Background(), e)
	if kind := weir.KindOf(err); err != nil && kind != weir.NotFound && kind != weir.Invalid {
		return nil, err
	}
	if err != nil {
		w.c.log.Warn("points for this feed are dropped", slog.Int64("feed", int64(id)), slog.Any("error", err))
	}
	f = &slot{entry: e, tape: tape, seen: created}
	w.feeds[id] = f
	return f, nil
}

// Last is the newest point as process lists see it, in full precision; false when there is none, also after Clear. An
// error is the disk's: the same call may work later.
func (w *Writer) Last(id weir.FeedID) (weir.Sample, bool, error) {
	f := w.feeds[id]
	if f == nil || f.tape == nil {
		var err error
		if f, err = w.touch(id); err != nil || f.tape == nil {
			return weir.Sample{}, false, err
		}
	}
	last := f.entry.newest()
	return last.Sample, last.known, nil
}

// Insert takes points in, in any order of times. Those a feed cannot keep are left out, counted, and the first of them
// told by an Invalid error; any other error means that the call should be made again.
func (w *Writer) Insert(id weir.FeedID, points []weir.Sample, join bool) error {
	points = slices.Clone(points)
	slices.SortStableFunc(points, func(a, b weir.Sample) int { return cmp.Compare(a.Time, b.Time) })
	var refused error
	left := 0
	for _, s := range points {
		err := w.Append(id, s, join)
		switch {
		case err == nil:
		case weir.KindOf(err) == weir.Invalid:
			if left++; refused == nil {
				refused = err
			}
		default:
			return err
		}
	}
	if left > 1 {
		return weir.Errorf(weir.Invalid, "%d of %d points were left out: %w", left, len(points), refused)
	}
	return refused
}

// Clear empties a feed. Totals begin anew.
func (w *Writer) Clear(id weir.FeedID) error {
	f, err := w.touch(id)
	if err != nil {
		return err
	}
	if f.tape == nil {
		w.c.counters.missing.Add(1)
		return nil
	}
	before, _, err := f.tape.Pending()
	if err != nil {
		return err
	}
	// Proves after a kill that the files are empty by weir's own hand.
	if err := w.c.ahead.write(w.id, []change{{feed: id, engine: f.entry.kind, before: before}}); err != nil {
		return err
	}
	if err := f.tape.Clear(); err != nil {
		return err
	}
	f.entry.clear()
	return nil
}

// Drop takes a feed away, with what is known of it. Its files stay until a later checkpoint, because after a kill
// points from before the Drop are worked on again.
func (w *Writer) Drop(id weir.FeedID) error {
	f, err := w.touch(id)
	if err != nil {
		return err
	}
	if err := w.c.names.delete(context.Background(), id); err != nil && weir.KindOf(err) != weir.NotFound {
		return err
	}
	f.entry.mu.Lock()
	f.entry.gone = true
	f.entry.mu.Unlock()
	if f.dirty {
		w.dirty = slices.DeleteFunc(w.dirty, func(d *slot) bool { return d == f })
	}
	delete(w.records, id)
	w.feeds[id] = &slot{entry: f.entry, seen: w.c.created.Load()}
	if !slices.ContainsFunc(w.drops, func(d drop) bool { return d.feed == id }) {
		w.drops = append(w.drops, drop{id, w.saved})
	}
	return nil
}

// Flush writes everything to the files and returns when they are on the disk. After an error what could not be written
// is still in memory.
func (w *Writer) Flush() error {
	if err := w.removeDropped(); err != nil {
		return err
	}
	if err := w.write(); err != nil {
		return err
	}
	if w.c.cfg.NoSync {
		return nil
	}
	if err := w.c.files.SyncAll(); err != nil {
		return fmt.Errorf("%w: %w", durable.ErrUnsynced, err)
	}
	return nil
}

// write puts all buffers into files.
func (w *Writer) write() error {
	changes, err := w.changes()
	if err != nil || len(changes) == 0 {
		return err
	}
	if err := w.c.ahead.write(w.id, changes); err != nil {
		return err
	}
	var first error
	failed := 0
	left := w.dirty[:0]
	for _, f := range w.dirty {
		if err := f.tape.Flush(); err != nil {
			if failed++; first == nil {
				first = err
			}
			left = append(left, f)
			continue
		}
		f.dirty = false
	}
	clear(w.dirty[len(left):])
	w.dirty = left
	if first != nil {
		return fmt.Errorf("%d of %d feeds could not be written: %w", failed, len(changes), first)
	}
	w.c.buffered.Add(-w.told)
	w.bytes, w.told = 0, 0
	return nil
}

func (w *Writer) changes() ([]change, error) {
	all := make([]change, 0, len(w.dirty))
	for _, f := range w.dirty {
		before, after, err := f.tape.Pending()
		if err != nil {
			return nil, err
		}
		all = append(all, change{f.entry.id, f.entry.kind, before, after})
	}
	return all, nil
}

// removeDropped removes the files of feeds whose drop is part of a checkpoint on the disk.
func (w *Writer) removeDropped() error {
	for len(w.drops) > 0 && w.drops[0].saved < w.saved {
		if err := w.c.remove(w.drops[0].feed); err != nil {
			return err
		}
		w.drops = w.drops[1:]
	}
	return nil
}

// AppendState appends what LoadState needs. Flush came right before.
func (w *Writer) AppendState(dst []byte) []byte {
	w.mark = w.c.ahead.newest()
	s := state{writer: w.id, mark: w.mark}
	for _, d := range w.drops {
		s.drops = append(s.drops, d.feed)
	}
	all := maps.Clone(w.records)
	for id, f := range w.feeds {
		if f.tape == nil {
			continue
		}
		extent, _, err := f.tape.Pending()
		if err != nil {
			// The file's own last value will do: an extent that fits no file makes LoadState use it.
			w.c.log.Warn("cannot look at a feed for the checkpoint", slog.Int64("feed", int64(id)), slog.Any("error", err))
			extent = Extent{Points: 1}
		}
		all[id] = record{id, f.entry.kind, f.entry.newest(), extent}
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		s.feeds = append(s.feeds, all[id])
	}
	return appendState(dst, s)
}

// Saved tells that what AppendState gave last is in the checkpoint file: there is no going back before it any more.
func (w *Writer) Saved() {
	w.saved++
	w.c.ahead.mark(w.id, w.mark)
}

// LoadState goes back to a checkpoint, before anything else is done with the writer or its feeds are read. Unless the
// stop was clean, it takes back what was written to files since; see the package comment for what it leaves alone.
func (w *Writer) LoadState(src []byte, clean bool) error {
	s, err := decodeState(src)
	if err != nil {
		return err
	}
	if len(src) > 0 {
		w.id = s.writer
	}
	for _, r := range s.feeds {
		w.records[r.feed] = r
		w.c.entry(r.feed).keep(r)
	}
	for _, id := range s.drops {
		if err := w.c.remove(id); err != nil {
			return err
		}
	}
	if len(src) > 0 && !clean {
		if err := w.rewind(s.mark); err != nil {
			return err
		}
	}
	w.c.ahead.resume(s.mark)
	return nil
}

func (e *entry) keep(r record) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.kept = r
}

// rewind takes all feeds changed since a checkpoint back to what they held then.
func (w *Writer) rewind(mark uint64) error {
	var errs []error
	for id, c := range w.c.ahead.since(w.id, mark) {
		tape, err := w.c.rewind(id, c)
		if err == nil && tape != nil {
			err = w.proven(id, tape)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// proven lets a feed's record stand, also in the next checkpoint, which may come before anything else happens to the
// feed: what Clear emptied and points put between others stay as they are in its files.
func (w *Writer) proven(id weir.FeedID, tape Tape) error {
	e := w.c.entry(id)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.proven = true
	r, ok := w.records[id]
	if !ok {
		return nil
	}
	var err error
	if r.extent, _, err = tape.Pending(); err != nil {
		return err
	}
	w.records[id] = r
	return nil
}

// rewind takes one feed back, if its files hold nothing but what the note of the change explains; else there is no tape.
func (c *Catalogue) rewind(id weir.FeedID, ch change) (Tape, error) {
	engine, err := c.engine(ch.engine)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // a feed that this weir cannot have written
	}
	tape, err := engine.Open(id)
	if kind := weir.KindOf(err); kind == weir.NotFound || kind == weir.Invalid {
		return nil, nil //nolint:nilnil // there is nothing to take back
	}
	if err != nil {
		return nil, err
	}
	extent, _, err := tape.Pending()
	if err != nil {
		return nil, err
	}
	if !ch.before.union(ch.after).holds(extent) {
		c.log.Warn("left a feed as it is: its files are not what weir wrote before it was killed", slog.Int64("feed", int64(id)))
		return nil, nil //nolint:nilnil // not ours
	}
	return tape, tape.Rewind(ch.before)
}
