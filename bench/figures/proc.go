package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// usage is what a process has used so far, as Linux counts it.
type usage struct {
	cpu      time.Duration // to 10 ms
	resident int64         // bytes
	written  int64         // bytes that it caused to go to a disk
	files    int           // open now
}

func readUsage(pid int) (usage, error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	var text [3][]byte
	for i, name := range []string{"stat", "status", "io"} {
		var err error
		if text[i], err = os.ReadFile(filepath.Join(dir, name)); err != nil { //nolint:gosec // below /proc
			return usage{}, err
		}
	}
	files, err := os.ReadDir(filepath.Join(dir, "fd"))
	if err != nil {
		return usage{}, err
	}
	u := usage{files: len(files)}
	var okCPU, okResident, okWritten bool
	u.cpu, okCPU = cpuIn(text[0])
	u.resident, okResident = lineIn(text[1], "VmRSS")
	u.written, okWritten = lineIn(text[2], "write_bytes")
	if !okCPU || !okResident || !okWritten {
		return usage{}, fmt.Errorf("%s is not as proc(5) says", dir)
	}
	u.resident <<= 10
	return u, nil
}

// tick is the unit of times in stat: USER_HZ, which is 100 on all platforms that Go runs on.
const tick = 10 * time.Millisecond

// cpuIn reads utime and stime, the 14th and 15th field of stat. The 2nd, the name, is in brackets and may hold anything.
func cpuIn(stat []byte) (time.Duration, bool) {
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0, false
	}
	user, errUser := strconv.ParseInt(fields[11], 10, 64)
	system, errSystem := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, errUser == nil && errSystem == nil
}

// lineIn reads the number of a line such as "VmRSS:     1234 kB".
func lineIn(text []byte, name string) (int64, bool) {
	for line := range bytes.Lines(text) {
		key, rest, ok := strings.Cut(string(line), ":")
		if fields := strings.Fields(rest); ok && strings.TrimSpace(key) == name && len(fields) > 0 {
			n, err := strconv.ParseInt(fields[0], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// metric reads a metric without labels.
func metric(text []byte, name string) (float64, bool) {
	for line := range bytes.Lines(text) {
		if key, rest, ok := strings.Cut(string(line), " "); ok && key == name {
			x, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			return x, err == nil
		}
	}
	return 0, false
}

// machine is what figures depend on.
type machine struct {
	at                        time.Time
	model, kernel, disk, load string
	memory                    int64
}

// readMachine tells where this runs; folder is on the disk that is written to.
func readMachine(folder string) (machine, error) {
	m := machine{at: time.Now()}
	var text [5][]byte
	for i, name := range []string{"cpuinfo", "meminfo", "sys/kernel/osrelease", "loadavg", "mounts"} {
		var err error
		if text[i], err = os.ReadFile(filepath.Join("/proc", name)); err != nil { //nolint:gosec // below /proc
			return m, err
		}
	}
	m.model = modelIn(text[0])
	kib, _ := lineIn(text[1], "MemTotal")
	m.memory = kib << 10
	m.kernel = strings.TrimSpace(string(text[2]))
	m.load = strings.Join(strings.Fields(string(text[3]))[:3], ", ")
	m.disk = fileSystemOf(text[4], folder)
	return m, nil
}

// modelIn gives the first CPU's name, which not all platforms have.
func modelIn(cpuinfo []byte) string {
	for line := range bytes.Lines(cpuinfo) {
		if key, name, ok := strings.Cut(string(line), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(name)
		}
	}
	return "unknown CPU"
}

// fileSystemOf gives the kind of the file system that is mounted nearest above a folder.
func fileSystemOf(mounts []byte, folder string) string {
	kind, nearest := "unknown", ""
	for line := range bytes.Lines(mounts) {
		fields := strings.Fields(string(line))
		if len(fields) < 3 {
			continue
		}
		point := fields[1]
		if below, err := filepath.Rel(point, folder); err == nil && filepath.IsLocal(below) && len(point) >= len(nearest) {
			kind, nearest = fields[2], point
		}
	}
	return kind
}

// String is a Markdown table of the machine.
func (m machine) String() string {
	return fmt.Sprintf(`| date | %s |
|---|---|
| CPU | %s, %d cores, shared by server and generator |
| memory | %.1f GB |
| system | Linux %s, %s/%s, data on %s |
| Go | %s |
| load average before (1, 5, 15 minutes) | %s |
`, m.at.UTC().Format("2006-01-02 15:04 UTC"), m.model, runtime.NumCPU(), float64(m.memory)/1e9, m.kernel, runtime.GOOS, runtime.GOARCH,
		m.disk, runtime.Version(), m.load)
}
