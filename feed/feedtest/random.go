package feedtest

import (
	"bytes"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
)

// testModel does random work on a feed and on a map.
func (e Engine) testModel(t *testing.T) {
	root := t.TempDir()
	number := 0
	rapid.Check(t, func(rt *rapid.T) {
		number++
		dir := root + "/" + string(rune('a'+number%26)) + rapid.StringMatching(`[a-z]{12}`).Draw(rt, "folder")
		w := &work{Engine: e, bench: e.create(t, dir), model: newModel(e.Interval)}
		w.tape = w.bench.tape(rt)
		if m, err := w.tape.Meta(); err != nil || m.Points > 0 {
			rt.Skip("the folder is there already")
		}
		w.at = rapid.Int64Range(0, 2_000_000_000).Draw(rt, "begin")
		rt.Repeat(map[string]func(*rapid.T){
			"append": w.append,
			"burst":  w.burst,
			"older":  w.older,
			"flush":  w.flush,
			"reopen": w.reopen,
			"clear":  w.clear,
			"rewind": w.rewind,
			"ask":    w.ask,
		})
	})
}

// work is a feed beside its model.
type work struct {
	Engine

	bench *bench
	tape  feed.Tape
	model *model
	at    int64 // about where points come
}

func value(rt *rapid.T) float64 {
	return rapid.OneOf(
		rapid.Float64Range(-1000, 1000),
		rapid.SampledFrom([]float64{0, 1, math.NaN(), 1e39, math.Copysign(0, -1), 16777217}),
	).Draw(rt, "value")
}

func (w *work) put(rt *rapid.T, s weir.Sample, join bool) {
	_, err := w.tape.Append(s, join)
	if ok := w.model.append(s, join); ok != (err == nil) {
		rt.Fatalf("append %v: %v, the model says %v", s, err, ok)
	}
}

func (w *work) append(rt *rapid.T) {
	w.at += rapid.OneOf(rapid.Int64Range(0, 30), rapid.Int64Range(0, 6_000)).Draw(rt, "after")
	w.put(rt, weir.Sample{Time: w.at, Value: value(rt)}, rapid.Bool().Draw(rt, "join"))
}

func (w *work) burst(rt *rapid.T) {
	step := rapid.Int64Range(1, 25).Draw(rt, "step")
	for i := range rapid.IntRange(1, 200).Draw(rt, "points") {
		w.at += step
		w.put(rt, weir.Sample{Time: w.at, Value: float64(i)}, false)
	}
}

func (w *work) older(rt *rapid.T) {
	before := rapid.OneOf(rapid.Int64Range(0, 100), rapid.Int64Range(0, 8_000)).Draw(rt, "before")
	w.put(rt, weir.Sample{Time: max(0, w.at-before), Value: value(rt)}, rapid.Bool().Draw(rt, "join"))
}

// flush must change neither what is read nor what is answered.
func (w *work) flush(rt *rapid.T) {
	edges := w.edges(rt)
	check(rt, w.tape, w.model)
	bytesBefore, before := content(rt, w.tape), ask(rt, w.tape, edges)
	must(rt, w.tape.Flush())
	if !bytes.Equal(content(rt, w.tape), bytesBefore) {
		rt.Fatalf("flush changed what is read")
	}
	ask(rt, w.tape, edges).compare(rt, before, same)
}

func (w *work) reopen(rt *rapid.T) {
	must(rt, w.tape.Flush())
	if rapid.Bool().Draw(rt, "clean") {
		must(rt, w.bench.engine.Close())
	}
	var err error
	if w.bench.engine, err = w.Build(feed.Env{FS: w.bench.fs, Logger: discard()}); err != nil {
		rt.Fatalf("open again: %v", err)
	}
	w.tape = w.bench.tape(rt)
	check(rt, w.tape, w.model)
}

func (w *work) clear(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "dice") > 0 {
		return
	}
	must(rt, w.tape.Clear())
	w.model = newModel(w.Interval)
}

// rewind does some work and takes it back.
func (w *work) rewind(rt *rapid.T) {
	must(rt, w.tape.Flush())
	extent, _, err := w.tape.Pending()
	must(rt, err)
	for range rapid.IntRange(0, 5).Draw(rt, "points") {
		w.append(rt)
		w.older(rt)
	}
	must(rt, w.tape.Flush())
	w.reopen(rt)
	must(rt, w.tape.Rewind(extent))
	w.model.rewind(extent)
	check(rt, w.tape, w.model)
}

func (w *work) edges(rt *rapid.T) []int64 {
	t := w.at - rapid.Int64Range(-100, 40_000).Draw(rt, "from")
	edges := []int64{t}
	step := rapid.OneOf(rapid.Int64Range(1, 40), rapid.Int64Range(1, 20_000)).Draw(rt, "width")
	even := rapid.Bool().Draw(rt, "even")
	for range rapid.IntRange(1, 40).Draw(rt, "windows") {
		t += step
		if !even {
			t += rapid.Int64Range(0, step).Draw(rt, "more")
		}
		edges = append(edges, t)
	}
	return edges
}

func (w *work) ask(rt *rapid.T) {
	edges := w.edges(rt)
	want := answers{w.model.sample(edges), w.model.average(edges), w.model.fold(edges)}
	ask(rt, w.tape, edges).compare(rt, want, near)
	at := edges[0]
	got, err := w.tape.At(at)
	must(rt, err)
	if want := w.model.value(at); !same(got, want) {
		rt.Fatalf("value at %d is %v, want %v", at, got, want)
	}
}
