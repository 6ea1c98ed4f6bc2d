package feed_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
)

// step is an entry of the stream, as a worker works on it.
type step struct {
	kind  string
	feed  weir.FeedID
	at    int64
	value float64
	join  bool
}

func (s step) do(t testing.TB, w *feed.Writer) {
	var err error
	switch s.kind {
	case "append":
		err = w.Append(s.feed, weir.Sample{Time: s.at, Value: s.value}, s.join)
	case "total": // depends on the last value, and logs it to the next feed too
		last, _, failed := w.Last(s.feed)
		must(t, failed)
		sum := weir.Sample{Time: s.at, Value: last.Value + s.value}
		if err = w.Append(s.feed, sum, true); err == nil || weir.KindOf(err) == weir.Invalid {
			err = w.Append(s.feed%6+1, sum, false)
		}
	case "insert":
		err = w.Insert(s.feed, []weir.Sample{{Time: s.at, Value: s.value}, {Time: s.at - 37, Value: 1}, {Time: s.at + 12, Value: 2}}, s.join)
	case "clear":
		err = w.Clear(s.feed)
	case "drop":
		err = w.Drop(s.feed)
	}
	if err != nil && weir.KindOf(err) != weir.Invalid {
		t.Fatalf("%+v: %v", s, err)
	}
}

func drawSteps(rt *rapid.T) []step {
	at := int64(1_000_000)
	n := rapid.IntRange(1, 60).Draw(rt, "steps")
	steps := make([]step, n)
	for i := range steps {
		at += rapid.OneOf(rapid.Int64Range(-300, 60), rapid.Int64Range(0, 3000)).Draw(rt, "after")
		steps[i] = step{
			kind: rapid.SampledFrom([]string{"append", "append", "append", "total", "total", "insert", "clear", "drop"}).Draw(rt, "kind"),
			feed: weir.FeedID(rapid.IntRange(1, 6).Draw(rt, "feed")), at: at,
			value: rapid.Float64Range(-10, 10).Draw(rt, "value"), join: rapid.Bool().Draw(rt, "join"),
		}
	}
	return steps
}

// dataFiles are the feeds' files with what is in them.
func dataFiles(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"php*/*.dat", "php*/*.meta", "php*/*.MYD"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		must(t, err)
		for _, name := range names {
			b, err := os.ReadFile(name)
			must(t, err)
			all[strings.TrimPrefix(name, dir)] = string(b)
		}
	}
	return all
}

func sixFeeds(t testing.TB) *server {
	s := newServer(t)
	for i := range 6 {
		engine := weir.EngineFixed
		if i%2 == 1 {
			engine = weir.EngineVariable
		}
		s.feed(t, engine, strconv.Itoa(i))
	}
	return s
}

// TestReplayGivesTheSameFiles kills the worker again and again, also in the middle of a flush, lets it go back to its
// last checkpoint, and compares the files with those of one that was never killed.
func TestReplayGivesTheSameFiles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := drawSteps(rt)

		calm := sixFeeds(t)
		w := calm.Writer()
		for _, s := range steps {
			s.do(t, w)
		}
		// Twice, so that dropped feeds' files are gone.
		must(t, w.Flush())
		saved(w)
		must(t, w.Flush())

		s := sixFeeds(t)
		var faults *faultfs.FS
		wrap := func(base durable.FS) durable.FS {
			faults = faultfs.New(base)
			return faults
		}
		s.start(t, wrap)
		w = s.Writer()
		state, position := saved(w), 0
		kills := rapid.IntRange(0, 4).Draw(rt, "kills")
		for i := 0; i < len(steps); i++ {
			steps[i].do(t, w)
			switch dice := rapid.IntRange(0, 9).Draw(rt, "dice"); {
			case dice == 0: // a checkpoint
				must(t, w.Flush())
				state, position = saved(w), i+1
			case dice == 1: // memory was full
				must(t, w.Flush())
			case dice <= 3 && kills > 0:
				kills--
				switch dice {
				case 2: // in the middle of a flush
					faults.Cut(rapid.IntRange(1, 8).Draw(rt, "write"), rapid.IntRange(0, 30).Draw(rt, "bytes")/4*4, syscall.EIO)
					_ = w.Flush()
				default: // between a flush and its checkpoint
					must(t, w.Flush())
					w.AppendState(nil)
				}
				s.start(t, wrap)
				w = s.Writer()
				must(t, w.LoadState(state, false))
				i = position - 1
			}
		}
		must(t, w.Flush())
		saved(w)
		must(t, w.Flush())
		if d := cmp.Diff(dataFiles(t, calm.dir), dataFiles(t, s.dir)); d != "" {
			rt.Fatalf("files differ: %s", d)
		}
		for id := range weir.FeedID(6) {
			a, aok, _ := calm.Last(t.Context(), id+1)
			b, bok, _ := s.Last(t.Context(), id+1)
			if a != b || aok != bok {
				rt.Fatalf("last of feed %d: %v, calm %v", id+1, b, a)
			}
		}
	})
}

