package process_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/process/processtest"
)

// loopLog is a stream that brings one message as often as the benchmark wants, an hour later each time.
type loopLog struct {
	b   *testing.B
	msg func(round int64) []byte
}

func (l loopLog) Read(_ context.Context, after uint64, fn func(uint64, []byte) error) error {
	round := int64(0)
	l.b.ReportAllocs()
	for l.b.Loop() {
		round++
		if err := fn(after+uint64(round), l.msg(round)); err != nil {
			return err
		}
	}
	return nil
}

func (loopLog) Trim(uint64) error     { return nil }
func (loopLog) Last() (uint64, error) { return 0, nil }

// slots are feeds that cost as little as feeds can.
type slots []weir.Sample

func (s slots) Append(id weir.FeedID, v weir.Sample, _ bool) error {
	s[id] = v
	return nil
}

func (s slots) Last(id weir.FeedID) (weir.Sample, bool, error) { return s[id], s[id].Time != 0, nil }
func (slots) Clear(weir.FeedID) error                          { return nil }
func (slots) Drop(weir.FeedID) error                           { return nil }
func (slots) Insert(weir.FeedID, []weir.Sample, bool) error    { return nil }
func (slots) Flush() error                                     { return nil }
func (slots) Saved()                                           {}
func (slots) AppendState(dst []byte) []byte                    { return dst }
func (slots) LoadState([]byte, bool) error                     { return nil }

func benchmark(b *testing.B, rows, cells int) {
	dir, err := durable.OpenDir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer dir.Close()
	inputs := processtest.NewInputs()
	post := journal.Post{User: 1, Names: []string{"emontx"}}
	for c := range cells {
		name := fmt.Sprintf("power%d", c)
		post.Names = append(post.Names, name)
		inputs.Put(weir.Input{ID: weir.InputID(c + 1), User: 1, Node: "emontx", Name: name, List: fmt.Sprintf("1:%d,4:%d", 2*c, 2*c+1)})
	}
	for r := range rows {
		row := journal.Row{Time: int64(r) * 10}
		for c := range cells {
			row.Cells = append(row.Cells, journal.Cell{Name: c + 1, Value: float64(100 + r%7)})
		}
		post.Rows = append(post.Rows, row)
	}
	const start = 1_700_000_000
	var msg []byte
	// The first row's time is the only one that changes: the others are distances.
	build := func(round int64) []byte {
		first := post.Rows[0].Time
		shift := start + round*int64(rows)*10 - first
		for i := range post.Rows {
			post.Rows[i].Time += shift
		}
		msg = journal.AppendPost(journal.AppendHeader(msg[:0]), &post)
		return msg
	}
	w, err := process.Open(process.Config{Checkpoint: time.Hour, CheckpointBytes: 1 << 50}, process.Deps{
		Log: loopLog{b, build}, Inputs: inputs, Feeds: make(slots, 2*cells), Zones: processtest.Zone{Place: time.UTC}, FS: dir,
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	_ = w.Run(b.Context()) // it says that the stream ended
	b.ReportMetric(float64(b.N*rows*cells)/b.Elapsed().Seconds(), "values/s")
}

// Decoding and processing a post of three values, each logged and added up. Building the message is part of it.
func BenchmarkPost3(b *testing.B) { benchmark(b, 1, 3) }

// The same for a bulk post.
func BenchmarkBulk1000x4(b *testing.B) { benchmark(b, 1000, 4) }
