package feed_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
)

func TestCreateRefuses(t *testing.T) {
	s := newServer(t)
	s.feed(t, weir.EngineFixed, "power")
	for _, c := range []struct {
		feed    weir.Feed
		kind    weir.Kind
		message string
	}{
		{weir.Feed{User: 1, Name: "power", Engine: weir.EngineFixed}, weir.Conflict, "feed already exists"},
		{weir.Feed{User: 1, Name: "a<b", Engine: weir.EngineFixed}, weir.Invalid, "invalid characters in feed name"},
		{weir.Feed{User: 1, Name: "a.b", Engine: weir.EngineFixed}, weir.Invalid, "invalid characters in feed name"},
		{weir.Feed{User: 1, Name: "a", Tag: "x/y", Engine: weir.EngineFixed}, weir.Invalid, "invalid characters in feed tag"},
		{weir.Feed{User: 1, Name: "a", Unit: "<b>", Engine: weir.EngineFixed}, weir.Invalid, "invalid characters in feed unit"},
		{weir.Feed{User: 1, Name: "a", Unit: "kilowatthours", Engine: weir.EngineFixed}, weir.Invalid, "feed unit too long"},
		{weir.Feed{User: 1, Name: strings.Repeat("n", 256), Engine: weir.EngineFixed}, weir.Invalid, "feed name too long: it has 256 bytes, at most 255 are allowed"},
		{weir.Feed{User: 1, Tag: strings.Repeat("t", 256), Engine: weir.EngineFixed}, weir.Invalid, "feed tag too long: it has 256 bytes, at most 255 are allowed"},
		{weir.Feed{User: 1, Name: "a", Engine: weir.EngineVirtual}, weir.Invalid, "ABORTED: Engine id 7 is not supported."},
		{weir.Feed{User: 1, Name: "a", Engine: 99}, weir.Invalid, "ABORTED: Engine id 99 is not supported."},
	} {
		_, err := s.Create(t.Context(), c.feed, feed.Options{Interval: 10})
		if weir.KindOf(err) != c.kind || weir.Message(err) != c.message {
			t.Errorf("%+v: %v", c.feed, err)
		}
	}
	for _, f := range []weir.Feed{
		{User: 1, Engine: weir.EngineFixed}, // no name at all
		{User: 1, Name: "Power", Engine: weir.EngineFixed},
		{User: 2, Name: "power", Engine: weir.EngineFixed},
		{User: 1, Name: "power", Tag: "wärme 1:ü_-", Unit: "kWh/m²", Engine: weir.EngineVariable},
		{User: 1, Name: "t", Unit: "°C", Engine: weir.EngineVariable},
	} {
		if _, err := s.Create(t.Context(), f, feed.Options{}); err != nil {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestMostFeedsOfAUser(t *testing.T) {
	s := newServer(t)
	s.cfg.MaxFeeds = 2
	s.start(t, nil)
	one := s.feed(t, weir.EngineFixed, "one")
	s.feed(t, weir.EngineFixed, "two")
	_, err := s.Create(t.Context(), weir.Feed{User: 1, Name: "three", Engine: weir.EngineFixed}, feed.Options{})
	if weir.KindOf(err) != weir.TooLarge || !strings.Contains(weir.Message(err), "the limit is 2") {
		t.Errorf("a third of two feeds: %v", err)
	}
	must(t, s.Delete(t.Context(), one))
	s.feed(t, weir.EngineFixed, "three")
}

func TestIntervalIsRaised(t *testing.T) {
	s := newServer(t)
	for given, want := range map[int64]int64{0: 10, 1: 10, 10: 10, 3600: 3600} {
		f, err := s.Create(t.Context(), weir.Feed{User: weir.UserID(given + 1), Engine: weir.EngineFixed}, feed.Options{Interval: given})
		must(t, err)
		m, err := s.Meta(t.Context(), f.ID)
		if err != nil || m.Interval != want {
			t.Errorf("interval %d: %+v %v", given, m, err)
		}
	}
}

// A feed whose files cannot be made is not in the list either.
func TestCreateOnFullDisk(t *testing.T) {
	s := newServer(t)
	var faults *faultfs.FS
	s.start(t, func(base durable.FS) durable.FS {
		faults = faultfs.New(base)
		return faults
	})
	faults.Fail(faultfs.Open, 1, io.ErrShortWrite)
	if _, err := s.Create(t.Context(), weir.Feed{User: 1, Name: "a", Engine: weir.EngineFixed}, feed.Options{}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
	if all, err := s.List(t.Context(), 1); err != nil || len(all) > 0 {
		t.Errorf("%v %v", all, err)
	}
}

func TestUpdate(t *testing.T) {
	s := newServer(t)
	id := s.feed(t, weir.EngineFixed, "a")
	s.feed(t, weir.EngineFixed, "b")
	name, tag, unit, public := "p<b>", "house", "kW", true
	got, err := s.Update(t.Context(), id, feed.Changes{Name: &name, Tag: &tag, Unit: &unit, Public: &public})
	must(t, err)
	want := weir.Feed{ID: id, User: 1, Name: "p&lt;b&gt;", Tag: "house", Unit: "kW", Public: true, Engine: weir.EngineFixed}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if found, err := s.ByName(t.Context(), 1, "house", "p&lt;b&gt;"); err != nil || found != want {
		t.Errorf("%+v %v", found, err)
	}
	bad, long, empty, other, endless := "a/b", "12345678901", "", "b", strings.Repeat("e", 256)
	for _, c := range []struct {
		id      weir.FeedID
		changes feed.Changes
		kind    weir.Kind
		message string
	}{
		{id, feed.Changes{}, weir.Invalid, "Field could not be updated"},
		{id, feed.Changes{Tag: &bad}, weir.Invalid, "invalid characters in feed tag"},
		{id, feed.Changes{Name: &endless}, weir.Invalid, "feed name too long: it has 256 bytes, at most 255 are allowed"},
		{id, feed.Changes{Tag: &endless}, weir.Invalid, "feed tag too long: it has 256 bytes, at most 255 are allowed"},
		{id, feed.Changes{Unit: &long}, weir.Invalid, "feed unit too long"},
		{id, feed.Changes{Name: &other, Tag: &empty}, weir.Conflict, "fields tag:name must be unique"},
		{77, feed.Changes{Tag: &tag}, weir.NotFound, "feed 77 does not exist"},
	} {
		if _, err := s.Update(t.Context(), c.id, c.changes); weir.KindOf(err) != c.kind || weir.Message(err) != c.message {
			t.Errorf("%+v: %v", c.changes, err)
		}
	}
}

// The worker and the pages must not ask the database or the disk for what has been asked before.
func TestWarmCatalogueAsksNobody(t *testing.T) {
	s := newServer(t)
	id := s.feed(t, weir.EngineFixed, "a")
	s.feed(t, weir.EngineVariable, "empty")
	w := s.Writer()
	must(t, w.Append(id, weir.Sample{Time: 1000, Value: 1.1}, false))
	must(t, w.Flush())
	var faults *faultfs.FS
	s.start(t, func(base durable.FS) durable.FS {
		faults = faultfs.New(base)
		return faults
	})
	ask := func() {
		t.Helper()
		all, err := s.List(t.Context(), 1)
		if err != nil || len(all) != 2 {
			t.Errorf("%v %v", all, err)
		}
		lasts, err := s.LastAll(t.Context(), 1)
		must(t, err)
		if d := cmp.Diff(map[weir.FeedID]weir.Sample{id: {Time: 1000, Value: float64(float32(1.1))}}, lasts); d != "" {
			t.Error(d)
		}
		if _, err := s.Get(t.Context(), id); err != nil {
			t.Error(err)
		}
		if _, err := s.ByName(t.Context(), 1, "", "a"); err != nil {
			t.Error(err)
		}
	}
	ask()
	calls, opens, reads := s.store.Calls, faults.Count(faultfs.Open), faults.Count(faultfs.Read)
	ask()
	if s.store.Calls != calls || faults.Count(faultfs.Open) != opens || faults.Count(faultfs.Read) != reads {
		t.Errorf("%d calls, %d opens, %d reads", s.store.Calls-calls, faults.Count(faultfs.Open)-opens, faults.Count(faultfs.Read)-reads)
	}
}

func TestDeletedFeedIsGone(t *testing.T) {
	s := newServer(t)
	id := s.feed(t, weir.EngineFixed, "a")
	must(t, s.Delete(t.Context(), id))
	if _, err := s.Data(t.Context(), feed.Query{Feeds: []weir.FeedID{id}, Start: 0, End: 800}); weir.KindOf(err) != weir.NotFound {
		t.Error(err)
	}
	if err := s.Delete(t.Context(), id); weir.KindOf(err) != weir.NotFound {
		t.Error(err)
	}
	if all, err := s.List(t.Context(), 1); err != nil || len(all) > 0 {
		t.Errorf("%v %v", all, err)
	}
}

func TestExport(t *testing.T) {
	s, fixed, variable := sparse(t)
	for id, c := range map[weir.FeedID]struct {
		file   string
		begins map[int64]int64 // where an export from a byte begins
	}{
		fixed:    {"phpfina/1.dat", map[int64]int64{0: 0, 3: 0, 4: 0, 9: 4, 12: 8, 1000: 32, -7: 0}},
		variable: {"phptimeseries/feed_2.MYD", map[int64]int64{0: 0, 8: 0, 9: 9, 20: 18, 1000: 54}},
	} {
		before := map[int64][]byte{}
		for from := range c.begins {
			r, err := s.Export(t.Context(), id, from)
			must(t, err)
			before[from], err = io.ReadAll(r)
			must(t, err)
		}
		size, err := s.Size(t.Context(), id)
		must(t, err)
		must(t, s.writer.Flush())
		file, err := os.ReadFile(filepath.Join(s.dir, c.file))
		must(t, err)
		if want := int64(len(file)); size != want && size != want+16 {
			t.Errorf("size %d, the file has %d", size, want)
		}
		for from, at := range c.begins {
			want := file[min(at, int64(len(file))):]
			if d := cmp.Diff(want, before[from]); d != "" {
				t.Errorf("%s from %d: %s", c.file, from, d)
			}
		}
	}
}

func TestConfig(t *testing.T) {
	must(t, feed.Default().Validate())
	for _, c := range []feed.Config{{}, {MaxPoints: 1, MaxOriginal: 1, MinInterval: 1, OpenFiles: 1, BufferBytes: 1 << 20}} {
		if err := c.Validate(); weir.KindOf(err) != weir.Invalid {
			t.Errorf("%+v: %v", c, err)
		}
	}
	dir, err := durable.OpenDir(t.TempDir())
	must(t, err)
	defer dir.Close()
	if _, err := feed.Open(feed.Config{}, dir, nil, nil); err == nil {
		t.Error("opened without an engine")
	}
}
