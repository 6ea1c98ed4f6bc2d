package variable

import (
	"context"
	"io"
	"math"
	"slices"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
)

const checkEvery = 1 << 10 // windows after which a query looks whether it is still wanted

// Sample gives the first point of each window.
func (t *tape) Sample(ctx context.Context, edges []int64, values []float64, times []int64) error {
	v, err := t.view()
	if err != nil {
		return err
	}
	defer v.close()
	c := cursor{v: v}
	var index int64
	for i := range values {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if index, err = c.seek(index, edges[i]); err != nil {
			return err
		}
		values[i] = math.NaN()
		w, err := c.at(index)
		if err != nil {
			return err
		}
		if len(w) == 0 || int64(w[0].time) >= edges[i+1] {
			continue
		}
		values[i] = w[0].sample().Value
		if times != nil {
			times[i] = int64(w[0].time)
		}
	}
	return nil
}

// Fold counts, sums and bounds the points of each window.
func (t *tape) Fold(ctx context.Context, edges []int64, stats []feed.Stat) error {
	v, err := t.view()
	if err != nil {
		return err
	}
	defer v.close()
	c := cursor{v: v}
	index, err := c.seek(0, edges[0])
	if err != nil {
		return err
	}
	for i := range stats {
		stats[i] = feed.Stat{}
		for done := false; !done; {
			w, err := c.at(index)
			if err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			n := 0
			for n < len(w) && int64(w[n].time) < edges[i+1] {
				stats[i].Add(w[n].sample().Value)
				n++
			}
			index += int64(n)
			done = n < len(w) || len(w) == 0
		}
	}
	return nil
}

// Average gives the mean of each window as the original walks over it: a window ends before the first point at or
// after its end, and if that point is not exactly there, before the point in front of it, which counts in the window
// that follows. Clients line up with it; it shows beside gaps.
func (t *tape) Average(ctx context.Context, edges []int64, values []float64) error {
	v, err := t.view()
	if err != nil {
		return err
	}
	defer v.close()
	c := cursor{v: v}
	index, err := c.boundary(0, edges[0])
	if err != nil {
		return err
	}
	for i := range values {
		end, err := c.boundary(index, edges[i+1])
		if err != nil {
			return err
		}
		var s feed.Stat
		for index < end {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			w, err := c.at(index)
			if err != nil {
				return err
			}
			for _, p := range w[:min(int64(len(w)), end-index)] {
				s.Add(p.sample().Value)
				index++
			}
		}
		values[i] = s.Mean()
	}
	return nil
}

// boundary is the index that the original finds for a window's edge.
func (c *cursor) boundary(from, edge int64) (int64, error) {
	index, err := c.seek(from, edge)
	if err != nil || index == 0 || index == c.v.total {
		return index, err
	}
	at, err := c.timeAt(index)
	if err == nil && at != edge {
		index = max(from, index-1)
	}
	return index, err
}

// At gives the first point at or after a time.
func (t *tape) At(at int64) (float64, error) {
	v, err := t.view()
	if err != nil {
		return 0, err
	}
	defer v.close()
	c := cursor{v: v}
	index, err := c.seek(0, at)
	if err != nil {
		return 0, err
	}
	w, err := c.at(index)
	if err != nil || len(w) == 0 {
		return math.NaN(), err
	}
	return w[0].sample().Value, nil
}

// Points calls fn with every point of the time range.
func (t *tape) Points(ctx context.Context, from, to int64, fn func(weir.Sample) bool) error {
	v, err := t.view()
	if err != nil {
		return err
	}
	defer v.close()
	c := cursor{v: v}
	index, err := c.seek(0, from)
	if err != nil {
		return err
	}
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w, err := c.at(index)
		if err != nil || len(w) == 0 {
			return err
		}
		for _, p := range w {
			if int64(p.time) > to || !fn(p.sample()) {
				return nil
			}
		}
		index += int64(len(w))
	}
}

// Meta tells how far the feed reaches.
func (t *tape) Meta() (feed.Meta, error) {
	v, err := t.view()
	if err != nil {
		return feed.Meta{}, err
	}
	defer v.close()
	m := feed.Meta{Points: v.total, Bytes: v.total * pointSize}
	if v.total == 0 {
		return m, nil
	}
	head, tail, err := v.ends()
	if err != nil {
		return feed.Meta{}, err
	}
	m.Start, m.End = int64(head.time), int64(tail.time)
	return m, nil
}

// Last looks for the newest point that has a value.
func (t *tape) Last() (weir.Sample, bool, error) {
	v, err := t.view()
	if err != nil {
		return weir.Sample{}, false, err
	}
	defer v.close()
	window := make([]point, 1)
	for end := v.total; end > 0; {
		w := window[:min(int64(len(window)), end)]
		if err := v.read(end-int64(len(w)), w); err != nil {
			return weir.Sample{}, false, err
		}
		for _, p := range slices.Backward(w) {
			if s := p.sample(); !s.Missing() {
				return s, true, nil
			}
		}
		end -= int64(len(w))
		if len(window) < windowPoints {
			window = make([]point, windowPoints)
		}
	}
	return weir.Sample{}, false, nil
}

// ReadAt gives bytes of the .MYD as they will be after Flush.
func (t *tape) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, weir.Errorf(weir.Invalid, "offset %d of feed %d is negative", off, t.id)
	}
	v, err := t.view()
	if err != nil {
		return 0, err
	}
	defer v.close()
	n := int(max(0, min(int64(len(p)), v.total*pointSize-off)))
	c := cursor{v: v}
	var encoded []byte
	for done := 0; done < n; {
		at := off + int64(done)
		w, err := c.at(at / pointSize)
		if err != nil {
			return done, err
		}
		encoded = encoded[:0]
		for _, pt := range w {
			encoded = appendPoint(encoded, pt)
		}
		done += copy(p[done:n], encoded[at%pointSize:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