// saved makes the checkpoint that follows a flush.
func saved(w *feed.Writer) []byte {
	state := w.AppendState(nil)
	w.Saved()
	return state
}

// checkpointed gives a server with 20 points in each feed, its writer and its checkpoint.
func checkpointed(t *testing.T) (*server, *feed.Writer, []byte) {
	s := sixFeeds(t)
	w := s.Writer()
	for i := range int64(20) {
		for id := range weir.FeedID(6) {
			must(t, w.Append(id+1, weir.Sample{Time: 1000 + 10*i, Value: 0.1 + float64(i)}, false))
		}
	}
	must(t, w.Flush())
	return s, w, saved(w)
}

func points(t *testing.T, s *server, id weir.FeedID) int64 {
	t.Helper()
	m, err := s.Meta(t.Context(), id)
	must(t, err)
	return m.Points
}

func TestFilesCopiedInAreTrusted(t *testing.T) {
	other, w, _ := checkpointed(t) // what is copied in: as many points as a kill could have left
	for i := range int64(30) {
		for _, id := range []weir.FeedID{1, 2, 3} {
			must(t, w.Append(id, weir.Sample{Time: 1200 + 10*i, Value: 9}, false))
		}
	}
	must(t, w.Flush())
	copyIn := func(t *testing.T, s *server, names ...string) {
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(other.dir, name))
			must(t, err)
			must(t, os.WriteFile(filepath.Join(s.dir, name), b, 0o600))
		}
	}
	for _, clean := range []bool{true, false} {
		t.Run(fmt.Sprintf("clean %v", clean), func(t *testing.T) {
			s, w, state := checkpointed(t)
			if !clean { // feed 3 is ahead by five points
				for i := range int64(5) {
					must(t, w.Append(3, weir.Sample{Time: 1200 + 10*i, Value: 1}, false))
				}
				must(t, w.Flush())
			}
			copyIn(t, s, "phpfina/1.dat", "phptimeseries/feed_2.MYD", "phpfina/3.dat")
			s.start(t, nil)
			w = s.Writer()
			must(t, w.LoadState(state, clean))
			for _, id := range []weir.FeedID{1, 2, 3} {
				if got := points(t, s, id); got != 50 {
					t.Errorf("feed %d has %d points", id, got)
				}
				if got := last(t, w, id); got.Value != 9 || got.Time != 1490 {
					t.Errorf("feed %d goes on from %v", id, got)
				}
			}
			if got := last(t, w, 4); got.Value != 19.1 {
				t.Errorf("feed 4 goes on from %v", got)
			}
			if !clean && !strings.Contains(s.log.String(), "left a feed as it is") {
				t.Error("nothing in the log")
			}
		})
	}
}

// A feed that no checkpoint knows: empty again if it was weir that filled it, as it is if somebody copied it in.
func TestFeedsUnknownToTheCheckpoint(t *testing.T) {
	s, w, state := checkpointed(t)
	mine, theirs := s.feed(t, weir.EngineFixed, "mine"), s.feed(t, weir.EngineFixed, "theirs")
	must(t, w.Append(mine, weir.Sample{Time: 1000, Value: 1}, false))
	must(t, w.Flush())
	b, err := os.ReadFile(filepath.Join(s.dir, "phpfina/1.dat"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(s.dir, "phpfina", fmt.Sprint(theirs)+".dat"), b, 0o600))
	s.start(t, nil)
	w = s.Writer()
	must(t, w.LoadState(state, false))
	if got := points(t, s, mine); got != 0 {
		t.Errorf("a feed made after the checkpoint has %d points", got)
	}
	if got := points(t, s, theirs); got != 20 {
		t.Errorf("a feed copied in has %d points", got)
	}
	if got := points(t, s, 1); got != 20 {
		t.Errorf("an old feed has %d points", got)
	}
}

