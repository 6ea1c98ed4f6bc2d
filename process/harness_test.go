package process_test

import (
	"context"
	"io/fs"
	"log/slog"
	"math"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/process/processtest"
)

// block is everything that outlives a worker, and the worker of the moment.
type block struct {
	t      rapid.TB
	cfg    process.Config
	log    *processtest.Log
	inputs *processtest.Inputs
	model  *processtest.Model
	feeds  *failing
	fs     durable.FS
	zone   *time.Location

	w     *process.Worker
	stop  context.CancelFunc
	ended chan error
}

func newBlock(t rapid.TB, fs durable.FS) *block {
	b := &block{t: t, log: processtest.NewLog(), inputs: processtest.NewInputs(), model: processtest.NewModel(), fs: fs, zone: time.UTC}
	b.feeds = &failing{Model: b.model}
	return b
}

func folder(t testing.TB) *durable.Dir {
	t.Helper()
	dir, err := durable.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dir.Close() })
	return dir
}

// unsynced is a folder that does not wait for the disk: a test does not lose power.
type unsynced struct{ durable.FS }

func (u unsynced) SyncDir(string) error { return nil }

func (u unsynced) OpenFile(name string, flag int, perm fs.FileMode) (durable.File, error) {
	f, err := u.FS.OpenFile(name, flag, perm)
	return unsyncedFile{f}, err
}

type unsyncedFile struct{ durable.File }

func (unsyncedFile) Sync() error { return nil }

func (b *block) open() error {
	var err error
	b.w, err = process.Open(b.cfg, process.Deps{
		Log: b.log, Inputs: b.inputs, Feeds: b.feeds, Zones: processtest.Zone{Place: b.zone}, FS: b.fs, Logger: slog.New(slog.DiscardHandler),
	})
	return err
}

func (b *block) start() {
	b.t.Helper()
	if err := b.open(); err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.stop, b.ended = cancel, make(chan error, 1)
	go func() { b.ended <- b.w.Run(ctx) }()
}

// halt ends Run and leaves the worker as it is.
func (b *block) halt() {
	b.t.Helper()
	b.stop()
	if err := <-b.ended; err != nil {
		b.t.Fatal(err)
	}
}

func (b *block) close() {
	b.t.Helper()
	b.halt()
	if err := b.w.Close(); err != nil {
		b.t.Fatal(err)
	}
}

// kill ends the worker as a kill of the program does: what was not flushed is gone.
func (b *block) kill() {
	b.t.Helper()
	b.halt()
	if err := b.model.Close(true); err != nil {
		b.t.Fatal(err)
	}
}

func (b *block) append(msg []byte) uint64 {
	b.t.Helper()
	seq, err := b.log.Append(context.Background(), msg)
	if err != nil {
		b.t.Fatal(err)
	}
	return seq
}

// catchUp waits until everything in the stream is processed.
func (b *block) catchUp() {
	b.t.Helper()
	last, _ := b.log.Last()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := b.w.Wait(ctx, last); err != nil {
		b.t.Fatal(err)
	}
}

func (b *block) points(id weir.FeedID) []weir.Sample {
	b.t.Helper()
	points, err := b.model.Points(id)
	if err != nil {
		b.t.Fatal(err)
	}
	return points
}

// message makes a message of one post with one value for an input "a", "b" … of user 1.
func message(at int64, name string, v float64) []byte {
	return journal.AppendPost(journal.AppendHeader(nil), &journal.Post{User: 1, Names: []string{"node", name},
		Rows: []journal.Row{{Time: at, Cells: []journal.Cell{{Name: 1, Value: v}}}}})
}

// failing is a model whose writes fail when told to.
type failing struct {
	*processtest.Model

	mu      sync.Mutex
	err     error
	after   int // writes that still work
	appends int
	flushes int
	lasts   int
}

// fail lets all writes after n fail; nil ends it.
func (f *failing) fail(n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.after, f.err = n, err
}

func (f *failing) check(count *int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	*count++
	if f.err == nil {
		return nil
	}
	if f.after--; f.after >= 0 {
		return nil
	}
	return f.err
}

func (f *failing) Append(id weir.FeedID, s weir.Sample, join bool) error {
	if err := f.check(&f.appends); err != nil {
		return err
	}
	return f.Model.Append(id, s, join)
}

func (f *failing) Last(id weir.FeedID) (weir.Sample, bool, error) {
	if err := f.check(&f.lasts); err != nil {
		return weir.Sample{}, false, err
	}
	return f.Model.Last(id)
}

func (f *failing) Flush() error {
	if err := f.check(&f.flushes); err != nil {
		return err
	}
	return f.Model.Flush()
}

var nan = math.NaN()

func equalFloat(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
