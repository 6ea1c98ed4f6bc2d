package fixed

import (
	"context"

	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

const (
	longFold   = 1 << 14    // slots from which on layers are worth a look
	wideWindow = 8 << low   // slots a window must have on average: below, reading all data is as quick
	wholeBlock = 1<<low - 1 // mask
)

// foldSlots takes slots into a stat.
func foldSlots(s *feed.Stat, slots []float32) {
	count, sum := s.Count, s.Sum
	var lowest, highest float32
	if count > 0 {
		lowest, highest = float32(s.Min), float32(s.Max)
	}
	for _, v := range slots {
		if v != v { // true for NaN only
			continue
		}
		if count == 0 {
			lowest, highest = v, v
		}
		count++
		sum += float64(v)
		if v < lowest {
			lowest = v
		}
		if v > highest {
			highest = v
		}
	}
	if count > 0 {
		*s = feed.Stat{Count: count, Sum: sum, Min: float64(lowest), Max: float64(highest)}
	}
}

// Fold counts, sums and bounds the slots whose time lies in each window.
func (t *tape) Fold(ctx context.Context, edges []int64, stats []feed.Stat) error {
	v, err := t.view()
	if err != nil {
		return err
	}
	defer v.close()
	if len(stats) == 0 {
		return nil
	}
	from, to := v.slotFrom(edges[0]), v.slotFrom(edges[len(stats)])
	f := folding{v: v, raw: cursor{v: v, ahead: windowSlots}}
	if wide := (to - from) / int64(len(stats)); wide >= wideWindow && to-from >= longFold && v.f != nil {
		f.raw.ahead = 1 << low
		t.layers.extend(v, min(to, t.end()))
		f.open()
		defer f.close()
	}
	for i := range stats {
		if i&0xff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if stats[i], err = f.fold(from, v.slotFrom(edges[i+1])); err != nil {
			return err
		}
		from = v.slotFrom(edges[i+1])
	}
	return nil
}

// Average gives the mean of the slots whose time lies in each window.
func (t *tape) Average(ctx context.Context, edges []int64, values []float64) error {
	stats := make([]feed.Stat, len(values))
	if err := t.Fold(ctx, edges, stats); err != nil {
		return err
	}
	for i, s := range stats {
		values[i] = s.Mean()
	}
	return nil
}

// folding sums up slots by blocks. A sum does not depend on where a block comes from, layers or data: both are summed in
// the same order, so an answer is the same to the last bit before and after a flush.
type folding struct {
	v       *view
	raw     cursor
	layers  durable.File // nil: compute everything
	covered int64
	detail  page
	summary page
}

// page is one page of the layers, kept for the records that follow.
type page struct {
	off  int64 // 0: none
	good bool
	data []byte
}

// open keeps the layers as they are until close, also from readers who would extend them.
func (f *folding) open() {
	l := &f.v.t.layers
	l.mu.RLock()
	f.covered = l.covered
	if f.covered > 0 {
		f.layers, _ = l.open() // without it everything is computed
	}
}

func (f *folding) close() {
	if f.layers != nil {
		_ = f.layers.Close()
	}
	f.v.t.layers.mu.RUnlock()
}

// fold sums up the slots a … b-1: single ones to the first whole block, blocks as large as fit, single ones.
func (f *folding) fold(a, b int64) (s feed.Stat, err error) {
	for a < b && err == nil {
		switch {
		case a&wholeBlock != 0 || a+1<<low > b:
			end := min(b, (a|wholeBlock)+1)
			err = f.single(&s, a, end)
			a = end
		case a&(1<<high-1) == 0 && a+1<<high <= b:
			err = f.block(&s, a, high)
			a += 1 << high
		case a&(1<<mid-1) == 0 && a+1<<mid <= b:
			err = f.block(&s, a, mid)
			a += 1 << mid
		default:
			err = f.block(&s, a, low)
			a += 1 << low
		}
	}
	return s, err
}

// single sums up single slots.
func (f *folding) single(s *feed.Stat, a, b int64) error {
	if f.raw.ahead == 1<<low { // the rest of the block belongs to the next window
		if _, err := f.raw.at(max(a&^wholeBlock, f.v.first)); err != nil {
			return err
		}
	}
	for a < b {
		w, err := f.raw.at(a)
		if err != nil {
			return err
		}
		n := min(int64(len(w)), b-a)
		foldSlots(s, w[:n])
		a += n
	}
	return nil
}

// block sums up a whole block of a layer.
func (f *folding) block(s *feed.Stat, a int64, layer int) error {
	if known, ok := f.known(a, layer); ok {
		s.Merge(known)
		return nil
	}
	var sum feed.Stat
	switch layer {
	case low:
		if err := f.single(&sum, a, a+1<<low); err != nil {
			return err
		}
	default:
		below := layer - low
		for end := a + 1<<layer; a < end; a += 1 << below {
			if err := f.block(&sum, a, below); err != nil {
				return err
			}
		}
	}
	s.Merge(sum)
	return nil
}

// known takes a block from the layers, if it stands there and nothing in it is pending.
func (f *folding) known(a int64, layer int) (feed.Stat, bool) {
	end := a + 1<<layer
	if f.layers == nil || end > f.covered || a < f.v.t.first&^(1<<mid-1) {
		return feed.Stat{}, false
	}
	if i := f.v.spotFrom(a); i < len(f.v.spots) && f.v.spots[i].slot < end {
		return feed.Stat{}, false
	}
	l := &f.v.t.layers
	switch layer {
	case low:
		return f.detail.record(f.layers, l.detail(a), detailSize, a>>low&(perPage-1))
	case mid:
		return f.summary.record(f.layers, l.group(a), summarySize, a>>mid&(perPage-1))
	default:
		return f.summary.record(f.layers, l.group(a), summarySize, perPage)
	}
}

// record gives a record of the page at off; false when the page cannot be trusted.
func (p *page) record(file durable.File, off, size, i int64) (feed.Stat, bool) {
	if p.off != off {
		if p.data == nil {
			p.data = make([]byte, size)
		}
		_, err := file.ReadAt(p.data, off)
		p.off = off
		p.good = err == nil && goodPage(p.data)
	}
	if !p.good {
		return feed.Stat{}, false
	}
	return record(p.data[i*recordSize:]), true
}
