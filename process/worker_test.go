package process_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/process"
)

var update = flag.Bool("update", false, "rewrite golden files")

var noSpace = &fs.PathError{Op: "write", Path: "1.dat", Err: syscall.ENOSPC}

// logging is a block with input a, whose list logs to feed 1.
func logging(t *testing.T, fsys durable.FS) *block {
	b := newBlock(t, fsys)
	b.inputs.Put(weir.Input{ID: 1, User: 1, Node: "node", Name: "a", List: "1:1"})
	if err := b.model.Create(1, 0); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCheckpointTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := logging(t, unsynced{folder(t)})
		b.start()
		defer b.close()
		b.append(message(10, "a", 1))
		synctest.Wait()
		if b.log.Len() != 1 {
			t.Fatal("the stream was let go of before a checkpoint")
		}
		time.Sleep(process.Default().Checkpoint + time.Millisecond)
		synctest.Wait()
		if b.log.Len() != 0 {
			t.Error("no checkpoint after its time")
		}
		stats, err := b.w.Stats()
		if err != nil || stats.Checkpoints != 1 || stats.Values != 1 || stats.Lag != 0 || stats.CheckpointSize == 0 {
			t.Errorf("%+v, %v", stats, err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if stats, _ := b.w.Stats(); stats.Checkpoints != 1 {
			t.Errorf("%d checkpoints although nothing came", stats.Checkpoints)
		}
	})
}

func TestCheckpointByBytes(t *testing.T) {
	b := logging(t, folder(t))
	b.cfg.CheckpointBytes = 1
	b.start()
	defer b.close()
	b.append(message(10, "a", 1))
	b.catchUp()
	if err := b.w.Do(t.Context(), func() error { return nil }); err != nil { // after the message's own checkpoint
		t.Fatal(err)
	}
	if stats, _ := b.w.Stats(); stats.Checkpoints != 1 || b.log.Len() != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := logging(t, unsynced{folder(t)})
		b.start()
		defer b.close()
		woken := make(chan error, 3)
		for _, seq := range []uint64{1, 2, 3} {
			go func() { woken <- b.w.Wait(t.Context(), seq) }()
		}
		synctest.Wait()
		b.append(message(10, "a", 1))
		b.append(message(20, "a", 2))
		synctest.Wait()
		if len(woken) != 2 {
			t.Errorf("%d of 2 woken", len(woken))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.w.Wait(ctx, 9); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting for what does not come: %v", err)
		}
		b.append(message(30, "a", 3))
		for range 3 {
			if err := <-woken; err != nil {
				t.Error(err)
			}
		}
		if b.w.Processed() != 3 {
			t.Errorf("processed %d", b.w.Processed())
		}
	})
}

func TestFullDiskHoldsUpAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := logging(t, unsynced{folder(t)})
		b.start()
		b.feeds.fail(1, noSpace)
		for i := range 3 {
			b.append(message(int64(i), "a", float64(i)))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if err := b.w.Problem(); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("problem is %v", err)
		}
		if b.w.Processed() != 1 {
			t.Errorf("processed %d", b.w.Processed())
		}
		// 0.1 s, 0.2 s … up to 10 s between tries.
		if n := b.feeds.appends; n < 8 || n > 20 {
			t.Errorf("tried %d times in a minute", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := b.w.Do(ctx, func() error { t.Error("changed although samples wait"); return nil })
		if weir.KindOf(err) != weir.Unavailable {
			t.Errorf("Do: %v", err)
		}
		b.feeds.fail(0, nil)
		b.catchUp()
		if err := b.w.Problem(); err != nil {
			t.Errorf("problem remains: %v", err)
		}
		b.close()
		want := []weir.Sample{{Time: 0, Value: 0}, {Time: 1, Value: 1}, {Time: 2, Value: 2}}
		if diff := cmp.Diff(want, b.points(1)); diff != "" {
			t.Error(diff)
		}
	})
}

