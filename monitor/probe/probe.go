package probe

import (
	"context"
	"time"

	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"

	"github.com/weirhq/weir"
)

const (
	// maxEach bounds the mounts, interfaces and sensors that get figures of their own.
	maxEach = 8
	// lookEvery is after how many samples the probe looks again for mounts and disks: they seldom change, and the
	// search costs more than everything else together.
	lookEvery = 30
)

// Figure is one number about the machine.
type Figure struct {
	Name  string
	Value float64
	Unit  string // empty for a bare count
}

// Figures are in the order of the table above; figures with a name in them are sorted by it.
type Figures []Figure

// Probe reads figures and remembers what it needs for rates. It is not for use by several goroutines at once.
type Probe struct {
	figures Figures
	at      time.Time // of the last sample; zero before the first
	elapsed float64   // seconds between the last two samples; 0: no rates yet
	samples int

	cores  []coreTimes
	mounts []mount
	disks  []string
	disk   diskCounters
	nets   map[string]netCounters
	names  map[string]string // system names → clean names
}

// New makes a probe. It reads nothing yet.
func New() *Probe {
	return &Probe{nets: make(map[string]netCounters), names: make(map[string]string)}
}

// Sample reads the machine. The figures are overwritten by the next call. It fails when ctx is done, or when not one
// figure can be read.
func (p *Probe) Sample(ctx context.Context) (Figures, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	now := time.Now()
	p.elapsed = 0
	if !p.at.IsZero() {
		p.elapsed = now.Sub(p.at).Seconds()
	}
	p.at = now
	look := p.samples%lookEvery == 0
	p.samples++

	p.figures = p.figures[:0]
	p.readCPU(ctx)
	p.readLoad(ctx)
	p.readMemory(ctx)
	p.readMounts(ctx, look)
	p.readDisks(ctx, look)
	p.readNetwork(ctx)
	p.readTemperatures(ctx)
	p.readHost(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(p.figures) == 0 {
		return nil, weir.Errorf(weir.Unavailable, "this machine shows no figures: is /proc mounted, and may this user read it?")
	}
	return p.figures, nil
}

func (p *Probe) add(name string, value float64, unit string) {
	p.figures = append(p.figures, Figure{Name: name, Value: value, Unit: unit})
}

// addRate gives the mean of a counter's growth per second. A counter that went back (device replaced, counter
// overflowed) gives nothing this once.
func (p *Probe) addRate(name string, last, now uint64) {
	if p.elapsed > 0 && now >= last {
		p.add(name, float64(now-last)/p.elapsed, "B/s")
	}
}

func (p *Probe) readLoad(ctx context.Context) {
	avg, err := load.AvgWithContext(ctx)
	if err != nil {
		return
	}
	p.add("load1", avg.Load1, "")
	p.add("load5", avg.Load5, "")
	p.add("load15", avg.Load15, "")
}

func (p *Probe) readMemory(ctx context.Context) {
	if m, err := mem.VirtualMemoryWithContext(ctx); err == nil && m.Total > 0 {
		p.add("mem_used", float64(m.Used), "B")
		p.add("mem_available", float64(m.Available), "B")
		p.add("mem_used_pct", 100*(1-float64(m.Available)/float64(m.Total)), "%")
	}
	if s, err := mem.SwapMemoryWithContext(ctx); err == nil && s.Total > 0 {
		p.add("swap_used", float64(s.Used), "B")
		p.add("swap_used_pct", 100*float64(s.Used)/float64(s.Total), "%")
	}
}

func (p *Probe) readHost(ctx context.Context) {
	if up, err := host.UptimeWithContext(ctx); err == nil {
		p.add("uptime", float64(up), "s")
	}
	if m, err := load.MiscWithContext(ctx); err == nil && m.ProcsTotal > 0 {
		p.add("processes", float64(m.ProcsTotal), "")
	}
}