// Each block has a writer; one that goes back must not take the others' feeds with it.
func TestWritersGoBackAlone(t *testing.T) {
	s, one, first := checkpointed(t)
	two := s.Writer()
	a, b := s.feed(t, weir.EngineFixed, "a"), s.feed(t, weir.EngineFixed, "b")
	must(t, two.Append(a, weir.Sample{Time: 1000, Value: 1}, false))
	must(t, two.Flush())
	second := saved(two)
	must(t, two.Append(b, weir.Sample{Time: 1000, Value: 1}, false))
	must(t, two.Flush())
	must(t, one.Append(1, weir.Sample{Time: 1200, Value: 1}, false))
	must(t, one.Flush())
	s.start(t, nil)
	must(t, s.Writer().LoadState(first, false))
	if got := []int64{points(t, s, 1), points(t, s, a), points(t, s, b)}; !slices.Equal(got, []int64{20, 1, 1}) {
		t.Errorf("after the first went back: %d", got)
	}
	s.start(t, nil)
	must(t, s.Writer().LoadState(second, false))
	if got := []int64{points(t, s, 1), points(t, s, a), points(t, s, b)}; !slices.Equal(got, []int64{20, 1, 0}) {
		t.Errorf("after the second went back: %d", got)
	}
}

// The notes do not grow for ever, and those that count stay.
func TestNotesAreShortened(t *testing.T) {
	s := newServer(t)
	w := s.Writer()
	var ids []weir.FeedID
	for i := range 500 {
		ids = append(ids, s.feed(t, weir.EngineVariable, strconv.Itoa(i)))
	}
	var state []byte
	for round := range int64(150) {
		for _, id := range ids {
			must(t, w.Append(id, weir.Sample{Time: 1000 + round, Value: 1}, false))
		}
		must(t, w.Flush())
		if round == 147 {
			state = saved(w)
		} else {
			saved(w)
		}
	}
	info, err := os.Stat(filepath.Join(s.dir, "ahead"))
	must(t, err)
	if info.Size() > 3<<20 {
		t.Errorf("the notes have %d bytes", info.Size())
	}
	s.start(t, nil)
	must(t, s.Writer().LoadState(state, false))
	for _, id := range []weir.FeedID{ids[0], ids[499]} {
		if got := points(t, s, id); got != 148 {
			t.Errorf("feed %d has %d points", id, got)
		}
	}
}

// Until the Clear is worked on again the last value is the one of the checkpoint, though the file is empty already.
func TestLatePointBeforeClear(t *testing.T) {
	s, w, state := checkpointed(t)
	before := last(t, w, 1)
	must(t, w.Clear(1))
	s.start(t, nil)
	w = s.Writer()
	must(t, w.LoadState(state, false))
	must(t, w.Append(1, weir.Sample{Time: 900, Value: 5}, false))
	if got := last(t, w, 1); got != before {
		t.Errorf("last is %v, was %v", got, before)
	}
}

// What Clear leaves for readers is there after a restart too.
func TestClearedStaysCleared(t *testing.T) {
	s, w, _ := checkpointed(t)
	must(t, w.Clear(1))
	must(t, w.Flush())
	state := saved(w)
	for _, clean := range []bool{true, false} {
		s.start(t, nil)
		w = s.Writer()
		must(t, w.LoadState(state, clean))
		if _, ok, err := w.Last(1); ok || err != nil {
			t.Errorf("process lists see a last value (%v)", err)
		}
		shown, ok, err := s.Last(t.Context(), 1)
		if want := (weir.Sample{Time: 1190}); shown != want || !ok || err != nil {
			t.Errorf("readers see %v, %v, %v", shown, ok, err)
		}
	}
}

// A disk that fails for a moment must not make a total begin anew.
func TestLastTellsOfAFailingDisk(t *testing.T) {
	s, w, state := checkpointed(t)
	before := last(t, w, 1)
	var disk *faultfs.FS
	s.start(t, func(base durable.FS) durable.FS {
		disk = faultfs.New(base)
		return disk
	})
	w = s.Writer()
	must(t, w.LoadState(state, true))
	disk.Fail(faultfs.Open, 1, syscall.EMFILE)
	if _, _, err := w.Last(1); !errors.Is(err, syscall.EMFILE) {
		t.Errorf("last of a feed that cannot be opened: %v", err)
	}
	disk.Heal()
	if got := last(t, w, 1); got != before {
		t.Errorf("last is %v, was %v", got, before)
	}
}

