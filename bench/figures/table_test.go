package main

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	got := table([]figure{
		{name: "ratio", found: []float64{70, 50.4, 61}, unit: " %", aim: aim{least: 60}},
		{name: "values", found: []float64{999_999}, aim: aim{least: 1e6}},
		{name: "latency", found: []float64{2, 3}, unit: " ms", aim: aim{most: 2.5}},
		{name: "size", found: []float64{1234.5}, unit: " MB"},
	})
	want := `| | median | lowest – highest | aim |
|---|--:|--:|---|
| ratio | 61 % | 50.4 – 70 % | ≥ 60 %: met |
| values | 999,999 |  | ≥ 1,000,000: **missed** |
| latency | 2.50 ms | 2 – 3 ms | ≤ 2.50 ms: met |
| size | 1,234 MB |  |  |
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestQuantiles(t *testing.T) {
	found := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 0.875: 4.5, 1: 5} {
		if got := quantile(found, q); got != want {
			t.Errorf("quantile %v is %v, not %v", q, got, want)
		}
	}
	if !cmp.Equal(found, []float64{5, 1, 4, 2, 3}) {
		t.Error("the order of runs was changed")
	}
	if got := median([]float64{1, 2, 3, 10}); got != 2.5 {
		t.Errorf("median of four is %v", got)
	}
	if !math.IsNaN(median(nil)) {
		t.Error("none have a median")
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 60: "60", 1.234: "1.23", 12.34: "12.3", 123.4: "123", -1234567: "-1,234,567", 3153600: "3,153,600", 999.6: "1,000",
	} {
		if got := number(x); got != want {
			t.Errorf("%v: %s, not %s", x, got, want)
		}
	}
}

func TestSummary(t *testing.T) {
	var seen []moment
	for second := range 31 {
		seen = append(seen, moment{time.Unix(int64(second), 0), usage{
			cpu: time.Duration(second) * 20 * time.Millisecond, resident: 50e6 + int64(second)*1e6,
			written: int64(max(second-10, 0)) * 3000, files: 10 + second%7,
		}})
	}
	for i, want := range [][]float64{{2, 2, 2}, {0, 3, 3}, {16}, {50}, {65}, {80}, {30}, {80}} {
		if f := summary(seen)[i]; !cmp.Equal(f.found, want) {
			t.Errorf("%s: %v, not %v", f.name, f.found, want)
		}
	}
}
