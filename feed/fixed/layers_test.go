package fixed_test

import (
	"flag"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/feed/fixed"
	"github.com/weirhq/weir/internal/durable"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t testing.TB, dir string) (feed.Engine, feed.Tape) {
	t.Helper()
	fsys, err := durable.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fsys.Close() })
	e, err := fixed.New(feed.Env{FS: fsys, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Create(1, feed.Options{Interval: 10}); err != nil {
		t.Fatal(err)
	}
	tape, err := e.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	return e, tape
}

func add(t testing.TB, tape feed.Tape, at int64, v float64) {
	t.Helper()
	if _, err := tape.Append(weir.Sample{Time: at, Value: v}, false); err != nil {
		t.Fatal(err)
	}
}

func fold(t testing.TB, tape feed.Tape, edges []int64) []feed.Stat {
	t.Helper()
	stats := make([]feed.Stat, len(edges)-1)
	if err := tape.Fold(t.Context(), edges, stats); err != nil {
		t.Fatal(err)
	}
	return stats
}

const begin = 1_699_999_990 // slot 169999999: in the middle of a block of every layer

const earliest = begin - 400_000

// plain folds slots one by one, from the earliest on. The values are small integers, so that sums are exact in any order.
func plain(slots []float64, edges []int64) []feed.Stat {
	stats := make([]feed.Stat, len(edges)-1)
	for i := range stats {
		for at := (edges[i] - earliest + 9) / 10; at < min(int64(len(slots)), (edges[i+1]-earliest+9)/10); at++ {
			stats[i].Add(slots[at])
		}
	}
	return stats
}

// years are windows from wide to narrow over all that a test feed holds.
func years(n int64) [][]int64 {
	var all [][]int64
	for _, width := range []int64{7_777_777, 1_000_003, 86_400, 12_345} {
		edges := []int64{begin - 300_000}
		for edges[len(edges)-1] < begin+10*n+100_000 {
			edges = append(edges, edges[len(edges)-1]+width)
		}
		all = append(all, edges)
	}
	return all
}

func TestLayersAgreeWithData(t *testing.T) {
	dir := t.TempDir()
	e, tape := open(t, dir)
	const points = 600_000 // more than two groups
	random := rand.New(rand.NewPCG(1, 2))
	slots := slices.Repeat([]float64{math.NaN()}, points+60_000)
	put := func(at int64, v float64) {
		add(t, tape, at, v)
		slots[(at-earliest)/10] = v
	}
	check := func(when string) {
		t.Helper()
		for _, edges := range years(points) {
			if d := cmp.Diff(plain(slots, edges), fold(t, tape, edges)); d != "" {
				t.Fatalf("%s, windows of %d s: %s", when, edges[1]-edges[0], d)
			}
		}
	}
	flush := func() {
		t.Helper()
		if err := tape.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range int64(points) {
		if random.IntN(50) > 0 {
			put(begin+10*i, float64(random.IntN(2000)-1000))
		}
	}
	check("before the first flush")
	flush()
	check("after it")
	check("with layers")
	put(begin+10*300_000, 12345)
	check("with a point overwritten in memory")
	flush()
	check("with a point overwritten in the file")
	for i := range int64(5000) {
		put(begin+10*(points+i), float64(i))
	}
	check("with more points in memory")
	flush()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e, tape = open(t, dir)
	check("opened again")
	put(begin-200_000, 4711)
	check("with an earlier point in memory")
	flush()
	check("with an earlier point in the file")
	_ = e.Close()

	damage(t, filepath.Join(dir, "phpfina/1.layers"), 100)
	damage(t, filepath.Join(dir, "phpfina/1.layers"), 3000)
	_, tape = open(t, dir)
	check("with damaged pages")
}

func damage(t *testing.T, name string, off int64) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte{0xAA, 0x55}, off); err != nil {
		t.Fatal(err)
	}
}

