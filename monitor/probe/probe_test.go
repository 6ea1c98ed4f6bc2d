package probe_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shirou/gopsutil/v4/common"

	"github.com/weirhq/weir/monitor/probe"
)

// machine is a made-up /proc and /sys.
type machine struct {
	t   *testing.T
	dir string
	ctx context.Context
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir()}
	m.ctx = context.WithValue(t.Context(), common.EnvKey, common.EnvMap{
		common.HostProcEnvKey: filepath.Join(m.dir, "proc"),
		common.HostSysEnvKey:  filepath.Join(m.dir, "sys"),
		common.HostRunEnvKey:  filepath.Join(m.dir, "run"),
	})
	m.write("proc/1/mountinfo", "")
	return m
}

func (m *machine) write(name, text string) {
	m.t.Helper()
	name = filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// cpu writes /proc/stat from ticks (1/100 s) of user, idle, iowait and steal for each core.
func (m *machine) cpu(cores ...[4]int) {
	lines := []string{"cpu  0 0 0 0 0 0 0 0 0 0"}
	for i, c := range cores {
		lines = append(lines, fmt.Sprintf("cpu%d %d 0 0 %d %d 0 0 %d 0 0", i, c[0], c[1], c[2], c[3]))
	}
	m.write("proc/stat", strings.Join(lines, "\n")+"\nctxt 1\nprocesses 10\nprocs_running 1\nprocs_blocked 0\n")
}

func (m *machine) net(lines ...string) {
	const head = "Inter-|   Receive                |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed\n"
	m.write("proc/net/dev", head+strings.Join(lines, "\n")+"\n")
}

// disk is a line of /proc/diskstats with so many sectors (512 B) read and written.
func disk(minor int, name string, read, written int) string {
	return fmt.Sprintf("   8 %d %s 1 0 %d 1 1 0 %d 1 0 1 1\n", minor, name, read, written)
}

func iface(name string, rx, tx int) string {
	return fmt.Sprintf("%6s: %d 1 0 0 0 0 0 0 %d 1 0 0 0 0 0 0", name, rx, tx)
}

func values(figures probe.Figures) map[string]float64 {
	out := make(map[string]float64)
	for _, f := range figures {
		out[f.Name] = f.Value
	}
	return out
}

func TestSample(t *testing.T) {
	m := newMachine(t)
	m.write("proc/loadavg", "0.50 1.25 2.00 1/100 4242\n")
	m.write("proc/meminfo", "MemTotal: 4000 kB\nMemFree: 500 kB\nMemAvailable: 1000 kB\nBuffers: 0 kB\nCached: 500 kB\n")
	m.write("proc/uptime", "1000.00 2000.00\n")
	m.write("sys/class/hwmon/hwmon0/name", "coretemp\n")
	m.write("sys/class/hwmon/hwmon0/temp1_label", "Package id 0\n")
	m.write("sys/class/hwmon/hwmon0/temp1_input", "48500\n")
	m.write("sys/class/hwmon/hwmon0/temp2_input", "-128000\n") // nothing connected
	m.write("sys/class/hwmon/hwmon1/name", "coretemp\n")       // a second socket with the same names
	m.write("sys/class/hwmon/hwmon1/temp1_label", "Package id 0\n")
	m.write("sys/class/hwmon/hwmon1/temp1_input", "51000\n")
	m.cpu([4]int{100, 1000, 0, 0}, [4]int{100, 1000, 0, 0})
	m.net(iface("lo", 5, 5), iface("eth0", 1000, 2000), iface("vethab12", 1, 1), iface("br0", 1, 1), iface("wlan0.7", 0, 0))
	m.write("proc/diskstats", disk(0, "sda", 100, 200)+disk(1, "sda1", 100, 200)+disk(2, "dm-0", 100, 200)+disk(3, "sdaa", 10, 10))

	var first, second probe.Figures
	synctest.Test(t, func(t *testing.T) {
		p := probe.New()
		figures, err := p.Sample(m.ctx)
		if err != nil {
			t.Fatal(err)
		}
		first = append(first, figures...)
		m.cpu([4]int{1100, 1000, 0, 0}, [4]int{200, 1700, 100, 100})
		m.net(iface("lo", 900, 900), iface("eth0", 21000, 7000), iface("vethab12", 90, 90), iface("br0", 90, 90), iface("wlan0.7", 10, 0))
		m.write("proc/diskstats", disk(0, "sda", 200, 400)+disk(1, "sda1", 200, 400)+disk(2, "dm-0", 200, 400)+disk(3, "sdaa", 20, 10))
		time.Sleep(10 * time.Second)
		if figures, err = p.Sample(m.ctx); err != nil {
			t.Fatal(err)
		}
		second = append(second, figures...)
	})

	// What is asked of the real machine all the same: the root file system, swap and uptime.
	fromHere := func(name string, _ float64) bool {
		return regexp.MustCompile(`^(disk_root_.*|swap_.*|uptime|processes)$`).MatchString(name)
	}
	want := map[string]float64{
		"load1": 0.5, "load5": 1.25, "load15": 2,
		"mem_used": 3000 * 1024, "mem_available": 1000 * 1024, "mem_used_pct": 75,
		"temp_coretemp_package_id_0": 48.5, "temp_coretemp_package_id_0_2": 51,
	}
	if diff := cmp.Diff(want, values(first), cmpopts.IgnoreMapEntries(fromHere)); diff != "" {
		t.Errorf("first sample, without rates (-want +got):\n%s", diff)
	}
	want["cpu"], want["cpu_core_max"], want["cpu_iowait"], want["cpu_steal"] = 60, 100, 5, 5
	want["disk_read"], want["disk_write"] = (100+10)*512/10, 200*512/10
	want["net_eth0_rx"], want["net_eth0_tx"] = 2000, 500
	want["net_wlan0_7_rx"], want["net_wlan0_7_tx"] = 1, 0
	near := cmpopts.EquateApprox(0, 1e-9)
	if diff := cmp.Diff(want, values(second), cmpopts.IgnoreMapEntries(fromHere), near); diff != "" {
		t.Errorf("second sample (-want +got):\n%s", diff)
	}
	if _, ok := values(first)["disk_root_pct"]; !ok {
		t.Error("no disk_root_pct although / is always there")
	}
}

func TestCountersThatGoBack(t *testing.T) {
	m := newMachine(t)
	m.net(iface("eth0", 1000, 2000), iface("ppp0", 10, 10))
	synctest.Test(t, func(t *testing.T) {
		p := probe.New()
		sample := func() map[string]float64 {
			t.Helper()
			figures, err := p.Sample(m.ctx)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			return values(figures)
		}
		sample()
		m.net(iface("eth0", 5, 3000)) // received: begun again; ppp0: gone
		got := sample()
		if _, ok := got["net_eth0_rx"]; ok {
			t.Error("a rate from a counter that went back")
		}
		if got["net_eth0_tx"] != 1000 {
			t.Errorf("net_eth0_tx = %v, want 1000", got["net_eth0_tx"])
		}
		m.net(iface("eth0", 105, 3000), iface("ppp0", 99, 99))
		got = sample()
		if _, ok := got["net_ppp0_rx"]; ok || got["net_eth0_rx"] != 100 {
			t.Errorf("after ppp0 came back: %v", got)
		}
	})
}

func TestBounded(t *testing.T) {
	m := newMachine(t)
	write := func(bytes int) {
		var lines []string
		for i := range 50 {
			lines = append(lines, iface(fmt.Sprintf("eth%d", i), bytes, bytes))
		}
		m.net(lines...)
	}
	synctest.Test(t, func(t *testing.T) {
		p := probe.New()
		for i := range 3 {
			write(i * 1000)
			figures, err := p.Sample(m.ctx)
			if err != nil {
				t.Fatal(err)
			}
			if len(figures) > 40 {
				t.Errorf("%d figures from 50 interfaces", len(figures))
			}
			time.Sleep(time.Second)
		}
	})
}

func TestDone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := probe.New().Sample(ctx); err == nil {
		t.Error("no error although the context is done")
	}
}

// TestHere asks the machine that runs the test: whatever it has, the answer must be in order.
func TestHere(t *testing.T) {
	p := probe.New()
	name := regexp.MustCompile(`^[a-z0-9_]{1,40}$`)
	for range 3 {
		figures, err := p.Sample(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		for _, f := range figures {
			if !name.MatchString(f.Name) || seen[f.Name] {
				t.Errorf("bad or repeated name %q", f.Name)
			}
			seen[f.Name] = true
			if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) || f.Unit == "%" && (f.Value < 0 || f.Value > 100) {
				t.Errorf("%s = %v %s", f.Name, f.Value, f.Unit)
			}
		}
	}
}

func BenchmarkSample(b *testing.B) {
	p := probe.New()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Sample(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
