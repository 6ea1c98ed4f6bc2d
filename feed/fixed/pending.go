package fixed

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
)

const (
	shortGap  = 64   // slots; a gap up to this is filled at once, a longer one only when written
	keepSpace = 1024 // slots of memory a tape keeps after a flush

	overBytes = 32 // memory of one entry in over, about
)

// pending is what the file does not hold yet.
type pending struct {
	runs []run             // in order, at or after the file's end
	over map[int64]float32 // single slots that are in no run
	low  int64             // the lowest slot of the feed, pending ones too
	end  int64             // one after the highest
	any  bool              // the feed has slots at all: low and end mean something
}

// run is a stretch of appended slots with the gap before it.
type run struct {
	from   int64 // the first slot of the gap
	at     int64 // the slot of values[0]
	line   line  // what the gap is filled with
	values []float32
}

// line goes through (a, va) and (b, vb); without b it is nowhere.
type line struct {
	a, b   int64
	va, vb float64
}

// at is the line's value at a slot. It is worked out from the ends each time and not by adding up, so that it does not
// matter where a write begins.
func (l line) at(slot int64) float32 {
	if l.b == 0 {
		return nan32()
	}
	return toSlot(l.va + (l.vb-l.va)*float64(slot-l.a)/float64(l.b-l.a))
}

// reset forgets what is pending. Held: mu, or nobody else knows the tape yet.
func (t *tape) reset() {
	p := &t.pending
	var values []float32
	if len(p.runs) > 0 && cap(p.runs[0].values) <= keepSpace {
		values = p.runs[0].values[:0]
	}
	clear(p.runs)
	p.runs = p.runs[:0]
	if values != nil {
		p.runs = append(p.runs, run{values: values}) // an empty run is no run, only its memory
	}
	p.over = nil
	p.any, p.low, p.end = t.slots > 0, t.first, t.end()
}

// Append takes a point into memory.
func (t *tape) Append(s weir.Sample, join bool) (int, error) {
	if s.Time < 0 || s.Time > feed.MaxTime {
		return 0, weir.Errorf(weir.Invalid, "feed %d cannot keep a point at time %d: use unix seconds from 0 to %d", t.id, s.Time, int64(feed.MaxTime))
	}
	slot, v := s.Time/t.interval, toSlot(s.Value)
	t.mu.Lock()
	p := &t.pending
	if last := len(p.runs) - 1; last >= 0 && len(p.runs[last].values) > 0 {
		switch r := &p.runs[last]; slot {
		case p.end:
			r.values = append(r.values, v)
			p.end++
			t.mu.Unlock()
			return slotSize, nil
		case p.end - 1:
			r.values[len(r.values)-1] = v
			t.mu.Unlock()
			return 0, nil
		}
	}
	t.mu.Unlock()
	return t.appendElsewhere(slot, s, join)
}

