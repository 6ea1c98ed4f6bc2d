package process_test

import (
	"io/fs"
	"runtime"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/journal"
)

var lists = map[string]string{
	"a": "1:1,4:2,2:0.5,14:3",
	"b": "34:4,5:5,27:6,28:7,11:1,65:8",
	"c": "6:2,22:1,31:2,1:9,67:1,1:1",
	"d": "", // new each time the program has not seen it
}

const feedCount = 9

func prepare(b *block) {
	b.t.Helper()
	for i, name := range []string{"a", "b", "c"} {
		b.inputs.Put(weir.Input{ID: weir.InputID(i + 1), User: 1, Node: "node", Name: name, List: lists[name]})
	}
	for id := weir.FeedID(1); id <= feedCount; id++ {
		if err := b.model.Create(id, 0); err != nil {
			b.t.Fatal(err)
		}
	}
}

// A worker that is killed at any point, even in the middle of a message, and started again gives the same feeds and the
// same checkpoint, byte for byte, as one that never stopped.
func TestKillAnywhere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		messages := rapid.SliceOfN(rapid.Custom(anyMessage), 1, 12).Draw(r, "messages")
		calm, stormy := newBlock(r, unsynced{folder(t)}), newBlock(r, unsynced{folder(t)})
		for _, b := range []*block{calm, stormy} {
			prepare(b)
			b.start()
		}
		for _, msg := range messages {
			calm.append(msg)
		}
		calm.catchUp()
		for _, msg := range messages {
			weather(r, stormy, msg)
		}
		stormy.catchUp()
		calm.close()
		stormy.close()
		for id := weir.FeedID(1); id <= feedCount; id++ {
			if diff := cmp.Diff(calm.points(id), stormy.points(id), cmp.Comparer(equalFloat)); diff != "" {
				r.Fatalf("feed %d (-calm +stormy):\n%s", id, diff)
			}
		}
		if diff := cmp.Diff(calm.w.LastInputs(1), stormy.w.LastInputs(1), cmp.Comparer(equalFloat)); diff != "" {
			r.Fatalf("inputs (-calm +stormy):\n%s", diff)
		}
		if diff := cmp.Diff(readFile(r, calm), readFile(r, stormy)); diff != "" {
			r.Fatalf("checkpoint (-calm +stormy):\n%s", diff)
		}
	})
}

// weather appends a message and does something to the worker.
func weather(r *rapid.T, b *block, msg []byte) {
	switch rapid.SampledFrom([]string{"nothing", "checkpoint", "kill", "restart", "kill inside", "disk full"}).Draw(r, "weather") {
	case "checkpoint":
		b.append(msg)
		if err := b.w.Do(r.Context(), func() error { return nil }); err != nil {
			r.Fatal(err)
		}
	case "kill":
		b.append(msg)
		b.kill()
		b.start()
	case "restart":
		b.append(msg)
		b.close()
		b.start()
	case "kill inside", "disk full":
		// The nth write from now on hangs because the disk is full, and then the program is killed or stopped.
		b.feeds.fail(rapid.IntRange(0, 5).Draw(r, "writes"), &fs.PathError{Op: "write", Path: "5.dat", Err: syscall.ENOSPC})
		seq := b.append(msg)
		for b.w.Processed() < seq && b.w.Problem() == nil {
			runtime.Gosched()
		}
		b.halt()
		if rapid.Bool().Draw(r, "close") {
			if rapid.Bool().Draw(r, "room again") {
				b.feeds.fail(0, nil)
			}
			_ = b.w.Close() // a stop of the program: it cannot save, and must not pretend to
		}
		_ = b.model.Close(true)
		b.feeds.fail(0, nil)
		b.start()
	default:
		b.append(msg)
	}
}

func anyMessage(t *rapid.T) []byte {
	msg := journal.AppendHeader(nil)
	for range rapid.IntRange(1, 3).Draw(t, "entries") {
		feed := weir.FeedID(rapid.IntRange(1, feedCount+1).Draw(t, "feed"))
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			msg = journal.AppendClear(msg, &journal.Clear{User: 1, Feed: feed})
		case 1:
			p := journal.Points{User: 1, Feed: feed}
			for range rapid.IntRange(1, 3).Draw(t, "samples") {
				p.Samples = append(p.Samples, weir.Sample{Time: anyTime(t), Value: anyValue(t)})
			}
			msg = journal.AppendPoints(msg, &p)
		default:
			p := anyPost(t)
			msg = journal.AppendPost(msg, &p)
		}
	}
	return msg
}

func anyPost(t *rapid.T) journal.Post {
	p := journal.Post{User: 1, Names: []string{"node", "a", "b", "c", "d"}}
	for range rapid.IntRange(1, 4).Draw(t, "rows") {
		row := journal.Row{Time: anyTime(t)}
		for range rapid.IntRange(1, 4).Draw(t, "cells") {
			row.Cells = append(row.Cells, journal.Cell{Name: rapid.IntRange(1, 4).Draw(t, "name"), Value: anyValue(t)})
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func anyTime(t *rapid.T) int64 {
	return 1_700_000_000 + 600*rapid.Int64Range(0, 300).Draw(t, "time")
}

func anyValue(t *rapid.T) float64 {
	return rapid.OneOf(rapid.Float64Range(-100, 5000), rapid.Float64(), rapid.Just(nan)).Draw(t, "value")
}

func readFile(r *rapid.T, b *block) []byte {
	data, err := durable.ReadFile(b.fs, "checkpoint")
	if err != nil {
		r.Fatal(err)
	}
	return data
}
