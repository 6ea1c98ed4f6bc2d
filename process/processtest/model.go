package processtest

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
)

// Store is where the feeds of a case are kept, over several lives of the program.
type Store interface {
	// Create makes a feed that is kept at a fixed interval, or variable for 0.
	Create(id weir.FeedID, interval int64) error
	// Open begins a life with what is in the files.
	Open() (process.KeptFeeds, error)
	// Close ends it, by a kill if crash.
	Close(crash bool) error
	// Points are all samples of a feed in order of time, with those not yet in a file.
	Points(id weir.FeedID) ([]weir.Sample, error)
}

// Model keeps feeds in memory in the plainest way: it says what the real ones should do.
type Model struct {
	mu      sync.Mutex
	feeds   map[weir.FeedID]*series
	flushed map[weir.FeedID]*series // what a kill leaves
}

type series struct {
	interval int64
	points   map[int64]float64
	last     weir.Sample
	any      bool
}

// NewModel makes a model without feeds.
func NewModel() *Model {
	return &Model{feeds: make(map[weir.FeedID]*series), flushed: make(map[weir.FeedID]*series)}
}

// Create is Store's.
func (m *Model) Create(id weir.FeedID, interval int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.feeds[id] = &series{interval: interval, points: make(map[int64]float64)}
	m.flushed[id] = &series{interval: interval, points: make(map[int64]float64)}
	return nil
}

// Open is Store's.
func (m *Model) Open() (process.KeptFeeds, error) { return m, nil }

// Close is Store's.
func (m *Model) Close(crash bool) error {
	if !crash {
		return m.Flush()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.feeds = copyAll(m.flushed)
	return nil
}

// Points is Store's.
func (m *Model) Points(id weir.FeedID) ([]weir.Sample, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.feeds[id]
	if s == nil {
		return nil, weir.Errorf(weir.NotFound, "there is no feed %d", id)
	}
	points := make([]weir.Sample, 0, len(s.points))
	for t, v := range s.points {
		if s.interval > 0 && math.IsNaN(v) {
			continue // a slot without a value looks like one that was never written
		}
		points = append(points, weir.Sample{Time: t, Value: v})
	}
	slices.SortFunc(points, func(a, b weir.Sample) int { return cmp.Compare(a.Time, b.Time) })
	return points, nil
}

// Append is process.Feeds'.
func (m *Model) Append(id weir.FeedID, s weir.Sample, join bool) error {
	return m.Insert(id, []weir.Sample{s}, join)
}

// Insert is process.Feeds'.
func (m *Model) Insert(id weir.FeedID, samples []weir.Sample, join bool) error {
	return m.with(id, func(f *series) {
		for _, s := range samples {
			f.put(s, join)
		}
	})
}

func (f *series) put(s weir.Sample, join bool) {
	at := s.Time
	if f.interval > 0 {
		at -= ((at % f.interval) + f.interval) % f.interval
		if from := f.last.Time - f.last.Time%f.interval; join && f.any {
			for t := from + f.interval; t < at; t += f.interval {
				f.points[t] = f.last.Value + (s.Value-f.last.Value)*float64(t-from)/float64(at-from)
			}
		}
	}
	f.points[at] = s.Value
	if !s.Missing() && (!f.any || s.Time >= f.last.Time) {
		f.last, f.any = s, true
	}
}

// Last is process.Feeds'.
func (m *Model) Last(id weir.FeedID) (weir.Sample, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.feeds[id]; f != nil && f.any {
		return f.last, true, nil
	}
	return weir.Sample{}, false, nil
}

// Clear is process.Feeds'.
func (m *Model) Clear(id weir.FeedID) error {
	return m.with(id, func(f *series) { *f = series{interval: f.interval, points: make(map[int64]float64)} })
}

// Drop is process.Feeds'.
func (m *Model) Drop(id weir.FeedID) error {
	return m.with(id, func(*series) { delete(m.feeds, id) })
}

func (m *Model) with(id weir.FeedID, fn func(*series)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.feeds[id]
	if f == nil {
		return weir.Errorf(weir.NotFound, "there is no feed %d", id)
	}
	fn(f)
	return nil
}

// Flush is process.Part's.
func (m *Model) Flush() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.flushed = copyAll(m.feeds)
	return nil
}

func copyAll(feeds map[weir.FeedID]*series) map[weir.FeedID]*series {
	c := make(map[weir.FeedID]*series, len(feeds))
	for id, f := range feeds {
		s := *f
		s.points = maps.Clone(f.points)
		c[id] = &s
	}
	return c
}

// Saved is process.Part's.
func (m *Model) Saved() {}

// AppendState is process.Part's. A model is small: its state is all of it.
func (m *Model) AppendState(dst []byte) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(m.feeds)) {
		f := m.feeds[id]
		dst = appendAll(dst, uint64(id), uint64(f.interval), uint64(len(f.points)))
		for _, t := range slices.Sorted(maps.Keys(f.points)) {
			dst = appendAll(dst, uint64(t), math.Float64bits(f.points[t]))
		}
		known := uint64(0)
		if f.any {
			known = 1
		}
		dst = appendAll(dst, known, uint64(f.last.Time), math.Float64bits(f.last.Value))
	}
	return dst
}

func appendAll(dst []byte, values ...uint64) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint64(dst, v)
	}
	return dst
}

// LoadState is process.Part's: whatever came after the state is undone.
func (m *Model) LoadState(src []byte, _ bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := func() uint64 {
		v := binary.LittleEndian.Uint64(src)
		src = src[8:]
		return v
	}
	m.feeds = make(map[weir.FeedID]*series)
	for len(src) > 0 {
		id := weir.FeedID(next())
		f := &series{interval: int64(next()), points: make(map[int64]float64)}
		for n := next(); n > 0; n-- {
			t := int64(next())
			f.points[t] = math.Float64frombits(next())
		}
		f.any = next() == 1
		f.last.Time = int64(next())
		f.last.Value = math.Float64frombits(next())
		m.feeds[id] = f
	}
	return nil
}
