package variable_test

import (
	"flag"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/feed/variable"
	"github.com/weirhq/weir/internal/durable"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t testing.TB, dir string) feed.Tape {
	t.Helper()
	fsys, err := durable.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fsys.Close() })
	e, err := variable.New(feed.Env{FS: fsys, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Create(1, feed.Options{}); err != nil {
		t.Fatal(err)
	}
	tape, err := e.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	return tape
}

func add(t testing.TB, tape feed.Tape, points ...weir.Sample) {
	t.Helper()
	for _, s := range points {
		if _, err := tape.Append(s, false); err != nil {
			t.Fatal(err)
		}
	}
}

func flush(t testing.TB, tape feed.Tape) {
	t.Helper()
	if err := tape.Flush(); err != nil {
		t.Fatal(err)
	}
}

func all(t testing.TB, tape feed.Tape) []weir.Sample {
	t.Helper()
	var got []weir.Sample
	if err := tape.Points(t.Context(), 0, feed.MaxTime, func(s weir.Sample) bool {
		got = append(got, s)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestGoldenBytes(t *testing.T) {
	dir := t.TempDir()
	tape := open(t, dir)
	add(t, tape, weir.Sample{Time: 1_700_000_003, Value: 1.5}, weir.Sample{Time: 1_700_000_019, Value: -2})
	flush(t, tape)
	add(t, tape, weir.Sample{Time: 1_700_000_010, Value: 0.25}, weir.Sample{Time: 1_700_000_019, Value: math.NaN()},
		weir.Sample{Time: feed.MaxTime, Value: 7})
	flush(t, tape)
	got, err := os.ReadFile(filepath.Join(dir, "phptimeseries/feed_1.MYD"))
	if err != nil {
		t.Fatal(err)
	}
	name := "testdata/feed.MYD"
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// The original's walk: a point before a gap counts in the window after it.
func TestAverageBesideGap(t *testing.T) {
	tape := open(t, t.TempDir())
	for _, at := range []int64{0, 10, 20, 30, 40, 50, 100, 110, 120} {
		add(t, tape, weir.Sample{Time: at, Value: float64(at)})
	}
	got := make([]float64, 5)
	if err := tape.Average(t.Context(), []int64{0, 30, 60, 90, 120, 150}, got); err != nil {
		t.Fatal(err)
	}
	want := []float64{
		10,                    // 0 10 20
		35,                    // 30 40; 50 is left to the next
		math.NaN(),            // and left again
		(50 + 100 + 110) / 3., // here it is
		120,
	}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })); d != "" {
		t.Error(d)
	}
}

// The end behind an early point of a large feed is too long to be noted: the file is replaced.
func TestInsertIntoLargeFeed(t *testing.T) {
	dir := t.TempDir()
	tape := open(t, dir)
	const points = 500_000
	for i := range int64(points) {
		add(t, tape, weir.Sample{Time: 1000 + 10*i, Value: float64(i)})
	}
	flush(t, tape)
	add(t, tape, weir.Sample{Time: 1005, Value: -1}, weir.Sample{Time: 1000, Value: -2}, weir.Sample{Time: 5, Value: -3})
	before := all(t, tape)
	flush(t, tape)
	if !slices.Equal(before, all(t, tape)) {
		t.Fatal("flush changed what is read")
	}
	got := all(t, open(t, dir))
	if len(got) != points+2 || !sort.SliceIsSorted(got, func(i, j int) bool { return got[i].Time < got[j].Time }) {
		t.Fatalf("%d points", len(got))
	}
	want := []weir.Sample{{Time: 5, Value: -3}, {Time: 1000, Value: -2}, {Time: 1005, Value: -1}, {Time: 1010, Value: 1}}
	if d := cmp.Diff(want, got[:4]); d != "" {
		t.Error(d)
	}
}

// FuzzOpen reads, appends and folds with arbitrary bytes as files.
func FuzzOpen(f *testing.F) {
	f.Add([]byte{0xF9, 1, 0, 0, 0, 0, 0, 0x80, 0x3F, 0xF9, 2}, []byte("WTAL"))
	f.Add(make([]byte, 90), []byte{})
	f.Add([]byte{0xF9, 255, 255, 255, 255, 0, 0, 0x80, 0x3F, 0xF9, 0, 0, 0, 0, 0, 0, 0x80, 0x3F}, make([]byte, 30))
	f.Fuzz(func(t *testing.T, data, tail []byte) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "phptimeseries"), 0o700); err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{"feed_1.MYD": data, "feed_1.tail": tail} {
			if err := os.WriteFile(filepath.Join(dir, "phptimeseries", name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		tape := open(t, dir)
		whole := len(data) / 9 * 9
		got := make([]byte, whole)
		if n, err := tape.ReadAt(got, 0); n != whole {
			t.Fatalf("read %d bytes of %d: %v", n, whole, err)
		}
		for i := 0; i < whole; i += 9 {
			data[i] = 0xF9 // means nothing, and is always written
		}
		if string(got) != string(data[:whole]) {
			t.Fatal("the data is read otherwise than it is written")
		}
		m, err := tape.Meta()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = tape.Append(weir.Sample{Time: m.End + 20, Value: 1}, true)
		_, _ = tape.Append(weir.Sample{Time: m.End / 2, Value: 2}, true)
		if err := tape.Fold(t.Context(), []int64{0, 100, 1 << 31, 1 << 33}, make([]feed.Stat, 3)); err != nil {
			t.Fatal(err)
		}
		flush(t, tape)
		if m2, err := tape.Meta(); err != nil || m2.Points < m.Points {
			t.Fatalf("points were lost: %d of %d, %v", m2.Points, m.Points, err)
		}
	})
}
