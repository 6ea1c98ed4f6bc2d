package feedtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

// Engine is an engine under test.
type Engine struct {
	Build    feed.Builder
	Interval int64  // of its feeds, 0 for none
	DataFile string // of feed 1, in the folder
	Record   int    // bytes of a point in it
}

// Run tests that an engine keeps its promises.
func Run(t *testing.T, e Engine) {
	t.Run("life of a feed", e.testLife)
	t.Run("times and limits", e.testLimits)
	t.Run("torn tail", e.testTornTail)
	t.Run("random work", e.testModel)
	t.Run("faults", e.testFaults)
	t.Run("readers beside a writer", e.testReaders)
}

// bench is an engine open on a folder.
type bench struct {
	Engine

	dir    string
	fs     durable.FS
	log    bytes.Buffer
	engine feed.Engine
}

func (e Engine) open(t testing.TB, dir string, wrap func(durable.FS) durable.FS) *bench {
	t.Helper()
	b := &bench{Engine: e, dir: dir}
	base, err := durable.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = base.Close() })
	b.fs = base
	if wrap != nil {
		b.fs = wrap(base)
	}
	b.engine, err = e.Build(feed.Env{FS: b.fs, Logger: slog.New(slog.NewTextHandler(&b.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) tape(t failer) feed.Tape {
	t.Helper()
	tape, err := b.engine.Open(1)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return tape
}

// failer is a test or one try of a rapid test.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func (e Engine) create(t testing.TB, dir string) *bench {
	t.Helper()
	b := e.open(t, dir, nil)
	if err := b.engine.Create(1, feed.Options{Interval: e.Interval}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (e Engine) testLife(t *testing.T) {
	b := e.open(t, t.TempDir(), nil)
	if _, err := b.engine.Open(1); weir.KindOf(err) != weir.NotFound {
		t.Fatalf("open of a feed without files: %v", err)
	}
	if err := b.engine.Remove(1); weir.KindOf(err) != weir.NotFound {
		t.Fatalf("remove of a feed without files: %v", err)
	}
	if err := b.engine.Create(1, feed.Options{Interval: e.Interval}); err != nil {
		t.Fatal(err)
	}
	tape := b.tape(t)
	if _, ok, err := tape.Last(); ok || err != nil {
		t.Fatalf("last of an empty feed: %v %v", ok, err)
	}
	for i := range int64(10) {
		must(t, grow(tape.Append(weir.Sample{Time: 1000 + 10*i, Value: float64(i)}, false)))
	}
	must(t, tape.Flush())
	must(t, b.engine.Create(1, feed.Options{Interval: e.Interval})) // leaves the data alone
	again := e.open(t, b.dir, nil)
	m, err := again.tape(t).Meta()
	if err != nil || m.Points != 10 || m.Start != 1000 || m.End != 1090 {
		t.Fatalf("after opening again: %+v %v", m, err)
	}
	must(t, again.tape(t).Clear())
	if m, err := e.open(t, b.dir, nil).tape(t).Meta(); err != nil || m.Points != 0 {
		t.Fatalf("after clear: %+v %v", m, err)
	}
	must(t, again.engine.Remove(1))
	if _, err := e.open(t, b.dir, nil).engine.Open(1); weir.KindOf(err) != weir.NotFound {
		t.Fatalf("open of a removed feed: %v", err)
	}
}

func (e Engine) testLimits(t *testing.T) {
	tape := e.create(t, t.TempDir()).tape(t)
	for _, at := range []int64{-1, feed.MaxTime + 1, math.MaxInt64, math.MinInt64} {
		if _, err := tape.Append(weir.Sample{Time: at, Value: 1}, false); weir.KindOf(err) != weir.Invalid {
			t.Errorf("time %d: %v", at, err)
		}
	}
	must(t, grow(tape.Append(weir.Sample{Time: feed.MaxTime, Value: 1}, false)))
	must(t, grow(tape.Append(weir.Sample{Time: feed.MaxTime - 60, Value: 2}, false)))
	_, err := tape.Append(weir.Sample{Time: 0, Value: 3}, false)
	if e.Interval > 0 && weir.KindOf(err) != weir.Invalid || e.Interval == 0 && err != nil {
		t.Errorf("a point 136 years earlier: %v", err)
	}
	must(t, tape.Flush())
}

func (e Engine) testTornTail(t *testing.T) {
	for torn := 1; torn < e.Record; torn++ {
		b := e.create(t, t.TempDir())
		tape := b.tape(t)
		for i := range int64(5) {
			must(t, grow(tape.Append(weir.Sample{Time: 1000 + 10*i, Value: float64(i)}, false)))
		}
		must(t, tape.Flush())
		name := filepath.Join(b.dir, e.DataFile)
		info, err := os.Stat(name)
		must(t, err)
		must(t, os.Truncate(name, info.Size()-int64(torn)))
		again := e.open(t, b.dir, nil)
		m, err := again.tape(t).Meta()
		if err != nil || m.Points != 4 {
			t.Fatalf("%d bytes lost: %+v %v", torn, m, err)
		}
		if !bytes.Contains(again.log.Bytes(), []byte("torn")) {
			t.Errorf("nothing in the log: %s", again.log.Bytes())
		}
		if info, err := os.Stat(name); err != nil || info.Size()%int64(e.Record) != 0 {
			t.Errorf("the torn end is still there: %d bytes, %v", info.Size(), err)
		}
	}
}

func must(t failer, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// grow drops how much memory grew.
func grow(_ int, err error) error { return err }

// content is the feed's data file as a read gives it.
func content(t failer, tape feed.Tape) []byte {
	t.Helper()
	var all []byte
	buf := make([]byte, 1000) // not a multiple of any record
	for {
		n, err := tape.ReadAt(buf, int64(len(all)))
		all = append(all, buf[:n]...)
		if errors.Is(err, io.EOF) {
			return all
		}
		must(t, err)
	}
}

// check compares everything that a feed answers with the model.
func check(t failer, tape feed.Tape, m *model) {
	t.Helper()
	times := m.times()
	var got []weir.Sample
	must(t, tape.Points(context.Background(), 0, feed.MaxTime, func(s weir.Sample) bool {
		got = append(got, s)
		return true
	}))
	if len(got) != len(times) {
		t.Fatalf("has %d points, want %d", len(got), len(times))
	}
	for i, at := range times {
		if want := (weir.Sample{Time: at, Value: float64(m.points[at])}); got[i].Time != at || !same(got[i].Value, want.Value) {
			t.Fatalf("point %d is %v, want %v", i, got[i], want)
		}
	}
	meta, err := tape.Meta()
	must(t, err)
	if meta.Points != int64(len(times)) || len(times) > 0 && (meta.Start != times[0] || meta.End != times[len(times)-1]) {
		t.Fatalf("meta is %+v, want %d points", meta, len(times))
	}
	last, ok, err := tape.Last()
	must(t, err)
	wantOK := false
	for i := len(times) - 1; i >= 0 && !wantOK; i-- {
		if v := m.points[times[i]]; v == v { // false for NaN only
			wantOK = true
			if last.Time != times[i] || last.Value != float64(v) {
				t.Fatalf("last is %v, want %d %v", last, times[i], v)
			}
		}
	}
	if ok != wantOK {
		t.Fatalf("last is there: %v, want %v", ok, wantOK)
	}
}

// same compares bit for bit, except that all NaN are one.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
}

// near compares sums of the same numbers in different order.
func near(a, b float64) bool {
	return same(a, b) || math.Abs(a-b) <= 1e-9*(1+math.Abs(a)+math.Abs(b))
}

// answers are the results of all window queries.
type answers struct {
	sample, average []float64
	stats           []feed.Stat
}

func ask(t failer, tape feed.Tape, edges []int64) answers {
	t.Helper()
	n := len(edges) - 1
	a := answers{make([]float64, n), make([]float64, n), make([]feed.Stat, n)}
	ctx := context.Background()
	must(t, tape.Sample(ctx, edges, a.sample, nil))
	must(t, tape.Average(ctx, edges, a.average))
	must(t, tape.Fold(ctx, edges, a.stats))
	return a
}

func (a answers) compare(t failer, want answers, equal func(a, b float64) bool) {
	t.Helper()
	for i := range want.sample {
		if !same(a.sample[i], want.sample[i]) {
			t.Fatalf("sample of window %d is %v, want %v", i, a.sample[i], want.sample[i])
		}
		if !equal(a.average[i], want.average[i]) {
			t.Fatalf("average of window %d is %v, want %v", i, a.average[i], want.average[i])
		}
		got, want := a.stats[i], want.stats[i]
		if got.Count != want.Count || !equal(got.Sum, want.Sum) || want.Count > 0 && (got.Min != want.Min || got.Max != want.Max) {
			t.Fatalf("stat of window %d is %+v, want %+v", i, got, want)
		}
	}
}
