package feed

import (
	"context"
	"math"

	"github.com/weirhq/weir"
)

// Bands is what a graph draws: one row for each piece of time, or the points themselves when they are few.
type Bands struct {
	Times          []int64 // unix seconds, where each piece begins
	Mean, Min, Max []float64
	Width          int64 // seconds of a piece; 0: these are the points themselves
}

const maxBands = 20_000

// Bands gives at most so many pieces of the time from start to end (unix seconds, end included) as fit a graph's width.
// Pieces lie on multiples of their width, so that they stay the same when the graph is moved.
func (c *Catalogue) Bands(ctx context.Context, id weir.FeedID, start, end int64, points int) (Bands, error) {
	tape, _, err := c.data(ctx, id)
	if err != nil {
		return Bands{}, err
	}
	if points < 1 || points > maxBands {
		return Bands{}, weir.Errorf(weir.Invalid, "%d pieces cannot be drawn: ask for 1 to %d", points, maxBands)
	}
	if end <= start || start < -maxSeconds || end > maxSeconds {
		return Bands{}, weir.Errorf(weir.Invalid, "Request end time before start time")
	}
	b, few, err := rawBands(ctx, tape, start, end, points)
	if err != nil || few {
		return b, err
	}
	width := (end - start + int64(points) - 1) / int64(points)
	first := floorTo(start, width)
	n := (end-first)/width + 1
	edges := make([]int64, n+1)
	for i := range edges {
		edges[i] = first + int64(i)*width
	}
	stats := make([]Stat, n)
	if err := tape.Fold(ctx, edges, stats); err != nil {
		return Bands{}, err
	}
	b = Bands{Times: edges[:n:n], Width: width, Mean: make([]float64, n), Min: make([]float64, n), Max: make([]float64, n)}
	for i, s := range stats {
		b.Mean[i], b.Min[i], b.Max[i] = s.Mean(), s.Min, s.Max
		if s.Count == 0 {
			b.Min[i], b.Max[i] = math.NaN(), math.NaN()
		}
	}
	return b, nil
}

// rawBands gives the points themselves, or false when they are more than asked for.
func rawBands(ctx context.Context, tape Tape, start, end int64, points int) (Bands, bool, error) {
	meta, err := tape.Meta()
	if err != nil {
		return Bands{}, false, err
	}
	if meta.Interval > 0 && (end-start)/meta.Interval >= int64(points) {
		return Bands{}, false, nil
	}
	var b Bands
	err = tape.Points(ctx, start, end, func(p weir.Sample) bool {
		b.Times = append(b.Times, p.Time)
		b.Mean = append(b.Mean, p.Value)
		return len(b.Times) <= points
	})
	if err != nil || len(b.Times) > points {
		return Bands{}, false, err
	}
	b.Min, b.Max = b.Mean, b.Mean
	return b, true, nil
}

// floorTo rounds down to a multiple, also below zero.
func floorTo(t, step int64) int64 {
	t -= ((t % step) + step) % step
	return t
}
