package fixed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

// view is a feed at one moment, file and pending as one. While it is open its tape's files stay as they are.
type view struct {
	t          *tape
	f          durable.File // nil when there is nothing in the file
	first, end int64        // slots: the lowest, and one after the highest
	start      int64        // time of first
	runs       []run
	spots      []spot
	buf        []byte
}

// view takes a picture of what is pending and holds the files. Close it soon: flushes wait for it.
func (t *tape) view() (*view, error) {
	if err := t.hold(); err != nil {
		return nil, err
	}
	v := &view{t: t}
	t.mu.Lock()
	p := &t.pending
	v.first, v.end = p.low, p.end
	for _, r := range p.runs {
		if len(r.values) > 0 {
			r.values = slices.Clone(r.values)
			v.runs = append(v.runs, r)
		}
	}
	v.spots = p.spots()
	t.mu.Unlock()
	v.start = t.timeOf(v.first)
	if t.slots > 0 {
		var err error
		if v.f, err = t.dat(); err != nil {
			t.files.RUnlock()
			return nil, fmt.Errorf("read feed %d: %w", t.id, err)
		}
	}
	return v, nil
}

func (v *view) close() {
	if v.f != nil {
		_ = v.f.Close()
	}
	v.t.files.RUnlock()
}

func (v *view) count() int64 { return v.end - v.first }

// last is the time of the last slot.
func (v *view) last() int64 { return v.start + (v.count()-1)*v.t.interval }

// slotAt is the slot that a time lies in; false outside start … time of the last slot.
func (v *view) slotAt(at int64) (int64, bool) {
	if v.count() == 0 || at < v.start || at > v.last() {
		return 0, false
	}
	return v.first + (at-v.start)/v.t.interval, true
}

// slotFrom is the first slot with a time at or after at, within the feed or one after its end.
func (v *view) slotFrom(at int64) int64 {
	if at <= v.start || v.count() == 0 {
		return v.first
	}
	n := (at - v.start + v.t.interval - 1) / v.t.interval
	return v.first + min(n, v.count())
}

// read fills dst with the slots from on, all of which lie in the feed.
func (v *view) read(from int64, dst []float32) error {
	to := from + int64(len(dst))
	a, b := max(from, v.t.first), min(to, v.t.end())
	if v.f == nil || a >= b {
		a, b = to, to
	}
	for i := range dst[:a-from] {
		dst[i] = nan32()
	}
	for i := range dst[b-from:] {
		dst[b-from+int64(i)] = nan32()
	}
	if a < b {
		if err := v.readFile(a, dst[a-from:b-from]); err != nil {
			return err
		}
	}
	v.readPending(from, dst)
	return nil
}

// readFile reads slots that lie in the file.
func (v *view) readFile(from int64, dst []float32) error {
	n := len(dst) * slotSize
	if cap(v.buf) < n {
		v.buf = make([]byte, n)
	}
	b := v.buf[:n]
	if _, err := v.f.ReadAt(b, (from-v.t.first)*slotSize); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // shorter than when it was opened
		}
		return fmt.Errorf("read feed %d: %w", v.t.id, err)
	}
	for i := range dst {
		dst[i] = decodeSlot(b[i*slotSize:])
	}
	return nil
}

// readPending lays what is in memory over what the file holds: gaps and runs first, then single slots, which are newer
// than the gaps they lie in.
func (v *view) readPending(from int64, dst []float32) {
	to := from + int64(len(dst))
	for _, r := range v.runs {
		for s := max(from, r.from); s < min(to, r.at); s++ {
			dst[s-from] = r.line.at(s)
		}
		a, b := max(from, r.at), min(to, r.at+int64(len(r.values)))
		if a < b {
			copy(dst[a-from:], r.values[a-r.at:b-r.at])
		}
	}
	for _, s := range v.spots[v.spotFrom(from):] {
		if s.slot >= to {
			break
		}
		dst[s.slot-from] = s.value
	}
}

// spotFrom is the index of the first spot at or after a slot.
func (v *view) spotFrom(slot int64) int {
	i, _ := slices.BinarySearchFunc(v.spots, slot, func(s spot, slot int64) int {
		return int(max(-1, min(1, s.slot-slot)))
	})
	return i
}

// cursor reads single slots in ascending order through a window.
type cursor struct {
	v      *view
	ahead  int64 // slots to read at once
	from   int64
	window []float32
	space  []float32
}

// at gives the values from a slot on, at least one.
func (c *cursor) at(slot int64) ([]float32, error) {
	if slot < c.from || slot >= c.from+int64(len(c.window)) {
		n := min(c.ahead, c.v.end-slot)
		if int64(cap(c.space)) < n {
			c.space = make([]float32, n)
		}
		c.window = c.space[:n]
		c.from = slot
		if err := c.v.read(slot, c.window); err != nil {
			c.window = nil
			return nil, err
		}
	}
	return c.window[slot-c.from:], nil
}

