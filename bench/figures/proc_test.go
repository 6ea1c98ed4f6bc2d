package main

import (
	"os"
	"testing"
	"time"
)

func TestCPU(t *testing.T) {
	const fields = " S 1 2 3 4 5 6 7 8 9 10 1234 66 0 0 20 0 9 0 100"
	for stat, want := range map[string]time.Duration{
		"77 (weir)" + fields:        13 * time.Second,
		"77 (we) S 1 (ir)" + fields: 13 * time.Second,
	} {
		if got, ok := cpuIn([]byte(stat)); !ok || got != want {
			t.Errorf("%s: %v %v", stat, got, ok)
		}
	}
	for _, stat := range []string{"", "77 (weir)", "77 (weir) S 1 2", "77 (weir) S 1 2 3 4 5 6 7 8 9 10 x 66 0"} {
		if _, ok := cpuIn([]byte(stat)); ok {
			t.Errorf("%q was read", stat)
		}
	}
}

func TestLines(t *testing.T) {
	text := []byte("Name:\tweir\nVmRSSx: 7 kB\nVmRSS:\t  1234 kB\ncancelled_write_bytes: 5\nwrite_bytes: 42\n")
	for name, want := range map[string]int64{"VmRSS": 1234, "write_bytes": 42} {
		if got, ok := lineIn(text, name); !ok || got != want {
			t.Errorf("%s: %d %v", name, got, ok)
		}
	}
	for _, name := range []string{"Name", "VmSwap"} {
		if _, ok := lineIn(text, name); ok {
			t.Errorf("%s is a number", name)
		}
	}
}

func TestMetric(t *testing.T) {
	text := []byte("# HELP lag of it\nlag_total 3\nlag 12.5\nother{a=\"b\"} 1\n")
	if got, ok := metric(text, "lag"); !ok || got != 12.5 {
		t.Errorf("%v %v", got, ok)
	}
	if _, ok := metric(text, "missing"); ok {
		t.Error("a missing metric was found")
	}
}

func TestFileSystem(t *testing.T) {
	mounts := []byte("/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/b /tmp/deep xfs rw 0 0\nbroken\n")
	for folder, want := range map[string]string{"/home": "ext4", "/tmp": "tmpfs", "/tmp/deep/er": "xfs", "/tmpfoo": "ext4"} {
		if got := fileSystemOf(mounts, folder); got != want {
			t.Errorf("%s is on %s, not %s", folder, got, want)
		}
	}
}

func TestModel(t *testing.T) {
	if got := modelIn([]byte("processor\t: 0\nmodel name\t: A: fast one\n")); got != "A: fast one" {
		t.Errorf("%q", got)
	}
}

func TestOwnUsage(t *testing.T) {
	if _, err := os.Stat("/proc/self/io"); err != nil {
		t.Skip("no Linux: ", err)
	}
	u, err := readUsage(os.Getpid())
	if err != nil || u.resident < 1<<20 || u.files < 3 {
		t.Errorf("%+v %v", u, err)
	}
}