// After a kill nobody has marked the layers as up to date, so they are made anew, also when the data has the same size.
func TestStaleLayersAreNotUsed(t *testing.T) {
	const points = 50_000
	for name, change := range map[string]func(t *testing.T, dir string){
		"other data of the same size": func(t *testing.T, dir string) {
			data := filepath.Join(dir, "phpfina/1.dat")
			b, err := os.ReadFile(data)
			if err != nil {
				t.Fatal(err)
			}
			for i := range b {
				b[i] = 0
			}
			if err := os.WriteFile(data, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(data, time.Unix(1, 0), time.Unix(1_800_000_000, 0)); err != nil {
				t.Fatal(err)
			}
		},
		"overwritten and killed": func(t *testing.T, dir string) {
			_, tape := open(t, dir)
			for i := range int64(points) {
				add(t, tape, begin+10*i, 0)
			}
			if err := tape.Flush(); err != nil {
				t.Fatal(err)
			}
		},
		"layers of another feed": func(t *testing.T, dir string) {
			other := t.TempDir()
			e, tape := open(t, other)
			for i := range int64(points) {
				add(t, tape, begin+10*i, 9)
			}
			_ = tape.Flush()
			fold(t, tape, []int64{begin, begin + 10*points})
			_ = e.Close()
			b, err := os.ReadFile(filepath.Join(other, "phpfina/1.layers"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "phpfina/1.layers"), b, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			e, tape := open(t, dir)
			for i := range int64(points) {
				add(t, tape, begin+10*i, 5)
			}
			if err := tape.Flush(); err != nil {
				t.Fatal(err)
			}
			edges := []int64{begin, begin + 10*points}
			fold(t, tape, edges)
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			change(t, dir)
			_, tape = open(t, dir)
			want := feed.Stat{Count: points}
			if name == "layers of another feed" {
				want = feed.Stat{Count: points, Sum: 5 * points, Min: 5, Max: 5}
			}
			if got := fold(t, tape, edges); got[0] != want {
				t.Errorf("folded %+v, want %+v", got[0], want)
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = filepath.Join("testdata", name)
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
		t.Errorf("%s: %s", name, d)
	}
}

func TestGoldenBytes(t *testing.T) {
	dir := t.TempDir()
	e, tape := open(t, dir)
	add(t, tape, 1_700_000_003, 1.5)
	add(t, tape, 1_700_000_012, -2)
	add(t, tape, 1_700_000_019, 2.25) // the same slot
	add(t, tape, 1_700_000_040, 100)  // after a gap
	if _, err := tape.Append(weir.Sample{Time: 1_700_000_070, Value: 103}, true); err != nil {
		t.Fatal(err)
	}
	add(t, tape, 1_700_000_080, math.NaN())
	if err := tape.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"meta", "dat"} {
		got, err := os.ReadFile(filepath.Join(dir, "phpfina/1."+suffix))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "feed."+suffix, got)
	}
	for i := range int64(20_000) {
		add(t, tape, 1_700_000_090+10*i, float64(i%7))
	}
	if err := tape.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "phpfina/1.dat"), time.Unix(1_700_000_000, 0), time.Unix(1_700_000_000, 0)); err != nil {
		t.Fatal(err)
	}
	fold(t, tape, []int64{1_700_000_000, 1_700_200_090})
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	layers, err := os.ReadFile(filepath.Join(dir, "phpfina/1.layers"))
	if err != nil {
		t.Fatal(err)
	}
	// Slot 170 000 000 is the 130 688th of its group, and thus in the 31st page of 4096.
	const header, summary, detail = 44, 65*20 + 4, 64*20 + 4
	page := header + summary + 31*detail
	golden(t, "feed.layers", slices.Concat(layers[:header+summary], layers[page:page+detail]))
}

