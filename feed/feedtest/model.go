package feedtest

import (
	"maps"
	"math"
	"slices"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
)

// model is what a feed should hold, as a plain map, and what queries should answer, worked out the slow way.
type model struct {
	interval int64             // 0: points at any time
	points   map[int64]float32 // by time; with an interval every slot from first to last is there
	sorted   []int64           // the times of points, when it has as many
}

func newModel(interval int64) *model { return &model{interval: interval, points: map[int64]float32{}} }

func (m *model) clone() *model { return &model{interval: m.interval, points: maps.Clone(m.points)} }

// times are the times of all points. A point that is there stays until the model is rewound, so their number tells
// whether the times are still the same.
func (m *model) times() []int64 {
	if len(m.sorted) != len(m.points) {
		m.sorted = slices.Sorted(maps.Keys(m.points))
	}
	return m.sorted
}

// append takes a point in and tells whether the feed can keep it.
func (m *model) append(s weir.Sample, join bool) bool {
	if s.Time < 0 || s.Time > feed.MaxTime {
		return false
	}
	value := float32(s.Value)
	if m.interval == 0 || len(m.points) == 0 {
		if m.interval > 0 {
			s.Time -= s.Time % m.interval
		}
		m.points[s.Time] = value
		return true
	}
	at := s.Time - s.Time%m.interval
	times := m.times()
	first, last := times[0], times[len(times)-1]
	if at > last {
		return m.fill(last, at, s.Value, join)
	}
	if (first-at)/m.interval-1 > feed.MaxPadding {
		return false
	}
	for t := at; t < first; t += m.interval {
		m.points[t] = float32(math.NaN())
	}
	m.points[at] = value
	return true
}

// fill takes in a point after the last one and what lies between.
func (m *model) fill(last, at int64, value float64, join bool) bool {
	n := (at - last) / m.interval
	if n-1 > feed.MaxPadding {
		return false
	}
	from := float64(m.points[last])
	for i := int64(1); i < n; i++ {
		v := math.NaN()
		if join {
			v = from + (value-from)*float64(i)/float64(n)
		}
		m.points[last+i*m.interval] = float32(v)
		m.sorted = append(m.sorted, last+i*m.interval)
	}
	m.points[at] = float32(value)
	m.sorted = append(m.sorted, at)
	return true
}

// rewind leaves what lies inside an extent.
func (m *model) rewind(to feed.Extent) {
	for t := range m.points {
		if to.Points == 0 || t > to.End || m.interval > 0 && t < to.Start {
			delete(m.points, t)
		}
	}
	m.sorted = nil
	if m.interval > 0 && to.Points > 0 {
		m.points[to.End] = math.Float32frombits(to.Tail)
	}
}

func (m *model) sample(edges []int64) []float64 {
	times := m.times()
	out := make([]float64, len(edges)-1)
	for i := range out {
		out[i] = math.NaN()
		next, exact := slices.BinarySearch(times, edges[i])
		switch {
		case m.interval == 0:
			if next < len(times) && times[next] < edges[i+1] {
				out[i] = float64(m.points[times[next]])
			}
		case exact:
			out[i] = float64(m.points[times[next]])
		case next > 0 && next < len(times):
			out[i] = float64(m.points[times[next-1]])
		}
	}
	return out
}

// fold gives the points of each window.
func (m *model) fold(edges []int64) []feed.Stat {
	out := make([]feed.Stat, len(edges)-1)
	for _, t := range m.times() {
		if i, exact := slices.BinarySearch(edges, t); exact && i < len(out) {
			out[i].Add(float64(m.points[t]))
		} else if !exact && i > 0 && i < len(edges) {
			out[i-1].Add(float64(m.points[t]))
		}
	}
	return out
}

// average gives the means, for points at any time by the original's walk: where no point stands exactly at a window's
// end, the one before it counts in the next window.
func (m *model) average(edges []int64) []float64 {
	out := make([]float64, len(edges)-1)
	times := m.times()
	boundary := func(edge int64) int {
		i, exact := slices.BinarySearch(times, edge)
		if exact || i == 0 || i == len(times) {
			return i
		}
		return i - 1
	}
	for i, s := range m.fold(edges) {
		if m.interval == 0 {
			s = feed.Stat{}
			for j := boundary(edges[i]); j < boundary(edges[i+1]); j++ {
				s.Add(float64(m.points[times[j]]))
			}
		}
		out[i] = s.Mean()
	}
	return out
}

// value is the nearest slot's, or the first point's from then on.
func (m *model) value(at int64) float64 {
	times := m.times()
	if m.interval > 0 {
		at += m.interval / 2
		if len(times) == 0 || at < times[0] {
			return math.NaN()
		}
		if v, ok := m.points[at-(at-times[0])%m.interval]; ok {
			return float64(v)
		}
		return math.NaN()
	}
	if i, _ := slices.BinarySearch(times, at); i < len(times) {
		return float64(m.points[times[i]])
	}
	return math.NaN()
}
