package collect_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/collect"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
)

var update = flag.Bool("update", false, "rewrite golden files")

func openDir(t testing.TB, path string) *durable.Dir {
	t.Helper()
	dir, err := durable.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	return dir
}

func open(t testing.TB, fsys durable.FS, maxBytes int64) *collect.Buffer {
	t.Helper()
	b, err := collect.OpenBuffer(fsys, maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func row(n int) collect.Row {
	return collect.Row{Time: int64(n), Node: "n", Values: []collect.Value{{Name: "cpu", Value: float64(n) / 2}}}
}

// drain takes all rows out, in batches of the size given, and gives their times.
func drain(b *collect.Buffer, batch int) (times []int64) {
	for {
		next := b.Next(batch)
		if len(next.Rows) == 0 {
			return times
		}
		for _, r := range next.Rows {
			times = append(times, r.Time)
		}
		b.Done(next)
	}
}

func sequence(from, to int) (times []int64) {
	for n := from; n < to; n++ {
		times = append(times, int64(n))
	}
	return times
}

func TestSegmentFormat(t *testing.T) {
	rows := []collect.Row{
		{Time: 1700000000, Node: "house", Values: []collect.Value{{Name: "cpu", Value: 12.5}, {Name: "load1", Value: math.Inf(-1)}}},
		{Time: -1, Node: "", Values: nil},
	}
	got := collect.EncodeSegment(rows)
	golden := filepath.Join("testdata", "segment-v1.rows")
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the format changed:\n got %x\nwant %x", got, want)
	}
	read, used := collect.DecodeSegment(want)
	rows[1].Values = []collect.Value{}
	if diff := cmp.Diff(rows, read); diff != "" || used != len(want)-8 {
		t.Errorf("read %d of %d bytes (-want +got):\n%s", used, len(want)-8, diff)
	}
}

func FuzzSegment(f *testing.F) {
	whole := collect.EncodeSegment([]collect.Row{row(1), row(2), {Time: 3, Node: "x"}})
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add([]byte("WROW\x01\x00\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, used := collect.DecodeSegment(data)
		if used == 0 {
			return
		}
		again, _ := collect.DecodeSegment(collect.EncodeSegment(rows))
		if len(again) != len(rows) {
			t.Errorf("%d rows became %d", len(rows), len(again))
		}
		// Whatever lies in the folder, the buffer opens, or says why it does not, and ends.
		dir := openDir(t, t.TempDir())
		if err := os.WriteFile(filepath.Join(dir.Path(), "0000000000000001.rows"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if b, err := collect.OpenBuffer(dir, 1<<20); err == nil {
			drain(b, 100)
			b.Close()
		}
	})
}

func TestReopen(t *testing.T) {
	dir := openDir(t, t.TempDir())
	for run := range 3 {
		b := open(t, dir, 1<<20)
		for n := range 100 {
			b.Add(row(run*100 + n))
		}
		if run < 2 { // run 0 and 1 are killed: not closed
			batch := b.Next(10)
			b.Done(batch)
			continue
		}
		if got := drain(b, 7); !slices.Equal(got, sequence(20, 300)) {
			t.Errorf("got %v", got)
		}
		if waiting, dropped := b.Counts(); waiting != 0 || dropped != 0 {
			t.Errorf("waiting %d, dropped %d", waiting, dropped)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	entries, _ := os.ReadDir(dir.Path())
	if len(entries) != 1 || entries[0].Name() != "sent" {
		t.Errorf("files are left behind: %v", entries)
	}
}

func TestTornTail(t *testing.T) {
	whole := collect.EncodeSegment([]collect.Row{row(0), row(1), row(2)})
	record := (len(whole) - 8) / 3
	for cut := range whole {
		dir := openDir(t, t.TempDir())
		name := filepath.Join(dir.Path(), "0000000000000005.rows")
		if err := os.WriteFile(name, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		b := open(t, dir, 1<<20)
		b.Add(row(9))
		want := append(sequence(0, max(cut-8, 0)/record), 9)
		if got := drain(b, 2); !slices.Equal(got, want) {
			t.Fatalf("cut at %d: got %v, want %v", cut, got, want)
		}
		b.Close()
	}
}

func TestDamagedByte(t *testing.T) {
	whole := collect.EncodeSegment([]collect.Row{row(0), row(1), row(2)})
	for at := 8; at < len(whole); at++ {
		dir := openDir(t, t.TempDir())
		data := slices.Clone(whole)
		data[at] ^= 0x40
		if err := os.WriteFile(filepath.Join(dir.Path(), "0000000000000001.rows"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		b := open(t, dir, 1<<20)
		damaged := (at - 8) / ((len(whole) - 8) / 3)
		if got := drain(b, 2); !slices.Equal(got, sequence(0, damaged)) {
			t.Fatalf("byte %d: got %v, want the %d rows before it", at, got, damaged)
		}
		b.Close()
	}
}

func TestDamageWhileOpen(t *testing.T) {
	dir := openDir(t, t.TempDir())
	b := open(t, dir, 64<<10)
	for n := range 1000 {
		b.Add(row(n))
	}
	names, _ := filepath.Glob(filepath.Join(dir.Path(), "*.rows"))
	if len(names) < 3 {
		t.Fatalf("only %d segments", len(names))
	}
	if err := os.Remove(names[1]); err != nil {
		t.Fatal(err)
	}
	got := drain(b, 100)
	_, dropped := b.Counts()
	if len(got)+dropped != 1000 || dropped == 0 || got[len(got)-1] != 999 {
		t.Errorf("%d rows read, %d dropped", len(got), dropped)
	}
}

func TestNewerVersion(t *testing.T) {
	dir := openDir(t, t.TempDir())
	if err := os.WriteFile(filepath.Join(dir.Path(), "0000000000000001.rows"), []byte("WROW\x02\x00\x00\x00rest"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := collect.OpenBuffer(dir, 1<<20); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("a segment of a newer version: %v", err)
	}
}

func TestLostNoteOfSent(t *testing.T) {
	dir := openDir(t, t.TempDir())
	b := open(t, dir, 1<<20)
	for n := range 10 {
		b.Add(row(n))
	}
	b.Done(b.Next(5))
	b.Close()
	if err := os.WriteFile(filepath.Join(dir.Path(), "sent"), []byte("not a note"), 0o600); err != nil {
		t.Fatal(err)
	}
	b = open(t, dir, 1<<20)
	if got := drain(b, 5); !slices.Equal(got, sequence(0, 10)) {
		t.Errorf("got %v, want everything again", got)
	}
}

func TestBounded(t *testing.T) {
	dir := openDir(t, t.TempDir())
	const most = 64 << 10
	b := open(t, dir, most)
	const rows = 20000
	for n := range rows {
		b.Add(row(n))
		if n%1000 == 0 {
			var size int64
			names, _ := filepath.Glob(filepath.Join(dir.Path(), "*.rows"))
			for _, name := range names {
				info, err := os.Stat(name)
				if err != nil {
					t.Fatal(err)
				}
				size += info.Size()
			}
			if size > most {
				t.Fatalf("%d bytes after %d rows", size, n)
			}
		}
	}
	waiting, dropped := b.Counts()
	if waiting+dropped != rows || waiting*len(collect.EncodeSegment([]collect.Row{row(1)})) < most/2 {
		t.Errorf("waiting %d, dropped %d", waiting, dropped)
	}
	if got := drain(b, 1000); !slices.Equal(got, sequence(dropped, rows)) {
		t.Errorf("%d rows came out, not the newest", len(got))
	}
}

func TestDroppedWhileSending(t *testing.T) {
	b := open(t, openDir(t, t.TempDir()), 64<<10)
	b.Add(row(0))
	b.Add(row(1))
	inFlight := b.Next(1)
	for n := 2; n < 20000; n++ {
		b.Add(row(n))
	}
	b.Done(inFlight) // its segment went long ago
	waiting, dropped := b.Counts()
	if waiting+dropped != 20000 {
		t.Errorf("waiting %d, dropped %d", waiting, dropped)
	}
	if got := drain(b, 1000); len(got) != waiting || got[len(got)-1] != 19999 {
		t.Errorf("%d rows came out of %d", len(got), waiting)
	}
}

func TestFullDisk(t *testing.T) {
	fsys := faultfs.New(openDir(t, t.TempDir()))
	b := open(t, fsys, 1<<20)
	b.Add(row(0))
	fsys.Cut(1, 10, syscall.ENOSPC)
	for n := 1; n < 5000; n++ {
		b.Add(row(n))
	}
	waiting, dropped := b.Counts()
	if waiting != 4097 || dropped != 5000-4097 {
		t.Errorf("waiting %d, dropped %d: want 1 on disk and 4096 in memory", waiting, dropped)
	}
	b.Done(b.Next(100)) // row 0, from disk
	inFlight := b.Next(100)
	if inFlight.Rows[0].Time != 5000-4096 {
		t.Errorf("memory begins with %d", inFlight.Rows[0].Time)
	}
	fsys.Heal()
	b.Add(row(5000))
	b.Done(inFlight) // meanwhile on disk: comes again rather than not at all
	if got := drain(b, 999); !slices.Equal(got, sequence(5000-4096, 5001)) {
		t.Errorf("%d rows, first %v", len(got), got[:min(len(got), 3)])
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestMemoryOnly(t *testing.T) {
	b := open(t, nil, 1<<20)
	for n := range 10 {
		b.Add(row(n))
	}
	if got := drain(b, 3); !slices.Equal(got, sequence(0, 10)) {
		t.Errorf("got %v", got)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenFails(t *testing.T) {
	for _, op := range []faultfs.Op{faultfs.Open} {
		fsys := faultfs.New(openDir(t, t.TempDir()))
		fsys.Fail(op, 1, errors.New("broken"))
		if _, err := collect.OpenBuffer(fsys, 1<<20); err == nil {
			t.Errorf("opened although operation %d fails", op)
		}
	}
}

// TestBufferModel runs the buffer against a slice, with kills (reopening without close, sometimes with the newest
// file cut) at any moment: rows come out in order, none is missing but those whose bytes were cut off, and after a
// kill only rows that were handed out before may come again.
func TestBufferModel(t *testing.T) {
	base, runs := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(base, strconv.Itoa(runs))
		runs++
		dir := openDir(t, path)
		b := open(t, dir, 8<<20)
		var model []int64 // what waits
		next := 0
		rt.Repeat(map[string]func(*rapid.T){
			"add": func(rt *rapid.T) {
				for range rapid.IntRange(1, 40).Draw(rt, "rows") {
					r := row(next)
					r.Node = strings.Repeat("x", rapid.SampledFrom([]int{1, 10, 3000}).Draw(rt, "node"))
					b.Add(r)
					model = append(model, int64(next))
					next++
				}
			},
			"send": func(rt *rapid.T) {
				batch := b.Next(rapid.IntRange(1, 50).Draw(rt, "limit"))
				if (len(batch.Rows) == 0) != (len(model) == 0) || len(batch.Rows) > len(model) {
					rt.Fatalf("%d rows given, %d wait", len(batch.Rows), len(model))
				}
				for i, r := range batch.Rows {
					if r.Time != model[i] {
						rt.Fatalf("row %d instead of %d", r.Time, model[i])
					}
				}
				if rapid.Bool().Draw(rt, "acknowledged") {
					b.Done(batch)
					model = model[len(batch.Rows):]
				}
			},
			"kill": func(rt *rapid.T) {
				if rapid.Bool().Draw(rt, "closed") {
					if err := b.Close(); err != nil {
						rt.Fatal(err)
					}
				}
				if rapid.Bool().Draw(rt, "note of sent lost") {
					os.Remove(filepath.Join(path, "sent"))
					b = open(t, dir, 8<<20)
					if batch := b.Next(1); len(batch.Rows) > 0 {
						model = sequence(int(batch.Rows[0].Time), next)
					} else if len(model) > 0 {
						rt.Fatal("rows are gone")
					}
					return
				}
				b = open(t, dir, 8<<20)
			},
			"": func(rt *rapid.T) {
				if waiting, dropped := b.Counts(); waiting != len(model) || dropped != 0 {
					rt.Fatalf("%d rows wait and %d dropped, want %d and 0", waiting, dropped, len(model))
				}
			},
		})
	})
}

func BenchmarkAdd(b *testing.B) {
	buffer := open(b, openDir(b, b.TempDir()), 64<<20)
	r := collect.Row{Time: 1, Node: "machine"}
	for i := range 40 {
		r.Values = append(r.Values, collect.Value{Name: fmt.Sprintf("disk_mount_%d", i), Value: float64(i)})
	}
	b.ReportAllocs()
	for b.Loop() {
		buffer.Add(r)
	}
}