// Files that begin at no multiple of their interval, as the original's trim leaves them, are read and written in their
// own slots.
func TestUnalignedStart(t *testing.T) {
	dir := t.TempDir()
	meta := []byte{0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 105, 0, 0, 0} // interval 10, start 105
	data := []byte{0, 0, 0x80, 0x3F, 0, 0, 0, 0x40}                   // 1, 2
	for name, b := range map[string][]byte{"1.meta": meta, "1.dat": data} {
		if err := os.MkdirAll(filepath.Join(dir, "phpfina"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "phpfina", name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, tape := open(t, dir)
	add(t, tape, 139, 4) // slot floor((130-105)/10)
	add(t, tape, 95, 0)
	if err := tape.Flush(); err != nil {
		t.Fatal(err)
	}
	var got []weir.Sample
	if err := tape.Points(t.Context(), 0, 1000, func(s weir.Sample) bool {
		got = append(got, s)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	want := []weir.Sample{{Time: 85, Value: 0}, {Time: 95, Value: math.NaN()}, {Time: 105, Value: 1}, {Time: 115, Value: 2}, {Time: 125, Value: 4}}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })); d != "" {
		t.Error(d)
	}
}

// The longest gap takes no memory until it is written; a longer one is refused.
func TestLongestGap(t *testing.T) {
	dir := t.TempDir()
	_, tape := open(t, dir)
	add(t, tape, 0, 1)
	const next = 10 * (feed.MaxPadding + 1)
	if _, err := tape.Append(weir.Sample{Time: next + 10, Value: 2}, true); weir.KindOf(err) != weir.Invalid {
		t.Errorf("a gap of one slot too many: %v", err)
	}
	grown, err := tape.Append(weir.Sample{Time: next, Value: 2}, true)
	if err != nil || grown > 100 {
		t.Fatalf("%d bytes, %v", grown, err)
	}
	middle := []int64{next / 2, next/2 + 10, next - 5, next}
	ask := func() []float64 {
		values := make([]float64, 3)
		if err := tape.Sample(t.Context(), middle, values, nil); err != nil {
			t.Fatal(err)
		}
		return values
	}
	before := ask()
	if err := tape.Flush(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, ask()); d != "" || math.Abs(before[0]-1.5) > 1e-6 {
		t.Errorf("%v %s", before, d)
	}
	if info, err := os.Stat(filepath.Join(dir, "phpfina/1.dat")); err != nil || info.Size() != 4*(feed.MaxPadding+2) {
		t.Errorf("%v %v", info.Size(), err)
	}
}

func TestCannotRead(t *testing.T) {
	for name, meta := range map[string][]byte{"short": make([]byte, 15), "no interval": make([]byte, 16)} {
		dir := t.TempDir()
		e, _ := open(t, dir)
		if err := os.WriteFile(filepath.Join(dir, "phpfina/2.meta"), meta, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Open(2); weir.KindOf(err) != weir.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzOpen reads, appends and folds with arbitrary bytes as files. Whatever they are, slots of the data stay readable.
func FuzzOpen(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 105, 0, 0, 0}, []byte{0, 0, 0x80, 0x3F, 1}, []byte("WLYR"), []byte("WMOV"))
	f.Add(make([]byte, 16), []byte{}, []byte{}, []byte{})
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255}, make([]byte, 40), make([]byte, 50), make([]byte, 40))
	f.Fuzz(func(t *testing.T, meta, data, layers, move []byte) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "phpfina"), 0o700); err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{"1.meta": meta, "1.dat": data, "1.layers": layers, "1.move": move} {
			if err := os.WriteFile(filepath.Join(dir, "phpfina", name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		fsys, err := durable.OpenDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer fsys.Close()
		e, err := fixed.New(feed.Env{FS: fsys, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		tape, err := e.Open(1)
		if err != nil {
			return
		}
		whole := len(data) / 4 * 4
		got := make([]byte, whole)
		if n, err := tape.ReadAt(got, 0); n != whole {
			t.Fatalf("read %d bytes of %d: %v", n, whole, err)
		}
		if string(got) != string(data[:whole]) {
			t.Fatal("the data is read otherwise than it is written")
		}
		m, err := tape.Meta()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = tape.Append(weir.Sample{Time: m.End + 2*m.Interval, Value: 1}, true)
		fold(t, tape, []int64{0, m.Start, m.End + 1, m.End + 1<<30})
		if err := tape.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, "phpfina/1.dat")); err != nil || string(b[:min(whole, len(b))]) != string(data[:whole]) {
			t.Fatalf("valid data was lost: %v", err)
		}
	})
}