// appendElsewhere is Append for all but the simplest places.
func (t *tape) appendElsewhere(slot int64, s weir.Sample, join bool) (int, error) {
	v := toSlot(s.Value)
	p := &t.pending
	switch {
	case !p.any:
		t.mu.Lock()
		defer t.mu.Unlock()
		p.any, p.low, p.end = true, slot, slot
		return p.extend(slot, v, line{}), nil
	case slot >= p.end:
		gap := slot - p.end
		if err := t.limit(gap, s.Time); err != nil {
			return 0, err
		}
		l, err := t.lineTo(slot, s.Value, join && gap > 0)
		if err != nil {
			return 0, err
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		return p.extend(slot, v, l), nil
	case slot < p.low:
		if err := t.limit(p.low-slot-1, s.Time); err != nil {
			return 0, err
		}
		if err := t.early(slot, s.Time); err != nil {
			return 0, err
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		p.low = slot
		return p.overwrite(slot, v), nil
	default:
		t.mu.Lock()
		defer t.mu.Unlock()
		return p.overwrite(slot, v), nil
	}
}

// limit refuses a gap that is more likely a wrong clock.
func (t *tape) limit(gap, at int64) error {
	if gap <= feed.MaxPadding {
		return nil
	}
	return weir.Errorf(weir.Invalid, "feed %d cannot keep a point at time %d: %d empty slots lie between it and the nearest point, "+
		"at most %d are allowed; check the clock of the sender", t.id, at, gap, feed.MaxPadding)
}

// early refuses what would begin before 1970 because the file's start is no multiple of its interval.
func (t *tape) early(slot, at int64) error {
	if slot > 0 {
		return nil
	}
	if err := t.hold(); err != nil {
		return err
	}
	defer t.files.RUnlock()
	if t.timeOf(slot) < 0 {
		return weir.Errorf(weir.Invalid, "feed %d cannot keep a point at time %d: its slots begin at %d", t.id, at, t.timeOf(slot+1))
	}
	return nil
}

// lineTo is what the gap before a point is filled with: the line from the last slot, or nothing.
func (t *tape) lineTo(slot int64, v float64, join bool) (line, error) {
	if !join {
		return line{}, nil
	}
	before, err := t.lastSlot()
	if err != nil {
		return line{}, err
	}
	return line{a: t.pending.end - 1, b: slot, va: float64(before), vb: v}, nil
}

// lastSlot is the value of the feed's highest slot. Called by the writer only, who alone changes what is pending.
func (t *tape) lastSlot() (float32, error) {
	p := &t.pending
	if last := len(p.runs) - 1; last >= 0 && len(p.runs[last].values) > 0 {
		values := p.runs[last].values
		return values[len(values)-1], nil
	}
	if v, ok := p.over[p.end-1]; ok {
		return v, nil
	}
	if err := t.hold(); err != nil {
		return 0, err
	}
	defer t.files.RUnlock()
	return t.fileTail()
}

// extend puts a value after the feed's end, and fills the gap if it is short.
func (p *pending) extend(slot int64, v float32, l line) int {
	before, from := len(p.runs), p.end
	short := slot-from <= shortGap
	p.end = slot + 1
	if before == 0 || !short || len(p.runs[before-1].values) == 0 {
		if before > 0 && len(p.runs[before-1].values) == 0 { // only kept for its memory
			p.runs[before-1] = run{values: p.runs[before-1].values}
		} else {
			p.runs = append(p.runs, run{})
		}
		r := &p.runs[len(p.runs)-1]
		r.from, r.at, r.line = from, slot, l
		if short {
			r.at = from
		}
	}
	r := &p.runs[len(p.runs)-1]
	had := len(r.values)
	for s := r.at + int64(had); s < slot; s++ {
		r.values = append(r.values, l.at(s))
	}
	r.values = append(r.values, v)
	return (len(r.values) - had) * slotSize
}

// overwrite puts a value at a slot below the feed's end.
func (p *pending) overwrite(slot int64, v float32) int {
	for i := range slices.Backward(p.runs) {
		r := &p.runs[i]
		if len(r.values) == 0 || slot < r.from {
			continue
		}
		if slot >= r.at {
			r.values[slot-r.at] = v
			return 0
		}
		break // in a gap
	}
	if p.over == nil {
		p.over = map[int64]float32{}
	}
	if _, ok := p.over[slot]; ok {
		p.over[slot] = v
		return 0
	}
	p.over[slot] = v
	return overBytes
}

// empty tells that the file holds everything.
func (p *pending) empty() bool {
	return len(p.over) == 0 && (len(p.runs) == 0 || len(p.runs[0].values) == 0)
}

// spot is one slot's value.
type spot struct {
	slot  int64
	value float32
}

// spots are the single slots in order.
func (p *pending) spots() []spot {
	if len(p.over) == 0 {
		return nil
	}
	all := make([]spot, 0, len(p.over))
	for slot, v := range maps.All(p.over) {
		all = append(all, spot{slot, v})
	}
	slices.SortFunc(all, func(x, y spot) int { return cmp.Compare(x.slot, y.slot) })
	return all
}

// Pending tells what the file holds and what it will hold.
func (t *tape) Pending() (before, after feed.Extent, err error) {
	t.files.Lock()
	defer t.files.Unlock()
	if err := t.mend(); err != nil {
		return before, after, err
	}
	if before, err = t.extent(); err != nil {
		return before, after, fmt.Errorf("look at feed %d: %w", t.id, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pending.empty() {
		return before, before, nil
	}
	p := &t.pending
	return before, feed.Extent{Points: p.end - p.low, Start: t.timeOf(p.low), End: t.timeOf(p.end - 1)}, nil
}
