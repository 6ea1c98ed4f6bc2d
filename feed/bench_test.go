package feed_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/feed/feedtest"
	"github.com/weirhq/weir/feed/fixed"
	"github.com/weirhq/weir/feed/variable"
	"github.com/weirhq/weir/internal/durable"
)

func openBench(b *testing.B) *feed.Catalogue {
	b.Helper()
	dir, err := durable.OpenDir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = dir.Close() })
	c, err := feed.Open(feed.Config{NoSync: true}, dir, &feedtest.Store{}, nil, fixed.New, variable.New)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	return c
}

func createBench(b *testing.B, c *feed.Catalogue, engine weir.EngineID, name string) weir.FeedID {
	b.Helper()
	f, err := c.Create(context.Background(), weir.Feed{User: 1, Name: name, Engine: engine}, feed.Options{Interval: 10})
	if err != nil {
		b.Fatal(err)
	}
	return f.ID
}

const (
	yearStart  = 1_700_000_000
	yearPoints = 3_153_600 // a year at 10 s
)

func fillYear(b *testing.B, c *feed.Catalogue, engine weir.EngineID) weir.FeedID {
	b.Helper()
	id, w := createBench(b, c, engine, "year"), c.Writer()
	for i := range int64(yearPoints) {
		if err := w.Append(id, weir.Sample{Time: yearStart + 10*i, Value: float64(i % 3000)}, false); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return id
}

func BenchmarkAppend(b *testing.B) {
	for _, engine := range []weir.EngineID{weir.EngineFixed, weir.EngineVariable} {
		b.Run(engine.String(), func(b *testing.B) {
			c := openBench(b)
			w := c.Writer()
			var ids []weir.FeedID
			for i := range 1000 {
				ids = append(ids, createBench(b, c, engine, time.Unix(int64(i), 0).Format("150405")))
			}
			for _, id := range ids {
				w.Last(id) // opens it
			}
			b.ReportAllocs()
			var i, t int64 = 0, yearStart
			for b.Loop() {
				if i++; i == int64(len(ids)) {
					i, t = 0, t+10
				}
				if err := w.Append(ids[i], weir.Sample{Time: t, Value: 1.5}, false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A flush of many feeds that have three points each.
func BenchmarkFlush10000Feeds(b *testing.B) {
	for _, engine := range []weir.EngineID{weir.EngineFixed, weir.EngineVariable} {
		b.Run(engine.String(), func(b *testing.B) {
			c := openBench(b)
			w := c.Writer()
			var ids []weir.FeedID
			for i := range 10_000 {
				ids = append(ids, createBench(b, c, engine, time.Unix(int64(i), 0).Format("150405")))
			}
			b.ReportAllocs()
			t := int64(yearStart)
			for b.Loop() {
				for range 3 {
					t += 10
					for _, id := range ids {
						if err := w.Append(id, weir.Sample{Time: t, Value: 1.5}, false); err != nil {
							b.Fatal(err)
						}
					}
				}
				if err := w.Flush(); err != nil {
					b.Fatal(err)
				}
				saved(w)
			}
		})
	}
}

func BenchmarkQuery(b *testing.B) {
	for _, engine := range []weir.EngineID{weir.EngineFixed, weir.EngineVariable} {
		c := openBench(b)
		id := fillYear(b, c, engine)
		const year = 10 * yearPoints
		queries := map[string]feed.Query{
			"average of a year, 800 points":   {Start: yearStart, End: yearStart + year, Average: []bool{true}},
			"average of a year, 20000 points": {Start: yearStart, End: yearStart + year, Average: []bool{true}, Interval: feed.Interval{Seconds: year / 19990}},
			"samples of a year, 800 points":   {Start: yearStart, End: yearStart + year},
			"samples of a year, 20000 points": {Start: yearStart, End: yearStart + year, Interval: feed.Interval{Seconds: year / 19990}},
			"20000 raw points":                {Start: yearStart + year/2, End: yearStart + year/2 + 199_990, Interval: feed.Interval{Seconds: 10}},
			"days of a year, delta":           {Start: yearStart, End: yearStart + year, Interval: feed.Interval{Calendar: feed.Daily}, Delta: []bool{true}},
		}
		for name, q := range queries {
			q.Feeds = []weir.FeedID{id}
			b.Run(engine.String()+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := c.Data(context.Background(), q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(engine.String()+"/bands of a year, 1000 pieces", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bands, err := c.Bands(context.Background(), id, yearStart, yearStart+year, 1000)
				if err != nil || math.IsNaN(bands.Mean[5]) {
					b.Fatal(err, bands.Mean[5])
				}
			}
		})
	}
}

// The layers of a year made anew, as after a kill.
func BenchmarkLayersAnew(b *testing.B) {
	dir, err := durable.OpenDir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	store := &feedtest.Store{}
	c, err := feed.Open(feed.Config{NoSync: true}, dir, store, nil, fixed.New)
	if err != nil {
		b.Fatal(err)
	}
	id := fillYear(b, c, weir.EngineFixed)
	if err := c.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = dir.Remove("phpfina/1.layers")
		if c, err = feed.Open(feed.Config{NoSync: true}, dir, store, nil, fixed.New); err != nil {
			b.Fatal(err)
		}
		if _, err := c.Bands(context.Background(), id, yearStart, yearStart+10*yearPoints, 1000); err != nil {
			b.Fatal(err)
		}
	}
}