// A step that cannot read a feed's last value waits: taken for empty, a total would begin at 0 again.
func TestUnreadableFeedHoldsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBlock(t, unsynced{folder(t)})
		b.inputs.Put(weir.Input{ID: 1, User: 1, Node: "node", Name: "a", List: "14:1"})
		if err := b.model.Create(1, 0); err != nil {
			t.Fatal(err)
		}
		b.start()
		b.append(message(10, "a", 5))
		b.catchUp()
		b.feeds.fail(0, &fs.PathError{Op: "open", Path: "1.dat", Err: syscall.EMFILE})
		b.append(message(20, "a", 2))
		time.Sleep(time.Minute)
		synctest.Wait()
		if err := b.w.Problem(); !errors.Is(err, syscall.EMFILE) || b.w.Processed() != 1 {
			t.Errorf("problem is %v, processed %d", err, b.w.Processed())
		}
		b.feeds.fail(0, nil)
		b.catchUp()
		b.close()
		if diff := cmp.Diff([]weir.Sample{{Time: 10, Value: 5}, {Time: 20, Value: 7}}, b.points(1)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCheckpointThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := faultfs.New(unsynced{folder(t)})
		b := logging(t, disk)
		b.start()
		for _, op := range []faultfs.Op{faultfs.Open, faultfs.Write, faultfs.Sync, faultfs.Rename} {
			disk.Fail(op, 1, syscall.EIO)
			seq := b.append(message(int64(op)+1, "a", 1))
			if err := b.w.Wait(t.Context(), seq); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if err := b.w.Problem(); !errors.Is(err, syscall.EIO) {
				t.Errorf("op %d: problem is %v", op, err)
			}
			if b.log.Len() == 0 {
				t.Errorf("op %d: the stream was let go of without a checkpoint", op)
			}
			err := b.w.Do(t.Context(), func() error { t.Error("changed without a checkpoint"); return nil })
			if weir.KindOf(err) != weir.Unavailable {
				t.Errorf("op %d: Do: %v", op, err)
			}
			disk.Heal()
			time.Sleep(time.Minute)
			if err := b.w.Problem(); err != nil || b.log.Len() != 0 {
				t.Errorf("op %d: not mended: %v, %d messages", op, err, b.log.Len())
			}
		}
		b.close()
	})
}

// A checkpoint that was cut short by a kill leaves the one before.
// A sync that failed once may work the next time although what was written is gone. Only a new start, which goes over
// the stream again, makes it good.
func TestUnsyncedFeedsAreWorkedOnAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := logging(t, unsynced{folder(t)})
		b.start()
		b.append(message(0, "a", 1))
		b.append(message(10, "a", 2))
		b.catchUp()
		b.feeds.fail(0, fmt.Errorf("%w: %w", durable.ErrUnsynced, syscall.EIO))
		time.Sleep(time.Minute)
		b.feeds.fail(0, nil)
		time.Sleep(time.Hour)
		if err := b.w.Problem(); !errors.Is(err, durable.ErrUnsynced) {
			t.Errorf("problem is %v", err)
		}
		if b.log.Len() == 0 {
			t.Error("the stream was let go of")
		}
		b.kill()
		b.start()
		b.catchUp()
		if got := len(b.points(1)); got != 2 {
			t.Errorf("%d points after a new start, want 2", got)
		}
		b.close()
	})
}

func TestTornCheckpointLeavesTheOldOne(t *testing.T) {
	disk := faultfs.New(folder(t))
	b := logging(t, disk)
	b.start()
	b.append(message(1, "a", 1))
	b.catchUp()
	disk.Cut(1, 10, syscall.EIO)
	if err := b.w.Do(t.Context(), func() error { return nil }); err == nil {
		t.Fatal("a torn write was taken for a checkpoint")
	}
	b.kill()
	disk.Heal()
	b.start()
	b.catchUp()
	b.close()
	if diff := cmp.Diff([]weir.Sample{{Time: 1, Value: 1}}, b.points(1)); diff != "" {
		t.Error(diff)
	}
}

