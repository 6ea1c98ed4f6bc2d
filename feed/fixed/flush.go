package fixed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

const chunkSize = 64 << 10

func decodeSlot(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }

// Flush writes what is pending. The tape goes over to the new extent at the end only, so after a failure it is as it
// was, and the next Flush writes the same bytes again.
func (t *tape) Flush() error {
	t.files.Lock()
	defer t.files.Unlock()
	if t.pending.empty() {
		return nil
	}
	err := t.mend()
	if err == nil {
		err = t.write()
	}
	if err != nil {
		return fmt.Errorf("write feed %d: %w", t.id, err)
	}
	return nil
}

// write puts pending into the files. Held: files, which keeps readers of pending out too.
func (t *tape) write() error {
	p := &t.pending
	if err := t.layers.check(); err != nil {
		return err
	}
	switch {
	case t.slots == 0:
		if err := t.begin(p.low); err != nil {
			return err
		}
	case p.low < t.first:
		if err := t.move(p.low); err != nil {
			return err
		}
	}
	spots := p.spots()
	if len(spots) > 0 {
		if err := t.layers.lower(spots[0].slot); err != nil {
			return err
		}
	}
	f, err := t.dat()
	if err != nil {
		return err
	}
	defer f.Close()
	t.layers.sealed = false
	t.tail.Store(0)
	if err := t.writeRuns(f); err != nil {
		return err
	}
	if err := t.writeSpots(f, spots); err != nil {
		return err
	}
	t.slots = p.end - t.first
	if last := len(p.runs) - 1; last >= 0 && len(p.runs[last].values) > 0 && p.over == nil {
		t.tail.Store(knownTail(p.runs[last].values[len(p.runs[last].values)-1]))
	}
	t.reset()
	return nil
}

// begin says in the .meta where an empty feed starts.
func (t *tape) begin(first int64) error {
	t.first, t.start = first, first*t.interval
	t.layers.invalidate()
	return t.engine.put(path(t.id, ".meta"), encodeMeta(t.interval, t.start))
}

// writeRuns appends gaps and values to the file.
func (t *tape) writeRuns(f durable.File) error {
	at := t.end()
	for _, r := range t.pending.runs {
		if len(r.values) > 0 {
			at = min(at, r.from) // a file loaded again may hold the beginning of a write that failed
			break
		}
	}
	w := t.engine.writer(f, (at-t.first)*slotSize)
	defer t.engine.release(w)
	for _, r := range t.pending.runs {
		if len(r.values) == 0 {
			continue
		}
		for ; at < r.from; at++ {
			w.put(nan32())
		}
		for ; at < r.at; at++ {
			w.put(r.line.at(at))
		}
		for _, v := range r.values {
			w.put(v)
		}
		at += int64(len(r.values))
	}
	for ; at < t.pending.end; at++ {
		w.put(nan32())
	}
	return w.flush()
}

// writeSpots overwrites single slots, neighbours in one write.
func (t *tape) writeSpots(f durable.File, spots []spot) error {
	if len(spots) == 0 {
		return nil
	}
	w := t.engine.writer(f, 0)
	defer t.engine.release(w)
	for i, s := range spots {
		if i == 0 || s.slot != spots[i-1].slot+1 {
			if err := w.flush(); err != nil {
				return err
			}
			w.off = (s.slot - t.first) * slotSize
		}
		w.put(s.value)
	}
	return w.flush()
}

// slotWriter writes slots one after the other, in chunks. It remembers its first error.
type slotWriter struct {
	f   durable.File
	off int64
	buf []byte
	err error
}

// writer takes a slotWriter out of the pool: a flush of thousands of feeds needs one buffer, not thousands.
func (e *engine) writer(f durable.File, off int64) *slotWriter {
	w, ok := e.writers.Get().(*slotWriter)
	if !ok {
		w = &slotWriter{}
	}
	w.f, w.off, w.buf, w.err = f, off, w.buf[:0], nil
	return w
}

func (e *engine) release(w *slotWriter) {
	w.f = nil
	e.writers.Put(w)
}

// put adds a slot. Whether it could be written is known after flush.
func (w *slotWriter) put(v float32) {
	w.buf = binary.LittleEndian.AppendUint32(w.buf, math.Float32bits(v))
	if len(w.buf) >= chunkSize {
		_ = w.flush() // kept in err
	}
}

func (w *slotWriter) flush() error {
	if w.err == nil && len(w.buf) > 0 {
		var n int
		n, w.err = w.f.WriteAt(w.buf, w.off)
		w.off += int64(n)
	}
	w.buf = w.buf[:0]
	return w.err
}

// Clear throws all points away.
func (t *tape) Clear() error {
	t.files.Lock()
	defer t.files.Unlock()
	if err := t.mend(); err != nil {
		return err
	}
	if err := t.empty(); err != nil {
		return fmt.Errorf("clear feed %d: %w", t.id, err)
	}
	return nil
}

// empty makes the feed one without points. The data goes first: a start without data is an empty feed too.
func (t *tape) empty() error {
	t.layers.invalidate()
	if err := t.layers.remove(); err != nil {
		return err
	}
	f, err := t.dat()
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(0), f.Close()); err != nil {
		return err
	}
	t.start, t.first, t.slots = 0, 0, 0
	t.tail.Store(0)
	t.reset()
	return t.engine.put(path(t.id, ".meta"), encodeMeta(t.interval, 0))
}

// Rewind cuts away what was added before and after an extent.
func (t *tape) Rewind(to feed.Extent) error {
	t.files.Lock()
	defer t.files.Unlock()
	err := t.mend()
	if err == nil {
		err = t.rewind(to)
	}
	if err != nil {
		return fmt.Errorf("take feed %d back: %w", t.id, err)
	}
	return nil
}

// rewind is Rewind with the files held. Layers go too: they may hold blocks of what is cut away.
func (t *tape) rewind(to feed.Extent) error {
	if t.slots == 0 {
		t.reset()
		return nil
	}
	if to.Points == 0 || t.start > to.End {
		return t.empty()
	}
	t.layers.invalidate()
	if err := t.layers.remove(); err != nil {
		return err
	}
	slots := min(t.slots, (to.End-t.start)/t.interval+1)
	f, err := t.dat()
	if err != nil {
		return err
	}
	if slots < t.slots {
		err = f.Truncate(slots * slotSize)
	}
	if err == nil && t.start+(slots-1)*t.interval == to.End {
		var b [slotSize]byte
		binary.LittleEndian.PutUint32(b[:], to.Tail)
		_, err = f.WriteAt(b[:], (slots-1)*slotSize)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	t.slots = slots
	t.tail.Store(0)
	if extra := (to.Start - t.start) / t.interval; extra > 0 && extra < t.slots {
		err = t.move(t.first + extra)
	}
	t.reset()
	return err
}

// copyFile copies n bytes, in chunks.
func copyFile(dst, src durable.File, dstOff, srcOff, n int64) error {
	buf := make([]byte, min(n, 1<<20))
	for n > 0 {
		b := buf[:min(n, int64(len(buf)))]
		if _, err := src.ReadAt(b, srcOff); err != nil {
			return err
		}
		if _, err := dst.WriteAt(b, dstOff); err != nil {
			return err
		}
		n, srcOff, dstOff = n-int64(len(b)), srcOff+int64(len(b)), dstOff+int64(len(b))
	}
	return nil
}

// create opens a file that is empty, whatever was left there by a failure.
func (t *tape) create(name string) (durable.File, error) {
	return t.engine.fs.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
}
