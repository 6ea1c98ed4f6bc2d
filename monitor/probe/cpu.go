package probe

import (
	"context"

	"github.com/shirou/gopsutil/v4/cpu"
)

// coreTimes is how long a core has done what since the machine started, in seconds.
type coreTimes struct {
	all, idle, iowait, steal float64
}

func (c coreTimes) minus(o coreTimes) coreTimes {
	return coreTimes{c.all - o.all, c.idle - o.idle, c.iowait - o.iowait, c.steal - o.steal}
}

func (c coreTimes) plus(o coreTimes) coreTimes {
	return coreTimes{c.all + o.all, c.idle + o.idle, c.iowait + o.iowait, c.steal + o.steal}
}

func (c coreTimes) busy() float64 { return percent(c.all-c.idle-c.iowait, c.all) }

// timesOf leaves out guest times: the kernel has counted them in user and nice already.
func timesOf(t *cpu.TimesStat) coreTimes {
	return coreTimes{
		all:    t.User + t.System + t.Idle + t.Nice + t.Iowait + t.Irq + t.Softirq + t.Steal,
		idle:   t.Idle,
		iowait: t.Iowait,
		steal:  t.Steal,
	}
}

func (p *Probe) readCPU(ctx context.Context) {
	stats, err := cpu.TimesWithContext(ctx, true)
	if err != nil || len(stats) == 0 {
		p.cores = p.cores[:0]
		return
	}
	// A core that came or went makes the lists not comparable: begin anew.
	known := len(p.cores) == len(stats)
	if !known {
		p.cores = make([]coreTimes, len(stats))
	}
	var total coreTimes
	busiest := 0.0
	for i := range stats {
		now := timesOf(&stats[i])
		spent := now.minus(p.cores[i])
		p.cores[i] = now
		total = total.plus(spent)
		busiest = max(busiest, spent.busy())
	}
	if !known || p.elapsed <= 0 || total.all <= 0 {
		return
	}
	p.add("cpu", total.busy(), "%")
	p.add("cpu_core_max", busiest, "%")
	p.add("cpu_iowait", percent(total.iowait, total.all), "%")
	p.add("cpu_steal", percent(total.steal, total.all), "%")
}

// percent stays in 0…100: the kernel's idle and iowait counters are known to step back a little.
func percent(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return min(max(100*part/whole, 0), 100)
}
