package feed_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
)

func last(t testing.TB, w *feed.Writer, id weir.FeedID) weir.Sample {
	t.Helper()
	s, ok, err := w.Last(id)
	if !ok || err != nil {
		t.Fatalf("feed %d has no last value (%v)", id, err)
	}
	return s
}

// A total must go on growing where a float32 would stand still.
func TestTotalsDoNotStall(t *testing.T) {
	s := newServer(t)
	id := s.feed(t, weir.EngineFixed, "kWh")
	w := s.Writer()
	must(t, w.Append(id, weir.Sample{Time: 1000, Value: 100_000}, true))
	for i := range int64(2000) {
		before := last(t, w, id)
		must(t, w.Append(id, weir.Sample{Time: 1010 + 10*i, Value: before.Value + 0.001}, true))
		if i%100 != 0 {
			continue
		}
		must(t, w.Flush())
		state := saved(w)
		s.start(t, nil)
		w = s.Writer()
		must(t, w.LoadState(state, i%200 == 0))
	}
	if got := last(t, w, id).Value; math.Abs(got-100_002) > 1e-6 {
		t.Errorf("the total is %v", got)
	}
}

func TestLast(t *testing.T) {
	s := newServer(t)
	for _, engine := range []weir.EngineID{weir.EngineFixed, weir.EngineVariable} {
		id := s.feed(t, engine, engine.String())
		w := s.Writer()
		if _, ok, _ := w.Last(id); ok {
			t.Error("an empty feed has a last value")
		}
		must(t, w.Append(id, weir.Sample{Time: 1007, Value: 1.1}, false))
		must(t, w.Append(id, weir.Sample{Time: 900, Value: 5}, false))           // older
		must(t, w.Append(id, weir.Sample{Time: 2000, Value: math.NaN()}, false)) // no value
		if d := cmp.Diff(weir.Sample{Time: 1007, Value: 1.1}, last(t, w, id)); d != "" {
			t.Error(d)
		}
		must(t, w.Clear(id))
		if _, ok, err := w.Last(id); ok || err != nil {
			t.Errorf("after clear process lists see a last value (%v)", err)
		}
		shown, ok, err := s.Last(t.Context(), id)
		if d := cmp.Diff(weir.Sample{Time: 1007, Value: 0}, shown); d != "" || !ok || err != nil {
			t.Errorf("after clear readers see: %v, %v, %s", ok, err, d)
		}
		must(t, w.Append(id, weir.Sample{Time: 500, Value: 3}, false)) // imported anew, from the beginning
		if d := cmp.Diff(weir.Sample{Time: 500, Value: 3}, last(t, w, id)); d != "" {
			t.Errorf("after clear and an older point: %s", d)
		}
	}
}

func TestInsertInAnyOrder(t *testing.T) {
	s := newServer(t)
	for _, engine := range []weir.EngineID{weir.EngineFixed, weir.EngineVariable} {
		id, w := s.feed(t, engine, engine.String()), s.Writer()
		must(t, w.Append(id, weir.Sample{Time: 1050, Value: 5}, false))
		must(t, w.Flush())
		err := w.Insert(id, []weir.Sample{{Time: 1070, Value: 7}, {Time: 1010, Value: 1}, {Time: -5, Value: 1}, {Time: 1030, Value: 2},
			{Time: 1030, Value: 3}, {Time: 1 << 33, Value: 1}}, false)
		if weir.KindOf(err) != weir.Invalid || !strings.Contains(err.Error(), "2 of 6 points were left out") {
			t.Errorf("insert: %v", err)
		}
		got, err := s.Data(t.Context(), feed.Query{
			Feeds: []weir.FeedID{id}, Start: 1010, End: 1070, Interval: feed.Interval{Seconds: 20}, SkipMissing: true,
		})
		must(t, err)
		if d := cmp.Diff([]pair{{1010, 1}, {1030, 3}, {1050, 5}, {1070, 7}}, pairs(got[0])); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(weir.Sample{Time: 1070, Value: 7}, last(t, w, id)); d != "" {
			t.Error(d)
		}
	}
	if got := s.Stats().Refused; got != 4 {
		t.Errorf("%d points refused", got)
	}
}

