package app

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/weirhq/weir/process"
)

// measure lets /metrics show what the parts count themselves.
func (s *Server) measure() {
	s.metrics.MustRegister(
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewGoCollector(),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "weir_build_info", Help: "The version that runs, as a label.", ConstLabels: prometheus.Labels{"version": Version()},
		}, func() float64 { return 1 }),
		&blockMetrics{blocks: s.blocks},
	)
}

// blockMetrics sums what the workers of all blocks count.
type blockMetrics struct{ blocks *blocks }

func describe(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }

// figure is one thing that a worker counts.
type figure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(process.Stats) float64
}

func figures() []figure {
	counter, gauge := prometheus.CounterValue, prometheus.GaugeValue
	return []figure{
		{describe("weir_process_messages_total", "Messages of the streams that were worked on."), counter, func(s process.Stats) float64 { return float64(s.Messages) }},
		{describe("weir_process_values_total", "Values of inputs and direct writes that were worked on."), counter, func(s process.Stats) float64 { return float64(s.Values) }},
		{describe("weir_process_refused_total", "Values that inputs or feeds did not take."), counter, func(s process.Stats) float64 { return float64(s.Refused) }},
		{describe("weir_process_damaged_total", "Messages that could not be read whole."), counter, func(s process.Stats) float64 { return float64(s.Damaged) }},
		{describe("weir_process_stopped_total", "Values whose process list stopped before its end."), counter, func(s process.Stats) float64 { return float64(s.Stopped) }},
		{describe("weir_process_checkpoints_total", "Checkpoints made."), counter, func(s process.Stats) float64 { return float64(s.Checkpoints) }},
		{describe("weir_process_checkpoint_seconds", "How long the newest checkpoint took, of the slowest block."), gauge, func(s process.Stats) float64 { return s.CheckpointTime.Seconds() }},
		{describe("weir_process_checkpoint_bytes", "Size of the newest checkpoints."), gauge, func(s process.Stats) float64 { return float64(s.CheckpointSize) }},
		{describe("weir_process_lag_messages", "Messages in the streams that wait to be worked on."), gauge, func(s process.Stats) float64 { return float64(s.Lag) }},
	}
}

// Describe is part of prometheus.Collector.
func (*blockMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, f := range figures() {
		to <- f.desc
	}
}

// Collect is part of prometheus.Collector.
func (m *blockMetrics) Collect(to chan<- prometheus.Metric) {
	var total process.Stats
	for _, b := range *m.blocks.list.Load() {
		s, err := b.worker.Stats()
		if err != nil {
			continue // the stream does not answer; what the worker counted is still true
		}
		total.Messages += s.Messages
		total.Values += s.Values
		total.Refused += s.Refused
		total.Damaged += s.Damaged
		total.Stopped += s.Stopped
		total.Checkpoints += s.Checkpoints
		total.CheckpointTime = max(total.CheckpointTime, s.CheckpointTime)
		total.CheckpointSize += s.CheckpointSize
		total.Lag += s.Lag
	}
	for _, f := range figures() {
		to <- prometheus.MustNewConstMetric(f.desc, f.kind, f.of(total))
	}
}
