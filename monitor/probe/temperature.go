package probe

import (
	"context"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/sensors"
)

func (p *Probe) readTemperatures(ctx context.Context) {
	// The error lists the sensors that could not be read; the others come all the same.
	stats, _ := sensors.TemperaturesWithContext(ctx)
	stats = slices.DeleteFunc(stats, func(s sensors.TemperatureStat) bool { return !isPlausible(s.Temperature) })
	slices.SortStableFunc(stats, func(a, b sensors.TemperatureStat) int { return strings.Compare(a.SensorKey, b.SensorKey) })
	stats = stats[:min(len(stats), maxEach)]
	if len(stats) == 0 {
		return
	}
	taken := make(map[string]bool, len(stats))
	for _, s := range stats {
		p.add("temp_"+uniqueName(p.clean(s.SensorKey), taken), s.Temperature, "°C")
	}
}

// isPlausible drops what sensors without anything behind them show, such as -128 or 255.
func isPlausible(celsius float64) bool { return celsius > -60 && celsius < 150 && celsius != 0 }
