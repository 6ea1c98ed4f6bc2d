package feedtest

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// round is points that come in between two flushes.
type round []weir.Sample

// rounds go through all that a flush can be: appending, gaps, overwriting, putting between, putting before.
func rounds() []round {
	var many round
	for i := range int64(300) {
		many = append(many, weir.Sample{Time: 100_000 + 10*i, Value: float64(i)})
	}
	return []round{
		many,
		{{Time: 103_000, Value: 1}, {Time: 104_000, Value: 2}},
		{{Time: 100_500, Value: -1}, {Time: 100_510, Value: -2}, {Time: 104_000, Value: 3}},
		{{Time: 100_005, Value: 7}, {Time: 103_333, Value: 8}, {Time: 104_010, Value: 9}},
		{{Time: 90_000, Value: 5}, {Time: 104_020, Value: 10}},
		{{Time: 80_000, Value: 6}, {Time: 85_000, Value: math.NaN()}},
	}
}

// testFaults lets every operation fail in every round: at once, and after writing a part. Nothing that was flushed may
// be lost, neither for the process that goes on nor for the one that opens the files again, and the flush that follows
// must bring everything.
func (e Engine) testFaults(t *testing.T) {
	ops := map[string]faultfs.Op{
		"open": faultfs.Open, "read": faultfs.Read, "write": faultfs.Write, "sync": faultfs.Sync,
		"truncate": faultfs.Truncate, "rename": faultfs.Rename, "remove": faultfs.Remove,
	}
	for name, op := range ops {
		for at := range rounds() {
			t.Run(fmt.Sprintf("%s in round %d", name, at), func(t *testing.T) {
				for n := 1; e.fault(t, at, func(f *faultfs.FS) { f.Fail(op, n, syscall.EIO) }); n++ {
				}
			})
		}
	}
	for _, keep := range []int{1, 5, 13, 600} {
		for at := range rounds() {
			t.Run(fmt.Sprintf("cut after %d bytes in round %d", keep, at), func(t *testing.T) {
				for n := 1; e.fault(t, at, func(f *faultfs.FS) { f.Cut(n, keep, syscall.ENOSPC) }); n++ {
				}
			})
		}
	}
}

// fault does all rounds and lets one fail. It tells whether it failed indeed.
func (e Engine) fault(t *testing.T, at int, inject func(*faultfs.FS)) bool {
	t.Helper()
	dir := t.TempDir()
	e.create(t, dir)
	var faults *faultfs.FS
	b := e.open(t, dir, func(base durable.FS) durable.FS {
		faults = faultfs.New(base)
		return faults
	})
	tape := b.tape(t)
	m := newModel(e.Interval)
	failed := false
	for i, points := range rounds() {
		before := m.clone()
		for _, s := range points {
			must(t, grow(tape.Append(s, i%2 == 1)))
			m.append(s, i%2 == 1)
		}
		if i == at {
			inject(faults)
			err := tape.Flush()
			if failed = err != nil; failed && !errors.Is(err, syscall.EIO) && !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("the cause is lost: %v", err)
			}
			if failed {
				e.survives(t, dir, before, m)
			}
			faults.Heal()
			check(t, tape, m)
		}
		must(t, tape.Flush())
		check(t, tape, m)
	}
	check(t, e.open(t, dir, nil).tape(t), m)
	return failed
}

// survives opens a copy of the files as another process would, and looks that everything flushed is there. A value that
// was just being overwritten may be torn; it is in the stream and will be written again.
func (e Engine) survives(t *testing.T, dir string, before, after *model) {
	t.Helper()
	tape := e.open(t, copyFolder(t, dir), nil).tape(t)
	found := map[int64]float64{}
	must(t, tape.Points(t.Context(), 0, feed.MaxTime, func(s weir.Sample) bool {
		found[s.Time] = s.Value
		return true
	}))
	for at, old := range before.points {
		v, ok := found[at]
		changing := !same(float64(old), float64(after.points[at]))
		if !ok || !same(v, float64(old)) && !changing {
			t.Fatalf("the point at %d, flushed as %v, is %v (found %v) after the failure", at, old, v, ok)
		}
	}
	for at, v := range found {
		if _, ok := after.points[at]; !ok {
			t.Fatalf("there is a point %v at %d that nobody wrote", v, at)
		}
	}
}

// testReaders reads while points come in and are flushed. Run with -race.
func (e Engine) testReaders(t *testing.T) {
	tape := e.create(t, t.TempDir()).tape(t)
	const points, begin = 5_000, 1_000_000
	must(t, grow(tape.Append(weir.Sample{Time: begin, Value: 0}, false)))
	done := make(chan struct{})
	var reads atomic.Int64
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					readOnce(t, tape, begin)
					reads.Add(1)
				}
			}
		})
	}
	for i := int64(1); i < points || reads.Load() < 20; i++ {
		if err := grow(tape.Append(weir.Sample{Time: begin + 10*i, Value: float64(i)}, false)); err != nil {
			t.Error(err)
		}
		if i%500 == 0 {
			// Older points carry the same values, so that a reader cannot tell when they came.
			if err := grow(tape.Append(weir.Sample{Time: begin + 10*(i/2), Value: float64(i / 2)}, false)); err != nil {
				t.Error(err)
			}
			if err := tape.Flush(); err != nil {
				t.Error(err)
			}
		}
	}
	close(done)
	wg.Wait()
}

func readOnce(t *testing.T, tape feed.Tape, begin int64) {
	err := tape.Points(t.Context(), 0, feed.MaxTime, func(s weir.Sample) bool {
		if s.Value != float64(s.Time-begin)/10 {
			t.Errorf("read %v", s)
			return false
		}
		return true
	})
	if err != nil {
		t.Error(err)
	}
	edges := []int64{begin, begin + 50_000, begin + 100_000, begin + 200_000}
	stats := make([]feed.Stat, 3)
	if err := tape.Fold(t.Context(), edges, stats); err != nil {
		t.Error(err)
	}
	if stats[0].Count > 0 && stats[0].Min != 0 {
		t.Errorf("folded %+v", stats[0])
	}
	if _, err := tape.Meta(); err != nil {
		t.Error(err)
	}
	if _, _, err := tape.Last(); err != nil {
		t.Error(err)
	}
}
