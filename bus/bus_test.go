package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/bus"
)

func open(t testing.TB, cfg bus.Config, dir string) *bus.Bus {
	t.Helper()
	b, err := bus.Open(cfg, dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func stream(t testing.TB, b *bus.Bus, block int) *bus.Stream {
	t.Helper()
	s, err := b.Stream(context.Background(), block)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read collects messages after a position until it has n.
func read(t *testing.T, s *bus.Stream, after uint64, n int) []string {
	t.Helper()
	enough := errors.New("enough")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var got []string
	err := s.Read(ctx, after, func(seq uint64, msg []byte) error {
		got = append(got, fmt.Sprintf("%d:%s", seq, msg))
		if len(got) == n {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatalf("Read returned %v after %v", err, got)
	}
	return got
}

func TestKeepsOrderOverRestartAndTrim(t *testing.T) {
	for _, sync := range []string{bus.SyncAlways, bus.SyncInterval, bus.SyncNever} {
		t.Run(sync, func(t *testing.T) {
			dir, cfg := t.TempDir(), bus.Default()
			cfg.Sync = sync
			b := open(t, cfg, dir)
			s, other := stream(t, b, 0), stream(t, b, 1)
			for i, text := range []string{"one", "two", "three"} {
				seq, err := s.Append(t.Context(), []byte(text))
				if err != nil || seq != uint64(i+1) {
					t.Fatalf("Append(%s) = %d, %v", text, seq, err)
				}
			}
			if _, err := other.Append(t.Context(), []byte("elsewhere")); err != nil {
				t.Fatal(err)
			}
			if err := s.Trim(1); err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}

			b = open(t, cfg, dir)
			defer b.Close()
			s = stream(t, b, 0)
			if diff := cmp.Diff([]string{"2:two", "3:three"}, read(t, s, 0, 2)); diff != "" {
				t.Error(diff)
			}
			if err := s.Trim(3); err != nil {
				t.Fatal(err)
			}
			if last, err := s.Last(); err != nil || last != 3 {
				t.Errorf("Last after everything was trimmed = %d, %v, want 3", last, err)
			}
			if seq, err := s.Append(t.Context(), []byte("four")); err != nil || seq != 4 {
				t.Errorf("Append = %d, %v, want 4", seq, err)
			}
			if diff := cmp.Diff([]string{"4:four"}, read(t, s, 3, 1)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	b := open(t, bus.Default(), t.TempDir())
	defer b.Close()
	s := stream(t, b, 0)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Read(ctx, 0, func(uint64, []byte) error { cancel(); return nil }) }()
	if _, err := s.Append(t.Context(), []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Read = %v, want nil when its context is done", err)
	}
}

func TestFullStreamRefusesAndKeeps(t *testing.T) {
	cfg := bus.Default()
	cfg.MaxBytes = 32 << 20
	b := open(t, cfg, t.TempDir())
	defer b.Close()
	s := stream(t, b, 0)
	msg := make([]byte, 1<<20)
	var stored uint64
	for range 64 {
		seq, err := s.Append(t.Context(), msg)
		if err != nil {
			if weir.KindOf(err) != weir.Unavailable {
				t.Fatalf("a full stream answers %v (%s), want unavailable", err, weir.KindOf(err))
			}
			break
		}
		stored = seq
	}
	if stored == 0 || stored == 64 {
		t.Fatalf("%d messages of 1 MiB went into a stream of 32 MiB", stored)
	}
	if last, err := s.Last(); err != nil || last != stored {
		t.Errorf("Last = %d, %v, want %d: what was accepted stays", last, err, stored)
	}
	if err := s.Trim(stored); err != nil {
		t.Fatal(err)
	}
	if seq, err := s.Append(t.Context(), msg); err != nil || seq != stored+1 {
		t.Errorf("after trimming, Append = %d, %v, want %d", seq, err, stored+1)
	}
}

func TestLittleDiskSpaceRefuses(t *testing.T) {
	cfg := bus.Default()
	cfg.MinFreeBytes = 1 << 60
	b := open(t, cfg, t.TempDir())
	defer b.Close()
	if _, err := stream(t, b, 0).Append(t.Context(), []byte("x")); weir.KindOf(err) != weir.Unavailable {
		t.Errorf("Append = %v, want unavailable", err)
	}
}

// smallDisk is a file system of its own.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("weir-test", dir, "tmpfs", 0, "size=64m")
	if errors.Is(err, syscall.EPERM) {
		t.Skip("making a small disk needs the rights of root, which CI has")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// One write error must not stop a stream for good: other programs fill disks too, faster than MinFreeBytes tells.
func TestTakesMessagesAgainAfterAFullDisk(t *testing.T) {
	disk, cfg := smallDisk(t), bus.Default()
	cfg.MinFreeBytes = 0
	b := open(t, cfg, filepath.Join(disk, "bus"))
	defer b.Close()
	s := stream(t, b, 0)
	if _, err := s.Append(t.Context(), []byte("one")); err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 10)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Read(ctx, 0, func(seq uint64, msg []byte) error {
			got <- fmt.Sprintf("%d:%s", seq, msg[:min(len(msg), 5)])
			return nil
		})
	}()
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for chunk := make([]byte, 64<<10); len(chunk) > 0; {
		if _, err := f.Write(chunk); err != nil {
			chunk = chunk[:len(chunk)/2]
		}
	}
	f.Close()
	if _, err := s.Append(t.Context(), make([]byte, 1<<20)); weir.KindOf(err) != weir.Unavailable {
		t.Errorf("Append to a full disk = %v, want unavailable", err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	var seq uint64
	for range 10 { // senders come back
		if seq, err = s.Append(t.Context(), []byte("two")); err == nil {
			break
		}
	}
	if err != nil || seq != 2 {
		t.Errorf("Append when there is room again = %d, %v, want 2", seq, err)
	}
	if err := s.Trim(1); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"1:one", "2:two"} {
		if msg := <-got; msg != want {
			t.Errorf("read %s, want %s", msg, want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	for name, breakIt := range map[string]func(*bus.Config){
		"bus.sync":           func(c *bus.Config) { c.Sync = "sometimes" },
		"bus.sync_interval":  func(c *bus.Config) { c.SyncInterval = 0 },
		"bus.max_bytes":      func(c *bus.Config) { c.MaxBytes = 10 },
		"bus.min_free_bytes": func(c *bus.Config) { c.MinFreeBytes = -1 },
	} {
		cfg := bus.Default()
		breakIt(&cfg)
		err := cfg.Validate()
		if weir.KindOf(err) != weir.Invalid || err == nil || len(err.Error()) < len(name) || err.Error()[:len(name)] != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := bus.Default().Validate(); err != nil {
		t.Error(err)
	}
}

func BenchmarkAppend(b *testing.B) {
	bb := open(b, bus.Default(), b.TempDir())
	defer bb.Close()
	s := stream(b, bb, 0)
	for _, size := range []int{200, 4 << 10, 512 << 10} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size))
			msg := make([]byte, size)
			n := 0
			for b.Loop() {
				seq, err := s.Append(context.Background(), msg)
				if err != nil {
					b.Fatal(err)
				}
				if n++; n%256 == 0 {
					if err := s.Trim(seq); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