func TestPointsForMissingFeedsAreDropped(t *testing.T) {
	s := newServer(t)
	w := s.Writer()
	must(t, w.Append(3, weir.Sample{Time: 1, Value: 1}, false))
	must(t, w.Insert(3, []weir.Sample{{Time: 1, Value: 1}}, false))
	must(t, w.Clear(3))
	must(t, w.Drop(3))
	if got := s.Stats().Missing; got != 3 {
		t.Errorf("%d points missed their feed", got)
	}
	if _, ok, _ := w.Last(3); ok {
		t.Error("a missing feed has a last value")
	}
	s.feed(t, weir.EngineFixed, "one")
	must(t, w.Append(1, weir.Sample{Time: 1, Value: 1}, false))
	if _, ok, _ := w.Last(1); !ok {
		t.Error("a feed made later is not found")
	}
}

func TestDrop(t *testing.T) {
	s := newServer(t)
	id, w := s.feed(t, weir.EngineFixed, "one"), s.Writer()
	must(t, w.Append(id, weir.Sample{Time: 1000, Value: 1}, false))
	must(t, w.Flush())
	saved(w)
	must(t, s.Delete(t.Context(), id))
	must(t, w.Append(id, weir.Sample{Time: 1010, Value: 1}, false))
	must(t, w.Drop(id))
	must(t, w.Append(id, weir.Sample{Time: 1020, Value: 1}, false))
	name := filepath.Join(s.dir, "phpfina/1.dat")
	must(t, w.Flush())
	if _, err := os.Stat(name); err != nil {
		t.Errorf("the files are gone before a checkpoint knows: %v", err)
	}
	state := saved(w)
	killed := state
	must(t, w.Flush())
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the files are still there: %v", err)
	}
	must(t, os.WriteFile(name, nil, 0o600)) // as if killed before that
	s.start(t, nil)
	must(t, s.Writer().LoadState(killed, false))
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the files are still there after a kill: %v", err)
	}
}

// A process that dies after it has queued a Drop leaves the rest to the worker, which may have to do it more than once.
func TestDropDeletes(t *testing.T) {
	s := newServer(t)
	id, w := s.feed(t, weir.EngineVariable, "one"), s.Writer()
	must(t, w.Append(id, weir.Sample{Time: 1000, Value: 1}, false))
	must(t, w.Flush())
	must(t, w.Drop(id))
	must(t, w.Drop(id))
	if feeds, err := s.List(t.Context(), 1); err != nil || len(feeds) != 0 {
		t.Errorf("after the drop there are %v, %v", feeds, err)
	}
	if err := s.Delete(t.Context(), id); weir.KindOf(err) != weir.NotFound {
		t.Errorf("deleting it again: %v", err)
	}
	s.start(t, nil) // killed: the stream is worked on again
	w = s.Writer()
	must(t, w.LoadState(nil, false))
	must(t, w.Append(id, weir.Sample{Time: 1000, Value: 1}, false))
	if last, ok, err := w.Last(id); !ok || err != nil || last.Value != 1 {
		t.Errorf("once more, before the drop the last value is %v %v %v", last, ok, err)
	}
	if _, err := s.Meta(t.Context(), id); weir.KindOf(err) != weir.NotFound {
		t.Errorf("readers see it: %v", err)
	}
	must(t, w.Drop(id))
	must(t, w.Flush())
	saved(w)
	must(t, w.Flush())
	if files := dataFiles(t, s.dir); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
}

// What the disk refuses stays in memory and is written when it can be.
func TestFullDisk(t *testing.T) {
	s := newServer(t)
	fixed, variable := s.feed(t, weir.EngineFixed, "a"), s.feed(t, weir.EngineVariable, "b")
	var faults *faultfs.FS
	s.start(t, func(base durable.FS) durable.FS {
		faults = faultfs.New(base)
		return faults
	})
	w := s.Writer()
	at := int64(1000)
	add := func() {
		for range 100 {
			at += 10
			must(t, w.Append(fixed, weir.Sample{Time: at, Value: float64(at)}, false))
			must(t, w.Append(variable, weir.Sample{Time: at, Value: float64(at)}, false))
		}
	}
	add()
	must(t, w.Flush())
	for n := 1; n < 6; n++ {
		add()
		faults.Cut(n, 13, syscall.ENOSPC)
		err := w.Flush()
		if n < 3 && !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("flush: %v", err)
		}
		add()
		faults.Heal()
		must(t, w.Flush())
	}
	s.start(t, nil)
	for _, id := range []weir.FeedID{fixed, variable} {
		m, err := s.Meta(t.Context(), id)
		if err != nil || m.Points != (at-1000)/10 || m.End != at {
			t.Errorf("feed %d: %+v %v", id, m, err)
		}
	}
}

