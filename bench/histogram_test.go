package bench_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/bench"
)

func TestClasses(t *testing.T) {
	last := -1
	for ns := uint64(0); ns < 1<<62; ns += max(1, ns/300) {
		class := bench.ClassOf(ns)
		if class < last {
			t.Fatalf("%d ns is in class %d, shorter ones in %d", ns, class, last)
		}
		last = class
		if off := math.Abs(float64(bench.Middle(class)) - float64(ns)); off > 0.004*float64(ns)+0.5 {
			t.Fatalf("%d ns stands for %d", ns, bench.Middle(class))
		}
	}
	bench.ClassOf(math.MaxInt64)
	var h bench.Histogram
	h.Record(math.MaxInt64)
	h.Record(-1)
	if h.Quantile(1) < math.MaxInt64/100*99 || h.Quantile(0) != 0 || h.Count() != 2 {
		t.Errorf("extremes: %v %v", h.Quantile(0), h.Quantile(1))
	}
}

func TestQuantiles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		durations := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Hour)), 1, 2000).Draw(rt, "durations")
		var h, other bench.Histogram
		for i, d := range durations {
			if i%3 == 0 {
				other.Record(time.Duration(d))
			} else {
				h.Record(time.Duration(d))
			}
		}
		h.Merge(&other)
		slices.Sort(durations)
		for _, q := range []float64{0, 0.5, 0.9, 0.99, 0.999, 1} {
			exact := float64(durations[max(int(math.Ceil(q*float64(len(durations)))), 1)-1])
			if got := float64(h.Quantile(q)); math.Abs(got-exact) > 0.01*exact+1 {
				rt.Fatalf("quantile %v is %v, exactly %v", q, got, exact)
			}
		}
		if h.Max() != time.Duration(durations[len(durations)-1]) || h.Count() != uint64(len(durations)) {
			rt.Fatalf("max %v, count %d", h.Max(), h.Count())
		}
	})
}

func TestEmptyHistogram(t *testing.T) {
	var h bench.Histogram
	if h.Quantile(0.5) != 0 || h.Mean() != 0 || h.Max() != 0 {
		t.Error("an empty histogram has durations")
	}
}

func BenchmarkRecord(b *testing.B) {
	var h bench.Histogram
	b.ReportAllocs()
	d := time.Duration(1)
	for b.Loop() {
		h.Record(d)
		d = d*3%1e9 + 1
	}
}
