package app_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"math"
	"strconv"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/feed/feedtest"
	"github.com/weirhq/weir/feed/fixed"
	"github.com/weirhq/weir/feed/variable"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/process/processtest"
)

// The cases of process lists hold with the feeds that the server keeps, as they do with the model.
func TestProcessCasesOnFiles(t *testing.T) {
	processtest.RunFiles(t, "../process/processtest/testdata/*.txt", func(t *testing.T) processtest.Store {
		t.Helper()
		dir, err := durable.OpenDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = dir.Close() })
		return &fileFeeds{dir: dir, store: &feedtest.Store{}}
	})
}

// fileFeeds keeps a case's feeds in files, over several lives of the catalogue.
type fileFeeds struct {
	dir   *durable.Dir
	store *feedtest.Store

	catalogue *feed.Catalogue
}

// begin opens the catalogue if it is not open.
func (f *fileFeeds) begin() (err error) {
	if f.catalogue == nil {
		f.catalogue, err = feed.Open(feed.Config{MinInterval: 1, NoSync: true}, f.dir, f.store,
			slog.New(slog.DiscardHandler), fixed.New, variable.New)
	}
	return err
}

func (f *fileFeeds) Create(id weir.FeedID, interval int64) error {
	if err := f.begin(); err != nil {
		return err
	}
	made := weir.Feed{User: 1, Name: "feed" + strconv.Itoa(int(id)), Engine: weir.EngineVariable}
	if interval > 0 {
		made.Engine = weir.EngineFixed
	}
	made, err := f.catalogue.Create(context.Background(), made, feed.Options{Interval: interval})
	if err == nil && made.ID != id {
		err = errors.New("the feed has another id")
	}
	return err
}

func (f *fileFeeds) Open() (process.KeptFeeds, error) {
	if err := f.begin(); err != nil {
		return nil, err
	}
	return f.catalogue.Writer(), nil
}

// Close ends a life the same way whether it is a kill: what the worker did not flush is in memory only.
func (f *fileFeeds) Close(bool) error {
	err := f.catalogue.Close()
	f.catalogue = nil
	return err
}

// Points reads the data file as it is after a flush, byte for byte.
func (f *fileFeeds) Points(id weir.FeedID) ([]weir.Sample, error) {
	ctx := context.Background()
	meta, err := f.catalogue.Meta(ctx, id)
	if err != nil {
		return nil, err
	}
	file, err := f.catalogue.Export(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	var points []weir.Sample
	if meta.Interval == 0 {
		const size = 1 + 4 + 4
		for ; len(data) >= size; data = data[size:] {
			points = append(points, weir.Sample{Time: int64(binary.LittleEndian.Uint32(data[1:])), Value: float(data[5:])})
		}
		return points, nil
	}
	for at := meta.Start; len(data) >= 4; at, data = at+meta.Interval, data[4:] {
		if v := float(data); !math.IsNaN(v) { // a slot without a value looks like one that was never written
			points = append(points, weir.Sample{Time: at, Value: v})
		}
	}
	return points, nil
}

func float(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }
