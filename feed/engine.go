package feed

import (
	"context"
	"io"
	"log/slog"
	"math"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

const (
	// MaxTime is the latest time a point may have: the files keep 32 bits.
	MaxTime = math.MaxUint32
	// MaxPadding is how many slots may lie empty between two points of a fixed feed: five years at 10 s. A point
	// further away is more likely a wrong clock than a measurement, and would fill the disk.
	MaxPadding = 15_768_000
)

// Engine keeps the feeds of one kind in files. Its methods may be called from any goroutine.
type Engine interface {
	ID() weir.EngineID
	// Create makes the files of an empty feed. Files that are there already are left as they are.
	Create(id weir.FeedID, o Options) error
	// Open loads a feed. NotFound when it has no files, Invalid when they cannot be understood.
	Open(id weir.FeedID) (Tape, error)
	// Remove takes away a feed's files, NotFound when there are none.
	Remove(id weir.FeedID) error
	// Close ends the work on all feeds. What is still in memory is not written.
	Close() error
}

// Builder makes an engine. It finishes or takes back what a killed process left half done.
type Builder func(Env) (Engine, error)

// Env is what an engine works with.
type Env struct {
	FS     durable.FS
	Logger *slog.Logger
}

// Options say how a new feed is kept.
type Options struct {
	Interval int64 // seconds from point to point of a fixed feed
}

// Tape is what an engine keeps of one feed: the points in its files, merged with those still in memory. One goroutine
// at a time writes (Append … Rewind), any number read meanwhile. A read gives the same before and after Flush.
type Tape interface {
	Reader
	Windows
	// Append takes a point into memory and tells by how many bytes that grew. join fills a gap before it with the
	// straight line from the point before, where the engine has slots to fill. Invalid: the point cannot be kept.
	Append(s weir.Sample, join bool) (grown int, err error)
	// Pending tells what the files hold and what they will hold when everything in memory has been written.
	Pending() (before, after Extent, err error)
	// Flush writes what is in memory. After an error everything is still in memory, and Flush may be called again.
	Flush() error
	// Clear throws all points away.
	Clear() error
	// Rewind takes the files back to an extent they had: what was added before and after it is cut away.
	Rewind(to Extent) error
}

// Reader gives single points.
type Reader interface {
	Meta() (Meta, error)
	// Last is the newest point that has a value.
	Last() (weir.Sample, bool, error)
	// At is the value at a time as feed/value answers it, NaN for none.
	At(t int64) (float64, error)
	// Points calls fn with every point of from ≤ time ≤ to, missing ones too, until it returns false.
	Points(ctx context.Context, from, to int64, fn func(weir.Sample) bool) error
	// ReaderAt gives the bytes of the data file as they will be after Flush.
	io.ReaderAt
}

// Windows gives one result for each window [edges[i], edges[i+1]). Edges ascend.
type Windows interface {
	// Sample gives the value that stands for each window, NaN for none. times, when not nil, gets the time of the
	// point where the engine knows one, and stays as it is where it does not.
	Sample(ctx context.Context, edges []int64, values []float64, times []int64) error
	// Average gives the mean of the points in each window, by the rules of the original engine.
	Average(ctx context.Context, edges []int64, values []float64) error
	// Fold counts, sums and bounds the points in each window.
	Fold(ctx context.Context, edges []int64, stats []Stat) error
}

// Meta tells how far a feed's data reaches, points in memory included.
type Meta struct {
	Start    int64 // unix seconds of the first point, 0 when there is none
	End      int64 // unix seconds of the last point
	Interval int64 // seconds from point to point; 0 when the engine has no fixed interval
	Points   int64
	Bytes    int64 // of the files, as they will be after Flush
}

// MeanInterval is the seconds from point to point on average.
func (m Meta) MeanInterval() float64 {
	if m.Interval > 0 || m.Points < 2 {
		return float64(m.Interval)
	}
	return float64(m.End-m.Start) / float64(m.Points-1)
}

// Extent is what identifies the content of a feed's data file from outside.
type Extent struct {
	Points int64
	Start  int64  // unix seconds of the first point
	End    int64  // unix seconds of the last point
	Tail   uint32 // the last point's value, float32 bits
}

// Stat is what is known of the points in a window. The zero Stat knows of none.
type Stat struct {
	Count    int64
	Sum      float64
	Min, Max float64 // mean nothing when Count is 0
}

// Add takes a point in; a missing one changes nothing.
func (s *Stat) Add(v float64) {
	if math.IsNaN(v) {
		return
	}
	if s.Count == 0 {
		s.Min, s.Max = v, v
	} else if v < s.Min {
		s.Min = v
	} else if v > s.Max {
		s.Max = v
	}
	s.Count++
	s.Sum += v
}

// Merge takes in what is known of other points.
func (s *Stat) Merge(o Stat) {
	switch {
	case o.Count == 0:
		return
	case s.Count == 0:
		*s = o
		return
	}
	s.Count += o.Count
	s.Sum += o.Sum
	s.Min = min(s.Min, o.Min)
	s.Max = max(s.Max, o.Max)
}

// Mean is NaN when there are no points.
func (s Stat) Mean() float64 {
	if s.Count == 0 {
		return math.NaN()
	}
	return s.Sum / float64(s.Count)
}