// While checkpoints cannot be written, what undoes the work since the last one stays: the notes, and the files of feeds
// that were dropped.
func TestCheckpointsThatFail(t *testing.T) {
	s := newServer(t)
	w := s.Writer()
	var ids []weir.FeedID
	for i := range 500 {
		ids = append(ids, s.feed(t, weir.EngineVariable, strconv.Itoa(i)))
		must(t, w.Append(ids[i], weir.Sample{Time: 1000, Value: 1}, false))
	}
	must(t, w.Flush())
	state := saved(w)
	must(t, w.Drop(ids[499]))
	for round := range int64(150) {
		for _, id := range ids[:499] {
			must(t, w.Append(id, weir.Sample{Time: 1001 + round, Value: 1}, false))
		}
		must(t, w.Flush())
		w.AppendState(nil) // and then the disk does not take the file
	}
	s.start(t, nil)
	w = s.Writer()
	must(t, w.LoadState(state, false))
	for _, id := range []weir.FeedID{ids[0], ids[498]} {
		if got := points(t, s, id); got != 1 {
			t.Errorf("feed %d has %d points, 1 at the checkpoint", id, got)
		}
	}
	if got := last(t, w, ids[499]); got != (weir.Sample{Time: 1000, Value: 1}) {
		t.Errorf("the last value of the dropped feed is %v", got)
	}
}

// Other feeds may have got values that came from a feed's last one before it was deleted.
func TestDeletedFeedBeforeItsDrop(t *testing.T) {
	s := sixFeeds(t)
	w := s.Writer()
	state := saved(w) // which knows no feed
	for range 2 {
		for id := range weir.FeedID(6) {
			must(t, w.Append(id+1, weir.Sample{Time: 1000, Value: 5}, false))
			if got := last(t, w, id+1).Value; got != 5 {
				t.Errorf("last of feed %d is %v", id+1, got)
			}
			must(t, w.Drop(id+1))
		}
		must(t, w.Flush())
		s.start(t, nil)
		w = s.Writer()
		must(t, w.LoadState(state, false))
	}
}

// A checkpoint made while work is done again keeps the last values of feeds that were not come to yet.
func TestCheckpointWithinReplay(t *testing.T) {
	s, w, state := checkpointed(t)
	must(t, w.Insert(2, []weir.Sample{{Time: 1003, Value: 1}, {Time: 1500, Value: 2}}, false)) // one between others
	must(t, w.Clear(1))
	must(t, w.Flush())
	for range 2 {
		s.start(t, nil)
		w = s.Writer()
		must(t, w.LoadState(state, false))
		must(t, w.Flush())
		state = saved(w)
	}
	for _, id := range []weir.FeedID{1, 2} {
		if got := last(t, w, id); got != (weir.Sample{Time: 1190, Value: 19.1}) {
			t.Errorf("last of feed %d is %v", id, got)
		}
	}
}

func TestTornNotes(t *testing.T) {
	s, w, state := checkpointed(t)
	must(t, w.Append(1, weir.Sample{Time: 1200, Value: 1}, false))
	must(t, w.Flush())
	name := filepath.Join(s.dir, "ahead")
	whole, err := os.ReadFile(name)
	must(t, err)
	for cut := range whole {
		must(t, os.WriteFile(name, whole[:cut], 0o600))
		s.start(t, nil)
		w = s.Writer()
		must(t, w.LoadState(state, false))
		if got := points(t, s, 1); got != 21 { // without the note it is not known whose the last point is
			t.Fatalf("cut at %d: %d points", cut, got)
		}
		must(t, w.Flush())
	}
}

func FuzzLoadState(f *testing.F) {
	f.Add([]byte{}, []byte("WAHD\x01\x00\x00\x00"))
	f.Add([]byte{1, 5, 7, 1, 3, 1, 1, 11, 9, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 2, 1, 9, 0, 0, 0, 0}, []byte("x"))
	f.Fuzz(func(t *testing.T, state, ahead []byte) {
		s := newServer(t)
		id := s.feed(t, weir.EngineFixed, "a")
		w := s.Writer()
		must(t, w.Append(id, weir.Sample{Time: 1000, Value: 1}, false))
		must(t, w.Flush())
		must(t, os.WriteFile(filepath.Join(s.dir, "ahead"), ahead, 0o600))
		s.start(t, nil)
		w = s.Writer()
		if err := w.LoadState(state, false); err != nil {
			if weir.KindOf(err) != weir.Invalid {
				t.Fatal(err)
			}
			return
		}
		must(t, w.Append(id, weir.Sample{Time: 1010, Value: 1}, false))
		must(t, w.Flush())
		again := saved(w)
		must(t, s.Writer().LoadState(again, true))
	})
}