func TestDamagedCheckpointIsNamed(t *testing.T) {
	dir := folder(t)
	b := logging(t, dir)
	b.start()
	b.append(message(1, "a", 1))
	b.catchUp()
	b.close()
	good, err := durable.ReadFile(dir, "checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"empty":         {},
		"cut":           good[:len(good)-3],
		"changed":       append(append([]byte{}, good[:len(good)-6]...), 1, 2, 3, 4, 5, 6),
		"other version": durable.Seal("WCKP", 9, nil),
		"no head":       durable.Seal("WCKP", 1, []byte{1}),
		"long inputs":   durable.Seal("WCKP", 1, bytes.Repeat([]byte{0xFF}, 20)),
		"bad inputs":    durable.Seal("WCKP", 1, append(append(make([]byte, 9), 1, 0, 0, 0, 0, 0, 0, 0), 0x80)),
	} {
		if err := durable.WriteFile(dir, "checkpoint", bad); err != nil {
			t.Fatal(err)
		}
		err := b.open()
		if err == nil || !strings.Contains(err.Error(), `"checkpoint"`) || !strings.Contains(err.Error(), "restore it from a backup") {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := durable.ReadFile(dir, "checkpoint"); !bytes.Equal(after, bad) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// The golden file holds what version 1 writes. It is never changed: later versions get files of their own.
func TestGoldenCheckpoint(t *testing.T) {
	dir := folder(t)
	b := newBlock(t, dir)
	prepare(b)
	b.start()
	for i := range 4 {
		p := journal.Post{User: 1, Names: []string{"node", "a", "b", "c", "d"}, Rows: []journal.Row{{Time: 1_700_000_000 + int64(i)*60}}}
		for c := 1; c <= 4; c++ {
			p.Rows[0].Cells = append(p.Rows[0].Cells, journal.Cell{Name: c, Value: float64(100*c + 10*i)})
		}
		b.append(journal.AppendPost(journal.AppendHeader(nil), &p))
	}
	b.catchUp()
	b.close()
	got, err := durable.ReadFile(dir, "checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("testdata", "checkpoint-v1.bin")
	if *update {
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checkpoint changed (-want +got):\n%s", diff)
	}
	if err := durable.WriteFile(dir, "checkpoint", want); err != nil {
		t.Fatal(err)
	}
	if err := b.open(); err != nil {
		t.Fatal(err)
	}
	if last := b.w.LastInputs(1); len(last) != 4 || last[3] != (weir.Sample{Time: 1_700_000_180, Value: 330}) {
		t.Errorf("inputs from the file: %v", last)
	}
}

func FuzzCheckpoint(f *testing.F) {
	golden, err := os.ReadFile(filepath.Join("testdata", "checkpoint-v1.bin"))
	if err != nil {
		f.Fatal(err)
	}
	_, payload, err := durable.Open("WCKP", golden)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(payload)
	f.Add(append(append(make([]byte, 9), 3, 0, 0, 0, 0, 0, 0, 0), 1, 1, 0))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if len(payload) > 17 { // the feeds' part is not this package's: leave it out
			n := min(uint64(len(payload)-17), uint64(payload[9])|uint64(payload[10])<<8)
			payload = append(append(payload[:9:9], byte(n), byte(n>>8), 0, 0, 0, 0, 0, 0), payload[17:17+n]...)
		}
		b := newBlock(t, unsynced{folder(t)})
		if err := durable.WriteFile(b.fs, "checkpoint", durable.Seal("WCKP", 1, payload)); err != nil {
			t.Fatal(err)
		}
		if b.open() == nil {
			b.start()
			b.close()
		}
	})
}

func TestOneBadEntryDoesNotStopTheBlock(t *testing.T) {
	b := logging(t, folder(t))
	b.inputs.Put(weir.Input{ID: 2, User: 1, Node: "node", Name: "gone", List: "1:77,4:77,14:77,29:77"})
	b.start()
	defer b.close()
	b.append([]byte("rubbish"))
	damaged := message(10, "a", 1)
	damaged = append(damaged, 99, 1, 0, 0, 0) // an entry of a kind that nobody knows
	b.append(journal.AppendPoints(damaged, &journal.Points{User: 1, Feed: 1, Samples: []weir.Sample{{Time: 15, Value: 9}}}))
	b.append(message(20, "gone", 1)) // three writes to a feed that is not there
	b.append(journal.AppendClear(journal.AppendHeader(nil), &journal.Clear{User: 1, Feed: 77}))
	b.append(message(30, "a", 3))
	b.catchUp()
	want := []weir.Sample{{Time: 10, Value: 1}, {Time: 15, Value: 9}, {Time: 30, Value: 3}}
	if diff := cmp.Diff(want, b.points(1)); diff != "" {
		t.Error(diff)
	}
	stats, _ := b.w.Stats()
	if stats.Damaged != 2 || stats.Refused != 4 || stats.Messages != 5 {
		t.Errorf("%+v", stats)
	}
}

func TestNewerMessageStopsTheWorker(t *testing.T) {
	b := logging(t, folder(t))
	b.start()
	b.append([]byte{0xDB, 200})
	if err := <-b.ended; !errors.Is(err, journal.ErrVersion) {
		t.Errorf("Run: %v", err)
	}
}

func TestNoNewInputs(t *testing.T) {
	b := logging(t, folder(t))
	b.inputs.Closed = true
	b.start()
	defer b.close()
	b.append(message(10, "new", 1))
	b.append(message(10, "a", 2))
	b.catchUp()
	if diff := cmp.Diff(map[weir.InputID]weir.Sample{1: {Time: 10, Value: 2}}, b.w.LastInputs(1)); diff != "" {
		t.Error(diff)
	}
	if stats, _ := b.w.Stats(); stats.Refused != 1 {
		t.Errorf("%+v", stats)
	}
}

func TestOrders(t *testing.T) {
	b := logging(t, folder(t))
	b.start()
	defer b.close()
	b.append(message(10, "a", 1))
	b.append(journal.AppendClear(journal.AppendHeader(nil), &journal.Clear{User: 1, Feed: 1}))
	b.append(message(20, "a", 2))
	b.catchUp()
	if diff := cmp.Diff([]weir.Sample{{Time: 20, Value: 2}}, b.points(1)); diff != "" {
		t.Error(diff)
	}
	b.append(journal.AppendDrop(journal.AppendHeader(nil), &journal.Drop{User: 1, Feed: 1}))
	b.catchUp()
	if _, err := b.model.Points(1); weir.KindOf(err) != weir.NotFound {
		t.Errorf("the feed is still there: %v", err)
	}
}

func TestDoChangesTheListFromThereOn(t *testing.T) {
	b := logging(t, folder(t))
	b.start()
	defer b.close()
	b.append(message(10, "a", 1))
	b.catchUp()
	err := b.w.Do(t.Context(), func() error {
		b.inputs.Put(weir.Input{ID: 1, User: 1, Node: "node", Name: "a", List: "2:10,1:1"})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.append(message(20, "a", 1))
	b.catchUp()
	if diff := cmp.Diff([]weir.Sample{{Time: 10, Value: 1}, {Time: 20, Value: 10}}, b.points(1)); diff != "" {
		t.Error(diff)
	}
	refuse := weir.Errorf(weir.Invalid, "no")
	if err := b.w.Do(t.Context(), func() error { return refuse }); !errors.Is(err, refuse) {
		t.Errorf("Do: %v", err)
	}
	if err := b.w.Do(t.Context(), func() error { b.w.Forget(1, 1); b.w.Forget(9, 1); return nil }); err != nil {
		t.Fatal(err)
	}
	if last := b.w.LastInputs(1); len(last) != 0 {
		t.Errorf("a forgotten input is still there: %v", last)
	}
}

// The stream may come back from a power cut without its end. The numbers of what was lost are given again, and the new
// messages behind them must not be taken for old ones.
func TestStreamThatLostItsEnd(t *testing.T) {
	b := logging(t, folder(t))
	b.start()
	for i := range 5 {
		b.append(message(int64(i), "a", 1))
	}
	b.catchUp()
	b.close()
	fresh := logging(t, b.fs)
	fresh.model, fresh.feeds = b.model, b.feeds
	fresh.start()
	defer fresh.close()
	fresh.append(message(100, "a", 2))
	fresh.catchUp()
	if points := b.points(1); len(points) != 6 || points[5].Time != 100 {
		t.Errorf("%v", points)
	}
}

func TestAfterClose(t *testing.T) {
	b := logging(t, folder(t))
	b.start()
	b.close()
	if err := b.w.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if err := b.w.Do(t.Context(), func() error { return nil }); weir.KindOf(err) != weir.Unavailable {
		t.Errorf("Do: %v", err)
	}
}

func TestConfig(t *testing.T) {
	if err := process.Default().Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []process.Config{{Checkpoint: time.Millisecond, CheckpointBytes: 1 << 20}, {Checkpoint: time.Minute, CheckpointBytes: 5}} {
		if weir.KindOf(c.Validate()) != weir.Invalid {
			t.Errorf("%+v: %v", c, c.Validate())
		}
	}
}