const (
	windowSlots = 16 << 10 // 64 KiB: stays in the nearest caches
	sparse      = 1024     // slots from point to point at which single reads cost less than reading everything
	checkEvery  = 1 << 12  // results after which a query looks whether it is still wanted
)

// Sample gives the value of the slot that holds each window's beginning.
func (t *tape) Sample(ctx context.Context, edges []int64, values []float64, _ []int64) error {
	v, err := t.view()
	if err != nil {
		return err
	}
	defer v.close()
	c := cursor{v: v, ahead: windowSlots}
	if n := int64(len(values)); n > 0 && (edges[n]-edges[0])/n/t.interval >= sparse {
		c.ahead = 1
	}
	for i := range values {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		slot, ok := v.slotAt(edges[i])
		if !ok {
			values[i] = math.NaN()
			continue
		}
		w, err := c.at(slot)
		if err != nil {
			return err
		}
		values[i] = float64(w[0])
	}
	return nil
}

// At gives the value of the nearest slot.
func (t *tape) At(at int64) (float64, error) {
	v, err := t.view()
	if err != nil {
		return 0, err
	}
	defer v.close()
	at += t.interval / 2
	if v.count() == 0 || at < v.start || at >= v.last()+t.interval {
		return math.NaN(), nil
	}
	var one [1]float32
	err = v.read(v.first+(at-v.start)/t.interval, one[:])
	return float64(one[0]), err
}

// Points calls fn with every slot of the time range.
func (t *tape) Points(ctx context.Context, from, to int64, fn func(weir.Sample) bool) error {
	v, err := t.view()
	if err != nil {
		return err
	}
	defer v.close()
	c := cursor{v: v, ahead: windowSlots}
	for slot, end := v.slotFrom(from), v.slotFrom(to+1); slot < end; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w, err := c.at(slot)
		if err != nil {
			return err
		}
		for _, value := range w[:min(int64(len(w)), end-slot)] {
			if !fn(weir.Sample{Time: v.start + (slot-v.first)*t.interval, Value: float64(value)}) {
				return nil
			}
			slot++
		}
	}
	return nil
}

// Meta tells how far the feed reaches.
func (t *tape) Meta() (feed.Meta, error) {
	if err := t.hold(); err != nil {
		return feed.Meta{}, err
	}
	defer t.files.RUnlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	m := feed.Meta{Interval: t.interval, Bytes: metaSize}
	if p := &t.pending; p.end > p.low {
		m.Start, m.End = t.timeOf(p.low), t.timeOf(p.end-1)
		m.Points = p.end - p.low
		m.Bytes += m.Points * slotSize
	}
	return m, nil
}

// Last looks for the newest slot that has a value.
func (t *tape) Last() (weir.Sample, bool, error) {
	v, err := t.view()
	if err != nil {
		return weir.Sample{}, false, err
	}
	defer v.close()
	window := make([]float32, 16)
	for end := v.end; end > v.first; {
		w := window[:min(int64(len(window)), end-v.first)]
		from := end - int64(len(w))
		if err := v.read(from, w); err != nil {
			return weir.Sample{}, false, err
		}
		for i, value := range slices.Backward(w) {
			if value == value { // false for NaN only
				return weir.Sample{Time: v.start + (from+int64(i)-v.first)*t.interval, Value: float64(value)}, true, nil
			}
		}
		end = from
		if len(window) < windowSlots {
			window = make([]float32, windowSlots)
		}
	}
	return weir.Sample{}, false, nil
}

// ReadAt gives bytes of the .dat as they will be after Flush.
func (t *tape) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, weir.Errorf(weir.Invalid, "offset %d of feed %d is negative", off, t.id)
	}
	v, err := t.view()
	if err != nil {
		return 0, err
	}
	defer v.close()
	n := int(max(0, min(int64(len(p)), v.count()*slotSize-off)))
	slots := make([]float32, min(int64(windowSlots), (int64(n)+2*slotSize-1)/slotSize+1))
	for done := 0; done < n; {
		at := off + int64(done)
		slot, skip := v.first+at/slotSize, int(at%slotSize)
		w := slots[:min(int64(len(slots)), v.end-slot)]
		if err := v.read(slot, w); err != nil {
			return done, err
		}
		done += encodeSlots(p[done:n], w, skip)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// encodeSlots puts the bytes of slots into p, leaving out the first skip, and tells how many.
func encodeSlots(p []byte, slots []float32, skip int) int {
	n := 0
	for _, v := range slots {
		bits := math.Float32bits(v)
		for i := skip; i < slotSize; i++ {
			if n == len(p) {
				return n
			}
			p[n] = byte(bits >> (8 * i))
			n++
		}
		skip = 0
	}
	return n
}