// Memory is bounded also when nobody makes a checkpoint, and points are taken in while the disk is full.
func TestBufferLimit(t *testing.T) {
	s := newServer(t)
	s.cfg.BufferBytes = 1 << 20
	id := s.feed(t, weir.EngineVariable, "a")
	var faults *faultfs.FS
	s.start(t, func(base durable.FS) durable.FS {
		faults = faultfs.New(base)
		return faults
	})
	w := s.Writer()
	for i := range int64(400_000) {
		must(t, w.Append(id, weir.Sample{Time: 1000 + i, Value: 1}, false))
		if got := s.Stats().Buffered; got > 1<<20+1<<16 {
			t.Fatalf("%d bytes in memory", got)
		}
	}
	faults.Fail(faultfs.Write, 1, syscall.ENOSPC)
	var err error
	for i := int64(400_000); i < 1_000_000 && err == nil; i++ {
		err = w.Append(id, weir.Sample{Time: 1000 + i, Value: 1}, false)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("memory without end on a full disk: %v", err)
	}
	faults.Heal()
	must(t, w.Flush())
}

func TestSyncsWhatItWrote(t *testing.T) {
	s := newServer(t)
	s.cfg.NoSync = false
	id := s.feed(t, weir.EngineFixed, "a")
	var faults *faultfs.FS
	s.start(t, func(base durable.FS) durable.FS {
		faults = faultfs.New(base) // cannot sync as a whole
		return faults
	})
	w := s.Writer()
	must(t, w.Append(id, weir.Sample{Time: 1000, Value: 1}, false))
	before := faults.Count(faultfs.Sync)
	must(t, w.Flush())
	if got := faults.Count(faultfs.Sync) - before; got < 3 { // the note, .meta, .dat
		t.Errorf("%d syncs", got)
	}
	must(t, w.Append(id, weir.Sample{Time: 1010, Value: 1}, false))
	faults.Fail(faultfs.Sync, 1, syscall.EIO)
	if err := w.Flush(); !errors.Is(err, syscall.EIO) {
		t.Errorf("flush without sync: %v", err)
	}
}

func TestFewFilesStayOpen(t *testing.T) {
	s := newServer(t)
	s.cfg.OpenFiles = 8
	s.start(t, nil)
	w := s.Writer()
	var ids []weir.FeedID
	for i := range 100 {
		ids = append(ids, s.feed(t, weir.EngineVariable, string(rune('a'+i%26))+string(rune('a'+i/26))))
	}
	for round := range int64(3) {
		for _, id := range ids {
			must(t, w.Append(id, weir.Sample{Time: 1000 + round, Value: 1}, false))
		}
		must(t, w.Flush())
		open, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("no /proc")
		}
		n := 0
		for _, fd := range open {
			if to, _ := os.Readlink("/proc/self/fd/" + fd.Name()); strings.HasPrefix(to, s.dir+"/php") {
				n++
			}
		}
		if n > 8 {
			t.Errorf("%d feed files are open", n)
		}
	}
}

// Queries, lists and one writer at a time. Run with -race.
func TestReadersBesideWriter(t *testing.T) {
	s := newServer(t)
	fixed, variable := s.feed(t, weir.EngineFixed, "a"), s.feed(t, weir.EngineVariable, "b")
	ids := []weir.FeedID{fixed, variable}
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := s.Data(t.Context(), feed.Query{Feeds: ids, Start: 1000, End: 50_000, Average: []bool{true}}); err != nil {
					t.Error(err)
				}
				if _, err := s.LastAll(t.Context(), 1); err != nil {
					t.Error(err)
				}
				if _, err := s.Bands(t.Context(), fixed, 1000, 50_000, 20); err != nil {
					t.Error(err)
				}
			}
		})
	}
	w := s.Writer()
	for i := range int64(5000) {
		for _, id := range ids {
			must(t, w.Append(id, weir.Sample{Time: 1000 + 10*i, Value: float64(i)}, true))
		}
		if i%500 == 0 {
			must(t, w.Append(fixed, weir.Sample{Time: 900 - i/10, Value: 0}, false))
			must(t, w.Append(variable, weir.Sample{Time: 995 + 5*i, Value: 0}, false))
			must(t, w.Flush())
			saved(w)
		}
	}
	close(done)
	wg.Wait()
}
